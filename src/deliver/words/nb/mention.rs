//! A mention in Norwegian.

use super::Norwegian;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::mention::Mention;

impl Mention for Norwegian {
    fn untitled(&self) -> &'static str {
        "(uten tittel)"
    }

    fn found(&self, when: &str) -> String {
        format!("funnet {when}")
    }

    fn reactions(&self, number: u64) -> String {
        MARKS.count(number, "ingen reaksjoner", "reaksjon", "reaksjoner")
    }

    fn up_from(&self, first: u64) -> String {
        format!("mot {} før", MARKS.grouped(first))
    }

    fn also_in(&self, sources: &[String], more: u64) -> String {
        format!("også i {}", self.list(sources, more))
    }

    fn mention_number(&self, id: i64) -> String {
        format!("omtale\u{a0}{id}")
    }

    fn edited(&self, noticed: &str) -> String {
        format!("Redigert (oppdaget {noticed}).")
    }

    fn withdrawn(&self, noticed: &str) -> String {
        format!("Redigert (oppdaget {noticed}): Merket er ikke nevnt lenger; her står det som sto der før.")
    }

    fn deleted(&self, noticed: &str) -> String {
        format!("Slettet av kilden (oppdaget {noticed}).")
    }

    fn lapsed(&self, when: &str) -> String {
        format!("Teksten er slettet ({when}): Nettverket lar ingen oppbevare den lenger.")
    }

    fn copies_in(&self, copies: u64, sources: &[String], all: bool) -> String {
        let copies = MARKS.count(copies, "ingen kopier", "kopi", "kopier");
        format!("og {copies}: {}{}", sources.join(", "), if all { "" } else { " …" })
    }

    fn no_lexicon(&self, language: &str) -> String {
        format!("ikke vurdert (språk {language})")
    }

    fn confirmed(&self, ruled: &str, by: &str, when: &str) -> String {
        format!("{ruled}, bekreftet av {by} {when}")
    }

    fn corrected(&self, tone: &str, by: &str, when: &str, ruled: &str) -> String {
        format!("{tone}, rettet av {by} {when}; etter reglene {ruled}")
    }

    fn tone_label(&self) -> &'static str {
        "Tone"
    }

    fn severity_label(&self) -> &'static str {
        "Hastegrad"
    }

    fn because_of(&self) -> &'static str {
        "på grunn av"
    }

    fn note(&self, note: &str) -> Option<&'static str> {
        Some(match note {
            "negated by" => "nektet med",
            "stronger by" => "forsterket av",
            "weaker by" => "svekket av",
            "of" => "gjelder",
            "before" => "før",
            "after" => "etter",
            "behind" => "bak",
            "only thought of:" => "bare tenkt:",
            "mocks" => "spottende",
            "quoted" => "sitert",
            "in capitals" => "i store bokstaver",
            "stretched" => "strukket",
            "further from the brand" => "lenger fra merket",
            "said by the brand" => "sagt av merket selv",
            "done to others" => "gjort mot andre",
            "said of others that are compared with it" => "sagt om andre som det sammenlignes med",
            "said of others that are unlike it" => "sagt om andre som er annerledes",
            "said of somebody else:" => "sagt om noen andre:",
            "past:" => "fortid:",
            "only possible:" => "bare mulig:",
            _ => return None,
        })
    }

    fn stars(&self, stars: &str) -> String {
        format!("{stars} av 5 stjerner")
    }

    fn why_label(&self) -> &'static str {
        "Hvorfor"
    }

    fn rule(&self, rule: &str, keyword: Option<&str>) -> String {
        match keyword {
            Some(keyword) => format!("regelen «{rule}», fant «{keyword}»"),
            None => format!("regelen «{rule}»"),
        }
    }

    fn correction(&self) -> &'static str {
        "Hvis en tone er feil: «mentiond tone correct NUMMER neutral» retter den, for omtalen med det nummeret og for like \
         tekster."
    }

    fn not_shown(&self, more: u64) -> String {
        format!("{} ikke vist her.", MARKS.count(more, "Ingenting er", "til er", "til er"))
    }

    fn not_shown_but_listed(&self, more: u64) -> String {
        let more = MARKS.count(more, "Ingenting er", "til er", "til er");
        format!("{more} ikke vist her; «mentiond status» viser de nyeste.")
    }
}
