//! What is said of a single mention.

/// The words of a mention.
pub trait Mention {
    /// Stands for a title where there is none.
    fn untitled(&self) -> &'static str;

    /// `found 24 Nov 2026, 07:12 CET`, where nobody knows when it was published.
    fn found(&self, when: &str) -> String;

    /// `1,204 reactions`: likes, shares and replies.
    fn reactions(&self, number: u64) -> String;

    /// `1,204 reactions, up from 80 (found 29 Nov 2026, 06:00)`: how many there were when it was found.
    fn risen(&self, number: u64, first: u64, found: &str) -> String {
        let from = self.up_from(first);
        format!("{}, {from} ({})", self.reactions(number), self.found(found))
    }

    /// `up from 80`.
    fn up_from(&self, first: u64) -> String;

    /// `also in Courier, Herald and 2 more`.
    fn also_in(&self, sources: &[String], more: u64) -> String;

    /// `mention 17`: its number for commands.
    fn mention_number(&self, id: i64) -> String;

    /// That it was edited.
    fn edited(&self, noticed: &str) -> String;

    /// That it was edited and no longer mentions the brand.
    fn withdrawn(&self, noticed: &str) -> String;

    /// That its source has deleted it.
    fn deleted(&self, noticed: &str) -> String;

    /// That what it said was forgotten, since its network lets nobody keep that for longer.
    fn lapsed(&self, when: &str) -> String;

    /// `and 3 copies: Courier, Herald …`; the ellipsis where not all sources are named.
    fn copies_in(&self, copies: u64, sources: &[String], all: bool) -> String;

    /// `unscored (language fi)`.
    fn no_lexicon(&self, language: &str) -> String;

    /// `negative (−0.82), confirmed by Kari on 24 Nov 2026, 07:12 CET`.
    fn confirmed(&self, ruled: &str, by: &str, when: &str) -> String;

    /// `neutral, corrected by Kari on 24 Nov 2026, 07:12 CET; the rules say negative (−0.82)`.
    fn corrected(&self, tone: &str, by: &str, when: &str, ruled: &str) -> String;

    /// In front of a tone.
    fn tone_label(&self) -> &'static str;

    /// In front of a severity.
    fn severity_label(&self) -> &'static str;

    /// Between a judgement and the words that made it: `from`.
    fn because_of(&self) -> &'static str;

    /// What the scorer notes of a word, without what it quotes (`negated by`, `in capitals`); `None` for what is not known.
    fn note(&self, note: &str) -> Option<&'static str>;

    /// `4 of 5 stars`.
    fn stars(&self, stars: &str) -> String;

    /// In front of the rule that made an alert of it.
    fn why_label(&self) -> &'static str;

    /// `rule “complaint”, found “nobody answers”`.
    fn rule(&self, rule: &str, keyword: Option<&str>) -> String;

    /// How to set a tone right.
    fn correction(&self) -> &'static str;

    /// `3 more are not shown here.`
    fn not_shown(&self, more: u64) -> String;

    /// The same, and which command shows the latest.
    fn not_shown_but_listed(&self, more: u64) -> String;
}
