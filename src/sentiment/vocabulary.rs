//! Words by number. Knows nothing of what they mean.

/// Stands in an empty slot.
const EMPTY: u8 = 0;
/// Stands between the letters of two words, and in no UTF-8.
const BORDER: u8 = 0xff;

/// All words of a lexicon, found by what they are written like. It is laid out for texts of short words most of which no
/// lexicon knows: those are missed by one byte of their hash, and a word that is known costs three looks into memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    /// Open addressing: a byte of the hash of the word in each slot, or [`EMPTY`]. Twice as many as words at least, a
    /// power of two.
    tags: Vec<u8>,
    /// The word in each slot.
    slots: Vec<Slot>,
    /// All words, with a [`BORDER`] in front of each.
    letters: Vec<u8>,
    length: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    number: u32,
    /// Where its letters end.
    end: u32,
}

impl Vocabulary {
    /// Numbers words, each once: the shortest, which are the most frequent, stand close together.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut words: Vec<&str> = words.collect();
        words.sort_unstable_by_key(|word| (word.len(), *word));
        words.dedup();
        let size = (2 * words.len() + 1).next_power_of_two();
        let mut vocabulary = Self {
            tags: vec![EMPTY; size],
            slots: vec![Slot::default(); size],
            letters: Vec::new(),
            length: words.len(),
        };
        for (number, word) in (0..).zip(words) {
            vocabulary.letters.push(BORDER);
            vocabulary.letters.extend(word.bytes());
            let hash = hash(word);
            let end = u32::try_from(vocabulary.letters.len()).unwrap_or(u32::MAX);
            let mut at = place(hash);
            while vocabulary.tags.get(at & (size - 1)).is_some_and(|tag| *tag != EMPTY) {
                at += 1;
            }
            let at = at & (size - 1);
            vocabulary.tags.get_mut(at).into_iter().for_each(|free| *free = tag(hash));
            vocabulary.slots.get_mut(at).into_iter().for_each(|free| *free = Slot { number, end });
        }
        vocabulary
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The number of a word.
    pub(super) fn find(&self, word: &str) -> Option<u32> {
        let hash = hash(word);
        let tag = tag(hash);
        let mut at = place(hash);
        loop {
            at &= self.tags.len().checked_sub(1)?;
            let here = *self.tags.get(at)?;
            if here == EMPTY {
                return None;
            }
            if here == tag
                && let Some(slot) = self.slots.get(at)
                && self.is_at(word, slot.end as usize)
            {
                return Some(slot.number);
            }
            at += 1;
        }
    }

    /// Whether the word that ends there is `word`.
    fn is_at(&self, word: &str, end: usize) -> bool {
        let start = end.checked_sub(word.len() + 1).unwrap_or(end);
        matches!(self.letters.get(start..end), Some([BORDER, letters @ ..]) if letters == word.as_bytes())
    }
}

fn place(hash: u64) -> usize {
    usize::try_from(hash & u64::from(u32::MAX)).unwrap_or_default()
}

/// Never [`EMPTY`].
fn tag(hash: u64) -> u8 {
    u8::try_from(hash >> 56).unwrap_or_default().max(1)
}

/// Eight letters at a time, the last of them twice where need be. Nobody can fill the table with words that collide, since
/// only lexicons fill it.
fn hash(word: &str) -> u64 {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, letters: u64| {
        let mixed = (hash ^ letters).wrapping_mul(SPREAD);
        mixed ^ (mixed >> 29)
    };
    let letters = word.as_bytes();
    let (eights, _) = letters.as_chunks::<8>();
    let hash = eights.iter().fold(letters.len() as u64, |hash, eight| mix(hash, u64::from_le_bytes(*eight)));
    let four = |four: &[u8; 4]| u64::from(u32::from_le_bytes(*four));
    let last = match (letters.last_chunk::<8>(), letters.first_chunk(), letters.last_chunk()) {
        (Some(eight), ..) => u64::from_le_bytes(*eight),
        (None, Some(first), Some(last)) => four(first) << 32 | four(last),
        _ => letters.iter().fold(0, |all, letter| all << 8 | u64::from(*letter)),
    };
    let mixed = mix(hash, last).wrapping_mul(SPREAD);
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Vocabulary;

    #[test]
    fn each_word_has_its_number_and_no_other_word_has_one() {
        let words: Vec<String> = (0..5_000).map(|n| format!("{}{n}", "wörter".repeat(n % 5))).collect();
        let vocabulary = Vocabulary::new(words.iter().chain(&words).map(String::as_str));
        assert_eq!(vocabulary.len(), 5_000);
        let numbers: HashSet<u32> = words.iter().filter_map(|word| vocabulary.find(word)).collect();
        assert_eq!(numbers, (0..5_000).collect());
        assert_eq!(vocabulary.find("0"), Some(0));
        for word in words {
            assert_eq!(vocabulary.find(&format!("{word}x")), None);
        }
        assert_eq!(Vocabulary::new(std::iter::empty()).find(""), None);
        assert_eq!(Vocabulary::new(["", "a"].into_iter()).find(""), Some(0));
    }
}
