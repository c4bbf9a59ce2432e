//! What does not arrive, in Norwegian.

use super::Norwegian;
use crate::deliver::words::arrivals::Arrivals;
use crate::deliver::words::common::Common as _;

impl Arrivals for Norwegian {
    fn nothing_by(&self, channel: Option<&str>, since: &str) -> String {
        match channel {
            Some(name) => format!("ingenting har kommet gjennom kanalen «{name}» siden {since}"),
            None => format!("ingen e-post har kommet fram siden {since}"),
        }
    }

    fn again_by(&self, channel: Option<&str>) -> String {
        match channel {
            Some(name) => format!("kanalen «{name}» virker igjen"),
            None => "e-post kommer fram igjen".to_owned(),
        }
    }

    fn do_not_arrive(&self, number: u64) -> String {
        match number {
            1 => "1 melding kommer ikke fram".to_owned(),
            _ => format!("{} meldinger kommer ikke fram", self.grouped(number)),
        }
    }

    fn wait(&self, number: u64) -> String {
        match number {
            1 => "1 melding venter og prøves på nytt.".to_owned(),
            _ => format!("{} meldinger venter og prøves på nytt.", self.grouped(number)),
        }
    }

    fn given_up_is_kept(&self) -> &'static str {
        "Det som er gitt opp, er tatt vare på: se «mentiond dead-letters list»."
    }

    fn for_whom(&self, recipient: &str, since: &str, given_up: bool) -> String {
        format!("til {recipient}, siden {since}{}", if given_up { ", gitt opp" } else { "" })
    }

    fn comes_instead(&self, whom: &str, channel: bool, since: &str) -> String {
        let whom = if channel { format!("gjennom kanalen «{whom}»") } else { format!("til {whom}") };
        format!("Dette kommer til deg fordi det ikke har latt seg levere {whom} siden {since}.")
    }

    fn nor_did_it_reach(&self, names: &str) -> String {
        format!("Det nådde heller ikke {names}.")
    }

    fn way_out(&self, channel: Option<&str>) -> String {
        channel.map_or_else(|| "e-post".to_owned(), |name| format!("kanalen «{name}»"))
    }

    fn between(&self, since: &str, until: Option<&str>) -> String {
        until.map_or_else(|| format!("siden {since}"), |until| format!("fra {since} til {until}"))
    }

    fn notices_not_shown(&self, more: u64) -> String {
        match more {
            1 => "1 til vises ikke her; «mentiond status» teller den med.".to_owned(),
            _ => format!("{} til vises ikke her; «mentiond status» teller dem med.", self.grouped(more)),
        }
    }

    fn what_it_is_about(&self) -> &'static str {
        "Hva det gjelder"
    }
}
