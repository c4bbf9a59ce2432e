//! Telegram: `sendMessage` of the bot API, with a text in its HTML. Pure.

use serde_json::{Value, json};
use url::Url;

use super::super::render::{Brief, Point};
use super::escape::html;
use super::{Answer, below};

/// Most characters of a text, as Telegram counts them.
const LONGEST: usize = 4096;

/// The address, which holds the bot's token.
pub(super) fn address(server: &Url, token: &str) -> Option<Url> {
    below(server, &[&format!("bot{token}"), "sendMessage"])
}

pub(super) fn body(brief: &Brief, chat: &str, answer: Option<Answer<'_>>) -> Value {
    let mut points = brief.points.iter().map(point).collect::<Vec<_>>();
    let mut text = whole(brief, &points, answer);
    // Points are left out whole: a text that is cut could end within a mark.
    while text.encode_utf16().count() > LONGEST && points.pop().is_some() {
        text = whole(brief, &points, answer);
    }
    json!({
        "chat_id": chat,
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
    })
}

fn whole(brief: &Brief, points: &[String], answer: Option<Answer<'_>>) -> String {
    let mut lines = vec![format!("<b>{}</b>", html(&brief.title)), html(&brief.lead)];
    lines.extend(points.iter().cloned());
    lines.push(html(&brief.more));
    lines.extend(answer.map(|Answer { label, address }| format!("<a href=\"{}\">{label}</a>", html(address))));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

fn point(point: &Point) -> String {
    let title = match &point.url {
        Some(url) => format!("• <a href=\"{}\">{}</a>", html(url), html(&point.title)),
        None => format!("• {}", html(&point.title)),
    };
    if point.detail.is_empty() { title } else { format!("{title}\n{}", html(&point.detail)) }
}
