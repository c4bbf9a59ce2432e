//! Which stories a digest shows: the negative first, then the loud, then praise worth thanking, then others while there is
//! room. Each story once. Pure.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::Tone;
use crate::model::digest::{Candidate, Worth};

/// A copy in another place reaches about as many as this many reactions tell of.
const COPY: u64 = 10;
/// What is quieter is not loud.
const LOUD: u64 = 20;

fn loudness(story: &Candidate) -> u64 {
    story.engagement.saturating_add(story.copies.saturating_mul(COPY))
}

/// What is shown of a period, in this order: why, and which mentions. Nothing of `shown` comes again. Of `room` stories
/// half may be negative, a fifth loud and a fifth praise, and more of them where nothing else is left.
#[must_use]
pub fn choose(mut stories: Vec<Candidate>, shown: &BTreeSet<i64>, room: usize) -> Vec<(Worth, Vec<i64>)> {
    let mut taken: BTreeSet<i64> = shown.clone();
    let mut groups: Vec<(Worth, Vec<i64>)> = Vec::new();
    stories.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(b.found_at.cmp(&a.found_at)).then(b.id.cmp(&a.id)));
    let of_tone =
        |tone: Tone| -> Vec<i64> { stories.iter().filter(|story| story.tone == tone).map(|story| story.id).collect() };
    let mut loud: Vec<&Candidate> = stories.iter().filter(|story| loudness(story) >= LOUD).collect();
    loud.sort_by_key(|story| (Reverse(loudness(story)), Reverse(story.id)));
    let mut others: Vec<&Candidate> =
        stories.iter().filter(|story| matches!(story.tone, Tone::Neutral | Tone::Unscored)).collect();
    others.sort_by_key(|story| (Reverse(story.found_at), Reverse(story.id)));
    let fifth = room.div_ceil(5);
    let wishes = [
        (Worth::Negative, of_tone(Tone::Negative), room.div_ceil(2)),
        (Worth::Loud, loud.into_iter().map(|story| story.id).collect(), fifth),
        (Worth::Praise, of_tone(Tone::Positive), fifth),
        (Worth::Other, others.into_iter().map(|story| story.id).collect(), 0),
    ];
    let mut left = room;
    // Once for the shares, and once more for what is left of the room.
    for round in 0..2 {
        for (worth, ids, share) in &wishes {
            let most = if round == 0 { (*share).min(left) } else { left };
            let chosen: Vec<i64> = ids.iter().copied().filter(|id| !taken.contains(id)).take(most).collect();
            left -= chosen.len();
            taken.extend(&chosen);
            match groups.iter_mut().find(|(known, _)| known == worth) {
                Some((_, known)) => known.extend(chosen),
                None => groups.push((*worth, chosen)),
            }
        }
    }
    groups.retain(|(_, ids)| !ids.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Instant;

    fn story(id: i64, tone: Tone, weight: f64, engagement: u64, copies: u64) -> Candidate {
        let found_at = Instant::UNIX_EPOCH + chrono::TimeDelta::seconds(id);
        Candidate { id, tone, weight, engagement, copies, found_at }
    }

    fn day() -> Vec<Candidate> {
        vec![
            story(1, Tone::Neutral, 0.0, 0, 0),
            story(2, Tone::Negative, 0.3, 0, 0),
            story(3, Tone::Negative, 0.9, 400, 0),
            story(4, Tone::Positive, 0.8, 0, 0),
            story(5, Tone::Neutral, 0.0, 19, 0),
            story(6, Tone::Unscored, 0.0, 0, 2),
            story(7, Tone::Positive, 0.9, 90, 0),
            story(8, Tone::Negative, 0.6, 0, 0),
        ]
    }

    #[test]
    fn the_negative_come_first_then_the_loud_then_praise() {
        let none = BTreeSet::new();
        let chosen = choose(day(), &none, 50);
        let expected = [
            (Worth::Negative, vec![3, 8, 2]),
            (Worth::Loud, vec![7, 6]),
            (Worth::Praise, vec![4]),
            (Worth::Other, vec![5, 1]),
        ];
        assert_eq!(chosen, expected);
        assert_eq!(choose(Vec::new(), &none, 50), []);
        assert_eq!(choose(day(), &none, 0), []);
    }

    #[test]
    fn what_is_shown_already_is_not_shown_again_and_little_room_is_shared() {
        let chosen = choose(day(), &BTreeSet::from([3, 7]), 50);
        assert_eq!(chosen[0], (Worth::Negative, vec![8, 2]));
        assert_eq!(chosen[1], (Worth::Loud, vec![6]));
        let chosen = choose(day(), &BTreeSet::new(), 4);
        let expected = [(Worth::Negative, vec![3, 8]), (Worth::Loud, vec![7]), (Worth::Praise, vec![4])];
        assert_eq!(chosen, expected);
        let all: usize = choose(day(), &BTreeSet::new(), 6).iter().map(|(_, ids)| ids.len()).sum();
        assert_eq!(all, 6);
    }
}
