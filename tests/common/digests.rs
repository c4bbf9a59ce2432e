//! Digests of every shape. What people say in them is no language, so that every word of a mail that is one is ours.

use mentiond::model::digest::{
    BarLength, ChartBar, Comparison, Headline, IncidentLine, Recovered, StoryList, Tops, Voice, Waiting, Worth,
};
use mentiond::model::health::{Condition, Health, HealthChange};
use mentiond::model::incident::{Few, IncidentEnding, IncidentKind};
use mentiond::model::notice::{BrandReport, Counts, Coverage, DigestNotice, Gap, MentionView, Metrics};
use mentiond::model::{Notice, Tone};

use super::kinds::{poor, rich};
use super::notices::{COUNTS, at, complete, digest_notice, report};

fn headline(id: i64) -> Headline {
    Headline { id, title: "Plim dorga".to_owned(), url: Some("https://qvostik.example/18".to_owned()) }
}

fn incident(id: i64, ended: Option<IncidentEnding>) -> IncidentLine {
    IncidentLine {
        id,
        onset: at("2026-11-23T10:00:00Z"),
        ended: ended.map(|ending| (at("2026-11-23T18:00:00Z"), ending)),
        kind: IncidentKind::BroadWave,
        negative: 14,
        authors: 9,
        first: Some(headline(31)),
    }
}

fn bar(hour: u32, negative: u64, positive: u64) -> ChartBar {
    ChartBar { from: at(&format!("2026-11-23T{hour:02}:00:00Z")), negative, neutral: 0, positive, unscored: 0 }
}

fn of(tone: Tone, id: i64) -> MentionView {
    MentionView { tone, ..rich(id) }
}

/// A brand of which there is everything; `before` says with what it is compared.
fn everything(counts: Counts, before: Comparison) -> BrandReport {
    let late = MentionView { published_at: Some(at("2026-11-23T00:00:00Z")), ..rich(11) };
    let tops = |items: &[(&str, u64)]| items.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
    let mentions = vec![of(Tone::Negative, 21), of(Tone::Neutral, 22), of(Tone::Positive, 23), poor(24)];
    BrandReport {
        brand: "Zorvex".to_owned(),
        worth: vec![(Worth::Negative, 1), (Worth::Loud, 1), (Worth::Praise, 1), (Worth::Other, 1)],
        waiting: Waiting { items: vec![late, rich(12)], total: 1_204, overdue: 1 },
        incidents: vec![
            incident(1, None),
            incident(2, Some(IncidentEnding::Calm)),
            incident(3, Some(IncidentEnding::NewLevel)),
            incident(4, Some(IncidentEnding::Revised)),
        ],
        before: Some(before),
        chart: vec![bar(7, 0, 1), bar(8, 2, 6), bar(9, 0, 0), bar(10, 1, 0)],
        tops: Tops { keywords: tops(&[("dorga", 4)]), hashtags: tops(&[("plim", 3)]), sample: Some(5_000) },
        voice: vec![
            Voice { brand: "Zorvex".to_owned(), stories: 12, before: Some(8), since: None },
            Voice { brand: "Drax".to_owned(), stories: 36, before: None, since: Some(at("2026-11-23T12:00:00Z")) },
        ],
        recovered: vec![Recovered {
            author: "Kvirre".to_owned(),
            complaint: headline(41),
            complained_at: at("2026-11-12T09:00:00Z"),
            praise: headline(23),
        }],
        top_sources: tops(&[("Qvostik", 1_031), ("Bnarf", 1)]),
        top_authors: tops(&[("Kvirre", 2)]),
        ..report(counts, mentions)
    }
}

fn gap(since: Option<&str>, until: Option<&str>, reason: &str) -> Gap {
    Gap { source: "Qvostik".to_owned(), since: since.map(at), until: until.map(at), reason: reason.to_owned() }
}

fn silent(source: &str) -> HealthChange {
    let since = Some(at("2026-11-20T06:00:00Z"));
    HealthChange {
        source: source.to_owned(),
        at: at("2026-11-24T06:00:00Z"),
        before: Health::Healthy,
        before_since: None,
        condition: Condition {
            health: Health::Silent,
            since,
            why: "before, something new came about 4 times a week".to_owned(),
        },
    }
}

fn coverage(sources: u64, unread: Vec<Gap>, recovered: Vec<Gap>, silents: &[&str]) -> Coverage {
    Coverage {
        sources,
        unread,
        recovered,
        lost: Vec::new(),
        health: silents.iter().map(|source| silent(source)).collect(),
    }
}

/// Nothing was found of a brand.
fn nothing(name: &'static str, coverage: Coverage) -> (&'static str, DigestNotice) {
    let counts = Counts { entries: 4, ..Counts::default() };
    let quiet = BrandReport { brand: "Zorvex".to_owned(), ..report(counts, Vec::new()) };
    (name, digest_notice(vec![quiet], coverage))
}

/// A brand of which a few people said a lot.
fn few() -> BrandReport {
    let few = |authors, usual_authors, top_author_share| Few {
        at: at("2026-11-23T13:10:00Z"),
        window_hours: 2,
        stories: 12,
        baseline: 0.4,
        authors,
        usual_authors,
        top_author_share,
    };
    let few = vec![few(1, 0.3, 1.0), few(2, 0.3, 0.83), few(40, 35.0, 0.1)];
    BrandReport { brand: "Zorvex".to_owned(), few, ..report(COUNTS, Vec::new()) }
}

/// The scores of a time of which not all entries are kept.
fn lost(metrics: Metrics) -> Metrics {
    Metrics { strength: None, counts: Counts { forgotten: true, ..metrics.counts }, ..metrics }
}

/// A brand of whose past not all is kept.
fn lossy(name: &str, before: Comparison) -> BrandReport {
    let lossy = report(COUNTS, Vec::new());
    BrandReport { brand: name.to_owned(), metrics: lost(lossy.metrics), before: Some(before), ..lossy }
}

/// Every shape, each with a name.
pub fn all() -> Vec<(&'static str, Notice)> {
    let since = Some("2026-11-23T03:00:00Z");
    let unread = || vec![gap(since, None, "vunso"), gap(None, None, "")];
    let recovered = || vec![gap(since, Some("2026-11-23T15:30:00Z"), "vunso")];
    let before = report(Counts { mentions: 8, stories: 8, negative: 1, ..COUNTS }, Vec::new()).metrics;
    let copies = Counts { mentions: 21, ..COUNTS };
    let from = at("2026-11-22T07:00:00Z");
    let compared = |unread| Comparison::Before { from, metrics: before, unread };
    let full = DigestNotice {
        catches_up: true,
        first: true,
        list: Some(StoryList { file: "plim.csv".to_owned(), csv: String::new(), stories: 12, all: 12 }),
        leave: Some("https://qvostik.example/leave".to_owned()),
        ..digest_notice(vec![everything(copies, compared(0))], coverage(9, unread(), recovered(), &["Bnarf"]))
    };
    let several = DigestNotice {
        next_at: None,
        bars: BarLength::Day,
        list: Some(StoryList { file: "plim.csv".to_owned(), csv: String::new(), stories: 5, all: 1_204 }),
        ..digest_notice(
            vec![
                everything(COUNTS, compared(2)),
                BrandReport { brand: "Drax".to_owned(), ..report(Counts::default(), Vec::new()) },
                BrandReport {
                    before: Some(Comparison::TooYoung { since: Some(at("2026-11-23T03:00:00Z")) }),
                    brand: "Plix".to_owned(),
                    ..report(Counts { with_author: 0, authors: 0, ..COUNTS }, vec![rich(51)])
                },
                lossy("Krux", Comparison::Before { from, metrics: lost(before), unread: 0 }),
                lossy("Vrix", Comparison::Forgotten { until: from }),
            ],
            coverage(9, Vec::new(), recovered(), &["Bnarf", "Drolk"]),
        )
    };
    let shapes = [
        ("digest", full),
        ("digest-several", several),
        ("digest-few", digest_notice(vec![few()], complete())),
        nothing("digest-quiet", complete()),
        nothing("digest-unread", coverage(9, unread(), Vec::new(), &[])),
        nothing("digest-deaf", coverage(2, unread(), Vec::new(), &[])),
        nothing("digest-gaps", coverage(1, Vec::new(), recovered(), &[])),
        nothing("digest-silent", coverage(9, Vec::new(), Vec::new(), &["Bnarf"])),
        nothing("digest-without-sources", coverage(0, Vec::new(), Vec::new(), &[])),
    ];
    shapes.into_iter().map(|(name, notice)| (name, Notice::Digest(notice))).collect()
}
