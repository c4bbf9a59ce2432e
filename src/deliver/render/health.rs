//! How sources are, in words: which fell ill, what the last error was, what to do about it and what goes on by itself.
//! The news stand in the subject. Pure.

use askama::Template;
use chrono_tz::Tz;

use super::Draft;
use super::mention::NAME;
use super::page::colour;
use super::phrase::{count, day_and_time, grouped};
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
    health: &'a Mail,
}

#[derive(Template)]
#[template(path = "health.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    subject: &'a str,
    preheader: &'a str,
    health: &'a Mail,
}

pub fn render(notice: &HealthNotice, zone: Tz) -> Draft {
    let mail = Mail::new(notice, zone);
    let html = Page { subject: &mail.subject, preheader: &mail.preheader, health: &mail }.to_string();
    Draft { text: Text { health: &mail }.to_string(), html, subject: mail.subject, attachments: Vec::new() }
}

impl Mail {
    fn new(notice: &HealthNotice, zone: Tz) -> Self {
        let total: u64 = notice.counts.iter().map(|(_, number)| number).sum();
        let more = total.saturating_sub(notice.changes.len() as u64);
        let heading = heading(notice);
        let sections: Vec<Section> =
            Health::ALL.into_iter().filter_map(|health| Section::new(health, &notice.changes, zone)).collect();
        let first = sections.first().and_then(|section| section.sources.first());
        Self {
            subject: format!("mentiond: {heading}"),
            preheader: first.map(|source| format!("{}: {}", source.name, source.why)).unwrap_or_default(),
            lead: lead(notice),
            more: match more {
                0 => String::new(),
                1 => "1 more source is not shown here; “mentiond status” lists all.".to_owned(),
                more => format!("{} more sources are not shown here; “mentiond status” lists all.", grouped(more)),
            },
            sections,
            heading,
        }
    }
}

impl Section {
    fn new(health: Health, changes: &[HealthChange], zone: Tz) -> Option<Self> {
        let of_it = changes.iter().filter(|change| change.condition.health == health);
        let sources: Vec<SourceText> = of_it.map(|change| SourceText::new(change, zone)).collect();
        let (title, tone) = match health {
            Health::Gone => ("Gone for good", Tone::Negative),
            Health::Failing => ("Cannot be read", Tone::Negative),
            Health::Silent => ("Unusually silent", Tone::Neutral),
            Health::Moved => ("Moved", Tone::Neutral),
            Health::Slow => ("Slow", Tone::Neutral),
            Health::Healthy => ("Well again", Tone::Positive),
        };
        let (advice, meanwhile) = advice(health);
        (!sources.is_empty()).then(|| Self { title, colour: colour(tone), sources, advice, meanwhile })
    }
}

/// What to do, and what goes on by itself.
fn advice(health: Health) -> (&'static str, &'static str) {
    match health {
        Health::Gone => (
            "take the source out of the configuration, or give it the address where it is to be found now.",
            "it is not polled any more.",
        ),
        Health::Failing => (
            "see in a browser whether the address still answers. If it does, this machine or its network may be the \
             cause. If it does not, write to those who run it, or take it out of the configuration.",
            "mentiond goes on trying, less and less often: at last once a day, or more rarely where the interval is \
             longer or the host refuses. It says when the source is well again.",
        ),
        Health::Silent => (
            "see in a browser whether something new was published. If so, it stands in another feed now, whose address \
             is to be configured. If not, there is nothing to mend.",
            "the source is polled as before, and mentiond says when it speaks again. Until then no digest calls its \
             silence proof that nothing was said.",
        ),
        Health::Moved => (
            "write the new address into the configuration, which still names the old one.",
            "it is read at its new address.",
        ),
        Health::Slow => (
            "nothing yet. If it lasts, give the source a longer “interval”, or raise “timeout” below “[fetch]” before it \
             is exceeded.",
            "the source is read as before, and holds up no other.",
        ),
        Health::Healthy => ("", ""),
    }
}

impl SourceText {
    fn new(change: &HealthChange, zone: Tz) -> Self {
        let Condition { health, why, .. } = &change.condition;
        let since = day_and_time(change.condition.since.unwrap_or(change.at), zone);
        let is_address = *health == Health::Moved && why.starts_with("http");
        Self {
            name: one_line(&change.source, NAME),
            state: match health {
                Health::Gone | Health::Moved => format!("noticed on {since}"),
                Health::Silent => format!("nothing new since {since}"),
                Health::Failing => format!("failing since {since}"),
                Health::Slow => format!("slow since {since}"),
                Health::Healthy => format!("well since {since}; {}", trouble(change, zone)),
            },
            why: if is_address { String::new() } else { one_line(why, WHY) },
            address: if is_address { format!("url = \"{}\"", one_line(why, ADDRESS)) } else { String::new() },
        }
    }
}

/// A change in one line, for a digest.
pub fn line(change: &HealthChange, zone: Tz) -> String {
    let Condition { health, why, .. } = &change.condition;
    let since = day_and_time(change.condition.since.unwrap_or(change.at), zone);
    let (name, why) = (one_line(&change.source, NAME), one_line(why, WHY));
    let words = match health {
        Health::Gone => format!("gone for good, noticed on {since}"),
        Health::Failing => format!("failing since {since}"),
        Health::Silent => format!("unusually silent, nothing new since {since}"),
        Health::Moved => return format!("{name}: has moved (noticed on {since}) to {}", without_query(&why)),
        Health::Slow => format!("slow since {since}"),
        Health::Healthy => return format!("{name}: well again since {since}; {}", trouble(change, zone)),
    };
    if why.is_empty() { format!("{name}: {words}") } else { format!("{name}: {words} ({why})") }
}

/// What is over.
fn trouble(change: &HealthChange, zone: Tz) -> String {
    let was = match change.before {
        Health::Gone => "it had been gone",
        Health::Failing => "it had failed",
        Health::Silent => "it had been silent",
        Health::Moved => "it had been elsewhere",
        Health::Slow => "it had been slow",
        Health::Healthy => "it had been well",
    };
    match change.before_since {
        Some(since) => format!("{was} since {}", day_and_time(since, zone)),
        None => format!("{was} before"),
    }
}

/// The news: one source by its name, of several how many.
pub fn heading(notice: &HealthNotice) -> String {
    if let ([(health, 1)], [only]) = (notice.counts.as_slice(), notice.changes.as_slice()) {
        return format!("{} {}", one_line(&only.source, NAME), health.words());
    }
    let parts = notice.counts.iter().enumerate().map(|(index, (health, number))| {
        let words = if *number == 1 { health.words() } else { health.words_of_many() };
        match index {
            0 => format!("{} {words}", count(*number, "source", "sources")),
            _ => format!("{} {words}", grouped(*number)),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Where most sources fail at once, the cause is likely here.
fn lead(notice: &HealthNotice) -> String {
    let failing = notice.counts.iter().find(|(health, _)| *health == Health::Failing).map_or(0, |(_, number)| *number);
    if failing < MANY || failing * 2 < notice.sources {
        return String::new();
    }
    format!(
        "{} of {} cannot be read. The likely cause is the network of this machine or its name server, not the sources.",
        grouped(failing),
        count(notice.sources, "source", "sources")
    )
}
