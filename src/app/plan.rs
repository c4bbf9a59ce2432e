//! The configuration with its expressions compiled: queries, rules, schedules, and the user's words tried. Finds the
//! faults that `config` cannot see because it does not know those languages. Pure: does no I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use secrecy::ExposeSecret as _;

use super::scorers;
use crate::alert::{Routes, Rules, Way};
use crate::config::{
    Config, DigestConfig, Fault, Faults, GroupingConfig, Located, Place, RouteSettings, RuleConfig, ToneConfig,
};
use crate::digest::{self, Schedule};
use crate::model::hash::sha256_hex;
use crate::model::{Brand, Instant, Search, Source, host_of};
use crate::pipeline::{self, WatchedBrand};
use crate::query::{self, Context, Library, Query, QueryFault, Scope, Totals};
use crate::report::{DigestPlan, Reported};
use crate::source::asks_for_terms;
use crate::store::{Audience, IncidentAudience, Ladder, SourceSetup};

/// What the loops need, compiled.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The brands with their queries.
    pub watched: Vec<WatchedBrand>,
    /// The sources; what to ask networks for is filled in from the queries where the configuration is silent.
    pub sources: Vec<Source>,
    /// The alert rules.
    pub rules: Rules,
    /// Where alerts go.
    pub routes: Routes,
    /// The digests.
    pub digests: Vec<DigestPlan>,
}

impl Plan {
    /// Compiles everything.
    ///
    /// # Errors
    /// Every query and schedule that is not understood, with its place in the file.
    pub fn of(config: &Config, now: Instant) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let plan = Self::draft(config, now, &mut faults);
        if faults.is_empty() { Ok(plan) } else { Err(Faults(faults)) }
    }

    /// The sources as the store knows them.
    #[must_use]
    pub fn source_setups(&self) -> Vec<SourceSetup> {
        let wanted = pipeline::wanted(&self.watched);
        let setup = |source: &Source| SourceSetup {
            name: source.name.clone(),
            kind: source.kind,
            host: host_of(&source.url),
            fingerprint: sha256_hex([source.kind.as_str(), "\n", source.url.as_str()], 8),
            credential: credential(source),
            wanted: wanted.clone(),
            interval: source.interval,
            weight: source.weight,
        };
        self.sources.iter().map(setup).collect()
    }

    /// Who is told when negative stories about each brand spread: whoever was told since nobody had acknowledged it hears
    /// how it goes on, too.
    #[must_use]
    pub fn incident_audiences(&self) -> BTreeMap<String, IncidentAudience> {
        let audience = |WatchedBrand { brand, .. }: &WatchedBrand| {
            let told = self.routes.of_incident(&brand.name);
            let others = self.routes.all().into_iter().filter(|way| told.iter().all(|known| known.route != way.route));
            let way = |way: Way<'_>| (way.route.to_owned(), way.recipients(brand).to_vec());
            let next = |way: &Way<'_>| {
                let steps = way.settings.escalation.iter();
                (way.route.to_owned(), steps.flat_map(|step| step.recipients.iter().cloned()).collect())
            };
            let others = others.map(way).chain(self.routes.all().iter().map(next)).collect();
            (brand.name.clone(), IncidentAudience { ways: told.into_iter().map(way).collect(), others })
        };
        self.watched.iter().map(audience).collect()
    }

    /// How alerts are repeated on each way that they take, and who is told of which brand on it.
    #[must_use]
    pub fn ways(&self) -> Vec<(GroupingConfig, Audience)> {
        let way = |way: Way<'_>| {
            // Whoever was told next is reminded like those who were told first.
            let next = || way.settings.escalation.iter().flat_map(|step| step.recipients.iter().cloned());
            let told = |watched: &WatchedBrand| {
                let first = way.recipients(&watched.brand).iter().cloned();
                (watched.brand.name.clone(), first.chain(next()).collect())
            };
            let brands = self.watched.iter().map(told).collect();
            (way.settings.grouping.clone(), Audience { route: way.route.to_owned(), brands })
        };
        self.routes.all().into_iter().map(way).collect()
    }

    /// Who is told next on each way of what nobody acknowledges.
    #[must_use]
    pub fn ladders(&self) -> Vec<Ladder> {
        let brands: Vec<String> = self.watched.iter().map(|watched| watched.brand.name.clone()).collect();
        let ladder = |way: Way<'_>| Ladder {
            route: way.route.to_owned(),
            brands: brands.clone(),
            steps: way.settings.escalation.clone(),
            grouping: way.settings.grouping.clone(),
        };
        self.routes.all().into_iter().filter(|way| !way.settings.escalation.is_empty()).map(ladder).collect()
    }

    /// Compiles what can be, and adds a fault for what cannot.
    #[must_use]
    pub fn draft(config: &Config, now: Instant, faults: &mut Vec<Fault>) -> Self {
        let (library, totals) = (library(config), Totals::default());
        let context = Context { library: Some(&library), totals: Some(&totals), ..Context::default() };
        check_library(config, &library, &context, faults);
        let watched: Vec<WatchedBrand> =
            config.brands.iter().filter_map(|brand| watch(brand, &context, faults)).collect();
        refuse_unsearchable(config, &watched, faults);
        let brands: Vec<&Brand> = config.brands.iter().map(|brand| &brand.value).collect();
        let reported = Arc::new(reported(&watched));
        let digests = config.digests.iter();
        let digests =
            digests.filter_map(|digest| plan_digest(digest, (&brands, &reported), (&context, now), faults)).collect();
        let (terms, searches) = (search_terms(&watched), searches(&watched));
        let with_terms = |located: &Located<Source>| with_terms(&located.value, &terms, &searches);
        let sources: Vec<Source> = config.sources.iter().map(with_terms).collect();
        if watched.len() == config.brands.len() {
            refuse_mute(config, &sources, faults);
        }
        // The shipped words are right.
        if config.tone != ToneConfig::default() {
            let _ = scorers::draft(&config.tone, faults);
        }
        let rules = rules(&config.rules, &context, faults);
        let routes = routes(config, &context, faults);
        Self { watched, sources, rules, routes, digests }
    }
}

/// Changes with whatever a network may refuse a source for. Enough to tell two from each other, too little to guess the
/// token from.
fn credential(source: &Source) -> String {
    let secrets: Vec<&str> = source.secrets().map(|secret| secret.expose_secret()).collect();
    let Some((token, beside)) = secrets.split_first() else { return String::new() };
    let beside = beside.iter().flat_map(|secret| ["\n", *secret]);
    let places = source.places.iter().flat_map(|place| ["\n", place.as_str()]);
    let account = source.account.as_deref().unwrap_or_default();
    sha256_hex([token, "\n", account].into_iter().chain(places).chain(beside), 2)
}

fn watch(located: &Located<Brand>, context: &Context<'_>, faults: &mut Vec<Fault>) -> Option<WatchedBrand> {
    let brand = &located.value;
    let context = Context { scope: Scope::Entry, folding: brand.folding, ..*context };
    match Query::parse_in(&brand.query, &context) {
        Ok(query) => Some(WatchedBrand { brand: brand.clone(), query }),
        Err(fault) => {
            tell(faults, located.place.as_ref(), &brand.name, &brand.query, fault);
            None
        }
    }
}

/// A source that is asked for the words of the brands hears nothing of a brand whose query needs none.
fn refuse_unsearchable(config: &Config, watched: &[WatchedBrand], faults: &mut Vec<Fault>) {
    let is_asked = |source: &Source| source.terms.is_empty() && asks_for_terms(source);
    let Some(source) = config.sources.iter().map(|located| &located.value).find(|source| is_asked(source)) else {
        return;
    };
    for WatchedBrand { brand, .. } in watched.iter().filter(|watched| watched.query.search_terms().is_empty()) {
        let located = config.brands.iter().find(|located| located.value.name == brand.name);
        let place = located.and_then(|located| located.place.as_ref());
        let is_configured = place.is_none_or(|place| place.line > 0);
        let message = format!("the source `{}` cannot be asked for this: no word stands in every match", source.name);
        let mut hint = "add a word that has to occur, in each branch of `OR`".to_owned();
        if is_configured {
            hint.push_str(", or give the source `terms` of its own");
        }
        faults.push(Fault::at(place, &brand.name, message, hint));
    }
}

/// A source of the configuration that can be asked for none of its words would be read without a fault, and show nothing.
fn refuse_mute(config: &Config, sources: &[Source], faults: &mut Vec<Fault>) {
    for (located, source) in config.sources.iter().zip(sources) {
        let (profile, terms) = (source.kind.profile(), &source.terms);
        let short = terms.first().filter(|_| profile.takes_none(terms));
        if let (Some(place), Some(short)) = (located.place.as_ref(), short) {
            let why = profile.refusal();
            let message = format!("the source `{}` would ask for nothing: {why}, such as `{short}`", source.name);
            let hint = "give it longer `terms` of its own, or take it out".to_owned();
            faults.push(Fault::at(Some(place), &source.name, message, hint));
        }
    }
}

/// What queries can name.
#[must_use]
pub fn library(config: &Config) -> Library {
    let queries = config.queries.iter().map(|located| (located.value.name.clone(), located.value.query.clone()));
    let sets = config.sets.iter().map(|located| (located.value.name.clone(), located.value.words.clone()));
    Library::new(queries, sets)
}

/// Each query that can be named is read by itself, so that one that nobody names is told as well.
fn check_library(config: &Config, library: &Library, context: &Context<'_>, faults: &mut Vec<Fault>) {
    let context = Context { scope: Scope::Kept, ..*context };
    for located in &config.queries {
        let named = &located.value;
        if let Err(fault) = Query::parse_in(&named.query, &context) {
            tell(faults, located.place.as_ref(), &named.name, &named.query, fault);
        }
    }
    for located in &config.sets {
        if let Err(fault) = library.check_set(&located.value.name) {
            faults.push(Fault::at(located.place.as_ref(), &located.value.name, fault.message, fault.hint));
        }
    }
}

fn rules(located: &[Located<RuleConfig>], context: &Context<'_>, faults: &mut Vec<Fault>) -> Rules {
    let configs: Vec<RuleConfig> = located.iter().map(|located| located.value.clone()).collect();
    let mut rules = Rules::new(&configs);
    let context = Context { scope: Scope::Mention, ..*context };
    for (index, Located { value: rule, place }) in located.iter().enumerate() {
        let Some(text) = &rule.query else { continue };
        match Query::parse_in(text, &context) {
            Ok(query) => rules.ask(index, query),
            Err(fault) => tell(faults, place.as_ref(), &rule.name, text, fault),
        }
    }
    rules
}

fn routes(config: &Config, context: &Context<'_>, faults: &mut Vec<Fault>) -> Routes {
    let context = Context { scope: Scope::Mention, ..*context };
    let mut read = |text: &str, name: &str, place: Option<&Place>| {
        Query::parse_in(text, &context).map_err(|fault| tell(faults, place, name, text, fault)).ok()
    };
    let root = RouteSettings {
        grouping: config.grouping.clone(),
        quiet: config.quiet.clone(),
        escalation: config.escalation.clone(),
        ..RouteSettings::default()
    };
    Routes::new(root, &config.routes, &mut read)
}

/// Adds a fault in a query of the configuration. What all queries are too large for together is told of the first alone.
fn tell(faults: &mut Vec<Fault>, place: Option<&Place>, owner: &str, query: &str, fault: QueryFault) {
    let of_all = [Totals::TOO_LARGE, Totals::TOO_MANY].into_iter().find(|of_all| fault.message.contains(of_all));
    if of_all.is_some_and(|of_all| faults.iter().any(|known| known.message.contains(of_all))) {
        return;
    }
    let message = format!("{} (character {} of the query `{query}`)", fault.message, fault.column);
    faults.push(Fault::at(place, owner, message, fault.hint));
}

fn plan_digest(
    located: &Located<DigestConfig>,
    (brands, reported): (&[&Brand], &Arc<BTreeMap<String, Reported>>),
    (context, now): (&Context<'_>, Instant),
    faults: &mut Vec<Fault>,
) -> Option<DigestPlan> {
    let mut config = located.value.clone();
    choose_brands(&mut config, brands, context, faults);
    match Schedule::parse(&config.schedule, config.time_zone, now) {
        Ok(schedule) => {
            let audience = digest::audience(&config, brands);
            Some(DigestPlan { config, schedule, audience, brands: Arc::clone(reported) })
        }
        Err(fault) => {
            faults.push(Fault::at(located.place.as_ref(), &config.name, fault.message, fault.hint));
            None
        }
    }
}

/// Adds the brands that the query of a digest chooses; one that chooses none is a fault.
fn choose_brands(config: &mut DigestConfig, brands: &[&Brand], context: &Context<'_>, faults: &mut Vec<Fault>) {
    let Some(Located { value: text, place }) = &config.query else { return };
    let context = Context { scope: Scope::Brand, ..*context };
    let chosen = match Query::parse_in(text, &context) {
        Ok(query) => digest::chosen(&query, brands),
        Err(fault) => return tell(faults, place.as_ref(), &config.name, text, fault),
    };
    if chosen.is_empty() {
        let message = format!("no brand is what the query `{text}` asks for");
        let hint = "words are looked for in the names of brands, `tag:` in their `labels`".to_owned();
        faults.push(Fault::at(place.as_ref(), &config.name, message, hint));
    }
    config.brands.extend(chosen);
}

/// What digests ask of the brands beyond their names.
fn reported(watched: &[WatchedBrand]) -> BTreeMap<String, Reported> {
    let of = |watched: &WatchedBrand| {
        let competitors = watched.brand.competitors.clone();
        let own_words = std::iter::once(watched.brand.name.clone()).chain(watched.query.search_terms()).collect();
        (watched.brand.name.clone(), Reported { competitors, own_words })
    };
    watched.iter().map(of).collect()
}

/// What to ask networks for, over all brands, each once.
fn search_terms(watched: &[WatchedBrand]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let terms = watched.iter().flat_map(|brand| brand.query.search_terms());
    terms.filter(|term| known.insert(query::asked(term))).collect()
}

/// The same for networks that can be searched for several words at once.
fn searches(watched: &[WatchedBrand]) -> Vec<Search> {
    query::distinct(watched.iter().flat_map(|brand| brand.query.searches()).collect())
}

fn with_terms(source: &Source, terms: &[String], searches: &[Search]) -> Source {
    let mut source = source.clone();
    if source.terms.is_empty() {
        source.terms = terms.to_vec();
        source.searches = searches.to_vec();
    }
    source
}
