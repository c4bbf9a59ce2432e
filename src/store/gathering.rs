//! Notices about the health of sources: a row per recipient gathers changes until it is due, and its content is fixed
//! when it is first claimed. What has come and gone by then is not told.

use std::collections::BTreeMap;

use sqlx::{Any, Transaction};

use super::health::read_change;
use super::{StoreError, after, instant, millis};
use crate::config::HealthConfig;
use crate::model::Instant;
use crate::model::health::{Health, HealthChange, Trouble};
use crate::model::notice::HealthNotice;

/// Each further change makes a notice wait as long again, but for no longer than so many times as long as for the first:
/// sources with the same trouble fail one after the other.
const LONGEST: u32 = 6;
/// Sources named in one mail; the rest is counted.
const SHOWN: usize = 20;

/// Puts a change into the notice of each recipient. That a source is well again is told to those who were told that it
/// was not.
pub async fn gather(
    tx: &mut Transaction<'_, Any>,
    change: &HealthChange,
    id: i64,
    config: &HealthConfig,
) -> Result<(), StoreError> {
    for recipient in &config.recipients {
        if change.condition.health == Health::Healthy && !was_told(tx, change, id, recipient).await? {
            continue;
        }
        let outbox_id = open(tx, recipient, change.at, config).await?;
        sqlx::query("INSERT INTO outbox_health (outbox_id, change_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(outbox_id)
            .bind(id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Whether the recipient was told of the source before the change with this id.
async fn was_told(
    tx: &mut Transaction<'_, Any>,
    change: &HealthChange,
    id: i64,
    recipient: &str,
) -> Result<bool, StoreError> {
    let told: Option<i64> = sqlx::query_scalar(
        "SELECT c.id FROM health_change c JOIN outbox_health l ON l.change_id = c.id JOIN outbox o ON o.id = l.outbox_id \
         WHERE c.source = $1 AND c.id < $2 AND o.recipient = $3 LIMIT 1",
    )
    .bind(&change.source)
    .bind(id)
    .bind(recipient)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(told.is_some())
}

/// The notice that gathers for this recipient, due once nothing more has changed for the group wait.
async fn open(
    tx: &mut Transaction<'_, Any>,
    recipient: &str,
    now: Instant,
    config: &HealthConfig,
) -> Result<i64, StoreError> {
    let due = after(now, config.group_wait);
    let open: Option<(i64, i64)> = sqlx::query_as(
        "SELECT id, created_at FROM outbox WHERE recipient = $1 AND kind = 'health' AND sealed_at IS NULL",
    )
    .bind(recipient)
    .fetch_optional(&mut **tx)
    .await?;
    if let Some((id, created_at)) = open {
        let latest = after(instant(created_at), config.group_wait.saturating_mul(LONGEST));
        sqlx::query("UPDATE outbox SET due_at = $2 WHERE id = $1")
            .bind(id)
            .bind(millis(due.min(latest)))
            .execute(&mut **tx)
            .await?;
        return Ok(id);
    }
    Ok(sqlx::query_scalar(
        "INSERT INTO outbox (kind, recipient, created_at, due_at, state, attempts) \
         VALUES ('health', $1, $2, $3, 'waiting', 0) RETURNING id",
    )
    .bind(recipient)
    .bind(millis(now))
    .bind(millis(due))
    .fetch_one(&mut **tx)
    .await?)
}

/// What a notice has to tell: of each source that is still configured how it was before the first of its changes and how
/// it is after the last, if that is not the same. `None` when nothing is left.
pub async fn health_notice(tx: &mut Transaction<'_, Any>, id: i64) -> Result<Option<HealthNotice>, StoreError> {
    let sources: i64 =
        sqlx::query_scalar("SELECT count(*) FROM source_state WHERE configured = 1").fetch_one(&mut **tx).await?;
    let rows = sqlx::query(
        "SELECT c.source, c.at, c.was, c.was_since, c.health, c.since, c.why FROM outbox_health l \
         JOIN health_change c ON c.id = l.change_id JOIN source_state s ON s.name = c.source \
         WHERE l.outbox_id = $1 AND s.configured = 1 ORDER BY c.id",
    )
    .bind(id)
    .fetch_all(&mut **tx)
    .await?;
    let mut told: BTreeMap<String, HealthChange> = BTreeMap::new();
    for row in &rows {
        let HealthChange { source, at, before, before_since, condition } = read_change(row)?;
        let known = told.get(&source).map(|first| (first.before, first.before_since));
        let (before, before_since) = known.unwrap_or((before, before_since));
        told.insert(source.clone(), HealthChange { source, at, before, before_since, condition });
    }
    let is_news = |change: &HealthChange| {
        let health = change.condition.health;
        health != change.before || health == Health::Moved || change.condition.trouble() != Trouble::Other
    };
    let mut changes: Vec<HealthChange> = told.into_values().filter(is_news).collect();
    changes.sort_by_key(|change| change.condition.health);
    let of = |health| changes.iter().filter(|change| change.condition.health == health).count() as u64;
    let counts: Vec<_> = Health::ALL.into_iter().map(|health| (health, of(health))).collect();
    let counts: Vec<_> = counts.into_iter().filter(|(_, number)| *number > 0).collect();
    let changes = shown(changes);
    Ok((!changes.is_empty()).then_some(HealthNotice { sources: sources.unsigned_abs(), counts, changes }))
}

/// The changes that are named, the worst first: as many as there is room for, in turn from each state, so that a new
/// address is not lost among failures.
fn shown(changes: Vec<HealthChange>) -> Vec<HealthChange> {
    let mut seen: BTreeMap<Health, usize> = BTreeMap::new();
    let mut ranked: Vec<(usize, HealthChange)> = changes
        .into_iter()
        .map(|change| {
            let rank = seen.entry(change.condition.health).or_default();
            *rank += 1;
            (*rank, change)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut shown: Vec<HealthChange> = ranked.into_iter().take(SHOWN).map(|(_, change)| change).collect();
    shown.sort_by_key(|change| change.condition.health);
    shown
}
