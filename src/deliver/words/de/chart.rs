//! Charts in German.

use super::German;
use crate::deliver::words::chart::Chart;
use crate::deliver::words::common::Common as _;
use crate::model::digest::BarLength;

impl Chart for German {
    fn stories_per(&self, length: BarLength) -> &'static str {
        match length {
            BarLength::Hour => "Themen je Stunde",
            BarLength::Day => "Themen je Tag",
            BarLength::Week => "Themen je Woche",
        }
    }

    fn most_was_said(&self, length: BarLength, peak: &str, stories: u64, negative: u64) -> String {
        let when = match length {
            BarLength::Hour => format!("ab {peak}"),
            BarLength::Day => format!("am {peak}"),
            BarLength::Week => format!("in der Woche ab {peak}"),
        };
        format!("Am meisten war {when} zu hören: {}, davon {} negativ.", self.stories(stories), self.grouped(negative))
    }
}
