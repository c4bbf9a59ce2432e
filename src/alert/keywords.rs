//! The words a rule asks for: shipped lists and those of the configuration. Never decides alone.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::config::RuleConfig;
use crate::model::Entry;
use crate::query::Keywords;
use crate::sentiment::{Figures, harm_words, harmless_expressions};

/// A list as written, by language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Words and expressions that count.
    words: BTreeMap<String, String>,
    /// Expressions in which these words mean no harm.
    harmless: BTreeMap<String, String>,
}

/// A shipped list.
struct Shipped {
    words: Vec<String>,
    harmless: Vec<String>,
}

static LISTS: LazyLock<[(&str, Shipped); 2]> = LazyLock::new(|| {
    [
        ("complaint", read(include_str!("../../config/keywords/complaint.toml"))),
        ("harm", Shipped { words: harm_words(), harmless: harmless_expressions() }),
    ]
});

#[expect(clippy::expect_used, reason = "the lists are compiled in, and a test reads them")]
fn read(source: &str) -> Shipped {
    let written: Written = toml::from_str(source).expect("the shipped keyword lists are sound");
    Shipped { words: entries(&written.words), harmless: entries(&written.harmless) }
}

fn entries(lists: &BTreeMap<String, String>) -> Vec<String> {
    let all = lists.values().flat_map(|list| list.split([',', '\n']));
    all.map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// All words of one rule, compiled.
#[derive(Debug, Clone)]
pub(super) struct Watchwords {
    own: Keywords,
    shipped: Keywords,
    harmless: Keywords,
    figures: Figures,
}

impl Watchwords {
    /// `None` if the rule asks for no word.
    pub(super) fn of(rule: &RuleConfig) -> Option<Self> {
        if rule.keywords.is_empty() && rule.keyword_lists.is_empty() {
            return None;
        }
        let named = |name: &&str| rule.keyword_lists.iter().any(|list| list == name);
        let lists = || LISTS.iter().filter(|(name, _)| named(name)).map(|(_, list)| list);
        Some(Self {
            own: Keywords::new(rule.keywords.iter().cloned()),
            shipped: Keywords::new(lists().flat_map(|list| list.words.iter().cloned())),
            harmless: Keywords::new(lists().flat_map(|list| list.harmless.iter().cloned())),
            figures: Figures::new(None),
        })
    }

    /// The first keyword in title, text and tags; those of the configuration count wherever they stand.
    pub(super) fn first(&self, entry: &Entry) -> Option<String> {
        let parts = [&entry.title, &entry.text].into_iter().chain(&entry.tags);
        parts.map(String::as_str).find_map(|part| self.first_in(part)).map(str::to_owned)
    }

    fn first_in(&self, text: &str) -> Option<&str> {
        self.own.first(text).or_else(|| {
            let found = self.shipped.find(text);
            if found.is_empty() {
                return None;
            }
            let harmless = self.harmless.find(text).into_iter().map(|(_, around)| around);
            let harmless: Vec<Range<usize>> = harmless.chain(self.figures.find(text)).collect();
            let means_harm = |range: &Range<usize>| {
                !harmless.iter().any(|around| around.start <= range.start && range.end <= around.end)
            };
            found.into_iter().find(|(_, range)| means_harm(range)).map(|(word, _)| word)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::KEYWORD_LISTS;

    #[test]
    fn every_list_that_a_rule_may_name_is_there() {
        assert_eq!(LISTS.each_ref().map(|(name, _)| *name), KEYWORD_LISTS);
        assert!(LISTS.iter().all(|(_, list)| list.words.len() > 10), "an empty list");
    }
}
