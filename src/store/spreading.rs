//! Incidents that nobody has acknowledged, told to the next people: each step once, as they stand by then, to whoever has not
//! heard of them.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::escalation::{Ladder, Rung};
use super::telling::{self, Peace};
use super::{Store, StoreError, after, incident, instant, millis, silence};
use crate::model::Instant;

/// The open incidents that a recipient may have to be told of: first told on a way, or tried in vain, within the time that
/// counts, and neither told to this recipient nor held from them.
const DUE: &str = "SELECT i.id, i.brand, min(coalesce(o.finished_at, o.sealed_at)) AS told FROM incident i \
     JOIN incident_told t ON t.incident_id = i.id JOIN outbox o ON o.id = t.outbox_id \
     WHERE i.ended_at IS NULL AND i.acknowledged_at IS NULL AND t.route = $1 \
     AND ((o.state IN ('sent', 'handed_over', 'dead', 'dropped') AND o.finished_at > $3 AND o.finished_at <= $4) \
     OR (o.state = 'waiting' AND o.last_error IS NOT NULL AND o.sealed_at > $3 AND o.sealed_at <= $4)) \
     AND NOT EXISTS (SELECT 1 FROM incident_told k WHERE k.incident_id = i.id AND k.recipient = $2) \
     AND NOT EXISTS (SELECT 1 FROM held_incident h WHERE h.incident_id = i.id AND h.recipient = $2) \
     GROUP BY i.id, i.brand ORDER BY i.id";

impl Rung<'_> {
    /// What this step has to tell, each with the time at which it is due.
    fn incidents(&self, rows: &[AnyRow]) -> Result<Vec<(i64, Instant)>, StoreError> {
        let mut due = Vec::new();
        for row in rows {
            let brand: String = row.try_get("brand")?;
            if self.ladder.brands.contains(&brand) {
                due.push((row.try_get("id")?, after(instant(row.try_get("told")?), self.after)));
            }
        }
        Ok(due)
    }
}

impl Store {
    /// The incidents that somebody has to be told of next on these ways, each with the time at which that is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spreading_incidents(
        &self,
        ladders: &[Ladder],
        now: Instant,
    ) -> Result<Vec<(i64, Instant)>, StoreError> {
        let mut all = Vec::new();
        for rung in ladders.iter().flat_map(Ladder::rungs) {
            let rows = sqlx::query(DUE).bind(&rung.ladder.route).bind(rung.recipient).bind(millis(rung.since(now)));
            all.extend(rung.incidents(&rows.bind(millis(now)).fetch_all(&self.pools.read).await?)?);
        }
        Ok(all)
    }

    /// Tells the next recipients of these ways of the incidents that nobody has acknowledged for so long; what the gate
    /// holds is held. Answers how many mails were written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spread_incidents(&self, ladders: &[Ladder], now: Instant) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let silences = silence::active(&mut tx, now).await?;
        let peace = Peace { gate: &*self.gate, silences: &silences, now };
        let mut mails = 0;
        for rung in ladders.iter().flat_map(Ladder::rungs) {
            let (route, recipient) = (rung.ladder.route.as_str(), rung.recipient);
            let rows = sqlx::query(DUE).bind(route).bind(recipient).bind(millis(rung.since(now))).bind(millis(now));
            let due = rung.incidents(&rows.fetch_all(&mut *tx).await?)?;
            for (id, _) in due.into_iter().filter(|(_, due)| *due <= now) {
                let Some(mut kept) = incident::kept(&mut tx, id).await? else { continue };
                kept.notice.told_before = Some(telling::told_before(&mut tx, id).await?);
                mails += u64::from(telling::tell(&mut tx, &kept, (recipient, route), &peace).await?);
            }
        }
        tx.commit().await?;
        Ok(mails)
    }
}
