//! What single networks count of what they show.

use mentiond::model::SourceKind;
use serde_json::{Value, json};

use super::{answer, read};
use crate::common::networks::source;

#[test]
fn the_post_that_begins_a_topic_is_answered_by_the_others_in_it() {
    let source = source(SourceKind::Discourse, "https://forum.example", &["acme"]);
    let post = |id: u32, number: u32| json!({ "id": id, "topic_id": 2, "post_number": number, "like_count": 3 });
    let mut body = json!({ "posts": [post(1, 1), post(2, 2)], "topics": [{ "id": 2, "posts_count": 11 }] });
    let counts = |body: &Value| {
        let read = read(&source, None, &answer(200, "https://forum.example/x", &[], body));
        read.entries.into_iter().map(|entry| entry.engagement).collect::<Vec<_>>()
    };
    assert_eq!(counts(&body), [Some(13), Some(3)]);
    body["topics"] = json!([]);
    assert_eq!(counts(&body), [Some(3), Some(3)], "what is not told is not counted");
}

#[test]
fn what_is_said_below_a_comment_of_hacker_news_is_counted() {
    let source = source(SourceKind::HackerNews, "https://hn.algolia.com", &["acme"]);
    let hit = |more: Value| json!({ "objectID": "7", "created_at_i": 1_795_000_000, "parent_id": 1, "children": more });
    for (children, engagement) in [(json!([8, 9]), Some(2)), (json!([]), Some(0)), (Value::Null, None)] {
        let body = json!({ "hits": [hit(children)], "nbPages": 1 });
        let page = read(&source, None, &answer(200, "https://hn.algolia.com/x", &[], body));
        assert_eq!(page.entries[0].engagement, engagement);
    }
}
