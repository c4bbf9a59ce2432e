//! A tone is set right: the same text counts at once in what is stored, in alerts and in digests, and the report tells.

use std::path::Path;

use crate::common::feeds::{Feeds, Item};

use super::{run, write};

/// In an English text that the rules take for a complaint.
const TEXT: &str = "The new Skip Hop bag is so terribly sick, nobody replies with anything but envy";

fn item(id: &str, text: &str) -> Item {
    Item {
        id: id.into(),
        title: String::new(),
        text: text.into(),
        author: "ola".into(),
        #[expect(clippy::disallowed_methods, reason = "the command under test runs on the system's clock")]
        published: chrono::Utc::now().to_rfc3339(),
    }
}

fn configure(dir: &Path, port: u16) {
    let sources = ["news", "blog", "forum"].map(|name| {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"feed\"\nurl = \"http://127.0.0.1:{port}/rss/{name}\"\n\
             allow_private = true\nlanguage = \"en\"\n"
        )
    });
    write(
        dir,
        &format!(
            "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n[[brand]]\nname = \"Skip Hop\"\n{}",
            sources.concat()
        ),
    );
}

/// The text of the digest of now.
fn digest(dir: &Path) -> String {
    let listed = run(dir, &["digest", "--preview", dir.join("preview").to_str().unwrap()], 0);
    let file = listed.lines().find(|line| line.ends_with(".txt")).unwrap();
    std::fs::read_to_string(file).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_used_at_once_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    configure(dir, feeds.port);
    run(dir, &["migrate"], 0);
    let nothing = run(dir, &["tone", "report"], 0);
    assert!(nothing.starts_with("nobody has said anything of a tone since "), "{nothing}");
    assert!(nothing.contains("hint: `mentiond tone correct NUMBER neutral`"), "{nothing}");
    assert_eq!(
        run(dir, &["tone", "correct", "17", "neutral"], 1),
        "mentiond: there is no mention `17`\n  hint: mails and `mentiond status` show the numbers of mentions\n"
    );
    assert!(
        run(dir, &["tone", "correct", "17", "unscored"], 2).contains("[possible values: negative, neutral, positive]")
    );

    feeds.publish("news", item("n1", TEXT));
    let polled = run(dir, &["poll-once", "--source", "news"], 0);
    assert!(polled.contains("1 mention, 1 alert"), "the rules take it for a complaint: {polled}");
    let before = digest(dir);
    assert!(before.contains("negative 1 #") && before.contains("· mention 1 Tone: negative ("), "{before}");
    let corrected = run(dir, &["tone", "correct", "1", "positive", "--by", "Kari", "--note", "slang"], 0);
    assert!(
        corrected.starts_with("mention 1 of Skip Hop is positive now: corrected by Kari; the rules say negative (-"),
        "{corrected}"
    );
    assert!(
        corrected.contains("\nthe same text will count as positive whenever it is found for Skip Hop\n"),
        "{corrected}"
    );
    assert!(corrected.ends_with("its alert is open all the same: `mentiond ack --mention 1` ends it\n"), "{corrected}");
    let after = digest(dir);
    assert!(after.contains("negative 0") && after.contains("positive 1 #"), "{after}");
    assert!(
        after.contains("· mention 1 Tone: positive, corrected by Kari on ")
            && after.contains("; the rules say negative"),
        "{after}"
    );

    run(dir, &["ack", "--mention", "1"], 0);
    feeds.publish("blog", item("b1", &TEXT.to_uppercase()));
    feeds.publish("forum", item("f1", &format!("{TEXT}!")));
    let polled = run(dir, &["poll-once", "--source", "blog"], 0);
    assert!(polled.contains("1 mention, 0 alerts"), "the text is praise now: {polled}");
    assert!(digest(dir).contains("negative 0"), "{}", digest(dir));

    let again = run(dir, &["tone", "correct", "2", "negative", "--by", "Ola"], 0);
    let expected =
        "mention 2 of Skip Hop is negative as the rules say, and so is 1 other with the same text: confirmed by Ola\n";
    assert!(again.starts_with(expected), "{again}");
    run(dir, &["tone", "correct", "1", "neutral"], 0);
    let report = run(dir, &["tone", "report", "--since", "1h"], 0);
    for part in [
        "\nen: 1 text, the rules agree in 0 (0%)\n",
        "\n  negative                 0         1         0\n",
        "Words that spoke against what was said, and for it, in how many texts:\n",
    ] {
        assert!(report.contains(part), "{part}\n{report}");
    }
    assert!(!report.contains("[weights]"), "one text is no reason to suggest anything: {report}");

    let undone = run(dir, &["tone", "undo", "2"], 0);
    assert!(
        undone.starts_with("2 mentions of Skip Hop with this text: the rules count again, and say negative (-"),
        "{undone}"
    );
    assert!(run(dir, &["tone", "undo", "2"], 1).contains("nobody has said anything of mention `2`"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_suggested_can_be_used_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    configure(dir, feeds.port);
    feeds.publish("news", item("n1", "Skip Hop has horrible colours for the horror party, which we were looking for"));
    feeds.publish("news", item("n2", "Where can we find the horrible Skip Hop mask that was shown on the telly?"));
    feeds.publish(
        "news",
        item("n3", "Skip Hop is horrible and a horrible firm, and everything that they have sold broke"),
    );
    run(dir, &["poll-once", "--source", "news"], 0);
    for number in ["1", "2"] {
        run(dir, &["tone", "correct", number, "neutral"], 0);
    }
    let report = run(dir, &["tone", "report", "--format", "json"], 0);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let language = &report["languages"][0];
    assert_eq!((&language["language"], &language["texts"], &language["agreed"]), (&"en".into(), &2.into(), &0.into()));
    assert_eq!(language["confusion"]["negative"]["neutral"], 2);
    assert_eq!((&language["words"][0]["word"], &language["words"][0]["wrong"]), (&"horrible".into(), &2.into()));
    let suggestion = language["suggestion"].as_str().unwrap();
    assert_eq!(suggestion, "# horrible: wrong in 2, right in 0\n[weights]\n0 = \"\"\"\nhorrible\n\"\"\"\n");

    std::fs::write(dir.join("own.toml"), suggestion).unwrap();
    let with_words = std::fs::read_to_string(dir.join("mentiond.toml")).unwrap()
        + "[[tone.words]]\nlanguage = \"en\"\nfile = \"own.toml\"\n";
    write(dir, &with_words);
    assert!(run(dir, &["check"], 0).contains("words of your own: 1 file\n"));
    feeds.publish("blog", item("b1", "Skip Hop has horrible things"));
    run(dir, &["poll-once", "--source", "blog"], 0);
    assert!(digest(dir).contains("negative 1 #"), "only the third text is negative: {}", digest(dir));
}
