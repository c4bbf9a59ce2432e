//! A mention in German.

use super::German;
use super::common::MARKS;
use crate::deliver::words::common::joined;
use crate::deliver::words::mention::Mention;

impl Mention for German {
    fn untitled(&self) -> &'static str {
        "(ohne Titel)"
    }

    fn found(&self, when: &str) -> String {
        format!("gefunden am {when}")
    }

    fn reactions(&self, number: u64) -> String {
        MARKS.count(number, "keine Reaktionen", "Reaktion", "Reaktionen")
    }

    fn up_from(&self, first: u64) -> String {
        format!("zuvor {}", MARKS.grouped(first))
    }

    fn also_in(&self, sources: &[String], more: u64) -> String {
        let more = (more > 0).then(|| format!("{} weiteren", MARKS.grouped(more)));
        format!("auch in {}", joined(sources, more, "und"))
    }

    fn mention_number(&self, id: i64) -> String {
        format!("Erwähnung\u{a0}{id}")
    }

    fn edited(&self, noticed: &str) -> String {
        format!("Bearbeitet (bemerkt am {noticed}).")
    }

    fn withdrawn(&self, noticed: &str) -> String {
        format!("Bearbeitet (bemerkt am {noticed}): Die Marke kommt nicht mehr vor; hier steht der frühere Text.")
    }

    fn deleted(&self, noticed: &str) -> String {
        format!("Von der Quelle gelöscht (bemerkt am {noticed}).")
    }

    fn lapsed(&self, when: &str) -> String {
        format!("Der Text wurde gelöscht ({when}): Das Netzwerk erlaubt niemandem, ihn länger aufzubewahren.")
    }

    fn copies_in(&self, copies: u64, sources: &[String], all: bool) -> String {
        let copies = MARKS.count(copies, "keine Kopien", "Kopie", "Kopien");
        format!("und {copies}: {}{}", sources.join(", "), if all { "" } else { " …" })
    }

    fn no_lexicon(&self, language: &str) -> String {
        format!("unbewertet (Sprache {language})")
    }

    fn confirmed(&self, ruled: &str, by: &str, when: &str) -> String {
        format!("{ruled}, bestätigt von {by} am {when}")
    }

    fn corrected(&self, tone: &str, by: &str, when: &str, ruled: &str) -> String {
        format!("{tone}, berichtigt von {by} am {when}; nach den Regeln {ruled}")
    }

    fn tone_label(&self) -> &'static str {
        "Ton"
    }

    fn severity_label(&self) -> &'static str {
        "Dringlichkeit"
    }

    fn because_of(&self) -> &'static str {
        "wegen"
    }

    fn note(&self, note: &str) -> Option<&'static str> {
        Some(match note {
            "negated by" => "verneint durch",
            "stronger by" => "verstärkt durch",
            "weaker by" => "abgeschwächt durch",
            "of" => "bei",
            "before" => "vor",
            "after" => "nach",
            "behind" => "hinter",
            "only thought of:" => "nur gedacht:",
            "mocks" => "spöttisch",
            "quoted" => "zitiert",
            "in capitals" => "in Großbuchstaben",
            "stretched" => "gedehnt",
            "further from the brand" => "weiter von der Marke entfernt",
            "said by the brand" => "von der Marke selbst gesagt",
            "done to others" => "anderen widerfahren",
            "said of others that are compared with it" => "über andere gesagt, die mit ihr verglichen werden",
            "said of others that are unlike it" => "über andere gesagt, die anders sind",
            "said of somebody else:" => "über jemand anderen gesagt:",
            "past:" => "vergangen:",
            "only possible:" => "nur möglich:",
            _ => return None,
        })
    }

    fn stars(&self, stars: &str) -> String {
        format!("{stars} von 5 Sternen")
    }

    fn why_label(&self) -> &'static str {
        "Warum"
    }

    fn rule(&self, rule: &str, keyword: Option<&str>) -> String {
        match keyword {
            Some(keyword) => format!("Regel „{rule}“, gefunden: „{keyword}“"),
            None => format!("Regel „{rule}“"),
        }
    }

    fn correction(&self) -> &'static str {
        "Wenn ein Ton nicht stimmt: „mentiond tone correct NUMMER neutral“ berichtigt ihn, für die Erwähnung mit dieser Nummer \
         und für gleiche Texte."
    }

    fn not_shown(&self, more: u64) -> String {
        format!("{} hier nicht gezeigt.", MARKS.count(more, "Nichts ist", "weitere ist", "weitere sind"))
    }

    fn not_shown_but_listed(&self, more: u64) -> String {
        let more = MARKS.count(more, "Nichts ist", "weitere ist", "weitere sind");
        format!("{more} hier nicht gezeigt; „mentiond status“ nennt die neuesten.")
    }
}
