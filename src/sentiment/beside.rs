//! What stands beside a word of harm in its sentence and makes it less: a negation, another firm, the past, a mere
//! possibility. Never makes a word more than it is.

use std::ops::Range;

use super::harm::{HARM, Lists};
use crate::model::Severity;

/// Words between a word and what negates it. What is negated further away is hardly the harm, and to take the harm for
/// negated is the worse mistake.
const NEGATED: usize = 3;
/// Bytes between a word and what makes it a mere possibility.
const POSSIBLE: usize = 40;

/// What may stand beside a word of harm, the strongest in front; `NotNegating` takes a negation back, and `EndsClause`
/// ends what another one reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    NotNegating,
    EndsClause,
    Negation,
    NegationBehind,
    Elsewhere,
    Past,
    Possible,
}

/// Where the words of each kind stand in a text.
type Found<'f> = [(Beside, Vec<(&'f str, Range<usize>)>); Beside::ALL.len()];

impl Beside {
    pub(super) const ALL: [Self; 7] = [
        Self::NotNegating,
        Self::EndsClause,
        Self::Negation,
        Self::NegationBehind,
        Self::Elsewhere,
        Self::Past,
        Self::Possible,
    ];

    pub(super) fn lists(self) -> &'static Lists {
        match self {
            Self::NotNegating => &HARM.not_negating,
            Self::EndsClause => &HARM.ends_clause,
            Self::Negation => &HARM.negates,
            Self::NegationBehind => &HARM.negates_behind,
            Self::Elsewhere => &HARM.elsewhere,
            Self::Past => &HARM.past,
            Self::Possible => &HARM.possible,
        }
    }

    /// What a word comes to beside this.
    pub(super) fn limits(self, severity: Severity) -> Severity {
        match self {
            Self::NotNegating | Self::EndsClause => severity,
            Self::Negation | Self::NegationBehind => Severity::Info,
            Self::Elsewhere | Self::Past | Self::Possible => severity.min(Severity::Notice),
        }
    }

    pub(super) fn note(self, by: &str) -> String {
        let what = match self {
            Self::NotNegating | Self::EndsClause => return String::new(),
            Self::Negation | Self::NegationBehind => "negated by",
            Self::Elsewhere => "said of somebody else:",
            Self::Past => "past:",
            Self::Possible => "only possible:",
        };
        format!("{what} \"{by}\"")
    }

    /// The strongest of all that stands beside the word at `range`, and where.
    pub(super) fn first(found: &Found<'_>, text: &str, range: &Range<usize>) -> Option<(Self, Range<usize>)> {
        let sentence = sentence(text, range);
        let [(_, not_negating), (_, ends), others @ ..] = found;
        let in_clause = |beside: Self, between: &Range<usize>| {
            let pause = text.get(between.clone()).is_none_or(|between| between.split(' ').any(has_pause));
            let ended = || ends.iter().any(|(_, end)| between.start <= end.start && end.end <= between.end);
            // What is possible is often said of a whole clause: "it could be that ..".
            !pause && (beside == Self::Possible || !ended())
        };
        others.iter().find_map(|(beside, places)| {
            let mut near =
                places.iter().map(|(_, at)| at).filter(|at| beside.reaches(text, &sentence, at, range, in_clause));
            let by = near.find(|at| {
                let within = |(_, around): &(&str, Range<usize>)| around.start <= at.start && at.end <= around.end;
                *beside != Self::Negation || !not_negating.iter().any(within)
            })?;
            Some((*beside, by.clone()))
        })
    }

    /// Whether what stands `at` says something of the word at `range`.
    fn reaches(
        self,
        text: &str,
        sentence: &Range<usize>,
        at: &Range<usize>,
        range: &Range<usize>,
        in_clause: impl Fn(Self, &Range<usize>) -> bool,
    ) -> bool {
        if at.start < sentence.start || sentence.end < at.end {
            return false;
        }
        let near = |between: Range<usize>| {
            let is_near = text.get(between.clone()).is_some_and(|words| match self {
                Self::Possible => words.len() <= POSSIBLE,
                _ => words.split_whitespace().nth(NEGATED).is_none(),
            });
            is_near && in_clause(self, &between)
        };
        match self {
            Self::Negation | Self::Possible => at.end <= range.start && near(at.end..range.start),
            Self::NegationBehind => range.end <= at.start && near(range.end..at.start),
            Self::NotNegating | Self::EndsClause | Self::Elsewhere | Self::Past => {
                at.end <= range.start || range.end <= at.start
            }
        }
    }
}

/// Whether a clause ends with the mark behind this word.
fn has_pause(word: &str) -> bool {
    word.ends_with([',', ':', '–', '—', '(', ')'])
}

/// The bytes of the sentence, or of the part up to a semicolon, that holds `range`.
fn sentence(text: &str, range: &Range<usize>) -> Range<usize> {
    let ends = ['.', '!', '?', ';', '\n', '…'];
    let before = text.get(..range.start).unwrap_or_default();
    let behind = text.get(range.end..).unwrap_or_default();
    let start = before.rfind(ends).map_or(0, |at| at + 1);
    let end = behind.find(ends).map_or(text.len(), |at| range.end + at);
    start..end
}
