//! What the head of a feed says about its rhythm, its hub, its own address and that of what is older. Never looks into entries.

use std::time::Duration;

use url::Url;

use super::entity::Entities;
use super::names::{Prefixes, Space};
use super::xml::{Piece, Pieces, Tag, attributes};
use crate::model::{Hub, Rhythm};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// The longest period that is believed: a year.
const LONGEST: u64 = 366 * DAY;
/// Most updates within a period that are believed.
const MOST: u64 = 10_000;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What a head says.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) rhythm: Rhythm,
    pub(super) hub: Option<Hub>,
    /// The archive before this document, else the next page.
    pub(super) older: Option<Url>,
}

/// Reads the stretches of a document that stand outside of its entries.
pub(super) fn read(heads: [&str; 2], base: &Url) -> Head {
    let mut reader = Reader::default();
    for head in heads {
        reader.read(head);
    }
    let address = |text: &Option<String>| text.as_deref().and_then(|text| web(text, base));
    let hub = address(&reader.hub).map(|url| Hub { url, topic: address(&reader.own).unwrap_or_else(|| base.clone()) });
    let older = address(&reader.archive).or_else(|| address(&reader.next));
    Head { rhythm: reader.rhythm(), hub, older }
}

/// An address of the web.
pub(super) fn web(text: &str, base: &Url) -> Option<Url> {
    base.join(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[derive(Default)]
struct Reader<'text> {
    entities: Entities<'text>,
    prefixes: Prefixes<'text>,
    every: Option<u64>,
    period: Option<u64>,
    frequency: Option<u64>,
    skip_hours: u32,
    skip_days: u8,
    hub: Option<String>,
    own: Option<String>,
    archive: Option<String>,
    next: Option<String>,
}

impl<'text> Reader<'text> {
    fn read(&mut self, head: &'text str) {
        let mut inside = None;
        for piece in Pieces::of(head) {
            match piece {
                Piece::Start(tag) => {
                    for (name, address) in attributes(tag.attributes) {
                        self.prefixes.learn(name, address);
                    }
                    let named = self.prefixes.look_up(tag.name, None);
                    if named == (Space::Core, "link".to_owned()) {
                        self.link(&tag);
                    }
                    inside = Some(named).filter(|_| !tag.empty);
                }
                Piece::Text(text) | Piece::Verbatim(text) => {
                    if let Some((space, local)) = &inside {
                        self.text(*space, local, text.trim());
                    }
                }
                Piece::End(_) => inside = None,
                Piece::Doctype(content) => self.entities.declare(content),
            }
        }
    }

    fn link(&mut self, tag: &Tag<'text>) {
        let rel = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
        let Some(href) = tag.attribute("href").filter(|href| !href.trim().is_empty()) else { return };
        for rel in rel.split_whitespace() {
            let place = match rel {
                "hub" => &mut self.hub,
                "self" => &mut self.own,
                "prev-archive" => &mut self.archive,
                "next" => &mut self.next,
                _ => continue,
            };
            if place.is_none() {
                *place = Some(self.entities.resolve(href).into_owned());
            }
        }
    }

    fn text(&mut self, space: Space, local: &str, text: &str) {
        let number = || text.parse::<u64>().ok();
        match (space, local) {
            (Space::Core, "ttl") => {
                self.every = number().filter(|minutes| *minutes > 0).map(|m| m.saturating_mul(MINUTE))
            }
            // Some count from 1 to 24, so that 24 is midnight.
            (Space::Core, "hour") => {
                if let Some(hour) = number().filter(|hour| *hour <= 24) {
                    self.skip_hours |= 1 << (hour % 24);
                }
            }
            (Space::Core, "day") => {
                let start = text.get(..3).unwrap_or_default().to_ascii_lowercase();
                self.skip_days |= (0..).zip(DAYS).find(|(_, day)| *day == start).map_or(0, |(n, _)| 1 << n);
            }
            (Space::Syndication, "updateperiod") => {
                self.period = match text.to_ascii_lowercase().as_str() {
                    "hourly" => Some(HOUR),
                    "daily" => Some(DAY),
                    "weekly" => Some(7 * DAY),
                    "monthly" => Some(30 * DAY),
                    "yearly" => Some(365 * DAY),
                    _ => self.period,
                };
            }
            (Space::Syndication, "updatefrequency") => {
                self.frequency = number().filter(|times| (1..=MOST).contains(times))
            }
            _ => {}
        }
    }

    fn rhythm(&self) -> Rhythm {
        // A frequency alone is one per day (RSS 1.0 Syndication).
        let period = self.period.or(self.frequency.map(|_| DAY)).map(|period| period / self.frequency.unwrap_or(1));
        let every = self.every.max(period).map(|seconds| Duration::from_secs(seconds.min(LONGEST)));
        Rhythm { every, skip_hours: self.skip_hours, skip_days: self.skip_days, expired: false }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Head, read};

    #[test]
    fn the_head_says_when_a_feed_changes() {
        let sy = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'";
        for (head, minutes, hours, days) in [
            ("<ttl>60</ttl>".to_owned(), Some(60), 0, 0),
            ("<ttl>0</ttl>".to_owned(), None, 0, 0),
            ("<ttl> soon </ttl>".to_owned(), None, 0, 0),
            ("<ttl>99999999999999999999</ttl><ttl>999999999</ttl>".to_owned(), Some(366 * 24 * 60), 0, 0),
            (format!("<rss {sy}><sy:updatePeriod>\nhourly </sy:updatePeriod>"), Some(60), 0, 0),
            (
                format!(
                    "<rss {sy}><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
                ),
                Some(15),
                0,
                0,
            ),
            ("<sy:updateFrequency>2</sy:updateFrequency><ttl>5</ttl>".to_owned(), Some(720), 0, 0),
            (
                "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>".to_owned(),
                Some(1_440),
                0,
                0,
            ),
            (
                "<skipHours><hour>0</hour><hour>24</hour><hour>23</hour><hour>25</hour></skipHours>".to_owned(),
                None,
                1 << 23 | 1,
                0,
            ),
            (
                "<skipDays><day>Monday</day><day>sunday</day><day>Caturday</day></skipDays>".to_owned(),
                None,
                0,
                0b100_0001,
            ),
        ] {
            let Head { rhythm, hub, .. } = read([&head, ""], &"https://x.example/f".parse().unwrap());
            assert_eq!(rhythm.every, minutes.map(|minutes| Duration::from_secs(minutes * 60)), "{head}");
            assert_eq!((rhythm.skip_hours, rhythm.skip_days, hub), (hours, days, None), "{head}");
        }
    }

    #[test]
    fn the_head_names_a_hub_and_the_feed_itself() {
        let base = "https://x.example/f".parse().unwrap();
        for (head, hub) in [
            (
                "<link rel='hub' href='https://hub.example/?a&amp;b'/><link rel='self' href='/own'/>",
                Some("https://hub.example/?a&b https://x.example/own"),
            ),
            ("<atom:link rel='hub' href='https://hub.example/'/>", Some("https://hub.example/ https://x.example/f")),
            (
                "<atom:link rel='self hub' href='https://hub.example/'/>",
                Some("https://hub.example/ https://hub.example/"),
            ),
            ("<link rel='hub' href='javascript:x'/>", None),
            ("<link>https://x.example/</link><link rel='self' href='/own'/>", None),
        ] {
            let found = read(["", head], &base).hub;
            assert_eq!(found.map(|hub| format!("{} {}", hub.url, hub.topic)).as_deref(), hub, "{head}");
        }
    }

    #[test]
    fn the_head_says_where_older_entries_are() {
        let base = "https://x.example/f".parse().unwrap();
        for (head, older) in [
            (
                "<link rel='prev-archive' href='/2026-10'/><link rel='next' href='?p=2'/>",
                Some("https://x.example/2026-10"),
            ),
            ("<atom:link rel='next' href='?p=2&amp;n=9'/>", Some("https://x.example/f?p=2&n=9")),
            ("<link rel='next-archive' href='/2026-12'/><link rel='previous' href='/0'/>", None),
            ("<link rel='prev-archive' href='mailto:x@x.example'/>", None),
        ] {
            assert_eq!(read([head, ""], &base).older.as_ref().map(url::Url::as_str), older, "{head}");
        }
    }
}
