//! Learns which pieces of words speak for which language, and writes the weights that mentiond carries.
//!
//! It learns from words that are made by the letter frequencies of lingua's language models, from the sentences that are
//! packed with these models, from lists of frequent words (`words/`, written by hand for mentiond), and from the lexicons.
//! It never sees a text that mentiond is measured with.

mod model;
#[path = "../../src/sentiment/language/piece.rs"]
mod piece;
mod random;
mod sources;

use piece::{ROWS, rows};
use random::Random;
use sources::{LANGUAGES, Source};

/// Texts to learn from.
const STEPS: usize = 6_000_000;
/// Most words of a text.
const WORDS: usize = 8;
/// Of all texts, those that are made from the list of words, from the lexicon, and those that are cut from sentences.
const LISTED: f64 = 0.25;
const PHRASES: f64 = 0.1;
const CUT: f64 = 0.25;
/// How much more often than others the languages are read that are hard to tell apart or that mentiond scores.
const WANTED: f64 = 2.0;
const WANTED_LANGUAGES: usize = 6;
const RATE: f32 = 0.05;
/// A weight of this many is a natural logarithm of odds.
const UNIT: f32 = 64.0;

type Row = [f32; LANGUAGES];

fn main() {
    let mut random = Random(88_172_645_463_325_252);
    let sources = sources::read(&mut random);
    let mut weights = vec![[0f32; LANGUAGES]; ROWS];
    let mut squares = vec![[0.01f32; LANGUAGES]; ROWS];
    let mut found = Vec::new();
    for step in 0..STEPS {
        let language = draw(&mut random);
        found.clear();
        text(&sources[language], &mut random).for_each(|word| rows(word, |row| found.push(row)));
        // Multinomial logistic regression: the difference between what is and what is thought, by AdaGrad.
        let mut wrong = shares(&found, &weights);
        wrong[language] -= 1.0;
        for row in &found {
            for ((weight, square), wrong) in weights[*row].iter_mut().zip(&mut squares[*row]).zip(wrong) {
                *square += wrong * wrong;
                *weight -= RATE * wrong / square.sqrt();
            }
        }
        if step.is_multiple_of(STEPS / 10) {
            println!("{}0 % learnt", step / (STEPS / 10));
        }
    }
    let bytes: Vec<u8> =
        weights.iter().flatten().map(|w| ((w * UNIT).round().clamp(-127.0, 127.0) as i8).cast_unsigned()).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/sentiment/language/weights.bin");
    std::fs::write(file, bytes).unwrap();
}

fn draw(random: &mut Random) -> usize {
    let all = WANTED * WANTED_LANGUAGES as f64 + (LANGUAGES - WANTED_LANGUAGES) as f64;
    let at = random.unit() * all;
    let wanted = (at / WANTED) as usize;
    if wanted < WANTED_LANGUAGES { wanted } else { (at - WANTED * WANTED_LANGUAGES as f64) as usize + WANTED_LANGUAGES }
}

/// A few words of a source that stand, or could stand, together.
fn text<'s>(source: &'s Source, random: &mut Random) -> impl Iterator<Item = &'s str> {
    let length = 1 + random.below(WORDS);
    let kind = random.unit();
    let words: Vec<&str> = if kind < LISTED && !source.listed.is_empty() {
        (0..length).map(|_| random.of(&source.listed).as_str()).collect()
    } else if kind < LISTED + PHRASES && !source.phrases.is_empty() {
        (0..1 + length / 3).flat_map(|_| random.of(&source.phrases)).map(String::as_str).collect()
    } else if kind < LISTED + PHRASES + CUT {
        let sentence = random.of(&source.sentences);
        let start = random.below(sentence.len());
        sentence.iter().skip(start).take(length).map(String::as_str).collect()
    } else {
        let made = random.of(&source.made);
        (0..length).map(|_| random.of(made).as_str()).collect()
    };
    words.into_iter()
}

/// How likely each language is thought to be.
fn shares(found: &[usize], weights: &[Row]) -> Row {
    let mut scores = [0f32; LANGUAGES];
    for row in found {
        scores.iter_mut().zip(weights[*row]).for_each(|(score, weight)| *score += weight);
    }
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut shares = scores.map(|score| (score - most).exp());
    let sum: f32 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    shares
}
