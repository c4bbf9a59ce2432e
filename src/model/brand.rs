//! What is watched.

use super::Language;

/// A brand as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Brand {
    /// The unique name; it is shown in mails and identifies the brand in the store.
    pub name: String,
    /// The query expression, not yet compiled.
    pub query: String,
    /// Only mentions in these languages count; empty means every language. A mention whose language is unknown counts.
    /// One in another language is no mention at all: it is not stored, and nobody learns that it was left out.
    pub languages: Vec<Language>,
    /// Mail addresses that get the brand's alerts, and its digests unless a digest names its own.
    pub recipients: Vec<String>,
}
