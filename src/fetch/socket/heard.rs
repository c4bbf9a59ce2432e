//! What has arrived on a stream and was not taken yet. Never holds much more than it may.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::MOST_HEARD;
use crate::model::PollFault;

/// Shared by who listens and who asks.
#[derive(Debug, Default)]
pub(super) struct Heard {
    state: Mutex<State>,
    /// Told when something has arrived, or nothing more will.
    arrived: Notify,
    /// Told when something was taken.
    taken: Notify,
}

#[derive(Debug)]
struct State {
    lines: Vec<u8>,
    ended: Option<PollFault>,
    taken_at: Instant,
}

impl Default for State {
    fn default() -> Self {
        Self { lines: Vec::new(), ended: None, taken_at: Instant::now() }
    }
}

impl Heard {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message as a line. Between the values of JSON a line break means nothing, and inside of them there is none.
    pub(super) fn push(&self, message: &str) {
        let mut state = self.state();
        state.lines.extend(message.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        state.lines.push(b'\n');
        drop(state);
        self.arrived.notify_one();
    }

    /// Nothing more will come.
    pub(super) fn end(&self, why: PollFault) {
        self.state().ended.get_or_insert(why);
        self.arrived.notify_one();
    }

    /// Takes what is there.
    ///
    /// # Errors
    /// When nothing is and nothing more will come.
    pub(super) fn take(&self) -> Result<Vec<u8>, PollFault> {
        let mut state = self.state();
        state.taken_at = Instant::now();
        let lines = std::mem::take(&mut state.lines);
        let ended = state.ended.clone().filter(|_| lines.is_empty());
        drop(state);
        self.taken.notify_one();
        ended.map_or(Ok(lines), Err)
    }

    /// Waits until there is something to take that was not there when it was last asked.
    pub(super) async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// Waits until there is room for more, but not for ever.
    pub(super) async fn room(&self, most: Duration) {
        while self.state().lines.len() >= MOST_HEARD && self.untaken() < most {
            let _ = tokio::time::timeout(most, self.taken.notified()).await;
        }
    }

    /// How long nobody has asked.
    pub(super) fn untaken(&self) -> Duration {
        self.state().taken_at.elapsed()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.state().lines.is_empty()
    }

    /// Whether waiting brings no more.
    pub(super) fn is_whole(&self) -> bool {
        let state = self.state();
        state.lines.len() >= MOST_HEARD || state.ended.is_some()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state().ended.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended() -> PollFault {
        PollFault::Unreachable("it has ended".to_owned())
    }

    #[test]
    fn a_message_is_a_line_however_it_is_written() {
        let heard = Heard::default();
        heard.push("{\n  \"a\":\r\n1}");
        heard.push("{}");
        assert_eq!(heard.take().unwrap(), b"{   \"a\":  1}\n{}\n");
        assert_eq!(heard.take().unwrap(), b"", "nothing is told twice");
    }

    #[test]
    fn what_came_before_the_end_is_not_lost() {
        let heard = Heard::default();
        heard.push("{}");
        heard.end(ended());
        heard.end(PollFault::Gone);
        assert!(heard.is_whole() && heard.has_ended());
        assert_eq!(heard.take().unwrap(), b"{}\n");
        assert_eq!(heard.take(), Err(ended()));
    }

    #[tokio::test]
    async fn who_is_full_waits_until_something_is_taken_and_no_longer_than_it_may() {
        let heard = std::sync::Arc::new(Heard::default());
        let (soon, late) = (Duration::from_millis(50), Duration::from_secs(60));
        heard.room(late).await;
        heard.push(&"x".repeat(MOST_HEARD));
        heard.room(soon).await;
        assert!(heard.untaken() >= soon, "it gives up");
        let listener = std::sync::Arc::clone(&heard);
        heard.take().unwrap();
        heard.push(&"x".repeat(MOST_HEARD));
        let waiting = tokio::spawn(async move { listener.room(late).await });
        tokio::time::sleep(soon).await;
        assert!(!waiting.is_finished());
        heard.take().unwrap();
        tokio::time::timeout(late / 6, waiting).await.unwrap().unwrap();
    }
}
