//! Makes words as a language makes them, from the frequencies of one to five letters within its words.

use std::collections::HashMap;

use fst::{Map, Streamer as _};

use crate::random::Random;

/// Longer words are cut.
const LONGEST: usize = 20;

/// Things to draw, by their weight.
#[derive(Default)]
struct Urn {
    items: Vec<String>,
    sums: Vec<f64>,
}

impl Urn {
    fn add(&mut self, item: String, weight: f64) {
        self.sums.push(self.sums.last().copied().unwrap_or(0.0) + weight);
        self.items.push(item);
    }

    fn draw(&self, random: &mut Random) -> &str {
        let at = random.unit() * self.sums.last().copied().unwrap_or(0.0);
        &self.items[self.sums.partition_point(|sum| *sum <= at).min(self.items.len() - 1)]
    }
}

/// The words of a language.
pub struct Model {
    /// Words of up to three letters, with a space behind, and the first four letters of longer ones.
    starts: Urn,
    /// What follows four letters, and how often nothing does.
    next: HashMap<String, (Urn, f64)>,
}

impl Model {
    /// Reads a model of lingua: of each sequence of letters, how often its last letter follows the others.
    pub fn read(bytes: &'static [u8]) -> Self {
        let map = Map::new(bytes).unwrap();
        let mut shares: Vec<(String, f64)> = Vec::new();
        let mut stream = map.stream();
        while let Some((key, value)) = stream.next() {
            shares.push((String::from_utf8(key.to_vec()).unwrap(), f64::from_bits(value).exp()));
        }
        shares.sort_by_key(|(gram, _)| gram.chars().count());
        // How often it stands anywhere, of all letters; and how often with a letter before, behind, and on both sides.
        let mut counts: HashMap<&str, f64> = HashMap::new();
        let (mut preceded, mut followed, mut between) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (gram, share) in &shares {
            let (head, tail) = (head(gram), tail(gram));
            let count = share * if head.is_empty() { 1.0 } else { counts.get(head).copied().unwrap_or(0.0) };
            counts.insert(gram, count);
            *preceded.entry(tail).or_insert(0.0) += count;
            *followed.entry(head).or_insert(0.0) += count;
            if !tail.is_empty() {
                *between.entry(self::head(tail)).or_insert(0.0) += count;
            }
        }
        let mut model = Self { starts: Urn::default(), next: HashMap::new() };
        for (gram, _) in &shares {
            let count = counts[gram.as_str()];
            let of = |counts: &HashMap<&str, f64>| counts.get(gram.as_str()).copied().unwrap_or(0.0);
            let first = count - of(&preceded);
            match gram.chars().count() {
                1..=3 => {
                    let alone = first - of(&followed) + of(&between);
                    if alone > count * 1e-3 {
                        model.starts.add(format!("{gram} "), alone);
                    }
                }
                4 => {
                    if first > count * 1e-6 {
                        model.starts.add(gram.clone(), first);
                    }
                    model.next.entry(gram.clone()).or_default().1 = (1.0 - of(&followed) / count).max(0.0);
                }
                _ => model
                    .next
                    .entry(head(gram).to_owned())
                    .or_default()
                    .0
                    .add(gram[head(gram).len()..].to_owned(), count),
            }
        }
        model
    }

    /// A word, in lower case.
    pub fn word(&self, random: &mut Random) -> String {
        let mut word = self.starts.draw(random).to_owned();
        if word.ends_with(' ') {
            word.pop();
            return word;
        }
        while word.chars().count() < LONGEST {
            let last_four = word.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
            match self.next.get(&word[last_four..]) {
                Some((letters, end)) if !letters.items.is_empty() && random.unit() >= *end => {
                    word.push_str(letters.draw(random));
                }
                _ => break,
            }
        }
        word
    }
}

/// All letters but the last.
fn head(gram: &str) -> &str {
    &gram[..gram.char_indices().next_back().map_or(0, |(at, _)| at)]
}

/// All letters but the first.
fn tail(gram: &str) -> &str {
    &gram[gram.chars().next().map_or(0, char::len_utf8)..]
}
