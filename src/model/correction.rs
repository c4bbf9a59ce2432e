//! What people say of a tone, beside what the rules say of it. Pure. Never forgets what the rules said.

use serde::{Deserialize, Serialize};

use super::{Instant, Reason, Tone};

/// The score of a tone that somebody has set against the rules: how strong it is nobody knows.
const SAID: f64 = 0.5;

/// A tone and its score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The tone.
    pub tone: Tone,
    /// From -1 to 1; `None` exactly when the tone is unscored.
    pub score: Option<f64>,
}

impl Verdict {
    /// What counts once somebody has said that a text which the rules judge like this has another tone. Where both agree,
    /// the score of the rules stands.
    #[must_use]
    pub fn corrected(self, tone: Tone) -> Self {
        if tone == self.tone { self } else { Self { tone, score: Self::said_score(tone) } }
    }

    /// The score of a tone that somebody has set against the rules.
    #[must_use]
    pub fn said_score(tone: Tone) -> Option<f64> {
        match tone {
            Tone::Negative => Some(-SAID),
            Tone::Neutral => Some(0.0),
            Tone::Positive => Some(SAID),
            Tone::Unscored => None,
        }
    }
}

/// That somebody has set a tone, as it is shown with a mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What the rules had said.
    pub ruled: Verdict,
}

/// What somebody said of a text, with what the rules had said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The brand's name.
    pub brand: String,
    /// The title of the text, or its first words.
    pub title: String,
    /// What it is.
    pub tone: Tone,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Why.
    pub note: Option<String>,
    /// What the rules had said.
    pub ruled: Verdict,
    /// The language they took it for.
    pub language: Option<String>,
    /// The words that made their score.
    pub reasons: Vec<Reason>,
}
