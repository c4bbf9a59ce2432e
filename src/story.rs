//! Same story, many copies: whether two entries tell one story because one was copied from the other. Pure.
//!
//! Two steps. A [`Signature`] is a handful of numbers that copies are likely to share; the store keeps them in an index
//! and looks them up by equality, so that the cost of a lookup does not grow with what is stored. [`Wording::retells`]
//! then reads both texts, and only it decides. It errs on the side of two stories: a copy that is missed is a line too
//! many in a digest, two complaints taken for one are a customer whom nobody answers.
//!
//! Never translates: the same report in two languages is two stories. Never compares with what is older than
//! [`WINDOW`]: what is printed again a week later is news again.

mod align;
mod clean;
mod compare;
mod lists;
mod mark;
mod page;
mod signature;
mod wording;
mod words;

use std::time::Duration;

pub use signature::{KEYS, Signature};
pub use wording::Wording;

/// Why a mention that met a rule is no alert: it is a copy of one that was.
pub const COPY_OF_STORY: &str = "copy_of_story";

/// Copies are looked for among what was said so long before and after.
pub const WINDOW: Duration = Duration::from_secs(72 * 3_600);
