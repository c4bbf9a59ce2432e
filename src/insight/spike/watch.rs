//! The watch over one brand: stories in, the life of incidents out. Pure; a story costs a few steps per window.

mod few;
mod gates;
mod life;
mod newcomers;
mod news;
mod telling;

use chrono::{DateTime, Utc};

use super::baseline::{Baseline, WhenAsked};
use super::beside::Beside;
use super::clock::Clock;
use super::dispersion::Expected;
use super::history::{Counted, HOUR, History, KEPT, Tones};
use super::incident::{Calm, Event};
use super::recent::{Recent, Told, Window};
use super::settings::{Settings, Step, Story};
use super::tail::ln_tail;
use super::threshold::{Calibration, score};
use super::voices::Voices;
use super::{LearningReason, Maturity, WINDOWS};
use life::{Aftermath, Incident};
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

/// What a window says.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Clearest {
    place: usize,
    window: Window,
    expected: Expected,
    score: f64,
}

impl Clearest {
    /// After stories were taken out of its window.
    fn counted_anew(self) -> Self {
        Self { score: score(self.place, self.window.negative, self.expected), ..self }
    }

    /// `-log10 P(X >= observed)`.
    fn tail(&self) -> f64 {
        -ln_tail(self.window.negative, self.expected.mean, self.expected.size) * std::f64::consts::LOG10_E
    }
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
    /// What an incident leaves behind for a time.
    aftermath: Option<Aftermath>,
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
        let (day_score, day_censored, incident, aftermath) = (0.0, false, None, None);
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
            aftermath,
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
        if self.is_learnt_from(story.source_since.map(|since| since.timestamp()), at, story.negative) {
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

    /// Whether time alone may lead to news: an incident is open, or ended a short time ago.
    #[must_use]
    pub fn is_awaiting(&self) -> bool {
        self.incident.is_some() || self.aftermath.is_some()
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
            if !self.is_awaiting() && hour < last - KEPT as i64 {
                hour = self.leap(last);
            }
            self.now = hour * HOUR;
            self.recent.advance(self.now);
            self.history.advance(hour);
            if self.incident.is_some() {
                self.follow(events);
            } else if self.aftermath.is_some_and(|aftermath| aftermath.until <= self.now) {
                // What was not clear enough until now may be so from now on, though nobody writes any more.
                self.aftermath = None;
                self.judge(events);
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

    /// What each of the windows up to one says that holds a negative story. After an incident some more are expected than
    /// usual.
    fn windows(&self, up_to: usize) -> impl Iterator<Item = Clearest> {
        let aftermath = self.aftermath;
        self.windows_with(up_to, move |place| aftermath.map_or(0.0, |aftermath| aftermath.within(place)))
    }

    /// The same where in a window of the length at a place so many more than usual are expected.
    fn windows_with(&self, up_to: usize, more: impl Fn(usize) -> f64) -> impl Iterator<Item = Clearest> {
        let windows = self.recent.windows().filter(move |(place, window)| *place <= up_to && window.negative > 0);
        windows.filter_map(move |(place, window)| self.clearest(place, window, more(place)))
    }

    /// What a window says where so many more than usual are expected.
    fn clearest(&self, place: usize, window: Window, more: f64) -> Option<Clearest> {
        let usual = self.stories(place, &window)?.expected();
        let expected = Expected { mean: usual.mean + more, ..usual };
        Some(Clearest { place, window, expected, score: score(place, window.negative, expected) })
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
        let needed = self.needed();
        let (mut highest, mut unusual) = (0.0_f64, Vec::new());
        for window in self.windows(WINDOWS.len()) {
            highest = highest.max(window.score);
            unusual.extend(Some(window).filter(|window| window.score >= needed));
        }
        if unusual.is_empty() {
            self.day_score = self.day_score.max(highest);
            let unless_after = || self.windows_with(WINDOWS.len(), |_| 0.0).any(|window| window.score >= needed);
            let is_after = self.aftermath.is_some() && unless_after();
            return Some(if is_after { Calm::CoolingDown } else { Calm::Usual });
        }
        match self.of_enough_people(&mut unusual, needed) {
            Ok(window) => self.begin(window, events),
            Err(calm) => return Some(calm),
        }
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
}

/// The same number for the same author in every run (FNV-1a).
fn hash(author: &str) -> u64 {
    author.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
