//! What is said of how sources are.

use crate::model::health::Health;

/// The words of the health of sources.
pub trait Sources {
    /// What to say of a source that has come to be so, with the source as subject: `cannot be read`.
    fn is(&self, health: Health) -> &'static str;

    /// The same of several sources.
    fn are(&self, health: Health) -> &'static str;

    /// Above the sources that came to be so.
    fn health_title(&self, health: Health) -> &'static str;

    /// What to do about it; empty for nothing.
    fn advice(&self, health: Health) -> &'static str;

    /// What to do where a source is not let in.
    fn mend_the_secret(&self) -> &'static str;

    /// What to do where the money of a month is used up,
    fn mend_the_budget(&self) -> &'static str;

    /// and what goes on by itself then.
    fn rests_until_next_month(&self) -> &'static str;

    /// What to do about a source whose network has sold all that was bought,
    fn buy_more(&self) -> &'static str;

    /// and what goes on by itself then.
    fn asks_for_more(&self) -> &'static str;

    /// What goes on by itself.
    fn meanwhile(&self, health: Health) -> &'static str;

    /// In front of the advice.
    fn what_to_do(&self) -> &'static str;

    /// In front of what goes on by itself.
    fn meanwhile_label(&self) -> &'static str;

    /// Since when a source is so: `failing since Tue 24 Nov 2026, 07:12 CET`.
    fn since(&self, health: Health, when: &str) -> String;

    /// How it was before, and since when.
    fn was(&self, health: Health, since: Option<&str>) -> String;

    /// A change in one line behind the name of the source.
    fn change(&self, health: Health, when: &str) -> String;

    /// The same of one that has moved to an address.
    fn has_moved(&self, noticed: &str, address: &str) -> String;

    /// What was noted of a source. What a server or the network said is English in all languages, and quoted.
    fn said(&self, words: &str) -> String;

    /// That most fail at once, and what is the likely cause.
    fn many_fail(&self, failing: u64, sources: u64) -> String;

    /// How many sources are not shown.
    fn sources_not_shown(&self, more: u64) -> String;
}
