//! The recursive descent that reads a query. Its grammar stands in `syntax.rs`.

use super::expression::expression;
use super::fault::{QueryFault, fault};
use super::field::{FactField, Field, no_text_here, unknown_here};
use super::leaf;
use super::lexer::{Kind, Token, tokens};
use super::named;
use super::syntax::{Context, MAX_DEPTH, MAX_TERMS};
use super::tree::{Loose, Manner, Near, Node, Span, Term, TextField, What};
use super::value;

/// What a query and all that it names may use together.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// Terms so far.
    pub(super) terms: usize,
    /// Bytes that their regular expressions take at most, so far.
    pub(super) expressions: usize,
    /// The named queries that are being read.
    pub(super) path: Vec<String>,
}

/// Reads one text.
pub(super) struct Reader<'a> {
    text: &'a str,
    context: &'a Context<'a>,
    budget: &'a mut Budget,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    terms: usize,
    /// The text field in whose group we are.
    inside: Option<Field>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, context: &'a Context<'a>, budget: &'a mut Budget) -> Result<Self, QueryFault> {
        Ok(Self { text, context, budget, tokens: tokens(text)?, at: 0, depth: 0, terms: 0, inside: None })
    }

    pub(super) fn whole(mut self) -> Result<Node, QueryFault> {
        if self.tokens.is_empty() {
            return self.refuse(0, "there is nothing to find", "write a word or a \"quoted phrase\"");
        }
        let root = self.either()?;
        match self.tokens.get(self.at) {
            None => Ok(root),
            Some(token) if matches!(token.kind, Kind::Near { .. }) => {
                let hint = "write one `NEAR` at a time: `(a NEAR/5 b) (b NEAR/5 c)`";
                self.refuse(token.span.start, "`NEAR` takes two sides, and this is the third", hint)
            }
            Some(token) => {
                let hint = "remove it, or write `(` where the group begins";
                self.refuse(token.span.start, "this `)` closes nothing", hint)
            }
        }
    }

    fn either(&mut self) -> Result<Node, QueryFault> {
        let mut branches = vec![self.all()?];
        while self.take(&Kind::Or) {
            branches.push(self.all()?);
        }
        Ok(single_or(branches, What::Or))
    }

    fn all(&mut self) -> Result<Node, QueryFault> {
        let mut parts = vec![self.one()?];
        loop {
            match self.peek() {
                None | Some(Kind::Or | Kind::Close | Kind::Near { .. }) => return Ok(single_or(parts, What::And)),
                Some(Kind::And) => {
                    self.at += 1;
                    parts.push(self.one()?);
                }
                Some(_) => parts.push(self.one()?),
            }
        }
    }

    fn one(&mut self) -> Result<Node, QueryFault> {
        let Some(Token { kind: Kind::Not, span }) = self.tokens.get(self.at) else { return self.near() };
        let span = *span;
        let inner = self.nested(span, Self::one)?;
        Ok(Node { span: Span { end: inner.span.end, ..span }, what: What::Not(Box::new(inner)) })
    }

    fn near(&mut self) -> Result<Node, QueryFault> {
        let left = self.item()?;
        let Some(Kind::Near { distance, ordered }) = self.peek() else { return Ok(left) };
        let (distance, ordered, sign) = (*distance, *ordered, self.at);
        self.at += 1;
        let right = self.item()?;
        let sign = self.tokens.get(sign).map_or(self.text, |token| self.written(token.span));
        for side in [&left, &right] {
            if !leaf::has_a_place(side) {
                let written = self.written(side.span).to_owned();
                let hint = "its sides are words, \"phrases\", beginnings*, and groups of them with `OR`";
                return self.refuse(side.span.start, format!("`{written}` cannot stand beside `{sign}`"), hint);
            }
        }
        let span = Span { start: left.span.start, end: right.span.end };
        Ok(Node { span, what: What::Near(Box::new(Near { left, right, distance, ordered })) })
    }

    fn item(&mut self) -> Result<Node, QueryFault> {
        let Some(Token { kind, span }) = self.tokens.get(self.at).cloned() else { return Err(self.dangling()) };
        let what = match kind {
            Kind::Term(text, manner) => {
                self.at += 1;
                self.count(span, 1)?;
                let bare = leaf::begins(self.written(span));
                bare.or_else(|(message, hint)| self.refuse(span.start, message, hint))?;
                leaf::sound(&text, manner).or_else(|(message, hint)| self.refuse(span.start, message, hint))?;
                What::Term(Term { text, manner })
            }
            Kind::Loose(text, distance) => {
                self.at += 1;
                self.count(span, 1)?;
                leaf::loose(&text).or_else(|(message, hint)| self.refuse(span.start, message, hint))?;
                What::Loose(Loose { text, distance })
            }
            Kind::Regex(source, flags) => {
                self.at += 1;
                self.count(span, 1)?;
                let compiled = expression(source, flags, self.budget, self.context.totals);
                What::Regex(compiled.or_else(|(message, hint)| self.refuse(span.start, message, hint))?)
            }
            Kind::Field(field) => return self.field(field, span),
            Kind::Open => {
                let mut node = self.nested(span, |reader| reader.group(span))?;
                node.span = Span { end: self.end_before(), ..span };
                return Ok(node);
            }
            Kind::Value(_) | Kind::And | Kind::Or | Kind::Not | Kind::Near { .. } | Kind::Close => {
                return Err(self.dangling());
            }
        };
        Ok(Node { what, span })
    }

    /// What stands between `(`, which has been read, and its `)`.
    fn group(&mut self, open: Span) -> Result<Node, QueryFault> {
        let node = self.either()?;
        match self.peek() {
            Some(Kind::Close) => self.at += 1,
            Some(Kind::Near { .. }) => {
                let start = self.tokens.get(self.at).map_or(0, |token| token.span.start);
                let hint = "write one `NEAR` at a time: `(a NEAR/5 b) (b NEAR/5 c)`";
                return self.refuse(start, "`NEAR` takes two sides, and this is the third", hint);
            }
            _ => return self.refuse(open.start, "this `(` is never closed", "write `)` where the group ends"),
        }
        Ok(node)
    }

    fn field(&mut self, field: Field, span: Span) -> Result<Node, QueryFault> {
        self.at += 1;
        if let Some(outer) = self.inside.filter(|_| field != Field::Set) {
            let message = format!("`{}:` cannot stand in the group of `{}:`", field.name(), outer.name());
            return self.refuse(span.start, message, "close the group first, and write the field behind it");
        }
        let what = match field {
            Field::Text(text) => return self.text_field(field, text, span),
            Field::Fact(fact) => self.fact(fact, span)?,
            Field::Query | Field::Set => {
                self.count(span, 1)?;
                // A name is never a list.
                let name = self.items(field, span)?.concat();
                let found = match field {
                    Field::Query => named::query(&name, self.context, self.budget),
                    _ => named::set(&name, self.context, self.budget),
                };
                What::Named(found.or_else(|(message, hint)| self.refuse(span.start, message, hint))?)
            }
        };
        Ok(Node { what, span: Span { end: self.end_before(), ..span } })
    }

    fn text_field(&mut self, field: Field, text: TextField, span: Span) -> Result<Node, QueryFault> {
        if let Some(Kind::Not) = self.peek() {
            let name = field.name();
            let hint = format!("write `-` before the field: `-{name}:...`");
            return self.refuse(span.start, format!("`-` cannot stand behind `{name}:`"), hint);
        }
        if let Some((message, hint)) = no_text_here(text, self.context.scope) {
            return self.refuse(span.start, message, hint);
        }
        self.inside = Some(field);
        let inner = self.item();
        self.inside = None;
        let inner = inner?;
        let span = Span { end: inner.span.end, ..span };
        Ok(Node { what: What::In(text, Box::new(inner)), span })
    }

    fn fact(&mut self, field: FactField, span: Span) -> Result<What, QueryFault> {
        self.count(span, 1)?;
        if let Some((message, hint)) = unknown_here(field, self.context.scope) {
            return self.refuse(span.start, message, hint);
        }
        let at = self.tokens.get(self.at).map_or(span.start, |token| token.span.start);
        let items = self.items(Field::Fact(field), span)?;
        let fact = value::fact(field, &items);
        Ok(What::Fact(fact.or_else(|(message, hint)| self.refuse(at, message, hint))?))
    }

    /// The words of an operand: of `a,b`, of `"a b"` or of `(a OR b)`.
    fn items(&mut self, field: Field, span: Span) -> Result<Vec<String>, QueryFault> {
        let Some(Token { kind, span: at }) = self.tokens.get(self.at).cloned() else {
            return Err(self.empty_list(field, span.start));
        };
        self.at += 1;
        let lists = matches!(field, Field::Fact(_));
        match kind {
            Kind::Value(text) => {
                let items: Vec<String> =
                    if lists { text.split(',').map(str::to_owned).collect() } else { vec![text.clone()] };
                if items.iter().any(String::is_empty) {
                    return Err(self.empty_list(field, at.start));
                }
                Ok(items)
            }
            Kind::Term(text, Manner::Words) => Ok(vec![text]),
            Kind::Open if lists => self.item_group(field, at),
            _ => {
                let written = self.written(at).to_owned();
                let message = format!("`{written}` cannot stand behind `{}:`", field.name());
                self.refuse(at.start, message, format!("for instance `{}`", field.example()))
            }
        }
    }

    fn item_group(&mut self, field: Field, open: Span) -> Result<Vec<String>, QueryFault> {
        let mut items = Vec::new();
        if let Some(Kind::Close) = self.peek() {
            return Err(self.empty_list(field, open.start));
        }
        loop {
            let Some(Token { kind, span }) = self.tokens.get(self.at).cloned() else {
                return self.refuse(open.start, "this `(` is never closed", "write `)` where the list ends");
            };
            self.at += 1;
            let is_value = matches!(kind, Kind::Term(_, Manner::Words));
            let separated = self.take(&Kind::Or);
            let closed = !separated && self.take(&Kind::Close);
            if !is_value || !(separated || closed || self.at == self.tokens.len()) {
                let hint = format!("write `OR` between the values, or `{}` without parentheses", field.example());
                return self.refuse(span.start, format!("this is not a list for `{}:`", field.name()), hint);
            }
            if let Kind::Term(text, _) = kind {
                items.extend(text.split(',').map(str::to_owned));
            }
            if items.iter().any(String::is_empty) {
                return Err(self.empty_list(field, span.start));
            }
            if closed {
                return Ok(items);
            }
        }
    }

    fn empty_list(&self, field: Field, at: usize) -> QueryFault {
        let message = format!("the list of `{}:` has an empty place", field.name());
        fault(self.text, at, message, format!("write the values without gaps: `{}`", field.example()))
    }

    fn nested(
        &mut self,
        span: Span,
        inner: impl FnOnce(&mut Self) -> Result<Node, QueryFault>,
    ) -> Result<Node, QueryFault> {
        if self.depth == MAX_DEPTH {
            let message = format!("the query is nested deeper than {MAX_DEPTH} levels");
            return self.refuse(span.start, message, "write fewer parentheses and negations");
        }
        self.depth += 1;
        self.at += 1;
        let node = inner(self);
        self.depth -= 1;
        node
    }

    /// Counts terms against what is allowed.
    fn count(&mut self, span: Span, terms: usize) -> Result<(), QueryFault> {
        if self.terms == MAX_TERMS {
            let message = format!("the query has more than {MAX_TERMS} words and phrases");
            return self.refuse(span.start, message, "make several brands of it");
        }
        self.terms += terms;
        let counted = named::count(self.budget, self.context, terms);
        counted.or_else(|(message, hint)| self.refuse(span.start, message, hint))
    }

    /// Something was to follow or to stand before the operator here, and does not.
    fn dangling(&self) -> QueryFault {
        let here = self.tokens.get(self.at);
        let before = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let operator = |kind: &Kind| matches!(kind, Kind::And | Kind::Or | Kind::Near { .. });
        let (token, side) = match (before, here) {
            (Some(before), Some(Token { kind: Kind::Not, .. })) if matches!(before.kind, Kind::Near { .. }) => {
                let sign = self.written(before.span);
                let hint = "write the negation before all of it: `-(a NEAR/5 b)`";
                return fault(self.text, before.span.start, format!("`-` cannot stand beside `{sign}`"), hint);
            }
            (Some(before), _) if operator(&before.kind) || before.kind == Kind::Not => (before, "after"),
            (_, Some(here)) if operator(&here.kind) => (here, "before"),
            (Some(before), Some(_)) if before.kind == Kind::Open => {
                return fault(self.text, before.span.start, "these parentheses are empty", "write words between them");
            }
            (Some(before), None) => {
                let hint = "write `)` where the group ends";
                return fault(self.text, before.span.start, "this `(` is never closed", hint);
            }
            _ => {
                let start = here.map_or(0, |token| token.span.start);
                let hint = "remove it, or write `(` where the group begins";
                return fault(self.text, start, "this `)` closes nothing", hint);
            }
        };
        let word = self.written(token.span);
        let hint = format!("write a word there, or quote it to find it: `\"{word}\"`");
        fault(self.text, token.span.start, format!("there is nothing {side} this `{word}`"), hint)
    }

    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let there = self.peek() == Some(kind);
        self.at += usize::from(there);
        there
    }

    /// Where the token that was read last ends.
    fn end_before(&self) -> usize {
        self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.span.end)
    }

    fn written(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    fn refuse<T>(&self, at: usize, message: impl Into<String>, hint: impl Into<String>) -> Result<T, QueryFault> {
        Err(fault(self.text, at, message, hint))
    }
}

fn single_or(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> What) -> Node {
    let end = nodes.last().map_or(0, |node| node.span.end);
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => {
            nodes.extend(last);
            let start = nodes.first().map_or(0, |node| node.span.start);
            Node { what: many(nodes), span: Span { start, end } }
        }
    }
}
