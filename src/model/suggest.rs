//! "Did you mean": the nearest allowed word. Pure.

/// Words longer than this are not compared.
const LONGEST: usize = 80;

/// The candidate that needs the fewest changes to become `word` (letter case is free), if it is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    if word.len() > LONGEST {
        return None;
    }
    let limit = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase().chars().collect::<Vec<_>>()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A hint for a word that is not allowed: the one that was probably meant, or all that are.
#[must_use]
pub fn hint(word: &str, allowed: &[&str]) -> String {
    match nearest(word, allowed.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("allowed: {}", quoted(allowed)),
    }
}

/// Words for a message: `a`, `b`.
#[must_use]
pub fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
/// alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous_a = None;
    for (row, &from) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut previous_b = None;
        for (column, &to) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(from != to))
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            if previous_a == Some(to) && previous_b == Some(from) && column > 0 {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
            previous_b = Some(to);
        }
        before_last = std::mem::replace(&mut last, current);
        previous_a = Some(from);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        for (word, meant) in [
            ("intervall", Some("interval")),
            ("itnerval", Some("interval")),
            ("URL", Some("url")),
            ("ulr", Some("url")),
            ("wieght", Some("weight")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, ["interval", "url", "weight"]), meant, "{word}");
        }
    }

    #[test]
    fn a_swap_of_neighbours_is_one_change() {
        let word = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&word("abcd"), &word("acbd")), 1);
        assert_eq!(distance(&word("kitten"), &word("sitting")), 3);
        assert_eq!(distance(&word(""), &word("abc")), 3);
    }
}
