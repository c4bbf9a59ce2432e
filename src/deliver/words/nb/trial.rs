//! A trial in Norwegian.

use super::Norwegian;
use crate::deliver::words::trial::{By, Trial};

/// As the object of `gjennom`.
fn through(way: By<'_>) -> String {
    match way {
        By::Server(address) => format!("e-posttjeneren {address}"),
        By::Folder(dir) => format!("mappen {dir} (e-poster lagres som .eml-filer)"),
        By::Channel(name) => format!("kanalen «{name}»"),
    }
}

impl Trial for Norwegian {
    fn trial_subject(&self) -> &'static str {
        "mentiond: en prøve-e-post, alt er i orden"
    }

    fn trial_title(&self) -> &'static str {
        "mentiond: en prøve, alt er i orden"
    }

    fn all_is_well(&self) -> &'static str {
        "Alt er i orden"
    }

    fn this_is_a_trial(&self) -> &'static str {
        "Dette er en prøve-e-post fra mentiond."
    }

    fn came_by(&self, way: By<'_>) -> String {
        format!("Den kom gjennom {}.", through(way))
    }

    fn came_by_as_asked(&self, way: By<'_>, asked: &str) -> String {
        format!(
            "Den kom gjennom {}, bestilt {asked}. Alt er i orden: varsler og oversikter kommer samme vei.",
            through(way)
        )
    }

    fn nothing_to_do(&self) -> &'static str {
        "Det er ingenting å gjøre."
    }
}
