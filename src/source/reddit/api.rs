//! Reddit's API, for apps that Reddit has approved: the app logs in by itself (`client_credentials`), without a user. Its
//! lists end after about a thousand things.

use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::Value;

use super::super::listing::{List, Listing, Visit};
use super::super::{api, link, recount};
use super::{COMMENTS, LIMIT, author, is_gone, key, lanes, subreddits};
use crate::model::request::Body;
use crate::model::{
    Answer, Counted, Counts, Credential, Entry, EntryKey, EntryKind, Instant, LossReason, PollFault, Recount, Request,
    Session, Source, Stale,
};
use crate::parse::{json, text};

const SITE: &str = "www.reddit.com";
const HOST: &str = "oauth.reddit.com";
/// Things that one call takes by their names.
const AT_ONCE: usize = 100;

/// A list that ends sooner has come to its own end, and not to that of what Reddit gives out: the thousand may lack some
/// that were removed.
const NEARLY_ALL: usize = 900;

/// How far back a search can be told to reach, in days.
const SPANS: [(&str, i64); 4] = [("day", 1), ("week", 7), ("month", 30), ("year", 365)];

pub(super) struct Api;

impl Listing for Api {
    fn lanes(&self, source: &Source) -> Vec<String> {
        lanes(source)
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let places = subreddits(source);
        let (subreddits, restricted) = if places.is_empty() { ("all", "false") } else { (&*places, "true") };
        let span = SPANS.iter().find(|(_, days)| visit.now - visit.since < TimeDelta::days(*days));
        let search = [
            ("q", visit.lane),
            ("sort", "new"),
            ("t", span.map_or("all", |(span, _)| span)),
            ("type", "link"),
            ("restrict_sr", restricted),
            ("include_over_18", "on"),
        ];
        let (list, own): (_, &[_]) = if visit.lane == COMMENTS { (COMMENTS, &[]) } else { ("search", &search) };
        let after = page(visit).map(|(_, after)| ("after", after));
        let parameters: Vec<_> =
            own.iter().copied().chain([("limit", LIMIT), ("raw_json", "1")]).chain(after).collect();
        let at = source.at(&api::at_host(source, SITE, HOST));
        Request { credential: None, ..api::request(&at, &["r", subreddits, list], &parameters) }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let (entries, deleted) = things(source, answer)?;
        let shown = page(visit).map_or(0, |(before, _)| before) + entries.len() + deleted.len();
        let next = api::word(answer, "data.after").map(|after| format!("{shown} {after}"));
        let ends = (shown >= NEARLY_ALL).then_some(LossReason::Newest(1000));
        Ok(List { entries, deleted, next, ends, ..List::default() })
    }

    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        let at = source.at(&api::at_host(source, SITE, HOST));
        let ask = |ids: &[&str]| {
            let parameters = [("id", &*ids.join(",")), ("raw_json", "1")];
            Request { credential: None, ..api::request(&at, &["api", "info"], &parameters) }
        };
        let id = |stale| recount::id_of("reddit", stale);
        stale.chunks(AT_ONCE).filter_map(|part| recount::one(part, |stale| id(&stale.key), ask)).collect()
    }

    /// It is a list like the others.
    fn counts(&self, source: &Source, _stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        let (entries, deleted) = things(source, answer)?;
        let counts = entries.into_iter().map(|entry| (entry.key.clone(), Counts::of(&entry)));
        Ok(Counted { counts: counts.collect(), deleted, ..Counted::default() })
    }

    fn login(&self, source: &Source, _now: Instant) -> Option<Request> {
        let credential = Credential::basic(source.account.as_deref()?, source.token.as_ref()?);
        let at = source.at(&api::at_host(source, HOST, SITE));
        let form = Body::Form(SecretString::from("grant_type=client_credentials"));
        let request = api::request(&at, &["api", "v1", "access_token"], &[]);
        Some(Request { credential: Some(credential), body: Some(form), ..request })
    }

    /// A login that is refused may have status 200.
    fn session(&self, answer: &Answer, now: Instant) -> Result<Session, PollFault> {
        let body = api::body(answer)?;
        let Some(token) = json::text(&body, "access_token") else {
            return Err(api::revoked(answer, "the id and the secret of the app"));
        };
        let lasts = json::number(&body, "expires_in").and_then(TimeDelta::try_seconds);
        let until = lasts.and_then(|lasts| now.checked_add_signed(lasts));
        Ok(Session { token: SecretString::from(token), until, base: None })
    }
}

/// How many things the pages before this one showed, and behind which of them it begins.
fn page<'v>(visit: &Visit<'v>) -> Option<(usize, &'v str)> {
    let page = visit.page?;
    let (shown, after) = page.split_once(' ').unwrap_or(("0", page));
    Some((shown.parse().unwrap_or(0), after))
}

/// The posts and comments of a list, and the keys of those that are gone.
fn things(source: &Source, answer: &Answer) -> Result<(Vec<Entry>, Vec<EntryKey>), PollFault> {
    let body = api::body(answer)?;
    if json::at(&body, "data.children").is_none_or(|children| !children.is_array()) {
        return Err(api::missing(answer, &body, "list of posts or comments"));
    }
    let (mut entries, mut deleted) = (Vec::new(), Vec::new());
    for thing in json::list(&body, "data.children").filter_map(|child| json::at(child, "data")) {
        match entry(source, thing) {
            Ok(entry) => entries.extend(entry),
            Err(gone) => deleted.push(gone),
        }
    }
    Ok((entries, deleted))
}

/// The entry, or the key of one that is gone; `None` where it is neither a post nor a comment.
fn entry(source: &Source, thing: &Value) -> Result<Option<Entry>, EntryKey> {
    let Some(id) = json::text(thing, "name") else { return Ok(None) };
    let (body, title, is_comment) = match id.split_once('_') {
        Some(("t3", _)) => ("selftext", "title", false),
        Some(("t1", _)) => ("body", "link_title", true),
        _ => return Ok(None),
    };
    let body = json::text(thing, body).map(|body| text::plain(&body));
    if json::at(thing, "removed_by_category").is_some() || body.as_deref().is_some_and(is_gone) {
        return Err(key(&id));
    }
    let is_own = json::at(thing, "is_self").and_then(Value::as_bool).unwrap_or(is_comment);
    let leads_to = json::text(thing, "url").filter(|_| !is_own).map(|url| text::line(&url));
    let page = json::text(thing, "permalink").and_then(|path| link(&format!("https://{SITE}{path}")));
    let hidden = json::at(thing, "score_hidden").and_then(Value::as_bool).unwrap_or(false);
    let counts: &[&str] = match (is_comment, hidden) {
        (false, _) => &["score", "num_comments", "num_crossposts"],
        (true, false) => &["score"],
        (true, true) => &[],
    };
    let answers = |path| json::text(thing, path).filter(|_| is_comment).map(|id| key(&id));
    Ok(Some(Entry {
        url: page,
        title: json::text(thing, title).map(|title| text::line(&title)).unwrap_or_default(),
        text: json::paragraphs([body, leads_to]),
        author: json::text(thing, "author").and_then(|name| author(&name)),
        published_at: json::unix(thing, "created_utc"),
        language: source.language.clone(),
        engagement: json::sum(thing, counts),
        kind: Some(if is_comment { EntryKind::Comment } else { EntryKind::Forum }),
        place: json::text(thing, "subreddit").map(|name| text::line(&name)),
        parent: answers("parent_id"),
        thread: answers("link_id"),
        ..Entry::new(key(&id))
    }))
}
