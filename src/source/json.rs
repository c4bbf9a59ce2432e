//! Any JSON API, as the configuration describes it. One lane per term and place. Its lists have to show the newest first,
//! or to take the time in `{since}`. A walk goes on until it meets what was read before, a page that is empty, or one whose
//! dates do not tell how far it has come. A list of one page that is not asked for a time is taken for the newest there
//! are: where it leaves out a longer step than any between its entries, others may be missing. Follows no address to another
//! server.

mod items;
mod next;

use chrono::SecondsFormat;
use serde_json::Value;
use url::Url;

use super::api;
use super::listing::{List, Listing, Visit};
use crate::model::exchange::complaint;
use crate::model::json_api::{JsonApi, Paging};
use crate::model::text::one_line;
use crate::model::{Answer, Credential, LossReason, PollFault, Request, Source, template};

/// What stands for the time from when on something is new.
const SINCE: [&str; 3] = ["since", "since_unix", "since_date"];
/// Between the term and the place of a lane.
const BETWEEN: char = '\n';
/// Most characters of a name in an answer that are repeated.
const LONGEST_NAME: usize = 60;
/// So many places with a list are named where there is none at the place that was described.
const MOST_LISTS: usize = 3;
/// So deep is looked for them.
const DEEPEST: usize = 4;

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
        let token = source.token.clone().map(|secret| Credential::at(api.credential.clone(), secret));
        let credential = Credential::all_of(token.into_iter().chain(api.secrets.iter().cloned()));
        let next = visit.page.filter(|_| matches!(api.paging, Paging::Address(_) | Paging::Link));
        let url = next.map_or_else(|| address(&source.url, api, visit), |next| next::on_server(&source.url, next));
        Request { credential, headers: api.headers.clone(), ..Request::get(url) }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let Some(api) = &source.json else { return Ok(List::default()) };
        let body = api::body(answer)?;
        let Some(found) = body.pointer(&api.list).and_then(Value::as_array) else {
            return Err(no_list(answer, &body, &api.list));
        };
        let items::Items { entries, problems } = items::read(source, api, found, visit.now)?;
        let mut list = List { entries, problems, ..List::default() };
        let times = || list.entries.iter().filter_map(|entry| entry.published_at);
        let (is_dated, is_reached) = (times().next().is_some(), times().next_back().is_some_and(|at| at < visit.since));
        if found.is_empty() || is_reached {
            return Ok(list);
        }
        match next::page(source, visit, answer, &body, found.len()) {
            Ok(next) if is_dated => list.next = next,
            // Nothing would ever end the walk.
            Ok(next) => list.ends = next.map(|_| LossReason::Ends),
            Err(problem) => {
                list.problems.push(problem);
                list.ends = Some(LossReason::Ends);
            }
        }
        Ok(list)
    }

    /// A list that is asked for what is new shows all of that.
    fn is_short(&self, source: &Source) -> bool {
        let has_pages = source.json.as_ref().is_some_and(|api| !matches!(api.paging, Paging::None));
        !has_pages && SINCE.iter().all(|name| !mentions(&source.url, name))
    }
}

/// Whether a value is to be put into the address.
fn mentions(url: &Url, name: &str) -> bool {
    template::names(url).iter().any(|named| named == name)
}

/// The address with its values in it.
fn address(url: &Url, api: &JsonApi, visit: &Visit<'_>) -> Url {
    let (term, place) = visit.lane.split_once(BETWEEN).unwrap_or((visit.lane, ""));
    let page = || match api.paging {
        Paging::Page { first, .. } => visit.page.map_or_else(|| first.to_string(), str::to_owned),
        _ => visit.page.unwrap_or_default().to_owned(),
    };
    template::filled(url, |name| {
        Some(match name {
            "term" => term.to_owned(),
            "place" => place.to_owned(),
            "page" | "cursor" => page(),
            "offset" => visit.page.unwrap_or("0").to_owned(),
            "since" => visit.since.to_rfc3339_opts(SecondsFormat::Secs, true),
            "since_unix" => visit.since.timestamp().to_string(),
            "since_date" => visit.since.format("%Y-%m-%d").to_string(),
            _ => return None,
        })
    })
}

/// The fault of an answer that has no list where one should be; it says where there are some.
fn no_list(answer: &Answer, body: &Value, pointer: &str) -> PollFault {
    if let Some(message) = complaint(body) {
        return PollFault::Status { status: answer.status, message };
    }
    let missing = match pointer {
        "" => "it is no list, and `list` does not say where one stands in it".to_owned(),
        _ => format!("there is no list at `{pointer}`, where `list` says"),
    };
    let mut others = Vec::new();
    find_lists(body, "", DEEPEST, &mut others);
    let others: Vec<String> =
        others.iter().take(MOST_LISTS).map(|at| format!("`{}`", one_line(at, LONGEST_NAME))).collect();
    PollFault::Unreadable(match others.as_slice() {
        [] => missing,
        [one] => format!("{missing}; a list stands at {one}"),
        _ => format!("{missing}; lists stand at {}", others.join(", ")),
    })
}

/// Where lists stand, as JSON Pointers.
fn find_lists(value: &Value, at: &str, depth: usize, found: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        match value {
            Value::Array(_) => found.push(at),
            Value::Object(_) if depth > 1 && found.len() < MOST_LISTS => find_lists(value, &at, depth - 1, found),
            _ => {}
        }
    }
}
