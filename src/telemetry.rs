//! The log: text or JSON lines on stderr, which is what the journal and containers read. Never logs secrets,
//! addresses of people or bodies; the modules that log see to that.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::LogConfig;

/// Why the log could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not one.
    #[error(
        "the log filter `{0}` is not understood\n  hint: use a level (`info`) or `target=level` pairs (`mentiond=debug,info`)"
    )]
    Filter(String),
    /// There is a log already.
    #[error("the log cannot be started: {0}")]
    Start(#[from] TryInitError),
}

/// Starts the log for the whole process. Call it once.
///
/// # Errors
/// When the filter is not understood, or when a log was started before.
pub fn init(config: &LogConfig) -> Result<(), TelemetryError> {
    let filter =
        EnvFilter::builder().parse(&config.filter).map_err(|_| TelemetryError::Filter(config.filter.clone()))?;
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    if config.json {
        registry.with(lines.json().flatten_event(true)).try_init()?;
    } else {
        // The journal writes the time itself.
        let journal = std::env::var_os("JOURNAL_STREAM").is_some();
        let colour = !journal && std::io::IsTerminal::is_terminal(&std::io::stderr());
        if journal {
            registry.with(lines.with_ansi(false).without_time()).try_init()?;
        } else {
            registry.with(lines.with_ansi(colour)).try_init()?;
        }
    }
    Ok(())
}
