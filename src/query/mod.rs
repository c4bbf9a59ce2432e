//! Which brands an entry mentions: query expressions, and all of them compiled so that hardly any is looked at for a text.
//! It never does I/O, and its time is linear in the text.

mod compile;
mod descent;
mod dictionary;
mod explain;
mod expression;
mod facts;
mod fault;
mod field;
mod fold;
mod forms;
mod keywords;
mod leaf;
mod lexer;
mod library;
mod literals;
mod matcher;
mod named;
mod near;
mod nominate;
mod pattern;
mod print;
mod search;
mod subject;
mod syntax;
mod told;
mod tree;
mod value;
mod words;

pub use expression::Totals;
pub use facts::{CaseState, Choice, Fact, Flag, Has, Kind, Range};
pub use fault::QueryFault;
pub use field::Scope;
pub use fold::{Folded, fold};
pub use keywords::Keywords;
pub use library::Library;
pub use matcher::Matcher;
pub use search::{asked, distinct};
pub use subject::Subject;
pub use syntax::{Context, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Query};
pub use tree::{Expression, Loose, Manner, Named, NamedKind, Near, Node, Span, Term, TextField, What};
