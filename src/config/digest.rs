//! `[[digest]]`: the summaries, and the one there is if the file names none. Never reads a schedule; that is the work
//! of `digest`.

use chrono_tz::Tz;

use super::Located;
use super::brand::addresses;
use super::check::{Names, count};
use super::fault::Findings;
use super::file::{DigestTable, List};
use super::reader::{Key, Written};
use super::words::{Line, Word, Wrong, shown};
use crate::model::{Brand, Tongues};

/// A summary that is sent at certain times.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestConfig {
    /// The unique name; it identifies the digest in the store.
    pub name: String,
    /// A cron expression (five fields, or six with seconds in front).
    pub schedule: String,
    /// The zone in which the schedule and the mail's times are meant.
    pub time_zone: Tz,
    /// Brands it reports on, those that it chose by patterns and labels among them; empty means all, unless
    /// a query chooses some.
    pub brands: Vec<String>,
    /// A query expression that chooses further brands by their names and labels, not yet compiled; its place is its own.
    pub query: Option<Located<String>>,
    /// Who gets it; empty means the recipients of each brand, each with the brands of theirs.
    pub recipients: Vec<String>,
    /// Mentions shown per brand; the rest is counted.
    pub max_mentions: usize,
    /// What comes of a period in which nothing was.
    pub when_quiet: WhenQuiet,
}

/// What comes of a period in which nothing was said, nothing waits and nothing goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenQuiet {
    /// A short mail that says so.
    #[default]
    Short,
    /// No mail, where every source was read.
    None,
}

impl Word for WhenQuiet {
    const WHAT: &'static str = "what comes of a quiet period";
    const EXAMPLE: &'static str = "none";

    fn parse(text: &str) -> Result<Self, Wrong> {
        match text {
            "short" => Ok(Self::Short),
            "none" => Ok(Self::None),
            _ => Err(Wrong::new(format!("{} is not {}", shown(text), Self::WHAT), "write `short` or `none`")),
        }
    }
}

/// Mentions shown per brand, unless a digest says otherwise.
const MAX_MENTIONS: i64 = 20;

/// The digest of a file that names none: every morning at eight.
fn daily(time_zone: Tz) -> Located<DigestConfig> {
    let value = DigestConfig {
        name: "daily".to_owned(),
        schedule: "0 8 * * *".to_owned(),
        time_zone,
        brands: Vec::new(),
        query: None,
        recipients: Vec::new(),
        max_mentions: usize::try_from(MAX_MENTIONS).unwrap_or_default(),
        when_quiet: WhenQuiet::default(),
    };
    Located { value, place: None }
}

pub(super) fn resolve(
    list: Key<List<DigestTable>>,
    time_zone: Tz,
    (brands, names_of): (&[Located<Brand>], &Names),
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
        let mut chosen = names_of.chosen(table.brands, findings);
        for Written { value: Line(label), place } in table.labels.or(Vec::new()) {
            let labelled = brands.iter().filter(|brand| brand.value.labels.contains(&label));
            let labelled: Vec<String> = labelled.map(|brand| brand.value.name.clone()).collect();
            if labelled.is_empty() {
                let hint = format!("add `labels = [{label:?}]` to a `[[brand]]`");
                findings.add_absence(&place, format!("no brand has the label {}", shown(&label)), hint);
            }
            chosen.extend(labelled);
        }
        let long = "a mail that is too long is cut by mail programs";
        let value = DigestConfig {
            name: name.map(|name| name.value.0).unwrap_or_default(),
            schedule,
            time_zone: table.time_zone.or(time_zone),
            brands: chosen,
            query: table
                .query
                .given()
                .filter(|query| !query.value.trim().is_empty())
                .map(|query| Located { value: query.value, place: Some(query.place) }),
            recipients: addresses(table.recipients),
            max_mentions: count(table.max_mentions, 1..=1000, MAX_MENTIONS, long, findings),
            when_quiet: table.when_quiet.or(WhenQuiet::default()),
        };
        digests.push(Located { value, place: Some(place) });
    }
    digests
}
