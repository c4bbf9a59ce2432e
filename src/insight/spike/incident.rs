//! What is told of an incident: its events, their evidence, and why nothing was told. Pure.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::recent::Told;
use crate::model::incident::{IncidentCounts, Talk};

/// Stories that are named in evidence.
const NAMED: usize = 50;
/// Authors of an incident that are told apart.
const TALLIED: usize = 100_000;

/// How an incident is spread over authors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Many authors.
    BroadWave,
    /// A few authors with many stories each.
    Brigade,
    /// One author wrote half of the stories or more.
    RepeatPoster,
}

/// Why nothing new is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Calm {
    /// No window is improbable enough.
    Usual,
    /// Less than a day is known of the brand.
    NoBaseline,
    /// Its source was added less than a day ago.
    NewSource,
    /// Fewer than three stories.
    FewStories,
    /// Fewer than three authors.
    FewAuthors,
    /// Without its most frequent author the window is usual.
    OneAuthor,
    /// So many authors of negative stories are usual: the same people write more.
    UsualAuthors,
    /// The last incident ended a short time ago, and this may be what is left of it.
    CoolingDown,
    /// The incident is known already, and there is no news of it.
    Known,
    /// The author has told as much within this hour already.
    OverAuthorLimit,
    /// The story is older than every window.
    Late,
}

impl Calm {
    /// Whether there may be enough stories for an incident, but of too few people.
    #[must_use]
    pub fn is_for_few(self) -> bool {
        matches!(self, Self::OneAuthor | Self::FewAuthors | Self::UsualAuthors | Self::OverAuthorLimit)
    }
}

/// Why an incident is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The counts are usual again.
    Calm,
    /// It went on for so long that this is the usual level now.
    NewLevel,
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// An incident began.
    Start(Evidence),
    /// It has grown, spreads faster than before, or goes on.
    Update(Evidence),
    /// It is over.
    End {
        /// Why.
        ending: Ending,
        /// What it was, from its first story on.
        evidence: Evidence,
    },
}

impl Event {
    /// What supports it.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        match self {
            Self::Start(evidence) | Self::Update(evidence) | Self::End { evidence, .. } => evidence,
        }
    }
}

/// What supports an event.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evidence {
    /// When it was found.
    pub at: DateTime<Utc>,
    /// When the incident began: the time of its first story.
    pub onset: DateTime<Utc>,
    /// That story.
    pub first: Option<i64>,
    /// Hours of the window that spoke most clearly.
    pub window_hours: u32,
    /// What it held, and what is usual.
    pub counts: IncidentCounts,
    /// Whether only the negative stories are more than usual.
    pub talk: Talk,
    /// Whether it was told last that it spreads faster than before.
    pub faster: bool,
    /// Negative stories since the onset.
    pub negative: u32,
    /// Their authors; each story without an author counts as one.
    pub authors: u32,
    /// The share of the most frequent author of the window; when the incident is over, of all its stories.
    pub top_author_share: f64,
    /// How those stories are spread over authors.
    pub kind: Kind,
    /// The newest stories that drive it, the oldest first; no more than fifty.
    pub stories: Vec<i64>,
}

/// Who told the stories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Authors {
    pub stories: u32,
    pub authors: u32,
    /// Stories of the most frequent one; and those that count.
    pub top: u32,
    pub top_counted: u32,
    /// Stories of authors with three or more.
    frequent: u32,
}

/// Stories counted by their authors.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub stories: u32,
    unknown: u32,
    /// All of each author's, and those that count.
    by_author: HashMap<u64, (u32, u32)>,
}

impl Tally {
    pub fn of<'a>(stories: impl Iterator<Item = &'a Told>) -> Self {
        let mut tally = Self::default();
        stories.for_each(|story| tally.add(story));
        tally
    }

    /// Counts a story in. Authors beyond a great number of them are counted with each story as if nobody knew them.
    pub fn add(&mut self, story: &Told) {
        self.stories = self.stories.saturating_add(1);
        let full = self.by_author.len() >= TALLIED;
        match story.author.filter(|author| !full || self.by_author.contains_key(author)) {
            None => self.unknown = self.unknown.saturating_add(1),
            Some(author) => {
                let told = self.by_author.entry(author).or_default();
                told.0 += 1;
                told.1 += u32::from(story.counts);
            }
        }
    }

    /// How many stories of an author count.
    pub fn counted_of(&self, author: u64) -> u32 {
        self.by_author.get(&author).map_or(0, |told| told.1)
    }

    /// How many people told them; each story without an author counts as one.
    pub fn people(&self) -> u32 {
        self.unknown.saturating_add(u32::try_from(self.by_author.len()).unwrap_or(u32::MAX))
    }

    pub fn authors(&self) -> Authors {
        let unknown = u32::from(self.unknown > 0);
        Authors {
            stories: self.stories,
            authors: self.people(),
            top: self.by_author.values().map(|told| told.0).max().unwrap_or(unknown),
            top_counted: self.by_author.values().map(|told| told.1).max().unwrap_or(unknown),
            frequent: self.by_author.values().map(|told| told.0).filter(|told| *told >= 3).sum(),
        }
    }
}

impl Authors {
    pub fn kind(&self) -> Kind {
        if self.top >= 3 && 2 * self.top >= self.stories {
            Kind::RepeatPoster
        } else if 2 * self.frequent >= self.stories && self.frequent > 0 {
            Kind::Brigade
        } else {
            Kind::BroadWave
        }
    }

    pub fn top_share(&self) -> f64 {
        f64::from(self.top) / f64::from(self.stories.max(1))
    }
}

/// The newest of the stories.
pub(super) fn named<'a>(stories: impl Iterator<Item = &'a Told>) -> Vec<i64> {
    let mut ids: Vec<i64> = stories.map(|story| story.id).collect();
    ids.drain(..ids.len().saturating_sub(NAMED));
    ids
}
