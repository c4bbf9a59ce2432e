//! A notice of every kind, as it is mailed on a bad day: long words, many items, all that can be said.

use chrono::TimeDelta;
use mentiond::model::digest::{
    ChartBar, Comparison, Headline, IncidentLine, Recovered, StoryList, Tops, Voice, Waiting, Worth,
};
use mentiond::model::health::{Condition, Health, HealthChange};
use mentiond::model::incident::{IncidentEnding, IncidentEvidence, IncidentKind, IncidentPhase};
use mentiond::model::notice::{
    AlertItem, AlertNotice, BrandReport, Counts, Coverage, EscalationNotice, FirstMail, Gap, HealthNotice, HeldNotice,
    HoldCause, HourOfStories, IncidentNotice, Lost, MentionView,
};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Concern, Field, HoldReason, Loss, LossReason, Notice, Place, Severity, Tone};

use super::notices::{
    COUNTS, alert, at, complete, counts, digest_notice, evidence, item, mention, message, reason, report, told, trial,
    undelivered,
};

/// Each kind of mail with its name.
pub fn of_every_kind() -> Vec<(&'static str, OutboxMessage)> {
    vec![
        ("alert", answerable(alert(urgent(), 3, false))),
        ("reminder", alert(urgent(), 0, true)),
        ("escalation", answerable(escalation())),
        ("held", held()),
        ("incident_told", answerable(incident_told())),
        ("incident_start", answerable(incident(IncidentPhase::Start))),
        ("incident_update", incident(IncidentPhase::Update)),
        ("incident_end", incident(IncidentPhase::End)),
        ("digest", digest(vec![busy()])),
        ("digest_brands", brands()),
        ("digest_quiet", quiet_digest()),
        ("health", health()),
        ("undelivered", undelivered([alert(urgent(), 0, false).notice, incident_told().notice], "refused")),
        ("trial", trial(7)),
    ]
}

/// A mention in German with words that are hard to break.
fn german(id: i64) -> MentionView {
    MentionView {
        source: "Küstenblatt".to_owned(),
        author: Some("Jürgen Weißhäupl".to_owned()),
        snippet: "Die Rückerstattungsbestätigung der Kindertragetaschenversandabteilung kam nie. Ich habe dreimal \
                  geschrieben, seit zwei Wochen antwortet niemand, und der Gurt ist gerissen."
            .to_owned(),
        reasons: vec![reason("antwortet niemand", -1.6, ""), reason("gerissen", -1.4, "")],
        url: Some("https://kuestenblatt.example/leserbriefe/rueckerstattungsbestaetigung".to_owned()),
        engagement: Some(97),
        ..mention(id, "Kindertragetaschengurt gerissen, Kundendienst unerreichbar")
    }
}

fn norwegian(id: i64) -> MentionView {
    MentionView {
        source: "Småbarnsforeldre på Sørlandet".to_owned(),
        author: Some("Åse Bjørnøy".to_owned()),
        snippet: "Sekken gikk i stykker etter en uke, og jeg får ikke svar. Har noen andre fått pengene tilbake?"
            .to_owned(),
        reasons: vec![reason("gikk i stykker", -1.7, ""), reason("får ikke svar", -1.3, "")],
        also_in: vec!["Herald".to_owned(), "Courier".to_owned()],
        copies: 4,
        copied_in: vec!["Herald".to_owned(), "Courier".to_owned(), "Mastodon".to_owned()],
        ..mention(id, "Hvem får svar fra Skip Hop?")
    }
}

fn praise(id: i64) -> MentionView {
    MentionView {
        tone: Tone::Positive,
        score: Some(0.74),
        snippet: "They called back within the hour and sent a new buckle. That is how it is done.".to_owned(),
        reasons: vec![reason("that is how it is done", 1.5, ""), reason("called back", 0.8, "")],
        ..mention(id, "Credit where it is due")
    }
}

fn neutral(id: i64) -> MentionView {
    let (tone, score) = (Tone::Neutral, Some(-0.04));
    MentionView {
        tone,
        score,
        snippet: String::new(),
        reasons: Vec::new(),
        ..mention(id, "Where to buy the small bag?")
    }
}

fn urgent() -> Vec<AlertItem> {
    let concerns = vec![Concern {
        word: "fell".to_owned(),
        severity: Severity::Urgent,
        note: String::new(),
        place: Place { field: Field::Title, start: 37, end: 41 },
    }];
    let injured = MentionView {
        severity: Severity::Urgent,
        concerns,
        ..mention(17, "The strap of our bag tore, and my son fell")
    };
    vec![item(injured), item(german(18)), item(norwegian(19))]
}

/// With a link to say that somebody takes care.
fn answerable(message: OutboxMessage) -> OutboxMessage {
    let address = "https://mentiond.skiphop.example/answer/v1.31.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_".to_owned();
    OutboxMessage { acknowledge: Some(address), ..message }
}

fn escalation() -> OutboxMessage {
    let alert = AlertNotice { brand: "Skip Hop".to_owned(), reminder: false, items: urgent(), more: 0 };
    message(22, OutboxKind::Escalation, Notice::Escalation(EscalationNotice { alert, told: told() }))
}

fn held() -> OutboxMessage {
    let cause = |reason, author: Option<&str>, comment: Option<&str>, alerts| HoldCause {
        reason,
        author: author.map(str::to_owned),
        comment: comment.map(str::to_owned),
        until: at("2026-11-24T06:00:00Z"),
        alerts,
    };
    let causes = vec![
        cause(HoldReason::Silenced, Some("Kari"), Some("the shop moves"), 4),
        cause(HoldReason::QuietHours, None, None, 9),
    ];
    let brands = vec!["Skip Hop".to_owned(), "Lego".to_owned()];
    let mut items = urgent();
    items[1].mention.brand = "Lego".to_owned();
    message(21, OutboxKind::Held, Notice::Held(HeldNotice { causes, brands, items, more: 10, ..HeldNotice::default() }))
}

fn incident_told() -> OutboxMessage {
    let Notice::Incident(start) = incident(IncidentPhase::Start).notice else { unreachable!() };
    let notice = IncidentNotice { told_before: Some(told()), hours: Vec::new(), stories: Vec::new(), ..*start };
    message(31, OutboxKind::Incident, Notice::Incident(Box::new(notice)))
}

fn incident(phase: IncidentPhase) -> OutboxMessage {
    let hour = |index: i64| HourOfStories {
        from: at("2026-11-23T15:00:00Z") + TimeDelta::hours(index),
        negative: [1, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 2, 4, 8, 3][index as usize],
        others: [3, 2, 4, 5, 6, 5, 4, 2, 1, 1, 0, 0, 0, 0, 1, 2, 3, 5, 4, 6, 5, 6, 7, 2][index as usize],
    };
    let started = phase == IncidentPhase::Start;
    let evidence = IncidentEvidence {
        counts: counts([(14, 1.4, -6.3), (13, 1.3, -6.0), (29, 14.2, -1.6), (26, 12.8, -1.5)]),
        negative: if started { 14 } else { 31 },
        authors: if started { 13 } else { 28 },
        ..evidence()
    };
    let notice = IncidentNotice {
        brand: "Skip Hop".to_owned(),
        phase,
        ending: (phase == IncidentPhase::End).then_some(IncidentEnding::Calm),
        evidence,
        learning: started,
        update_after: 6 * 3_600,
        first: Some(mention(17, "The strap of our bag tore, and my son fell")),
        stories: vec![german(18), norwegian(19)],
        hours: (0..24).map(hour).collect(),
        usual: (0..24).map(|index| 0.2 + f64::from((index + 6) % 24) / 40.0).collect(),
        folded: if started { 0 } else { 31 },
        folded_items: if started { Vec::new() } else { urgent() },
        told_before: None,
        acknowledged: false,
        taken: None,
        first_mail: (!started).then(|| FirstMail { outbox_id: 31, created_at: at("2026-11-24T14:20:30Z") }),
    };
    message(31, OutboxKind::Incident, Notice::Incident(Box::new(notice)))
}

/// A brand of which all there is to say is said.
fn busy() -> BrandReport {
    let bar = |index: i64| ChartBar {
        from: at("2026-11-23T07:00:00Z") + TimeDelta::hours(index),
        negative: [0, 1, 2, 0, 1, 0, 3, 6, 4, 2, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1][index as usize],
        neutral: [2, 4, 3, 5, 4, 3, 4, 6, 5, 4, 3, 2, 3, 1, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3][index as usize],
        positive: [1, 0, 2, 1, 1, 2, 0, 1, 0, 2, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1][index as usize],
        unscored: u64::from(index % 7 == 2),
    };
    let counts =
        Counts { mentions: 1_204, stories: 103, negative: 24, neutral: 58, positive: 17, unscored: 4, ..COUNTS };
    let mut brand =
        report(Counts { entries: 41_004, ..counts }, vec![german(18), norwegian(19), praise(20), neutral(21)]);
    brand.chart = (0..24).map(bar).collect();
    brand.worth = vec![(Worth::Negative, 2), (Worth::Praise, 1), (Worth::Other, 1)];
    brand.waiting = Waiting { items: waiting(), total: 7, overdue: 1 };
    brand.incidents = incidents();
    let before = Counts { mentions: 812, stories: 88, negative: 9, positive: 21, entries: 39_870, ..counts };
    let before = report(before, Vec::new()).metrics;
    brand.before = Some(Comparison::Before { from: at("2026-11-22T07:00:00Z"), metrics: before, unread: 1 });
    let named = |items: &[(&str, u64)]| items.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
    brand.tops = Tops {
        keywords: named(&[
            ("rückerstattung", 14),
            ("gikk i stykker", 11),
            ("shoulder strap", 9),
            ("kundetjeneste", 7),
            ("recall", 4),
        ]),
        hashtags: named(&[("skiphop", 31), ("småbarnsliv", 6), ("kindertragetasche", 3)]),
        sample: None,
    };
    let voice =
        |brand: &str, stories, before| Voice { brand: brand.to_owned(), stories, before: Some(before), since: None };
    brand.voice =
        vec![voice("Skip Hop", 103, 88), voice("Lego", 188, 240), voice("Kindertragetaschenmanufaktur Süd", 9, 2)];
    let headline = |id, title: &str| Headline {
        id,
        title: title.to_owned(),
        url: Some("https://forum.example.org/t/41".to_owned()),
    };
    brand.recovered = vec![Recovered {
        author: "Ingunn Sæther".to_owned(),
        complaint: headline(41, "Third buckle broken, and still no refund"),
        complained_at: at("2026-11-12T09:00:00Z"),
        praise: headline(23, "Credit where it is due"),
    }];
    brand.more = 97;
    brand.top_sources = vec![("Småbarnsforeldre på Sørlandet".to_owned(), 61), ("Küstenblatt".to_owned(), 12)];
    brand.top_authors = vec![("Jürgen Weißhäupl".to_owned(), 4), ("Åse Bjørnøy".to_owned(), 2)];
    brand
}

/// What needs an answer: one for too long, one that is due, two that have time.
fn waiting() -> Vec<MentionView> {
    let published =
        |view: MentionView, time: &str| MentionView { published_at: Some(at(time)), found_at: at(time), ..view };
    vec![
        published(norwegian(31), "2026-11-22T23:40:00Z"),
        published(german(32), "2026-11-23T07:00:00Z"),
        published(mention(33, "The strap of our bag tore, and my son fell"), "2026-11-23T16:00:00Z"),
        published(mention(34, "Still no answer"), "2026-11-24T05:55:00Z"),
    ]
}

/// One that goes on, and one of each ending.
fn incidents() -> Vec<IncidentLine> {
    let incident = |id, onset: &str, ended: Option<(&str, IncidentEnding)>, negative, authors| IncidentLine {
        id,
        onset: at(onset),
        ended: ended.map(|(ended, ending)| (at(ended), ending)),
        kind: IncidentKind::BroadWave,
        negative,
        authors,
        first: Some(Headline {
            id: 17,
            title: "The strap of our bag tore, and my son fell".to_owned(),
            url: Some("https://forum.example.org/t/17".to_owned()),
        }),
    };
    vec![
        incident(4, "2026-11-21T04:00:00Z", Some(("2026-11-23T08:00:00Z", IncidentEnding::NewLevel)), 61, 40),
        incident(5, "2026-11-23T09:05:00Z", Some(("2026-11-23T12:00:00Z", IncidentEnding::Calm)), 8, 8),
        incident(6, "2026-11-23T13:40:00Z", None, 21, 19),
    ]
}

/// Several brands in one mail, the first that somebody gets.
fn brands() -> OutboxMessage {
    let few =
        Counts { entries: 41_004, mentions: 3, stories: 3, negative: 1, neutral: 1, positive: 1, ..Counts::default() };
    let short = |name: &str, mentions| BrandReport {
        brand: name.to_owned(),
        before: Some(Comparison::TooYoung { since: Some(at("2026-11-23T03:00:00Z")) }),
        ..report(few, mentions)
    };
    let quiet = |name: &str| BrandReport {
        brand: name.to_owned(),
        ..report(Counts { entries: 41_004, ..Counts::default() }, Vec::new())
    };
    let waits = BrandReport {
        waiting: Waiting { items: vec![waiting().swap_remove(0)], total: 1, overdue: 1 },
        voice: vec![
            Voice { brand: "Kindertragetaschenmanufaktur Süd".to_owned(), stories: 3, before: None, since: None },
            Voice { brand: "Lego".to_owned(), stories: 0, before: None, since: Some(at("2026-11-23T12:00:00Z")) },
        ],
        ..short("Kindertragetaschenmanufaktur Süd", vec![praise(51)])
    };
    let brands = vec![short("Skip Hop", vec![german(52)]), waits, quiet("Lego"), quiet("Småbarn")];
    let mut notice = digest_notice(brands, complete());
    notice.first = true;
    notice.leave = Some("https://mentiond.skiphop.example/unsubscribe/v1.AbCdEfGhIjKlMnOpQrStUvWxYz".to_owned());
    notice.list = Some(StoryList { file: "daily-2026-11-24.csv".to_owned(), csv: String::new(), stories: 6, all: 6 });
    message(23, OutboxKind::Digest, Notice::Digest(notice))
}

fn digest(brands: Vec<BrandReport>) -> OutboxMessage {
    let gap = |source: &str, since: Option<&str>, until: Option<&str>, reason: &str| Gap {
        source: source.to_owned(),
        since: since.map(at),
        until: until.map(at),
        reason: reason.to_owned(),
    };
    let loss = Loss { from: at("2026-11-13T14:00:00Z"), to: at("2026-11-16T09:00:00Z"), why: LossReason::Hours(168) };
    let coverage = Coverage {
        sources: 9,
        unread: vec![gap("Parents' forum", Some("2026-11-23T03:00:00Z"), None, "the server answers 503")],
        recovered: vec![gap(
            "Mastodon",
            Some("2026-11-23T09:00:00Z"),
            Some("2026-11-23T15:30:00Z"),
            "too many requests",
        )],
        lost: vec![Lost { source: "X".to_owned(), loss }],
        health: changes().into_iter().take(2).collect(),
    };
    message(18, OutboxKind::Digest, Notice::Digest(digest_notice(brands, coverage)))
}

fn quiet_digest() -> OutboxMessage {
    let nothing = Counts { entries: 412, ..Counts::default() };
    message(20, OutboxKind::Digest, Notice::Digest(digest_notice(vec![report(nothing, Vec::new())], complete())))
}

fn changes() -> Vec<HealthChange> {
    let change = |source: &str, health, since: &str, why: &str| HealthChange {
        source: source.to_owned(),
        at: at("2026-11-24T07:00:00Z"),
        before: Health::Healthy,
        before_since: None,
        condition: Condition { health, since: Some(at(since)), why: why.to_owned() },
    };
    let silence = "before, something new came about 12 times a week";
    let address = "https://small-steps.example/feeds/everything-that-was-ever-written?format=atom&all=1";
    vec![
        change("The Harbour Courier", Health::Silent, "2026-11-15T16:40:00Z", silence),
        change("Småbarnsforeldre på Sørlandet", Health::Failing, "2026-11-24T05:12:00Z", "connection refused"),
        change("Old blog", Health::Gone, "2026-11-24T06:50:00Z", "the address is gone for good (status 410)"),
        change("Small Steps", Health::Moved, "2026-11-24T06:55:00Z", address),
        HealthChange {
            before: Health::Failing,
            before_since: Some(at("2026-11-22T11:00:00Z")),
            ..change("mastodon.social", Health::Healthy, "2026-11-24T06:58:00Z", "")
        },
    ]
}

fn health() -> OutboxMessage {
    let changes = changes();
    let counts = [Health::Gone, Health::Failing, Health::Silent, Health::Moved, Health::Healthy];
    let counts = counts.into_iter().map(|health| (health, 1)).collect();
    message(19, OutboxKind::Health, Notice::Health(HealthNotice { sources: 40, counts, changes }))
}

/// Each kind of mail as large as it becomes: as many items as are told, each as long as it may be.
pub fn at_their_largest() -> Vec<(&'static str, OutboxMessage)> {
    let items = |number| (0..number).map(|id| item(longest(id))).collect::<Vec<_>>();
    let views = |number| (0..number).map(longest).collect::<Vec<_>>();
    let mut all = vec![
        ("alert", alert(items(20), 9_999, false)),
        ("reminder", alert(items(20), 9_999, true)),
        ("held", held()),
        ("incident", incident(IncidentPhase::Update)),
        ("digest", digest(vec![BrandReport { mentions: views(50), ..busy() }])),
        ("health", health()),
    ];
    for (_, message) in &mut all {
        match &mut message.notice {
            Notice::Held(held) => held.items = items(20),
            Notice::Incident(incident) => {
                (incident.first, incident.stories, incident.folded_items) = (Some(longest(99)), views(8), items(10));
            }
            Notice::Health(health) => {
                let change = |place: usize| changes().swap_remove(place % 5);
                health.changes = (0..20).map(change).collect();
            }
            _ => {}
        }
    }
    all
}

/// A mention in which everything is as long as it may be.
fn longest(id: i64) -> MentionView {
    let word = |number: usize| "Størrelsesbetegnelse ".repeat(number);
    MentionView {
        title: word(6),
        snippet: word(14),
        source: word(4),
        author: Some(word(4)),
        url: Some(format!("https://forum.example.org/{}", "t/17?page=2&view=all".repeat(6))),
        also_in: vec![word(4); 5],
        edited_at: Some(at("2026-11-24T07:00:00Z")),
        reasons: (0..6).map(|_| reason(&word(2), -1.8, "stronger by \"three times\"")).collect(),
        copies: 40,
        copied_in: vec![word(4); 8],
        engagement: Some(1_000_000),
        ..mention(id + 1_000_000, "")
    }
}
