//! Connections to a mail server that wait for the next mail. Each is kept for a moment only: servers drop who says
//! nothing, and count who stays. Never looks whether one still works; who takes it finds out.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::{Instant, timeout};

/// How long a connection waits for a mail. Servers under pressure close idle ones after 10 s and more.
const WAITS: Duration = Duration::from_secs(8);
/// Mails by one connection; many servers want no more than that.
const MAILS: u32 = 50;
/// How long the server may take to say goodbye. By then it is known what became of the mail.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection and how many mails have left by it.
pub(super) struct Connection {
    pub(super) smtp: AsyncSmtpConnection,
    pub(super) mails: u32,
}

impl Connection {
    pub(super) fn new(smtp: AsyncSmtpConnection) -> Self {
        Self { smtp, mails: 0 }
    }
}

/// The connections that wait, the latest last.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<(Connection, Instant)>>);

impl Kept {
    /// The connection that was used last.
    pub(super) fn take(&self) -> Option<Connection> {
        let (connection, since) = self.waiting().pop()?;
        if since.elapsed() < WAITS {
            return Some(connection);
        }
        tokio::spawn(farewell(connection));
        None
    }

    /// Keeps a connection by which a mail has left.
    pub(super) fn put(self: &Arc<Self>, connection: Connection) {
        let connection = Connection { mails: connection.mails + 1, ..connection };
        if connection.mails >= MAILS {
            tokio::spawn(farewell(connection));
            return;
        }
        let mut waiting = self.waiting();
        waiting.push((connection, Instant::now()));
        if waiting.len() == 1 {
            tokio::spawn(Arc::clone(self).tidy());
        }
    }

    /// Says goodbye on all of them.
    pub(super) async fn close(&self) {
        let all = std::mem::take(&mut *self.waiting());
        futures_util::future::join_all(all.into_iter().map(|(connection, _)| farewell(connection))).await;
    }

    /// Says goodbye on those that have waited long enough, until none waits.
    async fn tidy(self: Arc<Self>) {
        loop {
            let Some(first) = self.waiting().iter().map(|(_, since)| *since).min() else { return };
            tokio::time::sleep_until(first + WAITS).await;
            let mut waiting = self.waiting();
            let old = waiting.extract_if(.., |(_, since)| since.elapsed() >= WAITS);
            old.for_each(|(connection, _)| drop(tokio::spawn(farewell(connection))));
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<(Connection, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says goodbye.
pub(super) async fn farewell(mut connection: Connection) {
    if timeout(FAREWELL, connection.smtp.quit()).await.is_err() {
        tracing::debug!("the mail server does not say goodbye");
    }
}
