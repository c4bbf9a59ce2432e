//! English. Its terms are those of the documentation: brand, mention, story, tone (negative, neutral, positive, unscored),
//! severity (info, notice, urgent), alert, reminder, incident, spike, digest, source, silence, quiet hours, acknowledge.

mod alert;
mod answer;
mod arrivals;
mod common;
mod digest;
mod health;
mod incident;
mod mention;
mod score;
mod trial;

/// English.
pub struct English;
