//! Matrix: a message event, put under the row's own transaction id, so that a homeserver that has it already does not
//! show it again. Pure.

use serde_json::{Value, json};
use url::Url;

use super::super::render::{Brief, Point};
use super::escape::html;
use super::{Answer, below};

/// The address of the event.
pub(super) fn address(server: &Url, room: &str, transaction: &str) -> Option<Url> {
    below(server, &["_matrix", "client", "v3", "rooms", room, "send", "m.room.message", transaction])
}

/// A text, and the same in HTML. Nobody is mentioned: `@room` in a title calls nobody.
pub(super) fn body(brief: &Brief, answer: Option<Answer<'_>>) -> Value {
    let plain = |point: &Point| {
        let title = Some(format!("• {}", point.title));
        [title, Some(point.detail.clone()), point.url.clone()].into_iter().flatten().collect::<Vec<_>>()
    };
    let mut lines = vec![brief.title.clone(), brief.lead.clone()];
    lines.extend(brief.points.iter().flat_map(plain));
    lines.push(brief.more.clone());
    lines.extend(answer.map(|Answer { label, address }| format!("{label}: {address}")));
    lines.retain(|line| !line.is_empty());
    json!({
        "msgtype": "m.text",
        "body": lines.join("\n"),
        "format": "org.matrix.custom.html",
        "formatted_body": formatted(brief, answer),
        "m.mentions": {},
    })
}

fn formatted(brief: &Brief, answer: Option<Answer<'_>>) -> String {
    let paragraph = |text: &str| if text.is_empty() { String::new() } else { format!("<p>{}</p>", html(text)) };
    let points: String = brief.points.iter().map(point).collect();
    let points = if points.is_empty() { points } else { format!("<ul>{points}</ul>") };
    let title = format!("<strong>{}</strong>", html(&brief.title));
    let answer = answer
        .map(|Answer { label, address }| format!("<p><a href=\"{}\">{label}</a></p>", html(address)))
        .unwrap_or_default();
    format!("{title}{}{points}{}{answer}", paragraph(&brief.lead), paragraph(&brief.more))
}

fn point(point: &Point) -> String {
    let title = html(&point.title);
    let title = match &point.url {
        Some(url) => format!("<a href=\"{}\">{title}</a>", html(url)),
        None => title,
    };
    let detail = if point.detail.is_empty() { String::new() } else { format!("<br>{}", html(&point.detail)) };
    format!("<li>{title}{detail}</li>")
}
