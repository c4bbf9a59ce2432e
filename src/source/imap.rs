//! One's own mailbox through IMAP (RFC 9051, RFC 3501): the mails of folders, one lane each, read upwards by their numbers
//! (UIDs), so that none is passed over and none comes twice. Mails stay unread: `fetch` only ever looks. What a mail says
//! is its text, else its HTML; attachments are not read, nor anything behind its first 256 KiB. A mail is known by its
//! Message-ID, so that it is one entry in whichever folder it lies, also when the server numbers its mails anew. When it was
//! written is what it says itself, but never later than it arrived; a clock that is days behind is not believed. Mails that mentiond has sent are no mentions, nor are
//! answers to them and their bounces: an alert about an alert would never end. Nobody else is left out; the queries decide.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta};
use mail_parser::{HeaderValue, Message, MessageParser, PartType};
use serde::{Deserialize, Serialize};

use super::{Adapter, api, cursor};
use crate::model::hash::sha256_hex;
use crate::model::mailbox::{FolderAddress, FolderAnswer, FolderRefusal, LAST_UID, RawMail};
use crate::model::{
    Answer, Author, Credential, Entry, EntryKey, EntryKind, Instant, Page, PollFault, Request, Slot, Source, mail_id,
};
use crate::parse::{json, text};

/// The folder that every mailbox has (RFC 9051, 5.1).
const INBOX: &str = "INBOX";
/// `SINCE` knows days only, in a time zone that the server does not tell.
const DAY: i64 = 86_400;
/// How long a mail may be on its way. One that says to be older comes from a wrong clock, and would never raise an alert.
const LONGEST_WAY: TimeDelta = TimeDelta::days(2);

pub(super) struct Imap;

/// How far a folder has been read.
#[derive(Serialize, Deserialize)]
struct Mark {
    /// How its mails were numbered.
    validity: u32,
    /// Everything up to this number has been read.
    uid: u32,
    /// While that is the first walk through the folder: nothing that arrived before is wanted, in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// When the newest of them arrived.
    newest: i64,
}

impl Adapter for Imap {
    fn lanes(&self, source: &Source) -> Vec<String> {
        if source.places.is_empty() { vec![INBOX.to_owned()] } else { source.places.clone() }
    }

    fn request(&self, source: &Source, lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        match cursor::read::<Mark>(cursor) {
            Some(mark) => ask(source, lane, &mark),
            None => ask(source, lane, &first(source, now)),
        }
    }

    fn read(
        &self,
        source: &Source,
        lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let folder: FolderAnswer = serde_json::from_slice(&answer.body)
            .map_err(|error| PollFault::Unreadable(format!("it is not a mail folder ({error})")))?;
        let known = cursor::read::<Mark>(cursor);
        if let Some(known) = known.as_ref().filter(|known| known.validity != folder.validity) {
            // Every number means another mail now. Mails that were read before are known by their Message-IDs.
            let again = Mark { validity: folder.validity, uid: 0, since: Some(known.newest - DAY), ..*known };
            let problem =
                format!("the server has numbered the mails of `{}` anew; the last are read again", text::line(lane));
            let (next, cursor) = (Some(ask(source, lane, &again)), cursor::write(&again));
            return Ok(Page { next, cursor, problems: vec![problem], ..Page::default() });
        }
        let mut mark = Mark { validity: folder.validity, ..known.unwrap_or_else(|| first(source, now)) };
        let mut page = Page::default();
        for mail in folder.mails.iter().filter(|mail| mail.uid > mark.uid) {
            let arrived = arrived(mail);
            mark.newest = arrived.filter(|at| *at <= now).map_or(mark.newest, |at| mark.newest.max(at.timestamp()));
            let is_old = arrived.zip(mark.since).is_some_and(|(at, since)| at.timestamp() < since);
            match entry(source, lane, mail, arrived, now) {
                _ if is_old => page.left_out += 1,
                Some(Written::Theirs(entry)) => page.entries.push(*entry),
                Some(Written::Ours) => page.left_out += 1,
                None => page.problems.push(format!("the mail {} of `{}` cannot be read", mail.uid, text::line(lane))),
            }
        }
        let moves = folder.last > mark.uid;
        mark.uid = mark.uid.max(folder.last);
        if folder.more && moves {
            page.next = Some(ask(source, lane, &mark));
        } else {
            mark.since = None;
        }
        page.cursor = cursor::write(&mark);
        Ok(page)
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let status = answer.status;
        match status {
            401 => Some(api::revoked(answer, "the password of the mailbox")),
            404 => {
                let name = FolderAddress::of(&answer.url).map(|address| address.folder).unwrap_or_default();
                let refusal: FolderRefusal = serde_json::from_slice(&answer.body).unwrap_or_default();
                let there: Vec<String> =
                    refusal.folders.iter().map(|folder| format!("`{}`", text::line(folder))).collect();
                let hint =
                    if there.is_empty() { String::new() } else { format!("\n  hint: there are {}", there.join(", ")) };
                let message =
                    format!("there is no folder `{}`: {}{hint}", text::line(&name), text::line(&refusal.error));
                Some(PollFault::Status { status, message })
            }
            _ => None,
        }
    }
}

/// Before anything was read: nothing is known of how mails are numbered (0 is no such number).
fn first(source: &Source, now: Instant) -> Mark {
    let depth = TimeDelta::from_std(source.first_poll_depth).unwrap_or(TimeDelta::MAX);
    let since = now.checked_sub_signed(depth).map_or(0, |since| since.timestamp());
    Mark { validity: 0, uid: 0, since: Some(since), newest: since }
}

/// What lies behind the mark. A number that there is not yet is no mistake, while `*` would be the last mail there is.
fn ask(source: &Source, lane: &str, mark: &Mark) -> Request {
    let behind = format!("UID {}:{LAST_UID}", mark.uid.saturating_add(1));
    let since = mark.since.and_then(|since| DateTime::from_timestamp(since.saturating_sub(DAY), 0));
    let address = FolderAddress {
        user: source.account.clone().unwrap_or_default(),
        folder: lane.to_owned(),
        validity: Some(mark.validity).filter(|validity| *validity != 0),
        search: since.map_or(behind.clone(), |since| format!("{behind} SINCE {}", since.format("%-d-%b-%Y"))),
    };
    let credential = source.token.clone().map(|secret| Credential::at(Slot::Login, secret));
    Request { credential, ..Request::get(address.on(&source.url)) }
}

/// When a mail arrived.
fn arrived(mail: &RawMail) -> Option<Instant> {
    let written = mail.arrived.as_deref()?;
    Some(DateTime::parse_from_str(written, "%d-%b-%Y %H:%M:%S %z").ok()?.to_utc())
}

/// Whose mail it is.
enum Written {
    Ours,
    Theirs(Box<Entry>),
}

fn entry(source: &Source, lane: &str, mail: &RawMail, arrived: Option<Instant>, now: Instant) -> Option<Written> {
    let raw = STANDARD.decode(&mail.raw).ok().filter(|raw| !raw.is_empty())?;
    let message = MessageParser::default().parse(&raw)?;
    let before: Vec<&str> = ids(message.references()).into_iter().chain(ids(message.in_reply_to())).collect();
    let id = message.message_id().filter(|id| !id.trim().is_empty());
    if id.is_some_and(mail_id::is_ours)
        || before.iter().any(|id| mail_id::is_ours(id))
        || is_bounce_of_ours(&message, &raw)
    {
        return Some(Written::Ours);
    }
    // A mail without an ID is known by all of itself, the ways that it has taken included.
    let own = id.map_or_else(|| sha256_hex([&raw], 16), str::to_owned);
    let key = |id: &str| EntryKey::of("mail", id);
    let parent = ids(message.in_reply_to()).first().copied().or(before.last().copied());
    let written = message.date().filter(|date| date.is_valid());
    let written = written.and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0));
    Some(Written::Theirs(Box::new(Entry {
        title: message.subject().map(text::line).unwrap_or_default(),
        text: json::paragraphs(message.text_bodies().map(|part| match &part.body {
            PartType::Text(plain) => Some(text::plain(plain)),
            PartType::Html(html) => Some(text::html(html)),
            _ => None,
        })),
        author: author(&message),
        published_at: Some(published_at(written, arrived, now)),
        language: source.language.clone(),
        kind: Some(EntryKind::Mail),
        place: Some(text::line(lane)),
        parent: parent.map(key),
        thread: before.first().copied().map(key),
        ..Entry::new(key(&own))
    })))
}

/// Where the server does not say when a mail arrived, its own date counts, however old.
fn published_at(written: Option<Instant>, arrived: Option<Instant>, now: Instant) -> Instant {
    let believed = written.filter(|written| arrived.is_none_or(|arrived| arrived - *written <= LONGEST_WAY));
    let latest = arrived.unwrap_or(now);
    believed.map_or(latest, |written| written.min(latest))
}

/// Whether a machine answers to a mail of ours, and quotes it: one that cannot be delivered, a note of a holiday.
fn is_bounce_of_ours(message: &Message<'_>, raw: &[u8]) -> bool {
    let said = |name: &'static str| message.header(name).and_then(HeaderValue::as_text).map(str::to_ascii_lowercase);
    let by_machine = said("Auto-Submitted").is_some_and(|word| word.trim() != "no");
    let content =
        message.root_part().headers.iter().find(|header| header.name.as_str().eq_ignore_ascii_case("content-type"));
    let is_report = content
        .and_then(|header| header.value.as_content_type())
        .is_some_and(|kind| kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report")));
    let from = message.from().and_then(|from| from.first()?.address()).unwrap_or_default().to_ascii_lowercase();
    let by_mailer = from.starts_with("mailer-daemon@") || from.starts_with("postmaster@");
    (by_machine || is_report || by_mailer) && mail_id::stands_in(raw)
}

fn ids<'m>(header: &'m HeaderValue<'_>) -> Vec<&'m str> {
    header.as_text_list().into_iter().flatten().map(AsRef::as_ref).filter(|id: &&str| !id.trim().is_empty()).collect()
}

fn author(message: &Message<'_>) -> Option<Author> {
    let from = message.from().or_else(|| message.sender())?.first()?;
    let handle = from.address().map(text::line).filter(|address| !address.is_empty());
    let name = from.name().map(text::line).filter(|name| !name.is_empty()).or_else(|| handle.clone())?;
    Some(Author { name, handle, url: None, ..Author::default() })
}
