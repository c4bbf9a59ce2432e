//! What is news of an incident that is open: that it has grown, by its stories or by the people who write them, that it spreads
//! faster than before, or merely that it goes on. Pure.

use super::life::Incident;
use super::{Clearest, Watch};
use crate::insight::spike::history::HOUR;
use crate::insight::spike::recent::Window;

/// The longest window that speaks of a new wave (six hours), and the one that says how it was before (a day).
const NEW: usize = 3;
const BEFORE: usize = 5;
/// A new wave is so many times as fast as what was before at least.
const FASTER: f64 = 2.0;
/// The usual authors beside an incident come to no more than are expected and so many standard deviations.
const SURELY: f64 = 3.0;

impl Watch {
    /// Whether there is.
    pub(super) fn has_news(&self, incident: &mut Incident) -> bool {
        let passed = self.now - incident.told.at;
        if passed < self.settings.update_apart.num_seconds() {
            return false;
        }
        let wave = self.new_wave(incident).map(|rate| (self.now, rate));
        let (told, tally) = (&incident.told, &incident.tally);
        let has_grown = || tally.stories >= 2 * told.stories || self.more_people(incident);
        let goes_on = || !incident.taken && incident.calm_since.is_none() && tally.stories > told.stories;
        let is_news = wave.is_some() || has_grown() || passed >= self.settings.update_after.num_seconds() && goes_on();
        if is_news {
            incident.wave = wave.or(incident.wave);
        }
        is_news
    }

    /// Whether the people who write have doubled; those who would have written anyway do not count.
    fn more_people(&self, incident: &Incident) -> bool {
        let told = &incident.told;
        let new = f64::from(incident.tally.people().saturating_sub(told.authors));
        let usual = self.baseline.between(told.at, self.now).1;
        new >= f64::from(told.authors) + usual + SURELY * usual.sqrt()
    }

    /// How fast a new wave is, in stories an hour: what came since the incident was last told would be one of its own even if
    /// it were usual that it goes on as it did before that, within the last day. Another like the one that was told last is
    /// none for a time.
    fn new_wave(&self, incident: &Incident) -> Option<f64> {
        let is_far = |(place, window): &(usize, Window)| window.from <= incident.onset || *place >= BEFORE;
        let (_, before) = self.recent.windows().find(is_far)?;
        let from = before.from.max(incident.onset);
        let needed = self.needed();
        let new = self
            .recent
            .windows()
            .filter(|(place, window)| *place <= NEW && window.from >= incident.told.at && window.from > from);
        let mut waves: Vec<Clearest> = new
            .filter_map(|(place, window)| {
                let seen = f64::from(before.negative.saturating_sub(window.negative));
                let beyond = (seen - self.baseline.between(from, window.from).1).max(0.0);
                let more = beyond * (window.to - window.from) as f64 / (window.from - from) as f64;
                self.clearest(place, window, more)
            })
            .filter(|clearest| {
                let negative = f64::from(clearest.window.negative);
                clearest.score >= needed && negative >= FASTER * clearest.expected.mean
            })
            .collect();
        let wave = self.of_enough_people(&mut waves, needed).ok()?.window;
        let rate = f64::from(wave.negative) * HOUR as f64 / (wave.to - wave.from) as f64;
        let again = self.settings.update_after.num_seconds();
        let is_known = |(at, known): (i64, f64)| self.now - at < again && rate < FASTER * known;
        (!incident.wave.is_some_and(is_known)).then_some(rate)
    }
}
