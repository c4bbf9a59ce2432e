//! Text -> TOML, with every syntax fault reported and as much as possible read in spite of it. Knows no key.

use toml::Spanned;
use toml::de::{DeTable, Error};

use super::fault::{Fault, Findings};
use super::reader::Reader;

/// How often a file is read again without a line that stopped the parser.
const ATTEMPTS: usize = 50;

/// What the parser says when a line stops it, so that nothing below is read.
const STOPS: &str = "key with no value";

/// What it says when the end of a value is lost, so that it takes the lines below for a part of it.
const SWALLOWS: [&str; 5] =
    ["missing comma", "unclosed array,", "unclosed inline table", "invalid multi-line", "unexpected `=` in array"];

/// What it says when keys were lost, so that nothing can be called missing.
const LOSES: [&str; 8] = [
    STOPS,
    "missing",
    "unclosed",
    "unexpected content",
    "unexpected key",
    "unexpected `=`",
    "invalid key-value",
    "invalid multi-line",
];

/// Parses `text`; `read` is given the table of what could be read. What it finds in lines that are not TOML, or that
/// were swallowed by a value without an end, is dropped: the fault that counts there is the syntax.
pub(super) fn parse<T>(
    file: &str,
    text: &str,
    findings: &mut Findings,
    read: impl FnOnce(&DeTable<'_>, &mut Findings) -> T,
) -> T {
    let mut readable = text.to_owned();
    let mut errors: Vec<Error> = Vec::new();
    for _ in 0..ATTEMPTS {
        let found = DeTable::parse_recoverable(&readable).1;
        let Some(stopped) = found.iter().find(|error| error.message().starts_with(STOPS)) else { break };
        let stopped_at = stopped.span().unwrap_or_default().start;
        readable = without_line(&readable, stopped_at);
        errors.push(stopped.clone());
    }
    let (table, found) = DeTable::parse_recoverable(&readable);
    errors.extend(found);

    let mut broken = faults(file, text, errors);
    let swallowed =
        broken.iter().find(|(error, _)| starts_with_any(error, &SWALLOWS)).map(|(_, fault)| fault.place.line);
    if let Some(line) = swallowed {
        broken.retain(|(_, fault)| fault.place.line <= line);
    }
    if broken.iter().any(|(error, _)| starts_with_any(error, &LOSES)) {
        findings.mark_unread();
    }

    let outcome = read(Spanned::get_ref(&table), findings);
    findings.forget_lines(|line| {
        swallowed.is_some_and(|first| line >= first) || broken.iter().any(|(_, fault)| fault.place.line == line)
    });
    for (_, Fault { place, message, hint }) in broken {
        findings.add(&place, message, hint.unwrap_or_default());
    }
    outcome
}

/// The text with the line of a byte blanked out, all other bytes staying where they are.
fn without_line(text: &str, offset: usize) -> String {
    let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(offset..).and_then(|behind| behind.find('\n')).map_or(text.len(), |length| offset + length);
    let (before, behind) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    format!("{before}{}{behind}", " ".repeat(end - start))
}

fn starts_with_any(message: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| message.starts_with(beginning))
}

/// The first fault of each line, with what the parser called it.
fn faults(file: &str, text: &str, errors: Vec<Error>) -> Vec<(String, Fault)> {
    let mut nothing = Findings::default();
    let reader = Reader::new(file, text, &mut nothing);
    let mut faults: Vec<(String, Fault)> = errors
        .into_iter()
        .map(|error| {
            let span = error.span().unwrap_or_default();
            let place = reader.place(span.start, String::new());
            let (message, hint) = in_our_words(error.message(), text.get(span).unwrap_or_default());
            (error.message().to_owned(), Fault { place, message, hint })
        })
        .collect();
    faults.sort_by_key(|(_, fault)| (fault.place.line, fault.place.column));
    faults.dedup_by_key(|(_, fault)| fault.place.line);
    faults
}

fn in_our_words(message: &str, at: &str) -> (String, Option<String>) {
    let hint = match message {
        "duplicate key" => {
            let hint = match at {
                "brand" | "source" | "rule" | "query" | "set" | "digest" => {
                    format!("write `[[{at}]]`, with two brackets, each time")
                }
                _ => "keep one of them".to_owned(),
            };
            return (format!("the key `{}` stands twice", at.escape_debug()), Some(hint));
        }
        _ if message.starts_with("string values must be quoted") => {
            return ("text needs quotes".to_owned(), Some("write it as `\"...\"`".to_owned()));
        }
        _ if message.starts_with(STOPS) => "write `key = value`, or `#` in front of a comment",
        _ if starts_with_any(message, &SWALLOWS) => "is the value that starts here or above closed?",
        _ => return (message.to_owned(), None),
    };
    (message.to_owned(), Some(hint.to_owned()))
}
