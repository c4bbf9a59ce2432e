//! Whole polls of a feed on loopback: what its server says is kept, sent back and heeded.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use mentiond::alert::Rules;
use mentiond::clock::Clock;
use mentiond::config::{FetchConfig, HealthConfig};
use mentiond::fetch::Client;
use mentiond::model::health::Health;
use mentiond::model::{Instant, Interval, Notice, Rhythm, Source, SourceKind, Whereabouts, host_of};
use mentiond::pipeline::{Judge, Pipeline, Polled};
use mentiond::sentiment::Scorer;
use mentiond::store::{PollCommit, SourceSetup};
use sqlx::{Executor as _, Row as _};

use crate::common::hostile::{Reply, Server};
use crate::common::networks;
use crate::store::bed::{ANNA, Bed, HOUR, at, commit, setup};

struct Guest {
    bed: Bed,
    pipeline: Pipeline,
    server: Server,
    source: Source,
    clock: Clock,
}

impl Guest {
    /// Polls `/old` of a server that answers so, given the path and how often it was asked before.
    async fn of(interval: Interval, reply: impl Fn(&str, usize) -> String + Send + Sync + 'static) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let fetch = FetchConfig {
            user_agent: "mentiond/test".to_owned(),
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(20),
            head_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(20),
            proxies: mentiond::config::ProxyConfig::default(),
            max_body: 1 << 20,
            concurrency: 1,
            host_gap: Duration::ZERO,
            max_pages: 1,
        };
        let judge = Judge::new(Vec::new(), Scorer::new(), Rules::new(&[]));
        let asked = Arc::new(AtomicUsize::new(0));
        let server = Server::start(move |path| Reply::bytes(reply(path, asked.fetch_add(1, Ordering::SeqCst)))).await;
        let source = Source {
            interval,
            allow_private: true,
            ..networks::source(SourceKind::Feed, server.url("/old").as_str(), &[])
        };
        let bed = Bed::with_sources(&["blog"]).await;
        bed.store.sync_sources(&[SourceSetup { interval, ..setup("blog") }], at(0)).await.unwrap();
        let health = HealthConfig { recipients: vec![ANNA.to_owned()], ..HealthConfig::default() };
        let pipeline = Pipeline::new(Client::new(&fetch).unwrap(), judge, health, 1, Duration::ZERO);
        Self { bed, pipeline, server, source, clock: Clock::simulated(at(0)) }
    }

    async fn poll(&self, now: Instant) -> Polled {
        self.clock.advance_to(now);
        let claim =
            self.bed.store.claim_source("blog", "me", now, now + TimeDelta::minutes(10)).await.unwrap().unwrap();
        self.pipeline.poll_source(&self.bed.store, &self.source, claim, "me", &self.clock).await.unwrap()
    }

    /// The paths that were asked for.
    fn asked(&self) -> Vec<String> {
        self.server.requests().iter().map(|sent| sent.split(' ').nth(1).unwrap().to_owned()).collect()
    }

    /// Stores a poll that brought nothing but this.
    async fn was(&self, change: impl FnOnce(&mut PollCommit)) {
        self.bed.claim("blog", at(0)).await;
        let mut poll = commit("blog", vec![], at(0));
        change(&mut poll);
        self.bed.store.commit_poll(poll).await.unwrap();
    }
}

const FIXED: Interval = Interval::Fixed(Duration::from_secs(600));

fn feed(headers: &str, items: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n<rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>")
}

fn minutes(polled: &Polled, now: Instant) -> i64 {
    (polled.next_poll_at - now).num_minutes()
}

#[tokio::test]
async fn a_feed_without_an_interval_is_asked_as_often_as_it_speaks() {
    let item = |hours: i64| {
        let date = (at(0) - TimeDelta::hours(hours)).to_rfc2822();
        format!("<item><guid>{hours}</guid><title>x</title><pubDate>{date}</pubDate></item>")
    };
    let hourly: String = (0..20).map(item).collect();
    let guest = Guest::of(Interval::Adaptive { usual: Duration::from_secs(900) }, move |_, _| feed("", &hourly)).await;
    let polled = guest.poll(at(0)).await;
    assert!((60..=66).contains(&minutes(&polled, at(0))), "{}", polled.next_poll_at);
    assert_eq!(guest.bed.number("SELECT interval_ms FROM source_state").await, 3_600_000);
    assert_eq!(guest.bed.store.next_poll_at().await.unwrap(), Some(polled.next_poll_at));
    let silent = at(0) + TimeDelta::days(9);
    let polled = guest.poll(silent).await;
    assert!((24 * 60..=27 * 60).contains(&minutes(&polled, silent)), "{}", polled.next_poll_at);
}

#[tokio::test]
async fn an_unchanged_document_keeps_the_rhythm_and_refreshes_the_tag() {
    let guest = Guest::of(FIXED, |_, asked| match asked {
        0 => feed("etag: \"1\"\r\n", ""),
        _ => format!("HTTP/1.1 304 Not Modified\r\netag: \"{}\"\r\n\r\n", asked + 1),
    })
    .await;
    guest.poll(at(0)).await;
    guest.was(|poll| poll.rhythm = Rhythm { every: Some(Duration::from_secs(6 * 3_600)), ..Rhythm::default() }).await;
    guest.bed.execute("UPDATE source_state SET validators = '{\"etag\":\"\\\"1\\\"\"}'").await;
    for tag in ["\"1\"", "\"2\"", "\"3\""] {
        let now = guest.clock.now() + TimeDelta::hours(7);
        let polled = guest.poll(now).await;
        assert_eq!(polled.fault, None);
        assert!((360..=396).contains(&minutes(&polled, now)), "{}", polled.next_poll_at);
        let sent = guest.server.requests().pop().unwrap();
        assert!(sent.contains(&format!("if-none-match: {tag}\r\n")), "{tag}: {sent}");
    }
}

#[tokio::test]
async fn validators_are_sent_to_the_address_that_gave_them_alone() {
    let guest = Guest::of(FIXED, |path, _| match path {
        "/old" => "HTTP/1.1 302 Found\r\nlocation: /new\r\ncontent-length: 0\r\n\r\n".to_owned(),
        _ => feed("etag: \"1\"\r\n", ""),
    })
    .await;
    guest.poll(at(0)).await;
    guest.poll(at(900)).await;
    let tagged: Vec<bool> = guest.server.requests().iter().map(|sent| sent.contains("if-none-match: \"1\"")).collect();
    assert_eq!(tagged, [false, false, false, true], "{:?}", guest.server.requests());
}

#[tokio::test]
async fn a_permanent_redirect_seen_three_times_is_kept_and_told() {
    let guest = Guest::of(FIXED, |path, _| match path {
        "/old" => "HTTP/1.1 301 Moved Permanently\r\nlocation: /new\r\ncontent-length: 0\r\n\r\n".to_owned(),
        _ => feed("", ""),
    })
    .await;
    let mut changes = Vec::new();
    for now in [0, 900, 1_800, 2_700] {
        changes.push(guest.poll(at(now)).await.committed.health.map(|change| change.condition));
    }
    assert_eq!(guest.asked(), ["/old", "/new", "/old", "/new", "/old", "/new", "/new"]);
    let [None, None, Some(moved), None] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((moved.health, moved.why.as_str()), (Health::Moved, guest.server.url("/new").as_str()));
    let mails = guest.bed.deliver(at(HOUR)).await;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    let Notice::Health(notice) = &mail.notice else { panic!("{mail:?}") };
    assert_eq!(notice.changes.iter().map(|change| &change.condition).collect::<Vec<_>>(), [moved]);
}

#[tokio::test]
async fn an_entry_that_its_feed_takes_back_is_marked() {
    let atom = |entries: &str| {
        let names = "xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'";
        format!("HTTP/1.1 200 OK\r\n\r\n<feed {names}><id>tag:feed</id><title>t</title>{entries}</feed>")
    };
    let guest = Guest::of(FIXED, move |_, asked| match asked {
        0 => atom("<entry><id>tag:1</id><title>one</title></entry><entry><id>tag:2</id><title>two</title></entry>"),
        _ => atom(
            "<at:deleted-entry ref='tag:1' when='2026-03-02T08:10:00Z'/>\
             <entry><id>tag:2</id><title>two</title></entry>",
        ),
    })
    .await;
    let mut deletions = Vec::new();
    for now in [0, 900, 1_800] {
        deletions.push(guest.poll(at(now)).await.committed.deletions);
    }
    assert_eq!(deletions, [0, 1, 0]);
    let marked = "SELECT group_concat(title || ' ' || (deleted_at IS NOT NULL), ', ') FROM \
                  (SELECT title, deleted_at FROM entry ORDER BY title)";
    let marked: String = guest.bed.raw().await.fetch_one(marked).await.unwrap().get(0);
    assert_eq!(marked, "one 1, two 0");
}

#[tokio::test]
async fn a_source_that_has_moved_is_asked_where_it_is_until_that_fails() {
    let guest = Guest::of(FIXED, |path, asked| match (path, asked) {
        ("/new", 1..) => "HTTP/1.1 404 Not Found\r\n\r\n".to_owned(),
        _ => feed("", ""),
    })
    .await;
    let moved_to = Some(guest.server.url("/new"));
    guest.was(|poll| poll.whereabouts = Whereabouts { moved_to, ..Whereabouts::default() }).await;
    for now in [0, 900, 1_800, 2_700] {
        guest.poll(at(now)).await;
    }
    assert_eq!(guest.asked(), ["/new", "/new", "/old", "/old"], "the old address works, so the move was taken back");
}

#[tokio::test]
async fn a_new_address_that_is_gone_does_not_stop_the_source_before_the_old_one_was_asked() {
    let gone = "HTTP/1.1 410 Gone\r\n\r\n";
    let guest = Guest::of(FIXED, move |_, _| gone.to_owned()).await;
    let moved_to = Some(guest.server.url("/new"));
    guest.was(|poll| poll.whereabouts = Whereabouts { moved_to, ..Whereabouts::default() }).await;
    let mut stopped = Vec::new();
    for now in [0, 900] {
        guest.poll(at(now)).await;
        stopped.push(guest.bed.store.source_states().await.unwrap().remove(0).stopped.is_some());
    }
    assert_eq!(stopped, [false, true]);
}

#[tokio::test]
async fn a_source_that_is_gone_stops_and_starts_again_when_it_is_back() {
    let guest = Guest::of(FIXED, |_, asked| match asked {
        0 => "HTTP/1.1 410 Gone\r\n\r\n".to_owned(),
        _ => feed("", ""),
    })
    .await;
    let state = async || guest.bed.store.source_states().await.unwrap().remove(0);
    guest.poll(at(0)).await;
    assert_eq!(state().await.stopped.as_deref(), Some("its address is gone for good (status 410)"));
    assert_eq!(guest.bed.store.claim_sources("me", at(999_999), at(1_000_000), 9).await.unwrap(), []);
    guest.poll(at(900)).await;
    assert_eq!(state().await.stopped, None);
}

#[tokio::test]
async fn one_feed_that_is_refused_lets_the_whole_host_rest_and_twice_as_long_the_next_time() {
    let guest = Guest::of(FIXED, |path, asked| match (path, asked) {
        (_, 0 | 2 | 4) => "HTTP/1.1 429 Too Many Requests\r\n\r\n".to_owned(),
        (_, 1) => "HTTP/1.1 403 Forbidden\r\n\r\n".to_owned(),
        _ => feed("", ""),
    })
    .await;
    let on = |name: &str| SourceSetup { host: "same".to_owned(), interval: FIXED, ..setup(name) };
    guest.bed.store.sync_sources(&[on("blog"), on("forum")], at(0)).await.unwrap();
    let mut now = at(0);
    for (source, rest) in [("blog", 5), ("forum", 10), ("blog", 20), ("blog", 0), ("blog", 5)] {
        guest.clock.advance_to(now);
        let claims = guest.bed.store.claim_sources("me", now, now + TimeDelta::minutes(10), 9).await.unwrap();
        let [claim] = <[_; 1]>::try_from(claims).unwrap();
        assert_eq!(claim.name, source);
        let polled = Source { name: claim.name.clone(), ..guest.source.clone() };
        guest.pipeline.poll_source(&guest.bed.store, &polled, claim, "me", &guest.clock).await.unwrap();
        let free = guest.bed.store.host_free_at("blog").await.unwrap();
        assert_eq!((free - now).num_minutes(), rest, "{source}");
        let before = guest.bed.store.claim_sources("me", free - TimeDelta::seconds(1), at(99_999), 9).await.unwrap();
        assert_eq!(before, [], "nobody asks a host that rests");
        now = guest.bed.store.next_poll_at().await.unwrap().unwrap();
        assert!(now >= free, "{now} is before {free}");
    }
}

#[tokio::test]
async fn a_feed_that_has_moved_is_asked_in_turn_with_those_of_its_new_host() {
    let guest = Guest::of(FIXED, |path, _| match path {
        "/old" => "HTTP/1.1 404 Not Found\r\n\r\n".to_owned(),
        _ => "HTTP/1.1 500 Internal Server Error\r\n\r\n".to_owned(),
    })
    .await;
    let new = guest.server.url_on(7, "/new");
    guest.was(|poll| poll.whereabouts = Whereabouts { moved_to: Some(new.clone()), ..Whereabouts::default() }).await;
    guest.bed.execute("UPDATE source_state SET host = 'new'").await;
    let (old, new) = (host_of(&guest.source.url), host_of(&new));
    for (now, next) in [(0, &old), (900, &new), (9_000, &old)] {
        guest.poll(at(now)).await;
        let host = sqlx::query_scalar("SELECT host FROM source_state");
        let host: String = host.fetch_one(&mut guest.bed.raw().await).await.unwrap();
        assert_eq!(host, *next, "after the poll at {now}");
    }
}
