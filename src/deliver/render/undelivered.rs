//! What does not arrive, in words, for whoever is told of it by another way. Pure.

use askama::Template;

use super::brief::{Point, brief_of};
use super::mention::NAME;
use super::page::colour;
use super::{Draft, SUBJECT};
use crate::deliver::words::Speech;
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
    speech: Speech,
    subject: &'a str,
    preheader: &'a str,
    mail: &'a Mail,
}

pub fn render(notice: &UndeliveredNotice, speech: Speech) -> Draft {
    let heading = heading(notice, speech);
    let mail = Mail {
        heading: capital(&heading),
        ways: notice.broken.iter().chain(&notice.mended).map(|way| named(way, speech)).collect(),
        lead: lead(notice, speech),
        items: notice.items.iter().map(|item| Item::new(item, speech)).collect(),
        more: if notice.more > 0 { speech.notices_not_shown(notice.more) } else { String::new() },
        colour: colour(Tone::Negative),
    };
    let subject = format!("mentiond: {heading}");
    let html = Page { speech, subject: &subject, preheader: &mail.lead, mail: &mail }.to_string();
    Draft { text: Text { mail: &mail }.to_string(), html, subject, attachments: Vec::new() }
}

/// The same, but as a sentence begins.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The news.
pub fn heading(notice: &UndeliveredNotice, speech: Speech) -> String {
    let broken = notice.broken.iter().map(|way| speech.nothing_by(channel(way).as_deref(), &speech.time(way.since)));
    let mended = notice.mended.iter().map(|way| speech.again_by(channel(way).as_deref()));
    let total = notice.items.len() as u64 + notice.more;
    let late = (total > 0).then(|| speech.do_not_arrive(total));
    broken.chain(mended).chain(late).collect::<Vec<_>>().join("; ")
}

/// What goes on by itself.
pub fn lead(notice: &UndeliveredNotice, speech: Speech) -> String {
    let waiting = (notice.waiting > 0).then(|| speech.wait(notice.waiting));
    let dead = notice.items.iter().any(|item| item.dead).then(|| speech.given_up_is_kept().to_owned());
    waiting.into_iter().chain(dead).collect::<Vec<_>>().join(" ")
}

/// A notice that does not arrive, in a line.
pub fn line(item: &UndeliveredItem, speech: Speech) -> Point {
    let brief = brief_of(&item.notice, &item.recipient, speech);
    let url = brief.points.first().and_then(|point| point.url.clone());
    Point { title: one_line(&brief.title, SUBJECT), url, detail: state(item, speech) }
}

/// For whom, and since when.
fn state(item: &UndeliveredItem, speech: Speech) -> String {
    speech.for_whom(&one_line(&item.recipient, NAME), &speech.time(item.since), item.dead)
}

/// The name of the channel, if it is one.
fn channel(way: &FailedWay) -> Option<String> {
    channel_of(&way.way).map(|name| one_line(name, NAME))
}

fn named(way: &FailedWay, speech: Speech) -> Named {
    let until = way.until.map(|until| speech.time(until));
    Named {
        name: speech.way_out(channel(way).as_deref()),
        state: speech.between(&speech.time(way.since), until.as_deref()),
        why: one_line(&way.error, WHY),
        address: String::new(),
    }
}

impl Item {
    fn new(item: &UndeliveredItem, speech: Speech) -> Self {
        let brief = brief_of(&item.notice, &item.recipient, speech);
        let (state, why) = (state(item, speech), one_line(&item.error, WHY));
        let head = Named { name: one_line(&brief.title, SUBJECT), state, why, address: String::new() };
        Self { head, points: brief.points }
    }
}
