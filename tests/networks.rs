//! What single networks do that others do not: pages behind pages, logins on other hosts, limits in words, and turns.

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::model::{Answer, Instant, Loss, LossReason, Page, PollFault, Source, SourceKind};
use mentiond::source::adapter;
use serde_json::{Value, json};

use crate::common::networks::source;

mod counted;

fn now() -> Instant {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn answer(status: u16, url: &str, headers: &[(&'static str, &str)], body: impl ToString) -> Answer {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    Answer { url: url.parse().unwrap(), status, moved: None, headers, body: body.to_string().into_bytes() }
}

fn read(source: &Source, cursor: Option<&str>, answer: &Answer) -> Page {
    let adapter = adapter(source.kind);
    let lane = adapter.lanes(source).remove(0);
    adapter.read(source, &lane, cursor, answer, now()).unwrap()
}

/// Where a source that has read nothing asks first, and where it logs in.
fn addresses(source: &Source) -> (String, Option<String>) {
    let adapter = adapter(source.kind);
    let lane = adapter.lanes(source).remove(0);
    let asked = adapter.request(source, &lane, None, now()).url;
    (asked.authority().to_owned(), adapter.login(source, now()).map(|login| login.url.to_string()))
}

fn with_account(kind: SourceKind, url: &str) -> Source {
    Source { token: Some("x".into()), account: Some("acme".to_owned()), ..source(kind, url, &["acme"]) }
}

#[test]
fn hosts_of_a_network_are_told_apart_only_at_its_own_address() {
    for (url, asked, login) in [
        ("https://www.reddit.com", "oauth.reddit.com", "https://www.reddit.com/api/v1/access_token"),
        ("https://oauth.reddit.com", "oauth.reddit.com", "https://www.reddit.com/api/v1/access_token"),
        ("http://localhost:8080/r", "localhost:8080", "http://localhost:8080/r/api/v1/access_token"),
    ] {
        let expected = (asked.to_owned(), Some(login.to_owned()));
        assert_eq!(addresses(&with_account(SourceKind::Reddit, url)), expected);
    }
    let without_key = source(SourceKind::Reddit, "https://www.reddit.com", &["acme"]);
    assert_eq!(addresses(&without_key), ("www.reddit.com".to_owned(), None));
}

#[test]
fn a_login_that_is_refused_with_status_200_is_refused_all_the_same() {
    let refused = answer(200, "https://www.reddit.com/x", &[], json!({ "error": "invalid_grant" }));
    let fault = adapter(SourceKind::Reddit).session(&refused, now()).unwrap_err();
    let expected = "the server does not take the credentials (status 200): invalid_grant; renew the id and the secret of \
                    the app";
    assert_eq!((fault.label(), fault.to_string()), ("revoked", expected.to_owned()));
}

#[test]
fn an_account_of_bluesky_is_asked_for_where_it_lives() {
    let service = json!({ "id": "#atproto_pds", "serviceEndpoint": "https://morel.us-east.host.bsky.network" });
    let body = json!({ "accessJwt": "x", "didDoc": { "service": [{ "id": "#other" }, service] } });
    let base = |url| {
        let session = adapter(SourceKind::Bluesky).session(&answer(200, url, &[], &body), now()).unwrap();
        session.base.map(String::from)
    };
    assert_eq!(base("https://bsky.social/x"), Some("https://morel.us-east.host.bsky.network/".to_owned()));
    assert_eq!(base("https://pds.example/x"), None);
}

#[test]
fn links_of_bluesky_are_read_whole_by_their_bytes() {
    let facet = |start: usize, end: usize, uri: &str| json!({ "index": { "byteStart": start, "byteEnd": end }, "features": [{ "uri": uri }] });
    let said = "💛 ø shop.example/acm… and here, ok";
    let shop = said.find("shop").unwrap();
    let here = said.find("here").unwrap();
    for (facets, text) in [
        (
            vec![
                facet(here, here + 4, "https://b.example/"),
                facet(shop, shop + 19, "https://shop.example/acme-coffee"),
                // Within a character, behind the end, and the wrong way round.
                facet(1, 5, "https://c.example/"),
                facet(30, 3_000, "https://c.example/"),
                facet(9, 7, "https://c.example/"),
            ],
            "💛 ø https://shop.example/acme-coffee and here (https://b.example/), ok",
        ),
        (Vec::new(), said),
    ] {
        let record = json!({ "text": said, "facets": facets, "createdAt": "2026-11-20T09:00:00Z" });
        let post =
            json!({ "uri": "at://did:plc:x/app.bsky.feed.post/1", "author": { "did": "did:plc:x" }, "record": record });
        let page = json!({ "posts": [post] });
        let source = source(SourceKind::Bluesky, "https://bsky.social", &["acme"]);
        let page = read(&source, None, &answer(200, "https://bsky.social/x", &[], page));
        assert_eq!(page.entries[0].text, text);
    }
}

#[test]
fn posts_that_are_not_for_everybody_are_no_entries() {
    let post = |labels: Value, of_author: Value| {
        json!({ "uri": "at://did:plc:x/app.bsky.feed.post/1", "labels": labels,
            "author": { "did": "did:plc:x", "labels": of_author } })
    };
    let source = source(SourceKind::Bluesky, "https://bsky.social", &["acme"]);
    for (post, entries) in [
        (post(json!([]), json!([])), 1),
        (post(json!([{ "val": "porn" }]), json!([])), 1),
        (post(json!([{ "val": "!hide" }]), json!([])), 0),
        (post(json!([]), json!([{ "val": "!no-unauthenticated" }])), 0),
    ] {
        let page = answer(200, "https://bsky.social/x", &[], json!({ "posts": [post] }));
        assert_eq!(read(&source, None, &page).entries.len(), entries);
    }
}

fn asked_for(page: &Page, parameter: &str) -> Option<String> {
    let url = &page.next.as_ref()?.url;
    url.query_pairs().find(|(name, _)| name == parameter).map(|(_, value)| value.into_owned())
}

#[test]
fn github_is_walked_by_its_links_up_to_the_thousandth_result() {
    let source = source(SourceKind::GitHub, "https://api.github.com", &["acme"]);
    let item = |id: u32| json!({ "id": id, "created_at": "2026-11-20T09:00:00Z" });
    let body = |id| json!({ "total_count": 1400, "items": [item(id)] });
    let link = r#"<https://elsewhere.example/x?token=y&page=2>; rel="next", <https://api.github.com/x>; rel="last""#;
    // A first walk that was at its end two days ago.
    let before = answer(200, "https://api.github.com/x", &[], json!({ "items": [] }));
    let lane = adapter(source.kind).lanes(&source).remove(0);
    let then = now() - TimeDelta::days(2);
    let mut cursor = adapter(source.kind).read(&source, &lane, None, &before, then).unwrap().cursor;
    for number in 2..=10 {
        let answer = answer(200, "https://api.github.com/x", &[("link", link)], body(number));
        let page = read(&source, cursor.as_deref(), &answer);
        assert_eq!(asked_for(&page, "page"), Some(number.to_string()));
        assert_eq!(page.next.unwrap().url.host_str(), Some("api.github.com"));
        assert_eq!((page.problems.len(), page.lost.len()), (0, 0));
        cursor = page.cursor;
    }
    let last = read(&source, cursor.as_deref(), &answer(200, "https://api.github.com/x", &[], body(11)));
    let to = "2026-11-20T09:00:00Z".parse().unwrap();
    assert!(last.next.is_none());
    assert_eq!(last.lost, [Loss { from: then, to, why: LossReason::Newest(1000) }]);
    // The next poll finds the same, which is known by now.
    let again = read(&source, last.cursor.as_deref(), &answer(200, "https://api.github.com/x", &[], body(11)));
    assert_eq!(again.lost, []);
}

#[test]
fn a_list_of_reddit_that_ends_is_cut_off_only_after_about_a_thousand_things() {
    let source = with_account(SourceKind::Reddit, "https://www.reddit.com");
    let list = |page: usize, after: Value| {
        let at = (now() - TimeDelta::days(1)).timestamp();
        let thing =
            |number| json!({ "data": { "name": format!("t3_{page}x{number}"), "title": "x", "created_utc": at } });
        let children: Vec<Value> = (0..100).map(thing).collect();
        answer(200, "https://oauth.reddit.com/x", &[], json!({ "data": { "children": children, "after": after } }))
    };
    for (pages, lost) in [(2, Vec::new()), (10, vec![LossReason::Newest(1000)])] {
        // A first walk that found nothing two days ago.
        let nothing = answer(200, "https://oauth.reddit.com/x", &[], json!({ "data": { "children": [] } }));
        let (adapter, then) = (adapter(source.kind), now() - TimeDelta::days(2));
        let lane = adapter.lanes(&source).remove(0);
        let mut cursor = adapter.read(&source, &lane, None, &nothing, then).unwrap().cursor;
        for number in 1..pages {
            let page = read(&source, cursor.as_deref(), &list(number, format!("t3_{number}").into()));
            assert_eq!(asked_for(&page, "after"), Some(format!("t3_{number}")));
            cursor = page.cursor;
        }
        let last = read(&source, cursor.as_deref(), &list(pages, Value::Null));
        assert_eq!(last.lost.into_iter().map(|lost| lost.why).collect::<Vec<_>>(), lost);
    }
}

#[test]
fn a_forum_shows_ten_pages() {
    let source = source(SourceKind::Discourse, "https://forum.example", &["acme"]);
    let body = |page: usize| {
        let post = json!({ "id": page, "topic_id": 2, "created_at": "2026-11-20T09:00:00Z" });
        json!({ "posts": [post], "grouped_search_result": { "more_full_page_results": true } })
    };
    // How many pages a poll reads, and what it says is lost.
    let poll = |cursor: &mut Option<String>, now| {
        let (mut pages, mut lost) = (0, Vec::new());
        loop {
            let answer = answer(200, "https://forum.example/x", &[], body(pages));
            let page = adapter(source.kind).read(&source, "acme", cursor.as_deref(), &answer, now).unwrap();
            *cursor = page.cursor;
            lost.extend(page.lost);
            pages += 1;
            if page.next.is_none() {
                return (pages, lost.into_iter().map(|lost| lost.why).collect::<Vec<_>>());
            }
        }
    };
    let mut cursor = None;
    let first = poll(&mut cursor, now() - TimeDelta::days(1));
    assert_eq!(first, (10, Vec::new()), "nobody waits for what was there before");
    assert_eq!(poll(&mut cursor, now()), (10, vec![LossReason::Ends]));
    let busy = json!({ "posts": [], "grouped_search_result": { "error": "the search is busy" } });
    let fault = adapter(source.kind).read(&source, "acme", None, &answer(200, "https://f.example", &[], busy), now());
    assert_eq!(fault.unwrap_err().to_string(), "the server answered with status 200: the search is busy");
}

#[test]
fn the_days_of_a_tag_are_read_whole_and_a_list_by_date_ends_with_them() {
    let source = source(SourceKind::DevTo, "https://dev.to", &["acme"]);
    let articles = |first: &str, last: &str| {
        let article = |number: usize| json!({ "id": number, "published_at": if number < 99 { first } else { last } });
        Value::from((0..100).map(article).collect::<Vec<_>>())
    };
    let read = |body: &Value| read(&source, None, &answer(200, "https://dev.to/x", &[], body));
    // The eighth day back is not wanted, but the list by heat may show what is younger behind it.
    let page = read(&articles("2026-11-20T09:00:00Z", "2026-11-13T09:00:00Z"));
    assert_eq!((asked_for(&page, "page"), asked_for(&page, "top")), (Some("2".to_owned()), Some("8".to_owned())));
    assert_eq!(page.entries.len(), 99);
    assert!(read(&articles("2026-11-20T09:00:00Z", "2026-10-01T09:00:00Z")).next.is_none());
}

#[test]
fn what_wants_rest_is_read_a_page_of_a_lane_in_each_poll() {
    let kind = SourceKind::StackExchange;
    let source = Source {
        places: vec!["coffee".to_owned(), "stackoverflow.com".to_owned()],
        ..source(kind, "https://api.stackexchange.com", &["acme"])
    };
    assert!(adapter(kind).takes_turns(&source));
    let asked = |lane: &str, cursor: Option<&str>| {
        adapter(kind).request(&source, lane, cursor, now()).url[url::Position::AfterHost..].to_owned()
    };
    let lanes = adapter(kind).lanes(&source);
    let wanted =
        [("advanced", "coffee"), ("excerpts", "coffee"), ("advanced", "stackoverflow"), ("excerpts", "stackoverflow")];
    assert_eq!(lanes.len(), wanted.len());
    for (lane, (list, site)) in lanes.iter().zip(wanted) {
        assert!(asked(lane, None).starts_with(&format!("/2.3/search/{list}?q=acme&site={site}&")), "{lane}");
    }
    let item = json!({ "question_id": 1, "answer_id": 2, "creation_date": 1_795_082_560 });
    let body = json!({ "items": [item], "has_more": true, "backoff": 900 });
    let answer = answer(200, "https://api.stackexchange.com", &[], &body);
    let of = |lane: &str| adapter(kind).read(&source, lane, None, &answer, now()).unwrap();
    let (questions, answers) = (of(&lanes[2]), of(&lanes[3]));
    assert_eq!(questions.rhythm.every, Some(Duration::from_secs(900)));
    assert!(asked(&lanes[2], questions.cursor.as_deref()).contains("&page=2"), "a later turn goes on");
    assert_eq!(questions.entries[0].key.0, "stack_exchange:stackoverflow/q/1");
    assert_eq!(answers.entries[0].key.0, "stack_exchange:stackoverflow/a/2");
    assert_eq!(answers.entries[0].url.as_deref(), Some("https://stackoverflow.com/a/2"));
}

#[test]
fn answers_of_stack_exchange_lie_on_the_site_that_they_are_of() {
    for (place, site, page) in [
        ("coffee", "coffee", "https://coffee.stackexchange.com/a/2"),
        ("coffee.stackexchange.com", "coffee", "https://coffee.stackexchange.com/a/2"),
        ("Ask Ubuntu", "askubuntu", "https://askubuntu.com/a/2"),
        ("es.stackoverflow.com", "es.stackoverflow", "https://es.stackoverflow.com/a/2"),
        ("mathoverflow.net", "mathoverflow.net", "https://mathoverflow.net/a/2"),
        ("cooking.meta", "cooking.meta", "https://cooking.meta.stackexchange.com/a/2"),
    ] {
        let source = Source {
            places: vec![place.to_owned()],
            ..source(SourceKind::StackExchange, "https://api.stackexchange.com", &["acme"])
        };
        let lanes = adapter(source.kind).lanes(&source);
        let body = json!({ "items": [{ "answer_id": 2 }] });
        let answer = answer(200, "https://api.stackexchange.com", &[], body);
        let read = adapter(source.kind).read(&source, &lanes[1], None, &answer, now()).unwrap();
        assert_eq!(read.entries[0].url.as_deref(), Some(page));
        assert_eq!(read.entries[0].key.0, format!("stack_exchange:{site}/a/2"));
    }
}

#[test]
fn a_feed_that_is_full_before_it_reaches_what_was_read_says_so() {
    let source = source(SourceKind::Reddit, "https://www.reddit.com", &["acme"]);
    let feed = |entries: usize, day: u32| {
        let entry = |number: usize| {
            format!("<entry><id>t3_{number}</id><title>x</title><updated>2026-11-{day}T09:00:00Z</updated></entry>")
        };
        format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{}</feed>", (0..entries).map(entry).collect::<String>())
    };
    let first = read(&source, None, &answer(200, "https://www.reddit.com/x", &[], feed(100, 20)));
    assert_eq!(first.lost, []);
    let later = now() + TimeDelta::days(3);
    let lost = |entries, day| {
        let answer = answer(200, "https://www.reddit.com/x", &[], feed(entries, day));
        let lane = adapter(source.kind).lanes(&source).remove(0);
        adapter(source.kind).read(&source, &lane, first.cursor.as_deref(), &answer, later).unwrap().lost
    };
    let to = "2026-11-22T09:00:00Z".parse().unwrap();
    assert_eq!(lost(100, 22), [Loss { from: now(), to, why: LossReason::Newest(100) }]);
    // One that is nearly full shows nothing of what was known, and one that is not never does.
    assert_eq!(lost(99, 22), [Loss { from: now(), to, why: LossReason::Ends }]);
    assert!(lost(39, 22).is_empty() && lost(100, 20).is_empty());
}

#[test]
fn updates_that_a_bot_does_not_fetch_within_a_day_are_lost() {
    let source = source(SourceKind::Telegram, "https://api.telegram.org", &[]);
    let read = |cursor: Option<&str>, hours: i64| {
        let answer = answer(200, "https://api.telegram.org/x", &[], json!({ "ok": true, "result": [] }));
        adapter(source.kind).read(&source, "", cursor, &answer, now() + TimeDelta::hours(hours)).unwrap()
    };
    let first = read(None, 0);
    assert_eq!(first.lost, []);
    let day = read(first.cursor.as_deref(), 24);
    assert_eq!(day.lost, [], "nothing was said, but it was asked");
    let late = read(day.cursor.as_deref(), 50);
    let (from, to) = (now() + TimeDelta::hours(24), now() + TimeDelta::hours(26));
    assert_eq!(late.lost, [Loss { from, to, why: LossReason::Hours(24) }]);
}

#[test]
fn any_beginning_of_a_feed_of_reddit_can_be_read_or_refused() {
    let source = source(SourceKind::Reddit, "https://www.reddit.com", &["acme"]);
    let whole = include_str!("data/sources/reddit-search.atom.xml");
    for end in (0..whole.len()).step_by(37).filter(|end| whole.is_char_boundary(*end)) {
        let answer = answer(200, "https://www.reddit.com/x", &[], &whole[..end]);
        let page = adapter(source.kind).read(&source, "", None, &answer, now());
        assert!(page.is_ok_and(|page| page.entries.len() <= 5) || end < 2_000, "{end}");
    }
}

#[test]
fn limits_are_told_in_words_and_headers() {
    let throttled = |status, until: Option<&str>| {
        Some(PollFault::Throttled { status, until: until.map(|until| until.parse().unwrap()) })
    };
    let words = |seconds: &str| {
        json!({ "error_id": 502, "error_name": "throttle_violation",
            "error_message": format!("too many requests, more requests available in {seconds} seconds") })
    };
    let spent = PollFault::Spent {
        what: "the quota of calls a day".to_owned(),
        until: "2026-11-20T12:10:01Z".parse().unwrap(),
    };
    for (kind, status, headers, body, fault) in [
        (SourceKind::StackExchange, 400, &[][..], words("60"), throttled(400, Some("2026-11-20T12:01:00Z"))),
        (SourceKind::StackExchange, 400, &[], words("601"), Some(spent)),
        (SourceKind::StackExchange, 400, &[], words("some"), throttled(400, None)),
        (
            SourceKind::Reddit,
            429,
            &[("x-ratelimit-reset", "40.2")],
            Value::Null,
            throttled(429, Some("2026-11-20T12:00:41Z")),
        ),
        (SourceKind::Reddit, 429, &[("x-ratelimit-reset", "1e300")], Value::Null, throttled(429, None)),
        (
            SourceKind::GitHub,
            403,
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795166460")],
            Value::Null,
            throttled(403, Some("2026-11-20T09:21:00Z")),
        ),
        (SourceKind::GitHub, 403, &[], json!({ "message": "forbidden" }), None),
        (SourceKind::Discourse, 409, &[], Value::Null, throttled(409, None)),
        (SourceKind::Discourse, 400, &[], Value::Null, None),
    ] {
        assert_eq!(adapter(kind).fault(&answer(status, "https://x.example", headers, body), now()), fault, "{kind:?}");
    }
}

#[test]
fn who_answers_to_themselves_on_their_own_server_has_an_address() {
    let source = source(SourceKind::Mastodon, "https://mastodon.example", &["acme"]);
    let post = |account: &str, answered: &str| {
        json!({ "id": "12", "uri": "https://mastodon.example/users/kari/statuses/12", "in_reply_to_id": "11",
            "in_reply_to_account_id": answered, "account": { "id": "1", "acct": account } })
    };
    for (post, parent) in [
        (post("kari", "1"), "mastodon:https://mastodon.example/users/kari/statuses/11"),
        (post("kari", "2"), "mastodon:mastodon.example/11"),
        (post("kari@other.example", "1"), "mastodon:mastodon.example/11"),
    ] {
        let page = read(&source, None, &answer(200, "https://mastodon.example", &[], json!([post])));
        assert_eq!(page.entries[0].parent.as_ref().unwrap().0, parent);
    }
}
