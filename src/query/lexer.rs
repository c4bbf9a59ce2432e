//! A query's words and signs, each with its place. It refuses signs that have no meaning yet instead of reading them
//! as words, so that a query never changes its meaning when the language grows.

use super::dictionary::literal;
use super::syntax::{Manner, QueryFault, Span};

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, or a phrase without its quotes, or either with its sign taken off.
    Term(String, Manner),
    And,
    Or,
    /// `NOT`, or `-` directly before a term.
    Not,
    Open,
    Close,
}

/// Fewer letters before `*` would find too much.
const SHORTEST_PREFIX: usize = 4;

const FIELDS: &str = "title: text: url: author: site: links: tag: source: type: lang: tone: score: rating: reach: \
                      engagement: age: date: kind: severity: is: has: case: query: set:";

/// Cuts `query` into tokens.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, QueryFault> {
    let mut tokens = Vec::new();
    let mut rest = query.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        let after = start + c.len_utf8();
        let single = |kind| Token { kind, span: Span { start, end: after } };
        if c.is_whitespace() {
            continue;
        } else if c == '(' {
            tokens.push(single(Kind::Open));
        } else if c == ')' {
            tokens.push(single(Kind::Close));
        } else if is_quote(c) {
            let closed = rest.by_ref().find(|(_, c)| is_quote(*c));
            let Some((end, quote)) = closed else {
                return Err(fault(query, start, "this quote is never closed", "write `\"` after the last word"));
            };
            let phrase = query.get(after..end).unwrap_or_default();
            if phrase.trim().is_empty() {
                return Err(fault(query, start, "this phrase is empty", "write words between the quotes"));
            }
            if let Some((at, '~')) = rest.peek() {
                return Err(not_yet(query, *at, "`~`", "leave `~` and the number out"));
            }
            let span = Span { start, end: end + quote.len_utf8() };
            tokens.push(Token { kind: Kind::Term(phrase.trim().to_owned(), Manner::Word), span });
        } else if c == '`' {
            let Some((end, _)) = rest.by_ref().find(|(_, c)| *c == '`') else {
                return Err(fault(
                    query,
                    start,
                    "this backtick is never closed",
                    "write `` ` `` after the last character",
                ));
            };
            let exact = query.get(after..end).unwrap_or_default();
            if exact.is_empty() {
                return Err(fault(
                    query,
                    start,
                    "there is nothing between these backticks",
                    "write what is to be found",
                ));
            }
            let span = Span { start, end: end + 1 };
            tokens.push(Token { kind: Kind::Term(exact.to_owned(), Manner::Exact), span });
        } else if c == '-' {
            match rest.peek() {
                Some((_, next)) if !next.is_whitespace() && *next != ')' => tokens.push(single(Kind::Not)),
                _ => {
                    let hint = "write `-` directly before the word to exclude, or quote it: `\"-\"`";
                    return Err(fault(query, start, "nothing follows this `-`", hint));
                }
            }
        } else {
            let mut end = after;
            while let Some((at, c)) = rest.next_if(|(_, c)| !c.is_whitespace() && !is_quote(*c) && !"()".contains(*c)) {
                end = at + c.len_utf8();
            }
            let word = query.get(start..end).unwrap_or_default();
            tokens.push(Token { kind: read_word(query, start, word)?, span: Span { start, end } });
        }
    }
    Ok(tokens)
}

fn read_word(query: &str, start: usize, word: &str) -> Result<Kind, QueryFault> {
    let quote_it = format!("to find it as it stands, quote it: `\"{word}\"`");
    let refuse = |what: &str| Err(not_yet(query, start, what, &quote_it));
    match word {
        "AND" => return Ok(Kind::And),
        "OR" => return Ok(Kind::Or),
        "NOT" => return Ok(Kind::Not),
        "NEAR" | "ONEAR" => return refuse(&format!("`{word}`")),
        _ if word.starts_with("NEAR/") || word.starts_with("ONEAR/") => return refuse("`NEAR/n`"),
        _ => {}
    }
    for (sign, manner) in [('#', Manner::Tag), ('@', Manner::Handle)] {
        if let Some(name) = word.strip_prefix(sign) {
            if name.contains('*') {
                return Err(fault(query, start, "a hashtag or handle has no `*`", "write the whole name"));
            }
            return Ok(Kind::Term(name.to_owned(), manner));
        }
    }
    if word.starts_with('/') {
        return refuse("`/expression/`");
    }
    if word.contains('*') {
        return read_prefix(query, start, word);
    }
    if let Some((field, _)) = word.split_once(':')
        && !field.is_empty()
        && field.bytes().all(|b| b.is_ascii_alphabetic())
    {
        let known = FIELDS.split_whitespace().any(|known| known.trim_end_matches(':') == field);
        if known {
            return refuse(&format!("the field `{field}:`"));
        }
        return Err(fault(query, start, &format!("there is no field `{field}:`"), &quote_it));
    }
    Ok(Kind::Term(word.to_owned(), Manner::Word))
}

/// A word that ends with `*`.
fn read_prefix(query: &str, start: usize, word: &str) -> Result<Kind, QueryFault> {
    let refuse = |message: &str, hint: &str| Err(fault(query, start, message, hint));
    match word.strip_suffix('*') {
        _ if word.starts_with('*') => {
            refuse("no word can begin with `*`", "write the beginning of the word, with `*` behind it: `refund*`")
        }
        Some(prefix) if !prefix.contains('*') => {
            let letters = literal(prefix).map_or(0, |literal| literal.chars().count());
            if letters < SHORTEST_PREFIX {
                let message = format!("`{word}` is too short: it would find half of all words");
                return refuse(&message, "write four letters at least before the `*`");
            }
            Ok(Kind::Term(prefix.to_owned(), Manner::Prefix))
        }
        _ => refuse("`*` can only end a word", "write the beginning of the word, with `*` behind it: `refund*`"),
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟')
}

fn not_yet(query: &str, start: usize, what: &str, hint: &str) -> QueryFault {
    fault(query, start, &format!("{what} cannot be used in queries yet"), hint)
}

/// A fault at byte `start` of `query`.
pub(super) fn fault(query: &str, start: usize, message: &str, hint: &str) -> QueryFault {
    let column = query.get(..start).map_or(0, |before| before.chars().count()) + 1;
    QueryFault { column, message: message.to_owned(), hint: hint.to_owned() }
}
