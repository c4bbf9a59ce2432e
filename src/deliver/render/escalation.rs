//! What is said to somebody who hears of alerts because nobody has acknowledged them. Pure.

use chrono_tz::Tz;

use super::mention::NAME;
use super::phrase::{count, time};
use crate::model::notice::ToldBefore;
use crate::model::outbox::channel_of;
use crate::model::text::one_line;

/// People that are named; the rest is counted.
const NAMED: usize = 5;

/// How many nobody takes care of.
pub fn heading(brand: &str, total: u64) -> String {
    match total {
        1 => format!("{brand}: nobody takes care of this"),
        _ => format!("{brand}: nobody takes care of {}", count(total, "mention", "mentions")),
    }
}

/// To whom it was written before, and when.
pub fn lead(told: &[ToldBefore], zone: Tz) -> String {
    let named: Vec<String> = told.iter().take(NAMED).map(|told| one(told, zone)).collect();
    let more = told.len().saturating_sub(named.len()) as u64;
    let more = if more > 0 { format!(", and to {}", count(more, "other", "others")) } else { String::new() };
    match named.as_slice() {
        [] => "Nobody could be reached before you.".to_owned(),
        named => format!("It was written to {}{more}; nobody has acknowledged it.", named.join(", to ")),
    }
}

fn one(ToldBefore { recipient, at }: &ToldBefore, zone: Tz) -> String {
    let who = match channel_of(recipient) {
        Some(channel) => format!("the channel “{}”", one_line(channel, NAME)),
        None => one_line(recipient, NAME),
    };
    format!("{who} ({})", time(*at, zone))
}
