//! A query as text again. What is printed reads as the same tree; `{:#}` writes out what has a name.

use std::fmt::{self, Display, Formatter, Write as _};
use std::ops::Bound;
use std::time::Duration;

use super::facts::{Choice, Fact, Range};
use super::lexer::is_bare;
use super::syntax::Query;
use super::tree::{Expression, Manner, Named, NamedKind, Node, Term, TextField, What};
use crate::model::{is_quote, units};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.root().fmt(f)
    }
}

/// How tightly a part of a query holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grip {
    Or,
    And,
    Not,
    Near,
    Item,
}

fn grip(node: &Node, out: bool) -> Grip {
    match &node.what {
        What::Or(_) => Grip::Or,
        What::And(_) => Grip::And,
        What::Not(_) => Grip::Not,
        What::Near(_) => Grip::Near,
        What::Named(named) if out => grip(&named.inner, out),
        _ => Grip::Item,
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let all = |nodes: &[Self], between: &str, least: Grip, f: &mut Formatter<'_>| {
            nodes.iter().enumerate().try_for_each(|(number, node)| {
                f.write_str(if number > 0 { between } else { "" })?;
                node.at_least(least, f)
            })
        };
        match &self.what {
            What::Or(branches) => all(branches, " OR ", Grip::And, f),
            What::And(parts) => all(parts, " ", Grip::Not, f),
            What::Not(inner) => {
                f.write_str("-")?;
                inner.at_least(Grip::Not, f)
            }
            What::Near(near) => {
                near.left.at_least(Grip::Item, f)?;
                write!(f, " {}NEAR/{} ", if near.ordered { "O" } else { "" }, near.distance)?;
                near.right.at_least(Grip::Item, f)
            }
            What::In(field, inner) => {
                write!(f, "{}:", field.name())?;
                inner.at_least(Grip::Item, f)
            }
            What::Term(term) => term.fmt(f),
            What::Loose(loose) => write!(f, "\"{}\"~{}", loose.text, loose.distance),
            What::Regex(expression) => expression.fmt(f),
            What::Fact(fact) => fact.fmt(f),
            What::Named(named) if f.alternate() => named.inner.fmt(f),
            What::Named(named) => named.fmt(f),
        }
    }
}

impl Node {
    /// The node, in parentheses if it would fall apart.
    fn at_least(&self, least: Grip, f: &mut Formatter<'_>) -> fmt::Result {
        if grip(self, f.alternate()) >= least {
            return self.fmt(f);
        }
        f.write_str("(")?;
        self.fmt(f)?;
        f.write_str(")")
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.manner {
            Manner::Words if is_bare(&self.text) => f.write_str(&self.text),
            Manner::Words => write!(f, "\"{}\"", self.text),
            Manner::Prefix if is_bare(&self.text) => write!(f, "{}*", self.text),
            Manner::Prefix => write!(f, "\"{}\"*", self.text),
            Manner::Exact => write!(f, "`{}`", self.text),
            Manner::Tag => write!(f, "#{}", self.text),
            Manner::Handle => write!(f, "@{}", self.text),
        }
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("/")?;
        let mut characters = self.source.chars();
        while let Some(c) = characters.next() {
            match c {
                '/' => f.write_str("\\/")?,
                '\\' => {
                    f.write_char(c)?;
                    characters.next().map_or(Ok(()), |next| f.write_char(next))?;
                }
                _ => f.write_char(c)?,
            }
        }
        write!(f, "/{}", self.flags)
    }
}

impl TextField {
    /// The word before the colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::Url => "url",
            Self::Author => "author",
            Self::Tag => "tag",
            Self::Source => "source",
        }
    }
}

impl Display for Named {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            NamedKind::Query => "query",
            NamedKind::Set => "set",
        };
        let bare = !self.name.contains(|c: char| c.is_whitespace() || is_quote(c) || matches!(c, '(' | ')'));
        if bare { write!(f, "{kind}:{}", self.name) } else { write!(f, "{kind}:\"{}\"", self.name) }
    }
}

impl Display for Fact {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Site(hosts) => write!(f, "site:{}", hosts.join(",")),
            Self::Links(links) => write!(f, "links:{}", links.join(",")),
            Self::Type(kinds) => words("type", kinds, f),
            Self::Lang(languages) => {
                let languages: Vec<&str> = languages.iter().map(|language| language.as_str()).collect();
                write!(f, "lang:{}", languages.join(","))
            }
            Self::Tone(tones) => words("tone", tones, f),
            Self::Score(range) => compare("score", range, f64::to_string, f),
            Self::Rating(range) => compare("rating", range, f64::to_string, f),
            Self::Reach(range) => compare("reach", range, u64::to_string, f),
            Self::Engagement(range) => compare("engagement", range, u64::to_string, f),
            Self::Age(range) => compare("age", range, |age: &Duration| units::duration_text(*age), f),
            Self::Date(range) => compare("date", range, ToString::to_string, f),
            Self::Kind(kinds) => words("kind", kinds, f),
            Self::Severity(range) => compare("severity", range, |severity| severity.word().to_owned(), f),
            Self::Is(flags) => words("is", flags, f),
            Self::Has(parts) => words("has", parts, f),
            Self::Case(states) => words("case", states, f),
        }
    }
}

fn words<T: Choice>(field: &str, choices: &[T], f: &mut Formatter<'_>) -> fmt::Result {
    let words: Vec<&str> = choices.iter().map(|choice| choice.word()).collect();
    write!(f, "{field}:{}", words.join(","))
}

fn compare<T: PartialEq>(
    field: &str,
    range: &Range<T>,
    text: impl Fn(&T) -> String,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    use Bound::{Excluded, Included, Unbounded};
    write!(f, "{field}:")?;
    match (&range.from, &range.to) {
        (Included(from), Included(to)) if from == to => f.write_str(&text(from)),
        (Included(from), Included(to)) => write!(f, "{}..{}", text(from), text(to)),
        (Included(from), _) => write!(f, ">={}", text(from)),
        (Excluded(from), _) => write!(f, ">{}", text(from)),
        (Unbounded, Included(to)) => write!(f, "<={}", text(to)),
        (Unbounded, Excluded(to)) => write!(f, "<{}", text(to)),
        (Unbounded, Unbounded) => f.write_str(".."),
    }
}
