//! What is told of an incident: its evidence with the stories behind it and what the last hours held, read from the store.

use chrono::{DurationRound as _, TimeDelta};

use crate::insight::spike;
use crate::model::Instant;
use crate::model::incident::{IncidentEnding, IncidentEvidence, IncidentKind, IncidentPhase};
use crate::model::notice::{HourOfStories, IncidentNotice};
use crate::store::{Store, StoreError};

/// Stories that a mail shows.
const SHOWN: usize = 8;
/// Hours of the chart, and of that of an incident which began before.
const HOURS: (u32, u32) = (24, 48);
/// Hours of a week.
const WEEK: i64 = 7 * 24;
/// How much of the chart lies before the onset at least.
const BEFORE: TimeDelta = TimeDelta::hours(6);

/// What there is to tell, before the stories behind it are read.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentDraft {
    /// The brand's name.
    pub brand: String,
    /// Which mail it is.
    pub phase: IncidentPhase,
    /// Why it is over, if it is.
    pub ending: Option<IncidentEnding>,
    /// What supports it.
    pub evidence: IncidentEvidence,
    /// Whether the brand is not known well yet.
    pub learning: bool,
    /// After which time it is told again while it goes on, in seconds.
    pub update_after: u64,
    /// How many negative stories are usual in each hour of the week.
    pub usual: UsualWeek,
}

/// How many negative stories are usual in each hour of a week around an incident; empty where that is not known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UsualWeek {
    from: Instant,
    hours: Vec<f64>,
}

impl UsualWeek {
    /// What a watch takes for usual, the half of it before a time.
    #[must_use]
    pub fn of(watch: &spike::Watch, around: Instant) -> Self {
        if watch.maturity() == spike::Maturity::Blind {
            return Self::default();
        }
        let from = around.duration_trunc(TimeDelta::hours(1)).unwrap_or(around) - TimeDelta::hours(WEEK / 2);
        let start = |hour: i64| from + TimeDelta::hours(hour);
        Self { from, hours: (0..WEEK).map(|hour| watch.usual(start(hour), start(hour + 1)).1).collect() }
    }

    /// What is usual in each of these hours.
    fn within(&self, hours: &[HourOfStories]) -> Vec<f64> {
        let hour = |at: Instant| usize::try_from((at - self.from).num_hours()).ok();
        hours.iter().filter_map(|each| self.hours.get(hour(each.from)?).copied()).collect()
    }
}

impl IncidentDraft {
    /// What to tell everybody.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn compose(self, store: &Store, now: Instant) -> Result<IncidentNotice, StoreError> {
        let Self { brand, phase, ending, evidence, learning, update_after, usual } = self;
        let mut stories = store.views(&evidence.stories, now).await?;
        stories
            .sort_by(|a, b| a.score.unwrap_or_default().total_cmp(&b.score.unwrap_or_default()).then(a.id.cmp(&b.id)));
        stories.truncate(SHOWN);
        let first = match evidence.first {
            Some(id) => store.views(&[id], now).await?.pop(),
            None => None,
        };
        let this_hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let begins = |hours: u32| this_hour - TimeDelta::hours(i64::from(hours) - 1);
        let (short, long) = HOURS;
        let hours = if evidence.onset - BEFORE >= begins(short) { short } else { long };
        let hours = store.story_hours(&brand, begins(hours), hours).await?;
        Ok(IncidentNotice {
            brand,
            phase,
            ending,
            evidence,
            learning,
            update_after,
            first,
            stories,
            usual: usual.within(&hours),
            hours,
            folded: 0,
            folded_items: Vec::new(),
            first_mail: None,
            told_before: None,
            acknowledged: false,
            taken: None,
        })
    }
}

/// The evidence as it is kept.
#[must_use]
pub fn evidence(found: &spike::Evidence) -> IncidentEvidence {
    IncidentEvidence {
        at: found.at,
        onset: found.onset,
        first: found.first,
        window_hours: found.window_hours,
        counts: found.counts,
        talk: found.talk,
        faster: found.faster,
        negative: found.negative,
        authors: found.authors,
        top_author_share: found.top_author_share,
        kind: match found.kind {
            spike::Kind::BroadWave => IncidentKind::BroadWave,
            spike::Kind::Brigade => IncidentKind::Brigade,
            spike::Kind::RepeatPoster => IncidentKind::RepeatPoster,
        },
        stories: found.stories.clone(),
    }
}

/// The ending as it is kept.
#[must_use]
pub fn ending(found: spike::Ending) -> IncidentEnding {
    match found {
        spike::Ending::Calm => IncidentEnding::Calm,
        spike::Ending::NewLevel => IncidentEnding::NewLevel,
    }
}
