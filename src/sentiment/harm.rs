//! The words of harm as the shipped file writes them. Finds none of them in a text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// Words and expressions by language, separated by commas and line ends.
pub(super) type Lists = BTreeMap<String, String>;

/// `config/keywords/harm.toml`; what its tables mean stands at its top.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Harm {
    pub(super) urgent: Lists,
    pub(super) notice: Lists,
    pub(super) common: Lists,
    pub(super) harmless: Lists,
    pub(super) negates: Lists,
    pub(super) not_negating: Lists,
    pub(super) ends_clause: Lists,
    pub(super) negates_behind: Lists,
    pub(super) past: Lists,
    pub(super) elsewhere: Lists,
    pub(super) possible: Lists,
    pub(super) bursts: Lists,
    pub(super) grows: Lists,
    pub(super) aside: Lists,
    pub(super) parts: Lists,
}

pub(super) static HARM: LazyLock<Harm> = LazyLock::new(read);

#[expect(clippy::expect_used, reason = "the words are compiled in, and a test reads them")]
fn read() -> Harm {
    toml::from_str(include_str!("../../config/keywords/harm.toml")).expect("the shipped words of harm are sound")
}

/// The words of harm that may alert for themselves, in all languages.
#[must_use]
pub fn harm_words() -> Vec<String> {
    [&HARM.urgent, &HARM.notice].into_iter().flat_map(|lists| entries(lists, None)).collect()
}

/// The expressions in which words of harm mean nothing, in all languages.
#[must_use]
pub fn harmless_expressions() -> Vec<String> {
    entries(&HARM.harmless, None).collect()
}

/// The words of one language, or of all.
pub(super) fn entries(lists: &Lists, language: Option<&str>) -> impl Iterator<Item = String> {
    let lists = lists.iter().filter(move |(known, _)| language.is_none_or(|language| language == known.as_str()));
    let entries = lists.flat_map(|(_, list)| list.split([',', '\n']));
    entries.map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned)
}
