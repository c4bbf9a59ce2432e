//! Search of the sites of Stack Exchange: for each of them and each term the questions, and the answers, whose authors are
//! not told. The network wants to be left alone for a while after some answers (`backoff`), so that each poll asks one
//! thing. Its answers are compressed; one that does not say so is not read. Comments are not searched. A key raises the
//! quota; it is no secret.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::{
    Answer, Author, Counted, Entry, EntryKey, EntryKind, Instant, Language, PollFault, Recount, Request, Slot, Source,
    Stale,
};
use crate::parse::{json, text};

mod counts;

/// The site that is searched where none is named.
const SITE: &str = "stackoverflow";
/// Sites with a domain of their own; that of any other is below `stackexchange.com`.
const OWN_DOMAIN: [&str; 5] = ["stackoverflow", "serverfault", "superuser", "askubuntu", "stackapps"];
/// Who has to wait longer than that has used up the quota of the day.
const SHORT: TimeDelta = TimeDelta::minutes(10);
/// How an answer begins that does not know the key.
const BAD_KEY: &str = "`key` ";
const QUESTIONS: &str = "questions";
const ANSWERS: &str = "answers";

pub(super) struct StackExchange;

impl Listing for StackExchange {
    fn lanes(&self, source: &Source) -> Vec<String> {
        let named: Vec<String> = source.places.iter().map(|place| site(place)).collect();
        let sites = if named.is_empty() { vec![SITE.to_owned()] } else { named };
        let lane = |site: &String, term: &String| [QUESTIONS, ANSWERS].map(|what| format!("{site} {what} {term}"));
        sites.iter().flat_map(|site| source.terms.iter().flat_map(move |term| lane(site, term))).collect()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let (site, what, term) = parts(visit.lane);
        let since = visit.since.timestamp().to_string();
        let search = [
            ("q", term),
            ("site", site),
            ("order", "desc"),
            ("sort", "creation"),
            ("fromdate", &since),
            ("pagesize", "100"),
            ("page", visit.page.unwrap_or("1")),
        ];
        let (list, own) = if what == ANSWERS { ("excerpts", None) } else { ("advanced", Some(("filter", "withbody"))) };
        let parameters: Vec<_> = search.into_iter().chain(own).collect();
        api::keyed(source, Slot::Parameter("key".into()), &["2.3", "search", list], &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        let Some(items) = json::at(&body, "items").and_then(Value::as_array) else {
            return Err(api::missing(answer, &body, "list of items"));
        };
        let (site, what, _) = parts(visit.lane);
        let read = if what == ANSWERS { response } else { question };
        let has_more = json::at(&body, "has_more").and_then(Value::as_bool).unwrap_or(false) && !items.is_empty();
        Ok(List {
            entries: items.iter().filter_map(|item| read(source, site, item)).collect(),
            // Questions stand among the answers, and are left to the other list.
            oldest: items.iter().filter_map(|item| json::unix(item, "creation_date")).next_back(),
            next: has_more.then(|| api::page_after(visit)),
            rest: json::count(&body, "backoff").map(Duration::from_secs),
            ..List::default()
        })
    }

    fn takes_turns(&self) -> bool {
        true
    }

    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        counts::recounts(source, stale)
    }

    fn counts(&self, _source: &Source, stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        counts::counts(stale, answer)
    }

    /// Too much is answered with status 400, and in how many seconds there is more stands in the words.
    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let status = answer.status;
        if status < 400 {
            return None;
        }
        match api::word(answer, "error_name")?.as_str() {
            "throttle_violation" => {
                let until = api::word(answer, "error_message").and_then(|said| wait(&said)).map(|wait| now + wait);
                Some(match until.filter(|until| *until > now + SHORT) {
                    Some(until) => PollFault::Spent { what: "the quota of calls a day".to_owned(), until },
                    None => PollFault::Throttled { status, until },
                })
            }
            "temporarily_unavailable" => Some(PollFault::Throttled { status, until: None }),
            _ => {
                let message = text::line(&api::word(answer, "error_message").unwrap_or_default());
                if message.starts_with(BAD_KEY) {
                    return Some(PollFault::Revoked { status, message: format!("{message}; renew the key") });
                }
                Some(PollFault::Status { status, message: format!("the network finds fault with `{message}`") })
            }
        }
    }
}

/// `… more requests available in 76366 seconds`, but for a week at most.
fn wait(said: &str) -> Option<TimeDelta> {
    let seconds: i64 = said.split_once(" seconds")?.0.rsplit(' ').next()?.parse().ok()?;
    Some(TimeDelta::seconds(seconds.clamp(0, 7 * 86_400)))
}

/// Site, list and term of a lane.
fn parts(lane: &str) -> (&str, &str, &str) {
    let mut parts = lane.splitn(3, ' ');
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

/// A site as the API names it, whether it is written so or as a domain.
fn site(place: &str) -> String {
    let place = place.trim().to_lowercase();
    let place = place.strip_suffix(".stackexchange.com").or_else(|| place.strip_suffix(".com")).unwrap_or(&place);
    place.replace(' ', "")
}

fn domain(site: &str) -> String {
    match site.rsplit_once('.') {
        None if !OWN_DOMAIN.contains(&site) => format!("{site}.stackexchange.com"),
        Some((_, "net")) => site.to_owned(),
        None | Some((_, "stackoverflow")) => format!("{site}.com"),
        Some(_) => format!("{site}.stackexchange.com"),
    }
}

fn key(site: &str, what: &str, id: &str) -> EntryKey {
    EntryKey::of("stack_exchange", &format!("{site}/{what}/{id}"))
}

fn question(source: &Source, site: &str, item: &Value) -> Option<Entry> {
    let id = json::text(item, "question_id")?;
    Some(Entry {
        url: json::text(item, "link").and_then(|url| link(&url)),
        author: author(item),
        engagement: counts::engagement(item, "q"),
        kind: Some(EntryKind::Question),
        ..entry(source, site, item, key(site, "q", &id))
    })
}

fn response(source: &Source, site: &str, item: &Value) -> Option<Entry> {
    let id = json::text(item, "answer_id")?;
    let question = json::text(item, "question_id").map(|id| key(site, "q", &id));
    Some(Entry {
        url: link(&format!("https://{}/a/{id}", domain(site))),
        engagement: counts::engagement(item, "a"),
        kind: Some(EntryKind::Comment),
        parent: question.clone(),
        thread: question,
        ..entry(source, site, item, key(site, "a", &id))
    })
}

/// What questions and answers have in common. The sites in other languages than English have them in their names.
fn entry(source: &Source, site: &str, item: &Value, key: EntryKey) -> Entry {
    let own = site.strip_suffix(".stackoverflow").filter(|name| name.len() == 2).and_then(Language::parse);
    Entry {
        title: json::text(item, "title").map(|title| text::html_line(&title)).unwrap_or_default(),
        text: json::text(item, "body").map(|body| text::html(&body)).unwrap_or_default(),
        published_at: json::unix(item, "creation_date"),
        language: own.or_else(|| source.language.clone()),
        tags: json::list(item, "tags").filter_map(json::written).map(|tag| text::line(&tag)).collect(),
        place: Some(site.to_owned()),
        ..Entry::new(key)
    }
}

/// Who has left the site is nobody any more.
fn author(item: &Value) -> Option<Author> {
    let url = json::text(item, "owner.link").and_then(|url| link(&url))?;
    let name = text::html_line(&json::text(item, "owner.display_name")?);
    Some(Author { name, handle: None, url: Some(url), ..Author::default() })
}
