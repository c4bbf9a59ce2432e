//! How a word is written for comparison. It never judges a word, and puts texts and lexicons into the same form.

use unicode_normalization::UnicodeNormalization as _;

/// Behind this letter marks begin that may have to be joined with the letter in front of them.
const FIRST_MARK: char = '\u{300}';

/// A word as lexicons write it: composed, lower case, `ss` for `ß`, a plain apostrophe.
pub(super) fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    push_key(&mut key, word);
    key
}

/// Writes the key of `word` behind `keys`.
pub(super) fn push_key(keys: &mut String, word: &str) {
    let seen = word.chars().filter(|c| !is_invisible(*c));
    if word.chars().all(|c| c < FIRST_MARK || is_invisible(c) || is_apostrophe(c)) {
        push_lower(keys, seen);
    } else {
        push_lower(keys, seen.nfc());
    }
}

fn push_lower(keys: &mut String, letters: impl Iterator<Item = char>) {
    for c in letters.flat_map(char::to_lowercase) {
        match c {
            'ß' => keys.push_str("ss"),
            c if is_apostrophe(c) => keys.push('\''),
            _ => keys.push(c),
        }
    }
}

/// Writes `word` behind `keys`, each letter that stands three times or more in a row written `times`.
pub(super) fn push_shortened(keys: &mut String, word: &str, times: usize) {
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let run = rest.chars().take_while(|other| *other == c).count();
        let long = run >= 3 && c.is_alphabetic();
        keys.extend(std::iter::repeat_n(c, if long { times } else { run }));
        rest = rest.get(run * c.len_utf8()..).unwrap_or_default();
    }
}

/// Whether a letter stands three times or more in a row.
pub(super) fn is_stretched(word: &str) -> bool {
    if word.is_ascii() && !has_thrice(word.as_bytes()) {
        return false;
    }
    let (mut before, mut run) = (None, 0);
    word.chars().any(|c| {
        run = if before == Some(c) { run + 1 } else { 1 };
        before = Some(c);
        run >= 3 && c.is_alphabetic()
    })
}

/// Whether a byte stands three times in a row.
pub(super) fn has_thrice(bytes: &[u8]) -> bool {
    let (next, next_but_one) = (bytes.get(1..).unwrap_or_default(), bytes.get(2..).unwrap_or_default());
    bytes.iter().zip(next).zip(next_but_one).fold(false, |thrice, ((a, b), c)| thrice | ((a ^ b) | (b ^ c) == 0))
}

/// All characters that people write for an apostrophe.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '´' | '`')
}

/// Marks that stand on the letter in front of them.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Characters without a shape that may stand in words.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{2060}' | '\u{feff}')
}
