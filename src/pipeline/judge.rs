//! Which brands an entry mentions, in which tone, and whether somebody must hear of it now. Pure: does no I/O.

use std::collections::HashSet;

use crate::alert::{Decision, Rules};
use crate::model::hash::sha256_hex;
use crate::model::{Brand, Entry, Hit, Imprint, Instant, Judgement, Source};
use crate::query::{Matcher, Query, Subject};
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

/// Names what is looked for; it changes when an entry that was read before may mention somebody all the same.
#[must_use]
pub fn wanted(watched: &[WatchedBrand]) -> String {
    // What a query names is a part of it.
    let describe = |WatchedBrand { brand, query }: &WatchedBrand| {
        format!("{:?} {query:#} {:?} {:?}", brand.name, brand.languages, brand.folding)
    };
    let wanted: Vec<String> = watched.iter().map(describe).collect();
    sha256_hex([wanted.join("\n").as_str()], 8)
}

/// All brands, the tone rules and the alert rules.
pub struct Judge {
    wanted: String,
    brands: Vec<Brand>,
    matcher: Matcher,
    scorer: Scorer,
    rules: Rules,
}

impl Judge {
    /// Compiles the queries of all brands into one matcher.
    #[must_use]
    pub fn new(watched: Vec<WatchedBrand>, scorer: Scorer, rules: Rules) -> Self {
        let wanted = wanted(&watched);
        let (brands, queries) = watched.into_iter().map(|watched| (watched.brand, watched.query)).unzip();
        Self { wanted, brands, matcher: Matcher::new(queries), scorer, rules }
    }

    /// Finds the mentions in each entry of `source` that was not `judged` as it is; what is in there are hashes of
    /// imprints.
    #[must_use]
    pub fn find_all(
        &self,
        source: &Source,
        entries: Vec<Entry>,
        judged: &HashSet<String>,
        now: Instant,
    ) -> Vec<FoundEntry> {
        entries.into_iter().map(|entry| self.find(source, entry, judged, now)).collect()
    }

    fn find(&self, source: &Source, entry: Entry, judged: &HashSet<String>, now: Instant) -> FoundEntry {
        let imprint = Imprint::of(&entry, &self.wanted);
        let before = judged.contains(&imprint.judged);
        let subject = Subject {
            source: Some(&source.name),
            source_kind: Some(source.kind),
            now: Some(now),
            ..Subject::from(&entry)
        };
        let found = if before { Vec::new() } else { self.matcher.find(subject) };
        let mentions: Vec<FoundMention> = found
            .into_iter()
            .filter_map(|(index, hits)| self.mention(self.brands.get(index)?, subject, hits, now))
            .collect();
        let signature = if mentions.is_empty() { Signature::default() } else { Signature::of(&entry) };
        FoundEntry { entry, imprint, mentions, before, signature }
    }

    fn mention(&self, brand: &Brand, subject: Subject<'_>, hits: Vec<Hit>, now: Instant) -> Option<FoundMention> {
        let judgement = self.scorer.judge(subject.entry, &hits);
        if !listens_to(brand, &judgement) {
            return None;
        }
        let subject = Subject { language: judgement.language.as_ref(), ..subject };
        let decision = self.rules.decide(brand, subject, &judgement, now);
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
