//! Replays the events of a file. Never holds more than one of them.

use std::io::Write;

use anyhow::Result;
use chrono::{SecondsFormat, TimeDelta};

use super::event::Event;
use super::{Arguments, begin, print, summary};
use crate::cli::lines::Lines;
use crate::clock::Clock;
use crate::model::units::duration_text;
use crate::model::{Author, Entry, EntryKey, Instant, Judgement, Severity};
use crate::pipeline::Scorers;
use crate::query::Subject;
use crate::replay::Found;
use crate::sentiment::Severities;

/// An event may be so much older than one before it.
const DISORDER: TimeDelta = TimeDelta::hours(1);

/// An event that is so much newer than those before it has another year than was meant: nobody waits that long, and
/// every day in between would have its digests.
const GAP: TimeDelta = TimeDelta::days(3_653);

/// Puts together what is known of an event. What it does not say is found in its text.
struct Reader {
    scorers: Scorers,
    severities: Severities,
    /// Whether a rule may ask for the language.
    asks_language: bool,
    entry: Entry,
    judgement: Judgement,
}

/// Replays a file; what there is to say at the end, in lines.
pub fn replay(file: &str, arguments: &Arguments, clock: &Clock, output: &mut impl Write) -> Result<Vec<String>> {
    let (configuration, config, plan) = arguments.config.load_deciding(clock)?;
    let mut lines = Lines::open(file)?;
    let asks_language = config.rules.iter().any(|rule| rule.value.query.is_some()) || !config.routes.is_empty();
    let mut reader = Reader::new(arguments.config.load_scorers()?, asks_language);
    let mut replay = begin(arguments, &config, plan, Vec::new(), clock.now());
    let (mut latest, mut others) = (None, 0);
    loop {
        if lines.may_wait() {
            output.flush()?;
        }
        let Some(line) = lines.next()? else { break };
        if line.text.trim().is_empty() {
            continue;
        }
        let event = Event::parse(line.text).map_err(|fault| line.fault(fault))?;
        let before = latest.unwrap_or(event.at);
        if let Some(fault) = misplaced(event.at, before) {
            return Err(line.fault(fault).into());
        }
        latest = Some(event.at.max(before));
        if !arguments.brand.is_empty() && !arguments.brand.contains(&event.brand) {
            others += 1;
            continue;
        }
        replay.find(&reader.found(event.at, &event.brand, &event));
        print(&mut replay, output)?;
    }
    replay.finish(None);
    print(&mut replay, output)?;
    Ok(summary::lines(replay.tally(), "event", configuration.as_deref(), others))
}

impl Reader {
    fn new(scorers: Scorers, asks_language: bool) -> Self {
        let entry = Entry::new(EntryKey(String::new()));
        Self { scorers, severities: Severities::new(), asks_language, entry, judgement: Judgement::unscored(None) }
    }

    fn found<'a>(&'a mut self, at: Instant, brand: &'a str, event: &Event) -> Found<'a> {
        self.entry.published_at = Some(at);
        self.entry.text.clear();
        self.entry.text.push_str(&event.text);
        let author = |name: &String| Author { name: name.clone(), ..Author::default() };
        self.entry.author = event.author.as_ref().map(author);
        (self.judgement.tone, self.judgement.score) = (event.tone, event.score);
        self.judgement.language = None;
        let severity = Some(self.severity());
        let (language, judgement) = (self.judgement.language.as_ref(), &self.judgement);
        let subject = Subject { language, severity, ..Subject::from(&self.entry) };
        Found { at, brand, subject, source_since: None, judgement, story: None }
    }

    /// How much harm the text speaks of, in the words of its language: what no language calls harm need not be read for
    /// its own.
    fn severity(&mut self) -> Severity {
        if self.entry.text.is_empty() {
            return Severity::default();
        }
        let harmless = self.severities.judge(&self.entry, &[], None).concerns.is_empty();
        if !harmless || self.asks_language {
            self.judgement.language = self.scorers.common().language(&self.entry);
        }
        if harmless {
            return Severity::default();
        }
        self.severities.judge(&self.entry, &[], self.judgement.language.as_ref()).severity
    }
}

/// What is wrong with the time of an event, behind others of which the latest is `latest`.
fn misplaced(at: Instant, latest: Instant) -> Option<String> {
    let said = |at: Instant| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let (at_said, latest_said) = (said(at), said(latest));
    if latest - at > DISORDER {
        let most = duration_text(DISORDER.to_std().unwrap_or_default());
        return Some(format!(
            "the time `{at_said}` is more than {most} before that of an earlier line, `{latest_said}`\n  \
             hint: sort the lines by `at`"
        ));
    }
    (at - latest > GAP).then(|| {
        format!(
            "the time `{at_said}` is more than ten years after that of the lines before it, `{latest_said}`\n  \
             hint: is the year right?"
        )
    })
}
