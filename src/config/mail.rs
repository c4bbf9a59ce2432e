//! `[mail]`, `[mail.smtp]` and its fallbacks: how mail leaves. Never connects to a server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use secrecy::SecretString;

use super::addresses::{Host, Sender, is_loopback};
use super::check::{MINUTE, SECOND, count, within};
use super::dkim::{self, DkimConfig};
use super::env::{SMTP_PASSWORD, fallback_variable};
use super::fault::{Findings, Place};
use super::file::{MailTable, ServerTable};
use super::paths::Surroundings;
use super::rate::Rate;
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
    /// The servers that are asked, in this order, while it cannot take mails.
    pub fallbacks: Vec<SmtpConfig>,
    /// How mails are signed, if they are.
    pub dkim: Option<DkimConfig>,
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
    /// How many connections it may have at the same time.
    pub connections: usize,
    /// How many mails it may be given.
    pub rate: Option<Rate>,
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

/// Longest time of all servers together: a notice is claimed for 15 minutes, and waits for connections within them.
const ALL_TOGETHER: Duration = Duration::from_secs(10 * 60);

/// How mail leaves, and the names of the variables that may hold passwords of fallbacks.
pub(super) fn resolve(
    table: MailTable,
    time_zone: Tz,
    state_dir: &Path,
    around: &Surroundings<'_>,
    findings: &mut Findings,
) -> (MailConfig, Vec<String>) {
    let mut smtp = table.smtp.given();
    if let Some(place) = smtp.as_ref().map(|smtp| &smtp.place).filter(|_| table.from.is_absent()) {
        let place = if place.line > 0 { Place { key: "mail.from".to_owned(), ..place.clone() } } else { place.clone() };
        let hint = "a server wants a sender that it knows: write `from = \"mentiond <mentiond@example.org>\"` below \
                    `[mail]`, or set `MENTIOND_MAIL_FROM`";
        findings.add_absence(&place, "the key is missing", hint);
    }
    let others = smtp.as_mut().map(|smtp| std::mem::take(&mut smtp.value.fallback)).unwrap_or_default();
    let smtp = smtp.and_then(|smtp| server(smtp.value.server, &smtp.place, &Password::first(), around, findings));
    let (fallbacks, variables) = fallbacks(others.or(Vec::new()), smtp.as_ref(), around, findings);
    let from = table.from.or(Sender("mentiond <mentiond@localhost>".to_owned())).0;
    let dkim = table.dkim.given().and_then(|dkim| dkim::resolve(dkim.value, &dkim.place, &from, around, findings));
    let config = MailConfig {
        from,
        smtp,
        fallbacks,
        dkim,
        dir: table.dir.given().map_or_else(|| state_dir.join("mails"), |dir| around.absolute(&dir)),
        max_attempts: count(table.max_attempts, 1..=1000, 30, "after the last one the mail is a dead letter", findings),
        time_zone,
    };
    (config, variables)
}

/// The servers beside the first one, each once.
fn fallbacks(
    written: Vec<Written<ServerTable>>,
    first: Option<&SmtpConfig>,
    around: &Surroundings<'_>,
    findings: &mut Findings,
) -> (Vec<SmtpConfig>, Vec<String>) {
    let mut servers: Vec<SmtpConfig> = Vec::new();
    let mut variables = Vec::new();
    let mut together = first.map_or(Duration::ZERO, |first| first.timeout);
    for Written { value: table, place } in written {
        let password = Password::of_fallback(table.host.given_ref().map_or("", |host| &host.value.0));
        variables.push(password.variable.clone());
        let host_place = table.host.place().unwrap_or(&place).clone();
        let Some(server) = server(table, &place, &password, around, findings) else { continue };
        let same = |known: &&SmtpConfig| known.host == server.host && known.port == server.port;
        if first.iter().copied().chain(&servers).any(|known| same(&known)) {
            let message = format!("the server {} is named already", shown(&server.host));
            findings.add(&host_place, message, "a fallback is another server, or another port of the same");
        }
        together += server.timeout;
        if together > ALL_TOGETHER && together - server.timeout <= ALL_TOGETHER {
            let message = "the time-outs of all servers together are longer than `10m`";
            findings.add(&place, message, "give them a shorter `timeout`");
        }
        servers.push(server);
    }
    (servers, variables)
}

/// Where the password of a server may stand, beside a file.
struct Password {
    table: &'static str,
    variable: String,
    credential: String,
}

impl Password {
    fn first() -> Self {
        let credential = "smtp_password".to_owned();
        Self { table: "[mail.smtp]", variable: SMTP_PASSWORD.to_owned(), credential }
    }

    fn of_fallback(host: &str) -> Self {
        let variable = fallback_variable(host);
        let credential = variable.trim_start_matches("MENTIOND_").to_ascii_lowercase();
        Self { table: "[[mail.smtp.fallback]]", variable, credential }
    }
}

/// The server; `None` if its host is not known.
fn server(
    table: ServerTable,
    place: &Place,
    ways: &Password,
    around: &Surroundings<'_>,
    findings: &mut Findings,
) -> Option<SmtpConfig> {
    let security_place = table.security.place().cloned().unwrap_or_else(|| place.clone());
    let security = table.security.or(SmtpSecurity::StartTls);
    let host = table.host.required(place, "host", "host = \"mail.example.org\"", findings);

    let file_place = table.password_file.place().cloned();
    let password = secret::read(
        secret::Ways {
            variable: ways.variable.clone(),
            file: table.password_file,
            credential: ways.credential.clone(),
            fits: secret::password,
        },
        around,
        findings,
    );
    let username = table.username;
    match (&username, &password) {
        (Key::Given(name), Key::Absent) => {
            let hint = format!("name a file with `password_file`, or set `{}`", ways.variable);
            findings.add_absence(&name.place, "there is no password for this name", hint);
        }
        (Key::Absent, Key::Given(password)) => {
            let place = file_place.as_ref().unwrap_or(&password.place);
            let hint = format!("add `username` to `{}`", ways.table);
            findings.add_absence(place, "there is no name for this password", hint);
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
        connections: count(table.connections, 1..=100, 4, "many servers allow few per client", findings),
        rate: table.rate.given().map(|rate| rate.value),
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
