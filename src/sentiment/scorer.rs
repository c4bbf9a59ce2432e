//! From an entry to its judgement: cut, identify, weigh, label. Never fails; what cannot be judged is unscored.
//!
//! The score is `sum / sqrt(sum² + 15 + words / 5)`, from -1 to 1: the normalisation of VADER (Hutto and Gilbert, "VADER:
//! A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM 2014), whose constant 15 grows
//! here with the length, so that a few words in a long report do not speak for all of it. Contrast, exclamation marks
//! and negation follow the same paper; the factors stand in `weigh.rs`.

use std::ops::Range;
use std::sync::Arc;

use super::language::Identifier;
use super::lexicon::{Lexicon, Thresholds};
use super::sign::Signs;
use super::token::{Token, tokens};
use super::weigh::Weighed;
use super::words::{WordFault, Words};
use crate::model::{Entry, Field, Hit, Judgement, Language, Tone};

/// The constant of VADER's normalisation.
const DAMPING: f64 = 15.0;
/// What each word adds to it.
const DAMPING_PER_WORD: f64 = 0.2;
/// Words of an unknown language must weigh this much in one lexicon, and nothing in the others.
const CLEAR: f64 = 2.5;
/// Signs and stars alone have a tone from this score on.
const SIGN_THRESHOLDS: Thresholds = Thresholds { negative: -0.25, positive: 0.25 };
/// Words that contradict the stars must have this score to be heard.
const CONTRADICTION: f64 = 0.75;
/// Share of the stars in the score of a review.
const RATING_SHARE: f64 = 0.7;

/// The lexicons that are compiled in.
const SHIPPED: [(&str, &str); 3] = [
    (Language::EN, include_str!("../../config/lexicon/en.toml")),
    (Language::DE, include_str!("../../config/lexicon/de.toml")),
    (Language::NB, include_str!("../../config/lexicon/nb.toml")),
];

/// Judges texts with the lexicons of English, German and Norwegian: those that are compiled in, or with a user's words on
/// top. Cheap to clone: what is the same is shared.
#[derive(Debug, Clone)]
pub struct Scorer {
    lexicons: Vec<(&'static str, Arc<Lexicon>)>,
    signs: Arc<Signs>,
    identifier: Arc<Identifier>,
}

impl Default for Scorer {
    fn default() -> Self {
        Self::new()
    }
}

/// The title and the text of an entry, cut.
struct Reading<'e> {
    parts: [(Field, &'e str, Vec<Token>); 2],
}

impl Scorer {
    /// Reads the shipped lexicons.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the lexicons are compiled in, and a test reads them")]
    pub fn new() -> Self {
        Self::shipped().expect("the shipped lexicons are sound")
    }

    fn shipped() -> Result<Self, Vec<WordFault>> {
        let lexicons = SHIPPED.iter().map(|(language, text)| {
            let words = Words::none().with_lexicon(text)?;
            Ok((*language, Arc::new(Lexicon::compile(&words))))
        });
        let lexicons = lexicons.collect::<Result<_, Vec<WordFault>>>()?;
        let signs = Signs::parse(include_str!("../../config/lexicon/signs.toml")).map_err(|fault| vec![fault])?;
        Ok(Self { lexicons, signs: Arc::new(signs), identifier: Arc::new(Identifier::new()) })
    }

    /// The words of a language that are compiled in; `None` for a language without a lexicon.
    #[must_use]
    pub fn shipped_words(language: &Language) -> Option<Words> {
        let (_, text) = SHIPPED.iter().find(|(known, _)| *known == language.as_str())?;
        Words::none().with_lexicon(text).ok()
    }

    /// This scorer with other words for a language that has a lexicon.
    #[must_use]
    pub fn with_words(mut self, language: &Language, words: &Words) -> Self {
        if let Some((_, lexicon)) = self.lexicons.iter_mut().find(|(known, _)| *known == language.as_str()) {
            *lexicon = Arc::new(Lexicon::compile(words));
        }
        self
    }

    /// Judges title and text of `entry`; words at the places of `hits` belong to the brand and carry no tone.
    #[must_use]
    pub fn judge(&self, entry: &Entry, hits: &[Hit]) -> Judgement {
        let part = |field, text| (field, text, tokens(text, &masks(hits, field), &self.signs));
        let reading = Reading { parts: [part(Field::Title, &*entry.title), part(Field::Text, &*entry.text)] };
        let all = reading.parts.iter().flat_map(|(_, _, tokens)| tokens);
        let identified = self.identifier.identify(all, entry.language.as_ref());
        let (language, lexicon) = match identified {
            Some(language) => {
                let lexicon = self.lexicon(&language);
                (Some(language), lexicon)
            }
            None => self.only_speaker(&reading).map_or((None, None), |(language, lexicon)| (language, Some(lexicon))),
        };
        let weighed = reading.weigh(lexicon);
        let score = normalised(&weighed);
        let thresholds = lexicon.map_or(SIGN_THRESHOLDS, |lexicon| lexicon.thresholds);
        let judged = match entry.rating.filter(|rating| rating.is_finite()) {
            Some(rating) => Some(rated(rating, score, thresholds)),
            None if lexicon.is_some() && weighed.words > 0 => Some((tone(score, thresholds), score)),
            None => Some((tone(score, thresholds), score)).filter(|(tone, _)| *tone != Tone::Neutral),
        };
        match judged {
            Some((tone, score)) => Judgement { tone, score: Some(score), language, reasons: weighed.reasons },
            None => Judgement::unscored(language),
        }
    }

    /// Nynorsk is close enough to be read with the words of Bokmål.
    fn lexicon(&self, language: &Language) -> Option<&Lexicon> {
        let wanted = if language.as_str() == "nn" { Language::NB } else { language.as_str() };
        self.lexicons.iter().find(|(known, _)| *known == wanted).map(|(_, lexicon)| &**lexicon)
    }

    /// The one lexicon in which the words of a text in an unknown language speak clearly while all others are silent.
    fn only_speaker(&self, reading: &Reading<'_>) -> Option<(Option<Language>, &Lexicon)> {
        let silent = reading.weigh(None).evidence;
        let mut speakers = self.lexicons.iter().filter_map(|(language, lexicon)| {
            let evidence = reading.weigh(Some(lexicon)).evidence - silent;
            (evidence > 0.0).then_some((language, lexicon, evidence))
        });
        let (language, lexicon, evidence) = speakers.next()?;
        let alone = speakers.next().is_none() && evidence >= CLEAR;
        alone.then(|| (Language::parse(language), &**lexicon))
    }
}

impl Reading<'_> {
    fn weigh(&self, lexicon: Option<&Lexicon>) -> Weighed {
        let mut weighed = Weighed::default();
        self.parts.iter().for_each(|(field, text, tokens)| weighed.add((*field, text), tokens, lexicon));
        weighed.finish()
    }
}

/// The bytes of `field` that belong to the brand, sorted and without overlap.
fn masks(hits: &[Hit], field: Field) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> =
        hits.iter().filter(|hit| hit.field == field).map(|hit| hit.start..hit.end).collect();
    ranges.sort_by_key(|range| range.start);
    let mut masks: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match masks.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => masks.push(range),
        }
    }
    masks
}

fn normalised(weighed: &Weighed) -> f64 {
    let words = f64::from(u32::try_from(weighed.words).unwrap_or(u32::MAX));
    weighed.sum / (weighed.sum * weighed.sum + DAMPING + DAMPING_PER_WORD * words).sqrt()
}

fn tone(score: f64, thresholds: Thresholds) -> Tone {
    if score <= thresholds.negative {
        Tone::Negative
    } else if score >= thresholds.positive {
        Tone::Positive
    } else {
        Tone::Neutral
    }
}

/// Stars decide: one and two are negative, four and five positive, unless the words say the contrary loud and clear;
/// then both are heard, and the words decide in the middle.
fn rated(stars: f64, words: f64, thresholds: Thresholds) -> (Tone, f64) {
    let rating = ((stars - 3.0) / 2.0).clamp(-1.0, 1.0);
    let contradicted = rating * words < 0.0 && words.abs() >= CONTRADICTION;
    let share = if contradicted { 0.5 } else { RATING_SHARE };
    let score = share * rating + (1.0 - share) * words;
    let label = if contradicted || rating.abs() < 0.5 {
        tone(score, thresholds)
    } else if rating < 0.0 {
        Tone::Negative
    } else {
        Tone::Positive
    };
    (label, score)
}
