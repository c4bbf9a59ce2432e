//! A notice as a subject, a plain text and an HTML page that say the same. Pure: the same notice always gives the same
//! words. Everything in a notice may come from the network, so all of it is cleaned here, HTML is escaped by its
//! templates, and only `http` and `https` addresses become links. Never refers to anything outside of the mail.

mod alert;
mod brief;
mod chart;
mod digest;
mod health;
mod held;
mod incident;
mod mention;
mod odds;
mod page;
mod phrase;
mod picture;
mod plain;
mod score;
mod trial;

pub use brief::{Brief, Point, Urgency, brief};
pub use picture::Picture;

use super::describe;
use crate::config::MailConfig;
use crate::model::Notice;
use crate::model::outbox::{OutboxMessage, channel_of};
use crate::model::text::one_line;

/// Most characters of a subject.
const SUBJECT: usize = 150;

/// What a notice looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line without control characters.
    pub subject: String,
    /// Plain text in lines of at most 78 characters, but for words and addresses that are longer.
    pub text: String,
    /// A whole page with inline styles and without external resources.
    pub html: String,
    /// The pictures that the page shows as `cid:ID`.
    pub pictures: Vec<Picture>,
}

impl Rendered {
    /// The page with its pictures within, for a browser.
    #[must_use]
    pub fn standalone(&self) -> String {
        let within = |page: String, picture: &Picture| page.replace(&picture.address(), &picture.data_address());
        self.pictures.iter().fold(self.html.clone(), within)
    }
}

/// Renders a notice. `mail` says which way it goes.
#[must_use]
pub fn render(message: &OutboxMessage, mail: &MailConfig) -> Rendered {
    let page = match &message.notice {
        Notice::Alert(alert) => alert::render(alert, mail.time_zone),
        Notice::Incident(incident) => incident::render(incident, mail.time_zone),
        Notice::Held(held) => alert::render_held(held, mail.time_zone),
        Notice::Digest(digest) => digest::render(digest),
        Notice::Health(health) => health::render(health, mail.time_zone),
        Notice::Trial(trial) => trial::render(trial, &way(message, mail), mail.time_zone),
    };
    Rendered {
        subject: one_line(&page.subject, SUBJECT),
        text: plain::wrap(&page.text),
        html: page.html,
        pictures: page.pictures,
    }
}

/// By which way a notice leaves.
fn way(message: &OutboxMessage, mail: &MailConfig) -> String {
    channel_of(&message.recipient).map_or_else(|| describe(mail), |name| format!("the channel “{name}”"))
}

/// A notice before it gets its last polish.
#[derive(Default)]
struct Draft {
    subject: String,
    text: String,
    html: String,
    pictures: Vec<Picture>,
}
