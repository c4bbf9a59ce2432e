//! Which brands an entry mentions, in which tone, and whether somebody must hear of it now. Pure: does no I/O.

use crate::alert::{Decision, Rules};
use crate::model::{Brand, Entry, Hit, Instant, Judgement};
use crate::query::{Matcher, Query};
use crate::sentiment::Scorer;
use crate::store::{FoundAlert, FoundEntry, FoundMention};
use crate::story::Signature;

/// A brand with its compiled query.
#[derive(Debug, Clone)]
pub struct WatchedBrand {
    /// The brand as configured.
    pub brand: Brand,
    /// Its query.
    pub query: Query,
}

/// All brands, the tone rules and the alert rules.
pub struct Judge {
    brands: Vec<Brand>,
    matcher: Matcher,
    scorer: Scorer,
    rules: Rules,
}

impl Judge {
    /// Compiles the queries of all brands into one matcher.
    #[must_use]
    pub fn new(watched: Vec<WatchedBrand>, scorer: Scorer, rules: Rules) -> Self {
        let (brands, queries) = watched.into_iter().map(|watched| (watched.brand, watched.query)).unzip();
        Self { brands, matcher: Matcher::new(queries), scorer, rules }
    }

    /// Finds the mentions in each entry.
    #[must_use]
    pub fn find_all(&self, entries: Vec<Entry>, now: Instant) -> Vec<FoundEntry> {
        entries.into_iter().map(|entry| self.find(entry, now)).collect()
    }

    fn find(&self, entry: Entry, now: Instant) -> FoundEntry {
        let mentions: Vec<FoundMention> = self
            .matcher
            .find(&entry)
            .into_iter()
            .filter_map(|(index, hits)| self.mention(self.brands.get(index)?, &entry, hits, now))
            .collect();
        let signature = if mentions.is_empty() { Signature::default() } else { Signature::of(&entry) };
        FoundEntry { entry, mentions, signature }
    }

    fn mention(&self, brand: &Brand, entry: &Entry, hits: Vec<Hit>, now: Instant) -> Option<FoundMention> {
        let judgement = self.scorer.judge(entry, &hits);
        if !listens_to(brand, &judgement) {
            return None;
        }
        let decision = self.rules.decide(brand, entry, &judgement, now);
        let label = decision.label().to_owned();
        let alert = match decision {
            Decision::Alert { rule, keyword } => {
                Some(FoundAlert { rule, keyword, recipients: brand.recipients.clone() })
            }
            Decision::Hold(_) => None,
        };
        Some(FoundMention { brand: brand.name.clone(), hits, judgement, decision: label, alert })
    }
}

/// A brand that names languages does not hear others; a text of unknown language is heard.
fn listens_to(brand: &Brand, judgement: &Judgement) -> bool {
    let Some(language) = &judgement.language else { return true };
    brand.languages.is_empty() || brand.languages.contains(language)
}
