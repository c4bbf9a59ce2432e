//! What adapters of JSON APIs share: how to ask, and what an answer is that is none. Its fields are read with
//! `parse::json`.

use chrono::NaiveTime;
use serde_json::Value;
use url::Url;

use super::listing::Visit;
use crate::model::exchange::complaint;
use crate::model::{Answer, Author, Credential, Instant, Language, PollFault, Request, Slot, Source};
use crate::parse::link::canonical_url;
use crate::parse::{json, text};

/// A GET request to the source's API: `path` is appended segment by segment to its base address.
pub(super) fn request(source: &Source, path: &[&str], parameters: &[(&str, &str)]) -> Request {
    let mut url = source.url.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    Request { credential: source.token.clone().map(Credential::bearer), ..Request::get(url) }
}

/// The same, with the secret in that place.
pub(super) fn keyed(source: &Source, place: Slot, path: &[&str], parameters: &[(&str, &str)]) -> Request {
    let credential = source.token.clone().map(|secret| Credential::at(place, secret));
    Request { credential, ..request(source, path, parameters) }
}

/// The address of a page for people, where the network shows them on the host of its API.
pub(super) fn page(source: &Source, path: &[&str]) -> Option<String> {
    canonical_url(request(source, path, &[]).url.as_str(), None)
}

/// The address of a stream, which is configured as that of a page is.
pub(super) fn stream(mut url: Url) -> Url {
    let scheme = match url.scheme() {
        "https" => "wss",
        "http" => "ws",
        _ => return url,
    };
    // Each of these may take the place of the other.
    let _ = url.set_scheme(scheme);
    url
}

/// The body of an answer as JSON.
pub(super) fn body(answer: &Answer) -> Result<Value, PollFault> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        let media_type = text::line(answer.header("content-type").unwrap_or("nothing"));
        PollFault::Unreadable(format!("it is not JSON but calls itself `{media_type}` ({error})"))
    })
}

/// The fault of an answer whose result is missing.
pub(super) fn missing(answer: &Answer, value: &Value, what: &str) -> PollFault {
    match complaint(value) {
        Some(message) => PollFault::Status { status: answer.status, message },
        None => PollFault::Unreadable(format!("there is no {what} in it")),
    }
}

/// The text in a field of an answer's JSON; `None` where there is none, or no JSON.
pub(super) fn word(answer: &Answer, path: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    json::text(&body, path)
}

/// The server does not take the credentials any more; `what` has to be renewed.
pub(super) fn revoked(answer: &Answer, what: &str) -> PollFault {
    let said = serde_json::from_slice(&answer.body).ok().as_ref().and_then(complaint);
    let message = said.map_or_else(|| format!("renew {what}"), |said| format!("{said}; renew {what}"));
    PollFault::Revoked { status: answer.status, message }
}

/// What may be asked in a day of UTC is used up.
pub(super) fn spent_today(what: &str, now: Instant) -> PollFault {
    let tomorrow = now.date_naive().succ_opt().map_or(now, |day| day.and_time(NaiveTime::MIN).and_utc());
    PollFault::Spent { what: what.to_owned(), until: tomorrow }
}

/// The number of the page after this one, where pages are counted from 1.
pub(super) fn page_after(visit: &Visit<'_>) -> String {
    let page: u32 = visit.page.and_then(|page| page.parse().ok()).unwrap_or(1);
    page.saturating_add(1).to_string()
}

/// A parameter of an address.
pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.is_empty())
}

/// Stars from one to five.
pub(super) fn stars(value: &Value, path: &str) -> Option<f64> {
    let stars = json::text(value, path)?.parse::<f64>().ok()?;
    (1.0..=5.0).contains(&stars).then_some(stars)
}

/// The address of another host of the network, if the source is at its `known` one; whatever else answers for the network
/// answers for all of its hosts.
pub(super) fn at_host(source: &Source, known: &str, host: &str) -> Url {
    let mut url = source.url.clone();
    if url.host_str() == Some(known) && url.set_host(Some(host)).is_err() {
        return source.url.clone();
    }
    url
}

/// A term as a phrase that stands for itself.
pub(super) fn phrase(term: &str) -> String {
    let words = term.replace('"', " ");
    format!("\"{}\"", words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Phrases joined by the network's word for "or", in as few queries of at most `most` characters as can be.
pub(super) fn any_of(phrases: impl Iterator<Item = String>, or: &str, most: usize) -> Vec<String> {
    let mut queries: Vec<String> = Vec::new();
    for phrase in phrases {
        let length = |text: &str| text.chars().count();
        match queries.last_mut() {
            Some(query) if length(query) + length(or) + length(&phrase) <= most => {
                query.push_str(or);
                query.push_str(&phrase);
            }
            _ => queries.push(phrase),
        }
    }
    queries
}

/// The language that the network says, else that of the source. Tags for no language, for several and for one that nobody
/// knows say nothing (`zxx`, `mul`, `und`, and from `qaa` to `qtz` those that a network made itself).
pub(super) fn language(source: &Source, tag: Option<String>) -> Option<Language> {
    let says_nothing = |tag: &str| ["und", "zxx", "mul"].contains(&tag) || tag.len() == 3 && tag.starts_with('q');
    tag.filter(|tag| !says_nothing(tag)).and_then(|tag| Language::parse(&tag)).or_else(|| source.language.clone())
}

/// Terms as tags: letters, digits and `_` in lower case, each once.
pub(super) fn tags(source: &Source) -> Vec<String> {
    tags_of(source, |c| c.is_alphanumeric() || c == '_')
}

/// The same where tags have letters and digits only.
pub(super) fn plain_tags(source: &Source) -> Vec<String> {
    tags_of(source, char::is_alphanumeric)
}

fn tags_of(source: &Source, has: impl Fn(char) -> bool) -> Vec<String> {
    let mut tags = Vec::new();
    for term in &source.terms {
        let tag: String = term.chars().filter(|c| has(*c)).flat_map(char::to_lowercase).collect();
        if tag.contains(char::is_alphanumeric) && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// The account of a person who is known by a name and nothing else.
pub(super) fn user(name: &str, url: &str) -> Author {
    let name = text::line(name);
    Author { url: canonical_url(url, None), handle: Some(name.clone()), name, ..Author::default() }
}
