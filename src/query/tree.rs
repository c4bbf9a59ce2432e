//! The tree of a query. Plain data: it is made by `descent.rs`, shown by `print.rs` and `explain.rs`, and compiled by
//! `compile.rs`.

use std::sync::Arc;

use regex::Regex;

use super::facts::Fact;

/// Bytes of the query's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A part of a query. Parts are equal when they ask for the same, wherever they stand.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it asks for.
    pub what: What,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.what == other.what
    }
}

/// What must hold for an entry to match.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// All hold.
    And(Vec<Node>),
    /// At least one holds.
    Or(Vec<Node>),
    /// The inner node does not hold.
    Not(Box<Node>),
    /// A term occurs.
    Term(Term),
    /// The words of a phrase stand close together, in any order.
    Loose(Loose),
    /// Two terms stand close together.
    Near(Box<Near>),
    /// A regular expression matches.
    Regex(Expression),
    /// The inner node holds for one part of the entry alone.
    In(TextField, Box<Node>),
    /// Something is known about the entry.
    Fact(Fact),
    /// Something with a name holds.
    Named(Named),
}

/// Something that stands among the words of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// As the query writes it, without its signs.
    pub text: String,
    /// How it is to be found.
    pub manner: Manner,
}

/// How a term is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Manner {
    /// As whole words, however they are spelled: `refund`, `"no refund"`.
    Words,
    /// As the beginning of a word: `refund*`.
    Prefix,
    /// Character by character: `` `AT&T` ``.
    Exact,
    /// As a hashtag: `#refund`.
    Tag,
    /// As the handle of an account: `@acme`.
    Handle,
}

/// `"some words"~5`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// The words, as the query writes them.
    pub text: String,
    /// How many other words may stand among them.
    pub distance: u32,
}

/// `left NEAR/5 right`.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// A term, a list of words with a name, or several of them with `OR`.
    pub left: Node,
    /// The same.
    pub right: Node,
    /// How many words may stand between them.
    pub distance: u32,
    /// Whether the left one has to come first: `ONEAR`.
    pub ordered: bool,
}

/// `/expression/flags`.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What stands between the slashes.
    pub source: String,
    /// The flags, sorted.
    pub flags: String,
    /// Both, compiled.
    pub regex: Arc<Regex>,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        (&self.source, &self.flags) == (&other.source, &other.flags)
    }
}

/// A part of an entry in which words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextField {
    /// `title:`
    Title,
    /// `text:`
    Text,
    /// `url:`, the address of the entry.
    Url,
    /// `author:`, the name and the handle.
    Author,
    /// `tag:`, each tag by itself.
    Tag,
    /// `source:`, the name of the source.
    Source,
}

/// `query:NAME` or `set:NAME`, with what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// Which of the two.
    pub kind: NamedKind,
    /// The name.
    pub name: String,
    /// What it stands for; its places are in the text that has the name.
    pub inner: Box<Node>,
}

/// What can have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedKind {
    /// A query.
    Query,
    /// A list of words.
    Set,
}
