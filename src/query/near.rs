//! Which of the found terms stand close together. Linear in what was found.

use std::collections::VecDeque;

use super::dictionary::Occurrence;

/// The pairs of which the first stands before the second, with at most `distance` words between them: each with the
/// nearest of the other side.
pub(super) fn pairs<'o>(
    before: &[&'o Occurrence],
    after: &[&'o Occurrence],
    distance: u32,
) -> Vec<(&'o Occurrence, &'o Occurrence)> {
    let (mut before, mut after) = (before.to_vec(), after.to_vec());
    before.sort_by_key(|one| one.stand.last);
    after.sort_by_key(|one| one.stand.first);
    let close = |one: &Occurrence, next: &Occurrence| {
        next.stand.first > one.stand.last && next.stand.first - one.stand.last - 1 <= distance
    };
    let mut found = Vec::new();
    let mut ahead = before.iter().peekable();
    let mut nearest = None;
    for next in &after {
        while let Some(one) = ahead.next_if(|one| one.stand.last < next.stand.first) {
            nearest = Some(one);
        }
        found.extend(nearest.filter(|one| close(one, next)).map(|one| (*one, *next)));
    }
    let mut behind = after.iter().rev().peekable();
    let mut nearest = None;
    for one in before.iter().rev() {
        while let Some(next) = behind.next_if(|next| next.stand.first > one.stand.last) {
            nearest = Some(next);
        }
        found.extend(nearest.filter(|next| close(one, next)).map(|next| (*one, *next)));
    }
    found
}

/// What stands in a stretch of at most `window` words in which of each group as many stand as `wanted`. A word that is in
/// several groups stands for one of them alone.
pub(super) fn stretches<'o>(groups: &[(Vec<&'o Occurrence>, usize)], window: u32) -> Vec<&'o Occurrence> {
    if groups.iter().any(|(found, wanted)| found.len() < *wanted) {
        return Vec::new();
    }
    let mut all: Vec<(u32, usize, &Occurrence)> = Vec::new();
    for (group, (found, _)) in groups.iter().enumerate() {
        all.extend(found.iter().map(|one| (one.stand.first, group, *one)));
    }
    all.sort_by_key(|(index, group, _)| (*index, *group));
    let words: Vec<&[(u32, usize, &Occurrence)]> = all.chunk_by(|(one, ..), (next, ..)| one == next).collect();
    let mut stretch = Stretch { lacking: groups.iter().map(|(_, wanted)| *wanted).collect(), words: VecDeque::new() };
    let (mut first, mut told) = (0, 0);
    let mut found = Vec::new();
    for (last, word) in words.iter().enumerate() {
        let Some((index, ..)) = word.first() else { continue };
        first += stretch.leave(index.saturating_sub(window.saturating_sub(1)));
        stretch.enter(*index, word.iter().fold(0, |groups, (_, group, _)| groups | bit(*group)));
        if stretch.is_whole() {
            let new = words.get(told.max(first)..=last).into_iter().flatten();
            found.extend(new.flat_map(|word| word.iter().map(|(_, _, one)| *one)));
            told = last + 1;
        }
    }
    found
}

/// A stretch of a text that moves from word to word, and which of its words stands for which group.
struct Stretch {
    /// How many words each group lacks.
    lacking: Vec<usize>,
    words: VecDeque<Candidate>,
}

/// A word of a stretch.
struct Candidate {
    index: u32,
    /// The groups that it is in, as bits.
    groups: u64,
    /// The one that it stands for.
    held: Option<usize>,
}

/// A group as a bit; there are never more than bits.
fn bit(group: usize) -> u64 {
    u32::try_from(group).ok().and_then(|group| 1_u64.checked_shl(group)).unwrap_or_default()
}

impl Stretch {
    fn is_whole(&self) -> bool {
        self.lacking.iter().all(|lacking| *lacking == 0)
    }

    /// Leaves the words before `index` behind, and tells how many.
    fn leave(&mut self, index: u32) -> usize {
        let mut left = 0;
        while let Some(word) = self.words.pop_front_if(|word| word.index < index) {
            left += 1;
            if let Some(lacking) = word.held.and_then(|group| self.lacking.get_mut(group)) {
                *lacking += 1;
                self.hold_one_more();
            }
        }
        left
    }

    fn enter(&mut self, index: u32, groups: u64) {
        self.words.push_back(Candidate { index, groups, held: None });
        self.hold_one_more();
    }

    /// Lets one more word stand for a group that lacks one, also where another word has to stand for another group for
    /// that (an augmenting path).
    fn hold_one_more(&mut self) {
        let lacks = self.lacking.iter().enumerate().filter(|(_, lacking)| **lacking > 0);
        let mut wanting = lacks.fold(0, |groups, (group, _)| groups | bit(group));
        // By group: the word that it can give away, and the group that wants it.
        let mut gives: Vec<Option<(usize, usize)>> = vec![None; self.lacking.len()];
        let mut before = 0;
        while wanting != before {
            before = wanting;
            for (number, word) in self.words.iter().enumerate() {
                let groups = word.groups & wanting;
                let Some(wants) =
                    (groups != 0).then(|| groups.trailing_zeros()).and_then(|at| usize::try_from(at).ok())
                else {
                    continue;
                };
                match word.held {
                    None => return self.pass_on(number, wants, &gives),
                    Some(held) if wanting & bit(held) == 0 => {
                        wanting |= bit(held);
                        gives.get_mut(held).into_iter().for_each(|gives| *gives = Some((number, wants)));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// Lets a free word stand for `group`, which gives away the one it had, and so on.
    fn pass_on(&mut self, mut number: usize, mut group: usize, gives: &[Option<(usize, usize)>]) {
        loop {
            self.words.get_mut(number).into_iter().for_each(|word| word.held = Some(group));
            match gives.get(group) {
                Some(Some(next)) => (number, group) = *next,
                _ => break,
            }
        }
        self.lacking.get_mut(group).into_iter().for_each(|lacking| *lacking -= 1);
    }
}
