//! A period as bars of tones, one for each hour, day or week: a picture in a page, block characters in a text. Pure.

use super::chart::{block, hour_ticks};
use super::page::colour;
use super::picture::Picture;
use crate::deliver::chart::{Bars, Tick};
use crate::deliver::words::Speech;
use crate::model::digest::{BarLength, ChartBar};
use crate::model::{Instant, Tone};

/// So many days are told by their names.
const NAMED_DAYS: usize = 10;
/// Most words below the bars.
const WORDS: usize = 5;

/// The chart in words and numbers.
pub struct PeriodChart {
    /// `Stories per hour`.
    pub title: &'static str,
    /// The bars of a page; `None` where there is nothing to show.
    pub picture: Option<Picture>,
    /// The bars of a text: all stories.
    pub blocks: String,
    /// What it shows, in a sentence.
    pub words: String,
}

impl PeriodChart {
    /// The chart of these bars.
    pub fn new(bars: &[ChartBar], length: BarLength, speech: Speech) -> Self {
        let peak = bars.iter().rev().max_by_key(|bar| bar.stories());
        let most = peak.map(ChartBar::stories).unwrap_or_default();
        let words = peak.map(|peak| {
            let when = match length {
                BarLength::Hour => speech.hour(peak.from),
                BarLength::Day | BarLength::Week => speech.day(peak.from),
            };
            speech.most_was_said(length, &when, peak.stories(), peak.negative)
        });
        Self {
            title: speech.stories_per(length),
            picture: draw(bars, length, speech),
            blocks: bars.iter().map(|bar| block(bar.stories(), most)).collect(),
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
    Picture::of(&Bars { colours: &Tone::ALL.map(colour), bars: &parts, usual: None, ticks: &ticks, number: &number })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tongue;
    use chrono::TimeDelta;
    use chrono_tz::Tz;

    fn bars(number: i64, apart: TimeDelta) -> Vec<ChartBar> {
        let start: Instant = "2026-11-22T23:00:00Z".parse().unwrap();
        let bar = |index: i32| {
            let negative = u64::from(index == 3) * 4;
            ChartBar { from: start + apart * index, negative, neutral: 1, positive: u64::from(index == 5), unscored: 0 }
        };
        (0..i32::try_from(number).unwrap()).map(bar).collect()
    }

    #[test]
    fn a_sentence_says_what_the_chart_shows() {
        let chart = |length, apart, tongue| {
            let speech = Speech::new(tongue, Tz::Europe__Oslo);
            let chart = PeriodChart::new(&bars(6, apart), length, speech);
            assert!(chart.picture.is_some());
            (chart.title, chart.blocks, chart.words)
        };
        let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
        let said = "Most was said from Mon 03:00 on: 5 stories, 4 of them negative.".to_owned();
        assert_eq!(chart(BarLength::Hour, hour, Tongue::En), ("Stories per hour", "▂▂▂█▂▄".to_owned(), said));
        let said = "Am meisten war am 26. Nov. zu hören: 5 Themen, davon 4 negativ.";
        assert_eq!(chart(BarLength::Day, day, Tongue::De).2, said);
        let said = "Det kom mest i uken fra 14. des.: 5 saker, 4 av dem negative.";
        assert_eq!(chart(BarLength::Week, day * 7, Tongue::Nb).2, said);
        let nothing = PeriodChart::new(&[], BarLength::Hour, Speech::new(Tongue::En, Tz::UTC));
        assert!(nothing.picture.is_none() && nothing.words.is_empty());
    }

    #[test]
    fn days_are_named_and_dates_are_few() {
        let named = |length, number, apart| -> Vec<(f64, String)> {
            let begins: Vec<Instant> = bars(number, apart).iter().map(|bar| bar.from).collect();
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
