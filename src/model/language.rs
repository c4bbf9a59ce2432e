//! The language of a text, as a primary subtag. Never guesses: identification is `sentiment::language`.

use serde::{Deserialize, Serialize};

/// A lower-case ISO 639-1 primary subtag (`en`, `de`, `nb`). Norwegian without a written form (`no`) counts as Bokmål.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// English.
    pub const EN: &'static str = "en";
    /// German.
    pub const DE: &'static str = "de";
    /// Norwegian Bokmål.
    pub const NB: &'static str = "nb";
    /// Norwegian Nynorsk.
    pub const NN: &'static str = "nn";

    /// Reads a language tag as feeds and APIs write it (`en-GB`, `de_DE`, `no`). `None` unless the primary subtag is
    /// two or three ASCII letters.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        let plausible = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
        plausible.then(|| Self(if primary == "no" { Self::NB.to_owned() } else { primary }))
    }

    /// Whether who asks for this language means `other` too: who says Norwegian, or Bokmål, hears Nynorsk as well.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self == other || (self.0 == Self::NB && other.0 == Self::NN)
    }

    /// The subtag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
