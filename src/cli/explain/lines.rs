//! A mention's way in words. Pure.

use chrono_tz::Tz;

use super::report::{Both, Found, Judged, Report};
use super::today::Decision;
use super::told::{Attempt, Fate, Held, Notice, Recipient};
use crate::cli::words::count;
use crate::model::incident::Few;
use crate::model::text::one_line;
use crate::model::{Gravity, HoldReason, Instant};
use crate::store::COPY_OF_STORY;

/// Characters of a title, a text that was found, a comment, an error.
const TITLE: usize = 100;
const TEXT: usize = 60;
const COMMENT: usize = 200;
/// Hits, tone words and mentions of a story that are shown; `--json` has all.
const SHOWN: usize = 12;

/// The lines.
pub fn of(report: &Report, zone: Tz) -> Vec<String> {
    let time = |at: Instant| at.with_timezone(&zone).format("%-d %b %Y, %H:%M:%S %Z").to_string();
    let mut lines = head(report, &time);
    part(&mut lines, "Query", query(report));
    part(&mut lines, "Tone", tone(report, &time));
    part(&mut lines, "Severity", severity(&report.severity));
    part(&mut lines, "Story", story(report, &time));
    part(&mut lines, "Incident", report.few_authors.iter().map(Few::words).collect());
    part(&mut lines, "Rules", decision(report, &time));
    part(&mut lines, "Routes", routes(report));
    part(&mut lines, "Told", told(report, &time));
    part(&mut lines, "Notices", report.notices.iter().flat_map(|one| notice(one, &time)).collect());
    if report.decision.recorded.rule.is_some() {
        part(&mut lines, "Acknowledged", vec![acknowledged(report, &time)]);
    }
    lines
}

fn part(lines: &mut Vec<String>, name: &str, told: Vec<String>) {
    if !told.is_empty() {
        lines.push(name.to_owned());
        lines.extend(told.into_iter().map(|line| format!("  {line}")));
    }
}

fn head(report: &Report, time: &impl Fn(Instant) -> String) -> Vec<String> {
    let kind = report.source_kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
    let author = report.author.as_ref().map(|author| format!("by {}, ", one_line(author, TEXT))).unwrap_or_default();
    let published = report.published_at.map(|at| format!("published {}, ", time(at))).unwrap_or_default();
    let mut lines = vec![format!("Mention {} of {}: {}", report.mention, report.brand, one_line(&report.title, TITLE))];
    lines.extend(report.url.iter().map(|url| format!("  {url}")));
    lines.push(format!("  {author}in {}{kind}, {published}found {}", report.source, time(report.found_at)));
    if !report.also_in.is_empty() {
        lines.push(format!("  also in {}", report.also_in.join(", ")));
    }
    for (what, at) in [
        ("edited", report.edited_at),
        ("edited, and mentions the brand no more", report.withdrawn_at),
        ("deleted by its source", report.deleted_at),
    ] {
        lines.extend(at.map(|at| format!("  {what}, noticed {}", time(at))));
    }
    let lapsed =
        |at| format!("  what it said was forgotten {}: its network lets nobody keep that for longer", time(at));
    lines.extend(report.lapsed_at.map(lapsed));
    lines.extend(counts(report, time).map(|counts| format!("  {counts}")));
    lines
}

/// How many reactions there are, and whether there were others when it was found.
fn counts(report: &Report, time: &impl Fn(Instant) -> String) -> Option<String> {
    let (at, first) = (report.counted_at?, report.engagement_first);
    let followers = report.followers.map(|number| count(number, "follower", "followers"));
    let reactions = report.engagement.map(|number| match first {
        Some(first) if first != number => {
            format!("{} ({first} when it was found)", count(number, "reaction", "reactions"))
        }
        _ => count(number, "reaction", "reactions"),
    });
    let told: Vec<String> = reactions.into_iter().chain(followers).collect();
    Some(format!("{}, counted {}", told.join(", "), time(at)))
}

fn query(report: &Report) -> Vec<String> {
    let Both { recorded, now } = &report.query;
    let mut lines = labelled("recorded", hits(recorded));
    if report.decision.now.is_some() {
        let now = match now {
            None => vec!["the query does not find it, or the brand is not configured any more".to_owned()],
            Some(now) if now == recorded => vec!["the same".to_owned()],
            Some(now) => hits(now),
        };
        lines.extend(labelled("now", now));
    }
    lines
}

fn hits(found: &[Found]) -> Vec<String> {
    let hit = |found: &Found| {
        let Found { term, field, start, end, text } = found;
        let field = format!("{field:?}").to_lowercase();
        let said = text.as_ref().map(|text| format!(": \"{}\"", one_line(text, TEXT))).unwrap_or_default();
        format!("`{term}` in the {field}, bytes {start} to {end}{said}")
    };
    if found.is_empty() {
        return vec!["it holds without a word".to_owned()];
    }
    shown(found.iter().map(hit).collect())
}

fn tone(report: &Report, time: &impl Fn(Instant) -> String) -> Vec<String> {
    let tone = &report.tone;
    let mut lines = labelled("recorded", vec![judged(&tone.recorded)]);
    if let Some(corrected) = &tone.corrected {
        let score = corrected.ruled.score.map(|score| format!(" ({score:+.2})")).unwrap_or_default();
        let (by, at) = (one_line(&corrected.by, TEXT), time(corrected.at));
        lines
            .push(format!("          said by {by}, {at}; the rules had said {}{score}", corrected.ruled.tone.as_str()));
    }
    if let Some(now) = &tone.now {
        let same = tone.corrected.is_none() && *now == tone.recorded;
        let said = if same { "the same".to_owned() } else { format!("the rules say {}", judged(now)) };
        lines.extend(labelled("now", vec![said]));
    }
    lines
}

fn judged(judged: &Judged) -> String {
    let score = judged.score.map(|score| format!(" ({score:+.2})")).unwrap_or_default();
    let lang = judged.lang.as_ref().map_or("language unknown".to_owned(), |lang| format!("language {lang}"));
    let word = |reason: &crate::model::Reason| {
        let note = if reason.note.is_empty() { String::new() } else { format!(", {}", reason.note) };
        format!("{} ({:+.1}{note})", one_line(&reason.word, TEXT), reason.weight)
    };
    let words: Vec<String> = shown(judged.reasons.iter().map(word).collect());
    let words = if words.is_empty() { "no word has a tone".to_owned() } else { words.join(", ") };
    format!("{}{score}, {lang}: {words}", judged.tone.as_str())
}

fn severity(both: &Both<Gravity, Option<Gravity>>) -> Vec<String> {
    let words = |gravity: &Gravity| {
        let word = |concern: &crate::model::Concern| {
            let note = if concern.note.is_empty() { String::new() } else { format!(", {}", concern.note) };
            format!("{} ({}{note})", one_line(&concern.word, TEXT), concern.severity.as_str())
        };
        let words: Vec<String> = shown(gravity.concerns.iter().map(word).collect());
        let words = if words.is_empty() { "no word of harm".to_owned() } else { words.join(", ") };
        format!("{}: {words}", gravity.severity.as_str())
    };
    let mut lines = labelled("recorded", vec![words(&both.recorded)]);
    if let Some(now) = &both.now {
        let said = if *now == both.recorded { "the same".to_owned() } else { words(now) };
        lines.extend(labelled("now", vec![said]));
    }
    lines
}

fn story(report: &Report, time: &impl Fn(Instant) -> String) -> Vec<String> {
    let Some(story) = &report.story else { return Vec::new() };
    if story.mentions < 2 {
        return vec![format!("story {}, told by this mention alone", story.id)];
    }
    let place = match story.first {
        Some(first) if first == report.mention => "this one was published first".to_owned(),
        Some(first) => format!("a copy; mention {first} was published first"),
        None => "a copy; what was published first is forgotten".to_owned(),
    };
    let mut lines =
        vec![format!("story {}, told by {}; {place}", story.id, count(story.mentions, "mention", "mentions"))];
    let others = story.named.iter().filter(|told| told.mention != report.mention);
    let line = |told: &super::report::Told| {
        format!("mention {} in {}, found {}", told.mention, told.source, time(told.found_at))
    };
    lines.extend(shown(others.map(line).collect()));
    lines
}

fn decision(report: &Report, time: &impl Fn(Instant) -> String) -> Vec<String> {
    let recorded = &report.decision.recorded;
    let said = match (&recorded.rule, recorded.at) {
        (Some(rule), Some(at)) => {
            let keyword = recorded.keyword.as_ref().map(|word| format!(" for \"{}\"", one_line(word, TEXT)));
            format!("alert by the rule `{rule}`{}, {}", keyword.unwrap_or_default(), time(at))
        }
        _ => format!("no alert: {}", why(&recorded.decision)),
    };
    let mut lines = labelled("recorded", vec![said]);
    if let Some(now) = &report.decision.now {
        lines.extend(labelled("now", rules(now)));
    }
    lines
}

fn rules(now: &Decision) -> Vec<String> {
    let mut held = false;
    let mut lines = Vec::new();
    for says in &now.rules {
        let alerts = says.decision == "alert";
        let keyword = says.keyword.as_ref().map(|word| format!(", \"{}\"", one_line(word, TEXT))).unwrap_or_default();
        let late = if alerts && held { "; one before it holds already" } else { "" };
        let label = if alerts { "alert" } else { says.decision };
        lines.push(format!("`{}`: {label}: {}{keyword}{late}", says.rule, says.words));
        held |= alerts;
    }
    if lines.is_empty() {
        lines.push(why(&now.decision));
    }
    lines
}

/// A decision in words, its label in front.
fn why(decision: &str) -> String {
    let words = match decision {
        COPY_OF_STORY => "its story has alerted by this rule already",
        "no_mention" => "the query does not find it",
        "no_brand" => "the brand is not configured",
        // Its alert is gone.
        "alert" => "it was one, and is forgotten",
        other => HoldReason::parse(other).map_or("for a reason that this version does not know", HoldReason::words),
    };
    format!("{decision}: {words}")
}

fn routes(report: &Report) -> Vec<String> {
    let name = |route: &str| if route.is_empty() { "[alert]".to_owned() } else { format!("`{route}`") };
    let recorded = report.recipients.iter().map(|told| format!("{} by {}", told.recipient, name(&told.route)));
    let mut lines = labelled("recorded", recorded.collect());
    let ways = report.decision.now.iter().flat_map(|now| &now.ways);
    let now = ways.map(|way| {
        let recipients = if way.recipients.is_empty() { "nobody".to_owned() } else { way.recipients.join(", ") };
        format!("{recipients} by {}", name(&way.route))
    });
    lines.extend(labelled("now", now.collect()));
    lines
}

fn told(report: &Report, time: &impl Fn(Instant) -> String) -> Vec<String> {
    if report.decision.recorded.rule.is_none() {
        return vec!["nobody at once: it is no alert. Digests of its time list or count it".to_owned()];
    }
    if report.recipients.is_empty() {
        return vec!["nobody: there was nobody to tell, or somebody took care of it before".to_owned()];
    }
    report.recipients.iter().flat_map(|one| recipient(one, time)).collect()
}

fn recipient(told: &Recipient, time: &impl Fn(Instant) -> String) -> Vec<String> {
    let last = told.notices.last().map(|notice| format!(" (notice {notice})")).unwrap_or_default();
    let fate = match told.fate {
        Fate::Silenced | Fate::QuietHours | Fate::Incident => told.fate.words().to_owned(),
        fate => format!("{}{last}", fate.words()),
    };
    let mut lines = vec![format!("{}: {fate}", told.recipient)];
    lines.extend(told.held.as_ref().map(|hold| format!("  {}", held(hold, time))));
    if let Some(incident) = &told.incident {
        let end = incident.ended_at.map_or("goes on".to_owned(), |at| format!("ended {}", time(at)));
        let by = incident.notice.map_or("not yet told".to_owned(), |notice| format!("told by notice {notice}"));
        lines.push(format!(
            "  folded into incident {}, which began {} and {end}: {by}",
            incident.incident,
            time(incident.onset)
        ));
        let evidence = &incident.evidence;
        lines.push(format!("  {}: {}", evidence.counts.words(evidence.window_hours), evidence.talk.words()));
        lines.extend(incident.held.as_ref().map(|hold| format!("  its next mail is {}", held(hold, time))));
    }
    lines
}

fn held(hold: &Held, time: &impl Fn(Instant) -> String) -> String {
    let Held { silence, author, comment, since, until, .. } = hold;
    let by = silence.map_or("quiet hours".to_owned(), |id| {
        let (author, comment) = (author.as_deref().unwrap_or_default(), comment.as_deref().unwrap_or_default());
        format!("silence {id} of {} ({})", one_line(author, TEXT), one_line(comment, COMMENT))
    });
    format!("held by {by} since {}, until {}", time(*since), time(*until))
}

fn notice(notice: &Notice, time: &impl Fn(Instant) -> String) -> Vec<String> {
    let sealed = match notice.sealed_at {
        Some(at) if at != notice.written_at => format!(", sealed {}", time(at)),
        Some(_) => String::new(),
        None => ", still collecting".to_owned(),
    };
    let id = notice.message_id.as_ref().map(|id| format!(", Message-ID {id}")).unwrap_or_default();
    let mut lines = vec![format!(
        "notice {}, {}, to {}: {}, written {}{sealed}{id}",
        notice.notice,
        notice.kind,
        notice.recipient,
        notice.state,
        time(notice.written_at)
    )];
    lines.extend(
        notice.instead_of.as_ref().map(|other| format!("  comes instead of one to {other} that did not arrive")),
    );
    for cause in &notice.held_by {
        let comment = cause.comment.as_ref().map(|comment| format!(" ({})", one_line(comment, COMMENT)));
        let until = time(cause.until);
        lines.push(format!(
            "  sums up what {} had held until {until}{}",
            cause.reason.as_str(),
            comment.unwrap_or_default()
        ));
    }
    let more = usize::try_from(notice.attempts).unwrap_or(usize::MAX).saturating_sub(notice.last_attempts.len());
    if more > 0 && !notice.last_attempts.is_empty() {
        lines.push(format!("  {} before", count(more, "attempt", "attempts")));
    }
    for Attempt { at, outcome, error } in &notice.last_attempts {
        let error = error.as_ref().map(|error| format!(": {}", one_line(error, COMMENT))).unwrap_or_default();
        lines.push(format!("  {} {outcome}{error}", time(*at)));
    }
    lines.extend(notice.next_attempt_at.map(|at| format!("  next attempt {}", time(at))));
    lines
}

fn acknowledged(report: &Report, time: &impl Fn(Instant) -> String) -> String {
    match &report.acknowledged {
        Some(done) => {
            let by = done.by.as_ref().map(|by| format!("by {}, ", one_line(by, TEXT))).unwrap_or_default();
            format!("{by}{}", time(done.at))
        }
        None => format!("by nobody; `mentiond ack --mention {}` does", report.mention),
    }
}

/// Lines under a label, which stands before the first of them.
fn labelled(label: &str, told: Vec<String>) -> Vec<String> {
    let lines = told.into_iter().enumerate();
    lines.map(|(place, line)| format!("{:<9} {line}", if place == 0 { label } else { "" })).collect()
}

/// The first of them, and how many more there are.
fn shown(mut told: Vec<String>) -> Vec<String> {
    let more = told.len().saturating_sub(SHOWN);
    if more > 0 {
        told.truncate(SHOWN);
        told.push(format!("and {more} more"));
    }
    told
}

#[cfg(test)]
mod tests;
