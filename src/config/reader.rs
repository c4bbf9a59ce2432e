//! Walks a TOML document and keeps the place of every value, so that all faults are found at once. Knows how to read
//! types, not which keys there are (`file.rs`) nor what they mean. Never prints a value it does not understand.

use std::collections::HashSet;

use toml::de::{DeTable, DeValue};

use super::fault::{Findings, Place};
use super::words::Word;
use crate::model::suggest;

/// A value and where it was written.
#[derive(Clone)]
pub(super) struct Written<T> {
    /// The value.
    pub(super) value: T,
    /// Where it stands.
    pub(super) place: Place,
}

/// What became of a key.
#[derive(Default)]
pub(super) enum Key<T> {
    /// It does not stand there.
    #[default]
    Absent,
    /// It stands there, its value is wrong, and that has been said.
    Faulty,
    /// It stands there.
    Given(Written<T>),
}

impl<T> Key<T> {
    /// What was written, if it was right.
    pub(super) fn given(self) -> Option<Written<T>> {
        match self {
            Self::Given(written) => Some(written),
            Self::Absent | Self::Faulty => None,
        }
    }

    /// What was written, left where it is.
    pub(super) fn given_ref(&self) -> Option<&Written<T>> {
        match self {
            Self::Given(written) => Some(written),
            Self::Absent | Self::Faulty => None,
        }
    }

    /// The value, or the default.
    pub(super) fn or(self, default: T) -> T {
        self.given().map_or(default, |written| written.value)
    }

    /// The value, or an empty one.
    pub(super) fn or_default(self) -> T
    where
        T: Default,
    {
        self.or(T::default())
    }

    /// The place, if the value was right.
    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Self::Given(written) => Some(&written.place),
            Self::Absent | Self::Faulty => None,
        }
    }

    /// Whether the key does not stand there.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// What was written; a key that is not there is a fault of `table`, answered with an example line.
    pub(super) fn required(
        self,
        table: &Place,
        key: &str,
        example: &str,
        findings: &mut Findings,
    ) -> Option<Written<T>> {
        if self.is_absent() {
            findings.add_absence(&table.child(key), "the key is missing", format!("for instance `{example}`"));
        }
        self.given()
    }

    /// Changes the table behind the key, which is made if there is none.
    pub(super) fn change(&mut self, place: &Place, change: impl FnOnce(&mut T))
    where
        T: Default,
    {
        let made = || Written { value: T::default(), place: place.clone() };
        let mut written = std::mem::take(self).given().unwrap_or_else(made);
        change(&mut written.value);
        *self = Self::Given(written);
    }
}

/// A type that a key can have.
pub(super) trait Readable: Sized {
    /// What it is called, with its article.
    const KIND: &'static str;

    /// Reads it; `None` if it is wrong, after saying so.
    fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self>;

    /// The paths of the keys in it: its own, unless it is a table.
    fn keys(path: &str, out: &mut Vec<String>) {
        out.push(path.to_owned());
    }
}

/// What a table is called.
pub(super) const TABLE: &str = "a table";

/// The document that is being read.
pub(super) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    line_starts: Vec<usize>,
    /// What was found wrong.
    pub(super) findings: &'a mut Findings,
}

impl<'a> Reader<'a> {
    /// A reader of one file's text.
    pub(super) fn new(file: &'a str, text: &'a str, findings: &'a mut Findings) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file, text, line_starts, findings }
    }

    /// The place of a byte.
    pub(super) fn place(&self, offset: usize, key: String) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        Place { file: self.file.to_owned(), line, column, key }
    }

    /// Reads one key of a table.
    pub(super) fn key<T: Readable>(&mut self, table: &DeTable<'_>, at: &Place, key: &str) -> Key<T> {
        let Some(spanned) = table.get(key) else { return Key::Absent };
        let place = self.place(spanned.span().start, at.child(key).key);
        match T::read(spanned.get_ref(), &place, self) {
            Some(value) => Key::Given(Written { value, place }),
            None => Key::Faulty,
        }
    }

    /// Says which keys of a table do not belong there. A secret that stands in the file itself is told where to go.
    pub(super) fn refuse_other_keys(&mut self, table: &DeTable<'_>, at: &Place, allowed: &[&str]) {
        for (key, _) in table {
            let name = key.get_ref();
            if allowed.contains(&name.as_ref()) {
                continue;
            }
            let place = self.place(key.span().start, at.child(&name.escape_debug().to_string()).key);
            let beside = format!("{}_file", name.to_lowercase());
            if matches!(beside.as_str(), "password_file" | "token_file" | "secret_file")
                && allowed.contains(&beside.as_str())
            {
                let hint =
                    format!("write it into a file of its own and name that with `{beside}`, or use the environment");
                self.findings.add(&place, "a secret must not stand in the configuration", hint);
            } else {
                self.findings.add(&place, "there is no such key", suggest::hint(name, allowed));
            }
        }
    }

    fn wrong_type<T>(&mut self, expected: &str, found: &DeValue<'_>, place: &Place, hint: &str) -> Option<T> {
        let found = match found {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a decimal number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.findings.add(place, format!("expected {expected}, found {found}"), hint);
        None
    }
}

impl<T: Word> Readable for T {
    const KIND: &'static str = T::WHAT;

    fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::String(text) = value else {
            return reader.wrong_type(Self::KIND, value, place, &format!("for instance `\"{}\"`", T::EXAMPLE));
        };
        match T::parse(text) {
            Ok(word) => Some(word),
            Err(wrong) => {
                reader.findings.add(place, wrong.message, wrong.hint);
                None
            }
        }
    }
}

impl Readable for bool {
    const KIND: &'static str = "true or false";

    fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self> {
        value.as_bool().or_else(|| reader.wrong_type(Self::KIND, value, place, "without quotes"))
    }
}

impl Readable for i64 {
    const KIND: &'static str = "a whole number";

    fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self> {
        let number = value.as_integer().and_then(|number| Self::from_str_radix(number.as_str(), number.radix()).ok());
        let hint = if value.is_float() { "without a fraction" } else { "without quotes" };
        number.or_else(|| reader.wrong_type(Self::KIND, value, place, hint))
    }
}

impl Readable for f64 {
    const KIND: &'static str = "a number";

    fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self> {
        let number = match value {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number.or_else(|| reader.wrong_type(Self::KIND, value, place, "without quotes"))
    }
}

/// A list; one wrong element makes it faulty, after all of them have been looked at.
impl<T: Readable> Readable for Vec<Written<T>> {
    const KIND: &'static str = "a list";

    fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(elements) = value.as_array() else {
            let hint = match value {
                DeValue::Table(_) => format!("write `[[{}]]` with two brackets; it may stand several times", place.key),
                _ if T::KIND == TABLE => {
                    format!("write `[[{}]]` and its keys below; it may stand several times", place.key)
                }
                _ => "put it in brackets: `[...]`".to_owned(),
            };
            return reader.wrong_type(Self::KIND, value, place, &hint);
        };
        let mut list = Vec::new();
        let mut seen = HashSet::new();
        for (index, element) in elements.iter().enumerate() {
            let place = reader.place(element.span().start, format!("{}[{index}]", place.key));
            if let Some(text) = element.get_ref().as_str().filter(|text| !seen.insert(*text)) {
                let message = format!("`{}` stands twice in the list", text.escape_debug());
                reader.findings.add(&place, message, "remove one of them");
            }
            list.push(T::read(element.get_ref(), &place, reader).map(|value| Written { value, place }));
        }
        list.into_iter().collect()
    }

    fn keys(path: &str, out: &mut Vec<String>) {
        T::keys(path, out);
    }
}

/// The table behind a value; `None` after saying that it is none.
pub(super) fn table<'v, 'i>(value: &'v DeValue<'i>, place: &Place, reader: &mut Reader<'_>) -> Option<&'v DeTable<'i>> {
    let hint = match value {
        DeValue::Array(_) => format!("write `[{}]` with single brackets, once", place.key),
        _ => match place.key.strip_suffix(']').and_then(|key| key.rsplit_once('[')) {
            Some((list, _)) => format!("write `[[{list}]]` and its keys below"),
            None => format!("write `[{}]` and its keys below", place.key),
        },
    };
    value.as_table().or_else(|| reader.wrong_type(TABLE, value, place, &hint))
}
