//! The health of sources in German.

use super::German;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::health::Sources;
use crate::deliver::words::said::Said;
use crate::model::health::Health;

impl Sources for German {
    fn is(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "ist endgültig verschwunden",
            Health::Failing => "kann nicht gelesen werden",
            Health::Silent => "ist ungewöhnlich still",
            Health::Moved => "ist umgezogen",
            Health::Slow => "antwortet langsam",
            Health::Healthy => "ist wieder in Ordnung",
        }
    }

    fn are(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "sind endgültig verschwunden",
            Health::Failing => "können nicht gelesen werden",
            Health::Silent => "sind ungewöhnlich still",
            Health::Moved => "sind umgezogen",
            Health::Slow => "antworten langsam",
            Health::Healthy => "sind wieder in Ordnung",
        }
    }

    fn health_title(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "Endgültig verschwunden",
            Health::Failing => "Nicht lesbar",
            Health::Silent => "Ungewöhnlich still",
            Health::Moved => "Umgezogen",
            Health::Slow => "Langsam",
            Health::Healthy => "Wieder in Ordnung",
        }
    }

    fn advice(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => {
                "Nehmen Sie die Quelle aus der Konfiguration, oder geben Sie ihr die Adresse, unter der sie jetzt zu finden \
                 ist."
            }
            Health::Failing => {
                "Sehen Sie in einem Browser nach, ob die Adresse noch antwortet. Wenn ja, kann dieser Rechner oder sein Netz \
                 die Ursache sein. Wenn nicht, schreiben Sie den Betreibern, oder nehmen Sie die Quelle aus der \
                 Konfiguration."
            }
            Health::Silent => {
                "Sehen Sie in einem Browser nach, ob etwas Neues veröffentlicht wurde. Wenn ja, steht es jetzt in einem \
                 anderen Feed, dessen Adresse in die Konfiguration gehört. Wenn nicht, ist nichts zu beheben."
            }
            Health::Moved => "Schreiben Sie die neue Adresse in die Konfiguration, die noch die alte nennt.",
            Health::Slow => {
                "Vorerst nichts. Wenn es anhält, geben Sie der Quelle ein längeres „interval“, oder erhöhen Sie „timeout“ \
                 unter „[fetch]“, bevor es überschritten wird."
            }
            Health::Healthy => "",
        }
    }

    fn mend_the_secret(&self) -> &'static str {
        "Erneuern oder berichtigen Sie, was oben genannt ist: das Geheimnis, das Konto dazu oder dessen \
         Rechte. Starten Sie mentiond dann neu."
    }

    fn mend_the_budget(&self) -> &'static str {
        "Ist Ihnen die Quelle mehr wert, erhöhen Sie ihr „dollars_per_month“ und starten Sie mentiond neu; oder fragen Sie sie nach \
         weniger Wörtern. Sonst ist nichts zu tun."
    }

    fn rests_until_next_month(&self) -> &'static str {
        "Die Quelle ruht, kostet nichts und wird ab dem Ersten des Monats (UTC) wieder gelesen. Was ihr Netzwerk dann nicht mehr \
         zeigt, steht in den Übersichten."
    }

    fn buy_more(&self) -> &'static str {
        "Kaufen Sie beim Netzwerk nach oder wählen Sie dort einen größeren Tarif, und starten Sie mentiond dann neu. Solange Sie \
         nur warten, wird nichts gehört, was dort gesagt wird."
    }

    fn asks_for_more(&self) -> &'static str {
        "Die Quelle ruht und kostet nichts. Sie wird einmal am Tag wieder gefragt, oder sobald es laut Netzwerk mehr gibt."
    }

    fn meanwhile(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "Sie wird nicht mehr abgefragt.",
            Health::Failing => {
                "mentiond versucht es weiter, in immer größeren Abständen: zuletzt einmal am Tag, oder seltener, wenn das \
                 Intervall länger ist oder der Server ablehnt. Wenn die Quelle wieder in Ordnung ist, \
                 erfahren Sie es."
            }
            Health::Silent => {
                "Die Quelle wird weiter abgefragt, und mentiond meldet, wenn sie sich wieder rührt. Bis dahin wertet keine \
                 Übersicht ihre Stille als Beleg, dass nichts gesagt wurde."
            }
            Health::Moved => "Sie wird unter ihrer neuen Adresse gelesen.",
            Health::Slow => "Die Quelle wird weiter gelesen und hält keine andere auf.",
            Health::Healthy => "",
        }
    }

    fn what_to_do(&self) -> &'static str {
        "Was zu tun ist"
    }

    fn meanwhile_label(&self) -> &'static str {
        "Inzwischen"
    }

    fn since(&self, health: Health, when: &str) -> String {
        match health {
            Health::Gone | Health::Moved => format!("bemerkt am {when}"),
            Health::Silent => format!("nichts Neues seit {when}"),
            Health::Failing => format!("nicht lesbar seit {when}"),
            Health::Slow => format!("langsam seit {when}"),
            Health::Healthy => format!("in Ordnung seit {when}"),
        }
    }

    fn was(&self, health: Health, since: Option<&str>) -> String {
        let was = match health {
            Health::Gone => "verschwunden",
            Health::Failing => "nicht lesbar",
            Health::Silent => "still",
            Health::Moved => "an anderer Stelle",
            Health::Slow => "langsam",
            Health::Healthy => "in Ordnung",
        };
        match since {
            Some(since) => format!("zuvor {was} seit {since}"),
            None => format!("zuvor {was}"),
        }
    }

    fn change(&self, health: Health, when: &str) -> String {
        match health {
            Health::Gone => format!("endgültig verschwunden, bemerkt am {when}"),
            Health::Failing => format!("nicht lesbar seit {when}"),
            Health::Silent => format!("ungewöhnlich still, nichts Neues seit {when}"),
            Health::Moved => format!("umgezogen, bemerkt am {when}"),
            Health::Slow => format!("langsam seit {when}"),
            Health::Healthy => format!("wieder in Ordnung seit {when}"),
        }
    }

    fn has_moved(&self, noticed: &str, address: &str) -> String {
        format!("umgezogen (bemerkt am {noticed}) nach {address}")
    }

    fn said(&self, words: &str) -> String {
        match Said::of(words) {
            Said::TimesAWeek(times) => format!("zuvor kam etwa {times}-mal in der Woche etwas Neues"),
            Said::OnceAWeek => "zuvor kam etwa einmal in der Woche etwas Neues".to_owned(),
            Said::OnceInWeeks(weeks) => format!("zuvor kam etwa einmal in {weeks} Wochen etwas Neues"),
            Said::Took(seconds) => format!("eine Antwort brauchte {seconds} s"),
            Said::NoPoll => "seit sie fällig wurde, ist keine Abfrage abgeschlossen worden".to_owned(),
            Said::NoPollInTime => "in diesem Zeitraum ist keine Abfrage abgeschlossen worden".to_owned(),
            Said::NotPolledYet => "noch nicht abgefragt".to_owned(),
            Said::NobodyPolled => "niemand hat sie abgefragt: mentiond lief nicht, oder der Rechner schlief".to_owned(),
            Said::NobodyListened => {
                "niemand hat ihrem Hub zugehört: mentiond lief nicht, oder der Rechner schlief".to_owned()
            }
            Said::OthersFirst => {
                "ihr Server wird nur eines nach dem anderen gefragt, und andere seiner Quellen kamen zuerst".to_owned()
            }
            Said::Dollars(dollars) => format!("das Budget von {dollars} US-Dollar im Monat ist aufgebraucht"),
            Said::Calls(calls) => format!("das Budget von {calls} Anfragen am Tag ist aufgebraucht"),
            Said::Error(error) => format!("Meldung: „{error}“"),
        }
    }

    fn many_fail(&self, failing: u64, sources: u64) -> String {
        let (failing, sources) = (MARKS.grouped(failing), self.sources(sources));
        format!(
            "{failing} von {sources} können nicht gelesen werden. Die Ursache ist wahrscheinlich das Netz dieses Rechners \
             oder sein Nameserver, nicht die Quellen."
        )
    }

    fn sources_not_shown(&self, more: u64) -> String {
        let more = MARKS.count(more, "Keine weiteren Quellen sind", "weitere Quelle ist", "weitere Quellen sind");
        format!("{more} hier nicht gezeigt; „mentiond status“ nennt alle.")
    }
}
