//! Whether enough people wrote the stories of a window that is unusual. Pure.

use super::{Clearest, Watch};
use crate::insight::spike::incident::{Calm, Tally};
use crate::insight::spike::threshold::score;

/// Fewer negative stories, or authors, are no incident.
const FEWEST: u32 = 3;
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
    /// Why the stories of a window are no incident, however many there are, if they are none.
    pub(super) fn too_few(&self, clearest: &Clearest, needed: f64) -> Option<Calm> {
        let authors = Tally::of(self.recent.negative_since(clearest.window.from)).authors();
        if authors.stories < FEWEST {
            Some(Calm::FewStories)
        } else if !without_top(clearest, authors.top_counted, needed) {
            Some(Calm::OneAuthor)
        } else if authors.authors < FEWEST {
            Some(Calm::FewAuthors)
        } else {
            let authors = self.authors(clearest.place, &clearest.window)?;
            (authors.negative().log10_tail > -NEW_VOICES).then_some(Calm::UsualAuthors)
        }
    }
}

/// Whether a window is an alarm without its most frequent author, too, if that one is frequent.
fn without_top(clearest: &Clearest, top: u32, needed: f64) -> bool {
    let negative = clearest.window.negative;
    top < REPEATED || ONE_IN * top < negative || {
        score(clearest.place, negative.saturating_sub(top - 1), clearest.expected) >= WITHOUT_TOP * needed
    }
}
