//! The things mentiond speaks about, as plain data. Knows no other module, does no I/O and never asks the clock.

pub mod brand;
pub mod correction;
pub mod coverage;
pub mod digest;
pub mod entry;
pub mod exchange;
pub mod hash;
pub mod health;
pub mod hold;
pub mod imprint;
pub mod incident;
pub mod json_api;
pub mod kinds;
pub mod language;
pub mod mention;
pub mod notice;
pub mod outbox;
pub mod pace;
pub mod request;
pub mod rhythm;
pub mod same_page;
pub mod severity;
pub mod source;
pub mod suggest;
pub mod text;
pub mod time;
pub mod tongue;
pub mod undelivered;
pub mod units;
pub mod usage;
pub mod validators;
pub mod view;
pub mod whereabouts;
pub mod zone;

pub use brand::{Brand, Folding, is_quote};
pub use entry::{Author, Entry, EntryKey, EntryKind};
pub use exchange::{Answer, Cursor, Page, PollFault, Session};
pub use hold::HoldReason;
pub use imprint::Imprint;
pub use kinds::SourceKind;
pub use language::Language;
pub use mention::{Field, Hit, Judgement, Mention, Place, Reason, Tone};
pub use notice::Notice;
pub use pace::{Interval, Pace};
pub use request::{Body, Credential, Request, Slot};
pub use rhythm::{FoundHub, Hub, Rhythm};
pub use severity::{Concern, Gravity, Severity};
pub use source::{Source, host_of};
pub use tongue::{Tongue, Tongues};
pub use usage::Usage;
pub use validators::Validators;
pub use whereabouts::Whereabouts;

/// An instant in UTC; the only kind of time in the pipeline.
pub type Instant = chrono::DateTime<chrono::Utc>;
