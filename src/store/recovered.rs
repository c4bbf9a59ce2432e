//! Authors who complained of a brand before and praise it now. An author is the same where name or handle and the source
//! are: namesakes elsewhere are somebody else.

use std::collections::BTreeSet;

use sqlx::Row as _;

use super::{Store, StoreError, instant, kept, millis};
use crate::model::Instant;
use crate::model::digest::Recovered;

/// Praise that is looked at, the latest.
const LOOKED_AT: i64 = 5_000;

impl Store {
    /// The authors whose praise began a story in a period, who had complained before and have not since, nor praised it
    /// before the period: that was told then. The latest praise first, each author once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recovered(
        &self,
        brand: &str,
        from: Instant,
        to: Instant,
        limit: usize,
    ) -> Result<Vec<Recovered>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.id AS praise, p.author AS key, c.id AS complaint, c.found_at AS found_at, ce.published_at AS published_at, \
             pe.author_name, pe.author_identity FROM \
             (SELECT id, entry_id, author, found_at FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 \
             AND found_at <= $3 AND tone = 'positive' AND author IS NOT NULL ORDER BY found_at DESC, id DESC LIMIT $4) AS p \
             CROSS JOIN mention c CROSS JOIN entry pe CROSS JOIN entry ce \
             WHERE c.id = (SELECT o.id FROM mention o WHERE o.author = p.author AND o.brand = $1 AND o.tone = 'negative' \
             AND o.found_at < p.found_at ORDER BY o.found_at DESC LIMIT 1) \
             AND NOT EXISTS (SELECT 1 FROM mention o WHERE o.author = p.author AND o.brand = $1 AND o.tone = 'negative' \
             AND o.found_at >= p.found_at AND o.found_at <= $3) \
             AND NOT EXISTS (SELECT 1 FROM mention o JOIN entry oe ON oe.id = o.entry_id WHERE o.author = p.author \
             AND o.brand = $1 AND o.tone = 'positive' AND o.found_at > c.found_at AND o.found_at <= $2 \
             AND oe.source = pe.source) \
             AND pe.id = p.entry_id AND ce.id = c.entry_id AND ce.source = pe.source AND c.withdrawn_at IS NULL \
             ORDER BY p.found_at DESC, p.id DESC",
        )
        .bind(brand)
        .bind(millis(from))
        .bind(millis(to))
        .bind(LOOKED_AT)
        .fetch_all(&self.pools.read)
        .await?;
        let mut known = BTreeSet::new();
        let mut recovered = Vec::new();
        for row in &rows {
            if recovered.len() == limit || !known.insert(row.try_get::<i64, _>("key")?) {
                continue;
            }
            let (praise, complaint): (i64, i64) = (row.try_get("praise")?, row.try_get("complaint")?);
            let mut headlines = self.headlines(&[complaint, praise]).await?.into_iter();
            let (Some(complaint), Some(praise)) = (headlines.next(), headlines.next()) else { continue };
            let (found_at, published): (i64, Option<i64>) = (row.try_get("found_at")?, row.try_get("published_at")?);
            recovered.push(Recovered {
                author: kept::author_name(row)?.unwrap_or_default(),
                complaint,
                complained_at: instant(published.map_or(found_at, |published| published.min(found_at))),
                praise,
            });
        }
        Ok(recovered)
    }
}
