//! The environment as data, and the variables that overrule the file. Never shows a value: some are secrets.

use std::collections::BTreeMap;
use std::fmt;

use super::fault::{Findings, Place};
use super::file::{File, ServerTable};
use super::reader::{Key, Written};
use super::words::Word;
use crate::model::suggest;

/// The environment. A variable that is set to nothing counts as not set.
#[derive(Clone, Default)]
pub struct Env(pub BTreeMap<String, String>);

impl Env {
    /// The environment of this process. Bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn of_process() -> Self {
        let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
        Self(std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect())
    }

    /// A variable that is set to something.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Names only.
impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A variable that mentiond reads.
#[derive(Clone, Copy)]
pub struct Variable {
    /// Its name; `<NAME>` stands for the name of a source or channel, `<HOST>` for that of a server, `<PLACE>` for that of a header
    /// or parameter, in capitals, all else than letters and digits as `_`.
    pub name: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    set: fn(&mut File, &str, &Place, &mut Findings),
}

/// Every variable that mentiond reads. It overrules the file, except for secrets, which are given in one way only.
pub static VARIABLES: [Variable; 18] = [
    Variable {
        name: "MENTIOND_STATE_DIR",
        meaning: "where the database and mails written as files live",
        set: |file, text, at, findings| set(&mut file.state_dir, text, at, findings),
    },
    Variable {
        name: "MENTIOND_STORE_URL",
        meaning: "the database, `sqlite:///absolute/path`",
        set: |file, text, at, findings| file.store.change(at, |store| set(&mut store.url, text, at, findings)),
    },
    Variable {
        name: "MENTIOND_LOG",
        meaning: "the log filter, for instance `mentiond=debug,info`",
        set: |file, text, at, findings| file.log.change(at, |log| set(&mut log.filter, text, at, findings)),
    },
    Variable {
        name: "MENTIOND_LOG_FORMAT",
        meaning: "`text` or `json`",
        set: |file, text, at, findings| file.log.change(at, |log| set(&mut log.format, text, at, findings)),
    },
    Variable {
        name: "MENTIOND_SMTP_HOST",
        meaning: "the mail server",
        set: |file, text, at, findings| smtp(file, at, |smtp| set(&mut smtp.host, text, at, findings)),
    },
    Variable {
        name: "MENTIOND_SMTP_PORT",
        meaning: "its port",
        set: |file, text, at, findings| smtp(file, at, |smtp| set_number(&mut smtp.port, text, at, findings)),
    },
    Variable {
        name: "MENTIOND_SMTP_SECURITY",
        meaning: "`starttls`, `tls` or `plain`",
        set: |file, text, at, findings| smtp(file, at, |smtp| set(&mut smtp.security, text, at, findings)),
    },
    Variable {
        name: "MENTIOND_SMTP_USERNAME",
        meaning: "the name to log in with",
        set: |file, text, at, findings| smtp(file, at, |smtp| set(&mut smtp.username, text, at, findings)),
    },
    Variable {
        name: SMTP_PASSWORD,
        meaning: "the password that belongs to it",
        // `secret.rs` reads the value, so that it is never kept as plain text.
        set: |file, _, at, _| smtp(file, at, |_| ()),
    },
    Variable {
        name: "MENTIOND_SMTP_<HOST>_PASSWORD",
        meaning: "the password for a fallback mail server",
        set: |_, _, _, _| (),
    },
    Variable {
        name: "MENTIOND_MAIL_FROM",
        meaning: "the sender of all mails, with or without a name",
        set: |file, text, at, findings| file.mail.change(at, |mail| set(&mut mail.from, text, at, findings)),
    },
    Variable {
        name: DKIM_KEY,
        meaning: "the key that signs mails",
        // `secret.rs` reads the value.
        set: |_, _, _, _| (),
    },
    Variable {
        name: WEB_KEY,
        meaning: "the key from which the secrets for hubs and the signatures of links follow",
        // `secret.rs` reads the value.
        set: |_, _, _, _| (),
    },
    Variable { name: "MENTIOND_SOURCE_<NAME>_TOKEN", meaning: "the token of a source", set: |_, _, _, _| () },
    Variable {
        name: "MENTIOND_SOURCE_<NAME>_WEBHOOK_SECRET",
        meaning: "what signs the things that the network of a source sends",
        set: |_, _, _, _| (),
    },
    Variable {
        name: "MENTIOND_SOURCE_<NAME>_VERIFY_TOKEN",
        meaning: "what the network of a source shows before it sends any",
        set: |_, _, _, _| (),
    },
    Variable {
        name: "MENTIOND_SOURCE_<NAME>_SECRET_<PLACE>",
        meaning: "a further secret of a source, by the header or parameter that it belongs into",
        set: |_, _, _, _| (),
    },
    Variable { name: "MENTIOND_CHANNEL_<NAME>_SECRET", meaning: "the secret of a channel", set: |_, _, _, _| () },
];

/// The variable with the password of the mail server.
pub(super) const SMTP_PASSWORD: &str = "MENTIOND_SMTP_PASSWORD";

/// The variable with the key that signs mails.
pub(super) const DKIM_KEY: &str = "MENTIOND_DKIM_KEY";

/// The variable with the password for a fallback.
pub(super) fn fallback_variable(host: &str) -> String {
    format!("MENTIOND_SMTP_{}_PASSWORD", capital(host))
}

/// The variable with the key from which the secrets for hubs follow.
pub(super) const WEB_KEY: &str = "MENTIOND_WEB_KEY";

/// What the variable of a source ends with that holds its token,
pub(super) const TOKEN: &str = "TOKEN";
/// what signs the things that its network sends,
pub(super) const WEBHOOK_SECRET: &str = "WEBHOOK_SECRET";
/// or what its network shows before it sends any.
pub(super) const VERIFY_TOKEN: &str = "VERIFY_TOKEN";

/// The variable with one of the secrets of a source.
pub(super) fn source_variable(source: &str, what: &str) -> String {
    format!("MENTIOND_SOURCE_{}_{what}", capital(source))
}

/// The variable with a further secret of a source, which belongs into this header or parameter.
pub(super) fn further_variable(source: &str, place: &str) -> String {
    source_variable(source, &format!("SECRET_{}", capital(place)))
}

/// The variable with the secret of a channel.
pub(super) fn channel_variable(channel: &str) -> String {
    format!("MENTIOND_CHANNEL_{}_SECRET", capital(channel))
}

fn capital(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// Writes the variables over what the file says. Secrets of sources and channels are looked at by
/// `source.rs` and `channel.rs`.
pub(super) fn overrule(file: &mut File, env: &Env, findings: &mut Findings) {
    for variable in &VARIABLES {
        if let Some(text) = env.get(variable.name) {
            (variable.set)(file, text, &Place::variable(variable.name), findings);
        }
    }
}

/// Says which variables look like ours and are not. `tokens` are those of the configured sources
/// and channels.
pub(super) fn refuse_others(env: &Env, tokens: &[String], findings: &mut Findings) {
    let documented = VARIABLES.map(|variable| variable.name);
    let known = || documented.into_iter().chain(tokens.iter().map(String::as_str));
    // Kubernetes sets MENTIOND_PORT_... and MENTIOND_SERVICE_... in every container beside a service of that name.
    let beside_service = env.get("MENTIOND_SERVICE_HOST").is_some();
    let foreign = |name: &str| {
        name == "MENTIOND_CONFIG"
            || name.starts_with("MENTIOND_TEST_")
            || beside_service && (name.starts_with("MENTIOND_SERVICE_") || name.starts_with("MENTIOND_PORT"))
    };
    for name in env.0.keys().filter(|name| name.starts_with("MENTIOND_") && !foreign(name)) {
        if env.get(name).is_some() && !known().any(|known| known == name) {
            let hint = match suggest::nearest(name, known()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("allowed: {}", suggest::quoted(&documented)),
            };
            findings.add(&Place::variable(name), "there is no such variable", hint);
        }
    }
}

fn smtp(file: &mut File, at: &Place, change: impl FnOnce(&mut ServerTable)) {
    file.mail.change(at, |mail| mail.smtp.change(at, |smtp| change(&mut smtp.server)));
}

fn set<T: Word>(slot: &mut Key<T>, text: &str, place: &Place, findings: &mut Findings) {
    *slot = match T::parse(text) {
        Ok(value) => Key::Given(Written { value, place: place.clone() }),
        Err(wrong) => {
            findings.add(place, wrong.message, wrong.hint);
            Key::Faulty
        }
    };
}

fn set_number(slot: &mut Key<i64>, text: &str, place: &Place, findings: &mut Findings) {
    *slot = match text.parse() {
        Ok(value) => Key::Given(Written { value, place: place.clone() }),
        Err(_) => {
            findings.add(place, "expected a whole number, found text", "for instance `587`");
            Key::Faulty
        }
    };
}
