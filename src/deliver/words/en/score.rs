//! Scores and coverage in English.

use super::English;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::score::{Part, Reading, Scores, Told, Unheard};
use crate::model::LossReason;

fn noun(told: Told, number: u64) -> &'static str {
    match (told, number) {
        (Told::Stories, 1) => "story",
        (Told::Stories, _) => "stories",
        (Told::Mentions, 1) => "mention",
        (Told::Mentions, _) => "mentions",
    }
}

fn of(part: Part) -> String {
    format!("{} of {}", MARKS.grouped(part.of), MARKS.grouped(part.all))
}

fn judged(told: Told, judged: Part) -> String {
    format!("based on {} {} that could be judged", of(judged), noun(told, judged.all))
}

fn with_author(told: Told, known: Part) -> String {
    format!("based on {} {} with a known author", of(known), noun(told, known.all))
}

impl Scores for English {
    fn score_names(&self) -> [&'static str; 4] {
        ["Strength", "Sentiment", "Passion", "Reach"]
    }

    fn unknown(&self) -> &'static str {
        "unknown"
    }

    fn strength(&self, share: Part, without_copies: bool) -> String {
        let once = if without_copies { ", copies left out" } else { "" };
        format!("share of the entries read that mention it: {}{once}", of(share))
    }

    fn no_entry(&self) -> &'static str {
        "no entry was new"
    }

    fn entries_forgotten(&self) -> &'static str {
        "not all entries read in this period are kept any more"
    }

    fn against(&self, positive: u64, negative: u64) -> String {
        format!("{} to {}", MARKS.grouped(positive), MARKS.grouped(negative))
    }

    fn sentiment(&self, told: Told, part: Part) -> String {
        format!("positive against negative {}; {}", noun(told, 2), judged(told, part))
    }

    fn no_sentiment(&self, told: Told, part: Part) -> String {
        format!("no {} is positive or negative; {}", noun(told, 1), judged(told, part))
    }

    fn passion(&self, told: Told, share: Part, known: Part) -> String {
        format!("share of the known authors who wrote more than once: {}; {}", of(share), with_author(told, known))
    }

    fn reach(&self, told: Told, ratio: Part, known: Part) -> String {
        let (of, all) = (MARKS.grouped(ratio.of), MARKS.grouped(ratio.all));
        format!("different authors per {}: {of} in {all}; {}", noun(told, 1), with_author(told, known))
    }

    fn nothing_to_score(&self) -> &'static str {
        "there are no mentions"
    }

    fn no_author(&self, told: Told) -> &'static str {
        match told {
            Told::Stories => "no story has a known author",
            Told::Mentions => "no mention has a known author",
        }
    }

    fn unheard(&self, why: Unheard) -> String {
        match why {
            Unheard::Silence => "nothing was said".to_owned(),
            Unheard::NoSources => "no mentions found; there are no sources".to_owned(),
            Unheard::Unread(number) => format!("no mentions found; {} not read", self.sources_were(number)),
            Unheard::Silent(number) => format!("no mentions found; {}", self.sources_are_silent(number)),
            Unheard::Gaps => "no mentions found; not everything was read all the time".to_owned(),
        }
    }

    fn reading(&self, reading: Reading) -> String {
        match reading {
            Reading::NoSources => "There are no sources, so nothing could be heard.".to_owned(),
            Reading::All(1, true) => "The only source was read.".to_owned(),
            Reading::All(1, false) => "The only source was read, but not all the time.".to_owned(),
            Reading::All(number, true) => format!("All {} were read.", self.sources(number)),
            Reading::All(number, false) => format!("All {} were read, but not all the time.", self.sources(number)),
            Reading::NoneToTheEnd(1) => {
                "The only source was not read to the end, so more may have been said.".to_owned()
            }
            Reading::NoneToTheEnd(number) => {
                format!("None of the {} was read to the end, so more may have been said.", self.sources(number))
            }
            Reading::Nothing(number) => format!("Nothing could be heard: {} not read.", self.sources_were(number)),
            Reading::Some(part) => {
                let were = if part.of == 1 { "was" } else { "were" };
                let (of, all) = (MARKS.grouped(part.of), self.sources(part.all));
                format!("{of} of {all} {were} not read, so more may have been said.")
            }
        }
    }

    fn silent_sources(&self, number: u64) -> String {
        let silent = self.sources_are_silent(number);
        match number {
            1 => format!("{silent}: it was read, but showed nothing new for longer than its rhythm explains."),
            _ => format!("{silent}: they were read, but showed nothing new for longer than their rhythm explains."),
        }
    }

    fn losing_sources(&self, number: u64) -> String {
        format!("Of {}, something may be missing.", self.sources(number))
    }

    fn lost(&self, source: &str, [from, to]: [&str; 2], why: &str) -> String {
        format!("{source}: what was said between {from} and {to} may be missing: {why}")
    }

    fn lost_for(&self, why: &LossReason) -> String {
        match why {
            LossReason::Hours(hours) if hours % 24 == 0 && *hours > 24 => {
                format!("the network shows only the last {} days", hours / 24)
            }
            LossReason::Hours(hours) => format!("the network shows only the last {hours} hours"),
            LossReason::Newest(number) => format!("the network shows only the newest {number}"),
            LossReason::Ends => "the network shows only the newest".to_owned(),
            LossReason::Chosen(number) => format!("the network shows only {number} that it has chosen"),
            LossReason::Partly => "the network did not search all that it has".to_owned(),
            LossReason::Posts(posts) => format!("comments are read below the newest {posts} posts only"),
            LossReason::Pages(pages) => format!("only {pages} pages are read back"),
            LossReason::Told(why) => format!("what its webhook told of could not be read ({why})"),
            LossReason::Unread { part, why } => format!("“{part}” could not be read ({why})"),
        }
    }

    fn not_read(&self, source: &str, since: Option<&str>) -> String {
        match since {
            Some(since) => format!("{source}: not read since {since}"),
            None => format!("{source}: never read yet"),
        }
    }

    fn read_again(&self, source: &str, from: Option<&str>, until: Option<&str>) -> String {
        let from = from.map(|from| format!("not read from {from}"));
        let until = until.map(|until| format!("read again since {until}"));
        format!("{source}: {}", [from, until].into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}
