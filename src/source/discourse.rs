//! Search of a Discourse forum, one lane per term. An answer shows one post of each topic, the one that fits best, and of
//! a post its beginning; a search has ten pages at most. Terms need three letters on most forums. A forum may be closed:
//! an API key of it and the name of its user open it. Deleted posts vanish without a trace. Not verified: that forums look
//! up days in UTC.

use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::api;
use super::listing::{List, Listing, Visit};
use crate::model::source::host_of;
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, LossReason, PollFault, Request, Slot, Source};
use crate::parse::{json, text};

/// The last page of a search.
const LAST_PAGE: &str = "10";

pub(super) struct Discourse;

impl Listing for Discourse {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let (phrase, day) = (api::phrase(visit.lane), visit.since.date_naive());
        let query = format!("{phrase} order:latest after:{day}");
        let parameters = [("q", &*query), ("page", visit.page.unwrap_or("1"))];
        let mut request = api::keyed(source, Slot::Header("api-key".into(), "".into()), &["search.json"], &parameters);
        let user = source.account.as_deref().and_then(|user| HeaderValue::from_str(user).ok());
        request.headers.extend(user.map(|user| (HeaderName::from_static("api-username"), user)));
        request
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "grouped_search_result").or_else(|| json::at(&body, "posts")).is_none() {
            return Err(api::missing(answer, &body, "list of posts"));
        }
        if let Some(message) = json::text(&body, "grouped_search_result.error") {
            return Err(PollFault::Status { status: answer.status, message: text::line(&message) });
        }
        let topics: Vec<&Value> = json::list(&body, "topics").collect();
        let entries = json::list(&body, "posts").filter_map(|post| entry(source, post, &topics)).collect();
        let more = json::at(&body, "grouped_search_result.more_full_page_results").and_then(Value::as_bool);
        let (has_more, is_last) = (more.unwrap_or(false), visit.page == Some(LAST_PAGE));
        Ok(List {
            entries,
            next: (has_more && !is_last).then(|| api::page_after(visit)),
            ends: (has_more && is_last).then_some(LossReason::Ends),
            ..List::default()
        })
    }

    /// Too much for now is said with 429, and by a forum that is overloaded with 409.
    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let status = answer.status;
        (status == 409).then_some(PollFault::Throttled { status, until: None })
    }
}

fn entry(source: &Source, post: &Value, topics: &[&Value]) -> Option<Entry> {
    let id = json::text(post, "id")?;
    let topic_id = json::text(post, "topic_id")?;
    let topic = topics.iter().find(|topic| json::text(topic, "id").as_ref() == Some(&topic_id));
    let of_topic = |path| topic.and_then(|topic| json::text(topic, path));
    if of_topic("archetype").is_some_and(|kind| kind == "private_message") {
        return None;
    }
    let number = json::text(post, "post_number").unwrap_or_else(|| "1".to_owned());
    let slug = of_topic("slug").unwrap_or_else(|| "-".to_owned());
    let tags = topic.into_iter().flat_map(|topic| json::list(topic, "tags"));
    // Newer forums describe their tags.
    let tags = tags.filter_map(|tag| json::written(tag).or_else(|| json::text(tag, "name")));
    let forum = host_of(&source.url);
    // What begins a topic is answered by all others in it.
    let answers = topic.filter(|_| number == "1").and_then(|topic| json::count(topic, "posts_count"));
    let answers = answers.map(|posts| posts.saturating_sub(1));
    Some(Entry {
        url: api::page(source, &["t", &slug, &topic_id, &number]),
        title: of_topic("title").map(|title| text::line(&title)).unwrap_or_default(),
        text: json::text(post, "blurb").map(|blurb| text::html(&blurb)).unwrap_or_default(),
        author: author(source, post),
        published_at: json::instant(post, "created_at"),
        language: source.language.clone(),
        tags: tags.map(|tag| text::line(&tag)).collect(),
        engagement: [json::count(post, "like_count"), answers].into_iter().flatten().reduce(u64::saturating_add),
        kind: Some(if number == "1" { EntryKind::Forum } else { EntryKind::Comment }),
        thread: Some(EntryKey::of("discourse", &format!("{forum}/t/{topic_id}"))),
        ..Entry::new(EntryKey::of("discourse", &format!("{forum}/p/{id}")))
    })
}

fn author(source: &Source, post: &Value) -> Option<Author> {
    let handle = text::line(&json::text(post, "username")?);
    let url = api::page(source, &["u", &handle]);
    let shown = json::text(post, "name").map(|name| text::line(&name));
    Some(Author { name: shown.unwrap_or_else(|| handle.clone()), handle: Some(handle), url, ..Author::default() })
}
