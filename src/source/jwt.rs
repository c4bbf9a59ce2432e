//! JSON Web Tokens that a private key signs (RFC 7515, RFC 7519). Never shows the key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair as RsaPair;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::model::pem;

/// A private key.
pub(super) enum Key {
    /// RS256.
    Rsa(Box<RsaPair>),
    /// ES256.
    P256(Box<EcdsaKeyPair>),
}

impl Key {
    /// An RSA key in a PEM text.
    pub(super) fn rsa(text: &str) -> Option<Self> {
        let (_, der) = pem::first(text)?;
        RsaPair::from_pkcs8(&der).ok().map(|pair| Self::Rsa(Box::new(pair)))
    }

    /// A key of the curve P-256 in a PEM text.
    pub(super) fn p256(text: &str) -> Option<Self> {
        let (_, der) = pem::first(text)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &SystemRandom::new());
        pair.ok().map(|pair| Self::P256(Box::new(pair)))
    }

    /// The signed token; `id` is what the network knows the key by.
    pub(super) fn token(&self, id: Option<&str>, claims: &Value) -> Option<SecretString> {
        let algorithm = match self {
            Self::Rsa(_) => "RS256",
            Self::P256(_) => "ES256",
        };
        let mut header = json!({"alg": algorithm, "typ": "JWT"});
        if let (Some(header), Some(id)) = (header.as_object_mut(), id) {
            header.insert("kid".to_owned(), Value::from(id));
        }
        let [header, claims] = [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let unsigned = format!("{header}.{claims}");
        let signature = URL_SAFE_NO_PAD.encode(self.sign(unsigned.as_bytes())?);
        Some(SecretString::from(format!("{unsigned}.{signature}")))
    }

    fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature).ok()?;
                Some(signature)
            }
            Self::P256(pair) => Some(pair.sign(&random, text).ok()?.as_ref().to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use secrecy::ExposeSecret as _;

    use super::*;

    /// The three parts of a token, and what of it is signed.
    fn parts(token: &SecretString) -> (Value, Value, Vec<u8>, String) {
        let token = token.expose_secret();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let json = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        (json(header), json(claims), URL_SAFE_NO_PAD.decode(signature).unwrap(), signed.to_owned())
    }

    #[test]
    fn an_rsa_key_signs() {
        let text = include_str!("../../tests/data/keys/rsa.pem");
        let token = Key::rsa(text).unwrap().token(None, &json!({"iss": "me"})).unwrap();
        let (header, claims, signature, signed) = parts(&token);
        assert_eq!((header, claims), (json!({"alg": "RS256", "typ": "JWT"}), json!({"iss": "me"})));
        let Key::Rsa(pair) = Key::rsa(text).unwrap() else { panic!("another key") };
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public().as_ref());
        public.verify(signed.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn a_key_of_p256_signs() {
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let coded = STANDARD.encode(der.as_ref());
        let text = format!("-----BEGIN PRIVATE KEY-----\n{coded}\n-----END PRIVATE KEY-----\n");
        let key = Key::p256(&text).unwrap();
        let (header, claims, signature, signed) = parts(&key.token(Some("K1"), &json!({"aud": "x"})).unwrap());
        assert_eq!((header, claims), (json!({"alg": "ES256", "kid": "K1", "typ": "JWT"}), json!({"aud": "x"})));
        let Key::P256(pair) = &key else { panic!("another key") };
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        public.verify(signed.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn what_is_no_such_key_does_not_sign() {
        let rsa = include_str!("../../tests/data/keys/rsa.pem");
        assert!(Key::p256(rsa).is_none());
        assert!(Key::rsa("SECRET").is_none() && Key::p256("").is_none());
        assert!(Key::rsa(include_str!("../../tests/data/keys/ed25519.pem")).is_none());
    }
}
