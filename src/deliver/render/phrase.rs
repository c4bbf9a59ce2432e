//! Numbers and lists as people write them. Pure.

use chrono_tz::Tz;

/// `1 mention`, `1,204 mentions`, `no mentions`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(number)),
    }
}

/// `1,204`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with its sign, for scores and weights: `+0.40`, `−0.82`, `0.00`.
pub fn signed(number: f64, digits: usize) -> String {
    let shown = format!("{:.digits$}", number.abs());
    match number {
        _ if shown.chars().all(|c| matches!(c, '0' | '.')) => shown,
        _ if number < 0.0 => format!("−{shown}"),
        _ => format!("+{shown}"),
    }
}

/// `12%`, `1.2%`, `0.04%`: the fewer, the finer.
pub fn percent(number: f64) -> String {
    let shown = match number {
        _ if number >= 10.0 || number == 0.0 => format!("{number:.0}"),
        _ if number >= 1.0 => format!("{number:.1}"),
        _ if number >= 0.005 => format!("{number:.2}"),
        _ => return "less than 0.01%".to_owned(),
    };
    format!("{shown}%")
}

/// A zone by its IANA name; UTC for names that are not known.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// A word of a command line as a shell reads it back: `skiphop`, `"Skip Hop"`.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | ':');
    if !word.is_empty() && word.chars().all(is_plain) && !word.starts_with('-') {
        word.to_owned()
    } else if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', r"'\''"))
    } else {
        format!("\"{word}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [0, 1, 2, 1_000, 1_234_567].map(|n| count(n, "mention", "mentions")),
            ["no mentions", "1 mention", "2 mentions", "1,000 mentions", "1,234,567 mentions"]
        );
        assert_eq!([-0.824, 0.4, 0.001, -0.001].map(|n| signed(n, 2)), ["−0.82", "+0.40", "0.00", "0.00"]);
        assert_eq!(
            [100.0, 12.4, 1.25, 0.04, 0.001, 0.0].map(percent),
            ["100%", "12%", "1.2%", "0.04%", "less than 0.01%", "0%"]
        );
    }

    #[test]
    fn a_shell_reads_the_word_back() {
        let words = ["skiphop", "Skip Hop", "Children's Place", "$HOME \"x\"", "it's `id`", "", "-x"].map(quoted);
        let read =
            ["skiphop", "\"Skip Hop\"", "\"Children's Place\"", "'$HOME \"x\"'", r"'it'\''s `id`'", "\"\"", "\"-x\""];
        assert_eq!(words, read);
    }
}
