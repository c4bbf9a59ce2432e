//! What mails say: word for word where they are short, and that nothing from the network can break out of its place.

use crate::common::notices::{
    COUNTS, alert, at, complete, digest, digest_notice, item, mail, mention, message, reason, report, trial,
};
use mentiond::deliver::{Rendered, render};
use mentiond::model::notice::{Counts, Coverage, Gap, MentionView};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Notice, Tone};

fn rendered(message: &OutboxMessage) -> Rendered {
    render(message, &mail())
}

fn gap(source: &str, since: Option<&str>, until: Option<&str>, reason: &str) -> Gap {
    Gap { source: source.to_owned(), since: since.map(at), until: until.map(at), reason: reason.to_owned() }
}

fn gaps() -> Coverage {
    Coverage {
        sources: 9,
        unread: vec![
            gap("Parents' forum", Some("2026-11-23T03:00:00Z"), None, "the server answers 503"),
            gap("Hacker News", None, None, ""),
        ],
        recovered: vec![gap(
            "mastodon.social",
            Some("2026-11-23T09:00:00Z"),
            Some("2026-11-23T15:30:00Z"),
            "too many requests",
        )],
        lost: Vec::new(),
        health: Vec::new(),
    }
}

/// A mention in which every text is an attack.
fn hostile() -> MentionView {
    let text = "</td><script>alert(1)</script>\r\nBcc: x@example.org\n.\n\0\u{202e}\u{2028}\" onclick=\"x";
    MentionView {
        title: text.to_owned(),
        snippet: format!("snippet {text}"),
        source: text.to_owned(),
        also_in: vec![text.to_owned(); 9],
        author: Some(text.to_owned()),
        url: Some("javascript:alert(1)".to_owned()),
        reasons: vec![reason(text, f64::NAN, text)],
        language: Some(text.to_owned()),
        copies: 1,
        copied_in: vec![text.to_owned()],
        ..mention(17, "")
    }
}

#[test]
fn an_alert_of_one() {
    let mail = rendered(&alert(vec![item(mention(17, "Still no answer"))], 0, false));
    assert_eq!(mail.subject, "Skip Hop: urgent: Still no answer");
    let text = "\
Skip Hop: somebody needs an answer

- Still no answer
  https://forum.example.org/t/17?page=2&view=all
  Parents' forum · Kari · 24 Nov 2026, 06:12 UTC · mention 17
  I wrote three times and nobody answers. The strap broke after two days.
  Tone: negative (−0.82), from broke (−1.8), nobody answers (−1.2, stronger by
  \"three times\")
  Why: rule “complaint”, found “nobody answers”

Once somebody takes care of it, say so, and nobody is reminded:
  mentiond ack --mention 17

If a tone is wrong: “mentiond tone correct NUMBER neutral” sets it right, for
the mention of that number and for identical texts.
";
    assert_eq!(mail.text, text);
}

#[test]
fn a_reminder_of_several() {
    let mut bare = mention(18, "");
    bare.snippet = String::new();
    bare.url = None;
    bare.author = None;
    bare.published_at = None;
    bare.found_at = at("2026-11-24T05:00:00Z");
    (bare.tone, bare.score, bare.language) = (Tone::Unscored, None, Some("sv".to_owned()));
    bare.reasons = Vec::new();
    let mut bare = item(bare);
    bare.keyword = None;
    let mail = rendered(&alert(vec![item(mention(17, "Still no answer")), bare], 1, true));
    assert_eq!(mail.subject, "Skip Hop: reminder: Still no answer (and 2 more)");
    let (head, rest) = mail.text.split_once("\n\n").unwrap();
    let lead = "Nobody has acknowledged these; the oldest of those shown here was found 24 Nov\n2026, 05:00 UTC.";
    assert_eq!(head, format!("Skip Hop: 3 mentions still not acknowledged\n{lead}"));
    let tail = "\
- (without a title)
  Parents' forum · found 24 Nov 2026, 05:00 UTC · mention 18
  Tone: unscored (language sv)
  Why: rule “complaint”

1 more is not shown here; “mentiond status” lists the latest.

Once somebody takes care of it, say so, and nobody is reminded:
  for the first alone:
  mentiond ack --mention 17
  for all of this brand:
  mentiond ack --brand \"Skip Hop\"

If a tone is wrong: “mentiond tone correct NUMBER neutral” sets it right, for
the mention of that number and for identical texts.
";
    assert!(rest.ends_with(tail), "{rest}");
    let one = rendered(&alert(vec![item(mention(17, "Still no answer"))], 0, true));
    let head = "Skip Hop: still not acknowledged\nNobody has acknowledged it since 24 Nov 2026, 06:15 UTC.\n\n";
    assert!(one.text.starts_with(head), "{}", one.text);
    assert!(one.html.contains("Nobody has acknowledged it since 24 Nov 2026, 06:15 UTC."));
}

#[test]
fn what_has_happened_to_a_mention_since() {
    let mut edited = mention(17, "Still no answer");
    edited.also_in = ["Courier", "Herald"].map(str::to_owned).into();
    edited.edited_at = Some(at("2026-11-24T07:12:00Z"));
    let mut gone = mention(18, "Never again");
    gone.also_in = ["Courier", "Herald", "News", "Planet", "Times"].map(str::to_owned).into();
    (gone.withdrawn_at, gone.edited_at) = (Some(at("2026-11-24T07:20:00Z")), Some(at("2026-11-24T07:25:00Z")));
    gone.deleted_at = Some(at("2026-11-24T07:30:00Z"));
    let lines = [
        "Parents' forum · Kari · 24 Nov 2026, 06:12 UTC · also in Courier and Herald",
        "Edited (noticed 24 Nov 2026, 07:12 UTC).",
        "Parents' forum · Kari · 24 Nov 2026, 06:12 UTC · also in Courier, Herald, News and 2 more",
        "Edited (noticed 24 Nov 2026, 07:20 UTC): it no longer mentions the brand; this is what it said before. \
         Deleted by its source (noticed 24 Nov 2026, 07:30 UTC).",
    ];
    let of_digest = digest(vec![report(COUNTS, vec![edited.clone(), gone.clone()])], complete());
    for message in [alert(vec![item(edited), item(gone)], 0, true), of_digest] {
        let mail = rendered(&message);
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let html = mail.html.replace("&#39;", "'").replace("&nbsp;", " ").replace("<bdi>", "").replace("</bdi>", "");
        for line in lines {
            let line = if message.kind == OutboxKind::Digest { in_oslo(line) } else { line.to_owned() };
            assert!(text.contains(&line), "{line}\n{}", mail.text);
            assert!(html.contains(&line), "{line}\n{html}");
        }
    }
}

/// The same times as a digest shows them.
fn in_oslo(line: &str) -> String {
    line.replace(", 07:", ", 08:").replace(", 06:", ", 07:").replace(" UTC", " CET")
}

#[test]
fn a_notice_from_before_these_were_told_is_still_read() {
    let mut stored = serde_json::to_value(mention(17, "Still no answer")).unwrap();
    for new in ["also_in", "edited_at", "withdrawn_at", "deleted_at", "lapsed_at", "corrected"] {
        assert!(stored.as_object_mut().unwrap().remove(new).is_some(), "{new}");
    }
    assert_eq!(serde_json::from_value::<MentionView>(stored).unwrap(), mention(17, "Still no answer"));
}

#[test]
fn a_trial() {
    let mail = rendered(&trial(1));
    assert_eq!(mail.subject, "mentiond: a trial mail, all is well");
    let text = "\
This is a trial mail from mentiond.

It came by the folder /var/lib/mentiond/mails (mails are written as .eml
files), asked for on 24 Nov 2026, 07:30 UTC. All is well: alerts and digests
will come the same way.

There is nothing to do.
";
    assert_eq!(mail.text, text);
}

#[test]
fn nothing_breaks_out_of_its_place() {
    let mut coverage = gaps();
    let text = hostile().title;
    coverage.unread[0] = gap(&text, None, None, &text);
    let mut brand = report(COUNTS, vec![hostile()]);
    brand.brand = text.clone();
    brand.top_sources = vec![(text.clone(), 1)];
    brand.top_authors = vec![(text.clone(), 1)];
    let mut notice = digest_notice(vec![brand.clone(), brand], coverage);
    (notice.digest, notice.time_zone) = (text.clone(), text.clone());
    let mut item = item(hostile());
    (item.rule, item.keyword) = (text.clone(), Some(text.clone()));
    let mut alert = alert(vec![item], 1, true);
    let Notice::Alert(content) = &mut alert.notice else { panic!() };
    content.brand = text;
    for message in [alert, message(1, OutboxKind::Digest, Notice::Digest(notice))] {
        let mail = rendered(&message);
        assert!(!mail.subject.contains(|c: char| c.is_control() || c == '\u{202e}'), "{:?}", mail.subject);
        assert!(mail.subject.chars().count() <= 150, "{}", mail.subject);
        for content in [&mail.text, &mail.html] {
            assert!(!content.contains(|c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2028}".contains(c)));
            assert!(!content.contains("\nBcc:") && !content.contains("\n."), "{content}");
            assert!(!content.contains("javascript:"), "{content}");
        }
        assert!(!mail.html.contains("<script") && !mail.html.contains("\" onclick"), "{}", mail.html);
    }
}

#[test]
fn a_page_needs_nothing_from_outside() {
    let digest = digest(vec![report(COUNTS, vec![mention(17, "a"), mention(18, "b")])], gaps());
    for message in [alert(vec![item(mention(17, "a"))], 0, false), digest, trial(1)] {
        let html = rendered(&message).html;
        for outside in ["src=", "url(", "<link", "@import", "<img", "<script", "<iframe"] {
            assert!(!html.contains(outside), "{outside}");
        }
        let links = html.matches("href=").count();
        assert_eq!(links, html.matches("href=\"https://forum.example.org/t/17?page=2&#38;view=all\"").count());
    }
}

#[test]
fn copies_are_named_and_stories_counted() {
    let sources: Vec<String> = (1..=8).map(|number| format!("paper {number}")).collect();
    let copied = MentionView { copies: 9, copied_in: sources, ..mention(17, "A recall") };
    let once = MentionView { copies: 1, copied_in: vec!["Küstenblatt".to_owned()], ..mention(18, "Another") };
    let mail = rendered(&alert(vec![item(copied.clone()), item(once)], 0, false));
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("and 9 copies: paper 1, paper 2, paper 3, paper 4, paper 5, paper 6 …"), "{part}");
        assert!(part.contains("and 1 copy: Küstenblatt"), "{part}");
    }
    let counts = Counts { mentions: 21, ..COUNTS };
    let mail = rendered(&digest(vec![report(counts, vec![copied.clone()])], complete()));
    assert_eq!(mail.subject, "Skip Hop: 12 stories in 21 mentions, 3 negative, 24 Nov");
    for words in [
        "share of the entries read that mention it: 12 of 995, copies left out",
        "positive against negative stories; based on 11 of 12 stories that could be judged",
        "different authors per story: 8 in 9; based on 9 of 12 stories with a known author",
        "11 more stories are not shown.",
    ] {
        assert!(mail.text.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{}", mail.text);
    }
    let one = Counts { entries: 9, mentions: 4, stories: 1, negative: 1, ..Counts::default() };
    let mail = rendered(&digest(vec![report(one, vec![copied])], complete()));
    assert_eq!(mail.subject, "Skip Hop: 1 story in 4 mentions, 1 negative, 24 Nov");
}
