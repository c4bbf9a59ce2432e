//! Search of NewsAPI.org, one lane per term. A free key is for development only: it sees articles a day late, a month
//! back, and the first hundred of an answer, so that older ones are asked for by their time, not by page. Texts are cut
//! after about 200 characters. What was taken down is no entry. Not verified: what a paid key may ask beyond that.

use chrono::{DateTime, TimeDelta};
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::{Answer, Author, Credential, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Slot, Source};
use crate::parse::{json, person, text};

/// Articles asked for at once; there are no more in an answer.
const ARTICLES: usize = 100;
/// How far back every key may ask, in days.
const REACH: i64 = 29;
/// Languages that can be asked for.
const LANGUAGES: [&str; 14] = ["ar", "de", "en", "es", "fr", "he", "it", "nl", "no", "pt", "ru", "sv", "ud", "zh"];
/// What stands in every field of an article that was taken down.
const REMOVED: &str = "[Removed]";

pub(super) struct NewsApi;

impl Listing for NewsApi {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let written = |time: Instant| time.format("%Y-%m-%dT%H:%M:%S").to_string();
        let query = api::phrase(visit.lane);
        let from = written(visit.since.max(visit.now - TimeDelta::days(REACH)));
        let to = visit.page.and_then(|page| DateTime::from_timestamp(page.parse().ok()?, 0)).map(written);
        let language =
            source.language.as_ref().map(|language| if language.as_str() == "nb" { "no" } else { language.as_str() });
        let language = language.filter(|language| LANGUAGES.contains(language));
        let usual = [
            ("q", query.as_str()),
            ("searchIn", "title,description,content"),
            ("from", &from),
            ("sortBy", "publishedAt"),
            ("pageSize", "100"),
        ];
        let others = [("to", to.as_deref()), ("language", language)];
        let others = others.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let parameters: Vec<(&str, &str)> = usual.into_iter().chain(others).collect();
        let place = Slot::Header("x-api-key".into(), "".into());
        let credential = source.token.clone().map(|secret| Credential::at(place, secret));
        Request { credential, ..api::request(source, &["v2", "everything"], &parameters) }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "articles").is_none() {
            return Err(api::missing(answer, &body, "list of articles"));
        }
        let entries = json::list(&body, "articles").filter_map(|article| entry(source, article)).collect();
        let list = List { entries, ..List::default() };
        let is_full = json::list(&body, "articles").count() >= ARTICLES;
        Ok(if is_full { list.and_older(visit) } else { list })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        match api::word(answer, "code")?.as_str() {
            "apiKeyMissing" | "apiKeyInvalid" | "apiKeyDisabled" => Some(api::revoked(answer, "the API key")),
            "apiKeyExhausted" => Some(api::spent_today("the quota of the API key", now)),
            "rateLimited" => Some(PollFault::Throttled { status: answer.status, until: None }),
            _ => None,
        }
    }

    fn reach(&self, _lane: &str) -> Option<TimeDelta> {
        Some(TimeDelta::days(REACH))
    }

    /// Free keys see articles late, and not all of them at once.
    fn overlap(&self) -> TimeDelta {
        TimeDelta::hours(6)
    }
}

fn entry(source: &Source, article: &Value) -> Option<Entry> {
    let said = |path| json::text(article, path).map(|text| text::html(&text)).filter(|text| text != REMOVED);
    let url = link(&json::text(article, "url")?)?;
    let title = json::text(article, "title").map(|title| text::html_line(&title))?;
    if title == REMOVED {
        return None;
    }
    let content = said("content").map(|content| uncut(&content).to_owned());
    let description = said("description");
    let repeats =
        content.as_ref().zip(description.as_ref()).is_some_and(|(whole, start)| whole.starts_with(start.as_str()));
    Some(Entry {
        title,
        text: json::paragraphs([description.filter(|_| !repeats), content]),
        author: json::text(article, "author").map(|author| person(&author).0).and_then(|name| author(&name)),
        published_at: json::instant(article, "publishedAt"),
        language: source.language.clone(),
        kind: Some(EntryKind::News),
        place: json::text(article, "source.name").map(|name| text::line(&name)),
        ..Entry { url: Some(url.clone()), ..Entry::new(EntryKey::of("news_api", &url)) }
    })
}

fn author(name: &str) -> Option<Author> {
    let name = text::line(name);
    (!name.is_empty()).then(|| Author { name, ..Author::default() })
}

/// A text without the number of characters that it was cut by.
fn uncut(text: &str) -> &str {
    let cut = text.strip_suffix(" chars]").and_then(|text| text.rsplit_once("[+"));
    cut.map_or(text, |(text, _)| text.trim_end())
}
