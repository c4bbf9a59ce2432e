//! The stories that began in a period, by tone, by span and by author: one look at one index, and no entry is read. Of
//! whole months that would be too many to sort, so authors are counted here and not by the database.

use std::collections::HashMap;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::dialect::LIST;
use super::{Store, StoreError, count, kept, millis};
use crate::model::digest::ChartBar;
use crate::model::{Instant, Tone};

/// The tones, for SQL: what names all of them is answered by the index that stands in their order.
pub const ANY_TONE: &str = "('negative', 'neutral', 'positive', 'unscored')";

/// What an author began.
#[derive(Debug, Clone, Copy, Default)]
struct Began {
    stories: u64,
    /// The last span in which.
    span: usize,
}

/// The stories of a brand that began in a period.
#[derive(Debug, Clone, Default)]
pub struct Begun {
    bounds: Vec<Instant>,
    bars: Vec<ChartBar>,
    authors: HashMap<i64, Began>,
}

impl Begun {
    /// The stories of each span by their tone, the earliest first.
    #[must_use]
    pub fn bars(&self) -> &[ChartBar] {
        &self.bars
    }

    /// When the period began and ended.
    pub(super) fn period(&self) -> Option<(Instant, Instant)> {
        Some((*self.bounds.first()?, *self.bounds.last()?))
    }

    /// Known authors, those with two stories or more, and stories whose author is known, when some have told more: those
    /// authors, one for each story.
    pub(super) fn authors(&self, more: &[i64]) -> (u64, u64, u64) {
        let mut others: HashMap<i64, u64> = HashMap::new();
        for author in more {
            *others.entry(*author).or_default() += 1;
        }
        let of = |author: &i64| self.authors.get(author).map_or(0, |began| began.stories);
        let known = self.authors.iter().map(|(author, began)| began.stories + others.get(author).unwrap_or(&0));
        let new = others.iter().filter(|(author, _)| of(author) == 0).map(|(_, stories)| *stories);
        known.chain(new).fold((0, 0, 0), |(authors, repeat, stories), theirs| {
            (authors + 1, repeat + u64::from(theirs > 1), stories + theirs)
        })
    }

    /// The authors with the most stories, each with the span of the latest; of those with as many the latest.
    fn most(&self, limit: usize) -> Vec<(i64, Began)> {
        let mut authors: Vec<(i64, Began)> = self.authors.iter().map(|(author, began)| (*author, *began)).collect();
        let rank = |(author, began): &(i64, Began)| (began.stories, began.span, *author);
        if authors.len() > limit {
            authors.select_nth_unstable_by(limit, |a, b| rank(b).cmp(&rank(a)));
            authors.truncate(limit);
        }
        authors
    }
}

/// The stories of each tone, and their known authors, of rows with `tone`, `stories` and `authors`.
pub fn by_tone(rows: &[AnyRow], from: Instant) -> Result<(ChartBar, Vec<i64>), StoreError> {
    let mut bar = ChartBar { from, negative: 0, neutral: 0, positive: 0, unscored: 0 };
    let mut authors: Vec<i64> = Vec::new();
    for row in rows {
        let stories = match Tone::parse(row.try_get("tone")?) {
            Some(Tone::Negative) => &mut bar.negative,
            Some(Tone::Neutral) => &mut bar.neutral,
            Some(Tone::Positive) => &mut bar.positive,
            Some(Tone::Unscored) | None => &mut bar.unscored,
        };
        *stories += count(row, "stories")?;
        authors.append(&mut serde_json::from_str(row.try_get("authors")?)?);
    }
    Ok((bar, authors))
}

impl Store {
    /// The stories of a brand that began in the spans between these instants: after the first one and until the last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begun(&self, brand: &str, bounds: &[Instant]) -> Result<Begun, StoreError> {
        let sql = format!(
            "SELECT tone, count(*) AS stories, {LIST}(author) FILTER (WHERE author IS NOT NULL) AS authors FROM mention \
             WHERE leads = 1 AND brand = $1 AND tone IN {ANY_TONE} AND found_at > $2 AND found_at <= $3 GROUP BY tone"
        );
        let mut begun = Begun { bounds: bounds.to_vec(), ..Begun::default() };
        for (span, (from, to)) in bounds.iter().zip(bounds.iter().skip(1)).enumerate() {
            let rows = sqlx::query(AssertSqlSafe(sql.as_str()))
                .bind(brand)
                .bind(millis(*from))
                .bind(millis(*to))
                .fetch_all(&self.pools.read)
                .await?;
            let (bar, authors) = by_tone(&rows, *from)?;
            for author in authors {
                let began = begun.authors.entry(author).or_default();
                began.stories += 1;
                began.span = span;
            }
            begun.bars.push(bar);
        }
        Ok(begun)
    }

    /// The authors who began the most stories, most first, by the name of the latest one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn top_authors(
        &self,
        brand: &str,
        begun: &Begun,
        limit: usize,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let sql = format!(
            "SELECT e.author_name, e.author_identity FROM mention m CROSS JOIN entry e WHERE m.leads = 1 AND m.brand = $1 \
             AND m.tone IN {ANY_TONE} AND m.found_at > $2 AND m.found_at <= $3 AND m.author = $4 AND e.id = m.entry_id \
             ORDER BY m.id DESC LIMIT 1"
        );
        let mut named = Vec::new();
        for (author, Began { stories, span }) in begun.most(limit) {
            let mut bounds = begun.bounds.iter().skip(span);
            let (Some(from), Some(to)) = (bounds.next(), bounds.next()) else { continue };
            let row = sqlx::query(AssertSqlSafe(sql.as_str()))
                .bind(brand)
                .bind(millis(*from))
                .bind(millis(*to))
                .bind(author)
                .fetch_optional(&self.pools.read)
                .await?;
            // Meanwhile it may have been forgotten.
            let name = row.as_ref().map(kept::author_name).transpose()?.flatten();
            named.extend(name.map(|name| (name, stories)));
        }
        named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(named)
    }

    /// How many stories of a brand began in a period.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stories_begun(&self, brand: &str, from: Instant, to: Instant) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM mention WHERE leads = 1 AND brand = $1 AND tone IN {ANY_TONE} \
             AND found_at > $2 AND found_at <= $3"
        );
        let stories: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(brand)
            .bind(millis(from))
            .bind(millis(to))
            .fetch_one(&self.pools.read)
            .await?;
        Ok(stories.unsigned_abs())
    }
}
