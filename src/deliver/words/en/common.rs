//! Numbers, times, lists and names in English.

use super::English;
use crate::deliver::words::common::{Common, joined};
use crate::deliver::words::date::Parts;
use crate::deliver::words::number::Marks;
use crate::model::{Severity, Tone};

pub const MARKS: Marks = Marks { thousands: ",", point: ".", percent: "%", less_than: "less than " };

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Common for English {
    fn tag(&self) -> &'static str {
        "en"
    }

    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn time(&self, at: &Parts) -> String {
        format!("{} {}, {}", self.day(at), at.year, self.clock(at))
    }

    fn day_and_time(&self, at: &Parts) -> String {
        format!("{} {}", at.weekday(&DAYS), self.time(at))
    }

    fn day(&self, at: &Parts) -> String {
        format!("{} {}", at.day, at.month(&MONTHS))
    }

    fn hour(&self, at: &Parts) -> String {
        format!("{} {:02}:{:02}", at.weekday(&DAYS), at.hour, at.minute)
    }

    fn weekday(&self, at: &Parts) -> &'static str {
        at.weekday(&DAYS)
    }

    fn o_clock(&self, at: &Parts) -> String {
        format!("{:02}:{:02}", at.hour, at.minute)
    }

    fn clock(&self, at: &Parts) -> String {
        format!("{:02}:{:02} {}", at.hour, at.minute, at.zone)
    }

    fn list(&self, first: &[String], more: u64) -> String {
        joined(first, (more > 0).then(|| format!("{} more", MARKS.grouped(more))), "and")
    }

    fn quoted(&self, text: &str) -> String {
        format!("“{text}”")
    }

    fn tone(&self, tone: Tone) -> &'static str {
        match tone {
            Tone::Negative => "negative",
            Tone::Neutral => "neutral",
            Tone::Positive => "positive",
            Tone::Unscored => "unscored",
        }
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Info => "info",
            Severity::Notice => "notice",
            Severity::Urgent => "urgent",
        }
    }

    fn mentions(&self, number: u64) -> String {
        MARKS.count(number, "no mentions", "mention", "mentions")
    }

    fn stories(&self, number: u64) -> String {
        MARKS.count(number, "no stories", "story", "stories")
    }

    fn brands(&self, number: u64) -> String {
        MARKS.count(number, "no brands", "brand", "brands")
    }

    fn sources(&self, number: u64) -> String {
        MARKS.count(number, "no sources", "source", "sources")
    }

    fn alerts(&self, number: u64) -> String {
        MARKS.count(number, "no alerts", "alert", "alerts")
    }

    fn authors(&self, number: u64) -> String {
        MARKS.count(number, "no authors", "author", "authors")
    }

    fn sources_were(&self, number: u64) -> String {
        MARKS.count(number, "no sources were", "source was", "sources were")
    }

    fn sources_are_silent(&self, number: u64) -> String {
        MARKS.count(
            number,
            "no sources are unusually silent",
            "source is unusually silent",
            "sources are unusually silent",
        )
    }
}
