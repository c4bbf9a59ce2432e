//! The watches over all brands, and how far they have looked.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::config::SpikeSettings;
use crate::insight::spike::{Calm, Event, Evidence, Maturity, Settings, Story, Watch};
use crate::model::Instant;
use crate::model::incident::{Few, Incident, IncidentEnding, IncidentPhase};
use crate::report::{IncidentDraft, UsualWeek, incident_ending, incident_evidence};
use crate::store::{SpikeCursor, Store, StoreError, ToldStory};

/// Stories read at once.
const PAGE: usize = 2_000;
/// The watches remember eight weeks, and what they then learnt rests on the eight weeks before.
const REPLAYED: TimeDelta = TimeDelta::weeks(16);

/// What changes when somebody corrects a tone.
type Stamp = (u64, Option<Instant>);

/// The watches, and what they have found that is not written yet.
pub struct Watches {
    by_brand: BTreeMap<String, Watched>,
    stamp: Stamp,
    /// How far what follows is written,
    written: SpikeCursor,
    /// and how far it was looked.
    seen: SpikeCursor,
    found: Vec<(String, Event)>,
    /// What was no incident since too few people wrote.
    few: Vec<(String, Few)>,
    /// Open incidents that are none by what is known now.
    revised: Vec<Incident>,
}

/// A brand that is watched.
struct Watched {
    watch: Watch,
    settings: SpikeSettings,
    /// The number of its open incident.
    incident: Option<i64>,
    /// When a story was found of which that may be so, unless it was looked at since.
    few_at: Option<Instant>,
}

impl Watched {
    /// What is no incident since too few people write, as far as that may be so and was not looked at yet.
    fn few(&mut self) -> Option<Few> {
        self.few_at.take()?;
        self.watch.few()
    }

    /// Goes on with an incident that was told.
    fn take_up(&mut self, incident: &Incident) {
        self.incident = Some(incident.id);
        self.watch.was_told(incident.evidence.negative, incident.evidence.authors, incident.evidence.at);
    }
}

impl Watches {
    /// Makes them anew: the stories that are kept are looked at once more up to where everything is written, without
    /// telling again what they led to. `passed` is where time begins for whoever was never here;
    /// nothing was found after `now`.
    pub async fn rebuild(
        store: &Store,
        brands: &BTreeMap<String, SpikeSettings>,
        stamp: Stamp,
        (passed, now): (Instant, Instant),
    ) -> Result<Self, StoreError> {
        let cursor = store.spike_cursor(passed).await?;
        let names: Vec<&str> = brands.keys().map(String::as_str).collect();
        let since = store.watched_since(&names, cursor.passed_at).await?;
        let horizon = cursor.passed_at - REPLAYED;
        let watch = |(brand, settings): (&String, &SpikeSettings)| {
            let since = since.get(brand).copied().unwrap_or(cursor.passed_at).min(now).max(horizon);
            let watch = Watch::new(Settings::from(*settings), since);
            (brand.clone(), Watched { watch, settings: *settings, incident: None, few_at: None })
        };
        let by_brand = brands.iter().map(watch).collect();
        let beginning = SpikeCursor { mention_id: store.last_mention_before(horizon).await?, passed_at: horizon };
        let mut watches = Self {
            by_brand,
            stamp,
            written: cursor,
            seen: beginning,
            found: Vec::new(),
            few: Vec::new(),
            revised: Vec::new(),
        };
        watches.read_until(store, cursor.mention_id, now).await?;
        watches.few.clear();
        watches.pass(cursor.passed_at);
        watches.seen = cursor;
        let told = std::mem::take(&mut watches.found);
        watches.reconcile(store.open_incidents().await?, told);
        Ok(watches)
    }

    /// What is open by what was told, and by what is known now.
    fn reconcile(&mut self, open: Vec<Incident>, told: Vec<(String, Event)>) {
        for incident in open {
            match self.by_brand.get_mut(&incident.brand).filter(|watched| watched.watch.incident_since().is_some()) {
                Some(watched) => watched.take_up(&incident),
                None => self.revised.push(incident),
            }
        }
        let mut last: BTreeMap<String, Event> = told.into_iter().collect();
        for (brand, watched) in &self.by_brand {
            if watched.incident.is_none() && watched.watch.incident_since().is_some() {
                self.found.extend(last.remove(brand).map(|event| (brand.clone(), event)));
            }
        }
    }

    /// Looks at all stories that are new, and lets time pass.
    pub async fn read_on(&mut self, store: &Store, (passed, now): (Instant, Instant)) -> Result<(), StoreError> {
        self.read_until(store, i64::MAX, now).await?;
        self.pass(passed);
        Ok(())
    }

    async fn read_until(&mut self, store: &Store, last: i64, now: Instant) -> Result<(), StoreError> {
        while let Some((stories, seen)) = store.told_stories(self.seen.mention_id, last, PAGE).await? {
            for story in &stories {
                self.observe(story, now);
            }
            self.seen.mention_id = seen;
        }
        for (brand, watched) in &mut self.by_brand {
            self.few.extend(watched.few().map(|few| (brand.clone(), few)));
        }
        Ok(())
    }

    /// What a clock that stood ahead has found counts as found now.
    fn observe(&mut self, told: &ToldStory, now: Instant) {
        let Some(watched) = self.by_brand.get_mut(&told.brand) else { return };
        let ToldStory { mention_id, at, found_at, negative, .. } = *told;
        let found_at = found_at.min(now);
        // What was found at the same time is looked at together.
        if watched.few_at.is_some_and(|before| before != found_at) {
            self.few.extend(watched.few().map(|few| (told.brand.clone(), few)));
        }
        let story = Story {
            at: at.min(now),
            id: mention_id,
            author: told.author.as_deref(),
            negative,
            source_since: told.source_since,
        };
        let step = watched.watch.observe(story, found_at);
        if step.calm.is_some_and(Calm::is_for_few) {
            watched.few_at = Some(found_at);
        }
        self.found.extend(step.events.into_iter().map(|event| (told.brand.clone(), event)));
    }

    fn pass(&mut self, until: Instant) {
        if until <= self.seen.passed_at {
            return;
        }
        for (brand, watched) in &mut self.by_brand {
            let events = watched.watch.tick(until);
            self.found.extend(events.into_iter().map(|event| (brand.clone(), event)));
        }
        self.seen.passed_at = until;
    }

    /// Somebody takes care of these incidents: they are told again once they grow or spread faster, and when they are over.
    pub fn are_taken_care_of(&mut self, incidents: &[i64]) {
        let taken = |watched: &&mut Watched| watched.incident.is_some_and(|id| incidents.contains(&id));
        self.by_brand.values_mut().filter(taken).for_each(|watched| watched.watch.is_taken_care_of());
    }

    /// What has to be told, with the number of the incident if it has one. Of several news about one incident only the last
    /// is told.
    pub fn findings(&mut self) -> Vec<(Option<i64>, IncidentDraft)> {
        let mut findings = Vec::new();
        for incident in self.revised.drain(..) {
            let settings = self.by_brand.get(&incident.brand).map(|watched| watched.settings).unwrap_or_default();
            let draft = IncidentDraft {
                brand: incident.brand,
                phase: IncidentPhase::End,
                ending: Some(IncidentEnding::Revised),
                evidence: incident.evidence,
                learning: false,
                update_after: settings.update_interval.as_secs(),
                usual: UsualWeek::default(),
            };
            findings.push((Some(incident.id), draft));
        }
        let mut by_brand: BTreeMap<String, Vec<Event>> = BTreeMap::new();
        for (brand, event) in self.found.drain(..) {
            by_brand.entry(brand).or_default().push(event);
        }
        for (brand, events) in by_brand {
            let Some(watched) = self.by_brand.get(&brand) else { continue };
            findings.extend(
                latest(watched.incident, events).into_iter().map(|news| (news.incident, news.draft(&brand, watched))),
            );
        }
        findings
    }

    /// What was no incident since too few people wrote, each with its brand.
    pub fn few(&mut self) -> Vec<(String, Few)> {
        std::mem::take(&mut self.few)
    }

    /// How these incidents stand now, if they go on.
    pub fn standing(&self, wanted: &[i64]) -> Vec<(i64, IncidentDraft)> {
        let stands = |(brand, watched): (&String, &Watched)| {
            let id = watched.incident.filter(|id| wanted.contains(id))?;
            let evidence = watched.watch.stands()?;
            let news = News { incident: Some(id), phase: IncidentPhase::Update, ending: None, evidence };
            Some((id, news.draft(brand, watched)))
        };
        self.by_brand.iter().filter_map(stands).collect()
    }

    /// From where to where the cursor moves, if that is worth writing: for each hour, and for all that is told.
    pub fn to_write(&self, told: bool) -> Option<(SpikeCursor, SpikeCursor)> {
        (told || self.seen.passed_at != self.written.passed_at).then_some((self.written, self.seen))
    }

    /// All of it is written.
    pub async fn written(&mut self, store: &Store) -> Result<(), StoreError> {
        self.written = self.seen;
        for watched in self.by_brand.values_mut() {
            watched.incident = None;
        }
        for incident in store.open_incidents().await? {
            if let Some(watched) = self.by_brand.get_mut(&incident.brand) {
                watched.take_up(&incident);
            }
        }
        Ok(())
    }

    /// By which corrections they were made.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Until when time has passed.
    pub fn passed_at(&self) -> Instant {
        self.seen.passed_at
    }
}

/// What is new of one incident.
struct News {
    incident: Option<i64>,
    phase: IncidentPhase,
    ending: Option<IncidentEnding>,
    evidence: Evidence,
}

impl News {
    /// One that goes on is told as it stands: more may have come since it was found.
    fn draft(self, brand: &str, watched: &Watched) -> IncidentDraft {
        let stands = watched.watch.stands().filter(|_| self.ending.is_none());
        let evidence = incident_evidence(&stands.unwrap_or(self.evidence));
        IncidentDraft {
            brand: brand.to_owned(),
            phase: self.phase,
            ending: self.ending,
            learning: watched.watch.maturity() != Maturity::Settled,
            update_after: watched.settings.update_interval.as_secs(),
            usual: UsualWeek::of(&watched.watch, evidence.at),
            evidence,
        }
    }
}

/// The last news of each incident; one that nobody has heard of begins, or was and is over. The end of one that was never
/// told is no news.
fn latest(mut open: Option<i64>, events: Vec<Event>) -> Vec<News> {
    let mut all = Vec::new();
    let mut current: Option<News> = None;
    for event in events {
        let (evidence, ending) = match event {
            Event::Start(evidence) | Event::Update(evidence) => (evidence, None),
            Event::End { ending, evidence } => (evidence, Some(incident_ending(ending))),
        };
        if ending.is_some() && open.is_none() && current.is_none() {
            continue;
        }
        let is_new = open.is_none();
        let phase = match (ending, is_new) {
            (Some(_), _) => IncidentPhase::End,
            (None, true) => IncidentPhase::Start,
            (None, false) => IncidentPhase::Update,
        };
        current = Some(News { incident: open, phase, ending, evidence });
        if ending.is_some() {
            all.extend(current.take());
            open = None;
        }
    }
    all.extend(current);
    all
}
