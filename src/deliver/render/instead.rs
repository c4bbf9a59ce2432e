//! That a notice comes by another way than it was meant to, and whom it did not reach, in one line above all the rest. Pure.

use askama::Template;

use super::Draft;
use super::mention::NAME;
use crate::deliver::words::Speech;
use crate::model::outbox::{Instead, OutboxMessage, channel_of};
use crate::model::text::one_line;

/// So many of those whom it did not reach either are named.
const NAMED: usize = 8;

/// Where the page has room for it. No text of strangers can hold it: theirs is escaped.
const PLACE: &str = "<!--instead-->\n";

#[derive(Template)]
#[template(path = "instead.html", config = "src/deliver/templates/askama.toml")]
struct Above<'a> {
    line: &'a str,
}

/// The line; empty for what comes as it was meant to.
pub fn line(message: &OutboxMessage, speech: Speech) -> String {
    let Some(Instead { recipient, since, others }) = &message.instead else { return String::new() };
    let name = |recipient: &str| one_line(channel_of(recipient).unwrap_or(recipient), NAME);
    let comes = speech.comes_instead(&name(recipient), channel_of(recipient).is_some(), &speech.time(*since));
    if others.is_empty() {
        return comes;
    }
    let named = others.iter().take(NAMED).map(|other| match channel_of(other) {
        Some(_) => speech.quoted(&name(other)),
        None => name(other),
    });
    let named: Vec<String> = named.collect();
    let more = (others.len() - named.len()) as u64;
    format!("{comes} {}", speech.nor_did_it_reach(&speech.list(&named, more)))
}

/// The notice with the line.
pub fn tell(draft: Draft, line: &str) -> Draft {
    if line.is_empty() {
        return Draft { html: draft.html.replacen(PLACE, "", 1), ..draft };
    }
    let html = draft.html.replacen(PLACE, &Above { line }.to_string(), 1);
    Draft { text: format!("{line}\n\n{}", draft.text), html, ..draft }
}
