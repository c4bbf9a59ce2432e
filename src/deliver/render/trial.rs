//! A trial in words. Pure.

use askama::Template;
use chrono_tz::Tz;

use super::Draft;
use super::phrase::time;
use crate::model::notice::TrialNotice;
use crate::model::text::one_line;

#[derive(Template)]
#[template(path = "trial.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    way: &'a str,
    asked: &'a str,
}

#[derive(Template)]
#[template(path = "trial.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    subject: &'a str,
    preheader: &'a str,
    way: &'a str,
    asked: &'a str,
}

pub fn render(notice: &TrialNotice, way: &str, zone: Tz) -> Draft {
    let way = one_line(way, 200);
    let asked = time(notice.asked_at, zone);
    let subject = "mentiond: a trial mail, all is well";
    let preheader = format!("It came by {way}.");
    let html = Page { subject, preheader: &preheader, way: &way, asked: &asked }.to_string();
    Draft {
        subject: subject.to_owned(),
        text: Text { way: &way, asked: &asked }.to_string(),
        html,
        attachments: Vec::new(),
    }
}
