//! The ways out: renders a notice, makes a mail of it and hands it to a mail server or puts it into a folder, or says it
//! in short by a channel. Never reads or writes the store, and never decides whether to try again; that is the sender's
//! work.

mod answer;
mod bounded;
mod channels;
mod email;
mod fault;
mod folder;
mod letter;
mod maildir;
mod post;
mod render;
pub mod retry;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use channels::Channels;
use email::Server;
pub use fault::{DeliveryFault, SetupError};
use folder::Folder;
use letter::{Letter, Sender};
pub use letter::{message_id, message_id_of};
pub use post::{Posting, posting};
pub use render::{Attachment, Rendered, render};
pub(crate) use words::Speech;

use crate::config::{MailConfig, SmtpConfig};
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
    /// Not now, and not before this time has passed; why, in one line of plain words.
    Throttled(String, Duration),
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
            Self::Throttled(..) => "throttled",
            Self::Permanent(_) => "permanent",
        }
    }
}

/// The configured way out for mail. Opens a connection for each delivery and keeps none.
#[derive(Clone)]
pub struct Channel {
    inner: Arc<Inner>,
}

struct Inner {
    config: MailConfig,
    sender: Sender,
    way: Way,
}

enum Way {
    Server(Box<Server>),
    Folder(Folder),
}

impl Channel {
    /// Sets the channel up; connects to nothing and creates nothing.
    ///
    /// # Errors
    /// When the sender is not a mail address, or the certificates to trust cannot be read.
    pub fn new(config: &MailConfig) -> Result<Self, SetupError> {
        let way = match &config.smtp {
            Some(smtp) => Way::Server(Box::new(Server::new(smtp)?)),
            None => Way::Folder(Folder::new(&config.dir)),
        };
        Ok(Self { inner: Arc::new(Inner { config: config.clone(), sender: Sender::parse(&config.from)?, way }) })
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
            Way::Server(server) => server.check().await,
            Way::Folder(folder) => folder.check(),
        }
    }

    /// Tries once to deliver a notice; takes at most the configured time. A second delivery of the same row is the same
    /// mail byte for byte, with the same Message-ID; in a folder it is the same file.
    pub async fn deliver(&self, message: &OutboxMessage) -> Outcome {
        match self.try_to_deliver(message).await {
            Ok(()) => Outcome::Sent,
            Err(fault) => fault.into_outcome(),
        }
    }

    async fn try_to_deliver(&self, message: &OutboxMessage) -> Result<(), DeliveryFault> {
        let Inner { config, sender, way } = &*self.inner;
        let letter = Letter::compose(message, sender, &render(message, config))?;
        match way {
            Way::Server(server) => server.send(&letter).await,
            Way::Folder(folder) => folder.put(letter).await,
        }
    }
}

/// The way out in words.
fn describe(config: &MailConfig) -> String {
    match &config.smtp {
        Some(smtp) => format!("the mail server {}", address(smtp)),
        None => format!("the folder {} (mails are written as .eml files)", config.dir.display()),
    }
}

/// `mail.example.org:587`.
fn address(smtp: &SmtpConfig) -> String {
    if smtp.host.contains(':') {
        format!("[{}]:{}", smtp.host, smtp.port)
    } else {
        format!("{}:{}", smtp.host, smtp.port)
    }
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
    let contents = [("eml", letter.bytes), ("html", rendered.html.into_bytes()), ("txt", rendered.text.into_bytes())];
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
