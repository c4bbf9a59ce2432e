//! Charts in English.

use super::English;
use crate::deliver::words::chart::Chart;
use crate::deliver::words::common::Common as _;
use crate::model::digest::BarLength;

impl Chart for English {
    fn stories_per(&self, length: BarLength) -> &'static str {
        match length {
            BarLength::Hour => "Stories per hour",
            BarLength::Day => "Stories per day",
            BarLength::Week => "Stories per week",
        }
    }

    fn most_was_said(&self, length: BarLength, peak: &str, stories: u64, negative: u64) -> String {
        let when = match length {
            BarLength::Hour => format!("from {peak} on"),
            BarLength::Day => format!("on {peak}"),
            BarLength::Week => format!("in the week from {peak} on"),
        };
        format!("Most was said {when}: {}, {} of them negative.", self.stories(stories), self.grouped(negative))
    }
}
