//! Which alerts and incidents are held, by silences or since their recipients have quiet hours. A silence whose expression cannot be read
//! any more, since it names what the configuration no longer has, holds nothing: rather one mail too many than one too few.

use std::collections::BTreeMap;

use super::quiet;
use crate::config::{Located, QuietConfig, RouteConfig};
use crate::model::hold::{DueAlert, Gate, Hold, Silence};
use crate::model::{HoldReason, Instant, Severity};
use crate::query::{Context, Library, Matcher, Query, QueryFault, Scope, Subject};

/// What keeps the peace of recipients, as configured.
#[derive(Debug, Clone, Default)]
pub struct Peace {
    library: Library,
    quiet: QuietConfig,
    /// By route, where there are any.
    of_routes: BTreeMap<String, QuietConfig>,
}

/// A silence with its expression compiled.
struct Mute<'a> {
    silence: &'a Silence,
    matcher: Option<Matcher>,
}

impl Peace {
    /// The library is what expressions of silences can name; what takes a route that is not among these has the quiet
    /// hours of all others.
    #[must_use]
    pub fn new(library: Library, quiet: QuietConfig, routes: &[Located<RouteConfig>]) -> Self {
        let mut of_routes = BTreeMap::new();
        let mut waiting: Vec<&RouteConfig> = routes.iter().map(|route| &route.value).collect();
        while let Some(route) = waiting.pop() {
            of_routes.insert(route.name.clone(), route.settings.quiet.clone());
            waiting.extend(route.routes.iter().map(|route| &route.value));
        }
        Self { library, quiet, of_routes }
    }

    /// Reads the expression of a silence.
    ///
    /// # Errors
    /// The first fault, with its column and a hint.
    pub fn read(&self, expression: &str) -> Result<Query, QueryFault> {
        let context = Context { scope: Scope::Mention, library: Some(&self.library), ..Context::default() };
        Query::parse_in(expression, &context)
    }

    /// What holds an alert that no silence holds, if its route has quiet hours.
    fn quiet(&self, alert: &DueAlert, now: Instant) -> Option<Hold> {
        let hours = self.hours(&alert.route);
        let passes = alert.severity == Severity::Urgent && hours.urgent_breaks_through;
        if passes { None } else { quiet_now(hours, now) }
    }

    /// The quiet hours of a route.
    fn hours(&self, route: &str) -> &QuietConfig {
        self.of_routes.get(route).unwrap_or(&self.quiet)
    }

    fn mute<'a>(&self, silence: &'a Silence) -> Option<Mute<'a>> {
        let matcher = match &silence.scope.query {
            Some(expression) => Some(Matcher::new(vec![self.read(expression).ok()?])),
            None => None,
        };
        Some(Mute { silence, matcher })
    }
}

impl Gate for Peace {
    fn is_open(&self, silences: &[Silence], now: Instant) -> bool {
        let mut hours = self.of_routes.values().chain([&self.quiet]);
        silences.is_empty() && hours.all(|hours| quiet::until(hours, now).is_none())
    }

    fn holds(&self, alerts: &[DueAlert], silences: &[Silence], now: Instant) -> Vec<Option<Hold>> {
        let mutes: Vec<Mute<'_>> =
            silences.iter().filter(|silence| silence.is_active(now)).filter_map(|silence| self.mute(silence)).collect();
        alerts.iter().map(|alert| silenced(alert, &mutes, now).or_else(|| self.quiet(alert, now))).collect()
    }

    fn holds_incident(&self, brand: &str, route: &str, silences: &[Silence], now: Instant) -> Option<Hold> {
        let whole = |silence: &&Silence| {
            let scope = &silence.scope;
            silence.is_active(now) && scope.query.is_none() && scope.brand.as_ref().is_none_or(|one| one == brand)
        };
        if let Some(silence) = silences.iter().filter(whole).max_by_key(|silence| silence.ends_at) {
            return Some(by(silence));
        }
        let hours = self.hours(route);
        if hours.incidents_break_through { None } else { quiet_now(hours, now) }
    }
}

/// The silence that holds an alert for longest.
fn silenced(alert: &DueAlert, mutes: &[Mute<'_>], now: Instant) -> Option<Hold> {
    let holding = mutes.iter().filter(|mute| mute.covers(alert, now)).max_by_key(|mute| mute.silence.ends_at)?;
    Some(by(holding.silence))
}

fn by(silence: &Silence) -> Hold {
    Hold { reason: HoldReason::Silenced, silence: Some(silence.id), until: silence.ends_at }
}

fn quiet_now(hours: &QuietConfig, now: Instant) -> Option<Hold> {
    let until = quiet::until(hours, now)?;
    Some(Hold { reason: HoldReason::QuietHours, silence: None, until })
}

impl Mute<'_> {
    fn covers(&self, alert: &DueAlert, now: Instant) -> bool {
        let scope = &self.silence.scope;
        (scope.urgent || alert.severity != Severity::Urgent)
            && scope.brand.as_ref().is_none_or(|brand| *brand == alert.brand)
            && self.matcher.as_ref().is_none_or(|matcher| !matcher.find(subject(alert, now)).is_empty())
    }
}

fn subject(alert: &DueAlert, now: Instant) -> Subject<'_> {
    Subject {
        source: Some(&alert.source),
        source_kind: alert.source_kind,
        language: alert.judgement.language.as_ref(),
        now: Some(now),
        judgement: Some(&alert.judgement),
        severity: Some(alert.severity),
        ..Subject::from(&alert.entry)
    }
}
