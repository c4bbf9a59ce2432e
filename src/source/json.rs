//! Any JSON API, as the configuration describes it. One lane per term and place. Its lists have to show the newest first,
//! or to take the time in `{since}`. Where `published` is not configured, only the first page is read, since nothing
//! tells how far a list has been read before. A list of one page that is not asked for a time is taken for the newest there
//! are: where it leaves out a longer step than any between its entries, others may be missing. Follows no address to another server.

use chrono::{DateTime, NaiveDateTime, SecondsFormat};
use serde_json::Value;
use url::Url;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::json_api::{DateForm, JsonApi, Paging, Pick};
use crate::model::{Answer, Author, Credential, Entry, EntryKey, Instant, Language, PollFault, Request, Slot, Source};
use crate::parse::{date, json, link_header, text};

/// What stands for the time from when on something is new.
const SINCE: [&str; 3] = ["since", "since_unix", "since_date"];
/// Between the term and the place of a lane.
const BETWEEN: char = '\n';

pub(super) struct Json;

impl Listing for Json {
    fn lanes(&self, source: &Source) -> Vec<String> {
        let whole = || vec![String::new()];
        let terms = if mentions(&source.url, "term") { source.terms.clone() } else { whole() };
        let places = if mentions(&source.url, "place") { source.places.clone() } else { whole() };
        let lane =
            |term: &String| places.iter().map(move |place| format!("{term}{BETWEEN}{place}")).collect::<Vec<_>>();
        terms.iter().flat_map(lane).collect()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let Some(api) = &source.json else { return Request::get(source.url.clone()) };
        let credential = source.token.clone().map(|secret| Credential { place: api.credential.clone(), secret });
        let next = visit.page.filter(|_| matches!(api.paging, Paging::Address(_) | Paging::Link));
        let url = next.map_or_else(|| address(&source.url, api, visit), |next| on_server(&source.url, next));
        Request { credential, headers: api.headers.clone(), ..Request::get(url) }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let Some(api) = &source.json else { return Ok(List::default()) };
        let body = api::body(answer)?;
        let Some(items) = body.pointer(&api.list).and_then(Value::as_array) else {
            return Err(api::missing(answer, &body, &format!("list at `{}`", api.list)));
        };
        let entries: Vec<Entry> = items.iter().filter_map(|item| entry(source, api, item)).collect();
        let nameless = items.len() - entries.len();
        let problem =
            (nameless > 0).then(|| format!("{nameless} of {} items have no id where it should be", items.len()));
        // Without times nothing would ever end the walk.
        let next = next(source, api, visit, answer, &body, items.len()).filter(|_| api.fields.published.is_some());
        Ok(List { entries, next, problems: problem.into_iter().collect(), ..List::default() })
    }

    /// A list that is asked for what is new shows all of that.
    fn is_short(&self, source: &Source) -> bool {
        let has_pages = source.json.as_ref().is_some_and(|api| !matches!(api.paging, Paging::None));
        !has_pages && SINCE.iter().all(|name| !mentions(&source.url, name))
    }
}

/// Whether a value is to be put into the address.
fn mentions(url: &Url, name: &str) -> bool {
    let (plain, coded) = (format!("{{{name}}}"), format!("%7B{name}%7D"));
    url.path().contains(&coded) || url.query_pairs().any(|(_, value)| value.contains(&plain))
}

/// The address with its values in it. A parameter that is nothing but a value that is not known is left out.
fn address(template: &Url, api: &JsonApi, visit: &Visit<'_>) -> Url {
    let (term, place) = visit.lane.split_once(BETWEEN).unwrap_or((visit.lane, ""));
    let page = match api.paging {
        Paging::Page { first, .. } => visit.page.map_or_else(|| first.to_string(), str::to_owned),
        _ => visit.page.unwrap_or_default().to_owned(),
    };
    let offset = visit.page.unwrap_or("0").to_owned();
    let values = [
        ("term", term.to_owned()),
        ("place", place.to_owned()),
        ("page", page.clone()),
        ("cursor", page),
        ("offset", offset),
        ("since", visit.since.to_rfc3339_opts(SecondsFormat::Secs, true)),
        ("since_unix", visit.since.timestamp().to_string()),
        ("since_date", visit.since.format("%Y-%m-%d").to_string()),
    ];
    let fill = |text: &str| {
        values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let mut url = template.clone();
    let path = values.iter().fold(template.path().to_owned(), |path, (name, value)| {
        path.replace(&format!("%7B{name}%7D"), &segment(template, value))
    });
    url.set_path(&path);
    let kept: Vec<(String, String)> = template
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), fill(&value), value.is_empty()))
        .filter(|(_, value, was_empty)| *was_empty || !value.is_empty())
        .map(|(name, value, _)| (name, value))
        .collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    url
}

/// A value as a segment of a path has it.
fn segment(template: &Url, value: &str) -> String {
    let mut url = template.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.clear().push(value);
    }
    url.path().trim_start_matches('/').to_owned()
}

/// What the page behind this one is called, if there is one.
fn next(
    source: &Source,
    api: &JsonApi,
    visit: &Visit<'_>,
    answer: &Answer,
    body: &Value,
    items: usize,
) -> Option<String> {
    let is_full = |size: u32| usize::try_from(size).is_ok_and(|size| items >= size && items > 0);
    let number = |first: u32| visit.page.and_then(|page| page.parse().ok()).unwrap_or(first);
    match &api.paging {
        Paging::None => None,
        Paging::Page { first, size } => is_full(*size).then(|| number(*first).saturating_add(1).to_string()),
        Paging::Offset { size } => is_full(*size).then(|| number(0).saturating_add(*size).to_string()),
        Paging::Cursor(pointer) => json::written(body.pointer(pointer)?),
        Paging::Address(pointer) => same_server(source, api, body.pointer(pointer)?.as_str()?),
        Paging::Link => {
            let headers = answer.headers.get_all("link").iter().filter_map(|value| value.to_str().ok());
            let links = link_header::links(headers, &answer.url);
            same_server(source, api, link_header::first(&links, "next")?.as_str())
        }
    }
}

/// The address on the source's own server, whatever its path looks like.
fn on_server(own: &Url, next: &str) -> Url {
    let (path, query) = next.split_once('?').map_or((next, None), |(path, query)| (path, Some(query)));
    let mut url = own.clone();
    url.set_path(path);
    url.set_query(query);
    url
}

/// Path and query of an address on the source's own server, without the secret.
fn same_server(source: &Source, api: &JsonApi, address: &str) -> Option<String> {
    let mut url = source.url.join(address).ok().filter(|url| url.origin() == source.url.origin())?;
    if let Slot::Parameter(name) = &api.credential {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| key != name.as_ref())
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", url.path()))
}

fn entry(source: &Source, api: &JsonApi, item: &Value) -> Option<Entry> {
    let fields = &api.fields;
    let raw = |pick: &Pick| pick.value(item).and_then(|value| json::written(&value));
    let line = |pick: &Option<Pick>| pick.as_ref().and_then(raw).map(|value| text::line(&value));
    let count = |pick: &Pick| raw(pick).and_then(|value| value.parse::<u64>().ok());
    let id = raw(&fields.id)?;
    let key = |pick: &Option<Pick>| pick.as_ref().and_then(raw).map(|id| EntryKey::of(&api.network, &id));
    let title = fields.title.iter().find_map(raw).unwrap_or_default();
    let texts = fields.text.iter().map(raw);
    let body = |value: String| if api.html { text::html(&value) } else { text::plain(&value) };
    let published = fields.published.as_ref().and_then(|pick| pick.value(item));
    let language = line(&fields.language).and_then(|tag| Language::parse(&tag));
    Some(Entry {
        url: line(&fields.url).and_then(|url| link(&url)),
        title: if api.html { text::html_line(&title) } else { text::line(&title) },
        text: json::paragraphs(texts.map(|value| value.map(body))),
        author: author(api, item),
        published_at: published.and_then(|value| instant(&value, &api.dates)),
        language: language.or_else(|| source.language.clone()),
        tags: fields.tags.as_ref().and_then(|pick| pick.value(item)).map(|tags| words(&tags)).unwrap_or_default(),
        rating: line(&fields.rating).and_then(|stars| stars.parse().ok()).filter(|stars| (0.0..=5.0).contains(stars)),
        engagement: fields.engagement.iter().filter_map(count).reduce(u64::saturating_add),
        kind: api.kind,
        place: line(&fields.place),
        parent: key(&fields.parent),
        thread: key(&fields.thread),
        ..Entry::new(EntryKey::of(&api.network, &id))
    })
}

fn author(api: &JsonApi, item: &Value) -> Option<Author> {
    let line = |pick: &Option<Pick>| {
        let value = pick.as_ref()?.value(item)?;
        json::written(&value).map(|value| text::line(&value)).filter(|value| !value.is_empty())
    };
    let (name, handle) = (line(&api.fields.author), line(&api.fields.author_handle));
    Some(Author {
        name: name.or_else(|| handle.clone())?,
        handle,
        url: line(&api.fields.author_url).and_then(|url| link(&url)),
        followers: line(&api.fields.followers).and_then(|count| count.parse().ok()),
        id: None,
    })
}

fn words(value: &Value) -> Vec<String> {
    let items: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
    items.into_iter().filter_map(json::written).map(|tag| text::line(tag.trim_start_matches('#'))).collect()
}

fn instant(value: &Value, dates: &DateForm) -> Option<Instant> {
    let written = json::written(value)?;
    let number = || written.parse::<f64>().ok().filter(|number| number.is_finite());
    match dates {
        DateForm::Usual => date::parse(&written),
        #[expect(clippy::cast_possible_truncation, reason = "a time beyond all calendars is refused behind")]
        DateForm::Unix => DateTime::from_timestamp_millis((number()? * 1000.0) as i64),
        #[expect(clippy::cast_possible_truncation, reason = "a time beyond all calendars is refused behind")]
        DateForm::UnixMilliseconds => DateTime::from_timestamp_millis(number()? as i64),
        DateForm::Form(form) => DateTime::parse_from_str(&written, form)
            .map(|at| at.to_utc())
            .or_else(|_| NaiveDateTime::parse_from_str(&written, form).map(|at| at.and_utc()))
            .ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_page_is_never_on_another_server() {
        let own = Url::parse("https://api.example/v1/posts?q={term}").unwrap();
        for (next, asked) in [
            ("//evil.example/x?page=2", "https://api.example//evil.example/x?page=2"),
            ("/v1/posts?a=1&b=c%20d", "https://api.example/v1/posts?a=1&b=c%20d"),
            ("/v1/posts", "https://api.example/v1/posts"),
            ("https://evil.example/", "https://api.example/https://evil.example/"),
        ] {
            assert_eq!(on_server(&own, next).as_str(), asked);
        }
    }

    #[test]
    fn a_path_keeps_its_own_coding_and_gets_values_coded_once() {
        let template = Url::parse("https://x.example/a%20b/{term}/c").unwrap();
        for (value, expected) in [("50% off", "/a%20b/50%25%20off/c"), ("a/b", "/a%20b/a%2Fb/c"), ("..", "/a%20b//c")] {
            let path = template.path().replace("%7Bterm%7D", &segment(&template, value));
            let mut url = template.clone();
            url.set_path(&path);
            assert_eq!(url.path(), expected, "{value}");
        }
    }
}
