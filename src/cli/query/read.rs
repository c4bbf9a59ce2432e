//! Reading a query that stands on the command line, and showing where it is wrong.

use anyhow::Result;

use crate::cli::options::ConfigOption;
use crate::query::{Context, Query, QueryFault, Scope};

/// Characters of an expression that are shown around a fault.
const SHOWN: usize = 96;
/// How many of them stand in front of it where the expression is longer.
const BEFORE: usize = 64;
/// What stands where something was left out.
const LEFT_OUT: char = '…';

/// Reads an expression. It can name what the configuration names, if there is one.
///
/// # Errors
/// When the configuration cannot be read. The inner error is the fault of the expression, in words.
pub fn read(expression: &str, scope: Scope, config: &ConfigOption) -> Result<Result<Query, String>> {
    let library = config.load_library()?;
    let context = Context { scope, library: Some(&library), ..Context::default() };
    Ok(Query::parse_in(expression, &context).map_err(|fault| pointed(expression, &fault)))
}

/// A fault with the expression and a caret below its place.
pub fn pointed(expression: &str, fault: &QueryFault) -> String {
    let one_line = |c: char| if c.is_whitespace() || c.is_control() { ' ' } else { c };
    let letters: Vec<char> = expression.chars().map(one_line).collect();
    let at = fault.column.saturating_sub(1).min(letters.len());
    let start = if letters.len() > SHOWN { at.saturating_sub(BEFORE).min(letters.len() - SHOWN) } else { 0 };
    let mut shown: Vec<char> = letters.into_iter().skip(start).collect();
    if start > 0 {
        shown.first_mut().into_iter().for_each(|first| *first = LEFT_OUT);
    }
    if shown.len() > SHOWN {
        shown.truncate(SHOWN - 1);
        shown.push(LEFT_OUT);
    }
    let shown: String = shown.into_iter().collect();
    format!("  {}\n  {:>width$}\n{fault}", shown.trim_end(), '^', width = at - start + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(column: usize) -> QueryFault {
        QueryFault { column, message: "no".to_owned(), hint: "yes".to_owned() }
    }

    /// The line of the expression, and the character above the caret.
    fn shown(expression: &str, column: usize) -> (String, Option<char>) {
        let text = pointed(expression, &fault(column));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2..], [&format!("column {column}: no"), "  hint: yes"], "{text}");
        let at = lines[1].chars().position(|c| c == '^').unwrap();
        (lines[0].to_owned(), lines[0].chars().nth(at))
    }

    #[test]
    fn the_caret_stands_below_the_fault() {
        assert_eq!(shown("acme OR", 6), ("  acme OR".to_owned(), Some('O')));
        assert_eq!(shown("æøå\n\"x", 5), ("  æøå \"x".to_owned(), Some('"')));
        assert_eq!(shown("acme OR ", 9), ("  acme OR".to_owned(), None), "what is missing is behind the end");
        assert_eq!(shown("", 1), ("  ".to_owned(), None));
    }

    #[test]
    fn of_a_long_expression_the_part_around_the_fault_is_shown() {
        let long = format!("{}!{}", "a".repeat(200), "b".repeat(200));
        let (line, above) = shown(&long, 201);
        assert_eq!(above, Some('!'));
        assert_eq!(line.chars().count(), SHOWN + 2);
        assert!(line.starts_with("  …aaa") && line.ends_with("bbb…"), "{line}");
        let (line, above) = shown(&long, 402);
        assert!(above.is_none() && line.starts_with("  …b") && line.ends_with('b'), "{line}");
        let (line, above) = shown(&long, 1);
        assert!(above == Some('a') && line.starts_with("  aa") && line.ends_with('…'), "{line}");
    }
}
