//! What was read and what was not, in words. Pure.

use chrono_tz::Tz;

use super::super::mention::NAME;
use crate::deliver::words::Speech;
use crate::deliver::words::score::{Part, Reading, Unheard};
use crate::model::notice::{Coverage, Gap, Lost};
use crate::model::text::one_line;
use crate::model::{LossReason, Tongue};

/// Most characters of the reason of a gap.
const REASON: usize = 200;

/// What was read and what was not, and that of a source which was read something may be missing, or that it is silent for
/// no good reason.
pub fn coverage_words(coverage: &Coverage, speech: Speech) -> String {
    let lost = Some(coverage.losing()).filter(|losing| *losing > 0).map(|losing| speech.losing_sources(losing));
    let silent = Some(coverage.silent()).filter(|silent| *silent > 0).map(|silent| speech.silent_sources(silent));
    let parts = [Some(speech.reading(reading(coverage))), lost, silent];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Why nothing was found.
pub fn unheard(coverage: &Coverage) -> Unheard {
    match coverage {
        _ if coverage.is_complete() => Unheard::Silence,
        Coverage { sources: 0, .. } => Unheard::NoSources,
        _ if !coverage.unread.is_empty() => Unheard::Unread(coverage.unread.len() as u64),
        _ if coverage.recovered.is_empty() && coverage.lost.is_empty() => Unheard::Silent(coverage.silent()),
        _ => Unheard::Gaps,
    }
}

fn reading(coverage: &Coverage) -> Reading {
    let (sources, unread) = (coverage.sources, coverage.unread.len() as u64);
    match unread {
        _ if sources == 0 => Reading::NoSources,
        0 => Reading::All(sources, coverage.recovered.is_empty()),
        _ if unread >= sources && coverage.unread.iter().any(|gap| gap.since.is_some()) => {
            Reading::NoneToTheEnd(sources)
        }
        _ if unread >= sources => Reading::Nothing(unread),
        _ => Reading::Some(Part { of: unread, all: sources }),
    }
}

pub fn unread(gap: &Gap, speech: Speech) -> String {
    let since = gap.since.map(|since| speech.day_and_time(since));
    with_reason(speech.not_read(&one_line(&gap.source, NAME), since.as_deref()), gap, speech)
}

pub fn recovered(gap: &Gap, speech: Speech) -> String {
    let from = gap.since.map(|since| speech.day_and_time(since));
    let until = gap.until.map(|until| speech.day_and_time(until));
    with_reason(speech.read_again(&one_line(&gap.source, NAME), from.as_deref(), until.as_deref()), gap, speech)
}

pub fn lost(lost: &Lost, speech: Speech) -> String {
    let (from, to) = (speech.day_and_time(lost.loss.from), speech.day_and_time(lost.loss.to));
    let why = match &lost.loss.why {
        LossReason::Unread { part, why } => {
            let why = LossReason::Unread { part: one_line(part, NAME), why: one_line(why, REASON) };
            speech.lost_for(&why)
        }
        LossReason::Told(why) => speech.lost_for(&LossReason::Told(one_line(why, REASON))),
        why => speech.lost_for(why),
    };
    speech.lost(&one_line(&lost.source, NAME), [&from, &to], &why)
}

/// The same for those who run mentiond, in English.
#[must_use]
pub fn lost_words(missing: &Lost, zone: Tz) -> String {
    lost(missing, Speech::new(Tongue::En, zone))
}

fn with_reason(words: String, gap: &Gap, speech: Speech) -> String {
    let reason = one_line(&gap.reason, REASON);
    if reason.is_empty() { words } else { format!("{words} ({})", speech.said(&reason)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Loss;

    #[test]
    fn why_something_is_missing_is_told_in_three_languages() {
        let [from, to] = ["2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z"].map(|at| at.parse().unwrap());
        let told = |why: LossReason, tongue| {
            let told = lost(
                &Lost { source: "Podcasts".to_owned(), loss: Loss { from, to, why } },
                Speech::new(tongue, Tz::UTC),
            );
            told.rsplit_once(": ").unwrap().1.to_owned()
        };
        for (why, words) in [
            (
                LossReason::Chosen(200),
                [
                    "the network shows only 200 that it has chosen",
                    "das Netzwerk zeigt nur 200, die es selbst auswählt",
                    "nettverket viser bare 200 som det selv velger ut",
                ],
            ),
            (
                LossReason::Partly,
                [
                    "the network did not search all that it has",
                    "das Netzwerk hat nicht alles durchsucht",
                    "nettverket søkte ikke gjennom alt",
                ],
            ),
            (
                LossReason::Posts(25),
                [
                    "comments are read below the newest 25 posts only",
                    "Kommentare werden nur unter den neuesten 25 Beiträgen gelesen",
                    "kommentarer leses bare under de nyeste 25 innleggene",
                ],
            ),
        ] {
            assert_eq!([Tongue::En, Tongue::De, Tongue::Nb].map(|tongue| told(why.clone(), tongue)), words);
        }
    }
}
