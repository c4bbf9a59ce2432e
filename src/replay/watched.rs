//! A brand in a replay: what is watched of it, its stories, its incident, and its alerts by the routes they take.

use std::sync::Arc;
use std::time::Duration;

use super::affair::Affair;
use super::gate::Guard;
use super::group::{Alert, Said as Words};
use super::lane::{Around, Lane, Said};
use super::notice;
use super::stories::Stories;
use super::{Found, Setup, ladder};
use crate::alert::{Decision, Way};
use crate::insight::spike::{self, Calm, Event, Step, Watch};
use crate::model::time::after;
use crate::model::{Brand, Folding, Instant, Severity, Tone};
use crate::query::Subject;
use crate::story::COPY_OF_STORY;

/// A brand.
#[derive(Debug)]
pub(super) struct Watched {
    pub brand: Brand,
    /// Unless nobody wants to hear of spikes.
    pub watch: Option<Watch>,
    pub stories: Stories,
    /// For each digest the mentions since the last one.
    pub since_digest: Vec<u64>,
    /// By the route they take.
    pub lanes: Vec<Lane>,
    /// Its incidents that go on, or whose end is not told yet; the last one is the latest.
    affairs: Vec<Affair>,
    /// The route that its incidents take, and after which times others are told of them.
    incidents_by: String,
    incident_steps: Vec<Duration>,
    /// When it was told last that too few people wrote for an incident.
    few_at: Option<Instant>,
}

/// It is told once while such stories go on: the longest that is looked back.
const FEW_AGAIN: Duration = Duration::from_secs(48 * 3_600);

impl Watched {
    /// A brand that is watched since then, when nothing was said of it.
    pub fn new(name: &str, setup: &Setup, since: Instant) -> Self {
        let spikes = setup.spikes.of(name);
        let ways = setup.routes.of_incident(name);
        let brand = Brand {
            name: name.to_owned(),
            query: String::new(),
            folding: Folding::default(),
            languages: Vec::new(),
            recipients: setup.recipients.get(name).cloned().unwrap_or_else(|| vec![String::new()]),
            labels: Vec::new(),
            competitors: Vec::new(),
        };
        Self {
            incident_steps: ways.first().map(|way| ladder::steps(*way, &brand)).unwrap_or_default(),
            brand,
            watch: spikes.enabled.then(|| Watch::new(spikes.into(), since)),
            stories: Stories::default(),
            since_digest: vec![0; setup.digests.len()],
            lanes: Vec::new(),
            affairs: Vec::new(),
            incidents_by: ways.first().map(|way| way.route.to_owned()).unwrap_or_default(),
            few_at: None,
        }
    }

    /// Shows a story to the watch over spikes, at the time at which it was published: what it finds, and what is told of
    /// stories that too few people wrote.
    pub fn observe(&mut self, found: &Found<'_>, now: Instant) -> (Vec<Event>, Option<Said>) {
        let author = found.subject.entry.author.as_ref().map(crate::model::Author::identity);
        let story = spike::Story {
            at: found.subject.entry.published_at.map_or(now, |at| at.min(now)),
            id: found.story.unwrap_or_default(),
            author: author.as_deref(),
            negative: found.judgement.tone == Tone::Negative,
            source_since: found.source_since,
        };
        let Some(watch) = &mut self.watch else { return (Vec::new(), None) };
        let Step { events, calm } = watch.observe(story, now);
        let few = calm.is_some_and(Calm::is_for_few) && self.few_at.is_none_or(|told| after(told, FEW_AGAIN) <= now);
        let few = if few { watch.few() } else { None };
        if few.is_some() {
            self.few_at = Some(now);
        }
        (events, few.as_ref().map(notice::of_few))
    }

    /// Puts the alert that a mention is where it waits, or says why it is none; the places of the lanes in which it is the
    /// first.
    pub fn alert(&mut self, setup: &Setup, found: &Found<'_>, now: Instant) -> Result<Vec<usize>, &'static str> {
        let subject = Subject { judgement: Some(found.judgement), now: Some(now), ..found.subject };
        let rule = match setup.rules.decide(&self.brand, subject, found.judgement, now) {
            Decision::Hold(reason) => return Err(reason.as_str()),
            Decision::Alert { rule, .. } => rule,
        };
        if found.story.is_some_and(|story| !self.stories.alert(story, &rule)) {
            return Err(COPY_OF_STORY);
        }
        let ways = self.ways(setup, &rule, &subject);
        let words = || Words {
            entry: subject.entry.clone(),
            source: subject.source.unwrap_or_default().to_owned(),
            source_kind: subject.source_kind,
            judgement: found.judgement.clone(),
        };
        let alert = Arc::new(Alert {
            rule,
            severity: subject.severity.unwrap_or(Severity::Info),
            found_at: now,
            said: setup.guard.reads().then(|| Box::new(words())),
        });
        let first = ways
            .into_iter()
            .filter(|place| self.lanes.get_mut(*place).is_some_and(|lane| lane.group.gather(Arc::clone(&alert))));
        Ok(first.collect())
    }

    /// The lanes of an alert. Who is reached by several ways is told on the first.
    fn ways(&mut self, setup: &Setup, rule: &str, subject: &Subject<'_>) -> Vec<usize> {
        let mut told: Vec<&str> = Vec::new();
        let mut places = Vec::new();
        for way in setup.routes.find(&self.brand.name, rule, subject) {
            let reached = way.recipients(&self.brand).iter().filter(|one| !told.contains(&one.as_str()));
            let reached: Vec<&str> = reached.map(String::as_str).collect();
            if reached.is_empty() {
                continue;
            }
            told.extend(reached);
            places.push(lane(&mut self.lanes, way, &self.brand));
        }
        places
    }

    /// What is told of news about an incident.
    pub fn tell_incident(&mut self, event: &Event, guard: &Guard, now: Instant) -> Vec<Said> {
        if let Event::Start(evidence) = event {
            self.affairs.push(Affair::new(evidence.onset, &self.incident_steps));
        }
        let Some(affair) = self.affairs.last_mut() else { return Vec::new() };
        let told = affair.news(notice::of_incident(event), guard, (&self.brand.name, &self.incidents_by), now);
        self.after(told)
    }

    /// What was mailed of an incident one by one is not repeated beside its mails; how many these have told is told at its
    /// end.
    fn after(&mut self, mut told: Vec<Said>) -> Vec<Said> {
        if let Some(since) = self.affairs.first().map(Affair::since).filter(|_| !told.is_empty()) {
            self.lanes.iter_mut().for_each(|lane| lane.group.forget_since(since));
        }
        told.extend(self.affairs.iter().filter(|affair| affair.is_settled()).filter_map(Affair::folds));
        self.affairs.retain(|affair| !affair.is_settled());
        told
    }

    /// The alerts of a lane are due, for the first time or again.
    pub fn mail(&mut self, place: usize, again: bool, guard: &Guard, now: Instant) -> Option<Said> {
        let incident = self.affairs.last().is_some_and(Affair::tells);
        let around = Around { brand: &self.brand.name, guard, incident, now };
        let lane = self.lanes.get_mut(place)?;
        if again {
            return lane.remind(around);
        }
        let (said, folded) = lane.mail(around);
        self.fold(folded);
        said
    }

    fn fold(&mut self, folded: u64) {
        if let Some(affair) = self.affairs.last_mut() {
            affair.folded += folded;
        }
    }

    /// When others are told of what nobody acknowledges.
    pub fn escalates_at(&self) -> Option<Instant> {
        let lanes = self.lanes.iter().filter_map(Lane::escalates_at);
        lanes.chain(self.affairs.last().and_then(Affair::escalates_at)).min()
    }

    /// What others are told by now.
    pub fn escalate(&mut self, guard: &Guard, now: Instant) -> Vec<Said> {
        let around = Around { brand: &self.brand.name, guard, incident: false, now };
        let mut said: Vec<Said> = self.lanes.iter_mut().flat_map(|lane| lane.escalate(around)).collect();
        self.refresh();
        let way = (self.brand.name.as_str(), self.incidents_by.as_str());
        said.extend(self.affairs.last_mut().into_iter().flat_map(|affair| affair.escalate(guard, way, now)));
        said
    }

    /// More may have come of the open incident since there was news of it.
    fn refresh(&mut self) {
        let stands = self.watch.as_ref().and_then(Watch::stands);
        if let Some((affair, stands)) = self.affairs.last_mut().zip(stands) {
            affair.refresh(notice::of_incident(&Event::Update(stands)));
        }
    }

    /// When something that is held may go out.
    pub fn released_at(&self) -> Option<Instant> {
        let lanes = self.lanes.iter().filter_map(Lane::released_at);
        lanes.chain(self.affairs.iter().filter_map(Affair::released_at)).min()
    }

    /// What goes out of what was held until now: the alerts of an incident that is told then come with it, and are not told
    /// as held once more.
    pub fn release(&mut self, guard: &Guard, now: Instant) -> Vec<Said> {
        self.refresh();
        let way = (self.brand.name.as_str(), self.incidents_by.as_str());
        let told: Vec<Said> = self.affairs.iter_mut().flat_map(|affair| affair.release(guard, way, now)).collect();
        let incident = !told.is_empty() || self.affairs.last().is_some_and(Affair::tells);
        let around = Around { brand: &self.brand.name, guard, incident, now };
        let mut said: Vec<Said> = self.lanes.iter_mut().flat_map(|lane| lane.release(around)).collect();
        said.extend(self.after(told));
        said
    }

    /// What is still held when nothing follows.
    pub fn rest(&mut self) -> Vec<Said> {
        let mut said: Vec<Said> = self.lanes.iter_mut().flat_map(Lane::rest).collect();
        said.extend(self.affairs.iter_mut().filter_map(Affair::rest));
        said.extend(self.affairs.drain(..).filter_map(|affair| affair.folds()));
        said
    }
}

/// The place of the lane of a way; one that is new is added.
fn lane(lanes: &mut Vec<Lane>, way: Way<'_>, brand: &Brand) -> usize {
    lanes.iter().position(|lane| lane.route == way.route).unwrap_or_else(|| {
        lanes.push(Lane::new(way, brand));
        lanes.len() - 1
    })
}
