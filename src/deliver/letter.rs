//! A rendered notice as a mail: headers, parts, envelope. The same row gives the same bytes on every attempt and in
//! every process. Never lets a text break out of its header.

use std::time::SystemTime;

use lettre::address::Envelope;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::fault::{DeliveryFault, SetupError};
use super::render::{Attachment as File, Rendered};
use crate::model::hash::sha256_hex;
use crate::model::notice::DigestNotice;
use crate::model::outbox::OutboxMessage;
use crate::model::{Instant, Notice, mail_id};

/// Who the mails come from.
pub(super) struct Sender(Mailbox);

impl Sender {
    pub(super) fn parse(from: &str) -> Result<Self, SetupError> {
        let mailbox: Mailbox = from.parse().map_err(|_| SetupError::Sender(from.escape_debug().to_string()))?;
        Ok(Self(Mailbox { email: ascii_domain(mailbox.email), ..mailbox }))
    }
}

/// A mail on its way.
pub(super) struct Letter {
    /// Sender and recipient, as the server hears them.
    pub(super) envelope: Envelope,
    /// The whole mail.
    pub(super) bytes: Vec<u8>,
    /// The name of its file, unique for the row.
    pub(super) file_name: String,
}

impl Letter {
    /// Makes a mail of a notice.
    pub(super) fn compose(
        message: &OutboxMessage,
        sender: &Sender,
        rendered: &Rendered,
    ) -> Result<Self, DeliveryFault> {
        let to: Address = message
            .recipient
            .parse()
            .map_err(|_| DeliveryFault::permanent(format!("`{}` is not a mail address", message.recipient)))?;
        Self::addressed(message, to, sender, rendered)
    }

    /// Makes a mail to the sender itself of a notice, for a folder that somebody reads.
    pub(super) fn to_ourselves(
        message: &OutboxMessage,
        sender: &Sender,
        rendered: &Rendered,
    ) -> Result<Self, DeliveryFault> {
        Self::addressed(message, sender.0.email.clone(), sender, rendered)
    }

    fn addressed(
        message: &OutboxMessage,
        to: Address,
        sender: &Sender,
        rendered: &Rendered,
    ) -> Result<Self, DeliveryFault> {
        let id = id_within(message, sender.0.email.domain());
        let parts = parts(&id, rendered)?;
        let mut builder = Message::builder();
        if let Some(first) = first_mail(message, sender.0.email.domain()) {
            builder = builder.in_reply_to(first.clone()).references(first);
        }
        if let Notice::Digest(digest) = &message.notice {
            builder = for_lists(builder, digest, sender.0.email.domain());
        }
        let mail = builder
            .from(sender.0.clone())
            .to(Mailbox::new(None, ascii_domain(to)))
            // A title that looks like a coded word would be decoded, to whatever its author likes.
            .subject(rendered.subject.replace("=?", "= ?"))
            .date(SystemTime::from(message.sealed_at))
            .message_id(Some(id))
            .header(AutoSubmitted)
            .multipart(parts)
            .map_err(|error| DeliveryFault::permanent(format!("the mail cannot be built: {error}")))?;
        let file_name = format!("{}.eml", local_part(message));
        Ok(Self { envelope: mail.envelope().clone(), bytes: mail.formatted(), file_name })
    }
}

/// The Message-ID of a row, in angle brackets: from its id, its `created_at` and the domain of `from`. It is the same for
/// every attempt, so that a mail that is delivered twice can be recognised as one.
#[must_use]
pub fn message_id(message: &OutboxMessage, from: &str) -> String {
    message_id_of(message.id, message.created_at, from)
}

/// The same, of a row with this id that was written then.
#[must_use]
pub fn message_id_of(id: i64, created_at: Instant, from: &str) -> String {
    let sender = Sender::parse(from);
    let domain = sender.as_ref().map_or("localhost", |sender| sender.0.email.domain());
    format!("<{}@{domain}>", mail_id::local_part(id, created_at))
}

fn id_within(message: &OutboxMessage, domain: &str) -> String {
    format!("<{}@{domain}>", local_part(message))
}

fn local_part(message: &OutboxMessage) -> String {
    mail_id::local_part(message.id, message.created_at)
}

/// The Message-ID of the mail that this one answers, so that mail programs show them as one thread.
fn first_mail(message: &OutboxMessage, domain: &str) -> Option<String> {
    let of_incident = match &message.notice {
        Notice::Incident(incident) => incident.first_mail,
        _ => None,
    };
    let first = message.answers.or(of_incident)?;
    Some(format!("<{}@{domain}>", mail_id::local_part(first.outbox_id, first.created_at)))
}

/// What mail programs sort digests by, and how their button leaves one (RFC 2369, 2919, 8058). All of it is in ASCII and
/// made by us: nothing can break out of it.
fn for_lists(builder: MessageBuilder, digest: &DigestNotice, domain: &str) -> MessageBuilder {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = digest.digest.chars().map(plain).collect();
    let raw = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    let builder = builder.raw_header(raw("List-Id", format!("<{name}.digest.mentiond.{domain}>")));
    match digest.leave.as_deref().filter(|leave| leave.is_ascii() && !leave.contains(['<', '>', ' ', '\r', '\n'])) {
        None => builder,
        Some(leave) => builder
            .raw_header(raw("List-Unsubscribe", format!("<{leave}>")))
            .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned())),
    }
}

/// The text, or the page with the pictures that it shows, and the files beside both.
fn parts(id: &str, rendered: &Rendered) -> Result<MultiPart, DeliveryFault> {
    let boundary = |level| boundary(level, id, rendered);
    let (shown, beside): (Vec<&File>, Vec<&File>) =
        rendered.attachments.iter().partition(|file| file.content_id.is_some());
    let page = SinglePart::html(rendered.html.clone());
    let either =
        MultiPart::alternative().boundary(boundary("either")).singlepart(SinglePart::plain(rendered.text.clone()));
    let either = if shown.is_empty() {
        either.singlepart(page)
    } else {
        let page = MultiPart::related().boundary(boundary("page")).singlepart(page);
        either.multipart(with_files(page, &shown)?)
    };
    if beside.is_empty() {
        return Ok(either);
    }
    with_files(MultiPart::mixed().boundary(boundary("all")).multipart(either), &beside)
}

fn with_files(parts: MultiPart, files: &[&File]) -> Result<MultiPart, DeliveryFault> {
    files.iter().try_fold(parts, |parts, file| {
        let media_type = ContentType::parse(file.media_type);
        let media_type =
            media_type.map_err(|error| DeliveryFault::permanent(format!("the mail cannot be built: {error}")))?;
        let part = match &file.content_id {
            Some(id) => Attachment::new_inline_with_name(id.clone(), file.name.clone()),
            None => Attachment::new(file.name.clone()),
        };
        Ok(parts.singlepart(part.body(file.bytes.clone(), media_type)))
    })
}

/// What stands between the parts; follows from the content, so that no content can hold it.
fn boundary(level: &str, id: &str, rendered: &Rendered) -> String {
    sha256_hex([level, id, &rendered.text, &rendered.html], 16)
}

/// The address with its domain as every server understands it (`bücher.example` becomes `xn--bcher-kva.example`).
fn ascii_domain(address: Address) -> Address {
    match url::Host::parse(address.domain()) {
        Ok(url::Host::Domain(domain)) => Address::new(address.user(), domain).unwrap_or(address),
        _ => address,
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834): holiday notes are not sent in answer.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
