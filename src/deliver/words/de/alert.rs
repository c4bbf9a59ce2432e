//! Alerts in German.

use super::German;
use super::common::MARKS;
use crate::deliver::words::alert::{Alert, Holder};
use crate::deliver::words::common::Common as _;

/// `(und 3 weitere)`.
fn others(others: u64) -> String {
    if others > 0 { format!(" (und {} weitere)", MARKS.grouped(others)) } else { String::new() }
}

fn by(holder: Holder<'_>, until: &str) -> String {
    match holder {
        Holder::Silence(author) => format!("durch die Stummschaltung von {author} bis zum {until}"),
        Holder::QuietHours => format!("wegen der Ruhezeit bis zum {until}"),
        Holder::Unknown => format!("bis zum {until}"),
    }
}

impl Alert for German {
    fn alert_subject(&self, brand: &str, reminder: bool, title: &str, more: u64) -> String {
        format!("{brand}: {}: {title}{}", if reminder { "Erinnerung" } else { "dringend" }, others(more))
    }

    fn held_subject(&self, brands: &str, title: &str, more: u64) -> String {
        format!("{brands}: bis jetzt zurückgehalten: {title}{}", others(more))
    }

    fn need_answer(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: Jemand braucht eine Antwort"),
            _ => format!("{brand}: {} brauchen eine Antwort", self.mentions(mentions)),
        }
    }

    fn not_acknowledged(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: noch immer nicht quittiert"),
            _ => format!("{brand}: {} noch immer nicht quittiert", self.mentions(mentions)),
        }
    }

    fn not_acknowledged_since(&self, when: &str) -> String {
        format!("Seit {when} hat es niemand quittiert.")
    }

    fn oldest_found(&self, when: &str, of_those_shown: bool) -> String {
        let shown = if of_those_shown { " der hier gezeigten" } else { "" };
        format!("Niemand hat sie quittiert; gefunden wurde die älteste{shown} am {when}.")
    }

    fn how_to_acknowledge(&self) -> &'static str {
        "Sobald sich jemand darum kümmert, quittieren Sie es; dann wird niemand mehr erinnert:"
    }

    fn only_the_first(&self) -> &'static str {
        "nur für die erste:"
    }

    fn all_of(&self, brand: &str) -> String {
        format!("für alle zu {brand}:")
    }

    fn all_of_this_brand(&self) -> &'static str {
        "für alle zu dieser Marke:"
    }

    fn held(&self, alerts: u64, cause: Option<(Holder<'_>, &str)>) -> String {
        let held = MARKS.count(alerts, "Keine Alarme wurden", "Alarm wurde", "Alarme wurden");
        match cause {
            Some((holder, until)) => format!("{held} {} zurückgehalten", by(holder, until)),
            None => format!("{held} zurückgehalten"),
        }
    }

    fn held_part(&self, alerts: u64, holder: Holder<'_>, until: &str) -> String {
        format!("{} {}", MARKS.grouped(alerts), by(holder, until))
    }
}
