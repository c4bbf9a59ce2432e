//! Streams between polls. A poll takes over the one that its lane was left with, so that it finds what has happened since;
//! while it reads, the stream is its own, and it is put back only once what it said is stored. So a poll that fails, is
//! given up or panics loses its stream, and the next one opens another where the stored cursor stands. There are no more of
//! them than lanes of configured sources, each of which may hold a few megabytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::read::LONGEST_PAUSE;
use super::{Pipeline, Reading};
use crate::fetch::{Opened, Socket};
use crate::model::{Answer, Instant, PollFault, Request, Source};

/// A lane of a source.
type Lane = (String, String);

/// A stream, and how far its lane had been read when it was left.
#[derive(Debug)]
pub(super) struct Left {
    lane: String,
    cursor: Option<String>,
    socket: Socket,
}

/// What is listened to between polls. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams(Arc<Mutex<HashMap<Lane, Left>>>);

/// The streams that a poll would leave, with how far their lanes have been read.
pub(super) fn as_read(reading: &mut Reading) -> Vec<Left> {
    let listening = std::mem::take(&mut reading.listening).into_iter();
    let left = |(lane, socket)| Left { cursor: reading.cursor.0.get(&lane).cloned(), lane, socket };
    listening.map(left).collect()
}

impl Streams {
    fn kept(&self) -> MutexGuard<'_, HashMap<Lane, Left>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stream of a lane, if it goes on where the lane's cursor stands: somebody else may have read the lane since.
    pub(super) fn take(&self, source: &str, lane: &str, cursor: Option<&str>) -> Option<Socket> {
        let left = self.kept().remove(&(source.to_owned(), lane.to_owned()))?;
        (left.cursor.as_deref() == cursor).then_some(left.socket)
    }

    /// Keeps the streams of a source until it is polled again. What has ended is not kept.
    pub(super) fn keep(&self, source: &str, listening: Vec<Left>) {
        let mut kept = self.kept();
        kept.retain(|_, left| !left.socket.has_ended());
        for left in listening.into_iter().filter(|left| !left.socket.has_ended()) {
            let left = Left { socket: left.socket.kept(), ..left };
            kept.insert((source.to_owned(), left.lane.clone()), left);
        }
    }

    /// Takes leave of all.
    pub(super) async fn close(&self) {
        let all = std::mem::take(&mut *self.kept());
        futures_util::future::join_all(all.into_values().map(|left| left.socket.close())).await;
    }
}

impl Pipeline {
    /// The next portion of the lane's stream, which is opened where there is none, or none any more. Opening it is a call;
    /// listening is not.
    pub(super) async fn listen(
        &self,
        source: &Source,
        request: &Request,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<Answer, PollFault> {
        if let Some(mut socket) = reading.socket.take()
            && let Ok(answer) = socket.hear().await
        {
            reading.socket = Some(socket).filter(|socket| !socket.has_ended());
            return Ok(answer);
        }
        reading.usage.allows(source, now)?;
        if reading.requests > 0 {
            tokio::time::sleep(self.host_gap.min(LONGEST_PAUSE)).await;
        }
        reading.requests += 1;
        reading.usage = reading.usage.asked(source, now);
        let asked = tokio::time::Instant::now();
        let opened = self.client.open(request, source.allow_private).await;
        reading.took += asked.elapsed();
        match opened? {
            Opened::Socket(mut socket) => {
                let answer = socket.hear().await?;
                reading.socket = Some(socket).filter(|socket| !socket.has_ended());
                Ok(answer)
            }
            Opened::Answer(answer) => {
                reading.headers = Some(answer.headers.clone());
                Ok(answer)
            }
        }
    }
}
