//! `[health]`: who is told when a source falls ill. Never decides whether one is.

use std::time::Duration;

use super::Located;
use super::brand::addresses;
use super::check::{HOUR, within};
use super::digest::DigestConfig;
use super::fault::Findings;
use super::file::HealthTable;
use crate::model::Brand;

/// Who is told how sources are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthConfig {
    /// The operators: mail addresses or `channel:NAME`; empty for nobody.
    pub recipients: Vec<String>,
    /// How long the first change waits for more, so that they come in one mail.
    pub group_wait: Duration,
    /// An answer that takes longer is a slow one: a third of the time after which it is given up.
    pub slow_after: Duration,
}

/// A part of `fetch.timeout` that is slow.
const SLOW_PART: u32 = 3;
/// How long changes are gathered where nothing is configured.
const GROUP_WAIT: Duration = Duration::from_secs(10 * 60);

impl Default for HealthConfig {
    /// Nobody is told.
    fn default() -> Self {
        Self { recipients: Vec::new(), group_wait: GROUP_WAIT, slow_after: Duration::from_secs(10) }
    }
}

/// Where nobody is named, the only recipient of the whole file is told; of several, nobody knows which one runs mentiond.
pub(super) fn resolve(
    table: HealthTable,
    timeout: Duration,
    brands: &[Located<Brand>],
    digests: &[Located<DigestConfig>],
    findings: &mut Findings,
) -> HealthConfig {
    let why = "a mail that waits longer comes too late to be of use";
    let group_wait = within(table.group_wait, Duration::ZERO..=HOUR, GROUP_WAIT, why, findings);
    let recipients = if table.recipients.is_absent() {
        let of_brands = brands.iter().flat_map(|brand| &brand.value.recipients);
        let mut all: Vec<&String> =
            of_brands.chain(digests.iter().flat_map(|digest| &digest.value.recipients)).collect();
        all.sort();
        all.dedup();
        if let [only] = all.as_slice() { vec![(*only).clone()] } else { Vec::new() }
    } else {
        addresses(table.recipients)
    };
    HealthConfig { recipients, group_wait, slow_after: timeout / SLOW_PART }
}
