//! Answers in Norwegian.

use super::Norwegian;
use super::common::MARKS;
use crate::deliver::words::answer::{Answer, Told};
use crate::deliver::words::common::Common as _;

/// Behind those who are named.
fn others(more: u64) -> String {
    match more {
        0 => String::new(),
        1 => " og til 1 annen".to_owned(),
        more => format!(" og til {} andre", MARKS.grouped(more)),
    }
}

impl Answer for Norwegian {
    fn i_take_care(&self) -> &'static str {
        "Jeg tar meg av det"
    }

    fn say_so_here(&self) -> &'static str {
        "Kvitter her når noen tar seg av det:"
    }

    fn escalation_subject(&self, brand: &str, title: &str, others: u64) -> String {
        let others = if others > 0 { format!(" (og {} til)", MARKS.grouped(others)) } else { String::new() };
        format!("{brand}: ingen har kvittert: {title}{others}")
    }

    fn nobody_takes_care(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: ingen tar seg av dette"),
            _ => format!("{brand}: ingen tar seg av {}", self.mentions(mentions)),
        }
    }

    fn written_to(&self, people: &[String], more: u64) -> String {
        format!("Det ble sendt til {}{}; ingen har kvittert for det.", people.join(", til "), others(more))
    }

    fn part_written_to(&self, part: u64, people: &[String], more: u64) -> String {
        let them = if part == 1 { "det" } else { "dem" };
        let (part, people) = (MARKS.grouped(part), people.join(", til "));
        format!("{part} av dem ble sendt til {people}{}; ingen har kvittert for {them}.", others(more))
    }

    fn nobody_reached(&self) -> &'static str {
        "Ingen var å få tak i før deg."
    }

    fn channel(&self, name: &str) -> String {
        format!("kanalen {}", self.quoted(name))
    }

    fn do_you_take_care(&self) -> &'static str {
        "Tar du deg av dette?"
    }

    fn open_alerts(&self, open: u64, all: u64, brands: &str) -> String {
        let of_all = if open == all { String::new() } else { format!("{} av ", MARKS.grouped(open)) };
        format!("{of_all}{} om {brands} som ingen tar seg av ennå.", self.alerts(all))
    }

    fn spike_of(&self, brands: &str) -> String {
        format!("En bølge av negative saker om {brands}.")
    }

    fn this_was_written_to(&self, who: &str, when: &str) -> String {
        format!("Dette ble sendt til {who} {when}.")
    }

    fn others_were_told(&self, people: &str) -> String {
        format!("Andre fikk det også: {people}.")
    }

    fn taken_already(&self, alerts: u64, who: &str, when: &str) -> String {
        format!("Noen tar seg allerede av {}, sist {who} {when}.", self.alerts(alerts))
    }

    fn and_more(&self, more: u64) -> String {
        format!("og {} til", MARKS.grouped(more))
    }

    fn nothing_has_changed_yet(&self, until: &str) -> String {
        format!(
            "At du åpnet denne siden, har ikke endret noe. Når du trykker på knappen, blir ingen minnet på det igjen. \
             Lenken gjelder til {until}."
        )
    }

    fn thanks(&self) -> &'static str {
        "Takk"
    }

    fn alerts_acknowledged(&self, alerts: u64, brands: &str) -> String {
        let them = if alerts == 1 { "det" } else { "dem" };
        format!("Det er kvittert for {} om {brands}; ingen blir minnet på {them} igjen.", self.alerts(alerts))
    }

    fn incident_acknowledged(&self, brands: &str) -> String {
        format!(
            "Det er kvittert for bølgen av negative saker om {brands}: du hører om den igjen bare hvis den vokser mye, og \
             når den er over."
        )
    }

    fn noted_for(&self, who: &str) -> String {
        format!("Notert for {who}.")
    }

    fn somebody_has_it(&self) -> &'static str {
        "Noen tar seg av dette allerede"
    }

    fn takes_care_since(&self, who: &str, when: &str) -> String {
        format!("{who} har tatt seg av det siden {when}.")
    }

    fn nothing_left(&self) -> &'static str {
        "Her er det ikke mer å gjøre."
    }

    fn forgotten(&self) -> Told {
        (
            "Dette er ikke lenger lagret",
            "Det e-posten fortalte, er slettet i mellomtiden, så det er ikke mer å ta seg av.",
        )
    }

    fn not_whole(&self) -> Told {
        (
            "Denne lenken er ikke hel",
            "E-postprogrammer deler av og til lange lenker. Kopier hele lenken fra e-posten, eller følg den der.",
        )
    }

    fn too_old(&self) -> Told {
        (
            "Denne lenken er for gammel",
            "Lenker gjelder i to uker. «mentiond status» viser hva ingen tar seg av, og med «mentiond ack» kvitterer du.",
        )
    }

    fn for_something_else(&self) -> Told {
        ("Denne lenken er til noe annet", "Følg den slik den står i e-posten.")
    }

    fn try_again(&self) -> Told {
        ("Prøv igjen", "mentiond kunne ikke slå dette opp eller skrive det ned akkurat nå. Ingenting er endret.")
    }
}
