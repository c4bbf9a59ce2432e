//! How much of what a replay has told, and why so much was not told. Plain numbers.

use std::collections::BTreeMap;

use super::Kind;
use crate::model::Instant;

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The first mention and the last.
    pub period: Option<(Instant, Instant)>,
    /// By brand.
    pub brands: BTreeMap<String, OfBrand>,
    /// Mentions that were no alerts, by the reason.
    pub no_alert: BTreeMap<&'static str, u64>,
}

/// What was counted of a brand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfBrand {
    /// Its mentions.
    pub mentions: u64,
    /// Its notices, by their kind.
    pub notices: BTreeMap<Kind, u64>,
}

impl Tally {
    /// All mentions.
    #[must_use]
    pub fn mentions(&self) -> u64 {
        self.brands.values().map(|of| of.mentions).sum()
    }

    /// All notices of a kind.
    #[must_use]
    pub fn notices(&self, kind: Kind) -> u64 {
        self.brands.values().map(|of| of.of(kind)).sum()
    }

    pub(super) fn mention(&mut self, brand: &str, at: Instant) {
        self.change(brand, |of| of.mentions += 1);
        self.period = Some((self.period.map_or(at, |(first, _)| first), at));
    }

    pub(super) fn notice(&mut self, brand: &str, kind: Kind) {
        self.change(brand, |of| *of.notices.entry(kind).or_default() += 1);
    }

    pub(super) fn no_alert(&mut self, why: &'static str) {
        *self.no_alert.entry(why).or_default() += 1;
    }

    fn change(&mut self, brand: &str, change: impl FnOnce(&mut OfBrand)) {
        match self.brands.get_mut(brand) {
            Some(of) => change(of),
            None => change(self.brands.entry(brand.to_owned()).or_default()),
        }
    }
}

impl OfBrand {
    /// Its notices of a kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> u64 {
        self.notices.get(&kind).copied().unwrap_or_default()
    }

    /// Its mails but for digests: alerts and what is told of incidents.
    #[must_use]
    pub fn mails(&self) -> u64 {
        [Kind::Alert, Kind::IncidentStart, Kind::IncidentUpdate, Kind::IncidentEnd]
            .map(|kind| self.of(kind))
            .iter()
            .sum()
    }
}
