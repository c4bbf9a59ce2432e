//! Entries that lead to the same page: whether one that is new to its source is a copy of another source's, or an entry
//! that the source shows under another key now. Changes nothing. In doubt they are two: a copy that is taken for an entry of
//! its own is told twice, an entry that is taken for a copy is never told.

use std::collections::HashSet;

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::poll::{FoundEntry, PollCommit};
use super::sighting::Sighting;
use super::{StoreError, integer, millis};
use crate::model::imprint::say_the_same;

/// Most entries of one page that are compared; a page with more of them is no article.
const SAME_PAGE: i64 = 20;

/// Times of publication that are less apart are the same; some sources tell no seconds.
const SAME_TIME_MS: u64 = 60_000;

/// Characters of a text that are compared.
const COMPARED: i64 = 65_536;

/// The entries that lead to the page of a new one, and how to tell which of them it is.
pub struct Neighbours(Vec<Neighbour>);

struct Neighbour {
    key: String,
    sighting: Sighting,
    title: String,
    text: String,
    published_at: Option<i64>,
    /// Nothing is left of what it said, since that may be kept no longer.
    lapsed: bool,
}

impl Neighbours {
    /// All that are on the page; none where there are too many to tell them apart.
    pub async fn of(tx: &mut Transaction<'_, Any>, page: &str) -> Result<Self, StoreError> {
        let rows = sqlx::query(
            "SELECT g.key, g.source, g.entry_id, g.content, g.judged, g.lapsed_content, g.found_at, g.seen_at, \
             g.deleted_at, e.title, substr(e.text, 1, $3) AS text, e.published_at, e.lapsed_at \
             FROM sighting g JOIN entry e ON e.id = g.entry_id WHERE g.page = $1 ORDER BY g.entry_id LIMIT $2",
        )
        .bind(page)
        .bind(SAME_PAGE)
        .bind(COMPARED)
        .fetch_all(&mut **tx)
        .await?;
        if integer(rows.len()) == SAME_PAGE {
            return Ok(Self(Vec::new()));
        }
        let read = |row: &AnyRow| {
            let (title, text): (String, String) = (row.try_get("title")?, row.try_get("text")?);
            let lapsed_at: Option<i64> = row.try_get("lapsed_at")?;
            Ok(Neighbour {
                key: row.try_get("key")?,
                sighting: Sighting::read(row)?,
                lapsed: lapsed_at.is_some() && title.is_empty() && text.is_empty(),
                title,
                text,
                published_at: row.try_get("published_at")?,
            })
        };
        Ok(Self(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?))
    }

    /// The only one of that source.
    fn only_of(&self, source: &str) -> Option<&Neighbour> {
        let mut theirs = self.0.iter().filter(|neighbour| neighbour.sighting.source == source);
        theirs.next().filter(|_| theirs.next().is_none())
    }

    /// The entry of another source that `found` is a copy of: its page is that of one entry alone in each of the two
    /// sources, and both say the same.
    pub fn original(&self, poll: &PollCommit, found: &FoundEntry) -> Option<i64> {
        if self.0.iter().any(|neighbour| neighbour.sighting.source == poll.source) {
            return None;
        }
        let mut sources = self.0.iter().map(|neighbour| neighbour.sighting.source.as_str());
        let copied = sources.find_map(|source| self.only_of(source).filter(|neighbour| neighbour.says(found)));
        copied.map(|neighbour| neighbour.sighting.entry_id)
    }

    /// The entry of the same source that it now shows under another key, as when a site moves to https: the old key is
    /// not among those that are `shown`, both were published at the same time, and both say the same.
    pub fn renamed(self, poll: &PollCommit, found: &FoundEntry, shown: &HashSet<&str>) -> Option<(String, Sighting)> {
        let published = found.entry.published_at.map(millis);
        let own = self.only_of(&poll.source)?;
        let is_it = published.is_some() && own.published_at == published && own.says(found);
        let key = own.key.clone();
        let own = self.0.into_iter().find(|neighbour| neighbour.key == key)?;
        (is_it && !shown.contains(key.as_str())).then_some((key, own.sighting))
    }
}

impl Neighbour {
    /// Where its words have lapsed, it is known by their hash, or by the time at which it was published: the comments on an
    /// article share its page.
    fn says(&self, found: &FoundEntry) -> bool {
        if self.lapsed {
            let published = found.entry.published_at.map(millis).zip(self.published_at);
            return self.sighting.lapsed.as_ref() == Some(&found.imprint.content)
                || published.is_some_and(|(one, other)| one.abs_diff(other) < SAME_TIME_MS);
        }
        say_the_same((&self.title, &self.text), (&found.entry.title, &found.entry.text))
    }
}
