//! Numbers, times, lists and names in German.

use super::German;
use crate::deliver::words::common::{Common, joined};
use crate::deliver::words::date::Parts;
use crate::deliver::words::number::Marks;
use crate::model::{Severity, Tone};

pub const MARKS: Marks = Marks { thousands: ".", point: ",", percent: "\u{a0}%", less_than: "weniger als " };

const DAYS: [&str; 7] = ["Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."];
const MONTHS: [&str; 12] =
    ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."];

/// The names of the zones that have one in German.
fn zone(name: &str) -> &str {
    match name {
        "CET" => "MEZ",
        "CEST" => "MESZ",
        "EET" => "OEZ",
        "EEST" => "OESZ",
        "WET" => "WEZ",
        "WEST" => "WESZ",
        other => other,
    }
}

impl Common for German {
    fn tag(&self) -> &'static str {
        "de"
    }

    fn marks(&self) -> &'static Marks {
        &MARKS
    }

    fn time(&self, at: &Parts) -> String {
        format!("{} {}, {}", self.day(at), at.year, self.clock(at))
    }

    fn day_and_time(&self, at: &Parts) -> String {
        format!("{}, {}", at.weekday(&DAYS), self.time(at))
    }

    fn day(&self, at: &Parts) -> String {
        format!("{}.\u{a0}{}", at.day, at.month(&MONTHS))
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
        format!("{:02}:{:02}\u{a0}Uhr {}", at.hour, at.minute, zone(&at.zone))
    }

    fn list(&self, first: &[String], more: u64) -> String {
        joined(first, (more > 0).then(|| format!("{} weitere", MARKS.grouped(more))), "und")
    }

    fn quoted(&self, text: &str) -> String {
        format!("„{text}“")
    }

    fn tone(&self, tone: Tone) -> &'static str {
        match tone {
            Tone::Negative => "negativ",
            Tone::Neutral => "neutral",
            Tone::Positive => "positiv",
            Tone::Unscored => "unbewertet",
        }
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Info => "gering",
            Severity::Notice => "mittel",
            Severity::Urgent => "hoch",
        }
    }

    fn mentions(&self, number: u64) -> String {
        MARKS.count(number, "keine Erwähnungen", "Erwähnung", "Erwähnungen")
    }

    fn stories(&self, number: u64) -> String {
        MARKS.count(number, "keine Beiträge", "Beitrag", "Beiträge")
    }

    fn brands(&self, number: u64) -> String {
        MARKS.count(number, "keine Marken", "Marke", "Marken")
    }

    fn sources(&self, number: u64) -> String {
        MARKS.count(number, "keine Quellen", "Quelle", "Quellen")
    }

    fn alerts(&self, number: u64) -> String {
        MARKS.count(number, "keine Alarme", "Alarm", "Alarme")
    }

    fn authors(&self, number: u64) -> String {
        MARKS.count(number, "keine Verfasser", "Verfasser", "Verfasser")
    }

    fn sources_were(&self, number: u64) -> String {
        MARKS.count(number, "keine Quellen wurden", "Quelle wurde", "Quellen wurden")
    }

    fn sources_are_silent(&self, number: u64) -> String {
        MARKS.count(
            number,
            "keine Quelle ist ungewöhnlich still",
            "Quelle ist ungewöhnlich still",
            "Quellen sind ungewöhnlich still",
        )
    }
}
