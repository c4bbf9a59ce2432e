//! A notice in short, for places where nobody reads a page: what, whose, how many, and the worst three with their
//! addresses. Plain text in single lines, cleaned but not escaped: every channel has its own markup. Pure.

use chrono_tz::Tz;

use super::mention::{MentionText, NAME};
use super::{SUBJECT, alert, digest, escalation, health, held, incident, instead, undelivered};
use crate::deliver::words::Speech;
use crate::deliver::words::trial::By;
use crate::model::incident::IncidentPhase;
use crate::model::notice::{
    AlertNotice, BrandReport, DigestNotice, EscalationNotice, HealthNotice, HeldNotice, IncidentNotice, MentionView,
};
use crate::model::outbox::{OutboxMessage, channel_of};
use crate::model::text::one_line;
use crate::model::undelivered::UndeliveredNotice;
use crate::model::{Notice, Severity};

/// Mentions or sources that are shown.
const SHOWN: usize = 3;

/// A notice in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// The news in one line.
    pub title: String,
    /// One more line; may be empty.
    pub lead: String,
    /// What is shown, the worst first.
    pub points: Vec<Point>,
    /// How many are not shown; empty for none.
    pub more: String,
    /// How much it hurries.
    pub urgency: Urgency,
}

/// A mention or a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Its title.
    pub title: String,
    /// Where to read it; only `http` and `https`.
    pub url: Option<String>,
    /// Who said it, where, when and in which tone; may be empty.
    pub detail: String,
}

/// How much a notice hurries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody may be hurt.
    Urgent,
    /// Somebody waits for an answer.
    High,
    /// It can wait.
    Normal,
}

/// Puts a notice in short, with times in `zone`, but for those of digests, which have their own.
#[must_use]
pub fn brief(message: &OutboxMessage, zone: Tz) -> Brief {
    let speech = Speech::new(message.language, zone);
    let brief = brief_of(&message.notice, &message.recipient, speech);
    let lead = [instead::line(message, speech), brief.lead];
    Brief { lead: lead.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "), ..brief }
}

/// The same of a notice to this recipient.
pub(super) fn brief_of(notice: &Notice, recipient: &str, speech: Speech) -> Brief {
    let brief = match notice {
        Notice::Alert(notice) => of_alert(notice, speech),
        Notice::Escalation(notice) => of_escalation(notice, speech),
        Notice::Held(notice) => of_held(notice, speech),
        Notice::Incident(notice) => of_incident(notice, speech),
        Notice::Digest(notice) => of_digest(notice, speech),
        Notice::Health(notice) => of_health(notice, speech),
        Notice::Undelivered(notice) => of_undelivered(notice, speech),
        Notice::Trial(_) => of_trial(recipient, speech),
    };
    Brief { title: one_line(&brief.title, SUBJECT), ..brief }
}

fn of_alert(notice: &AlertNotice, speech: Speech) -> Brief {
    let total = notice.more + notice.items.len() as u64;
    let urgent = notice.items.iter().any(|item| item.mention.severity == Severity::Urgent);
    let points: Vec<Point> = notice.items.iter().take(SHOWN).map(|item| point(&item.mention, speech)).collect();
    Brief {
        title: alert::heading(notice, &one_line(&notice.brand, NAME), total, speech),
        lead: alert::lead(notice, total, speech),
        more: more(total, &points, speech),
        points,
        urgency: if urgent { Urgency::Urgent } else { Urgency::High },
    }
}

fn of_escalation(notice: &EscalationNotice, speech: Speech) -> Brief {
    let total = notice.alert.more + notice.alert.items.len() as u64;
    let title = speech.nobody_takes_care(&one_line(&notice.alert.brand, NAME), total);
    Brief { title, lead: escalation::lead(&notice.told, speech), ..of_alert(&notice.alert, speech) }
}

fn of_held(notice: &HeldNotice, speech: Speech) -> Brief {
    let total = notice.more + notice.items.len() as u64;
    let points: Vec<Point> = notice.items.iter().take(SHOWN).map(|item| point(&item.mention, speech)).collect();
    Brief {
        title: format!("{}: {}", held::named(&notice.brands, speech), held::heading(&notice.causes, total, speech)),
        lead: held::lead(notice, total, speech),
        more: more(total, &points, speech),
        points,
        urgency: Urgency::Normal,
    }
}

fn of_incident(notice: &IncidentNotice, speech: Speech) -> Brief {
    let brand = one_line(&notice.brand, NAME);
    let points: Vec<Point> = notice.stories.iter().take(SHOWN).map(|story| point(story, speech)).collect();
    let told = incident::told(notice, speech);
    let lead = [incident::lead(notice, &brand, speech), told, incident::folded_in_short(notice, speech)];
    Brief {
        title: format!("{brand}: {}", incident::news(notice, speech)),
        lead: lead.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        more: more(u64::from(notice.evidence.negative), &points, speech),
        points,
        urgency: if notice.phase == IncidentPhase::End { Urgency::Normal } else { Urgency::High },
    }
}

fn of_digest(notice: &DigestNotice, speech: Speech) -> Brief {
    let speech = speech.in_zone(super::phrase::zone(&notice.time_zone));
    // What waits first, whichever brand it is of.
    let waiting = notice.brands.iter().flat_map(|report| &report.waiting.items);
    let mut mentions: Vec<&MentionView> = notice.brands.iter().flat_map(|report| &report.mentions).collect();
    mentions.sort_by(|a, b| a.score.unwrap_or_default().total_cmp(&b.score.unwrap_or_default()));
    let mentions = waiting.chain(mentions);
    let named = |view: &MentionView| {
        let point = point(view, speech);
        let brand = if notice.brands.len() > 1 { one_line(&view.brand, NAME) + ": " } else { String::new() };
        Point { title: format!("{brand}{}", point.title), ..point }
    };
    let shown: Vec<&MentionView> = mentions.take(SHOWN).collect();
    let earlier: u64 = notice.brands.iter().map(BrandReport::waiting_since_before).sum();
    let points: Vec<Point> = shown.into_iter().map(named).collect();
    let stories: u64 = notice.brands.iter().map(|report| report.metrics.counts.stories).sum();
    let complete = notice.coverage.is_complete();
    Brief {
        title: digest::subject(notice, speech),
        lead: if complete { String::new() } else { digest::coverage_words(&notice.coverage, speech) },
        more: more(stories + earlier, &points, speech),
        points,
        urgency: Urgency::Normal,
    }
}

fn of_health(notice: &HealthNotice, speech: Speech) -> Brief {
    let line = |title| Point { title, url: None, detail: String::new() };
    let points: Vec<Point> =
        notice.changes.iter().take(SHOWN).map(|change| line(health::line(change, speech))).collect();
    Brief {
        title: format!("mentiond: {}", health::heading(notice, speech)),
        lead: String::new(),
        more: more(notice.counts.iter().map(|(_, number)| number).sum(), &points, speech),
        points,
        urgency: Urgency::Normal,
    }
}

fn of_undelivered(notice: &UndeliveredNotice, speech: Speech) -> Brief {
    let points: Vec<Point> = notice.items.iter().take(SHOWN).map(|item| undelivered::line(item, speech)).collect();
    let errors = notice.broken.iter().map(|way| one_line(&way.error, SUBJECT));
    let lead: Vec<String> = errors.chain([undelivered::lead(notice, speech)]).filter(|part| !part.is_empty()).collect();
    let hurries = !notice.broken.is_empty() || !notice.items.is_empty();
    Brief {
        title: format!("mentiond: {}", undelivered::heading(notice, speech)),
        lead: lead.join(" · "),
        more: more(notice.items.len() as u64 + notice.more, &points, speech),
        points,
        urgency: if hurries { Urgency::Urgent } else { Urgency::Normal },
    }
}

fn of_trial(recipient: &str, speech: Speech) -> Brief {
    let name = one_line(channel_of(recipient).unwrap_or(recipient), NAME);
    Brief {
        title: speech.trial_title().to_owned(),
        lead: speech.came_by(By::Channel(&name)),
        points: Vec::new(),
        more: String::new(),
        urgency: Urgency::Normal,
    }
}

fn point(view: &MentionView, speech: Speech) -> Point {
    let MentionText { title, url, byline, verdict, severity, .. } = MentionText::new(view, speech);
    let severity = if severity.is_empty() { severity } else { format!("{}: {severity}", speech.severity_label()) };
    let detail: Vec<String> = byline.into_iter().chain([verdict, severity]).filter(|part| !part.is_empty()).collect();
    Point { title, url, detail: detail.join(" · ") }
}

fn more(total: u64, points: &[Point], speech: Speech) -> String {
    match total.saturating_sub(points.len() as u64) {
        0 => String::new(),
        more => speech.not_shown(more),
    }
}
