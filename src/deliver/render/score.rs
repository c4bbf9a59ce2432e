//! The four scores, each with its formula in words and what it rests on. Computes nothing; that is the work of
//! `insight::metrics`. Pure.

use super::phrase::{grouped, percent};
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
pub fn scores(metrics: &Metrics) -> [ScoreText; 4] {
    let counts = &metrics.counts;
    let Counts { entries, mentions, with_author, authors, repeat_authors, .. } = *counts;
    let known = format!("based on {} with a known author", part(with_author, mentions));
    [
        ScoreText {
            name: "Strength",
            value: metrics.strength.map_or_else(unknown, percent),
            words: match metrics.strength {
                Some(_) => format!("share of the entries read that mention it: {}", of(mentions, entries)),
                None => "no entry was new".to_owned(),
            },
        },
        ScoreText {
            name: "Sentiment",
            value: metrics
                .sentiment
                .map_or_else(unknown, |(positive, negative)| format!("{} to {}", grouped(positive), grouped(negative))),
            words: match metrics.sentiment {
                Some(_) => format!("positive against negative mentions; {}", judged(counts)),
                None if mentions == 0 => "there are no mentions".to_owned(),
                None => format!("no mention is positive or negative; {}", judged(counts)),
            },
        },
        ScoreText {
            name: "Passion",
            value: metrics.passion.map_or_else(unknown, percent),
            words: match metrics.passion {
                Some(_) => {
                    let share = of(repeat_authors, authors);
                    format!("share of the known authors who wrote more than once: {share}; {known}")
                }
                None => no_author(mentions),
            },
        },
        ScoreText {
            name: "Reach",
            value: metrics.reach.map_or_else(unknown, percent),
            words: match metrics.reach {
                Some(_) => {
                    let ratio = format!("{} in {}", grouped(authors), grouped(with_author));
                    format!("different authors per mention: {ratio}; {known}")
                }
                None => no_author(mentions),
            },
        },
    ]
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn no_author(mentions: u64) -> String {
    if mentions == 0 { "there are no mentions" } else { "no mention has a known author" }.to_owned()
}

fn judged(counts: &Counts) -> String {
    let judged = counts.mentions.saturating_sub(counts.unscored);
    format!("based on {} that could be judged", part(judged, counts.mentions))
}

fn of(part: u64, all: u64) -> String {
    format!("{} of {}", grouped(part), grouped(all))
}

/// `9 of 12 mentions`.
fn part(part: u64, all: u64) -> String {
    format!("{} {}", of(part, all), if all == 1 { "mention" } else { "mentions" })
}
