//! ntfy: a title and a text without markup, how loud the phone is, and what it opens. Pure.

use serde_json::{Value, json};

use super::super::render::{Brief, Urgency};
use super::Answer;
use crate::model::outbox::OutboxKind;

/// Most bytes of a text; what is longer becomes a file.
const LONGEST: usize = 4096;

pub(super) fn body(brief: &Brief, (kind, topic): (OutboxKind, &str), answer: Option<Answer<'_>>) -> Value {
    let mut lines = vec![brief.lead.clone()];
    for point in &brief.points {
        lines.push(format!("• {}", point.title));
        lines.extend([point.detail.clone(), point.url.clone().unwrap_or_default()]);
    }
    lines.push(brief.more.clone());
    lines.retain(|line| !line.is_empty());
    let mut message = lines.join("\n");
    while message.len() > LONGEST {
        lines.pop();
        message = lines.join("\n");
    }
    let priority = match brief.urgency {
        Urgency::Urgent => 5,
        Urgency::High => 4,
        Urgency::Normal => 3,
    };
    let mut body = json!({
        "topic": topic,
        "title": brief.title,
        "message": if message.is_empty() { &brief.title } else { &message },
        "priority": priority,
        "tags": [tag(kind, brief.urgency)],
    });
    let click = brief.points.iter().find_map(|point| point.url.clone());
    if let (Some(body), Some(click)) = (body.as_object_mut(), click) {
        body.insert("click".to_owned(), click.into());
    }
    if let (Some(body), Some(Answer { label, address })) = (body.as_object_mut(), answer) {
        body.insert("actions".to_owned(), json!([{ "action": "view", "label": label, "url": address }]));
    }
    body
}

/// The name of a picture.
fn tag(kind: OutboxKind, urgency: Urgency) -> &'static str {
    match kind {
        OutboxKind::Alert | OutboxKind::Reminder | OutboxKind::Escalation if urgency == Urgency::Urgent => {
            "rotating_light"
        }
        OutboxKind::Alert => "warning",
        OutboxKind::Reminder | OutboxKind::Escalation => "alarm_clock",
        OutboxKind::Held => "inbox_tray",
        OutboxKind::Incident => "chart_with_upwards_trend",
        OutboxKind::Digest => "newspaper",
        OutboxKind::Health => "stethoscope",
        OutboxKind::Undelivered => "mailbox_with_no_mail",
        OutboxKind::Trial => "white_check_mark",
    }
}
