//! Cuts a text into words, signs and pauses, each with its place. It never changes the text, and keeps no word of an
//! address, of a handle or of the brand itself, since those carry no tone.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::sign::{Signs, is_shaping};

/// Longer words are no words.
const LONGEST_WORD: usize = 64;
/// Joins emoji to one picture.
const JOINER: char = '\u{200d}';

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A word.
    Word,
    /// An emoji or emoticon with its weight.
    Sign(f64),
    /// A word that says nothing: address, handle, brand.
    Masked,
    /// A comma and the like.
    Pause,
    /// The end of a sentence.
    End,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// A word as lexicons write it, letters that stand three times or more written twice; else empty.
    pub(super) key: String,
    /// A stretched word (`soooo`) with these letters written once.
    pub(super) short: Option<String>,
    /// In capitals.
    pub(super) loud: bool,
}

/// A word as lexicons write it: composed, lower case, `ss` for `ß`, a plain apostrophe.
pub(super) fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    for c in word.chars().filter(|c| !is_invisible(*c)).nfc().flat_map(char::to_lowercase) {
        match c {
            'ß' => key.push_str("ss"),
            '’' | '‘' | 'ʼ' | '´' | '`' => key.push('\''),
            _ => key.push(c),
        }
    }
    key
}

/// Cuts `text`; words that touch one of `masks` (sorted by their start) are masked.
pub(super) fn tokens(text: &str, masks: &[Range<usize>], signs: &Signs) -> Vec<Token> {
    let mut reader = Reader { text, at: 0, before: None, masks, tokens: Vec::new() };
    while let Some(c) = reader.rest().chars().next() {
        if let Some((length, weight)) = reader.sign(signs) {
            reader.take(length, Kind::Sign(weight));
        } else if c == JOINER {
            reader.skip_while(|c| c == JOINER || is_shaping(c));
            reader.skip(1);
        } else if reader.starts_address() {
            reader.mask(|c| !c.is_whitespace());
        } else if c == '@' && reader.follows(char::is_alphanumeric) {
            reader.mask(|c| c.is_alphanumeric() || "@_.-".contains(c));
        } else if c == '#' && reader.follows(char::is_alphanumeric) {
            reader.skip(1);
            reader.hashtag();
        } else if c.is_alphanumeric() {
            let length = word_length(reader.rest());
            reader.word(length, true);
        } else {
            reader.punctuation(c);
        }
    }
    reader.tokens
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    before: Option<char>,
    masks: &'t [Range<usize>],
    tokens: Vec<Token>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn follows(&self, wanted: impl Fn(char) -> bool) -> bool {
        self.rest().chars().nth(1).is_some_and(wanted)
    }

    fn sign(&self, signs: &Signs) -> Option<(usize, f64)> {
        signs.at(self.rest(), self.before)
    }

    fn starts_address(&self) -> bool {
        let starts =
            |prefix: &str| self.rest().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        !self.before.is_some_and(char::is_alphanumeric) && ["http://", "https://", "www."].into_iter().any(starts)
    }

    fn skip(&mut self, characters: usize) {
        for c in self.rest().chars().take(characters) {
            self.at += c.len_utf8();
            self.before = Some(c);
        }
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        while let Some(c) = self.rest().chars().next().filter(|c| wanted(*c)) {
            self.at += c.len_utf8();
            self.before = Some(c);
        }
    }

    fn take(&mut self, length: usize, kind: Kind) {
        let range = self.at..self.at + length;
        self.before = self.text.get(range.clone()).and_then(|taken| taken.chars().next_back());
        self.at = range.end;
        self.tokens.push(Token { kind, range, key: String::new(), short: None, loud: false });
    }

    fn mask(&mut self, wanted: impl Fn(char) -> bool) {
        let length = self.rest().chars().take_while(|c| wanted(*c)).map(char::len_utf8).sum();
        self.take(length, Kind::Masked);
    }

    /// `#WorstServiceEver`: one word for each capital or underscore.
    fn hashtag(&mut self) {
        let length: usize = word_length(self.rest());
        let tag = self.rest().get(..length).unwrap_or_default();
        let mut part = 0;
        let mut before = None;
        for c in tag.chars() {
            let starts_word = before.is_some_and(|before: char| before.is_lowercase() && c.is_uppercase());
            if starts_word {
                self.word(part, false);
                part = 0;
            }
            part += c.len_utf8();
            before = Some(c);
        }
        self.word(part, false);
    }

    fn word(&mut self, length: usize, may_be_loud: bool) {
        let range = self.at..self.at + length;
        let Some(word) = self.text.get(range.clone()).filter(|word| !word.is_empty()) else { return };
        let next = self.masks.partition_point(|mask| mask.end <= range.start);
        let masked = self.masks.get(next).is_some_and(|mask| mask.start < range.end);
        if masked || word.chars().nth(LONGEST_WORD).is_some() {
            return self.take(length, Kind::Masked);
        }
        let key = key(word);
        let short = shortened(&key, 1);
        let key = shortened(&key, 2).unwrap_or(key);
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        let loud = may_be_loud && letters.clone().nth(2).is_some() && letters.all(char::is_uppercase);
        self.before = word.chars().next_back();
        self.at = range.end;
        self.tokens.push(Token { kind: Kind::Word, range, key, short, loud });
    }

    fn punctuation(&mut self, c: char) {
        let kind = match c {
            '!' | '?' | '\n' | '…' => Some(Kind::End),
            '.' if !self.follows(char::is_alphanumeric) => Some(Kind::End),
            ',' | ';' | ':' | '(' | ')' | '–' | '—' | '"' | '„' | '“' | '”' | '«' | '»' | '|' => {
                Some(Kind::Pause)
            }
            _ => None,
        };
        match kind {
            Some(kind) => self.take(c.len_utf8(), kind),
            None => self.skip(1),
        }
    }
}

/// Bytes of the word at the start of `rest`: letters, digits, marks, and apostrophes between letters.
fn word_length(rest: &str) -> usize {
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = matches!(c, '\'' | '’' | '‘' | 'ʼ' | '´' | '`')
            && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if !(c.is_alphanumeric() || is_mark(c) || is_invisible(c) || joins) {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

/// `word` with each letter that stands three times or more in a row written `times`; `None` if there is none.
fn shortened(word: &str, times: usize) -> Option<String> {
    let mut short = String::with_capacity(word.len());
    let mut stretched = false;
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let run = rest.chars().take_while(|other| *other == c).count();
        let long = run >= 3 && c.is_alphabetic();
        stretched |= long;
        short.extend(std::iter::repeat_n(c, if long { times } else { run }));
        rest = rest.get(run * c.len_utf8()..).unwrap_or_default();
    }
    stretched.then_some(short)
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{2060}' | '\u{feff}')
}
