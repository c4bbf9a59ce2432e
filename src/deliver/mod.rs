//! The ways out: renders a notice, makes a mail of it and hands it to a mail server or puts it into a folder, or says it
//! in short by a channel. Never reads or writes the store, and never decides whether to try again; that is the sender's
//! work.

mod answer;
mod bounded;
mod channels;
mod chart;
mod dkim;
mod email;
mod fault;
mod folder;
mod kept;
mod letter;
mod maildir;
mod pace;
mod post;
mod protected;
mod relay;
mod render;
pub mod retry;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use channels::Channels;
use dkim::Signer;
pub(crate) use fault::without_addresses;
pub use fault::{DeliveryFault, SetupError};
use folder::Folder;
use letter::{Letter, Sender};
pub use letter::{message_id, message_id_of};
pub use post::{Posting, posting};
use relay::Relay;
pub use render::{Attachment, Rendered, lost_words, render};
pub(crate) use words::Speech;

use crate::config::{MailConfig, SmtpConfig};
use crate::model::Instant;
use crate::model::outbox::{OutboxMessage, channel_of};

/// What became of an attempt to deliver a notice.
///
/// Only a fault of the mail itself is permanent: a recipient that does not exist, a content that is refused. Whatever
/// is wrong with the account, the server or our configuration (a refused login or sender, an untrusted certificate, an
/// unknown name, a relay that does not know us) would hit every notice alike, so it is transient: once it is mended,
/// everything that waited goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server has accepted it, or the file is written.
    Sent,
    /// Not now, perhaps later; why, in one line of plain words.
    Transient(String),
    /// Perhaps: the mail was said, but the answer was lost; why, in one line of plain words, and which server may have
    /// accepted it.
    Unanswered(String, String),
    /// Not now, and not before this time has passed; why, in one line of plain words.
    Throttled(String, Duration),
    /// Nothing was tried: as many as may go at a time have gone, and this one's turn is then.
    NotYet(Duration),
    /// Never; why, in one line of plain words.
    Permanent(String),
}

impl Outcome {
    /// The label, for metrics.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Transient(_) => "transient",
            Self::Unanswered(..) => "unanswered",
            Self::Throttled(..) => "throttled",
            Self::NotYet(_) => "not_yet",
            Self::Permanent(_) => "permanent",
        }
    }
}

/// The configured way out for mail. Keeps connections for a few seconds.
#[derive(Clone)]
pub struct Channel {
    inner: Arc<Inner>,
}

struct Inner {
    config: MailConfig,
    sender: Sender,
    signer: Option<Signer>,
    way: Way,
}

enum Way {
    Servers(Relay),
    Folder(Folder),
}

impl Channel {
    /// Sets the channel up; connects to nothing and creates nothing.
    ///
    /// # Errors
    /// When the sender is not a mail address, or the certificates to trust or the key to sign with cannot be read.
    pub fn new(config: &MailConfig) -> Result<Self, SetupError> {
        let way = match Relay::new(config)? {
            Some(servers) => Way::Servers(servers),
            None => Way::Folder(Folder::new(&config.dir)),
        };
        let signer = config.dkim.as_ref().map(Signer::new).transpose()?;
        let sender = Sender::parse(&config.from)?;
        Ok(Self { inner: Arc::new(Inner { config: config.clone(), sender, signer, way }) })
    }

    /// What the DNS has to say for the signatures of mails to be believed: the name, and the text of its TXT record.
    #[must_use]
    pub fn signature_record(&self) -> Option<(String, String)> {
        self.inner.signer.as_ref().map(Signer::record)
    }

    /// The channel in words, to stand in a sentence.
    #[must_use]
    pub fn describe(&self) -> String {
        describe(&self.inner.config)
    }

    /// Whether mail would get through: greets the server and logs in, or looks whether the folder can be written. Sends
    /// nothing and creates nothing.
    ///
    /// # Errors
    /// When it would not, with the reason.
    pub async fn check(&self) -> Result<(), DeliveryFault> {
        match &self.inner.way {
            Way::Servers(servers) => servers.check().await,
            Way::Folder(folder) => folder.check(),
        }
    }

    /// Tries once to deliver a notice; takes at most the configured time of all servers. A second delivery of the same row is the same
    /// mail byte for byte, with the same Message-ID; in a folder it is the same file.
    pub async fn deliver(&self, message: &OutboxMessage, now: Instant) -> Outcome {
        match self.try_to_deliver(message, now).await {
            Ok(()) => Outcome::Sent,
            Err(fault) => fault.into_outcome(),
        }
    }

    /// Says goodbye to all servers.
    pub async fn close(&self) {
        if let Way::Servers(servers) = &self.inner.way {
            servers.close().await;
        }
    }

    async fn try_to_deliver(&self, message: &OutboxMessage, now: Instant) -> Result<(), DeliveryFault> {
        let Inner { config, sender, signer, way } = &*self.inner;
        let mut letter = Letter::compose(message, sender, &render(message, config))?;
        match way {
            Way::Servers(servers) => {
                if let Some(signer) = signer {
                    letter.bytes = signer.sign(&letter.bytes, message.sealed_at);
                }
                servers.send(message, &letter, now).await
            }
            Way::Folder(folder) => folder.put(letter).await,
        }
    }
}

/// The way out in words.
fn describe(config: &MailConfig) -> String {
    let Some(smtp) = &config.smtp else {
        return format!("the folder {} (mails are written as .eml files)", config.dir.display());
    };
    let others = match config.fallbacks.len() {
        0 => String::new(),
        1 => " or its fallback".to_owned(),
        many => format!(" or one of its {many} fallbacks"),
    };
    format!("the mail server {}{others}", address(smtp))
}

/// `mail.example.org:587`.
fn address(smtp: &SmtpConfig) -> String {
    email::address(&smtp.host, smtp.port)
}

/// Writes a notice as `KIND-ID.eml`, `.html` and `.txt` into `dir`, which is created if it is missing; answers the paths
/// in this order. What goes by a channel is shown as the mail to the sender that a Maildir would get.
///
/// # Errors
/// When the sender or the recipient is not a mail address, or a file cannot be written.
pub fn preview(dir: &Path, message: &OutboxMessage, mail: &MailConfig) -> Result<Vec<PathBuf>, PreviewError> {
    let rendered = render(message, mail);
    let sender = Sender::parse(&mail.from)?;
    let letter = match channel_of(&message.recipient) {
        Some(_) => Letter::to_ourselves(message, &sender, &rendered)?,
        None => Letter::compose(message, &sender, &rendered)?,
    };
    let name = format!("{}-{}", message.kind.as_str(), message.id);
    let contents =
        [("eml", letter.bytes), ("html", rendered.standalone().into_bytes()), ("txt", rendered.text.into_bytes())];
    contents
        .into_iter()
        .map(|(extension, content)| {
            let path = dir.join(format!("{name}.{extension}"));
            folder::write(&path, &content).map_err(|source| PreviewError::Write { path: path.clone(), source })?;
            Ok(path)
        })
        .collect()
}

/// Why a preview could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The sender is not a mail address.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The notice cannot be made into a mail.
    #[error(transparent)]
    Letter(#[from] DeliveryFault),
    /// A file could not be written.
    #[error("`{}` cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
