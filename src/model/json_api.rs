//! A JSON API that is described by the configuration: where in its answers what stands, and how its pages follow each
//! other. Pure; `source::json` asks by it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use http::HeaderMap;
use serde_json::Value;

use super::{Credential, EntryKind, Instant, Slot};

/// The description of an API.
#[derive(Debug, Clone)]
pub struct JsonApi {
    /// What its entries are known by: keys are `NETWORK:ID`. Two sources with the same one know each other's entries.
    pub network: String,
    /// Where the token belongs.
    pub credential: Slot,
    /// The secrets that it wants besides.
    pub secrets: Vec<Credential>,
    /// Further headers; none is secret.
    pub headers: HeaderMap,
    /// Where the list of items stands: a JSON Pointer (RFC 6901); empty where the document is the list.
    pub list: String,
    /// How pages follow each other.
    pub paging: Paging,
    /// How dates are written.
    pub dates: DateForm,
    /// Whether titles and texts are HTML.
    pub html: bool,
    /// What sort of thing its entries are.
    pub kind: Option<EntryKind>,
    /// Where in an item what stands.
    pub fields: Fields,
}

/// How the pages of an API follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// There is one page.
    None,
    /// Pages are counted from this number, `{page}` in the address. The last one has fewer items than a full page, or none
    /// where nobody says how many that are.
    Page {
        /// The number of the first.
        first: u32,
        /// Items of a full page.
        size: Option<u32>,
    },
    /// Items are counted from 0, `{offset}` in the address. The last page is known as above.
    Offset {
        /// Items of a full page.
        size: Option<u32>,
    },
    /// Each answer has a text here that asks for the next page, `{cursor}` in the address.
    Cursor(String),
    /// Each answer has the address of the next page here.
    Address(String),
    /// Each answer has the address of the next page in its `Link` header (RFC 8288).
    Link,
}

/// How dates are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateForm {
    /// As people and machines usually write them: RFC 3339, RFC 2822 and their kin.
    Usual,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMilliseconds,
    /// In this form of `strftime`, in UTC where it has no offset.
    Form(String),
}

/// The instant that a text means in a form of `strftime`: in UTC where it has no offset, and the beginning of the day
/// where it has no time.
#[must_use]
pub fn instant_in(form: &str, text: &str) -> Option<Instant> {
    let zoned = || DateTime::parse_from_str(text, form).map(|at| at.to_utc());
    let local = || NaiveDateTime::parse_from_str(text, form).map(|at| at.and_utc());
    let day = || NaiveDate::parse_from_str(text, form).map(|day| day.and_time(NaiveTime::MIN).and_utc());
    zoned().or_else(|_| local()).or_else(|_| day()).ok()
}

/// Where in an item what stands.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// Its id within the network. An item without one is no entry.
    pub id: Pick,
    /// Where people can read it.
    pub url: Option<Pick>,
    /// Its title: the first of these that is there.
    pub title: Vec<Pick>,
    /// Its text: all of these, as paragraphs.
    pub text: Vec<Pick>,
    /// The author's name.
    pub author: Option<Pick>,
    /// The author's handle.
    pub author_handle: Option<Pick>,
    /// The author's page.
    pub author_url: Option<Pick>,
    /// The author's followers.
    pub followers: Option<Pick>,
    /// When it was published.
    pub published: Option<Pick>,
    /// Its language.
    pub language: Option<Pick>,
    /// A list of tags, or one.
    pub tags: Option<Pick>,
    /// Its stars.
    pub rating: Option<Pick>,
    /// Counts that are added up.
    pub engagement: Vec<Pick>,
    /// The id of what it answers to.
    pub parent: Option<Pick>,
    /// The id of what began its thread.
    pub thread: Option<Pick>,
    /// Where in the network it was said.
    pub place: Option<Pick>,
}

/// Where a value stands, or how it is put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// At this JSON Pointer.
    At(String),
    /// A text with values in it: `https://x.example/{/id}`. Each part is a text and the pointer that follows it.
    Text(Vec<(String, String)>, String),
}

impl Default for Pick {
    fn default() -> Self {
        Self::At(String::new())
    }
}

impl Pick {
    /// What a configuration says: a pointer begins with `/`, and so does what stands in braces; `None` where a brace is
    /// left open or holds no pointer.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with('/') {
            return Some(Self::At(text.to_owned()));
        }
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, behind)) = rest.split_once('{') {
            let (pointer, after) = behind.split_once('}')?;
            if !pointer.starts_with('/') {
                return None;
            }
            parts.push((before.to_owned(), pointer.to_owned()));
            rest = after;
        }
        (!parts.is_empty()).then(|| Self::Text(parts, rest.to_owned()))
    }

    /// As the configuration has it.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::At(pointer) => pointer.clone(),
            Self::Text(parts, end) => {
                let parts = parts.iter().map(|(before, pointer)| format!("{before}{{{pointer}}}"));
                parts.chain([end.clone()]).collect()
            }
        }
    }

    /// The value in an item; of a text all of its values have to be there.
    #[must_use]
    pub fn value(&self, item: &Value) -> Option<Value> {
        match self {
            Self::At(pointer) => item.pointer(pointer).filter(|value| !value.is_null()).cloned(),
            Self::Text(parts, end) => {
                let mut text = String::new();
                for (before, pointer) in parts {
                    text.push_str(before);
                    match item.pointer(pointer)? {
                        Value::String(value) if !value.is_empty() => text.push_str(value),
                        Value::Number(value) => text.push_str(&value.to_string()),
                        _ => return None,
                    }
                }
                text.push_str(end);
                Some(Value::String(text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pick_is_a_pointer_or_a_text_with_pointers() {
        let item = json!({"id": 7, "who": {"name": "Åse"}, "none": null, "empty": ""});
        for (text, expected) in [
            ("/id", Some(json!(7))),
            ("/who/name", Some(json!("Åse"))),
            ("/none", None),
            ("/absent", None),
            ("https://x.example/{/who/name}/{/id}#top", Some(json!("https://x.example/Åse/7#top"))),
            ("{/id}", Some(json!("7"))),
            ("{/id}{/none}", None),
            ("{/empty}", None),
        ] {
            let pick = Pick::parse(text).unwrap();
            assert_eq!(pick.value(&item), expected, "{text}");
            assert_eq!(pick.written(), text);
        }
        for wrong in ["id", "", "{id}", "{/id", "x}"] {
            assert_eq!(Pick::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_form_of_dates_needs_no_time_and_no_offset() {
        for (form, text, expected) in [
            ("%d.%m.%Y", "20.11.2026", Some("2026-11-20T00:00:00Z")),
            ("%d.%m.%Y %H:%M", "20.11.2026 09:30", Some("2026-11-20T09:30:00Z")),
            ("%d.%m.%Y %H:%M %z", "20.11.2026 09:30 +0100", Some("2026-11-20T08:30:00Z")),
            ("%s", "1795162471", Some("2026-11-20T08:14:31Z")),
            ("%d.%m.", "20.11.", None),
            ("%H:%M", "09:30", None),
            ("%d.%m.%Y", "2026-11-20", None),
        ] {
            assert_eq!(instant_in(form, text), expected.map(|at| at.parse().unwrap()), "{form}");
        }
    }
}
