//! A spike of negative stories as it is kept and told: what supports it, and how far it has come.

use serde::{Deserialize, Serialize};

use super::Instant;

/// How an incident is spread over authors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// Many authors.
    BroadWave,
    /// A few authors with many stories each.
    Brigade,
    /// One author wrote half of the stories or more.
    RepeatPoster,
}

impl IncidentKind {
    /// The word, for lists.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::BroadWave => "broad wave",
            Self::Brigade => "few people",
            Self::RepeatPoster => "one person",
        }
    }
}

/// Why an incident is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentEnding {
    /// The counts are usual again.
    Calm,
    /// It went on for so long that this is the usual level now.
    NewLevel,
    /// By what is known now (tones were corrected, the configuration was changed) it is none.
    Revised,
}

impl IncidentEnding {
    const ALL: [Self; 3] = [Self::Calm, Self::NewLevel, Self::Revised];

    /// The word, as the store reads it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::NewLevel => "new_level",
            Self::Revised => "revised",
        }
    }

    /// The ending of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.as_str() == word)
    }
}

/// Which mail of an incident it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentPhase {
    /// The first.
    Start,
    /// It has grown, spreads faster than before, or goes on.
    Update,
    /// The last.
    End,
}

/// How many were seen within a window, and how unusual that is.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct IncidentCount {
    /// So many were seen.
    pub observed: u32,
    /// So many are usual at this time of the week; of negative ones, given how much is said in other tones.
    pub expected: f64,
    /// The logarithm (base 10) of the probability of so many or more.
    pub log10_tail: f64,
}

/// What was counted within the window of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct IncidentCounts {
    /// Negative stories: what an incident is about.
    pub negative_stories: IncidentCount,
    /// The people who wrote them; each story without an author counts as one.
    pub negative_authors: IncidentCount,
    /// Stories of all tones.
    pub all_stories: IncidentCount,
    /// The people who wrote those.
    pub all_authors: IncidentCount,
}

impl IncidentCount {
    fn words(&self, what: &str) -> String {
        let Self { observed, expected, log10_tail } = self;
        format!("{observed}{what} where {expected:.1} are usual (p = 1e{log10_tail:.1})")
    }
}

impl IncidentCounts {
    /// All of it in a line, for lists, with the hours of the window.
    #[must_use]
    pub fn words(&self, hours: u32) -> String {
        format!(
            "{}, by {}; of all tones {}, by {}",
            self.negative_stories.words(&format!(" negative in {hours} h")),
            self.negative_authors.words(" authors"),
            self.all_stories.words(""),
            self.all_authors.words(" authors")
        )
    }
}

/// What is more than usual while negative stories are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Talk {
    /// Nothing else.
    Negative,
    /// All talk: other stories, and the people who write them, are improbably many as well.
    All,
}

impl Talk {
    /// The words, for lists.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Negative => "only the negative ones rise",
            Self::All => "all talk rises",
        }
    }
}

/// What supports an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentEvidence {
    /// When it was found.
    pub at: Instant,
    /// When the incident began: the time of its first story.
    pub onset: Instant,
    /// The mention that tells that story first.
    pub first: Option<i64>,
    /// Hours of the window that spoke most clearly.
    pub window_hours: u32,
    /// What it held, and what is usual.
    pub counts: IncidentCounts,
    /// Whether only the negative stories are more than usual.
    pub talk: Talk,
    /// Whether it was told last that it spreads faster than before.
    #[serde(default)]
    pub faster: bool,
    /// Negative stories since the onset.
    pub negative: u32,
    /// Their authors; each story without an author counts as one.
    pub authors: u32,
    /// The share of the most frequent author of the window, from 0 to 1; when the incident is over, of all its stories.
    pub top_author_share: f64,
    /// How those stories are spread over authors.
    pub kind: IncidentKind,
    /// The newest stories that drive it, the oldest first, each by the mention that told it first.
    pub stories: Vec<i64>,
}

/// Negative stories that would be an incident if more people had written them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Few {
    /// Until when they were counted: the end of the window.
    pub at: Instant,
    /// Hours of the window that speaks most clearly.
    pub window_hours: u32,
    /// Negative stories in it.
    pub stories: u32,
    /// How many are usual.
    pub baseline: f64,
    /// Their authors; each story without an author counts as one.
    pub authors: u32,
    /// How many authors are usual.
    pub usual_authors: f64,
    /// The share of the most frequent one, from 0 to 1.
    pub top_author_share: f64,
}

impl Few {
    /// All of it in a line, for lists.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { window_hours, stories, baseline, authors, usual_authors, top_author_share, .. } = self;
        let share = 100.0 * top_author_share;
        let who = match authors {
            1 => "one author".to_owned(),
            _ => format!("{authors} authors where {usual_authors:.1} are usual, {share:.0} % by one of them"),
        };
        format!("{stories} negative in {window_hours} h where {baseline:.1} are usual, by {who}: no incident")
    }
}

/// What an hour held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourOfStories {
    /// When it began.
    pub from: Instant,
    /// Negative stories.
    pub negative: u64,
    /// All others.
    pub others: u64,
}

/// An incident as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Its number.
    pub id: i64,
    /// The brand's name.
    pub brand: String,
    /// When it began: the time of its first story.
    pub onset: Instant,
    /// When it was found.
    pub found_at: Instant,
    /// When it was last told.
    pub told_at: Instant,
    /// When it ended, and why, if it has.
    pub ended: Option<(Instant, IncidentEnding)>,
    /// What supports it, as it was last told.
    pub evidence: IncidentEvidence,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_it_was_no_incident_is_a_line() {
        let few = Few {
            at: Instant::UNIX_EPOCH,
            window_hours: 2,
            stories: 12,
            baseline: 0.4,
            authors: 2,
            usual_authors: 0.34,
            top_author_share: 10.0 / 12.0,
        };
        assert_eq!(
            few.words(),
            "12 negative in 2 h where 0.4 are usual, by 2 authors where 0.3 are usual, 83 % by one of them: no incident"
        );
        let one = Few { authors: 1, top_author_share: 1.0, ..few };
        assert_eq!(one.words(), "12 negative in 2 h where 0.4 are usual, by one author: no incident");
    }
}
