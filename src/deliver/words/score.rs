//! What digests say of the four scores, and of what was read and what was not.

use crate::model::LossReason;

/// What is counted: stories where some have copies, else mentions, which is the same then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Stories.
    Stories,
    /// Mentions.
    Mentions,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// So many
    pub of: u64,
    /// of so many.
    pub all: u64,
}

/// Why nothing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unheard {
    /// Nothing was said: everything was read.
    Silence,
    /// There are no sources.
    NoSources,
    /// So many sources were not read.
    Unread(u64),
    /// So many sources are unusually silent.
    Silent(u64),
    /// Not everything was read all the time.
    Gaps,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// There are no sources.
    NoSources,
    /// All of so many sources, all the time or not.
    All(u64, bool),
    /// None of so many to the end.
    NoneToTheEnd(u64),
    /// None of so many at all.
    Nothing(u64),
    /// Some were not.
    Some(Part),
}

/// The words of scores and coverage.
pub trait Scores {
    /// Strength, Sentiment, Passion, Reach.
    fn score_names(&self) -> [&'static str; 4];

    /// Stands for a score that nothing is known of.
    fn unknown(&self) -> &'static str;

    /// The formula of Strength; whether copies were left out.
    fn strength(&self, share: Part, without_copies: bool) -> String;

    /// Why there is no Strength.
    fn no_entry(&self) -> &'static str;

    /// Why there is no Strength of a period of which not all is kept.
    fn entries_forgotten(&self) -> &'static str;

    /// `4 to 3`.
    fn against(&self, positive: u64, negative: u64) -> String;

    /// The formula of Sentiment; how many could be judged.
    fn sentiment(&self, told: Told, judged: Part) -> String;

    /// Why there is no Sentiment.
    fn no_sentiment(&self, told: Told, judged: Part) -> String;

    /// The formula of Passion; how many stories have a known author.
    fn passion(&self, told: Told, share: Part, known: Part) -> String;

    /// The formula of Reach.
    fn reach(&self, told: Told, ratio: Part, known: Part) -> String;

    /// Why there is no score of a silent period.
    fn nothing_to_score(&self) -> &'static str;

    /// Why there is no Passion and no Reach.
    fn no_author(&self, told: Told) -> &'static str;

    /// The news of a period in which nothing was found.
    fn unheard(&self, why: Unheard) -> String;

    /// What was read.
    fn reading(&self, reading: Reading) -> String;

    /// That so many sources are silent for no good reason.
    fn silent_sources(&self, number: u64) -> String;

    /// That of so many sources something may be missing.
    fn losing_sources(&self, number: u64) -> String;

    /// `X: what was said between Mon ... and Tue ... may be missing: ...`.
    fn lost(&self, source: &str, between: [&str; 2], why: &str) -> String;

    /// Why it is missing.
    fn lost_for(&self, why: &LossReason) -> String;

    /// `Parents' forum: not read since Mon ...`; never where nothing is known.
    fn not_read(&self, source: &str, since: Option<&str>) -> String;

    /// `Parents' forum: not read from ..., read again since ...`.
    fn read_again(&self, source: &str, from: Option<&str>, until: Option<&str>) -> String;
}
