//! Whether enough people wrote the stories of a window that is unusual. Pure.

use std::collections::HashSet;

use super::{Clearest, Watch};
use crate::insight::spike::WINDOWS;
use crate::insight::spike::incident::{Authors, Calm, Tally};
use crate::insight::spike::voices::PER_AUTHOR;

/// Fewer negative stories, or authors, are no incident.
pub(super) const FEWEST: u32 = 3;
/// An author with so many stories in a window, and with one in so many of them, may be a repeat poster. Without all but one of
/// that author's stories the window must still reach this part of the threshold.
const REPEATED: u32 = 3;
const ONE_IN: u32 = 6;
const WITHOUT_TOP: f64 = 0.9;
/// And so many authors of negative stories come by chance less often than this (a power of ten, negated): one time in five.
/// That is no threshold of its own, since it is asked of windows whose stories are beyond theirs. It tells new voices from the
/// usual ones that write more; a stricter one would miss four newcomers in a brand of 500 stories a day.
const NEW_VOICES: f64 = 0.7;

impl Watch {
    /// The clearest of some windows that enough people wrote, else why the clearest is no incident. One who writes a lot may
    /// fill that, while others say as well that many do: in these whoever is frequent in the clearest counts once.
    pub(super) fn of_enough_people(&self, windows: &mut [Clearest], needed: f64) -> Result<Clearest, Calm> {
        windows.sort_by(|a, b| b.score.total_cmp(&a.score));
        let Some((clearest, others)) = windows.split_first() else { return Err(Calm::Usual) };
        let all = Tally::of(self.recent.negative_since(clearest.window.from));
        let Some(calm) = self.too_few(clearest, &all.authors(), needed) else { return Ok(*clearest) };
        let is_wave = |window: &&Clearest| {
            let (once, tally) = self.once_each(**window, &all);
            once.score >= needed && self.too_few(&once, &tally.authors(), needed).is_none()
        };
        others.iter().find(is_wave).copied().ok_or(calm)
    }

    /// A window in which each author who is frequent elsewhere counts once, and its stories.
    fn once_each(&self, mut window: Clearest, elsewhere: &Tally) -> (Clearest, Tally) {
        let (mut met, mut tally) = (HashSet::new(), Tally::default());
        for story in self.recent.negative_since(window.window.from) {
            let frequent = story.author.filter(|author| elsewhere.counted_of(*author) >= REPEATED);
            if frequent.is_none_or(|author| met.insert(author)) {
                tally.add(story);
            } else {
                window.window.negative -= u32::from(story.counts);
            }
        }
        (window.counted_anew(), tally)
    }

    /// Why the stories of a window are no incident, however many there are, if they are none.
    fn too_few(&self, clearest: &Clearest, authors: &Authors, needed: f64) -> Option<Calm> {
        if authors.stories < FEWEST {
            Some(Calm::FewStories)
        } else if is_repeated(clearest, authors.top_counted)
            && without(*clearest, authors.top_counted).score < WITHOUT_TOP * needed
        {
            Some(Calm::OneAuthor)
        } else if authors.authors < FEWEST {
            Some(Calm::FewAuthors)
        } else {
            let authors = self.authors(clearest.place, &clearest.window)?;
            (authors.negative().log10_tail > -NEW_VOICES).then_some(Calm::UsualAuthors)
        }
    }

    /// The window without all but one of the stories of a repeat poster.
    pub(super) fn without_repeats(&self, clearest: Clearest) -> Clearest {
        let hours = WINDOWS.get(clearest.place).copied().unwrap_or_default();
        // Of more stories no author can have one in so many.
        if clearest.window.negative > ONE_IN * u32::from(PER_AUTHOR) * (hours + 1) {
            return clearest;
        }
        let top = Tally::of(self.recent.negative_since(clearest.window.from)).authors().top_counted;
        if is_repeated(&clearest, top) { without(clearest, top) } else { clearest }
    }
}

/// Whether an author with so many stories in a window may be a repeat poster.
fn is_repeated(clearest: &Clearest, top: u32) -> bool {
    top >= REPEATED && ONE_IN * top >= clearest.window.negative
}

/// The window without all but one of them.
fn without(mut clearest: Clearest, top: u32) -> Clearest {
    clearest.window.negative = clearest.window.negative.saturating_sub(top - 1);
    clearest.counted_anew()
}
