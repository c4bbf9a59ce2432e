//! What is wrong with a query: where, what, and what to do.

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}\n  hint: {hint}")]
pub struct QueryFault {
    /// Where, in characters from 1.
    pub column: usize,
    /// What.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// The column of byte `start` of `query`, in characters from 1.
pub(super) fn column(query: &str, start: usize) -> usize {
    query.get(..start).map_or(0, |before| before.chars().count()) + 1
}

/// A fault at byte `start` of `query`.
pub(super) fn fault(query: &str, start: usize, message: impl Into<String>, hint: impl Into<String>) -> QueryFault {
    QueryFault { column: column(query, start), message: message.into(), hint: hint.into() }
}
