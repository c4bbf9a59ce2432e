//! A JSON API that is described by the configuration: where in its answers what stands, and how its pages follow each
//! other. Pure; `source::json` asks by it.

use http::HeaderMap;
use serde_json::Value;

use super::{EntryKind, Slot};

/// The description of an API.
#[derive(Debug, Clone)]
pub struct JsonApi {
    /// What its entries are known by: keys are `NETWORK:ID`. Two sources with the same one know each other's entries.
    pub network: String,
    /// Where the secret belongs.
    pub credential: Slot,
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
    /// Pages are counted from this number, `{page}` in the address; a page with fewer items than its size is the last.
    Page {
        /// The number of the first.
        first: u32,
        /// Items of a full page.
        size: u32,
    },
    /// Items are counted from 0, `{offset}` in the address; a page with fewer items than its size is the last.
    Offset {
        /// Items of a full page.
        size: u32,
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
            assert_eq!(Pick::parse(text).unwrap().value(&item), expected, "{text}");
        }
        for wrong in ["id", "", "{id}", "{/id", "x}"] {
            assert_eq!(Pick::parse(wrong), None, "{wrong}");
        }
    }
}
