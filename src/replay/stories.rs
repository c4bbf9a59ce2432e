//! Which stories a brand has, and which rules they have met: a copy says nothing new. Forgets what no copy can follow.

use std::collections::HashMap;

use crate::model::Instant;
use crate::model::time::before;
use crate::story::WINDOW;

#[derive(Debug)]
struct Story {
    last: Instant,
    /// Rules that it has met.
    rules: Vec<String>,
}

/// The stories of a brand, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Stories {
    known: HashMap<i64, Story>,
    tidied: Option<Instant>,
}

impl Stories {
    /// A mention of a story was found. Whether it is a copy.
    pub fn meet(&mut self, id: i64, now: Instant) -> bool {
        let old = before(now, WINDOW);
        if *self.tidied.get_or_insert(now) <= old {
            self.known.retain(|_, story| story.last > old);
            self.tidied = Some(now);
        }
        match self.known.get_mut(&id) {
            Some(story) => {
                story.last = now;
                true
            }
            None => {
                self.known.insert(id, Story { last: now, rules: Vec::new() });
                false
            }
        }
    }

    /// A mention of the story has met a rule. Whether no other has before.
    pub fn alert(&mut self, id: i64, rule: &str) -> bool {
        let Some(story) = self.known.get_mut(&id) else { return true };
        let new = story.rules.iter().all(|known| known != rule);
        if new {
            story.rules.push(rule.to_owned());
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_copy_is_known_and_alerts_by_another_rule_alone() {
        let (mut stories, now) = (Stories::default(), Instant::UNIX_EPOCH);
        assert!(!stories.meet(1, now) && stories.meet(1, now) && !stories.meet(2, now));
        assert!(stories.alert(1, "harm") && !stories.alert(1, "harm") && stories.alert(1, "complaint"));
        assert!(stories.alert(2, "harm"));
    }

    #[test]
    fn old_stories_are_forgotten() {
        let (mut stories, now) = (Stories::default(), Instant::UNIX_EPOCH);
        (0..1000).for_each(|id| assert!(!stories.meet(id, now + TimeDelta::hours(id))));
        assert!(stories.known.len() <= 2 * 72, "{}", stories.known.len());
    }
}
