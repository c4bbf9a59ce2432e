//! Episodes of podcasts through the search of iTunes, one lane per term, in the store of the source's country. A search
//! shows two hundred episodes at most, the best and not the newest first, and has no further pages: where a full one has
//! new episodes, others may be missing, and to hear all of a podcast, its feed is read as a feed. What is said in an episode
//! is not seen, only its title and description.
//!
//! Not verified: how often it may be asked; that it says so with status 403; that what it finds has all the words that it is
//! asked for, whether with or without their accents.

use chrono::TimeDelta;
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::operators::Operators;
use super::{api, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Source};
use crate::parse::{json, text};

/// Episodes that a search shows at most.
const SHOWN: u32 = 200;
/// How long after its release an episode may be found.
const LATE: TimeDelta = TimeDelta::days(1);

/// It knows words alone.
const OPERATORS: Operators =
    Operators { phrase: str::to_owned, beside: |phrase| vec![phrase.to_owned()], and: " ", or: None, longest: 200 };

pub(super) struct Itunes;

impl Listing for Itunes {
    fn lanes(&self, source: &Source) -> Vec<String> {
        OPERATORS.queries(source)
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let limit = SHOWN.to_string();
        let country = source.country.as_deref().unwrap_or("us").to_ascii_uppercase();
        let parameters = [
            ("term", visit.lane),
            ("media", "podcast"),
            ("entity", "podcastEpisode"),
            ("country", &country),
            ("limit", &limit),
        ];
        api::request(source, &["search"], &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "results").is_none() {
            return Err(api::missing(answer, &body, "list of results"));
        }
        let entries: Vec<Entry> = json::list(&body, "results").filter_map(|result| entry(source, result)).collect();
        let is_full = entries.len() >= SHOWN as usize;
        Ok(List { entries, ..List::default() }.and_chosen(is_full, SHOWN, LATE, visit.now))
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        (answer.status == 403).then_some(PollFault::Throttled { status: 403, until: None })
    }
}

fn entry(source: &Source, result: &Value) -> Option<Entry> {
    json::text(result, "wrapperType").filter(|kind| kind == "podcastEpisode")?;
    let id = json::text(result, "trackId")?;
    let line = |path| json::text(result, path).map(|text| text::html_line(&text));
    let texts = ["description", "shortDescription"].map(|path| json::text(result, path).map(|text| text::html(&text)));
    let genres =
        json::list(result, "genres").filter_map(|genre| json::text(genre, "name").or_else(|| json::written(genre)));
    Some(Entry {
        url: json::text(result, "trackViewUrl").and_then(|url| link(&url)),
        title: line("trackName").unwrap_or_default(),
        text: texts.into_iter().flatten().max_by_key(String::len).unwrap_or_default(),
        author: line("artistName").map(|name| Author { name, ..Author::default() }),
        published_at: json::instant(result, "releaseDate"),
        language: source.language.clone(),
        tags: genres.map(|genre| text::line(&genre)).collect(),
        kind: Some(EntryKind::Podcast),
        place: line("collectionName"),
        ..Entry::new(EntryKey::of("itunes", &id))
    })
}
