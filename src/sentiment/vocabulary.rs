//! Words by number. Knows nothing of what they mean.

use std::collections::HashMap;

/// Stands in an empty slot.
const EMPTY: (u32, u32) = (0, u32::MAX);

/// All words of a lexicon, found by what they are written like. A word that is not in it is nearly always missed by its
/// hash alone, without a look at any letters.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    /// Open addressing: half of the hash, and the number of the word. Twice as many as words at least, a power of two.
    slots: Vec<(u32, u32)>,
    letters: String,
    ends: Vec<usize>,
}

impl Vocabulary {
    /// Numbers words: the first that is given becomes 0, and so on.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut vocabulary = Self::default();
        for word in words {
            let next = u32::try_from(vocabulary.ends.len()).unwrap_or(u32::MAX);
            if *numbers.entry(word).or_insert(next) == next {
                vocabulary.letters.push_str(word);
                vocabulary.ends.push(vocabulary.letters.len());
            }
        }
        let size = (2 * numbers.len() + 1).next_power_of_two();
        vocabulary.slots = vec![EMPTY; size];
        for (word, number) in numbers {
            let hash = hash(word);
            let mut at = place(hash);
            while let Some(slot) = vocabulary.slots.get_mut(at & (size - 1)) {
                if slot.1 == EMPTY.1 {
                    *slot = (tag(hash), number);
                    break;
                }
                at += 1;
            }
        }
        vocabulary
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of a word.
    pub(super) fn find(&self, word: &str) -> Option<u32> {
        let hash = hash(word);
        let mut at = place(hash);
        loop {
            let slot = self.slots.get(at & self.slots.len().checked_sub(1)?)?;
            if slot.1 == EMPTY.1 {
                return None;
            }
            if slot.0 == tag(hash) && self.word(slot.1) == word {
                return Some(slot.1);
            }
            at += 1;
        }
    }

    /// The word of a number.
    fn word(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(number).and_then(|end| self.letters.get(start..*end)).unwrap_or_default()
    }
}

fn place(hash: u64) -> usize {
    usize::try_from(hash & u64::from(u32::MAX)).unwrap_or_default()
}

fn tag(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

/// Eight letters at a time. Nobody can fill the table with words that collide, since only lexicons fill it.
fn hash(word: &str) -> u64 {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, letters: u64| {
        let mixed = (hash ^ letters).wrapping_mul(SPREAD);
        mixed ^ (mixed >> 29)
    };
    let (eights, rest) = word.as_bytes().as_chunks::<8>();
    let hash = eights.iter().fold(word.len() as u64, |hash, eight| mix(hash, u64::from_le_bytes(*eight)));
    let rest = rest.iter().fold(1, |letters, byte| letters << 8 | u64::from(*byte));
    let mixed = mix(hash, rest).wrapping_mul(SPREAD);
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn each_word_has_its_number_and_no_other_word_has_one() {
        let words: Vec<String> = (0..5_000).map(|n| format!("{}{n}", "wörter".repeat(n % 5))).collect();
        let vocabulary = Vocabulary::new(words.iter().chain(&words).map(String::as_str));
        assert_eq!(vocabulary.len(), 5_000);
        for (number, word) in words.iter().enumerate() {
            assert_eq!(vocabulary.find(word), u32::try_from(number).ok(), "{word}");
            assert_eq!(vocabulary.find(&format!("{word}x")), None);
        }
        assert_eq!(Vocabulary::new(std::iter::empty()).find(""), None);
        assert_eq!(Vocabulary::new(["", "a"].into_iter()).find(""), Some(0));
    }
}
