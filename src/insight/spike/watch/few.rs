//! Stories that would be an incident if more people had written them: told to whoever asks, and to nobody else. Pure.

use chrono::DateTime;

use super::{Clearest, Watch};
use crate::insight::spike::incident::Tally;
use crate::insight::spike::{Maturity, WINDOWS};
use crate::model::incident::Few;

impl Watch {
    /// The negative stories that are too many for usual times, and whose authors are too few for an incident, all of their
    /// stories counted. Nothing while an incident is open, or on the first day.
    #[must_use]
    pub fn few(&self) -> Option<Few> {
        if self.incident.is_some() || self.baseline.maturity == Maturity::Blind {
            return None;
        }
        let all = |mut clearest: Clearest| {
            clearest.window.negative += clearest.window.excess;
            clearest.counted_anew()
        };
        let clearest = self.windows(WINDOWS.len()).map(all).max_by(|a, b| a.score.total_cmp(&b.score))?;
        if clearest.score < self.needed() {
            return None;
        }
        let authors = Tally::of(self.recent.negative_since(clearest.window.from)).authors();
        let baseline = self.stories(clearest.place, &clearest.window)?.expected().mean;
        let usual_authors = self.authors(clearest.place, &clearest.window)?.expected().mean;
        Some(Few {
            at: DateTime::from_timestamp(self.now, 0).unwrap_or_default(),
            window_hours: WINDOWS.get(clearest.place).copied().unwrap_or_default(),
            stories: authors.stories,
            baseline,
            authors: authors.authors,
            usual_authors,
            top_author_share: authors.top_share(),
        })
    }
}
