//! The names that can stand before a colon, and where each may be asked.

use super::facts::Choice;
use super::tree::TextField;
use crate::model::suggest;

/// A name before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Text(TextField),
    Fact(FactField),
    Query,
    Set,
}

/// A field that is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FactField {
    Site,
    Links,
    Type,
    Lang,
    Tone,
    Score,
    Rating,
    Reach,
    Engagement,
    Age,
    Date,
    Kind,
    Severity,
    Is,
    Has,
    Case,
}

/// Every field, in the order of the documentation.
pub(super) const FIELDS: [(&str, Field); 24] = [
    ("title", Field::Text(TextField::Title)),
    ("text", Field::Text(TextField::Text)),
    ("url", Field::Text(TextField::Url)),
    ("author", Field::Text(TextField::Author)),
    ("site", Field::Fact(FactField::Site)),
    ("links", Field::Fact(FactField::Links)),
    ("tag", Field::Text(TextField::Tag)),
    ("source", Field::Text(TextField::Source)),
    ("type", Field::Fact(FactField::Type)),
    ("lang", Field::Fact(FactField::Lang)),
    ("tone", Field::Fact(FactField::Tone)),
    ("score", Field::Fact(FactField::Score)),
    ("rating", Field::Fact(FactField::Rating)),
    ("reach", Field::Fact(FactField::Reach)),
    ("engagement", Field::Fact(FactField::Engagement)),
    ("age", Field::Fact(FactField::Age)),
    ("date", Field::Fact(FactField::Date)),
    ("kind", Field::Fact(FactField::Kind)),
    ("severity", Field::Fact(FactField::Severity)),
    ("is", Field::Fact(FactField::Is)),
    ("has", Field::Fact(FactField::Has)),
    ("case", Field::Fact(FactField::Case)),
    ("query", Field::Query),
    ("set", Field::Set),
];

/// Where a query is asked, and so what is known about an entry there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Scope {
    /// The query of a digest, which chooses brands: a name and labels are all that is known.
    Brand,
    /// The query of a brand: the entry alone. Nothing is known yet of what mentiond thinks of it.
    #[default]
    Entry,
    /// The query of a rule: the entry, its tone and its severity.
    Mention,
    /// A search or an export: also what became of the mention since.
    Kept,
}

impl Field {
    /// The field of that name.
    pub(super) fn of(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        FIELDS.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }

    /// What its operand looks like.
    pub(super) fn example(self) -> String {
        let value = match self {
            Self::Text(TextField::Url) => "reviews",
            Self::Text(TextField::Source) => "\"Hacker News\"",
            Self::Text(_) => "refund",
            Self::Query | Self::Set => "NAME",
            Self::Fact(fact) => match fact {
                FactField::Site | FactField::Links => "example.org",
                FactField::Type => "feed",
                FactField::Lang => "de,nb",
                FactField::Tone => "negative",
                FactField::Score => "<-0.3",
                FactField::Rating => "<=2",
                FactField::Reach => ">1000",
                FactField::Engagement => ">100",
                FactField::Age => "<2d",
                FactField::Date => "2026-11-01..2026-11-30",
                FactField::Kind => "complaint",
                FactField::Severity => "urgent",
                FactField::Is => "copy",
                FactField::Has => "rating",
                FactField::Case => "open",
            },
        };
        format!("{}:{value}", self.name())
    }
}

impl FactField {
    /// The first place that knows it.
    pub(super) fn known_in(self) -> Scope {
        match self {
            Self::Tone | Self::Score | Self::Severity => Scope::Mention,
            Self::Kind | Self::Is | Self::Case => Scope::Kept,
            _ => Scope::Entry,
        }
    }
}

/// What is wrong when a field is asked where nothing is known of it: the message and the hint.
pub(super) fn unknown_here(field: FactField, scope: Scope) -> Option<(String, &'static str)> {
    if scope == Scope::Brand {
        return Some(unknown_of_brands(Field::Fact(field)));
    }
    let name = Field::Fact(field).name();
    let (place, known, hint) = match (scope, field.known_in()) {
        (Scope::Entry, Scope::Mention) => (
            "the query of a brand",
            "after that query has found something",
            "ask for it in the `query` of a `[[rule]]`",
        ),
        (Scope::Entry, Scope::Kept) => (
            "the query of a brand",
            "after that query has found something",
            "ask for it with `mentiond match`, of entries that say so",
        ),
        (Scope::Mention, Scope::Kept) => (
            "the query of a rule",
            "once the mention has been stored",
            "ask for it with `mentiond match`, of entries that say so",
        ),
        _ => return None,
    };
    Some((format!("`{name}:` cannot be asked in {place}: it is known only {known}"), hint))
}

/// The same of a field of words: of a brand only its name, as a title, and its labels, as tags, can be asked.
pub(super) fn no_text_here(field: TextField, scope: Scope) -> Option<(String, &'static str)> {
    let known = scope != Scope::Brand || matches!(field, TextField::Title | TextField::Tag);
    (!known).then(|| unknown_of_brands(Field::Text(field)))
}

fn unknown_of_brands(field: Field) -> (String, &'static str) {
    let message = format!("`{}:` cannot be asked of a brand: it has a name and labels", field.name());
    (message, "ask for a word of its name, or with `tag:` for one of its labels")
}

/// What to do about a name that is none of a field.
pub(super) fn unknown_hint(name: &str, word: &str) -> String {
    let quote_it = format!("to find it as it stands, quote it: `\"{word}\"`");
    match suggest::nearest(name, FIELDS.iter().map(|(name, _)| *name)) {
        Some(meant) => format!("did you mean `{meant}:`? {quote_it}"),
        None => quote_it,
    }
}

/// The choice that a word means.
///
/// # Errors
/// A message and a hint.
pub(super) fn choose<T: Choice>(word: &str) -> Result<T, (String, String)> {
    let words: Vec<&str> = T::ALL.iter().map(|choice| choice.word()).collect();
    let meant = T::ALL.iter().copied().find(|choice| choice.word() == word);
    meant.ok_or_else(|| (format!("`{word}` is not {}", T::WHAT), suggest::hint(word, &words)))
}
