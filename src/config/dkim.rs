//! `[mail.dkim]`: mails are signed. Whether the key is one is seen by who signs.

use secrecy::SecretString;

use super::env::DKIM_KEY;
use super::fault::{Findings, Place};
use super::file::DkimTable;
use super::paths::Surroundings;
use super::secret;
use super::words::{Line, Word, Wrong, shown};

/// How mails are signed.
#[derive(Debug, Clone)]
pub struct DkimConfig {
    /// The domain that signs.
    pub domain: String,
    /// Under which name the DNS has the key.
    pub selector: String,
    /// The private key as a PEM file.
    pub key: SecretString,
}

/// A name of the DNS.
pub(super) struct Name(pub(super) String);

impl Word for Name {
    const WHAT: &'static str = "a name of the DNS";
    const EXAMPLE: &'static str = "example.org";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let Line(text) = Line::parse(text)?;
        let fits = |label: &str| {
            let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            !label.is_empty() && label.len() < 64 && label.chars().all(inner)
        };
        if !text.split('.').all(fits) {
            return Err(Wrong::not::<Self>(&text));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

/// The domain of the sender, in the letters that the mail says it in.
fn sender_domain(from: &str) -> String {
    let domain = from.rsplit('@').next().unwrap_or_default().trim_end_matches('>');
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(domain)) => domain,
        _ => domain.to_ascii_lowercase(),
    }
}

/// The signing of mails from this sender; `None` if something that it needs is missing or wrong.
pub(super) fn resolve(
    table: DkimTable,
    place: &Place,
    from: &str,
    around: &Surroundings<'_>,
    findings: &mut Findings,
) -> Option<DkimConfig> {
    let selector = table.selector.required(place, "selector", "selector = \"mentiond\"", findings);
    let sender = sender_domain(from);
    let domain = match table.domain.given() {
        Some(domain) if sender != domain.value.0 && !sender.ends_with(&format!(".{}", domain.value.0)) => {
            let message =
                format!("the sender is of {}, for which {} cannot sign", shown(&sender), shown(&domain.value.0));
            findings.add(&domain.place, message, "remove the key, or write the domain of `from` or one above it");
            return None;
        }
        Some(domain) => domain.value.0,
        None => sender,
    };
    let key = secret::read(
        secret::Ways {
            variable: DKIM_KEY.to_owned(),
            file: table.key_file,
            credential: "dkim_key".to_owned(),
            fits: secret::key,
        },
        around,
        findings,
    );
    if key.is_absent() {
        let hint = format!("make one with `openssl genrsa -out dkim.pem 2048`, and name it here or in `{DKIM_KEY}`");
        findings.add_absence(&place.child("key_file"), "there is no key to sign with", hint);
    }
    Some(DkimConfig { domain, selector: selector?.value.0, key: key.given()?.value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_international_sender_signs_by_the_name_that_the_mail_says() {
        for (from, domain) in [
            ("Anna <anna@Example.org>", "example.org"),
            ("Bücher <anna@Bücher.example>", "xn--bcher-kva.example"),
            ("anna@xn--bcher-kva.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(sender_domain(from), domain);
        }
    }
}
