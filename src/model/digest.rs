//! The parts of a digest beyond its counts: what waits for an answer, incidents, the chart, what was talked about, and by
//! whom. Rows of an outbox that were written before a part existed are read without it.

use serde::{Deserialize, Serialize};

use super::incident::{IncidentEnding, IncidentKind};
use super::notice::{MentionView, Metrics};
use super::{Instant, Severity, Tone};

/// Hours within which a complaint is to be answered, counted from when it was published.
pub const ANSWER_HOURS: i64 = 24;

/// The negative stories that nobody has acknowledged.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Waiting {
    /// The first of them, each by its first mention, the oldest first.
    pub items: Vec<MentionView>,
    /// How many there are.
    pub total: u64,
    /// How many of all of them wait for longer than [`ANSWER_HOURS`].
    pub overdue: u64,
}

/// What was counted in the period of equal length before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Comparison {
    /// The scores of that period.
    Before {
        /// When that period begins.
        from: Instant,
        /// What was counted.
        metrics: Metrics,
        /// How many sources were not read all the time then, so that a change may be none.
        unread: u64,
    },
    /// The brand was not watched for all of it.
    TooYoung {
        /// Since when it is watched; `None` when nothing of it was ever found.
        since: Option<Instant>,
    },
    /// What was found in it is not all kept any more.
    Forgotten {
        /// What was found before this is gone.
        until: Instant,
    },
}

impl Comparison {
    /// The scores of the period before, if they can be compared with.
    #[must_use]
    pub fn metrics(&self) -> Option<&Metrics> {
        match self {
            Self::Before { metrics, .. } => Some(metrics),
            Self::TooYoung { .. } | Self::Forgotten { .. } => None,
        }
    }
}

/// A bar of the chart of a period. It ends where the next one begins, or with the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartBar {
    /// When it begins.
    pub from: Instant,
    /// Negative stories that were found in it,
    pub negative: u64,
    /// neutral ones,
    pub neutral: u64,
    /// positive ones,
    pub positive: u64,
    /// and such that could not be judged.
    pub unscored: u64,
}

impl ChartBar {
    /// All stories of it.
    #[must_use]
    pub fn stories(&self) -> u64 {
        self.negative + self.neutral + self.positive + self.unscored
    }

    /// How many stories of a tone it has.
    #[must_use]
    pub fn of(&self, tone: Tone) -> u64 {
        match tone {
            Tone::Negative => self.negative,
            Tone::Neutral => self.neutral,
            Tone::Positive => self.positive,
            Tone::Unscored => self.unscored,
        }
    }
}

/// For how long a bar of a chart stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarLength {
    /// An hour.
    #[default]
    Hour,
    /// A day of the digest's zone.
    Day,
    /// Seven of them.
    Week,
}

/// An incident as a digest tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentLine {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub onset: Instant,
    /// When it ended, and why, if it had by the end of the period.
    pub ended: Option<(Instant, IncidentEnding)>,
    /// How it is spread over authors.
    pub kind: IncidentKind,
    /// Negative stories since the onset, as they were last told.
    pub negative: u32,
    /// Their authors.
    pub authors: u32,
    /// The story it began with, if it is still there.
    pub first: Option<Headline>,
}

/// A mention by its title alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// Id of the mention.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Where to read it; only `http` and `https` addresses.
    pub url: Option<String>,
}

/// Why a story is shown among those that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// It is negative.
    Negative,
    /// Many react to it or copy it.
    Loud,
    /// Somebody praises, and might be thanked.
    Praise,
    /// None of these, but there is room.
    Other,
}

/// A story that may be shown, by its first mention.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The mention.
    pub id: i64,
    /// Its tone.
    pub tone: Tone,
    /// How clear the tone is, times the weight of the source.
    pub weight: f64,
    /// Likes, shares and replies.
    pub engagement: u64,
    /// Its copies that were found in the period.
    pub copies: u64,
    /// When it was found.
    pub found_at: Instant,
}

/// What the stories of a period have in common. Numbers count stories.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tops {
    /// Words and expressions that tell this period from others, most stories first.
    pub keywords: Vec<(String, u64)>,
    /// Tags, most stories first.
    pub hashtags: Vec<(String, u64)>,
    /// How many stories were looked at for them and for the sources, where there are more.
    pub sample: Option<u64>,
}

/// How much is said of a brand beside its competitors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voice {
    /// The brand's name.
    pub brand: String,
    /// Stories of the period.
    pub stories: u64,
    /// Stories of the period before, where that can be compared with.
    pub before: Option<u64>,
    /// Since when it is watched, where that was not for all of the period.
    pub since: Option<Instant>,
}

/// An author who complained before and praises now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The author's name.
    pub author: String,
    /// The last complaint,
    pub complaint: Headline,
    /// when it was made,
    pub complained_at: Instant,
    /// and the praise of this period.
    pub praise: Headline,
}

/// A story in a list of all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedStory {
    /// Id of its first mention.
    pub id: i64,
    /// The brand's name.
    pub brand: String,
    /// Its title, or its first words.
    pub title: String,
    /// The author's name.
    pub author: Option<String>,
    /// Name of the source that showed it first.
    pub source: String,
    /// Where to read it; only `http` and `https` addresses.
    pub url: Option<String>,
    /// When it was published, if the source says.
    pub published_at: Option<Instant>,
    /// When it was found.
    pub found_at: Instant,
    /// Its tone.
    pub tone: Tone,
    /// From -1 to 1.
    pub score: Option<f64>,
    /// How much harm it speaks of.
    pub severity: Severity,
    /// Likes, shares and replies added up, where the network tells.
    pub engagement: Option<u64>,
}

/// All stories of a digest as a file, where the mail does not show all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryList {
    /// The name of the file, in ASCII.
    pub file: String,
    /// What it holds.
    pub csv: String,
    /// How many stories it holds,
    pub stories: u64,
    /// and how many there are.
    pub all: u64,
}
