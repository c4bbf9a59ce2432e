//! A trial in words. Pure.

use askama::Template;

use super::Draft;
use crate::deliver::words::Voice;
use crate::deliver::words::trial::By;
use crate::model::notice::TrialNotice;

#[derive(Template)]
#[template(path = "trial.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    voice: Voice,
    came: &'a str,
}

#[derive(Template)]
#[template(path = "trial.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    voice: Voice,
    subject: &'a str,
    preheader: &'a str,
    came: &'a str,
}

pub fn render(notice: &TrialNotice, way: By<'_>, voice: Voice) -> Draft {
    let subject = voice.trial_subject();
    let preheader = voice.came_by(way);
    let came = voice.came_by_as_asked(way, &voice.time(notice.asked_at));
    let html = Page { voice, subject, preheader: &preheader, came: &came }.to_string();
    Draft { subject: subject.to_owned(), text: Text { voice, came: &came }.to_string(), html }
}
