//! Regular expressions, none larger than it may be, and what all queries of a configuration may take together. Pure.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;

use super::descent::Budget;
use super::tree::Expression;
use super::value::Wrong;

/// What one regular expression may take of memory, compiled.
const REGEX_SIZE: usize = 1 << 20;
/// What all of a query may take together with those that it names.
const ALL_REGEX_SIZE: usize = 16 * REGEX_SIZE;
/// An expression counts as the first of these that it fits into; the crate does not tell how large one is.
const SIZES: [usize; 4] = [REGEX_SIZE / 64, REGEX_SIZE / 16, REGEX_SIZE / 4, REGEX_SIZE];
/// What those of all queries may take, with the memory in which they remember what they have seen of texts; a thread
/// that reads texts besides the first has that memory of its own.
const TOTAL_SIZE: usize = 256 << 20;
/// Most words of all queries, each with what it names.
const TOTAL_TERMS: usize = 500_000;

/// What the queries of a configuration take together. Equal expressions are compiled once and count once.
#[derive(Debug, Default)]
pub struct Totals {
    known: RefCell<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// By expression and flags: what was compiled, and its size.
    expressions: HashMap<(String, String), (Arc<Regex>, usize)>,
    size: usize,
    full: bool,
    terms: usize,
}

impl Totals {
    /// What is wrong with the query that is the first too many. It is so of every query behind it, too.
    pub const TOO_LARGE: &str = "the expressions of all queries may take more than 256 MiB together";
    /// The same of its words.
    pub const TOO_MANY: &str = "all queries together have more than 500000 words";

    /// Counts words.
    pub(super) fn count(&self, terms: usize) -> Result<(), Wrong> {
        let mut known = self.known.borrow_mut();
        known.terms = known.terms.saturating_add(terms);
        if known.terms > TOTAL_TERMS {
            let hint = "name smaller lists, or the same ones in fewer queries: each word counts wherever it is named";
            return Err((Self::TOO_MANY.to_owned(), hint.to_owned()));
        }
        Ok(())
    }

    fn expression(&self, source: &str, flags: &str) -> Result<(Arc<Regex>, usize), Wrong> {
        let mut known = self.known.borrow_mut();
        let key = (source.to_owned(), flags.to_owned());
        if let Some((regex, size)) = known.expressions.get(&key) {
            return Ok((Arc::clone(regex), *size));
        }
        // What is full stays so: nothing more is compiled only to be refused.
        let compiled = if known.full { None } else { Some(compiled(source, flags)?) };
        let Some((regex, size)) = compiled.filter(|(_, size)| known.size + whole_size(*size) <= TOTAL_SIZE) else {
            known.full = true;
            let hint = "write words with `OR` or beginnings such as `refund*` in place of some; equal expressions \
                        count once";
            return Err((Self::TOO_LARGE.to_owned(), hint.to_owned()));
        };
        known.size += whole_size(size);
        known.expressions.insert(key, (Arc::clone(&regex), size));
        Ok((regex, size))
    }
}

/// Compiles a regular expression; `budget` is what its query has taken.
pub(super) fn expression(
    source: String,
    flags: String,
    budget: &mut Budget,
    totals: Option<&Totals>,
) -> Result<Expression, Wrong> {
    let (regex, size) = match totals {
        Some(totals) => totals.expression(&source, &flags)?,
        None => compiled(&source, &flags)?,
    };
    budget.expressions += size;
    if budget.expressions > ALL_REGEX_SIZE {
        let hint = "write fewer of them, with fewer repetitions, or `[a-z0-9]` in place of `\\w`".to_owned();
        return Err((format!("with `{source}` the expressions of this query are too large together"), hint));
    }
    Ok(Expression { source, flags, regex })
}

/// The compiled expression, and what it takes at most.
fn compiled(source: &str, flags: &str) -> Result<(Arc<Regex>, usize), Wrong> {
    match fitted(source, flags) {
        Ok(_) if finds_nothing(source, flags) => {
            let hint = "ask for at least one character: `+` in place of `*`".to_owned();
            Err((format!("the expression `{source}` finds the empty text, so it finds everything"), hint))
        }
        Ok((regex, size)) => Ok((Arc::new(regex), size)),
        Err(regex::Error::CompiledTooBig(_)) => {
            let hint = "write fewer repetitions, or `[a-z0-9]` in place of `\\w`".to_owned();
            Err((format!("the expression `{source}` is too large"), hint))
        }
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            let reason = last.strip_prefix("error: ").unwrap_or(last);
            let hint = "the syntax is that of https://docs.rs/regex; to find a sign as it stands, write `\\` before it";
            Err((format!("the expression `{source}` is faulty: {reason}"), hint.to_owned()))
        }
    }
}

fn fitted(source: &str, flags: &str) -> Result<(Regex, usize), regex::Error> {
    let build = |size: usize| {
        RegexBuilder::new(source)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .dot_matches_new_line(flags.contains('s'))
            .size_limit(size)
            .dfa_size_limit(memory(size))
            .build()
            .map(|regex| (regex, size))
    };
    let [sizes @ .., largest] = SIZES;
    let fitting = sizes.into_iter().map(build).find(|built| !matches!(built, Err(regex::Error::CompiledTooBig(_))));
    fitting.unwrap_or_else(|| build(largest))
}

/// In how much memory an expression of that size may remember what it has seen of texts; the larger it is, the more there is
/// to remember.
fn memory(size: usize) -> usize {
    (4 * size).min(REGEX_SIZE)
}

fn whole_size(size: usize) -> usize {
    size + memory(size)
}

/// Whether an expression finds places without a character, such as every border of a word.
fn finds_nothing(source: &str, flags: &str) -> bool {
    let parsed = ParserBuilder::new()
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .build()
        .parse(source);
    parsed.is_ok_and(|parsed| parsed.properties().minimum_len() == Some(0))
}
