//! What alerts, reminders and sums of held alerts say.

/// What has held an alert.
#[derive(Clone, Copy)]
pub enum Holder<'a> {
    /// The silence of somebody.
    Silence(&'a str),
    /// The quiet hours of the recipient.
    QuietHours,
    /// Nobody knows.
    Unknown,
}

/// The words of alerts.
pub trait Alert {
    /// The subject: the brand, whether it is a reminder, the worst title, and how many others there are.
    fn alert_subject(&self, brand: &str, reminder: bool, title: &str, others: u64) -> String;

    /// The subject of what was held.
    fn held_subject(&self, brands: &str, title: &str, others: u64) -> String;

    /// How many need an answer.
    fn need_answer(&self, brand: &str, mentions: u64) -> String;

    /// How many are still not acknowledged.
    fn not_acknowledged(&self, brand: &str, mentions: u64) -> String;

    /// Since when nobody has acknowledged the only one.
    fn not_acknowledged_since(&self, when: &str) -> String;

    /// When the oldest of several was found; whether that is only the oldest of those that are shown.
    fn oldest_found(&self, when: &str, of_those_shown: bool) -> String;

    /// How somebody says that they take care of it; commands follow.
    fn how_to_acknowledge(&self) -> &'static str;

    /// In front of the command for the first one.
    fn only_the_first(&self) -> &'static str;

    /// In front of the command for all of a brand.
    fn all_of(&self, brand: &str) -> String;

    /// The same where there is one brand.
    fn all_of_this_brand(&self) -> &'static str;

    /// How many alerts were held, and by what until when.
    fn held(&self, alerts: u64, by: Option<(Holder<'_>, &str)>) -> String;

    /// The part of one of several causes: `3 by quiet hours until 24 Nov 2026, 07:00 CET`.
    fn held_part(&self, alerts: u64, by: Holder<'_>, until: &str) -> String;
}
