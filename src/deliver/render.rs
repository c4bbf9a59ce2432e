//! A notice as a subject, a plain text and an HTML page that say the same. Pure: the same notice always gives the same
//! words. Everything in a notice may come from the network, so all of it is cleaned here, HTML is escaped by its
//! templates, and only `http` and `https` addresses become links. Never refers to anything outside of the mail.

mod alert;
mod brief;
mod chart;
mod digest;
mod escalation;
mod health;
mod held;
mod incident;
mod instead;
mod mention;
mod odds;
mod page;
mod phrase;
mod picture;
mod plain;
mod score;
mod trial;
mod undelivered;

pub use brief::{Brief, Point, Urgency, brief};
pub use digest::lost_words;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::address;
use super::words::Speech;
use super::words::trial::By;
use crate::config::MailConfig;
use crate::model::Notice;
use crate::model::outbox::{OutboxMessage, channel_of};
use crate::model::text::one_line;

/// Most characters of a subject.
const SUBJECT: usize = 150;
/// Most characters of the way by which a trial came.
const WAY: usize = 200;

/// What a notice looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line without control characters.
    pub subject: String,
    /// Plain text in lines of at most 78 characters, but for words and addresses that are longer.
    pub text: String,
    /// A whole page with inline styles and without external resources.
    pub html: String,
    /// What comes with it.
    pub attachments: Vec<Attachment>,
}

impl Rendered {
    /// The page with its pictures within, for a browser.
    #[must_use]
    pub fn standalone(&self) -> String {
        self.attachments.iter().fold(self.html.clone(), |page, file| match &file.content_id {
            Some(id) => page.replace(&format!("cid:{id}"), &file.as_address()),
            None => page,
        })
    }
}

/// A file that comes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, in ASCII.
    pub name: String,
    /// Its media type: `image/png`, `text/csv; charset=utf-8`.
    pub media_type: &'static str,
    /// The id by which the page shows it (`cid:ID`); `None` for a file beside the page.
    pub content_id: Option<String>,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Attachment {
    /// The file itself as an address.
    fn as_address(&self) -> String {
        format!("data:{};base64,{}", self.media_type, STANDARD.encode(&self.bytes))
    }
}

/// Renders a notice. `mail` says which way it goes.
#[must_use]
pub fn render(message: &OutboxMessage, mail: &MailConfig) -> Rendered {
    let acknowledge = message.acknowledge.as_deref();
    let speech = Speech::new(message.language, mail.time_zone);
    let page = match &message.notice {
        Notice::Alert(alert) => alert::render(alert, speech, acknowledge),
        Notice::Incident(incident) => incident::render(incident, speech, acknowledge),
        Notice::Escalation(escalation) => alert::render_escalation(escalation, speech, acknowledge),
        Notice::Held(held) => alert::render_held(held, speech, acknowledge),
        Notice::Digest(digest) => digest::render(digest, speech),
        Notice::Health(health) => health::render(health, speech),
        Notice::Undelivered(notice) => undelivered::render(notice, speech),
        Notice::Trial(trial) => trial::render(trial, Way::of(message, mail).by(), speech),
    };
    let Draft { subject, text, html, attachments } = instead::tell(page, &instead::line(message, speech));
    Rendered { subject: one_line(&subject, SUBJECT), text: plain::wrap(&text), html, attachments }
}

/// By which way a notice leaves.
enum Way {
    Server(String),
    Folder(String),
    Channel(String),
}

impl Way {
    fn of(message: &OutboxMessage, mail: &MailConfig) -> Self {
        match (channel_of(&message.recipient), &mail.smtp) {
            (Some(name), _) => Self::Channel(one_line(name, WAY)),
            (None, Some(smtp)) => Self::Server(one_line(&address(smtp), WAY)),
            (None, None) => Self::Folder(one_line(&mail.dir.display().to_string(), WAY)),
        }
    }

    fn by(&self) -> By<'_> {
        match self {
            Self::Server(address) => By::Server(address),
            Self::Folder(dir) => By::Folder(dir),
            Self::Channel(name) => By::Channel(name),
        }
    }
}

/// A notice before it gets its last polish.
struct Draft {
    subject: String,
    text: String,
    html: String,
    attachments: Vec<Attachment>,
}
