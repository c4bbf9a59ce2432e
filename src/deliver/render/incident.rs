//! An incident in words: what spreads, how unusual that is, who writes it, how it began, which stories drive it, and what
//! comes next. The news stand in the subject. Pure.

use askama::Template;

use super::chart::Chart;
use super::mention::{MentionText, NAME};
use super::odds::{by_chance, usual};
use super::picture::Picture;
use super::{Draft, escalation};
use crate::deliver::words::Speech;
use crate::deliver::words::incident::{Seen, Span};
use crate::model::incident::{IncidentCount, IncidentEnding, IncidentEvidence, IncidentPhase};
use crate::model::notice::IncidentNotice;
use crate::model::text::one_line;

/// What the templates show.
struct Mail {
    subject: String,
    preheader: String,
    heading: String,
    lead: String,
    told: String,
    note: String,
    facts: Vec<Fact>,
    chart: Chart,
    first: Option<MentionText>,
    stories: Vec<MentionText>,
    folded: String,
    folded_items: Vec<MentionText>,
    folded_more: String,
    next: String,
    taken: String,
    acknowledge: Option<String>,
}

/// A line of the table.
struct Fact {
    name: &'static str,
    words: String,
}

#[derive(Template)]
#[template(path = "incident.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    speech: Speech,
    incident: &'a Mail,
}

#[derive(Template)]
#[template(path = "incident.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    speech: Speech,
    subject: &'a str,
    preheader: &'a str,
    incident: &'a Mail,
}

/// `acknowledge` is where the recipient says that somebody takes care of it.
pub fn render(notice: &IncidentNotice, speech: Speech, acknowledge: Option<&str>) -> Draft {
    let mail = Mail { acknowledge: acknowledge.map(str::to_owned), ..Mail::new(notice, speech) };
    let html = Page { speech, subject: &mail.subject, preheader: &mail.preheader, incident: &mail }.to_string();
    let text = Text { speech, incident: &mail }.to_string();
    let attachments = Picture::files(mail.chart.picture);
    Draft { text, html, subject: mail.subject, attachments }
}

impl Mail {
    fn new(notice: &IncidentNotice, speech: Speech) -> Self {
        let brand = one_line(&notice.brand, NAME);
        let news = news(notice, speech);
        let first = notice.first.as_ref().map(|first| MentionText::new(first, speech));
        let others =
            notice.stories.iter().filter(|story| notice.first.as_ref().is_none_or(|first| first.id != story.id));
        let more = notice.folded.saturating_sub(notice.folded_items.len() as u64);
        Self {
            subject: format!("{brand}: {news}"),
            preheader: first.as_ref().map(|first| speech.it_began_with(&first.title)).unwrap_or_default(),
            heading: format!("{brand}: {news}"),
            lead: lead(notice, &brand, speech),
            told: told(notice, speech),
            note: note(notice, &brand, speech),
            facts: facts(notice, speech),
            chart: Chart::new(notice, speech),
            first,
            stories: others.map(|story| MentionText::new(story, speech)).collect(),
            folded: folded(notice, speech),
            folded_items: notice.folded_items.iter().map(|item| MentionText::new(&item.mention, speech)).collect(),
            folded_more: if more > 0 { speech.folded_more(more) } else { String::new() },
            next: next(notice, &brand, speech),
            taken: taken(notice, speech),
            acknowledge: None,
        }
    }
}

/// The news in a few words, for the subject.
pub fn news(notice: &IncidentNotice, speech: Speech) -> String {
    let evidence = &notice.evidence;
    let (negative, lasted) = (u64::from(evidence.negative), lasted(evidence));
    match (notice.phase, notice.ending) {
        (IncidentPhase::Start, _) => {
            let IncidentCount { observed, expected, .. } = evidence.counts.negative_stories;
            speech.spreading(observed.into(), span(evidence.window_hours.into()), usual(expected))
        }
        (IncidentPhase::Update, _) if evidence.faster => {
            let observed = evidence.counts.negative_stories.observed;
            speech.spreading_faster(observed.into(), span(evidence.window_hours.into()))
        }
        (IncidentPhase::Update, _) => speech.still_spreading(negative, lasted),
        (IncidentPhase::End, Some(IncidentEnding::NewLevel)) => speech.no_longer_unusual(negative, lasted),
        (IncidentPhase::End, Some(IncidentEnding::Revised)) => speech.no_spike().to_owned(),
        (IncidentPhase::End, _) => speech.calm_again(negative, lasted),
    }
}

/// What it is, in a sentence or two.
pub fn lead(notice: &IncidentNotice, brand: &str, speech: Speech) -> String {
    let onset = speech.day_and_time(notice.evidence.onset);
    match (notice.phase, notice.ending) {
        (IncidentPhase::Start, _) => speech.it_begins(brand, &onset, notice.evidence.talk),
        (IncidentPhase::Update, _) if notice.evidence.faster => speech.it_spreads_faster(&onset),
        (IncidentPhase::Update, _) => speech.it_goes_on(&onset),
        (IncidentPhase::End, Some(IncidentEnding::NewLevel)) => speech.it_is_usual_now(&onset),
        (IncidentPhase::End, Some(IncidentEnding::Revised)) => speech.it_was_none(&onset),
        (IncidentPhase::End, _) if notice.first_mail.is_none() => speech.it_was_missed(&onset),
        (IncidentPhase::End, _) => speech.it_is_over(&onset),
    }
}

/// To whom it was written before, where nobody has acknowledged it since.
pub fn told(notice: &IncidentNotice, speech: Speech) -> String {
    notice.told_before.as_deref().map(|told| escalation::lead(told, speech)).unwrap_or_default()
}

fn note(notice: &IncidentNotice, brand: &str, speech: Speech) -> String {
    let is_guess = notice.learning && notice.phase != IncidentPhase::End;
    if is_guess { speech.cold_start(brand) } else { String::new() }
}

fn facts(notice: &IncidentNotice, speech: Speech) -> Vec<Fact> {
    let evidence = &notice.evidence;
    if notice.ending == Some(IncidentEnding::Revised) {
        return Vec::new();
    }
    let [seen, is_usual, chance, authors, who, all_tones, in_all] = speech.facts();
    let share = speech.percent(evidence.top_author_share * 100.0);
    let writing = Fact { name: who, words: speech.who(evidence.kind, &share) };
    let whole = Fact { name: in_all, words: speech.in_all(evidence.negative.into(), evidence.authors.into()) };
    if notice.phase == IncidentPhase::End {
        return vec![whole, writing];
    }
    let window = span(evidence.window_hours.into());
    let at = speech.clock(evidence.at);
    let counts = &evidence.counts;
    let beside = |count: &IncidentCount| Seen {
        number: count.observed.into(),
        usual: usual(count.expected),
        chance: by_chance(count.log10_tail, evidence.window_hours),
    };
    let negative = beside(&counts.negative_stories);
    let all = speech.all_tones(beside(&counts.all_stories), beside(&counts.all_authors), evidence.talk);
    vec![
        Fact { name: seen, words: speech.seen(negative.number, window, &at) },
        Fact { name: is_usual, words: speech.usual(negative.usual, window) },
        Fact { name: chance, words: speech.by_chance(negative.chance) },
        Fact { name: authors, words: speech.people(beside(&counts.negative_authors)) },
        writing,
        Fact { name: all_tones, words: all },
        whole,
    ]
}

fn folded(notice: &IncidentNotice, speech: Speech) -> String {
    match notice.folded {
        0 => String::new(),
        folded => speech.folded(folded, notice.first_mail.is_none()),
    }
}

/// How many alerts come with it and not by themselves, where they are not shown.
pub fn folded_in_short(notice: &IncidentNotice, speech: Speech) -> String {
    match notice.folded {
        0 => String::new(),
        folded => speech.folded_in_short(folded),
    }
}

/// Who takes care of it, unless it is over.
fn taken(notice: &IncidentNotice, speech: Speech) -> String {
    let taken = notice.taken.as_ref().filter(|taken| notice.phase != IncidentPhase::End && !taken.recipient.is_empty());
    taken
        .map(|taken| speech.takes_care_since(&one_line(&taken.recipient, NAME), &speech.time(taken.at)))
        .unwrap_or_default()
}

fn next(notice: &IncidentNotice, brand: &str, speech: Speech) -> String {
    match notice.phase {
        IncidentPhase::End => speech.one_by_one_again(brand),
        _ => {
            let again = (!notice.acknowledged).then(|| span(notice.update_after / 3_600));
            speech.until_it_ends(brand, again)
        }
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
