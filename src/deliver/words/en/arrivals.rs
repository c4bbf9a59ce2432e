//! What does not arrive, in English.

use super::English;
use crate::deliver::words::arrivals::Arrivals;
use crate::deliver::words::common::Common as _;

impl Arrivals for English {
    fn nothing_by(&self, channel: Option<&str>, since: &str) -> String {
        match channel {
            Some(name) => format!("nothing gets through by the channel “{name}” since {since}"),
            None => format!("no mail gets through since {since}"),
        }
    }

    fn again_by(&self, channel: Option<&str>) -> String {
        match channel {
            Some(name) => format!("the channel “{name}” works again"),
            None => "mails get through again".to_owned(),
        }
    }

    fn do_not_arrive(&self, number: u64) -> String {
        match number {
            1 => "1 notice does not arrive".to_owned(),
            _ => format!("{} notices do not arrive", self.grouped(number)),
        }
    }

    fn wait(&self, number: u64) -> String {
        match number {
            1 => "1 notice waits and will be tried again.".to_owned(),
            _ => format!("{} notices wait and will be tried again.", self.grouped(number)),
        }
    }

    fn given_up_is_kept(&self) -> &'static str {
        "What was given up is kept: see “mentiond dead-letters list”."
    }

    fn for_whom(&self, recipient: &str, since: &str, given_up: bool) -> String {
        format!("for {recipient}, since {since}{}", if given_up { ", given up" } else { "" })
    }

    fn comes_instead(&self, whom: &str, channel: bool, since: &str) -> String {
        let whom = if channel { format!("by the channel “{whom}”") } else { format!("to {whom}") };
        format!("This comes to you because it could not be delivered {whom} since {since}.")
    }

    fn nor_did_it_reach(&self, names: &str) -> String {
        format!("Nor did it reach {names}.")
    }

    fn way_out(&self, channel: Option<&str>) -> String {
        channel.map_or_else(|| "mail".to_owned(), |name| format!("the channel “{name}”"))
    }

    fn between(&self, since: &str, until: Option<&str>) -> String {
        until.map_or_else(|| format!("since {since}"), |until| format!("from {since} to {until}"))
    }

    fn notices_not_shown(&self, more: u64) -> String {
        match more {
            1 => "1 more is not shown here; “mentiond status” counts it.".to_owned(),
            _ => format!("{} more are not shown here; “mentiond status” counts them.", self.grouped(more)),
        }
    }

    fn what_it_is_about(&self) -> &'static str {
        "What it is about"
    }
}
