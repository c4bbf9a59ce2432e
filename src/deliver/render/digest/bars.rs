//! The stories of a period as bars: of table cells in a page, of block characters in a text. Pure.

use super::super::mention::NAME;
use super::super::page::colour;
use crate::deliver::words::Speech;
use crate::model::digest::{BarLength, ChartBar};
use crate::model::notice::DigestNotice;
use crate::model::text::one_line;
use crate::model::{Instant, Tone};

/// Height of the highest bar in pixels.
const HEIGHT: u64 = 64;
/// Bars of a text, from the lowest to the highest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// A span in which nothing was.
const NOTHING: char = '·';

/// The chart in words and numbers.
pub struct Bars {
    /// What it shows; empty where there is nothing to show.
    pub title: String,
    /// The bars of a page.
    pub bars: Vec<Bar>,
    /// All stories in the bars of a text.
    pub blocks: String,
    /// The negative ones.
    pub negative: String,
    /// What stands below its beginning and its end.
    pub labels: [String; 2],
    /// What it shows, in a sentence.
    pub words: String,
}

/// A bar of a page.
pub struct Bar {
    /// Its parts from the top, each with its height in pixels.
    pub parts: Vec<(u64, &'static str)>,
}

impl Bars {
    /// The chart of these bars.
    pub fn new(bars: &[ChartBar], notice: &DigestNotice, speech: Speech) -> Self {
        let most = bars.iter().map(ChartBar::stories).max().unwrap_or_default();
        let label = |at: Instant| match notice.bars {
            BarLength::Hour => speech.hour(at),
            BarLength::Day | BarLength::Week => speech.day(at),
        };
        // The first of equals.
        let peak = |of: fn(&ChartBar) -> u64| {
            bars.iter().rev().max_by_key(|bar| of(bar)).map(|bar| (label(bar.from), of(bar)))
        };
        let (busiest, worst) = (peak(ChartBar::stories), peak(|bar| bar.negative).filter(|(_, most)| *most > 0));
        let words = busiest.as_ref().map(|(from, most)| {
            let worst = worst.as_ref().map(|(from, most)| (from.as_str(), *most));
            speech.busiest_words(worst, (from, *most))
        });
        let blocks = |of: fn(&ChartBar) -> u64| bars.iter().map(|bar| block(of(bar), most)).collect::<String>();
        Self {
            title: if most == 0 || bars.len() < 2 { String::new() } else { speech.stories_per(notice.bars).to_owned() },
            bars: bars.iter().map(|bar| Bar::new(bar, most)).collect(),
            blocks: blocks(ChartBar::stories),
            negative: blocks(|bar| bar.negative),
            labels: [
                bars.first().map(|bar| label(bar.from)).unwrap_or_default(),
                bars.last().map(|bar| one_line(&label(bar.from), NAME)).unwrap_or_default(),
            ],
            words: words.unwrap_or_default(),
        }
    }
}

impl Bar {
    /// The worst at the bottom.
    fn new(bar: &ChartBar, most: u64) -> Self {
        let tones = Tone::ALL.into_iter().rev().map(|tone| (pixels(bar.of(tone), most), colour(tone)));
        Self { parts: tones.filter(|(height, _)| *height > 0).collect() }
    }
}

/// What is there is seen, however little it is.
fn pixels(number: u64, most: u64) -> u64 {
    if number == 0 { 0 } else { (number * HEIGHT / most.max(1)).max(2) }
}

fn block(number: u64, most: u64) -> char {
    let step = (number * BLOCKS.len() as u64).div_ceil(most.max(1));
    step.checked_sub(1).and_then(|step| BLOCKS.get(usize::try_from(step).ok()?)).copied().unwrap_or(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_seen_and_nothing_is_not() {
        let bar = ChartBar { from: Instant::UNIX_EPOCH, negative: 1, neutral: 0, positive: 99, unscored: 0 };
        let heights: Vec<u64> = Bar::new(&bar, 100).parts.iter().map(|(height, _)| *height).collect();
        assert_eq!(heights, [63, 2], "praise above, complaints below");
        assert_eq!([0, 1, 50, 100].map(|number| block(number, 100)), ['·', '▁', '▄', '█']);
    }
}
