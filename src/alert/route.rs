//! Where an alert, or an incident, goes: the tree of routes. As in Alertmanager the first route that matches is taken, and of the routes
//! within it the first again; one with `continue` lets those behind it be asked too. What no route matches goes the way of
//! `[alert]`. Pure.

use crate::config::{Located, Place, RouteConfig, RouteSettings};
use crate::model::{Brand, Severity};
use crate::query::{Matcher, Query, Subject};

/// The compiled routes.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    root: RouteSettings,
    routes: Vec<Route>,
}

#[derive(Debug, Clone)]
struct Route {
    config: RouteConfig,
    /// The query of the route, compiled.
    query: Option<Matcher>,
    routes: Vec<Route>,
}

/// A way that an alert takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way<'a> {
    /// Name of the route; empty for the way of `[alert]`.
    pub route: &'a str,
    /// How it tells.
    pub settings: &'a RouteSettings,
}

impl<'a> Way<'a> {
    /// Who is told of a brand.
    #[must_use]
    pub fn recipients<'b>(&self, brand: &'b Brand) -> &'b [String]
    where
        'a: 'b,
    {
        let own = &self.settings.recipients;
        if own.is_empty() { &brand.recipients } else { own }
    }
}

impl Routes {
    /// Compiles the routes; `read` is given each query with its place and the name of its route. A route whose query
    /// cannot be read never matches.
    #[must_use]
    pub fn new(
        root: RouteSettings,
        routes: &[Located<RouteConfig>],
        read: &mut impl FnMut(&str, &str, Option<&Place>) -> Option<Query>,
    ) -> Self {
        Self { root, routes: compiled(routes, read) }
    }

    /// The ways of an alert of `brand` that met `rule`.
    #[must_use]
    pub fn find(&self, brand: &str, rule: &str, subject: &Subject<'_>) -> Vec<Way<'_>> {
        self.ways(&|route| route.matches(brand, rule, subject))
    }

    fn ways(&self, matches: &dyn Fn(&Route) -> bool) -> Vec<Way<'_>> {
        let mut ways = Vec::new();
        find(&self.routes, matches, &mut ways);
        if ways.is_empty() {
            ways.push(Way { route: "", settings: &self.root });
        }
        ways
    }

    /// The ways of an incident of `brand`. It is no single mention, so no route matches that asks for rules or has a
    /// query; among severities it is a notice.
    #[must_use]
    pub fn of_incident(&self, brand: &str) -> Vec<Way<'_>> {
        self.ways(&|route| route.matches_incident(brand))
    }

    /// All ways there are, that of `[alert]` first.
    #[must_use]
    pub fn all(&self) -> Vec<Way<'_>> {
        let mut ways = vec![Way { route: "", settings: &self.root }];
        let mut waiting: Vec<&Route> = self.routes.iter().rev().collect();
        while let Some(route) = waiting.pop() {
            ways.push(route.way());
            waiting.extend(route.routes.iter().rev());
        }
        ways
    }
}

fn compiled(
    routes: &[Located<RouteConfig>],
    read: &mut impl FnMut(&str, &str, Option<&Place>) -> Option<Query>,
) -> Vec<Route> {
    let compile = |Located { value: config, place }: &Located<RouteConfig>| {
        let query = config.query.as_ref();
        let query = query.map(|text| Matcher::new(read(text, &config.name, place.as_ref()).into_iter().collect()));
        Route {
            query,
            routes: compiled(&config.routes, read),
            config: RouteConfig { routes: Vec::new(), ..config.clone() },
        }
    };
    routes.iter().map(compile).collect()
}

/// Adds the ways through those of these routes that match; whether one of them does.
fn find<'r>(routes: &'r [Route], matches: &dyn Fn(&Route) -> bool, ways: &mut Vec<Way<'r>>) -> bool {
    let mut matched = false;
    for route in routes.iter().filter(|route| matches(route)) {
        matched = true;
        if !find(&route.routes, matches, ways) {
            ways.push(route.way());
        }
        if !route.config.goes_on {
            break;
        }
    }
    matched
}

impl Route {
    fn way(&self) -> Way<'_> {
        Way { route: &self.config.name, settings: &self.config.settings }
    }

    fn matches(&self, brand: &str, rule: &str, subject: &Subject<'_>) -> bool {
        let config = &self.config;
        one_of(&config.brands, brand)
            && one_of(&config.rules, rule)
            && (config.severities.is_empty()
                || subject.severity.is_some_and(|severity| config.severities.contains(&severity)))
            && self.query.as_ref().is_none_or(|query| !query.find(*subject).is_empty())
    }

    fn matches_incident(&self, brand: &str) -> bool {
        let config = &self.config;
        one_of(&config.brands, brand)
            && config.rules.is_empty()
            && (config.severities.is_empty() || config.severities.contains(&Severity::Notice))
            && self.query.is_none()
    }
}

fn one_of(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|known| known == name)
}
