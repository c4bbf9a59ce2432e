//! What digests say: their news, the names of their parts, and what stands in them.

use super::score::{Part, Told};
use crate::model::digest::{BarLength, Worth};
use crate::model::incident::IncidentEnding;

/// An incident in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncidentTold<'a> {
    /// When it began.
    pub onset: &'a str,
    /// When it ended, and why, if it has.
    pub ended: Option<(&'a str, IncidentEnding)>,
    /// Its negative stories.
    pub negative: u64,
    /// Their authors.
    pub authors: u64,
}

/// Negative stories that were no incident since too few people wrote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FewTold<'a> {
    /// How many.
    pub stories: u64,
    /// Within so many hours,
    pub hours: u64,
    /// which ended then.
    pub until: &'a str,
    /// Their authors.
    pub authors: u64,
    /// What the most frequent one wrote.
    pub share: &'a str,
    /// Whether hardly fewer people are usual.
    pub as_usual: bool,
}

/// The words of digests.
pub trait Digest {
    /// `3 complaints wait`.
    fn complaints_wait(&self, number: u64) -> String;

    /// `1 over 24 h`, behind that.
    fn over(&self, number: u64, hours: i64) -> String;

    /// `1 incident goes on`.
    fn incidents_go_on(&self, number: u64) -> String;

    /// `1 incident is over`.
    fn incidents_are_over(&self, number: u64) -> String;

    /// `12 stories in 21 mentions`.
    fn stories_in_mentions(&self, stories: u64, mentions: u64) -> String;

    /// `3 negative`, `none negative`.
    fn negative(&self, number: u64) -> String;

    /// `16 Nov to 22 Nov`.
    fn days(&self, first: &str, last: &str) -> String;

    /// From when to when the period is.
    fn period(&self, from: &str, to: &str, zone: &str) -> String;

    /// That the period is longer than usual.
    fn catches_up(&self) -> &'static str;

    /// That what was not read is named at the end.
    fn named_at_the_end(&self) -> &'static str;

    /// What a first digest says of itself, in three lines: what it is, what stands on top, what can be changed.
    fn introduction(&self, name: &str) -> [String; 3];

    /// That these brands were quiet.
    fn quiet_brands(&self, names: &str) -> String;

    /// All that a quiet mail has to say beyond its heading.
    fn quiet(&self) -> &'static str;

    /// Above what waits.
    fn needs_an_answer(&self) -> &'static str;

    /// What stands on top of what waits.
    fn due_within(&self, hours: i64) -> String;

    /// `31 h, 7 h late`, `24 h, due now`, `3 h, 21 h left`.
    fn waits(&self, hours: i64, due: i64) -> String;

    /// That more wait than are shown.
    fn more_wait(&self, number: u64) -> String;

    /// In front of the command that takes one off the list.
    fn take_off(&self) -> &'static str;

    /// What `NUMBER` of a command stands for.
    fn number_word(&self) -> &'static str;

    /// Above the incidents.
    fn incidents(&self) -> &'static str;

    /// An incident in a sentence.
    fn incident(&self, told: IncidentTold<'_>) -> String;

    /// What was no incident since too few people wrote.
    fn too_few(&self, told: FewTold<'_>) -> String;

    /// Above tone and scores.
    fn in_numbers(&self) -> &'static str;

    /// `before: 12`.
    fn before(&self, value: &str) -> String;

    /// With which period it is compared; how many sources were not read all the time then.
    fn compared_with(&self, from: &str, to: &str, unread: u64) -> String;

    /// Why nothing is compared; since when the brand is watched.
    fn not_compared(&self, since: Option<&str>) -> String;

    /// Why Strength has no value before.
    fn no_strength_before(&self) -> &'static str;

    /// Why nothing is compared, where what was found before an instant is gone.
    fn comparison_forgotten(&self, until: &str) -> String;

    /// Above the chart.
    fn stories_per(&self, bar: BarLength) -> &'static str;

    /// The chart in a sentence: its worst bar, if any is negative, and its highest.
    fn busiest_words(&self, worst: Option<(&str, u64)>, highest: (&str, u64)) -> String;

    /// Above the stories of a kind.
    fn worth(&self, worth: Worth) -> &'static str;

    /// How many are not shown.
    fn more_told(&self, told: Told, number: u64) -> String;

    /// Keywords, hashtags, authors, sources.
    fn top_names(&self) -> [&'static str; 4];

    /// That only some of the stories were looked at.
    fn sampled(&self, part: Part) -> String;

    /// Above the share of voice.
    fn share_of_voice(&self) -> &'static str;

    /// That a competitor is watched for a part of the period only.
    fn watched_since(&self, since: &str) -> String;

    /// Above those who were won back.
    fn won_back(&self) -> &'static str;

    /// `Kari complained on 12 Nov (“It broke”) and praises now (“Thank you”)`.
    fn won_back_author(&self, author: &str, when: &str, complaint: &str, praise: &str) -> String;

    /// Above what was read.
    fn coverage(&self) -> &'static str;

    /// Above what was not read for a while.
    fn read_again_heading(&self) -> &'static str;

    /// Above what may be missing though its sources were read.
    fn lost_heading(&self) -> &'static str;

    /// Above the health of sources.
    fn health_heading(&self) -> &'static str;

    /// When the next one comes, and what will be in it.
    fn next_digest(&self, name: &str, when: &str) -> String;

    /// That there is no next one.
    fn no_next_digest(&self, name: &str) -> String;

    /// That all stories come in a file.
    fn attached(&self, file: &str, part: Part) -> String;

    /// The words of the link by which somebody leaves.
    fn leave(&self) -> &'static str;

    /// The page by which somebody leaves a digest: title, what would come of it, button, note.
    fn leave_digest(&self, name: &str, recipient: &str) -> [String; 4];

    /// The page once it is left: title, what has come of it, note.
    fn left_digest(&self, name: &str, recipient: &str) -> [String; 3];
}
