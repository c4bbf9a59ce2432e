//! Incidents in Norwegian.

use super::Norwegian;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::incident::{Chance, Incident, Seen, Span, Usual};
use crate::model::incident::{IncidentKind, Talk};

fn number(usual: Usual) -> String {
    match usual {
        Usual::HardlyAny => "nesten ingen".to_owned(),
        Usual::Few(number, digits) => MARKS.decimal(number, digits),
        Usual::Many(number) => MARKS.grouped(number),
    }
}

/// `(vanlig: 1; tilfeldig 1 av 90 000)`.
fn beside(seen: Seen) -> String {
    let (usual, windows) = (number(seen.usual), MARKS.grouped(seen.chance.windows));
    match (seen.is_rare(), seen.chance.rarer) {
        (false, _) => format!("(vanlig: {usual})"),
        (true, false) => format!("(vanlig: {usual}; tilfeldig 1 av {windows})"),
        (true, true) => format!("(vanlig: {usual}; tilfeldig sjeldnere enn 1 av {windows})"),
    }
}

impl Incident for Norwegian {
    fn span(&self, span: Span) -> String {
        match span {
            Span::Hours(number) => MARKS.count(number, "kort tid", "time", "timer"),
            Span::Days(number) => MARKS.count(number, "kort tid", "dag", "dager"),
            Span::Weeks(number) => MARKS.count(number, "kort tid", "uke", "uker"),
            Span::Months(number) => MARKS.count(number, "kort tid", "måned", "måneder"),
            Span::Years(number) => MARKS.count(number, "kort tid", "år", "år"),
        }
    }

    fn negative_stories(&self, number: u64) -> String {
        MARKS.count(number, "ingen negative saker", "negativ sak", "negative saker")
    }

    fn spreading(&self, observed: u64, window: Span, usual: Usual) -> String {
        let (observed, window) = (MARKS.grouped(observed), self.span(window));
        format!("negative saker brer seg, {observed} på {window} (vanlig: {})", number(usual))
    }

    fn still_spreading(&self, negative: u64, lasted: Span) -> String {
        format!("brer seg fortsatt, {} på {}", self.negative_stories(negative), self.span(lasted))
    }

    fn spreading_faster(&self, observed: u64, window: Span) -> String {
        format!("brer seg raskere, {} på {}", self.negative_stories(observed), self.span(window))
    }

    fn no_longer_unusual(&self, negative: u64, lasted: Span) -> String {
        format!("ikke lenger uvanlig, {} på {}", self.negative_stories(negative), self.span(lasted))
    }

    fn no_spike(&self) -> &'static str {
        "de negative sakene er ingen bølge likevel"
    }

    fn calm_again(&self, negative: u64, lasted: Span) -> String {
        format!("rolig igjen, {} på {}", self.negative_stories(negative), self.span(lasted))
    }

    fn it_begins(&self, brand: &str, onset: &str, talk: Talk) -> String {
        match talk {
            Talk::Negative => format!("Flere enn vanlig uttaler seg negativt om {brand}. Det begynte {onset}."),
            Talk::All => {
                format!("Flere enn vanlig uttaler seg om {brand}, og flere av dem negativt. Det begynte {onset}.")
            }
        }
    }

    fn it_goes_on(&self, onset: &str) -> String {
        format!("Det begynte {onset} og fortsetter.")
    }

    fn it_spreads_faster(&self, onset: &str) -> String {
        format!("Det begynte {onset} og brer seg nå raskere enn før.")
    }

    fn it_is_usual_now(&self, onset: &str) -> String {
        format!(
            "Det begynte {onset} og har vart så lenge at mentiond fra nå av regner dette som vanlig. Stiger tallet videre, \
             får du vite det."
        )
    }

    fn it_was_none(&self, onset: &str) -> String {
        format!(
            "Det som ble meldt som en bølge fra {onset}, er ingen etter det vi vet nå: Toner ble rettet, eller konfigurasjonen \
             ble endret."
        )
    }

    fn it_was_missed(&self, onset: &str) -> String {
        format!("Negative saker bredte seg fra {onset} mens mentiond ikke kunne se det. Tallene er som vanlig igjen.")
    }

    fn it_is_over(&self, onset: &str) -> String {
        format!("Det begynte {onset}. Tallene er som vanlig igjen.")
    }

    fn cold_start(&self, brand: &str) -> String {
        format!(
            "Fortsatt i startfasen: mentiond kjenner ikke {brand} godt ennå; det trengs to uker og tjue saker. Hva som er \
             vanlig, er et første anslag, så se på sakene før du handler ut fra tallene."
        )
    }

    fn facts(&self) -> [&'static str; 7] {
        ["Sett", "Vanlig", "Tilfeldig", "Forfattere", "Hvem", "Alle toner", "I alt"]
    }

    fn seen(&self, observed: u64, window: Span, until: &str) -> String {
        format!("{} i løpet av {}, fram til {until}", self.negative_stories(observed), self.span(window))
    }

    fn usual(&self, usual: Usual, window: Span) -> String {
        format!("{} på {} på denne tiden av uken", number(usual), self.span(window))
    }

    fn by_chance(&self, chance: Chance) -> String {
        let once = match chance.once_in {
            Some(span) => format!("omtrent én gang på {}", self.span(span)),
            None => "sjeldnere enn én gang på 1\u{202f}000 år".to_owned(),
        };
        let rarer = if chance.rarer { "sjeldnere enn " } else { "" };
        let (windows, hours) = (MARKS.grouped(chance.windows), self.span(Span::Hours(chance.hours)));
        format!("{once} ({rarer}1 av {windows} tidsrom på {hours})")
    }

    fn people(&self, people: Seen) -> String {
        format!("{} {}", MARKS.count(people.number, "ingen", "person", "personer"), beside(people))
    }

    fn all_tones(&self, stories: Seen, people: Seen, talk: Talk) -> String {
        let rises = match talk {
            Talk::Negative => "bare de negative er flere enn vanlig",
            Talk::All => "all omtale er større enn vanlig",
        };
        let number = MARKS.count(stories.number, "ingen saker", "sak", "saker");
        format!("{number} {} av {}: {rises}", beside(stories), self.people(people))
    }

    fn in_all(&self, negative: u64, people: u64) -> String {
        let people = MARKS.count(people, "ingen", "person", "personer");
        format!("{} av {people} siden den første; kopier er ikke talt med", self.negative_stories(negative))
    }

    fn who(&self, kind: IncidentKind, share: &str) -> String {
        match kind {
            IncidentKind::BroadWave => format!("en bred bølge: ingen skrev mer enn {share}"),
            IncidentKind::Brigade => format!("få personer som skriver mye: den ivrigste skrev {share}"),
            IncidentKind::RepeatPoster => format!("én person skriver det meste: {share} er fra samme person"),
        }
    }

    fn it_began_with(&self, title: &str) -> String {
        format!("Det begynte med: {title}")
    }

    fn how_it_began(&self) -> &'static str {
        "Slik begynte det"
    }

    fn stories_that_drive_it(&self) -> &'static str {
        "Sakene som driver det"
    }

    fn alerts_heading(&self) -> &'static str {
        "Varsler"
    }

    fn folded(&self, alerts: u64, first: bool) -> String {
        let apart = if alerts == 1 { "for seg" } else { "hver for seg" };
        let alerts = self.alerts(alerts);
        if first {
            format!("{alerts}, samlet her og ikke sendt {apart}:")
        } else {
            format!("Siden den forrige av disse e-postene: {alerts} til, ikke sendt {apart}:")
        }
    }

    fn folded_in_short(&self, alerts: u64) -> String {
        match alerts {
            1 => "1 varsel sendes ikke for seg: `mentiond status` viser det.".to_owned(),
            _ => format!("{} sendes ikke hver for seg: `mentiond status` viser dem.", self.alerts(alerts)),
        }
    }

    fn folded_more(&self, more: u64) -> String {
        format!("og {} til; «mentiond status» viser de nyeste.", MARKS.grouped(more))
    }

    fn what_comes_next(&self) -> &'static str {
        "Slik går det videre"
    }

    fn until_it_ends(&self, brand: &str, again: Option<Span>) -> String {
        let news = match again {
            Some(again) => format!(
                "Du hører om det igjen når tallet på saker eller personer er doblet, når det brer seg raskere, etter {} \
                 hvis det fortsetter, og når det er over.",
                self.span(again)
            ),
            None => {
                "Noen tar seg av det, så du hører om det igjen bare når tallet på saker eller personer er doblet, når \
                     det brer seg raskere, og når det er over."
                    .to_owned()
            }
        };
        format!(
            "{news} Fram til da kommer enkeltvarsler om {brand} med disse e-postene; de som haster, sendes fortsatt med en \
             gang."
        )
    }

    fn one_by_one_again(&self, brand: &str) -> String {
        format!("Varsler om {brand} sendes igjen hver for seg.")
    }

    fn last_hours(&self, hours: u64) -> String {
        match hours {
            1 => "Den siste timen".to_owned(),
            _ => format!("De siste {} timene", MARKS.grouped(hours)),
        }
    }

    fn negative_per_hour(&self) -> &'static str {
        "negative saker per time"
    }

    fn now(&self) -> &'static str {
        "nå"
    }

    fn chart_range(&self, from: &str, until: &str) -> String {
        format!("fra {from} til {until}")
    }

    fn usual_line(&self) -> &'static str {
        "vanlig"
    }

    fn chart_words(&self, peak: &str, most: u64, usual: Option<Usual>) -> String {
        let usual = usual.map(|usual| format!(", vanlig er {}", number(usual))).unwrap_or_default();
        format!("Den verste timen begynte {peak}: {}{usual}.", self.negative_stories(most))
    }

    fn legend(&self) -> [&'static str; 2] {
        ["negative", "alle andre"]
    }
}
