//! The demo's world and its mail server, asked the way programs and people ask them.

mod run;

use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use lettre::message::{MultiPart, header};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use mentiond::clock::Clock;
use mentiond::demo::{Catcher, Mails, Server, Site, World};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn monday() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 9, 13, 0, 0).unwrap()
}

struct Stage {
    clock: Clock,
    world: Arc<World>,
    mails: Arc<Mails>,
    server: Server,
    catcher: Catcher,
    _dir: TempDir,
}

async fn stage(now: DateTime<Utc>) -> Stage {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::simulated(now);
    let world = Arc::new(World::load().unwrap());
    let mails = Arc::new(Mails::new(dir.path(), clock.clone()));
    let listen = || TcpListener::bind("127.0.0.1:0");
    let server = Server::start(listen().await.unwrap(), Arc::clone(&world), Arc::clone(&mails), clock.clone()).unwrap();
    let catcher = Catcher::start(listen().await.unwrap(), Arc::clone(&mails)).unwrap();
    Stage { clock, world, mails, server, catcher, _dir: dir }
}

impl Stage {
    /// The whole answer, head and body, to a GET.
    async fn get(&self, path: &str) -> String {
        self.get_with(path, "").await
    }

    async fn get_with(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.server.address()).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Says all lines at once, as a pipelining client may, and answers the codes of all replies.
    async fn converse(&self, said: &[u8]) -> Vec<String> {
        let mut stream = TcpStream::connect(self.catcher.address()).await.unwrap();
        stream.write_all(said).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.lines().filter(|line| line.as_bytes()[3] == b' ').map(|line| line[..3].to_owned()).collect()
    }
}

#[tokio::test]
async fn the_story_is_told_whole() {
    let world = World::load().unwrap();
    assert!((90..=140).contains(&world.items().len()), "{} items", world.items().len());
    for item in world.items() {
        let who = format!("{} by {}", item.path(), item.by);
        assert!(["en", "de", "nb", "nl"].contains(&item.lang.as_str()), "{who}");
        assert!((10..200).contains(&item.text.split_whitespace().count()), "{who}");
        let network = matches!(item.site, Site::Hn | Site::Mastodon);
        assert!(network || !item.title.is_empty(), "{who}: an article has a headline");
        assert!(item.site != Site::Hn || item.title.is_empty() != item.thread.is_empty(), "{who}");
        assert!(item.site != Site::Mastodon || item.tags().next().is_some(), "{who}: nobody would ask for it");
        assert!(!world.is_out(item.site, item.at), "{who}: written while the site was out of order");
    }
    for lang in ["en", "de", "nb"] {
        assert!(world.items().iter().filter(|item| item.lang == lang).count() >= 20, "{lang}");
    }
}

#[tokio::test]
async fn nothing_is_shown_before_its_time() {
    let stage = stage(monday()).await;
    assert!(!stage.get("/forum/feed.json").await.contains("I take it back, mostly"));
    let later = stage.world.items().iter().find(|item| item.text.contains("I take it back")).unwrap();
    assert!(stage.get(&later.path()).await.starts_with("HTTP/1.1 404"));
    stage.clock.advance_to(later.at);
    assert!(stage.get("/forum/feed.json").await.contains("I take it back, mostly"));
    assert!(stage.get(&later.path()).await.contains("<p>I take it back, mostly"));
}

#[tokio::test]
async fn feeds_are_well_formed_and_every_link_in_them_leads_to_a_page() {
    let stage = stage(monday()).await;
    for site in [Site::Blog, Site::Courier, Site::Kuestenblatt, Site::Forum] {
        let answer = stage.get(&format!("/{}/{}", site.path(), site.feed().unwrap())).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let feed = feed_rs::parser::parse(body.as_bytes()).unwrap_or_else(|fault| panic!("{site:?}: {fault}\n{body}"));
        let shown: Vec<_> = stage.world.shown(site, monday()).take(30).collect();
        assert_eq!(feed.entries.len(), shown.len(), "{site:?}");
        for (entry, item) in feed.entries.iter().zip(shown) {
            assert_eq!(entry.published, Some(item.at), "{}", item.path());
            assert_eq!(entry.authors[0].name.as_ref(), Some(&item.by));
            let path = entry.links[0].href.strip_prefix(&format!("http://{}", stage.server.address())).unwrap();
            let page = stage.get(path).await;
            assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
            assert!(page.contains("content-security-policy: default-src 'none'"), "{page}");
        }
        let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
        let path = format!("/{}/{}", site.path(), site.feed().unwrap());
        let again = stage.get_with(&path, &format!("If-None-Match: {etag}\r\n")).await;
        assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    }
}

#[tokio::test]
async fn a_site_out_of_order_says_when_to_come_back() {
    let stage = stage(Utc.with_ymd_and_hms(2026, 3, 9, 7, 0, 0).unwrap()).await;
    let answer = stage.get("/forum/feed.json").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 900\r\n"), "{answer}");
    assert!(stage.get("/blog/feed.atom").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn hacker_news_is_searched_by_phrase_and_time() {
    let stage = stage(monday()).await;
    let all = stage.json("/api/v1/search_by_date?query=%22skip%20hop%22&tags=(story,comment)&hitsPerPage=50").await;
    let hits = all["hits"].as_array().unwrap();
    assert_eq!(all["nbHits"], hits.len());
    let times: Vec<i64> = hits.iter().map(|hit| hit["created_at_i"].as_i64().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a > b) && times.len() >= 4, "{times:?}");
    let text = all.to_string();
    assert!(!text.contains("skip list"), "the words stand apart in it");
    let loose = stage.json("/api/v1/search_by_date?query=skip+hop").await.to_string();
    assert!(loose.contains("skip list that can hop"), "{loose}");
    let middle = times[times.len() / 2];
    let path = format!("/api/v1/search_by_date?query=%22skip+hop%22&numericFilters=created_at_i%3E{middle}");
    assert_eq!(stage.json(&path).await["nbHits"], times.len() / 2);
    let second = stage.json("/api/v1/search_by_date?query=%22skip+hop%22&hitsPerPage=2&page=1").await;
    assert_eq!(second["hits"][0]["created_at_i"], times[2]);
}

#[tokio::test]
async fn a_tag_timeline_can_be_read_from_both_ends() {
    let stage = stage(monday()).await;
    let page = async |query: &str| -> Vec<String> {
        let statuses = stage.json(&format!("/api/v1/timelines/tag/skiphop?{query}")).await;
        statuses.as_array().unwrap().iter().map(|status| status["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = page("limit=40").await;
    assert!(all.len() > 8 && all.is_sorted_by(|a, b| a.parse::<i64>().unwrap() > b.parse().unwrap()), "{all:?}");
    assert_eq!(page(&format!("limit=2&max_id={}", all[2])).await, all[3..5]);
    assert_eq!(page(&format!("limit=2&min_id={}", all[5])).await, all[3..5], "the ones that follow at once");
    assert_eq!(page(&format!("limit=2&since_id={}", all[5])).await, all[0..2], "the latest ones");
    let last = stage.json("/api/v1/timelines/tag/SkipHop?limit=1").await;
    let content = last[0]["content"].as_str().unwrap();
    assert!(content.starts_with("<p>") && content.contains("#<span>SkipHop</span></a>"), "{content}");
    assert!(last[0]["url"].as_str().unwrap().starts_with(&format!("http://{}/mastodon/", stage.server.address())));
}

#[tokio::test]
async fn a_mail_arrives_byte_for_byte_and_its_html_is_shown() {
    let stage = stage(monday()).await;
    let text = "..two dots\r\n.\r\none dot alone: Grüße på norsk æøå\r\n";
    let html = "<h1>Grüße</h1><p>på norsk: æøå, a line that is longer than seventy-six characters, and = signs</p>";
    let mail = Message::builder()
        .from("mentiond <mentiond@skiphop.example>".parse().unwrap())
        .to("support@skiphop.example".parse().unwrap())
        .subject("Skip Hop: Beschwerde über Rückerstattung 🎒")
        .multipart(MultiPart::alternative_plain_html(text.to_owned(), html.to_owned()))
        .unwrap();
    let plain = Message::builder()
        .from("mentiond@skiphop.example".parse().unwrap())
        .to("team@skiphop.example".parse().unwrap())
        .subject("plain")
        .header(header::ContentType::TEXT_PLAIN)
        .header(header::ContentTransferEncoding::EightBit)
        .body(text.to_owned())
        .unwrap();
    let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(stage.catcher.address().port())
        .build();
    smtp.send(mail.clone()).await.unwrap();
    smtp.send(plain.clone()).await.unwrap();

    let mails = stage.mails.all();
    assert_eq!(mails.len(), 2);
    // lettre ends the last line before the dot, be it ended already or not.
    let sent = |mail: Message| [mail.formatted(), b"\r\n".to_vec()].concat();
    assert_eq!(std::fs::read(&mails[0].eml).unwrap(), sent(mail));
    assert_eq!(std::fs::read(&mails[1].eml).unwrap(), sent(plain), "8-bit text and dots come through");
    assert_eq!(mails[0].subject, "Skip Hop: Beschwerde über Rückerstattung 🎒");
    assert_eq!(mails[0].envelope.recipients, ["support@skiphop.example"]);
    assert_eq!(std::fs::read_to_string(mails[0].html.as_ref().unwrap()).unwrap().trim_end(), html);
    assert_eq!(mails[1].html, None);

    assert!(stage.get("/mails/1").await.contains("<h1>Grüße</h1>"));
    assert!(stage.get("/mails/2").await.starts_with("HTTP/1.1 404"));
    let index = stage.get("/mails").await;
    assert!(index.contains("<a href=\"/mails/1\">Skip Hop: Beschwerde über"), "{index}");
}

#[tokio::test]
async fn a_subject_is_shown_as_text() {
    let stage = stage(monday()).await;
    let said =
        b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nSubject: <script>\r\n\r\nx\r\n.\r\nQUIT\r\n";
    assert_eq!(stage.converse(said).await, ["220", "250", "250", "250", "354", "250", "221"]);
    let index = stage.get("/mails").await;
    assert!(!index.contains("<script>") && index.contains("&#60;script&#62;"), "{index}");
}

#[tokio::test]
async fn the_mail_server_keeps_to_the_order_of_things() {
    let stage = stage(monday()).await;
    for (said, codes) in [
        ("MAIL FROM:<a@b.example>\r\n", vec!["220", "503"]),
        ("EHLO\r\nHELO x\r\nDATA\r\n", vec!["220", "501", "250", "503"]),
        ("EHLO x\r\nMAIL FROM:<a@b.example> SIZE=99999999\r\n", vec!["220", "250", "552"]),
        ("EHLO x\r\nMAIL FROM:<a@b.example> SMTPUTF8\r\n", vec!["220", "250", "555"]),
        ("EHLO x\r\nMAIL FROM:a@b.example\r\nRCPT TO:<c@d.example>\r\n", vec!["220", "250", "501", "503"]),
        ("EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<>\r\nDATA\r\n", vec!["220", "250", "250", "501", "503"]),
        (
            "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRSET\r\nRCPT TO:<c@d.example>\r\n",
            vec!["220", "250", "250", "250", "503"],
        ),
        ("NOOP\r\nVRFY x\r\nBDAT 5\r\nQUIT\r\n", vec!["220", "250", "252", "500", "221"]),
    ] {
        assert_eq!(stage.converse(said.as_bytes()).await, codes, "{said}");
    }
    assert!(stage.mails.all().is_empty());
}

#[tokio::test]
async fn the_mail_server_has_limits() {
    let stage = stage(monday()).await;
    let long = [b"EHLO x\r\nNOOP ".as_slice(), &[b'x'; 5000], b"\r\nNOOP\r\n"].concat();
    assert_eq!(stage.converse(&long).await, ["220", "250", "500", "250"]);
    let begin = b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n".as_slice();
    for part in [b"x".as_slice(), b"one line of many\r\n"] {
        let large = [begin, &part.repeat(5_000_000 / part.len()), b"\r\n.\r\nNOOP\r\n"].concat();
        assert_eq!(stage.converse(&large).await, ["220", "250", "250", "250", "354", "552", "250"]);
    }
    let mistakes = stage.converse("HELP\r\n".repeat(50).as_bytes()).await;
    assert_eq!((mistakes.len(), mistakes.last().unwrap().as_str()), (22, "421"));
    let recipients = format!("EHLO x\r\nMAIL FROM:<a@b.example>\r\n{}", "RCPT TO:<c@d.example>\r\n".repeat(101));
    assert_eq!(stage.converse(recipients.as_bytes()).await.last().unwrap(), "452");
    assert!(stage.mails.all().is_empty());
}

/// No mail can be hidden in another behind line ends that servers read differently.
#[tokio::test]
async fn only_a_dot_between_two_whole_line_ends_ends_a_mail() {
    let stage = stage(monday()).await;
    let said =
        b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n\r\none\n.\r\ntwo\r\n.\nthree\r\n.\r\n";
    assert_eq!(stage.converse(said).await, ["220", "250", "250", "250", "354", "250"]);
    let mails = stage.mails.all();
    assert_eq!(mails.len(), 1);
    assert_eq!(std::fs::read(&mails[0].eml).unwrap(), b"\r\none\n.\r\ntwo\r\n\nthree\r\n");
}

#[tokio::test]
async fn a_client_that_goes_away_has_handed_over_nothing() {
    let stage = stage(monday()).await;
    let said = b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n\r\nhalf a mail\r\n";
    assert_eq!(stage.converse(said).await, ["220", "250", "250", "250", "354"]);
    assert!(stage.mails.all().is_empty());
}
