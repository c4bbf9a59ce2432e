//! Queries and lists of words that have a name, so that others can ask for them with `query:NAME` and `set:NAME`.

use std::collections::BTreeMap;

/// What has a name. Nothing of it is read before a query asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Library {
    queries: BTreeMap<String, String>,
    sets: BTreeMap<String, Vec<String>>,
}

impl Library {
    /// The queries, and the lists of words and expressions; one that ends with `*` is the beginning of a word.
    #[must_use]
    pub fn new(
        queries: impl IntoIterator<Item = (String, String)>,
        sets: impl IntoIterator<Item = (String, Vec<String>)>,
    ) -> Self {
        Self { queries: queries.into_iter().collect(), sets: sets.into_iter().collect() }
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.queries.get(name).map(String::as_str)
    }

    pub(super) fn set(&self, name: &str) -> Option<&[String]> {
        self.sets.get(name).map(Vec::as_slice)
    }

    pub(super) fn query_names(&self) -> impl Iterator<Item = &str> {
        self.queries.keys().map(String::as_str)
    }

    pub(super) fn set_names(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }
}
