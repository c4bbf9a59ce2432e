//! `[[route]]`: who hears of which alerts, and how. A tree: a route within another takes over what it does not say itself.
//! Never decides about an alert.

use super::Located;
use super::alert::{self, GroupingConfig};
use super::brand::addresses;
use super::check::Names;
use super::escalation::{self, EscalationStep};
use super::fault::{Findings, Place};
use super::file::{List, RouteTable};
use super::quiet::{self, QuietConfig};
use super::reader::{Key, Written};
use super::words::{Line, shown};
use crate::model::{Severity, Tongue, Tongues, suggest};

/// Deepest nesting of routes.
const DEEPEST: usize = 8;

/// Where alerts go that it matches. All conditions that are set must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteConfig {
    /// The unique name; it identifies the route in the store.
    pub name: String,
    /// Brands it is for; empty means all.
    pub brands: Vec<String>,
    /// Severities it is for; empty means all.
    pub severities: Vec<Severity>,
    /// Names of rules it is for; empty means all.
    pub rules: Vec<String>,
    /// A query expression that must hold, not yet compiled.
    pub query: Option<String>,
    /// Whether the routes behind it are asked too when it has matched.
    pub goes_on: bool,
    /// How it tells.
    pub settings: RouteSettings,
    /// The routes within it, asked first.
    pub routes: Vec<Located<RouteConfig>>,
}

/// How a route tells, with what it takes over from the route around it and from `[alert]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteSettings {
    /// Who is told; empty means the recipients of the brand.
    pub recipients: Vec<String>,
    /// How alerts are grouped.
    pub grouping: GroupingConfig,
    /// When nobody is told.
    pub quiet: QuietConfig,
    /// Who is told next of what nobody acknowledges.
    pub escalation: Vec<EscalationStep>,
    /// In which language, where it is said.
    pub language: Option<Tongue>,
}

/// What routes refer to.
pub(super) struct Known<'a> {
    /// The brands.
    pub(super) brands: &'a Names,
    /// The names of the rules.
    pub(super) rules: Vec<&'a str>,
}

pub(super) fn resolve(
    list: Key<List<RouteTable>>,
    root: &RouteSettings,
    known: &Known<'_>,
    tongues: &mut Tongues,
    findings: &mut Findings,
) -> Vec<Located<RouteConfig>> {
    let mut reading = Reading { known, names: Names::default(), tongues, findings };
    reading.routes(list.or(Vec::new()), root, 1)
}

struct Reading<'a> {
    known: &'a Known<'a>,
    names: Names,
    tongues: &'a mut Tongues,
    findings: &'a mut Findings,
}

impl Reading<'_> {
    fn routes(&mut self, written: List<RouteTable>, around: &RouteSettings, depth: usize) -> Vec<Located<RouteConfig>> {
        if let Some(first) = written.first().filter(|_| depth > DEEPEST) {
            let message = format!("routes are nested deeper than {DEEPEST}");
            self.findings.add(&first.place, message, "move some of them to the outside");
            return Vec::new();
        }
        written.into_iter().map(|Written { value, place }| self.route(value, place, around, depth)).collect()
    }

    fn route(&mut self, table: RouteTable, place: Place, around: &RouteSettings, depth: usize) -> Located<RouteConfig> {
        let name = table.name.required(&place, "name", "name = \"lawyers\"", self.findings);
        if let Some(name) = &name {
            self.names.take(name, self.findings);
        }
        let quiet = quiet::Given {
            hours: table.quiet,
            time_zone: table.time_zone,
            urgent: table.urgent_breaks_through,
            incidents: table.incidents_break_through,
        };
        let quiet = QuietConfig::within(quiet, &around.quiet);
        let given = alert::Given {
            group_wait: table.group_wait,
            group_interval: table.group_interval,
            repeat_interval: table.repeat_interval,
            repeat_until: table.repeat_until,
        };
        let grouping = alert::grouping(given, &around.grouping, self.findings);
        let own = addresses(table.recipients);
        let recipients = if own.is_empty() { around.recipients.clone() } else { own };
        let language = table.language.given().map(|language| language.value).or(around.language);
        if let (Some(name), Some(language)) = (&name, language) {
            self.tongues.routes.insert(name.value.0.clone(), language);
        }
        let escalation = escalation::resolve(table.escalate, &around.escalation, self.findings);
        let settings = RouteSettings { recipients, grouping, quiet, escalation, language };
        let routes = self.routes(table.route.or_default().0, &settings, depth + 1);
        let place = table.query.place().cloned().unwrap_or(place);
        let value = RouteConfig {
            name: name.map(|name| name.value.0).unwrap_or_default(),
            brands: self.known.brands.brands(table.brands, self.findings),
            severities: table.severities.or(Vec::new()).into_iter().map(|severity| severity.value).collect(),
            rules: self.rules(table.rules),
            query: table.query.given().map(|query| query.value).filter(|query| !query.trim().is_empty()),
            goes_on: table.r#continue.or(false),
            settings,
            routes,
        };
        Located { value, place: Some(place) }
    }

    /// The rules that a list names; one that does not exist is a fault.
    fn rules(&mut self, list: Key<List<Line>>) -> Vec<String> {
        let rules = || self.known.rules.iter().copied();
        let mut named = Vec::new();
        for Written { value: Line(name), place } in list.or(Vec::new()) {
            if !rules().any(|rule| rule == name) {
                let hint = match suggest::nearest(&name, rules()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("add a `[[rule]]` with `name = {name:?}`"),
                };
                self.findings.add_absence(&place, format!("there is no rule {}", shown(&name)), hint);
            }
            named.push(name);
        }
        named
    }
}
