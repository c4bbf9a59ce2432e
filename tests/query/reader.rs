//! A reader who knows nothing of hashes: he tries every place of every text, and every pair of places, and tells what shows
//! that a query holds.

use std::collections::BTreeSet;

use mentiond::model::{Entry, Field, Folding, Hit};
use mentiond::query::{Fact, Manner, Node, TextField, What};

use super::places::{Part, Place, Speller, words};

/// The parts of an entry in the order in which hits are told.
fn parts<'e>(entry: &'e Entry, source: &'e str) -> Vec<Part<'e>> {
    let mut parts = Vec::new();
    let mut add = |field, hits, text: &'e str, prose, name| {
        parts.push(Part { number: parts.len(), field, hits, text, prose, name });
    };
    add(TextField::Title, Some(Field::Title), &entry.title, true, None);
    add(TextField::Text, Some(Field::Text), &entry.text, true, None);
    add(TextField::Url, Some(Field::Url), entry.url.as_deref().unwrap_or_default(), false, None);
    if let Some(author) = &entry.author {
        let handle = author.handle.as_deref().unwrap_or_default();
        // Who has no other name is told by the handle.
        let name = if author.name == handle { "" } else { &author.name };
        add(TextField::Author, Some(Field::Author), name, false, None);
        add(TextField::Author, Some(Field::Author), handle, false, Some('@'));
    }
    for tag in &entry.tags {
        add(TextField::Tag, Some(Field::Tag), tag, false, Some('#'));
    }
    add(TextField::Source, None, source, false, None);
    parts
}

/// What a query is told to be called where it is found: the term as it is written, at a place.
type Shown = BTreeSet<(usize, usize, usize, String)>;

/// Reads one entry.
pub struct Reader<'e> {
    speller: Speller,
    entry: &'e Entry,
    parts: Vec<Part<'e>>,
}

impl<'e> Reader<'e> {
    pub fn new(folding: Folding, entry: &'e Entry, source: &'e str) -> Self {
        Self { speller: Speller { folding }, entry, parts: parts(entry, source) }
    }

    /// The hits, if `node` holds.
    pub fn find(&self, node: &Node) -> Option<Vec<Hit>> {
        self.holds(node, None).then(|| {
            let mut shown = Shown::new();
            self.show(node, None, true, &mut shown);
            let hit = |(part, start, end, term): (usize, usize, usize, String)| {
                Some(Hit { term, field: self.parts[part].hits?, start, end })
            };
            shown.into_iter().filter_map(hit).collect()
        })
    }

    /// The parts that are asked: one field, or all but the source.
    fn asked(&self, only: Option<TextField>) -> impl Iterator<Item = &Part<'e>> {
        self.parts.iter().filter(move |part| match only {
            Some(only) => part.field == only,
            None => part.field != TextField::Source,
        })
    }

    fn holds(&self, node: &Node, only: Option<TextField>) -> bool {
        match &node.what {
            What::And(nodes) => nodes.iter().all(|node| self.holds(node, only)),
            What::Or(nodes) => nodes.iter().any(|node| self.holds(node, only)),
            What::Not(inner) => !self.holds(inner, only),
            What::In(field, inner) => self.holds(inner, Some(*field)),
            What::Named(named) => self.holds(&named.inner, only),
            What::Regex(expression) => self.asked(only).any(|part| expression.regex.is_match(part.text)),
            What::Fact(fact) => self.knows(fact),
            What::Term(_) | What::Loose(_) | What::Near(_) => !self.found(node, only).is_empty(),
        }
    }

    fn knows(&self, fact: &Fact) -> bool {
        if let Fact::Site(hosts) = fact {
            let host = self.entry.url.as_ref().map(|url| url.split('/').nth(2).unwrap());
            return host
                .is_some_and(|host| hosts.iter().any(|wanted| format!(".{host}").ends_with(&format!(".{wanted}"))));
        }
        match fact.to_string().as_str() {
            "has:title" => !self.entry.title.is_empty(),
            "has:author" => {
                self.entry.author.as_ref().is_some_and(|author| !author.name.is_empty() || author.handle.is_some())
            }
            "rating:>=3" => self.entry.rating.is_some_and(|rating| rating >= 3.0),
            other => panic!("{other} is not asked here"),
        }
    }

    /// What shows that `node` holds, or that it does not if that is not `wanted`.
    fn show(&self, node: &Node, only: Option<TextField>, wanted: bool, shown: &mut Shown) {
        match &node.what {
            What::And(nodes) | What::Or(nodes) => {
                let telling = nodes.iter().filter(|node| self.holds(node, only) == wanted);
                telling.for_each(|node| self.show(node, only, wanted, shown));
            }
            What::Not(inner) => self.show(inner, only, !wanted, shown),
            What::In(field, inner) => self.show(inner, Some(*field), wanted, shown),
            What::Named(named) => self.show(&named.inner, only, wanted, shown),
            What::Regex(expression) if wanted => {
                for part in self.asked(only) {
                    let found = expression.regex.find_iter(part.text);
                    shown.extend(found.map(|at| (part.number, at.start(), at.end(), expression.to_string())));
                }
            }
            What::Term(_) | What::Loose(_) | What::Near(_) if wanted => {
                let found = self.found(node, only);
                shown.extend(found.into_iter().map(|(place, term)| (place.part, place.start, place.end, term)));
            }
            _ => {}
        }
    }

    /// Where a term, or what makes several of them hold together, stands.
    fn found(&self, node: &Node, only: Option<TextField>) -> BTreeSet<(Place, String)> {
        let mut found = BTreeSet::new();
        for part in self.asked(only) {
            match &node.what {
                What::Term(term) => {
                    let name = if term.manner == Manner::Words { term.text.clone() } else { term.to_string() };
                    found.extend(self.speller.places(term, part).into_iter().map(|place| (place, name.clone())));
                }
                What::Or(branches) => {
                    branches.iter().for_each(|branch| found.extend(self.found(branch, Some(part.field))))
                }
                What::Named(named) => found.extend(self.found(&named.inner, Some(part.field))),
                What::Loose(loose) => found.extend(self.loose(&loose.text, loose.distance as usize, part)),
                What::Near(near) => {
                    let sides = [&near.left, &near.right].map(|side| self.found(side, Some(part.field)));
                    let close = |one: &Place, next: &Place| {
                        one.part == next.part
                            && next.first > one.last
                            && next.first - one.last - 1 <= near.distance as usize
                    };
                    for (left, right) in
                        sides[0].iter().flat_map(|left| sides[1].iter().map(move |right| (left, right)))
                    {
                        if close(&left.0, &right.0) || !near.ordered && close(&right.0, &left.0) {
                            found.extend([left.clone(), right.clone()]);
                        }
                    }
                }
                other => panic!("{other:?} has no place"),
            }
        }
        found
    }

    /// The words of a phrase in every stretch in which each has a word of its own.
    fn loose(&self, text: &str, distance: usize, part: &Part<'_>) -> BTreeSet<(Place, String)> {
        let wanted: Vec<&str> = words(text).into_iter().map(|(start, end)| &text[start..end]).collect();
        let given = words(part.text);
        let meets =
            |number: usize, wanted: &str| self.speller.meet(&part.text[given[number].0..given[number].1], wanted);
        let mut found = BTreeSet::new();
        for first in 0..given.len() {
            let stretch = first..given.len().min(first + wanted.len() + distance);
            if !each_has_its_own(&wanted, &stretch.clone().collect::<Vec<_>>(), &meets) {
                continue;
            }
            for (number, wanted) in stretch.flat_map(|number| wanted.iter().map(move |wanted| (number, wanted))) {
                if meets(number, wanted) {
                    let (start, end) = given[number];
                    let place = Place { part: part.number, start, end, first: number, last: number };
                    found.insert((place, (*wanted).to_owned()));
                }
            }
        }
        found
    }
}

/// Whether each of the wanted words can have one of the given words for itself.
fn each_has_its_own(wanted: &[&str], given: &[usize], meets: &dyn Fn(usize, &str) -> bool) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return true };
    given.iter().filter(|number| meets(**number, first)).any(|number| {
        let others: Vec<usize> = given.iter().copied().filter(|other| other != number).collect();
        each_has_its_own(rest, &others, meets)
    })
}
