//! What digests say, in which order, and how much of it: the news on top, every story once, never longer than what mail
//! programs show whole.

use crate::common::notices::{COUNTS, at, complete, digest, digest_notice, mail, mention, message, report};
use mentiond::deliver::{Rendered, render};
use mentiond::model::digest::{
    BarLength, ChartBar, Comparison, Headline, IncidentLine, Recovered, Tops, Voice, Waiting, Worth,
};
use mentiond::model::incident::{Few, IncidentEnding, IncidentKind};
use mentiond::model::notice::{BrandReport, Counts, Coverage, DigestNotice, Gap, MentionView};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Notice, Tone, Tongue};

fn rendered(message: &OutboxMessage) -> Rendered {
    render(message, &mail())
}

pub fn told(notice: DigestNotice) -> Rendered {
    rendered(&message(18, OutboxKind::Digest, Notice::Digest(notice)))
}

fn gap(source: &str, since: Option<&str>, until: Option<&str>, reason: &str) -> Gap {
    Gap { source: source.to_owned(), since: since.map(at), until: until.map(at), reason: reason.to_owned() }
}

pub fn gaps() -> Coverage {
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

fn of(tone: Tone, id: i64, title: &str) -> MentionView {
    let score = match tone {
        Tone::Negative => Some(-0.82),
        Tone::Positive => Some(0.7),
        Tone::Neutral => Some(0.0),
        Tone::Unscored => None,
    };
    MentionView { tone, score, reasons: Vec::new(), snippet: String::new(), url: None, ..mention(id, title) }
}

fn headline(id: i64, title: &str) -> Headline {
    Headline { id, title: title.to_owned(), url: Some(format!("https://forum.example.org/t/{id}")) }
}

fn bar(hour: u32, negative: u64, positive: u64) -> ChartBar {
    ChartBar { from: at(&format!("2026-11-23T{hour:02}:00:00Z")), negative, neutral: 0, positive, unscored: 0 }
}

/// A brand of which there is everything.
pub fn everything() -> BrandReport {
    let late = MentionView { published_at: Some(at("2026-11-23T00:00:00Z")), ..of(Tone::Negative, 11, "No refund") };
    let fresh = of(Tone::Negative, 12, "Strap broke");
    let mentions = vec![
        of(Tone::Negative, 21, "Bad colour"),
        MentionView { engagement: Some(1_204), ..of(Tone::Neutral, 22, "A film about prams") },
        of(Tone::Positive, 23, "Lovely bag"),
        of(Tone::Neutral, 24, "Where to buy"),
    ];
    let before = report(Counts { mentions: 8, stories: 8, negative: 1, positive: 6, ..COUNTS }, Vec::new()).metrics;
    let tops = |items: &[(&str, u64)]| items.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
    BrandReport {
        worth: vec![(Worth::Negative, 1), (Worth::Loud, 1), (Worth::Praise, 1), (Worth::Other, 1)],
        more: 6,
        waiting: Waiting { items: vec![late, fresh], total: 3, overdue: 1 },
        incidents: vec![IncidentLine {
            id: 1,
            onset: at("2026-11-23T10:00:00Z"),
            ended: Some((at("2026-11-23T18:00:00Z"), IncidentEnding::Calm)),
            kind: IncidentKind::BroadWave,
            negative: 14,
            authors: 9,
            first: Some(headline(31, "It caught fire")),
        }],
        before: Some(Comparison::Before { from: at("2026-11-22T07:00:00Z"), metrics: before, unread: 0 }),
        chart: vec![bar(7, 0, 1), bar(8, 2, 6), bar(9, 0, 0), bar(10, 1, 0)],
        tops: Tops { keywords: tops(&[("buckle", 4), ("zip", 2)]), hashtags: tops(&[("baby", 3)]), sample: None },
        voice: vec![
            Voice { brand: "Skip Hop".to_owned(), stories: 12, before: Some(8), since: None },
            Voice { brand: "Lego".to_owned(), stories: 36, before: Some(8), since: None },
        ],
        recovered: vec![Recovered {
            author: "Ole".to_owned(),
            complaint: headline(41, "It broke"),
            complained_at: at("2026-11-12T09:00:00Z"),
            praise: headline(23, "Lovely bag"),
        }],
        top_sources: tops(&[("Parents' forum", 1_031), ("Hacker News", 1)]),
        top_authors: tops(&[("Kari", 2)]),
        ..report(COUNTS, mentions)
    }
}

#[test]
fn a_digest_with_everything() {
    let mut notice = digest_notice(vec![everything()], gaps());
    notice.catches_up = true;
    let mail = told(notice);
    assert_eq!(mail.subject, "Skip Hop: 3 complaints wait, 1 over 24 h, 1 incident is over, 12 mentions, 24 Nov");
    let expected = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mails/digest.txt");
    assert_eq!(mail.text, std::fs::read_to_string(expected).unwrap());
}

/// What stands where, in both parts of the mail.
#[test]
fn everything_has_its_place_and_every_story_is_told_once() {
    let mail = told(digest_notice(vec![everything()], gaps()));
    let order = [
        "Skip Hop: 3 complaints wait",
        "Needs an answer",
        "No refund",
        "Strap broke",
        "mentiond ack --mention NUMBER",
        "Incidents",
        "In numbers",
        "Strength",
        "Stories per hour",
        "Negative",
        "Bad colour",
        "Loud",
        "A film about prams",
        "Praise worth thanking",
        "Lovely bag",
        "Also said",
        "Where to buy",
        "Keywords",
        "Authors",
        "Hashtags",
        "Sources",
        "Share of voice",
        "Won back",
        "Coverage",
        "The next digest",
    ];
    let page = mail.html.split_once("<h1").unwrap().1;
    for part in [mail.text.as_str(), page] {
        let mut rest = part;
        for words in order {
            let at = rest.find(words).unwrap_or_else(|| panic!("{words} does not follow in {rest}"));
            rest = &rest[at + words.len()..];
        }
        for title in ["No refund", "Strap broke", "Bad colour", "A film about prams", "Where to buy"] {
            assert_eq!(part.matches(title).count(), 1, "{title}");
        }
    }
    assert!(mail.text.lines().all(|line| line.chars().count() <= 78), "{}", mail.text);
}

#[test]
fn a_digest_of_silence_is_short() {
    let counts = Counts { entries: 412, ..Counts::default() };
    let mail = rendered(&digest(vec![report(counts, Vec::new())], complete()));
    assert_eq!(mail.subject, "Skip Hop: nothing was said, 24 Nov");
    let text = "\
Skip Hop: nothing was said
Mon 23 Nov 2026, 08:00 CET to Tue 24 Nov 2026, 08:00 CET (Europe/Oslo)

Nobody waits for an answer, and nothing is going on. There is nothing to do.

Coverage: All 9 sources were read.

The next digest “daily” comes on Wed 25 Nov 2026, 08:00 CET, with all that is
found until then and what still waits.
";
    assert_eq!(mail.text, text);
    assert!(!mail.html.contains("Strength") && mail.html.contains("There is nothing to do"), "{}", mail.html);
}

#[test]
fn silence_is_not_claimed_where_nobody_listened() {
    let zero = Counts { entries: 412, ..Counts::default() };
    let none = |coverage| rendered(&digest(vec![report(zero, Vec::new())], coverage)).subject;
    assert_eq!(none(gaps()), "Skip Hop: no mentions found; 2 sources were not read, 24 Nov");
    let one = Coverage { sources: 1, unread: vec![gap("A", None, None, "")], ..Coverage::default() };
    assert_eq!(none(one.clone()), "Skip Hop: no mentions found; 1 source was not read, 24 Nov");
    assert_eq!(none(Coverage::default()), "Skip Hop: no mentions found; there are no sources, 24 Nov");
    let text = rendered(&digest(vec![report(Counts::default(), Vec::new())], one)).text;
    assert!(text.contains("Nothing could be heard: 1 source was not read."), "{text}");
    assert!(!text.contains("nothing is going on"), "{text}");
}

#[test]
fn the_subject_says_the_news() {
    let subject = |change: &dyn Fn(&mut BrandReport)| {
        let mut brand = BrandReport { waiting: Waiting::default(), incidents: Vec::new(), ..everything() };
        change(&mut brand);
        told(digest_notice(vec![brand], complete())).subject
    };
    let waits = |total, overdue| Waiting { items: Vec::new(), total, overdue };
    assert_eq!(subject(&|_| {}), "Skip Hop: 12 mentions, 3 negative, 24 Nov");
    assert_eq!(subject(&|brand| brand.metrics.counts.negative = 0), "Skip Hop: 12 mentions, none negative, 24 Nov");
    assert_eq!(subject(&|brand| brand.waiting = waits(1, 0)), "Skip Hop: 1 complaint waits, 12 mentions, 24 Nov");
    assert_eq!(
        subject(&|brand| brand.waiting = waits(1_204, 17)),
        "Skip Hop: 1,204 complaints wait, 17 over 24 h, 12 mentions, 24 Nov"
    );
    let open = || IncidentLine { ended: None, ..everything().incidents[0].clone() };
    assert_eq!(
        subject(&|brand| brand.incidents = vec![open(), everything().incidents[0].clone()]),
        "Skip Hop: 1 incident goes on, 12 mentions, 24 Nov"
    );
    assert_eq!(
        subject(&|brand| brand.metrics.counts.mentions = 21),
        "Skip Hop: 12 stories in 21 mentions, 3 negative, 24 Nov"
    );
    assert_eq!(
        subject(&|brand| {
            brand.metrics.counts = Counts::default();
            brand.waiting = waits(2, 2);
        }),
        "Skip Hop: 2 complaints wait, 2 over 24 h, no mentions, 24 Nov"
    );
}

#[test]
fn a_week_and_a_month_name_their_days() {
    let mut notice = digest_notice(vec![everything()], complete());
    (notice.from, notice.to, notice.bars) = (at("2026-11-16T07:00:00Z"), at("2026-11-23T07:00:00Z"), BarLength::Day);
    let mail = told(notice.clone());
    assert!(mail.subject.ends_with(", 16 Nov to 22 Nov"), "{}", mail.subject);
    assert!(mail.text.contains("\nStories per day\n"), "{}", mail.text);
    (notice.from, notice.to) = (at("2026-09-30T22:00:00Z"), at("2026-10-31T23:00:00Z"));
    let mail = told(notice);
    assert!(mail.subject.ends_with(", 1 Oct to 31 Oct"), "{}", mail.subject);
}

#[test]
fn a_brand_that_is_young_is_compared_with_nothing() {
    let mut brand = everything();
    brand.before = Some(Comparison::TooYoung { since: Some(at("2026-11-23T12:00:00Z")) });
    brand.voice = Vec::new();
    let text = told(digest_notice(vec![brand.clone()], complete())).text;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("No comparison yet: it is watched since Mon 23 Nov 2026, 13:00 CET"), "{text}");
    assert!(!text.contains("before: "), "{text}");
    let metrics = brand.metrics;
    brand.before = Some(Comparison::Before { from: at("2026-11-22T07:00:00Z"), metrics, unread: 2 });
    let text = told(digest_notice(vec![brand], complete())).text;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("2 sources were not read all the time then"), "{text}");
}

#[test]
fn the_first_digest_explains_itself_in_three_lines() {
    let mut notice = digest_notice(vec![everything()], complete());
    assert!(!told(notice.clone()).text.contains("your first digest"));
    notice.first = true;
    let mail = told(notice);
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("This is your first digest “daily”"), "{part}");
    }
    assert_eq!(mail.html.matches("<p style=\"margin:0 0 4px\">").count(), 3);
}

#[test]
fn several_brands_are_told_the_worst_first_and_the_quiet_in_a_line() {
    let mut other = BrandReport { waiting: Waiting::default(), incidents: Vec::new(), ..everything() };
    other.brand = "Bücher & Söhne".to_owned();
    let quiet = |name: &str| BrandReport { brand: name.to_owned(), ..report(Counts::default(), Vec::new()) };
    let brands = vec![other, quiet("Silence"), everything(), quiet("Peace")];
    let mail = told(digest_notice(brands, complete()));
    assert_eq!(mail.subject, "4 brands: 3 complaints wait, 1 over 24 h, 1 incident is over, 24 mentions, 24 Nov");
    let lines: Vec<&str> =
        mail.text.lines().filter(|line| line.starts_with("  - Skip Hop: 3") || line.starts_with("==")).collect();
    assert_eq!(
        lines,
        [
            "  - Skip Hop: 3 complaints wait, 1 over 24 h, 1 incident is over, 12 mentions",
            "== Skip Hop ==",
            "== Bücher & Söhne =="
        ]
    );
    assert!(mail.text.contains("\n  - Bücher & Söhne: 12 mentions, 3 negative\n"), "{}", mail.text);
    assert!(mail.text.contains("\nNothing was said of Silence and Peace.\n"), "{}", mail.text);
    assert!(mail.html.contains("Bücher &#38; Söhne"), "{}", mail.html);
}

#[test]
fn times_are_those_of_the_digest_even_when_the_clocks_change() {
    let mut notice = digest_notice(vec![everything()], complete());
    (notice.from, notice.to) = (at("2026-10-24T06:00:00Z"), at("2026-10-25T07:00:00Z"));
    notice.next_at = None;
    let text = told(notice.clone()).text;
    assert!(text.contains("\nSat 24 Oct 2026, 08:00 CEST to Sun 25 Oct 2026, 08:00 CET (Europe/Oslo)\n"), "{text}");
    assert!(text.ends_with("\nNo further digest “daily” is scheduled.\n"), "{text}");
    notice.to = at("2026-10-24T22:00:00Z");
    let subject = told(notice).subject;
    assert!(subject.ends_with(", 24 Oct"), "what ends at midnight is about the day before: {subject}");
}

#[test]
fn what_was_no_incident_since_too_few_people_wrote_is_a_line_among_the_incidents() {
    let few = Few {
        at: at("2026-11-23T13:10:00Z"),
        window_hours: 1,
        stories: 12,
        baseline: 0.4,
        authors: 2,
        usual_authors: 0.3,
        top_author_share: 10.0 / 12.0,
    };
    let lines = |few: Few| {
        let brand = BrandReport { few: vec![few], ..report(COUNTS, Vec::new()) };
        let notice = Notice::Digest(digest_notice(vec![brand], complete()));
        Tongue::ALL.map(|language| {
            let mail = rendered(&OutboxMessage { language, ..message(18, OutboxKind::Digest, notice.clone()) });
            let part = mail.text.split_once("\n- ").unwrap().1.split("\n\n").next().unwrap().replace('\n', " ");
            let line = part.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(mail.html.replace('\u{a0}', " ").contains(line.split(',').next().unwrap()), "{}", mail.html);
            line
        })
    };
    let expected = [
        "12 negative stories in 1 hour until Mon 23 Nov 2026, 14:10 CET, by 2 authors, 83% of them by one: not counted as an \
         incident, since too few people wrote them.",
        "12 negative Beiträge in 1 Stunde bis Mo., 23. Nov. 2026, 14:10 Uhr MEZ, von 2 Personen, 83 % davon von einer: nicht \
         als Häufung gezählt, weil zu wenige sie schrieben.",
        "12 negative saker på 1 time fram til ma. 23. nov. 2026 kl. 14.10 CET, av 2 personer, 83 % av dem fra én: ikke regnet \
         som en bølge, siden for få skrev dem.",
    ];
    assert_eq!(lines(few), expected);
    let [one, ..] = lines(Few { authors: 1, top_author_share: 1.0, ..few });
    assert!(
        one.contains(", all by the same author: not counted as an incident, since too few people wrote them."),
        "{one}"
    );
    let [usual, ..] = lines(Few { authors: 40, usual_authors: 35.0, top_author_share: 0.1, ..few });
    assert!(
        usual.contains(" by 40 authors, 10% of them by one: not counted as an incident, since hardly more"),
        "{usual}"
    );
}
