//! An incident in words: what spreads, how unusual that is, who writes it, how it began, which stories drive it, and what
//! comes next. The news stand in the subject. Pure.

use askama::Template;

use super::Draft;
use super::chart::Chart;
use super::mention::{MentionText, NAME};
use super::odds::{by_chance, usual};
use crate::deliver::words::Voice;
use crate::deliver::words::incident::Span;
use crate::model::incident::{IncidentEnding, IncidentEvidence, IncidentPhase};
use crate::model::notice::IncidentNotice;
use crate::model::text::one_line;

/// What the templates show.
struct Mail {
    subject: String,
    preheader: String,
    heading: String,
    lead: String,
    note: String,
    facts: Vec<Fact>,
    chart: Chart,
    first: Option<MentionText>,
    stories: Vec<MentionText>,
    folded: String,
    folded_items: Vec<MentionText>,
    folded_more: String,
    next: String,
}

/// A line of the table.
struct Fact {
    name: &'static str,
    words: String,
}

#[derive(Template)]
#[template(path = "incident.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    voice: Voice,
    incident: &'a Mail,
}

#[derive(Template)]
#[template(path = "incident.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    voice: Voice,
    subject: &'a str,
    preheader: &'a str,
    incident: &'a Mail,
}

pub fn render(notice: &IncidentNotice, voice: Voice) -> Draft {
    let mail = Mail::new(notice, voice);
    let html = Page { voice, subject: &mail.subject, preheader: &mail.preheader, incident: &mail }.to_string();
    Draft { text: Text { voice, incident: &mail }.to_string(), html, subject: mail.subject }
}

impl Mail {
    fn new(notice: &IncidentNotice, voice: Voice) -> Self {
        let brand = one_line(&notice.brand, NAME);
        let news = news(notice, voice);
        let first = notice.first.as_ref().map(|first| MentionText::new(first, voice));
        let others =
            notice.stories.iter().filter(|story| notice.first.as_ref().is_none_or(|first| first.id != story.id));
        let more = notice.folded.saturating_sub(notice.folded_items.len() as u64);
        Self {
            subject: format!("{brand}: {news}"),
            preheader: first.as_ref().map(|first| voice.it_began_with(&first.title)).unwrap_or_default(),
            heading: format!("{brand}: {news}"),
            lead: lead(notice, &brand, voice),
            note: note(notice, &brand, voice),
            facts: facts(notice, voice),
            chart: Chart::new(&notice.hours, notice.evidence.onset, voice),
            first,
            stories: others.map(|story| MentionText::new(story, voice)).collect(),
            folded: folded(notice, voice),
            folded_items: notice.folded_items.iter().map(|item| MentionText::new(&item.mention, voice)).collect(),
            folded_more: if more > 0 { voice.folded_more(more) } else { String::new() },
            next: next(notice, &brand, voice),
        }
    }
}

/// The news in a few words, for the subject.
pub fn news(notice: &IncidentNotice, voice: Voice) -> String {
    let evidence = &notice.evidence;
    let (negative, lasted) = (u64::from(evidence.negative), lasted(evidence));
    match (notice.phase, notice.ending) {
        (IncidentPhase::Start, _) => {
            voice.spreading(evidence.observed.into(), span(evidence.window_hours.into()), usual(evidence.baseline))
        }
        (IncidentPhase::Update, _) => voice.still_spreading(negative, lasted),
        (IncidentPhase::End, Some(IncidentEnding::NewLevel)) => voice.no_longer_unusual(negative, lasted),
        (IncidentPhase::End, Some(IncidentEnding::Revised)) => voice.no_spike().to_owned(),
        (IncidentPhase::End, _) => voice.calm_again(negative, lasted),
    }
}

/// What it is, in a sentence or two.
pub fn lead(notice: &IncidentNotice, brand: &str, voice: Voice) -> String {
    let onset = voice.day_and_time(notice.evidence.onset);
    match (notice.phase, notice.ending) {
        (IncidentPhase::Start, _) => voice.it_begins(brand, &onset),
        (IncidentPhase::Update, _) => voice.it_goes_on(&onset),
        (IncidentPhase::End, Some(IncidentEnding::NewLevel)) => voice.it_is_usual_now(&onset),
        (IncidentPhase::End, Some(IncidentEnding::Revised)) => voice.it_was_none(&onset),
        (IncidentPhase::End, _) if notice.first_mail.is_none() => voice.it_was_missed(&onset),
        (IncidentPhase::End, _) => voice.it_is_over(&onset),
    }
}

fn note(notice: &IncidentNotice, brand: &str, voice: Voice) -> String {
    let is_guess = notice.learning && notice.phase != IncidentPhase::End;
    if is_guess { voice.cold_start(brand) } else { String::new() }
}

fn facts(notice: &IncidentNotice, voice: Voice) -> Vec<Fact> {
    let evidence = &notice.evidence;
    if notice.ending == Some(IncidentEnding::Revised) {
        return Vec::new();
    }
    let [seen, is_usual, chance, in_all, who] = voice.facts();
    let mut facts = Vec::new();
    if notice.phase != IncidentPhase::End {
        let window = span(evidence.window_hours.into());
        let at = voice.clock(evidence.at);
        facts.push(Fact { name: seen, words: voice.seen(evidence.observed.into(), window, &at) });
        facts.push(Fact { name: is_usual, words: voice.usual(usual(evidence.baseline), window) });
        let odds = by_chance(evidence.log10_tail, evidence.window_hours);
        facts.push(Fact { name: chance, words: voice.by_chance(odds) });
    }
    let share = voice.percent(evidence.top_author_share * 100.0);
    facts.push(Fact { name: in_all, words: voice.in_all(evidence.negative.into()) });
    facts.push(Fact { name: who, words: voice.who(evidence.kind, evidence.authors.into(), &share) });
    facts
}

fn folded(notice: &IncidentNotice, voice: Voice) -> String {
    match notice.folded {
        0 => String::new(),
        folded => voice.folded(folded, notice.first_mail.is_none()),
    }
}

/// How many alerts come with it and not by themselves, where they are not shown.
pub fn folded_in_short(notice: &IncidentNotice, voice: Voice) -> String {
    match notice.folded {
        0 => String::new(),
        folded => voice.folded_in_short(folded),
    }
}

fn next(notice: &IncidentNotice, brand: &str, voice: Voice) -> String {
    match notice.phase {
        IncidentPhase::End => voice.one_by_one_again(brand),
        _ => voice.until_it_ends(brand, span(notice.update_after / 3_600)),
    }
}

/// Hours, or days where they are whole and many.
fn span(hours: u64) -> Span {
    match hours {
        48.. if hours.is_multiple_of(24) => Span::Days(hours / 24),
        _ => Span::Hours(hours),
    }
}

/// How long it has lasted, rounded up to hours.
fn lasted(evidence: &IncidentEvidence) -> Span {
    let minutes = (evidence.at - evidence.onset).num_minutes().max(1).unsigned_abs();
    match minutes.div_ceil(60) {
        hours @ 49.. => Span::Days(hours.div_ceil(24)),
        hours => Span::Hours(hours),
    }
}
