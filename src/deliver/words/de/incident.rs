//! Incidents in German.

use super::German;
use super::common::MARKS;
use crate::deliver::words::incident::{Chance, Incident, Seen, Span, Usual};
use crate::model::incident::{IncidentKind, Talk};

fn number(usual: Usual) -> String {
    match usual {
        Usual::HardlyAny => "kaum welche".to_owned(),
        Usual::Few(number, digits) => MARKS.decimal(number, digits),
        Usual::Many(number) => MARKS.grouped(number),
    }
}

/// `(üblich: 1; durch Zufall 1 von 90.000)`.
fn beside(seen: Seen) -> String {
    let (usual, windows) = (number(seen.usual), MARKS.grouped(seen.chance.windows));
    match (seen.is_rare(), seen.chance.rarer) {
        (false, _) => format!("(üblich: {usual})"),
        (true, false) => format!("(üblich: {usual}; durch Zufall 1 von {windows})"),
        (true, true) => format!("(üblich: {usual}; durch Zufall seltener als 1 von {windows})"),
    }
}

impl Incident for German {
    fn span(&self, span: Span) -> String {
        match span {
            Span::Hours(number) => MARKS.count(number, "kurzer Zeit", "Stunde", "Stunden"),
            Span::Days(number) => MARKS.count(number, "kurzer Zeit", "Tag", "Tagen"),
            Span::Weeks(number) => MARKS.count(number, "kurzer Zeit", "Woche", "Wochen"),
            Span::Months(number) => MARKS.count(number, "kurzer Zeit", "Monat", "Monaten"),
            Span::Years(number) => MARKS.count(number, "kurzer Zeit", "Jahr", "Jahren"),
        }
    }

    fn negative_stories(&self, number: u64) -> String {
        MARKS.count(number, "keine negativen Beiträge", "negativer Beitrag", "negative Beiträge")
    }

    fn spreading(&self, observed: u64, window: Span, usual: Usual) -> String {
        let (observed, window) = (MARKS.grouped(observed), self.span(window));
        format!("Negative Beiträge häufen sich, {observed} in {window} (üblich: {})", number(usual))
    }

    fn still_spreading(&self, negative: u64, lasted: Span) -> String {
        format!("Die Häufung dauert an, {} in {}", self.negative_stories(negative), self.span(lasted))
    }

    fn spreading_faster(&self, observed: u64, window: Span) -> String {
        format!("Die Häufung nimmt zu, {} in {}", self.negative_stories(observed), self.span(window))
    }

    fn no_longer_unusual(&self, negative: u64, lasted: Span) -> String {
        format!("nicht mehr ungewöhnlich, {} in {}", self.negative_stories(negative), self.span(lasted))
    }

    fn no_spike(&self) -> &'static str {
        "Die negativen Beiträge sind doch keine Häufung"
    }

    fn calm_again(&self, negative: u64, lasted: Span) -> String {
        format!("wieder ruhig, {} in {}", self.negative_stories(negative), self.span(lasted))
    }

    fn it_begins(&self, brand: &str, onset: &str, talk: Talk) -> String {
        match talk {
            Talk::Negative => {
                format!("Mehr Menschen als üblich äußern sich negativ über {brand}. Es begann am {onset}.")
            }
            Talk::All => format!(
                "Mehr Menschen als üblich äußern sich über {brand}, und mehr von ihnen negativ. Es begann am {onset}."
            ),
        }
    }

    fn it_goes_on(&self, onset: &str) -> String {
        format!("Es begann am {onset} und dauert an.")
    }

    fn it_spreads_faster(&self, onset: &str) -> String {
        format!("Es begann am {onset} und nimmt jetzt schneller zu als zuvor.")
    }

    fn it_is_usual_now(&self, onset: &str) -> String {
        format!(
            "Es begann am {onset} und hält schon so lange an, dass mentiond dies von nun an als üblich ansieht. Steigt die \
             Zahl weiter, erfahren Sie davon."
        )
    }

    fn it_was_none(&self, onset: &str) -> String {
        format!(
            "Was als Häufung mit Beginn am {onset} gemeldet wurde, ist nach jetzigem Stand keine: Töne wurden berichtigt, \
             oder die Konfiguration wurde geändert."
        )
    }

    fn it_was_missed(&self, onset: &str) -> String {
        format!(
            "Vom {onset} an häuften sich negative Beiträge, während mentiond es nicht sehen konnte. Die Zahlen sind wieder \
             wie üblich."
        )
    }

    fn it_is_over(&self, onset: &str) -> String {
        format!("Es begann am {onset}. Die Zahlen sind wieder wie üblich.")
    }

    fn cold_start(&self, brand: &str) -> String {
        format!(
            "Noch in der Anlaufzeit: mentiond kennt {brand} noch nicht gut; dafür braucht es zwei Wochen und zwanzig \
             Beiträge. Was als üblich gilt, ist eine erste Schätzung. Sehen Sie sich daher die Beiträge an, bevor Sie nach \
             den Zahlen handeln."
        )
    }

    fn facts(&self) -> [&'static str; 7] {
        ["Gesehen", "Üblich", "Durch Zufall", "Verfasser", "Wer", "Alle Töne", "Insgesamt"]
    }

    fn seen(&self, observed: u64, window: Span, until: &str) -> String {
        format!("{} innerhalb von {}, bis {until}", self.negative_stories(observed), self.span(window))
    }

    fn usual(&self, usual: Usual, window: Span) -> String {
        format!("{} in {} um diese Zeit der Woche", number(usual), self.span(window))
    }

    fn by_chance(&self, chance: Chance) -> String {
        let once = match chance.once_in {
            Some(span) => format!("etwa einmal in {}", self.span(span)),
            None => "seltener als einmal in 1.000 Jahren".to_owned(),
        };
        let rarer = if chance.rarer { "seltener als " } else { "" };
        let (windows, hours) = (MARKS.grouped(chance.windows), self.span(Span::Hours(chance.hours)));
        format!("{once} ({rarer}1 von {windows} Zeitspannen von je {hours})")
    }

    fn people(&self, people: Seen) -> String {
        format!("{} {}", MARKS.count(people.number, "niemand", "Person", "Personen"), beside(people))
    }

    fn all_tones(&self, stories: Seen, people: Seen, talk: Talk) -> String {
        let rises = match talk {
            Talk::Negative => "nur die negativen sind mehr als üblich",
            Talk::All => "es wird insgesamt mehr als üblich geschrieben",
        };
        let number = MARKS.count(stories.number, "keine Beiträge", "Beitrag", "Beiträge");
        format!("{number} {} von {}: {rises}", beside(stories), self.people(people))
    }

    fn in_all(&self, negative: u64, people: u64) -> String {
        let people = MARKS.count(people, "niemand", "Person", "Personen");
        format!("{} von {people} seit dem ersten; Kopien sind nicht mitgezählt", self.negative_stories(negative))
    }

    fn who(&self, kind: IncidentKind, share: &str) -> String {
        match kind {
            IncidentKind::BroadWave => format!("eine breite Welle: niemand hat mehr als {share} geschrieben"),
            IncidentKind::Brigade => format!("wenige, die viel schreiben: von der eifrigsten Person stammen {share}"),
            IncidentKind::RepeatPoster => format!("eine Person schreibt das meiste: {share} stammen von ihr"),
        }
    }

    fn it_began_with(&self, title: &str) -> String {
        format!("Es begann mit: {title}")
    }

    fn how_it_began(&self) -> &'static str {
        "Wie es begann"
    }

    fn stories_that_drive_it(&self) -> &'static str {
        "Die treibenden Beiträge"
    }

    fn alerts_heading(&self) -> &'static str {
        "Alarme"
    }

    fn folded(&self, alerts: u64, first: bool) -> String {
        if first {
            let alerts = MARKS.count(alerts, "keine Alarme", "Alarm", "Alarme");
            format!("{alerts}, hier gesammelt statt einzeln gesendet:")
        } else {
            let alerts = MARKS.count(alerts, "keine weiteren Alarme", "weiterer Alarm", "weitere Alarme");
            format!("Seit der letzten dieser E-Mails {alerts}, nicht einzeln gesendet:")
        }
    }

    fn folded_in_short(&self, alerts: u64) -> String {
        match alerts {
            1 => "1 Alarm wird nicht einzeln gesendet: `mentiond status` nennt ihn.".to_owned(),
            _ => {
                format!("{} Alarme werden nicht einzeln gesendet: `mentiond status` nennt sie.", MARKS.grouped(alerts))
            }
        }
    }

    fn folded_more(&self, more: u64) -> String {
        format!("und {} weitere; „mentiond status“ nennt die neuesten.", MARKS.grouped(more))
    }

    fn what_comes_next(&self) -> &'static str {
        "Wie es weitergeht"
    }

    fn until_it_ends(&self, brand: &str, again: Option<Span>) -> String {
        let news = match again {
            Some(again) => format!(
                "Sie erfahren wieder davon, wenn sich die Zahl der Beiträge oder der Personen verdoppelt hat, wenn es \
                 schneller zunimmt, nach {}, falls es anhält, und wenn es vorbei ist.",
                self.span(again)
            ),
            None => "Jemand kümmert sich darum; Sie erfahren nur noch davon, wenn sich die Zahl der Beiträge oder der \
                     Personen verdoppelt hat, wenn es schneller zunimmt und wenn es vorbei ist."
                .to_owned(),
        };
        format!(
            "{news} Bis dahin kommen einzelne Alarme zu {brand} mit diesen E-Mails; dringende werden weiterhin sofort \
             gesendet."
        )
    }

    fn one_by_one_again(&self, brand: &str) -> String {
        format!("Alarme zu {brand} werden wieder einzeln gesendet.")
    }

    fn last_hours(&self, hours: u64) -> String {
        match hours {
            1 => "Die letzte Stunde".to_owned(),
            _ => format!("Die letzten {}", self.span(Span::Hours(hours))),
        }
    }

    fn negative_per_hour(&self) -> &'static str {
        "negative Beiträge je Stunde"
    }

    fn now(&self) -> &'static str {
        "jetzt"
    }

    fn chart_range(&self, from: &str, until: &str) -> String {
        format!("von {from} bis {until}")
    }

    fn usual_line(&self) -> &'static str {
        "üblich"
    }

    fn chart_words(&self, peak: &str, most: u64, usual: Option<Usual>) -> String {
        let usual = usual.map(|usual| {
            let are = if usual == Usual::Many(1) { "ist" } else { "sind" };
            format!(", üblich {are} {}", number(usual))
        });
        let usual = usual.unwrap_or_default();
        format!("Die schlimmste Stunde begann {peak}: {}{usual}.", self.negative_stories(most))
    }

    fn legend(&self) -> [&'static str; 2] {
        ["negativ", "alle anderen"]
    }
}
