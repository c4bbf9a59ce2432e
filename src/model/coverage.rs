//! What was read of the sources in a period, and what was not. Pure.

use serde::{Deserialize, Serialize};

use super::health::{Health, HealthChange};
use super::{Instant, Loss};

/// Which sources were read in a period, and which were not.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Number of configured sources.
    pub sources: u64,
    /// Sources that could not be read at the end of the period, or at no time in it.
    pub unread: Vec<Gap>,
    /// Sources that could not be read for a while and are read again.
    pub recovered: Vec<Gap>,
    /// What sources that were read could not show any more, by source.
    #[serde(default)]
    pub lost: Vec<Lost>,
    /// Of the others, those whose health changed in the period, with the last change, and those that were silent at its
    /// end.
    #[serde(default)]
    pub health: Vec<HealthChange>,
}

/// A time in which a source was not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// Name of the source.
    pub source: String,
    /// Nothing was read since; `None` when it has never been read.
    pub since: Option<Instant>,
    /// When it was read again.
    pub until: Option<Instant>,
    /// Why, in plain words.
    pub reason: String,
}

/// What was said in a source and may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// Name of the source.
    pub source: String,
    /// When it was said, and why it is missing.
    #[serde(flatten)]
    pub loss: Loss,
}

impl Gap {
    /// Why a source was not read of which no outage is known: no poll was finished in the period,
    pub const NO_POLL: &'static str = "no poll of it was finished in this time";
    /// or none ever.
    pub const NOT_POLLED_YET: &'static str = "not polled yet";
}

impl Coverage {
    /// Whether all sources were read, and all the time, nothing is missing, and none of them is silent for no reason, so
    /// that silence means that nothing was said.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let read = self.unread.is_empty() && self.recovered.is_empty() && self.lost.is_empty();
        self.sources > 0 && read && self.silent() == 0
    }

    /// Number of sources of which something may be missing though they were read.
    #[must_use]
    pub fn losing(&self) -> u64 {
        self.lost.chunk_by(|one, next| one.source == next.source).count() as u64
    }

    /// Number of sources that were read but are silent for longer than their rhythm explains.
    #[must_use]
    pub fn silent(&self) -> u64 {
        self.health.iter().filter(|change| change.condition.health == Health::Silent).count() as u64
    }
}
