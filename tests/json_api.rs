//! Any JSON API by configuration: how its pages are walked, how each walk ends, and what is told of a description that does
//! not fit what the API says.

mod misfits;
mod walks;

use chrono::{SecondsFormat, TimeDelta};
use http::{HeaderMap, HeaderValue};
use mentiond::model::{Answer, Instant, Loss, PollFault, Source};
use mentiond::source::adapter;
use serde_json::{Value, json};
use url::Url;

use crate::common::described::described;

/// The usual lines below `[source.json]`, and more.
fn usual(more: &str) -> String {
    format!("[source.json]\nlist = \"/items\"\nid = \"/id\"\ntitle = [\"/title\"]\npublished = \"/at\"\n{more}")
}

fn now() -> Instant {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// Number `number`, published so many hours ago.
fn item(number: usize, hours: i64) -> Value {
    let at = (now() - TimeDelta::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({ "id": number, "title": format!("acme {number}"), "at": at })
}

/// So many items, the newest first, an hour apart.
fn hourly(count: usize) -> Vec<Value> {
    (0..count).map(|number| item(1000 - number, i64::try_from(number).unwrap())).collect()
}

/// What an API says.
fn answer(url: &Url, body: &Value) -> Answer {
    Answer { url: url.clone(), status: 200, moved: None, headers: HeaderMap::new(), body: body.to_string().into() }
}

fn with_link(mut answer: Answer, link: &str) -> Answer {
    answer.headers.insert("link", HeaderValue::from_str(link).unwrap());
    answer
}

/// The value of a parameter.
fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn number(url: &Url, name: &str) -> usize {
    parameter(url, name).map_or(0, |text| text.parse().unwrap())
}

/// What one poll asked and read.
#[derive(Default)]
struct Poll {
    asked: Vec<String>,
    ids: Vec<String>,
    dates: Vec<Option<Instant>>,
    problems: Vec<String>,
    lost: Vec<Loss>,
}

/// One poll of the only lane, of so many pages at most. Keeps in `cursor` how far it has come.
fn poll(
    source: &Source,
    cursor: &mut Option<String>,
    at: Instant,
    most: usize,
    api: &dyn Fn(&Url) -> Answer,
) -> Result<Poll, PollFault> {
    let adapter = adapter(source.kind);
    let lane = adapter.lanes(source).remove(0);
    let mut poll = Poll::default();
    let mut request = adapter.request(source, &lane, cursor.as_deref(), at);
    for _ in 0..most {
        let url = &request.url;
        poll.asked.push(url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())));
        let page = adapter.read(source, &lane, cursor.as_deref(), &api(url), at)?;
        poll.ids.extend(page.entries.iter().map(|entry| entry.key.0.trim_start_matches("api:").to_owned()));
        poll.dates.extend(page.entries.iter().map(|entry| entry.published_at));
        poll.problems.extend(page.problems);
        poll.lost.extend(page.lost);
        *cursor = page.cursor.or_else(|| cursor.take());
        let Some(next) = page.next else { break };
        request = next;
    }
    Ok(poll)
}
