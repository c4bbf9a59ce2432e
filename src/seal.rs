//! How sessions of networks are kept: encrypted with a key that the database does not hold (ChaCha20-Poly1305, RFC 8439),
//! and bound to the source they are for. Never shows the key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// Keys of other things follow from the same text by other words.
const LABEL: &str = "session 1";

/// The key that sessions are sealed with.
pub struct Seal(LessSafeKey);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// The key that follows from a text; `None` from one that is empty.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let key = Hmac::<Sha256>::new_from_slice(text.as_bytes()).ok().filter(|_| !text.is_empty())?;
        let key = key.chain_update(LABEL).finalize().into_bytes();
        Some(Self(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).ok()?)))
    }

    /// What may be stored in place of `secret`; `None` where the machine gives no random numbers.
    #[must_use]
    pub fn close(&self, source: &str, secret: &SecretString) -> Option<String> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).ok()?;
        let mut bytes = secret.expose_secret().as_bytes().to_vec();
        let once = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(once, Aad::from(source.as_bytes()), &mut bytes).ok()?;
        Some(STANDARD_NO_PAD.encode([nonce.as_slice(), &bytes].concat()))
    }

    /// What was stored; `None` if another key closed it, or for another source, or if it was changed.
    #[must_use]
    pub fn open(&self, source: &str, stored: &str) -> Option<SecretString> {
        let bytes = STANDARD_NO_PAD.decode(stored).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = sealed.to_vec();
        let once = Nonce::assume_unique_for_key(*nonce);
        let opened = self.0.open_in_place(once, Aad::from(source.as_bytes()), &mut sealed).ok()?;
        String::from_utf8(opened.to_vec()).ok().map(SecretString::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens_for_the_same_source() {
        let (seal, secret) = (Seal::new("a key").unwrap(), SecretString::from("token"));
        let stored = seal.close("reddit", &secret).unwrap();
        assert!(!stored.contains("token"));
        assert_ne!(seal.close("reddit", &secret).unwrap(), stored, "no two look alike");
        let opened = |seal: &Seal, source: &str, stored: &str| {
            seal.open(source, stored).map(|secret| secret.expose_secret().to_owned())
        };
        assert_eq!(opened(&seal, "reddit", &stored).as_deref(), Some("token"));
        assert_eq!(opened(&seal, "bluesky", &stored), None);
        assert_eq!(opened(&Seal::new("another").unwrap(), "reddit", &stored), None);
        assert_eq!(opened(&seal, "reddit", &format!("A{stored}")), None);
        assert_eq!(opened(&seal, "reddit", ""), None);
        assert!(Seal::new("").is_none());
        assert_eq!(format!("{seal:?}"), "Seal");
    }
}
