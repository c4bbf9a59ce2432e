//! What is told of a mention, for programs as it is and for people in words. Pure.

use serde::Serialize;

use super::today::{Decision, Now, Today};
use super::told::{Notice, Recipient};
use crate::model::correction::Corrected;
use crate::model::incident::Few;
use crate::model::{Entry, Field, Gravity, Hit, Instant, Judgement, Reason, SourceKind, Tone};
use crate::store::{StoryTrail, Trail};

/// What is told of a mention. Its keys are a promise.
#[derive(Debug, Serialize)]
pub struct Report {
    pub mention: i64,
    pub brand: String,
    pub title: String,
    pub url: Option<String>,
    pub source: String,
    pub source_kind: Option<&'static str>,
    pub author: Option<String>,
    pub published_at: Option<Instant>,
    pub found_at: Instant,
    pub also_in: Vec<String>,
    pub edited_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
    pub deleted_at: Option<Instant>,
    pub lapsed_at: Option<Instant>,
    pub engagement: Option<u64>,
    pub engagement_first: Option<u64>,
    pub followers: Option<u64>,
    pub counted_at: Option<Instant>,
    pub query: Both<Vec<Found>, Option<Vec<Found>>>,
    pub tone: ToneReport,
    pub severity: Both<Gravity, Option<Gravity>>,
    pub story: Option<Story>,
    /// The negative stories with which it was no incident, since too few people wrote them.
    pub few_authors: Option<Few>,
    pub decision: Both<Recorded, Option<Decision>>,
    pub recipients: Vec<Recipient>,
    pub notices: Vec<Notice>,
    pub acknowledged: Option<Acknowledged>,
}

/// What is recorded, and what it would be now.
#[derive(Debug, Serialize)]
pub struct Both<R, N> {
    pub recorded: R,
    pub now: N,
}

/// Where a term of the query was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The term, as the query writes it.
    pub term: String,
    /// The part of the entry.
    pub field: Field,
    /// First byte in that part, and the one behind the last.
    pub start: usize,
    pub end: usize,
    /// What stands there; nothing where parts of an author or a tag are meant, or the place is not there any more.
    pub text: Option<String>,
}

impl Found {
    /// Each hit with what stands there.
    pub fn all(hits: &[Hit], entry: &Entry) -> Vec<Self> {
        let found = |hit: &Hit| {
            let part = match hit.field {
                Field::Title => Some(entry.title.as_str()),
                Field::Text => Some(entry.text.as_str()),
                Field::Url => entry.url.as_deref(),
                Field::Author | Field::Tag => None,
            };
            let text = part.and_then(|part| part.get(hit.start..hit.end)).map(str::to_owned);
            Self { term: hit.term.clone(), field: hit.field, start: hit.start, end: hit.end, text }
        };
        hits.iter().map(found).collect()
    }
}

/// A tone with its words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    pub tone: Tone,
    pub score: Option<f64>,
    pub lang: Option<String>,
    pub reasons: Vec<Reason>,
}

impl Judged {
    /// As it was judged.
    pub fn of(judgement: Judgement) -> Self {
        let Judgement { tone, score, language, reasons } = judgement;
        Self { tone, score, lang: language.map(|language| language.as_str().to_owned()), reasons }
    }
}

/// The tone: what counts, what the rules had said if somebody has corrected them, and what they would say now.
#[derive(Debug, Serialize)]
pub struct ToneReport {
    pub recorded: Judged,
    pub corrected: Option<Corrected>,
    pub now: Option<Judged>,
}

/// The story.
#[derive(Debug, Serialize)]
pub struct Story {
    pub id: i64,
    /// The mention that was published first, unless it is forgotten.
    pub first: Option<i64>,
    pub mentions: u64,
    /// The first of them, by the time at which they were found.
    pub named: Vec<Told>,
}

/// A mention of the story.
#[derive(Debug, Serialize)]
pub struct Told {
    pub mention: i64,
    pub source: String,
    pub found_at: Instant,
}

/// What was decided.
#[derive(Debug, Serialize)]
pub struct Recorded {
    /// `alert`, or why not.
    pub decision: String,
    pub rule: Option<String>,
    pub keyword: Option<String>,
    pub at: Option<Instant>,
}

/// That somebody takes care of it.
#[derive(Debug, Serialize)]
pub struct Acknowledged {
    pub at: Instant,
    pub by: Option<String>,
}

impl Report {
    /// Puts together what is recorded and what it would be now; `from` is the sender of mails.
    pub fn new(trail: &Trail, today: Option<&Today>, from: &str) -> Self {
        let view = &trail.view;
        let Now { query, tone, severity, decision } = today.map(|today| today.judge(trail)).unwrap_or_default();
        let recorded = Judgement { reasons: view.reasons.clone(), ..trail.judgement.clone() };
        let gravity = Gravity { severity: trail.severity, concerns: view.concerns.clone() };
        let alert = trail.alert.as_ref();
        Self {
            mention: view.id,
            brand: view.brand.clone(),
            title: view.title.clone(),
            url: view.url.clone(),
            source: view.source.clone(),
            source_kind: trail.source_kind.map(SourceKind::as_str),
            author: view.author.clone(),
            published_at: view.published_at,
            found_at: view.found_at,
            also_in: view.also_in.clone(),
            edited_at: view.edited_at,
            withdrawn_at: view.withdrawn_at,
            deleted_at: view.deleted_at,
            lapsed_at: view.lapsed_at,
            engagement: view.engagement,
            engagement_first: view.engagement_first,
            followers: trail.entry.author.as_ref().and_then(|author| author.followers),
            counted_at: view.counted_at,
            query: Both { recorded: Found::all(&trail.hits, &trail.entry), now: query },
            tone: ToneReport { recorded: Judged::of(recorded), corrected: view.corrected.clone(), now: tone },
            severity: Both { recorded: gravity, now: severity },
            story: trail.story.as_ref().map(Story::of),
            few_authors: trail.few,
            decision: Both {
                recorded: Recorded {
                    decision: trail.decision.clone(),
                    rule: alert.map(|alert| alert.rule.clone()),
                    keyword: alert.and_then(|alert| alert.keyword.clone()),
                    at: alert.map(|alert| alert.created_at),
                },
                now: decision,
            },
            recipients: Recipient::all(trail),
            notices: trail.notices.iter().map(|notice| Notice::of(notice, from)).collect(),
            acknowledged: alert.and_then(|alert| alert.acknowledged.clone()).map(|(at, by)| Acknowledged { at, by }),
        }
    }
}

impl Story {
    fn of(story: &StoryTrail) -> Self {
        let told = |(mention, source, found_at): &(i64, String, Instant)| Told {
            mention: *mention,
            source: source.clone(),
            found_at: *found_at,
        };
        let StoryTrail { id, first, mentions, named } = story;
        Self { id: *id, first: *first, mentions: *mentions, named: named.iter().map(told).collect() }
    }
}
