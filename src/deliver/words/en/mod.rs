//! English. Its terms are those of the documentation: brand, mention, story, tone (negative, neutral, positive, unscored),
//! severity (info, notice, urgent), alert, reminder, incident, spike, digest, source, silence, quiet hours, acknowledge.

mod common;

/// English.
pub struct English;
