//! The mails the demo has caught: each as the bytes that arrived (`.eml`), and its HTML beside it to look at.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};

use crate::clock::Clock;
use crate::model::Instant;

/// Characters of a subject in the name of a file.
const NAME: usize = 48;

/// Who sends a mail to whom, as the conversation says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// The sender; empty for a bounce.
    pub sender: String,
    /// The recipients.
    pub recipients: Vec<String>,
}

/// A mail that was accepted.
#[derive(Debug, Clone)]
pub struct Caught {
    /// Its number, from 1.
    pub number: usize,
    /// When it came.
    pub at: Instant,
    /// From whom to whom.
    pub envelope: Envelope,
    /// Its subject, decoded.
    pub subject: String,
    /// What arrived, byte for byte.
    pub eml: PathBuf,
    /// Its HTML part, decoded, if it has one.
    pub html: Option<PathBuf>,
}

/// All mails, and the folder where they lie.
#[derive(Debug)]
pub struct Mails {
    dir: PathBuf,
    clock: Clock,
    last: AtomicUsize,
    caught: Mutex<Vec<Caught>>,
}

impl Mails {
    /// No mails yet; those that come are written into `dir`, which exists.
    #[must_use]
    pub fn new(dir: &Path, clock: Clock) -> Self {
        Self { dir: dir.to_owned(), clock, last: AtomicUsize::new(0), caught: Mutex::default() }
    }

    /// Writes a mail down.
    ///
    /// # Errors
    /// When it cannot be written; it is as if it had not come.
    pub async fn keep(&self, envelope: Envelope, raw: Vec<u8>) -> io::Result<()> {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let Read { subject, html } = read(&raw);
        let stem = format!("{number:04}-{}", file_name(&subject));
        let eml = self.dir.join(format!("{stem}.eml"));
        tokio::fs::write(&eml, raw).await?;
        let html = match html {
            Some(html) => {
                let path = self.dir.join(format!("{stem}.html"));
                tokio::fs::write(&path, html).await?;
                Some(path)
            }
            None => None,
        };
        let caught = Caught { number, at: self.clock.now(), envelope, subject, eml, html };
        self.caught.lock().unwrap_or_else(PoisonError::into_inner).push(caught);
        Ok(())
    }

    /// All mails so far, in the order of their numbers.
    #[must_use]
    pub fn all(&self) -> Vec<Caught> {
        let mut all = self.caught.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.sort_by_key(|mail| mail.number);
        all
    }
}

struct Read {
    subject: String,
    html: Option<String>,
}

/// What can be read of a mail; one that cannot be is kept all the same.
fn read(raw: &[u8]) -> Read {
    let Some(message) = MessageParser::default().parse(raw) else { return Read { subject: String::new(), html: None } };
    let html = message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(with_pictures(&message, html)),
        _ => None,
    });
    Read { subject: message.subject().unwrap_or_default().to_owned(), html }
}

/// The page with the pictures of the mail within, as a browser needs it.
fn with_pictures(message: &Message<'_>, html: &str) -> String {
    message.parts.iter().fold(html.to_owned(), |html, part| match (part.content_id(), &part.body) {
        (Some(id), PartType::InlineBinary(content) | PartType::Binary(content)) => {
            html.replace(&format!("cid:{id}"), &format!("data:image/png;base64,{}", STANDARD.encode(content)))
        }
        _ => html,
    })
}

/// The subject as the name of a file: nothing but a-z, digits and hyphens.
fn file_name(subject: &str) -> String {
    let mut name = String::new();
    for c in subject.chars().take(NAME) {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "mail".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_kept_with_its_pictures() {
        let raw = b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n\
            <img src=\"cid:a@b\">\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\n\
            Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n--b--\r\n";
        let html = read(raw).html.unwrap();
        assert!(html.starts_with("<img src=\"data:image/png;base64,iVBO\">"), "{html}");
    }

    #[test]
    fn a_subject_cannot_lead_out_of_the_folder() {
        assert_eq!(file_name("../../etc/passwd\0"), "etc-passwd");
        assert_eq!(file_name("Skip Hop: 3 dringende Erwähnungen"), "skip-hop-3-dringende-erw-hnungen");
        assert_eq!(file_name("¡¿"), "mail");
        assert!(file_name(&"x".repeat(500)).len() <= NAME);
    }
}
