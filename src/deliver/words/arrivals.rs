//! What is said of what does not arrive.

/// The words of what does not arrive. A way out is a channel by its name, or mail where there is none.
pub trait Arrivals {
    /// That nothing gets through: `no mail gets through since 24 Nov 2026, 07:12 CET`.
    fn nothing_by(&self, channel: Option<&str>, since: &str) -> String;

    /// That something gets through again.
    fn again_by(&self, channel: Option<&str>) -> String;

    /// `7 notices do not arrive`.
    fn do_not_arrive(&self, number: u64) -> String;

    /// How many wait, and what goes on by itself.
    fn wait(&self, number: u64) -> String;

    /// That what was given up is kept, and where.
    fn given_up_is_kept(&self) -> &'static str;

    /// For whom a notice is, and since when it waits.
    fn for_whom(&self, recipient: &str, since: &str, given_up: bool) -> String;

    /// That a notice comes because somebody else did not get it: a channel by its name, or a mail address.
    fn comes_instead(&self, whom: &str, channel: bool, since: &str) -> String;

    /// That the same did not reach these either.
    fn nor_did_it_reach(&self, names: &str) -> String;

    /// The way out, as the head of a line.
    fn way_out(&self, channel: Option<&str>) -> String;

    /// For how long it does not work, or did not.
    fn between(&self, since: &str, until: Option<&str>) -> String;

    /// How many notices are not shown.
    fn notices_not_shown(&self, more: u64) -> String;

    /// Above what the notices say.
    fn what_it_is_about(&self) -> &'static str;
}
