//! A digest in words: what was said, and what could not be heard. Silence is called silence only when every source was
//! read. Pure.

use askama::Template;

use super::mention::{MentionText, NAME};
use super::page::colour;
use super::phrase::zone;
use super::score::{ScoreText, scores, told};
use super::{Draft, health};
use crate::deliver::words::Speech;
use crate::model::Tone;
use crate::model::notice::{BrandReport, Counts, Coverage, DigestNotice, Gap};
use crate::model::text::one_line;

/// Most characters of the reason of a gap.
const REASON: usize = 200;
/// Characters of the longest bar of the plain text.
const BAR: u64 = 30;

/// What the templates show.
struct Digest {
    subject: String,
    preheader: String,
    heading: String,
    period: String,
    catches_up: bool,
    warning: String,
    brands: Vec<Brand>,
    coverage: String,
    unread: Vec<String>,
    recovered: Vec<String>,
    health: Vec<String>,
    next: String,
}

/// One brand.
struct Brand {
    name: String,
    summary: String,
    tones: Vec<ToneText>,
    scores: [ScoreText; 4],
    mentions: Vec<MentionText>,
    more: String,
    sources: Vec<Top>,
    authors: Vec<Top>,
}

/// A source or an author, and how many mentions came from there.
struct Top {
    name: String,
    mentions: String,
}

/// How often a tone occurs.
struct ToneText {
    tone: Tone,
    count: u64,
    /// Percent of all mentions, at least 1.
    share: u64,
    colour: &'static str,
}

impl ToneText {
    /// A bar of the plain text; `most` is the number of the most frequent tone.
    fn bar(&self, most: &u64) -> String {
        let length = (self.count * BAR).div_ceil((*most).max(BAR));
        "#".repeat(usize::try_from(length).unwrap_or_default())
    }
}

#[derive(Template)]
#[template(path = "digest.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    speech: Speech,
    digest: &'a Digest,
}

#[derive(Template)]
#[template(path = "digest.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    speech: Speech,
    subject: &'a str,
    preheader: &'a str,
    digest: &'a Digest,
}

pub fn render(notice: &DigestNotice, speech: Speech) -> Draft {
    let digest = Digest::new(notice, speech);
    let html = Page { speech, subject: &digest.subject, preheader: &digest.preheader, digest: &digest }.to_string();
    Draft { text: Text { speech, digest: &digest }.to_string(), html, subject: digest.subject, attachments: Vec::new() }
}

impl Digest {
    fn new(notice: &DigestNotice, speech: Speech) -> Self {
        let speech = speech.in_zone(zone(&notice.time_zone));
        let DigestNotice { from, to, coverage, .. } = notice;
        let heading = heading(notice, speech);
        let name = one_line(&notice.digest, NAME);
        let brands: Vec<Brand> = notice.brands.iter().map(|report| Brand::new(report, coverage, speech)).collect();
        let worst = brands.iter().find_map(|brand| brand.mentions.first()).map(|mention| mention.title.clone());
        Self {
            subject: subject(notice, speech),
            preheader: worst.unwrap_or_else(|| coverage_words(coverage, speech)),
            heading,
            period: format!(
                "{} to {} ({})",
                speech.day_and_time(*from),
                speech.day_and_time(*to),
                speech.zone().name()
            ),
            catches_up: notice.catches_up,
            warning: if coverage.is_complete() { String::new() } else { coverage_words(coverage, speech) },
            brands,
            coverage: coverage_words(coverage, speech),
            unread: coverage.unread.iter().map(|gap| unread(gap, speech)).collect(),
            recovered: coverage.recovered.iter().map(|gap| recovered(gap, speech)).collect(),
            health: coverage.health.iter().map(|change| health::line(change, speech)).collect(),
            next: match notice.next_at {
                Some(next) => format!("The next digest “{name}” comes on {}.", speech.day_and_time(next)),
                None => format!("No further digest “{name}” is scheduled."),
            },
        }
    }

    fn shows_mentions(&self) -> bool {
        self.brands.iter().any(|brand| !brand.mentions.is_empty())
    }

    /// What is in front of the parts of each brand is needed only where there are several.
    fn is_about_one(&self) -> bool {
        self.brands.len() == 1
    }
}

impl Brand {
    fn new(report: &BrandReport, coverage: &Coverage, speech: Speech) -> Self {
        let counts = report.metrics.counts;
        let top = |tops: &[(String, u64)]| {
            tops.iter()
                .map(|(name, number)| Top { name: one_line(name, NAME), mentions: speech.grouped(*number) })
                .collect()
        };
        Self {
            name: one_line(&report.brand, NAME),
            summary: summary(counts, coverage, speech),
            tones: tones(counts),
            scores: scores(&report.metrics, speech),
            mentions: report.mentions.iter().map(|view| MentionText::new(view, speech)).collect(),
            more: match report.more {
                0 => String::new(),
                1 => format!("1 more {} is not shown.", told(&counts, 1)),
                more => format!("{} more {} are not shown.", speech.grouped(more), told(&counts, more)),
            },
            sources: top(&report.top_sources),
            authors: top(&report.top_authors),
        }
    }

    /// The number of the most frequent tone.
    fn most(&self) -> u64 {
        self.tones.iter().map(|tone| tone.count).max().unwrap_or_default()
    }
}

/// Whom it is about, how much was said, and on which day. A digest that ends at midnight is about the day before.
pub fn subject(notice: &DigestNotice, speech: Speech) -> String {
    let last_day = speech.in_zone(zone(&notice.time_zone)).day(notice.to - chrono::TimeDelta::seconds(1));
    format!("{}, {last_day}", heading(notice, speech))
}

fn heading(notice: &DigestNotice, speech: Speech) -> String {
    let all = || notice.brands.iter().map(|report| report.metrics.counts);
    let counts = Counts {
        mentions: all().map(|counts| counts.mentions).sum(),
        stories: all().map(|counts| counts.stories).sum(),
        negative: all().map(|counts| counts.negative).sum(),
        ..Counts::default()
    };
    let who = match notice.brands.as_slice() {
        [only] => one_line(&only.brand, NAME),
        several => speech.brands(several.len() as u64),
    };
    format!("{who}: {}", summary(counts, &notice.coverage, speech))
}

fn summary(counts: Counts, coverage: &Coverage, speech: Speech) -> String {
    let mentions = speech.mentions(counts.mentions);
    let mentions = match counts.copies() {
        0 => mentions,
        _ => format!("{} in {mentions}", speech.stories(counts.stories)),
    };
    match (counts.mentions, counts.negative) {
        (0, _) if coverage.is_complete() => "nothing was said".to_owned(),
        (0, _) if coverage.sources == 0 => "no mentions found; there are no sources".to_owned(),
        (0, _) if !coverage.unread.is_empty() => {
            format!("no mentions found; {} not read", speech.sources_were(coverage.unread.len() as u64))
        }
        (0, _) if coverage.recovered.is_empty() => {
            format!("no mentions found; {}", speech.sources_are_silent(coverage.silent()))
        }
        (0, _) => "no mentions found; not everything was read all the time".to_owned(),
        (_, 0) => format!("{mentions}, none negative"),
        (_, negative) => format!("{mentions}, {} negative", speech.grouped(negative)),
    }
}

fn tones(counts: Counts) -> Vec<ToneText> {
    let numbers = [counts.negative, counts.neutral, counts.positive, counts.unscored];
    let tones = Tone::ALL.into_iter().zip(numbers);
    let all: u64 = numbers.iter().sum::<u64>().max(1);
    tones
        .map(|(tone, count)| ToneText { tone, count, share: (count * 100 / all).max(1), colour: colour(tone) })
        .collect()
}

/// What was read and what was not, and that a source which was read may be silent for no good reason.
pub fn coverage_words(coverage: &Coverage, speech: Speech) -> String {
    let read = reading_words(coverage, speech);
    let explained = "showed nothing new for longer than";
    match coverage.silent() {
        0 => read,
        1 => format!("{read} {}: it was read, but {explained} its rhythm explains.", speech.sources_are_silent(1)),
        many => format!(
            "{read} {}: they were read, but {explained} their rhythm explains.",
            speech.sources_are_silent(many)
        ),
    }
}

fn reading_words(coverage: &Coverage, speech: Speech) -> String {
    let all = speech.sources(coverage.sources);
    match (coverage.sources, coverage.unread.len() as u64) {
        (0, _) => "There are no sources, so nothing could be heard.".to_owned(),
        (1, 0) if coverage.recovered.is_empty() => "The only source was read.".to_owned(),
        (1, 0) => "The only source was read, but not all the time.".to_owned(),
        (_, 0) if coverage.recovered.is_empty() => format!("All {all} were read."),
        (_, 0) => format!("All {all} were read, but not all the time."),
        (sources, unread) if unread >= sources && coverage.unread.iter().any(|gap| gap.since.is_some()) => {
            let none = if sources == 1 { "The only source".to_owned() } else { format!("None of the {all}") };
            let was = if sources == 1 { "was not read" } else { "was read" };
            format!("{none} {was} to the end, so more may have been said.")
        }
        (sources, unread) if unread >= sources => {
            format!("Nothing could be heard: {} not read.", speech.sources_were(unread))
        }
        (_, 1) => format!("1 of {all} was not read, so more may have been said."),
        (_, unread) => format!("{} of {all} were not read, so more may have been said.", speech.grouped(unread)),
    }
}

fn unread(gap: &Gap, speech: Speech) -> String {
    let source = one_line(&gap.source, NAME);
    let since = gap
        .since
        .map_or_else(|| "never read yet".to_owned(), |since| format!("not read since {}", speech.day_and_time(since)));
    with_reason(format!("{source}: {since}"), gap)
}

fn recovered(gap: &Gap, speech: Speech) -> String {
    let source = one_line(&gap.source, NAME);
    let since = gap.since.map(|since| format!("not read from {}", speech.day_and_time(since)));
    let until = gap.until.map(|until| format!("read again since {}", speech.day_and_time(until)));
    let times: Vec<String> = [since, until].into_iter().flatten().collect();
    with_reason(format!("{source}: {}", times.join(", ")), gap)
}

fn with_reason(words: String, gap: &Gap) -> String {
    let reason = one_line(&gap.reason, REASON);
    if reason.is_empty() { words } else { format!("{words} ({reason})") }
}
