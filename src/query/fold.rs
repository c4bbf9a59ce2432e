//! Text as it is compared: compatibility forms resolved, lower case, without accents. Remembers where each folded
//! byte came from, and never changes the original.
//!
//! - Diacritics fold to their base letters (`Müller` -> `muller`, `å` -> `a`); `ø` -> `o`, `æ` -> `ae`, `ß` -> `ss`.
//! - White space, hyphens, underscores and apostrophes are one gap, however many: `Skip-Hop's` -> `skip hop s`.
//! - Soft hyphens and zero-width characters vanish.

use std::ops::Range;

use unicode_normalization::char::decompose_compatible;

/// A folded text and the way back to its original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// Per folded byte where its original character starts; `None` while both texts run in step.
    starts: Option<Vec<usize>>,
    original_len: usize,
}

impl Folded {
    /// The folded text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that `folded` came from, on character borders. A character that folds into several
    /// belongs to the range as soon as one of them does.
    #[must_use]
    pub fn original(&self, folded: Range<usize>) -> Range<usize> {
        let Some(starts) = &self.starts else { return folded };
        let start_of = |at: usize| starts.get(at).copied().unwrap_or(self.original_len);
        let last = start_of(folded.end.saturating_sub(1));
        let end = starts.get(folded.end..).and_then(|rest| rest.iter().copied().find(|start| *start > last));
        start_of(folded.start)..end.unwrap_or(self.original_len)
    }

    fn push(&mut self, c: char, start: usize) {
        if self.starts.is_none() && (start != self.text.len() || !c.is_ascii()) {
            self.starts = Some((0..self.text.len()).collect());
        }
        if let Some(starts) = &mut self.starts {
            starts.extend(std::iter::repeat_n(start, c.len_utf8()));
        }
        self.text.push(c);
    }

    fn push_gap(&mut self, start: usize) {
        if !self.text.ends_with(' ') {
            self.push(' ', start);
        }
    }
}

/// Folds `original`.
#[must_use]
pub fn fold(original: &str) -> Folded {
    let text = String::with_capacity(original.len());
    let mut folded = Folded { text, starts: None, original_len: original.len() };
    for (start, c) in original.char_indices() {
        if is_gap(c) {
            folded.push_gap(start);
        } else if c.is_ascii() {
            folded.push(c.to_ascii_lowercase(), start);
        } else if !is_invisible(c) {
            decompose_compatible(c, |part| {
                part.to_lowercase().for_each(|lower| push_letter(&mut folded, lower, start));
            });
        }
    }
    if folded.starts.is_none() && folded.text.len() != original.len() {
        folded.starts = Some((0..folded.text.len()).collect());
    }
    folded
}

fn push_letter(folded: &mut Folded, lower: char, start: usize) {
    let letters = match lower {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ı' => "i",
        'ς' => "σ",
        _ if is_accent(lower) => "",
        _ if is_gap(lower) => return folded.push_gap(start),
        _ => return folded.push(lower, start),
    };
    letters.chars().for_each(|letter| folded.push(letter, start));
}

/// White space and what people write between the parts of a name.
pub(super) fn is_gap(c: char) -> bool {
    match c {
        '-' | '_' | '\'' | '`' => true,
        _ if c.is_ascii() => c.is_ascii_whitespace() || c.is_ascii_control(),
        '´' | 'ʼ' | '‘'..='‛' | '′' | '＇' | '‐'..='―' | '−' => true,
        _ => c.is_whitespace(),
    }
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn letters_meet_however_they_are_written() {
        for (written, folded) in [
            ("Müller", "muller"),
            ("Mu\u{308}ller", "muller"),
            ("STRASSE Straße STRAẞE", "strasse strasse strasse"),
            ("Ærlig blåbærsyltetøy", "aerlig blabaersyltetoy"),
            ("Skip  -  Hop’s", "skip hop s"),
            ("Skip\u{ad}Hop\u{200b}", "skiphop"),
            ("ＡＣＭＥ ﬁne İstanbul", "acme fine istanbul"),
            ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
        ] {
            assert_eq!(fold(written).text(), folded, "{written}");
        }
    }

    #[test]
    fn ranges_lead_back_to_whole_characters() {
        for (written, found, original) in [
            ("ein Maß Bier", "mass", "Maß"),
            ("u\u{308}ber", "u", "u\u{308}"),
            ("½ off", "2", "½"),
            ("a  --  b", " ", "  --  "),
            ("plain words", "words", "words"),
            ("wörd ", " ", " "),
        ] {
            let folded = fold(written);
            let start = folded.text().find(found).unwrap();
            let range = folded.original(start..start + found.len());
            assert_eq!(written.get(range), Some(original), "{written}");
        }
    }
}
