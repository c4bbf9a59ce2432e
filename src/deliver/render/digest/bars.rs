//! The stories of a period as bars: a picture in a page, block characters in a text. Pure.

use super::super::chart::hour_ticks;
use super::super::page::colour;
use super::super::picture::Picture;
use crate::deliver::chart::{Bars as Drawing, Tick};
use crate::deliver::words::Speech;
use crate::model::digest::{BarLength, ChartBar};
use crate::model::notice::DigestNotice;
use crate::model::{Instant, Tone};

/// Bars of a text, from the lowest to the highest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// A span in which nothing was.
const NOTHING: char = '·';
/// So many days are told by their names.
const NAMED_DAYS: usize = 10;
/// Most words below the bars.
const WORDS: usize = 5;

/// The chart in words and numbers.
pub struct Bars {
    /// What it shows; empty where there is nothing to show.
    pub title: String,
    /// The bars of a page.
    pub picture: Option<Picture>,
    /// All stories in the bars of a text.
    pub blocks: String,
    /// The negative ones.
    pub negative: String,
    /// What it shows, in a sentence.
    pub words: String,
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
            picture: draw(bars, notice.bars, speech),
            blocks: blocks(ChartBar::stories),
            negative: blocks(|bar| bar.negative),
            words: words.unwrap_or_default(),
        }
    }
}

fn draw(bars: &[ChartBar], length: BarLength, speech: Speech) -> Option<Picture> {
    let begins: Vec<Instant> = bars.iter().map(|bar| bar.from).collect();
    let parts: Vec<Vec<u64>> = bars.iter().map(|bar| Tone::ALL.map(|tone| bar.of(tone)).to_vec()).collect();
    let ticks = match length {
        BarLength::Hour => hour_ticks(&begins, speech),
        BarLength::Day | BarLength::Week => date_ticks(&begins, length, speech),
    };
    let number = |number| speech.grouped(number);
    Picture::of(&Drawing { colours: &Tone::ALL.map(colour), bars: &parts, usual: None, ticks: &ticks, number: &number })
}

/// Below the middle of a bar: the names of a few days, or some dates.
fn date_ticks(begins: &[Instant], length: BarLength, speech: Speech) -> Vec<Tick> {
    let named = length == BarLength::Day && begins.len() <= NAMED_DAYS;
    let apart = match length {
        _ if named => 1,
        // The dates are those of the same day of the week.
        BarLength::Day => 7 * begins.len().div_ceil(7 * WORDS),
        _ => begins.len().div_ceil(WORDS),
    };
    let word = |at: Instant| if named { speech.weekday(at).to_owned() } else { speech.day(at) };
    let shown = begins.iter().enumerate().step_by(apart.max(1));
    shown.map(|(place, begin)| Tick { at: place as f64 + 0.5, word: word(*begin) }).collect()
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
        assert_eq!([0, 1, 50, 100].map(|number| block(number, 100)), ['·', '▁', '▄', '█']);
    }

    #[test]
    fn days_are_named_and_dates_are_few() {
        let start: Instant = "2026-11-22T23:00:00Z".parse().unwrap();
        let named = |length, number: i32, apart: TimeDelta| -> Vec<(f64, String)> {
            let begins: Vec<Instant> = (0..number).map(|index| start + apart * index).collect();
            let ticks = date_ticks(&begins, length, Speech::new(Tongue::En, Tz::Europe__Oslo));
            ticks.into_iter().map(|tick| (tick.at, tick.word)).collect()
        };
        let day = TimeDelta::days(1);
        let week = named(BarLength::Day, 7, day);
        assert_eq!((week.len(), &week[0], &week[6]), (7, &(0.5, "Mon".to_owned()), &(6.5, "Sun".to_owned())));
        let month = named(BarLength::Day, 31, day);
        assert_eq!((month.len(), &month[1]), (5, &(7.5, "30 Nov".to_owned())));
        assert_eq!(named(BarLength::Day, 70, day).len(), 5);
        assert_eq!(named(BarLength::Week, 13, day * 7).len(), 5);
    }
}
