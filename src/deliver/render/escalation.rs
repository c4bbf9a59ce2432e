//! To whom alerts or an incident were told before, for somebody who hears of them later and nobody has acknowledged them. Pure.

use super::mention::NAME;
use crate::deliver::words::Speech;
use crate::model::notice::ToldBefore;
use crate::model::outbox::channel_of;
use crate::model::text::one_line;

/// People that are named; the rest is counted.
const NAMED: usize = 5;

/// To whom it was written before, and when.
pub fn lead(told: &[ToldBefore], speech: Speech) -> String {
    let (named, more) = named(told, speech);
    if named.is_empty() { speech.nobody_reached().to_owned() } else { speech.written_to(&named, more) }
}

/// The same of so many of all alerts; empty where nobody else was told.
pub fn part((told, part): (&[ToldBefore], u64), all: u64, speech: Speech) -> String {
    let (named, more) = named(told, speech);
    match named.is_empty() {
        true => String::new(),
        false if part == all => speech.written_to(&named, more),
        false => speech.part_written_to(part, &named, more),
    }
}

fn named(told: &[ToldBefore], speech: Speech) -> (Vec<String>, u64) {
    let named: Vec<String> = told.iter().take(NAMED).map(|told| one(told, speech)).collect();
    let more = told.len().saturating_sub(named.len()) as u64;
    (named, more)
}

fn one(ToldBefore { recipient, at }: &ToldBefore, speech: Speech) -> String {
    let who = match channel_of(recipient) {
        Some(channel) => speech.channel(&one_line(channel, NAME)),
        None => one_line(recipient, NAME),
    };
    format!("{who} ({})", speech.time(*at))
}
