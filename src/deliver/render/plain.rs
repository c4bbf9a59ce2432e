//! Plain text: what is dangerous or invisible taken out, what is long cut, lines wrapped. Pure.

/// Longest line of a text, in characters, as RFC 5322 asks for.
const WIDTH: usize = 78;

/// Makes one line of a text that somebody else wrote: control characters, line ends and the marks that turn the reading
/// direction (and with it the meaning) are gone, white space is folded, and at most `longest` characters remain.
pub fn clean(text: &str, longest: usize) -> String {
    // What comes after this many characters cannot be shown anyhow.
    let start = text.chars().take(longest.saturating_mul(4));
    let seen: String = start.map(|c| if is_break(c) { ' ' } else { c }).filter(|c| !is_unseen(*c)).collect();
    let line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(line, longest)
}

/// The first characters of a line, at a word border if there is one near; an ellipsis says that there was more.
fn cut(line: String, longest: usize) -> String {
    if line.chars().count() <= longest {
        return line;
    }
    let kept = longest.saturating_sub(1);
    let start: String = line.chars().take(kept).collect();
    let ends_a_word = line.chars().nth(kept).is_some_and(char::is_whitespace);
    let whole = start.rsplit_once(' ').map(|(whole, _)| whole);
    let whole = whole.filter(|whole| !ends_a_word && whole.len() * 2 > start.len());
    format!("{}…", whole.unwrap_or(&start).trim_end())
}

fn is_break(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}')
}

/// Marks without a shape: bidirectional controls and others that only hide things. The joiners stay, since emoji and
/// Persian need them.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

/// Breaks lines that are too long between words; what follows is indented like the line itself. Takes out spaces at
/// line ends and all but one of several empty lines.
pub fn wrap(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
        } else if line.chars().count() <= WIDTH {
            lines.push(line.to_owned());
        } else {
            wrap_line(line, &mut lines);
        }
    }
    format!("{}\n", lines.join("\n").trim_end())
}

fn wrap_line(line: &str, lines: &mut Vec<String>) {
    let text = line.trim_start_matches([' ', '-']);
    let hanging = line.chars().count() - text.chars().count();
    let (mut current, mut width) = (line.chars().take(hanging).collect::<String>(), hanging);
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > hanging && width + 1 + length > WIDTH {
            lines.push(std::mem::replace(&mut current, " ".repeat(hanging)));
            width = hanging;
        }
        if width > hanging {
            current.push(' ');
            width += 1;
        }
        current.push_str(word);
        width += length;
    }
    lines.push(current);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_one_line_without_tricks() {
        assert_eq!(clean("a\r\nBcc: x@y.example\t\0b\u{85}c\u{2028}d", 99), "a Bcc: x@y.example b c d");
        assert_eq!(clean("gro.\u{202e}elpmaxe\u{2066}\u{200f} \u{feff}end", 99), "gro.elpmaxe end");
        assert_eq!(clean("👩‍👧 æøå ß שלום", 99), "👩‍👧 æøå ß שלום");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(clean("one two three four", 14), "one two three…");
        assert_eq!(clean(&"x".repeat(500), 10), "xxxxxxxxx…");
        assert_eq!(clean(&"\0".repeat(1_000_000), 10), "");
    }

    #[test]
    fn lines_are_wrapped_under_their_own_beginning() {
        let text = format!("{}\n\n\n\n  - {}\nshort  \n", "word ".repeat(20), "more ".repeat(20));
        let wrapped = wrap(&text);
        assert!(wrapped.lines().all(|line| line.chars().count() <= WIDTH && line == line.trim_end()), "{wrapped}");
        assert!(wrapped.contains("word\n\n  - more more"), "{wrapped}");
        assert!(wrapped.contains("more\n    more"), "{wrapped}");
        assert!(wrapped.ends_with("\nshort\n"), "{wrapped}");
    }

    #[test]
    fn an_address_is_never_broken() {
        let address = format!("https://example.org/{}", "x".repeat(200));
        assert_eq!(wrap(&format!("  see {address} there")), format!("  see\n  {address}\n  there\n"));
    }
}
