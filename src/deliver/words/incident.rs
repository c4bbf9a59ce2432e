//! What mails about incidents say.

use crate::model::incident::{IncidentKind, Talk};

/// A length of time that is told in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// So many hours.
    Hours(u64),
    /// So many days.
    Days(u64),
    /// So many weeks.
    Weeks(u64),
    /// So many months.
    Months(u64),
    /// So many years.
    Years(u64),
}

/// How many are usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Usual {
    /// Hardly any.
    HardlyAny,
    /// A few: one decimal, 0 for a whole number.
    Few(f64, usize),
    /// So many.
    Many(u64),
}

/// How rare something is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// After which time it happens once; `None` for more than a thousand years.
    pub once_in: Option<Span>,
    /// In how many windows it happens once.
    pub windows: u64,
    /// Whether it is rarer still than once in so many.
    pub rarer: bool,
    /// The hours of a window.
    pub hours: u64,
}

/// So many were seen, beside what is usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// How many.
    pub number: u64,
    /// How many are usual.
    pub usual: Usual,
    /// How rare that is.
    pub chance: Chance,
}

impl Seen {
    /// Whether it is rare enough to be worth a figure.
    #[must_use]
    pub fn is_rare(&self) -> bool {
        self.chance.windows >= 10
    }
}

/// The words of incidents.
pub trait Incident {
    /// `3 hours`, as it stands behind the words for `in` and `after`.
    fn span(&self, span: Span) -> String;

    /// `14 negative stories`.
    fn negative_stories(&self, number: u64) -> String;

    /// The news of a first mail.
    fn spreading(&self, observed: u64, window: Span, usual: Usual) -> String;

    /// The news where it goes on.
    fn still_spreading(&self, negative: u64, lasted: Span) -> String;

    /// The news where it spreads faster than before.
    fn spreading_faster(&self, observed: u64, window: Span) -> String;

    /// The news where it has become usual.
    fn no_longer_unusual(&self, negative: u64, lasted: Span) -> String;

    /// The news where it is none after all.
    fn no_spike(&self) -> &'static str;

    /// The news where it is over.
    fn calm_again(&self, negative: u64, lasted: Span) -> String;

    /// What a first mail begins with, and whether only the negative stories are more than usual.
    fn it_begins(&self, brand: &str, onset: &str, talk: Talk) -> String;

    /// What a mail begins with where it goes on.
    fn it_goes_on(&self, onset: &str) -> String;

    /// What a mail begins with where it spreads faster than before.
    fn it_spreads_faster(&self, onset: &str) -> String;

    /// What a mail begins with where it has become usual.
    fn it_is_usual_now(&self, onset: &str) -> String;

    /// What a mail begins with where it is none after all.
    fn it_was_none(&self, onset: &str) -> String;

    /// What a mail begins with where it came and went while nobody watched.
    fn it_was_missed(&self, onset: &str) -> String;

    /// What a mail begins with where it is over.
    fn it_is_over(&self, onset: &str) -> String;

    /// That the brand is not known well yet.
    fn cold_start(&self, brand: &str) -> String;

    /// Names of the lines of the table: seen, usual, by chance, authors, who, all tones, in all.
    fn facts(&self) -> [&'static str; 7];

    /// How many were seen in the window that ends then.
    fn seen(&self, observed: u64, window: Span, until: &str) -> String;

    /// How many are usual.
    fn usual(&self, usual: Usual, window: Span) -> String;

    /// How rare that is.
    fn by_chance(&self, chance: Chance) -> String;

    /// How many people wrote them.
    fn people(&self, people: Seen) -> String;

    /// How many stories of all tones there were, by how many people, and whether only the negative ones rise.
    fn all_tones(&self, stories: Seen, people: Seen, talk: Talk) -> String;

    /// How many there were since it began, and how many people wrote them.
    fn in_all(&self, negative: u64, people: u64) -> String;

    /// Whether many write, or a few a lot; `share` is what the most frequent one wrote.
    fn who(&self, kind: IncidentKind, share: &str) -> String;

    /// What the mail begins with, for the list of a mail program.
    fn it_began_with(&self, title: &str) -> String;

    /// Above the first story.
    fn how_it_began(&self) -> &'static str;

    /// Above the other stories.
    fn stories_that_drive_it(&self) -> &'static str;

    /// Above the alerts that come with it.
    fn alerts_heading(&self) -> &'static str;

    /// How many alerts come with it; whether it is the first mail.
    fn folded(&self, alerts: u64, first: bool) -> String;

    /// The same in short, where they are not shown.
    fn folded_in_short(&self, alerts: u64) -> String;

    /// How many of them are not shown.
    fn folded_more(&self, more: u64) -> String;

    /// In front of what comes next.
    fn what_comes_next(&self) -> &'static str;

    /// What comes next while it goes on; `again` is after which time it is told again, unless somebody takes care of it.
    fn until_it_ends(&self, brand: &str, again: Option<Span>) -> String;

    /// What comes next when it is over.
    fn one_by_one_again(&self, brand: &str) -> String;

    /// Above the chart.
    fn last_hours(&self, hours: u64) -> String;

    /// Behind that in a text, whose chart shows one thing only.
    fn negative_per_hour(&self) -> &'static str;

    /// Below the end of a chart.
    fn now(&self) -> &'static str;

    /// From where to where the chart of a text goes.
    fn chart_range(&self, from: &str, until: &str) -> String;

    /// Beside the line of the chart that shows how many are usual; short.
    fn usual_line(&self) -> &'static str;

    /// What the chart shows: when the worst hour began, how many negative stories it had, and how many are usual.
    fn chart_words(&self, peak: &str, most: u64, usual: Option<Usual>) -> String;

    /// What the colours mean: negative stories, all others.
    fn legend(&self) -> [&'static str; 2];
}
