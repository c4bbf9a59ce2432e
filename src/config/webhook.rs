//! What a network may send to a source by webhook: `webhook_secret_file` and `verify_token_file` below `[[source]]`. Never
//! talks to a network.

use super::env::{VERIFY_TOKEN, WEBHOOK_SECRET, source_variable};
use super::fault::{Findings, Place};
use super::file::SourceTable;
use super::reader::{Key, Written};
use super::secret;
use super::source::Secrets;
use super::words::{FilePath, Line};
use crate::model::source::WebhookKeys;

/// The keys of a source that say how it takes what its network sends.
pub(super) struct Keys {
    secret: Key<FilePath>,
    verify_token: Key<FilePath>,
}

impl Keys {
    /// Takes them out of the table.
    pub(super) fn of(table: &mut SourceTable) -> Self {
        Self {
            secret: std::mem::take(&mut table.webhook_secret_file),
            verify_token: std::mem::take(&mut table.verify_token_file),
        }
    }

    /// What the network signs with and what it shows, if the source takes what is sent. One without the other is a fault,
    /// and so are both where the world cannot reach mentiond.
    pub(super) fn resolve(
        self,
        name: &Written<Line>,
        place: &Place,
        secrets: &mut Secrets<'_>,
        findings: &mut Findings,
    ) -> Option<WebhookKeys> {
        let variable = |what| source_variable(&name.value.0, what);
        let secret = secrets.read(name, variable(WEBHOOK_SECRET), self.secret, secret::password, findings);
        let verify_token = secrets.read(name, variable(VERIFY_TOKEN), self.verify_token, secret::password, findings);
        let demand = |key: &str, what: &str, variable: String, findings: &mut Findings| {
            let hint = format!("put it into the file that `{key}` names, or into `{variable}`");
            findings.add_absence(&place.child(key), format!("a webhook needs {what} as well"), hint);
        };
        match (secret, verify_token) {
            (Key::Given(secret), Key::Given(token)) => {
                if !secrets.is_public {
                    let hint = "write the address into `public_url` of `[web]`, or leave the webhook out";
                    findings.add(&secret.place, "the network cannot reach mentiond to send anything", hint);
                }
                Some(WebhookKeys { secret: secret.value, verify_token: token.value })
            }
            (Key::Given(_), Key::Absent) => {
                let what = "the word by which the network shows who it is";
                demand("verify_token_file", what, variable(VERIFY_TOKEN), findings);
                None
            }
            (Key::Absent, Key::Given(_)) => {
                let what = "the secret that signs what is sent";
                demand("webhook_secret_file", what, variable(WEBHOOK_SECRET), findings);
                None
            }
            _ => None,
        }
    }
}
