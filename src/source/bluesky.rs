//! Bluesky's search in the name of an account, one lane per term. It is ordered and limited by the time at which the
//! network saw a post, or by the author's own if that is earlier. Posts of authors who want to be seen by signed-in people
//! only, and such as moderators hide, are no entries. Deleted posts vanish without a trace, and followers are told of known
//! posts only (`counts`).

use chrono::SecondsFormat;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::listing::{List, Listing, Visit};
use super::{api, link, reset};
use crate::model::request::Body;
use crate::model::{
    Answer, Author, Counted, Entry, EntryKey, EntryKind, Instant, PollFault, Recount, Request, Session, Source, Stale,
};
use crate::parse::{json, text};

pub(super) mod counts;

/// The server at which accounts log in that live on one of Bluesky's own.
const ENTRANCE: &str = "bsky.social";
const SITE: &str = "https://bsky.app/profile";
/// Labels of posts and authors that are not for everybody.
const HIDING: [&str; 3] = ["!no-unauthenticated", "!hide", "!takedown"];

pub(super) struct Bluesky;

impl Listing for Bluesky {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let (phrase, since) = (api::phrase(visit.lane), visit.since.to_rfc3339_opts(SecondsFormat::Secs, true));
        let search = [("q", &*phrase), ("sort", "latest"), ("since", &since), ("limit", "100")];
        let parameters: Vec<_> = search.into_iter().chain(visit.page.map(|page| ("cursor", page))).collect();
        let request = api::request(source, &["xrpc", "app.bsky.feed.searchPosts"], &parameters);
        Request { credential: None, ..request }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        let Some(posts) = json::at(&body, "posts").and_then(Value::as_array) else {
            return Err(api::missing(answer, &body, "list of posts"));
        };
        // A page that is not full may be followed by others, unless all hits are on it.
        let counted = json::count(&body, "hitsTotal").and_then(|hits| usize::try_from(hits).ok());
        let is_all = posts.is_empty() || visit.page.is_none() && counted.is_some_and(|hits| hits <= posts.len());
        let entries = posts.iter().filter_map(|post| entry(source, post)).collect();
        let oldest = posts.iter().filter_map(seen_at).next_back();
        Ok(List { entries, oldest, next: json::text(&body, "cursor").filter(|_| !is_all), ..List::default() })
    }

    /// A session that has ended is answered with status 400.
    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let status = answer.status;
        if status < 400 {
            return None;
        }
        match api::word(answer, "error")?.as_str() {
            "ExpiredToken" | "InvalidToken" | "AuthMissing" | "AuthenticationRequired" => {
                Some(api::revoked(answer, "the app password"))
            }
            "RateLimitExceeded" => {
                Some(PollFault::Throttled { status, until: reset::at_unix(answer, "ratelimit-reset") })
            }
            name => {
                let said = api::word(answer, "message").filter(|_| status == 400)?;
                Some(PollFault::Status { status, message: text::line(&format!("{name}: {said}")) })
            }
        }
    }

    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        counts::recounts(source, stale)
    }

    fn counts(&self, _source: &Source, stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        counts::counts(stale, answer)
    }

    fn login(&self, source: &Source, _now: Instant) -> Option<Request> {
        let (account, secret) = (source.account.as_deref()?, source.token.as_ref()?);
        let who = json!({ "identifier": account, "password": secret.expose_secret() });
        let request = api::request(source, &["xrpc", "com.atproto.server.createSession"], &[]);
        Some(Request { credential: None, body: Some(Body::Json(SecretString::from(who.to_string()))), ..request })
    }

    fn session(&self, answer: &Answer, _now: Instant) -> Result<Session, PollFault> {
        let body = api::body(answer)?;
        let Some(token) = json::text(&body, "accessJwt") else {
            return Err(api::missing(answer, &body, "session"));
        };
        // Any other server is the account's own, or stands in for all of them.
        let is_entrance = answer.url.host_str() == Some(ENTRANCE);
        let own = json::list(&body, "didDoc.service")
            .filter(|_| is_entrance)
            .find(|service| json::text(service, "id").is_some_and(|id| id.ends_with("#atproto_pds")));
        let base = own.and_then(|service| Url::parse(&json::text(service, "serviceEndpoint")?).ok());
        let base = base.filter(|base| base.scheme() == "https");
        Ok(Session { token: SecretString::from(token), until: None, base })
    }
}

/// When the network counts a post as written: what an author claims counts only where it is earlier.
fn seen_at(post: &Value) -> Option<Instant> {
    let times = ["record.createdAt", "indexedAt"].map(|path| json::instant(post, path));
    times.into_iter().flatten().min()
}

/// A post, as lists of Bluesky show it.
pub(super) fn entry(source: &Source, post: &Value) -> Option<Entry> {
    let uri = json::text(post, "uri")?;
    if is_hidden(post) {
        return None;
    }
    let said = json::text(post, "record.text").map(|said| text::plain(&with_links(post, &said)));
    let card = json::text(post, "embed.external.title").map(|title| text::line(&title));
    let leads_to = json::text(post, "embed.external.uri").map(|uri| text::line(&uri));
    let leads_to = leads_to.filter(|uri| said.as_ref().is_none_or(|said| !said.contains(uri)));
    let images = json::list(post, "embed.images").chain(json::list(post, "embed.media.images"));
    let images = images.map(|image| json::text(image, "alt").map(|alt| text::plain(&alt)));
    let answers = |path| json::text(post, path).map(|uri| key(&uri));
    let claimed = json::list(post, "record.langs").find_map(json::written);
    let (author, id) = (author(post)?, uri.rsplit('/').next()?);
    Some(Entry {
        url: author.url.as_ref().and_then(|profile| link(&format!("{profile}/post/{id}"))),
        text: json::paragraphs([said, card, leads_to].into_iter().chain(images)),
        author: Some(author),
        published_at: seen_at(post),
        language: api::language(source, claimed),
        tags: features(post)
            .filter_map(|(_, feature)| json::text(feature, "tag"))
            .map(|tag| text::line(&tag))
            .collect(),
        engagement: counts::engagement(post),
        kind: Some(EntryKind::Microblog),
        parent: answers("record.reply.parent.uri"),
        thread: answers("record.reply.root.uri"),
        ..Entry::new(key(&uri))
    })
}

/// A post is the same wherever it is seen.
pub(super) fn key(uri: &str) -> EntryKey {
    EntryKey::of("bluesky", &text::line(uri))
}

/// Whether the network, or who wrote it, does not want everybody to see it.
fn is_hidden(post: &Value) -> bool {
    let labels = json::list(post, "labels").chain(json::list(post, "author.labels"));
    labels.filter_map(|label| json::text(label, "val")).any(|label| HIDING.contains(&label.as_str()))
}

/// Who wrote it. Handles change, and are not always sound; the number (DID) of the account stays.
fn author(post: &Value) -> Option<Author> {
    let [name, handle, id] = ["author.displayName", "author.handle", "author.did"]
        .map(|path| json::text(post, path).map(|text| text::line(&text)).filter(|text| !text.is_empty()));
    let handle = handle.filter(|handle| handle != "handle.invalid");
    let url = link(&format!("{SITE}/{}", handle.as_ref().or(id.as_ref())?));
    Some(Author { name: name.or_else(|| handle.clone()).unwrap_or_default(), handle, url, followers: None, id })
}

/// What parts of a text are: where each begins and ends, in bytes, and a link, a tag or an account.
fn features(post: &Value) -> impl Iterator<Item = ((usize, usize), &Value)> {
    let place = |facet: &Value, end| usize::try_from(json::count(facet, end)?).ok();
    json::list(post, "record.facets")
        .filter_map(move |facet| Some((place(facet, "index.byteStart")?, place(facet, "index.byteEnd")?, facet)))
        .flat_map(|(start, end, facet)| json::list(facet, "features").map(move |feature| ((start, end), feature)))
}

/// The text with its links as they are, not as they are shown: apps shorten them.
fn with_links(post: &Value, said: &str) -> String {
    let links = features(post).filter_map(|(place, feature)| Some((place, json::text(feature, "uri")?)));
    let mut links: Vec<_> = links.collect();
    links.sort_by_key(|((start, _), _)| *start);
    let (mut whole, mut read) = (String::new(), 0);
    for ((start, end), uri) in links {
        let (Some(before), Some(shown)) = (said.get(read..start), said.get(start..end)) else { continue };
        whole.push_str(before);
        let is_short = uri.contains(shown.trim_end_matches(['.', '…']));
        whole.push_str(&if is_short { uri } else { format!("{shown} ({uri})") });
        read = end;
    }
    whole.push_str(said.get(read..).unwrap_or_default());
    whole
}
