//! `[source.json]`: a JSON API described in words. What each key means stands in `model::json_api`; what has to fit its
//! address, in `template`.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;
use url::Url;

use super::check::count;
use super::env::{TOKEN, further_variable, source_variable};
use super::fault::{Findings, Place};
use super::file::{JsonSecretTable, JsonTable, List};
use super::reader::{Key, Written};
use super::words::{Line, Word, Wrong, choice, shown};
use super::{secret, source};
use crate::model::json_api::{DateForm, Fields, JsonApi, Paging, Pick, instant_in};
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
                let is_form = chrono::format::StrftimeItems::new(form).all(|item| item != chrono::format::Item::Error);
                if !is_form {
                    return Err(Wrong::not::<Self>(text));
                }
                // What it writes it has to be able to read; some forms can only be read.
                let mut written = String::new();
                let is_written = write!(written, "{}", DateTime::<Utc>::UNIX_EPOCH.format(form)).is_ok();
                if !is_written || instant_in(form, &written).is_none() {
                    let message = format!("{} does not tell a day of a year", shown(text));
                    return Err(Wrong::new(message, "for instance `\"%d.%m.%Y\"`, with `%H:%M` where it has a time"));
                }
                Ok(Self::Form(form.to_owned()))
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

/// What the names of headers and parameters have in them, or at their end, that hold secrets.
const SECRET: [&str; 6] = ["authorization", "cookie", "apikey", "token", "secret", "password"];
const SECRET_AT_END: [&str; 7] = ["key", "auth", "authentication", "credential", "credentials", "signature", "pwd"];
/// A parameter that ends so holds a secret if its value is so long and has a digit in it.
const LONG: usize = 16;
/// Values that switch something on or off, whatever the parameter is called (`include_tokens=false`).
const SWITCHES: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "0", "1"];

/// Headers that mentiond writes itself, or that are of one connection.
const OWN: [&str; 9] = [
    "host",
    "user-agent",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "accept-encoding",
    "if-none-match",
    "if-modified-since",
];

/// Whether what has this name is for secrets: surely, or perhaps.
fn is_for_secrets(name: &str) -> (bool, bool) {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    (SECRET.iter().any(|part| name.contains(part)), SECRET_AT_END.iter().any(|end| name.ends_with(end)))
}

/// Whether a parameter of an address is a secret, by its looks.
pub(super) fn looks_secret(name: &str, value: &str) -> bool {
    let (surely, perhaps) = is_for_secrets(name);
    let is_long = value.len() >= LONG && value.bytes().any(|byte| byte.is_ascii_digit());
    let says_nothing = value.is_empty() || value.contains('{') || SWITCHES.contains(&value);
    !says_nothing && (surely || perhaps && is_long)
}

/// A header of every request, `NAME: VALUE`. None holds a secret.
pub(super) struct Header(HeaderName, HeaderValue);

impl Word for Header {
    const WHAT: &'static str = "a header";
    const EXAMPLE: &'static str = "X-Version: 2";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let (name, value) = text.split_once(':').ok_or_else(|| Wrong::not::<Self>(text))?;
        let (surely, perhaps) = is_for_secrets(name);
        if surely || perhaps {
            let message = format!("{} is no place for a secret: this file may be seen", shown(name.trim()));
            let hint = format!(
                "write `token_in = \"header {}\"`, and the secret into `token_file`; a further one goes into \
                 `[[source.json.secret]]`",
                name.trim()
            );
            return Err(Wrong::new(message, hint));
        }
        match (HeaderName::try_from(name.trim()), HeaderValue::try_from(value.trim())) {
            (Ok(name), _) if OWN.contains(&name.as_str()) => Err(Wrong::new(
                format!("{} is a header that mentiond writes itself", shown(name.as_str())),
                "leave it out",
            )),
            (Ok(name), Ok(value)) => Ok(Self(name, value)),
            _ => Err(Wrong::not::<Self>(text)),
        }
    }
}

fn bearer() -> Slot {
    Credential::bearer(SecretString::default()).place
}

/// The secrets of the source that is described.
pub(super) struct Secrets<'s, 'a> {
    pub(super) of: &'s Written<Line>,
    /// Whether its token is absent.
    pub(super) no_token: bool,
    pub(super) url: Option<&'s Url>,
    pub(super) all: &'s mut source::Secrets<'a>,
}

/// The description of an API; `None` if something that it needs is missing or wrong.
pub(super) fn resolve(
    mut table: JsonTable,
    place: &Place,
    secrets: &mut Secrets<'_, '_>,
    findings: &mut Findings,
) -> Option<JsonApi> {
    refuse_what_means_nothing(&table, place, findings);
    let id = table.id.required(place, "id", "id = \"/id\"", findings);
    let has_size = !table.page_size.is_absent();
    let size = Some(count(table.page_size, 1..=10_000, 100, "", findings)).filter(|_| has_size);
    let first = count(table.first_page, 0..=1, 1, "pages are counted from 0 or from 1", findings);
    let word = table.paging.or(PagingWord::None);
    let next_is_absent = table.next.is_absent();
    let next = table.next.given().map(|next| next.value.0);
    if next_is_absent && matches!(word, PagingWord::Cursor | PagingWord::Address) {
        let hint = "name the place in the answer that leads on, for instance `next = \"/meta/next\"`";
        findings.add_absence(&place.child("next"), "this way of paging needs the key", hint);
    }
    if let (Some(at), true) = (table.token_in.place(), secrets.no_token) {
        let variable = source_variable(&secrets.of.value.0, TOKEN);
        let hint = format!("put it into the file that `token_file` of the source names, or into `{variable}`");
        findings.add_absence(at, "there is no token that could stand there", hint);
    }
    let credential = table.token_in.given().map_or_else(bearer, |slot| slot.value);
    let mut headers = HeaderMap::new();
    let mut places: Vec<Slot> = (!secrets.no_token).then(|| credential.clone()).into_iter().collect();
    for Written { value: Header(name, value), place } in table.headers.or_default() {
        take(&mut places, Slot::Header(name.as_str().to_owned().into(), "".into()), &place, findings);
        headers.insert(name, value);
    }
    let written = std::mem::take(&mut table.secret).or_default().into_iter();
    let further = written.filter_map(|written| secrets.read(written, &mut places, findings)).collect();
    Some(JsonApi {
        network: table.network.given().map_or_else(|| secrets.of.value.0.clone(), |network| network.value.0),
        credential,
        secrets: further,
        headers,
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

impl Secrets<'_, '_> {
    /// One of them, if it is given.
    fn read(
        &mut self,
        Written { value: table, place }: Written<JsonSecretTable>,
        places: &mut Vec<Slot>,
        findings: &mut Findings,
    ) -> Option<Credential> {
        let slot = table.secret_in.required(&place, "secret_in", "secret_in = \"header X-Api-Id\"", findings)?;
        take(places, slot.value.clone(), &slot.place, findings);
        let variable = further_variable(&self.of.value.0, &name_of(&slot.value));
        let given = self.all.read(self.of, variable.clone(), table.secret_file, secret::token, findings);
        if given.is_absent() {
            let hint = format!("put it into the file that `secret_file` names, or into `{variable}`");
            findings.add_absence(&place.child("secret_file"), "the secret is missing", hint);
        }
        source::refuse_open_token(&given, self.url, findings);
        Some(Credential::at(slot.value, given.given()?.value))
    }
}

/// The header or parameter that it is.
fn name_of(slot: &Slot) -> String {
    match slot {
        Slot::Header(name, _) | Slot::Parameter(name) => name.clone().into_owned(),
        Slot::Segment(_) | Slot::Login => String::new(),
    }
}

/// Notes that a place is taken; one that is taken already would be written over.
fn take(taken: &mut Vec<Slot>, slot: Slot, place: &Place, findings: &mut Findings) {
    let kind = |slot: &Slot| if matches!(slot, Slot::Parameter(_)) { "parameter" } else { "header" };
    let name = name_of(&slot);
    if taken.iter().any(|other| kind(other) == kind(&slot) && name_of(other) == name) {
        let message = format!("the {} {} is written twice", kind(&slot), shown(&name));
        findings.add(place, message, "keep one of them; several values of a header stand in one, with commas between");
    }
    taken.push(slot);
}

/// Keys that have no effect without another one.
fn refuse_what_means_nothing(table: &JsonTable, place: &Place, findings: &mut Findings) {
    let word = table.paging.given_ref().map(|paging| paging.value);
    let is_paged = !matches!(word, None | Some(PagingWord::None));
    let needed = "for instance `published = \"/created_at\"`";
    if is_paged && table.published.is_absent() {
        let message = "`paging` needs the key: only dates tell how far back a list has been read";
        findings.add_absence(&place.child("published"), message, format!("{needed}, or remove `paging`"));
    }
    if let (true, Some(at)) = (table.published.is_absent(), table.dates.place()) {
        findings.add(at, "this means nothing without `published`", format!("{needed}, or remove the key"));
    }
    if matches!(table.paging, Key::Faulty) {
        return;
    }
    let ways = [
        (table.next.place(), matches!(word, Some(PagingWord::Cursor | PagingWord::Address)), "`cursor` or `address`"),
        (table.page_size.place(), matches!(word, Some(PagingWord::Page | PagingWord::Offset)), "`page` or `offset`"),
        (table.first_page.place(), matches!(word, Some(PagingWord::Page)), "`page`"),
    ];
    for (at, is_used, ways) in ways {
        if let (Some(at), false) = (at, is_used) {
            let message = format!("this means nothing unless `paging` is {ways}");
            findings.add(at, message, "change `paging`, or remove the key");
        }
    }
}

fn one(key: Key<Pick>) -> Option<Pick> {
    key.given().map(|pick| pick.value)
}

fn all(key: Key<List<Pick>>) -> Vec<Pick> {
    key.or_default().into_iter().map(|pick| pick.value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_dates_that_can_only_be_read_is_refused() {
        assert!(DateForm::parse("%Y-%m-%dT%H:%M:%S%#z").is_err());
        assert!(DateForm::parse("%Y-%m-%dT%H:%M:%S%z").is_ok());
    }

    #[test]
    fn a_parameter_looks_secret_by_its_name_and_what_it_says() {
        for (name, value, expected) in [
            ("api_key", "abc", true),
            ("access_token", "abc", true),
            ("include_tokens", "false", false),
            ("cookie_consent", "1", false),
            ("password", "", false),
            ("key", "a1b2c3d4e5f6a7b8", true),
            ("key", "by-name", false),
            ("token", "{since}", false),
        ] {
            assert_eq!(looks_secret(name, value), expected, "{name}={value}");
        }
    }
}
