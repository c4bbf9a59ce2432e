//! A stored entry x brand, and the judgement of its tone.

use serde::{Deserialize, Serialize};

use super::{Entry, Gravity, Instant, Language};

/// The part of an entry in which a query term was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The title.
    Title,
    /// The body.
    Text,
    /// The address.
    Url,
    /// The author's name or handle.
    Author,
    /// A tag.
    Tag,
}

/// Where a query term matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The term as the query writes it.
    pub term: String,
    /// The part of the entry.
    pub field: Field,
    /// First byte of the match in that part.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The label of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Somebody complains.
    Negative,
    /// Judged, and neither.
    Neutral,
    /// Somebody praises.
    Positive,
    /// We cannot judge it: not a language we have a lexicon for, or no text.
    Unscored,
}

impl Tone {
    /// All tones, the one to look at first in front.
    pub const ALL: [Self; 4] = [Self::Negative, Self::Neutral, Self::Positive, Self::Unscored];

    /// The word, as the store and machines read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
            Self::Unscored => "unscored",
        }
    }

    /// The tone of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tone| tone.as_str() == word)
    }
}

/// Where something stands in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The part of the entry.
    pub field: Field,
    /// Its first byte in that part.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// One word that moved the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The word or expression as it stands in the text.
    pub word: String,
    /// What it added to the raw sum, after what changed it.
    pub weight: f64,
    /// What changed it (`negated by "not"`, `stronger by "very"`), or empty.
    pub note: String,
    /// Where the word stands; `None` for what stands in no text, and for what was stored before places were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What we think of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The label.
    pub tone: Tone,
    /// From -1 (worst) to 1 (best); `None` exactly when the tone is unscored.
    pub score: Option<f64>,
    /// The language it was judged in, if known.
    pub language: Option<Language>,
    /// The words that made the score.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    /// A text that we cannot judge.
    #[must_use]
    pub fn unscored(language: Option<Language>) -> Self {
        Self { tone: Tone::Unscored, score: None, language, reasons: Vec::new() }
    }
}

/// A stored entry x brand.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The brand's name.
    pub brand: String,
    /// What was said.
    pub entry: Entry,
    /// The source that showed it first.
    pub source: String,
    /// When mentiond stored it.
    pub found_at: Instant,
    /// Where the brand's query matched.
    pub hits: Vec<Hit>,
    /// Tone and score.
    pub judgement: Judgement,
    /// Severity and the words that made it.
    pub gravity: Gravity,
}
