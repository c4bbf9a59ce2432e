//! The hours of an incident as bars: a picture in a page, block characters in a text. Pure.

use chrono::Timelike as _;

use super::odds::usual;
use super::page::colour;
use super::picture::Picture;
use crate::deliver::chart::{Bars, Tick};
use crate::deliver::words::Speech;
use crate::model::notice::IncidentNotice;
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
    pub fn new(notice: &IncidentNotice, speech: Speech) -> Self {
        let hours = notice.hours.as_slice();
        let most = hours.iter().map(|hour| hour.negative).max().unwrap_or_default();
        let picture = draw(notice, speech);
        let title = picture.as_ref().map(|_| speech.last_hours(hours.len() as u64)).unwrap_or_default();
        let labels = hours.first().map(|first| [speech.hour(first.from), speech.now().to_owned()]).unwrap_or_default();
        let words = hours.iter().enumerate().max_by_key(|(_, hour)| hour.negative).map(|(place, peak)| {
            let usual = notice.usual.get(place).map(|number| usual(*number));
            speech.chart_words(&speech.hour(peak.from), most, usual)
        });
        Self {
            title,
            picture,
            blocks: hours.iter().map(|hour| block(hour.negative, most)).collect(),
            labels,
            words: words.unwrap_or_default(),
            colours: COLOURS.map(colour),
        }
    }
}

fn draw(notice: &IncidentNotice, speech: Speech) -> Option<Picture> {
    let bars: Vec<Vec<u64>> = notice.hours.iter().map(|hour| vec![hour.negative, hour.others]).collect();
    let usual = (notice.usual.len() == bars.len()).then_some((notice.usual.as_slice(), speech.usual_line()));
    let begins: Vec<Instant> = notice.hours.iter().map(|hour| hour.from).collect();
    let number = |number| speech.grouped(number);
    Picture::of(&Bars {
        colours: &COLOURS.map(colour),
        bars: &bars,
        usual,
        ticks: &hour_ticks(&begins, speech),
        number: &number,
    })
}

/// The hours that are named, at equal distances that a day is a multiple of; a day at its beginning.
pub fn hour_ticks(begins: &[Instant], speech: Speech) -> Vec<Tick> {
    let apart = if begins.len() / 6 < WORDS { 6 } else { 12 };
    let hours = begins.iter().map(|begin| (begin, begin.with_timezone(&speech.zone()).hour()));
    let named = hours.enumerate().filter(|(_, (_, hour))| hour.is_multiple_of(apart));
    named
        .map(|(place, (begin, hour))| {
            let word = if hour == 0 { speech.weekday(*begin).to_owned() } else { speech.o_clock(*begin) };
            Tick { at: place as f64, word }
        })
        .collect()
}

/// A bar of a text.
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
        let blocks = |numbers: [u64; 4]| numbers.map(|number| block(number, 8)).iter().collect::<String>();
        assert_eq!(blocks([0, 1, 8, 4]), "·▁█▄");
    }

    #[test]
    fn hours_are_named_by_the_clock_of_the_recipient() {
        let start: Instant = "2026-11-24T08:00:00Z".parse().unwrap();
        let named = |number: i64, tongue, zone| -> Vec<(f64, String)> {
            let begins: Vec<Instant> = (0..number).map(|index| start + TimeDelta::hours(index)).collect();
            let ticks = hour_ticks(&begins, Speech::new(tongue, zone));
            ticks.into_iter().map(|tick| (tick.at, tick.word)).collect()
        };
        let place = |at: f64, word: &str| (at, word.to_owned());
        let day = [place(4.0, "12:00"), place(10.0, "18:00"), place(16.0, "Wed"), place(22.0, "06:00")];
        assert_eq!(named(24, Tongue::En, Tz::UTC), day);
        assert_eq!(named(24, Tongue::Nb, Tz::Europe__Oslo)[1..3], [place(9.0, "18.00"), place(15.0, "on.")]);
        let two_days = named(48, Tongue::De, Tz::UTC);
        assert_eq!(
            two_days.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>(),
            ["12:00", "Mi.", "12:00", "Do."]
        );
    }
}
