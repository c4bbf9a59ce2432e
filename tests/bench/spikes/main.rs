//! How often the watch over spikes is wrong, and how soon it is right, on simulated streams, beside simpler detectors.
//!
//!     cargo bench --bench spikes [-- quick] [ours] [seed=N] [STREAM]
//!
//! Each stream has a cycle of the day and of the week, gamma noise common to all tones, and authors; negative stories are a
//! share of it. False incidents are counted on streams without a burst, four weeks after their start. Bursts are put into
//! others at random hours, ten days apart; caught is what begins between the start of the burst and an hour after its end.
//! The constants of the watch were chosen with other seeds than 101; without one the seed is 1.
#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by a panic and speaks to whoever runs it"
)]

mod simple;
mod streams;

use std::time::Instant;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mentiond::insight::spike::{Event, Settings, Story, Watch};

use simple::{SIMPLE, above, knowing, simple};
use streams::{Authors, Burst, DAY, HOUR, Numbers, PLAIN, Post, START, Shape, Stream, stream};

const BURST_EVERY: i64 = 10;

fn time(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(at, 0).unwrap_or_default()
}

/// The starts of incidents.
fn ours(model: &Stream, posts: &[Post], days: i64) -> Vec<i64> {
    let mut watch = Watch::new(Settings { time_zone: model.told, ..Settings::default() }, time(START));
    let mut starts = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (id, post) in posts.iter().enumerate() {
        while names.len() <= post.author as usize {
            names.push(names.len().to_string());
        }
        let author = (post.author != 0).then(|| names[post.author as usize].as_str());
        let story = Story { at: time(post.at), id: id as i64, author, negative: post.negative, source_since: None };
        let step = watch.observe(story, time(post.at));
        starts.extend(step.events.iter().filter(|event| matches!(event, Event::Start(_))).map(|_| post.at));
    }
    watch.tick(time(START + days * DAY));
    starts
}

#[derive(Default, Clone)]
struct Tally {
    months: f64,
    wrong: f64,
    bursts: f64,
    delays: Vec<f64>,
}

impl Tally {
    fn false_rate(&self) -> f64 {
        self.wrong / self.months.max(1e-9)
    }
    fn caught(&self) -> f64 {
        self.delays.len() as f64 / self.bursts.max(1e-9)
    }
    fn median(&mut self) -> f64 {
        self.delays.sort_by(f64::total_cmp);
        self.delays.get(self.delays.len() / 2).copied().unwrap_or(f64::NAN)
    }
    fn quiet(&mut self, starts: &[i64], warm: i64, days: i64) {
        self.months += (days - warm) as f64 / 30.0;
        self.wrong += starts.iter().filter(|start| **start >= START + warm * DAY).count() as f64;
    }
    fn bursts(&mut self, starts: &[i64], bursts: &[(i64, Burst)]) {
        for (from, burst) in bursts {
            self.bursts += 1.0;
            let to = from + (burst.hours + 1) * HOUR;
            if let Some(start) = starts.iter().find(|start| (*from..to).contains(start)) {
                self.delays.push((start - from) as f64 / 60.0);
            }
        }
    }
}

fn burst_times(burst: Burst, warm: i64, days: i64, seed: u64) -> Vec<(i64, Burst)> {
    let mut numbers = Numbers(seed.wrapping_mul(0xd134_2543_de82_ef95) | 1);
    for _ in 0..20 {
        numbers.unit();
    }
    (0..(days - warm) / BURST_EVERY)
        .map(|nth| (START + (warm + nth * BURST_EVERY) * DAY + (numbers.unit() * 5.0 * DAY as f64) as i64, burst))
        .collect()
}

/// All detectors on quiet streams; the first is ours.
fn quiet(model: &Stream, warm: i64, days: i64, runs: u64, simple_too: bool) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); 1 + SIMPLE.len()];
    for seed in 0..runs {
        let (posts, _) = stream(model, days, &[], seed + 1);
        tallies[0].quiet(&ours(model, &posts, days), warm, days);
        for (nth, (_, detector)) in SIMPLE.iter().enumerate().filter(|_| simple_too) {
            tallies[nth + 1].quiet(&simple(&posts, days, *detector), warm, days);
        }
    }
    tallies
}

fn with_bursts(model: &Stream, burst: Burst, warm: i64, days: i64, runs: u64, tallies: &mut [Tally], simple_too: bool) {
    for seed in 0..runs {
        let bursts = burst_times(burst, warm, days, model.seed + seed + 77);
        let (posts, _) = stream(model, days, &bursts, seed + 1000);
        tallies[0].bursts(&ours(model, &posts, days), &bursts);
        for (nth, (_, detector)) in SIMPLE.iter().enumerate().filter(|_| simple_too) {
            tallies[nth + 1].bursts(&simple(&posts, days, *detector), &bursts);
        }
    }
}

const fn flat(per_hour: f64) -> Burst {
    Burst { shape: Shape::Flat { authors: 0, others: 0.0 }, per_hour, hours: 6 }
}

/// What can be reached at all: who knows the true rate of each hour, with a threshold that keeps 0.3 false incidents.
fn limit(model: &Stream, days: i64, runs: u64) -> (f64, Vec<Tally>) {
    let quiet: Vec<Vec<f64>> = (0..runs)
        .map(|seed| {
            let (posts, usual) = stream(model, days, &[], seed + 1);
            knowing(&posts, &usual, days)
        })
        .collect();
    let rate = |threshold: f64| {
        let mut tally = Tally::default();
        quiet.iter().for_each(|scores| tally.quiet(&above(scores, threshold), 28, days));
        tally.false_rate()
    };
    let steps = (20..80).map(|step| f64::from(step) / 10.0);
    let threshold = steps.clone().find(|threshold| rate(*threshold) <= 0.3).unwrap_or(8.0);
    let tallies = BURSTS.map(|burst| {
        let mut tally = Tally::default();
        for seed in 0..runs / 2 {
            let bursts = burst_times(burst, 28, days, model.seed + seed + 77);
            let (posts, usual) = stream(model, days, &bursts, seed + 1000);
            tally.bursts(&above(&knowing(&posts, &usual, days), threshold), &bursts);
        }
        tally
    });
    (rate(threshold), tallies.to_vec())
}

const BURSTS: [Burst; 3] = [flat(5.0), flat(15.0), flat(100.0)];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let quick = arguments.iter().any(|argument| argument == "quick");
    let only_ours = arguments.iter().any(|argument| argument == "ours");
    let seed = arguments.iter().find_map(|argument| argument.strip_prefix("seed=")?.parse().ok()).unwrap_or(1);
    let plain = Stream { seed: (seed - 1) * 1_000_000, ..PLAIN };
    let scale = if quick { 1 } else { 4 };
    let began = Instant::now();
    let runs = |per_day: f64| scale * if per_day > 200.0 { 25 } else { 60 };
    println!(
        "{:<22} {:>5} {:>9}   caught and median minutes for +5, +15, +100 an hour",
        "detector", "a day", "false/30d"
    );
    let wanted = arguments
        .iter()
        .skip(1)
        .find(|argument| !["quick", "ours", "--bench"].contains(&argument.as_str()) && !argument.starts_with("seed="));
    for per_day in [5.0, 50.0, 500.0].into_iter().filter(|_| wanted.is_none()) {
        let model = Stream { per_day, ..plain };
        let mut quiet = quiet(&model, 28, 88, runs(per_day), !only_ours);
        let mut rows = vec![String::new(); quiet.len()];
        for burst in BURSTS {
            let mut tallies = vec![Tally::default(); rows.len()];
            with_bursts(&model, burst, 28, 88, runs(per_day) / 2, &mut tallies, !only_ours);
            for (row, tally) in rows.iter_mut().zip(&mut tallies) {
                row.push_str(&format!("  {:5.1} % {:4.0}", 100.0 * tally.caught(), tally.median()));
            }
        }
        let names = std::iter::once("mentiond").chain(SIMPLE.iter().map(|(name, _)| *name));
        for ((name, tally), row) in names.zip(&mut quiet).zip(rows).take(if only_ours { 1 } else { 9 }) {
            println!("{name:<22} {per_day:>5} {:>9.2} {row}", tally.false_rate());
        }
        if !only_ours {
            let (rate, tallies) = limit(&model, 88, runs(per_day));
            let row = tallies
                .into_iter()
                .map(|mut tally| format!("  {:5.1} % {:4.0}", 100.0 * tally.caught(), tally.median()));
            println!("{:<22} {per_day:>5} {rate:>9.2} {}", "who knows the rates", row.collect::<String>());
        }
    }
    println!(
        "\n{:<44} {:>5} {:>9}  caught and median minutes: +5, +15, +100, brigade, burn 12 h, burn 48 h",
        "other streams, mentiond", "a day", "false/30d"
    );
    // The clocks are put forward on the 62nd day.
    let new_york = Stream { zone: Tz::America__New_York, mornings: true, ..plain };
    let variations: Vec<(&str, Stream, i64)> = vec![
        ("gamma shape 2", Stream { hourly: 2.0, ..plain }, 28),
        ("gamma shape 1", Stream { hourly: 1.0, ..plain }, 28),
        ("gamma shape 50, no daily noise", Stream { hourly: 50.0, daily: 1e4, ..plain }, 28),
        ("daily noise of shape 8", Stream { daily: 8.0, ..plain }, 28),
        ("negative share of a day of shape 10", Stream { tone: 10.0, ..plain }, 28),
        ("no cycle", Stream { cycle: 0.0, ..plain }, 28),
        ("cycle of 0.95", Stream { cycle: 0.95, ..plain }, 28),
        ("all negative", Stream { share: 1.0, ..plain }, 28),
        ("all negative, gamma shape 3", Stream { share: 1.0, hourly: 3.0, ..plain }, 28),
        ("5 % negative", Stream { share: 0.05, ..plain }, 28),
        ("authors unknown", Stream { authors: Authors::Unknown, ..plain }, 28),
        ("every author another", Stream { authors: Authors::Unique, ..plain }, 28),
        ("few authors write most (Zipf 1.5)", Stream { authors: Authors::Zipf(1.5), ..plain }, 28),
        ("grows by 2 % a day", Stream { drift: 0.02, ..plain }, 28),
        ("shrinks by 2 % a day", Stream { drift: -0.02, ..plain }, 28),
        ("holiday of 4 days with 2.5 x volume", Stream { holiday: Some((50, 4, 2.5)), ..plain }, 28),
        ("holiday of 4 days with 0.3 x volume", Stream { holiday: Some((50, 4, 0.3)), ..plain }, 28),
        ("nothing for 3 days (we were down)", Stream { holiday: Some((50, 3, 0.0)), ..plain }, 28),
        ("steep mornings in New York, clocks changed", Stream { told: Tz::America__New_York, ..new_york }, 28),
        ("the same where nobody says where", new_york, 28),
        ("10 days of history", plain, 10),
        ("2 days of history", plain, 2),
    ];
    let burn = |double: f64| Burst { shape: Shape::Burn(double), per_hour: 0.0, hours: 48 };
    let brigade = Burst { shape: Shape::Flat { authors: 4, others: 0.0 }, per_hour: 30.0, hours: 6 };
    let wanted = |name: &str| wanted.is_none_or(|wanted| name.contains(wanted.as_str()));
    for (name, model, warm) in variations.into_iter().filter(|(name, ..)| wanted(name)) {
        for per_day in [5.0, 50.0, 500.0] {
            let model = Stream { per_day, ..model };
            let days = if warm < 28 { warm + 20 } else { 88 };
            let runs = runs(per_day) * if warm < 28 { 2 } else { 1 };
            let quiet = quiet(&model, warm, days, runs, false);
            let mut row = String::new();
            for burst in [flat(5.0), flat(15.0), flat(100.0), brigade, burn(12.0), burn(48.0)] {
                let mut tallies = vec![Tally::default(); 1];
                with_bursts(&model, burst, warm, days, runs / 3, &mut tallies, false);
                row.push_str(&format!("  {:5.1} % {:4.0}", 100.0 * tallies[0].caught(), tallies[0].median()));
            }
            println!("{name:<44} {per_day:>5} {:>9.2} {row}", quiet[0].false_rate());
        }
    }
    let repeat = Burst { shape: Shape::Flat { authors: 1, others: 0.0 }, per_hour: 30.0, hours: 6 };
    let praise = Burst { shape: Shape::Flat { authors: 0, others: 30.0 }, per_hour: 0.0, hours: 6 };
    let all = Burst { shape: Shape::Flat { authors: 0, others: 83.0 }, per_hour: 17.0, hours: 6 };
    println!("\nincidents during: one repeat poster (+30 an hour), praise only (+30), all tones as usual (+100)");
    for per_day in [5.0, 50.0, 500.0] {
        let mut row = String::new();
        for burst in [repeat, praise, all] {
            let mut tallies = vec![Tally::default(); 1];
            with_bursts(&Stream { per_day, ..plain }, burst, 28, 88, runs(per_day), &mut tallies, false);
            row.push_str(&format!("  {:5.1} %", 100.0 * tallies[0].caught()));
        }
        println!("{per_day:>5} a day {row}");
    }
    println!("{:.1} s", began.elapsed().as_secs_f64());
}
