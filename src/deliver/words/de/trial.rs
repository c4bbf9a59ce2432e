//! A trial in German.

use super::German;
use crate::deliver::words::trial::{By, Trial};

/// As the object of `über`.
fn over(way: By<'_>) -> String {
    match way {
        By::Server(address) => format!("den Mailserver {address}"),
        By::Folder(dir) => format!("den Ordner {dir} (E-Mails werden als .eml-Dateien abgelegt)"),
        By::Channel(name) => format!("den Kanal „{name}“"),
    }
}

impl Trial for German {
    fn trial_subject(&self) -> &'static str {
        "mentiond: Probe-E-Mail, alles in Ordnung"
    }

    fn trial_title(&self) -> &'static str {
        "mentiond: Probe, alles in Ordnung"
    }

    fn all_is_well(&self) -> &'static str {
        "Alles in Ordnung"
    }

    fn this_is_a_trial(&self) -> &'static str {
        "Dies ist eine Probe-E-Mail von mentiond."
    }

    fn came_by(&self, way: By<'_>) -> String {
        format!("Sie kam über {}.", over(way))
    }

    fn came_by_as_asked(&self, way: By<'_>, asked: &str) -> String {
        format!(
            "Sie kam über {}, angefordert am {asked}. Alles in Ordnung: Alarme und Übersichten kommen auf demselben Weg.",
            over(way)
        )
    }

    fn nothing_to_do(&self) -> &'static str {
        "Es gibt nichts zu tun."
    }
}
