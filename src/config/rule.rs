//! `[[rule]]`: when a mention becomes an alert, and the rules there are if the file names none. Never applies one.

use std::time::Duration;

use super::Located;
use super::check::{DAY, HOUR, Names, lines, within};
use super::fault::Findings;
use super::file::{List, RuleTable};
use super::reader::{Key, Written};
use crate::model::{Severity, Tone};

/// When a mention becomes an alert. All conditions that are set must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleConfig {
    /// The unique name, shown in the mail.
    pub name: String,
    /// Brands it is for; empty means all.
    pub brands: Vec<String>,
    /// Tones it accepts; empty means all.
    pub tones: Vec<Tone>,
    /// The score must be at most this, from -1 to 1.
    pub max_score: Option<f64>,
    /// Severities it accepts; empty means all.
    pub severities: Vec<Severity>,
    /// One of these words or expressions must occur; empty means that none is asked for.
    pub keywords: Vec<String>,
    /// Names of [`KEYWORD_LISTS`](super::KEYWORD_LISTS) that count as `keywords` too.
    pub keyword_lists: Vec<String>,
    /// A query expression that must hold, not yet compiled; an empty one is none.
    pub query: Option<String>,
    /// Mentions published longer ago than this never alert.
    pub max_age: Duration,
}

/// Age up to which a mention can alert, unless a rule says otherwise.
const MAX_AGE: Duration = DAY.saturating_mul(7);

/// The rules of a file that names none: harm in any tone but praise, complaints, and whatever is very negative.
#[must_use]
pub fn default_rules() -> Vec<RuleConfig> {
    let rule = |name: &str, tones: &[Tone], max_score, keyword_lists: &[&str]| RuleConfig {
        name: name.to_owned(),
        brands: Vec::new(),
        tones: tones.to_vec(),
        max_score,
        severities: Vec::new(),
        keywords: Vec::new(),
        keyword_lists: keyword_lists.iter().map(|list| (*list).to_owned()).collect(),
        query: None,
        max_age: MAX_AGE,
    };
    vec![
        rule("harm", &[Tone::Negative, Tone::Neutral, Tone::Unscored], None, &["harm"]),
        rule("complaint", &[Tone::Negative], None, &["complaint"]),
        rule("very negative", &[Tone::Negative], Some(-0.7), &[]),
    ]
}

pub(super) fn resolve(list: Key<List<RuleTable>>, brands: &Names, findings: &mut Findings) -> Vec<Located<RuleConfig>> {
    let Some(written) = list.given() else {
        return default_rules().into_iter().map(|value| Located { value, place: None }).collect();
    };
    let mut names = Names::default();
    let mut rules = Vec::new();
    for Written { value: table, place } in written.value {
        let name = table.name.required(&place, "name", "name = \"complaint\"", findings);
        if let Some(name) = &name {
            names.take(name, findings);
        }
        let place = table.query.place().cloned().unwrap_or(place);
        let value = RuleConfig {
            name: name.map(|name| name.value.0).unwrap_or_default(),
            brands: brands.brands(table.brands, findings),
            tones: table.tones.or(Vec::new()).into_iter().map(|tone| tone.value).collect(),
            max_score: max_score(table.max_score, findings),
            severities: table.severities.or(Vec::new()).into_iter().map(|severity| severity.value).collect(),
            keywords: lines(table.keywords),
            keyword_lists: table.keyword_lists.or(Vec::new()).iter().map(|list| list.value.0.to_owned()).collect(),
            query: table.query.given().map(|query| query.value).filter(|query| !query.trim().is_empty()),
            max_age: within(table.max_age, HOUR..=DAY * 3650, MAX_AGE, "", findings),
        };
        rules.push(Located { value, place: Some(place) });
    }
    rules
}

fn max_score(key: Key<f64>, findings: &mut Findings) -> Option<f64> {
    let given = !key.is_absent();
    let score = within(key, -1.0..=1.0, 1.0, "scores go from -1, very negative, to 1", findings);
    given.then_some(score)
}
