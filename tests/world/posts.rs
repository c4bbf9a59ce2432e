//! What people write in the world, and when.

use chrono::{TimeDelta, TimeZone as _, Utc};
use mentiond::model::Instant;
use serde_json::Value;

use super::list::Order;
use super::networks::Network;

/// What texts are made of, so that no two of them tell the same story.
const WORDS: [&str; 40] = [
    "bag", "parcel", "lunchbox", "bottle", "blanket", "strap", "zipper", "pocket", "lid", "cup", "chair", "mat", "toy",
    "lamp", "spoon", "bib", "towel", "label", "buckle", "wheel", "mirror", "handle", "invoice", "cradle", "curtain",
    "whistle", "ribbon", "basket", "button", "castle", "needle", "pillow", "ladder", "kettle", "carpet", "hammer",
    "pencil", "saddle", "candle", "bucket",
];
/// Ids of posts begin here, so that all are equally long.
const FIRST: usize = 500_000;
/// When many write at once, in minutes of the hour: while the daemon lives, and while it does not.
const RUSH: i64 = 17;
pub const AWAY: i64 = 33;
/// The last minute in which somebody writes.
const LAST: i64 = 58;
/// Where there is a history, it lies so many hours before: so long that nobody is told of it any more.
const HISTORY: i64 = 26;

/// When the hour begins.
pub fn begin() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 20, 9, 0, 0).unwrap()
}

/// So many minutes later.
pub fn minute(minutes: i64) -> Instant {
    begin() + TimeDelta::minutes(minutes)
}

/// Something that somebody wrote.
#[derive(Clone, Copy)]
pub struct Post {
    /// Unique in the world.
    pub number: usize,
    pub at: Instant,
}

/// What is written in a network over the hour: something every few minutes, much at once where it shows that on several
/// pages, and something while the daemon is away. No two of them at the same second. Every other network that can be asked
/// for it has a history as well.
pub fn timetable(network: &Network, place: usize) -> Vec<Post> {
    let has_history =
        place.is_multiple_of(2) && network.is_web() && network.lists.iter().all(|list| list.order != Order::Oldest);
    let shift = i64::try_from(place).unwrap();
    let steady = (0..).map(|number| 120 + 7 * shift + 60 * network.every * number);
    let rush =
        |minute: i64, many: usize| (0..i64::try_from(many).unwrap()).map(move |number| 60 * minute + shift + number);
    let mut seconds: Vec<i64> = steady.take_while(|second| *second < 60 * LAST).collect();
    seconds.extend(rush(RUSH, network.rush));
    seconds.extend(rush(AWAY, network.rush.clamp(1, 8)));
    seconds.extend(has_history.then_some(-3_600 * HISTORY));
    seconds.sort_unstable();
    let mut last = i64::MIN;
    let post = |(number, second): (usize, i64)| {
        last = second.max(last + 1);
        Post { number: 200 * place + number, at: begin() + TimeDelta::seconds(last) }
    };
    seconds.into_iter().enumerate().map(post).collect()
}

impl Post {
    /// Whether it is nobody's news when the hour begins.
    pub fn is_old(&self) -> bool {
        self.at < begin()
    }

    /// A word that is found in no other post.
    pub fn token(&self) -> String {
        format!("token{:05}", self.number)
    }

    pub fn text(&self) -> String {
        // Numbers that follow on each other have nothing in common (Knuth's multiplicative hash).
        let mixed = (self.number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let word = |step: usize| WORDS[(mixed >> (7 * step + 8)) % WORDS.len()];
        let (token, [one, two, three, four, five, six]) = (self.token(), [0, 1, 2, 3, 4, 5].map(word));
        format!(
            "{token}: Skip Hop is terrible, {one} and {two} gone, no answer about my {three}, {four} nor {five}, still \
             waiting for my refund of the {six}"
        )
    }

    /// What a network orders its posts by.
    pub fn position(&self, form: Form) -> i64 {
        let (milliseconds, number) = (self.at.timestamp_millis(), i64::try_from(self.number).unwrap());
        match form {
            Form::Status => (milliseconds << 16) + number,
            Form::Snowflake => ((milliseconds - 1_420_070_400_000) << 22) + number,
            Form::Number => i64::try_from(FIRST).unwrap() + number,
            Form::Unix | Form::Later | Form::Iso | Form::Naive | Form::Digits | Form::Day => self.at.timestamp(),
        }
    }

    /// What is counted of it by then: one more each minute.
    pub fn count(&self, now: Instant) -> u64 {
        u64::try_from((now - self.at).num_minutes()).unwrap() + 1
    }

    /// `template` with what stands in braces filled in.
    pub fn words(&self, template: &str, now: Instant) -> String {
        let time = |form| self.at.format(form).to_string();
        let there = self.at.with_timezone(&chrono_tz::America::Los_Angeles).format("%Y-%m-%d %H:%M:%S").to_string();
        [
            ("{text}", self.text()),
            ("{token}", self.token()),
            ("{count}", self.count(now).to_string()),
            ("{n}", self.position(Form::Number).to_string()),
            ("{status}", self.position(Form::Status).to_string()),
            ("{snowflake}", self.position(Form::Snowflake).to_string()),
            ("{unix}", self.at.timestamp().to_string()),
            ("{time}", time("%Y-%m-%dT%H:%M:%SZ")),
            ("{plain}", time("%Y-%m-%dT%H:%M:%S")),
            ("{spaced}", time("%Y-%m-%d %H:%M:%S")),
            ("{compact}", time("%Y%m%dT%H%M%SZ")),
            ("{mail}", self.at.to_rfc2822()),
            ("{pacific}", there),
        ]
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    /// The same as a value, which is JSON where the template begins with `=`.
    pub fn fill(&self, template: &str, now: Instant) -> Value {
        value(&self.words(template, now))
    }
}

/// A value, which is JSON where the text begins with `=`.
pub fn value(text: &str) -> Value {
    text.strip_prefix('=').map_or_else(|| text.into(), |json| serde_json::from_str(json).unwrap())
}

/// How a place among posts is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Seconds since 1970.
    Unix,
    /// The same, and what was then is not meant.
    Later,
    /// RFC 3339.
    Iso,
    /// The same without a zone.
    Naive,
    /// The same in digits alone.
    Digits,
    /// A day.
    Day,
    /// An id of Mastodon; that post itself is not meant.
    Status,
    /// An id of Discord; likewise.
    Snowflake,
    /// The number of a post.
    Number,
}

impl Form {
    /// Reads what is written so.
    pub fn read(self, written: &str) -> Option<i64> {
        let naive = |text: &str, form| {
            chrono::NaiveDateTime::parse_from_str(text, form).ok().map(|time| time.and_utc().timestamp())
        };
        match self {
            Self::Iso => chrono::DateTime::parse_from_rfc3339(written).ok().map(|time| time.timestamp()),
            Self::Naive => naive(written, "%Y-%m-%dT%H:%M:%S"),
            Self::Digits => naive(written, "%Y%m%d%H%M%S"),
            Self::Day => naive(&format!("{written}T00:00:00"), "%Y-%m-%dT%H:%M:%S"),
            Self::Unix | Self::Later | Self::Status | Self::Snowflake | Self::Number => written.parse().ok(),
        }
    }

    /// Whether what lies at the place itself is meant by "from then on".
    pub fn includes(self) -> bool {
        !matches!(self, Self::Later | Self::Status | Self::Snowflake)
    }
}
