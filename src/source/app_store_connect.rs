//! Reviews of one's own apps (App Store Connect API), one lane per app, the newest first. Each poll signs a token of its
//! own with the key; nobody is asked for one. Apple shows where a review was written, but neither its address nor its
//! language; one that is changed keeps its time and is not seen again once a day has passed.

use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::api;
use super::jwt::Key;
use super::listing::{List, Listing, Visit};
use crate::model::exchange::LONGEST_WORDS;
use crate::model::text::one_line;
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Source};
use crate::parse::{json, text};

/// How long a token is good for, in seconds: longer than a poll takes. Apple takes none that is good for more than twenty
/// minutes.
const SIGNED: i64 = 900;

pub(super) struct AppStoreConnect;

impl Listing for AppStoreConnect {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let cursor = visit.page.map(|page| ("cursor", page));
        let parameters: Vec<_> = [("sort", "-createdDate"), ("limit", "200")].into_iter().chain(cursor).collect();
        let request = api::request(source, &["v1", "apps", visit.lane, "customerReviews"], &parameters);
        // What is sent is signed with the key; the key itself never is.
        Request { credential: None, ..request }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "data").and_then(Value::as_array).is_none() {
            return Err(api::missing(answer, &body, "list of reviews"));
        }
        let entries = json::list(&body, "data").filter_map(|review| entry(source, visit.lane, review)).collect();
        let next = json::text(&body, "links.next").and_then(|next| api::parameter(&Url::parse(&next).ok()?, "cursor"));
        Ok(List { entries, next, ..List::default() })
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        let error = json::list(&body, "errors").next()?;
        let said = json::text(error, "detail").or_else(|| json::text(error, "title")).unwrap_or_default();
        let (status, message) = (answer.status, one_line(&said, LONGEST_WORDS));
        Some(match status {
            401 => PollFault::Revoked { status, message: format!("{message}; renew the key, or mend `account`") },
            403 => PollFault::Denied { status, message },
            429 => PollFault::Throttled { status, until: None },
            _ => PollFault::Status { status, message },
        })
    }

    fn sign(&self, source: &Source, now: Instant) -> Result<Option<SecretString>, PollFault> {
        let key = source.token.as_ref().and_then(|key| Key::p256(key.expose_secret()));
        let hint = "give the `.p8` file that App Store Connect offers once, when the key is made";
        let unusable = || PollFault::Unusable(format!("it is no private key of Apple\n  hint: {hint}"));
        let (id, claims) = claims(source.account.as_deref().unwrap_or_default(), now);
        key.and_then(|key| key.token(Some(id), &claims)).map(Some).ok_or_else(unusable)
    }

    fn overlap(&self) -> TimeDelta {
        TimeDelta::days(1)
    }
}

/// The key's id and what the token says. A key of one person has no issuer.
fn claims(account: &str, now: Instant) -> (&str, Value) {
    let at = now.timestamp();
    let mut claims = json!({"iat": at, "exp": at + SIGNED, "aud": "appstoreconnect-v1"});
    let (who, name, id) = match account.split_once('/') {
        Some((issuer, id)) => ("iss", issuer, id),
        None => ("sub", "user", account),
    };
    if let Some(claims) = claims.as_object_mut() {
        claims.insert(who.to_owned(), Value::from(name.trim()));
    }
    (id.trim(), claims)
}

fn entry(source: &Source, app: &str, review: &Value) -> Option<Entry> {
    let id = json::text(review, "id")?;
    let said = json::at(review, "attributes")?;
    let author = json::text(said, "reviewerNickname").map(|name| text::line(&name)).filter(|name| !name.is_empty());
    Some(Entry {
        title: json::text(said, "title").map(|title| text::line(&title)).unwrap_or_default(),
        text: json::text(said, "body").map(|body| text::plain(&body)).unwrap_or_default(),
        author: author.map(|name| Author { name, ..Author::default() }),
        published_at: json::instant(said, "createdDate"),
        language: source.language.clone(),
        rating: api::stars(said, "rating"),
        kind: Some(EntryKind::Review),
        place: Some(app.to_owned()),
        ..Entry::new(EntryKey::of("app_store_connect", &id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_names_its_issuer_and_a_person_none() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let said = |account| {
            let (id, claims) = claims(account, now);
            format!("{id} {} {}", claims["iss"], claims["sub"])
        };
        assert_eq!(said("69a6de7e-0000/2X9R4HXF34"), "2X9R4HXF34 \"69a6de7e-0000\" null");
        assert_eq!(said("2X9R4HXF34"), "2X9R4HXF34 null \"user\"");
    }
}
