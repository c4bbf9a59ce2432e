//! The four scores, each with its formula in words and what it rests on. Computes nothing; that is the work of
//! `insight::metrics`. Pure.

use crate::deliver::words::Speech;
use crate::model::notice::{Counts, Metrics};

/// A score in words.
pub struct ScoreText {
    /// Its name.
    pub name: &'static str,
    /// Its value, or `unknown`.
    pub value: String,
    /// Its formula with the numbers of the period.
    pub words: String,
}

/// Strength, Sentiment, Passion and Reach.
pub fn scores(metrics: &Metrics, speech: Speech) -> [ScoreText; 4] {
    let counts = &metrics.counts;
    let Counts { stories, with_author, authors, repeat_authors, .. } = *counts;
    let known = format!("based on {} with a known author", part(with_author, counts, speech));
    [
        ScoreText {
            name: "Strength",
            value: metrics.strength.map_or_else(unknown, |number| speech.percent(number)),
            words: match metrics.strength {
                Some(_) => {
                    let share = of(stories, counts.originals(), speech);
                    let once = if counts.copies() > 0 { ", copies left out" } else { "" };
                    format!("share of the entries read that mention it: {share}{once}")
                }
                None => "no entry was new".to_owned(),
            },
        },
        ScoreText {
            name: "Sentiment",
            value: metrics.sentiment.map_or_else(unknown, |(positive, negative)| {
                format!("{} to {}", speech.grouped(positive), speech.grouped(negative))
            }),
            words: match metrics.sentiment {
                Some(_) => format!("positive against negative {}; {}", told(counts, 2), judged(counts, speech)),
                None if stories == 0 => "there are no mentions".to_owned(),
                None => format!("no {} is positive or negative; {}", told(counts, 1), judged(counts, speech)),
            },
        },
        ScoreText {
            name: "Passion",
            value: metrics.passion.map_or_else(unknown, |number| speech.percent(number)),
            words: match metrics.passion {
                Some(_) => {
                    let share = of(repeat_authors, authors, speech);
                    format!("share of the known authors who wrote more than once: {share}; {known}")
                }
                None => no_author(counts),
            },
        },
        ScoreText {
            name: "Reach",
            value: metrics.reach.map_or_else(unknown, |number| speech.percent(number)),
            words: match metrics.reach {
                Some(_) => {
                    let ratio = format!("{} in {}", speech.grouped(authors), speech.grouped(with_author));
                    format!("different authors per {}: {ratio}; {known}", told(counts, 1))
                }
                None => no_author(counts),
            },
        },
    ]
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn no_author(counts: &Counts) -> String {
    match counts.stories {
        0 => "there are no mentions".to_owned(),
        _ => format!("no {} has a known author", told(counts, 1)),
    }
}

/// What is counted: stories where some have copies, else mentions, which is the same then.
pub fn told(counts: &Counts, number: u64) -> &'static str {
    match (counts.copies() > 0, number) {
        (true, 1) => "story",
        (true, _) => "stories",
        (false, 1) => "mention",
        (false, _) => "mentions",
    }
}

fn judged(counts: &Counts, speech: Speech) -> String {
    let judged = counts.stories.saturating_sub(counts.unscored);
    format!("based on {} that could be judged", part(judged, counts, speech))
}

fn of(part: u64, all: u64, speech: Speech) -> String {
    format!("{} of {}", speech.grouped(part), speech.grouped(all))
}

/// `9 of 12 mentions`.
fn part(part: u64, counts: &Counts, speech: Speech) -> String {
    format!("{} {}", of(part, counts.stories, speech), told(counts, counts.stories))
}
