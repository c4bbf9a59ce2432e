//! What can be asked of an entry beside its words, and the words of a query for it. Plain data.

use std::ops::{Bound, RangeBounds as _};
use std::time::Duration;

use chrono::NaiveDate;

use crate::model::{Language, Severity, SourceKind, Tone};

/// What must be known about an entry. Of a list one is enough; what is not known does not hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// `site:`, the host of its address, or the domain above it.
    Site(Vec<String>),
    /// `links:`, the same of the addresses in its text, with the beginning of a path if one is given.
    Links(Vec<String>),
    /// `type:`, the kind of its source.
    Type(Vec<SourceKind>),
    /// `lang:`
    Lang(Vec<Language>),
    /// `tone:`
    Tone(Vec<Tone>),
    /// `score:`, from -1 to 1.
    Score(Range<f64>),
    /// `rating:`, from 0 to 5 stars.
    Rating(Range<f64>),
    /// `reach:`, the followers of its author.
    Reach(Range<u64>),
    /// `engagement:`, likes, points, shares and replies.
    Engagement(Range<u64>),
    /// `age:`, the time since it was published.
    Age(Range<Duration>),
    /// `date:`, the day in UTC on which it was published.
    Date(Range<NaiveDate>),
    /// `kind:`
    Kind(Vec<Kind>),
    /// `severity:`
    Severity(Range<Severity>),
    /// `is:`
    Is(Vec<Flag>),
    /// `has:`
    Has(Vec<Has>),
    /// `case:`
    Case(Vec<CaseState>),
}

/// Values between two bounds; at least one of them is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    /// Where it begins.
    pub from: Bound<T>,
    /// Where it ends.
    pub to: Bound<T>,
}

impl<T: PartialOrd> Range<T> {
    /// Whether a value lies in it.
    #[must_use]
    pub fn contains(&self, value: &T) -> bool {
        (self.from.as_ref(), self.to.as_ref()).contains(value)
    }
}

/// A word of a list that is given.
pub trait Choice: Copy + PartialEq + 'static {
    /// All of them.
    const ALL: &'static [Self];
    /// What one is called, with its article.
    const WHAT: &'static str;

    /// The word.
    fn word(self) -> &'static str;
}

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$inner:meta])* $choice:ident $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$inner])* $choice,)*
        }

        impl Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$choice),*];
            const WHAT: &'static str = $what;

            fn word(self) -> &'static str {
                match self {
                    $(Self::$choice => $word,)*
                }
            }
        }
    )*};
}

choices! {
    /// What kind of mention it is.
    Kind, "a kind of mention" {
        /// Somebody complains.
        Complaint "complaint",
        /// Somebody asks.
        Question "question",
        /// Somebody praises.
        Praise "praise",
        /// Somebody reports.
        News "news",
        /// Somebody sells.
        Spam "spam",
        /// None of these.
        Other "other",
    }

    /// How far a case is.
    CaseState, "a state of a case" {
        /// Nobody has taken it.
        Open "open",
        /// Somebody has taken it.
        Taken "taken",
        /// It was answered.
        Answered "answered",
        /// It is done.
        Closed "closed",
    }

    /// What happened to a mention.
    Flag, "something a mention is" {
        /// It became an alert.
        Alerted "alerted",
        /// Its alert was acknowledged.
        Acknowledged "acknowledged",
        /// Its text is a copy of another mention's.
        Copy "copy",
        /// It was changed after it was found.
        Edited "edited",
        /// A user corrected its tone.
        Corrected "corrected",
    }

    /// A part that an entry can have or lack.
    Has, "something an entry has" {
        /// A title.
        Title "title",
        /// A text.
        Text "text",
        /// An address.
        Url "url",
        /// An address in its text.
        Link "link",
        /// An author.
        Author "author",
        /// A tag.
        Tag "tag",
        /// A language that is known.
        Lang "lang",
        /// A day on which it was published.
        Date "date",
        /// Stars.
        Rating "rating",
        /// Followers of its author.
        Reach "reach",
        /// Likes, points, shares or replies.
        Engagement "engagement",
    }
}

impl Choice for Tone {
    const ALL: &'static [Self] = &Self::ALL;
    const WHAT: &'static str = "a tone";

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Choice for Severity {
    const ALL: &'static [Self] = &Self::ALL;
    const WHAT: &'static str = "a severity";

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Choice for SourceKind {
    const ALL: &'static [Self] = Self::ALL;
    const WHAT: &'static str = "a kind of source";

    fn word(self) -> &'static str {
        self.as_str()
    }
}
