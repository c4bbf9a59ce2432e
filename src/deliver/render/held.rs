//! What has held alerts, in words. Pure.

use super::mention::NAME;
use super::phrase::count;
use crate::deliver::words::Voice;
use crate::model::HoldReason;
use crate::model::notice::HoldCause;
use crate::model::text::one_line;

/// Most characters of a comment.
const COMMENT: usize = 300;
/// Brands that are named in a subject.
const NAMED: usize = 3;

/// `12 alerts were held by the silence of Kari until 24 Nov 2026, 14:00 CET`; several causes are told below it.
pub fn heading(causes: &[HoldCause], total: u64, voice: Voice) -> String {
    let held = format!("{} {} held", count(total, "alert", "alerts"), if total == 1 { "was" } else { "were" });
    match causes {
        [cause] => format!("{held} {}", by(cause, voice)),
        _ => held,
    }
}

/// Why, and of several causes how much by which.
pub fn lead(causes: &[HoldCause], voice: Voice) -> String {
    if let [cause] = causes {
        return comment(cause).unwrap_or_default();
    }
    let told = causes.iter().map(|cause| {
        let why = comment(cause).map(|comment| format!(" ({comment})")).unwrap_or_default();
        format!("{} {}{why}", cause.alerts, by(cause, voice))
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { format!("{}.", told.join("; ")) }
}

/// `Skip Hop, Lego`.
pub fn named(brands: &[String]) -> String {
    let first: Vec<&str> = brands.iter().take(NAMED).map(String::as_str).collect();
    match brands.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn by(cause: &HoldCause, voice: Voice) -> String {
    let until = voice.time(cause.until);
    match (&cause.author, cause.reason) {
        (Some(author), _) => format!("by the silence of {} until {until}", one_line(author, NAME)),
        (None, HoldReason::QuietHours) => format!("by quiet hours until {until}"),
        (None, _) => format!("until {until}"),
    }
}

fn comment(cause: &HoldCause) -> Option<String> {
    let comment = one_line(cause.comment.as_deref()?, COMMENT);
    (!comment.is_empty()).then(|| format!("“{comment}”"))
}
