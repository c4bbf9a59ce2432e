//! Alerts in Norwegian.

use super::Norwegian;
use super::common::MARKS;
use crate::deliver::words::alert::{Alert, Holder};
use crate::deliver::words::common::Common as _;

/// `(og 3 til)`.
fn others(others: u64) -> String {
    if others > 0 { format!(" (og {} til)", MARKS.grouped(others)) } else { String::new() }
}

impl Alert for Norwegian {
    fn alert_subject(&self, brand: &str, reminder: bool, title: &str, more: u64) -> String {
        format!("{brand}: {}: {title}{}", if reminder { "påminnelse" } else { "haster" }, others(more))
    }

    fn held_subject(&self, brands: &str, title: &str, more: u64) -> String {
        format!("{brands}: holdt tilbake til nå: {title}{}", others(more))
    }

    fn need_answer(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: noen trenger svar"),
            _ => format!("{brand}: {} trenger svar", self.mentions(mentions)),
        }
    }

    fn not_acknowledged(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: fortsatt ikke kvittert for"),
            _ => format!("{brand}: {} er fortsatt ikke kvittert for", self.mentions(mentions)),
        }
    }

    fn not_acknowledged_since(&self, when: &str) -> String {
        format!("Ingen har kvittert for den siden {when}.")
    }

    fn oldest_found(&self, when: &str, of_those_shown: bool) -> String {
        let shown = if of_those_shown { " av dem som vises her," } else { "" };
        format!("Ingen har kvittert for disse; den eldste{shown} ble funnet {when}.")
    }

    fn how_to_acknowledge(&self) -> &'static str {
        "Kvitter når noen tar seg av det, så blir ingen minnet på det igjen:"
    }

    fn only_the_first(&self) -> &'static str {
        "bare for den første:"
    }

    fn all_of(&self, brand: &str) -> String {
        format!("for alle om {brand}:")
    }

    fn all_of_this_brand(&self) -> &'static str {
        "for alle om dette merket:"
    }

    fn held(&self, alerts: u64, cause: Option<(Holder<'_>, &str)>) -> String {
        let held = MARKS.count(alerts, "Ingen varsler ble", "varsel ble", "varsler ble");
        match cause {
            Some((Holder::Silence(author), until)) => {
                let them = if alerts == 1 { "det" } else { "dem" };
                format!("{held} holdt tilbake til {until} fordi {author} hadde dempet {them}")
            }
            Some((Holder::QuietHours, until)) => format!("{held} holdt tilbake i stille tid, til {until}"),
            Some((Holder::Unknown, until)) => format!("{held} holdt tilbake til {until}"),
            None => format!("{held} holdt tilbake"),
        }
    }

    fn held_part(&self, alerts: u64, holder: Holder<'_>, until: &str) -> String {
        let alerts = MARKS.grouped(alerts);
        match holder {
            Holder::Silence(author) => format!("{alerts} dempet av {author} til {until}"),
            Holder::QuietHours => format!("{alerts} i stille tid, til {until}"),
            Holder::Unknown => format!("{alerts} til {until}"),
        }
    }
}
