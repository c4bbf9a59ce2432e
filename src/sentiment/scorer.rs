//! From an entry to its judgement: cut, identify, weigh, label. Never fails; what cannot be judged is unscored.
//!
//! The score is `sum / sqrt(sum² + 15 + words / 5)`, from -1 to 1: the normalisation of VADER (Hutto and Gilbert, "VADER:
//! A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM 2014), whose constant 15 grows
//! here with the length, so that a few words in a long report do not speak for all of it. Contrast, exclamation marks
//! and negation follow the same paper; the factors stand in `weigh.rs`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::language::identify;
use super::lexicon::{Lexicon, Thresholds};
use super::sign::{self, Signs};
use super::token::Cut;
use super::weigh::{Naming, Weighed};
use super::words::{WordFault, Words};
use crate::model::{Entry, Field, Hit, Judgement, Language, Reason, Tone};

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
/// What five stars weigh among the reasons: as much as the strongest word.
const RATING_WEIGHT: f64 = 4.0;
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
}

impl Default for Scorer {
    fn default() -> Self {
        Self::new()
    }
}

/// What a judgement should be, besides right.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    /// The language of the text, if it is known for sure; else it is identified.
    pub language: Option<&'a Language>,
    /// Whether the words are wanted that made the score.
    pub reasons: bool,
    /// The brand's name: its words never speak where they were found as the brand's.
    pub brand: Option<&'a str>,
}

/// Memory for judging one text after the other: what one has needed serves the next.
#[derive(Debug, Default)]
pub struct Workspace {
    title: Cut,
    text: Cut,
    masks: Vec<Range<usize>>,
    weighed: Weighed,
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
        let signs = sign::SHIPPED.clone().map_err(|fault| vec![fault])?;
        Ok(Self { lexicons, signs: Arc::new(signs) })
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

    /// This scorer with other weights for emoji and emoticons, in every language.
    #[must_use]
    pub fn with_signs(mut self, signs: &BTreeMap<String, f64>) -> Self {
        if !signs.is_empty() {
            self.signs = Arc::new(self.signs.with(signs));
        }
        self
    }

    /// Judges title and text of `entry`; words at the places of `hits` belong to the brand and carry no tone.
    #[must_use]
    pub fn judge(&self, entry: &Entry, hits: &[Hit]) -> Judgement {
        self.judge_in(&mut Workspace::default(), entry, hits, Ask { reasons: true, ..Ask::default() })
    }

    /// The language in which `entry` would be judged, without the cost of judging it.
    #[must_use]
    pub fn language(&self, entry: &Entry) -> Option<Language> {
        let mut workspace = Workspace::default();
        self.cut(&mut workspace, entry, &[]);
        self.spoken(&mut workspace, entry, None).0
    }

    /// [`Scorer::judge`] in memory that serves many texts, and no more than is asked for.
    #[must_use]
    pub fn judge_in(&self, workspace: &mut Workspace, entry: &Entry, hits: &[Hit], ask: Ask<'_>) -> Judgement {
        self.cut(workspace, entry, hits);
        for cut in [&mut workspace.title, &mut workspace.text] {
            ask.brand.into_iter().for_each(|name| cut.hush(name));
        }
        let (language, lexicon) = self.spoken(workspace, entry, ask.language);
        workspace.weigh(entry, lexicon, ask.reasons);
        let weighed = &workspace.weighed;
        let score = normalised(weighed);
        let thresholds = lexicon.map_or(SIGN_THRESHOLDS, |lexicon| lexicon.thresholds);
        let judged = match entry.rating.filter(|rating| rating.is_finite()) {
            Some(rating) => Some(rated(rating, score, thresholds)),
            None if lexicon.is_some() && weighed.words > 0 => Some((tone(score, thresholds), score)),
            None => Some((tone(score, thresholds), score)).filter(|(tone, _)| *tone != Tone::Neutral),
        };
        match judged {
            Some((tone, score)) => {
                let mut reasons = std::mem::take(&mut workspace.weighed.reasons);
                if ask.reasons {
                    reasons.extend(entry.rating.and_then(star_reason));
                }
                Judgement { tone, score: Some(score), language, reasons }
            }
            None => Judgement::unscored(language),
        }
    }

    /// Cuts title and text into words.
    fn cut(&self, workspace: &mut Workspace, entry: &Entry, hits: &[Hit]) {
        for (field, text, cut) in
            [(Field::Title, &entry.title, &mut workspace.title), (Field::Text, &entry.text, &mut workspace.text)]
        {
            gather(&mut workspace.masks, hits, field);
            cut.read(text, &workspace.masks, &self.signs);
        }
    }

    /// The language of the words that were cut, `known` or identified, and the lexicon that reads them.
    fn spoken(
        &self,
        workspace: &mut Workspace,
        entry: &Entry,
        known: Option<&Language>,
    ) -> (Option<Language>, Option<&Lexicon>) {
        let identified = known.cloned().or_else(|| {
            let words = workspace.title.words().chain(workspace.text.words());
            identify(words, entry.language.as_ref())
        });
        match identified {
            Some(language) => {
                let lexicon = self.lexicon(&language);
                (Some(language), lexicon)
            }
            None => {
                let speaker = self.only_speaker(workspace, entry);
                let speaker = speaker.or_else(|| self.agreed(workspace, entry).map(|lexicon| (None, lexicon)));
                speaker.map_or((None, None), |(language, lexicon)| (language, Some(lexicon)))
            }
        }
    }

    /// Nynorsk is close enough to be read with the words of Bokmål.
    fn lexicon(&self, language: &Language) -> Option<&Lexicon> {
        let wanted = if language.as_str() == Language::NN { Language::NB } else { language.as_str() };
        self.lexicons.iter().find(|(known, _)| *known == wanted).map(|(_, lexicon)| &**lexicon)
    }

    /// The one lexicon in which the words of a text in an unknown language speak clearly while all others are silent.
    fn only_speaker(&self, workspace: &mut Workspace, entry: &Entry) -> Option<(Option<Language>, &Lexicon)> {
        let silent = workspace.weigh(entry, None, false);
        let mut speakers = self.lexicons.iter().filter_map(|(language, lexicon)| {
            let evidence = workspace.weigh(entry, Some(lexicon), false) - silent;
            (evidence > 0.0).then_some((language, lexicon, evidence))
        });
        let (language, lexicon, evidence) = speakers.next()?;
        let alone = speakers.next().is_none() && evidence >= CLEAR;
        alone.then(|| (Language::parse(language), &**lexicon))
    }

    /// One of the lexicons that know the only word of a text, if several do and all of these hear the same tone.
    fn agreed(&self, workspace: &mut Workspace, entry: &Entry) -> Option<&Lexicon> {
        if workspace.title.words().chain(workspace.text.words()).take(2).count() != 1 {
            return None;
        }
        let mut heard: Vec<(Tone, &Lexicon)> = Vec::new();
        for (_, lexicon) in &self.lexicons {
            if workspace.weigh(entry, Some(lexicon), false) > 0.0 {
                heard.push((tone(normalised(&workspace.weighed), lexicon.thresholds), lexicon));
            }
        }
        let (first, lexicon) = heard.first()?;
        (heard.len() > 1 && heard.iter().all(|(tone, _)| tone == first)).then_some(*lexicon)
    }
}

impl Workspace {
    /// Weighs the texts that were cut; the evidence.
    fn weigh(&mut self, entry: &Entry, lexicon: Option<&Lexicon>, explain: bool) -> f64 {
        let named = self.title.named || self.text.named;
        let addressed = self.title.addressed || self.text.addressed;
        self.weighed.start(match (addressed, named) {
            (true, _) => Naming::Addressed,
            (false, true) => Naming::Named,
            (false, false) => Naming::Nowhere,
        });
        if !entry.title.is_empty() && !repeats(&entry.text, &entry.title) {
            self.weighed.add((Field::Title, &entry.title), &self.title, lexicon, explain);
        }
        self.weighed.add((Field::Text, &entry.text), &self.text, lexicon, explain);
        self.weighed.finish();
        self.weighed.evidence
    }
}

/// Whether a text begins with its title, as many short ones do: then the title says nothing of its own.
///
/// Signs make no difference, and neither does the name of a site behind the title (`Acme is late - The Courier`).
fn repeats(text: &str, title: &str) -> bool {
    let begins = |title: &str| {
        let mut letters = text.chars().filter(|c| c.is_alphanumeric());
        title.chars().filter(|c| c.is_alphanumeric()).all(|c| letters.next() == Some(c))
    };
    let headline = title.rsplit_once(" - ").filter(|(headline, site)| headline.len() > site.len());
    begins(title) || headline.is_some_and(|(headline, _)| begins(headline))
}

/// The bytes of `field` that belong to the brand, sorted and without overlap.
fn gather(masks: &mut Vec<Range<usize>>, hits: &[Hit], field: Field) {
    masks.clear();
    masks.extend(hits.iter().filter(|hit| hit.field == field).map(|hit| hit.start..hit.end));
    masks.sort_unstable_by_key(|range| range.start);
    masks.dedup_by(|later, earlier| {
        let overlap = later.start <= earlier.end;
        if overlap {
            earlier.end = earlier.end.max(later.end);
        }
        overlap
    });
}

fn normalised(weighed: &Weighed) -> f64 {
    let constant = DAMPING + DAMPING_PER_WORD * f64::from(weighed.words);
    weighed.sum / (weighed.sum * weighed.sum + constant).sqrt()
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

/// The stars as a reason, if they speak for a tone. They stand in no text.
fn star_reason(stars: f64) -> Option<Reason> {
    let weight = RATING_WEIGHT * rating(stars);
    let note = format!("{} of 5 stars", stars.clamp(0.0, 5.0));
    (weight.is_finite() && weight != 0.0).then(|| Reason { word: "★".to_owned(), weight, note, place: None })
}

/// From -1 to 1.
fn rating(stars: f64) -> f64 {
    ((stars - 3.0) / 2.0).clamp(-1.0, 1.0)
}

/// Stars decide: one and two are negative, four and five positive, unless the words say the contrary loud and clear;
/// then both are heard, and the words decide in the middle.
fn rated(stars: f64, words: f64, thresholds: Thresholds) -> (Tone, f64) {
    let rating = rating(stars);
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
