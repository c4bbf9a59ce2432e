//! What people would have been told: mentions go in as they were found, and out come the notices that a configuration
//! makes of them, those it holds back among them. Time is that of the mentions: never asks the clock, never reads the
//! store, never sends anything.
//!
//! The rules, the schedules, the watch over spikes and the times at which groups are mailed are those of the daemon.
//! Everybody hears of everything, so that one group per brand is enough, and nobody acknowledges anything. Silences, quiet
//! hours and routes are not known here.
//!
//! ```text
//! stories   which mentions are copies of one another, and have alerted
//! group     the alerts of a brand that gather, and those that are said again
//! gate      what is held although it is due
//! notice    what goes out
//! tally     how much of what
//! ```

mod gate;
mod group;
mod notice;
mod stories;
mod tally;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::alert::{Decision, Rules};
use crate::config::{GroupingConfig, SpikeConfig};
use crate::digest::Schedule;
use crate::insight::spike::{self, Event, Watch};
use crate::model::time::after;
use crate::model::{Brand, Folding, Instant, Judgement, Severity, Tone};
use crate::query::Subject;
use crate::story::COPY_OF_STORY;

pub use gate::Held;
use gate::{Around, Urgency};
use group::{Alert, Group};
pub use notice::{Kind, Notice};
use stories::Stories;
pub use tally::{OfBrand, Tally};

/// So long after the last mention nothing is said, so that what waited is told and what was open comes to its end.
const SILENCE_AFTER: Duration = Duration::from_secs(86_400);
const HOUR: i64 = 3_600;

/// What decides.
#[derive(Debug, Clone)]
pub struct Setup {
    /// When a mention becomes an alert.
    pub rules: Rules,
    /// How alerts are grouped.
    pub grouping: GroupingConfig,
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
    /// The alerts that have gathered are mailed.
    Group(usize),
    /// Those that nobody acknowledged are said again.
    Reminder(usize),
    Digest(usize),
}

/// A brand.
#[derive(Debug)]
struct Watched {
    brand: Brand,
    /// Unless nobody wants to hear of spikes.
    watch: Option<Watch>,
    group: Group,
    stories: Stories,
    /// For each digest the mentions since the last one.
    since_digest: Vec<u64>,
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
        let events = if known { Vec::new() } else { watched.observe(found, now) };
        match watched.decide(&self.setup.rules, found, now) {
            Ok(alert) => {
                if watched.group.gather(alert) {
                    self.due.insert((watched.group.due(&self.setup.grouping, now), Due::Group(place)));
                }
            }
            Err(why) if counts => self.tally.no_alert(why),
            Err(_) => {}
        }
        self.tell_incident(place, &events);
    }

    /// Lets a day pass in which nothing is said, and as much more as incidents need to end, but no time after `until`.
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
        let brand = Brand {
            name: name.to_owned(),
            query: String::new(),
            folding: Folding::default(),
            languages: Vec::new(),
            recipients: Vec::new(),
            labels: Vec::new(),
            competitors: Vec::new(),
        };
        let spikes = self.setup.spikes.of(name);
        let since = self.begun.unwrap_or(self.now);
        self.brands.push(Watched {
            brand,
            watch: spikes.enabled.then(|| Watch::new(spikes.into(), since)),
            group: Group::default(),
            stories: Stories::default(),
            since_digest: vec![0; self.setup.digests.len()],
        });
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
            Due::Group(place) => self.mail_group(place),
            Due::Reminder(place) => self.remind(place),
            Due::Digest(digest) => self.digest(digest),
        }
    }

    fn follow_incidents(&mut self) {
        for place in self.incidents.clone() {
            let events = self.brands.get_mut(place).and_then(|watched| Some(watched.watch.as_mut()?.tick(self.now)));
            self.tell_incident(place, &events.unwrap_or_default());
        }
        if !self.incidents.is_empty() {
            self.due.insert((next_hour(self.now), Due::Incidents));
        }
    }

    fn tell_incident(&mut self, place: usize, events: &[Event]) {
        for event in events {
            match event {
                Event::Start(evidence) => {
                    self.incidents.insert(place);
                    self.due.insert((next_hour(self.now), Due::Incidents));
                    // What was mailed of it one by one is not repeated beside it.
                    if let Some(watched) = self.brands.get_mut(place) {
                        watched.group.forget_since(evidence.onset);
                    }
                }
                Event::Update(_) => {}
                Event::End { .. } => {
                    self.incidents.remove(&place);
                }
            }
            self.tell(place, notice::of_incident(event));
        }
    }

    fn mail_group(&mut self, place: usize) {
        let now = self.now;
        let Some(watched) = self.brands.get_mut(place) else { return };
        let alerts = watched.group.take(now);
        let (held, alerts) = watched.part(alerts);
        let mailed = notice::of_alerts(&alerts);
        watched.group.mailed(&alerts, now);
        self.tell_all(place, held, mailed);
        self.expect_reminder(place);
    }

    fn remind(&mut self, place: usize) {
        let (now, grouping) = (self.now, &self.setup.grouping);
        let Some(watched) = self.brands.get_mut(place) else { return };
        let Some(alerts) = watched.group.repeat(grouping, now) else { return self.expect_reminder(place) };
        let (held, alerts) = watched.part(alerts);
        self.tell_all(place, held, notice::of_reminder(alerts.len()));
        self.expect_reminder(place);
    }

    fn expect_reminder(&mut self, place: usize) {
        let watched = self.brands.get_mut(place);
        let at = watched.and_then(|watched| watched.group.repeats_at(&self.setup.grouping, self.now));
        self.due.extend(at.map(|at| (at, Due::Reminder(place))));
    }

    fn digest(&mut self, digest: usize) {
        let Some(Summary { name, brands, .. }) = self.setup.digests.get(digest) else { return };
        let (reason, mut counts) = (notice::of_digest(name), Vec::new());
        for (place, watched) in self.brands.iter_mut().enumerate() {
            let count = watched.since_digest.get_mut(digest).map(std::mem::take).unwrap_or_default();
            if brands.is_empty() || brands.contains(&watched.brand.name) {
                counts.push((place, count));
            }
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

    fn tell_all(&mut self, place: usize, held: Vec<(Held, u64)>, mailed: Option<(Kind, String, u64)>) {
        mailed.into_iter().for_each(|mailed| self.tell(place, mailed));
        held.into_iter().for_each(|(held, count)| self.tell(place, (Kind::Hold, held.to_string(), count)));
    }

    fn tell(&mut self, place: usize, (kind, reason, count): (Kind, String, u64)) {
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

impl Watched {
    /// Shows a story to the watch over spikes, at the time at which it was published.
    fn observe(&mut self, found: &Found<'_>, now: Instant) -> Vec<Event> {
        let author = found.subject.entry.author.as_ref().map(crate::model::Author::identity);
        let story = spike::Story {
            at: found.subject.entry.published_at.map_or(now, |at| at.min(now)),
            id: found.story.unwrap_or_default(),
            author: author.as_deref(),
            negative: found.judgement.tone == Tone::Negative,
        };
        self.watch.as_mut().map(|watch| watch.observe(story, now).events).unwrap_or_default()
    }

    /// The alert that a mention is, or why it is none.
    fn decide(&mut self, rules: &Rules, found: &Found<'_>, now: Instant) -> Result<Alert, &'static str> {
        match rules.decide(&self.brand, found.subject, found.judgement, now) {
            Decision::Hold(reason) => Err(reason.as_str()),
            Decision::Alert { rule, .. } => match found.story {
                Some(story) if !self.stories.alert(story, &rule) => Err(COPY_OF_STORY),
                _ => Ok(Alert { rule, urgent: found.subject.severity == Some(Severity::Urgent), found_at: now }),
            },
        }
    }

    /// Parts what is due into what is held, with its number for each reason, and what goes out.
    fn part<A: Urgency>(&self, alerts: Vec<A>) -> (Vec<(Held, u64)>, Vec<A>) {
        let around = Around { incident_since: self.watch.as_ref().and_then(Watch::incident_since) };
        gate::part(alerts, &around)
    }
}

/// The beginning of the next hour.
fn next_hour(at: Instant) -> Instant {
    Instant::from_timestamp((at.timestamp().div_euclid(HOUR) + 1) * HOUR, 0).unwrap_or(Instant::MAX_UTC)
}
