//! What does not arrive, in German.

use super::German;
use crate::deliver::words::arrivals::Arrivals;
use crate::deliver::words::common::Common as _;

impl Arrivals for German {
    fn nothing_by(&self, channel: Option<&str>, since: &str) -> String {
        match channel {
            Some(name) => format!("über den Kanal „{name}“ kommt seit {since} nichts mehr durch"),
            None => format!("seit {since} kommt keine E-Mail mehr durch"),
        }
    }

    fn again_by(&self, channel: Option<&str>) -> String {
        match channel {
            Some(name) => format!("der Kanal „{name}“ funktioniert wieder"),
            None => "E-Mails kommen wieder durch".to_owned(),
        }
    }

    fn do_not_arrive(&self, number: u64) -> String {
        match number {
            1 => "1 Nachricht kommt nicht an".to_owned(),
            _ => format!("{} Nachrichten kommen nicht an", self.grouped(number)),
        }
    }

    fn wait(&self, number: u64) -> String {
        match number {
            1 => "1 Nachricht wartet und wird erneut versucht.".to_owned(),
            _ => format!("{} Nachrichten warten und werden erneut versucht.", self.grouped(number)),
        }
    }

    fn given_up_is_kept(&self) -> &'static str {
        "Was aufgegeben wurde, ist aufbewahrt: siehe „mentiond dead-letters list“."
    }

    fn for_whom(&self, recipient: &str, since: &str, given_up: bool) -> String {
        format!("für {recipient}, seit {since}{}", if given_up { ", aufgegeben" } else { "" })
    }

    fn comes_instead(&self, whom: &str, channel: bool, since: &str) -> String {
        let whom = if channel { format!("über den Kanal „{whom}“") } else { format!("an {whom}") };
        format!("Dies kommt zu Ihnen, weil es seit {since} nicht {whom} zugestellt werden konnte.")
    }

    fn nor_did_it_reach(&self, names: &str) -> String {
        format!("Auch {names} erreichte es nicht.")
    }

    fn way_out(&self, channel: Option<&str>) -> String {
        channel.map_or_else(|| "E-Mail".to_owned(), |name| format!("der Kanal „{name}“"))
    }

    fn between(&self, since: &str, until: Option<&str>) -> String {
        until.map_or_else(|| format!("seit {since}"), |until| format!("von {since} bis {until}"))
    }

    fn notices_not_shown(&self, more: u64) -> String {
        match more {
            1 => "1 weitere ist hier nicht gezeigt; „mentiond status“ zählt sie mit.".to_owned(),
            _ => format!("{} weitere sind hier nicht gezeigt; „mentiond status“ zählt sie mit.", self.grouped(more)),
        }
    }

    fn what_it_is_about(&self) -> &'static str {
        "Worum es geht"
    }
}
