//! `[log]`: how the log is written. Never writes it.

use super::file::LogTable;
use super::words::{LogFilter, LogFormat};

/// How the log is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// A `tracing` filter (`info`, `mentiond=debug,info`).
    pub filter: String,
    /// JSON lines instead of text.
    pub json: bool,
}

pub(super) fn resolve(table: LogTable) -> LogConfig {
    LogConfig {
        filter: table.filter.or(LogFilter("info".to_owned())).0,
        json: table.format.or(LogFormat::Text) == LogFormat::Json,
    }
}
