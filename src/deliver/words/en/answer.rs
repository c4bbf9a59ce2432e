//! Answers in English.

use super::English;
use super::common::MARKS;
use crate::deliver::words::answer::{Answer, Told};
use crate::deliver::words::common::Common as _;

/// Behind those who are named.
fn others(more: u64) -> String {
    match more {
        0 => String::new(),
        1 => ", and to 1 other".to_owned(),
        more => format!(", and to {} others", MARKS.grouped(more)),
    }
}

impl Answer for English {
    fn i_take_care(&self) -> &'static str {
        "I take care of it"
    }

    fn say_so_here(&self) -> &'static str {
        "Once somebody takes care of it, say so here:"
    }

    fn escalation_subject(&self, brand: &str, title: &str, others: u64) -> String {
        let others = if others > 0 { format!(" (and {} more)", MARKS.grouped(others)) } else { String::new() };
        format!("{brand}: nobody has acknowledged: {title}{others}")
    }

    fn nobody_takes_care(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: nobody takes care of this"),
            _ => format!("{brand}: nobody takes care of {}", self.mentions(mentions)),
        }
    }

    fn written_to(&self, people: &[String], more: u64) -> String {
        format!("It was written to {}{}; nobody has acknowledged it.", people.join(", to "), others(more))
    }

    fn part_written_to(&self, part: u64, people: &[String], more: u64) -> String {
        let (were, them) = if part == 1 { ("was", "it") } else { ("were", "them") };
        let (part, people) = (MARKS.grouped(part), people.join(", to "));
        format!("{part} of them {were} written to {people}{}; nobody has acknowledged {them}.", others(more))
    }

    fn nobody_reached(&self) -> &'static str {
        "Nobody could be reached before you."
    }

    fn channel(&self, name: &str) -> String {
        format!("the channel {}", self.quoted(name))
    }

    fn do_you_take_care(&self) -> &'static str {
        "Do you take care of this?"
    }

    fn open_alerts(&self, open: u64, all: u64, brands: &str) -> String {
        let of_all = if open == all { String::new() } else { format!("{} of ", MARKS.grouped(open)) };
        format!("{of_all}{} about {brands} that nobody takes care of yet.", self.alerts(all))
    }

    fn spike_of(&self, brands: &str) -> String {
        format!("A spike of negative stories about {brands}.")
    }

    fn this_was_written_to(&self, who: &str, when: &str) -> String {
        format!("This was written to {who} on {when}.")
    }

    fn others_were_told(&self, people: &str) -> String {
        format!("Others were told too: {people}.")
    }

    fn taken_already(&self, alerts: u64, who: &str, when: &str) -> String {
        let are = if alerts == 1 { "is" } else { "are" };
        format!("{} {are} taken care of already, the last by {who} on {when}.", self.alerts(alerts))
    }

    fn and_more(&self, more: u64) -> String {
        format!("and {} more", MARKS.grouped(more))
    }

    fn nothing_has_changed_yet(&self, until: &str) -> String {
        format!(
            "Opening this page has changed nothing. Once you press the button, nobody is reminded any more. The link is \
             good until {until}."
        )
    }

    fn thanks(&self) -> &'static str {
        "Thank you"
    }

    fn alerts_acknowledged(&self, alerts: u64, brands: &str) -> String {
        let them = if alerts == 1 { "it" } else { "them" };
        format!("{} about {brands} acknowledged: nobody is reminded of {them} any more.", self.alerts(alerts))
    }

    fn incident_acknowledged(&self, brands: &str) -> String {
        format!(
            "The spike of negative stories about {brands} is acknowledged: you hear of it again only if it grows much, \
             and when it is over."
        )
    }

    fn noted_for(&self, who: &str) -> String {
        format!("Noted for {who}.")
    }

    fn somebody_has_it(&self) -> &'static str {
        "Somebody takes care of this already"
    }

    fn takes_care_since(&self, who: &str, when: &str) -> String {
        format!("{who} takes care of it since {when}.")
    }

    fn nothing_left(&self) -> &'static str {
        "There is nothing left to do here."
    }

    fn forgotten(&self) -> Told {
        (
            "This is no longer kept",
            "What the mail told was forgotten meanwhile, so there is nothing left to take care of.",
        )
    }

    fn not_whole(&self) -> Told {
        (
            "This link is not whole",
            "Mail programs break long links at times. Please copy all of it from the mail, or follow it there.",
        )
    }

    fn too_old(&self) -> Told {
        (
            "This link is too old",
            "Links are good for two weeks. “mentiond status” lists what nobody takes care of, and “mentiond ack” says who \
             does.",
        )
    }

    fn for_something_else(&self) -> Told {
        ("This link is for something else", "Please follow it as it stands in the mail.")
    }

    fn try_again(&self) -> Told {
        ("Please try again", "mentiond could not look this up, or write it down, just now. Nothing has changed.")
    }
}
