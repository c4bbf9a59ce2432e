//! Answers in German.

use super::German;
use super::common::MARKS;
use crate::deliver::words::answer::{Answer, Told};
use crate::deliver::words::common::Common as _;

/// What stands before the name of a channel.
const CHANNEL: &str = "Kanal ";

/// Those who are named, behind „an“: addresses, and channels, which have an article there; and how many more.
fn addressed(people: &[String], more: u64) -> String {
    let with_article = |who: &String| if who.starts_with(CHANNEL) { format!("den {who}") } else { who.clone() };
    let people: Vec<String> = people.iter().map(with_article).collect();
    let more = match more {
        0 => String::new(),
        1 => " und an 1 weitere Person".to_owned(),
        more => format!(" und an {} weitere", MARKS.grouped(more)),
    };
    format!("{}{more}", people.join(", an "))
}

impl Answer for German {
    fn i_take_care(&self) -> &'static str {
        "Ich kümmere mich darum"
    }

    fn say_so_here(&self) -> &'static str {
        "Sobald sich jemand darum kümmert, quittieren Sie es hier:"
    }

    fn escalation_subject(&self, brand: &str, title: &str, others: u64) -> String {
        let others = if others > 0 { format!(" (und {} weitere)", MARKS.grouped(others)) } else { String::new() };
        format!("{brand}: niemand hat quittiert: {title}{others}")
    }

    fn nobody_takes_care(&self, brand: &str, mentions: u64) -> String {
        match mentions {
            1 => format!("{brand}: Niemand kümmert sich darum"),
            _ => format!("{brand}: Um {} kümmert sich niemand", self.mentions(mentions)),
        }
    }

    fn written_to(&self, people: &[String], more: u64) -> String {
        format!("Es ging an {}; niemand hat es quittiert.", addressed(people, more))
    }

    fn part_written_to(&self, part: u64, people: &[String], more: u64) -> String {
        let (went, them) = if part == 1 { ("ging", "ihn") } else { ("gingen", "sie") };
        let people = addressed(people, more);
        format!("{} davon {went} an {people}; niemand hat {them} quittiert.", MARKS.grouped(part))
    }

    fn nobody_reached(&self) -> &'static str {
        "Vor Ihnen war niemand zu erreichen."
    }

    fn channel(&self, name: &str) -> String {
        format!("{CHANNEL}{}", self.quoted(name))
    }

    fn do_you_take_care(&self) -> &'static str {
        "Kümmern Sie sich darum?"
    }

    fn open_alerts(&self, open: u64, all: u64, brands: &str) -> String {
        let of_all = if open == all { String::new() } else { format!("{} von ", MARKS.grouped(open)) };
        format!("{of_all}{} zu {brands}, um die sich noch niemand kümmert.", self.alerts(all))
    }

    fn spike_of(&self, brands: &str) -> String {
        format!("Eine Häufung negativer Beiträge zu {brands}.")
    }

    fn this_was_written_to(&self, who: &str, when: &str) -> String {
        format!("Das ging an {}, am {when}.", addressed(&[who.to_owned()], 0))
    }

    fn others_were_told(&self, people: &str) -> String {
        format!("Auch andere wurden benachrichtigt: {people}.")
    }

    fn taken_already(&self, alerts: u64, who: &str, when: &str) -> String {
        format!("Um {} kümmert sich schon jemand, zuletzt {who} am {when}.", self.alerts(alerts))
    }

    fn and_more(&self, more: u64) -> String {
        format!("und {} weitere", MARKS.grouped(more))
    }

    fn nothing_has_changed_yet(&self, until: &str) -> String {
        format!(
            "Dass Sie diese Seite geöffnet haben, hat nichts verändert. Sobald Sie auf die Schaltfläche drücken, wird \
             niemand mehr erinnert. Der Link gilt bis {until}."
        )
    }

    fn thanks(&self) -> &'static str {
        "Danke"
    }

    fn alerts_acknowledged(&self, alerts: u64, brands: &str) -> String {
        let are = if alerts == 1 { "ist" } else { "sind" };
        format!("{} zu {brands} {are} quittiert; daran wird niemand mehr erinnert.", self.alerts(alerts))
    }

    fn incident_acknowledged(&self, brands: &str) -> String {
        format!(
            "Die Häufung negativer Beiträge zu {brands} ist quittiert: Sie hören erst wieder davon, wenn sie stark \
             zunimmt und wenn sie vorbei ist."
        )
    }

    fn noted_for(&self, who: &str) -> String {
        format!("Vermerkt für {who}.")
    }

    fn somebody_has_it(&self) -> &'static str {
        "Darum kümmert sich schon jemand"
    }

    fn takes_care_since(&self, who: &str, when: &str) -> String {
        format!("Seit {when} kümmert sich {who} darum.")
    }

    fn nothing_left(&self) -> &'static str {
        "Hier ist nichts mehr zu tun."
    }

    fn forgotten(&self) -> Told {
        (
            "Das wird nicht mehr aufbewahrt",
            "Was die E-Mail meldete, wurde inzwischen gelöscht; es ist nichts mehr zu quittieren.",
        )
    }

    fn not_whole(&self) -> Told {
        (
            "Dieser Link ist nicht vollständig",
            "E-Mail-Programme brechen lange Links manchmal um. Bitte kopieren Sie ihn ganz aus der E-Mail, oder folgen \
             Sie ihm dort.",
        )
    }

    fn too_old(&self) -> Told {
        (
            "Dieser Link ist zu alt",
            "Links gelten zwei Wochen. „mentiond status“ zeigt, worum sich niemand kümmert, und mit „mentiond ack“ \
             quittieren Sie es.",
        )
    }

    fn for_something_else(&self) -> Told {
        ("Dieser Link ist für etwas anderes", "Bitte folgen Sie ihm so, wie er in der E-Mail steht.")
    }

    fn try_again(&self) -> Told {
        (
            "Bitte versuchen Sie es noch einmal",
            "mentiond konnte das gerade nicht nachsehen oder aufschreiben. Es hat sich nichts geändert.",
        )
    }
}
