//! What a network lets nobody keep for longer, taken out of what stays: of every entry that it no longer shows, whoever else
//! shows it, and of every notice, whether that was sent, waits or was given up. No text, title, author or address of that
//! network is left then, in no revision and no notice. What stays is that something was said, when, and in which tone, what
//! others said of it, which mention leads its story, the hash of what was said, and the key under which it is known again;
//! some networks have a part of the address in that, as with the words of a headline.

use sqlx::{Any, Row as _, Transaction};

use super::quote::{self, Gone};
use super::sighting::SEEN_AGAIN_MS;
use super::{Store, StoreError, millis};
use crate::model::{Instant, SourceKind};

/// Entries in one transaction.
const BATCH: usize = 200;

/// That a source of the kind `$1` has shown the entry of `g` since `$2`, or that it is among what that showed last.
macro_rules! still_shown {
    () => {
        "EXISTS (SELECT 1 FROM sighting o JOIN source_state s ON s.name = o.source WHERE o.entry_id = g.entry_id \
         AND s.kind = $1 AND (o.seen_at >= $2 OR (s.shown_at >= $2 AND o.seen_at >= s.shown_at - $3)))"
    };
}

/// The keys under which nobody shows the entry `$1` but sources of the kind `$2`: what is said under them is theirs.
macro_rules! theirs {
    () => {
        "(SELECT g.key FROM sighting g JOIN source_state s ON s.name = g.source WHERE g.entry_id = $1 \
         GROUP BY g.key HAVING max(CASE WHEN s.kind = $2 THEN 0 ELSE 1 END) = 0)"
    };
}

/// Those mentions of the entry that were judged by what is theirs.
macro_rules! judged_by_theirs {
    () => {
        concat!(
            "entry_id = $1 AND CASE WHEN revision_id IS NULL THEN (SELECT e.key FROM entry e WHERE e.id = $1) \
             ELSE (SELECT r.key FROM revision r WHERE r.id = revision_id) END IN ",
            theirs!()
        )
    };
}

impl Store {
    /// Takes out what sources of a kind have said in entries that none of them has shown since `last`. Which entries are
    /// meant is found out before the transactions, since an index of all sightings has to be read for that.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn lapse(&self, kind: SourceKind, last: i64, now: Instant) -> Result<(), StoreError> {
        let lapsed = sqlx::query_scalar(concat!(
            "WITH theirs AS MATERIALIZED (SELECT key, source FROM sighting \
             WHERE source IN (SELECT name FROM source_state WHERE kind = $1)) \
             SELECT DISTINCT g.entry_id FROM theirs CROSS JOIN sighting g \
             WHERE g.key = theirs.key AND g.source = theirs.source AND g.content <> '' AND NOT ",
            still_shown!()
        ));
        let lapsed = lapsed.bind(kind.as_str()).bind(last).bind(SEEN_AGAIN_MS);
        let entries: Vec<i64> = lapsed.fetch_all(&self.pools.read).await?;
        for batch in entries.chunks(BATCH) {
            let mut tx = self.begin().await?;
            for entry in batch {
                if has_lapsed(&mut tx, *entry, kind, last).await? {
                    take_out(&mut tx, *entry, kind, now).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Whether that is still so: it may have been shown again by now.
async fn has_lapsed(
    tx: &mut Transaction<'_, Any>,
    entry_id: i64,
    kind: SourceKind,
    last: i64,
) -> Result<bool, StoreError> {
    let lapsed =
        sqlx::query(concat!("SELECT 1 FROM sighting g WHERE g.entry_id = $4 AND NOT ", still_shown!(), " LIMIT 1"));
    let lapsed = lapsed.bind(kind.as_str()).bind(last).bind(SEEN_AGAIN_MS).bind(entry_id);
    Ok(lapsed.fetch_optional(&mut **tx).await?.is_some())
}

/// What of an entry is theirs.
struct Theirs {
    /// What it says, and with that who has said it.
    text: bool,
    /// What it said before.
    earlier: bool,
    /// Who was first known to have written it.
    author: bool,
}

async fn theirs(tx: &mut Transaction<'_, Any>, entry_id: i64, kind: SourceKind) -> Result<Theirs, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT (SELECT count(*) FROM entry e WHERE e.id = $1 AND e.key IN ",
        theirs!(),
        ") AS text, (SELECT count(*) FROM revision r WHERE r.entry_id = $1 AND r.key IN ",
        theirs!(),
        ") AS earlier, (SELECT count(*) FROM entry e JOIN source_state s ON s.name = e.source \
         WHERE e.id = $1 AND s.kind = $2) AS author"
    ));
    let row = row.bind(entry_id).bind(kind.as_str()).fetch_one(&mut **tx).await?;
    let is = |column| Ok::<_, sqlx::Error>(row.try_get::<i64, _>(column)? > 0);
    let text = is("text")?;
    Ok(Theirs { text, earlier: is("earlier")?, author: text || is("author")? })
}

/// In the order in which one is found by the other. The hashes of sightings are put aside where the entry says nothing any
/// more, so that whoever shows it again is read, and an edit is told from what was shown before; where they are only theirs,
/// they are what is looked for no second time.
async fn take_out(
    tx: &mut Transaction<'_, Any>,
    entry_id: i64,
    kind: SourceKind,
    now: Instant,
) -> Result<(), StoreError> {
    let Theirs { text, earlier, author } = theirs(tx, entry_id, kind).await?;
    let mentions = sqlx::query(concat!(
        "SELECT id, CASE WHEN ",
        judged_by_theirs!(),
        " THEN 1 ELSE 0 END AS theirs FROM mention WHERE entry_id = $1"
    ));
    for row in mentions.bind(entry_id).bind(kind.as_str()).fetch_all(&mut **tx).await? {
        let (mention, theirs): (i64, i64) = (row.try_get("id")?, row.try_get("theirs")?);
        if theirs > 0 {
            quote::take_back(tx, Gone::Lapsed(now), mention).await?;
        } else if author {
            quote::take_back(tx, Gone::Unnamed, mention).await?;
        }
    }
    if text || earlier {
        forget_words(tx, entry_id, kind).await?;
        let lapsed = sqlx::query("UPDATE entry SET lapsed_at = $2 WHERE id = $1").bind(entry_id).bind(millis(now));
        lapsed.execute(&mut **tx).await?;
    }
    if author {
        for sql in [
            "UPDATE mention SET author = NULL WHERE entry_id = $1",
            "UPDATE entry SET author_name = NULL, author_handle = NULL, author_url = NULL, author_identity = NULL, \
             followers = NULL WHERE id = $1",
        ] {
            sqlx::query(sql).bind(entry_id).execute(&mut **tx).await?;
        }
    }
    let seen = "UPDATE sighting SET lapsed_content = CASE content WHEN '' THEN lapsed_content ELSE content END, content = '', \
                judged = '' WHERE entry_id = $1 AND ($3 = 1 OR source IN (SELECT name FROM source_state WHERE kind = $2))";
    let seen = sqlx::query(seen).bind(entry_id).bind(kind.as_str()).bind(i64::from(text));
    seen.execute(&mut **tx).await?;
    Ok(())
}

async fn forget_words(tx: &mut Transaction<'_, Any>, entry_id: i64, kind: SourceKind) -> Result<(), StoreError> {
    let texts = sqlx::query_scalar(concat!(
        "SELECT DISTINCT text_key FROM mention WHERE text_key IS NOT NULL AND ",
        judged_by_theirs!()
    ));
    let texts: Vec<String> = texts.bind(entry_id).bind(kind.as_str()).fetch_all(&mut **tx).await?;
    for sql in [
        concat!(
            "UPDATE mention SET hits = '[]', reasons = '[]', concerns = '[]', text_key = NULL WHERE ",
            judged_by_theirs!()
        ),
        concat!("UPDATE revision SET url = NULL, title = '', text = '' WHERE entry_id = $1 AND key IN ", theirs!()),
        concat!("UPDATE entry SET url = NULL, title = '', text = '', tags = '[]' WHERE id = $1 AND key IN ", theirs!()),
    ] {
        sqlx::query(sql).bind(entry_id).bind(kind.as_str()).execute(&mut **tx).await?;
    }
    for text in texts {
        let said = sqlx::query(
            "UPDATE correction SET title = '', reasons = '[]' WHERE text_key = $1 \
             AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.text_key = $1)",
        );
        said.bind(text).execute(&mut **tx).await?;
    }
    Ok(())
}
