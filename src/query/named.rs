//! `query:NAME` and `set:NAME`: finds what has the name, and keeps it from asking for itself or for too much.

use super::descent::Budget;
use super::fault::QueryFault;
use super::leaf;
use super::lexer::{Kind, Token, tokens};
use super::library::Library;
use super::syntax::{Context, read};
use super::tree::{Manner, Named, NamedKind, Node, Span, Term, What};
use super::value::Wrong;
use crate::model::{is_quote, suggest};

/// How many named queries can stand in one another.
const MAX_NESTING: usize = 8;
/// Most terms of a query with all that it names.
const MAX_NAMED_TERMS: usize = 20_000;

/// Counts terms against what a query and all that it names may have.
pub(super) fn count(budget: &mut Budget, context: &Context<'_>, terms: usize) -> Result<(), Wrong> {
    budget.terms += terms;
    if budget.terms > MAX_NAMED_TERMS {
        let hint = "name smaller lists, or fewer of them".to_owned();
        return Err((format!("with all that it names the query has more than {MAX_NAMED_TERMS} words"), hint));
    }
    context.totals.map_or(Ok(()), |totals| totals.count(terms))
}

/// The query of that name.
pub(super) fn query(name: &str, context: &Context<'_>, budget: &mut Budget) -> Result<Named, Wrong> {
    let Some(text) = context.library.and_then(|library| library.query(name)) else {
        return Err(unknown("query", name, context.library.into_iter().flat_map(Library::query_names)));
    };
    if budget.path.iter().any(|above| above == name) {
        let way = budget.path.iter().map(String::as_str).chain([name]).map(|name| format!("`{name}`"));
        let way = way.collect::<Vec<_>>().join(" -> ");
        return Err((format!("the query `{name}` asks for itself: {way}"), "take one of them out".to_owned()));
    }
    if budget.path.len() == MAX_NESTING {
        let message = format!("named queries stand in one another more than {MAX_NESTING} deep");
        return Err((message, "write one of them out".to_owned()));
    }
    budget.path.push(name.to_owned());
    let inner = read(text, context, budget);
    budget.path.pop();
    let inner = inner
        .map_err(|fault| (format!("in the query `{name}`, column {}: {}", fault.column, fault.message), fault.hint))?;
    Ok(Named { kind: NamedKind::Query, name: name.to_owned(), inner: Box::new(inner) })
}

impl Library {
    /// Whether a list can be asked for.
    ///
    /// # Errors
    /// The first word that cannot be found.
    pub fn check_set(&self, name: &str) -> Result<(), QueryFault> {
        let context = Context { library: Some(self), ..Context::default() };
        match set(name, &context, &mut Budget::default()) {
            Ok(_) => Ok(()),
            Err((message, hint)) => Err(QueryFault { column: 1, message, hint }),
        }
    }
}

/// The list of that name.
pub(super) fn set(name: &str, context: &Context<'_>, budget: &mut Budget) -> Result<Named, Wrong> {
    let Some(words) = context.library.and_then(|library| library.set(name)) else {
        return Err(unknown("list", name, context.library.into_iter().flat_map(Library::set_names)));
    };
    if words.is_empty() {
        return Err((format!("the list `{name}` is empty"), "write words into it".to_owned()));
    }
    count(budget, context, words.len())?;
    let span = Span { start: 0, end: 0 };
    let mut terms = Vec::new();
    for word in words {
        let term = listed(word).and_then(|term| leaf::sound(&term.text, term.manner).map(|()| term));
        let term = term.map_err(|(message, hint)| (format!("in the list `{name}`: {message}"), hint))?;
        terms.push(Node { what: What::Term(term), span });
    }
    let what = if let [term] = terms.as_slice() { term.what.clone() } else { What::Or(terms) };
    Ok(Named { kind: NamedKind::Set, name: name.to_owned(), inner: Box::new(Node { what, span }) })
}

/// A word of a list: words and phrases as they stand, beginnings, and hashtags and handles with their signs.
fn listed(word: &str) -> Result<Term, Wrong> {
    let leave_it = || "leave it out".to_owned();
    if let Some(quote) = word.chars().find(|c| is_quote(*c)) {
        return Err((format!("`{quote}` cannot stand in `{word}`"), leave_it()));
    }
    let term = |text: &str, manner| Ok(Term { text: text.to_owned(), manner });
    match word.strip_suffix('*') {
        Some(stem) if stem.starts_with(['#', '@']) => {
            Err((format!("`*` cannot stand behind a hashtag or a handle, as in `{word}`"), leave_it()))
        }
        Some(stem) if !stem.contains('*') => term(stem, Manner::Prefix),
        _ if word.contains('*') => Err((format!("`*` can only stand at the end, not in `{word}`"), leave_it())),
        _ if word.starts_with(['#', '@']) && !word.contains(char::is_whitespace) => match tokens(word).as_deref() {
            Ok([Token { kind: Kind::Term(text, manner), .. }]) => term(text, *manner),
            _ => Err((format!("`{word}` is neither a hashtag nor a handle"), "leave out the sign".to_owned())),
        },
        _ => term(word, Manner::Words),
    }
}

fn unknown<'n>(what: &str, name: &str, names: impl Iterator<Item = &'n str>) -> Wrong {
    let names: Vec<&str> = names.collect();
    let hint = match (names.is_empty(), what) {
        (true, "query") => "add a `[[query]]` with this `name` to the configuration".to_owned(),
        (true, _) => "add a `[[set]]` with this `name` to the configuration".to_owned(),
        (false, _) => suggest::hint(name, &names),
    };
    (format!("there is no {what} with the name `{name}`"), hint)
}
