//! Microsoft Teams: a message with an Adaptive Card, as the workflows take it that post what a webhook brings. The texts
//! are runs of rich text, which know no markup, so that nothing has to be escaped. Pure.

use serde_json::{Value, json};

use super::super::render::{Brief, Point};
use super::Answer;

pub(super) fn body(brief: &Brief, answer: Option<Answer<'_>>) -> Value {
    let mut blocks = vec![block(run(&brief.title, &[("size", "large"), ("weight", "bolder")]))];
    let line = |text: &str| (!text.is_empty()).then(|| block(run(text, &[])));
    blocks.extend(line(&brief.lead));
    for point in &brief.points {
        blocks.push(block(title(point)));
        blocks.extend(line(&point.detail));
    }
    blocks.extend(line(&brief.more));
    let mut message = json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "fallbackText": brief.title,
                "body": blocks,
            },
        }],
    });
    if let (Some(card), Some(Answer { label, address })) = (message.pointer_mut("/attachments/0/content"), answer)
        && let Some(card) = card.as_object_mut()
    {
        let action = json!([{ "type": "Action.OpenUrl", "title": label, "url": address }]);
        card.insert("actions".to_owned(), action);
    }
    message
}

fn block(run: Value) -> Value {
    json!({ "type": "RichTextBlock", "inlines": [run] })
}

fn run(text: &str, looks: &[(&str, &str)]) -> Value {
    let mut run = json!({ "type": "TextRun", "text": text });
    if let Some(run) = run.as_object_mut() {
        run.extend(looks.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))));
    }
    run
}

/// The title, which opens the address, where there is one.
fn title(point: &Point) -> Value {
    let mut run = run(&point.title, &[("weight", "bolder")]);
    if let (Some(run), Some(url)) = (run.as_object_mut(), &point.url) {
        run.insert("selectAction".to_owned(), json!({ "type": "Action.OpenUrl", "url": url }));
    }
    run
}
