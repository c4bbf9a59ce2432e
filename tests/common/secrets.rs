//! Secrets as networks give them; none of them opens anything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::json;

/// The key file of a service account of Google; `network` is where it asks for tokens.
pub fn service_account(network: &str) -> String {
    json!({
        "type": "service_account",
        "project_id": "acme",
        "private_key_id": "0123456789abcdef0123456789abcdef01234567",
        "private_key": include_str!("../data/keys/rsa.pem"),
        "client_email": "reviews@acme.iam.gserviceaccount.com",
        "token_uri": format!("{network}/token"),
    })
    .to_string()
}

/// The refresh token of a user of Google, likewise.
pub fn google_user(network: &str) -> String {
    json!({
        "type": "authorized_user",
        "client_id": "100000000000-a.apps.googleusercontent.com",
        "client_secret": "GOCSPX-not-a-secret",
        "refresh_token": "1//0not-a-refresh-token",
        "token_uri": format!("{network}/token"),
    })
    .to_string()
}

/// A key as App Store Connect offers it.
pub fn apple_key() -> String {
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let lines: Vec<String> =
        STANDARD.encode(der.as_ref()).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", lines.join("\n"))
}
