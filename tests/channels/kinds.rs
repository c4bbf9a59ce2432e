//! What each kind posts, to the letter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mentiond::deliver::Outcome;
use mentiond::model::health::{Condition, Health, HealthChange};
use mentiond::model::notice::{Gap, HealthNotice, HeldNotice, HoldCause};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{HoldReason, Notice, Severity, Tongue};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{SECRET, deliver, to_ops};
use crate::common::hostile::{Reply, Server};
use crate::common::notices::{COUNTS, alert, at, complete, digest, item, mention, message, report, trial};

/// What a server heard.
pub struct Heard {
    line: String,
    headers: Vec<(String, String)>,
    pub text: String,
}

impl Heard {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

/// Delivers a notice by a channel with these lines, in which `URL` is the server's address, as it is in the secret.
pub async fn post(lines: &str, secret: &str, message: OutboxMessage) -> Heard {
    let server = Server::start(|_| Reply::bytes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).await;
    let url = server.url("").to_string();
    let lines = format!("{}\nallow_private = true", lines.replace("URL", url.trim_end_matches('/')));
    let secret = secret.replace("URL", url.trim_end_matches('/'));
    assert_eq!(deliver(&lines, &secret, &to_ops(message)).await, Outcome::Sent);
    let (head, text) = (server.requests().remove(0), server.bodies().remove(0));
    let mut lines = head.lines();
    let line = lines.next().unwrap().to_owned();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
    let heard = Heard { line, headers: headers.collect(), text };
    assert_eq!(heard.header("content-type"), Some("application/json"));
    assert_eq!(heard.header("user-agent"), Some("mentiond/test"));
    heard
}

/// Five alerts of which three are shown; the titles are as bad as they get.
fn bad_titles() -> OutboxMessage {
    let mut urgent = mention(17, "<b>Fire</b> & \"smoke\" @all");
    urgent.severity = Severity::Urgent;
    let mut linkless = mention(18, "[here](https://evil.example) *now* | <!channel>");
    linkless.url = None;
    let third = mention(19, "Strap broke");
    let fourth = mention(20, "Not shown");
    alert(vec![item(urgent), item(linkless), item(third), item(fourth)], 1, false)
}

const BYLINE: &str = "Parents' forum · Kari · 24 Nov 2026, 06:12 UTC";
const URL: &str = "https://forum.example.org/t/17?page=2&view=all";

/// HMAC as RFC 2104 defines it.
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |by: u8| block.map(|byte| byte ^ by);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

#[tokio::test]
async fn a_webhook_is_signed_and_says_what_it_is() {
    let lines = "kind = \"webhook\"\nurl = \"URL/hooks/a?b=c\"";
    let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let heard = post(lines, key, alert(vec![item(mention(17, "Still no answer"))], 2, true)).await;
    assert_eq!(heard.line, "POST /hooks/a?b=c HTTP/1.1");
    assert_eq!(heard.header("mentiond-event"), Some("reminder"));
    let id = "msg_1795505400250_17";
    assert_eq!(heard.header("webhook-id"), Some(id));
    assert_eq!(heard.header("webhook-timestamp"), Some("1795505460"), "the time of the attempt");
    let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let signature = STANDARD.encode(hmac(&key, &format!("{id}.1795505460.{}", heard.text)));
    assert_eq!(heard.header("webhook-signature"), Some(format!("v1,{signature}").as_str()));
    let expected = json!({
        "version": 1,
        "type": "reminder",
        "timestamp": "2026-11-24T07:30:30Z",
        "title": "Skip Hop: 3 mentions still not acknowledged",
        "language": "en",
        "acknowledge_url": null,
        "instead_of": null,
        "data": {
            "brand": "Skip Hop",
            "total": 3,
            "alerts": [{
                "rule": "complaint",
                "keyword": "nobody answers",
                "mention": {
                    "id": 17,
                    "brand": "Skip Hop",
                    "title": "Still no answer",
                    "snippet": "I wrote three times and nobody answers. The strap broke after two days.",
                    "url": URL,
                    "source": "Parents' forum",
                    "author": "Kari",
                    "published_at": "2026-11-24T06:12:00Z",
                    "found_at": "2026-11-24T06:15:00Z",
                    "tone": "negative",
                    "score": -0.82,
                    "severity": "info",
                    "language": "en",
                    "engagement": null,
                    "engagement_first": null,
                    "counted_at": null,
                    "copies": 0,
                },
            }],
        },
    });
    assert_eq!(heard.body(), expected);
}

#[tokio::test]
async fn a_webhook_tells_every_kind_of_notice() {
    let lines = "kind = \"webhook\"\nurl = \"URL/\"";
    let mut coverage = complete();
    let gap = Gap { source: "blog".to_owned(), since: None, until: None, reason: "gone".to_owned() };
    coverage.unread.push(gap);
    let heard = post(lines, SECRET, digest(vec![report(COUNTS, vec![mention(17, "Strap broke")])], coverage)).await;
    let body = heard.body();
    assert_eq!([&body["type"], &body["title"]], ["digest", "Skip Hop: 12 mentions, 3 negative, 24 Nov"]);
    let data = &body["data"];
    assert_eq!(
        [&data["digest"], &data["from"], &data["to"]],
        ["daily", "2026-11-23T07:00:00Z", "2026-11-24T07:00:00Z"]
    );
    let brand = &data["brands"][0];
    assert_eq!([&brand["mentions"], &brand["negative"], &brand["more"]], [12, 3, 11]);
    assert_eq!(brand["sentiment"], json!({ "positive": 4, "negative": 3 }));
    assert_eq!(brand["shown"][0]["title"], "Strap broke");
    let unread = json!([{ "source": "blog", "since": null, "until": null, "reason": "gone" }]);
    let told = json!({ "sources": 9, "complete": false, "unread": unread, "lost": [], "recovered": [] });
    assert_eq!(data["coverage"], told);

    let cause = HoldCause {
        reason: HoldReason::Silenced,
        author: Some("Kari".to_owned()),
        comment: Some("known".to_owned()),
        until: at("2026-11-24T07:00:00Z"),
        alerts: 2,
    };
    let causes = vec![cause];
    let held = HeldNotice { causes, brands: vec!["Skip Hop".to_owned()], more: 2, ..HeldNotice::default() };
    let heard = post(lines, SECRET, message(9, OutboxKind::Held, Notice::Held(held))).await;
    let data = &heard.body()["data"];
    assert_eq!(
        [&data["total"], &data["held_by"][0]["reason"], &data["held_by"][0]["alerts"]],
        [&json!(2), &json!("silenced"), &json!(2)]
    );
    assert_eq!(heard.body()["type"], "held");

    let heard = post(lines, SECRET, health()).await;
    let change = json!({
        "source": "blog", "at": "2026-11-24T07:00:00Z", "state": "failing", "since": "2026-11-24T06:00:00Z",
        "why": "no answer", "before": "healthy",
    });
    let data = json!({ "sources": 9, "counts": [["failing", 1]], "changes": [change] });
    assert_eq!([&heard.body()["type"], &heard.body()["data"]], [&json!("health"), &data]);

    let heard = post(lines, SECRET, trial(1)).await;
    let body = heard.body();
    assert_eq!([&body["type"], &body["data"]], [&json!("trial"), &json!({ "asked_at": "2026-11-24T07:30:00Z" })]);

    let german = OutboxMessage { language: Tongue::De, ..alert(vec![item(mention(17, "Strap broke"))], 0, false) };
    let heard = post(lines, SECRET, german).await;
    assert_eq!([&heard.body()["language"], &heard.body()["title"]], ["de", "Skip Hop: Jemand braucht eine Antwort"]);
}

fn health() -> OutboxMessage {
    let condition =
        Condition { health: Health::Failing, since: Some(at("2026-11-24T06:00:00Z")), why: "no answer".to_owned() };
    let change = HealthChange {
        source: "blog".to_owned(),
        at: at("2026-11-24T07:00:00Z"),
        condition,
        before: Health::Healthy,
        before_since: None,
    };
    let notice = HealthNotice { sources: 9, counts: vec![(Health::Failing, 1)], changes: vec![change] };
    message(19, OutboxKind::Health, Notice::Health(notice))
}

#[tokio::test]
async fn slack() {
    let heard = post("kind = \"slack\"", "URL/services/T0/B0/x", bad_titles()).await;
    assert_eq!(heard.line, "POST /services/T0/B0/x HTTP/1.1");
    let text = format!(
        "*Skip Hop: 5 mentions need an answer*\n\
         • <https://forum.example.org/t/17?page=2&amp;view=all|&lt;b&gt;Fire&lt;/b&gt; &amp; \"smoke\" @\u{200b}all>\n\
         {BYLINE} · mention 17 · negative (−0.82) · Severity: urgent\n\
         • [here]\u{200b}(https://evil.example) *now* | &lt;!channel&gt;\n\
         {BYLINE} · mention 18 · negative (−0.82)\n\
         • <https://forum.example.org/t/17?page=2&amp;view=all|Strap broke>\n\
         {BYLINE} · mention 19 · negative (−0.82)\n\
         2 more are not shown here."
    );
    assert_eq!(heard.body(), json!({ "text": text, "unfurl_links": false, "unfurl_media": false }));

    let mut barred = mention(17, "a|b");
    barred.url = Some("https://x.example/a|b?c=d|e&f".to_owned());
    let heard = post("kind = \"slack\"", "URL/x", alert(vec![item(barred)], 0, false)).await;
    let text = heard.body()["text"].as_str().unwrap().to_owned();
    assert!(text.contains("• <https://x.example/a%7Cb?c=d%7Ce&amp;f|a¦b>\n"), "{text}");
}

#[tokio::test]
async fn teams() {
    let heard = post("kind = \"teams\"", "URL/workflows/x?sig=y", bad_titles()).await;
    assert_eq!(heard.line, "POST /workflows/x?sig=y HTTP/1.1");
    let line = |run: Value| json!({ "type": "RichTextBlock", "inlines": [run] });
    let plain = |text: &str| line(json!({ "type": "TextRun", "text": text }));
    let link = |title: &str| {
        let open = json!({ "type": "Action.OpenUrl", "url": URL });
        line(json!({ "type": "TextRun", "text": title, "weight": "bolder", "selectAction": open }))
    };
    let title = "Skip Hop: 5 mentions need an answer";
    let linkless = "[here](https://evil.example) *now* | <!channel>";
    let expected = json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "fallbackText": title,
                "body": [
                    line(json!({ "type": "TextRun", "text": title, "size": "large", "weight": "bolder" })),
                    link("<b>Fire</b> & \"smoke\" @all"),
                    plain(&format!("{BYLINE} · mention 17 · negative (−0.82) · Severity: urgent")),
                    line(json!({ "type": "TextRun", "text": linkless, "weight": "bolder" })),
                    plain(&format!("{BYLINE} · mention 18 · negative (−0.82)")),
                    link("Strap broke"),
                    plain(&format!("{BYLINE} · mention 19 · negative (−0.82)")),
                    plain("2 more are not shown here."),
                ],
            },
        }],
    });
    assert_eq!(heard.body(), expected);
}

#[tokio::test]
async fn ntfy() {
    let lines = "kind = \"ntfy\"\nurl = \"URL\"\nroom = \"alerts\"";
    let heard = post(lines, SECRET, bad_titles()).await;
    assert_eq!(heard.line, "POST / HTTP/1.1");
    assert_eq!(heard.header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
    let text = format!(
        "• <b>Fire</b> & \"smoke\" @all\n{BYLINE} · mention 17 · negative (−0.82) · Severity: urgent\n{URL}\n\
         • [here](https://evil.example) *now* | <!channel>\n{BYLINE} · mention 18 · negative (−0.82)\n\
         • Strap broke\n{BYLINE} · mention 19 · negative (−0.82)\n{URL}\n2 more are not shown here."
    );
    let expected = json!({
        "topic": "alerts", "title": "Skip Hop: 5 mentions need an answer", "message": text, "priority": 5,
        "tags": ["rotating_light"], "click": URL,
    });
    assert_eq!(heard.body(), expected);

    let one = alert(vec![item(mention(17, "Strap broke"))], 0, false);
    for (message, priority, tag) in
        [(one, 4, "warning"), (health(), 3, "stethoscope"), (trial(1), 3, "white_check_mark")]
    {
        let body = post(lines, SECRET, message).await.body();
        assert_eq!([&body["priority"], &body["tags"]], [&json!(priority), &json!([tag])]);
        assert_eq!(body.get("click").is_some(), tag == "warning");
    }
    let mut long = bad_titles();
    let Notice::Alert(notice) = &mut long.notice else { panic!() };
    notice.items[0].mention.url = Some(format!("https://x.example/{}", "y".repeat(1900)));
    notice.items[2].mention.url = Some(format!("https://x.example/{}", "z".repeat(1970)));
    let body = post(lines, SECRET, long).await.body();
    let text = body["message"].as_str().unwrap();
    assert!(text.len() <= 4096 && text.ends_with("mention 19 · negative (−0.82)"), "{text}");
}

#[tokio::test]
async fn telegram() {
    let lines = "kind = \"telegram\"\nurl = \"URL\"\nroom = \"-1001234\"";
    let heard = post(lines, "123456:ABC-def_x", bad_titles()).await;
    assert_eq!(heard.line, "POST /bot123456:ABC-def_x/sendMessage HTTP/1.1");
    let link = "<a href=\"https://forum.example.org/t/17?page=2&amp;view=all\">";
    let text = format!(
        "<b>Skip Hop: 5 mentions need an answer</b>\n\
         • {link}&lt;b&gt;Fire&lt;/b&gt; &amp; &quot;smoke&quot; @all</a>\n\
         {BYLINE} · mention 17 · negative (−0.82) · Severity: urgent\n\
         • [here](https://evil.example) *now* | &lt;!channel&gt;\n{BYLINE} · mention 18 · negative (−0.82)\n\
         • {link}Strap broke</a>\n{BYLINE} · mention 19 · negative (−0.82)\n2 more are not shown here."
    );
    let expected = json!({
        "chat_id": "-1001234", "text": text, "parse_mode": "HTML", "link_preview_options": { "is_disabled": true },
    });
    assert_eq!(heard.body(), expected);

    let mut long = bad_titles();
    let Notice::Alert(notice) = &mut long.notice else { panic!() };
    notice.items[0].mention.url = Some(format!("https://x.example/{}", "y".repeat(1900)));
    notice.items[2].mention.url = Some(format!("https://x.example/{}", "z".repeat(1970)));
    let text = post(lines, "1:x", long).await.body()["text"].as_str().unwrap().to_owned();
    assert!(text.encode_utf16().count() <= 4096, "{}", text.len());
    assert!(text.contains("yyy\">") && !text.contains("zzz") && text.ends_with("not shown here."), "{text}");
}

#[tokio::test]
async fn matrix() {
    let lines = "kind = \"matrix\"\nurl = \"URL/base/\"\nroom = \"!a/b:example.org\"";
    let heard = post(lines, SECRET, bad_titles()).await;
    let path = "/base/_matrix/client/v3/rooms/!a%2Fb:example.org/send/m.room.message/msg_1795505400250_17";
    assert_eq!(heard.line, format!("PUT {path} HTTP/1.1"));
    assert_eq!(heard.header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
    let link = "<a href=\"https://forum.example.org/t/17?page=2&amp;view=all\">";
    let html = format!(
        "<strong>Skip Hop: 5 mentions need an answer</strong><ul>\
         <li>{link}&lt;b&gt;Fire&lt;/b&gt; &amp; &quot;smoke&quot; @all</a>\
         <br>{BYLINE} · mention 17 · negative (−0.82) · Severity: urgent</li>\
         <li>[here](https://evil.example) *now* | &lt;!channel&gt;<br>{BYLINE} · mention 18 · negative (−0.82)</li>\
         <li>{link}Strap broke</a><br>{BYLINE} · mention 19 · negative (−0.82)</li></ul>\
         <p>2 more are not shown here.</p>"
    );
    let text = format!(
        "Skip Hop: 5 mentions need an answer\n\
         • <b>Fire</b> & \"smoke\" @all\n{BYLINE} · mention 17 · negative (−0.82) · Severity: urgent\n{URL}\n\
         • [here](https://evil.example) *now* | <!channel>\n{BYLINE} · mention 18 · negative (−0.82)\n\
         • Strap broke\n{BYLINE} · mention 19 · negative (−0.82)\n{URL}\n2 more are not shown here."
    );
    let expected = json!({
        "msgtype": "m.text", "body": text, "format": "org.matrix.custom.html", "formatted_body": html, "m.mentions": {},
    });
    assert_eq!(heard.body(), expected);
}

#[tokio::test]
async fn the_same_row_is_posted_the_same_on_every_attempt() {
    let lines = "kind = \"matrix\"\nurl = \"URL\"\nroom = \"!a:b\"";
    let mut message = trial(3);
    let first = post(lines, SECRET, message.clone()).await;
    message.attempt = 2;
    let second = post(lines, SECRET, message).await;
    assert_eq!((&first.line, &first.text), (&second.line, &second.text));
    let other = post(lines, SECRET, trial(4)).await;
    assert_ne!(first.line, other.line);
    assert_eq!(first.body()["body"], "mentiond: a trial, all is well\nIt came by the channel “ops”.");
}

#[tokio::test]
async fn a_digest_shows_the_worst_of_all_brands_and_what_was_not_read() {
    let with = |id, title: &str, brand: &str, score| {
        let mut view = mention(id, title);
        (view.brand, view.score) = (brand.to_owned(), Some(score));
        view
    };
    let first = report(COUNTS, vec![with(1, "one", "Skip Hop", -0.9), with(2, "two", "Skip Hop", 0.4)]);
    let mut second = report(COUNTS, vec![with(3, "three", "Acme", -0.95), with(4, "four", "Acme", -0.1)]);
    second.brand = "Acme".to_owned();
    let mut coverage = complete();
    coverage.unread.push(Gap { source: "blog".to_owned(), since: None, until: None, reason: "gone".to_owned() });
    let lines = "kind = \"ntfy\"\nurl = \"URL\"\nroom = \"alerts\"";
    let body = post(lines, SECRET, digest(vec![first, second], coverage)).await.body();
    assert_eq!(body["title"], "2 brands: 24 mentions, 6 negative, 24 Nov");
    let text = body["message"].as_str().unwrap();
    let shown: Vec<&str> = text.lines().filter(|line| line.starts_with('•')).collect();
    assert_eq!(shown, ["• Acme: three", "• Skip Hop: one", "• Acme: four"]);
    assert!(text.starts_with("1 of 9 sources was not read, so more may have been said.\n"), "{text}");
    assert!(text.ends_with("21 more are not shown here."), "{text}");
    assert!(text.contains("07:12 CET"), "times are those of the digest: {text}");
}
