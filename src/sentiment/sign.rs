//! Emoji and emoticons: they speak all languages. Never touches words.

use std::collections::BTreeMap;

use super::words::WordFault;
use super::written::weight;

/// The known signs: sorted by their first character, and of those with the same the longest in front.
#[derive(Debug, Clone)]
pub(super) struct Signs {
    signs: Vec<Sign>,
    /// Whether a sign begins with this ASCII character.
    begins: [bool; 128],
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
        let (mut signs, mut begins) = (Vec::new(), [false; 128]);
        for (number, list) in &written {
            let weight = weight(number).ok_or_else(|| broken(number))?;
            for sign in list.split_whitespace() {
                let shape: String = sign.chars().filter(|c| !is_shaping(*c)).collect();
                let Some(first) = shape.chars().next() else { continue };
                begins.get_mut(first as usize).into_iter().for_each(|begins| *begins = true);
                signs.push(Sign { first, shape, weight });
            }
        }
        signs.sort_by_key(|sign| (sign.first, std::cmp::Reverse(sign.shape.len())));
        Ok(Self { signs, begins })
    }

    /// Whether a sign may begin with this ASCII character.
    pub(super) fn may_begin(&self, byte: u8) -> bool {
        self.begins.get(usize::from(byte)).copied().unwrap_or_default()
    }

    /// The sign at `at` in `text`: its bytes, its number, its weight.
    pub(super) fn at(&self, text: &str, at: usize) -> Option<(usize, u32, f64)> {
        let rest = text.get(at..)?;
        let first = rest.chars().next()?;
        let start = self.signs.partition_point(|sign| sign.first < first);
        let candidates = self.signs.iter().enumerate().skip(start).take_while(|(_, sign)| sign.first == first);
        for (number, Sign { shape, weight, .. }) in candidates {
            let Some(after) = rest.strip_prefix(shape.as_str()) else { continue };
            let after = after.chars().next();
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let touches = |edge: Option<char>, outside: Option<char>| {
                edge.is_some_and(char::is_alphanumeric) && outside.is_some_and(char::is_alphanumeric)
            };
            let in_word = touches(Some(first), before) || touches(shape.chars().next_back(), after);
            let in_address = shape.ends_with('/') && after.is_some_and(|c| c == '/' || c.is_alphanumeric());
            if !in_word && !in_address {
                return Some((shape.len(), u32::try_from(number).unwrap_or(u32::MAX), *weight));
            }
        }
        None
    }
}

/// Variation selectors and skin tones, which change the look of an emoji and not what it says.
pub(super) fn is_shaping(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}
