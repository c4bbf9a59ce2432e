//! What does not arrive is handed over to whoever stands in for its way out: the notice that was tried ends, and one for
//! each of them begins, with an id of its own, in one transaction. Whoever has the same already, by a way of their own or
//! because it was for several people, gets no second one, however the ways lead to one another; what is being tried just
//! then is left alone until its claim ends. What somebody takes care of by now hurries no more, and waits for whom it is for.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use sqlx::{Any, Row as _, Transaction};

use super::answer::cared_for;
use super::undelivered::way;
use super::{Store, StoreError, before, instant, integer, millis};
use crate::model::Instant;
use crate::model::outbox::{StandIns, way_to};

/// So many are handed over in one transaction.
const BATCH: usize = 500;

/// What waits by the way `$1`, is not being tried at `$2`, and is tried in vain since `$3`. Where nothing gets through since
/// then at all, it need not have been tried itself, if it was to leave by then.
macro_rules! late {
    () => {
        concat!(
            "state = 'waiting' AND kind <> 'trial' AND ",
            way!(),
            " = $1 AND (claimed_until IS NULL OR claimed_until <= $2) AND (tried_at <= $3 OR coalesce(retried_at, sealed_at) <= $3 \
             AND EXISTS (SELECT 1 FROM way_failure w WHERE w.way = $1 AND w.ended_at IS NULL AND w.since <= $3))"
        )
    };
}

/// The notices to `$2` that tell what `$1` tells: as a whole, because one follows from the other or both have the same topic;
/// or an alert of it. A first notice of an alert, or a mail of an incident that holds it, is needed by nobody who was told of it,
/// whatever by; what is said again, or to others, is the same within `$3`.
const SAME: &str = "SELECT 0 AS alert_id, h.id, h.state FROM outbox o JOIN outbox h ON h.recipient = $2 \
     AND (h.id = coalesce(o.handed_from, o.id) OR h.handed_from = coalesce(o.handed_from, o.id) OR h.topic = o.topic) \
     WHERE o.id = $1 UNION ALL SELECT l.alert_id, h.id, h.state FROM outbox o JOIN outbox_alert l ON l.outbox_id = o.id \
     JOIN outbox_alert k ON k.alert_id = l.alert_id JOIN outbox h ON h.id = k.outbox_id \
     WHERE o.id = $1 AND h.recipient = $2 AND h.sealed_at IS NOT NULL AND (o.kind IN ('alert', 'held', 'incident') \
     OR o.kind IN ('reminder', 'escalation') AND h.kind = o.kind \
     AND abs(coalesce(h.instead_since, h.sealed_at) - coalesce(o.instead_since, o.sealed_at)) < $3)";

/// No alert has this number: the whole is meant.
const WHOLE: i64 = 0;

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HandedOver {
    /// Notices that were.
    pub notices: usize,
    /// When the next is to be, if it does not arrive before.
    pub next: Option<Instant>,
}

impl Store {
    /// Hands over what was tried in vain for as long as its way out allows.
    ///
    /// # Errors
    /// When the database fails; then what was not handed over still waits.
    pub async fn hand_over(&self, now: Instant) -> Result<HandedOver, StoreError> {
        let mut handed = HandedOver::default();
        for (way, stand_in) in &*self.stand_ins {
            let late = millis(before(now, stand_in.after));
            let due = concat!("SELECT id FROM outbox WHERE id > $4 AND ", late!(), " ORDER BY id LIMIT $5");
            let ask = |behind: i64, most: usize| {
                let ask = sqlx::query_scalar::<Any, i64>(due).bind(way).bind(millis(now)).bind(late);
                ask.bind(behind).bind(integer(most))
            };
            // Each has its turn: those that nobody may get stay, and hold up no others. Who only reads waits for nobody.
            let mut behind = 0;
            while ask(behind, 1).fetch_optional(&self.pools.read).await?.is_some() {
                let mut tx = self.begin().await?;
                let ids = ask(behind, BATCH).fetch_all(&mut *tx).await?;
                let mut done = 0;
                for id in &ids {
                    done += usize::from(hand_over(&mut tx, *id, &self.stand_ins, now).await?);
                }
                tx.commit().await?;
                handed.notices += done;
                behind = ids.last().copied().unwrap_or(i64::MAX);
            }
            let next: Option<i64> = sqlx::query_scalar(concat!(
                "SELECT min(tried_at) FROM outbox WHERE state = 'waiting' AND kind <> 'trial' AND tried_at > $2 AND ",
                way!(),
                " = $1"
            ))
            .bind(way)
            .bind(late)
            .fetch_one(&self.pools.read)
            .await?;
            let after = TimeDelta::from_std(stand_in.after).unwrap_or(TimeDelta::MAX);
            let next = next.and_then(|since| instant(since).checked_add_signed(after));
            handed.next = handed.next.into_iter().chain(next).min();
        }
        Ok(handed)
    }
}

/// Hands a notice over that could not be delivered just now, if it was tried for as long as its way out allows.
pub async fn hand_over_late(
    tx: &mut Transaction<'_, Any>,
    id: i64,
    stand_ins: &StandIns,
    now: Instant,
) -> Result<bool, StoreError> {
    let recipient: String =
        sqlx::query_scalar("SELECT recipient FROM outbox WHERE id = $1").bind(id).fetch_one(&mut **tx).await?;
    let way = way_to(&recipient);
    let Some(stand_in) = stand_ins.get(way) else { return Ok(false) };
    let late = sqlx::query(concat!("SELECT 1 AS one FROM outbox WHERE id = $4 AND ", late!()))
        .bind(way)
        .bind(millis(now))
        .bind(millis(before(now, stand_in.after)))
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    if late.is_some() { hand_over(tx, id, stand_ins, now).await } else { Ok(false) }
}

/// Hands a notice over that waits or was given up; false where nobody stands in who may get it, or somebody takes care of it
/// by now. Where it was missed by somebody who stands in, those do who stand in for them.
pub async fn hand_over(
    tx: &mut Transaction<'_, Any>,
    id: i64,
    stand_ins: &StandIns,
    now: Instant,
) -> Result<bool, StoreError> {
    let recipient: Option<String> = sqlx::query_scalar(concat!(
        "SELECT recipient FROM outbox WHERE id = $1 AND state IN ('waiting', 'dead') AND kind <> 'trial' AND NOT ",
        cared_for!()
    ))
    .bind(id)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(recipient) = recipient.as_deref() else { return Ok(false) };
    let Some(after) = stand_ins.get(way_to(recipient)).map(|stand_in| stand_in.after) else { return Ok(false) };
    let mut asked = vec![recipient];
    let (mut place, mut is_handed) = (0, false);
    while let Some(other) = asked.get(place).copied() {
        let standing = if place == 0 { Has::Missed } else { has(tx, id, other, after).await? };
        place += 1;
        is_handed |= !matches!(standing, Has::Missed);
        match standing {
            Has::Nothing => write(tx, id, other, now).await?,
            Has::Told(notices) => join(tx, id, &notices).await?,
            Has::Missed => {
                let next = stand_ins.get(way_to(other)).into_iter().flat_map(|stand_in| &stand_in.recipients);
                let next: Vec<&str> = next.map(String::as_str).filter(|next| !asked.contains(next)).collect();
                asked.extend(next);
            }
        }
    }
    if is_handed {
        // The file of a digest goes with the new one, and is large.
        sqlx::query(
            "UPDATE outbox SET state = 'handed_over', finished_at = $2, claimed_by = NULL, claimed_until = NULL, \
             notice = CASE WHEN kind = 'digest' THEN json_remove(notice, '$.list') ELSE notice END WHERE id = $1",
        )
        .bind(id)
        .bind(millis(now))
        .execute(&mut **tx)
        .await?;
    }
    Ok(is_handed)
}

/// What somebody has of what a notice tells.
enum Has {
    /// Nothing, or not all of it.
    Nothing,
    /// All of it, by these notices: they were delivered or are on their way.
    Told(Vec<i64>),
    /// Some of it was to reach them, and did not.
    Missed,
}

/// What somebody who stands in has of what a notice tells.
async fn has(tx: &mut Transaction<'_, Any>, id: i64, recipient: &str, after: Duration) -> Result<Has, StoreError> {
    let told = sqlx::query(
        "SELECT kind, (SELECT count(*) FROM outbox_alert WHERE outbox_id = outbox.id) AS alerts FROM outbox WHERE id = $1",
    );
    let told = told.bind(id).fetch_one(&mut **tx).await?;
    let (kind, alerts): (String, i64) = (told.try_get("kind")?, told.try_get("alerts")?);
    let within = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
    let rows = sqlx::query(SAME).bind(id).bind(recipient).bind(within).fetch_all(&mut **tx).await?;
    // Of the whole, and of each alert, whether it reaches them.
    let (mut reached, mut notices) = (BTreeMap::<i64, bool>::new(), Vec::new());
    for row in &rows {
        let reaches = matches!(row.try_get("state")?, "waiting" | "sent");
        *reached.entry(row.try_get("alert_id")?).or_default() |= reaches;
        if reaches {
            notices.push(row.try_get("id")?);
        }
    }
    let whole = reached.remove(&WHOLE);
    let is_each_known = !reached.is_empty() && integer(reached.len()) == alerts;
    let is_each_told = is_each_known && reached.into_values().all(|reaches| reaches);
    // A mail of an incident tells that and the alerts that were folded into it for its recipient.
    let (is_told, is_missed) = match kind.as_str() {
        "incident" => (whole == Some(true) && (alerts == 0 || is_each_told), whole == Some(false)),
        _ => (whole == Some(true) || is_each_told, whole.is_some() || is_each_known),
    };
    Ok(match (is_told, is_missed) {
        (true, _) => Has::Told(notices),
        (false, true) => Has::Missed,
        (false, false) => Has::Nothing,
    })
}

/// Whoever gets one of these notices instead of somebody else, and has not got it yet, reads in it whom it did not reach
/// besides.
async fn join(tx: &mut Transaction<'_, Any>, id: i64, notices: &[i64]) -> Result<(), StoreError> {
    for notice in notices {
        let told = sqlx::query(
            "UPDATE outbox SET instead_others = json_insert(coalesce(instead_others, '[]'), '$[#]', \
             (SELECT o.recipient FROM outbox o WHERE o.id = $2)) \
             WHERE id = $1 AND state = 'waiting' AND attempts = 0 AND instead_of IS NOT NULL",
        );
        if told.bind(notice).bind(id).execute(&mut **tx).await?.rows_affected() > 0 {
            break;
        }
    }
    Ok(())
}

/// Writes the same notice to somebody else. It tells the same alerts and the same incident, so whoever takes care of it takes
/// care of those.
async fn write(tx: &mut Transaction<'_, Any>, id: i64, recipient: &str, now: Instant) -> Result<(), StoreError> {
    let new: i64 = sqlx::query_scalar(
        "INSERT INTO outbox (kind, brand, recipient, route, cause, topic, created_at, due_at, sealed_at, notice, state, attempts, \
         language, handed_from, instead_of, instead_since) \
         SELECT o.kind, o.brand, $2, o.route, CASE WHEN o.kind = 'incident' THEN o.cause || ':' || o.id || ':' || $2 END, \
         o.topic, $3, $3, $3, o.notice, 'waiting', 0, o.language, coalesce(o.handed_from, o.id), o.recipient, \
         coalesce(o.tried_at, o.retried_at, o.sealed_at) FROM outbox o WHERE o.id = $1 RETURNING id",
    )
    .bind(id)
    .bind(recipient)
    .bind(millis(now))
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO outbox_alert (outbox_id, alert_id, route) SELECT $2, alert_id, route FROM outbox_alert WHERE outbox_id = $1",
    )
    .bind(id)
    .bind(new)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
