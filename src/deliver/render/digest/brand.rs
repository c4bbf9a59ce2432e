//! A brand's part of a digest in words. Pure.

use chrono::Datelike as _;

use super::super::mention::{MentionText, NAME};
use super::super::page::colour;
use super::super::score::{ScoreText, scores, told};
use super::bars::Bars;
use crate::deliver::words::Speech;
use crate::deliver::words::digest::{FewTold, IncidentTold};
use crate::deliver::words::score::Part;
use crate::model::digest::{ANSWER_HOURS, Comparison, Headline, IncidentLine, Recovered, Voice, Worth};
use crate::model::incident::Few;
use crate::model::notice::{BrandReport, Counts, DigestNotice, MentionView};
use crate::model::text::one_line;
use crate::model::view::TITLE;
use crate::model::{Instant, Tone};

/// Characters of the longest bar of the plain text.
const BAR: u64 = 30;

/// Characters of what a story says that waits: enough to know what it is about.
const GIST: usize = 140;

/// One brand.
pub struct Brand {
    pub name: String,
    pub waiting: Vec<Wait>,
    pub more_wait: String,
    pub incidents: Vec<Incident>,
    pub tones: Vec<ToneText>,
    pub scores: Vec<ScoreText>,
    pub compared: String,
    pub chart: Bars,
    pub groups: Vec<Group>,
    pub more: String,
    pub tops: Vec<Top>,
    pub sampled: String,
    pub voice: Vec<VoiceText>,
    pub won_back: Vec<String>,
}

/// A story that needs an answer.
pub struct Wait {
    pub mention: MentionText,
    /// `31 h, 7 h late`.
    pub since: String,
    pub late: bool,
}

/// An incident.
pub struct Incident {
    pub words: String,
    pub open: bool,
    pub first: Option<(String, Option<String>)>,
}

/// Stories that are shown for the same reason.
pub struct Group {
    pub title: &'static str,
    pub mentions: Vec<MentionText>,
    /// Whether a line each is enough.
    pub brief: bool,
}

/// What there is most of.
pub struct Top {
    pub title: &'static str,
    pub items: Vec<(String, String)>,
}

/// How often a tone occurs.
pub struct ToneText {
    pub name: &'static str,
    pub count: u64,
    pub number: String,
    pub before: String,
    /// Percent of all stories, at least 1.
    pub share: u64,
    pub colour: &'static str,
}

/// A brand and its part of what is said of it and its competitors.
pub struct VoiceText {
    pub name: String,
    pub own: bool,
    pub share: String,
    /// Percent, at least 1 where there is anything.
    pub width: u64,
    pub stories: String,
    pub note: String,
}

impl ToneText {
    /// A bar of the plain text; `most` is the number of the most frequent tone.
    pub fn bar(&self, most: &u64) -> String {
        let length = (self.count * BAR).div_ceil((*most).max(BAR));
        "#".repeat(usize::try_from(length).unwrap_or_default())
    }
}

impl Brand {
    /// The brand with so many stories that wait and so many others at most.
    pub fn new(report: &BrandReport, notice: &DigestNotice, speech: Speech, stories: usize) -> Self {
        let counts = report.metrics.counts;
        let before = report.before.as_ref().and_then(Comparison::metrics);
        let groups = groups(report, stories, speech);
        let shown: usize = groups.iter().map(|group| group.mentions.len()).sum();
        let waiting = report.waiting.items.iter().take(stories);
        let waiting: Vec<Wait> = waiting.map(|view| Wait::new(view, notice, speech)).collect();
        // What waits and is not shown is counted there.
        let more = report.more + (report.mentions.len() - shown) as u64;
        let more_wait = report.waiting.total.saturating_sub(waiting.len() as u64);
        Self {
            name: one_line(&report.brand, NAME),
            waiting,
            more_wait: if more_wait > 0 { speech.more_wait(more_wait) } else { String::new() },
            incidents: incidents(report, speech),
            tones: tones(counts, before.map(|before| before.counts), speech),
            scores: if counts.mentions > 0 { scores(&report.metrics, before, speech).into() } else { Vec::new() },
            compared: if counts.mentions > 0 { compared(report, notice, speech) } else { String::new() },
            chart: Bars::new(&report.chart, notice, speech),
            groups,
            more: if more > 0 { speech.more_told(told(&counts), more) } else { String::new() },
            tops: tops(report, speech),
            sampled: match report.tops.sample {
                Some(of) => speech.sampled(Part { of, all: counts.stories }),
                None => String::new(),
            },
            voice: voice(&report.voice, report, speech),
            won_back: report.recovered.iter().map(|recovered| won_back(recovered, notice, speech)).collect(),
        }
    }

    /// The number of the most frequent tone.
    pub fn most(&self) -> u64 {
        self.tones.iter().map(|tone| tone.count).max().unwrap_or_default()
    }

    /// The first story that is shown.
    pub fn first(&self) -> Option<&MentionText> {
        self.groups.iter().find_map(|group| group.mentions.first())
    }
}

/// The incidents, and behind them what was none since too few people wrote.
fn incidents(report: &BrandReport, speech: Speech) -> Vec<Incident> {
    let told = report.incidents.iter().map(|incident| Incident::new(incident, speech));
    told.chain(report.few.iter().map(|few| Incident::none(few, speech))).collect()
}

impl Wait {
    fn new(view: &MentionView, notice: &DigestNotice, speech: Speech) -> Self {
        // A time to come is one that a source has made up.
        let since = view.published_at.map_or(view.found_at, |published| published.min(view.found_at));
        let hours = (notice.to - since).num_hours().max(0);
        let mention = MentionText::new(view, speech);
        Self {
            mention: MentionText { snippet: one_line(&mention.snippet, GIST), ..mention },
            since: speech.waits(hours, ANSWER_HOURS),
            late: hours >= ANSWER_HOURS,
        }
    }
}

impl Incident {
    fn new(line: &IncidentLine, speech: Speech) -> Self {
        let onset = speech.day_and_time(line.onset);
        let ended = line.ended.map(|(ended, ending)| (speech.day_and_time(ended), ending));
        let told = IncidentTold {
            onset: &onset,
            ended: ended.as_ref().map(|(ended, ending)| (ended.as_str(), *ending)),
            negative: line.negative.into(),
            authors: line.authors.into(),
        };
        Self {
            words: speech.incident(told),
            open: line.ended.is_none(),
            first: line.first.as_ref().map(|first| (speech.it_began_with(&headline(first, speech)), link(first))),
        }
    }

    /// What was none.
    fn none(few: &Few, speech: Speech) -> Self {
        let share = speech.percent((few.top_author_share * 100.0).round());
        let told = FewTold {
            stories: few.stories.into(),
            hours: few.window_hours.into(),
            until: &speech.day_and_time(few.at),
            authors: few.authors.into(),
            share: &share,
            as_usual: few.authors > 2 && f64::from(few.authors) < 2.0 * few.usual_authors,
        };
        Self { words: speech.too_few(told), open: false, first: None }
    }
}

/// What was erased has no title.
fn headline(headline: &Headline, speech: Speech) -> String {
    let title = one_line(&headline.title, TITLE);
    if title.is_empty() { speech.untitled().to_owned() } else { title }
}

fn link(headline: &Headline) -> Option<String> {
    headline.url.as_deref().and_then(super::super::mention::link)
}

/// The stories by the reason for which they are shown; those of a notice that does not know the reasons in one.
fn groups(report: &BrandReport, most: usize, speech: Speech) -> Vec<Group> {
    let mut left = report.mentions.iter().take(most);
    let mut groups: Vec<Group> = Vec::new();
    for (worth, number) in &report.worth {
        let number = usize::try_from(*number).unwrap_or(usize::MAX);
        let mentions: Vec<MentionText> =
            left.by_ref().take(number).map(|view| MentionText::new(view, speech)).collect();
        if !mentions.is_empty() {
            groups.push(Group { title: speech.worth(*worth), mentions, brief: *worth == Worth::Other });
        }
    }
    let others: Vec<MentionText> = left.map(|view| MentionText::new(view, speech)).collect();
    if !others.is_empty() {
        groups.push(Group { title: "", mentions: others, brief: false });
    }
    groups
}

fn tones(counts: Counts, before: Option<Counts>, speech: Speech) -> Vec<ToneText> {
    let numbers = |counts: Counts| [counts.negative, counts.neutral, counts.positive, counts.unscored];
    let all: u64 = numbers(counts).iter().sum::<u64>().max(1);
    let earlier: [Option<u64>; 4] = before.map_or([None; 4], |before| numbers(before).map(Some));
    Tone::ALL
        .into_iter()
        .zip(numbers(counts))
        .zip(earlier)
        .map(|((tone, count), before)| ToneText {
            name: speech.tone(tone),
            count,
            number: speech.grouped(count),
            before: before.map(|before| speech.before(&speech.grouped(before))).unwrap_or_default(),
            share: (count * 100 / all).max(1),
            colour: colour(tone),
        })
        .collect()
}

fn compared(report: &BrandReport, notice: &DigestNotice, speech: Speech) -> String {
    match &report.before {
        None => String::new(),
        Some(Comparison::Before { from, unread, metrics }) => {
            let with = speech.compared_with(&speech.day_and_time(*from), &speech.day_and_time(notice.from), *unread);
            if metrics.counts.forgotten { format!("{with} {}", speech.no_strength_before()) } else { with }
        }
        Some(Comparison::Forgotten { until }) => speech.comparison_forgotten(&speech.day_and_time(*until)),
        Some(Comparison::TooYoung { since }) => {
            speech.not_compared(since.map(|since| speech.day_and_time(since)).as_deref())
        }
    }
}

fn tops(report: &BrandReport, speech: Speech) -> Vec<Top> {
    let [keywords, authors, hashtags, sources] = speech.top_names();
    let item = |(name, number): &(String, u64)| (one_line(name, NAME), speech.grouped(*number));
    let tag = |(name, number): &(String, u64)| (format!("#{}", one_line(name, NAME)), speech.grouped(*number));
    let tops = [
        Top { title: keywords, items: report.tops.keywords.iter().map(item).collect() },
        Top { title: authors, items: report.top_authors.iter().map(item).collect() },
        Top { title: hashtags, items: report.tops.hashtags.iter().map(tag).collect() },
        Top { title: sources, items: report.top_sources.iter().map(item).collect() },
    ];
    tops.into_iter().filter(|top| !top.items.is_empty()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn voice(voices: &[Voice], report: &BrandReport, speech: Speech) -> Vec<VoiceText> {
    let all: u64 = voices.iter().map(|voice| voice.stories).sum();
    let all_before: Option<u64> = voices.iter().map(|voice| voice.before).sum();
    let share = |part: u64, all: u64| if all > 0 { part as f64 * 100.0 / all as f64 } else { 0.0 };
    let text = |voice: &Voice| VoiceText {
        name: one_line(&voice.brand, NAME),
        own: voice.brand == report.brand,
        share: speech.percent(share(voice.stories, all)),
        width: if voice.stories > 0 { (voice.stories * 100 / all.max(1)).max(1) } else { 0 },
        stories: speech.stories(voice.stories),
        note: match (voice.since, voice.before, all_before) {
            (Some(since), _, _) => speech.watched_since(&speech.day_and_time(since)),
            (None, Some(before), Some(all)) if all > 0 => speech.before(&speech.percent(share(before, all))),
            _ => String::new(),
        },
    };
    voices.iter().map(text).collect()
}

fn won_back(recovered: &Recovered, notice: &DigestNotice, speech: Speech) -> String {
    let author = one_line(&recovered.author, NAME);
    let year = |at: Instant| at.with_timezone(&speech.zone()).year();
    let when = if year(recovered.complained_at) == year(notice.to) {
        speech.day(recovered.complained_at)
    } else {
        speech.day_and_time(recovered.complained_at)
    };
    speech.won_back_author(
        &author,
        &when,
        &headline(&recovered.complaint, speech),
        &headline(&recovered.praise, speech),
    )
}
