//! A stream: a connection on which a server tells what happens as it happens (WebSocket, RFC 6455). It is asked in
//! portions, like a page: what has arrived, a message in a line. Between two portions it goes on listening and answers the
//! server's pings, with a bound on what it keeps. What has to be said is said once, when it is opened.

mod heard;
mod pump;

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use crate::model::exchange::JUST_OPENED;
use crate::model::{Answer, PollFault};
use heard::Heard;

/// Most bytes that one message may have.
const LONGEST_MESSAGE: usize = 1 << 20;
/// Most bytes that are kept of what was not asked for yet, a message more or less: the network waits then.
const MOST_HEARD: usize = 4 << 20;
/// How long a new connection may say nothing before it has nothing to say for now.
const FIRST_WORD: Duration = Duration::from_secs(2);
/// How long one that has said something may.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one portion is listened for.
const LONGEST_PORTION: Duration = Duration::from_secs(5);

/// Whether an address is that of a stream.
#[must_use]
pub fn is_stream(url: &Url) -> bool {
    matches!(url.scheme(), "ws" | "wss")
}

/// What came of opening a stream.
#[derive(Debug)]
pub enum Opened {
    /// The server tells what happens.
    Socket(Socket),
    /// It has answered like any other address.
    Answer(Answer),
}

/// An open stream. It is closed as soon as it is dropped.
#[derive(Debug)]
pub struct Socket {
    url: Url,
    heard: Arc<Heard>,
    /// Nothing has been taken from it yet.
    is_new: bool,
    /// It has been left alone since the last portion, so that what happened meanwhile has arrived.
    was_kept: bool,
    task: Option<JoinHandle<()>>,
    stop: DropGuard,
}

impl Socket {
    /// Listens from now on; a server that says nothing for `idle` is asked whether it is still there.
    pub(super) fn of<S>(stream: WebSocketStream<S>, url: Url, idle: Duration) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (heard, stop) = (Arc::<Heard>::default(), CancellationToken::new());
        let task = tokio::spawn(pump::run(stream, Arc::clone(&heard), stop.clone(), url.clone(), idle));
        let stop = stop.drop_guard();
        Self { url, heard, is_new: true, was_kept: false, task: Some(task), stop }
    }

    /// The next portion: of a stream that was kept, what is there; of any other, what comes until it pauses. Its status is
    /// [`JUST_OPENED`] where it is the first one, and its body may be empty.
    ///
    /// # Errors
    /// When the connection has ended and nothing is left of it.
    pub async fn hear(&mut self) -> Result<Answer, PollFault> {
        if !std::mem::take(&mut self.was_kept) {
            self.wait_for_pause().await;
        }
        let body = self.heard.take()?;
        let status = if std::mem::take(&mut self.is_new) { JUST_OPENED } else { 200 };
        Ok(Answer { url: self.url.clone(), status, moved: None, headers: HeaderMap::new(), body })
    }

    async fn wait_for_pause(&self) {
        let end = Instant::now() + LONGEST_PORTION;
        while !self.heard.is_whole() {
            let pause = if self.is_new && self.heard.is_empty() { FIRST_WORD } else { PAUSE };
            let until = end.min(Instant::now() + pause);
            if tokio::time::timeout_at(until, self.heard.arrived()).await.is_err() {
                return;
            }
        }
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.heard.has_ended()
    }

    /// Leaves it alone until it is asked again.
    #[must_use]
    pub fn kept(self) -> Self {
        Self { was_kept: true, ..self }
    }

    /// Takes leave of the server.
    pub async fn close(mut self) {
        let task = self.task.take();
        drop(self.stop);
        if let Some(task) = task {
            // It ends by itself, soon.
            let _ = task.await;
        }
    }
}

/// Bounds on what the server may send.
pub(super) fn bounds() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(32 << 10)
        .write_buffer_size(0)
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE))
}
