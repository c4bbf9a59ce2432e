//! The tree of a query as indented text, for people who want to see how it was understood.

use std::fmt::Write as _;

use super::fault::column;
use super::syntax::Query;
use super::tree::{Manner, Named, NamedKind, Node, What};

/// Most words of a list that are written out.
const MAX_SHOWN: usize = 10;

impl Query {
    /// The tree, one part per line with its column; what a name stands for is written below it, without columns.
    #[must_use]
    pub fn tree(&self) -> String {
        let mut out = String::new();
        write_node(&mut out, self.root(), 0, Some(self.text()));
        out
    }
}

/// Writes a part of the query `text`; what has a name stands in a text of its own.
fn write_node(out: &mut String, node: &Node, depth: usize, text: Option<&str>) {
    let at = text.map_or_else(String::new, |text| format!("  (column {})", column(text, node.span.start)));
    let _ = writeln!(out, "{:indent$}{}{at}", "", heading(node), indent = depth * 2);
    let mut below = |node: &Node| write_node(out, node, depth + 1, text);
    match &node.what {
        What::And(nodes) | What::Or(nodes) => nodes.iter().for_each(below),
        What::Not(inner) | What::In(_, inner) => below(inner),
        What::Near(near) => [&near.left, &near.right].into_iter().for_each(below),
        What::Named(Named { kind: NamedKind::Query, inner, .. }) => write_node(out, inner, depth + 1, None),
        What::Term(_) | What::Loose(_) | What::Regex(_) | What::Fact(_) | What::Named(_) => {}
    }
}

fn heading(node: &Node) -> String {
    match &node.what {
        What::And(_) => "all of".to_owned(),
        What::Or(_) => "one of".to_owned(),
        What::Not(_) => "not".to_owned(),
        What::Term(term) => {
            let manner = match term.manner {
                Manner::Words if term.text.contains(char::is_whitespace) => "phrase",
                Manner::Words => "word",
                Manner::Prefix => "words that begin so:",
                Manner::Exact => "exactly",
                Manner::Tag => "hashtag",
                Manner::Handle => "handle",
            };
            format!("{manner} {term}")
        }
        What::Loose(loose) => {
            format!("words {:?} in any order, at most {} others among them", loose.text, loose.distance)
        }
        What::Near(near) => {
            let order = if near.ordered { "in this order" } else { "in any order" };
            format!("near, {order}, at most {} words between", near.distance)
        }
        What::Regex(expression) => format!("expression {expression}"),
        What::In(field, _) => format!("in {}:", field.name()),
        What::Fact(fact) => format!("{fact}"),
        What::Named(named @ Named { kind: NamedKind::Query, .. }) => format!("{named}, which is"),
        What::Named(named) => format!("{named}, one of {}", list(&named.inner)),
    }
}

/// The first words of a list.
fn list(inner: &Node) -> String {
    let words = match &inner.what {
        What::Or(words) => words.as_slice(),
        _ => std::slice::from_ref(inner),
    };
    let shown: Vec<String> = words.iter().take(MAX_SHOWN).map(ToString::to_string).collect();
    let more = words.len().saturating_sub(MAX_SHOWN);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
