//! A query's words and signs, each with its place. A sign that cannot mean anything where it stands is refused instead
//! of read as a word; only behind a word signs such as commas are let pass. What a word may begin with stands in `leaf.rs`.

use super::fault::{QueryFault, fault};
use super::field::{Field, unknown_hint};
use super::fold::{Class, class};
use super::leaf;
use super::tree::{Manner, Span};
use crate::model::is_quote;

/// Words can stand so far apart for `NEAR` and `~`.
pub(super) const MAX_DISTANCE: u32 = 100;

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
    /// A phrase, and the number behind `~`.
    Loose(String, u32),
    /// What stands between slashes, and the flags.
    Regex(String, String),
    /// A field; its operand follows.
    Field(Field),
    /// The operand of a field that is no text, as it stands.
    Value(String),
    And,
    Or,
    /// `NOT`, or `-` directly before a term.
    Not,
    Near {
        distance: u32,
        ordered: bool,
    },
    Open,
    Close,
}

/// Cuts `query` into tokens.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, QueryFault> {
    let mut lexer = Lexer { query, at: 0, tokens: Vec::new() };
    while let Some(c) = lexer.peek() {
        lexer.token(c)?;
    }
    Ok(lexer.tokens)
}

struct Lexer<'q> {
    query: &'q str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'q> Lexer<'q> {
    fn token(&mut self, c: char) -> Result<(), QueryFault> {
        let start = self.at;
        match c {
            _ if c.is_whitespace() => self.at += c.len_utf8(),
            '(' => self.sign(Kind::Open),
            ')' => self.sign(Kind::Close),
            '-' => {
                let next = self.rest().chars().nth(1);
                if next.is_none_or(|next| next.is_whitespace() || next == ')') {
                    let hint = "write `-` directly before the word to exclude, or quote it: `\"-\"`";
                    return self.refuse(start, "nothing follows this `-`", hint);
                }
                self.sign(Kind::Not);
            }
            '`' => {
                let hint = "write `` ` `` after the last character";
                let exact = self.enclosed("this backtick is never closed", hint, |c| c == '`')?;
                if exact.trim().is_empty() {
                    let hint = "write what is to be found, character by character";
                    return self.refuse(start, "there is nothing between these backticks", hint);
                }
                self.push(start, Kind::Term(exact.to_owned(), Manner::Exact));
            }
            '/' => self.regex()?,
            _ if is_quote(c) => self.phrase()?,
            _ => self.word()?,
        }
        Ok(())
    }

    fn phrase(&mut self) -> Result<(), QueryFault> {
        let start = self.at;
        let phrase = self.enclosed("this quote is never closed", "write `\"` after the last word", is_quote)?.trim();
        if phrase.is_empty() {
            return self.refuse(start, "this phrase is empty", "write words between the quotes");
        }
        leaf::phrase(phrase).or_else(|(message, hint)| self.refuse(start, message, hint))?;
        if self.peek() != Some('~') {
            let begins = self.peek() == Some('*');
            self.at += usize::from(begins);
            let manner = if begins { Manner::Prefix } else { Manner::Words };
            self.push(start, Kind::Term(phrase.to_owned(), manner));
            return Ok(());
        }
        let sign = self.at;
        self.at += 1;
        let number = self.take_while(|c| !c.is_whitespace() && !ends_word(c));
        let distance = self.distance(sign, "~", number, &format!("\"{phrase}\"~5"))?;
        self.push(start, Kind::Loose(phrase.to_owned(), distance));
        Ok(())
    }

    /// The number of words behind `~`, `NEAR/` or `ONEAR/`.
    fn distance(&self, at: usize, sign: &str, number: &str, example: &str) -> Result<u32, QueryFault> {
        let hint = format!("write how many other words may stand between: `{example}`");
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        match number.parse() {
            Ok(distance) if digits && distance <= MAX_DISTANCE => Ok(distance),
            _ if digits => {
                let slash = if sign == "~" { "" } else { "/" };
                let message = format!("`{sign}{slash}{number}` is too far: at most {MAX_DISTANCE} words");
                self.refuse(at, message, "to find both anywhere in the entry, leave it out")
            }
            _ => self.refuse(at, format!("no number follows this `{sign}`"), hint),
        }
    }

    fn regex(&mut self) -> Result<(), QueryFault> {
        let start = self.at;
        self.at += 1;
        let mut source = String::new();
        loop {
            let Some(c) = self.take() else {
                let hint = "write `/` after the expression, or quote it to find it as it stands";
                return self.refuse(start, "this expression is never closed", hint);
            };
            match c {
                '/' => break,
                '\\' => match self.take() {
                    Some('/') => source.push('/'),
                    next => {
                        source.push(c);
                        source.extend(next);
                    }
                },
                _ => source.push(c),
            }
        }
        let flags_at = self.at;
        let flags = self.take_while(|c| !c.is_whitespace() && !ends_word(c)).to_owned();
        let mut sorted: Vec<char> = flags.chars().collect();
        sorted.sort_unstable();
        let twice = sorted.windows(2).any(|pair| pair.first() == pair.last());
        if twice || sorted.iter().any(|flag| !"ims".contains(*flag)) {
            let whole = self.query.get(start..self.at).unwrap_or_default();
            let hint =
                format!("`i`, `m` and `s` can follow, each once; to find it as it stands, quote it: `\"{whole}\"`");
            return self.refuse(flags_at, format!("`{flags}` are no flags of an expression"), hint);
        }
        if source.is_empty() {
            return self.refuse(start, "this expression is empty", "write it between the slashes: `/gr[ae]y/i`");
        }
        self.push(start, Kind::Regex(source, sorted.into_iter().collect()));
        Ok(())
    }

    fn word(&mut self) -> Result<(), QueryFault> {
        let start = self.at;
        let word = self.take_while(|c| !c.is_whitespace() && !ends_word(c));
        if let Some((name, _)) = word.split_once(':')
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphabetic())
        {
            return self.field(start, name, word);
        }
        let kind = self.read_word(start, word)?;
        self.push(start, kind);
        Ok(())
    }

    /// A field, and the operand as it stands if it is not read like a query.
    fn field(&mut self, start: usize, name: &str, word: &str) -> Result<(), QueryFault> {
        let Some(field) = Field::of(name) else {
            return self.refuse(start, format!("there is no field `{name}:`"), unknown_hint(name, word));
        };
        self.at = start + name.len() + 1;
        self.push(start, Kind::Field(field));
        let operand = self.at;
        match self.peek() {
            None => {}
            Some(c) if !c.is_whitespace() && c != ')' => {
                if !matches!(field, Field::Text(_)) && c != '(' && !is_quote(c) {
                    let value = self.take_while(|c| !c.is_whitespace() && !ends_word(c)).to_owned();
                    self.push(operand, Kind::Value(value));
                }
                return Ok(());
            }
            Some(_) => {}
        }
        let hint = format!("write it directly behind the colon: `{}`", field.example());
        self.refuse(start, format!("nothing follows this `{name}:`"), hint)
    }

    fn read_word(&self, start: usize, word: &str) -> Result<Kind, QueryFault> {
        match word {
            "AND" => return Ok(Kind::And),
            "OR" => return Ok(Kind::Or),
            "NOT" => return Ok(Kind::Not),
            _ => {}
        }
        let (operator, number) = word.split_once('/').unwrap_or((word, ""));
        if matches!(operator, "NEAR" | "ONEAR") {
            let distance = self.distance(start, operator, number, &format!("{operator}/5"))?;
            return Ok(Kind::Near { distance, ordered: operator == "ONEAR" });
        }
        let meant = operator.to_ascii_uppercase();
        if matches!(meant.as_str(), "NEAR" | "ONEAR") && number.bytes().any(|byte| byte.is_ascii_digit()) {
            let hint = format!("write it in capitals, `{meant}/{number}`, or quote it to find it: `\"{word}\"`");
            return self.refuse(start, format!("`{word}` is no word"), hint);
        }
        if word.contains('*') {
            return self.prefix(start, word);
        }
        for (sign, manner) in [('#', Manner::Tag), ('@', Manner::Handle)] {
            if let Some(name) = word.strip_prefix(sign) {
                return self.name(start, word, name, manner);
            }
        }
        Ok(Kind::Term(word.to_owned(), Manner::Words))
    }

    fn prefix(&self, start: usize, word: &str) -> Result<Kind, QueryFault> {
        let quote_it = format!("to find it as it stands, quote it: `\"{word}\"`");
        let stem = word.strip_suffix('*').unwrap_or(word);
        if word.starts_with('*') {
            let end = word.trim_matches('*');
            let hint = if end.is_empty() {
                "write the beginning of the word before it: `refund*`".to_owned()
            } else {
                let end = regex::escape(end).replace('/', "\\/");
                format!("write the beginning of the word, or an expression: `/\\w+{end}/i`")
            };
            return self.refuse(start, "a word cannot begin with `*`", hint);
        }
        if stem.contains('*') {
            return self.refuse(start, format!("`*` can only stand at the end of a word, not in `{word}`"), quote_it);
        }
        if stem.starts_with(['#', '@']) {
            let hint = format!("leave out `*`, or the sign: `{}*`", stem.trim_start_matches(['#', '@']));
            return self.refuse(start, "`*` cannot stand behind a hashtag or a handle", hint);
        }
        Ok(Kind::Term(stem.to_owned(), Manner::Prefix))
    }

    fn name(&self, start: usize, word: &str, name: &str, manner: Manner) -> Result<Kind, QueryFault> {
        let (what, inside): (_, fn(char) -> bool) = match manner {
            Manner::Tag => ("a hashtag", |c| "_-".contains(c)),
            _ => ("a handle", |c| "_-.@".contains(c)),
        };
        // Handles end with `_` now and then.
        let ends_badly = |c: char| inside(c) && (c != '_' || manner == Manner::Tag);
        let fits = |c: char| matches!(class(c), Class::Word | Class::Nothing) || inside(c);
        if !name.contains(|c| class(c) == Class::Word) || !name.chars().all(fits) || name.ends_with(ends_badly) {
            let hint = format!("to find it as it stands, quote it: `\"{word}\"`");
            return self.refuse(start, format!("`{word}` is not {what}"), hint);
        }
        Ok(Kind::Term(name.to_owned(), manner))
    }

    /// What stands between a sign and the next one like it.
    fn enclosed(&mut self, message: &str, hint: &str, closes: fn(char) -> bool) -> Result<&'q str, QueryFault> {
        let start = self.at;
        self.take();
        let inside = self.take_while(|c| !closes(c));
        match self.take() {
            Some(_) => Ok(inside),
            None => self.refuse(start, message, hint),
        }
    }

    fn rest(&self) -> &'q str {
        self.query.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'q str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn sign(&mut self, kind: Kind) {
        let start = self.at;
        self.at += 1;
        self.push(start, kind);
    }

    fn push(&mut self, start: usize, kind: Kind) {
        self.tokens.push(Token { kind, span: Span { start, end: self.at } });
    }

    fn refuse<T>(&self, at: usize, message: impl Into<String>, hint: impl Into<String>) -> Result<T, QueryFault> {
        Err(fault(self.query, at, message, hint))
    }
}

/// Whether a bare word ends before this sign.
fn ends_word(c: char) -> bool {
    is_quote(c) || matches!(c, '(' | ')')
}

/// Whether `text` stands for itself in a query without quotes.
pub(super) fn is_bare(text: &str) -> bool {
    let read = tokens(text);
    matches!(read.as_deref(), Ok([Token { kind: Kind::Term(word, Manner::Words), .. }]) if word == text)
        && !text.contains(is_quote)
        && leaf::begins(text).is_ok()
}
