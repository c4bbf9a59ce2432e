//! Digests in German.

use super::German;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::digest::{Digest, FewTold, IncidentTold};
use crate::deliver::words::incident::{Incident as _, Span};
use crate::deliver::words::score::{Part, Told};
use crate::model::digest::{BarLength, Worth};
use crate::model::incident::IncidentEnding;

impl Digest for German {
    fn complaints_wait(&self, number: u64) -> String {
        MARKS.count(number, "keine Beschwerde wartet", "Beschwerde wartet", "Beschwerden warten")
    }

    fn over(&self, number: u64, hours: i64) -> String {
        format!("{} über {hours} Std.", MARKS.grouped(number))
    }

    fn incidents_go_on(&self, number: u64) -> String {
        MARKS.count(number, "keine Häufung dauert an", "Häufung dauert an", "Häufungen dauern an")
    }

    fn incidents_are_over(&self, number: u64) -> String {
        MARKS.count(number, "keine Häufung ist vorbei", "Häufung ist vorbei", "Häufungen sind vorbei")
    }

    fn stories_in_mentions(&self, stories: u64, mentions: u64) -> String {
        format!("{} in {}", self.stories(stories), self.mentions(mentions))
    }

    fn negative(&self, number: u64) -> String {
        if number == 0 { "nichts Negatives".to_owned() } else { format!("{} negativ", MARKS.grouped(number)) }
    }

    fn days(&self, first: &str, last: &str) -> String {
        format!("{first} bis {last}")
    }

    fn period(&self, from: &str, to: &str, zone: &str) -> String {
        format!("{from} bis {to} ({zone})")
    }

    fn catches_up(&self) -> &'static str {
        "Diese Übersicht holt etwas nach: Ihr Zeitraum ist länger als sonst und umfasst auch, wozu keine eigene kam."
    }

    fn named_at_the_end(&self) -> &'static str {
        "Welche es sind, steht am Ende dieser E-Mail."
    }

    fn introduction(&self, name: &str) -> [String; 3] {
        [
            format!(
                "Dies ist Ihre erste Übersicht „{name}“: was in einem Zeitraum gesagt wurde und was sich nicht lesen ließ."
            ),
            "Oben steht, was eine Antwort braucht, das Älteste zuerst; „mentiond ack“ nimmt es von der Liste."
                .to_owned(),
            "Wann sie kommt und wovon sie handelt, steht in der Konfiguration unter „[[digest]]“; einen falschen Ton \
             berichtigt „mentiond tone correct“."
                .to_owned(),
        ]
    }

    fn quiet_brands(&self, names: &str) -> String {
        format!("Nichts gesagt wurde über {names}.")
    }

    fn quiet(&self) -> &'static str {
        "Niemand wartet auf eine Antwort, und nichts ist im Gange. Es gibt nichts zu tun."
    }

    fn needs_an_answer(&self) -> &'static str {
        "Braucht eine Antwort"
    }

    fn due_within(&self, hours: i64) -> String {
        format!("Eine Antwort ist {hours} Stunden nach der Veröffentlichung einer Beschwerde fällig.")
    }

    fn waits(&self, hours: i64, due: i64) -> String {
        if hours > due {
            format!("{hours} Std., {} Std. überfällig", hours - due)
        } else if hours == due {
            format!("{hours} Std., jetzt fällig")
        } else {
            format!("{hours} Std., noch {} Std. Zeit", due - hours)
        }
    }

    fn more_wait(&self, number: u64) -> String {
        MARKS.count(number, "Keine weitere wartet.", "weitere wartet.", "weitere warten.")
    }

    fn take_off(&self) -> &'static str {
        "Kümmert sich jemand um eine davon, nimmt dieser Befehl sie von der Liste:"
    }

    fn number_word(&self) -> &'static str {
        "NUMMER"
    }

    fn incidents(&self) -> &'static str {
        "Häufungen"
    }

    fn incident(&self, told: IncidentTold<'_>) -> String {
        let stories = format!("{}, {}", self.negative_stories(told.negative), self.authors(told.authors));
        let onset = told.onset;
        match told.ended {
            None => format!("Seit {onset}: {stories}. Die Häufung dauert an."),
            Some((ended, IncidentEnding::Calm)) => format!("Von {onset} bis {ended}: {stories}. Es ist wieder ruhig."),
            Some((ended, IncidentEnding::NewLevel)) => {
                format!("Von {onset} bis {ended}: {stories}. Das ging so lange, dass es nun als üblich gilt.")
            }
            Some((_, IncidentEnding::Revised)) => {
                format!("Was als Häufung ab {onset} gemeldet wurde, war nach heutigem Wissen keine.")
            }
        }
    }

    fn too_few(&self, told: FewTold<'_>) -> String {
        let (stories, span) = (self.negative_stories(told.stories), self.span(Span::Hours(told.hours)));
        let who = match told.authors {
            1 => "alle von derselben Person".to_owned(),
            number => {
                format!("von {}, {} davon von einer", MARKS.count(number, "niemand", "Person", "Personen"), told.share)
            }
        };
        let why = if told.as_usual { "kaum mehr Menschen als sonst" } else { "zu wenige" };
        format!("{stories} in {span} bis {}, {who}: nicht als Häufung gezählt, weil {why} sie schrieben.", told.until)
    }

    fn in_numbers(&self) -> &'static str {
        "In Zahlen"
    }

    fn before(&self, value: &str) -> String {
        format!("zuvor: {value}")
    }

    fn compared_with(&self, from: &str, to: &str, unread: u64) -> String {
        let compared = format!("„Zuvor“ meint die Zeit von {from} bis {to}.");
        match unread {
            0 => compared,
            _ => format!(
                "{compared} {} damals nicht durchgehend gelesen; vergleichen Sie mit Vorsicht.",
                self.sources_were(unread)
            ),
        }
    }

    fn not_compared(&self, since: Option<&str>) -> String {
        match since {
            Some(since) => {
                format!("Noch kein Vergleich: Beobachtet wird seit {since}, also nicht die ganze Zeit davor.")
            }
            None => "Noch kein Vergleich: Davor wurde nichts gefunden.".to_owned(),
        }
    }

    fn no_strength_before(&self) -> &'static str {
        "Die Stärke hat keinen früheren Wert: Nicht alle damals gelesenen Einträge sind noch gespeichert."
    }

    fn comparison_forgotten(&self, until: &str) -> String {
        format!("Kein Vergleich: Was vor {until} gefunden wurde, ist nicht mehr gespeichert.")
    }

    fn stories_per(&self, bar: BarLength) -> &'static str {
        match bar {
            BarLength::Hour => "Beiträge je Stunde",
            BarLength::Day => "Beiträge je Tag",
            BarLength::Week => "Beiträge je Woche",
        }
    }

    fn busiest_words(&self, worst: Option<(&str, u64)>, (busiest, most): (&str, u64)) -> String {
        let busiest = format!("Die meisten kamen ab {busiest}: {}.", self.stories(most));
        match worst {
            Some((worst, most)) => {
                format!("{busiest} Am schlimmsten war es ab {worst}: {} negativ.", MARKS.grouped(most))
            }
            None => format!("{busiest} Keiner war negativ."),
        }
    }

    fn worth(&self, worth: Worth) -> &'static str {
        match worth {
            Worth::Negative => "Negativ",
            Worth::Loud => "Viel beachtet",
            Worth::Praise => "Lob, das Dank verdient",
            Worth::Other => "Außerdem gesagt",
        }
    }

    fn more_told(&self, told: Told, number: u64) -> String {
        match told {
            Told::Stories => MARKS.count(
                number,
                "Alle Beiträge stehen hier.",
                "weiterer Beitrag wird hier nicht gezeigt.",
                "weitere Beiträge werden hier nicht gezeigt.",
            ),
            Told::Mentions => MARKS.count(
                number,
                "Alle Erwähnungen stehen hier.",
                "weitere Erwähnung wird hier nicht gezeigt.",
                "weitere Erwähnungen werden hier nicht gezeigt.",
            ),
        }
    }

    fn top_names(&self) -> [&'static str; 4] {
        ["Stichwörter", "Verfasser", "Hashtags", "Quellen"]
    }

    fn sampled(&self, part: Part) -> String {
        let (of, all) = (MARKS.grouped(part.of), MARKS.grouped(part.all));
        format!("Stichwörter, Hashtags und Quellen stammen aus {of} Beiträgen, über alle {all} verteilt.")
    }

    fn share_of_voice(&self) -> &'static str {
        "Anteil am Gespräch"
    }

    fn watched_since(&self, since: &str) -> String {
        format!("erst seit {since} beobachtet")
    }

    fn won_back(&self) -> &'static str {
        "Zurückgewonnen"
    }

    fn won_back_author(&self, author: &str, when: &str, complaint: &str, praise: &str) -> String {
        format!("{author} hat sich am {when} beschwert („{complaint}“) und lobt jetzt: „{praise}“")
    }

    fn coverage(&self) -> &'static str {
        "Abdeckung"
    }

    fn read_again_heading(&self) -> &'static str {
        "Nach einer Lücke wieder gelesen:"
    }

    fn lost_heading(&self) -> &'static str {
        "Fehlt vielleicht:"
    }

    fn health_heading(&self) -> &'static str {
        "Zustand der Quellen:"
    }

    fn next_digest(&self, name: &str, when: &str) -> String {
        format!(
            "Die nächste Übersicht „{name}“ kommt am {when}, mit allem bis dahin Gefundenen und dem, was noch wartet."
        )
    }

    fn no_next_digest(&self, name: &str) -> String {
        format!("Eine weitere Übersicht „{name}“ ist nicht geplant.")
    }

    fn attached(&self, file: &str, part: Part) -> String {
        if part.of == part.all {
            format!("Die ganze Liste ({}) liegt als {file} bei.", self.stories(part.all))
        } else {
            format!(
                "Die ersten {} von {} Beiträgen liegen als {file} bei.",
                MARKS.grouped(part.of),
                MARKS.grouped(part.all)
            )
        }
    }

    fn leave(&self) -> &'static str {
        "Diese Übersicht abbestellen"
    }

    fn leave_digest(&self, name: &str, recipient: &str) -> [String; 4] {
        [
            format!("Die Übersicht „{name}“ abbestellen?"),
            format!("{recipient} bekäme sie nicht mehr. Meldungen kommen weiterhin."),
            "Diese Übersicht abbestellen".to_owned(),
            "Das Öffnen dieser Seite hat nichts geändert.".to_owned(),
        ]
    }

    fn left_digest(&self, name: &str, recipient: &str) -> [String; 3] {
        [
            format!("Die Übersicht „{name}“ ist abbestellt"),
            format!("{recipient} bekommt sie nicht mehr."),
            "Wer sie wieder haben will, wendet sich an den Betreiber: „mentiond digest subscribe“ macht es rückgängig."
                .to_owned(),
        ]
    }
}
