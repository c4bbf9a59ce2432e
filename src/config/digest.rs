//! `[[digest]]`: the summaries, and the one there is if the file names none. Never reads a schedule; that is the work
//! of `digest`.

use chrono_tz::Tz;

use super::Located;
use super::brand::addresses;
use super::check::{Names, count};
use super::fault::Findings;
use super::file::{DigestTable, List};
use super::reader::{Key, Written};
use crate::model::Tongues;

/// A summary that is sent at certain times.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestConfig {
    /// The unique name; it identifies the digest in the store.
    pub name: String,
    /// A cron expression (five fields, or six with seconds in front).
    pub schedule: String,
    /// The zone in which the schedule and the mail's times are meant.
    pub time_zone: Tz,
    /// Brands it reports on; empty means all.
    pub brands: Vec<String>,
    /// Who gets it; empty means the recipients of each brand, each with the brands of theirs.
    pub recipients: Vec<String>,
    /// Mentions shown per brand; the rest is counted.
    pub max_mentions: usize,
}

/// Mentions shown per brand, unless a digest says otherwise.
const MAX_MENTIONS: i64 = 50;

/// The digest of a file that names none: every morning at eight.
fn daily(time_zone: Tz) -> Located<DigestConfig> {
    let value = DigestConfig {
        name: "daily".to_owned(),
        schedule: "0 8 * * *".to_owned(),
        time_zone,
        brands: Vec::new(),
        recipients: Vec::new(),
        max_mentions: usize::try_from(MAX_MENTIONS).unwrap_or_default(),
    };
    Located { value, place: None }
}

pub(super) fn resolve(
    list: Key<List<DigestTable>>,
    time_zone: Tz,
    brands: &Names,
    tongues: &mut Tongues,
    findings: &mut Findings,
) -> Vec<Located<DigestConfig>> {
    let Some(written) = list.given() else { return vec![daily(time_zone)] };
    let mut names = Names::default();
    let mut digests = Vec::new();
    for Written { value: table, place } in written.value {
        let name = table.name.required(&place, "name", "name = \"daily\"", findings);
        if let Some(name) = &name {
            names.take(name, findings);
        }
        if let (Some(name), Some(language)) = (&name, table.language.given()) {
            tongues.digests.insert(name.value.0.clone(), language.value);
        }
        let schedule = table.schedule.required(&place, "schedule", "schedule = \"0 8 * * *\"", findings);
        let (schedule, place) = schedule.map_or((String::new(), place), |written| (written.value, written.place));
        let long = "a mail that is too long is cut by mail programs";
        let value = DigestConfig {
            name: name.map(|name| name.value.0).unwrap_or_default(),
            schedule,
            time_zone: table.time_zone.or(time_zone),
            brands: brands.brands(table.brands, findings),
            recipients: addresses(table.recipients),
            max_mentions: count(table.max_mentions, 1..=1000, MAX_MENTIONS, long, findings),
        };
        digests.push(Located { value, place: Some(place) });
    }
    digests
}
