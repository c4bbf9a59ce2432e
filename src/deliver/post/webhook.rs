//! The webhook: a notice as JSON, signed as Standard Webhooks asks for. The document has a version of its own, apart from
//! how notices are kept: within a version keys are added and never change their meaning. Pure.
//!
//! ```text
//! {"version": 1, "type": "alert|reminder|escalation|held|incident|digest|health|undelivered|trial", "timestamp": RFC 3339, "title": "...",
//!  "language": "en|de|nb", "acknowledge_url": "..." or null,
//!  "instead_of": {"recipient": "...", "since": RFC 3339} or null, "data": {...}}
//! ```
//!
//! `timestamp` is when the content was fixed, and the same in every attempt. What stands in `data` is told in the README.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::super::render::Brief;
use super::delivery_id;
use crate::model::digest::{Comparison, IncidentLine};
use crate::model::health::HealthChange;
use crate::model::incident::Few;
use crate::model::notice::{AlertItem, BrandReport, Coverage, Gap, HoldCause, Lost, MentionView, Metrics, ToldBefore};
use crate::model::outbox::OutboxMessage;
use crate::model::undelivered::UndeliveredItem;
use crate::model::{Instant, Notice};

/// The version of the document.
const VERSION: u32 = 1;

/// The notice as a document.
pub(super) fn document(message: &OutboxMessage, brief: &Brief) -> Value {
    let data = match &message.notice {
        Notice::Alert(alert) => json!({
            "brand": alert.brand,
            "total": all(&alert.items, alert.more),
            "alerts": each(&alert.items, item),
        }),
        Notice::Escalation(escalation) => json!({
            "brand": escalation.alert.brand,
            "total": all(&escalation.alert.items, escalation.alert.more),
            "told_before": each(&escalation.told, told),
            "alerts": each(&escalation.alert.items, item),
        }),
        Notice::Held(held) => json!({
            "brands": held.brands,
            "total": all(&held.items, held.more),
            "held_by": each(&held.causes, cause),
            "told_before": each(&held.told, told),
            "alerts": each(&held.items, item),
        }),
        Notice::Incident(incident) => json!({
            "brand": incident.brand,
            "phase": incident.phase,
            "ending": incident.ending,
            "evidence": incident.evidence,
            "told_before": each(incident.told_before.as_deref().unwrap_or_default(), told),
            "folded_alerts": incident.folded,
            "alerts": each(&incident.folded_items, item),
            "stories": each(&incident.stories, mention),
        }),
        Notice::Digest(digest) => json!({
            "digest": digest.digest,
            "from": digest.from,
            "to": digest.to,
            "time_zone": digest.time_zone,
            "next_at": digest.next_at,
            "brands": each(&digest.brands, report),
            "coverage": coverage(&digest.coverage),
        }),
        Notice::Health(health) => json!({
            "sources": health.sources,
            "counts": health.counts.iter().map(|(state, count)| (state.as_str(), count)).collect::<Vec<_>>(),
            "changes": each(&health.changes, change),
        }),
        Notice::Undelivered(notice) => json!({
            "broken": notice.broken,
            "mended": notice.mended,
            "notices": each(&notice.items, undelivered),
            "total": all(&notice.items, notice.more),
            "waiting": notice.waiting,
        }),
        Notice::Trial(trial) => json!({ "asked_at": trial.asked_at }),
    };
    json!({
        "version": VERSION,
        "type": message.kind.as_str(),
        "timestamp": message.sealed_at,
        "title": brief.title,
        "language": message.language.as_str(),
        "acknowledge_url": message.acknowledge,
        "instead_of": message.instead.as_ref().map(|instead| json!({
            "recipient": instead.recipient,
            "since": instead.since,
            "others": instead.others,
        })),
        "data": data,
    })
}

/// What says that a body is ours, fresh and whole. The id is that of the row, the time that of the attempt, and the
/// signature covers id, time and body, so that none of them can be changed or sent again much later.
pub(super) fn headers(message: &OutboxMessage, body: &str, key: &[u8], now: Instant) -> Vec<(&'static str, String)> {
    let (id, time) = (delivery_id(message), now.timestamp().to_string());
    // HMAC takes a key of any length.
    let signature = signature(key, &id, &time, body).map(|signature| ("webhook-signature", signature));
    let event = ("mentiond-event", message.kind.as_str().to_owned());
    [event, ("webhook-id", id), ("webhook-timestamp", time)].into_iter().chain(signature).collect()
}

fn signature(key: &[u8], id: &str, time: &str, body: &str) -> Option<String> {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).ok()?;
    let code = mac.chain_update(format!("{id}.{time}.{body}")).finalize().into_bytes();
    Some(format!("v1,{}", STANDARD.encode(code)))
}

/// A list, as each of it is told.
fn each<T>(things: &[T], tell: impl Fn(&T) -> Value) -> Vec<Value> {
    things.iter().map(tell).collect()
}

/// How many there are with those that are only counted.
fn all<T>(shown: &[T], more: u64) -> u64 {
    more + shown.len() as u64
}

fn item(item: &AlertItem) -> Value {
    json!({ "rule": item.rule, "keyword": item.keyword, "mention": mention(&item.mention) })
}

fn undelivered(item: &UndeliveredItem) -> Value {
    let UndeliveredItem { id, recipient, since, dead, error, .. } = item;
    json!({ "id": id, "recipient": recipient, "since": since, "given_up": dead, "error": error })
}

fn told(told: &ToldBefore) -> Value {
    json!({ "recipient": told.recipient, "at": told.at })
}

fn cause(cause: &HoldCause) -> Value {
    json!({
        "reason": cause.reason.as_str(),
        "author": cause.author,
        "comment": cause.comment,
        "until": cause.until,
        "alerts": cause.alerts,
    })
}

fn mention(view: &MentionView) -> Value {
    json!({
        "id": view.id,
        "brand": view.brand,
        "title": view.title,
        "snippet": view.snippet,
        "url": view.url,
        "source": view.source,
        "author": view.author,
        "published_at": view.published_at,
        "found_at": view.found_at,
        "tone": view.tone.as_str(),
        "score": view.score,
        "severity": view.severity.as_str(),
        "language": view.language,
        "engagement": view.engagement,
        "engagement_first": view.engagement_first,
        "counted_at": view.counted_at,
        "copies": view.copies,
    })
}

fn report(report: &BrandReport) -> Value {
    let metrics = &report.metrics;
    let counts = &metrics.counts;
    json!({
        "brand": report.brand,
        "mentions": counts.mentions,
        "stories": counts.stories,
        "negative": counts.negative,
        "neutral": counts.neutral,
        "positive": counts.positive,
        "unscored": counts.unscored,
        "strength": metrics.strength,
        "sentiment": metrics.sentiment.map(|(positive, negative)| json!({ "positive": positive, "negative": negative })),
        "passion": metrics.passion,
        "reach": metrics.reach,
        "waiting": json!({
            "total": report.waiting.total,
            "overdue": report.waiting.overdue,
            "shown": each(&report.waiting.items, mention),
        }),
        "incidents": each(&report.incidents, incident),
        "few_authors": each(&report.few, few),
        "before": report.before.as_ref().and_then(Comparison::metrics).map(counts_of),
        "keywords": each(&report.tops.keywords, top),
        "hashtags": each(&report.tops.hashtags, top),
        "share_of_voice": report.voice.iter().map(|voice| json!({ "brand": voice.brand, "stories": voice.stories }))
            .collect::<Vec<_>>(),
        "shown": each(&report.mentions, mention),
        "more": report.more,
    })
}

fn incident(line: &IncidentLine) -> Value {
    json!({
        "onset": line.onset,
        "ended": line.ended.map(|(ended, _)| ended),
        "negative": line.negative,
        "authors": line.authors,
    })
}

fn few(few: &Few) -> Value {
    json!({
        "until": few.at,
        "hours": few.window_hours,
        "negative": few.stories,
        "authors": few.authors,
        "top_author_share": few.top_author_share,
    })
}

fn counts_of(metrics: &Metrics) -> Value {
    let counts = &metrics.counts;
    json!({
        "mentions": counts.mentions,
        "stories": counts.stories,
        "negative": counts.negative,
        "neutral": counts.neutral,
        "positive": counts.positive,
        "unscored": counts.unscored,
        "strength": metrics.strength,
        "passion": metrics.passion,
        "reach": metrics.reach,
    })
}

fn top((name, stories): &(String, u64)) -> Value {
    json!({ "name": name, "stories": stories })
}

fn coverage(coverage: &Coverage) -> Value {
    let gap = |gap: &Gap| json!({ "source": gap.source, "since": gap.since, "until": gap.until, "reason": gap.reason });
    let lost = |lost: &Lost| json!({ "source": lost.source, "from": lost.loss.from, "to": lost.loss.to, "reason": lost.loss.why });
    json!({
        "sources": coverage.sources,
        "complete": coverage.is_complete(),
        "unread": each(&coverage.unread, gap),
        "recovered": each(&coverage.recovered, gap),
        "lost": each(&coverage.lost, lost),
    })
}

fn change(change: &HealthChange) -> Value {
    let condition = &change.condition;
    json!({
        "source": change.source,
        "at": change.at,
        "state": condition.health.as_str(),
        "since": condition.since,
        "why": condition.why,
        "before": change.before.as_str(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the documentation of Standard Webhooks.
    #[test]
    fn it_signs_as_others_do() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature =
            signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}").unwrap();
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
