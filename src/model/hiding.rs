//! Secrets in what a server writes: some repeat the token that they refuse. Pure.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

/// What is this long is hardly there by chance. A beginning of a secret that is this long is hidden as well, since words
/// are cut off where they are long.
pub(super) const TELLING: usize = 8;
/// What stands in its place.
const HIDDEN: &str = "…";

/// Secrets that nothing may show.
#[derive(Default)]
pub struct Hiding(Vec<String>);

impl Hiding {
    /// Of this secret; where it is a JSON document, of each text in it as well.
    #[must_use]
    pub fn and(mut self, secret: &SecretString) -> Self {
        let secret = secret.expose_secret();
        self.add(secret);
        if let Ok(Value::Object(fields)) = serde_json::from_str(secret) {
            fields
                .values()
                .filter_map(Value::as_str)
                .filter(|text| text.len() >= TELLING)
                .for_each(|text| self.add(text));
        }
        self
    }

    fn add(&mut self, secret: &str) {
        let coded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for form in [secret.to_owned(), coded] {
            if !form.is_empty() && !self.0.contains(&form) {
                self.0.push(form);
            }
        }
    }

    /// The text without them.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| without(&text, secret))
    }
}

fn without(text: &str, secret: &str) -> String {
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(next) = rest.chars().next() {
        let common: usize = rest
            .chars()
            .zip(secret.chars())
            .take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum();
        if common == secret.len() || common >= TELLING {
            shown.push_str(HIDDEN);
            rest = rest.get(common..).unwrap_or_default();
        } else {
            shown.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(secret: &str, text: &str) -> String {
        Hiding::default().and(&SecretString::from(secret)).hide(text)
    }

    #[test]
    fn no_secret_is_shown() {
        for (secret, text, shown) in [
            ("EAAB/cd efgh", "Malformed access token EAAB/cd efgh; renew it", "Malformed access token …; renew it"),
            ("EAAB/cd efgh", "no such page: ?access_token=EAAB%2Fcd+efgh&a=b", "no such page: ?access_token=…&a=b"),
            ("EAABcdefghijkl", "Malformed access token EAABcdefg…", "Malformed access token ……"),
            ("EAABcdefghijkl", "EAABcdefghijklEAABcdefghijkl", "……"),
            ("EAABcdefghijkl", "EAAB is how it begins", "EAAB is how it begins"),
            ("abc", "abc is no token, ab neither", "… is no token, ab neither"),
            ("ÅÅÅÅÅ", "ÆÅÅÅÅÅØ", "Æ…Ø"),
            (r#"{"client_id":"a","refresh_token":"1//refresh"}"#, "bad token 1//refresh of a", "bad token … of a"),
            ("", "nothing", "nothing"),
        ] {
            assert_eq!(hidden(secret, text), shown, "{text}");
        }
    }
}
