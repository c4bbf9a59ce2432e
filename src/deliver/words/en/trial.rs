//! A trial in English.

use super::English;
use crate::deliver::words::trial::{By, Trial};

/// As the object of `by`.
fn by(way: By<'_>) -> String {
    match way {
        By::Server(address) => format!("the mail server {address}"),
        By::Folder(dir) => format!("the folder {dir} (mails are written as .eml files)"),
        By::Channel(name) => format!("the channel “{name}”"),
    }
}

impl Trial for English {
    fn trial_subject(&self) -> &'static str {
        "mentiond: a trial mail, all is well"
    }

    fn trial_title(&self) -> &'static str {
        "mentiond: a trial, all is well"
    }

    fn all_is_well(&self) -> &'static str {
        "All is well"
    }

    fn this_is_a_trial(&self) -> &'static str {
        "This is a trial mail from mentiond."
    }

    fn came_by(&self, way: By<'_>) -> String {
        format!("It came by {}.", by(way))
    }

    fn came_by_as_asked(&self, way: By<'_>, asked: &str) -> String {
        format!("It came by {}, asked for on {asked}. All is well: alerts and digests will come the same way.", by(way))
    }

    fn nothing_to_do(&self) -> &'static str {
        "There is nothing to do."
    }
}
