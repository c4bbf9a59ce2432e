//! The life of an incident: how it begins, when it is told again, how it ends, and what it leaves behind. Pure.

use super::{Clearest, Watch};
use crate::insight::spike::WINDOWS;
use crate::insight::spike::history::HOUR;
use crate::insight::spike::incident::{Ending, Event, Tally};
use crate::insight::spike::recent::Told;

/// An incident is calm below this score (one window in ten is so in usual times).
const CALM: f64 = 1.0;

/// An incident that is open.
#[derive(Debug, Clone)]
pub(super) struct Incident {
    pub onset: i64,
    pub first: Option<i64>,
    /// The window it was found in: it must be calm in this and in shorter ones.
    pub place: usize,
    pub told: LastTold,
    /// When it was told that it spreads faster, and how fast: stories an hour.
    pub wave: Option<(i64, f64)>,
    /// Whether somebody takes care of it.
    pub taken: bool,
    /// All its negative stories, of which the windows keep the last two days.
    pub tally: Tally,
    pub calm_since: Option<i64>,
}

/// What was told of it last.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastTold {
    pub at: i64,
    pub stories: u32,
    pub authors: u32,
}

/// What an incident leaves behind: for a time more negative stories than usual are expected, as many as its last quiet hours
/// have brought and one more. A new wave stands out from that as well, and the rest of the old one does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aftermath {
    pub until: i64,
    /// Stories a second beyond the usual ones.
    rest: f64,
}

impl Aftermath {
    /// In a window of the length at this place; one that reaches back to the end only is no shorter in this.
    pub fn within(self, place: usize) -> f64 {
        WINDOWS.get(place).map_or(0.0, |hours| self.rest * (i64::from(*hours) * HOUR) as f64)
    }
}

impl Watch {
    pub(super) fn begin(&mut self, clearest: Clearest, events: &mut Vec<Event>) {
        let (onset, first) = self.onset(&clearest);
        let tally = Tally::of(self.recent.negative_since(onset - 1));
        self.day_score = self.day_score.max(self.threshold);
        self.day_censored = true;
        self.aftermath = None;
        let told = LastTold { at: self.now, stories: tally.stories, authors: tally.people() };
        let place = clearest.place;
        let incident = Incident { onset, first, place, told, wave: None, taken: false, tally, calm_since: None };
        events.push(Event::Start(self.evidence(&incident)));
        self.incident = Some(incident);
    }

    /// The first story of an incident: from it to now the stories come most clearly faster than before (the likelihood
    /// ratio of a change of rate, `c ln(c / m) - (c - m)`, is highest).
    fn onset(&self, clearest: &Clearest) -> (i64, Option<i64>) {
        let all = self.baseline.between(clearest.window.from, self.now).1;
        let stories: Vec<&Told> = self.recent.negative_since(clearest.window.from).collect();
        let ratio = |place: usize, story: &Told| {
            let count = (stories.len() - place) as f64;
            let part = self.baseline.between(story.at, self.now).1 / all.max(1e-9);
            let mean = (clearest.expected.mean * part).max(1e-3);
            if count > mean { count * (count / mean).ln() - (count - mean) } else { 0.0 }
        };
        let ratios = stories.iter().enumerate().map(|(place, story)| (ratio(place, story), story.at, story.id));
        ratios
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .map_or((clearest.window.from, None), |(_, at, id)| (at, Some(id)))
    }

    /// An open incident: whether it is over, or has news.
    pub(super) fn follow(&mut self, events: &mut Vec<Event>) {
        let Some(mut incident) = self.incident.take() else { return };
        incident.calm_since = self.is_calm(&incident).then(|| incident.calm_since.unwrap_or(self.now));
        if incident.calm_since.is_some_and(|since| self.now - since >= self.settings.quiet.num_seconds()) {
            return self.end(&incident, Ending::Calm, events);
        }
        if self.now - incident.onset >= self.settings.longest.num_seconds() {
            return self.end(&incident, Ending::NewLevel, events);
        }
        if self.has_news(&mut incident) {
            incident.told =
                LastTold { at: self.now, stories: incident.tally.stories, authors: incident.tally.people() };
            events.push(Event::Update(self.evidence(&incident)));
        }
        self.incident = Some(incident);
    }

    /// Whether all windows are usual again; one whose stories are those of a single author is no incident any more.
    fn is_calm(&self, incident: &Incident) -> bool {
        let stays = |clearest: Clearest| clearest.tail() >= CALM && self.without_repeats(clearest).tail() >= CALM;
        !self.windows(incident.place).any(stays)
    }

    /// The clearest of the windows that must be calm.
    pub(super) fn most_unusual(&self, incident: &Incident) -> Option<Clearest> {
        self.windows(incident.place).max_by(|a, b| a.score.total_cmp(&b.score))
    }

    fn end(&mut self, incident: &Incident, ending: Ending, events: &mut Vec<Event>) {
        events.push(Event::End { ending, evidence: self.evidence_in_all(incident) });
        let (onset, hour) = (incident.onset.div_euclid(HOUR), self.now.div_euclid(HOUR));
        match ending {
            Ending::Calm => self.history.set_aside(onset, hour),
            Ending::NewLevel => self.history.begin_at(onset),
        }
        self.learn();
        let quiet = self.settings.quiet.num_seconds().max(1);
        let seen = self.recent.negative_since(self.now - quiet).filter(|story| story.counts).count() as f64;
        let beyond = seen + 1.0 - self.baseline.between(self.now - quiet, self.now).1;
        let until = self.now + self.settings.cool_down.num_seconds();
        self.aftermath = Some(Aftermath { until, rest: beyond.max(1.0) / quiet as f64 });
        self.recent.begin_at(self.now);
    }
}
