//! Recent search of X (API v2): posts of the last seven days, newest first, with what is searched for, which is joined
//! into as few queries as can be; whoever changes it has the last days read, and paid, again. Words that must not occur are
//! not left out by X, which may see them behind a link, nor are languages: it takes some posts for what they are not.
//! Reposts are not found. A post that is edited later stays as it was read, and one that is deleted is noticed only where
//! posts are counted again. Answers may say tweet or post, as X has done since August 2026.
//!
//! Not verified: whether authors and the texts of long posts, which come with the posts, are charged as well.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::operators::Operators;
use super::{api, link, recount, reset};
use crate::model::health::{CAP, CREDIT};
use crate::model::{
    Answer, Author, Counted, Counts, Entry, EntryKey, EntryKind, Instant, PollFault, Recount, Request, Search, Source,
    Stale, Unwanted,
};
use crate::parse::{json, text};

/// Characters that a query may have.
const LONGEST_QUERY: usize = 512;
/// How far back the search goes: seven days, less what the clocks may differ.
const REACH: TimeDelta = TimeDelta::minutes(7 * 24 * 60 - 5);
/// What is newer is not shown yet, and X refuses to be asked from then on: half a minute, and what the clocks may differ.
const TOO_NEW: TimeDelta = TimeDelta::minutes(1);
const FIELDS: &str = "author_id,created_at,lang,public_metrics,conversation_id,entities,note_tweet,referenced_tweets,\
                      in_reply_to_user_id";
const SITE: &str = "https://x.com";
/// Posts that one call takes.
const AT_ONCE: usize = 100;
/// How the type of an error ends that says that a post is not there any more.
const GONE: &str = "/resource-not-found";

/// Without the parentheses in which a search stands beside others.
const OPERATORS: Operators = Operators { phrase: operator, beside, and: " ", or: Some(OR), longest: LONGEST_QUERY - 2 };
const OR: &str = " OR ";

pub(super) struct X;

impl Listing for X {
    fn lanes(&self, source: &Source) -> Vec<String> {
        api::any_of(source.searches().iter().flat_map(expressions), OR, LONGEST_QUERY)
    }

    /// Asks by time and not by the id of the newest post: X refuses an id from before the seven days.
    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let since = visit.since.max(visit.now - REACH).min(visit.now - TOO_NEW);
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let parameters = [
            ("query", visit.lane),
            ("max_results", "100"),
            ("start_time", since.as_str()),
            ("tweet.fields", FIELDS),
            ("expansions", "author_id"),
            ("user.fields", "created_at,public_metrics,verified"),
        ];
        let page = visit.page.map(|page| ("next_token", page));
        let parameters: Vec<(&str, &str)> = parameters.into_iter().chain(page).collect();
        api::request(source, &["2", "tweets", "search", "recent"], &parameters)
    }

    /// There is no `data` where nothing was found, and there are `errors` beside it where something else is missing.
    fn list(&self, source: &Source, _visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "data").or_else(|| json::at(&body, "meta")).is_none() {
            return Err(api::missing(answer, &body, "list of posts"));
        }
        let entries = json::list(&body, "data").filter_map(|post| entry(source, post, &body)).collect();
        Ok(List { entries, next: json::text(&body, "meta.next_token"), ..List::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let status = answer.status;
        let kind = api::word(answer, "type").unwrap_or_default();
        match (kind.rsplit('/').next().unwrap_or_default(), status) {
            ("usage-capped", _) => {
                let until = reset::next_month(now);
                Some(PollFault::Spent { what: CAP.to_owned(), until })
            }
            // It is bought when somebody likes to; asking costs nothing as long as it is gone.
            ("credits-depleted", _) | (_, 402) => {
                Some(PollFault::Spent { what: CREDIT.to_owned(), until: now + TimeDelta::days(1) })
            }
            ("client-forbidden" | "client-not-enrolled", _) => Some(api::revoked(answer, "the access of the app")),
            (_, 401) => Some(api::revoked(answer, "the bearer token of the app")),
            (_, 429) => Some(PollFault::Throttled { status, until: reset::at_unix(answer, "x-rate-limit-reset") }),
            (_, 400) => {
                let body = api::body(answer).ok()?;
                let message = json::list(&body, "errors").find_map(|error| json::text(error, "message"))?;
                Some(PollFault::Status { status, message: text::line(&message) })
            }
            _ => None,
        }
    }

    fn reach(&self, _lane: &str) -> Option<TimeDelta> {
        Some(REACH)
    }

    /// Each of them is paid once more. Authors are not asked for: they may cost as well.
    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        let ask = |ids: &[&str]| {
            api::request(source, &["2", "tweets"], &[("ids", &ids.join(",")), ("tweet.fields", "public_metrics")])
        };
        let id = |stale| recount::id_of("x", stale);
        stale.chunks(AT_ONCE).filter_map(|part| recount::one(part, |stale| id(&stale.key), ask)).collect()
    }

    fn counts(&self, _source: &Source, _stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "data").or_else(|| json::at(&body, "errors")).is_none() {
            return Err(api::missing(answer, &body, "list of posts"));
        }
        let counts = json::list(&body, "data").filter_map(|post| {
            let counts = Counts { engagement: engagement(post), followers: None };
            Some((EntryKey::of("x", &json::text(post, "id")?), counts))
        });
        let is_gone = |error: &&Value| {
            let says = |field, end| json::text(error, field).is_some_and(|said| said.ends_with(end));
            // It may as well be something that a post refers to.
            says("type", GONE) && says("parameter", "ids")
        };
        let gone = json::list(&body, "errors").filter(is_gone).filter_map(|error| json::text(error, "resource_id"));
        let deleted = gone.map(|id| EntryKey::of("x", &id)).collect();
        Ok(Counted { counts: counts.collect(), deleted, ..Counted::default() })
    }

    /// What is read again counts for the budget again, and posts are found within a minute.
    fn overlap(&self) -> TimeDelta {
        TimeDelta::minutes(2)
    }
}

/// A search as one operand of `OR`, or as several.
fn expressions(search: &Search) -> Vec<String> {
    let phrases = search.any.iter().map(|phrase| operator(phrase));
    if search.is_plain() {
        return phrases.collect();
    }
    let without = search.without.iter().map(|unwanted| match unwanted {
        Unwanted::Tag(tag) => format!("-#{tag}"),
        Unwanted::Author(name) => format!("-from:{name}"),
    });
    let parts: Vec<String> = OPERATORS.beside(search).into_iter().chain(without).collect();
    let heads = api::any_of(phrases, OR, LONGEST_QUERY / 2).into_iter();
    let heads = heads.map(|head| if head.contains(OR) { format!("({head})") } else { head });
    heads.map(|head| format!("({})", OPERATORS.together(head, parts.clone()))).collect()
}

/// A phrase beside another may as well stand in a link, as the name of a shop does. X would find it there, or would not.
fn beside(phrase: &str) -> Vec<String> {
    let address = phrase.replace(' ', "-");
    let address = if address.contains('-') { format!("\"{address}\"") } else { address };
    vec![api::phrase(phrase), format!("url:{address}")]
}

/// A term as it is searched: tags and accounts are operators of their own, everything else is a phrase.
fn operator(term: &str) -> String {
    let name = term.strip_prefix(['#', '@', '$']).filter(|name| !name.is_empty());
    match name {
        Some(name) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => term.to_owned(),
        _ => api::phrase(term),
    }
}

fn entry(source: &Source, post: &Value, body: &Value) -> Option<Entry> {
    let id = json::text(post, "id")?;
    let referenced = |what: &str| {
        let all = json::list(post, "referenced_tweets").chain(json::list(post, "referenced_posts"));
        all.filter(|other| json::text(other, "type").as_deref() == Some(what)).find_map(|other| json::text(other, "id"))
    };
    if referenced("retweeted").or_else(|| referenced("reposted")).is_some() {
        return None;
    }
    let author = author(post, body);
    let name = author.as_ref().and_then(|author| author.handle.as_deref()).unwrap_or("i");
    let thread = json::text(post, "conversation_id").filter(|thread| *thread != id);
    Some(Entry {
        url: link(&format!("{SITE}/{name}/status/{id}")),
        text: said(post),
        published_at: json::instant(post, "created_at"),
        language: api::language(source, json::text(post, "lang")),
        tags: json::list(post, "entities.hashtags").filter_map(|tag| json::text(tag, "tag")).collect(),
        engagement: engagement(post),
        kind: Some(EntryKind::Microblog),
        parent: referenced("replied_to").map(|id| EntryKey::of("x", &id)),
        thread: thread.map(|id| EntryKey::of("x", &id)),
        author,
        ..Entry::new(EntryKey::of("x", &id))
    })
}

fn engagement(post: &Value) -> Option<u64> {
    let shares = json::count(post, "public_metrics.repost_count");
    let shares = shares.or_else(|| json::count(post, "public_metrics.retweet_count"));
    let others = ["like_count", "reply_count", "quote_count", "bookmark_count"];
    let others = others.map(|count| format!("public_metrics.{count}"));
    let others = json::sum(post, &others.each_ref().map(String::as_str));
    [shares, others].into_iter().flatten().reduce(u64::saturating_add)
}

/// The whole text, with the links that were meant and without the three references that X writes.
fn said(post: &Value) -> String {
    let long = json::at(post, "note_tweet").or_else(|| json::at(post, "note_post"));
    let said = long.filter(|long| json::text(long, "text").is_some()).unwrap_or(post);
    let mut text = json::text(said, "text").unwrap_or_default();
    for link in json::list(said, "entities.urls") {
        if let (Some(short), Some(meant)) = (json::text(link, "url"), json::text(link, "expanded_url")) {
            text = text.replace(&short, &meant);
        }
    }
    text::plain(&text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

fn author(post: &Value, body: &Value) -> Option<Author> {
    let id = json::text(post, "author_id")?;
    let user = json::list(body, "includes.users").find(|user| json::text(user, "id").as_ref() == Some(&id))?;
    let handle = text::line(&json::text(user, "username")?);
    Some(Author {
        name: json::text(user, "name").map_or_else(|| handle.clone(), |name| text::line(&name)),
        url: link(&format!("{SITE}/{handle}")),
        followers: json::count(user, "public_metrics.followers_count"),
        handle: Some(handle),
        id: None,
    })
}
