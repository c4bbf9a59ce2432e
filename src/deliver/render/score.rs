//! The four scores, each with its formula in words and what it rests on. Computes nothing; that is the work of
//! `insight::metrics`. Pure.

use crate::deliver::words::Speech;
use crate::deliver::words::score::{Part, Told};
use crate::model::notice::{Counts, Metrics};

/// A score in words.
pub struct ScoreText {
    /// Its name.
    pub name: &'static str,
    /// Its value, or `unknown`.
    pub value: String,
    /// What it was in the period before, where that is known.
    pub before: String,
    /// Its formula with the numbers of the period.
    pub words: String,
}

/// Strength, Sentiment, Passion and Reach, beside those of the period before.
pub fn scores(metrics: &Metrics, before: Option<&Metrics>, speech: Speech) -> [ScoreText; 4] {
    let values = values(metrics, speech);
    let earlier = before.map_or([const { None }; 4], |before| self::values(before, speech));
    let (names, words) = (speech.score_names(), words(metrics, speech));
    let mut rest = earlier.into_iter().zip(words);
    let mut text = |name, value: Option<String>| {
        let (before, words) = rest.next().unwrap_or_default();
        let before = before.map(|before| speech.before(&before)).unwrap_or_default();
        ScoreText { name, value: value.unwrap_or_else(|| speech.unknown().to_owned()), before, words }
    };
    let [strength, sentiment, passion, reach] = values;
    let [first, second, third, fourth] = names;
    [text(first, strength), text(second, sentiment), text(third, passion), text(fourth, reach)]
}

fn values(metrics: &Metrics, speech: Speech) -> [Option<String>; 4] {
    let percent = |number: Option<f64>| number.map(|number| speech.percent(number));
    let sentiment = metrics.sentiment.map(|(positive, negative)| speech.against(positive, negative));
    [percent(metrics.strength), sentiment, percent(metrics.passion), percent(metrics.reach)]
}

fn words(metrics: &Metrics, speech: Speech) -> [String; 4] {
    let counts = &metrics.counts;
    let Counts { stories, with_author, authors, repeat_authors, .. } = *counts;
    let told = told(counts);
    let known = Part { of: with_author, all: stories };
    let judged = Part { of: stories.saturating_sub(counts.unscored), all: stories };
    let no_author =
        || if stories == 0 { speech.nothing_to_score().to_owned() } else { speech.no_author(told).to_owned() };
    [
        match metrics.strength {
            Some(_) => speech.strength(Part { of: stories, all: counts.originals() }, counts.copies() > 0),
            None if counts.forgotten => speech.entries_forgotten().to_owned(),
            None => speech.no_entry().to_owned(),
        },
        match metrics.sentiment {
            Some(_) => speech.sentiment(told, judged),
            None if stories == 0 => speech.nothing_to_score().to_owned(),
            None => speech.no_sentiment(told, judged),
        },
        match metrics.passion {
            Some(_) => speech.passion(told, Part { of: repeat_authors, all: authors }, known),
            None => no_author(),
        },
        match metrics.reach {
            Some(_) => speech.reach(told, Part { of: authors, all: with_author }, known),
            None => no_author(),
        },
    ]
}

/// What is counted: stories where some have copies, else mentions, which is the same then.
pub fn told(counts: &Counts) -> Told {
    if counts.copies() > 0 { Told::Stories } else { Told::Mentions }
}
