//! The hours of an incident as bars: of table cells in a page, of block characters in a text. Needs no picture. Pure.

use super::page::colour;
use crate::deliver::words::Speech;
use crate::model::notice::HourOfStories;
use crate::model::{Instant, Tone};

/// Height of the highest bar in pixels.
const HEIGHT: u64 = 72;
/// Bars of a text, from the lowest to the highest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// An hour in which nothing was.
const NOTHING: char = '·';

/// The chart in words and numbers.
pub struct Chart {
    /// `The last 24 hours`; empty where there is nothing to show.
    pub title: String,
    /// The bars of a page.
    pub bars: Vec<Bar>,
    /// The bars of a text: negative stories.
    pub blocks: String,
    /// What stands below its beginning, its middle and its end.
    pub labels: [String; 3],
    /// What it shows, in a sentence.
    pub words: String,
    /// The colours of negative stories and of the others.
    pub colours: [&'static str; 2],
}

/// A bar of a page: heights in pixels.
pub struct Bar {
    /// Of the others.
    pub others: u64,
    /// Of the negative ones.
    pub negative: u64,
}

impl Chart {
    /// The chart of these hours.
    pub fn new(hours: &[HourOfStories], onset: Instant, speech: Speech) -> Self {
        let highest = hours.iter().map(|hour| hour.negative + hour.others).max().unwrap_or_default();
        let most = hours.iter().map(|hour| hour.negative).max().unwrap_or_default();
        let labels = match (hours.first(), hours.get(hours.len() / 2)) {
            (Some(first), Some(middle)) => [speech.hour(first.from), speech.hour(middle.from), speech.now().to_owned()],
            _ => [const { String::new() }; 3],
        };
        let peak = hours.iter().max_by_key(|hour| hour.negative).map(|hour| speech.hour(hour.from)).unwrap_or_default();
        let words = speech.chart_words(&speech.hour(onset), &peak, most);
        Self {
            title: if highest == 0 { String::new() } else { speech.last_hours(hours.len() as u64) },
            bars: hours
                .iter()
                .map(|hour| Bar { others: pixels(hour.others, highest), negative: pixels(hour.negative, highest) })
                .collect(),
            blocks: hours.iter().map(|hour| block(hour.negative, most)).collect(),
            labels,
            words,
            colours: [colour(Tone::Negative), colour(Tone::Unscored)],
        }
    }
}

/// What is there is seen, however little it is.
fn pixels(number: u64, highest: u64) -> u64 {
    if number == 0 { 0 } else { (number * HEIGHT / highest.max(1)).max(2) }
}

fn block(number: u64, most: u64) -> char {
    let step = (number * BLOCKS.len() as u64).div_ceil(most.max(1));
    step.checked_sub(1).and_then(|step| BLOCKS.get(usize::try_from(step).ok()?)).copied().unwrap_or(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tongue;
    use chrono::TimeDelta;
    use chrono_tz::Tz;
    #[test]
    fn the_least_is_seen_and_nothing_is_not() {
        let speech = Speech::new(Tongue::En, Tz::UTC);
        let start: Instant = "2026-11-24T08:00:00Z".parse().unwrap();
        let hour =
            |index: i64, negative, others| HourOfStories { from: start + TimeDelta::hours(index), negative, others };
        let chart = Chart::new(&[hour(0, 0, 0), hour(1, 1, 99), hour(2, 8, 0), hour(3, 4, 1)], start, speech);
        assert_eq!(chart.blocks, "·▁█▄");
        let heights: Vec<_> = chart.bars.iter().map(|bar| (bar.negative, bar.others)).collect();
        assert_eq!(heights, [(0, 0), (2, 71), (5, 0), (2, 2)]);
        assert_eq!((chart.title.as_str(), chart.labels[1].as_str()), ("The last 4 hours", "Tue 10:00"));
        assert_eq!(Chart::new(&[hour(0, 0, 0)], start, speech).title, "");
    }
}
