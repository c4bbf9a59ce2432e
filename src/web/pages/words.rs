//! What the pages say, in the language of the mail. Pure.

use super::Page;
use crate::deliver::Speech;
use crate::link::LinkFault;
use crate::model::Instant;
use crate::model::outbox::channel_of;
use crate::model::text::one_line;
use crate::store::Told;

/// Most characters of a name, and of a title.
const NAME: usize = 80;
const TITLE: usize = 160;

/// Whether somebody takes care of it. Nothing has happened yet.
pub(super) fn question(told: &Told, until: Instant, speech: Speech) -> Page {
    let brands = brands(told);
    let mut paragraphs = Vec::new();
    if told.incident.is_some() {
        paragraphs.push(speech.spike_of(&brands));
    }
    if told.alerts > 0 {
        paragraphs.push(speech.open_alerts(told.open, told.alerts, &brands));
    }
    paragraphs.push(sent(told, speech));
    let taken = told.alerts - told.open;
    if let Some((who, at)) = told.last.as_ref().filter(|_| taken > 0) {
        paragraphs.push(speech.taken_already(taken, &name(who, speech), &speech.time(*at)));
    }
    Page {
        title: speech.do_you_take_care().to_owned(),
        paragraphs,
        items: items(told, speech),
        button: Some(speech.i_take_care().to_owned()),
        note: speech.nothing_has_changed_yet(&speech.time(until)),
        ..page(speech)
    }
}

/// Somebody takes care of it now.
pub(super) fn done(told: &Told, speech: Speech) -> Page {
    let brands = brands(told);
    let mut paragraphs = Vec::new();
    if told.open > 0 {
        paragraphs.push(speech.alerts_acknowledged(told.open, &brands));
    }
    if told.incident == Some(None) {
        paragraphs.push(speech.incident_acknowledged(&brands));
    }
    let note = speech.noted_for(&name(&told.recipient, speech));
    Page { title: speech.thanks().to_owned(), paragraphs, note, ..page(speech) }
}

/// Somebody takes care of it already.
pub(super) fn already(told: &Told, speech: Speech) -> Page {
    let since = told.last.as_ref().map(|(who, at)| speech.takes_care_since(&name(who, speech), &speech.time(*at)));
    Page {
        title: speech.somebody_has_it().to_owned(),
        paragraphs: since.into_iter().chain([sent(told, speech)]).collect(),
        items: items(told, speech),
        note: speech.nothing_left().to_owned(),
        ..page(speech)
    }
}

/// Nothing is known of it any more.
pub(super) fn forgotten(speech: Speech) -> Page {
    said(speech.forgotten(), speech)
}

/// The link does not count.
pub(super) fn refused(fault: LinkFault, speech: Speech) -> Page {
    let told = match fault {
        LinkFault::NotOurs => speech.not_whole(),
        LinkFault::Expired(_) => speech.too_old(),
        LinkFault::OtherPurpose => speech.for_something_else(),
    };
    said(told, speech)
}

/// mentiond cannot say now.
pub(super) fn failed(speech: Speech) -> Page {
    said(speech.try_again(), speech)
}

fn said((title, paragraph): (&str, &str), speech: Speech) -> Page {
    Page { title: title.to_owned(), paragraphs: vec![paragraph.to_owned()], ..page(speech) }
}

fn page(speech: Speech) -> Page {
    Page { language: speech.tag(), ..Page::default() }
}

fn sent(told: &Told, speech: Speech) -> String {
    let own = speech.this_was_written_to(&name(&told.recipient, speech), &speech.time(told.at));
    let other = |(who, at): &(String, Instant)| format!("{} ({})", name(who, speech), speech.time(*at));
    let others: Vec<String> = told.others.iter().map(other).collect();
    if others.is_empty() { own } else { format!("{own} {}", speech.others_were_told(&others.join(", "))) }
}

fn items(told: &Told, speech: Speech) -> Vec<String> {
    let mut items: Vec<String> = told.titles.iter().map(|title| one_line(title, TITLE)).collect();
    let more = told.alerts.saturating_sub(items.len() as u64);
    if more > 0 {
        items.push(speech.and_more(more));
    }
    items
}

fn brands(told: &Told) -> String {
    told.brands.iter().map(|brand| one_line(brand, NAME)).collect::<Vec<_>>().join(", ")
}

/// An address, or a channel.
fn name(recipient: &str, speech: Speech) -> String {
    match channel_of(recipient) {
        Some(channel) => speech.channel(&one_line(channel, NAME)),
        None => one_line(recipient, NAME),
    }
}
