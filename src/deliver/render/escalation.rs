//! To whom alerts were told before, for somebody who hears of them because nobody has acknowledged them. Pure.

use super::mention::NAME;
use crate::deliver::words::Speech;
use crate::model::notice::ToldBefore;
use crate::model::outbox::channel_of;
use crate::model::text::one_line;

/// People that are named; the rest is counted.
const NAMED: usize = 5;

/// To whom it was written before, and when.
pub fn lead(told: &[ToldBefore], speech: Speech) -> String {
    let named: Vec<String> = told.iter().take(NAMED).map(|told| one(told, speech)).collect();
    if named.is_empty() {
        return speech.nobody_reached().to_owned();
    }
    speech.written_to(&named, told.len().saturating_sub(named.len()) as u64)
}

fn one(ToldBefore { recipient, at }: &ToldBefore, speech: Speech) -> String {
    let who = match channel_of(recipient) {
        Some(channel) => speech.channel(&one_line(channel, NAME)),
        None => one_line(recipient, NAME),
    };
    format!("{who} ({})", speech.time(*at))
}
