//! Why somebody is not told of something now, and who decides it at the last moment. Plain data.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::{Entry, Instant, Judgement, Severity, SourceKind};

/// Why a mention is no alert, or an alert is not told yet. Of several conditions of a rule that fail it is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// There is no rule, or none for this brand.
    NoRule,
    /// No rule of the brand accepts the tone.
    OtherTone,
    /// It is not negative enough.
    ScoreTooHigh,
    /// No rule of the brand accepts the severity.
    OtherSeverity,
    /// No urgent word occurs.
    NoKeyword,
    /// The query of the rule does not hold.
    OtherQuery,
    /// It was published too long ago.
    TooOld,
    /// It was there before the source was read for the first time.
    ThereBefore,
    /// It is an alert, or an incident, but a silence holds it until its end.
    Silenced,
    /// It is an alert, or an incident, but its recipient has quiet hours until their end.
    QuietHours,
}

impl HoldReason {
    /// All reasons, from the first condition to the last.
    pub const ALL: [Self; 10] = [
        Self::NoRule,
        Self::OtherTone,
        Self::ScoreTooHigh,
        Self::OtherSeverity,
        Self::NoKeyword,
        Self::OtherQuery,
        Self::TooOld,
        Self::ThereBefore,
        Self::Silenced,
        Self::QuietHours,
    ];

    /// The label for the store and for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRule => "no_rule",
            Self::OtherTone => "other_tone",
            Self::ScoreTooHigh => "score_too_high",
            Self::OtherSeverity => "other_severity",
            Self::NoKeyword => "no_keyword",
            Self::OtherQuery => "other_query",
            Self::TooOld => "too_old",
            Self::ThereBefore => "there_before",
            Self::Silenced => "silenced",
            Self::QuietHours => "quiet_hours",
        }
    }

    /// Why, in words that go on after a colon.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NoRule => "there is no rule for this brand",
            Self::OtherTone => "another tone is asked for",
            Self::ScoreTooHigh => "the score is not low enough",
            Self::OtherSeverity => "another severity is asked for",
            Self::NoKeyword => "none of the words that are asked for occurs",
            Self::OtherQuery => "the query does not hold",
            Self::TooOld => "it was published too long ago",
            Self::ThereBefore => "it was there before anybody looked for it: the source, the term or the brand was new",
            Self::Silenced => "a silence holds it",
            Self::QuietHours => "quiet hours hold it",
        }
    }

    /// The reason of that label.
    #[must_use]
    pub fn parse(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == label)
    }
}

/// A muting: alerts that it matches are held until it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Its number.
    pub id: i64,
    /// What is silenced.
    pub scope: SilenceScope,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends, unless somebody ends it before.
    pub ends_at: Instant,
    /// Who made it.
    pub author: String,
    /// Why.
    pub comment: String,
    /// When somebody ended it, and who.
    pub ended: Option<(Instant, String)>,
}

/// Which alerts a silence holds. All that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SilenceScope {
    /// Those of this brand.
    pub brand: Option<String>,
    /// Those whose mention this expression finds.
    pub query: Option<String>,
    /// Urgent ones too.
    pub urgent: bool,
}

impl Silence {
    /// When it ends, or has ended.
    #[must_use]
    pub fn end(&self) -> Instant {
        self.ended.as_ref().map_or(self.ends_at, |(at, _)| self.ends_at.min(*at))
    }

    /// Whether it holds alerts.
    #[must_use]
    pub fn is_active(&self, now: Instant) -> bool {
        self.ended.is_none() && now < self.ends_at
    }
}

/// An alert that somebody is about to be told of.
#[derive(Debug, Clone, PartialEq)]
pub struct DueAlert {
    /// Its id in the store.
    pub id: i64,
    /// The brand's name.
    pub brand: String,
    /// Name of the route that it takes; empty for that of `[alert]`.
    pub route: String,
    /// What was said, as it was judged.
    pub entry: Entry,
    /// The source that showed it first.
    pub source: String,
    /// What kind of source that is, if it is still known.
    pub source_kind: Option<SourceKind>,
    /// Its tone and the language it was judged in.
    pub judgement: Judgement,
    /// How much harm it speaks of.
    pub severity: Severity,
}

/// That an alert is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub reason: HoldReason,
    /// The silence that holds it.
    pub silence: Option<i64>,
    /// Until when, as far as is known now.
    pub until: Instant,
}

/// Decides at the last moment, when a mail is about to be composed, which of its alerts somebody is told of. Never asks the
/// clock.
pub trait Gate: Debug + Send + Sync {
    /// Whether nothing can be held now, so that no alert needs to be looked at.
    fn is_open(&self, silences: &[Silence], now: Instant) -> bool;

    /// What holds each of these alerts, if anything does. The silences are those that are active.
    fn holds(&self, alerts: &[DueAlert], silences: &[Silence], now: Instant) -> Vec<Option<Hold>>;

    /// What holds a mail about an incident of a brand to somebody who hears of it by a route, if anything does: what
    /// silences the brand as a whole, and the quiet hours of the route.
    fn holds_incident(&self, brand: &str, route: &str, silences: &[Silence], now: Instant) -> Option<Hold>;
}

/// Holds nothing.
#[derive(Debug, Clone, Copy)]
pub struct OpenGate;

impl Gate for OpenGate {
    fn is_open(&self, _: &[Silence], _: Instant) -> bool {
        true
    }

    fn holds(&self, alerts: &[DueAlert], _: &[Silence], _: Instant) -> Vec<Option<Hold>> {
        vec![None; alerts.len()]
    }

    fn holds_incident(&self, _: &str, _: &str, _: &[Silence], _: Instant) -> Option<Hold> {
        None
    }
}
