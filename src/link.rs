//! Signed links: what stands in a mail so that its recipient, and nobody else, can do one thing for a time. Everything
//! that a link means is in its token, so nothing of it is stored. Pure; never shows the key, and never does what a link
//! asks for.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use url::Url;

use crate::model::Instant;

/// Bytes of a signature: half of what SHA-256 gives, which RFC 2104 (5) allows, so that links stay short.
const SIGNATURE: usize = 16;
/// Longest token that is looked at, in characters; the longest names that a configuration may have fit in.
const LONGEST: usize = 4096;
/// Keys of other things, and of other forms of this token, follow from the same text by other words.
const LABEL: &str = "link 1";

/// What a link is for; it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Somebody takes care of what a mail tells. The subject is the number of its row in the outbox.
    Acknowledge,
    /// Somebody wants no more of a digest. The subject is its name.
    Unsubscribe,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Acknowledge, Self::Unsubscribe];

    /// The word: it stands in the path of the link, before the token.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Unsubscribe => "unsubscribe",
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Acknowledge => 1,
            Self::Unsubscribe => 2,
        }
    }
}

/// What a link says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is for.
    pub purpose: Purpose,
    /// What it is about.
    pub subject: String,
    /// Whose it is: a mail address, or `channel:NAME`.
    pub recipient: String,
    /// It is good until then, to the second.
    pub until: Instant,
}

/// Why a token is no link that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// It was not made here, by this key, or was changed since.
    #[error("the link is not one of ours, or is not whole")]
    NotOurs,
    /// It was good until this instant.
    #[error("the link was good until {0}")]
    Expired(Instant),
    /// It is ours but for something else.
    #[error("the link is for something else")]
    OtherPurpose,
}

/// The key of all links; every purpose has one of its own, that follows from the same text. Clones are the same key.
#[derive(Clone)]
pub struct LinkKey {
    acknowledge: Hmac<Sha256>,
    unsubscribe: Hmac<Sha256>,
}

impl LinkKey {
    /// The key that follows from a text; `None` from one that is empty.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let of = |purpose: Purpose| {
            let key = Hmac::<Sha256>::new_from_slice(text.as_bytes()).ok().filter(|_| !text.is_empty())?;
            let key = key.chain_update(LABEL).chain_update([0]).chain_update(purpose.as_str()).finalize().into_bytes();
            Hmac::new_from_slice(&key).ok()
        };
        Some(Self { acknowledge: of(Purpose::Acknowledge)?, unsubscribe: of(Purpose::Unsubscribe)? })
    }

    /// The token of a link: only letters, digits, `-` and `_`, and always the same for the same link.
    #[must_use]
    pub fn sign(&self, link: &Link) -> String {
        let Link { purpose, subject, recipient, until } = link;
        let length = u16::try_from(subject.len()).unwrap_or(u16::MAX);
        let mut bytes = vec![purpose.code()];
        bytes.extend(until.timestamp().to_be_bytes());
        bytes.extend(length.to_be_bytes());
        bytes.extend(subject.bytes());
        bytes.extend(recipient.bytes());
        let signature = self.mac(*purpose, &bytes).finalize().into_bytes();
        bytes.extend(signature.iter().take(SIGNATURE));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a token says, if it counts for this purpose. The signature is compared in constant time, and nothing is read
    /// of a token before it holds.
    ///
    /// # Errors
    /// Why it does not.
    pub fn read(&self, token: &str, purpose: Purpose, now: Instant) -> Result<Link, LinkFault> {
        let link = self.understand(token).ok_or(LinkFault::NotOurs)?;
        if link.purpose != purpose {
            return Err(LinkFault::OtherPurpose);
        }
        if now >= link.until {
            return Err(LinkFault::Expired(link.until));
        }
        Ok(link)
    }

    fn understand(&self, token: &str) -> Option<Link> {
        if token.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        let (code, rest) = said.split_first()?;
        let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.code() == *code)?;
        self.mac(purpose, said).verify_truncated_left(signature).ok()?;
        let (seconds, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (subject, recipient) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        Some(Link {
            purpose,
            subject: str::from_utf8(subject).ok()?.to_owned(),
            recipient: str::from_utf8(recipient).ok()?.to_owned(),
            until: DateTime::from_timestamp(i64::from_be_bytes(*seconds), 0)?,
        })
    }

    fn mac(&self, purpose: Purpose, said: &[u8]) -> Hmac<Sha256> {
        let key = match purpose {
            Purpose::Acknowledge => &self.acknowledge,
            Purpose::Unsubscribe => &self.unsubscribe,
        };
        key.clone().chain_update(said)
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey")
    }
}

/// Where links lead: signed by a key, below the address under which the world reaches this daemon.
#[derive(Debug, Clone)]
pub struct Links {
    key: LinkKey,
    public_url: Url,
}

impl Links {
    /// Links below this address.
    #[must_use]
    pub fn new(key: LinkKey, public_url: Url) -> Self {
        Self { key, public_url }
    }

    /// The address of a link: the purpose and the token below the public address; `None` where that cannot have a path.
    #[must_use]
    pub fn address(&self, link: &Link) -> Option<Url> {
        let mut url = self.public_url.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend([link.purpose.as_str(), &self.key.sign(link)]);
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone, Utc};
    use proptest::prelude::*;

    use super::*;

    fn key() -> LinkKey {
        LinkKey::new(&"k".repeat(32)).unwrap()
    }

    fn now() -> Instant {
        Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap()
    }

    fn link() -> Link {
        Link {
            purpose: Purpose::Acknowledge,
            subject: "17".to_owned(),
            recipient: "kari@skiphop.example".to_owned(),
            until: now() + TimeDelta::days(14),
        }
    }

    #[test]
    fn a_link_says_what_was_signed_until_its_time_is_over() {
        let (key, link) = (key(), link());
        let token = key.sign(&link);
        assert_eq!(token, key.clone().sign(&link), "the same mail has the same link on every attempt");
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{token}");
        assert!(token.len() < 80, "{token}");
        let read = |now| key.read(&token, Purpose::Acknowledge, now);
        assert_eq!(read(now()), Ok(link.clone()));
        assert_eq!(read(link.until - TimeDelta::milliseconds(1)), Ok(link.clone()));
        assert_eq!(read(link.until), Err(LinkFault::Expired(link.until)));
        assert_eq!(read(now() + TimeDelta::days(36_500)), Err(LinkFault::Expired(link.until)));
    }

    #[test]
    fn a_link_is_for_one_thing() {
        let key = key();
        for purpose in Purpose::ALL {
            let token = key.sign(&Link { purpose, ..link() });
            for other in Purpose::ALL {
                let read = key.read(&token, other, now());
                assert_eq!(read.is_ok(), purpose == other, "{purpose:?} for {other:?}");
                assert!(purpose == other || read == Err(LinkFault::OtherPurpose), "{read:?}");
            }
        }
        let late = key.read(&key.sign(&link()), Purpose::Unsubscribe, now() + TimeDelta::days(99));
        assert_eq!(late, Err(LinkFault::OtherPurpose));
    }

    #[test]
    fn whoever_changes_a_link_has_none() {
        let key = key();
        let token = key.sign(&link());
        for at in 0..token.len() {
            for byte in *b"AQgw9_-z" {
                let mut changed = token.clone().into_bytes();
                if changed[at] != byte {
                    changed[at] = byte;
                    let changed = String::from_utf8(changed).unwrap();
                    let read = key.read(&changed, Purpose::Acknowledge, now());
                    assert_eq!(read, Err(LinkFault::NotOurs), "{at} {changed}");
                }
            }
            assert_eq!(
                key.read(token.get(..at).unwrap(), Purpose::Acknowledge, now()),
                Err(LinkFault::NotOurs),
                "cut at {at}"
            );
        }
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let read = key.read(&URL_SAFE_NO_PAD.encode(&changed), Purpose::Acknowledge, now());
                assert_eq!(read, Err(LinkFault::NotOurs), "bit {bit} of byte {at}");
            }
        }
        for changed in [format!("{token}A"), format!("{token}="), format!("{token}\n"), format!(" {token}")] {
            assert_eq!(key.read(&changed, Purpose::Acknowledge, now()), Err(LinkFault::NotOurs), "{changed:?}");
        }
    }

    #[test]
    fn the_border_between_subject_and_recipient_is_signed() {
        let key = key();
        let moved = |subject: &str, recipient: &str| {
            key.sign(&Link { subject: subject.to_owned(), recipient: recipient.to_owned(), ..link() })
        };
        assert_ne!(moved("1", "7a@b.example"), moved("17", "a@b.example"));
        let other = key.sign(&Link { recipient: "ola@skiphop.example".to_owned(), ..link() });
        assert_ne!(other, key.sign(&link()), "every recipient has a link of their own");
    }

    #[test]
    fn a_link_of_another_key_is_not_ours() {
        let other = LinkKey::new(&"l".repeat(32)).unwrap();
        assert_eq!(other.read(&key().sign(&link()), Purpose::Acknowledge, now()), Err(LinkFault::NotOurs));
        assert!(LinkKey::new("").is_none());
        assert_eq!(format!("{:?}", key()), "LinkKey", "it never shows");
    }

    /// Made by Python: `hmac.new(hmac.new(b"k" * 32, b"link 1\0acknowledge", "sha256").digest(), said, "sha256")`.
    #[test]
    fn others_sign_the_same() {
        let link = Link { until: DateTime::from_timestamp(1_800_000_000, 0).unwrap(), ..link() };
        assert_eq!(key().sign(&link), "AQAAAABrSdIAAAIxN2thcmlAc2tpcGhvcC5leGFtcGxlhNbUyHAxn7kC1J8Um3Coaw");
    }

    #[test]
    fn the_address_stands_below_the_public_one() {
        for (public, expected) in [
            ("https://monitor.example", "https://monitor.example/acknowledge/"),
            ("https://a.example/mentiond/", "https://a.example/mentiond/acknowledge/"),
            ("https://a.example/mentiond", "https://a.example/mentiond/acknowledge/"),
        ] {
            let links = Links::new(key(), Url::parse(public).unwrap());
            let address = links.address(&link()).unwrap();
            assert_eq!(address.as_str(), format!("{expected}{}", key().sign(&link())));
        }
    }

    proptest! {
        #[test]
        fn every_link_can_be_read_back(subject in ".{0,200}", recipient in ".{0,200}", seconds in 0..4_000_000_000_i64) {
            let until = DateTime::from_timestamp(seconds, 0).unwrap();
            let link = Link { purpose: Purpose::Unsubscribe, subject, recipient, until };
            let read = key().read(&key().sign(&link), Purpose::Unsubscribe, until - TimeDelta::seconds(1));
            prop_assert_eq!(read, Ok(link));
        }

        #[test]
        fn nothing_that_is_no_token_is_a_link(text in "\\PC{0,300}") {
            prop_assert_eq!(key().read(&text, Purpose::Acknowledge, now()), Err(LinkFault::NotOurs));
        }
    }

    #[test]
    fn what_is_too_long_is_not_looked_at() {
        assert_eq!(key().read(&"A".repeat(1 << 20), Purpose::Acknowledge, now()), Err(LinkFault::NotOurs));
    }
}
