//! Numbers, times, lists and names in Norwegian.

use super::Norwegian;
use crate::deliver::words::common::{Common, joined};
use crate::deliver::words::date::Parts;
use crate::deliver::words::number::Marks;
use crate::model::{Severity, Tone};

pub const MARKS: Marks = Marks { thousands: "\u{202f}", point: ",", percent: "\u{a0}%", less_than: "mindre enn " };

const DAYS: [&str; 7] = ["ma.", "ti.", "on.", "to.", "fr.", "lø.", "sø."];
const MONTHS: [&str; 12] =
    ["jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."];

impl Common for Norwegian {
    fn tag(&self) -> &'static str {
        "nb"
    }

    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn time(&self, at: &Parts) -> String {
        format!("{} {} {}", self.day(at), at.year, self.clock(at))
    }

    fn day_and_time(&self, at: &Parts) -> String {
        format!("{} {}", at.weekday(&DAYS), self.time(at))
    }

    fn day(&self, at: &Parts) -> String {
        format!("{}.\u{a0}{}", at.day, at.month(&MONTHS))
    }

    fn hour(&self, at: &Parts) -> String {
        format!("{} {:02}.{:02}", at.weekday(&DAYS), at.hour, at.minute)
    }

    fn weekday(&self, at: &Parts) -> &'static str {
        at.weekday(&DAYS)
    }

    fn o_clock(&self, at: &Parts) -> String {
        format!("{:02}.{:02}", at.hour, at.minute)
    }

    fn clock(&self, at: &Parts) -> String {
        format!("kl.\u{a0}{:02}.{:02} {}", at.hour, at.minute, at.zone)
    }

    fn list(&self, first: &[String], more: u64) -> String {
        joined(first, (more > 0).then(|| format!("{} til", MARKS.grouped(more))), "og")
    }

    fn quoted(&self, text: &str) -> String {
        format!("«{text}»")
    }

    fn tone(&self, tone: Tone) -> &'static str {
        match tone {
            Tone::Negative => "negativ",
            Tone::Neutral => "nøytral",
            Tone::Positive => "positiv",
            Tone::Unscored => "ikke vurdert",
        }
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Info => "lav",
            Severity::Notice => "middels",
            Severity::Urgent => "høy",
        }
    }

    fn mentions(&self, number: u64) -> String {
        MARKS.count(number, "ingen omtaler", "omtale", "omtaler")
    }

    fn stories(&self, number: u64) -> String {
        MARKS.count(number, "ingen saker", "sak", "saker")
    }

    fn brands(&self, number: u64) -> String {
        MARKS.count(number, "ingen merker", "merke", "merker")
    }

    fn sources(&self, number: u64) -> String {
        MARKS.count(number, "ingen kilder", "kilde", "kilder")
    }

    fn alerts(&self, number: u64) -> String {
        MARKS.count(number, "ingen varsler", "varsel", "varsler")
    }

    fn authors(&self, number: u64) -> String {
        MARKS.count(number, "ingen forfattere", "forfatter", "forfattere")
    }

    fn sources_were(&self, number: u64) -> String {
        MARKS.count(number, "ingen kilder ble", "kilde ble", "kilder ble")
    }

    fn sources_are_silent(&self, number: u64) -> String {
        MARKS.count(number, "ingen kilder er uvanlig stille", "kilde er uvanlig stille", "kilder er uvanlig stille")
    }
}
