//! What no sample shows: what networks want to be asked at the edges of their contracts, and what is not to be lost there.

use std::time::Duration;

use chrono::TimeDelta;
use http::HeaderMap;
use mentiond::model::{Answer, Page, PollFault, Source, SourceKind};
use mentiond::source::adapter;
use serde_json::{Value, json};

use crate::common::contract::now;
use crate::common::networks::source;

/// Reads an answer of a lane.
fn read(source: &Source, lane: &str, cursor: Option<&str>, body: &Value) -> Result<Page, PollFault> {
    let (url, headers, body) = (source.url.clone(), HeaderMap::new(), body.to_string().into_bytes());
    let answer = Answer { url, status: 200, moved: None, headers, body };
    adapter(source.kind).read(source, lane, cursor, &answer, now())
}

/// A parameter of what is asked next.
fn asked(page: &Page, name: &str) -> String {
    let url = &page.next.as_ref().unwrap().url;
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn ago(days: i64) -> String {
    (now() - TimeDelta::days(days)).to_rfc3339()
}

#[test]
fn x_is_not_asked_from_a_time_on_that_it_does_not_show_yet() {
    for (depth, from) in [(0, "11%3A59%3A00Z"), (59, "11%3A59%3A00Z"), (120, "11%3A58%3A00Z")] {
        let x = source(SourceKind::X, "https://api.x.com", &["acme"]);
        let x = Source { first_poll_depth: Duration::from_secs(depth), ..x };
        let asked = adapter(x.kind).request(&x, "\"acme\"", None, now()).url.to_string();
        assert!(asked.contains(&format!("start_time=2026-11-20T{from}&")), "{asked}");
    }
}

#[test]
fn tags_keep_what_the_tags_of_their_network_may_have() {
    let terms = ["skip_hop", "#Skip Hop", "_", "skip-hop"];
    let of = |kind| source(kind, "https://network.example", &terms);
    let lanes = |kind| adapter(kind).lanes(&of(kind));
    assert_eq!(lanes(SourceKind::Mastodon), ["skip_hop", "skiphop"]);
    assert_eq!(lanes(SourceKind::DevTo), ["skiphop"]);
    let stream = of(SourceKind::MastodonStreaming);
    let known = json!({ "tags": {}, "owed": [], "at": "wss://s.example", "since": now().timestamp(), "looked": 0, "known": [] });
    let says = adapter(stream.kind).request(&stream, "", Some(&known.to_string()), now()).says;
    assert_eq!(says.len(), 2);
    assert!(says[0].contains("\"skip_hop\""), "{says:?}");
}

/// A message of Discord.
fn message(id: u32, text: &str, beside: Value) -> Value {
    let mut message = json!({ "id": id.to_string(), "type": 0, "content": text, "author": { "username": "ida" },
        "mentions": [], "embeds": [], "attachments": [] });
    message.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
    message
}

#[test]
fn discord_is_read_up_to_the_first_message_whose_text_is_kept_from_the_bot() {
    let says = |id| message(id, "Acme leaks", json!({}));
    let names_bot = |id| message(id, "<@1> help", json!({ "mentions": [{ "id": "1" }] }));
    let of_bot = |id| message(id, "beep", json!({ "author": { "username": "b", "bot": true } }));
    let blank = |id| message(id, "", json!({}));
    let (first, mut source) = ("20", source(SourceKind::Discord, "https://discord.com", &[]));
    source.places = vec!["1/2".to_owned()];
    for (what, messages, entries, cursor, is_told) in [
        ("everything has a text", vec![says(23), says(22), says(21)], 3, Some("23"), false),
        ("nothing has one", vec![blank(22), blank(21)], 0, Some("20"), true),
        (
            "only what names the bot has one",
            vec![blank(24), names_bot(23), blank(22), names_bot(21)],
            2,
            Some("21"),
            true,
        ),
        ("only programs have one", vec![blank(22), of_bot(21)], 1, Some("21"), true),
        ("one is blank by itself", vec![blank(23), says(22), names_bot(21)], 3, Some("23"), false),
        ("nothing new", vec![], 0, None, false),
    ] {
        let page = read(&source, "1/2", Some(first), &Value::from(messages)).unwrap();
        let told = (page.entries.len(), page.cursor.as_deref(), !page.problems.is_empty(), page.next.is_some());
        assert_eq!(told, (entries, cursor, is_told, false), "{what}");
    }
    // The first poll stays where it began, so that nothing is passed over while the days go by.
    let begun = read(&source, "1/2", None, &Value::from(vec![blank(21)])).unwrap().cursor;
    assert!(begun.unwrap().parse::<u64>().unwrap() > 1_000);
}

#[test]
fn facebook_is_asked_for_fewer_fields_for_as_long_as_it_refuses_some() {
    let source = source(SourceKind::Facebook, "https://graph.facebook.com/v25.0", &[]);
    let refused = |field: &str| {
        let message = format!("(#100) Tried accessing nonexisting field ({field}) on node type (Post)");
        json!({ "error": { "message": message, "type": "OAuthException", "code": 100 } })
    };
    let fields = |page: &Page| asked(page, "fields");
    let first = read(&source, "1/tagged", None, &refused("reactions")).unwrap();
    assert_eq!(fields(&first), "id,message,created_time,tagged_time,permalink_url");
    let second = read(&source, "1/tagged", first.cursor.as_deref(), &refused("tagged_time")).unwrap();
    assert_eq!(fields(&second), "id,message,created_time,permalink_url");
    let fault = read(&source, "1/tagged", second.cursor.as_deref(), &refused("message")).unwrap_err();
    assert!(fault.to_string().contains("nonexisting field (message)"), "{fault}");
    // A post of last year that is tagged today is new.
    let old = json!({ "data": [{ "id": "1_2", "message": "Acme", "created_time": ago(300), "tagged_time": ago(0) }] });
    let read = read(&source, "1/tagged", first.cursor.as_deref(), &old).unwrap();
    assert_eq!((read.entries.len(), read.left_out), (1, 0));
}

#[test]
fn the_number_of_a_hashtag_is_asked_for_once_and_again_where_it_is_not_taken() {
    let source = source(SourceKind::Instagram, "https://graph.facebook.com/v25.0", &[]);
    let (lane, instagram) = ("1/skiphop", adapter(SourceKind::Instagram));
    let path = |cursor: Option<&str>| instagram.request(&source, lane, cursor, now()).url.path().to_owned();
    assert_eq!(path(None), "/v25.0/ig_hashtag_search");
    let found = read(&source, lane, None, &json!({ "data": [{ "id": "178" }] })).unwrap();
    assert_eq!(found.next.unwrap().url.path(), "/v25.0/178/recent_media");
    let posts =
        json!({ "data": [{ "id": "9", "timestamp": ago(0) }], "paging": { "next": "https://g.example/?after=A" } });
    let newer = read(&source, lane, found.cursor.as_deref(), &posts).unwrap();
    assert_eq!((newer.entries.len(), asked(&newer, "after").as_str()), (1, "A"));
    let last = read(&source, lane, newer.cursor.as_deref(), &json!({ "data": [] })).unwrap();
    assert_eq!(path(last.cursor.as_deref()), "/v25.0/178/recent_media");
    let refused = instagram.after_refusal(&last.cursor.unwrap()).unwrap();
    assert_eq!(path(Some(&refused)), "/v25.0/ig_hashtag_search");
    assert_eq!(instagram.after_refusal(&refused), None, "there is nothing else to try");
}

/// The server leaves out what was written before `after`, whenever it was approved.
#[test]
fn comments_of_wordpress_that_waited_for_two_weeks_are_still_asked_for() {
    let source = source(SourceKind::WordPress, "https://blog.example", &["acme"]);
    let page = |lane: &str, cursor: Option<&str>, days: &[i64]| {
        let item =
            |days: &i64| json!({ "id": days, "post": 1, "link": "https://blog.example/1/", "date_gmt": ago(*days) });
        let items: Vec<Value> = days.iter().map(item).collect();
        let (headers, body) = ([("x-wp-totalpages".parse().unwrap(), "2".parse().unwrap())], Value::from(items));
        let url = source.url.clone();
        let headers = headers.into_iter().collect();
        let answer = Answer { url, status: 200, moved: None, headers, body: body.to_string().into_bytes() };
        adapter(source.kind).read(&source, lane, cursor, &answer, now()).unwrap()
    };
    for (lane, from, goes_on) in [("comments acme", "2026-11-06T", true), ("posts acme", "2026-11-19T", false)] {
        let first = page(lane, None, &[0]);
        assert!(first.next.is_some());
        let known = page(lane, first.cursor.as_deref(), &[1, 2]).cursor;
        let again = adapter(source.kind).request(&source, lane, known.as_deref(), now()).url.to_string();
        assert!(again.contains(&format!("after={from}")), "{lane}: {again}");
        // Five days behind the newest one.
        let late = page(lane, known.as_deref(), &[0, 5]);
        assert_eq!((late.entries.len(), late.next.is_some()), (2, goes_on), "{lane}");
    }
}
