//! The watch over one brand: stories in, the life of incidents out. Pure; a story costs a few steps per window.

mod few;
mod gates;
mod newcomers;
mod telling;

use chrono::{DateTime, Utc};

use super::baseline::{Baseline, WhenAsked};
use super::beside::Beside;
use super::clock::Clock;
use super::dispersion::Expected;
use super::history::{Counted, HOUR, History, KEPT, Tones};
use super::incident::{Calm, Ending, Event, Tally};
use super::recent::{Recent, Told, Window};
use super::settings::{Settings, Step, Story};
use super::tail::ln_tail;
use super::threshold::{Calibration, score};
use super::voices::Voices;
use super::{LearningReason, Maturity, WINDOWS};
use newcomers::Newcomers;

/// While a brand is being learnt, scores must be higher by this.
const LEARNING: f64 = 0.5;
/// The baseline is fitted at the end of a day with so many new stories, at the end of a week with some or while it is new,
/// and else at the end of two.
const FRESH: u32 = 24;
const SOME: u32 = 12;
const WEEK: i64 = 168;
/// When eight weeks or more pass without one story, and so many were to be expected, nobody looked.
const MISSED: f64 = 20.0;
/// An incident is calm below this score (one window in ten is so in usual times).
const CALM: f64 = 1.0;

/// What the clearest window says.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Clearest {
    place: usize,
    window: Window,
    expected: Expected,
    score: f64,
}

impl Clearest {
    /// `-log10 P(X >= observed)`.
    fn tail(&self) -> f64 {
        -ln_tail(self.window.negative, self.expected.mean, self.expected.size) * std::f64::consts::LOG10_E
    }
}

#[derive(Debug, Clone)]
struct Incident {
    onset: i64,
    first: Option<i64>,
    /// The window it was found in: it must be calm in this and in shorter ones.
    place: usize,
    told_at: i64,
    told: u32,
    /// Whether somebody takes care of it.
    taken: bool,
    /// All its negative stories, of which the windows keep the last two days.
    tally: Tally,
    calm_since: Option<i64>,
    last: Clearest,
}

/// The watch over one brand.
#[derive(Debug, Clone)]
pub struct Watch {
    settings: Settings,
    /// When it began.
    since: i64,
    newcomers: Newcomers,
    history: History,
    recent: Recent,
    voices: Voices,
    baseline: Baseline,
    /// The same of authors, from the same hours: asked for when stories are unusual.
    authors: WhenAsked,
    calibration: Calibration,
    threshold: f64,
    now: i64,
    /// The highest score of this day, and whether an incident was open in it.
    day_score: f64,
    day_censored: bool,
    incident: Option<Incident>,
    cool_until: i64,
    /// Stories since the baseline was last fitted.
    fresh: u32,
}

impl Watch {
    /// Begins to watch a brand. What is published before `since` is not known.
    #[must_use]
    pub fn new(settings: Settings, since: DateTime<Utc>) -> Self {
        let now = since.timestamp();
        let (clock, history) = (Clock::of(settings.time_zone), History::new(now.div_euclid(HOUR)));
        let baseline = Baseline::fit(clock, history.usual(Counted::Stories));
        let authors = WhenAsked::of(clock, history.usual(Counted::Authors));
        let calibration = Calibration::default();
        let threshold = calibration.threshold(settings.budget);
        let recent = Recent::new(now);
        let (day_score, day_censored, incident, cool_until) = (0.0, false, None, i64::MIN);
        Self {
            settings,
            since: now,
            newcomers: Newcomers::default(),
            history,
            recent,
            voices: Voices::default(),
            baseline,
            authors,
            calibration,
            threshold,
            now,
            day_score,
            day_censored,
            incident,
            cool_until,
            fresh: 0,
        }
    }

    /// Takes a story in that became known at `now`; a date in the future is a mistake and means now. Stories may come late:
    /// they are counted where they belong.
    pub fn observe(&mut self, story: Story<'_>, now: DateTime<Utc>) -> Step {
        let mut events = Vec::new();
        self.pass(now.timestamp(), &mut events);
        let at = story.at.timestamp().min(self.now);
        let author = story.author.filter(|author| !author.is_empty()).map(hash);
        let mut told = Told { at, id: story.id, author, negative: story.negative, counts: true };
        let heard = self.voices.hear(&told);
        told.counts = heard.counts;
        self.fresh = self.fresh.saturating_add(1);
        if self.is_learnt_from(story.source_since.map(|since| since.timestamp()), at) {
            self.remember(&told, heard.authors);
            return Step { events, calm: Some(Calm::NewSource) };
        }
        let unheard = self.recent.insert(told);
        self.remember(&told, heard.authors);
        if !story.negative {
            return Step { events, calm: Some(Calm::Usual) };
        }
        if let Some(incident) = self.incident.as_mut().filter(|incident| at >= incident.onset) {
            incident.tally.add(&told);
        }
        let calm = unheard.filter(|_| self.incident.is_none()).or_else(|| self.judge(&mut events));
        Step { events, calm }
    }

    /// Counts a story that is not one too many of its author.
    fn remember(&mut self, told: &Told, authors: Tones) {
        if told.counts {
            let stories = Tones { all: 1, negative: u32::from(told.negative) };
            self.history.add(told.at.div_euclid(HOUR), stories, authors);
        }
    }

    /// Takes in an hour of which only the counts are known, as after a start of the program: stories of all tones, and the
    /// negative ones among them, evenly over the hour. What that would have told was told long ago. The stories of the last
    /// two days are better observed themselves, with their authors.
    pub fn recall(&mut self, hour: DateTime<Utc>, all: u32, negative: u32) {
        let start = hour.timestamp().div_euclid(HOUR) * HOUR;
        let (all, negative) = (i64::from(all), i64::from(negative.min(all)));
        for nth in 0..all {
            let Some(at) = DateTime::from_timestamp(start + (2 * nth + 1) * HOUR / (2 * all), 0) else { continue };
            let negative = (nth + 1) * negative / all > nth * negative / all;
            self.observe(Story { at, id: 0, author: None, negative, source_since: None }, at);
        }
    }

    /// Lets time pass, so that incidents end although nobody writes.
    pub fn tick(&mut self, now: DateTime<Utc>) -> Vec<Event> {
        let mut events = Vec::new();
        self.pass(now.timestamp(), &mut events);
        events
    }

    /// How well the brand is known.
    #[must_use]
    pub fn maturity(&self) -> Maturity {
        self.baseline.maturity
    }

    /// When the open incident began, if there is one.
    #[must_use]
    pub fn incident_since(&self) -> Option<DateTime<Utc>> {
        self.incident.as_ref().and_then(|incident| DateTime::from_timestamp(incident.onset, 0))
    }

    /// Expected stories of all tones, and negative ones, between two times.
    #[must_use]
    pub fn usual(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> (f64, f64) {
        let (rest, negative) = self.baseline.between(from.timestamp(), to.timestamp());
        (rest + negative, negative)
    }

    fn needed(&self) -> f64 {
        let learning = matches!(self.baseline.maturity, Maturity::Learning(_));
        self.threshold + if learning { LEARNING } else { 0.0 }
    }

    /// Moves on, hour by hour as far as that matters.
    fn pass(&mut self, now: i64, events: &mut Vec<Event>) {
        let now = now.max(self.now);
        let mut hour = self.now.div_euclid(HOUR) + 1;
        let last = now.div_euclid(HOUR);
        while hour <= last {
            if self.incident.is_none() && hour < last - KEPT as i64 {
                hour = self.leap(last);
            }
            self.now = hour * HOUR;
            self.recent.advance(self.now);
            self.history.advance(hour);
            if self.incident.is_some() {
                self.follow(events);
            }
            self.settle_newcomers();
            if hour.rem_euclid(24) == 0 {
                self.close_day(hour);
            }
            hour += 1;
        }
        self.now = now;
        self.recent.advance(now);
    }

    /// Passes a silence of months at one go; the hour to go on with. If it means that nobody looked, nothing is known.
    fn leap(&mut self, last: i64) -> i64 {
        let (rest, negative) = self.baseline.between(self.now, last * HOUR);
        if rest + negative < MISSED {
            return last - KEPT as i64;
        }
        self.history = History::new(last);
        self.recent.begin_at(last * HOUR);
        (self.day_score, self.day_censored) = (0.0, false);
        self.learn();
        last
    }

    fn close_day(&mut self, hour: i64) {
        self.voices.close_day(hour, !self.day_censored);
        if self.baseline.maturity != Maturity::Blind {
            self.calibration.day(self.day_score, self.day_censored);
        }
        (self.day_score, self.day_censored) = (0.0, self.incident.is_some());
        // The hours of an open incident are set aside at its end; until then nothing is learnt from them.
        // What is usual of a small brand hardly changes within a day.
        let due = match self.baseline.maturity {
            Maturity::Blind => true,
            Maturity::Learning(LearningReason::FewDays) => hour.rem_euclid(WEEK) == 0,
            _ => hour.rem_euclid(if self.fresh >= SOME { WEEK } else { 2 * WEEK }) == 0,
        };
        if self.incident.is_none() && (due || self.fresh >= FRESH) {
            self.learn();
        }
    }

    fn learn(&mut self) {
        self.fresh = 0;
        let clock = Clock::of(self.settings.time_zone);
        self.baseline = Baseline::fit(clock, self.history.usual(Counted::Stories));
        self.authors = WhenAsked::of(clock, self.history.usual(Counted::Authors));
        self.threshold = self.calibration.threshold(self.settings.budget);
    }

    /// What the windows up to one say; the clearest of them.
    fn clearest(&self, up_to: usize) -> Option<Clearest> {
        self.windows(up_to).max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// What each of the windows up to one says that holds a negative story.
    fn windows(&self, up_to: usize) -> impl Iterator<Item = Clearest> + '_ {
        let windows = self.recent.windows().filter(move |(place, window)| *place <= up_to && window.negative > 0);
        windows.filter_map(|(place, window)| {
            let expected = self.stories(place, &window)?.expected();
            let score = score(place, window.negative, expected);
            Some(Clearest { place, window, expected, score })
        })
    }

    /// Looks at the windows after a negative story.
    fn judge(&mut self, events: &mut Vec<Event>) -> Option<Calm> {
        if self.incident.is_some() {
            let before = events.len();
            self.follow(events);
            return (events.len() == before).then_some(Calm::Known);
        }
        if self.baseline.maturity == Maturity::Blind {
            return Some(Calm::NoBaseline);
        }
        let Some(clearest) = self.clearest(WINDOWS.len()) else { return Some(Calm::Usual) };
        let needed = self.needed();
        if clearest.score < needed {
            self.day_score = self.day_score.max(clearest.score);
            return Some(Calm::Usual);
        }
        if self.now < self.cool_until {
            return Some(Calm::CoolingDown);
        }
        if let Some(calm) = self.too_few(&clearest, needed) {
            return Some(calm);
        }
        self.begin(clearest, events);
        None
    }

    /// The stories of a window of the length at this place.
    fn stories(&self, place: usize, window: &Window) -> Option<Beside> {
        let seen = Tones { all: window.negative + window.rest, negative: window.negative };
        let (usual, spread) = (self.baseline.between(window.from, window.to), *self.baseline.spread.get(place)?);
        Some(Beside { seen, usual, spread, doubt: self.baseline.doubt })
    }

    /// The people who wrote them.
    fn authors(&self, place: usize, window: &Window) -> Option<Beside> {
        let baseline = self.authors.baseline();
        let usual = self.voices.once_each(place, baseline.between(window.from, window.to));
        let (seen, spread) = (self.recent.authors(window), *baseline.spread.get(place)?);
        Some(Beside { seen, usual, spread, doubt: baseline.doubt })
    }

    fn begin(&mut self, clearest: Clearest, events: &mut Vec<Event>) {
        let (onset, first) = self.onset(&clearest);
        let tally = Tally::of(self.recent.negative_since(onset - 1));
        self.day_score = self.day_score.max(self.threshold);
        self.day_censored = true;
        let incident = Incident {
            onset,
            first,
            place: clearest.place,
            told_at: self.now,
            told: tally.stories,
            taken: false,
            tally,
            calm_since: None,
            last: clearest,
        };
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

    /// An open incident: whether it is over, has doubled, or must be told again.
    fn follow(&mut self, events: &mut Vec<Event>) {
        let Some(mut incident) = self.incident.take() else { return };
        let clearest = self.clearest(incident.place);
        if let Some(clearest) = clearest.filter(|clearest| clearest.tail() >= CALM) {
            incident.calm_since = None;
            incident.last = clearest;
        } else {
            incident.calm_since = incident.calm_since.or(Some(self.now));
        }
        if incident.calm_since.is_some_and(|since| self.now - since >= self.settings.quiet.num_seconds()) {
            return self.end(&incident, Ending::Calm, events);
        }
        if self.now - incident.onset >= self.settings.longest.num_seconds() {
            return self.end(&incident, Ending::NewLevel, events);
        }
        let passed = self.now - incident.told_at;
        let negative = incident.tally.stories;
        let doubled = negative >= 2 * incident.told && passed >= self.settings.update_apart.num_seconds();
        let again = !incident.taken && negative > incident.told && passed >= self.settings.update_after.num_seconds();
        if doubled || again {
            (incident.told, incident.told_at) = (negative, self.now);
            events.push(Event::Update(self.evidence(&incident)));
        }
        self.incident = Some(incident);
    }

    fn end(&mut self, incident: &Incident, ending: Ending, events: &mut Vec<Event>) {
        events.push(Event::End { ending, evidence: self.evidence(incident) });
        let (onset, hour) = (incident.onset.div_euclid(HOUR), self.now.div_euclid(HOUR));
        match ending {
            Ending::Calm => self.history.set_aside(onset, hour),
            Ending::NewLevel => self.history.begin_at(onset),
        }
        self.recent.begin_at(self.now);
        self.cool_until = self.now + self.settings.cool_down.num_seconds();
        self.learn();
    }
}

/// The same number for the same author in every run (FNV-1a).
fn hash(author: &str) -> u64 {
    author.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
