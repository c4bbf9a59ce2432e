//! What a document says about when it changes, and who tells so at once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

/// What a feed asks of those who poll it. Stored, since an unchanged document (304) does not repeat it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// The longer of RSS `ttl` and the period of `sy:updatePeriod` and `sy:updateFrequency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Duration>,
    /// `skipHours`: bit `n` is set for the hour from `n`:00 to `n`:59 UTC, 0 to 23.
    #[serde(default)]
    pub skip_hours: u32,
    /// `skipDays`: bit `n` is set for a day in UTC, 0 being Monday and 6 Sunday.
    #[serde(default)]
    pub skip_days: u8,
    /// `expired` of JSON Feed: it will never change again.
    #[serde(default)]
    pub expired: bool,
}

/// A WebSub hub that a feed names (W3C WebSub, 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hub {
    /// Where to subscribe.
    pub url: Url,
    /// What to subscribe to: the feed's own name for itself, which may differ from the address it was read from.
    pub topic: Url,
}

/// A hub, and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundHub {
    /// The hub.
    pub hub: Hub,
    /// The address that the document came from; what the hub delivers is read as if it came from there too.
    pub read_from: Url,
}
