//! What whoever tells of an incident has to know and to say: how it stands, and what was told. Stories may come many at
//! a time, and mails are about all of them.

use chrono::{DateTime, Utc};

use super::gates::FEWEST;
use super::life::{Incident, LastTold};
use super::{Clearest, Watch};
use crate::insight::spike::beside::Beside;
use crate::insight::spike::incident::{Authors, Tally, named};
use crate::insight::spike::recent::Window;
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

    /// This was told of the open incident: it has doubled when there are twice as many stories, or authors.
    pub fn was_told(&mut self, negative: u32, authors: u32, at: DateTime<Utc>) {
        if let Some(incident) = &mut self.incident {
            incident.told = LastTold { at: at.timestamp(), stories: negative, authors };
        }
    }

    /// Somebody takes care of the open incident: that it merely goes on is no news.
    pub fn is_taken_care_of(&mut self) {
        if let Some(incident) = &mut self.incident {
            incident.taken = true;
        }
    }

    /// What supports news of an incident. Who writes is asked of the window, or of all of it where that holds next to nothing.
    pub(super) fn evidence(&self, incident: &Incident) -> Evidence {
        let window = self.speaking(incident);
        let writing = window.map(|(_, window)| Tally::of(self.recent.negative_since(window.from)).authors());
        let writing = writing.filter(|authors| authors.stories >= FEWEST);
        self.evidence_of(incident, window, writing.unwrap_or_else(|| incident.tally.authors()))
    }

    /// What supports its end: who wrote all of it.
    pub(super) fn evidence_in_all(&self, incident: &Incident) -> Evidence {
        self.evidence_of(incident, self.speaking(incident), incident.tally.authors())
    }

    /// The window that speaks for an incident as it stands now: the clearest that enough people wrote, else the clearest, else
    /// the longest that must be calm.
    fn speaking(&self, incident: &Incident) -> Option<(usize, Window)> {
        let needed = self.needed();
        let mut unusual: Vec<Clearest> =
            self.windows(incident.place).filter(|clearest| clearest.score >= needed).collect();
        let clearest = self.of_enough_people(&mut unusual, needed).ok().or_else(|| self.most_unusual(incident));
        clearest
            .map(|clearest| (clearest.place, clearest.window))
            .or_else(|| self.recent.windows().filter(|(place, _)| *place <= incident.place).last())
    }

    fn evidence_of(&self, incident: &Incident, window: Option<(usize, Window)>, writing: Authors) -> Evidence {
        let stories = window.and_then(|(place, window)| self.stories(place, &window));
        let people = window.and_then(|(place, window)| self.authors(place, &window));
        let rises = |beside: &Beside| beside.others().log10_tail <= -RISES;
        let all_rises = stories.iter().chain(&people).all(rises);
        let count =
            |beside: Option<Beside>, of: fn(&Beside) -> IncidentCount| beside.as_ref().map(of).unwrap_or_default();
        let hours = window.and_then(|(place, _)| WINDOWS.get(place).copied());
        Evidence {
            at: DateTime::from_timestamp(self.now, 0).unwrap_or_default(),
            onset: DateTime::from_timestamp(incident.onset, 0).unwrap_or_default(),
            first: incident.first,
            window_hours: hours.unwrap_or_default(),
            counts: IncidentCounts {
                negative_stories: count(stories, Beside::negative),
                negative_authors: count(people, Beside::negative),
                all_stories: count(stories, Beside::all),
                all_authors: count(people, Beside::all),
            },
            talk: if all_rises { Talk::All } else { Talk::Negative },
            faster: incident.wave.is_some_and(|(at, _)| at == incident.told.at),
            negative: incident.tally.stories,
            authors: incident.tally.people(),
            top_author_share: writing.top_share(),
            kind: writing.kind(),
            stories: named(self.recent.negative_since(incident.onset - 1)),
        }
    }
}
