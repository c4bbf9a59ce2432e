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

/// What Amazon SES says, without a status, where our sender is not known to it or our account may not send yet.
const NOT_VERIFIED: &str = "Email address is not verified";

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
    /// The key that is to sign mails is none.
    #[error(
        "the key of `[mail.dkim]` cannot be used\n  hint: a PEM file with an RSA key of 2048 bits or more, or an Ed25519 \
         key: `openssl genrsa -out dkim.pem 2048`"
    )]
    Dkim,
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
    /// Whether the mail may be said.
    Data,
    /// The mail itself: once its last line is said, nobody knows what became of it before the server answers.
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
            Self::Data | Self::Content => "the server refuses the mail",
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
            Self::Data | Self::Content => "the server to accept the mail",
        }
    }

    /// Whether a no at this stage is about this one mail, and not about us. The enhanced status (RFC 3463, RFC 7372) tells
    /// more than the code: our sender, our standing or the server itself may be meant, and those would hit every mail
    /// alike. A full mailbox can be emptied.
    fn is_about_the_mail(self, code: u16, text: &str) -> bool {
        let status = text.split(' ').next().unwrap_or_default();
        let parts: Vec<u16> = status.split('.').map_while(|part| part.parse().ok()).collect();
        let detail = match parts[..] {
            [5, subject, detail] => Some((subject, detail)),
            _ => None,
        };
        // 530 asks for a login; 552 without more words is a full mailbox or too many recipients (RFC 5321, 4.5.3.1.10).
        let about_us = match detail {
            // Some servers say so of a mailbox that they do not know (Exchange Online).
            Some((4, 1)) => self != Self::Recipient,
            Some((1, 7 | 8) | (2, 2 | 252) | (3, 1..=3 | 5) | (4, _) | (7, 20..=29 | 60)) => true,
            Some((7, _)) => self == Self::Recipient,
            Some(_) => false,
            None => (self == Self::Recipient && code == 552) || text.contains(NOT_VERIFIED),
        };
        match self {
            Self::Greeting | Self::Protection | Self::Login | Self::Sender => false,
            Self::Recipient | Self::Data | Self::Content => code != 530 && !about_us,
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
    /// How far it came, where that is a conversation with a mail server.
    stage: Option<Stage>,
    /// Whether a server answered it.
    answered: bool,
    /// Whether a server said nothing for as long as it may.
    silent: bool,
    /// Who may have accepted the mail all the same.
    perhaps_by: Option<String>,
    /// Whether nothing was tried because it was not this notice's turn.
    out_of_turn: bool,
}

impl DeliveryFault {
    pub(super) fn transient(words: impl AsRef<str>) -> Self {
        Self {
            words: one_line(words.as_ref(), LONGEST),
            permanent: false,
            wait: None,
            stage: None,
            answered: false,
            silent: false,
            perhaps_by: None,
            out_of_turn: false,
        }
    }

    pub(super) fn permanent(words: impl AsRef<str>) -> Self {
        Self { permanent: true, ..Self::transient(words) }
    }

    pub(super) fn throttled(words: impl AsRef<str>, wait: Duration) -> Self {
        Self { wait: Some(wait), ..Self::transient(words) }
    }

    /// So many are let go within a time, and it is not this one's turn yet.
    pub(super) fn out_of_turn(wait: Duration) -> Self {
        Self { out_of_turn: true, ..Self::throttled("as many as may go at a time have gone", wait) }
    }

    /// What several servers have said to the same mail, in their order.
    pub(super) fn all(faults: Vec<Self>) -> Self {
        let words: Vec<&str> = faults.iter().map(|fault| fault.words.as_str()).collect();
        let words = words.join("; ");
        let words = one_line(&words, LONGEST);
        // Where one of them may take it at any time, nobody waits for the others.
        let wait = faults.iter().map(|fault| fault.wait).min().flatten();
        let out_of_turn = faults.iter().all(|fault| fault.out_of_turn);
        let last = faults.into_iter().last().unwrap_or_else(|| Self::transient(""));
        Self { words, wait, out_of_turn, ..last }
    }

    pub(super) fn timeout(stage: Stage, seconds: u64) -> Self {
        let words = format!("no answer within {seconds} s, waiting for {}", stage.awaited());
        Self { silent: true, ..Self::at(stage, words) }
    }

    fn at(stage: Stage, words: impl AsRef<str>) -> Self {
        Self { stage: Some(stage), ..Self::transient(words) }
    }

    /// The same, with the server's name before it.
    pub(super) fn of(self, server: &str) -> Self {
        Self { words: one_line(&format!("{server}: {}", self.words), LONGEST), ..self }
    }

    /// Whether it is known that the mail was not accepted, and asking another server can help. It cannot where the mail
    /// itself is refused; and where the answer to a mail was lost, another server might deliver it a second time.
    pub(super) fn another_server_may_help(&self) -> bool {
        !self.permanent && !self.out_of_turn && !self.leaves_open()
    }

    /// Whether the mail may have been accepted all the same: it was said, and nobody knows what was answered.
    fn leaves_open(&self) -> bool {
        self.stage == Some(Stage::Content) && !self.answered
    }

    /// The same, where this server may have accepted the mail if any has.
    pub(super) fn perhaps_by(self, server: String) -> Self {
        Self { perhaps_by: self.leaves_open().then_some(server), ..self }
    }

    /// Whether the server could not even be talked to.
    pub(super) fn is_of_the_server(&self) -> bool {
        matches!(self.stage, Some(Stage::Greeting | Stage::Protection | Stage::Login))
    }

    /// Whether the server is to be left alone: it could not be talked to, or holds up whoever does.
    pub(super) fn asks_for_rest(&self) -> bool {
        self.is_of_the_server() || self.silent
    }

    pub(super) fn connection(stage: Stage, error: &io::Error) -> Self {
        if let Some(certificate) = certificate(error) {
            return Self::at(stage, format!("the server's certificate is not accepted: {certificate}"));
        }
        Self::at(stage, format!("the connection fails, waiting for {}: {}", stage.awaited(), system_words(error)))
    }

    /// What lettre reports. `secrets` are texts that a server may have repeated and nobody may read.
    pub(super) fn smtp(stage: Stage, error: &SmtpError, secrets: &[String]) -> Self {
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        let said = if secrets.iter().any(|secret| said.contains(secret)) { "(not shown)" } else { said.trim() };
        if let Some(code) = error.status().map(|code| code.to_string()) {
            let words = format!("{}: {code} {said}", stage.refusal());
            let number = code.parse().unwrap_or_default();
            let permanent = error.is_permanent() && stage.is_about_the_mail(number, said);
            return Self { permanent, answered: true, ..Self::at(stage, words) };
        }
        let words = match io_error(error) {
            Some(error) => return Self::connection(stage, error),
            None if error.is_response() => format!("the server's answer is not SMTP, waiting for {}", stage.awaited()),
            None => format!("{}: {said}", stage.refusal()),
        };
        Self::at(stage, words)
    }

    /// Its one line.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    pub(super) fn into_outcome(self) -> Outcome {
        match self.wait {
            _ if self.permanent => Outcome::Permanent(self.words),
            _ if let Some(server) = self.perhaps_by => Outcome::Unanswered(self.words, server),
            Some(wait) if self.out_of_turn => Outcome::NotYet(wait),
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

/// An error for the log, which people other than the recipients read: mail servers like to repeat whom they refuse.
pub(crate) fn without_addresses(error: &str) -> String {
    let words = error.split(' ').map(|word| if word.contains('@') { "(address)" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

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
fn certificate(error: &io::Error) -> Option<String> {
    match error.get_ref()?.downcast_ref()? {
        rustls::Error::InvalidCertificate(reason) => Some(reason.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_names_no_recipient() {
        for (error, logged) in [
            ("550 5.1.1 <kari@skiphop.example>: no such user", "550 5.1.1 (address) no such user"),
            ("`kari@skiphop` is not a mail address", "(address) is not a mail address"),
            ("the connection fails", "the connection fails"),
        ] {
            assert_eq!(without_addresses(error), logged);
        }
    }
}
