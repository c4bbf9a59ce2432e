//! Which language a text is in: what its words are made of, weighed by a table, with the source's claim as a prior.
//! It never looks at more than the first words of a text, and says nothing rather than guessing.
//!
//! The table says of each piece of a word how much it speaks for each language: a linear model whose weights are natural
//! logarithms of odds. `tests/languages` makes it; there it is told from what.

mod piece;

use piece::ROWS;

use crate::model::Language;

/// Words that are looked at.
const SAMPLE: usize = 200;
/// Languages that are told apart, as they stand in a row of the table; the last one is any other.
const LANGUAGES: [&str; 16] =
    ["en", "de", "nb", "nn", "da", "sv", "nl", "fr", "es", "it", "pt", "fi", "pl", "is", "cs", "other"];
const OTHER: usize = LANGUAGES.len() - 1;
/// One in the table, as a share of a natural logarithm of odds.
const UNIT: i32 = 64;
/// What is known before a word is read: most texts are in a language that somebody has chosen to read.
const PRIOR: [i32; LANGUAGES.len()] = [UNIT * 3 / 2, UNIT * 2, UNIT * 2, UNIT / 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// What the claim of the source counts: it decides where a word or two could be of several languages.
const CLAIM: i32 = UNIT * 4;
/// The first language must be so much ahead of the second.
const LEAD: i32 = UNIT / 4;
/// A single word is often a name, or a word of several languages: by itself, whatever is usual, it must put the first
/// this far ahead.
const CLEAR_LEAD: i32 = UNIT * 5 / 4;
/// Nearly the same words, so that no lead is asked among them.
const ALIKE: [&str; 3] = ["nb", "nn", "da"];

type Row = [u8; LANGUAGES.len()];
type Scores = [i32; LANGUAGES.len()];

/// A signed byte for each row and language.
static WEIGHTS: &[u8; ROWS * LANGUAGES.len()] = include_bytes!("language/weights.bin");

/// The language of a text with these words, of which the source claims that it is `claim`; `None` if nothing tells. A
/// claim that the words do not speak against stands.
pub(super) fn identify<'t>(words: impl Iterator<Item = &'t str>, claim: Option<&Language>) -> Option<Language> {
    let mut scores = PRIOR;
    let (mut latin, mut foreign) = (0usize, 0usize);
    for word in words.take(SAMPLE) {
        match script(word) {
            Script::Latin => {
                latin += 1;
                weigh(word, &mut scores);
            }
            Script::Foreign => foreign += 1,
            Script::None => {}
        }
    }
    let claimed = claim.map(|claim| place(claim).unwrap_or(OTHER));
    if latin <= foreign {
        return claim.filter(|_| foreign == 0 || claimed == Some(OTHER)).cloned();
    }
    if let Some(score) = claimed.and_then(|place| scores.get_mut(place)) {
        *score += CLAIM;
    }
    let best = (0..LANGUAGES.len()).max_by_key(|language| scores.get(*language))?;
    if lead(&scores, best)? < LEAD || latin == 1 && lead(&said(&scores), best)? < CLEAR_LEAD {
        return claim.cloned();
    }
    if best == OTHER {
        claim.filter(|_| claimed == Some(OTHER)).cloned()
    } else {
        Language::parse(LANGUAGES.get(best)?)
    }
}

/// How far `best` is ahead of the languages that are not nearly the same.
fn lead(scores: &Scores, best: usize) -> Option<i32> {
    let alike = |language: usize| LANGUAGES.get(language).is_some_and(|language| ALIKE.contains(language));
    let is_rival = |language: usize| language != best && !(alike(best) && alike(language));
    let rivals = scores.iter().enumerate().filter(|(language, _)| is_rival(*language));
    Some(scores.get(best)? - rivals.map(|(_, score)| *score).max()?)
}

/// What the words alone say.
fn said(scores: &Scores) -> Scores {
    std::array::from_fn(|language| {
        scores.get(language).zip(PRIOR.get(language)).map_or(0, |(score, prior)| score - prior)
    })
}

enum Script {
    Latin,
    Foreign,
    None,
}

fn script(word: &str) -> Script {
    let mut script = Script::None;
    for c in word.chars() {
        match c {
            'a'..='z' => script = Script::Latin,
            _ if !c.is_alphabetic() => {}
            _ if c > '\u{24f}' => return Script::Foreign,
            _ => script = Script::Latin,
        }
    }
    script
}

/// Adds what the pieces of `word` say.
fn weigh(word: &str, scores: &mut Scores) {
    let (table, _) = WEIGHTS.as_chunks::<{ LANGUAGES.len() }>();
    // The pieces of one word are too few to overflow.
    let mut sums = [0i16; LANGUAGES.len()];
    piece::rows(word, |row| {
        if let Some(row) = table.get(row) {
            add(row, &mut sums);
        }
    });
    scores.iter_mut().zip(sums).for_each(|(score, sum)| *score += i32::from(sum));
}

fn add(row: &Row, sums: &mut [i16; LANGUAGES.len()]) {
    sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i16::from(weight.cast_signed()));
}

fn place(language: &Language) -> Option<usize> {
    LANGUAGES.iter().take(OTHER).position(|known| *known == language.as_str())
}
