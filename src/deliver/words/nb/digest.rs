//! Digests in Norwegian.

use super::Norwegian;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::digest::{Digest, FewTold, IncidentTold};
use crate::deliver::words::incident::{Incident as _, Span};
use crate::deliver::words::score::{Part, Told};
use crate::model::digest::{BarLength, Worth};
use crate::model::incident::IncidentEnding;

impl Digest for Norwegian {
    fn complaints_wait(&self, number: u64) -> String {
        MARKS.count(number, "ingen klager venter", "klage venter", "klager venter")
    }

    fn over(&self, number: u64, hours: i64) -> String {
        format!("{} over {hours} t", MARKS.grouped(number))
    }

    fn incidents_go_on(&self, number: u64) -> String {
        MARKS.count(number, "ingen bølge pågår", "bølge pågår", "bølger pågår")
    }

    fn incidents_are_over(&self, number: u64) -> String {
        MARKS.count(number, "ingen bølge er over", "bølge er over", "bølger er over")
    }

    fn stories_in_mentions(&self, stories: u64, mentions: u64) -> String {
        format!("{} i {}", self.stories(stories), self.mentions(mentions))
    }

    fn negative(&self, number: u64) -> String {
        match number {
            0 => "ingen negative".to_owned(),
            1 => "1 negativ".to_owned(),
            _ => format!("{} negative", MARKS.grouped(number)),
        }
    }

    fn days(&self, first: &str, last: &str) -> String {
        format!("{first} til {last}")
    }

    fn period(&self, from: &str, to: &str, zone: &str) -> String {
        format!("{from} til {to} ({zone})")
    }

    fn catches_up(&self) -> &'static str {
        "Denne oversikten tar igjen det forsømte: perioden er lengre enn vanlig og dekker det ingen egen oversikt har dekket."
    }

    fn named_at_the_end(&self) -> &'static str {
        "Hvilke det gjelder, står til slutt i denne e-posten."
    }

    fn introduction(&self, name: &str) -> [String; 3] {
        [
            format!(
                "Dette er din første oversikt «{name}»: hva som ble sagt i en periode, og hva som ikke kunne leses."
            ),
            "Øverst står det som trenger svar, det eldste først; «mentiond ack» tar det av listen.".to_owned(),
            "Når den kommer og hva den handler om, står i konfigurasjonen under «[[digest]]»; en feil tone rettes med \
             «mentiond tone correct»."
                .to_owned(),
        ]
    }

    fn quiet_brands(&self, names: &str) -> String {
        format!("Ingenting ble sagt om {names}.")
    }

    fn quiet(&self) -> &'static str {
        "Ingen venter på svar, og ingenting pågår. Det er ingenting å gjøre."
    }

    fn needs_an_answer(&self) -> &'static str {
        "Trenger svar"
    }

    fn due_within(&self, hours: i64) -> String {
        format!("Fristen for å svare er {hours} timer etter at en klage ble publisert.")
    }

    fn waits(&self, hours: i64, due: i64) -> String {
        if hours > due {
            format!("{hours} t, {} t over fristen", hours - due)
        } else if hours == due {
            format!("{hours} t, fristen er nå")
        } else {
            format!("{hours} t, {} t igjen", due - hours)
        }
    }

    fn more_wait(&self, number: u64) -> String {
        MARKS.count(number, "Ingen flere venter.", "til venter.", "til venter.")
    }

    fn take_off(&self) -> &'static str {
        "Når noen tar seg av en av dem, tar denne kommandoen den av listen:"
    }

    fn number_word(&self) -> &'static str {
        "NUMMER"
    }

    fn incidents(&self) -> &'static str {
        "Bølger"
    }

    fn incident(&self, told: IncidentTold<'_>) -> String {
        let stories = format!("{} av {}", self.negative_stories(told.negative), self.authors(told.authors));
        let onset = told.onset;
        match told.ended {
            None => format!("Siden {onset}: {stories}. Bølgen pågår fortsatt."),
            Some((ended, IncidentEnding::Calm)) => format!("Fra {onset} til {ended}: {stories}. Det er rolig igjen."),
            Some((ended, IncidentEnding::NewLevel)) => {
                format!("Fra {onset} til {ended}: {stories}. Det varte så lenge at dette nå er det vanlige nivået.")
            }
            Some((_, IncidentEnding::Revised)) => {
                format!("Det som ble meldt som en bølge fra {onset}, var ingen bølge etter det vi vet nå.")
            }
        }
    }

    fn too_few(&self, told: FewTold<'_>) -> String {
        let (stories, span) = (self.negative_stories(told.stories), self.span(Span::Hours(told.hours)));
        let who = match told.authors {
            1 => "alle av samme person".to_owned(),
            number => {
                format!("av {}, {} av dem fra én", MARKS.count(number, "ingen", "person", "personer"), told.share)
            }
        };
        let why = if told.as_usual { "knapt flere enn vanlig" } else { "for få" };
        format!("{stories} på {span} fram til {}, {who}: ikke regnet som en bølge, siden {why} skrev dem.", told.until)
    }

    fn in_numbers(&self) -> &'static str {
        "I tall"
    }

    fn before(&self, value: &str) -> String {
        format!("før: {value}")
    }

    fn compared_with(&self, from: &str, to: &str, unread: u64) -> String {
        let compared = format!("«Før» er tiden fra {from} til {to}.");
        match unread {
            0 => compared,
            _ => {
                format!(
                    "{compared} Da ble ikke alt lest hele tiden ({}), så vær varsom med å sammenligne.",
                    self.sources(unread)
                )
            }
        }
    }

    fn not_compared(&self, since: Option<&str>) -> String {
        match since {
            Some(since) => {
                format!("Ingen sammenligning ennå: Merket er fulgt siden {since}, altså ikke hele tiden før.")
            }
            None => "Ingen sammenligning ennå: ingenting ble funnet før.".to_owned(),
        }
    }

    fn no_strength_before(&self) -> &'static str {
        "Styrken har ingen tidligere verdi: ikke alle innlegg som ble lest da, er lagret lenger."
    }

    fn comparison_forgotten(&self, until: &str) -> String {
        format!("Ingen sammenligning: det som ble funnet før {until}, er ikke lagret lenger.")
    }

    fn stories_per(&self, bar: BarLength) -> &'static str {
        match bar {
            BarLength::Hour => "Saker per time",
            BarLength::Day => "Saker per dag",
            BarLength::Week => "Saker per uke",
        }
    }

    fn busiest_words(&self, worst: Option<(&str, u64)>, (busiest, most): (&str, u64)) -> String {
        let busiest = format!("Flest kom fra {busiest}: {}.", self.stories(most));
        match worst {
            Some((worst, most)) => format!("{busiest} Verst var det fra {worst}, med {}.", self.negative(most)),
            None => format!("{busiest} Ingen var negative."),
        }
    }

    fn worth(&self, worth: Worth) -> &'static str {
        match worth {
            Worth::Negative => "Negativt",
            Worth::Loud => "Mye omtalt",
            Worth::Praise => "Ros som fortjener takk",
            Worth::Other => "Også nevnt",
        }
    }

    fn more_told(&self, told: Told, number: u64) -> String {
        match told {
            Told::Stories => MARKS.count(number, "Alle saker vises.", "sak til vises ikke.", "saker til vises ikke."),
            Told::Mentions => {
                MARKS.count(number, "Alle omtaler vises.", "omtale til vises ikke.", "omtaler til vises ikke.")
            }
        }
    }

    fn top_names(&self) -> [&'static str; 4] {
        ["Stikkord", "Forfattere", "Emneknagger", "Kilder"]
    }

    fn sampled(&self, part: Part) -> String {
        let (of, all) = (MARKS.grouped(part.of), MARKS.grouped(part.all));
        format!("Stikkord, emneknagger og kilder er fra {of} saker, spredt over alle {all}.")
    }

    fn share_of_voice(&self) -> &'static str {
        "Andel av samtalen"
    }

    fn watched_since(&self, since: &str) -> String {
        format!("først fulgt fra {since}")
    }

    fn won_back(&self) -> &'static str {
        "Vunnet tilbake"
    }

    fn won_back_author(&self, author: &str, when: &str, complaint: &str, praise: &str) -> String {
        format!("{author} klaget {when} («{complaint}») og roser nå: «{praise}»")
    }

    fn coverage(&self) -> &'static str {
        "Dekning"
    }

    fn read_again_heading(&self) -> &'static str {
        "Lest igjen etter et opphold:"
    }

    fn lost_heading(&self) -> &'static str {
        "Kan mangle:"
    }

    fn health_heading(&self) -> &'static str {
        "Kildenes tilstand:"
    }

    fn next_digest(&self, name: &str, when: &str) -> String {
        format!("Neste oversikt «{name}» kommer {when}, med alt som er funnet til da, og det som fortsatt venter.")
    }

    fn no_next_digest(&self, name: &str) -> String {
        format!("Ingen ny oversikt «{name}» er planlagt.")
    }

    fn attached(&self, file: &str, part: Part) -> String {
        if part.of == part.all {
            format!("Hele listen ({}) ligger ved som {file}.", self.stories(part.all))
        } else {
            format!("De første {} av {} ligger ved som {file}.", MARKS.grouped(part.of), self.stories(part.all))
        }
    }

    fn leave(&self) -> &'static str {
        "Avbestill denne oversikten"
    }

    fn leave_digest(&self, name: &str, recipient: &str) -> [String; 4] {
        [
            format!("Avbestille oversikten «{name}»?"),
            format!("{recipient} får den da ikke lenger. Varsler kommer likevel."),
            "Avbestill denne oversikten".to_owned(),
            "Ingenting er endret ved at siden ble åpnet.".to_owned(),
        ]
    }

    fn left_digest(&self, name: &str, recipient: &str) -> [String; 3] {
        [
            format!("Oversikten «{name}» er avbestilt"),
            format!("{recipient} får den ikke lenger."),
            "Vil du ha den igjen, spør dem som driver mentiond: «mentiond digest subscribe» gjør det om.".to_owned(),
        ]
    }
}
