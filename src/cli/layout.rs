//! A text laid out for people: in lines of some width behind a margin, with what matters in it coloured. Pure.

use std::fmt::Write as _;
use std::ops::Range;

use anstyle::Style;

use crate::model::text::is_unseen;

/// Characters of a line of the text.
pub const WIDTH: usize = 79;

/// Writes a text where a page is at column `margin` already: all lines but the first begin behind it. `marked` are bytes
/// of the text and how they look; of two that overlap, the one that begins first is shown. White space is one space, and
/// what has no shape is left out.
pub fn write_text(page: &mut String, margin: usize, text: &str, marked: Vec<(Range<usize>, Style)>) {
    for (number, line) in lines(&letters(parts(text, marked))).enumerate() {
        if number > 0 {
            let _ = write!(page, "\n{:margin$}", "");
        }
        write_line(page, line);
    }
}

/// The characters of a text that are shown.
pub fn seen(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !is_unseen(*c)).map(|c| if c.is_whitespace() { ' ' } else { c })
}

/// The text in parts that look alike, from the left to the right.
fn parts(text: &str, mut marked: Vec<(Range<usize>, Style)>) -> Vec<(&str, Style)> {
    marked.sort_by_key(|(range, _)| (range.start, range.end));
    let mut parts = Vec::new();
    let mut at = 0;
    for (range, style) in marked {
        if let Some((plain, word)) = text.get(at..range.start).zip(text.get(range.clone())) {
            parts.extend([(plain, Style::new()), (word, style)]);
            at = range.end;
        }
    }
    parts.extend(text.get(at..).map(|rest| (rest, Style::new())));
    parts
}

fn letters(parts: Vec<(&str, Style)>) -> Vec<(char, Style)> {
    let mut letters: Vec<(char, Style)> = Vec::new();
    for (part, style) in parts {
        for c in seen(part) {
            if c != ' ' || letters.last().is_some_and(|(last, _)| *last != ' ') {
                letters.push((c, style));
            }
        }
    }
    if letters.last().is_some_and(|(last, _)| *last == ' ') {
        letters.pop();
    }
    letters
}

/// Lines of at most [`WIDTH`] characters, broken between words where that is possible.
fn lines(letters: &[(char, Style)]) -> impl Iterator<Item = &[(char, Style)]> {
    let is_space = |letter: &(char, Style)| letter.0 == ' ';
    let mut rest = letters;
    std::iter::from_fn(move || {
        let line = match rest.get(..=WIDTH) {
            None => rest,
            Some(most) => {
                let end = most.iter().rposition(is_space).filter(|end| *end > 0).unwrap_or(WIDTH);
                rest.get(..end)?
            }
        };
        let behind = rest.get(line.len()..)?;
        rest = behind.split_first().filter(|(first, _)| is_space(first)).map_or(behind, |(_, behind)| behind);
        (!line.is_empty()).then_some(line)
    })
}

fn write_line(page: &mut String, line: &[(char, Style)]) {
    for run in line.chunk_by(|(_, one), (_, other)| one == other) {
        let style = run.first().map_or_else(Style::new, |(_, style)| *style);
        let _ = write!(page, "{style}");
        page.extend(run.iter().map(|(c, _)| *c));
        let _ = write!(page, "{style:#}");
    }
}

#[cfg(test)]
mod tests {
    use anstyle::AnsiColor;

    use super::*;

    fn shown(text: &str, marked: &[(Range<usize>, Style)]) -> String {
        let mut page = String::new();
        write_text(&mut page, 3, text, marked.to_vec());
        page
    }

    #[test]
    fn a_long_text_goes_on_below_itself() {
        let page = shown(&format!(" {} end\n", "word ".repeat(40).trim_end()), &[]);
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines.len(), 3, "{page}");
        assert!(lines[0].chars().count() <= WIDTH && lines[1].chars().count() <= WIDTH + 3, "{page}");
        assert!(lines[0].starts_with("word") && lines[1].starts_with("   word"), "{page}");
        assert!(page.ends_with("word end"), "{page}");
        let page = shown(&"ø".repeat(2 * WIDTH + 1), &[]);
        let lengths: Vec<usize> = page.lines().map(|line| line.matches('ø').count()).collect();
        assert_eq!(lengths, [WIDTH, WIDTH, 1]);
    }

    #[test]
    fn what_moves_the_cursor_is_left_out() {
        assert_eq!(shown("a\u{1b}[31m  b\t\r\u{202e}c", &[]), "a[31m b c");
        assert_eq!(shown(" \u{200b}", &[]), "");
    }

    #[test]
    fn places_are_marked_each_once() {
        let red = AnsiColor::Red.on_default();
        let (on, off) = (red.to_string(), format!("{red:#}"));
        let marked = [(8..11, red), (0..3, red), (1..5, red), (9..10, red)];
        assert_eq!(shown("one two øre", &marked), format!("{on}one{off} two {on}ør{off}e"));
        assert_eq!(shown("øre", &[(1..2, red), (2..9, red)]), "øre", "no bytes of the text");
    }
}
