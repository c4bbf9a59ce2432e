//! Durations (`30s`, `5 min`, `4h`, `7d`) and sizes (`10 MiB`) as people write them. Pure.

use std::time::Duration;

const TIMES: [(&str, u64); 17] = [
    ("s", 1),
    ("sec", 1),
    ("second", 1),
    ("seconds", 1),
    ("m", 60),
    ("min", 60),
    ("minute", 60),
    ("minutes", 60),
    ("h", 3600),
    ("hour", 3600),
    ("hours", 3600),
    ("d", 86_400),
    ("day", 86_400),
    ("days", 86_400),
    ("w", 604_800),
    ("week", 604_800),
    ("weeks", 604_800),
];

const SIZES: [(&str, u64); 7] = [
    ("B", 1),
    ("kB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

/// Reads a duration: whole numbers with units, added up (`1h 30min`). `None` for anything else, and for a number
/// without a unit unless it is 0.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut total: u64 = 0;
    let mut parts = 0;
    while !rest.is_empty() {
        let (amount, behind) = quantity(rest, &TIMES, |given, unit| given == unit)?;
        total = total.checked_add(amount)?;
        rest = behind.trim_start();
        parts += 1;
    }
    (parts > 0).then(|| Duration::from_secs(total))
}

/// Reads a size in bytes; letter case does not matter. `None` for anything else.
#[must_use]
pub fn bytes(text: &str) -> Option<u64> {
    let (amount, rest) = quantity(text.trim(), &SIZES, str::eq_ignore_ascii_case)?;
    rest.is_empty().then_some(amount)
}

/// The number and unit at the start of a text, multiplied, and what follows them.
fn quantity<'a>(text: &'a str, units: &[(&str, u64)], same: fn(&str, &str) -> bool) -> Option<(u64, &'a str)> {
    let (digits, rest) = text.split_at_checked(text.find(|c: char| !c.is_ascii_digit())?)?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (given, rest) = rest.split_at_checked(end)?;
    let factor = units.iter().find(|(unit, _)| same(given, unit))?.1;
    Some((digits.parse::<u64>().ok()?.checked_mul(factor)?, rest))
}

/// A duration in the largest unit that divides it: `90m`, `7d`.
#[must_use]
pub fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (unit, factor) = [("d", 86_400), ("h", 3600), ("m", 60)]
        .into_iter()
        .find(|(_, factor)| seconds > 0 && seconds.is_multiple_of(*factor))
        .unwrap_or(("s", 1));
    format!("{}{unit}", seconds / factor)
}

/// A size in the largest binary unit that divides it: `10 MiB`.
#[must_use]
pub fn bytes_text(bytes: u64) -> String {
    let (unit, factor) = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        .into_iter()
        .find(|(_, factor)| bytes > 0 && bytes.is_multiple_of(*factor))
        .unwrap_or(("B", 1));
    format!("{} {unit}", bytes / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("30s", Some(30)),
            ("5 min", Some(300)),
            ("4h", Some(14_400)),
            ("7d", Some(604_800)),
            ("1h 30min", Some(5_400)),
            ("1h30m", Some(5_400)),
            ("2 weeks", Some(1_209_600)),
            ("0", Some(0)),
            (" 10s ", Some(10)),
            ("", None),
            ("30", None),
            ("s", None),
            ("1.5h", None),
            ("-5s", None),
            ("5 parsecs", None),
            ("5S", None),
            ("١s", None),
            ("99999999999999999999s", None),
            ("18446744073709551615s 1s", None),
            ("9223372036854775807w", None),
        ] {
            assert_eq!(duration(text).map(|duration| duration.as_secs()), seconds, "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, size) in [
            ("10 MiB", Some(10 << 20)),
            ("512kib", Some(512 << 10)),
            ("1 MB", Some(1_000_000)),
            ("7B", Some(7)),
            ("10", None),
            ("10 MiB or so", None),
            ("MiB", None),
        ] {
            assert_eq!(bytes(text), size, "{text}");
        }
    }

    #[test]
    fn what_is_printed_can_be_read_again() {
        for seconds in [0, 1, 59, 60, 90, 3_600, 5_400, 86_400, 604_800] {
            let written = duration_text(Duration::from_secs(seconds));
            assert_eq!(duration(&written), Some(Duration::from_secs(seconds)), "{written}");
        }
        for size in [1, 1_000, 1 << 10, 3 << 20, 1 << 30] {
            assert_eq!(bytes(&bytes_text(size)), Some(size));
        }
    }
}
