//! The query language: its tree and the recursive descent that reads it. It never skips anything silently.
//!
//! ```text
//! query  = either
//! either = all { "OR" all }
//! all    = one { [ "AND" ] one }
//! one    = ( "NOT" | "-" ) one  |  "(" either ")"  |  word  |  word*  |  "phrase"  |  `exact`  |  #tag  |  @user
//! ```

use std::fmt;

use super::dictionary::literal;
use super::lexer::{Kind, Token, fault, tokens};

/// Longest query in characters.
pub const MAX_LENGTH: usize = 10_000;
/// Most words and phrases of a query.
pub const MAX_TERMS: usize = 500;
/// Deepest nesting of parentheses and negations.
pub const MAX_DEPTH: usize = 32;

/// Bytes of the query's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// How a term is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As whole words, in any case and with or without accents.
    Word,
    /// As the beginning of a word: `refund*`.
    Prefix,
    /// Character by character, in this case: `` `AT&T` ``.
    Exact,
    /// As a hashtag or as a tag of the entry: `#bag`.
    Tag,
    /// As a handle in the text or that of the author: `@skiphop`.
    Handle,
}

/// A word or phrase to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// As the query writes it, without quotes and signs.
    pub text: String,
    /// How it is found.
    pub manner: Manner,
    /// Where it stands.
    pub span: Span,
}

/// With its sign, without quotes.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        match self.manner {
            Manner::Word => write!(f, "{text}"),
            Manner::Prefix => write!(f, "{text}*"),
            Manner::Exact => write!(f, "`{text}`"),
            Manner::Tag => write!(f, "#{text}"),
            Manner::Handle => write!(f, "@{text}"),
        }
    }
}

/// What must hold for an entry to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// The term with this index occurs.
    Term(usize),
    /// The inner node does not hold.
    Not(Box<Node>),
    /// All hold.
    And(Vec<Node>),
    /// At least one holds.
    Or(Vec<Node>),
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}\n  hint: {hint}")]
pub struct QueryFault {
    /// Where, in characters from 1.
    pub column: usize,
    /// What.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// A query that has been read and found sound: it asks for at least one term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    root: Node,
    terms: Vec<Term>,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// The first fault, with its column and a hint.
    pub fn parse(text: &str) -> Result<Self, QueryFault> {
        let length = text.chars().count();
        if length > MAX_LENGTH {
            let message = format!("the query has {length} characters, {MAX_LENGTH} are allowed");
            return Err(fault(text, 0, &message, "make several brands of it"));
        }
        let mut descent = Descent { text, tokens: tokens(text)?, at: 0, depth: 0, terms: Vec::new() };
        if descent.tokens.is_empty() {
            return Err(fault(text, 0, "there is nothing to find", "write a word or a \"quoted phrase\""));
        }
        let root = descent.either()?;
        if let Some(token) = descent.tokens.get(descent.at) {
            let hint = "remove it, or write `(` where the group begins";
            return Err(fault(text, token.span.start, "this `)` closes nothing", hint));
        }
        if !asks_for_something(&root) {
            let hint = "add a word or phrase that has to occur, in each branch of `OR`";
            return Err(fault(text, 0, "the query only says what must not occur", hint));
        }
        Ok(Self { root, terms: descent.terms })
    }

    /// The tree.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The terms that the tree's leaves point at.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Words and phrases to ask networks for, so that together the answers hold every match: one per branch of `OR`,
    /// each the most specific of its branch, the most specific in front. Only of a branch that has nothing but prefixes
    /// they may hold less: there the beginning itself is asked for, since networks know no `*`.
    #[must_use]
    pub fn search_terms(&self) -> Vec<String> {
        let mut terms = self.needed(&self.root).unwrap_or_default();
        terms.sort_by_key(|term| std::cmp::Reverse(specificity(term)));
        let mut seen = std::collections::BTreeSet::new();
        terms.into_iter().filter(|term| seen.insert(term.text.to_lowercase())).map(|term| term.text.clone()).collect()
    }

    /// Terms of which at least one occurs in every match of `node`; `None` if there are no such terms.
    fn needed(&self, node: &Node) -> Option<Vec<&Term>> {
        match node {
            Node::Term(index) => Some(vec![self.terms.get(*index)?]),
            Node::Not(_) => None,
            Node::Or(branches) => {
                let branches: Option<Vec<_>> = branches.iter().map(|branch| self.needed(branch)).collect();
                Some(branches?.concat())
            }
            Node::And(parts) => parts
                .iter()
                .filter_map(|part| self.needed(part))
                .max_by_key(|terms| (terms.iter().map(|term| specificity(term)).min(), std::cmp::Reverse(terms.len()))),
        }
    }
}

fn specificity(term: &Term) -> (bool, usize, usize) {
    (term.manner != Manner::Prefix, term.text.split_whitespace().count(), term.text.chars().count())
}

/// Whether every match of `node` holds at least one of its terms.
fn asks_for_something(node: &Node) -> bool {
    match node {
        Node::Term(_) => true,
        Node::Not(_) => false,
        Node::And(parts) => parts.iter().any(asks_for_something),
        Node::Or(branches) => branches.iter().all(asks_for_something),
    }
}

struct Descent<'q> {
    text: &'q str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    terms: Vec<Term>,
}

impl Descent<'_> {
    fn either(&mut self) -> Result<Node, QueryFault> {
        let mut branches = vec![self.all()?];
        while self.take(&Kind::Or) {
            branches.push(self.all()?);
        }
        Ok(single_or(branches, Node::Or))
    }

    fn all(&mut self) -> Result<Node, QueryFault> {
        let mut parts = vec![self.one()?];
        loop {
            match self.peek() {
                None | Some(Kind::Or | Kind::Close) => return Ok(single_or(parts, Node::And)),
                Some(Kind::And) => {
                    self.at += 1;
                    parts.push(self.one()?);
                }
                Some(_) => parts.push(self.one()?),
            }
        }
    }

    fn one(&mut self) -> Result<Node, QueryFault> {
        let Some(Token { kind, span }) = self.tokens.get(self.at).cloned() else { return Err(self.dangling()) };
        match kind {
            Kind::Term(text, manner) => {
                self.at += 1;
                self.term(text, manner, span)
            }
            Kind::Not => self.nested(span, |descent| Ok(Node::Not(Box::new(descent.one()?)))),
            Kind::Open => self.nested(span, |descent| {
                let node = descent.either()?;
                if descent.take(&Kind::Close) {
                    return Ok(node);
                }
                Err(fault(descent.text, span.start, "this `(` is never closed", "write `)` where the group ends"))
            }),
            Kind::And | Kind::Or | Kind::Close => Err(self.dangling()),
        }
    }

    fn nested(
        &mut self,
        span: Span,
        inner: impl FnOnce(&mut Self) -> Result<Node, QueryFault>,
    ) -> Result<Node, QueryFault> {
        if self.depth == MAX_DEPTH {
            let message = format!("the query is nested deeper than {MAX_DEPTH} levels");
            return Err(fault(self.text, span.start, &message, "write fewer parentheses and negations"));
        }
        self.depth += 1;
        self.at += 1;
        let node = inner(self);
        self.depth -= 1;
        node
    }

    fn term(&mut self, text: String, manner: Manner, span: Span) -> Result<Node, QueryFault> {
        if literal(&text).is_none() {
            let message = format!("`{text}` has no letter and no digit");
            return Err(fault(self.text, span.start, &message, "write a word"));
        }
        if self.terms.len() == MAX_TERMS {
            let message = format!("the query has more than {MAX_TERMS} words and phrases");
            return Err(fault(self.text, span.start, &message, "make several brands of it"));
        }
        self.terms.push(Term { text, manner, span });
        Ok(Node::Term(self.terms.len() - 1))
    }

    /// Something was to follow or to stand before the operator here, and does not.
    fn dangling(&self) -> QueryFault {
        let here = self.tokens.get(self.at);
        let before = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let (token, side) = match (before, here) {
            (Some(before), _) if matches!(before.kind, Kind::And | Kind::Or | Kind::Not) => (before, "after"),
            (_, Some(here)) if matches!(here.kind, Kind::And | Kind::Or) => (here, "before"),
            (Some(before), Some(_)) if before.kind == Kind::Open => {
                return fault(self.text, before.span.start, "these parentheses are empty", "write words between them");
            }
            (Some(before), None) => {
                return fault(
                    self.text,
                    before.span.start,
                    "this `(` is never closed",
                    "write `)` where the group ends",
                );
            }
            _ => {
                let start = here.map_or(0, |token| token.span.start);
                return fault(
                    self.text,
                    start,
                    "this `)` closes nothing",
                    "remove it, or write `(` where the group begins",
                );
            }
        };
        let word = self.text.get(token.span.start..token.span.end).unwrap_or_default();
        let hint = format!("write a word there, or quote it to find it: `\"{word}\"`");
        fault(self.text, token.span.start, &format!("there is nothing {side} this `{word}`"), &hint)
    }

    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let there = self.peek() == Some(kind);
        self.at += usize::from(there);
        there
    }
}

fn single_or(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => {
            nodes.extend(last);
            many(nodes)
        }
    }
}
