//! Checks that several tables share: ranges, names that must be unique, references to brands. Pure.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::fault::Findings;
use super::file::List;
use super::reader::{Key, Written};
use super::words::{Bytes, Line, shown};
use crate::model::{suggest, units};

/// A second, a minute and so on, for ranges and defaults.
pub(super) const SECOND: Duration = Duration::from_secs(1);
/// Sixty seconds.
pub(super) const MINUTE: Duration = Duration::from_secs(60);
/// Sixty minutes.
pub(super) const HOUR: Duration = Duration::from_secs(3600);
/// Twenty-four hours.
pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// How a value is written in a message.
pub(super) trait Said {
    /// As a user would write it.
    fn said(&self) -> String;
}

impl Said for Duration {
    fn said(&self) -> String {
        units::duration_text(*self)
    }
}

impl Said for Bytes {
    fn said(&self) -> String {
        units::bytes_text(self.0)
    }
}

impl Said for i64 {
    fn said(&self) -> String {
        self.to_string()
    }
}

impl Said for f64 {
    fn said(&self) -> String {
        self.to_string()
    }
}

/// The value or its default. A value outside `range` is a fault; `why` tells what the limit is for.
pub(super) fn within<T>(key: Key<T>, range: RangeInclusive<T>, default: T, why: &str, findings: &mut Findings) -> T
where
    T: Copy + PartialOrd + Said,
{
    let Some(written) = key.given() else { return default };
    if !range.contains(&written.value) {
        let (least, most) = (range.start().said(), range.end().said());
        let message = format!("`{}` is out of range: `{least}` to `{most}`", written.value.said());
        findings.add(&written.place, message, why);
    }
    written.value
}

/// A whole number within `range`, as the type that the resolved configuration has.
pub(super) fn count<N>(key: Key<i64>, range: RangeInclusive<i64>, default: i64, why: &str, findings: &mut Findings) -> N
where
    N: TryFrom<i64> + Default,
{
    N::try_from(within(key, range, default, why, findings)).unwrap_or_default()
}

/// Unique names of one kind of thing.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, usize>);

impl Names {
    /// Takes a name; one that is taken already is a fault.
    pub(super) fn take(&mut self, name: &Written<Line>, findings: &mut Findings) {
        let message = || format!("the name {} is taken", shown(&name.value.0));
        match self.0.get(&name.value.0) {
            Some(0) => findings.add(&name.place, message(), "give it once"),
            Some(line) => {
                let hint = format!("it was given on line {line}; the store tells things apart by their names");
                findings.add(&name.place, message(), hint);
            }
            None => {
                self.0.insert(name.value.0.clone(), name.place.line);
            }
        }
    }

    /// Whether the name is taken.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The name that was likely meant.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        suggest::nearest(name, self.0.keys().map(String::as_str))
    }

    /// The brands that a list names, or whose names fit what it says with `*`; what names none is a fault.
    pub(super) fn chosen(&self, list: Key<List<Line>>, findings: &mut Findings) -> Vec<String> {
        let (patterns, names): (List<Line>, List<Line>) =
            list.or(Vec::new()).into_iter().partition(|line| line.value.0.contains('*'));
        let mut chosen = self.existing(names, findings);
        for Written { value: Line(pattern), place } in patterns {
            let fitting: Vec<&String> = self.0.keys().filter(|name| fits(name, &pattern)).collect();
            if fitting.is_empty() {
                let message = format!("no brand has a name like {}", shown(&pattern));
                findings.add_absence(&place, message, "`*` stands for any number of characters");
            }
            chosen.extend(fitting.into_iter().cloned());
        }
        chosen
    }

    /// The brands that a list names; one that does not exist is a fault.
    pub(super) fn brands(&self, list: Key<List<Line>>, findings: &mut Findings) -> Vec<String> {
        self.existing(list.or(Vec::new()), findings)
    }

    fn existing(&self, named: List<Line>, findings: &mut Findings) -> Vec<String> {
        for Written { value: Line(name), place } in named.iter().filter(|name| !self.has(&name.value.0)) {
            let hint = match self.nearest(name) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("add a `[[brand]]` with `name = {name:?}`"),
            };
            findings.add_absence(place, format!("there is no brand {}", shown(name)), hint);
        }
        named.into_iter().map(|name| name.value.0).collect()
    }
}

/// Whether a name is what a pattern stands for, in which `*` is any number of characters.
pub(super) fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| name.strip_prefix(start)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part).and_then(|at| rest.get(at + part.len()..)) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// A list of lines as plain strings.
pub(super) fn lines(list: Key<List<Line>>) -> Vec<String> {
    list.or(Vec::new()).into_iter().map(|line| line.value.0).collect()
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (name, pattern, expected) in [
            ("Acme Shoes", "Acme *", true),
            ("Acme", "Acme *", false),
            ("Acme Shoes", "*shoes", false),
            ("Acme Shoes", "*Shoes", true),
            ("Acme Shoes", "A*e*s", true),
            ("Acme Shoes", "A*x*s", false),
            ("aba", "ab*ba", false),
            ("anything", "*", true),
            ("Acme", "Acme", true),
        ] {
            assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
        }
    }
}
