//! Who may come in: the handshake, and what is signed.

use super::bed::{APP_SECRET, Bed, VERIFY, mention, sign};
use crate::websub::bed::sign as sign_with_sha1;

fn handshake(source: &str, mode: &str, token: &str) -> String {
    format!("/hook/{source}?hub.mode={mode}&hub.challenge=1158201444&hub.verify_token={token}")
}

#[tokio::test]
async fn the_challenge_is_given_back_to_who_knows_the_word() {
    let bed = Bed::new("instagram").await;
    assert_eq!(bed.app.store().webhook_states().await.unwrap(), []);
    for (path, status) in [
        (handshake("meta", "subscribe", "meatyhamhocks"), 403),
        (handshake("meta", "subscribe", ""), 403),
        ("/hook/meta".to_owned(), 403),
        (handshake("meta", "unsubscribe", VERIFY), 400),
        (format!("/hook/meta?hub.mode=subscribe&hub.verify_token={VERIFY}"), 404),
        (handshake("quiet", "subscribe", VERIFY), 404),
        (handshake("nobody", "subscribe", VERIFY), 404),
        ("/hook/".to_owned(), 404),
    ] {
        let answer = bed.send("GET", &path, &[], b"").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{path}");
    }
    assert_eq!(bed.app.store().webhook_states().await.unwrap(), []);
    let answer = bed.send("GET", &handshake("meta", "subscribe", VERIFY), &[], b"").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "1158201444"));
    assert!(answer.head.contains("content-type: text/plain"), "{}", answer.head);
    let states = bed.app.store().webhook_states().await.unwrap();
    assert_eq!((states.len(), states[0].verified_at.is_some(), states[0].delivered_at), (1, true, None));
}

#[tokio::test]
async fn what_is_not_signed_is_not_kept() {
    let bed = Bed::new("instagram").await;
    let body = mention("17873440459141029", 1);
    let (signed, body) = (sign(APP_SECRET, body.as_bytes()), body.as_bytes());
    let (foreign, weak) = (sign("another secret", body), sign_with_sha1(APP_SECRET, body));
    let of_another = sign(APP_SECRET, b"{}");
    let (renamed, short) = (weak.replace("sha1=", "sha256="), signed.split_at(40).0.to_owned());
    let name = "X-Hub-Signature-256";
    let large = vec![b'x'; 70 << 10];
    let signed_large = sign(APP_SECRET, &large);
    for (path, headers, body, status) in [
        ("/hook/meta", vec![], body, 401),
        ("/hook/meta", vec![("X-Hub-Signature", weak.as_str())], body, 401),
        ("/hook/meta", vec![(name, weak.as_str())], body, 401),
        ("/hook/meta", vec![(name, "")], body, 401),
        ("/hook/meta", vec![(name, foreign.as_str())], body, 403),
        ("/hook/meta", vec![(name, of_another.as_str())], body, 403),
        ("/hook/meta", vec![(name, renamed.as_str())], body, 403),
        ("/hook/meta", vec![(name, short.as_str())], body, 403),
        ("/hook/meta", vec![(name, signed_large.as_str())], &large, 413),
        ("/hook/meta", vec![(name, signed.as_str()), ("content-encoding", "gzip")], body, 415),
        ("/hook/quiet", vec![(name, signed.as_str())], body, 404),
        ("/hook/nobody", vec![(name, signed.as_str())], body, 404),
    ] {
        let answer = bed.post(path, &headers, body).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{path} {headers:?}");
    }
    for method in ["PUT", "DELETE", "HEAD"] {
        let answer = bed.send(method, "/hook/meta", &[(name, &signed)], body).await;
        assert_eq!(answer.status, 405, "{method}");
    }
    assert_eq!(bed.counts().await, [0; 4]);
    assert_eq!(bed.asked("mentioned_comment"), 0);
    // Of what has a wrong signature the first is written down at once, and the rest a minute later with the next.
    let refused = || async { bed.app.store().webhook_states().await.unwrap().remove(0) };
    let first = refused().await;
    assert_eq!((first.verified_at, first.delivered_at, first.refused), (None, None, 1));
    bed.advance(70).await;
    assert_eq!(bed.post("/hook/meta", &[(name, &foreign)], body).await.status, 403);
    let later = refused().await;
    assert_eq!((later.refused, later.refused_since), (5, first.refused_since));
    assert_eq!(bed.post("/hook/meta", &[(name, &signed)], body).await.status, 200);
    let good = refused().await;
    assert_eq!((good.refused, good.refused_since), (0, None), "since the last that was signed well");
}

#[tokio::test]
async fn what_is_signed_and_makes_no_sense_is_told_and_harms_nothing() {
    let bed = Bed::new("instagram").await;
    for body in ["{", "[]", r#"{"object":"page","entry":[]}"#] {
        assert_eq!(bed.sent(body).await, 200);
        bed.advance(60).await;
    }
    assert_eq!(bed.counts().await, [0; 4]);
    assert_eq!(bed.number("SELECT count(*) FROM source_state WHERE claimed_by IS NOT NULL").await, 0);
    assert!(bed.number("SELECT count(*) FROM loss WHERE source = 'meta'").await > 0);
}

#[tokio::test]
async fn so_much_waits_and_the_network_keeps_the_rest() {
    let bed = Bed::new("instagram").await;
    let waiting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
                   INSERT INTO delivered_document (source, fingerprint, received_at, due_at, attempts, bytes, body) \
                   SELECT name, fingerprint, 0, 9000000000000, 0, 1, X'7B' FROM source_state, n WHERE name = 'meta'";
    sqlx::query(waiting).execute(&mut bed.raw().await).await.unwrap();
    let body = mention("17873440459141029", 1);
    let signed = sign(APP_SECRET, body.as_bytes());
    let answer = bed.post("/hook/meta", &[("X-Hub-Signature-256", &signed)], body.as_bytes()).await;
    assert_eq!(answer.status, 503);
    assert!(answer.head.contains("retry-after: 60"), "{}", answer.head);
    sqlx::query("DELETE FROM delivered_document").execute(&mut bed.raw().await).await.unwrap();
    assert_eq!(bed.sent(&body).await, 200, "what was not kept is not taken for known");
    assert_eq!(bed.number("SELECT count(*) FROM webhook_delivery").await, 1);
}
