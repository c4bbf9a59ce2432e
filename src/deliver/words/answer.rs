//! What is said of links by which somebody takes care of something, on the pages they lead to, and to those who are told
//! next of what nobody takes care of.

/// The title of a page, and what it says.
pub type Told = (&'static str, &'static str);

/// The words of answers.
pub trait Answer {
    /// What somebody says by the link.
    fn i_take_care(&self) -> &'static str;

    /// In front of the link, where there is no button.
    fn say_so_here(&self) -> &'static str;

    /// The subject of what is told to the next people: the worst title, and how many others there are.
    fn escalation_subject(&self, brand: &str, title: &str, others: u64) -> String;

    /// How many nobody takes care of.
    fn nobody_takes_care(&self, brand: &str, mentions: u64) -> String;

    /// To whom it was written before (`ole@b.example (24 Nov 2026, 07:12 CET)`), and to how many others.
    fn written_to(&self, people: &[String], more: u64) -> String;

    /// The same of a part of several alerts.
    fn part_written_to(&self, part: u64, people: &[String], more: u64) -> String;

    /// That nobody could be told before.
    fn nobody_reached(&self) -> &'static str;

    /// `the channel “ops”`.
    fn channel(&self, name: &str) -> String;

    /// The question of the page.
    fn do_you_take_care(&self) -> &'static str;

    /// How many of so many alerts nobody takes care of.
    fn open_alerts(&self, open: u64, all: u64, brands: &str) -> String;

    /// That it is about an incident.
    fn spike_of(&self, brands: &str) -> String;

    /// To whom it was written, and when.
    fn this_was_written_to(&self, who: &str, when: &str) -> String;

    /// Who else was told.
    fn others_were_told(&self, people: &str) -> String;

    /// How many alerts somebody takes care of already, and who was the last to say so.
    fn taken_already(&self, alerts: u64, who: &str, when: &str) -> String;

    /// Behind a list.
    fn and_more(&self, more: u64) -> String;

    /// That looking changes nothing, and until when the link is good.
    fn nothing_has_changed_yet(&self, until: &str) -> String;

    /// Once it is done.
    fn thanks(&self) -> &'static str;

    /// What follows for alerts.
    fn alerts_acknowledged(&self, alerts: u64, brands: &str) -> String;

    /// What follows for an incident.
    fn incident_acknowledged(&self, brands: &str) -> String;

    /// Under whose name it was written down.
    fn noted_for(&self, who: &str) -> String;

    /// That somebody was there before.
    fn somebody_has_it(&self) -> &'static str;

    /// Who, and since when.
    fn takes_care_since(&self, who: &str, when: &str) -> String;

    /// That nothing is left to do.
    fn nothing_left(&self) -> &'static str;

    /// That it is no longer kept.
    fn forgotten(&self) -> Told;

    /// That the link was broken on its way.
    fn not_whole(&self) -> Told;

    /// That its time is over.
    fn too_old(&self) -> Told;

    /// That it is for something else.
    fn for_something_else(&self) -> Told;

    /// That it cannot be said now.
    fn try_again(&self) -> Told;
}
