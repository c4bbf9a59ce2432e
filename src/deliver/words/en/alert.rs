//! Alerts in English.

use super::English;
use super::common::MARKS;
use crate::deliver::words::alert::{Alert, Holder};
use crate::deliver::words::common::Common as _;

/// `(and 3 more)`.
fn others(others: u64) -> String {
    if others > 0 { format!(" (and {} more)", MARKS.grouped(others)) } else { String::new() }
}

fn by(holder: Holder<'_>, until: &str) -> String {
    match holder {
        Holder::Silence(author) => format!("by the silence of {author} until {until}"),
        Holder::QuietHours => format!("by quiet hours until {until}"),
        Holder::Unknown => format!("until {until}"),
    }
}

impl Alert for English {
    fn alert_subject(&self, brand: &str, reminder: bool, title: &str, more: u64) -> String {
        format!("{brand}: {}: {title}{}", if reminder { "reminder" } else { "urgent" }, others(more))
    }

    fn held_subject(&self, brands: &str, title: &str, more: u64) -> String {
        format!("{brands}: held until now: {title}{}", others(more))
    }

    fn need_answer(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: somebody needs an answer"),
            _ => format!("{brand}: {} need an answer", self.mentions(mentions)),
        }
    }

    fn not_acknowledged(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: still not acknowledged"),
            _ => format!("{brand}: {} still not acknowledged", self.mentions(mentions)),
        }
    }

    fn not_acknowledged_since(&self, when: &str) -> String {
        format!("Nobody has acknowledged it since {when}.")
    }

    fn oldest_found(&self, when: &str, of_those_shown: bool) -> String {
        let shown = if of_those_shown { " of those shown here" } else { "" };
        format!("Nobody has acknowledged these; the oldest{shown} was found {when}.")
    }

    fn how_to_acknowledge(&self) -> &'static str {
        "Once somebody takes care of it, say so, and nobody is reminded:"
    }

    fn only_the_first(&self) -> &'static str {
        "for the first alone:"
    }

    fn all_of(&self, brand: &str) -> String {
        format!("for all of {brand}:")
    }

    fn all_of_this_brand(&self) -> &'static str {
        "for all of this brand:"
    }

    fn held(&self, alerts: u64, cause: Option<(Holder<'_>, &str)>) -> String {
        let held = MARKS.count(alerts, "no alerts were held", "alert was held", "alerts were held");
        match cause {
            Some((holder, until)) => format!("{held} {}", by(holder, until)),
            None => held,
        }
    }

    fn held_part(&self, alerts: u64, holder: Holder<'_>, until: &str) -> String {
        format!("{} {}", MARKS.grouped(alerts), by(holder, until))
    }
}
