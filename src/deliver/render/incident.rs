//! An incident in words: what spreads, how unusual that is, who writes it, how it began, which stories drive it, and what
//! comes next. The news stand in the subject. Pure.

use askama::Template;
use chrono_tz::Tz;

use super::Draft;
use super::chart::Chart;
use super::mention::{MentionText, NAME};
use super::odds::{by_chance, usual};
use super::phrase::{count, day_and_time, grouped, percent};
use super::picture::Picture;
use crate::model::Instant;
use crate::model::incident::{IncidentEnding, IncidentEvidence, IncidentKind, IncidentPhase};
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
    incident: &'a Mail,
}

#[derive(Template)]
#[template(path = "incident.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    subject: &'a str,
    preheader: &'a str,
    incident: &'a Mail,
}

pub fn render(notice: &IncidentNotice, zone: Tz) -> Draft {
    let mail = Mail::new(notice, zone);
    let html = Page { subject: &mail.subject, preheader: &mail.preheader, incident: &mail }.to_string();
    let text = Text { incident: &mail }.to_string();
    let attachments = mail.chart.picture.into_iter().map(Picture::into_file).collect();
    Draft { text, html, subject: mail.subject, attachments }
}

impl Mail {
    fn new(notice: &IncidentNotice, zone: Tz) -> Self {
        let brand = one_line(&notice.brand, NAME);
        let news = news(notice);
        let first = notice.first.as_ref().map(|first| MentionText::new(first, zone));
        let others =
            notice.stories.iter().filter(|story| notice.first.as_ref().is_none_or(|first| first.id != story.id));
        let more = notice.folded.saturating_sub(notice.folded_items.len() as u64);
        Self {
            subject: format!("{brand}: {news}"),
            preheader: first.as_ref().map(|first| format!("It began with: {}", first.title)).unwrap_or_default(),
            heading: format!("{brand}: {news}"),
            lead: lead(notice, &brand, zone),
            note: note(notice, &brand),
            facts: facts(notice, zone),
            chart: Chart::new(notice, zone),
            first,
            stories: others.map(|story| MentionText::new(story, zone)).collect(),
            folded: folded(notice),
            folded_items: notice.folded_items.iter().map(|item| MentionText::new(&item.mention, zone)).collect(),
            folded_more: if more > 0 {
                format!("and {} more; “mentiond status” lists the latest.", grouped(more))
            } else {
                String::new()
            },
            next: next(notice, &brand),
        }
    }
}

/// The news in a few words, for the subject.
pub fn news(notice: &IncidentNotice) -> String {
    let evidence = &notice.evidence;
    let stories = count(u64::from(evidence.negative), "negative story", "negative stories");
    match (notice.phase, notice.ending) {
        (IncidentPhase::Start, _) => format!(
            "negative stories spread, {} in {} where {} usual",
            grouped(u64::from(evidence.observed)),
            hours(evidence.window_hours),
            usual(evidence.baseline)
        ),
        (IncidentPhase::Update, _) => format!("still spreading, {stories} in {}", lasted(evidence)),
        (IncidentPhase::End, Some(IncidentEnding::NewLevel)) => {
            format!("no longer unusual, {stories} in {}", lasted(evidence))
        }
        (IncidentPhase::End, Some(IncidentEnding::Revised)) => "the negative stories are no spike after all".to_owned(),
        (IncidentPhase::End, _) => format!("calm again, {stories} in {}", lasted(evidence)),
    }
}

/// What it is, in a sentence or two.
pub fn lead(notice: &IncidentNotice, brand: &str, zone: Tz) -> String {
    let evidence = &notice.evidence;
    let onset = day_and_time(evidence.onset, zone);
    match (notice.phase, notice.ending) {
        (IncidentPhase::Start, _) => format!("More people than usual speak badly of {brand}. It began on {onset}."),
        (IncidentPhase::Update, _) => format!("It began on {onset} and goes on."),
        (IncidentPhase::End, Some(IncidentEnding::NewLevel)) => format!(
            "It began on {onset} and has lasted for so long that mentiond takes this for the usual level from now on. If \
             it rises further, you will hear of it."
        ),
        (IncidentPhase::End, Some(IncidentEnding::Revised)) => format!(
            "What was told as a spike that began on {onset} is none by what is known now: tones were corrected, or the \
             configuration was changed."
        ),
        (IncidentPhase::End, _) if notice.first_mail.is_none() => format!(
            "Negative stories spread from {onset} on while mentiond was not there to see it. The numbers are usual again."
        ),
        (IncidentPhase::End, _) => format!("It began on {onset}. The numbers are usual again."),
    }
}

fn note(notice: &IncidentNotice, brand: &str) -> String {
    if !notice.learning || notice.phase == IncidentPhase::End {
        return String::new();
    }
    format!(
        "A cold start: mentiond does not know {brand} well yet, for want of two weeks and twenty stories. What is usual \
         is a first guess, so look at the stories before you act on the numbers."
    )
}

fn facts(notice: &IncidentNotice, zone: Tz) -> Vec<Fact> {
    let evidence = &notice.evidence;
    let mut facts = Vec::new();
    if notice.ending == Some(IncidentEnding::Revised) {
        return facts;
    }
    if notice.phase != IncidentPhase::End {
        let (window, at) = (hours(evidence.window_hours), clock(evidence.at, zone));
        let seen = count(u64::from(evidence.observed), "negative story", "negative stories");
        facts.push(Fact { name: "Seen", words: format!("{seen} within {window}, until {at}") });
        facts.push(Fact {
            name: "Usual",
            words: format!("{} usual in {window} at this time of the week", usual(evidence.baseline)),
        });
        facts.push(Fact { name: "By chance", words: by_chance(evidence.log10_tail, evidence.window_hours) });
    }
    let stories = count(u64::from(evidence.negative), "negative story", "negative stories");
    facts.push(Fact { name: "In all", words: format!("{stories} since the first one; copies are not counted") });
    facts.push(Fact { name: "Who", words: who(evidence) });
    facts
}

/// Whether many speak, or a few a lot.
fn who(evidence: &IncidentEvidence) -> String {
    let authors = count(u64::from(evidence.authors), "author", "authors");
    let share = percent(evidence.top_author_share * 100.0);
    match evidence.kind {
        IncidentKind::BroadWave => format!("a broad wave: {authors}, of whom none wrote more than {share}"),
        IncidentKind::Brigade => {
            format!("few people who write a lot: {authors}, of whom the most frequent one wrote {share}")
        }
        IncidentKind::RepeatPoster => {
            format!("one person writes most of it: {share} are by the same author, of {authors} in all")
        }
    }
}

fn folded(notice: &IncidentNotice) -> String {
    let alerts = count(notice.folded, "alert", "alerts");
    match (notice.folded, notice.first_mail.is_none()) {
        (0, _) => String::new(),
        (_, true) => format!("{alerts}, told here and not one by one:"),
        (_, false) => format!("Since the last of these mails {} more, not mailed one by one:", alerts),
    }
}

/// How many alerts come with it and not by themselves, where they are not shown.
pub fn folded_in_short(notice: &IncidentNotice) -> String {
    match notice.folded {
        0 => String::new(),
        folded => {
            format!("{} are not told one by one: `mentiond status` lists them.", count(folded, "alert", "alerts"))
        }
    }
}

fn next(notice: &IncidentNotice, brand: &str) -> String {
    if notice.phase == IncidentPhase::End {
        return format!("Alerts about {brand} are mailed one by one again.");
    }
    let again = hours(u32::try_from(notice.update_after / 3_600).unwrap_or(u32::MAX));
    format!(
        "You will hear of it again when the number has doubled, after {again} if it goes on, and when it is over. Until then \
         single alerts about {brand} come with these mails; urgent ones are still mailed at once."
    )
}

/// `1 hour`, `3 hours`, `2 days`.
fn hours(hours: u32) -> String {
    match hours {
        48.. if hours.is_multiple_of(24) => count(u64::from(hours / 24), "day", "days"),
        _ => count(u64::from(hours), "hour", "hours"),
    }
}

/// How long it has lasted, rounded up to hours.
fn lasted(evidence: &IncidentEvidence) -> String {
    let minutes = (evidence.at - evidence.onset).num_minutes().max(1);
    let whole = u32::try_from((minutes + 59) / 60).unwrap_or(u32::MAX);
    match whole {
        49.. => count(u64::from(whole.div_ceil(24)), "day", "days"),
        _ => count(u64::from(whole), "hour", "hours"),
    }
}

/// `14:20 CET`.
fn clock(at: Instant, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M %Z").to_string()
}
