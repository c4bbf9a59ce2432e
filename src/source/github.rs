//! GitHub's search of issues and of pull requests, which has to be asked for each of them; two lanes per term. It shows
//! what was opened, not what was said later in comments, and a thousand results of a search at most. A search that it does
//! not finish in time is repeated.

use chrono::SecondsFormat;
use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link, reset};
use crate::model::{Answer, Entry, EntryKey, EntryKind, Instant, LossReason, PollFault, Request, Source};
use crate::parse::{json, link_header, text};

/// The last page of a search.
const LAST_PAGE: &str = "10";
const TYPES: [&str; 2] = ["issue", "pull-request"];

pub(super) struct GitHub;

impl Listing for GitHub {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.iter().flat_map(|term| TYPES.map(|what| format!("{what} {term}"))).collect()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let (what, term) = visit.lane.split_once(' ').unwrap_or_default();
        let since = visit.since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let query = format!("{} is:{what} created:>={since}", api::phrase(term));
        let parameters = [
            ("q", &*query),
            ("sort", "created"),
            ("order", "desc"),
            ("per_page", "100"),
            ("page", visit.page.unwrap_or("1")),
        ];
        let mut request = api::request(source, &["search", "issues"], &parameters);
        let version = HeaderValue::from_static("2022-11-28");
        request.headers.insert(HeaderName::from_static("x-github-api-version"), version);
        Request { accept: "application/vnd.github+json", ..request }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        let Some(items) = json::at(&body, "items").and_then(Value::as_array) else {
            return Err(api::missing(answer, &body, "list of items"));
        };
        let links = answer.headers.get_all("link").iter().filter_map(|header| header.to_str().ok());
        let has_more = link_header::first(&link_header::links(links, &answer.url), "next").is_some();
        let is_partial = json::at(&body, "incomplete_results").and_then(Value::as_bool).unwrap_or(false);
        let is_cut = visit.page == Some(LAST_PAGE) && json::count(&body, "total_count").is_some_and(|all| all > 1000);
        let partial = "GitHub ran out of time, so that results may be missing";
        Ok(List {
            entries: items.iter().filter_map(|item| entry(source, item)).collect(),
            next: (has_more && !items.is_empty()).then(|| api::page_after(visit)),
            problems: is_partial.then(|| partial.to_owned()).into_iter().collect(),
            ends: is_cut.then_some(LossReason::Newest(1000)),
            partial: is_partial,
            ..List::default()
        })
    }

    /// Too much is answered with status 403, mostly; a second kind of limit says so in its words only.
    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let status = answer.status;
        let is_used_up = answer.header("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
        let limit = || api::word(answer, "message").is_some_and(|said| said.to_lowercase().contains("rate limit"));
        match status {
            401 => Some(api::revoked(answer, "the token")),
            403 | 429 if is_used_up => {
                Some(PollFault::Throttled { status, until: reset::at_unix(answer, "x-ratelimit-reset") })
            }
            403 if limit() => Some(PollFault::Throttled { status, until: None }),
            _ => None,
        }
    }
}

fn entry(source: &Source, item: &Value) -> Option<Entry> {
    let id = json::text(item, "id")?;
    let is_change = json::at(item, "pull_request").is_some();
    let user = json::text(item, "user.login");
    let author = user.map(|name| api::user(&name, &json::text(item, "user.html_url").unwrap_or_default()));
    let labels = json::list(item, "labels").filter_map(|label| json::text(label, "name"));
    Some(Entry {
        url: json::text(item, "html_url").and_then(|url| link(&url)),
        title: json::text(item, "title").map(|title| text::line(&title)).unwrap_or_default(),
        text: json::text(item, "body").map(|body| text::plain(&body)).unwrap_or_default(),
        author,
        published_at: json::instant(item, "created_at"),
        language: source.language.clone(),
        tags: labels.map(|label| text::line(&label)).collect(),
        engagement: json::sum(item, &["comments", "reactions.total_count"]),
        kind: Some(if is_change { EntryKind::Forum } else { EntryKind::Question }),
        place: repository(item),
        ..Entry::new(EntryKey::of("github", &id))
    })
}

/// `owner/name`, the end of the repository's address.
fn repository(item: &Value) -> Option<String> {
    let url = json::text(item, "repository_url")?;
    let mut names = url.rsplit('/');
    let (name, owner) = (names.next()?, names.next()?);
    Some(text::line(&format!("{owner}/{name}")))
}
