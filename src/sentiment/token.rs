//! Cuts a text into words, signs and pauses, each with its place. It never changes the text, and keeps no word of an
//! address, of a handle or of the brand itself, since those carry no tone.

use std::ops::Range;

use super::key::{has_thrice, is_apostrophe, is_invisible, is_mark, is_stretched, push_key, push_shortened};
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
    /// An emoji or emoticon with its number and its weight.
    Sign(u32, f64),
    /// A word of the brand.
    Brand,
    /// A word that says nothing: address, handle.
    Masked,
    /// A comma and the like.
    Pause,
    /// A mark of quotation.
    Quote,
    /// The end of a sentence, by this character.
    End(char),
}

impl Kind {
    /// Whether it may stand inside an expression, or between a word and what changes it.
    pub(super) fn is_wordlike(self) -> bool {
        matches!(self, Self::Word | Self::Brand | Self::Masked)
    }
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// A word as lexicons write it, letters that stand three times or more written twice, among the letters; else empty.
    key: Range<usize>,
    /// The end of the key of a stretched word (`soooo`) with these letters written once, which follows the first.
    short: usize,
    /// In capitals.
    pub(super) loud: bool,
    /// Its first letter is a capital.
    pub(super) capital: bool,
    /// The one word of a hashtag that shows no borders of words.
    pub(super) tag: bool,
}

impl Token {
    /// Whether a letter stands three times or more.
    pub(super) fn is_stretched(&self) -> bool {
        self.short > self.key.end
    }
}

/// A text that was cut. It can be used again for the next one, and then needs no new memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut {
    pub(super) tokens: Vec<Token>,
    /// Whether it is written to the brand (`@acme ..`), so that all of it is about the brand.
    pub(super) addressed: bool,
    /// Whether the brand is named.
    pub(super) named: bool,
    /// The whole text in the lower case of ASCII, where most words stand as lexicons write them, and behind it the keys of
    /// the others.
    letters: String,
}

impl Cut {
    /// Cuts `text`; words that touch one of `masks` (sorted by their start) belong to the brand.
    pub(super) fn read(&mut self, text: &str, masks: &[Range<usize>], signs: &Signs) {
        self.tokens.clear();
        self.letters.clear();
        self.letters.push_str(text);
        self.letters.make_ascii_lowercase();
        (self.addressed, self.named) = (false, false);
        let thrice = has_thrice(self.letters.as_bytes());
        let mut reader = Reader { text, at: 0, masks, signs, thrice, cut: self };
        while let Some(byte) = text.as_bytes().get(reader.at) {
            reader.step(*byte);
        }
    }

    /// A word as lexicons write it.
    pub(super) fn key(&self, token: &Token) -> &str {
        self.letters.get(token.key.clone()).unwrap_or_default()
    }

    /// A stretched word with the letters that stand three times or more written once.
    pub(super) fn short(&self, token: &Token) -> Option<&str> {
        self.letters.get(token.key.end..token.short).filter(|short| !short.is_empty())
    }

    /// Forgets the letters of the brand's words that are in its own name, so that no lexicon knows them.
    pub(super) fn hush(&mut self, name: &str) {
        let mut word = String::new();
        for token in self.tokens.iter_mut().filter(|token| token.kind == Kind::Brand) {
            let key = self.letters.get(token.key.clone()).unwrap_or_default();
            let is_name = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).any(|part| {
                word.clear();
                push_key(&mut word, part);
                key.starts_with(&word)
            });
            if is_name {
                token.key.end = token.key.start;
                token.short = token.key.start;
            }
        }
    }

    /// All words as lexicons write them.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter(|token| token.kind == Kind::Word).map(|token| self.key(token))
    }
}

struct Reader<'r> {
    text: &'r str,
    at: usize,
    /// Those that do not end before the place that is read.
    masks: &'r [Range<usize>],
    signs: &'r Signs,
    /// Whether any letter stands three times in a row.
    thrice: bool,
    cut: &'r mut Cut,
}

impl<'r> Reader<'r> {
    fn step(&mut self, byte: u8) {
        if byte == b' ' {
            self.at += 1;
        } else if byte < 128 {
            if self.signs.may_begin(byte, self.text.as_bytes().get(self.at + 1)) && self.sign() {
                return;
            }
            match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => self.letters(byte),
                b'@' if self.follows(char::is_alphanumeric) => {
                    self.mask(|c| c.is_alphanumeric() || "@_.-".contains(c));
                    self.cut.addressed |= self.cut.tokens.last().is_some_and(|token| token.kind == Kind::Brand);
                }
                b'#' if self.follows(char::is_alphanumeric) => self.hashtag(),
                _ => self.punctuation(char::from(byte)),
            }
        } else {
            let Some(c) = self.rest().chars().next() else { return };
            if c.is_alphanumeric() {
                self.letters(byte);
            } else if c == JOINER {
                let joined = |c: char| c == JOINER || is_shaping(c);
                let mut rest = self.rest().trim_start_matches(joined).chars();
                rest.next();
                self.at = self.text.len() - rest.as_str().len();
            } else if !self.sign() {
                self.punctuation(c);
            }
        }
    }

    fn rest(&self) -> &'r str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn follows(&self, wanted: impl Fn(char) -> bool) -> bool {
        self.rest().chars().nth(1).is_some_and(wanted)
    }

    fn sign(&mut self) -> bool {
        let Some((length, number, weight)) = self.signs.at(self.text, self.at) else { return false };
        self.take(length, Kind::Sign(number, weight));
        true
    }

    fn letters(&mut self, first: u8) {
        let second = || self.text.as_bytes().get(self.at + 1);
        if matches!(first, b'h' | b'H' | b'w' | b'W')
            && matches!(second(), Some(b't' | b'T' | b'w' | b'W'))
            && self.starts_address()
        {
            return self.mask(|c| !c.is_whitespace());
        }
        self.word(Letters::at(self.rest()), Shape::Plain);
    }

    fn starts_address(&self) -> bool {
        let starts =
            |prefix: &str| self.rest().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let before = self.text.get(..self.at).and_then(|before| before.chars().next_back());
        !before.is_some_and(char::is_alphanumeric) && ["http://", "https://", "www."].into_iter().any(starts)
    }

    fn take(&mut self, length: usize, kind: Kind) {
        let range = self.at..self.at + length;
        self.at = range.end;
        self.cut.tokens.push(Token { kind, range, key: 0..0, short: 0, loud: false, capital: false, tag: false });
    }

    fn mask(&mut self, wanted: impl Fn(char) -> bool) {
        let length = self.rest().chars().take_while(|c| wanted(*c)).map(char::len_utf8).sum();
        let kind = if self.is_brand(&(self.at..self.at + length)) { Kind::Brand } else { Kind::Masked };
        self.take(length, kind);
    }

    fn is_brand(&mut self, range: &Range<usize>) -> bool {
        while let Some((mask, later)) = self.masks.split_first() {
            if mask.end > range.start {
                let touches = mask.start < range.end;
                self.cut.named |= touches;
                return touches;
            }
            self.masks = later;
        }
        false
    }

    /// `#WorstServiceEver`: one word for each capital or underscore.
    fn hashtag(&mut self) {
        self.at += 1;
        let tag = self.rest().get(..Letters::at(self.rest()).length).unwrap_or_default();
        let mut part = 0;
        let mut before = None;
        let mut shape = Shape::Tag;
        for c in tag.chars() {
            let starts_word = before.is_some_and(|before: char| before.is_lowercase() && c.is_uppercase());
            if starts_word {
                shape = Shape::Part;
                self.part(part, shape);
                part = 0;
            }
            part += c.len_utf8();
            before = Some(c);
        }
        self.part(part, shape);
    }

    /// So many bytes of a hashtag.
    fn part(&mut self, length: usize, shape: Shape) {
        self.word(Letters::at(self.rest().get(..length).unwrap_or_default()), shape);
    }

    fn word(&mut self, letters: Letters, shape: Shape) {
        let length = letters.length;
        let range = self.at..self.at + length;
        let Some(word) = self.text.get(range.clone()).filter(|word| !word.is_empty()) else { return };
        let brand = self.is_brand(&range);
        if length > LONGEST_WORD && word.chars().nth(LONGEST_WORD).is_some() {
            return self.take(length, if brand { Kind::Brand } else { Kind::Masked });
        }
        let stands = letters.plain && !(self.thrice && self.cut.letters.get(range.clone()).is_some_and(is_stretched));
        let (key, short) = if stands { (range.clone(), range.end) } else { self.rewritten(word) };
        self.at = range.end;
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let loud = capital && shape == Shape::Plain && is_loud(word);
        let tag = shape == Shape::Tag;
        let kind = if brand { Kind::Brand } else { Kind::Word };
        self.cut.tokens.push(Token { kind, range, key, short, loud, capital, tag });
    }

    /// The key of a word that does not stand among the letters, and the end of its short key.
    fn rewritten(&mut self, word: &str) -> (Range<usize>, usize) {
        let letters = &mut self.cut.letters;
        let start = letters.len();
        push_key(letters, word);
        let end = letters.len();
        if !letters.get(start..).is_some_and(is_stretched) {
            return (start..end, end);
        }
        let key = letters.split_off(start);
        push_shortened(letters, &key, 2);
        let end = letters.len();
        push_shortened(letters, &key, 1);
        (start..end, letters.len())
    }

    fn punctuation(&mut self, c: char) {
        let kind = match c {
            '!' | '?' | '\n' | '…' => Some(Kind::End(c)),
            '.' if !self.follows(char::is_alphanumeric) => Some(Kind::End(c)),
            ',' | ';' | ':' | '(' | ')' | '–' | '—' | '|' => Some(Kind::Pause),
            '"' | '„' | '“' | '”' | '«' | '»' => Some(Kind::Quote),
            _ => None,
        };
        match kind {
            Some(kind) => self.take(c.len_utf8(), kind),
            None => self.at += c.len_utf8(),
        }
    }
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Plain,
    /// It is a whole hashtag.
    Tag,
    /// It is a part of one.
    Part,
}

/// In capitals, and not a short name; it begins with one.
fn is_loud(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters.clone().nth(2).is_some() && letters.all(char::is_uppercase)
}

/// What one look at a word has shown.
struct Letters {
    /// Its bytes.
    length: usize,
    /// It has only letters, digits and apostrophes of ASCII.
    plain: bool,
}

impl Letters {
    /// The word at the start of `rest`: letters, digits, marks, and apostrophes between letters.
    fn at(rest: &str) -> Self {
        let mut length = 0;
        loop {
            let ahead = rest.as_bytes().get(length..).unwrap_or_default();
            let run = ahead.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            length += run;
            match ahead.get(run..).unwrap_or_default() {
                [b'\'', next, ..] if next.is_ascii_alphanumeric() => length += 1,
                [b'\'' | b'`' | 128.., ..] => {
                    let further = Self::further(rest.get(length..).unwrap_or_default());
                    return Self { length: length + further, plain: further == 0 };
                }
                _ => return Self { length, plain: true },
            }
        }
    }

    /// Bytes at the start of `rest` that go on with a word.
    fn further(rest: &str) -> usize {
        let mut end = 0;
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let joins = is_apostrophe(c) && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if !(c.is_alphanumeric() || is_mark(c) || is_invisible(c) || joins) {
                break;
            }
            end = at + c.len_utf8();
        }
        end
    }
}
