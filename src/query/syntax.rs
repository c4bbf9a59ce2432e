//! The query language. It never skips anything silently: what is not understood is a fault with its column and a hint.
//!
//! ```text
//! query   = either
//! either  = all { "OR" all }
//! all     = one { [ "AND" ] one }
//! one     = ( "NOT" | "-" ) one  |  near
//! near    = item [ ( "NEAR/" n | "ONEAR/" n ) item ]
//! item    = "(" either ")"  |  term  |  "some words" "~" n  |  "/" expression "/" flags  |  field
//! term    = word  |  "phrase"  |  prefix "*"  |  "phrase" "*"  |  "`" exact "`"  |  "#" tag  |  "@" handle
//! field   = text ":" ( item without fields, but with set: )  |  fact ":" values  |  ( "query:" | "set:" ) name
//! values  = comparison  |  value { "," value }  |  "(" value { "OR" value } ")"
//! compare = [ "<" | "<=" | ">" | ">=" | "=" ] value  |  [ value ] ".." [ value ]
//! ```
//!
//! - `NEAR` binds tighter than `NOT`, `NOT` tighter than `AND`, `AND` tighter than `OR`. Operators are written in capitals.
//! - The sides of `NEAR` are terms, `set:` and groups of them with `OR`. At most `n` words stand between the two, which
//!   never share a word, and both stand in the same part of the entry. `ONEAR` wants them in their order.
//! - `"some words"~n` holds where all the words stand in any order with at most `n` other words among them. One word of a
//!   text never stands for two of them.
//! - A word is a run of letters and digits; words and phrases are found whole, in any case, and as `fold.rs` says. `*`
//!   finds every word that begins so and needs four letters. Between backticks each character counts.
//! - A term is looked for in title, text, address, author and tags, unless a field says where.
//! - Of the values of a field one is enough. A fact that is not known does not hold, so that `-rating:5` also finds what
//!   has no stars. The ends of a range belong to it; days are those of UTC.
//! - A query has to ask for something that is there: in each branch of `OR` something stands without `NOT`.

use super::descent::{Budget, Reader};
use super::expression::Totals;
use super::fault::{QueryFault, fault};
use super::field::Scope;
use super::library::Library;
use super::tree::Node;
use crate::model::Folding;

/// Longest query in characters.
pub const MAX_LENGTH: usize = 10_000;
/// Most words, phrases and fields of a query.
pub const MAX_TERMS: usize = 500;
/// Deepest nesting of parentheses and negations.
pub const MAX_DEPTH: usize = 32;

/// What a query may rest on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// Where it is asked.
    pub scope: Scope,
    /// How its words may be spelled.
    pub folding: Folding,
    /// The queries and lists that it may name.
    pub library: Option<&'a Library>,
    /// What all queries that are read with it take together; without it each may take what one may.
    pub totals: Option<&'a Totals>,
}

/// A query that has been read and found sound: it asks for at least one thing that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    root: Node,
    text: String,
    folding: Folding,
}

impl Query {
    /// Reads the query of a brand.
    ///
    /// # Errors
    /// The first fault, with its column and a hint.
    pub fn parse(text: &str) -> Result<Self, QueryFault> {
        Self::parse_in(text, &Context::default())
    }

    /// Reads a query.
    ///
    /// # Errors
    /// The first fault, with its column and a hint.
    pub fn parse_in(text: &str, context: &Context<'_>) -> Result<Self, QueryFault> {
        let root = read(text, context, &mut Budget::default())?;
        Ok(Self { root, text: text.to_owned(), folding: context.folding })
    }

    /// The tree.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The query as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How its words may be spelled.
    #[must_use]
    pub fn folding(&self) -> Folding {
        self.folding
    }
}

/// Reads a text, which may be one that another names; `budget` is what all of them may use together.
pub(super) fn read(text: &str, context: &Context<'_>, budget: &mut Budget) -> Result<Node, QueryFault> {
    let length = text.chars().count();
    if length > MAX_LENGTH {
        let message = format!("the query has {length} characters, {MAX_LENGTH} are allowed");
        return Err(fault(text, 0, message, "make several brands of it"));
    }
    let root = Reader::new(text, context, budget)?.whole()?;
    if !asks_for_something(&root) {
        let hint = "add a word or phrase that has to occur, in each branch of `OR`";
        return Err(fault(text, 0, "the query only says what must not occur", hint));
    }
    Ok(root)
}

/// Whether every match of `node` has something that it asks for.
fn asks_for_something(node: &Node) -> bool {
    use super::tree::What;
    match &node.what {
        What::Not(_) => false,
        What::And(parts) => parts.iter().any(asks_for_something),
        What::Or(branches) => branches.iter().all(asks_for_something),
        What::In(_, inner) => asks_for_something(inner),
        What::Term(_) | What::Loose(_) | What::Near(_) | What::Regex(_) | What::Fact(_) | What::Named(_) => true,
    }
}
