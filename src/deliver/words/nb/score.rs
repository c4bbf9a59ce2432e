//! Scores and coverage in Norwegian.

use super::Norwegian;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::score::{Part, Reading, Scores, Told, Unheard};
use crate::model::LossReason;

fn noun(told: Told, number: u64) -> &'static str {
    match (told, number) {
        (Told::Stories, 1) => "sak",
        (Told::Stories, _) => "saker",
        (Told::Mentions, 1) => "omtale",
        (Told::Mentions, _) => "omtaler",
    }
}

fn of(part: Part) -> String {
    format!("{} av {}", MARKS.grouped(part.of), MARKS.grouped(part.all))
}

fn judged(told: Told, part: Part) -> String {
    format!("{} {} kunne vurderes", of(part), noun(told, part.all))
}

fn with_author(told: Told, known: Part) -> String {
    format!("{} {} har en kjent forfatter", of(known), noun(told, known.all))
}

impl Scores for Norwegian {
    fn score_names(&self) -> [&'static str; 4] {
        ["Styrke", "Stemning", "Engasjement", "Rekkevidde"]
    }

    fn unknown(&self) -> &'static str {
        "ukjent"
    }

    fn strength(&self, share: Part, without_copies: bool) -> String {
        let once = if without_copies { ", uten kopier" } else { "" };
        format!("andel av de leste innleggene som nevner merket: {}{once}", of(share))
    }

    fn no_entry(&self) -> &'static str {
        "ingen innlegg var nye"
    }

    fn entries_forgotten(&self) -> &'static str {
        "ikke alle innlegg som ble lest da, er lagret lenger"
    }

    fn against(&self, positive: u64, negative: u64) -> String {
        format!("{} mot {}", MARKS.grouped(positive), MARKS.grouped(negative))
    }

    fn sentiment(&self, told: Told, part: Part) -> String {
        format!("positive mot negative {}; {}", noun(told, 2), judged(told, part))
    }

    fn no_sentiment(&self, told: Told, part: Part) -> String {
        format!("ingen {} er positiv eller negativ; {}", noun(told, 1), judged(told, part))
    }

    fn passion(&self, told: Told, share: Part, known: Part) -> String {
        format!("andel av de kjente forfatterne som skrev mer enn én gang: {}; {}", of(share), with_author(told, known))
    }

    fn reach(&self, told: Told, ratio: Part, known: Part) -> String {
        let (of, all) = (MARKS.grouped(ratio.of), MARKS.grouped(ratio.all));
        format!("ulike forfattere per {}: {of} på {all}; {}", noun(told, 1), with_author(told, known))
    }

    fn nothing_to_score(&self) -> &'static str {
        "det er ingen omtaler"
    }

    fn no_author(&self, told: Told) -> &'static str {
        match told {
            Told::Stories => "ingen sak har en kjent forfatter",
            Told::Mentions => "ingen omtale har en kjent forfatter",
        }
    }

    fn unheard(&self, why: Unheard) -> String {
        match why {
            Unheard::Silence => "ingenting ble sagt".to_owned(),
            Unheard::NoSources => "ingen omtaler funnet; det er ingen kilder".to_owned(),
            Unheard::Unread(number) => format!("ingen omtaler funnet; {} ikke lest", self.sources_were(number)),
            Unheard::Silent(number) => format!("ingen omtaler funnet; {}", self.sources_are_silent(number)),
            Unheard::Gaps => "ingen omtaler funnet; ikke alt ble lest hele tiden".to_owned(),
        }
    }

    fn reading(&self, reading: Reading) -> String {
        match reading {
            Reading::NoSources => "Det er ingen kilder, så ingenting kunne høres.".to_owned(),
            Reading::All(1, true) => "Den eneste kilden ble lest.".to_owned(),
            Reading::All(1, false) => "Den eneste kilden ble lest, men ikke hele tiden.".to_owned(),
            Reading::All(number, true) => format!("Alle {} ble lest.", self.sources(number)),
            Reading::All(number, false) => format!("Alle {} ble lest, men ikke hele tiden.", self.sources(number)),
            Reading::NoneToTheEnd(1) => {
                "Den eneste kilden ble ikke lest til slutten, så det kan være sagt mer.".to_owned()
            }
            Reading::NoneToTheEnd(number) => {
                format!("Ingen av de {} kildene ble lest til slutten, så det kan være sagt mer.", MARKS.grouped(number))
            }
            Reading::Nothing(number) => format!("Ingenting kunne høres: {} ikke lest.", self.sources_were(number)),
            Reading::Some(part) => format!("{} kilder ble ikke lest, så det kan være sagt mer.", of(part)),
        }
    }

    fn silent_sources(&self, number: u64) -> String {
        let silent = self.sources_are_silent(number);
        match number {
            1 => {
                format!("{silent}: Den ble lest, men viste ikke noe nytt på lengre tid enn det som er vanlig for den.")
            }
            _ => format!("{silent}: De ble lest, men viste ikke noe nytt på lengre tid enn det som er vanlig for dem."),
        }
    }

    fn losing_sources(&self, number: u64) -> String {
        let sources = if number == 1 { "én kilde" } else { &format!("{} kilder", MARKS.grouped(number)) };
        format!("Fra {sources} kan det mangle noe.")
    }

    fn lost(&self, source: &str, [from, to]: [&str; 2], why: &str) -> String {
        format!("{source}: det som ble sagt mellom {from} og {to}, kan mangle: {why}")
    }

    fn lost_for(&self, why: &LossReason) -> String {
        match why {
            LossReason::Hours(hours) if hours % 24 == 0 && *hours > 24 => {
                format!("nettverket viser bare de siste {} dagene", hours / 24)
            }
            LossReason::Hours(hours) => format!("nettverket viser bare de siste {hours} timene"),
            LossReason::Newest(number) => format!("nettverket viser bare de nyeste {number}"),
            LossReason::Ends => "nettverket viser bare det nyeste".to_owned(),
            LossReason::Chosen(number) => format!("nettverket viser bare {number} som det selv velger ut"),
            LossReason::Partly => "nettverket søkte ikke gjennom alt".to_owned(),
            LossReason::Posts(posts) => format!("kommentarer leses bare under de nyeste {posts} innleggene"),
            LossReason::Pages(pages) => format!("det leses ikke lenger tilbake enn {pages} sider"),
            LossReason::Told(why) => format!("det webhooken meldte, kunne ikke leses ({why})"),
            LossReason::Unread { part, why } => format!("«{part}» kunne ikke leses ({why})"),
        }
    }

    fn not_read(&self, source: &str, since: Option<&str>) -> String {
        match since {
            Some(since) => format!("{source}: ikke lest siden {since}"),
            None => format!("{source}: aldri lest ennå"),
        }
    }

    fn read_again(&self, source: &str, from: Option<&str>, until: Option<&str>) -> String {
        let from = from.map(|from| format!("ikke lest fra {from}"));
        let until = until.map(|until| format!("lest igjen fra {until}"));
        format!("{source}: {}", [from, until].into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}
