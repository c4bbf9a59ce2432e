//! The hours of an incident as bars: a picture in a page, block characters in a text. Pure.

use chrono::Timelike as _;
use chrono_tz::Tz;

use super::odds::usual;
use super::page::colour;
use super::phrase::{count, grouped};
use super::picture::Picture;
use crate::deliver::chart::{Bars, Tick};
use crate::model::notice::{HourOfStories, IncidentNotice};
use crate::model::{Instant, Tone};

/// Bars of a text, from the lowest to the highest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// An hour in which nothing was.
const NOTHING: char = '·';
/// The parts of a bar, from below: negative stories and the others.
const COLOURS: [Tone; 2] = [Tone::Negative, Tone::Unscored];
/// Most words below the bars.
const WORDS: usize = 5;

/// The chart in words and numbers.
pub struct Chart {
    /// `The last 24 hours`; empty where there is nothing to show.
    pub title: String,
    /// The bars of a page.
    pub picture: Option<Picture>,
    /// The bars of a text: negative stories.
    pub blocks: String,
    /// What stands below the beginning and the end of a text.
    pub labels: [String; 2],
    /// What it shows, in a sentence.
    pub words: String,
    /// The colours of negative stories and of the others.
    pub colours: [&'static str; 2],
}

impl Chart {
    /// The chart of these hours.
    pub fn new(notice: &IncidentNotice, zone: Tz) -> Self {
        let hours = notice.hours.as_slice();
        let most = hours.iter().map(|hour| hour.negative).max().unwrap_or_default();
        let picture = draw(notice, zone);
        let labels = hours.first().map(|first| [label(first.from, zone), "now".to_owned()]).unwrap_or_default();
        let peak = hours.iter().enumerate().max_by_key(|(_, hour)| hour.negative);
        let words = peak.map(|(place, hour)| worst(hour, notice.usual.get(place).copied(), zone)).unwrap_or_default();
        Self {
            title: if picture.is_none() {
                String::new()
            } else {
                format!("The last {}", count(hours.len() as u64, "hour", "hours"))
            },
            picture,
            blocks: hours.iter().map(|hour| block(hour.negative, most)).collect(),
            labels,
            words,
            colours: COLOURS.map(colour),
        }
    }
}

/// What the chart shows, in a sentence.
fn worst(hour: &HourOfStories, usual_then: Option<f64>, zone: Tz) -> String {
    let seen = count(hour.negative, "negative story", "negative stories");
    let where_usual = usual_then.map(|number| format!(" where {} usual", usual(number))).unwrap_or_default();
    format!("The worst hour, from {} on, had {seen}{where_usual}.", label(hour.from, zone))
}

fn draw(notice: &IncidentNotice, zone: Tz) -> Option<Picture> {
    let bars: Vec<Vec<u64>> = notice.hours.iter().map(|hour| vec![hour.negative, hour.others]).collect();
    let usual = (notice.usual.len() == bars.len()).then_some((notice.usual.as_slice(), "usual"));
    let ticks = ticks(&notice.hours, zone);
    Picture::of(&Bars { colours: &COLOURS.map(colour), bars: &bars, usual, ticks: &ticks, number: &grouped })
}

/// The hours that are named, at equal distances that a day is a multiple of; a day at its beginning.
fn ticks(hours: &[HourOfStories], zone: Tz) -> Vec<Tick> {
    let apart = if hours.len() / 6 < WORDS { 6 } else { 12 };
    let local = hours.iter().map(|hour| hour.from.with_timezone(&zone));
    let named = local.enumerate().filter(|(_, from)| from.hour().is_multiple_of(apart));
    named
        .map(|(place, from)| {
            let word = from.format(if from.hour() == 0 { "%a" } else { "%H:%M" }).to_string();
            Tick { at: place as f64, word }
        })
        .collect()
}

fn block(number: u64, most: u64) -> char {
    let step = (number * BLOCKS.len() as u64).div_ceil(most.max(1));
    step.checked_sub(1).and_then(|step| BLOCKS.get(usize::try_from(step).ok()?)).copied().unwrap_or(NOTHING)
}

/// `Tue 14:00`.
fn label(at: Instant, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn the_least_is_seen_and_nothing_is_not() {
        let blocks = |numbers: [u64; 4]| numbers.map(|number| block(number, 8)).iter().collect::<String>();
        assert_eq!(blocks([0, 1, 8, 4]), "·▁█▄");
    }

    #[test]
    fn hours_are_named_by_the_clock_of_the_recipient() {
        let start: Instant = "2026-11-24T08:00:00Z".parse().unwrap();
        let hours = |number: i64| -> Vec<HourOfStories> {
            let from = (0..number).map(|index| start + TimeDelta::hours(index));
            from.map(|from| HourOfStories { from, negative: 0, others: 0 }).collect()
        };
        let named = |number, zone| -> Vec<(f64, String)> {
            ticks(&hours(number), zone).into_iter().map(|tick| (tick.at, tick.word)).collect()
        };
        let place = |at: f64, word: &str| (at, word.to_owned());
        let day = [place(4.0, "12:00"), place(10.0, "18:00"), place(16.0, "Wed"), place(22.0, "06:00")];
        assert_eq!(named(24, Tz::UTC), day);
        assert_eq!(named(24, Tz::Europe__Oslo)[2], place(15.0, "Wed"));
        assert_eq!(
            named(48, Tz::UTC).iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>(),
            ["12:00", "Wed", "12:00", "Thu"]
        );
    }
}
