//! Notices on their way: written with their cause, delivered later.

use std::collections::BTreeMap;
use std::time::Duration;

use super::notice::FirstMail;
use super::{Instant, Notice, Tongue};

/// What kind of notice a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutboxKind {
    /// Collects alerts of one brand until it is due.
    Alert,
    /// Says again what nobody has acknowledged.
    Reminder,
    /// Tells others what nobody has acknowledged.
    Escalation,
    /// A spike of negative stories.
    Incident,
    /// Sums up the alerts that were held until now.
    Held,
    /// A digest.
    Digest,
    /// Collects changes of the health of sources until it is due.
    Health,
    /// Says through the fallback what does not arrive.
    Undelivered,
    /// A trial.
    Trial,
}

impl OutboxKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Alert,
        Self::Reminder,
        Self::Escalation,
        Self::Held,
        Self::Incident,
        Self::Digest,
        Self::Health,
        Self::Undelivered,
        Self::Trial,
    ];

    /// The word, as the store reads it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Reminder => "reminder",
            Self::Escalation => "escalation",
            Self::Incident => "incident",
            Self::Held => "held",
            Self::Digest => "digest",
            Self::Health => "health",
            Self::Undelivered => "undelivered",
            Self::Trial => "trial",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The name of the channel that a recipient is: `ops` of `channel:ops`. A mail address is none.
#[must_use]
pub fn channel_of(recipient: &str) -> Option<&str> {
    recipient.strip_prefix("channel:")
}

/// The way out that a recipient is reached by: `mail`, or the channel as it is written.
#[must_use]
pub fn way_to(recipient: &str) -> &str {
    channel_of(recipient).map_or(MAIL, |_| recipient)
}

/// The way out of mails.
pub const MAIL: &str = "mail";

/// Who stands in for a way out, and after which time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// Mail addresses, and channels as `channel:NAME`.
    pub recipients: Vec<String>,
    /// How long a notice is tried in vain until it is handed over to them.
    pub after: Duration,
}

/// Who stands in for which way out: `mail`, or a channel as `channel:NAME`.
pub type StandIns = BTreeMap<String, StandIn>;

/// What a notice comes instead of: one that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// Whom that was for: a mail address, or `channel:NAME`.
    pub recipient: String,
    /// Since when it was tried.
    pub since: Instant,
    /// Whom the same did not reach either.
    pub others: Vec<String>,
}

/// A row of the outbox that a sender has claimed. Its content no longer changes.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMessage {
    /// Id of the row; the Message-ID is derived from it and from `created_at`.
    pub id: i64,
    /// What it is.
    pub kind: OutboxKind,
    /// Mail address of the recipient, or `channel:NAME`.
    pub recipient: String,
    /// When the row was written.
    pub created_at: Instant,
    /// When its content was fixed.
    pub sealed_at: Instant,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Where its recipient says that somebody takes care of it, if that can be said by a link.
    pub acknowledge: Option<String>,
    /// In which language it is told; the same in every attempt.
    pub language: Tongue,
    /// Which mail server may have accepted it in an earlier attempt.
    pub unanswered: Option<Unanswered>,
    /// What it comes instead of, if it was handed over.
    pub instead: Option<Instead>,
    /// The mail that it belongs to, if it was handed over.
    pub answers: Option<FirstMail>,
    /// What to say.
    pub notice: Notice,
}

/// A mail server that has heard a mail, and whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Where it is: `mail.example.org:587`.
    pub server: String,
    /// When that happened first.
    pub since: Instant,
}

/// A notice that mentiond gave up on, kept for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Id of the row.
    pub id: i64,
    /// What it is.
    pub kind: OutboxKind,
    /// Mail address of the recipient, or `channel:NAME`.
    pub recipient: String,
    /// When mentiond gave up, or somebody dropped it.
    pub died_at: Instant,
    /// How often it was tried, in its last round of attempts.
    pub attempts: u32,
    /// The last error in plain words.
    pub error: String,
    /// Whom it was for before it was handed over to this recipient, if it was.
    pub instead_of: Option<String>,
    /// Whether somebody dropped it.
    pub dropped: bool,
    /// What people did with it, the first first.
    pub acts: Vec<LetterAct>,
}

/// What somebody did with a dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterAct {
    /// When.
    pub at: Instant,
    /// `retried` or `dropped`.
    pub act: String,
    /// Who.
    pub author: String,
    /// Why, if that was said.
    pub comment: Option<String>,
}
