//! Text as it is compared: compatibility forms resolved, lower case, without accents. Remembers where each folded
//! byte came from, and never changes the original.
//!
//! - Diacritics fold to their base letters (`Müller` -> `muller`, `å` -> `a`, `ø` -> `o`), and `æ` -> `ae`, `ß` -> `ss`.
//!   Spelled as in German, `ä`, `ö` and `ü` are `ae`, `oe` and `ue`; as in Norwegian, `å` is `aa` and `ø` is `oe`.
//!   For who does not want German, `ß` stays what it is; for who does not want Norwegian, `æ` does.
//! - White space, hyphens, underscores and apostrophes are one gap, however many: `Skip-Hop's` -> `skip hop s`.
//! - Soft hyphens and zero-width characters vanish.
//! - Signs that hold letters (`™`, `㏂`), and characters that hold letters and other things (`½`), stay what they are.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use crate::model::Folding;

/// `ä`, `ö` and `ü` are written `ae`, `oe` and `ue`, which differs from their base letters.
pub(super) const UMLAUT: u8 = 1;
/// `å` and `ø` are written `aa` and `oe`, which differs from their base letters.
pub(super) const RING: u8 = 2;
/// `ß` is written `ss`.
pub(super) const SHARP: u8 = 4;
/// `æ` is written `ae`.
pub(super) const ASH: u8 = 8;
/// What has no base letter is written with two.
pub(super) const USUAL: u8 = SHARP | ASH;

/// The spellings that a brand allows, as bits.
pub(super) fn spellings(folding: Folding) -> u8 {
    let one = |is_allowed: bool, spellings: u8| if is_allowed { spellings } else { 0 };
    one(folding.german, UMLAUT | SHARP) | one(folding.norwegian, RING | ASH)
}

/// The spellings that can be made of those that are `allowed`, each with all that are `wanted`.
pub(super) fn all_of(allowed: u8, wanted: u8) -> impl Iterator<Item = u8> {
    (0..=UMLAUT | RING | USUAL).filter(move |spelling| spelling & !allowed == 0 && spelling & wanted == wanted)
}

/// What a character is to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A part of it: a letter, a digit, a mark that belongs to a letter.
    Word,
    /// Nothing: it vanishes.
    Nothing,
    /// White space and what people write between the parts of a name.
    Gap,
    /// Any other sign.
    Sign,
}

/// What `c` is.
pub(super) fn class(c: char) -> Class {
    if latin(c).is_some() {
        Class::Word
    } else if is_gap(c) {
        Class::Gap
    } else if c.is_alphanumeric() {
        Class::Word
    } else if c.is_ascii() {
        Class::Sign
    } else if is_accent(c) || is_invisible(c) {
        Class::Nothing
    } else if is_combining_mark(c) {
        Class::Word
    } else {
        let (mut gaps, mut others) = (0, 0);
        decompose_compatible(c, |part| match is_gap(part) {
            true => gaps += 1,
            false => others += usize::from(!is_accent(part)),
        });
        if gaps > 0 && others == 0 { Class::Gap } else { Class::Sign }
    }
}

/// Adds what a character of a word is compared as to `word`. Tells which spellings would have made another word.
pub(super) fn push_letter(word: &mut String, c: char, spelling: u8) -> u8 {
    if c.is_ascii() {
        word.push(c.to_ascii_lowercase());
        return 0;
    }
    let usual = |(_, met): &&(String, u8)| spelling & met == USUAL & met;
    if let Some((letters, met)) = latin(c).and_then(|letter| FOLDED.get(letter)).filter(usual) {
        word.push_str(letters);
        return *met;
    }
    push_parts(word, c, spelling)
}

/// The letters from `À` to `ſ` as numbers; they are most of those of our languages that are not ASCII.
fn latin(c: char) -> Option<usize> {
    let number = usize::try_from(u32::from(c)).ok()?.checked_sub(LATIN)?;
    (number < LATIN_LETTERS && c != '×' && c != '÷').then_some(number)
}

const LATIN: usize = 0xc0;
const LATIN_LETTERS: usize = 0xc0;

/// What [`push_parts`] makes of each of them, with the spellings that would make another word.
static FOLDED: LazyLock<Vec<(String, u8)>> = LazyLock::new(|| {
    let letters = '\u{c0}'..='\u{17f}';
    let fold = |c| {
        let mut letters = String::new();
        let met = push_parts(&mut letters, c, USUAL);
        (letters, met)
    };
    letters.map(fold).collect()
});

/// Adds the letters that a character is made of; one that is made of other things too stays as it is.
fn push_parts(word: &mut String, c: char, spelling: u8) -> u8 {
    let mut others = 0;
    decompose_compatible(c, |part| others += usize::from(matches!(class(part), Class::Gap | Class::Sign)));
    if others > 0 {
        word.extend(c.to_lowercase());
        return 0;
    }
    let mut met = 0;
    decompose_compatible(c, |part| part.to_lowercase().for_each(|lower| met |= push_lower(word, lower, spelling)));
    met
}

fn push_lower(word: &mut String, lower: char, spelling: u8) -> u8 {
    match lower {
        'ß' | 'æ' => {
            let (written, letters) = if lower == 'ß' { (SHARP, "ss") } else { (ASH, "ae") };
            if spelling & written == 0 {
                word.push(lower);
            } else {
                word.push_str(letters);
            }
            return written;
        }
        'œ' => word.push_str("oe"),
        'þ' => word.push_str("th"),
        'đ' | 'ð' => word.push('d'),
        'ł' => word.push('l'),
        'ı' => word.push('i'),
        'ς' => word.push('σ'),
        'ø' => {
            word.push('o');
            return spell(word, 'e', RING, spelling);
        }
        '\u{308}' if word.ends_with(['a', 'o', 'u']) => return spell(word, 'e', UMLAUT, spelling),
        '\u{30a}' if word.ends_with('a') => return spell(word, 'a', RING, spelling),
        _ if is_accent(lower) || is_invisible(lower) => {}
        _ => word.push(lower),
    }
    0
}

/// Adds the letter that some write in place of a mark.
fn spell(word: &mut String, letter: char, written: u8, spelling: u8) -> u8 {
    if spelling & written != 0 {
        word.push(letter);
    }
    written
}

/// Adds what a sign is compared as: its parts, unless they hold letters.
pub(super) fn push_sign(text: &mut String, c: char) {
    let mut letters = 0;
    decompose_compatible(c, |part| letters += usize::from(class(part) == Class::Word));
    if c.is_ascii() || letters > 0 {
        return text.push(c);
    }
    decompose_compatible(c, |part| match class(part) {
        Class::Gap if text.ends_with(' ') => {}
        Class::Gap => text.push(' '),
        Class::Nothing => {}
        Class::Word | Class::Sign => text.push(part),
    });
}

/// A folded text and the way back to its original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// Per folded byte where its original character starts.
    starts: Vec<usize>,
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
        let start_of = |at: usize| self.starts.get(at).copied().unwrap_or(self.original_len);
        let last = start_of(folded.end.saturating_sub(1));
        let end = self.starts.get(folded.end..).and_then(|rest| rest.iter().copied().find(|start| *start > last));
        start_of(folded.start)..end.unwrap_or(self.original_len)
    }
}

/// Folds `original`.
#[must_use]
pub fn fold(original: &str) -> Folded {
    fold_spelled(original, USUAL)
}

/// Folds `original` with letters spelled so.
pub(super) fn fold_spelled(original: &str, spelling: u8) -> Folded {
    let mut text = String::with_capacity(original.len());
    let mut starts = Vec::with_capacity(original.len());
    for (start, c) in original.char_indices() {
        match class(c) {
            Class::Gap if text.ends_with(' ') => {}
            Class::Gap => text.push(' '),
            Class::Word | Class::Nothing => {
                push_letter(&mut text, c, spelling);
            }
            Class::Sign => push_sign(&mut text, c),
        }
        starts.resize(text.len(), start);
    }
    Folded { text, starts, original_len: original.len() }
}

fn is_gap(c: char) -> bool {
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
    use super::*;

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
            ("Acme™ at 5㏂", "acme™ at 5㏂"),
            ("wait… a－b", "wait... a b"),
        ] {
            assert_eq!(fold(written).text(), folded, "{written}");
        }
    }

    #[test]
    fn letters_are_spelled_as_languages_do() {
        for (written, german, norwegian, both) in [
            ("Müller", "mueller", "muller", "mueller"),
            ("Mu\u{308}ller", "mueller", "muller", "mueller"),
            ("ÄÖÜ", "aeoeue", "aou", "aeoeue"),
            ("Ålesund", "alesund", "aalesund", "aalesund"),
            ("A\u{30a}s", "as", "aas", "aas"),
            ("Tromsø", "tromso", "tromsoe", "tromsoe"),
            ("naïve Noël", "naive noel", "naive noel", "naive noel"),
            ("Bjørkös", "bjorkoes", "bjoerkos", "bjoerkoes"),
            ("Maß Æsj ẞ", "mass æsj ss", "maß aesj ß", "mass aesj ss"),
            ("ǽ Großmünze", "æ grossmuenze", "ae großmunze", "ae grossmuenze"),
        ] {
            let spelled =
                |german, norwegian| fold_spelled(written, spellings(Folding { german, norwegian })).text().to_owned();
            assert_eq!([spelled(true, false), spelled(false, true), spelled(true, true)], [german, norwegian, both]);
        }
    }

    #[test]
    fn ranges_lead_back_to_whole_characters() {
        for (written, found, original) in [
            ("ein Maß Bier", "mass", "Maß"),
            ("u\u{308}ber", "u", "u\u{308}"),
            ("½ off", "½", "½"),
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
