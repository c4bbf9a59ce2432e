//! All that mentiond says to people by mail and channels, in every language it speaks. Renderers and templates have no words
//! of their own: they ask the language. A phrase is a method of the trait of its theme (`common.rs`, `alert.rs` ...), with
//! its numbers and names as arguments, so that each language orders, inflects and counts as it has to; a language that
//! lacks one does not compile. Each language has a folder with a file per theme, and a glossary in its `mod.rs`. Pure.
//!
//! Times come as text (`24 Nov 2026, 07:12 CET`), made by the same language with [`Speech`]. What people and programs said
//! (titles, comments, names of rules, errors) is quoted as it is.

pub mod alert;
pub mod answer;
pub mod arrivals;
mod common;
mod date;
mod de;
pub mod digest;
mod en;
pub mod health;
pub mod incident;
pub mod mention;
mod nb;
mod number;
mod said;
pub mod score;
pub mod trial;

use std::ops::Deref;

use chrono_tz::Tz;

use alert::Alert;
use answer::Answer;
use arrivals::Arrivals;
use common::Common;
use digest::Digest;
use health::Sources;
use incident::Incident;
use mention::Mention;
use score::Scores;
use trial::Trial;

use crate::model::{Instant, Tongue};

/// A language: everything there is to say.
pub trait Words: Common + Mention + Alert + Answer + Arrivals + Incident + Digest + Scores + Sources + Trial {}

impl<T: Common + Mention + Alert + Answer + Arrivals + Incident + Digest + Scores + Sources + Trial> Words for T {}

/// The language.
pub fn of(tongue: Tongue) -> &'static dyn Words {
    match tongue {
        Tongue::En => &en::English,
        Tongue::De => &de::German,
        Tongue::Nb => &nb::Norwegian,
    }
}

/// A language that tells the times of one zone. All phrases can be asked of it.
#[derive(Clone, Copy)]
pub struct Speech {
    words: &'static dyn Words,
    zone: Tz,
}

impl Speech {
    pub fn new(tongue: Tongue, zone: Tz) -> Self {
        Self { words: of(tongue), zone }
    }

    /// The same language in another zone.
    pub fn in_zone(self, zone: Tz) -> Self {
        Self { zone, ..self }
    }

    /// The zone.
    pub fn zone(self) -> Tz {
        self.zone
    }

    /// `24 Nov 2026, 07:12 CET`.
    pub fn time(self, at: Instant) -> String {
        self.words.time(&date::Parts::new(at, self.zone))
    }

    /// `Tue 24 Nov 2026, 07:12 CET`.
    pub fn day_and_time(self, at: Instant) -> String {
        self.words.day_and_time(&date::Parts::new(at, self.zone))
    }

    /// `24 Nov`.
    pub fn day(self, at: Instant) -> String {
        self.words.day(&date::Parts::new(at, self.zone))
    }

    /// `Tue 14:00`.
    pub fn hour(self, at: Instant) -> String {
        self.words.hour(&date::Parts::new(at, self.zone))
    }

    /// `14:20 CET`.
    pub fn clock(self, at: Instant) -> String {
        self.words.clock(&date::Parts::new(at, self.zone))
    }
}

impl Deref for Speech {
    type Target = dyn Words;

    fn deref(&self) -> &Self::Target {
        self.words
    }
}

#[cfg(test)]
mod tests;
