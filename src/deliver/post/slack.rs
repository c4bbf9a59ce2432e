//! Slack's incoming webhooks, and those of everybody who takes the same (Mattermost, Rocket.Chat, Discord below
//! `/slack`): one text in Slack's markup. Pure.

use serde_json::{Value, json};

use super::super::render::{Brief, Point};
use super::Answer;
use super::escape::slack as escape;

pub(super) fn body(brief: &Brief, answer: Option<Answer<'_>>) -> Value {
    let mut lines = vec![format!("*{}*", escape(&brief.title).replace('*', "∗")), escape(&brief.lead)];
    for point in &brief.points {
        lines.push(format!("• {}", title(point)));
        lines.push(escape(&point.detail));
    }
    lines.push(escape(&brief.more));
    lines.extend(answer.map(|Answer { label, address }| format!("<{}|{label}>", escape_address(address))));
    lines.retain(|line| !line.is_empty());
    json!({ "text": lines.join("\n"), "unfurl_links": false, "unfurl_media": false })
}

/// The title as a link, where there is one. A bar would end the address.
fn title(point: &Point) -> String {
    match &point.url {
        Some(url) => format!("<{}|{}>", escape_address(url), escape(&point.title).replace('|', "¦")),
        None => escape(&point.title),
    }
}

/// `@` is no sign of a call in an address.
fn escape_address(url: &str) -> String {
    url.replace('&', "&amp;").replace('|', "%7C")
}
