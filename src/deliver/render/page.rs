//! What all pages share: the colours of the tones, bright enough for bars on white and on black, and dark enough there
//! for words.

use crate::model::Tone;

/// The colour of a tone in HTML.
pub fn colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Negative => "#d23f31",
        Tone::Neutral => "#7d8590",
        Tone::Positive => "#2f9e56",
        Tone::Unscored => "#b9bec5",
    }
}

/// The colour of a tone's word: as readable as it gets on white and on black alike.
pub fn ink(tone: Tone) -> &'static str {
    match tone {
        Tone::Unscored => colour(Tone::Neutral),
        tone => colour(tone),
    }
}
