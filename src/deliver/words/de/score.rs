//! Scores and coverage in German.

use super::German;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::score::{Part, Reading, Scores, Told, Unheard};
use crate::model::LossReason;

/// `12 Erwähnungen`, in the nominative and the accusative.
fn noun(told: Told, number: u64) -> &'static str {
    match (told, number) {
        (Told::Stories, 1) => "Beitrag",
        (Told::Stories, _) => "Beiträgen",
        (Told::Mentions, 1) => "Erwähnung",
        (Told::Mentions, _) => "Erwähnungen",
    }
}

fn of(part: Part) -> String {
    format!("{} von {}", MARKS.grouped(part.of), MARKS.grouped(part.all))
}

fn judged(told: Told, part: Part) -> String {
    let could = if part.of == 1 { "konnte" } else { "konnten" };
    format!("bewertet werden {could} {} {}", of(part), noun(told, part.all))
}

fn with_author(told: Told, known: Part) -> String {
    format!("der Verfasser ist bei {} {} bekannt", of(known), noun(told, known.all))
}

impl Scores for German {
    fn score_names(&self) -> [&'static str; 4] {
        ["Stärke", "Stimmung", "Engagement", "Reichweite"]
    }

    fn unknown(&self) -> &'static str {
        "unbekannt"
    }

    fn strength(&self, share: Part, without_copies: bool) -> String {
        let once = if without_copies { ", ohne Kopien" } else { "" };
        format!("Anteil der gelesenen Einträge, die die Marke erwähnen: {}{once}", of(share))
    }

    fn no_entry(&self) -> &'static str {
        "kein Eintrag war neu"
    }

    fn entries_forgotten(&self) -> &'static str {
        "nicht alle in dieser Zeit gelesenen Einträge sind noch gespeichert"
    }

    fn against(&self, positive: u64, negative: u64) -> String {
        format!("{} zu {}", MARKS.grouped(positive), MARKS.grouped(negative))
    }

    fn sentiment(&self, told: Told, part: Part) -> String {
        let what = match told {
            Told::Stories => "Beiträge",
            Told::Mentions => "Erwähnungen",
        };
        format!("positive gegen negative {what}; {}", judged(told, part))
    }

    fn no_sentiment(&self, told: Told, part: Part) -> String {
        let none = match told {
            Told::Stories => "kein Beitrag",
            Told::Mentions => "keine Erwähnung",
        };
        format!("{none} ist positiv oder negativ; {}", judged(told, part))
    }

    fn passion(&self, told: Told, share: Part, known: Part) -> String {
        format!("Anteil der bekannten Verfasser, die mehrmals schrieben: {}; {}", of(share), with_author(told, known))
    }

    fn reach(&self, told: Told, ratio: Part, known: Part) -> String {
        let (of, all) = (MARKS.grouped(ratio.of), MARKS.grouped(ratio.all));
        format!("verschiedene Verfasser je {}: {of} auf {all}; {}", noun(told, 1), with_author(told, known))
    }

    fn nothing_to_score(&self) -> &'static str {
        "es gibt keine Erwähnungen"
    }

    fn no_author(&self, told: Told) -> &'static str {
        match told {
            Told::Stories => "von keinem Beitrag ist der Verfasser bekannt",
            Told::Mentions => "von keiner Erwähnung ist der Verfasser bekannt",
        }
    }

    fn unheard(&self, why: Unheard) -> String {
        match why {
            Unheard::Silence => "es wurde nichts gesagt".to_owned(),
            Unheard::NoSources => "keine Erwähnungen gefunden; es gibt keine Quellen".to_owned(),
            Unheard::Unread(number) => {
                format!("keine Erwähnungen gefunden; {} nicht gelesen", self.sources_were(number))
            }
            Unheard::Silent(number) => format!("keine Erwähnungen gefunden; {}", self.sources_are_silent(number)),
            Unheard::Gaps => "keine Erwähnungen gefunden; nicht alles wurde durchgehend gelesen".to_owned(),
        }
    }

    fn reading(&self, reading: Reading) -> String {
        match reading {
            Reading::NoSources => "Es gibt keine Quellen, also war nichts zu hören.".to_owned(),
            Reading::All(1, true) => "Die einzige Quelle wurde gelesen.".to_owned(),
            Reading::All(1, false) => "Die einzige Quelle wurde gelesen, aber nicht durchgehend.".to_owned(),
            Reading::All(number, true) => format!("Alle {} wurden gelesen.", self.sources(number)),
            Reading::All(number, false) => {
                format!("Alle {} wurden gelesen, aber nicht durchgehend.", self.sources(number))
            }
            Reading::NoneToTheEnd(1) => {
                "Die einzige Quelle wurde nicht bis zum Ende gelesen; vielleicht wurde mehr gesagt.".to_owned()
            }
            Reading::NoneToTheEnd(number) => format!(
                "Keine der {} Quellen wurde bis zum Ende gelesen; vielleicht wurde mehr gesagt.",
                MARKS.grouped(number)
            ),
            Reading::Nothing(number) => format!("Es war nichts zu hören: {} nicht gelesen.", self.sources_were(number)),
            Reading::Some(part) => {
                let were = if part.of == 1 { "wurde" } else { "wurden" };
                format!("{} Quellen {were} nicht gelesen; vielleicht wurde mehr gesagt.", of(part))
            }
        }
    }

    fn silent_sources(&self, number: u64) -> String {
        let silent = self.sources_are_silent(number);
        match number {
            1 => format!("{silent}: Sie wurde gelesen, zeigte aber länger nichts Neues, als für sie üblich ist."),
            _ => format!("{silent}: Sie wurden gelesen, zeigten aber länger nichts Neues, als für sie üblich ist."),
        }
    }

    fn losing_sources(&self, number: u64) -> String {
        let sources = if number == 1 { "einer Quelle" } else { &format!("{} Quellen", MARKS.grouped(number)) };
        format!("Von {sources} fehlt vielleicht etwas.")
    }

    fn lost(&self, source: &str, [from, to]: [&str; 2], why: &str) -> String {
        format!("{source}: Was zwischen {from} und {to} gesagt wurde, fehlt vielleicht: {why}")
    }

    fn lost_for(&self, why: &LossReason) -> String {
        match why {
            LossReason::Hours(hours) if hours % 24 == 0 && *hours > 24 => {
                format!("das Netzwerk zeigt nur die letzten {} Tage", hours / 24)
            }
            LossReason::Hours(hours) => format!("das Netzwerk zeigt nur die letzten {hours} Stunden"),
            LossReason::Newest(number) => format!("das Netzwerk zeigt nur die neuesten {number}"),
            LossReason::Ends => "das Netzwerk zeigt nur das Neueste".to_owned(),
            LossReason::Chosen(number) => format!("das Netzwerk zeigt nur {number}, die es selbst auswählt"),
            LossReason::Partly => "das Netzwerk hat nicht alles durchsucht".to_owned(),
            LossReason::Posts(posts) => format!("Kommentare werden nur unter den neuesten {posts} Beiträgen gelesen"),
            LossReason::Pages(pages) => format!("es werden höchstens {pages} Seiten zurück gelesen"),
            LossReason::Told(why) => format!("was ihr Webhook gemeldet hat, war nicht zu lesen ({why})"),
            LossReason::Unread { part, why } => format!("„{part}“ war nicht zu lesen ({why})"),
        }
    }

    fn not_read(&self, source: &str, since: Option<&str>) -> String {
        match since {
            Some(since) => format!("{source}: nicht gelesen seit {since}"),
            None => format!("{source}: noch nie gelesen"),
        }
    }

    fn read_again(&self, source: &str, from: Option<&str>, until: Option<&str>) -> String {
        let from = from.map(|from| format!("nicht gelesen ab {from}"));
        let until = until.map(|until| format!("wieder gelesen seit {until}"));
        format!("{source}: {}", [from, until].into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}
