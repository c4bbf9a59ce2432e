//! The health of sources in Norwegian.

use super::Norwegian;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::health::Sources;
use crate::deliver::words::said::Said;
use crate::model::health::Health;

impl Sources for Norwegian {
    fn is(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "er borte for godt",
            Health::Failing => "kan ikke leses",
            Health::Silent => "er uvanlig stille",
            Health::Moved => "har flyttet",
            Health::Slow => "svarer tregt",
            Health::Healthy => "er i orden igjen",
        }
    }

    fn are(&self, health: Health) -> &'static str {
        self.is(health)
    }

    fn health_title(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "Borte for godt",
            Health::Failing => "Kan ikke leses",
            Health::Silent => "Uvanlig stille",
            Health::Moved => "Flyttet",
            Health::Slow => "Treg",
            Health::Healthy => "I orden igjen",
        }
    }

    fn advice(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "Ta kilden ut av konfigurasjonen, eller gi den adressen der den er å finne nå.",
            Health::Failing => {
                "Se i en nettleser om adressen fortsatt svarer. Gjør den det, kan denne maskinen eller nettet dens være \
                 årsaken. Gjør den ikke det, kan du skrive til dem som driver den, eller ta kilden ut av konfigurasjonen."
            }
            Health::Silent => {
                "Se i en nettleser om det er publisert noe nytt. I så fall står det nå i en annen nyhetsstrøm, og adressen til den \
                 må inn i konfigurasjonen. Ellers er det ingenting å rette."
            }
            Health::Moved => "Skriv den nye adressen inn i konfigurasjonen, som fortsatt har den gamle.",
            Health::Slow => {
                "Ingenting foreløpig. Hvis det varer ved, kan du gi kilden et lengre «interval» eller øke «timeout» under \
                 «[fetch]» før grensen overskrides."
            }
            Health::Healthy => "",
        }
    }

    fn mend_the_secret(&self) -> &'static str {
        "Forny eller rett det som er nevnt over: hemmeligheten, kontoen som hører til, eller \
         rettighetene dens. Start så mentiond på nytt."
    }

    fn mend_the_budget(&self) -> &'static str {
        "Er kilden verdt mer for deg, øk «dollars_per_month» og start mentiond på nytt; eller spør den etter færre ord. Ellers er \
         det ikke noe å gjøre."
    }

    fn rests_until_next_month(&self) -> &'static str {
        "Kilden hviler, koster ingenting og leses igjen fra den første i måneden (UTC). Hva nettverket ikke viser lenger da, står \
         i oversiktene."
    }

    fn buy_more(&self) -> &'static str {
        "Kjøp mer der nettverket selger det, eller velg et større abonnement der, og start så mentiond på nytt. Så lenge du bare \
         venter, blir ingenting hørt av det som sies der."
    }

    fn asks_for_more(&self) -> &'static str {
        "Kilden hviler og koster ingenting. Den spørres igjen én gang om dagen, eller når nettverket har sagt at det finnes mer."
    }

    fn meanwhile(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "Den leses ikke lenger.",
            Health::Failing => {
                "mentiond prøver videre, stadig sjeldnere: til slutt én gang om dagen, eller sjeldnere der intervallet er \
                 lengre eller tjeneren avviser. Du får beskjed når kilden er i orden igjen."
            }
            Health::Silent => {
                "Kilden leses som før, og mentiond sier fra når den gir lyd fra seg igjen. Fram til da regner ingen oversikt \
                 stillheten som bevis på at ingenting ble sagt."
            }
            Health::Moved => "Den leses på den nye adressen.",
            Health::Slow => "Kilden leses som før og forsinker ingen andre.",
            Health::Healthy => "",
        }
    }

    fn what_to_do(&self) -> &'static str {
        "Dette kan du gjøre"
    }

    fn meanwhile_label(&self) -> &'static str {
        "I mellomtiden"
    }

    fn since(&self, health: Health, when: &str) -> String {
        match health {
            Health::Gone | Health::Moved => format!("oppdaget {when}"),
            Health::Silent => format!("ingenting nytt siden {when}"),
            Health::Failing => format!("har ikke latt seg lese siden {when}"),
            Health::Slow => format!("treg siden {when}"),
            Health::Healthy => format!("i orden siden {when}"),
        }
    }

    fn was(&self, health: Health, since: Option<&str>) -> String {
        let was = match health {
            Health::Gone => "borte",
            Health::Failing => "ikke lesbar",
            Health::Silent => "stille",
            Health::Moved => "et annet sted",
            Health::Slow => "treg",
            Health::Healthy => "i orden",
        };
        match since {
            Some(since) => format!("før det {was} siden {since}"),
            None => format!("før det {was}"),
        }
    }

    fn change(&self, health: Health, when: &str) -> String {
        match health {
            Health::Gone => format!("borte for godt, oppdaget {when}"),
            Health::Failing => format!("har ikke latt seg lese siden {when}"),
            Health::Silent => format!("uvanlig stille, ingenting nytt siden {when}"),
            Health::Moved => format!("flyttet, oppdaget {when}"),
            Health::Slow => format!("treg siden {when}"),
            Health::Healthy => format!("i orden igjen siden {when}"),
        }
    }

    fn has_moved(&self, noticed: &str, address: &str) -> String {
        format!("har flyttet (oppdaget {noticed}) til {address}")
    }

    fn said(&self, words: &str) -> String {
        match Said::of(words) {
            Said::TimesAWeek(times) => format!("før kom det noe nytt omtrent {times} ganger i uken"),
            Said::OnceAWeek => "før kom det noe nytt omtrent én gang i uken".to_owned(),
            Said::OnceInWeeks(weeks) => format!("før kom det noe nytt omtrent én gang på {weeks} uker"),
            Said::Took(seconds) => format!("et svar tok {seconds} s"),
            Said::NoPoll => "ingen lesing av den er fullført siden den skulle vært lest".to_owned(),
            Said::NoPollInTime => "ingen lesing av den ble fullført i denne perioden".to_owned(),
            Said::NotPolledYet => "ennå ikke forsøkt lest".to_owned(),
            Said::NobodyPolled => "ingen leste den: mentiond var ikke i gang, eller maskinen sov".to_owned(),
            Said::NobodyListened => {
                "ingen lyttet til formidleren dens: mentiond var ikke i gang, eller maskinen sov".to_owned()
            }
            Said::OthersFirst => "tjeneren dens spørres om én ting om gangen, og andre kilder kom først".to_owned(),
            Said::Dollars(dollars) => format!("budsjettet på {dollars} US-dollar i måneden er brukt opp"),
            Said::Calls(calls) => format!("budsjettet på {calls} forespørsler om dagen er brukt opp"),
            Said::Error(error) => format!("melding: «{error}»"),
        }
    }

    fn many_fail(&self, failing: u64, sources: u64) -> String {
        let (failing, sources) = (MARKS.grouped(failing), self.sources(sources));
        format!(
            "{failing} av {sources} kan ikke leses. Årsaken er trolig nettet til denne maskinen eller navnetjeneren dens, \
             ikke kildene."
        )
    }

    fn sources_not_shown(&self, more: u64) -> String {
        let more = MARKS.count(more, "Ingen flere kilder er", "kilde til er", "kilder til er");
        format!("{more} ikke vist her; «mentiond status» viser alle.")
    }
}
