//! Emoji and emoticons: they speak all languages. Never touches words.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::words::WordFault;
use super::written::weight;

/// Parts of the longest picture of several.
const LONGEST_PICTURE: usize = 20;

/// The known signs: sorted by their first character, and of those with the same the longest in front.
#[derive(Debug, Clone)]
pub(super) struct Signs {
    signs: Vec<Sign>,
    /// For each ASCII character those that stand second in a sign that begins with it, a bit each.
    seconds: [u128; 128],
}

#[derive(Debug, Clone)]
struct Sign {
    first: char,
    shape: String,
    weight: f64,
}

impl Signs {
    /// Reads the table of `config/lexicon/signs.toml`.
    pub(super) fn parse(source: &str) -> Result<Self, WordFault> {
        let broken = |message: &str| WordFault::new(1, message, "the table of signs is compiled in");
        let written: BTreeMap<String, String> = toml::from_str(source).map_err(|fault| broken(fault.message()))?;
        let mut signs = BTreeMap::new();
        for (number, list) in &written {
            let weight = weight(number).ok_or_else(|| broken(number))?;
            signs.extend(list.split_whitespace().map(|sign| (shape(sign), weight)));
        }
        Ok(Self::of(signs))
    }

    /// These signs with others on top.
    pub(super) fn with(&self, others: &BTreeMap<String, f64>) -> Self {
        let mut signs: BTreeMap<String, f64> =
            self.signs.iter().map(|sign| (sign.shape.clone(), sign.weight)).collect();
        signs.extend(others.iter().map(|(sign, weight)| (shape(sign), *weight)));
        Self::of(signs)
    }

    fn of(signs: BTreeMap<String, f64>) -> Self {
        let mut seconds = [0; 128];
        let sign = |(shape, weight): (String, f64)| {
            let first = shape.chars().next()?;
            Some(Sign { first, shape, weight })
        };
        let mut signs: Vec<Sign> = signs.into_iter().filter_map(sign).collect();
        signs.sort_by_key(|sign| (sign.first, Reverse(sign.shape.len())));
        for sign in &signs {
            let second =
                sign.shape.chars().nth(1).filter(char::is_ascii).map_or(u128::MAX, |second| 1 << second as u32);
            seconds.get_mut(sign.first as usize).into_iter().for_each(|seconds| *seconds |= second);
        }
        Self { signs, seconds }
    }

    /// Whether a sign may begin with this ASCII character in front of what follows.
    pub(super) fn may_begin(&self, byte: u8, next: Option<&u8>) -> bool {
        let seconds = self.seconds.get(usize::from(byte)).copied().unwrap_or_default();
        seconds != 0 && next.is_none_or(|next| *next >= 128 || seconds >> next & 1 == 1)
    }

    /// The signs that begin so, with their numbers.
    fn beginning(&self, first: char) -> impl Iterator<Item = (usize, &Sign)> {
        let start = self.signs.partition_point(|sign| sign.first < first);
        self.signs.iter().enumerate().skip(start).take_while(move |(_, sign)| sign.first == first)
    }

    fn has(&self, shape: &str) -> bool {
        shape.chars().next().is_some_and(|first| self.beginning(first).any(|(_, sign)| sign.shape == shape))
    }

    /// The sign at `at` in `text`: its bytes, its number, its weight.
    pub(super) fn at(&self, text: &str, at: usize) -> Option<(usize, u32, f64)> {
        let rest = text.get(at..)?;
        let first = rest.chars().next()?;
        for (number, Sign { shape, weight, .. }) in self.beginning(first) {
            let Some(after) = behind(rest, shape) else { continue };
            let length = rest.len() - after.len();
            let after = after.chars().next();
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let touches = |edge: Option<char>, outside: Option<char>| {
                edge.is_some_and(char::is_alphanumeric) && outside.is_some_and(char::is_alphanumeric)
            };
            let in_word = touches(Some(first), before) || touches(shape.chars().next_back(), after);
            let in_address = shape.ends_with('/') && after.is_some_and(|c| c == '/' || c.is_alphanumeric());
            if !in_word && !in_address {
                return Some((length, u32::try_from(number).unwrap_or(u32::MAX), *weight));
            }
        }
        None
    }
}

/// What stands behind a sign at the start of a text, if one of this shape does.
fn behind<'t>(text: &'t str, shape: &str) -> Option<&'t str> {
    if shape.is_ascii() {
        return text.strip_prefix(shape);
    }
    let mut rest = text;
    for (number, c) in shape.chars().enumerate() {
        // Inside a picture of several the parts may be shaped.
        rest = if number > 0 { rest.trim_start_matches(is_shaping) } else { rest };
        rest = rest.strip_prefix(c)?;
    }
    Some(rest)
}

/// A sign without what only changes its look.
pub(super) fn shape(sign: &str) -> String {
    sign.chars().filter(|c| !is_shaping(*c)).collect()
}

/// The signs that are compiled in.
pub(super) static SHIPPED: LazyLock<Result<Signs, WordFault>> =
    LazyLock::new(|| Signs::parse(include_str!("../../config/lexicon/signs.toml")));

/// Whether an entry of a list is an emoji or an emoticon and no word: one that is known, one picture or several, or eyes
/// with a mouth.
pub(super) fn is_sign(entry: &str) -> bool {
    let shape = shape(entry);
    let known = || SHIPPED.as_ref().is_ok_and(|signs| signs.has(&shape));
    is_picture(&shape) || is_face(&shape) || known()
}

fn is_picture(shape: &str) -> bool {
    let is_part = |c: char| matches!(c, '\u{200d}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}');
    let is_picture = |c: char| {
        !c.is_alphanumeric()
            && matches!(c, '\u{203c}' | '\u{2049}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
    };
    shape.chars().next().is_some_and(is_picture)
        && shape.chars().all(|c| is_picture(c) || is_part(c))
        && shape.chars().count() <= LONGEST_PICTURE
}

/// `:-]`, `>:|`, `=P`.
fn is_face(shape: &str) -> bool {
    let Some(mouth) = shape.strip_prefix('>').unwrap_or(shape).strip_prefix([':', ';', '=']) else { return false };
    let letters = mouth.chars().filter(char::is_ascii_alphabetic).count();
    let others = mouth.chars().filter(|c| c.is_ascii_punctuation() && !"\"/:;=,.".contains(*c)).count();
    letters <= 1 && (1..=3).contains(&mouth.chars().count()) && letters + others == mouth.chars().count()
}

/// Variation selectors and skin tones, which change the look of an emoji and not what it says.
pub(super) fn is_shaping(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}
