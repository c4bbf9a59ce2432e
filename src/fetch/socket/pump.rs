//! Listens to one stream until it ends, is dropped, or nobody has asked for what it says for long.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::LONGEST_MESSAGE;
use super::heard::Heard;
use crate::config::bytes_text;
use crate::fetch::words;
use crate::model::PollFault;

/// How long a stream is listened to that nobody asks for: whoever comes back later opens another one.
const LONGEST_KEPT: Duration = Duration::from_secs(600);
/// How long taking leave may take.
const LEAVE: Duration = Duration::from_secs(1);

/// Listens, then takes leave.
pub(super) async fn run<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: WebSocketStream<S>,
    heard: Arc<Heard>,
    stop: CancellationToken,
    url: Url,
    idle: Duration,
) {
    let host = words::host(&url);
    let listening = listen(&mut stream, &heard, &host, idle);
    if let Some(why) = stop.run_until_cancelled(listening).await {
        heard.end(PollFault::Unreachable(why));
    }
    let _ = tokio::time::timeout(LEAVE, stream.close(None)).await;
}

/// Listens until there is no more; answers why.
async fn listen<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut WebSocketStream<S>,
    heard: &Heard,
    host: &str,
    idle: Duration,
) -> String {
    let mut asked_whether_it_is_there = false;
    loop {
        heard.room(LONGEST_KEPT).await;
        if heard.untaken() >= LONGEST_KEPT {
            return format!("the stream of `{host}` was not asked for");
        }
        let Ok(message) = tokio::time::timeout(idle, stream.next()).await else {
            if asked_whether_it_is_there {
                return format!("the stream of `{host}` says nothing and answers no ping");
            }
            asked_whether_it_is_there = true;
            let ping = futures_util::SinkExt::send(stream, Message::Ping(Vec::new().into()));
            match tokio::time::timeout(idle, ping).await {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => return ended(host, &error),
                Err(_) => return format!("the stream of `{host}` takes no ping"),
            }
        };
        asked_whether_it_is_there = false;
        match message {
            Some(Ok(Message::Text(text))) => heard.push(&text),
            Some(Ok(Message::Close(Some(close)))) if !close.reason.is_empty() => {
                return format!("`{host}` closed the stream: {}", words::plain(&close.reason));
            }
            None | Some(Ok(Message::Close(_))) => return format!("`{host}` closed the stream"),
            // Pings are answered by the library; no network of ours sends anything else.
            Some(Ok(_)) => {}
            Some(Err(error)) => return ended(host, &error),
        }
    }
}

fn ended(host: &str, error: &Error) -> String {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => format!("`{host}` closed the stream"),
        Error::Capacity(_) => {
            let most = u64::try_from(LONGEST_MESSAGE).unwrap_or(u64::MAX);
            format!("a message of `{host}` is larger than {}", bytes_text(most))
        }
        error => format!("the stream of `{host}` broke off: {}", words::plain(&error.to_string())),
    }
}
