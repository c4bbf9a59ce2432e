//! Which brands an entry mentions: query expressions, and all of them compiled into one automaton.
//! It never does I/O, and its time is linear in the text.

mod compile;
mod dictionary;
mod fold;
mod keywords;
mod lexer;
mod syntax;

pub use compile::Matcher;
pub use fold::{Folded, fold};
pub use keywords::Keywords;
pub use syntax::{MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Manner, Node, Query, QueryFault, Span, Term};
