//! How sources are, in words: which fell ill, what the last error was, what to do about it and what goes on by itself.
//! The news stand in the subject. Pure.

use askama::Template;

use super::Draft;
use super::mention::NAME;
use super::page::colour;
use crate::deliver::words::Speech;
use crate::model::Tone;
use crate::model::health::{Condition, Health, HealthChange, Trouble};
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
    speech: Speech,
    health: &'a Mail,
}

#[derive(Template)]
#[template(path = "health.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    speech: Speech,
    subject: &'a str,
    preheader: &'a str,
    health: &'a Mail,
}

pub fn render(notice: &HealthNotice, speech: Speech) -> Draft {
    let mail = Mail::new(notice, speech);
    let html = Page { speech, subject: &mail.subject, preheader: &mail.preheader, health: &mail }.to_string();
    Draft { text: Text { speech, health: &mail }.to_string(), html, subject: mail.subject, attachments: Vec::new() }
}

impl Mail {
    fn new(notice: &HealthNotice, speech: Speech) -> Self {
        let total: u64 = notice.counts.iter().map(|(_, number)| number).sum();
        let more = total.saturating_sub(notice.changes.len() as u64);
        let heading = heading(notice, speech);
        let sorts = Health::ALL.into_iter().flat_map(|health| Trouble::ALL.map(|trouble| (health, trouble)));
        let sections: Vec<Section> =
            sorts.filter_map(|(health, trouble)| Section::new(health, trouble, &notice.changes, speech)).collect();
        let first = sections.first().and_then(|section| section.sources.first());
        Self {
            subject: format!("mentiond: {heading}"),
            preheader: first.map(|source| format!("{}: {}", source.name, source.why)).unwrap_or_default(),
            lead: lead(notice, speech),
            more: if more > 0 { speech.sources_not_shown(more) } else { String::new() },
            sections,
            heading,
        }
    }
}

impl Section {
    fn new(health: Health, trouble: Trouble, changes: &[HealthChange], speech: Speech) -> Option<Self> {
        let conditions = changes.iter().map(|change| (change, &change.condition));
        let of_it = conditions
            .filter(|(_, condition)| condition.health == health && condition.trouble() == trouble)
            .map(|(change, _)| change);
        let sources: Vec<SourceText> = of_it.map(|change| SourceText::new(change, speech)).collect();
        let tone = match health {
            Health::Gone | Health::Failing => Tone::Negative,
            Health::Silent | Health::Moved | Health::Slow => Tone::Neutral,
            Health::Healthy => Tone::Positive,
        };
        (!sources.is_empty()).then(|| Self {
            title: speech.health_title(health),
            colour: colour(tone),
            sources,
            advice: match trouble {
                Trouble::LockedOut => speech.mend_the_secret(),
                Trouble::OutOfMoney => speech.mend_the_budget(),
                Trouble::SoldOut => speech.buy_more(),
                Trouble::Other => speech.advice(health),
            },
            meanwhile: match trouble {
                Trouble::LockedOut => speech.meanwhile(Health::Gone),
                Trouble::OutOfMoney => speech.rests_until_next_month(),
                Trouble::SoldOut => speech.asks_for_more(),
                Trouble::Other => speech.meanwhile(health),
            },
        })
    }
}

impl SourceText {
    fn new(change: &HealthChange, speech: Speech) -> Self {
        let Condition { health, why, .. } = &change.condition;
        let since = speech.day_and_time(change.condition.since.unwrap_or(change.at));
        let is_address = *health == Health::Moved && why.starts_with("http");
        Self {
            name: one_line(&change.source, NAME),
            state: match health {
                Health::Healthy => format!("{}; {}", speech.since(*health, &since), trouble(change, speech)),
                _ => speech.since(*health, &since),
            },
            why: if is_address || why.is_empty() { String::new() } else { speech.said(&one_line(why, WHY)) },
            address: if is_address { format!("url = \"{}\"", one_line(why, ADDRESS)) } else { String::new() },
        }
    }
}

/// A change in one line, for a digest.
pub fn line(change: &HealthChange, speech: Speech) -> String {
    let Condition { health, why, .. } = &change.condition;
    let since = speech.day_and_time(change.condition.since.unwrap_or(change.at));
    let (name, why) = (one_line(&change.source, NAME), one_line(why, WHY));
    let words = match health {
        Health::Moved => speech.has_moved(&since, &without_query(&why)),
        Health::Healthy => format!("{}; {}", speech.change(*health, &since), trouble(change, speech)),
        _ if why.is_empty() => speech.change(*health, &since),
        _ => format!("{} ({})", speech.change(*health, &since), speech.said(&why)),
    };
    format!("{name}: {words}")
}

/// What is over.
fn trouble(change: &HealthChange, speech: Speech) -> String {
    let since = change.before_since.map(|since| speech.day_and_time(since));
    speech.was(change.before, since.as_deref())
}

/// The news: one source by its name, of several how many.
pub fn heading(notice: &HealthNotice, speech: Speech) -> String {
    if let ([(health, 1)], [only]) = (notice.counts.as_slice(), notice.changes.as_slice()) {
        return format!("{} {}", one_line(&only.source, NAME), speech.is(*health));
    }
    let parts = notice.counts.iter().enumerate().map(|(index, (health, number))| {
        let words = if *number == 1 { speech.is(*health) } else { speech.are(*health) };
        match index {
            0 => format!("{} {words}", speech.sources(*number)),
            _ => format!("{} {words}", speech.grouped(*number)),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Where most sources fail at once, the cause is likely here.
fn lead(notice: &HealthNotice, speech: Speech) -> String {
    let failing = notice.counts.iter().find(|(health, _)| *health == Health::Failing).map_or(0, |(_, number)| *number);
    let is_common = failing >= MANY && failing * 2 >= notice.sources;
    if is_common { speech.many_fail(failing, notice.sources) } else { String::new() }
}
