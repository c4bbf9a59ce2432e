//! What does not arrive, in words, for whoever is told of it by another way. Pure.

use askama::Template;
use chrono_tz::Tz;

use super::brief::{Point, brief_of};
use super::mention::NAME;
use super::page::colour;
use super::phrase::{count, grouped, time};
use super::{Draft, SUBJECT};
use crate::model::Tone;
use crate::model::outbox::channel_of;
use crate::model::text::one_line;
use crate::model::undelivered::{FailedWay, UndeliveredItem, UndeliveredNotice};

/// Most characters of an error.
const WHY: usize = 300;

/// What the templates show.
struct Mail {
    heading: String,
    ways: Vec<Named>,
    lead: String,
    items: Vec<Item>,
    more: String,
    colour: &'static str,
}

/// Something with a few lines.
struct Named {
    name: String,
    state: String,
    why: String,
    address: String,
}

/// A notice that did not arrive.
struct Item {
    head: Named,
    points: Vec<Point>,
}

#[derive(Template)]
#[template(path = "undelivered.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    mail: &'a Mail,
}

#[derive(Template)]
#[template(path = "undelivered.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    subject: &'a str,
    preheader: &'a str,
    mail: &'a Mail,
}

pub fn render(notice: &UndeliveredNotice, zone: Tz) -> Draft {
    let mail = Mail {
        heading: heading(notice, zone),
        ways: notice.broken.iter().chain(&notice.mended).map(|way| named(way, zone)).collect(),
        lead: lead(notice),
        items: notice.items.iter().map(|item| Item::new(item, zone)).collect(),
        more: more(notice),
        colour: colour(Tone::Negative),
    };
    let subject = format!("mentiond: {}", mail.heading);
    let html = Page { subject: &subject, preheader: &mail.lead, mail: &mail }.to_string();
    Draft { text: Text { mail: &mail }.to_string(), html, subject, attachments: Vec::new() }
}

/// The news.
pub fn heading(notice: &UndeliveredNotice, zone: Tz) -> String {
    let of_ways = |ways: &[FailedWay], words: fn(&FailedWay, Tz) -> String| {
        ways.iter().map(|way| words(way, zone)).collect::<Vec<_>>()
    };
    let mut parts = of_ways(&notice.broken, |way, zone| {
        let since = time(way.since, zone);
        match channel_of(&way.way) {
            Some(name) => format!("nothing gets through by the channel “{}” since {since}", one_line(name, NAME)),
            None => format!("no mail gets through since {since}"),
        }
    });
    parts.extend(of_ways(&notice.mended, |way, _| match channel_of(&way.way) {
        Some(name) => format!("the channel “{}” works again", one_line(name, NAME)),
        None => "mails get through again".to_owned(),
    }));
    let total = notice.items.len() as u64 + notice.more;
    match total {
        0 => {}
        1 => parts.push("1 notice does not arrive".to_owned()),
        _ => parts.push(format!("{} notices do not arrive", grouped(total))),
    }
    parts.join("; ")
}

/// What goes on by itself.
pub fn lead(notice: &UndeliveredNotice) -> String {
    let dead = notice.items.iter().any(|item| item.dead);
    let mut parts = Vec::new();
    if notice.waiting > 0 {
        let wait = if notice.waiting == 1 { "1 notice waits" } else { "notices wait" };
        let number = if notice.waiting == 1 { String::new() } else { grouped(notice.waiting) + " " };
        parts.push(format!("{number}{wait} and will be tried again."));
    }
    if dead {
        parts.push("What was given up is kept: see “mentiond dead-letters list”.".to_owned());
    }
    parts.join(" ")
}

/// A notice that does not arrive, in a line.
pub fn line(item: &UndeliveredItem, zone: Tz) -> Point {
    let brief = brief_of(&item.notice, &item.recipient, zone);
    let url = brief.points.first().and_then(|point| point.url.clone());
    Point { title: one_line(&brief.title, SUBJECT), url, detail: state(item, zone) }
}

fn more(notice: &UndeliveredNotice) -> String {
    match notice.more {
        0 => String::new(),
        more => format!("{} not shown here; “mentiond status” counts them.", count(more, "more is", "more are")),
    }
}

/// For whom, and since when.
fn state(item: &UndeliveredItem, zone: Tz) -> String {
    let given_up = if item.dead { ", given up" } else { "" };
    format!("for {}, since {}{given_up}", one_line(&item.recipient, NAME), time(item.since, zone))
}

fn named(way: &FailedWay, zone: Tz) -> Named {
    let since = time(way.since, zone);
    let state = match way.until {
        Some(until) => format!("from {since} to {}", time(until, zone)),
        None => format!("since {since}"),
    };
    let name = match channel_of(&way.way) {
        Some(name) => format!("the channel “{}”", one_line(name, NAME)),
        None => "mail".to_owned(),
    };
    Named { name, state, why: one_line(&way.error, WHY), address: String::new() }
}

impl Item {
    fn new(item: &UndeliveredItem, zone: Tz) -> Self {
        let brief = brief_of(&item.notice, &item.recipient, zone);
        let (state, why) = (state(item, zone), one_line(&item.error, WHY));
        let head = Named { name: one_line(&brief.title, SUBJECT), state, why, address: String::new() };
        Self { head, points: brief.points }
    }
}
