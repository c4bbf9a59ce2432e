//! That a notice comes by another way than it was meant to, in one line above all the rest. Pure.

use askama::Template;

use super::Draft;
use super::mention::NAME;
use crate::deliver::words::Speech;
use crate::model::outbox::{Instead, OutboxMessage, channel_of};
use crate::model::text::one_line;

/// Where the page has room for it. No text of strangers can hold it: theirs is escaped.
const PLACE: &str = "<!--instead-->\n";

#[derive(Template)]
#[template(path = "instead.html", config = "src/deliver/templates/askama.toml")]
struct Above<'a> {
    line: &'a str,
}

/// The line; empty for what comes as it was meant to.
pub fn line(message: &OutboxMessage, speech: Speech) -> String {
    let Some(Instead { recipient, since }) = &message.instead else { return String::new() };
    let channel = channel_of(recipient);
    let whom = one_line(channel.unwrap_or(recipient), NAME);
    speech.comes_instead(&whom, channel.is_some(), &speech.time(*since))
}

/// The notice with the line.
pub fn tell(draft: Draft, line: &str) -> Draft {
    if line.is_empty() {
        return Draft { html: draft.html.replacen(PLACE, "", 1), ..draft };
    }
    let html = draft.html.replacen(PLACE, &Above { line }.to_string(), 1);
    Draft { text: format!("{line}\n\n{}", draft.text), html, ..draft }
}
