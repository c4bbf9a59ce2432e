//! What becomes of a notice, by how the server answers or fails to.

use std::time::Duration;

use mentiond::config::ChannelConfig;
use mentiond::deliver::Outcome;
use mentiond::model::outbox::OutboxMessage;

use super::{SECRET, channels, configured, deliver, now, to_ops};
use crate::common::hostile::{Reply, Server};
use crate::common::notices::trial;

/// The lines of a channel of each kind at this server, and its secret.
fn kinds(server: &Server) -> [(String, String); 6] {
    let open = "\nallow_private = true";
    let at = |kind: &str, more: &str| format!("kind = \"{kind}\"\nurl = \"{}\"{more}{open}", server.url("/"));
    let address = server.url(&format!("/services/{SECRET}")).to_string();
    [
        (at("webhook", ""), SECRET.to_owned()),
        (format!("kind = \"slack\"{open}"), address.clone()),
        (format!("kind = \"teams\"{open}"), address),
        (at("ntfy", "\nroom = \"t\""), SECRET.to_owned()),
        (at("telegram", "\nroom = \"1\""), SECRET.to_owned()),
        (at("matrix", "\nroom = \"!a:b\""), SECRET.to_owned()),
    ]
}

fn reply(status: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::bytes(format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{headers}\r\n{body}"))
}

/// What becomes of a trial by each kind when the server answers with this.
async fn outcomes(reply: Reply) -> Vec<Outcome> {
    let server = Server::start(move |_| reply.clone()).await;
    let outcomes = by_all(&server, |lines| lines).await;
    assert_eq!(server.requests().len(), 6, "each says it once");
    outcomes
}

/// What becomes of a trial by each kind at this server, with its lines changed.
async fn by_all(server: &Server, change: impl Fn(String) -> String) -> Vec<Outcome> {
    let mut all = configured("kind = \"ntfy\"\nroom = \"a\"", SECRET);
    all.channels.clear();
    for (number, (lines, secret)) in kinds(server).into_iter().enumerate() {
        let channel = configured(&change(lines), &secret).channels.remove(0);
        all.channels.push(ChannelConfig { name: number.to_string(), ..channel });
    }
    let channels = channels(&all);
    let mut outcomes = Vec::new();
    for number in 0..6 {
        let message = OutboxMessage { recipient: format!("channel:{number}"), ..trial(1) };
        outcomes.push(channels.deliver(&message, now()).await);
    }
    outcomes
}

#[tokio::test]
async fn by_status() {
    let transient = |words: &str| Outcome::Transient(words.to_owned());
    let permanent = |words: &str| Outcome::Permanent(words.to_owned());
    let redirects = "`127.0.0.1` redirects, which is not followed; see to the channel's address (status 301)";
    let cases = [
        ("200", "", Outcome::Sent),
        ("202", "", Outcome::Sent),
        ("204", "", Outcome::Sent),
        ("301", "", transient(redirects)),
        ("400", "bad", permanent("`127.0.0.1` refuses the message (status 400: bad)")),
        ("413", "", permanent("`127.0.0.1` refuses the message (status 413)")),
        ("422", "", permanent("`127.0.0.1` refuses the message (status 422)")),
        ("401", "{\"error\": \"who\"}", transient(DENIED_401)),
        ("403", "action_prohibited", transient(DENIED_403)),
        ("404", "<html>no</html>", transient(DENIED_404)),
        ("410", "", transient(DENIED_410)),
        ("408", "", transient("`127.0.0.1` cannot take it now (status 408)")),
        ("500", "", transient("`127.0.0.1` cannot take it now (status 500)")),
        ("503", "later\r\n\u{1b}[31mred", transient("`127.0.0.1` cannot take it now (status 503: later [31mred)")),
    ];
    for (status, body, outcome) in cases {
        assert_eq!(outcomes(reply(status, "", body)).await, vec![outcome; 6], "{status}");
    }
}

const DENIED_401: &str =
    "`127.0.0.1` does not let us post; see to the channel's address, room and secret (status 401: who)";
const DENIED_403: &str =
    "`127.0.0.1` does not let us post; see to the channel's address, room and secret (status 403: action_prohibited)";
const DENIED_404: &str = "`127.0.0.1` does not let us post; see to the channel's address, room and secret (status 404)";
const DENIED_410: &str = "`127.0.0.1` does not let us post; see to the channel's address, room and secret (status 410)";

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_is_heeded() {
    let throttled = |words: &str, seconds| Outcome::Throttled(words.to_owned(), Duration::from_secs(seconds));
    let waits = "`127.0.0.1` asks us to wait (status 429)";
    let cases = [
        (reply("429", "retry-after: 30\r\n", ""), throttled(waits, 30)),
        (reply("429", "retry-after: Tue, 24 Nov 2026 07:33:00 GMT\r\n", ""), throttled(waits, 120)),
        (reply("429", "retry-after: 99999999999\r\n", ""), throttled(waits, 86_400)),
        (reply("429", "", "{\"ok\":false,\"parameters\":{\"retry_after\":7}}"), throttled(waits, 7)),
        (reply("429", "", "{\"retry_after_ms\":2000}"), throttled(waits, 2)),
        (reply("503", "retry-after: 5\r\n", ""), throttled("`127.0.0.1` cannot take it now (status 503)", 5)),
        (reply("429", "", ""), Outcome::Transient(waits.to_owned())),
    ];
    for (reply, expected) in cases {
        assert_eq!(outcomes(reply).await, vec![expected; 6]);
    }
}

#[tokio::test]
async fn a_chat_that_is_not_there_is_no_fault_of_the_message() {
    let denied = |said: &str| {
        let words = "`127.0.0.1` does not let us post; see to the channel's address, room and secret";
        Outcome::Transient(format!("{words} (status 400: {said})"))
    };
    let body = "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: chat not found\"}";
    let server = Server::start(move |path| reply("400", "", if path.contains("bot") { body } else { "no_team" })).await;
    let [_, (slack, address), _, _, (telegram, token), _] = kinds(&server);
    assert_eq!(deliver(&telegram, &token, &to_ops(trial(1))).await, denied("Bad Request: chat not found"));
    assert_eq!(deliver(&slack, &address, &to_ops(trial(1))).await, denied("no_team"));
}

#[tokio::test]
async fn nobody_reads_a_secret_that_a_server_repeats() {
    for body in [format!("no such hook: {SECRET}"), format!("{{\"error\": \"token {SECRET} is wrong\"}}")] {
        let denied = |said: &str| {
            let words = "`127.0.0.1` does not let us post; see to the channel's address, room and secret";
            Outcome::Transient(format!("{words} (status 403: {said})"))
        };
        let mut outcomes = outcomes(reply("403", "", &body)).await;
        // The key of a webhook is never sent, so no server can know it.
        outcomes.remove(0);
        assert_eq!(outcomes, vec![denied("(not shown)"); 5]);
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_or_falls_silent() {
    let hung_up = outcomes(Reply::default()).await;
    for outcome in hung_up {
        let Outcome::Transient(words) = outcome else { panic!("{outcome:?}") };
        assert!(words.starts_with("`127.0.0.1:") && words.contains("` gives no usable answer: "), "{words}");
    }
    let silent = Server::start(|_| Reply::endless("", b"", Duration::from_secs(60))).await;
    let outcomes_of_silence = by_all(&silent, |lines| format!("{lines}\ntimeout = \"1s\"")).await;
    let words = format!("`{}` does not begin to answer within 1 s", silent.address);
    assert_eq!(outcomes_of_silence, vec![Outcome::Transient(words); 6]);
    // What is said after a yes does not matter, and what is said after a no is not waited for.
    let slow = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx";
    let endless = Reply::endless(slow, b"", Duration::from_secs(60));
    assert_eq!(outcomes(endless).await, vec![Outcome::Sent; 6]);
}

#[tokio::test]
async fn nothing_private_is_reached_unless_the_channel_says_so() {
    let server = Server::start(|_| reply("200", "", "")).await;
    let outcomes = by_all(&server, |lines| lines.replace("\nallow_private = true", "")).await;
    let words = "`127.0.0.1` is a loopback address; `allow_private = true` at the channel lets it be reached";
    assert_eq!(outcomes, vec![Outcome::Transient(words.to_owned()); 6]);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Server::start(|_| reply("200", "", "")).await;
    let location = target.url("/").to_string();
    let head = format!("HTTP/1.1 308 x\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
    let outcomes = outcomes(Reply::bytes(head)).await;
    let words = "`127.0.0.1` redirects, which is not followed; see to the channel's address (status 308)";
    assert_eq!(outcomes, vec![Outcome::Transient(words.to_owned()); 6]);
    assert_eq!(target.requests().len(), 0);
}

#[tokio::test]
async fn a_channel_that_is_gone_from_the_configuration_waits() {
    let mut config = configured("kind = \"ntfy\"\nroom = \"a\"", SECRET);
    config.channels.clear();
    let outcome = channels(&config).deliver(&to_ops(trial(1)), now()).await;
    assert_eq!(outcome, Outcome::Transient("there is no channel `ops` in the configuration".to_owned()));
}
