//! How sources are, in words: which fell ill, what the last error was, what to do about it and what goes on by itself.
//! The news stand in the subject. Pure.

use askama::Template;

use super::Draft;
use super::mention::NAME;
use super::page::colour;
use crate::deliver::words::Voice;
use crate::model::Tone;
use crate::model::health::{Condition, Health, HealthChange};
use crate::model::notice::HealthNotice;
use crate::model::text::{one_line, without_query};

/// Most characters of an error.
const WHY: usize = 300;
/// Most characters of an address.
const ADDRESS: usize = 1_000;
/// So many sources that cannot be read, being half of all, have a cause in common.
const MANY: u64 = 5;

/// What the templates show.
struct Mail {
    subject: String,
    preheader: String,
    heading: String,
    lead: String,
    sections: Vec<Section>,
    more: String,
}

/// The sources that came to one state.
struct Section {
    title: &'static str,
    colour: &'static str,
    sources: Vec<SourceText>,
    advice: &'static str,
    meanwhile: &'static str,
}

/// One source.
struct SourceText {
    name: String,
    state: String,
    why: String,
    /// The line of the configuration that a new address asks for.
    address: String,
}

#[derive(Template)]
#[template(path = "health.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    voice: Voice,
    health: &'a Mail,
}

#[derive(Template)]
#[template(path = "health.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    voice: Voice,
    subject: &'a str,
    preheader: &'a str,
    health: &'a Mail,
}

pub fn render(notice: &HealthNotice, voice: Voice) -> Draft {
    let mail = Mail::new(notice, voice);
    let html = Page { voice, subject: &mail.subject, preheader: &mail.preheader, health: &mail }.to_string();
    Draft { text: Text { voice, health: &mail }.to_string(), html, subject: mail.subject }
}

impl Mail {
    fn new(notice: &HealthNotice, voice: Voice) -> Self {
        let total: u64 = notice.counts.iter().map(|(_, number)| number).sum();
        let more = total.saturating_sub(notice.changes.len() as u64);
        let heading = heading(notice, voice);
        let sections: Vec<Section> =
            Health::ALL.into_iter().filter_map(|health| Section::new(health, &notice.changes, voice)).collect();
        let first = sections.first().and_then(|section| section.sources.first());
        Self {
            subject: format!("mentiond: {heading}"),
            preheader: first.map(|source| format!("{}: {}", source.name, source.why)).unwrap_or_default(),
            lead: lead(notice, voice),
            more: if more > 0 { voice.sources_not_shown(more) } else { String::new() },
            sections,
            heading,
        }
    }
}

impl Section {
    fn new(health: Health, changes: &[HealthChange], voice: Voice) -> Option<Self> {
        let of_it = changes.iter().filter(|change| change.condition.health == health);
        let sources: Vec<SourceText> = of_it.map(|change| SourceText::new(change, voice)).collect();
        let tone = match health {
            Health::Gone | Health::Failing => Tone::Negative,
            Health::Silent | Health::Moved | Health::Slow => Tone::Neutral,
            Health::Healthy => Tone::Positive,
        };
        (!sources.is_empty()).then(|| Self {
            title: voice.health_title(health),
            colour: colour(tone),
            sources,
            advice: voice.advice(health),
            meanwhile: voice.meanwhile(health),
        })
    }
}

impl SourceText {
    fn new(change: &HealthChange, voice: Voice) -> Self {
        let Condition { health, why, .. } = &change.condition;
        let since = voice.day_and_time(change.condition.since.unwrap_or(change.at));
        let is_address = *health == Health::Moved && why.starts_with("http");
        Self {
            name: one_line(&change.source, NAME),
            state: match health {
                Health::Healthy => format!("{}; {}", voice.since(*health, &since), trouble(change, voice)),
                _ => voice.since(*health, &since),
            },
            why: if is_address || why.is_empty() { String::new() } else { voice.said(&one_line(why, WHY)) },
            address: if is_address { format!("url = \"{}\"", one_line(why, ADDRESS)) } else { String::new() },
        }
    }
}

/// A change in one line, for a digest.
pub fn line(change: &HealthChange, voice: Voice) -> String {
    let Condition { health, why, .. } = &change.condition;
    let since = voice.day_and_time(change.condition.since.unwrap_or(change.at));
    let (name, why) = (one_line(&change.source, NAME), one_line(why, WHY));
    let words = match health {
        Health::Moved => voice.has_moved(&since, &without_query(&why)),
        Health::Healthy => format!("{}; {}", voice.change(*health, &since), trouble(change, voice)),
        _ if why.is_empty() => voice.change(*health, &since),
        _ => format!("{} ({})", voice.change(*health, &since), voice.said(&why)),
    };
    format!("{name}: {words}")
}

/// What is over.
fn trouble(change: &HealthChange, voice: Voice) -> String {
    let since = change.before_since.map(|since| voice.day_and_time(since));
    voice.was(change.before, since.as_deref())
}

/// The news: one source by its name, of several how many.
pub fn heading(notice: &HealthNotice, voice: Voice) -> String {
    if let ([(health, 1)], [only]) = (notice.counts.as_slice(), notice.changes.as_slice()) {
        return format!("{} {}", one_line(&only.source, NAME), voice.is(*health));
    }
    let parts = notice.counts.iter().enumerate().map(|(index, (health, number))| {
        let words = if *number == 1 { voice.is(*health) } else { voice.are(*health) };
        match index {
            0 => format!("{} {words}", voice.sources(*number)),
            _ => format!("{} {words}", voice.grouped(*number)),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Where most sources fail at once, the cause is likely here.
fn lead(notice: &HealthNotice, voice: Voice) -> String {
    let failing = notice.counts.iter().find(|(health, _)| *health == Health::Failing).map_or(0, |(_, number)| *number);
    let is_common = failing >= MANY && failing * 2 >= notice.sources;
    if is_common { voice.many_fail(failing, notice.sources) } else { String::new() }
}
