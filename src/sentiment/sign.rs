//! Emoji and emoticons: they speak all languages. Never touches words.

use std::collections::{BTreeMap, HashMap};

use super::words::WordFault;
use super::written::weight;

/// The known signs by their first character, the longest in front.
#[derive(Debug, Clone)]
pub(super) struct Signs(HashMap<char, Vec<(String, f64)>>);

impl Signs {
    /// Reads the table of `config/lexicon/signs.toml`.
    pub(super) fn parse(source: &str) -> Result<Self, WordFault> {
        let broken = |message: &str| WordFault::new(1, message, "the table of signs is compiled in");
        let written: BTreeMap<String, String> = toml::from_str(source).map_err(|fault| broken(fault.message()))?;
        let mut signs: HashMap<char, Vec<(String, f64)>> = HashMap::new();
        for (number, list) in &written {
            let weight = weight(number).ok_or_else(|| broken(number))?;
            for sign in list.split_whitespace() {
                let sign: String = sign.chars().filter(|c| !is_shaping(*c)).collect();
                if let Some(first) = sign.chars().next() {
                    signs.entry(first).or_default().push((sign, weight));
                }
            }
        }
        signs.values_mut().for_each(|signs| signs.sort_by_key(|(sign, _)| std::cmp::Reverse(sign.len())));
        Ok(Self(signs))
    }

    /// The sign at the start of `rest`, with its bytes and its weight; `before` is the character in front of it.
    pub(super) fn at(&self, rest: &str, before: Option<char>) -> Option<(usize, f64)> {
        let candidates = self.0.get(&rest.chars().next()?)?;
        candidates.iter().find_map(|(sign, weight)| {
            let after = rest.strip_prefix(sign.as_str())?.chars().next();
            let touches = |edge: Option<char>, outside: Option<char>| {
                edge.is_some_and(char::is_alphanumeric) && outside.is_some_and(char::is_alphanumeric)
            };
            let in_word = touches(sign.chars().next(), before) || touches(sign.chars().next_back(), after);
            let in_address = sign.ends_with('/') && after.is_some_and(|c| c == '/' || c.is_alphanumeric());
            (!in_word && !in_address).then_some((sign.len(), *weight))
        })
    }
}

/// Variation selectors and skin tones, which change the look of an emoji and not what it says.
pub(super) fn is_shaping(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}
