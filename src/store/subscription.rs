//! Subscriptions as who asks hubs sees them: what is due, what a hub is asked with, and what came of it. Holds no secret.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::hub::{end, poll_soon};
use super::{Store, StoreError, count, instant, integer, millis, perhaps, times};
use crate::model::Instant;

/// How a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionState {
    /// A feed names the hub; nobody asked it yet.
    Found,
    /// The hub was asked and has not verified that yet.
    Asked,
    /// The hub delivers, until the lease ends.
    Live,
    /// The hub refuses.
    Denied,
    /// Nothing is wanted any more; the hub may have to be told.
    Ended,
}

impl SubscriptionState {
    const ALL: [Self; 5] = [Self::Found, Self::Asked, Self::Live, Self::Denied, Self::Ended];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Asked => "asked",
            Self::Live => "live",
            Self::Denied => "denied",
            Self::Ended => "ended",
        }
    }

    /// The state of a row. A word that nobody wrote is that of one that has ended.
    pub(super) fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let word: String = row.try_get("state")?;
        Ok(Self::ALL.into_iter().find(|state| state.as_str() == word).unwrap_or(Self::Ended))
    }
}

/// A subscription about which a hub has to be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Its number.
    pub id: i64,
    /// The source.
    pub source: String,
    /// Where to ask.
    pub hub: String,
    /// What to ask for.
    pub topic: String,
    /// How it stands.
    pub state: SubscriptionState,
    /// What the hub was asked with before.
    pub asked: Option<Asked>,
    /// Whether the hub may be on a private address, as it was when it was asked.
    pub allow_private: bool,
    /// Requests in a row that came to nothing.
    pub failures: u32,
}

/// What a hub is asked with; always the same for one subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The token in the callback.
    pub token: String,
    /// The callback, whole.
    pub callback: String,
}

/// What came of asking a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubOutcome {
    /// It took the request, and verifies it in time.
    Accepted,
    /// It refuses.
    Denied(String),
    /// It could not be asked.
    Failed(String),
}

/// How a source's subscription stands, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct HubState {
    /// The source.
    pub source: String,
    /// How it stands.
    pub state: SubscriptionState,
    /// Until when the hub delivers.
    pub lease_until: Option<Instant>,
    /// Deliveries that nobody signed.
    pub ignored: u64,
    /// Why it is not as it should be.
    pub last_error: Option<String>,
}

impl Store {
    /// How the subscriptions stand about which a hub was asked, by source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hub_states(&self) -> Result<Vec<HubState>, StoreError> {
        let rows = sqlx::query(
            "SELECT source, state, lease_until, ignored, last_error FROM subscription \
             WHERE state <> 'ended' AND state <> 'found' ORDER BY source",
        )
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(HubState {
                    source: row.try_get("source")?,
                    state: SubscriptionState::read(row)?,
                    lease_until: perhaps(row, "lease_until")?,
                    ignored: count(row, "ignored")?,
                    last_error: row.try_get("last_error")?,
                })
            })
            .collect()
    }

    /// Ends what was asked with another callback or key than those of now, and finds it again, so that hubs are asked
    /// anew. Without a base, which is the beginning of all callbacks, everything ends. Answers whether anything is due
    /// now or later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sync_callbacks(&self, base: Option<&str>, key_id: &str, now: Instant) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let held = "SELECT id, callback FROM subscription WHERE state <> 'ended' AND token IS NOT NULL \
                    AND ($1 IS NULL OR key_id <> $2 OR substr(callback, 1, length($1)) <> $1)";
        let rows = sqlx::query(held).bind(base).bind(key_id).fetch_all(&mut *tx).await?;
        for row in rows {
            let id: i64 = row.try_get("id")?;
            end(&mut tx, id, now).await?;
            sqlx::query(
                "INSERT INTO subscription (source, fingerprint, hub, topic, read_from, state, allow_private, found_at, \
                 due_at, failures, ignored) \
                 SELECT source, fingerprint, hub, topic, read_from, 'found', 0, found_at, $2, 0, 0 FROM subscription \
                 WHERE id = $1",
            )
            .bind(id)
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
        }
        let due: i64 =
            sqlx::query_scalar("SELECT count(*) FROM subscription WHERE due_at IS NOT NULL AND state = 'ended'")
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        Ok(due > 0)
    }

    /// What is due, the one that has waited longest first; without `subscribing` only what has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_subscriptions(
        &self,
        now: Instant,
        subscribing: bool,
        limit: usize,
    ) -> Result<Vec<Subscription>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, source, hub, topic, state, token, callback, allow_private, failures FROM subscription \
             WHERE due_at <= $1 AND ($2 = 1 OR state = 'ended') ORDER BY due_at, id LIMIT $3",
        )
        .bind(millis(now))
        .bind(i64::from(subscribing))
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter().map(|row| Ok(read(row)?)).collect()
    }

    /// When something is due next, or a lease ends.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_subscription_at(&self, subscribing: bool) -> Result<Option<Instant>, StoreError> {
        let due: Option<i64> = sqlx::query_scalar(
            "SELECT min(due_at) FROM subscription WHERE due_at IS NOT NULL AND ($1 = 1 OR state = 'ended')",
        )
        .bind(i64::from(subscribing))
        .fetch_one(&self.pools.read)
        .await?;
        let lease: Option<i64> = sqlx::query_scalar("SELECT min(lease_until) FROM subscription WHERE state = 'live'")
            .fetch_one(&self.pools.read)
            .await?;
        Ok([due, lease].into_iter().flatten().min().map(instant))
    }

    /// Writes down what a hub is about to be asked with, before it is: it may verify at once. It is asked again at
    /// `again_at` unless its answer says otherwise. `false` when that is no longer wanted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_asking(
        &self,
        subscription: &Subscription,
        asked: &Asked,
        key_id: Option<&str>,
        now: Instant,
        again_at: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let noted = sqlx::query(
            "UPDATE subscription SET token = $3, callback = $4, key_id = $5, allow_private = $6, asked_at = $7, \
             failures = failures + 1, due_at = $8, state = CASE WHEN state IN ('live', 'ended') THEN state ELSE 'asked' END \
             WHERE id = $1 AND CASE state WHEN 'ended' THEN 1 ELSE 0 END = $2",
        )
        .bind(subscription.id)
        .bind(i64::from(subscription.state == SubscriptionState::Ended))
        .bind(&asked.token)
        .bind(&asked.callback)
        .bind(key_id)
        .bind(i64::from(subscription.allow_private))
        .bind(millis(now))
        .bind(millis(again_at))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(noted.rows_affected() > 0)
    }

    /// Writes down what came of asking at `asked_at`, unless the hub has verified or ended it meanwhile. `due_at` is when
    /// something has to be asked again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_hub(
        &self,
        subscription: &Subscription,
        outcome: &HubOutcome,
        asked_at: Instant,
        due_at: Option<Instant>,
        now: Instant,
    ) -> Result<(), StoreError> {
        let (denied, error) = match outcome {
            HubOutcome::Accepted => (0, None),
            HubOutcome::Denied(why) => (1, Some(why)),
            HubOutcome::Failed(why) => (0, Some(why)),
        };
        let mut tx = self.begin().await?;
        let was_live: Option<i64> = sqlx::query_scalar("SELECT 1 FROM subscription WHERE id = $1 AND state = 'live'")
            .bind(subscription.id)
            .fetch_optional(&mut *tx)
            .await?;
        let noted = sqlx::query(
            "UPDATE subscription SET due_at = $3, last_error = $4, \
             state = CASE WHEN $5 = 1 AND state <> 'ended' THEN 'denied' ELSE state END \
             WHERE id = $1 AND (asked_at IS NULL OR asked_at = $2) AND (verified_at IS NULL OR verified_at < $2) \
             AND CASE state WHEN 'ended' THEN 1 ELSE 0 END = $6",
        )
        .bind(subscription.id)
        .bind(millis(asked_at))
        .bind(due_at.map(millis))
        .bind(error)
        .bind(denied)
        .bind(i64::from(subscription.state == SubscriptionState::Ended))
        .execute(&mut *tx)
        .await?;
        if noted.rows_affected() > 0 && denied == 1 && was_live.is_some() {
            poll_soon(&mut tx, &subscription.source, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Takes the leases that are over for what they are; answers the sources that are polled as before again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_leases(&self, now: Instant) -> Result<Vec<String>, StoreError> {
        let over = "SELECT source FROM subscription WHERE state = 'live' AND lease_until <= $1";
        if sqlx::query(over).bind(millis(now)).fetch_optional(&self.pools.read).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let sources: Vec<String> = sqlx::query_scalar(
            "UPDATE subscription SET state = 'asked' WHERE state = 'live' AND lease_until <= $1 RETURNING source",
        )
        .bind(millis(now))
        .fetch_all(&mut *tx)
        .await?;
        for source in &sources {
            poll_soon(&mut tx, source, now).await?;
        }
        tx.commit().await?;
        Ok(sources)
    }
}

fn read(row: &AnyRow) -> Result<Subscription, sqlx::Error> {
    let (token, callback): (Option<String>, Option<String>) = (row.try_get("token")?, row.try_get("callback")?);
    Ok(Subscription {
        id: row.try_get("id")?,
        source: row.try_get("source")?,
        hub: row.try_get("hub")?,
        topic: row.try_get("topic")?,
        state: SubscriptionState::read(row)?,
        asked: token.zip(callback).map(|(token, callback)| Asked { token, callback }),
        allow_private: row.try_get::<i64, _>("allow_private")? == 1,
        failures: times(row, "failures")?,
    })
}
