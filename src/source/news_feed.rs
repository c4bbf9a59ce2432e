//! What searches of news that answer with RSS have in common: the edition that is asked, and how their items are read.

use super::listing::List;
use crate::model::{Answer, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Source};
use crate::parse::feed::{self, FeedError, Item};

const ACCEPT: &str = "application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1";

/// Languages as the networks write them, and countries in which they are written; the first of each goes first.
const HOMES: [(&str, &str); 32] = [
    ("en", "US"),
    ("en", "GB"),
    ("en", "IE"),
    ("en", "CA"),
    ("en", "AU"),
    ("en", "NZ"),
    ("en", "IN"),
    ("en", "ZA"),
    ("de", "DE"),
    ("de", "AT"),
    ("de", "CH"),
    ("no", "NO"),
    ("sv", "SE"),
    ("da", "DK"),
    ("fi", "FI"),
    ("nl", "NL"),
    ("nl", "BE"),
    ("fr", "FR"),
    ("es", "ES"),
    ("es", "MX"),
    ("es", "AR"),
    ("it", "IT"),
    ("pt", "PT"),
    ("pt", "BR"),
    ("pl", "PL"),
    ("cs", "CZ"),
    ("hu", "HU"),
    ("ro", "RO"),
    ("tr", "TR"),
    ("el", "GR"),
    ("uk", "UA"),
    ("ja", "JP"),
];

/// Whose news are searched.
pub(super) struct Edition {
    /// The language as the networks write it: Norwegian is one.
    pub(super) language: String,
    /// The country, in capitals.
    pub(super) country: String,
}

impl Edition {
    /// The one that a source is about; where it does not say both, the language is that of the country, and the country
    /// the first of the language.
    pub(super) fn of(source: &Source) -> Self {
        let language = source.language.as_ref().map(|language| match language.as_str() {
            "nb" | "nn" => "no",
            other => other,
        });
        let country = source.country.as_deref().map(str::to_ascii_uppercase);
        let of_country = || HOMES.iter().find(|(_, home)| Some(*home) == country.as_deref());
        let language = language.or_else(|| of_country().map(|(language, _)| *language)).unwrap_or("en").to_owned();
        let of_language = || HOMES.iter().find(|(known, _)| *known == language);
        let first = || of_language().map_or("US", |(_, country)| *country).to_owned();
        Self { country: country.clone().unwrap_or_else(first), language }
    }
}

/// The request for the feed.
pub(super) fn ask(request: Request) -> Request {
    Request { accept: ACCEPT, ..request }
}

/// Reads an answer; the texts of items are left out unless they are `snippets` of the articles.
pub(super) fn list(
    source: &Source,
    network: &str,
    snippets: bool,
    answer: &Answer,
    now: Instant,
) -> Result<List, PollFault> {
    let read = feed::read(&answer.body, answer.header("content-type"), &answer.url, now);
    let read = read.map_err(|error| match error {
        FeedError::Page { .. } => PollFault::Denied {
            status: answer.status,
            message: "it shows a page that asks people for consent, or whether they are people".to_owned(),
        },
        error => PollFault::Unreadable(error.to_string()),
    })?;
    let entries = read.items.into_iter().filter_map(|item| entry(source, network, snippets, item)).collect();
    Ok(List { entries, problems: read.problems, ..List::default() })
}

fn entry(source: &Source, network: &str, snippets: bool, item: Item) -> Option<Entry> {
    let id = item.guid.as_ref().or(item.url.as_ref())?;
    let tail = item.outlet.as_ref().map(|outlet| format!(" - {outlet}"));
    let headline = tail.and_then(|tail| item.title.strip_suffix(&tail)).unwrap_or(&item.title);
    Some(Entry {
        title: headline.to_owned(),
        text: if snippets { item.text } else { String::new() },
        published_at: item.published_at,
        language: source.language.clone(),
        kind: Some(EntryKind::News),
        place: item.outlet,
        ..Entry { url: item.url.clone(), ..Entry::new(EntryKey::of(network, id)) }
    })
}
