//! Dates as feeds and APIs write them: RFC 3339, RFC 822 and what people make of them. Never believes the weekday, and
//! never guesses a date that lacks its day, month or year.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::model::Instant;

/// Longest text that is looked at, in bytes.
const MAX_LENGTH: usize = 100;

/// Beginnings of month names in English, German, the Scandinavian languages, Dutch, French, Spanish and Italian.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen"],
    &["feb", "fév", "fev"],
    &["mar", "mär", "mrz", "maa"],
    &["apr", "avr", "abr"],
    &["may", "mai", "maj", "mei", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "ago"],
    &["sep", "set"],
    &["oct", "okt", "ott"],
    &["nov"],
    &["dec", "dez", "des", "déc", "dic"],
];

/// Named zones and their minutes east of Greenwich.
const ZONES: [(&str, i32); 26] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("mez", 60),
    ("met", 60),
    ("cest", 120),
    ("mesz", 120),
    ("mest", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("jst", 540),
    ("aest", 600),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
];

/// The instant a text means; without a zone, or with one that nobody knows, it is taken as UTC. `None` if it is not
/// legible.
#[must_use]
pub fn parse(text: &str) -> Option<Instant> {
    let text = text.trim();
    if text.len() > MAX_LENGTH {
        return None;
    }
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return Some(exact.with_timezone(&Utc));
    }
    let written = match text.bytes().take_while(u8::is_ascii_digit).count() {
        8 => basic(text),
        4 if text.get(4..).is_some_and(|rest| rest.starts_with(['-', '/', '.'])) => numbered(text),
        _ => worded(text),
    };
    written?.instant()
}

#[derive(Default)]
struct Written {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    time: NaiveTime,
    /// Whether the time stands behind the day and the month: a word behind it that begins like a month is a zone.
    is_dated: bool,
    /// Whether the time is 24:00, which begins the next day.
    ends_day: bool,
    afternoon: Option<bool>,
    /// Seconds east of Greenwich.
    offset: i32,
}

impl Written {
    fn instant(&self) -> Option<Instant> {
        let date = NaiveDate::from_ymd_opt(self.year?, self.month?, self.day?)?;
        let mut local = NaiveDateTime::new(date, self.time);
        let hour = chrono::Timelike::hour(&self.time);
        local = match self.afternoon {
            Some(true) if hour < 12 => local.checked_add_signed(Duration::hours(12))?,
            Some(false) if hour == 12 => local.checked_sub_signed(Duration::hours(12))?,
            _ => local,
        };
        local = local.checked_add_signed(Duration::days(self.ends_day.into()))?;
        let zone = FixedOffset::east_opt(self.offset)?;
        Some(local.and_local_timezone(zone).single()?.with_timezone(&Utc))
    }

    /// `08:00`, `08:00:00`, `08:00:00.123`, `08.00.00`, `080000`, with a zone behind it or not.
    fn read_time(&mut self, text: &str) -> Option<()> {
        let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ',')).unwrap_or(text.len());
        let (time, zone) = text.split_at_checked(end)?;
        let [hour, minute, second] = clock(time)?;
        self.ends_day = hour == 24;
        self.is_dated = self.day.is_some() && self.month.is_some();
        self.time = NaiveTime::from_hms_opt(hour % 24, minute, second.min(59)).filter(|_| hour <= 24)?;
        self.read_zone(zone.trim())
    }

    /// `+0100`, `+01:00`, `GMT+1`, `CET`, `pm`, `p.m.`; a comment in parentheses is passed over, and so are letters that name no
    /// zone we know.
    fn read_zone(&mut self, text: &str) -> Option<()> {
        let text = text.split('(').next()?.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Some(());
        }
        if let Some(rest) = meridiem(&text) {
            self.afternoon = Some(text.starts_with('p'));
            return self.read_zone(rest);
        }
        if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == text) {
            self.offset = minutes * 60;
            return Some(());
        }
        let offset = text.trim_start_matches("utc").trim_start_matches("gmt").trim_start();
        if offset.starts_with(char::is_alphabetic) {
            return Some(());
        }
        let (sign, digits) = match offset.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, offset.strip_prefix('+')?),
        };
        let digits = digits.replace(':', "");
        let number: i32 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
        let seconds = if digits.len() <= 2 { number * 3_600 } else { number / 100 * 3_600 + number % 100 * 60 };
        self.offset = Some(sign * seconds).filter(|seconds| seconds.abs() <= 15 * 3_600)?;
        Some(())
    }
}

/// What stands behind `am`, `p.m.` or `p. m.`, which `AMT` does not begin with.
fn meridiem(text: &str) -> Option<&str> {
    let dotted = |c: char| c == '.' || c.is_whitespace();
    let rest = text.strip_prefix(['a', 'p'])?.trim_start_matches(dotted).strip_prefix('m')?.trim_start_matches(dotted);
    let is_whole = text.get(..text.len() - rest.len())?.ends_with(dotted);
    let is_zone = ZONES.iter().any(|(name, _)| *name == rest);
    (is_whole || is_zone || !rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// Hours, minutes and seconds, whether colons, dots or nothing stands between them. A fraction of a second is left out.
fn clock(time: &str) -> Option<[u32; 3]> {
    let has_colons = time.contains(':');
    let parts: Vec<&str> = match time.bytes().take_while(u8::is_ascii_digit).count() {
        _ if has_colons => time.split(':').collect(),
        digits @ (4 | 6) => (0..digits).step_by(2).filter_map(|at| time.get(at..at + 2)).collect(),
        _ => time.split('.').collect(),
    };
    let [hour, minute, rest @ ..] = parts.as_slice() else { return None };
    // `10.5` may be half past ten.
    if !has_colons && minute.len() != 2 {
        return None;
    }
    let second = rest.first().map_or(Some(0), |second| second.split(['.', ',']).next()?.parse().ok())?;
    Some([hour.parse().ok()?, minute.parse().ok()?, second])
}

/// `20261120`, `20261120T080000Z`.
fn basic(text: &str) -> Option<Written> {
    let (date, time) = text.split_at_checked(8)?;
    let (year, date) = date.split_at_checked(4)?;
    let (month, day) = date.split_at_checked(2)?;
    numbered(&format!("{year}-{month}-{day}{time}"))
}

/// `2026-11-20`, `2026/11/20 08:00`, `2026-11-20T08:00:00 CET`.
fn numbered(text: &str) -> Option<Written> {
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    let mut parts = date.split(['-', '/', '.']);
    let year = parts.next()?.parse().ok();
    let month = parts.next()?.parse().ok();
    let day = parts.next().map_or(Some(1), |day| day.parse().ok());
    let mut written = Written { year, month, day, ..Written::default() };
    if !time.trim().is_empty() {
        written.read_time(time.trim())?;
    }
    Some(written)
}

/// `Fri, 20 Nov 2026 08:00:00 +0100`, `November 20th, 2026 8:00 pm`, `Fri Nov 20 08:00:00 CET 2026`, `20-Nov-26`,
/// `20.11.2026 08.00`.
fn worded(text: &str) -> Option<Written> {
    let text = match text.split_once(',') {
        Some((weekday, rest)) if !weekday.contains(|c: char| c.is_ascii_digit() || c == ' ') => rest,
        _ => text,
    };
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().flat_map(parts).map(|word| word.trim_matches([',', '.'])).collect();
    let mut written = Written::default();
    let mut left = words.as_slice();
    while let [word, rest @ ..] = left {
        left = rest;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let is_open = written.month.is_none() || written.year.is_none() && !written.is_dated;
        if word.starts_with('(') {
            break;
        } else if digits > 0 {
            left = written.read_digits(word, digits, rest)?;
        } else if is_open && let Some(month) = month(word) {
            // Some weekdays begin like months, and stand before them: `mardi 20 janvier`.
            written.month = Some(month);
        } else if written.month.is_some() && written.day.is_some() && word.contains(char::is_alphanumeric) {
            written.read_zone(word)?;
        }
    }
    Some(written)
}

impl Written {
    /// A word that begins with digits: a time, a date or a part of one. Returns the words behind it that are left.
    fn read_digits<'words, 'text>(
        &mut self,
        word: &str,
        digits: usize,
        behind: &'words [&'text str],
    ) -> Option<&'words [&'text str]> {
        let (number, rest) = word.split_at_checked(digits)?;
        let (half, left) = match behind {
            [half @ ("a" | "p"), "m", left @ ..] => (Some(*half), left),
            [half, left @ ..] if meridiem(half) == Some("") => (Some(*half), left),
            _ => (None, behind),
        };
        let is_hour = digits < 3
            && match behind.first() {
                _ if !rest.is_empty() => meridiem(rest).is_some(),
                Some(&"uhr") => true,
                // `20 Nov 26 h 08:30`
                Some(&"h") => self.year.is_some(),
                _ => half.is_some(),
            };
        let minutes = rest.strip_prefix('h').filter(|minutes| matches!(minutes.len(), 0 | 2) && digits < 3);
        if is_hour {
            self.read_time(&format!("{number}:00{rest}"))?;
        } else if let Some(minutes) = minutes.filter(|minutes| minutes.bytes().all(|byte| byte.is_ascii_digit())) {
            self.read_time(&format!("{number}:{minutes:0<2}"))?;
        } else if word.contains(':') {
            self.read_time(word)?;
        } else if self.read_dotted(word).is_some() {
            return Some(behind);
        } else if digits < 3 && self.day.is_some() && rest.starts_with('.') {
            self.read_time(word)?;
        } else {
            self.read_number(number)?;
            return Some(behind);
        }
        self.afternoon = half.map(|half| half.starts_with('p')).or(self.afternoon);
        Some(left)
    }

    /// `20.11.2026`, `20/11/2026`, or `20.11.26` where no day was read before.
    fn read_dotted(&mut self, word: &str) -> Option<()> {
        let parts: Vec<&str> = word.split(['.', '/', '-']).collect();
        let [day, month, year] = parts.as_slice() else { return None };
        let is_year = year.len() == 4 || year.len() == 2 && self.day.is_none();
        if !is_year || day.len() > 2 || month.len() > 2 {
            return None;
        }
        let (day, month) = (day.parse().ok()?, month.parse().ok()?);
        (self.day, self.month, self.year) = (Some(day), Some(month), None);
        self.read_number(year)
    }

    fn read_number(&mut self, digits: &str) -> Option<()> {
        let number: u32 = digits.parse().ok()?;
        if digits.len() < 3 && self.day.is_none() {
            self.day = Some(number);
        } else if self.year.is_none() {
            let century = match number {
                _ if digits.len() > 2 => 0,
                0..70 => 2_000,
                _ => 1_900,
            };
            self.year = i32::try_from(number).ok().map(|year| year + century);
        }
        Some(())
    }
}

/// `20-Nov-2026` is three words, `-0500` is one, and so is `20/11/2026`.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let word = word.trim_matches([',', '.']);
    let joined = word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains(':') && !begins_with_day(word);
    word.split(move |c: char| joined && (c == '-' || c == '/'))
}

/// Whether a date in numbers begins with its day: the first number is too large for a month. What may be a month may be
/// one, as Americans write it.
fn begins_with_day(word: &str) -> bool {
    let Some(sign) = word.chars().find(|c| matches!(c, '-' | '/')) else { return false };
    let numbers: Option<Vec<u32>> = word.split(sign).map(|part| part.parse().ok()).collect();
    matches!(numbers.as_deref(), Some([13..=31, 1..=12, 1_000..=9_999]))
}

fn month(word: &str) -> Option<u32> {
    (1..).zip(MONTHS).find(|(_, names)| names.iter().any(|name| word.starts_with(name))).map(|(month, _)| month)
}

#[cfg(test)]
mod tests;
