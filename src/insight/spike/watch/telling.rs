//! What whoever tells of an incident has to know and to say: how it stands, and what was told. Stories may come many at
//! a time, and mails are about all of them.

use chrono::{DateTime, Utc};

use super::{Incident, Watch};
use crate::insight::spike::beside::Beside;
use crate::insight::spike::incident::named;
use crate::insight::spike::{Evidence, WINDOWS};
use crate::model::incident::{IncidentCount, IncidentCounts, Talk};

/// The other stories and their authors both rise where so many come by chance less often than this (a power of ten, negated).
const RISES: f64 = 2.0;

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
        let stories = self.stories(clearest.place, &clearest.window);
        let people = self.authors(clearest.place, &clearest.window);
        let rises = |beside: &Beside| beside.others().log10_tail <= -RISES;
        let all_rises = stories.iter().chain(&people).all(rises);
        let count =
            |beside: Option<Beside>, of: fn(&Beside) -> IncidentCount| beside.as_ref().map(of).unwrap_or_default();
        let since = incident.onset - 1;
        let authors = incident.tally.authors();
        Evidence {
            at: DateTime::from_timestamp(self.now, 0).unwrap_or_default(),
            onset: DateTime::from_timestamp(incident.onset, 0).unwrap_or_default(),
            first: incident.first,
            window_hours: WINDOWS.get(clearest.place).copied().unwrap_or_default(),
            counts: IncidentCounts {
                negative_stories: count(stories, Beside::negative),
                negative_authors: count(people, Beside::negative),
                all_stories: count(stories, Beside::all),
                all_authors: count(people, Beside::all),
            },
            talk: if all_rises { Talk::All } else { Talk::Negative },
            negative: authors.stories,
            authors: authors.authors,
            top_author_share: authors.top_share(),
            kind: authors.kind(),
            stories: named(self.recent.negative_since(since)),
        }
    }
}
