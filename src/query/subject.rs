//! What a query is asked about: an entry, and what is known of it at that place. Plain data.

use url::Url;

use super::facts::{CaseState, Fact, Flag, Has, Kind};
use super::pattern::Writing;
use super::tree::TextField;
use crate::model::{Entry, Field, Instant, Judgement, Language, Severity, SourceKind};

/// An entry and what is known of it. What is `None` is not known, and holds of nothing that is asked.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The name of its source.
    pub source: Option<&'a str>,
    /// The kind of its source.
    pub source_kind: Option<SourceKind>,
    /// The language of its text: what was found, or before it is judged what the source claims.
    pub language: Option<&'a Language>,
    /// The time from which ages count.
    pub now: Option<Instant>,
    /// Tone and score.
    pub judgement: Option<&'a Judgement>,
    /// How much harm it speaks of.
    pub severity: Option<Severity>,
    /// What kind of mention it is.
    pub kind: Option<Kind>,
    /// How far its case is.
    pub case: Option<CaseState>,
    /// What happened to it.
    pub flags: &'a [Flag],
}

impl<'a> From<&'a Entry> for Subject<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            entry,
            source: None,
            source_kind: None,
            language: entry.language.as_ref(),
            now: None,
            judgement: None,
            severity: None,
            kind: None,
            case: None,
            flags: &[],
        }
    }
}

/// A part of a subject in which words stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) place: TextField,
    /// What its hits say; `None` where hits are not told.
    pub(super) field: Option<Field>,
    pub(super) writing: Writing,
    pub(super) text: &'a str,
}

impl<'a> Subject<'a> {
    /// Its parts, in the order in which hits are told.
    pub(super) fn parts(&self) -> Vec<Part<'a>> {
        let mut parts = Vec::with_capacity(4 + self.entry.tags.len());
        let mut add = |place, field, writing, text: &'a str| {
            if !text.is_empty() {
                parts.push(Part { place, field, writing, text });
            }
        };
        let entry = self.entry;
        add(TextField::Title, Some(Field::Title), Writing::Prose, &entry.title);
        add(TextField::Text, Some(Field::Text), Writing::Prose, &entry.text);
        if let Some(url) = &entry.url {
            add(TextField::Url, Some(Field::Url), Writing::Name, url);
        }
        if let Some(author) = &entry.author {
            if author.handle.as_ref() != Some(&author.name) {
                add(TextField::Author, Some(Field::Author), Writing::Name, &author.name);
            }
            if let Some(handle) = &author.handle {
                add(TextField::Author, Some(Field::Author), Writing::Handle, handle);
            }
        }
        entry.tags.iter().for_each(|tag| add(TextField::Tag, Some(Field::Tag), Writing::Tag, tag));
        if let Some(source) = self.source {
            add(TextField::Source, None, Writing::Name, source);
        }
        parts
    }

    /// Whether a fact holds.
    pub(super) fn holds(&self, fact: &Fact) -> bool {
        let entry = self.entry;
        let author = entry.author.as_ref();
        match fact {
            Fact::Site(hosts) => {
                let host = entry.url.as_deref().and_then(|url| Url::parse(url).ok());
                host.as_ref()
                    .and_then(Url::host_str)
                    .is_some_and(|host| hosts.iter().any(|wanted| is_below(host, wanted)))
            }
            Fact::Links(wanted) => links(entry).any(|link| wanted.iter().any(|wanted| leads_to(&link, wanted))),
            Fact::Type(kinds) => self.source_kind.is_some_and(|kind| kinds.contains(&kind)),
            Fact::Lang(languages) => {
                self.language.is_some_and(|found| languages.iter().any(|wanted| wanted.covers(found)))
            }
            Fact::Tone(tones) => self.judgement.is_some_and(|judgement| tones.contains(&judgement.tone)),
            Fact::Score(range) => {
                self.judgement.and_then(|judgement| judgement.score).is_some_and(|score| range.contains(&score))
            }
            Fact::Rating(range) => entry.rating.is_some_and(|rating| range.contains(&rating)),
            Fact::Reach(range) => {
                author.and_then(|author| author.followers).is_some_and(|followers| range.contains(&followers))
            }
            Fact::Engagement(range) => entry.engagement.is_some_and(|engagement| range.contains(&engagement)),
            Fact::Age(range) => {
                let age = self.now.zip(entry.published_at).map(|(now, at)| (now - at).to_std().unwrap_or_default());
                age.is_some_and(|age| range.contains(&age))
            }
            Fact::Date(range) => entry.published_at.is_some_and(|at| range.contains(&at.date_naive())),
            Fact::Kind(kinds) => self.kind.is_some_and(|kind| kinds.contains(&kind)),
            Fact::Severity(range) => self.severity.is_some_and(|severity| range.contains(&severity)),
            Fact::Is(flags) => flags.iter().any(|flag| self.flags.contains(flag)),
            Fact::Has(parts) => parts.iter().any(|part| self.has(*part)),
            Fact::Case(states) => self.case.is_some_and(|state| states.contains(&state)),
        }
    }

    fn has(&self, part: Has) -> bool {
        let entry = self.entry;
        match part {
            Has::Title => !entry.title.is_empty(),
            Has::Text => !entry.text.is_empty(),
            Has::Url => entry.url.is_some(),
            Has::Link => links(entry).next().is_some(),
            Has::Author => {
                entry.author.as_ref().is_some_and(|author| !author.name.is_empty() || author.handle.is_some())
            }
            Has::Tag => !entry.tags.is_empty(),
            Has::Lang => self.language.is_some(),
            Has::Date => entry.published_at.is_some(),
            Has::Rating => entry.rating.is_some(),
            Has::Reach => entry.author.as_ref().is_some_and(|author| author.followers.is_some()),
            Has::Engagement => entry.engagement.is_some(),
        }
    }
}

/// The addresses in title and text.
fn links(entry: &Entry) -> impl Iterator<Item = Url> {
    let words = [&entry.title, &entry.text].into_iter().flat_map(|text| text.split_whitespace());
    words.filter_map(|word| {
        let start = ["https://", "http://", "www."].iter().filter_map(|start| word.find(start)).min()?;
        let link = word.get(start..)?.trim_end_matches(['.', ',', ')', '"', '>', '!', '?']);
        if link.starts_with("www.") { Url::parse(&format!("https://{link}")).ok() } else { Url::parse(link).ok() }
    })
}

/// Whether `host` is `wanted` or lies below it.
fn is_below(host: &str, wanted: &str) -> bool {
    host.strip_suffix(wanted).is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// Whether an address is at `wanted`, a host with or without the beginning of a path.
fn leads_to(link: &Url, wanted: &str) -> bool {
    let (host, path) = wanted.split_once('/').map_or((wanted, None), |(host, path)| (host, Some(path)));
    let below = |path: &str| {
        let rest = link.path().strip_prefix('/').and_then(|given| given.strip_prefix(path.trim_end_matches('/')));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    link.host_str().is_some_and(|given| is_below(given, host)) && path.is_none_or(below)
}
