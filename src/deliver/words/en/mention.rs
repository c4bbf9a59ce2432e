//! A mention in English.

use super::English;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::mention::Mention;

impl Mention for English {
    fn untitled(&self) -> &'static str {
        "(without a title)"
    }

    fn found(&self, when: &str) -> String {
        format!("found {when}")
    }

    fn reactions(&self, number: u64) -> String {
        MARKS.count(number, "no reactions", "reaction", "reactions")
    }

    fn up_from(&self, first: u64) -> String {
        format!("up from {}", MARKS.grouped(first))
    }

    fn also_in(&self, sources: &[String], more: u64) -> String {
        format!("also in {}", self.list(sources, more))
    }

    fn mention_number(&self, id: i64) -> String {
        format!("mention {id}")
    }

    fn edited(&self, noticed: &str) -> String {
        format!("Edited (noticed {noticed}).")
    }

    fn withdrawn(&self, noticed: &str) -> String {
        format!("Edited (noticed {noticed}): it no longer mentions the brand; this is what it said before.")
    }

    fn deleted(&self, noticed: &str) -> String {
        format!("Deleted by its source (noticed {noticed}).")
    }

    fn lapsed(&self, when: &str) -> String {
        format!("What it said was forgotten ({when}): its network lets nobody keep that for longer.")
    }

    fn copies_in(&self, copies: u64, sources: &[String], all: bool) -> String {
        let copies = MARKS.count(copies, "no copies", "copy", "copies");
        format!("and {copies}: {}{}", sources.join(", "), if all { "" } else { " …" })
    }

    fn no_lexicon(&self, language: &str) -> String {
        format!("unscored (language {language})")
    }

    fn confirmed(&self, ruled: &str, by: &str, when: &str) -> String {
        format!("{ruled}, confirmed by {by} on {when}")
    }

    fn corrected(&self, tone: &str, by: &str, when: &str, ruled: &str) -> String {
        format!("{tone}, corrected by {by} on {when}; the rules say {ruled}")
    }

    fn tone_label(&self) -> &'static str {
        "Tone"
    }

    fn severity_label(&self) -> &'static str {
        "Severity"
    }

    fn because_of(&self) -> &'static str {
        "from"
    }

    fn note(&self, _: &str) -> Option<&'static str> {
        None
    }

    fn stars(&self, stars: &str) -> String {
        format!("{stars} of 5 stars")
    }

    fn why_label(&self) -> &'static str {
        "Why"
    }

    fn rule(&self, rule: &str, keyword: Option<&str>) -> String {
        match keyword {
            Some(keyword) => format!("rule “{rule}”, found “{keyword}”"),
            None => format!("rule “{rule}”"),
        }
    }

    fn correction(&self) -> &'static str {
        "If a tone is wrong: “mentiond tone correct NUMBER neutral” sets it right, for the mention of that number and for \
         identical texts."
    }

    fn not_shown(&self, more: u64) -> String {
        format!("{} not shown here.", MARKS.count(more, "nothing is", "more is", "more are"))
    }

    fn not_shown_but_listed(&self, more: u64) -> String {
        let more = MARKS.count(more, "nothing is", "more is", "more are");
        format!("{more} not shown here; “mentiond status” lists the latest.")
    }
}
