//! What was found in an entry, written: mentions, their alerts, and the notices that report them. A mention alerts once in
//! its life, however often its entry is changed.

use sqlx::{Any, Row as _, Transaction};

use super::correction::in_force;
use super::poll::{Committed, FoundAlert, FoundEntry, FoundMention, FoundWay, PollCommit};
use super::story::{self, Newcomer};
use super::{StoreError, folded, instant, millis};
use crate::model::correction::Verdict;
use crate::model::hash::sha256_number;
use crate::model::imprint::text_key;
use crate::model::{Instant, Language};
use crate::story::COPY_OF_STORY;

/// A mention that the entry did not have before, and its alert.
pub async fn store_mention(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    entry_id: i64,
    found: &FoundEntry,
    mention: &FoundMention,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let judgement = &mention.judgement;
    let (text_key, ruled, said) = verdicts(tx, found, mention).await?;
    let outcome = mention.outcome(said.tone);
    // The entry may be one that another source has told otherwise.
    let entry = sqlx::query("SELECT author_identity, engagement FROM entry WHERE id = $1");
    let entry = entry.bind(entry_id).fetch_one(&mut **tx).await?;
    let author: Option<String> = entry.try_get("author_identity")?;
    let author = author.filter(|author| !author.is_empty()).map(|author| sha256_number(&author));
    let new: Option<i64> = sqlx::query_scalar(
        "INSERT INTO mention (entry_id, brand, found_at, hits, tone, score, language, reasons, decision, text_key, \
         ruled_tone, ruled_score, severity, concerns, author, engagement) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         ON CONFLICT (entry_id, brand) DO NOTHING RETURNING id",
    )
    .bind(entry_id)
    .bind(&mention.brand)
    .bind(millis(poll.now))
    .bind(serde_json::to_string(&mention.hits)?)
    .bind(said.tone.as_str())
    .bind(said.score)
    .bind(judgement.language.as_ref().map(Language::as_str))
    .bind(serde_json::to_string(&judgement.reasons)?)
    .bind(&outcome.decision)
    .bind(text_key)
    .bind(ruled.tone.as_str())
    .bind(ruled.score)
    .bind(mention.gravity.severity.as_str())
    .bind(serde_json::to_string(&mention.gravity.concerns)?)
    .bind(author)
    .bind(entry.try_get::<Option<i64>, _>("engagement")?)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(mention_id) = new else { return Ok(()) };
    committed.mentions += 1;
    let (entry, signature, brand) = (&found.entry, &found.signature, mention.brand.as_str());
    let story = story::place(tx, &Newcomer { mention_id, brand, entry, signature, found_at: poll.now }).await?;
    let Some(alert) = &outcome.alert else {
        committed.judged.push((said.tone, outcome.decision.clone()));
        return Ok(());
    };
    let before = committed.alerts;
    alert_once(tx, poll, (mention_id, Some(story)), mention, alert, committed).await?;
    let decision = if committed.alerts > before { &outcome.decision } else { COPY_OF_STORY };
    committed.judged.push((said.tone, decision.to_owned()));
    Ok(())
}

/// The alert of a mention, unless its story has alerted for the same reason already.
async fn alert_once(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    (mention_id, story): (i64, Option<i64>),
    mention: &FoundMention,
    alert: &FoundAlert,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    if let Some(story) = story
        && story::has_alerted(tx, story, &alert.rule).await?
    {
        let held = sqlx::query("UPDATE mention SET decision = $2 WHERE id = $1").bind(mention_id).bind(COPY_OF_STORY);
        held.execute(&mut **tx).await?;
        return Ok(());
    }
    store_alert(tx, poll, mention_id, mention, alert).await?;
    committed.alerts += 1;
    Ok(())
}

/// Judges a mention anew by what its entry says now. Its alert, if it has one, stays open as it is; if it has none, it
/// may get one.
pub async fn judge_again(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    (mention_id, has_alert): (i64, bool),
    (found, mention): (&FoundEntry, &FoundMention),
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let judgement = &mention.judgement;
    let (text_key, ruled, said) = verdicts(tx, found, mention).await?;
    let outcome = mention.outcome(said.tone);
    let story: Option<i64> = sqlx::query_scalar(
        "UPDATE mention SET hits = $2, tone = $3, score = $4, language = $5, reasons = $6, decision = $7, text_key = $8, \
         ruled_tone = $9, ruled_score = $10, severity = $11, concerns = $12, withdrawn_at = NULL, revision_id = NULL \
         WHERE id = $1 RETURNING story_id",
    )
    .bind(mention_id)
    .bind(serde_json::to_string(&mention.hits)?)
    .bind(said.tone.as_str())
    .bind(said.score)
    .bind(judgement.language.as_ref().map(Language::as_str))
    .bind(serde_json::to_string(&judgement.reasons)?)
    .bind(&outcome.decision)
    .bind(text_key)
    .bind(ruled.tone.as_str())
    .bind(ruled.score)
    .bind(mention.gravity.severity.as_str())
    .bind(serde_json::to_string(&mention.gravity.concerns)?)
    .fetch_one(&mut **tx)
    .await?;
    match &outcome.alert {
        Some(alert) if !has_alert => alert_once(tx, poll, (mention_id, story), mention, alert, committed).await,
        _ => Ok(()),
    }
}

/// Judges a mention without an alert anew by what is counted of its entry now: it may get one. What it was judged to say
/// stays.
pub async fn judge_later(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    mention_id: i64,
    (found, mention): (&FoundEntry, &FoundMention),
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let (_, _, said) = verdicts(tx, found, mention).await?;
    let outcome = mention.outcome(said.tone);
    let Some(alert) = &outcome.alert else { return Ok(()) };
    let story: Option<i64> = sqlx::query_scalar("UPDATE mention SET decision = $2 WHERE id = $1 RETURNING story_id")
        .bind(mention_id)
        .bind(&outcome.decision)
        .fetch_one(&mut **tx)
        .await?;
    alert_once(tx, poll, (mention_id, story), mention, alert, committed).await
}

/// By what the text is known, what the rules say of it, and what counts.
async fn verdicts(
    tx: &mut Transaction<'_, Any>,
    found: &FoundEntry,
    mention: &FoundMention,
) -> Result<(Option<String>, Verdict, Verdict), StoreError> {
    let text_key = text_key(&found.entry.title, &found.entry.text, found.entry.rating);
    let ruled = Verdict { tone: mention.judgement.tone, score: mention.judgement.score };
    let said = in_force(tx, &mention.brand, text_key.as_deref(), ruled).await?;
    Ok((text_key, ruled, said))
}

async fn store_alert(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    mention_id: i64,
    mention: &FoundMention,
    alert: &FoundAlert,
) -> Result<(), StoreError> {
    let brand = mention.brand.as_str();
    let alert_id: i64 = sqlx::query_scalar(
        "INSERT INTO alert (mention_id, brand, rule, keyword, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
    )
    .bind(mention_id)
    .bind(brand)
    .bind(&alert.rule)
    .bind(&alert.keyword)
    .bind(millis(poll.now))
    .fetch_one(&mut **tx)
    .await?;
    for way in &alert.ways {
        for recipient in &way.recipients {
            if folded::fold(tx, (brand, recipient, &way.route), alert_id, mention.gravity.severity).await? {
                continue;
            }
            let outbox_id = collecting_notice(tx, way, brand, recipient, poll.now).await?;
            sqlx::query(
                "INSERT INTO outbox_alert (outbox_id, alert_id, route) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            )
            .bind(outbox_id)
            .bind(alert_id)
            .bind(&way.route)
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(())
}

/// When the recipient last got alerts of a brand by a route. Mails of its incidents hold no alert up.
const LAST_MAIL: &str = "SELECT max(sealed_at) FROM outbox WHERE brand = $1 AND recipient = $2 AND route = $3 \
     AND kind <> 'incident'";

/// The notice that collects the brand's alerts of a route for this recipient.
async fn collecting_notice(
    tx: &mut Transaction<'_, Any>,
    way: &FoundWay,
    brand: &str,
    recipient: &str,
    now: Instant,
) -> Result<i64, StoreError> {
    let open: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM outbox WHERE brand = $1 AND recipient = $2 AND route = $3 AND kind = 'alert' \
         AND sealed_at IS NULL",
    )
    .bind(brand)
    .bind(recipient)
    .bind(&way.route)
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(id) = open {
        return Ok(id);
    }
    let last: Option<i64> =
        sqlx::query_scalar(LAST_MAIL).bind(brand).bind(recipient).bind(&way.route).fetch_one(&mut **tx).await?;
    let due = way.grouping.due(last.map(instant), now);
    Ok(sqlx::query_scalar(
        "INSERT INTO outbox (kind, brand, recipient, route, created_at, due_at, state, attempts) \
         VALUES ('alert', $1, $2, $3, $4, $5, 'waiting', 0) RETURNING id",
    )
    .bind(brand)
    .bind(recipient)
    .bind(&way.route)
    .bind(millis(now))
    .bind(millis(due))
    .fetch_one(&mut **tx)
    .await?)
}
