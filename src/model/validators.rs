//! What a server gave to recognise an unchanged document, and how far that is to be trusted. Kept byte for byte, each byte
//! as the character of its number (ISO 8859-1), since headers are no text; never sent to another address than the one
//! that gave it.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use url::Url;

use super::hash::sha256_hex;
use super::{Answer, Instant};

/// A server that sends the same document whole so often although its tag came back does not know its own tags: some write
/// `-gzip` into them on the way out.
const IGNORED_ENOUGH: u32 = 3;
/// After so many days of "unchanged" the document is asked for whole once: caches break.
const TRUSTED_DAYS: i64 = 8;
/// Longest validator that is kept, in bytes. A longer one would make every later request too large for its own server.
const LONGEST: usize = 4 << 10;

/// Headers of the last answer that recognise the document, and what was made of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`, with quotes and `W/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Hash of the address that gave them; `None` lets them go to any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub giver: Option<String>,
    /// Hash of the document that the tag came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// When a document last came whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_at: Option<Instant>,
    /// How often in a row the same document came whole although its tag was sent back.
    #[serde(default)]
    pub ignored: u32,
}

impl Validators {
    /// What is known after a document came whole, `self` having been sent.
    #[must_use]
    pub fn after_document(&self, answer: &Answer, now: Instant) -> Self {
        let header = |name| kept(answer, name);
        let giver = Some(address(&answer.url));
        let document = header("etag").is_some().then(|| sha256_hex([answer.body.as_slice()], 8));
        let in_vain = self.etag.is_some() && document.is_some() && self.document == document && self.giver == giver;
        let ignored = if self.ignored >= IGNORED_ENOUGH {
            self.ignored
        } else if in_vain {
            self.ignored + 1
        } else {
            0
        };
        let (etag, last_modified) = (header("etag"), header("last-modified"));
        Self { etag, last_modified, giver, document, whole_at: Some(now), ignored }
    }

    /// What is known after the server called the document unchanged. Headers that it sends again replace the old ones.
    #[must_use]
    pub fn after_unchanged(&self, answer: &Answer) -> Self {
        let header = |name| kept(answer, name);
        let (etag, last_modified) = (header("etag"), header("last-modified"));
        Self {
            etag: etag.or_else(|| self.etag.clone()),
            last_modified: last_modified.or_else(|| self.last_modified.clone()),
            ..self.clone()
        }
    }

    /// Whether an answer has the same `ETag`, so that the document has not changed though the server sent it whole. The
    /// comparison is the weak one (RFC 9110, 8.8.3.2).
    #[must_use]
    pub fn same_etag(&self, answer: &Answer) -> bool {
        let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
        let (known, new) = (self.etag.as_deref().map(opaque), kept(answer, "etag").as_deref().map(opaque));
        known.is_some_and(|known| known.len() > 2 && Some(known) == new)
    }

    /// What to ask with at `now`: nothing once the document was called unchanged for about eight days.
    #[must_use]
    pub fn at(&self, now: Instant) -> Self {
        let is_old = self.whole_at.is_some_and(|whole_at| now - whole_at > TimeDelta::days(TRUSTED_DAYS));
        if is_old { Self { ignored: self.ignored, ..Self::default() } } else { self.clone() }
    }

    /// What an address gets: `If-None-Match` and `If-Modified-Since`. Nothing if another gave them, and no tag that the
    /// server ignores.
    #[must_use]
    pub fn for_address(&self, url: &Url) -> (Option<&String>, Option<&String>) {
        if self.giver.as_ref().is_some_and(|giver| *giver != address(url)) {
            return (None, None);
        }
        (self.etag.as_ref().filter(|_| self.ignored < IGNORED_ENOUGH), self.last_modified.as_ref())
    }
}

/// The bytes of a validator, to be sent back. `None` for a text that is none: too long, or with characters that are no
/// bytes.
#[must_use]
pub fn validator_bytes(validator: &str) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> = validator.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.filter(|bytes| bytes.len() <= LONGEST)
}

fn kept(answer: &Answer, name: &str) -> Option<String> {
    let bytes = answer.headers.get(name)?.as_bytes();
    (bytes.len() <= LONGEST).then(|| bytes.iter().copied().map(char::from).collect())
}

fn address(url: &Url) -> String {
    sha256_hex([url.as_str()], 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderName};

    fn now() -> Instant {
        "2026-11-25T08:00:00Z".parse().unwrap()
    }

    fn answer(url: &str, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let header = |(name, value): &(&'static str, &str)| (HeaderName::from_static(name), value.parse().unwrap());
        let headers: HeaderMap = headers.iter().map(header).collect();
        Answer { url: url.parse().unwrap(), status: 200, moved: None, headers, body: body.as_bytes().to_vec() }
    }

    fn sent<'a>(validators: &'a Validators, url: &str) -> (Option<&'a str>, Option<&'a str>) {
        let (etag, modified) = validators.for_address(&url.parse().unwrap());
        (etag.map(String::as_str), modified.map(String::as_str))
    }

    const A: &str = "https://a.example/feed";
    const B: &str = "https://b.example/feed";
    const TAG: (&str, &str) = ("etag", "W/\"1-gzip\"");
    const MONDAY: (&str, &str) = ("last-modified", "Mon, 23 Nov 2026 08:00:00 GMT");

    #[test]
    fn they_are_sent_byte_for_byte_to_the_address_that_gave_them_alone() {
        let known = Validators::default().after_document(&answer(A, &[TAG, MONDAY], "x"), now());
        assert_eq!(sent(&known, A), (Some(TAG.1), Some(MONDAY.1)));
        assert_eq!(sent(&known, B), (None, None));
        assert_eq!(sent(&known, "https://a.example/feed?page=2"), (None, None));
        let none = known.after_document(&answer(A, &[], "y"), now());
        assert_eq!(sent(&none, A), (None, None), "a document without any has none");
    }

    #[test]
    fn an_unchanged_document_refreshes_what_it_sends_again() {
        let known = Validators::default().after_document(&answer(A, &[TAG, MONDAY], "x"), now());
        let unchanged = known.after_unchanged(&answer(A, &[("etag", "\"2\"")], ""));
        assert_eq!(sent(&unchanged, A), (Some("\"2\""), Some(MONDAY.1)));
        assert_eq!((unchanged.document, unchanged.whole_at), (known.document, Some(now())));
    }

    #[test]
    fn a_tag_that_the_server_ignores_three_times_is_no_longer_sent() {
        let poll = |known: &Validators, body: &str| known.after_document(&answer(A, &[TAG, MONDAY], body), now());
        let first = poll(&Validators::default(), "x");
        let changed = poll(&poll(&poll(&first, "x"), "x"), "y");
        assert_eq!(sent(&changed, A).0, Some(TAG.1), "a new document came in between");
        let twice = poll(&poll(&first, "x"), "x");
        assert_eq!(sent(&twice, A).0, Some(TAG.1));
        let thrice = poll(&twice, "x");
        assert_eq!(sent(&thrice, A), (None, Some(MONDAY.1)), "the date is still good");
        assert_eq!(sent(&poll(&thrice, "y"), A).0, None, "it stays distrusted");
        let elsewhere = twice.after_document(&answer(B, &[TAG], "x"), now());
        assert_eq!(sent(&elsewhere, B).0, Some(TAG.1), "it was not sent there");
    }

    #[test]
    fn every_byte_comes_back() {
        let every: Vec<u8> = (b' ' + 1..=255).filter(|byte| *byte != 127).collect();
        let with = |etag: &[u8]| {
            let mut answer = answer(A, &[], "x");
            answer.headers.insert("etag", http::HeaderValue::from_bytes(etag).unwrap());
            let stored = serde_json::to_string(&Validators::default().after_document(&answer, now())).unwrap();
            serde_json::from_str::<Validators>(&stored).unwrap().etag
        };
        assert_eq!(validator_bytes(&with(&every).unwrap()), Some(every));
        assert_eq!(validator_bytes("\u{100}"), None);
        assert_eq!(with(&[b'x'; 5000]), None, "too long to be sent back");
        assert_eq!(validator_bytes(&"x".repeat(5000)), None);
    }

    #[test]
    fn the_same_etag_is_told_by_weak_comparison() {
        for (known, new, same) in [
            ("\"a\"", "\"a\"", true),
            ("W/\"a\"", "\"a\"", true),
            ("\"a\"", "W/\"a\"", true),
            ("\"a\"", "\"A\"", false),
            ("\"a\"", "", false),
            ("", "", false),
            ("\"\"", "\"\"", false),
        ] {
            let known = Validators::default().after_document(&answer(A, &[("etag", known)], "x"), now());
            assert_eq!(known.same_etag(&answer(A, &[("etag", new)], "x")), same, "{known:?} {new}");
        }
    }

    #[test]
    fn after_eight_days_of_unchanged_the_document_is_asked_for_whole() {
        let known = Validators::default().after_document(&answer(A, &[TAG], "x"), now());
        let unchanged = known.after_unchanged(&answer(A, &[], ""));
        assert_eq!(sent(&unchanged.at(now() + TimeDelta::days(8)), A).0, Some(TAG.1));
        let late = now() + TimeDelta::days(8) + TimeDelta::seconds(1);
        assert_eq!(sent(&unchanged.at(late), A), (None, None));
        let whole = unchanged.at(late).after_document(&answer(A, &[TAG], "x"), late);
        assert_eq!((sent(&whole.at(late), A).0, whole.ignored), (Some(TAG.1), 0));
    }
}
