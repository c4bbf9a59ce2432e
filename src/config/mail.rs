//! `[mail]` and `[mail.smtp]`: how mail leaves. Never connects to a server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use secrecy::SecretString;

use super::addresses::{Host, Sender, is_loopback};
use super::check::{MINUTE, SECOND, count, within};
use super::env::SMTP_PASSWORD;
use super::fault::{Findings, Place};
use super::file::{MailTable, SmtpTable};
use super::paths::Surroundings;
use super::reader::{Key, Written};
use super::secret;
use super::words::shown;

/// How mail leaves.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// The `From` address, with or without a name.
    pub from: String,
    /// The server; without one, mails are written as `.eml` files into `dir`.
    pub smtp: Option<SmtpConfig>,
    /// Where mails are written without a server; by default `mails` in the state directory.
    pub dir: PathBuf,
    /// Attempts before a notice becomes a dead letter.
    pub max_attempts: u32,
    /// The zone in which alerts show times; digests have their own.
    pub time_zone: Tz,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// Name to log in with.
    pub username: Option<String>,
    /// Its password; set exactly when `username` is.
    pub password: Option<SecretString>,
    /// For one whole delivery.
    pub timeout: Duration,
    /// A PEM file with a certificate authority to trust besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// STARTTLS, required (usual on port 587).
    StartTls,
    /// TLS from the first byte (usual on port 465).
    Tls,
    /// None; for loopback, or when `allow_plaintext = true` says that the network in between is trusted.
    Plain,
}

impl SmtpSecurity {
    /// The port that servers use for it.
    fn usual_port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::Plain => 25,
        }
    }
}

pub(super) fn resolve(
    table: MailTable,
    time_zone: Tz,
    state_dir: &Path,
    around: &Surroundings<'_>,
    findings: &mut Findings,
) -> MailConfig {
    let smtp = table.smtp.given();
    if let Some(place) = smtp.as_ref().map(|smtp| &smtp.place).filter(|_| table.from.is_absent()) {
        let place = if place.line > 0 { Place { key: "mail.from".to_owned(), ..place.clone() } } else { place.clone() };
        let hint = "a server wants a sender that it knows: write `from = \"mentiond <mentiond@example.org>\"` below \
                    `[mail]`, or set `MENTIOND_MAIL_FROM`";
        findings.add_absence(&place, "the key is missing", hint);
    }
    MailConfig {
        from: table.from.or(Sender("mentiond <mentiond@localhost>".to_owned())).0,
        smtp: smtp.and_then(|smtp| server(smtp.value, &smtp.place, around, findings)),
        dir: table.dir.given().map_or_else(|| state_dir.join("mails"), |dir| around.absolute(&dir)),
        max_attempts: count(table.max_attempts, 1..=1000, 30, "after the last one the mail is a dead letter", findings),
        time_zone,
    }
}

/// The server; `None` if its host is not known.
fn server(table: SmtpTable, place: &Place, around: &Surroundings<'_>, findings: &mut Findings) -> Option<SmtpConfig> {
    let security_place = table.security.place().cloned().unwrap_or_else(|| place.clone());
    let security = table.security.or(SmtpSecurity::StartTls);
    let host = table.host.required(place, "host", "host = \"mail.example.org\"", findings);

    let file_place = table.password_file.place().cloned();
    let password = secret::read(
        secret::Ways {
            variable: SMTP_PASSWORD.to_owned(),
            file: table.password_file,
            credential: "smtp_password".to_owned(),
            fits: secret::password,
        },
        around,
        findings,
    );
    let username = table.username;
    match (&username, &password) {
        (Key::Given(name), Key::Absent) => {
            let hint = format!("name a file with `password_file`, or set `{SMTP_PASSWORD}`");
            findings.add_absence(&name.place, "there is no password for this name", hint);
        }
        (Key::Absent, Key::Given(password)) => {
            let place = file_place.as_ref().unwrap_or(&password.place);
            findings.add_absence(place, "there is no name for this password", "add `username` to `[mail.smtp]`");
        }
        _ => {}
    }

    if let Some(host) = host.as_ref().filter(|host| security == SmtpSecurity::Plain && !is_loopback(&host.value.0)) {
        refuse_plain(host, &security_place, username.place(), table.allow_plaintext.or(false), findings);
    }
    let port = count(table.port, 1..=65_535, security.usual_port().into(), "usual are 587, 465 and 25", findings);
    let timeout = within(table.timeout, SECOND * 5..=MINUTE * 10, MINUTE, "it covers a whole delivery", findings);
    Some(SmtpConfig {
        host: host?.value.0,
        port,
        security,
        username: username.given().map(|name| name.value.0),
        password: password.given().map(|password| password.value),
        timeout,
        ca_file: table.ca_file.given().map(|file| around.absolute(&file)),
    })
}

/// What may not cross a network in the clear: a password never, mails only where that is allowed.
fn refuse_plain(
    host: &Written<Host>,
    security: &Place,
    username: Option<&Place>,
    allowed: bool,
    findings: &mut Findings,
) {
    let host = shown(&host.value.0);
    if let Some(place) = username {
        let message = format!("the password would cross the network to {host} in the clear");
        findings.add(place, message, "write `security = \"starttls\"` or `security = \"tls\"`");
    } else if !allowed {
        let message = format!("mails would cross the network to {host} in the clear");
        let hint = "write `security = \"starttls\"`, or `allow_plaintext = true` if the network is trusted";
        findings.add(security, message, hint);
    }
}
