//! A digest in words: on top what needs an answer, then what was said, at the end what could not be heard. Silence is called
//! silence only when every source was read. Never longer than what mail programs show whole: where there is too much, the
//! less important stories and brands are left out, and counted. Pure.

mod bars;
mod brand;
mod coverage;

use askama::Template;
use chrono::TimeDelta;

use super::mention::NAME;
use super::phrase::zone;
use super::picture::Picture;
use super::{Attachment, Draft, health};
use crate::deliver::words::Speech;
use crate::deliver::words::score::Part;
use crate::model::Tone;
use crate::model::digest::{ANSWER_HOURS, BarLength, IncidentLine};
use crate::model::incident::IncidentEnding;
use crate::model::notice::{BrandReport, Counts, DigestNotice};
use crate::model::text::one_line;

use brand::Brand;
pub use coverage::{coverage_words, lost_words};

/// Longest page, in bytes: Gmail cuts off what is longer than 102 kB, and other servers may encode it less tightly.
const LONGEST: usize = 96_000;
/// Names of quiet brands that are told.
const QUIET_NAMED: usize = 12;
/// Lines of the table of brands.
const OVERVIEW: usize = 60;
/// Sources of each list at the end.
const SOURCES: usize = 30;

/// How much is shown.
#[derive(Clone, Copy)]
struct Shape {
    /// Brands with a part of their own.
    brands: usize,
    /// Stories of each, those that wait and the others.
    stories: usize,
}

/// From everything to hardly anything; what is still too long shows no brand but in the table of all of them.
const SHAPES: [Shape; 8] = [
    Shape { brands: usize::MAX, stories: usize::MAX },
    Shape { brands: usize::MAX, stories: 30 },
    Shape { brands: usize::MAX, stories: 20 },
    Shape { brands: usize::MAX, stories: 12 },
    Shape { brands: 20, stories: 6 },
    Shape { brands: 10, stories: 6 },
    Shape { brands: 6, stories: 4 },
    Shape { brands: 3, stories: 3 },
];

/// What the templates show.
struct Digest {
    subject: String,
    preheader: String,
    heading: String,
    period: String,
    introduction: Vec<String>,
    notes: Vec<String>,
    overview: Vec<Line>,
    more_brands: String,
    brands: Vec<Brand>,
    quiet: String,
    due: String,
    take_off: String,
    shows_mentions: bool,
    coverage: String,
    unread: Vec<String>,
    recovered: Vec<String>,
    lost: Vec<String>,
    health: Vec<String>,
    attached: String,
    next: String,
    leave: Option<String>,
}

/// A brand in the table of all of them.
struct Line {
    name: String,
    news: String,
    waits: bool,
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
    let speech = speech.in_zone(zone(&notice.time_zone));
    let draw = |shape| {
        let digest = Digest::new(notice, speech, shape);
        let html = Page { speech, subject: &digest.subject, preheader: &digest.preheader, digest: &digest }.to_string();
        (digest, html)
    };
    let (last, larger) = (Shape { brands: 0, stories: 0 }, SHAPES.into_iter());
    let mut drawn = None;
    for shape in larger.filter(|shape| least(notice, *shape) <= LONGEST) {
        let (digest, html) = draw(shape);
        if html.len() <= LONGEST {
            drawn = Some((digest, html));
            break;
        }
    }
    let (digest, html) = drawn.unwrap_or_else(|| draw(last));
    let text = Text { speech, digest: &digest }.to_string();
    let mut attachments = Picture::files(digest.brands.into_iter().filter_map(|brand| brand.chart.picture));
    attachments.extend(notice.list.iter().map(|list| Attachment {
        name: list.file.clone(),
        media_type: "text/csv; charset=utf-8",
        content_id: None,
        bytes: list.csv.clone().into_bytes(),
    }));
    Draft { text, html, subject: digest.subject, attachments }
}

/// Bytes that a page of this shape has at least, so that nobody draws what cannot fit.
fn least(notice: &DigestNotice, shape: Shape) -> usize {
    let busy = notice.brands.iter().filter(|report| !is_quiet(report)).take(shape.brands);
    busy.map(|report| 1_000 + 300 * shape.stories.min(report.mentions.len() + report.waiting.items.len())).sum()
}

impl Digest {
    fn new(notice: &DigestNotice, speech: Speech, shape: Shape) -> Self {
        let DigestNotice { from, to, coverage, .. } = notice;
        let name = one_line(&notice.digest, NAME);
        let several = notice.brands.len() > 1;
        let (busy, quiet): (Vec<&BrandReport>, Vec<&BrandReport>) =
            notice.brands.iter().partition(|report| !several || !is_quiet(report));
        let mut busy = busy;
        busy.sort_by_key(|report| std::cmp::Reverse(weight(report)));
        let overview = busy.iter().take(OVERVIEW).map(|report| Line {
            name: one_line(&report.brand, NAME),
            news: news(std::slice::from_ref(*report), notice, speech),
            waits: report.waiting.total > 0,
        });
        let brands: Vec<Brand> =
            busy.iter().take(shape.brands).map(|report| Brand::new(report, notice, speech, shape.stories)).collect();
        let first = brands.iter().find_map(|brand| brand.waiting.first().map(|wait| &wait.mention).or(brand.first()));
        let mut notes = Vec::new();
        if notice.catches_up {
            notes.push(speech.catches_up().to_owned());
        }
        if !coverage.is_complete() {
            notes.push(format!("{} {}", coverage_words(coverage, speech), speech.named_at_the_end()));
        }
        let waits = brands.iter().any(|brand| !brand.waiting.is_empty());
        Self {
            subject: subject(notice, speech),
            preheader: first.map_or_else(|| coverage_words(coverage, speech), |mention| mention.title.clone()),
            heading: heading(notice, speech),
            period: speech.period(&speech.day_and_time(*from), &speech.day_and_time(*to), speech.zone().name()),
            introduction: if notice.first { speech.introduction(&name).into() } else { Vec::new() },
            notes,
            overview: if several { overview.collect() } else { Vec::new() },
            more_brands: match busy.len().saturating_sub(OVERVIEW) {
                0 => String::new(),
                more => speech.and_more(more as u64),
            },
            quiet: quiet_words(&busy, &quiet, notice, speech),
            due: if waits { speech.due_within(ANSWER_HOURS) } else { String::new() },
            take_off: if waits { format!("mentiond ack --mention {}", speech.number_word()) } else { String::new() },
            shows_mentions: first.is_some(),
            brands,
            coverage: coverage_words(coverage, speech),
            unread: first_of(&coverage.unread, |gap| coverage::unread(gap, speech), speech),
            recovered: first_of(&coverage.recovered, |gap| coverage::recovered(gap, speech), speech),
            lost: first_of(&coverage.lost, |lost| coverage::lost(lost, speech), speech),
            health: first_of(&coverage.health, |change| health::line(change, speech), speech),
            attached: notice
                .list
                .as_ref()
                .map_or_else(String::new, |list| speech.attached(&list.file, Part { of: list.stories, all: list.all })),
            next: match notice.next_at {
                Some(next) => speech.next_digest(&name, &speech.day_and_time(next)),
                None => speech.no_next_digest(&name),
            },
            leave: notice.leave.clone(),
        }
    }
}

/// The first lines of a list about sources, and how many more there are: brands are not to make room for them.
fn first_of<T>(all: &[T], line: impl Fn(&T) -> String, speech: Speech) -> Vec<String> {
    let mut lines: Vec<String> = all.iter().take(SOURCES).map(line).collect();
    if all.len() > lines.len() {
        lines.push(speech.and_more((all.len() - lines.len()) as u64));
    }
    lines
}

/// Whether there is nothing to tell of a brand.
fn is_quiet(report: &BrandReport) -> bool {
    report.metrics.counts.mentions == 0 && report.waiting.total == 0 && report.incidents.is_empty()
}

/// What comes first where there are several.
fn weight(report: &BrandReport) -> (u64, u64, usize, u64, u64) {
    let counts = report.metrics.counts;
    let open = report.incidents.iter().filter(|incident| incident.ended.is_none()).count();
    (report.waiting.overdue, report.waiting.total, open, counts.negative, counts.mentions)
}

/// Which brands were quiet; of a quiet period that there is nothing to do.
fn quiet_words(busy: &[&BrandReport], quiet: &[&BrandReport], notice: &DigestNotice, speech: Speech) -> String {
    if busy.iter().all(|report| is_quiet(report)) {
        return if notice.coverage.is_complete() { speech.quiet().to_owned() } else { String::new() };
    }
    if quiet.is_empty() {
        return String::new();
    }
    let names: Vec<String> = quiet.iter().take(QUIET_NAMED).map(|report| one_line(&report.brand, NAME)).collect();
    let more = (quiet.len() - names.len()) as u64;
    speech.quiet_brands(&speech.list(&names, more))
}

/// Whom it is about, the news, and the days.
pub fn subject(notice: &DigestNotice, speech: Speech) -> String {
    let speech = speech.in_zone(zone(&notice.time_zone));
    format!("{}, {}", heading(notice, speech), days(notice, speech))
}

/// The day that a digest is about, or the first and the last. One that ends at midnight is about the day before.
fn days(notice: &DigestNotice, speech: Speech) -> String {
    let last = speech.day(notice.to - TimeDelta::seconds(1));
    match notice.bars {
        BarLength::Hour => last,
        BarLength::Day | BarLength::Week => {
            // One that ends in the morning is about the days before this one.
            let last = speech.day((notice.to - TimeDelta::hours(12)).max(notice.from));
            speech.days(&speech.day(notice.from), &last)
        }
    }
}

fn heading(notice: &DigestNotice, speech: Speech) -> String {
    let who = match notice.brands.as_slice() {
        [only] => one_line(&only.brand, NAME),
        several => speech.brands(several.len() as u64),
    };
    format!("{who}: {}", news(&notice.brands, notice, speech))
}

/// What waits, what goes on, and how much was said.
fn news(reports: &[BrandReport], notice: &DigestNotice, speech: Speech) -> String {
    let sum = |of: fn(&BrandReport) -> u64| reports.iter().map(of).sum::<u64>();
    let (waiting, overdue) = (sum(|report| report.waiting.total), sum(|report| report.waiting.overdue));
    let open =
        |report: &BrandReport| report.incidents.iter().filter(|incident| incident.ended.is_none()).count() as u64;
    // What was none by what is known now is not over.
    let over =
        |incident: &&IncidentLine| matches!(incident.ended, Some((_, ending)) if ending != IncidentEnding::Revised);
    let ended = |report: &BrandReport| report.incidents.iter().filter(over).count() as u64;
    let (open, ended) = (reports.iter().map(open).sum::<u64>(), reports.iter().map(ended).sum::<u64>());
    let counts = Counts {
        mentions: sum(|report| report.metrics.counts.mentions),
        stories: sum(|report| report.metrics.counts.stories),
        negative: sum(|report| report.metrics.counts.negative),
        ..Counts::default()
    };
    let mut news = Vec::new();
    if waiting > 0 {
        news.push(speech.complaints_wait(waiting));
    }
    if overdue > 0 {
        news.push(speech.over(overdue, ANSWER_HOURS));
    }
    if open > 0 {
        news.push(speech.incidents_go_on(open));
    } else if ended > 0 {
        news.push(speech.incidents_are_over(ended));
    }
    let is_all = news.is_empty();
    match counts.mentions {
        0 if is_all => news.push(speech.unheard(coverage::unheard(&notice.coverage))),
        _ if counts.copies() > 0 => news.push(speech.stories_in_mentions(counts.stories, counts.mentions)),
        mentions => news.push(speech.mentions(mentions)),
    }
    if is_all && counts.mentions > 0 {
        news.push(speech.negative(counts.negative));
    }
    news.join(", ")
}
