//! What does not arrive, and the ways out that do not work.

use serde::{Deserialize, Serialize};

use super::{Instant, Notice};

/// What does not arrive by another way, to whoever is told through the fallback.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndeliveredNotice {
    /// Ways out by which nothing gets through.
    pub broken: Vec<FailedWay>,
    /// Those that were told before and work again.
    pub mended: Vec<FailedWay>,
    /// Notices that did not arrive in time, those first that hurry most.
    pub items: Vec<UndeliveredItem>,
    /// How many more there are.
    pub more: u64,
    /// How many notices wait to leave by other ways than this one, these included.
    pub waiting: u64,
}

/// A way out by which nothing got through for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedWay {
    /// `mail`, or a channel as `channel:NAME`.
    pub way: String,
    /// Since when.
    pub since: Instant,
    /// Until when, if it works again.
    #[serde(default)]
    pub until: Option<Instant>,
    /// The last error in plain words.
    pub error: String,
}

/// A notice that did not arrive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndeliveredItem {
    /// Its number in the outbox.
    pub id: i64,
    /// Whom it is for.
    pub recipient: String,
    /// When it was to leave.
    pub since: Instant,
    /// Whether it was given up.
    pub dead: bool,
    /// The last error in plain words.
    pub error: String,
    /// What it says.
    pub notice: Box<Notice>,
}
