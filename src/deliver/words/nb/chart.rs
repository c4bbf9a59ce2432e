//! Charts in Norwegian.

use super::Norwegian;
use crate::deliver::words::chart::Chart;
use crate::deliver::words::common::Common as _;
use crate::model::digest::BarLength;

impl Chart for Norwegian {
    fn stories_per(&self, length: BarLength) -> &'static str {
        match length {
            BarLength::Hour => "Saker per time",
            BarLength::Day => "Saker per dag",
            BarLength::Week => "Saker per uke",
        }
    }

    fn most_was_said(&self, length: BarLength, peak: &str, stories: u64, negative: u64) -> String {
        let when = match length {
            BarLength::Hour => format!("fra {peak}"),
            BarLength::Day => format!("den {peak}"),
            BarLength::Week => format!("i uken fra {peak}"),
        };
        format!("Det kom mest {when}: {}, {} av dem negative.", self.stories(stories), self.grouped(negative))
    }
}
