//! Which of the found terms stand close together. Linear in what was found.

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

/// What stands in a stretch of at most `window` words in which of each group as many stand as `wanted`.
pub(super) fn stretches<'o>(groups: &[(Vec<&'o Occurrence>, usize)], window: u32) -> Vec<&'o Occurrence> {
    let mut all: Vec<(u32, usize, &Occurrence)> = Vec::new();
    for (group, (found, _)) in groups.iter().enumerate() {
        all.extend(found.iter().map(|one| (one.stand.first, group, *one)));
    }
    all.sort_by_key(|(index, group, _)| (*index, *group));
    let mut counts: Vec<usize> = vec![0; groups.len()];
    let mut missing: usize = groups.iter().map(|(_, wanted)| wanted).sum();
    let wanted = |group: usize| groups.get(group).map_or(0, |(_, wanted)| *wanted);
    let (mut first, mut told) = (0, 0);
    let mut found = Vec::new();
    for (last, (index, group, _)) in all.iter().enumerate() {
        if let Some(count) = counts.get_mut(*group) {
            missing -= usize::from(*count < wanted(*group));
            *count += 1;
        }
        while let Some((start, group, _)) = all.get(first).filter(|(start, ..)| index - start >= window) {
            debug_assert!(start <= index);
            if let Some(count) = counts.get_mut(*group) {
                *count -= 1;
                missing += usize::from(*count < wanted(*group));
            }
            first += 1;
        }
        if missing == 0 {
            found.extend(all.get(told.max(first)..=last).into_iter().flatten().map(|(_, _, one)| *one));
            told = last + 1;
        }
    }
    found
}
