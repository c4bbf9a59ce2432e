//! Secrets that are none, and where they are sent.

use super::*;
use crate::model::SourceKind;

fn with(secret: &Value) -> Source {
    let url = "https://mybusiness.googleapis.com".parse().unwrap();
    let token = Some(SecretString::from(secret.to_string()));
    Source { token, ..Source::new("g".to_owned(), SourceKind::GoogleBusiness, url) }
}

#[test]
fn a_secret_is_sent_over_tls_or_not_at_all() {
    let user = |tokens: Option<&str>| {
        let mut user = json!({"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"});
        if let Some(tokens) = tokens {
            user["token_uri"] = Value::from(tokens);
        }
        let request = login(&with(&user), "scope", "2026-11-20T12:00:00Z".parse().unwrap());
        request.map(|request| request.url.to_string())
    };
    assert_eq!(user(None).as_deref(), Some(TOKENS));
    assert_eq!(user(Some("https://tokens.example/t")).as_deref(), Some("https://tokens.example/t"));
    assert_eq!(user(Some("http://tokens.example/t")), None);
    assert_eq!(user(Some("tokens")), None);
}

#[test]
fn what_google_does_not_give_is_no_secret() {
    let key = include_str!("../../../tests/data/keys/ed25519.pem");
    for secret in [
        json!("SECRET"),
        json!({"type": "authorized_user", "client_id": "c", "client_secret": "s"}),
        json!({"type": "service_account", "client_email": "a@b.example", "private_key": key}),
        json!({"installed": {"client_id": "c", "client_secret": "s"}}),
    ] {
        let Err(fault) = sign(&with(&secret)) else { panic!("{secret} is taken") };
        assert_eq!(
            fault.to_string(),
            "the secret cannot be used: it is not the JSON that Google gives\n  hint: give the key file of a service \
             account, or the JSON with `client_id`, `client_secret` and `refresh_token`"
        );
    }
}
