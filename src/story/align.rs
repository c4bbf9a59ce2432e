//! Where two texts run in step, and what stands in one where the other says something else. Short texts are laid side by
//! side word by word; long ones by runs of three words and more, so that it stays linear in their length. Pure.

use std::collections::HashMap;
use std::ops::Range;

use super::words::Word;

/// Texts whose lengths multiplied are larger are compared by runs.
const SQUARE: usize = 6_000;
/// Words of the shortest run of long texts.
const RUN: usize = 3;
/// Places of the same run that are remembered.
const PLACES: usize = 4;

/// Words that both texts have in the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Where it begins in the first text.
    pub a: usize,
    /// And in the second.
    pub b: usize,
    /// How many words it has.
    pub len: usize,
}

/// What stands between two runs, in either text; one of the two may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// In the first text.
    pub a: Range<usize>,
    /// In the second.
    pub b: Range<usize>,
}

/// The runs of two texts in the order of the first.
pub fn runs(a: &[Word], b: &[Word]) -> Vec<Run> {
    if a.len() * b.len() <= SQUARE { in_order(a, b) } else { anchored(a, b) }
}

/// What the runs leave over, where both texts go on in the same order.
pub fn gaps(runs: &[Run], a: usize, b: usize) -> Vec<Gap> {
    let end = Run { a, b, len: 0 };
    let mut gaps = Vec::new();
    let (mut from_a, mut from_b) = (0, 0);
    for run in runs.iter().chain([&end]) {
        if run.b >= from_b && run.a >= from_a && (run.a > from_a || run.b > from_b) {
            gaps.push(Gap { a: from_a..run.a, b: from_b..run.b });
        }
        (from_a, from_b) = (run.a + run.len, run.b + run.len);
    }
    gaps
}

/// The longest common subsequence.
fn in_order(a: &[Word], b: &[Word]) -> Vec<Run> {
    let width = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * width];
    for (i, word) in a.iter().enumerate().rev() {
        for (j, other) in b.iter().enumerate().rev() {
            let at = |i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or_default();
            let best = if word == other { at(i + 1, j + 1) + 1 } else { at(i + 1, j).max(at(i, j + 1)) };
            if let Some(cell) = longest.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let at = |i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or_default();
    let mut runs: Vec<Run> = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(word), Some(other)) = (a.get(i), b.get(j)) {
        if word == other {
            match runs.last_mut() {
                Some(run) if run.a + run.len == i && run.b + run.len == j => run.len += 1,
                _ => runs.push(Run { a: i, b: j, len: 1 }),
            }
            (i, j) = (i + 1, j + 1);
        } else if at(i + 1, j) >= at(i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    runs
}

fn anchored(a: &[Word], b: &[Word]) -> Vec<Run> {
    let mut places: HashMap<[u64; RUN], Vec<usize>> = HashMap::new();
    for (at, words) in b.windows(RUN).enumerate() {
        let places = places.entry(marks(words)).or_default();
        if places.len() < PLACES {
            places.push(at);
        }
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut i = 0;
    while let Some(words) = a.get(i..i + RUN) {
        let behind = runs.last().map_or(0, |run| run.b + run.len);
        // What goes on behind the last run comes before what stands elsewhere.
        let place = places.get(&marks(words)).and_then(|at| at.iter().find(|at| **at >= behind).or(at.first()));
        let Some(&j) = place else {
            i += 1;
            continue;
        };
        let len = a.iter().skip(i).zip(b.iter().skip(j)).take_while(|(word, other)| word == other).count();
        let (end_a, end_b) = runs.last().map_or((0, 0), |run| (run.a + run.len, run.b + run.len));
        let room = if j >= end_b { (i - end_a).min(j - end_b) } else { 0 };
        let back = (1..=room).take_while(|back| a.get(i - back) == b.get(j - back)).count();
        runs.push(Run { a: i - back, b: j - back, len: len + back });
        i += len;
    }
    runs
}

fn marks(words: &[Word]) -> [u64; RUN] {
    std::array::from_fn(|at| words.get(at).map_or(0, |word| word.mark))
}

#[cfg(test)]
mod tests {
    use super::super::words::read;
    use super::*;

    fn told(a: &str, b: &str, runs: fn(&[Word], &[Word]) -> Vec<Run>) -> (usize, Vec<String>) {
        let (a, b) = (read(a, 999).words, read(b, 999).words);
        let runs = runs(&a, &b);
        let text = |words: &[Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>().join(" ");
        let gaps = gaps(&runs, a.len(), b.len());
        let gaps = gaps.into_iter().map(|gap| format!("{}>{}", text(&a[gap.a]), text(&b[gap.b])));
        (runs.iter().map(|run| run.len).sum(), gaps.collect())
    }

    #[test]
    fn what_differs_is_found_both_ways() {
        for runs in [in_order as fn(&[Word], &[Word]) -> Vec<Run>, anchored] {
            let (matched, gaps) =
                told("one two three four five six seven", "zero one two three nine five six seven more", runs);
            assert_eq!((matched, gaps.join("; ").as_str()), (6, ">zero; 4>9; >more"));
            assert_eq!(told("a b c", "a b c", runs), (3, vec![]));
            assert_eq!(told("", "a b c", runs), (0, vec![">a b c".to_owned()]));
        }
    }

    #[test]
    fn a_long_text_is_laid_beside_its_copy_whatever_was_moved() {
        let part = |from: usize| (from..from + 100).map(|n| format!("w{n} ")).collect::<String>();
        let (matched, gaps) = told(&(part(0) + &part(100)), &(part(100) + &part(0)), runs);
        assert_eq!((matched, gaps.len()), (200, 2), "{gaps:?}");
        let (matched, _) = told(&"the same words ".repeat(200), &"the same words ".repeat(180), runs);
        assert!(matched >= 500, "{matched}");
    }
}
