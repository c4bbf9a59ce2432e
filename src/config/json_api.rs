//! `[source.json]`: a JSON API described in words. What each key means stands in `model::json_api`.

use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;

use super::check::count;
use super::fault::{Findings, Place};
use super::file::{JsonTable, List};
use super::reader::Key;
use super::words::{Word, Wrong, choice, shown};
use crate::model::json_api::{DateForm, Fields, JsonApi, Paging, Pick};
use crate::model::{Credential, EntryKind, Slot};

impl Word for Pick {
    const WHAT: &'static str = "a place in an item";
    const EXAMPLE: &'static str = "/author/name";

    fn parse(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).ok_or_else(|| {
            let hint =
                "write a JSON Pointer like `/author/name`, or a text with pointers like `https://x.example/{/id}`";
            Wrong::new(format!("{} is not {}", shown(text), Self::WHAT), hint)
        })
    }
}

/// A JSON Pointer (RFC 6901); an empty one is the whole document.
pub(super) struct Pointer(String);

impl Word for Pointer {
    const WHAT: &'static str = "a JSON Pointer";
    const EXAMPLE: &'static str = "/data/items";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text.is_empty() || text.starts_with('/') { Ok(Self(text.to_owned())) } else { Err(Wrong::not::<Self>(text)) }
    }
}

impl Word for EntryKind {
    const WHAT: &'static str = "a sort of entry";
    const EXAMPLE: &'static str = "forum";

    fn parse(text: &str) -> Result<Self, Wrong> {
        choice(text, Self::ALL.map(|kind| (kind.as_str(), kind)))
    }
}

impl Word for DateForm {
    const WHAT: &'static str = "a form of dates";
    const EXAMPLE: &'static str = "unix";

    fn parse(text: &str) -> Result<Self, Wrong> {
        match text {
            "usual" => Ok(Self::Usual),
            "unix" => Ok(Self::Unix),
            "unix_ms" => Ok(Self::UnixMilliseconds),
            form if form.contains('%') => {
                let sound = chrono::format::StrftimeItems::new(form).all(|item| item != chrono::format::Item::Error);
                if sound { Ok(Self::Form(form.to_owned())) } else { Err(Wrong::not::<Self>(text)) }
            }
            _ => {
                let hint = "write `usual`, `unix`, `unix_ms`, or a form of strftime like `%Y-%m-%d %H:%M:%S`";
                Err(Wrong::new(format!("{} is not {}", shown(text), Self::WHAT), hint))
            }
        }
    }
}

/// How pages follow each other, without what belongs to it.
#[derive(Clone, Copy)]
pub(super) enum PagingWord {
    None,
    Page,
    Offset,
    Cursor,
    Address,
    Link,
}

impl Word for PagingWord {
    const WHAT: &'static str = "a way of paging";
    const EXAMPLE: &'static str = "page";

    fn parse(text: &str) -> Result<Self, Wrong> {
        choice(
            text,
            [
                ("none", Self::None),
                ("page", Self::Page),
                ("offset", Self::Offset),
                ("cursor", Self::Cursor),
                ("address", Self::Address),
                ("link", Self::Link),
            ],
        )
    }
}

impl Word for Slot {
    const WHAT: &'static str = "a place for the token";
    const EXAMPLE: &'static str = "header X-Api-Key";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let hint = "write `bearer`, `header NAME`, `header NAME PREFIX` or `parameter NAME`";
        let header = |name: &str, prefix: String| {
            let fits = HeaderName::try_from(name).is_ok() && HeaderValue::try_from(&prefix).is_ok();
            fits.then(|| Self::Header(name.to_ascii_lowercase().into(), prefix.into()))
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        let slot = match words.as_slice() {
            ["bearer"] => Some(bearer()),
            ["header", name] => header(name, String::new()),
            ["header", name, prefix] => header(name, format!("{prefix} ")),
            ["parameter", name] => Some(Self::Parameter((*name).to_owned().into())),
            _ => None,
        };
        slot.ok_or_else(|| Wrong::new(format!("{} is not {}", shown(text), Self::WHAT), hint))
    }
}

/// What the names of headers have in them that hold secrets.
const SECRET: [&str; 7] = ["authorization", "cookie", "api-key", "apikey", "token", "secret", "password"];

/// A header of every request, `NAME: VALUE`. None holds a secret.
pub(super) struct Header(HeaderName, HeaderValue);

impl Word for Header {
    const WHAT: &'static str = "a header";
    const EXAMPLE: &'static str = "X-Version: 2";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let (name, value) = text.split_once(':').ok_or_else(|| Wrong::not::<Self>(text))?;
        if SECRET.iter().any(|part| name.to_ascii_lowercase().contains(part)) {
            let message = format!("{} is no place for a secret: this file may be seen", shown(name.trim()));
            let hint = format!("write `token_in = \"header {}\"`, and the secret into `token_file`", name.trim());
            return Err(Wrong::new(message, hint));
        }
        match (HeaderName::try_from(name.trim()), HeaderValue::try_from(value.trim())) {
            (Ok(name), Ok(value)) => Ok(Self(name, value)),
            _ => Err(Wrong::not::<Self>(text)),
        }
    }
}

fn bearer() -> Slot {
    Credential::bearer(SecretString::default()).place
}

/// The description of an API; `None` if something that it needs is missing or wrong.
pub(super) fn resolve(table: JsonTable, place: &Place, name: &str, findings: &mut Findings) -> Option<JsonApi> {
    let id = table.id.required(place, "id", "id = \"/id\"", findings);
    let size = count(table.page_size, 1..=10_000, 100, "", findings);
    let first = count(table.first_page, 0..=1, 1, "pages are counted from 0 or from 1", findings);
    let word = table.paging.or(PagingWord::None);
    let next = table.next.given().map(|next| next.value.0);
    if next.is_none() && matches!(word, PagingWord::Cursor | PagingWord::Address) {
        let hint = "name the place in the answer that leads on, for instance `next = \"/meta/next\"`";
        findings.add_absence(&place.child("next"), "this way of paging needs the key", hint);
    }
    let headers = table.headers.or_default().into_iter().map(|header| (header.value.0, header.value.1));
    Some(JsonApi {
        network: table.network.given().map_or_else(|| name.to_owned(), |network| network.value.0),
        credential: table.token_in.given().map_or_else(bearer, |slot| slot.value),
        headers: HeaderMap::from_iter(headers),
        list: table.list.given().map(|list| list.value.0).unwrap_or_default(),
        paging: match (word, next) {
            (PagingWord::Page, _) => Paging::Page { first, size },
            (PagingWord::Offset, _) => Paging::Offset { size },
            (PagingWord::Cursor, Some(next)) => Paging::Cursor(next),
            (PagingWord::Address, Some(next)) => Paging::Address(next),
            (PagingWord::Link, _) => Paging::Link,
            _ => Paging::None,
        },
        dates: table.dates.or(DateForm::Usual),
        html: table.html.or(false),
        kind: table.entry_kind.given().map(|kind| kind.value),
        fields: Fields {
            id: id?.value,
            url: one(table.url),
            title: all(table.title),
            text: all(table.text),
            author: one(table.author),
            author_handle: one(table.author_handle),
            author_url: one(table.author_url),
            followers: one(table.followers),
            published: one(table.published),
            language: one(table.language),
            tags: one(table.tags),
            rating: one(table.rating),
            engagement: all(table.engagement),
            parent: one(table.parent),
            thread: one(table.thread),
            place: one(table.place),
        },
    })
}

fn one(key: Key<Pick>) -> Option<Pick> {
    key.given().map(|pick| pick.value)
}

fn all(key: Key<List<Pick>>) -> Vec<Pick> {
    key.or_default().into_iter().map(|pick| pick.value).collect()
}
