//! Mentions on Instagram: told of by webhook, asked for with the token, and read once.

use serde_json::json;

use super::bed::{Bed, COMPLAINT, DAY, comment, mention};
use mentiond::model::notice::Lost;

const ID: &str = "17873440459141029";
const DETAIL: &str = "mentioned_comment";

#[tokio::test]
async fn a_mention_is_asked_for_and_told_once_however_often_it_is_sent() {
    let bed = Bed::new("instagram").await;
    bed.answers(DETAIL, &[(200, comment(ID, COMPLAINT))]);
    assert_eq!(bed.sent(&mention(ID, 1)).await, 200);
    bed.advance(10).await;
    assert_eq!((bed.counts().await, bed.asked(DETAIL)), ([1, 1, 1, 0], 1));
    assert_eq!(bed.sent(&mention(ID, 1)).await, 200, "the same again");
    bed.advance(20).await;
    assert_eq!((bed.counts().await, bed.asked(DETAIL)), ([1, 1, 1, 0], 1));
    assert_eq!(bed.sent(&mention(ID, 2)).await, 200, "told of anew");
    bed.advance(30).await;
    assert_eq!((bed.counts().await, bed.asked(DETAIL)), ([1, 1, 1, 0], 2));
    let sql = "SELECT count(*) FROM entry WHERE key = 'instagram:17873440459141029' AND entry_kind = 'comment' \
               AND parent = 'instagram:17887498072083520' AND place = '17841405309211844' \
               AND url = 'https://www.instagram.com/p/DRabc123xyz/'";
    assert_eq!(bed.number(sql).await, 1);
    assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 1, "one alert, to one recipient");
    let states = bed.app.store().webhook_states().await.unwrap();
    assert!(states[0].delivered_at.is_some());
}

#[tokio::test]
async fn details_that_cannot_be_had_twice_are_had_the_third_time() {
    let bed = Bed::new("instagram").await;
    let busy = json!({ "error": { "message": "An unknown error occurred", "code": 1, "is_transient": true } });
    bed.answers(DETAIL, &[(500, busy.clone()), (503, busy), (200, comment(ID, COMPLAINT))]);
    assert_eq!(bed.sent(&mention(ID, 1)).await, 200);
    bed.advance(10).await;
    assert_eq!((bed.counts().await, bed.asked(DETAIL)), ([0, 0, 0, 1], 1));
    bed.advance(80).await;
    assert_eq!((bed.counts().await, bed.asked(DETAIL)), ([0, 0, 0, 1], 2), "a minute later");
    bed.advance(130).await;
    assert_eq!(bed.asked(DETAIL), 2, "and then two");
    bed.advance(300).await;
    assert_eq!((bed.counts().await, bed.asked(DETAIL)), ([1, 1, 1, 0], 3));
    assert_eq!(bed.number("SELECT count(*) FROM loss").await, 0);
}

#[tokio::test]
async fn what_is_gone_is_not_asked_for_again_and_the_others_are_read() {
    let bed = Bed::new("instagram").await;
    let gone =
        json!({ "error": { "message": "Unsupported get request", "type": "GraphMethodException", "code": 100 } });
    bed.answers("141030", &[(400, gone)]);
    bed.answers("141029", &[(200, comment(ID, COMPLAINT))]);
    bed.sent(&mention("17873440459141030", 1)).await;
    bed.sent(&mention(ID, 1)).await;
    bed.advance(DAY / 2).await;
    assert_eq!((bed.counts().await, bed.asked("141030"), bed.asked("141029")), ([1, 1, 1, 0], 1, 1));
}

#[tokio::test]
async fn a_host_that_wants_to_rest_is_left_alone_and_nothing_is_lost() {
    let bed = Bed::new("instagram").await;
    let limit = json!({ "error": { "message": "Application request limit reached", "code": 4 } });
    bed.answers(DETAIL, &[(403, limit), (200, comment(ID, COMPLAINT))]);
    bed.sent(&mention(ID, 1)).await;
    bed.sent(&mention("17873440459141030", 1)).await;
    bed.advance(3_000).await;
    assert_eq!((bed.counts().await, bed.asked(DETAIL)), ([0, 0, 0, 2], 1), "neither is asked for");
    bed.advance(4_000).await;
    assert_eq!((bed.counts().await[3], bed.asked(DETAIL)), (0, 3));
}

#[tokio::test]
async fn what_never_can_be_had_is_said_to_be_missing() {
    let bed = Bed::new("instagram").await;
    bed.answers(DETAIL, &[(500, json!({ "error": { "message": "broken", "code": 2 } }))]);
    bed.sent(&mention(ID, 1)).await;
    bed.advance(4 * DAY).await;
    assert_eq!((bed.counts().await, bed.asked(DETAIL)), ([0, 0, 0, 0], 20));
    let losses = bed.app.store().losses(super::bed::at(0), super::bed::at(4 * DAY)).await.unwrap();
    let [Lost { source, loss }] = losses.as_slice() else { panic!("{losses:?}") };
    let told = format!("{:?}", loss.why);
    assert!(
        source == "meta" && told.contains("a mention that its webhook told of could not be read in 20 attempts"),
        "{told}"
    );
}
