//! A trial in words. Pure.

use askama::Template;

use super::Draft;
use crate::deliver::words::Speech;
use crate::deliver::words::trial::By;
use crate::model::notice::TrialNotice;

#[derive(Template)]
#[template(path = "trial.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    speech: Speech,
    came: &'a str,
}

#[derive(Template)]
#[template(path = "trial.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    speech: Speech,
    subject: &'a str,
    preheader: &'a str,
    came: &'a str,
}

pub fn render(notice: &TrialNotice, way: By<'_>, speech: Speech) -> Draft {
    let subject = speech.trial_subject();
    let preheader = speech.came_by(way);
    let came = speech.came_by_as_asked(way, &speech.time(notice.asked_at));
    let html = Page { speech, subject, preheader: &preheader, came: &came }.to_string();
    Draft { subject: subject.to_owned(), text: Text { speech, came: &came }.to_string(), html, attachments: Vec::new() }
}
