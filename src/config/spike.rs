//! `[spike]` and `[brand.spike]`: whether somebody is told when negative stories spread, and how readily. Never decides
//! whether they do.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono_tz::Tz;

use super::check::{DAY, HOUR, within};
use super::fault::Findings;
use super::file::SpikeTable;
use super::reader::Key;

/// False incidents that are allowed per brand in 30 days, unless the file says otherwise.
const BUDGET: f64 = 0.3;

/// How spikes of one brand are looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpikeSettings {
    /// Whether they are.
    pub enabled: bool,
    /// At most so many false incidents in 30 days.
    pub budget: f64,
    /// Whose wall clock tells the hours of the week in which so many are usual.
    pub time_zone: Tz,
    /// An incident that goes on is told again after this time.
    pub update_interval: Duration,
}

impl Default for SpikeSettings {
    /// As where the configuration says nothing.
    fn default() -> Self {
        Self { enabled: true, budget: BUDGET, time_zone: Tz::UTC, update_interval: HOUR * 6 }
    }
}

/// How spikes are looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpikeConfig {
    general: SpikeSettings,
    of_brands: BTreeMap<String, SpikeSettings>,
}

impl SpikeConfig {
    /// How those of a brand are.
    #[must_use]
    pub fn of(&self, brand: &str) -> SpikeSettings {
        self.of_brands.get(brand).copied().unwrap_or(self.general)
    }

    /// What the file says for all brands.
    pub(super) fn general(table: SpikeTable, time_zone: Tz, findings: &mut Findings) -> Self {
        let usual = SpikeSettings { time_zone, ..SpikeSettings::default() };
        Self { general: resolve(table, usual, findings), of_brands: BTreeMap::new() }
    }

    /// What it says for one, over that.
    pub(super) fn add_brand(&mut self, brand: &str, table: Key<SpikeTable>, findings: &mut Findings) {
        if let Some(table) = table.given() {
            self.of_brands.insert(brand.to_owned(), resolve(table.value, self.general, findings));
        }
    }
}

fn resolve(table: SpikeTable, otherwise: SpikeSettings, findings: &mut Findings) -> SpikeSettings {
    let SpikeTable { enabled, budget, time_zone, update_interval } = table;
    let noise = "it is the number of false alarms in 30 days that you would put up with";
    let often = "an incident that has doubled is told after an hour in any case";
    SpikeSettings {
        enabled: enabled.or(otherwise.enabled),
        budget: within(budget, 0.01..=10.0, otherwise.budget, noise, findings),
        time_zone: time_zone.or(otherwise.time_zone),
        update_interval: within(update_interval, HOUR..=DAY * 2, otherwise.update_interval, often, findings),
    }
}
