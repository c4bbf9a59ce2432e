//! The one key from which the secret of every subscription follows, so that no secret has to be stored. Never shows the
//! key or a secret.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;

/// Bytes of a key that is made, and of a token.
const KEY_BYTES: usize = 32;
const TOKEN_BYTES: usize = 16;
/// Shortest key, in bytes.
const SHORTEST: usize = 32;

/// Why there is no key or token.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It could be guessed.
    #[error("the key for hubs is shorter than {SHORTEST} characters")]
    TooShort,
    /// The system has no chance to give.
    #[error("the system gives no random numbers: {0}")]
    NoChance(#[from] getrandom::Error),
}

/// The key. Clones are the same key.
#[derive(Clone)]
pub struct HubKey(Hmac<Sha256>);

impl HubKey {
    /// The key that a text is.
    ///
    /// # Errors
    /// When it is too short to be a secret.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        if text.len() < SHORTEST {
            return Err(KeyError::TooShort);
        }
        Hmac::new_from_slice(text.as_bytes()).map(Self).map_err(|_| KeyError::TooShort)
    }

    /// A text that nobody can guess, for a key.
    ///
    /// # Errors
    /// When the system has no chance to give.
    pub fn make() -> Result<SecretString, KeyError> {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(SecretString::from(hex(&bytes)))
    }

    /// What a hub signs the deliveries to this token with: 64 hexadecimal digits.
    #[must_use]
    pub fn secret(&self, token: &str) -> SecretString {
        SecretString::from(self.derived("secret", token))
    }

    /// Tells this key from others and says nothing about it.
    #[must_use]
    pub fn id(&self) -> String {
        self.derived("id", "").chars().take(16).collect()
    }

    fn derived(&self, purpose: &str, of: &str) -> String {
        let mac = self.0.clone().chain_update(purpose).chain_update([0]).chain_update(of);
        hex(&mac.finalize().into_bytes())
    }
}

impl fmt::Debug for HubKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HubKey")
    }
}

/// What stands in a callback's path: 128 bits of chance as 32 hexadecimal digits.
///
/// # Errors
/// When the system has no chance to give.
pub fn new_token() -> Result<String, KeyError> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn every_token_has_a_secret_of_its_own() {
        let key = HubKey::new(&"k".repeat(32)).unwrap();
        let secret = |key: &HubKey, token| key.secret(token).expose_secret().to_owned();
        assert_eq!(secret(&key, "a"), secret(&key.clone(), "a"));
        assert_ne!(secret(&key, "a"), secret(&key, "b"));
        assert_ne!(secret(&key, "a"), secret(&HubKey::new(&"l".repeat(32)).unwrap(), "a"));
        assert_eq!(secret(&key, "a").len(), 64, "a secret is shorter than 200 bytes");
        assert_ne!(key.id(), HubKey::new(&"l".repeat(32)).unwrap().id());
        assert!(!format!("{key:?}").contains('k'), "it never shows");
    }

    #[test]
    fn short_keys_are_refused_and_made_ones_are_long() {
        assert!(HubKey::new("short").is_err());
        let made = HubKey::make().unwrap();
        HubKey::new(made.expose_secret()).unwrap();
        assert_ne!(made.expose_secret(), HubKey::make().unwrap().expose_secret());
        let token = new_token().unwrap();
        assert!(token.len() == 32 && super::super::is_token(&token) && token != new_token().unwrap());
    }
}
