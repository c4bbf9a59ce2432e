//! `mentiond explain`: the whole way of a mention, as the commands that poll and mail have left it.

use std::path::Path;

use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};

use super::{run, write};
use crate::common::feeds::{Feeds, Item};

fn item(id: &str, title: &str, text: &str) -> Item {
    Item {
        id: id.into(),
        title: title.into(),
        text: text.into(),
        author: "ola".into(),
        #[expect(clippy::disallowed_methods, reason = "the command under test runs on the system's clock")]
        published: chrono::Utc::now().to_rfc3339(),
    }
}

fn configure(dir: &Path, port: u16, more: &str) {
    write(
        dir,
        &format!(
            "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n[alert]\ngroup_wait = \"0s\"\n\
             group_interval = \"1s\"\n{more}[[brand]]\nname = \"Skip Hop\"\n[[source]]\nname = \"news\"\nkind = \"feed\"\n\
             url = \"http://127.0.0.1:{port}/rss/news\"\nallow_private = true\nlanguage = \"en\"\n"
        ),
    );
}

fn object(dir: &Path, mention: &str) -> Value {
    serde_json::from_str(&run(dir, &["explain", mention, "--json"], 0)).unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_a_mention_is_told_from_the_words_to_the_mail() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    configure(dir, feeds.port, "");
    let text =
        "Nobody replies at Skip Hop, I want a refund, terrible service, the bag broke on the first day in Bergen";
    feeds.publish("news", item("1", "Case 1", text));
    feeds
        .publish("news", item("2", "A walk", "We love our Skip Hop bag, it is a wonderful companion in the mountains"));
    run(dir, &["poll-once", "--source", "news", "--send"], 0);

    let words = run(dir, &["explain", "1"], 0);
    for part in [
        "Mention 1 of Skip Hop: Case 1\n  https://news.example/1\n  by ola, in news (feed), published ",
        "Query\n  recorded  `Skip Hop` in the text, bytes 18 to 26: \"Skip Hop\"\n  now       the same\n",
        "Tone\n  recorded  negative (-",
        "language en: ",
        "terrible (-2.2, further from the brand)",
        "  now       the same\nSeverity\n  recorded  info: no word of harm\n  now       the same\n",
        "Story\n  story 1, told by this mention alone\n",
        "Rules\n  recorded  alert by the rule `complaint` for \"nobody replies\", ",
        "  now       `harm`: no_keyword: none of the words that are asked for occurs\n            `complaint`: alert: it holds, \"nobody replies\"\n",
        "Routes\n  recorded  support@skiphop.example by [alert]\n  now       support@skiphop.example by [alert]\n",
        "Told\n  support@skiphop.example: sent: the last notice of it was delivered (notice 1)\n",
        "Notices\n  notice 1, alert, to support@skiphop.example: sent, written ",
        ", Message-ID <",
        ".1.mentiond@localhost>\n    ",
        " sent\nAcknowledged\n  by nobody; `mentiond ack --mention 1` does\n",
    ] {
        assert!(words.contains(part), "{part}\nis not in\n{words}");
    }
    let mail = dir.join("state/mails").read_dir().unwrap().next().unwrap().unwrap().path();
    let mail = std::fs::read_to_string(mail).unwrap();
    let id = words.split("Message-ID ").nth(1).unwrap().split('\n').next().unwrap();
    assert!(mail.contains(&format!("Message-ID: {id}")), "{id} is not in\n{mail}");

    let one = object(dir, "http://www.news.example/1");
    assert_eq!(
        keys(&one),
        [
            "acknowledged",
            "also_in",
            "author",
            "brand",
            "counted_at",
            "decision",
            "deleted_at",
            "edited_at",
            "engagement",
            "engagement_first",
            "few_authors",
            "followers",
            "found_at",
            "lapsed_at",
            "mention",
            "notices",
            "published_at",
            "query",
            "recipients",
            "severity",
            "source",
            "source_kind",
            "story",
            "title",
            "tone",
            "url",
            "withdrawn_at"
        ]
    );
    assert_eq!(one["decision"]["recorded"]["rule"], "complaint");
    assert_eq!(one["recipients"][0]["fate"], "sent");
    assert_eq!(one["notices"][0]["last_attempts"][0]["outcome"], "sent");
    assert_eq!(one["notices"][0]["message_id"], json!(id));

    run(dir, &["ack", "--mention", "1", "--by", "Kari"], 0);
    assert_eq!(object(dir, "1")["acknowledged"]["by"], "Kari");

    let praise = run(dir, &["explain", "2"], 0);
    assert!(
        praise.contains("recorded  no alert: no_keyword: ") || praise.contains("no alert: other_tone: "),
        "{praise}"
    );
    assert!(praise.contains("Told\n  nobody at once: it is no alert."), "{praise}");
    assert!(!praise.contains("Notices") && !praise.contains("Acknowledged"), "{praise}");

    let store = format!("sqlite://{}", dir.join("state/mentiond.db").display());
    let mut store = sqlx::SqliteConnection::connect(&store).await.unwrap();
    let few = "INSERT INTO few_authors (brand, since, at, stories, evidence) SELECT brand, found_at, found_at, 12, \
               json_object('at', strftime('%Y-%m-%dT%H:%M:%SZ', found_at / 1000, 'unixepoch'), 'window_hours', 2, 'stories', 12, \
               'baseline', 0.4, 'authors', 2, 'usual_authors', 0.3, 'top_author_share', 0.83) FROM mention WHERE id = 1";
    store.execute(few).await.unwrap();
    let words = run(dir, &["explain", "1"], 0);
    let part = "alone\nIncident\n  12 negative in 2 h where 0.4 are usual, by 2 authors where 0.3 are usual, 83 % by one of them: \
                no incident\nRules\n";
    assert!(words.contains(part), "{words}");
    assert_eq!(object(dir, "1")["few_authors"]["stories"], 12);
    assert!(!run(dir, &["explain", "2"], 0).contains("Incident"), "it is no complaint");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_and_what_would_be_now_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    configure(dir, feeds.port, "");
    feeds.publish("news", item("1", "Case 1", "Nobody replies at Skip Hop, I want a refund, terrible service"));
    run(dir, &["poll-once", "--source", "news", "--send"], 0);
    run(dir, &["tone", "correct", "1", "neutral", "--by", "Kari"], 0);
    configure(
        dir,
        feeds.port,
        "[[rule]]\nname = \"all neutral\"\ntones = [\"neutral\"]\n[[rule]]\nname = \"harsh\"\ntones = [\"negative\"]\n\
         [[route]]\nname = \"desk\"\nrecipients = [\"desk@skiphop.example\"]\n",
    );
    let one = object(dir, "1");
    assert_eq!(
        (&one["tone"]["recorded"]["tone"], &one["tone"]["now"]["tone"]),
        (&json!("neutral"), &json!("negative"))
    );
    assert_eq!(one["tone"]["corrected"]["by"], "Kari");
    let (recorded, now) = (&one["decision"]["recorded"], &one["decision"]["now"]);
    assert_eq!((&recorded["decision"], &recorded["rule"]), (&json!("alert"), &json!("complaint")));
    assert_eq!(
        now["rules"],
        json!([
            {"rule": "all neutral", "decision": "alert", "keyword": null},
            {"rule": "harsh", "decision": "other_tone", "keyword": null},
        ])
    );
    assert_eq!(now["ways"], json!([{"route": "desk", "recipients": ["desk@skiphop.example"]}]));
    let words = run(dir, &["explain", "1"], 0);
    assert!(
        words.contains("            said by Kari, ") && words.contains("; the rules had said negative (-"),
        "{words}"
    );
    assert!(words.contains("  now       the rules say negative (-"), "{words}");

    let text = std::fs::read_to_string(dir.join("mentiond.toml")).unwrap();
    write(dir, &text.replace("name = \"Skip Hop\"", "name = \"Lego\""));
    let gone = object(dir, "1");
    assert_eq!((&gone["query"]["now"], &gone["decision"]["now"]["decision"]), (&Value::Null, &json!("no_brand")));
    write(dir, &text.replace("tones = [\"negative\"]", "tones = [\"angry\"]"));
    let faulty = run(dir, &["explain", "1"], 0);
    assert!(faulty.starts_with("Mention 1 of Skip Hop") && !faulty.contains("  now "), "{faulty}");
    assert!(faulty.contains("what the configuration would decide now is not told, since it has faults:\n"), "{faulty}");
}

#[tokio::test(flavor = "multi_thread")]
async fn why_somebody_is_not_told_yet_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    configure(dir, feeds.port, "");
    run(dir, &["poll-once", "--source", "news", "--send"], 0);
    run(
        dir,
        &["silence", "add", "--brand", "Skip Hop", "--for", "2h", "--comment", "the shop moves", "--by", "Kari"],
        0,
    );
    feeds.publish("news", item("1", "Case 1", "Nobody replies at Skip Hop, I want a refund, terrible service"));
    run(dir, &["poll-once", "--source", "news", "--send"], 0);
    let held = run(dir, &["explain", "1"], 0);
    assert!(
        held.contains(
            "Told\n  support@skiphop.example: silenced\n    held by silence 1 of Kari (the shop moves) since "
        ),
        "{held}"
    );
    let one = object(dir, "1");
    assert_eq!(
        (&one["recipients"][0]["fate"], &one["recipients"][0]["held"]["silence"]),
        (&json!("silenced"), &json!(1))
    );
    run(dir, &["silence", "end", "1"], 0);
    run(dir, &["poll-once", "--source", "news", "--send"], 0);
    let told = run(dir, &["explain", "1"], 0);
    assert!(
        told.contains("held, to support@skiphop.example: sent")
            && told.contains("    sums up what silenced had held until "),
        "{told}"
    );
}

#[test]
fn a_mention_that_is_not_there_is_an_error_with_a_hint() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    configure(dir, 9, "");
    run(dir, &["migrate"], 0);
    let hint = "\n  hint: mails and `mentiond status` show the numbers of mentions; what mentions nobody, or was forgotten, has none\n";
    assert_eq!(run(dir, &["explain", "7"], 1), format!("mentiond: there is no mention `7`{hint}"));
    let of_brand = run(dir, &["explain", "https://news.example/7", "--brand", "Lego"], 1);
    assert_eq!(of_brand, format!("mentiond: there is no mention of `Lego` `https://news.example/7`{hint}"));
    assert_eq!(
        run(dir, &["explain", "news.example"], 1),
        "mentiond: `news.example` is neither the number of a mention nor an address\n  hint: write `17`, or `https://...`\n"
    );
}
