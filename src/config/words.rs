//! The kinds of text that values are made of: names, durations, choices. Pure: text in, value or fault out. Never used
//! for secrets, because faults repeat the text.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use chrono_tz::{TZ_VARIANTS, Tz};
use tracing_subscriber::EnvFilter;

use super::mail::SmtpSecurity;

use crate::model::{Language, Severity, SourceKind, Tone, Tongue, suggest, units};

/// Longest text that a message repeats, in characters.
const SHOWN: usize = 60;

/// A kind of text.
pub(super) trait Word: Sized {
    /// What it is called, with its article.
    const WHAT: &'static str;
    /// One, without quotes.
    const EXAMPLE: &'static str;

    /// Reads it.
    fn parse(text: &str) -> Result<Self, Wrong>;
}

/// Why a text is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}\n  hint: {hint}")]
pub struct Wrong {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Wrong {
    /// A fault in the making.
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }

    /// It is not what it should be.
    pub(super) fn not<T: Word>(text: &str) -> Self {
        Self::new(format!("{} is not {}", shown(text), T::WHAT), format!("for instance `\"{}\"`", T::EXAMPLE))
    }
}

/// A text in backticks, cut where it is long and with nothing in it that could move a terminal's cursor.
pub(super) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN).collect();
    let dots = if cut.len() < text.len() { "..." } else { "" };
    format!("`{}{dots}`", cut.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}

/// The word's meaning, from all that are allowed.
pub(super) fn choice<T>(text: &str, allowed: impl IntoIterator<Item = (&'static str, T)>) -> Result<T, Wrong>
where
    T: Word,
{
    let mut words = Vec::new();
    for (word, value) in allowed {
        if word == text {
            return Ok(value);
        }
        words.push(word);
    }
    Err(Wrong::new(format!("{} is not {}", shown(text), T::WHAT), suggest::hint(text, &words)))
}

impl Word for String {
    const WHAT: &'static str = "text";
    const EXAMPLE: &'static str = "some words";

    fn parse(text: &str) -> Result<Self, Wrong> {
        Ok(text.to_owned())
    }
}

/// A name, word or expression: one line, not empty, without blanks around it.
#[derive(Clone)]
pub(super) struct Line(pub(super) String);

/// Longest line, in characters; names stand in subjects and file names.
pub(super) const LONGEST_LINE: usize = 200;

impl Word for Line {
    const WHAT: &'static str = "text";
    const EXAMPLE: &'static str = "Skip Hop";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text.trim().is_empty() {
            return Err(Wrong::new("the text is empty", "write something, or remove the key"));
        }
        if text.trim() != text {
            return Err(Wrong::new(format!("{} has blanks around it", shown(text)), "remove them"));
        }
        if text.chars().any(char::is_control) {
            return Err(Wrong::new(format!("{} has control characters in it", shown(text)), "write it in one line"));
        }
        if text.chars().count() > LONGEST_LINE {
            let message = format!("{} is longer than {LONGEST_LINE} characters", shown(text));
            return Err(Wrong::new(message, "shorten it"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Word for Duration {
    const WHAT: &'static str = "a duration";
    const EXAMPLE: &'static str = "5m";

    fn parse(text: &str) -> Result<Self, Wrong> {
        units::duration(text).ok_or_else(|| {
            let hint = "write a whole number and a unit: `30s`, `5 min`, `4h`, `7d`";
            Wrong::new(format!("{} is not a duration", shown(text)), hint)
        })
    }
}

/// A duration, or `never`.
#[derive(Clone, Copy)]
pub(super) struct Repeat(pub(super) Option<Duration>);

impl Word for Repeat {
    const WHAT: &'static str = "a duration or `never`";
    const EXAMPLE: &'static str = "4h";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text == "never" {
            return Ok(Self(None));
        }
        units::duration(text).map(|duration| Self(Some(duration))).ok_or_else(|| Wrong::not::<Self>(text))
    }
}

/// A number of bytes.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Bytes(pub(super) u64);

impl Word for Bytes {
    const WHAT: &'static str = "a size";
    const EXAMPLE: &'static str = "10 MiB";

    fn parse(text: &str) -> Result<Self, Wrong> {
        units::bytes(text).map(Self).ok_or_else(|| Wrong::not::<Self>(text))
    }
}

/// A path as written, not yet absolute.
pub(super) struct FilePath(pub(super) PathBuf);

impl Word for FilePath {
    const WHAT: &'static str = "a path";
    const EXAMPLE: &'static str = "/var/lib/mentiond";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text.trim().is_empty() || text.contains('\0') {
            return Err(Wrong::not::<Self>(text));
        }
        if text.starts_with('~') {
            let message = format!("{} begins with `~`, which is not expanded", shown(text));
            return Err(Wrong::new(message, "write the whole path"));
        }
        Ok(Self(PathBuf::from(text)))
    }
}

impl Word for Tz {
    const WHAT: &'static str = "a time zone";
    const EXAMPLE: &'static str = "Europe/Oslo";

    fn parse(text: &str) -> Result<Self, Wrong> {
        Self::from_str(text).map_err(|_| {
            let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
            let place = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
            let text = text.replace(' ', "_");
            let meant = names().find(|name| place(name).eq_ignore_ascii_case(&text));
            let hint = match meant.or_else(|| suggest::nearest(&text, names())) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "write a name of the IANA list, such as `Europe/Oslo` or `UTC`".to_owned(),
            };
            Wrong::new(format!("there is no time zone {}", shown(&text)), hint)
        })
    }
}

impl Word for Language {
    const WHAT: &'static str = "a language";
    const EXAMPLE: &'static str = "en";

    fn parse(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).ok_or_else(|| {
            let hint = "write the two letters of ISO 639-1: `en`, `de`, `nb`";
            Wrong::new(format!("{} is not a language", shown(text)), hint)
        })
    }
}

/// A country.
pub(super) struct Country(pub(super) String);

impl Word for Country {
    const WHAT: &'static str = "a country";
    const EXAMPLE: &'static str = "no";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        let hint = "write the two letters of ISO 3166-1: `us`, `de`, `no`";
        Err(Wrong::new(format!("{} is not a country", shown(text)), hint))
    }
}

impl Word for Tongue {
    const WHAT: &'static str = "a language that mentiond writes";
    const EXAMPLE: &'static str = "en";

    fn parse(text: &str) -> Result<Self, Wrong> {
        choice(text, Self::ALL.map(|tongue| (tongue.as_str(), tongue)))
    }
}

impl Word for Tone {
    const WHAT: &'static str = "a tone";
    const EXAMPLE: &'static str = "negative";

    fn parse(text: &str) -> Result<Self, Wrong> {
        choice(text, Self::ALL.map(|tone| (tone.as_str(), tone)))
    }
}

impl Word for Severity {
    const WHAT: &'static str = "a severity";
    const EXAMPLE: &'static str = "urgent";

    fn parse(text: &str) -> Result<Self, Wrong> {
        choice(text, Self::ALL.map(|severity| (severity.as_str(), severity)))
    }
}

impl Word for SourceKind {
    const WHAT: &'static str = "a kind of source";
    const EXAMPLE: &'static str = "feed";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if ["rss", "atom", "jsonfeed", "json_feed", "rdf", "xml"].contains(&text.to_ascii_lowercase().as_str()) {
            return Err(Wrong::new(
                format!("{} is not {}", shown(text), Self::WHAT),
                "write `feed`: it reads RSS, Atom and JSON Feed",
            ));
        }
        choice(text, Self::ALL.iter().map(|kind| (kind.as_str(), *kind)))
    }
}

impl Word for SmtpSecurity {
    const WHAT: &'static str = "a way to protect a connection";
    const EXAMPLE: &'static str = "starttls";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if ["ssl", "smtps", "ssl/tls", "implicit"].contains(&text.to_ascii_lowercase().as_str()) {
            let message = format!("{} is not {}", shown(text), Self::WHAT);
            return Err(Wrong::new(message, "write `tls` (usually port 465), or `starttls` (usually port 587)"));
        }
        choice(text, [("starttls", Self::StartTls), ("tls", Self::Tls), ("plain", Self::Plain)])
    }
}

/// How log lines look.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Word for LogFormat {
    const WHAT: &'static str = "a log format";
    const EXAMPLE: &'static str = "text";

    fn parse(text: &str) -> Result<Self, Wrong> {
        choice(text, [("text", Self::Text), ("json", Self::Json)])
    }
}

/// The names of the shipped lists of keywords; the lists themselves are known to `alert`.
pub const KEYWORD_LISTS: [&str; 2] = ["complaint", "harm"];

/// The name of a shipped list of keywords.
pub(super) struct KeywordList(pub(super) &'static str);

impl Word for KeywordList {
    const WHAT: &'static str = "a keyword list";
    const EXAMPLE: &'static str = "complaint";

    fn parse(text: &str) -> Result<Self, Wrong> {
        choice(text, KEYWORD_LISTS.map(|name| (name, Self(name))))
    }
}

/// A language whose spellings count as those of a query.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Spelling {
    /// ä is ae.
    German,
    /// å is aa.
    Norwegian,
}

impl Word for Spelling {
    const WHAT: &'static str = "a spelling";
    const EXAMPLE: &'static str = "german";

    fn parse(text: &str) -> Result<Self, Wrong> {
        choice(text, [("german", Self::German), ("norwegian", Self::Norwegian)])
    }
}

/// What the log shows.
pub(super) struct LogFilter(pub(super) String);

impl Word for LogFilter {
    const WHAT: &'static str = "a log filter";
    const EXAMPLE: &'static str = "mentiond=debug,info";

    fn parse(text: &str) -> Result<Self, Wrong> {
        const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
        for part in text.split(',').map(str::trim) {
            // `tracing` takes a misspelt level for the name of a module and then logs nothing but that.
            let level = part.rsplit('=').next().unwrap_or(part);
            let is_level = LEVELS.iter().any(|known| known.eq_ignore_ascii_case(level));
            if !is_level && !part.contains('[') {
                return Err(Wrong::new(format!("{} is not a log level", shown(level)), suggest::hint(level, &LEVELS)));
            }
        }
        EnvFilter::try_new(text).map(|_| Self(text.to_owned())).map_err(|_| Wrong::not::<Self>(text))
    }
}
