//! What a network is searched for that can be asked for several words at once.

/// What all matches of a query have in common, as far as networks can be asked for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Search {
    /// Words and phrases of which one stands in every match.
    pub any: Vec<String>,
    /// One of each of these does as well. Networks that cannot be asked for that find more.
    pub beside: Vec<Vec<String>>,
    /// None of this has to do with any match.
    pub without: Vec<Unwanted>,
}

/// What no match has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unwanted {
    /// A hashtag in its text, written without its sign.
    Tag(String),
    /// An account that wrote it.
    Author(String),
}

impl Search {
    /// A search for one phrase.
    #[must_use]
    pub fn of(phrase: &str) -> Self {
        Self { any: vec![phrase.to_owned()], ..Self::default() }
    }

    /// Whether one of its phrases is all that a match needs.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.beside.is_empty() && self.without.is_empty()
    }
}
