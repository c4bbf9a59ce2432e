//! What all pages share: the colours of the tones. The dark page's colours of words stand in `base.html`.

use crate::model::Tone;

/// The colour of a tone in bars, to be seen on white and on black.
pub fn colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Negative => "#d23f31",
        Tone::Neutral => "#7d8590",
        Tone::Positive => "#2f9e56",
        Tone::Unscored => "#b9bec5",
    }
}

/// The colour of a tone's word, to be read on white.
pub fn ink(tone: Tone) -> &'static str {
    match tone {
        Tone::Negative => "#b92c20",
        Tone::Positive => "#1f7a3f",
        Tone::Neutral | Tone::Unscored => "#5f6772",
    }
}
