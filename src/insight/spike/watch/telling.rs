//! What whoever tells of an incident has to know and to say: how it stands, and what was told. Stories may come many at
//! a time, and mails are about all of them.

use chrono::{DateTime, Utc};

use super::{Incident, Watch};
use crate::insight::spike::incident::named;
use crate::insight::spike::{Evidence, WINDOWS};

impl Watch {
    /// What supports the open incident now, if there is one.
    #[must_use]
    pub fn stands(&self) -> Option<Evidence> {
        self.incident.as_ref().map(|incident| self.evidence(incident))
    }

    /// Until then so many negative stories of the open incident were told: it has doubled when there are twice as many.
    pub fn was_told(&mut self, negative: u32, at: DateTime<Utc>) {
        if let Some(incident) = &mut self.incident {
            (incident.told, incident.told_at) = (negative, at.timestamp());
        }
    }

    /// Somebody takes care of the open incident: that it merely goes on is no news.
    pub fn is_taken_care_of(&mut self) {
        if let Some(incident) = &mut self.incident {
            incident.taken = true;
        }
    }

    /// What supports news of an incident.
    pub(super) fn evidence(&self, incident: &Incident) -> Evidence {
        let clearest = &incident.last;
        let from = clearest.window.from;
        let (rest, negative) = self.baseline.between(from, clearest.window.to);
        let since = incident.onset - 1;
        let authors = incident.tally.authors();
        Evidence {
            at: DateTime::from_timestamp(self.now, 0).unwrap_or_default(),
            onset: DateTime::from_timestamp(incident.onset, 0).unwrap_or_default(),
            first: incident.first,
            window_hours: WINDOWS.get(clearest.place).copied().unwrap_or_default(),
            observed: clearest.window.negative,
            baseline: clearest.expected.mean,
            all: clearest.window.negative + clearest.window.rest,
            all_baseline: rest + negative,
            log10_tail: -clearest.tail(),
            negative: authors.stories,
            authors: authors.authors,
            top_author_share: authors.top_share(),
            kind: authors.kind(),
            stories: named(self.recent.negative_since(since)),
        }
    }
}
