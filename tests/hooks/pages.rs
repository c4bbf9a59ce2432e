//! Pages of Facebook: what comes by webhook and what a poll shows is the same, and what is deleted stays so.

use serde_json::json;

use super::bed::Bed;

const HOUR: i64 = 3_600;
const FEED: &str = include_str!("../data/sources/facebook-webhook-feed.json");

#[tokio::test]
async fn what_comes_by_webhook_and_what_is_polled_later_is_each_one_entry() {
    let bed = Bed::new("facebook").await;
    let sent = FEED.replace("17949933", "17951500").replace("17949936", "17951510");
    assert_eq!(bed.sent(&sent).await, 200);
    bed.advance(10).await;
    let [entries, mentions, ..] = bed.counts().await;
    assert_eq!((entries, mentions), (2, 2), "a comment and a post; a like is none");
    let post = |id: &str, said: &str| {
        let path = id.replace('_', "/posts/");
        json!({ "id": id, "message": said, "created_time": "2026-11-20T10:00:00+0000",
            "permalink_url": format!("https://www.facebook.com/{path}"), "comments": { "summary": { "total_count": 1 } } })
    };
    let thanks = "Takk for rask hjelp fra Skip Hop \u{1f44f}";
    let posts = [
        post("104857600123456_122160000000000005", thanks),
        post("104857600123456_122160000000000001", "New colours are here."),
    ];
    bed.answers("/feed?", &[(200, json!({ "data": posts }))]);
    let comment = json!({ "id": "122160000000000001_871200000000004", "message": "Antwortet Skip Hop hier auch mal?",
        "created_time": "2026-11-20T10:00:00+0000", "permalink_url":
        "https://www.facebook.com/104857600123456/posts/122160000000000001/?comment_id=871200000000004" });
    bed.answers("_122160000000000001/comments", &[(200, json!({ "data": [comment] }))]);
    bed.advance(2 * HOUR).await;
    assert!(bed.asked("_122160000000000001/comments") > 0, "the poll has read them");
    let [entries, mentions, ..] = bed.counts().await;
    assert_eq!((entries, mentions), (3, 2), "one more post, that tells of nobody");
    assert_eq!(bed.number("SELECT count(*) FROM entry WHERE edited_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn what_is_deleted_there_is_marked_and_does_not_come_back_with_what_is_sent_again() {
    let bed = Bed::new("facebook").await;
    bed.sent(FEED).await;
    bed.advance(10).await;
    let value = json!({ "item": "comment", "verb": "remove", "post_id": "104857600123456_122160000000000001",
        "comment_id": "122160000000000001_871200000000004" });
    let changes = json!([{ "field": "feed", "value": value }]);
    let entry = json!([{ "id": "104857600123456", "time": 1, "changes": changes }]);
    let removed = json!({ "object": "page", "entry": entry }).to_string();
    let deleted = "SELECT count(*) FROM entry WHERE deleted_at IS NOT NULL AND key = \
                   'facebook:122160000000000001_871200000000004'";
    assert_eq!(bed.number(deleted).await, 0);
    bed.sent(&removed).await;
    bed.advance(20).await;
    assert_eq!(bed.number(deleted).await, 1);
    assert_eq!(bed.sent(FEED).await, 200);
    bed.advance(30).await;
    assert_eq!(bed.number(deleted).await, 1, "it is known to have been sent before");
    assert_eq!(bed.counts().await[..2], [2, 2]);
}
