//! What has held alerts, in words. Pure.

use super::escalation;
use super::mention::NAME;
use crate::deliver::words::Speech;
use crate::deliver::words::alert::Holder;
use crate::model::HoldReason;
use crate::model::notice::{HeldNotice, HoldCause};
use crate::model::text::one_line;

/// Most characters of a comment.
const COMMENT: usize = 300;
/// Brands that are named in a subject.
const NAMED: usize = 3;

/// `12 alerts were held by the silence of Kari until 24 Nov 2026, 14:00 CET`; several causes are told below it.
pub fn heading(causes: &[HoldCause], total: u64, speech: Speech) -> String {
    match causes {
        [cause] => {
            let author = author(cause);
            speech.held(total, Some((holder(cause, author.as_deref()), &speech.time(cause.until))))
        }
        _ => speech.held(total, None),
    }
}

/// Why, of several causes how much by which, and who else was told.
pub fn lead(notice: &HeldNotice, total: u64, speech: Speech) -> String {
    let told = escalation::part((&notice.told, notice.told_alerts), total, speech);
    let parts = [why(&notice.causes, speech), told];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn why(causes: &[HoldCause], speech: Speech) -> String {
    if let [cause] = causes {
        return comment(cause, speech).unwrap_or_default();
    }
    let told = causes.iter().map(|cause| {
        let why = comment(cause, speech).map(|comment| format!(" ({comment})")).unwrap_or_default();
        let author = author(cause);
        let part = speech.held_part(cause.alerts, holder(cause, author.as_deref()), &speech.time(cause.until));
        format!("{part}{why}")
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { format!("{}.", told.join("; ")) }
}

/// `Skip Hop and Lego`.
pub fn named(brands: &[String], speech: Speech) -> String {
    let first = brands.get(..NAMED).unwrap_or(brands);
    speech.list(first, (brands.len() - first.len()) as u64)
}

fn author(cause: &HoldCause) -> Option<String> {
    cause.author.as_deref().map(|author| one_line(author, NAME))
}

fn holder<'a>(cause: &HoldCause, author: Option<&'a str>) -> Holder<'a> {
    match (author, cause.reason) {
        (Some(author), _) => Holder::Silence(author),
        (None, HoldReason::QuietHours) => Holder::QuietHours,
        (None, _) => Holder::Unknown,
    }
}

fn comment(cause: &HoldCause, speech: Speech) -> Option<String> {
    let comment = one_line(cause.comment.as_deref()?, COMMENT);
    (!comment.is_empty()).then(|| speech.quoted(&comment))
}
