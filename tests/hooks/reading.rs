//! What Meta sends, and what is made of it: the samples, and whatever else may come.

use std::fmt::Write as _;

use http::HeaderMap;
use mentiond::model::{Answer, Source, SourceKind};
use mentiond::source::{Heard, webhook};
use serde_json::{Value, json};

use crate::common::broken::broken;
use crate::common::contract::compare;
use crate::common::networks::source;
use crate::common::shown;

const FEED: &str = include_str!("../data/sources/facebook-webhook-feed.json");
const MENTIONS: &str = include_str!("../data/sources/instagram-webhook-mentions.json");
const COMMENT: &str = include_str!("../data/sources/instagram-mentioned-comment.json");

fn meta(kind: SourceKind) -> Source {
    Source { token: Some("SECRET".into()), ..source(kind, "https://graph.facebook.com/v25.0", &[]) }
}

fn hear(kind: SourceKind, body: &str) -> Heard {
    webhook(kind).unwrap().hear(&meta(kind), body.as_bytes()).unwrap()
}

fn answer(body: &str) -> Answer {
    let url = "https://graph.facebook.com/v25.0/1".parse().unwrap();
    Answer { url, status: 200, moved: None, headers: HeaderMap::new(), body: body.into() }
}

fn told(kind: SourceKind, heard: &Heard) -> String {
    let mut told = format!("# heard\n\n{} entries\n\n", heard.entries.len());
    heard.entries.iter().for_each(|entry| told.push_str(&shown::entry(entry)));
    heard.deleted.iter().for_each(|key| writeln!(told, "deleted: {}", key.0).unwrap());
    heard.problems.iter().for_each(|problem| writeln!(told, "problem: {problem}").unwrap());
    if !heard.asks.is_empty() {
        writeln!(told, "# asked then\n").unwrap();
    }
    for about in &heard.asks {
        let request = webhook(kind).unwrap().ask(&meta(kind), about);
        writeln!(told, "{about}\n  {}", request.url).unwrap();
        assert!(request.credential.is_some() && !request.url.as_str().contains("SECRET"));
    }
    told
}

#[test]
fn the_sample_of_a_page() {
    compare("facebook_webhook", &told(SourceKind::Facebook, &hear(SourceKind::Facebook, FEED)));
}

#[test]
fn the_samples_of_mentions() {
    let heard = hear(SourceKind::Instagram, MENTIONS);
    let mut told = told(SourceKind::Instagram, &heard);
    told.push_str("\n# read of the first\n\n");
    let instagram = webhook(SourceKind::Instagram).unwrap();
    let read = instagram.learn(&meta(SourceKind::Instagram), &heard.asks[0], &answer(COMMENT)).unwrap();
    read.iter().for_each(|entry| told.push_str(&shown::entry(entry)));
    let post = json!({ "mentioned_media": { "id": "17887498072083521", "caption": "Out with @skiphop.nordic",
        "media_type": "IMAGE", "permalink": "https://www.instagram.com/p/DRx/", "timestamp": "2026-11-18T08:30:00+0000",
        "username": "ida_lunde", "like_count": 5, "comments_count": 1 }, "id": "17841405309211844" });
    told.push_str("# read of the second, which is a caption\n\n");
    let read = instagram.learn(&meta(SourceKind::Instagram), &heard.asks[1], &answer(&post.to_string())).unwrap();
    read.iter().for_each(|entry| told.push_str(&shown::entry(entry)));
    compare("instagram_webhook", &told);
}

/// What is sent of a page: the changes, one after the other.
fn feed(values: &[Value]) -> String {
    let changes: Vec<Value> = values.iter().map(|value| json!({ "field": "feed", "value": value })).collect();
    json!({ "object": "page", "entry": [{ "id": "1", "time": 1, "changes": changes }] }).to_string()
}

#[test]
fn the_last_word_on_a_post_counts() {
    let post = |verb: &str, said: &str| json!({ "item": "status", "verb": verb, "post_id": "1_2", "message": said });
    let heard = hear(SourceKind::Facebook, &feed(&[post("add", "Good"), post("edited", "Bad")]));
    assert_eq!(heard.entries.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>(), ["Bad"]);
    let heard = hear(SourceKind::Facebook, &feed(&[post("add", "Good"), post("remove", "")]));
    assert_eq!((heard.entries.len(), heard.deleted.len(), heard.asks.len()), (0, 1, 0));
}

/// Filters hide what they take to be rude, and that may be the complaint of a customer.
#[test]
fn what_is_hidden_was_said_all_the_same() {
    let of = |verb: &str| json!({ "item": "comment", "verb": verb, "post_id": "1_2", "comment_id": "2_3", "message": "Bad" });
    for (verbs, entries, deleted) in [
        (&["add", "hide"][..], 1, 0),
        (&["hide"], 0, 0),
        (&["remove", "hide"], 0, 1),
        (&["add", "hide", "remove"], 0, 1),
        (&["hide", "unhide"], 1, 0),
    ] {
        let heard = hear(SourceKind::Facebook, &feed(&verbs.iter().map(|verb| of(verb)).collect::<Vec<_>>()));
        assert_eq!((heard.entries.len(), heard.deleted.len()), (entries, deleted), "{verbs:?}");
    }
}

#[test]
fn a_post_without_words_is_asked_for_and_a_comment_without_words_is_not() {
    let share = json!({ "item": "share", "verb": "add", "post_id": "1_2" });
    let sticker = json!({ "item": "comment", "verb": "add", "post_id": "1_2", "comment_id": "2_3" });
    let hidden = json!({ "item": "photo", "verb": "add", "post_id": "1_4", "published": 0 });
    let strange = json!({ "item": "share", "verb": "add", "post_id": "../me/accounts?x=" });
    let gone = json!({ "item": "share", "verb": "remove", "post_id": "1_5" });
    let added = json!({ "item": "share", "verb": "add", "post_id": "1_5" });
    let heard = hear(SourceKind::Facebook, &feed(&[share.clone(), sticker, hidden, strange, added, gone, share]));
    assert_eq!((heard.entries.len(), heard.asks), (0, vec!["1/1_2".to_owned()]));
    let facebook = webhook(SourceKind::Facebook).unwrap();
    let shown =
        json!({ "id": "1_2", "story": "Ida shared Skip Hop's post.", "created_time": "2026-11-18T08:00:00+0000" });
    let read = facebook.learn(&meta(SourceKind::Facebook), "1/1_2", &answer(&shown.to_string())).unwrap();
    assert_eq!((read[0].key.0.as_str(), read[0].place.as_deref()), ("facebook:1_2", Some("1")));
}

#[test]
fn what_comes_broken_does_no_harm() {
    for (kind, sample) in [(SourceKind::Facebook, FEED), (SourceKind::Instagram, MENTIONS)] {
        for broken in broken(&serde_json::from_str(sample).unwrap()) {
            let _ = webhook(kind).unwrap().hear(&meta(kind), broken.to_string().as_bytes());
        }
        for (body, why) in [
            ("{", "the answer cannot be read: what was sent is not JSON"),
            ("\u{fffd}", "the answer cannot be read: what was sent is not JSON"),
            ("[]", "the answer cannot be read: what was sent is not about the object"),
            (r#"{"object":"user"}"#, "the answer cannot be read: what was sent is not about the object"),
        ] {
            let fault = webhook(kind).unwrap().hear(&meta(kind), body.as_bytes()).unwrap_err().to_string();
            assert!(fault.starts_with(why), "{fault}");
        }
    }
    let nothing = json!({ "object": "instagram", "entry": [{ "id": "1", "changes": [
        { "field": "mentions", "value": { "media_id": "1/../2" } } ] }] });
    let heard = hear(SourceKind::Instagram, &nothing.to_string());
    assert_eq!((heard.asks.len(), heard.problems.len()), (0, 1));
}
