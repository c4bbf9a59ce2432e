//! The things mentiond speaks about, as plain data. Knows no other module, does no I/O and never asks the clock.

pub mod brand;
pub mod entry;
pub mod exchange;
pub mod hash;
pub mod health;
pub mod language;
pub mod mention;
pub mod notice;
pub mod outbox;
pub mod rhythm;
pub mod source;
pub mod text;
pub mod view;

pub use brand::Brand;
pub use entry::{Author, Entry, EntryKey};
pub use exchange::{Answer, Cursor, Page, PollFault, Request};
pub use language::Language;
pub use mention::{Field, Hit, Judgement, Mention, Reason, Tone};
pub use notice::Notice;
pub use rhythm::{Hub, Rhythm};
pub use source::{Source, SourceKind};

/// An instant in UTC; the only kind of time in the pipeline.
pub type Instant = chrono::DateTime<chrono::Utc>;
