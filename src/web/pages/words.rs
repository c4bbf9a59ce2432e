//! What the pages say. Pure.

use chrono_tz::Tz;

use super::Page;
use crate::link::LinkFault;
use crate::model::Instant;
use crate::model::outbox::channel_of;
use crate::model::text::one_line;
use crate::store::Told;

/// Most characters of a name, and of a title.
const NAME: usize = 80;
const TITLE: usize = 160;

/// Whether somebody takes care of it. Nothing has happened yet.
pub(super) fn question(told: &Told, until: Instant, zone: Tz) -> Page {
    let mut paragraphs = vec![about(told), sent(told, zone)];
    let taken = told.alerts - told.open;
    if let Some((who, at)) = told.last.as_ref().filter(|_| taken > 0) {
        let alerts = count(taken, "alert is", "alerts are");
        paragraphs.push(format!("{alerts} taken care of already, the last by {} on {}.", name(who), time(*at, zone)));
    }
    Page {
        title: "Do you take care of this?".to_owned(),
        paragraphs,
        items: items(told),
        button: Some("I take care of it".to_owned()),
        note: format!(
            "Opening this page has changed nothing. Once you press the button, nobody is reminded any more. The link is \
             good until {}.",
            time(until, zone)
        ),
        ..page()
    }
}

/// Somebody takes care of it now.
pub(super) fn done(told: &Told) -> Page {
    let mut paragraphs = Vec::new();
    if told.open > 0 {
        let alerts = count(told.open, "alert", "alerts");
        let any = if told.open == 1 { "it" } else { "them" };
        paragraphs.push(format!("{alerts} about {} acknowledged: nobody is reminded of {any} any more.", brands(told)));
    }
    if told.incident == Some(None) {
        paragraphs.push(format!(
            "The spike of negative stories about {} is acknowledged: you hear of it again only if it doubles, and when \
             it is over.",
            brands(told)
        ));
    }
    let note = format!("Noted for {}.", name(&told.recipient));
    Page { title: "Thank you".to_owned(), paragraphs, note, ..page() }
}

/// Somebody takes care of it already.
pub(super) fn already(told: &Told, zone: Tz) -> Page {
    let mut paragraphs = vec![sent(told, zone)];
    if let Some((who, at)) = &told.last {
        paragraphs.insert(0, format!("{} takes care of it since {}.", name(who), time(*at, zone)));
    }
    Page {
        title: "Somebody takes care of this already".to_owned(),
        paragraphs,
        items: items(told),
        note: "There is nothing left to do here.".to_owned(),
        ..page()
    }
}

/// Nothing is known of it any more.
pub(super) fn forgotten() -> Page {
    Page {
        title: "This is no longer kept".to_owned(),
        paragraphs: vec![
            "What the mail told was forgotten meanwhile, so there is nothing left to take care of.".to_owned(),
        ],
        ..page()
    }
}

/// The link does not count.
pub(super) fn refused(fault: LinkFault) -> Page {
    let (title, paragraph) = match fault {
        LinkFault::NotOurs => (
            "This link is not whole",
            "Mail programs break long links at times. Please copy all of it from the mail, or follow it there.",
        ),
        LinkFault::Expired(_) => (
            "This link is too old",
            "Links are good for two weeks. “mentiond status” lists what nobody takes care of, and “mentiond ack” says who does.",
        ),
        LinkFault::OtherPurpose => ("This link is for something else", "Please follow it as it stands in the mail."),
    };
    Page { title: title.to_owned(), paragraphs: vec![paragraph.to_owned()], ..page() }
}

/// mentiond cannot say now.
pub(super) fn failed() -> Page {
    Page {
        title: "Please try again".to_owned(),
        paragraphs: vec![
            "mentiond could not look this up, or write it down, just now. Nothing has changed.".to_owned(),
        ],
        ..page()
    }
}

fn page() -> Page {
    Page { language: "en", ..Page::default() }
}

fn about(told: &Told) -> String {
    let brands = brands(told);
    let alerts = if told.alerts == 0 {
        String::new()
    } else if told.open == told.alerts {
        format!("{} about {brands} that nobody takes care of yet.", count(told.alerts, "alert", "alerts"))
    } else {
        let all = count(told.alerts, "alert", "alerts");
        format!("{} of {all} about {brands} that nobody takes care of yet.", told.open)
    };
    let spike = match told.incident {
        Some(_) => format!("A spike of negative stories about {brands}."),
        None => String::new(),
    };
    [spike, alerts].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn sent(told: &Told, zone: Tz) -> String {
    let own = format!("This was written to {} on {}.", name(&told.recipient), time(told.at, zone));
    let other = |(who, at): &(String, Instant)| format!("{} ({})", name(who), time(*at, zone));
    let others: Vec<String> = told.others.iter().map(other).collect();
    if others.is_empty() { own } else { format!("{own} Others were told too: {}.", others.join(", ")) }
}

fn items(told: &Told) -> Vec<String> {
    let mut items: Vec<String> = told.titles.iter().map(|title| one_line(title, TITLE)).collect();
    let more = told.alerts.saturating_sub(items.len() as u64);
    if more > 0 {
        items.push(format!("and {more} more"));
    }
    items
}

fn brands(told: &Told) -> String {
    told.brands.iter().map(|brand| one_line(brand, NAME)).collect::<Vec<_>>().join(", ")
}

/// An address, or a channel.
fn name(recipient: &str) -> String {
    match channel_of(recipient) {
        Some(channel) => format!("the channel “{}”", one_line(channel, NAME)),
        None => one_line(recipient, NAME),
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn time(at: Instant, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y, %H:%M %Z").to_string()
}
