//! How much harm a mention speaks of, and the words that say so. Apart from its tone: news of an injury may be neutral.

use serde::{Deserialize, Serialize};

use super::mention::Place;

/// How soon somebody should look at a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It speaks of no harm.
    #[default]
    Info,
    /// Somebody should look at it.
    Notice,
    /// Somebody should look at it at once.
    Urgent,
}

impl Severity {
    /// All severities, the least first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Notice, Self::Urgent];

    /// The word, as the store and machines read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Notice => "notice",
            Self::Urgent => "urgent",
        }
    }

    /// The severity of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word)
    }
}

/// A word of harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// The word or expression as it stands in the text.
    pub word: String,
    /// What it comes to, after what stands beside it.
    pub severity: Severity,
    /// What changed it (`negated by "no"`, `past: "last year"`), or empty.
    pub note: String,
    /// Where it stands.
    pub place: Place,
}

/// The severity of a mention, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gravity {
    /// The most severe of its words.
    pub severity: Severity,
    /// Its words of harm, in the order of the text; those that stand beside a negation or mean nothing among them.
    pub concerns: Vec<Concern>,
}

impl Gravity {
    /// As severe as the most severe of `concerns`.
    #[must_use]
    pub fn of(concerns: Vec<Concern>) -> Self {
        let severity = concerns.iter().map(|concern| concern.severity).max().unwrap_or_default();
        Self { severity, concerns }
    }
}
