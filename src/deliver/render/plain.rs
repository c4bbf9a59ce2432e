//! The lines of a plain text part. Pure.

/// Longest line of a text, in characters, as RFC 5322 asks for.
const WIDTH: usize = 78;

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
