//! Text of strangers made fit to be shown: nothing in it moves a cursor, turns the direction of writing or hides. Pure.
//! Where words are looked for in a text is not its matter: `query` and `sentiment` say themselves what they pass over.

/// Most characters of an address that is shown.
const LONGEST_ADDRESS: usize = 300;
/// What stands where something was left out.
const LEFT_OUT: &str = " …";

/// Whether a character has no shape and is no white space: control characters, marks that turn the direction of writing,
/// what has no width, and what is no character. The joiners are none of them, since emoji and Persian need them.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// A text that is not for reading, such as an id, without control characters.
#[must_use]
pub fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A web address without what stands behind its `?`, which may be a secret, and in one line.
#[must_use]
pub fn without_query(address: &str) -> String {
    match address.split_once('?') {
        Some((start, _)) => format!("{}?…", one_line(start, LONGEST_ADDRESS)),
        None => one_line(address, LONGEST_ADDRESS),
    }
}

/// A text in one line of at most `longest` characters: without what is unseen, white space folded, and cut at a word
/// border if there is one near, with ` …` behind. One that is fit already stays as it is.
#[must_use]
pub fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let (mut length, mut gap) = (0, false);
    for c in text.chars().filter(|c| !is_unseen(*c)) {
        if c.is_whitespace() {
            gap = length > 0;
            continue;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
            length += 1;
        }
        if length >= longest {
            return shortened(&line, longest);
        }
        line.push(c);
        length += 1;
    }
    line
}

/// The first characters of a line that goes on.
fn shortened(line: &str, longest: usize) -> String {
    let kept = longest.saturating_sub(LEFT_OUT.chars().count());
    let start: String = line.chars().take(kept).collect();
    let ends_a_word = line.chars().nth(kept).is_some_and(char::is_whitespace);
    let whole = start.rsplit_once(' ').map(|(whole, _)| whole);
    let whole = whole.filter(|whole| !ends_a_word && whole.len() * 2 > start.len());
    format!("{}{LEFT_OUT}", whole.unwrap_or(&start).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_one_line_without_tricks() {
        for (text, line) in [
            ("a\r\nBcc: x@y.example\t\0b\u{85}c\u{2028}d", "a Bcc: x@y.example b c d"),
            (" too\r\n\tmany \u{1b}[31m\u{202e}requests\0 ", "too many [31mrequests"),
            ("gro.\u{202e}elpmaxe\u{2066}\u{200f}\u{61c} \u{feff}end", "gro.elpmaxe end"),
            ("a \u{200b} b\u{9b}c", "a bc"),
            ("\u{200b}\u{feff}", ""),
            ("👩‍👧 æøå ß שלום می\u{200c}خواهم", "👩‍👧 æøå ß שלום می\u{200c}خواهم"),
        ] {
            assert_eq!(one_line(text, 99), line, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        for (text, line) in [
            ("one two three four", "one two three …"),
            ("one two threefour", "one two …"),
            ("one two three f", "one two three f"),
            ("one two three f \u{200b} ", "one two three f"),
            ("one two three fo", "one two three …"),
            ("one twothreefour", "one twothreef …"),
        ] {
            assert_eq!(one_line(text, 15), line, "{text:?}");
        }
        assert_eq!(one_line(&"ø".repeat(10), 10), "ø".repeat(10));
        assert_eq!(one_line(&"ø".repeat(500), 10), format!("{} …", "ø".repeat(8)));
        assert_eq!(one_line(&"\0 ".repeat(1_000_000), 10), "");
    }

    #[test]
    fn what_is_fit_stays_as_it_is() {
        for text in ["word ".repeat(100), "x".repeat(100), format!("{} y", "x".repeat(40))] {
            for longest in [3, 10, 40, 41, 42] {
                let once = one_line(&text, longest);
                assert!(once.chars().count() <= longest, "{once}");
                assert_eq!(one_line(&once, longest), once);
            }
        }
    }
}
