//! What is watched.

use super::Language;

/// The languages whose letters count as the letters people write where they lack them, in the words of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Folding {
    /// ä is ae, ö is oe, ü is ue, ß is ss.
    pub german: bool,
    /// å is aa, ø is oe, æ is ae.
    pub norwegian: bool,
}

impl Folding {
    /// None of them.
    pub const NONE: Self = Self { german: false, norwegian: false };
}

impl Default for Folding {
    /// All of them.
    fn default() -> Self {
        Self { german: true, norwegian: true }
    }
}

/// Whether a sign opens or closes a phrase of a query, so that none can hold it.
#[must_use]
pub fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟')
}

/// A brand as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Brand {
    /// The unique name; it is shown in mails and identifies the brand in the store.
    pub name: String,
    /// The query expression, not yet compiled.
    pub query: String,
    /// How its words may be spelled.
    pub folding: Folding,
    /// Only mentions in these languages count; empty means every language. A mention whose language is unknown counts.
    /// One in another language is no mention at all: it is not stored, and nobody learns that it was left out.
    pub languages: Vec<Language>,
    /// Mail addresses that get the brand's alerts, and its digests unless a digest names its own.
    pub recipients: Vec<String>,
    /// Words by which digests choose brands.
    pub labels: Vec<String>,
    /// Names of other brands with which digests compare it.
    pub competitors: Vec<String>,
}
