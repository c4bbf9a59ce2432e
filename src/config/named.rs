//! `[[query]]` and `[[set]]`: expressions and lists of words that have a name, so that queries can ask for them. Never
//! reads an expression; that is the work of `query`.

use super::Located;
use super::check::{Names, lines};
use super::fault::Findings;
use super::file::{List, QueryTable, SetTable};
use super::reader::{Key, Written};

/// A query expression with a name: `query:NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedQuery {
    /// The unique name.
    pub name: String,
    /// The expression, not yet compiled.
    pub query: String,
}

/// A list of words and expressions with a name: `set:NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSet {
    /// The unique name.
    pub name: String,
    /// The words; one that ends with `*` is the beginning of a word.
    pub words: Vec<String>,
}

/// The queries; the place of each is that of its expression.
pub(super) fn queries(list: Key<List<QueryTable>>, findings: &mut Findings) -> Vec<Located<NamedQuery>> {
    let (mut queries, mut names) = (Vec::new(), Names::default());
    for Written { value: table, place } in list.or(Vec::new()) {
        let name = table.name.required(&place, "name", "name = \"complaints\"", findings);
        let query = table.query.required(&place, "query", "query = \"refund OR broken\"", findings);
        name.iter().for_each(|name| names.take(name, findings));
        let Some((name, query)) = name.zip(query) else { continue };
        queries
            .push(Located { value: NamedQuery { name: name.value.0, query: query.value }, place: Some(query.place) });
    }
    queries
}

/// The lists; the place of each is that of its words.
pub(super) fn sets(list: Key<List<SetTable>>, findings: &mut Findings) -> Vec<Located<NamedSet>> {
    let (mut sets, mut names) = (Vec::new(), Names::default());
    for Written { value: table, place } in list.or(Vec::new()) {
        let name = table.name.required(&place, "name", "name = \"scam words\"", findings);
        let words = table.words.required(&place, "words", "words = [\"scam\", \"fraud\"]", findings);
        name.iter().for_each(|name| names.take(name, findings));
        let Some((name, Written { value, place })) = name.zip(words) else { continue };
        let words = lines(Key::Given(Written { value, place: place.clone() }));
        sets.push(Located { value: NamedSet { name: name.value.0, words }, place: Some(place) });
    }
    sets
}
