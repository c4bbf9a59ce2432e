//! What does not arrive is handed over to whoever stands in for its way out: the notice that was tried ends, and one for
//! each of them begins, with an id of its own, in one transaction. However the ways lead to one another, nobody gets the same notice twice; one
//! that was for several people comes once for each of them, and what is being tried just then is left alone until its claim ends.

use chrono::TimeDelta;
use sqlx::{Any, Row as _, Transaction};

use super::undelivered::way;
use super::{Store, StoreError, before, instant, integer, millis};
use crate::model::Instant;
use crate::model::outbox::{StandIns, way_to};

/// So many are handed over in one transaction.
const BATCH: usize = 500;

/// What waits by the way `$1`, is not being tried at `$2`, and was tried in vain; `$3` is when it was to leave, at the latest.
/// Where nothing gets through at all, it need not have been tried itself.
macro_rules! late {
    () => {
        concat!(
            "state = 'waiting' AND kind <> 'trial' AND ",
            way!(),
            " = $1 AND (claimed_until IS NULL OR claimed_until <= $2) AND coalesce(retried_at, sealed_at) <= $3 \
             AND (last_error IS NOT NULL OR EXISTS (SELECT 1 FROM way_failure w WHERE w.way = $1 AND w.ended_at IS NULL \
             AND w.since <= $3))"
        )
    };
}

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
            let due = concat!("SELECT id FROM outbox WHERE ", late!(), " ORDER BY id LIMIT $4");
            let ask = |most: usize| {
                sqlx::query_scalar::<Any, i64>(due).bind(way).bind(millis(now)).bind(late).bind(integer(most))
            };
            // Who only reads waits for nobody.
            let mut more = ask(1).fetch_optional(&self.pools.read).await?.is_some();
            while more {
                let mut tx = self.begin().await?;
                let ids = ask(BATCH).fetch_all(&mut *tx).await?;
                let mut done = 0;
                for id in &ids {
                    done += usize::from(hand_over(&mut tx, *id, &self.stand_ins, now).await?);
                }
                tx.commit().await?;
                handed.notices += done;
                more = ids.len() == BATCH && done > 0;
            }
            let next: Option<i64> = sqlx::query_scalar(concat!(
                "SELECT min(coalesce(retried_at, sealed_at)) FROM outbox WHERE state = 'waiting' AND kind <> 'trial' \
                 AND last_error IS NOT NULL AND coalesce(retried_at, sealed_at) > $2 AND ",
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
    let row = sqlx::query("SELECT recipient, coalesce(retried_at, sealed_at) AS since FROM outbox WHERE id = $1")
        .bind(id)
        .fetch_one(&mut **tx)
        .await?;
    let recipient: String = row.try_get("recipient")?;
    let since = instant(row.try_get("since")?);
    match stand_ins.get(way_to(&recipient)) {
        Some(stand_in) if since <= before(now, stand_in.after) => hand_over(tx, id, stand_ins, now).await,
        _ => Ok(false),
    }
}

/// Hands a notice over that waits or was given up; false where nobody stands in who did not get it already.
pub async fn hand_over(
    tx: &mut Transaction<'_, Any>,
    id: i64,
    stand_ins: &StandIns,
    now: Instant,
) -> Result<bool, StoreError> {
    let recipient: Option<String> = sqlx::query_scalar(
        "SELECT recipient FROM outbox WHERE id = $1 AND state IN ('waiting', 'dead') AND kind <> 'trial'",
    )
    .bind(id)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(stand_in) = recipient.and_then(|recipient| stand_ins.get(way_to(&recipient))) else { return Ok(false) };
    let mut written = false;
    for recipient in &stand_in.recipients {
        written |= write(tx, id, recipient, now).await?;
    }
    if written {
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
    Ok(written)
}

/// Writes the same notice to somebody else, unless they got it on its way from one to the next. It tells the same alerts and
/// the same incident, so whoever takes care of it takes care of those.
async fn write(tx: &mut Transaction<'_, Any>, id: i64, recipient: &str, now: Instant) -> Result<bool, StoreError> {
    let new: Option<i64> = sqlx::query_scalar(
        "INSERT INTO outbox (kind, brand, recipient, route, cause, created_at, due_at, sealed_at, notice, state, attempts, \
         language, handed_from, instead_of, instead_since) \
         SELECT o.kind, o.brand, $2, o.route, CASE WHEN o.kind = 'incident' THEN o.cause || ':' || o.id || ':' || $2 END, \
         $3, $3, $3, o.notice, 'waiting', 0, o.language, coalesce(o.handed_from, o.id), o.recipient, \
         coalesce(o.retried_at, o.sealed_at) FROM outbox o WHERE o.id = $1 AND NOT EXISTS (SELECT 1 FROM outbox h \
         WHERE h.recipient = $2 AND (h.id = coalesce(o.handed_from, o.id) OR h.handed_from = coalesce(o.handed_from, o.id))) \
         RETURNING id",
    )
    .bind(id)
    .bind(recipient)
    .bind(millis(now))
    .fetch_optional(&mut **tx)
    .await?;
    let Some(new) = new else { return Ok(false) };
    sqlx::query(
        "INSERT INTO outbox_alert (outbox_id, alert_id, route) SELECT $2, alert_id, route FROM outbox_alert WHERE outbox_id = $1",
    )
    .bind(id)
    .bind(new)
    .execute(&mut **tx)
    .await?;
    Ok(true)
}
