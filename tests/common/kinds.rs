//! One notice of every kind and shape, in the language that is asked for. What people say in them is no language, so that
//! every word of a mail that is one is ours.

use chrono::TimeDelta;
use mentiond::model::correction::{Corrected, Verdict};
use mentiond::model::health::{Condition, Health, HealthChange};
use mentiond::model::incident::{IncidentEnding, IncidentEvidence, IncidentKind, IncidentPhase, Talk};
use mentiond::model::notice::{
    AlertItem, AlertNotice, EscalationNotice, FirstMail, HealthNotice, HeldNotice, HoldCause, HourOfStories,
    IncidentNotice, MentionView, ToldBefore,
};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Concern, Field, HoldReason, Notice, Place, Severity, Tone, Tongue};

use super::digests;
use super::notices::{at, counts, mention, message, reason, trial, undelivered};

const BRAND: &str = "Zorvex";

fn place() -> Place {
    Place { field: Field::Text, start: 0, end: 4 }
}

/// A mention with everything that a mail can say of one.
pub fn rich(id: i64) -> MentionView {
    MentionView {
        brand: BRAND.to_owned(),
        source: "Qvostik".to_owned(),
        also_in: ["Bnarf", "Drolk", "Fimp", "Gurz", "Hjok"].map(str::to_owned).into(),
        snippet: "Xilbo qerta vunso, plim dorga zwek.".to_owned(),
        url: Some("https://qvostik.example/17".to_owned()),
        author: Some("Kvirre".to_owned()),
        edited_at: Some(at("2026-11-24T06:40:00Z")),
        deleted_at: Some(at("2026-11-24T06:50:00Z")),
        reasons: vec![
            reason("plim", -1.8, ""),
            reason("zwek", -1.24, "negated by \"nirp\", in capitals"),
            reason("vunso", -0.6, "of \"plim\""),
            reason("★", -1.0, "2 of 5 stars"),
        ],
        severity: Severity::Urgent,
        concerns: vec![Concern {
            word: "dorga".to_owned(),
            severity: Severity::Urgent,
            note: "past: \"nirp\"".to_owned(),
            place: place(),
        }],
        engagement: Some(1_204),
        engagement_first: Some(80),
        copies: 9,
        copied_in: ["Bnarf", "Drolk", "Fimp", "Gurz", "Hjok", "Jilp", "Lorb"].map(str::to_owned).into(),
        ..mention(id, "Plim dorga zwek")
    }
}

/// A mention of which little is known, corrected by somebody.
pub fn poor(id: i64) -> MentionView {
    MentionView {
        title: String::new(),
        published_at: None,
        edited_at: None,
        deleted_at: None,
        lapsed_at: Some(at("2026-11-24T06:55:00Z")),
        withdrawn_at: Some(at("2026-11-24T06:45:00Z")),
        tone: Tone::Neutral,
        score: Some(0.0),
        corrected: Some(Corrected {
            by: "Kvirre".to_owned(),
            at: at("2026-11-24T06:30:00Z"),
            ruled: Verdict { tone: Tone::Unscored, score: None },
        }),
        language: Some("fi".to_owned()),
        severity: Severity::Notice,
        engagement: Some(1),
        copies: 1,
        copied_in: vec!["Bnarf".to_owned()],
        also_in: Vec::new(),
        ..rich(id)
    }
}

fn item(mention: MentionView) -> AlertItem {
    AlertItem { mention, rule: "prax".to_owned(), keyword: Some("dorga".to_owned()) }
}

fn alert(items: Vec<AlertItem>, more: u64, reminder: bool) -> Notice {
    Notice::Alert(AlertNotice { brand: BRAND.to_owned(), reminder, items, more })
}

fn cause(reason: HoldReason, author: Option<&str>, alerts: u64) -> HoldCause {
    HoldCause {
        reason,
        author: author.map(str::to_owned),
        comment: author.map(|_| "Vunso".to_owned()),
        until: at("2026-11-24T06:00:00Z"),
        alerts,
    }
}

fn held(causes: Vec<HoldCause>, brands: &[&str], more: u64) -> Notice {
    let brands = brands.iter().map(|brand| (*brand).to_owned()).collect();
    Notice::Held(HeldNotice { causes, brands, items: vec![item(rich(17))], more, ..HeldNotice::default() })
}

/// So many who were told before.
fn told(number: i64) -> Vec<ToldBefore> {
    let one = |number| ToldBefore {
        recipient: if number == 1 { "channel:vunso".to_owned() } else { format!("kvirre{number}@skiphop.example") },
        at: at("2026-11-24T06:30:00Z") + TimeDelta::minutes(number),
    };
    (0..number).map(one).collect()
}

fn escalation(items: Vec<AlertItem>, before: i64) -> Notice {
    let alert = AlertNotice { brand: BRAND.to_owned(), reminder: false, items, more: 0 };
    Notice::Escalation(EscalationNotice { alert, told: told(before) })
}

/// What was held, of which others were told of so many before.
fn held_told(alerts: u64, before: i64) -> Notice {
    let Notice::Held(held) = held(vec![cause(HoldReason::QuietHours, None, 3)], &[BRAND], 2) else { unreachable!() };
    Notice::Held(HeldNotice { told: told(before), told_alerts: alerts, ..held })
}

/// An incident that nobody has acknowledged.
fn incident_told() -> Notice {
    let start = incident(IncidentPhase::Start, None, IncidentKind::Brigade, 0);
    let Notice::Incident(incident) = start else { unreachable!() };
    Notice::Incident(Box::new(IncidentNotice { told_before: Some(told(2)), ..*incident }))
}

/// An incident that somebody takes care of and that has doubled since.
fn incident_taken() -> Notice {
    let update = incident(IncidentPhase::Update, None, IncidentKind::BroadWave, 0);
    let Notice::Incident(incident) = update else { unreachable!() };
    Notice::Incident(Box::new(IncidentNotice { acknowledged: true, ..*incident }))
}

/// Two notices that do not arrive.
fn late() -> Notice {
    undelivered([alert(vec![item(rich(17))], 0, false), incident_told()], "vunso").notice
}

/// An incident of one phase and shape.
pub fn incident(phase: IncidentPhase, ending: Option<IncidentEnding>, kind: IncidentKind, folded: u64) -> Notice {
    let start = at("2026-11-23T15:00:00Z");
    let hour = |index: i64| HourOfStories {
        from: start + TimeDelta::hours(index),
        negative: [2, 4, 8].get(usize::try_from(index - 20).unwrap_or(9)).copied().unwrap_or_default(),
        others: u64::from(index % 3 == 0) * 2,
    };
    let is_update = phase == IncidentPhase::Update;
    Notice::Incident(Box::new(IncidentNotice {
        brand: BRAND.to_owned(),
        phase,
        ending,
        evidence: IncidentEvidence {
            at: at("2026-11-24T14:20:00Z"),
            onset: at(if is_update { "2026-11-21T11:42:00Z" } else { "2026-11-24T11:42:00Z" }),
            first: Some(17),
            window_hours: if is_update { 1 } else { 3 },
            counts: if is_update {
                counts([(1_204, 0.4, -40.0), (13, 0.4, -14.2), (2_816, 31.0, -38.0), (1_630, 27.2, -40.0)])
            } else {
                counts([(14, 1.02, -5.07), (1, 1.0, -0.2), (1, 0.04, -1.4), (22, 9.7, -0.6)])
            },
            talk: if is_update { Talk::All } else { Talk::Negative },
            faster: is_update && kind == IncidentKind::BroadWave,
            negative: if is_update { 1_204 } else { 14 },
            authors: 13,
            top_author_share: 0.14,
            kind,
            stories: vec![17, 18],
        },
        learning: true,
        update_after: 6 * 3_600,
        first: Some(rich(17)),
        stories: vec![rich(18)],
        hours: (0..24).map(hour).collect(),
        usual: vec![if is_update { 1.0 } else { 0.3 }; 24],
        folded,
        folded_items: (0..folded.min(2)).map(|_| item(rich(19))).collect(),
        first_mail: is_update.then(|| FirstMail { outbox_id: 3, created_at: at("2026-11-21T12:00:00Z") }),
        told_before: None,
        acknowledged: false,
        taken: None,
    }))
}

fn change(health: Health, before: Health, why: &str) -> HealthChange {
    HealthChange {
        source: "Qvostik".to_owned(),
        at: at("2026-11-24T06:00:00Z"),
        before,
        before_since: (before != Health::Healthy).then(|| at("2026-11-20T06:00:00Z")),
        condition: Condition { health, since: Some(at("2026-11-23T06:00:00Z")), why: why.to_owned() },
    }
}

fn health(changes: Vec<HealthChange>, more: u64) -> Notice {
    let of = |health| changes.iter().filter(|change| change.condition.health == health).count() as u64;
    let mut counts: Vec<(Health, u64)> =
        Health::ALL.into_iter().map(|health| (health, of(health))).filter(|(_, number)| *number > 0).collect();
    if let Some((_, failing)) = counts.iter_mut().find(|(health, _)| *health == Health::Failing) {
        *failing += more;
    }
    Notice::Health(HealthNotice { sources: 20, counts, changes })
}

fn all_healths() -> Vec<HealthChange> {
    let ill = [
        change(Health::Gone, Health::Failing, "vunso"),
        change(Health::Failing, Health::Healthy, "no poll of it was finished since it fell due"),
        change(Health::Silent, Health::Healthy, "before, something new came about 4 times a week"),
        change(Health::Silent, Health::Healthy, "before, something new came about once a week"),
        change(Health::Silent, Health::Healthy, "before, something new came about once in 3 weeks"),
        change(Health::Moved, Health::Healthy, "https://qvostik.example/neu"),
        change(Health::Slow, Health::Healthy, "an answer took 12 s"),
    ];
    let mut changes = Vec::from(ill);
    let well = Health::ALL.into_iter().map(|before| change(Health::Healthy, before, ""));
    changes.extend(well);
    changes.extend((0..5).map(|_| change(Health::Failing, Health::Healthy, "vunso")));
    changes.sort_by_key(|change| change.condition.health);
    changes
}

/// Every kind and shape of notice, each with a name, told in a language.
pub fn all(language: Tongue) -> Vec<(&'static str, OutboxMessage)> {
    use IncidentEnding::{Calm, NewLevel, Revised};
    use IncidentPhase::{End, Start, Update};
    let both = || vec![cause(HoldReason::Silenced, Some("Kvirre"), 2), cause(HoldReason::QuietHours, None, 1)];
    let shapes = [
        ("alert", OutboxKind::Alert, alert(vec![item(rich(17))], 0, false)),
        ("alert-several", OutboxKind::Alert, alert(vec![item(rich(17)), item(poor(18))], 1_203, false)),
        ("reminder", OutboxKind::Reminder, alert(vec![item(rich(17))], 0, true)),
        ("reminder-several", OutboxKind::Reminder, alert(vec![item(rich(17)), item(poor(18))], 1, true)),
        ("held", OutboxKind::Held, held(vec![cause(HoldReason::Silenced, Some("Kvirre"), 1)], &[BRAND], 0)),
        ("held-quiet", OutboxKind::Held, held(vec![cause(HoldReason::QuietHours, None, 2)], &[BRAND, "Drax"], 1)),
        ("held-both", OutboxKind::Held, held(both(), &[BRAND, "Drax", "Plix", "Krux", "Vrix"], 2)),
        ("held-unknown", OutboxKind::Held, held(vec![cause(HoldReason::Silenced, None, 2)], &[BRAND], 1)),
        ("held-told", OutboxKind::Held, held_told(3, 6)),
        ("held-told-part", OutboxKind::Held, held_told(2, 7)),
        ("held-told-one", OutboxKind::Held, held_told(1, 1)),
        ("escalation", OutboxKind::Escalation, escalation(vec![item(rich(17))], 2)),
        ("escalation-several", OutboxKind::Escalation, escalation(vec![item(rich(17)), item(poor(18))], 0)),
        ("incident-told", OutboxKind::Incident, incident_told()),
        ("incident-start", OutboxKind::Incident, incident(Start, None, IncidentKind::BroadWave, 5)),
        ("incident-update", OutboxKind::Incident, incident(Update, None, IncidentKind::Brigade, 1)),
        ("incident-taken", OutboxKind::Incident, incident_taken()),
        ("incident-calm", OutboxKind::Incident, incident(End, Some(Calm), IncidentKind::RepeatPoster, 0)),
        ("incident-level", OutboxKind::Incident, incident(End, Some(NewLevel), IncidentKind::BroadWave, 0)),
        ("incident-none", OutboxKind::Incident, incident(End, Some(Revised), IncidentKind::BroadWave, 0)),
        ("health", OutboxKind::Health, health(all_healths(), 7)),
        ("health-one", OutboxKind::Health, health(vec![change(Health::Slow, Health::Healthy, "vunso")], 0)),
        ("undelivered", OutboxKind::Undelivered, late()),
        ("trial", OutboxKind::Trial, trial(1).notice),
    ];
    let told = |(name, kind, notice)| (name, OutboxMessage { language, ..message(17, kind, notice) });
    let digests = digests::all().into_iter().map(|(name, notice)| (name, OutboxKind::Digest, notice));
    shapes.into_iter().chain(digests).map(told).collect()
}
