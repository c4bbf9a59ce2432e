//! What is told to people: an alert, an incident, a digest, how sources are, a trial. Written into the outbox as JSON when it is composed, so that
//! every attempt to deliver it says the same.

use serde::{Deserialize, Serialize};

use super::correction::Corrected;
pub use super::coverage::{Coverage, Gap, Lost};
use super::digest::{BarLength, ChartBar, Comparison, IncidentLine, Recovered, StoryList, Tops, Voice, Waiting, Worth};
use super::health::{Health, HealthChange};
pub use super::incident::HourOfStories;
use super::incident::{Few, IncidentEnding, IncidentEvidence, IncidentPhase};
use super::undelivered::UndeliveredNotice;
use super::{Concern, HoldReason, Instant, Reason, Severity, Tone};

/// A notice to one recipient, ready to be rendered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// Mentions that met a rule.
    Alert(AlertNotice),
    /// A spike of negative stories.
    Incident(Box<IncidentNotice>),
    /// Alerts that nobody has acknowledged, told to others.
    Escalation(EscalationNotice),
    /// Alerts that were held for a while.
    Held(HeldNotice),
    /// A summary of a period.
    Digest(DigestNotice),
    /// Sources that fell ill or are well again.
    Health(HealthNotice),
    /// What does not arrive, told through the fallback.
    Undelivered(UndeliveredNotice),
    /// `mentiond send-test`.
    Trial(TrialNotice),
}

/// A mention as people read it. All text is plain and comes from the network: renderers escape it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MentionView {
    /// Id of the mention in the store.
    pub id: i64,
    /// The brand's name.
    pub brand: String,
    /// Name of the source that showed it first.
    pub source: String,
    /// The other sources that have shown it.
    #[serde(default)]
    pub also_in: Vec<String>,
    /// Title, or the first words where there is none.
    pub title: String,
    /// A snippet around the first hit.
    pub snippet: String,
    /// Where to read and answer it; only `http` and `https` addresses.
    pub url: Option<String>,
    /// The author's name.
    pub author: Option<String>,
    /// When it was published, if the source says.
    pub published_at: Option<Instant>,
    /// When it was found.
    pub found_at: Instant,
    /// When it was last edited, if that was after it was found.
    #[serde(default)]
    pub edited_at: Option<Instant>,
    /// Since when it mentions the brand no more; everything here is as it was before.
    #[serde(default)]
    pub withdrawn_at: Option<Instant>,
    /// When the last of its sources said that it was deleted.
    #[serde(default)]
    pub deleted_at: Option<Instant>,
    /// When what it said was forgotten, since its network lets nobody keep that for longer.
    #[serde(default)]
    pub lapsed_at: Option<Instant>,
    /// Its tone.
    pub tone: Tone,
    /// From -1 to 1.
    pub score: Option<f64>,
    /// Who has set the tone, if it is not the one of the rules alone.
    #[serde(default)]
    pub corrected: Option<Corrected>,
    /// The words that made the score of the rules.
    pub reasons: Vec<Reason>,
    /// The language it was judged in.
    pub language: Option<String>,
    /// How much harm it speaks of.
    #[serde(default)]
    pub severity: Severity,
    /// The words that made the severity.
    #[serde(default)]
    pub concerns: Vec<Concern>,
    /// Likes, shares and replies added up, where the network tells.
    pub engagement: Option<u64>,
    /// The same, when it was found.
    #[serde(default)]
    pub engagement_first: Option<u64>,
    /// When `engagement`, or the followers of the author, were last found to be others than before.
    #[serde(default)]
    pub counted_at: Option<Instant>,
    /// How many copies of it were found beside it: other mentions of the same story.
    #[serde(default)]
    pub copies: u64,
    /// The sources of the copies, by time; the first ones where there are many.
    #[serde(default)]
    pub copied_in: Vec<String>,
}

/// One mail about urgent mentions of one brand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertNotice {
    /// The brand's name.
    pub brand: String,
    /// Whether this repeats alerts that nobody has acknowledged.
    pub reminder: bool,
    /// The alerts, worst first.
    pub items: Vec<AlertItem>,
    /// How many more there are than `items` shows.
    pub more: u64,
}

/// One mail about alerts that nobody has acknowledged, to somebody who was not told of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EscalationNotice {
    /// The alerts.
    pub alert: AlertNotice,
    /// Who was told of one of them before, and when first; by time.
    pub told: Vec<ToldBefore>,
}

/// That somebody was told of something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToldBefore {
    /// Who: a mail address, or `channel:NAME`.
    pub recipient: String,
    /// When.
    pub at: Instant,
}

/// One alert of an alert mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertItem {
    /// What was said.
    pub mention: MentionView,
    /// The rule it met.
    pub rule: String,
    /// The urgent word that was found, if the rule asks for one.
    pub keyword: Option<String>,
}

/// One mail about an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentNotice {
    /// The brand's name.
    pub brand: String,
    /// Which mail it is.
    pub phase: IncidentPhase,
    /// Why it is over, if it is.
    pub ending: Option<IncidentEnding>,
    /// What supports it.
    pub evidence: IncidentEvidence,
    /// Whether the brand is not known well yet, so that what is usual is a guess.
    pub learning: bool,
    /// After which time it is told again while it goes on, in seconds.
    pub update_after: u64,
    /// The story that it began with.
    pub first: Option<MentionView>,
    /// The stories that drive it, the most negative first.
    pub stories: Vec<MentionView>,
    /// What the hours up to now held, the oldest first.
    pub hours: Vec<HourOfStories>,
    /// How many negative stories are usual in each of them; empty where that is not known.
    #[serde(default)]
    pub usual: Vec<f64>,
    /// Alerts that were not mailed one by one since the last mail,
    pub folded: u64,
    /// and the first of them, the most negative first.
    pub folded_items: Vec<AlertItem>,
    /// The first mail about it to this recipient, which the others answer.
    pub first_mail: Option<FirstMail>,
    /// Who was told of it before, and when first, where nobody has acknowledged it since; by time.
    #[serde(default)]
    pub told_before: Option<Vec<ToldBefore>>,
    /// Whether somebody takes care of it, so that it is no news that it merely goes on.
    #[serde(default)]
    pub acknowledged: bool,
    /// Who, and since when.
    #[serde(default)]
    pub taken: Option<ToldBefore>,
}

/// The row of the outbox from which the Message-ID of an earlier mail was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstMail {
    /// Its id.
    pub outbox_id: i64,
    /// When it was written.
    pub created_at: Instant,
}

/// One mail about all that was held from a recipient until now.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HeldNotice {
    /// What has held them, the one that ended first in front.
    pub causes: Vec<HoldCause>,
    /// The brands that they are about.
    pub brands: Vec<String>,
    /// The alerts, worst first.
    pub items: Vec<AlertItem>,
    /// How many more there are than `items` shows.
    pub more: u64,
    /// Who else was told of one of them before, and when first; by time.
    #[serde(default)]
    pub told: Vec<ToldBefore>,
    /// Of how many.
    #[serde(default)]
    pub told_alerts: u64,
}

/// What has held alerts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoldCause {
    /// What it was.
    pub reason: HoldReason,
    /// Whose silence it was.
    pub author: Option<String>,
    /// What was said of the silence.
    pub comment: Option<String>,
    /// When it ended.
    pub until: Instant,
    /// How many alerts it has held.
    pub alerts: u64,
}

/// One mail that sums up a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DigestNotice {
    /// Name of the digest in the configuration.
    pub digest: String,
    /// The period begins after this instant,
    pub from: Instant,
    /// and ends with this one.
    pub to: Instant,
    /// IANA name of the zone in which times are shown.
    pub time_zone: String,
    /// When the next one is due.
    pub next_at: Option<Instant>,
    /// Set when `from` was moved back over periods that no digest of their own covers.
    pub catches_up: bool,
    /// Whether no digest of this name went to the recipient before, so that it explains itself.
    #[serde(default)]
    pub first: bool,
    /// For how long a bar of the charts stands.
    #[serde(default)]
    pub bars: BarLength,
    /// One part per brand.
    pub brands: Vec<BrandReport>,
    /// What was read and what was not.
    pub coverage: Coverage,
    /// All stories, where not all are shown.
    #[serde(default)]
    pub list: Option<StoryList>,
    /// Where its recipient leaves the digest, if that can be said by a link. Never stored: it follows from the row.
    #[serde(skip)]
    pub leave: Option<String>,
}

/// A brand's part of a digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BrandReport {
    /// The brand's name.
    pub brand: String,
    /// Counts and the four scores.
    pub metrics: Metrics,
    /// Sources by number of stories, most first.
    pub top_sources: Vec<(String, u64)>,
    /// Authors by number of stories, most first; only those with a name.
    pub top_authors: Vec<(String, u64)>,
    /// The stories shown, each by its first mention: the negative first, then the loud, then praise, then others.
    pub mentions: Vec<MentionView>,
    /// Why they are shown: each reason with how many of them it is that of, in their order.
    #[serde(default)]
    pub worth: Vec<(Worth, u64)>,
    /// How many more there are than `mentions` and `waiting` show.
    pub more: u64,
    /// What needs an answer. No story that is shown here is among `mentions`.
    #[serde(default)]
    pub waiting: Waiting,
    /// The incidents that touch the period, the oldest first.
    #[serde(default)]
    pub incidents: Vec<IncidentLine>,
    /// What was none since too few people wrote, by time.
    #[serde(default)]
    pub few: Vec<Few>,
    /// The period before; `None` where it was not looked at.
    #[serde(default)]
    pub before: Option<Comparison>,
    /// The period in bars, the oldest first.
    #[serde(default)]
    pub chart: Vec<ChartBar>,
    /// What was talked about.
    #[serde(default)]
    pub tops: Tops,
    /// The brand and its competitors; empty where it has none.
    #[serde(default)]
    pub voice: Vec<Voice>,
    /// Authors who complained before and praise now.
    #[serde(default, alias = "regained")]
    pub recovered: Vec<Recovered>,
}

impl BrandReport {
    /// How many of the stories that wait and are shown are none of the period: they began before it, and nothing told them
    /// again in it.
    #[must_use]
    pub fn waiting_since_before(&self) -> u64 {
        let others = self.mentions.len() as u64 + self.more;
        let of_period = self.metrics.counts.stories.saturating_sub(others);
        (self.waiting.items.len() as u64).saturating_sub(of_period)
    }
}

/// What was counted in a period, for one brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Entries read from all sources, whether they mention the brand or not.
    pub entries: u64,
    /// Mentions of the brand, copies among them.
    pub mentions: u64,
    /// Stories that they tell. What follows counts stories by their first mention.
    #[serde(default)]
    pub stories: u64,
    /// Negative stories.
    pub negative: u64,
    /// Neutral stories.
    pub neutral: u64,
    /// Positive stories.
    pub positive: u64,
    /// Stories that could not be judged.
    pub unscored: u64,
    /// Stories whose author is known.
    pub with_author: u64,
    /// Different known authors.
    pub authors: u64,
    /// Known authors with two stories or more.
    pub repeat_authors: u64,
    /// Whether entries of that time were forgotten since, so that `entries` is too small.
    #[serde(default)]
    pub forgotten: bool,
}

impl Counts {
    /// Mentions that are copies of another one of the period.
    #[must_use]
    pub fn copies(&self) -> u64 {
        self.mentions.saturating_sub(self.stories)
    }

    /// Entries read without those that are copies.
    #[must_use]
    pub fn originals(&self) -> u64 {
        self.entries.saturating_sub(self.copies())
    }
}

/// The four scores of a period and the counts they rest on. The formulas are documented at `insight::metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Metrics {
    /// What was counted.
    pub counts: Counts,
    /// Percent of what was read that mentions the brand, copies left out, 0 to 100; `None` when nothing was read, or
    /// not all of it is kept.
    pub strength: Option<f64>,
    /// Positive against negative stories; `None` when there is neither.
    pub sentiment: Option<(u64, u64)>,
    /// Percent of the known authors that came back, 0 to 100; `None` without known authors.
    pub passion: Option<f64>,
    /// Different authors per story with a known author, in percent, 0 to 100; `None` without known authors.
    pub reach: Option<f64>,
}

/// One mail about the health of sources, to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthNotice {
    /// Number of configured sources.
    pub sources: u64,
    /// How many sources came to each state, the worst first.
    pub counts: Vec<(Health, u64)>,
    /// The first of them, the worst first.
    pub changes: Vec<HealthChange>,
}

/// The mail of `mentiond send-test`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialNotice {
    /// When it was asked for.
    pub asked_at: Instant,
}
