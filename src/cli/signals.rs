//! SIGTERM and SIGINT ask for the stop; a second one quits at once.

use tokio::signal::unix::{SignalKind, signal};

use crate::shutdown::Shutdown;

/// The exit code of a process that was told twice.
const TOLD_TWICE: i32 = 1;

/// Listens for the rest of the process's life.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn listen() -> std::io::Result<Shutdown> {
    let shutdown = Shutdown::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let heard = shutdown.clone();
    tokio::spawn(async move {
        for _ in 0..2 {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            if heard.is_cancelled() {
                tracing::warn!(signal.name = name, "told a second time: quitting at once");
                std::process::exit(TOLD_TWICE);
            }
            tracing::info!(signal.name = name, "told to stop: finishing what has begun");
            heard.cancel();
        }
    });
    Ok(shutdown)
}
