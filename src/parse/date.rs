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
        self.time = NaiveTime::from_hms_opt(hour % 24, minute, second.min(59)).filter(|_| hour <= 24)?;
        self.read_zone(zone.trim())
    }

    /// `+0100`, `+01:00`, `GMT+1`, `CET`, `pm`; a comment in parentheses is passed over, and so are letters that name no
    /// zone we know.
    fn read_zone(&mut self, text: &str) -> Option<()> {
        let text = text.split('(').next()?.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Some(());
        }
        if let Some(rest) = text.strip_prefix("am").or_else(|| text.strip_prefix("pm")) {
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
    let mut written = Written::default();
    for word in text.split_whitespace().flat_map(parts).map(|word| word.trim_matches([',', '.'])) {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if word.starts_with('(') {
            break;
        } else if digits > 0 {
            written.read_digits(word, digits)?;
        } else if written.year.is_none()
            && let Some(month) = month(word)
        {
            // Some weekdays begin like months, and stand before them: `mardi 20 janvier`.
            written.month = Some(month);
        } else if written.month.is_some() && written.day.is_some() {
            written.read_zone(word)?;
        }
    }
    Some(written)
}

impl Written {
    /// A word that begins with digits: a time, a date or a part of one.
    fn read_digits(&mut self, word: &str, digits: usize) -> Option<()> {
        let (number, rest) = word.split_at_checked(digits)?;
        if word.contains(':') {
            return self.read_time(word);
        }
        if self.read_dotted(word).is_some() {
            return Some(());
        }
        let is_time = digits < 3 && self.day.is_some() && rest.starts_with('.');
        if is_time { self.read_time(word) } else { self.read_number(number) }
    }

    /// `20.11.2026`, or `20.11.26` where no day was read before.
    fn read_dotted(&mut self, word: &str) -> Option<()> {
        let parts: Vec<&str> = word.split('.').collect();
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

/// `20-Nov-2026` is three words, `-0500` is one.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let joined = word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains(':');
    word.split(move |c: char| joined && (c == '-' || c == '/'))
}

fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    (1..).zip(MONTHS).find(|(_, names)| names.iter().any(|name| word.starts_with(name))).map(|(month, _)| month)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dates_are_read_however_they_are_written() {
        for (written, instant) in [
            ("2026-11-20T08:58:12.117Z", "2026-11-20T08:58:12.117Z"),
            ("2026-11-20T08:00:00+01:00", "2026-11-20T07:00:00Z"),
            ("2026-11-20T08:00:00+0100", "2026-11-20T07:00:00Z"),
            ("2026-11-20 02:00:00", "2026-11-20T02:00:00Z"),
            ("2026-11-20T02:00:00", "2026-11-20T02:00:00Z"),
            ("2026-11-20 02:00:00 CET", "2026-11-20T01:00:00Z"),
            ("2026/11/20", "2026-11-20T00:00:00Z"),
            ("2026-11", "2026-11-01T00:00:00Z"),
            ("Fri, 20 Nov 2026 08:00:00 GMT", "2026-11-20T08:00:00Z"),
            ("Mon, 20 Nov 2026 08:00:00 PST", "2026-11-20T16:00:00Z"),
            ("Fr, 20 Nov. 2026 08:00:00 +0100", "2026-11-20T07:00:00Z"),
            ("Fr., 20. Dezember 2026 08:00 MEZ", "2026-12-20T07:00:00Z"),
            ("fre. 20 okt. 2026 08:00:00 +0200", "2026-10-20T06:00:00Z"),
            ("lør, 2 des 2026 08:00:00 +0100", "2026-12-02T07:00:00Z"),
            ("mar, 20 janv. 2026 08:00:00 +0100", "2026-01-20T07:00:00Z"),
            ("20 juil. 2026 08:00:00 GMT+2", "2026-07-20T06:00:00Z"),
            ("20 Nov 26 08:00 UT", "2026-11-20T08:00:00Z"),
            ("Fri, 20 Nov 2026 08:00:00 -0000", "2026-11-20T08:00:00Z"),
            ("Fri, 20 Nov 2026 24:00:00 +0000", "2026-11-21T00:00:00Z"),
            ("2025-10-05T24:00:00Z", "2025-10-06T00:00:00Z"),
            ("2025-12-31 24:00 CET", "2025-12-31T23:00:00Z"),
            ("20251005T100000Z", "2025-10-05T10:00:00Z"),
            ("20251005T100000.5+0200", "2025-10-05T08:00:00Z"),
            ("20251005T1000-05", "2025-10-05T15:00:00Z"),
            ("20251005", "2025-10-05T00:00:00Z"),
            ("2025-10-05T100000Z", "2025-10-05T10:00:00Z"),
            ("2026-11-20 08:00 XYZ", "2026-11-20T08:00:00Z"),
            ("Fri, 20 Nov 2026 08:00:00 IST", "2026-11-20T08:00:00Z"),
            ("Fri Nov 20 08:00:00 AEDT 2026", "2026-11-20T08:00:00Z"),
            ("2026-11-20 08:00:00 Europe/Oslo", "2026-11-20T08:00:00Z"),
            ("20. November 2026 um 08:00 Uhr", "2026-11-20T08:00:00Z"),
            ("20. november 2026 kl. 08.00 CET", "2026-11-20T07:00:00Z"),
            ("mardi 20 janvier 2026 08:00", "2026-01-20T08:00:00Z"),
            ("martes, 20 de enero de 2026 08:00 GMT", "2026-01-20T08:00:00Z"),
            ("28.11.2026 10:00", "2026-11-28T10:00:00Z"),
            ("Sa, 28.11.2026 10.00 +0100", "2026-11-28T09:00:00Z"),
            ("mardi 3.2.26", "2026-02-03T00:00:00Z"),
            ("28.11.2026", "2026-11-28T00:00:00Z"),
            ("Sat, 28 Nov 2026 10.00.00 +0100", "2026-11-28T09:00:00Z"),
            ("2026-11-28 10.30", "2026-11-28T10:30:00Z"),
            ("28 Nov 2026 10.30pm", "2026-11-28T22:30:00Z"),
            ("Fri, 20 Nov 2026 8:05:00 +0100 (CET)", "2026-11-20T07:05:00Z"),
            ("Fri Nov 20 08:00:00 EST 2026", "2026-11-20T13:00:00Z"),
            ("November 20th, 2026 8:00 pm", "2026-11-20T20:00:00Z"),
            ("Nov 20, 2026 12:30 AM", "2026-11-20T00:30:00Z"),
            ("20-Nov-2026 08:00:00", "2026-11-20T08:00:00Z"),
            ("Tue, 01 Dec 98 10:00:00 -0500", "1998-12-01T15:00:00Z"),
        ] {
            let read = parse(written).map(|read| read.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
            assert_eq!(read.as_deref(), Some(instant), "{written}");
        }
    }

    #[test]
    fn what_is_not_legible_is_no_date() {
        let long = "9".repeat(5_000);
        for text in [
            "",
            "yesterday",
            "Nov 2026",
            "20 2026",
            "2026-13-01",
            "32 Nov 2026",
            "2026-11-20T25:00:00",
            "20 Nov 2026 08:00 +9900",
            "2026-11-20 08:00 0100",
            "31.13.2026",
            "28.11.2026 10.61",
            "28.11.",
            "20261301",
            "20261120T2500",
            "2026-11-20 10.5",
            "99999999999 Nov 2026",
            "2026-11-20T08:00:00+99999999999",
            &long,
            "é\u{301}:,",
            "1:2",
            "(",
            "+",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
