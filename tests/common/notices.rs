//! Notices as they occur, and as they should not.

use chrono::{DateTime, Utc};
use mentiond::config::MailConfig;
use mentiond::model::digest::{BarLength, Tops, Waiting};
use mentiond::model::incident::{IncidentCount, IncidentCounts, IncidentEvidence, IncidentKind, Talk};
use mentiond::model::notice::{
    AlertItem, AlertNotice, BrandReport, Counts, Coverage, DigestNotice, MentionView, Metrics, ToldBefore, TrialNotice,
};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::undelivered::{FailedWay, UndeliveredItem, UndeliveredNotice};
use mentiond::model::{Notice, Reason, Severity, Tone, Tongue};

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// What a window of an incident held: negative stories and their authors, all stories and theirs, each with how many are usual
/// and the logarithm of the tail.
pub fn counts(of: [(u32, f64, f64); 4]) -> IncidentCounts {
    let [negative_stories, negative_authors, all_stories, all_authors] =
        of.map(|(observed, expected, log10_tail)| IncidentCount { observed, expected, log10_tail });
    IncidentCounts { negative_stories, negative_authors, all_stories, all_authors }
}

/// What supports an incident of three hours.
pub fn evidence() -> IncidentEvidence {
    IncidentEvidence {
        at: at("2026-11-24T14:20:00Z"),
        onset: at("2026-11-24T11:42:00Z"),
        first: Some(17),
        window_hours: 3,
        counts: counts([(14, 1.02, -5.07), (13, 0.98, -4.95), (22, 9.7, -0.84), (20, 8.9, -1.1)]),
        talk: Talk::Negative,
        faster: false,
        negative: 14,
        authors: 13,
        top_author_share: 0.14,
        kind: IncidentKind::BroadWave,
        stories: vec![17, 18, 19],
    }
}

pub fn mail() -> MailConfig {
    MailConfig {
        from: "mentiond <mentiond@skiphop.example>".to_owned(),
        smtp: None,
        fallbacks: Vec::new(),
        dkim: None,
        dir: "/var/lib/mentiond/mails".into(),
        max_attempts: 30,
        time_zone: chrono_tz::Tz::UTC,
    }
}

pub fn message(id: i64, kind: OutboxKind, notice: Notice) -> OutboxMessage {
    OutboxMessage {
        id,
        kind,
        recipient: "support@skiphop.example".to_owned(),
        created_at: at("2026-11-24T07:30:00.250Z"),
        sealed_at: at("2026-11-24T07:30:30Z"),
        attempt: 1,
        acknowledge: None,
        language: Tongue::En,
        unanswered: None,
        instead: None,
        answers: None,
        notice,
    }
}

pub fn trial(id: i64) -> OutboxMessage {
    message(id, OutboxKind::Trial, Notice::Trial(TrialNotice { asked_at: at("2026-11-24T07:30:00Z") }))
}

pub fn reason(word: &str, weight: f64, note: &str) -> Reason {
    Reason { word: word.to_owned(), weight, note: note.to_owned(), place: None }
}

/// A complaint.
pub fn mention(id: i64, title: &str) -> MentionView {
    MentionView {
        id,
        brand: "Skip Hop".to_owned(),
        source: "Parents' forum".to_owned(),
        also_in: Vec::new(),
        title: title.to_owned(),
        snippet: "I wrote three times and nobody answers. The strap broke after two days.".to_owned(),
        url: Some("https://forum.example.org/t/17?page=2&view=all".to_owned()),
        author: Some("Kari".to_owned()),
        published_at: Some(at("2026-11-24T06:12:00Z")),
        found_at: at("2026-11-24T06:15:00Z"),
        edited_at: None,
        withdrawn_at: None,
        deleted_at: None,
        lapsed_at: None,
        tone: Tone::Negative,
        score: Some(-0.82),
        corrected: None,
        reasons: vec![reason("broke", -1.8, ""), reason("nobody answers", -1.24, "stronger by \"three times\"")],
        language: Some("en".to_owned()),
        severity: Severity::Info,
        concerns: Vec::new(),
        engagement: None,
        engagement_first: None,
        counted_at: None,
        copies: 0,
        copied_in: Vec::new(),
    }
}

pub fn item(mention: MentionView) -> AlertItem {
    AlertItem { mention, rule: "complaint".to_owned(), keyword: Some("nobody answers".to_owned()) }
}

pub fn alert(items: Vec<AlertItem>, more: u64, reminder: bool) -> OutboxMessage {
    let kind = if reminder { OutboxKind::Reminder } else { OutboxKind::Alert };
    message(17, kind, Notice::Alert(AlertNotice { brand: "Skip Hop".to_owned(), reminder, items, more }))
}

/// Who was told before.
pub fn told() -> Vec<ToldBefore> {
    let told = [("support@skiphop.example", "2026-11-24T06:20:00Z"), ("channel:ops", "2026-11-24T06:40:00Z")];
    told.map(|(recipient, time)| ToldBefore { recipient: recipient.to_owned(), at: at(time) }).into()
}

/// Mails do not get through, a channel does again, and these notices wait or were given up.
pub fn undelivered(notices: [Notice; 2], error: &str) -> OutboxMessage {
    let since = at("2026-11-24T06:55:00Z");
    let way = |way: &str, until| FailedWay { way: way.to_owned(), since, until, error: error.to_owned() };
    let [late, dead] = notices;
    let item = |id, notice, dead| UndeliveredItem {
        id,
        recipient: "support@skiphop.example".to_owned(),
        since,
        dead,
        error: error.to_owned(),
        notice: Box::new(notice),
    };
    let notice = UndeliveredNotice {
        broken: vec![way("mail", None)],
        mended: vec![way("channel:ops", Some(at("2026-11-24T07:25:00Z")))],
        items: vec![item(17, late, false), item(18, dead, true)],
        more: 3,
        waiting: 12,
    };
    message(24, OutboxKind::Undelivered, Notice::Undelivered(notice))
}

pub fn report(counts: Counts, mentions: Vec<MentionView>) -> BrandReport {
    let percent = |part: u64, all: u64| (all > 0).then(|| part as f64 * 100.0 / all as f64);
    let metrics = Metrics {
        counts,
        strength: percent(counts.mentions, counts.entries),
        sentiment: (counts.positive + counts.negative > 0).then_some((counts.positive, counts.negative)),
        passion: percent(counts.repeat_authors, counts.authors),
        reach: percent(counts.authors, counts.with_author),
    };
    let more = counts.stories.saturating_sub(mentions.len() as u64);
    BrandReport {
        brand: "Skip Hop".to_owned(),
        metrics,
        top_sources: Vec::new(),
        top_authors: Vec::new(),
        mentions,
        worth: Vec::new(),
        more,
        waiting: Waiting::default(),
        incidents: Vec::new(),
        few: Vec::new(),
        before: None,
        chart: Vec::new(),
        tops: Tops::default(),
        voice: Vec::new(),
        recovered: Vec::new(),
    }
}

pub const COUNTS: Counts = Counts {
    entries: 1004,
    mentions: 12,
    stories: 12,
    negative: 3,
    neutral: 4,
    positive: 4,
    unscored: 1,
    with_author: 9,
    authors: 8,
    repeat_authors: 1,
    forgotten: false,
};

pub fn digest_notice(brands: Vec<BrandReport>, coverage: Coverage) -> DigestNotice {
    DigestNotice {
        digest: "daily".to_owned(),
        from: at("2026-11-23T07:00:00Z"),
        to: at("2026-11-24T07:00:00Z"),
        time_zone: "Europe/Oslo".to_owned(),
        next_at: Some(at("2026-11-25T07:00:00Z")),
        catches_up: false,
        first: false,
        bars: BarLength::Hour,
        brands,
        coverage,
        list: None,
        leave: None,
    }
}

pub fn digest(brands: Vec<BrandReport>, coverage: Coverage) -> OutboxMessage {
    message(18, OutboxKind::Digest, Notice::Digest(digest_notice(brands, coverage)))
}

pub fn complete() -> Coverage {
    Coverage { sources: 9, ..Coverage::default() }
}
