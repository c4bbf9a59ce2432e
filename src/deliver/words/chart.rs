//! What the chart of a period says.

use crate::model::digest::BarLength;

/// The words of charts.
pub trait Chart {
    /// Above a chart: what its bars count.
    fn stories_per(&self, length: BarLength) -> &'static str;

    /// What it shows, in a sentence: the highest bar, which began at `peak`, its stories, and how many of them are negative.
    fn most_was_said(&self, length: BarLength, peak: &str, stories: u64, negative: u64) -> String;
}
