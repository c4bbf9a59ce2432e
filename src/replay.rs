//! What people would have been told: mentions go in as they were found, and out come the notices that a configuration
//! makes of them, those it holds back among them. Time is that of the mentions: never asks the clock, never reads the
//! store, never sends anything.
//!
//! The rules, the routes, the schedules, the watch over spikes, the times at which groups are mailed and what keeps the
//! peace are those of the daemon. One mail stands for those to all who are reached by the same route, and nobody
//! acknowledges anything, so that others are told next where the configuration says so. Of several routes that an incident takes, the first is replayed.
//!
//! ```text
//! watched   a brand: its stories, its incident, its alerts
//! stories   which mentions are copies of one another, and have alerted
//! affair    an incident: what was told of it, and what it tells
//! lane      the alerts that take a route
//! group     those that gather, and those that are said again
//! ladder    those of which others are told next
//! gate      what is held although it is due
//! notice    what goes out
//! tally     how much of what
//! ```

mod affair;
mod gate;
mod group;
mod ladder;
mod lane;
mod notice;
mod stories;
mod tally;
mod watched;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::alert::{Routes, Rules};
use crate::config::SpikeConfig;
use crate::digest::Schedule;
use crate::insight::spike::Event;
use crate::model::time::after;
use crate::model::{Instant, Judgement};
use crate::query::Subject;

pub use gate::{Guard, Held};
use lane::Said;
pub use notice::{Kind, Notice};
pub use tally::{OfBrand, Tally};
use watched::Watched;

/// So long after the last mention nothing is said, so that what waited is told and what was open comes to its end.
const SILENCE_AFTER: Duration = Duration::from_secs(86_400);
const HOUR: i64 = 3_600;

/// What decides.
#[derive(Debug, Clone)]
pub struct Setup {
    /// When a mention becomes an alert.
    pub rules: Rules,
    /// Where alerts go, and how they are grouped there.
    pub routes: Routes,
    /// The recipients of the brands that are configured; all others have somebody.
    pub recipients: BTreeMap<String, Vec<String>>,
    /// What keeps the peace.
    pub guard: Guard,
    /// When incidents begin.
    pub spikes: SpikeConfig,
    /// The summaries.
    pub digests: Vec<Summary>,
    /// What would have gone out before is not told; it happens all the same.
    pub since: Option<Instant>,
}

/// A digest.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// When it is due.
    pub schedule: Schedule,
    /// Brands it reports on; empty means all.
    pub brands: Vec<String>,
    /// Whether it goes out although nothing was said.
    pub when_quiet: bool,
}

/// A mention as it was found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// When. Mentions that come after a later one count as found with it.
    pub at: Instant,
    /// The brand's name.
    pub brand: &'a str,
    /// The entry, and what is known of it.
    pub subject: Subject<'a>,
    /// Since when its source is read, where that is known.
    pub source_since: Option<Instant>,
    /// Its tone and score.
    pub judgement: &'a Judgement,
    /// The number of its story; without one it is a story of its own.
    pub story: Option<i64>,
}

/// Everything that was said so far, and what is still to come of it.
#[derive(Debug)]
pub struct Replay {
    setup: Setup,
    /// When the first mention was found, and the time of what happens now.
    begun: Option<Instant>,
    now: Instant,
    brands: Vec<Watched>,
    by_name: HashMap<String, usize>,
    /// What is due when; at one time in this order.
    due: BTreeSet<(Instant, Due)>,
    /// Brands with an open incident.
    incidents: BTreeSet<usize>,
    notices: Vec<Notice>,
    tally: Tally,
}

/// Something that happens by itself. Brands and digests are meant by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// Whether the open incidents are over.
    Incidents,
    /// The alerts of a brand and a route that have gathered are mailed.
    Group(usize, usize),
    /// Those that nobody acknowledged are said again.
    Reminder(usize, usize),
    /// Others are told of what nobody acknowledged of a brand.
    Escalation(usize),
    /// What was held of a brand may go out.
    Release(usize),
    Digest(usize),
}

impl Replay {
    /// Begins with nothing.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            begun: None,
            now: Instant::MIN_UTC,
            brands: Vec::new(),
            by_name: HashMap::new(),
            due: BTreeSet::new(),
            incidents: BTreeSet::new(),
            notices: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// Takes a mention in, after everything that was due before it was found.
    pub fn find(&mut self, found: &Found<'_>) {
        let now = found.at.max(self.now);
        if self.begun.is_none() {
            self.begin(now);
        }
        self.pass(|at| at < now);
        self.now = now;
        let place = self.place(found.brand);
        let counts = self.tells(now);
        let Some(watched) = self.brands.get_mut(place) else { return };
        watched.since_digest.iter_mut().for_each(|count| *count += 1);
        if counts {
            self.tally.mention(found.brand, now);
        }
        let known = found.story.is_some_and(|story| watched.stories.meet(story, now));
        let (events, few) = if known { (Vec::new(), None) } else { watched.observe(found, now) };
        match watched.alert(&self.setup, found, now) {
            Ok(first) => {
                let lanes = first.into_iter().filter_map(|lane| Some((lane, watched.lanes.get(lane)?)));
                let due = lanes.map(|(at, lane)| (lane.group.due(&lane.grouping, now), Due::Group(place, at)));
                self.due.extend(due);
            }
            Err(why) if counts => self.tally.no_alert(why),
            Err(_) => {}
        }
        self.tell_all(place, few);
        self.tell_incident(place, &events);
    }

    /// Lets a day pass in which nothing is said, and as much more as incidents need to end and to be over, but no time after
    /// `until`.
    pub fn finish(&mut self, until: Option<Instant>) {
        if self.begun.is_none() {
            return;
        }
        let still = |at| until.is_none_or(|until| at <= until);
        let end = after(self.now, SILENCE_AFTER);
        self.pass(|at| at <= end && still(at));
        while !self.incidents.is_empty() && self.due.first().is_some_and(|(at, _)| still(*at)) {
            self.happen();
        }
        for place in 0..self.brands.len() {
            let rest = self.brands.get_mut(place).map(Watched::rest).unwrap_or_default();
            self.tell_all(place, rest);
        }
    }

    /// The notices since this was asked last, in the order in which they would have gone out.
    pub fn take_notices(&mut self) -> impl Iterator<Item = Notice> + '_ {
        self.notices.drain(..)
    }

    /// How much of what there was.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    fn begin(&mut self, now: Instant) {
        self.begun = Some(now);
        self.now = now;
        (0..self.setup.digests.len()).for_each(|digest| self.expect_digest(digest));
    }

    /// The place of a brand; one that is new is watched since the beginning, in which nothing was said of it.
    fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.by_name.get(name) {
            return *place;
        }
        let since = self.begun.unwrap_or(self.now);
        self.brands.push(Watched::new(name, &self.setup, since));
        let place = self.brands.len() - 1;
        self.by_name.insert(name.to_owned(), place);
        place
    }

    /// What is due happens in order, as long as its time is `meant`.
    fn pass(&mut self, meant: impl Fn(Instant) -> bool) {
        while self.due.first().is_some_and(|(at, _)| meant(*at)) {
            self.happen();
        }
    }

    fn happen(&mut self) {
        let Some((at, due)) = self.due.pop_first() else { return };
        self.now = self.now.max(at);
        match due {
            Due::Incidents => self.follow_incidents(),
            Due::Group(place, lane) => self.mail(place, lane, false),
            Due::Reminder(place, lane) => self.mail(place, lane, true),
            Due::Escalation(place) => self.escalate(place),
            Due::Release(place) => self.release(place),
            Due::Digest(digest) => self.digest(digest),
        }
    }

    fn follow_incidents(&mut self) {
        for place in self.incidents.clone() {
            let Some(watch) = self.brands.get_mut(place).and_then(|watched| watched.watch.as_mut()) else { continue };
            let events = watch.tick(self.now);
            if !watch.is_awaiting() {
                self.incidents.remove(&place);
            }
            self.tell_incident(place, &events);
        }
        if !self.incidents.is_empty() {
            self.due.insert((next_hour(self.now), Due::Incidents));
        }
    }

    fn tell_incident(&mut self, place: usize, events: &[Event]) {
        for event in events {
            if matches!(event, Event::Start(_)) {
                self.incidents.insert(place);
                self.due.insert((next_hour(self.now), Due::Incidents));
            }
            let Some(watched) = self.brands.get_mut(place) else { return };
            let said = watched.tell_incident(event, &self.setup.guard, self.now);
            self.tell_all(place, said);
            self.expect_later(place);
        }
    }

    fn mail(&mut self, place: usize, lane: usize, again: bool) {
        let Some(watched) = self.brands.get_mut(place) else { return };
        let said = watched.mail(lane, again, &self.setup.guard, self.now);
        self.tell_all(place, said);
        self.expect_reminder(place, lane);
        self.expect_later(place);
    }

    fn escalate(&mut self, place: usize) {
        let Some(watched) = self.brands.get_mut(place) else { return };
        let said = watched.escalate(&self.setup.guard, self.now);
        self.tell_all(place, said);
        self.expect_later(place);
    }

    fn release(&mut self, place: usize) {
        let Some(watched) = self.brands.get_mut(place) else { return };
        let (said, lanes) = (watched.release(&self.setup.guard, self.now), watched.lanes.len());
        self.tell_all(place, said);
        (0..lanes).for_each(|lane| self.expect_reminder(place, lane));
        self.expect_later(place);
    }

    /// What is held may go out later, and others may be told.
    fn expect_later(&mut self, place: usize) {
        let Some(watched) = self.brands.get(place) else { return };
        self.due.extend(watched.released_at().map(|at| (at, Due::Release(place))));
        self.due.extend(watched.escalates_at().map(|at| (at, Due::Escalation(place))));
    }

    fn expect_reminder(&mut self, place: usize, at: usize) {
        let lane = self.brands.get_mut(place).and_then(|watched| watched.lanes.get_mut(at));
        let due = lane.and_then(|lane| lane.group.repeats_at(&lane.grouping, self.now));
        self.due.extend(due.map(|due| (due, Due::Reminder(place, at))));
    }

    fn has_incident(&self, place: usize) -> bool {
        let watch = self.brands.get(place).and_then(|watched| watched.watch.as_ref());
        watch.is_some_and(|watch| watch.incident_since().is_some())
    }

    fn digest(&mut self, digest: usize) {
        let Some(Summary { name, brands, when_quiet, .. }) = self.setup.digests.get(digest) else { return };
        let (reason, mut counts) = (notice::of_digest(name), Vec::new());
        for (place, watched) in self.brands.iter_mut().enumerate() {
            let count = watched.since_digest.get_mut(digest).map(std::mem::take).unwrap_or_default();
            if brands.is_empty() || brands.contains(&watched.brand.name) {
                counts.push((place, count));
            }
        }
        if !when_quiet && counts.iter().all(|(place, count)| *count == 0 && !self.has_incident(*place)) {
            counts.clear();
        }
        for (place, count) in counts {
            self.tell(place, (Kind::Digest, reason.clone(), count));
        }
        self.expect_digest(digest);
    }

    fn expect_digest(&mut self, digest: usize) {
        let summary = self.setup.digests.get(digest);
        let slot = summary.and_then(|summary| summary.schedule.next_after(self.now));
        self.due.extend(slot.map(|slot| (slot, Due::Digest(digest))));
    }

    fn tell_all(&mut self, place: usize, said: impl IntoIterator<Item = Said>) {
        said.into_iter().for_each(|said| self.tell(place, said));
    }

    fn tell(&mut self, place: usize, (kind, reason, count): Said) {
        if !self.tells(self.now) {
            return;
        }
        let Some(watched) = self.brands.get(place) else { return };
        let brand = watched.brand.name.clone();
        self.tally.notice(&brand, kind);
        self.notices.push(Notice { at: self.now, kind, brand, reason, count });
    }

    fn tells(&self, at: Instant) -> bool {
        self.setup.since.is_none_or(|since| at >= since)
    }
}

/// The beginning of the next hour.
fn next_hour(at: Instant) -> Instant {
    Instant::from_timestamp((at.timestamp().div_euclid(HOUR) + 1) * HOUR, 0).unwrap_or(Instant::MAX_UTC)
}
