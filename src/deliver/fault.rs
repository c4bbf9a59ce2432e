//! What can go wrong on the way out, in plain words, and whether trying again can help. Never shows a password, and
//! never more than one short line of what a server said.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;

use super::Outcome;
use crate::fetch::ClientError;
use crate::model::text::one_line;

/// Most characters of an error.
const LONGEST: usize = 300;

/// Why a channel cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The sender is not a mail address.
    #[error("`{0}` is not a mail address\n  hint: write `from = \"mentiond <mentiond@example.org>\"` below `[mail]`")]
    Sender(String),
    /// The file of `ca_file` cannot be read.
    #[error("`{}` cannot be read: {source}\n  hint: `ca_file` names a PEM file that mentiond may read", path.display())]
    CaUnread {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of `ca_file` is no certificate.
    #[error("`{}` holds no certificate\n  hint: a PEM file begins with `-----BEGIN CERTIFICATE-----`", .0.display())]
    CaEmpty(PathBuf),
    /// Nothing can be posted.
    #[error(transparent)]
    Http(#[from] ClientError),
    /// The system's certificate authorities cannot be used.
    #[error("TLS cannot be set up: {0}\n  hint: install the package `ca-certificates`, or name a file with `ca_file`")]
    Tls(String),
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Greeting,
    Protection,
    Login,
    Sender,
    Recipient,
    Content,
}

impl Stage {
    /// What the server does when it says no.
    fn refusal(self) -> &'static str {
        match self {
            Self::Greeting => "the server does not serve us",
            Self::Protection => "the server does not start TLS",
            Self::Login => "the server refuses the login",
            Self::Sender => "the server refuses the sender",
            Self::Recipient => "the server refuses the recipient",
            Self::Content => "the server refuses the mail",
        }
    }

    /// What mentiond was waiting for.
    fn awaited(self) -> &'static str {
        match self {
            Self::Greeting => "the server's greeting",
            Self::Protection => "TLS",
            Self::Login => "the login",
            Self::Sender => "the server to accept the sender",
            Self::Recipient => "the server to accept the recipient",
            Self::Content => "the server to accept the mail",
        }
    }

    /// Whether a no at this stage is about this one mail, and not about us. A recipient that is refused for reasons of
    /// security (enhanced status `5.7`, or 530 which asks for a login) tells that the server does not relay for us.
    fn is_about_the_mail(self, code: u16, text: &str) -> bool {
        match self {
            Self::Greeting | Self::Protection | Self::Login | Self::Sender => false,
            Self::Recipient => code != 530 && !text.starts_with("5.7."),
            Self::Content => code != 530,
        }
    }
}

/// Why a notice was not delivered: one line of plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFault {
    words: String,
    permanent: bool,
    /// How long the server wants to be left alone.
    wait: Option<Duration>,
}

impl DeliveryFault {
    pub(super) fn transient(words: impl AsRef<str>) -> Self {
        Self { words: one_line(words.as_ref(), LONGEST), permanent: false, wait: None }
    }

    pub(super) fn permanent(words: impl AsRef<str>) -> Self {
        Self { permanent: true, ..Self::transient(words) }
    }

    pub(super) fn throttled(words: impl AsRef<str>, wait: Duration) -> Self {
        Self { wait: Some(wait), ..Self::transient(words) }
    }

    pub(super) fn timeout(stage: Stage, seconds: u64) -> Self {
        Self::transient(format!("no answer within {seconds} s, waiting for {}", stage.awaited()))
    }

    pub(super) fn connection(stage: Stage, error: &io::Error) -> Self {
        Self::transient(format!("the connection fails, waiting for {}: {}", stage.awaited(), system_words(error)))
    }

    /// What lettre reports. `secrets` are texts that a server may have repeated and nobody may read.
    pub(super) fn smtp(stage: Stage, error: &SmtpError, secrets: &[String]) -> Self {
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        let said = if secrets.iter().any(|secret| said.contains(secret)) { "(not shown)" } else { said.trim() };
        if let Some(code) = error.status().map(|code| code.to_string()) {
            let words = format!("{}: {code} {said}", stage.refusal());
            let number = code.parse().unwrap_or_default();
            let permanent = error.is_permanent() && stage.is_about_the_mail(number, said);
            return if permanent { Self::permanent(words) } else { Self::transient(words) };
        }
        if let Some(certificate) = certificate(error) {
            return Self::transient(format!("the server's certificate is not accepted: {certificate}"));
        }
        let words = match io_error(error) {
            Some(error) => return Self::connection(stage, error),
            None if error.is_response() => format!("the server's answer is not SMTP, waiting for {}", stage.awaited()),
            None => format!("{}: {said}", stage.refusal()),
        };
        Self::transient(words)
    }

    pub(super) fn into_outcome(self) -> Outcome {
        match self.wait {
            _ if self.permanent => Outcome::Permanent(self.words),
            Some(wait) => Outcome::Throttled(self.words, wait),
            None => Outcome::Transient(self.words),
        }
    }
}

impl fmt::Display for DeliveryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl StdError for DeliveryFault {}

/// What the system says, without its number.
pub(super) fn system_words(error: &io::Error) -> String {
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The system's error behind it, however deep.
fn io_error(error: &SmtpError) -> Option<&io::Error> {
    std::iter::successors(error.source(), |&error| error.source()).find_map(|error| error.downcast_ref())
}

/// What is wrong with the server's certificate, if that is the fault.
fn certificate(error: &SmtpError) -> Option<String> {
    match io_error(error)?.get_ref()?.downcast_ref()? {
        rustls::Error::InvalidCertificate(reason) => Some(reason.to_string()),
        _ => None,
    }
}
