//! What is the same in all languages: zones by their names, and words for a shell. Pure.

use chrono_tz::Tz;

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
    fn a_shell_reads_the_word_back() {
        let words = ["skiphop", "Skip Hop", "Children's Place", "$HOME \"x\"", "it's `id`", "", "-x"].map(quoted);
        let read =
            ["skiphop", "\"Skip Hop\"", "\"Children's Place\"", "'$HOME \"x\"'", r"'it'\''s `id`'", "\"\"", "\"-x\""];
        assert_eq!(words, read);
    }
}
