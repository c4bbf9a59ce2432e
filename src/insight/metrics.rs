//! Four scores in the manner of Social Mention, a search engine for mentions that is gone; its help page explained
//! them in a sentence each. Ours rest on the counts that a digest shows beside them:
//!
//! | score | Social Mention | here |
//! |---|---|---|
//! | Strength | the likelihood of being discussed: mentions of the last 24 hours / total possible mentions | stories / entries read in the period without copies, in percent |
//! | Sentiment | mentions that are generally positive : those that are generally negative | positive : negative stories, as two counts |
//! | Passion | the likelihood that those who talk about the brand do so repeatedly | authors with two or more stories / known authors, in percent |
//! | Reach | unique authors / total mentions | known authors / stories with a known author, in percent |
//!
//! It differs in that the period is the digest's, that "possible mentions" are what was read and not a guess, that
//! Passion has a formula at all, and that stories whose author is not known neither lower Reach nor count as one
//! author. Neutral stories and those that could not be judged do not touch Sentiment.
//!
//! A story is a text with all its copies; it counts once in each period in which a mention tells it, with the tone and
//! the author of the mention that was published first. So a report that forty sites copy is one voice and not forty,
//! and its author does not come back forty times. Strength leaves the copies out on both sides, since they were read
//! as entries too: entries read without copies = entries − (mentions − stories).

use crate::model::notice::{Counts, Metrics};

/// The scores of what was counted in a period. A score whose divisor is 0 is `None` and not 0: nothing is known then. There
/// is no Strength either where entries of the period were forgotten: it would grow with everything that goes.
#[must_use]
pub fn score(counts: Counts) -> Metrics {
    let Counts { stories, negative, positive, with_author, authors, repeat_authors, .. } = counts;
    Metrics {
        counts,
        strength: if counts.forgotten { None } else { percent(stories, counts.originals()) },
        sentiment: (positive + negative > 0).then_some((positive, negative)),
        passion: percent(repeat_authors, authors),
        reach: percent(authors, with_author),
    }
}

/// From 0 to 100.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 * 100.0 / whole as f64).min(100.0))
}
