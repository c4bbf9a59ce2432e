//! What the configuration would make of a stored mention now, at the time at which it was found. Changes nothing.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use serde::Serialize;
use url::Url;

use super::report::{Found, Judged};
use crate::alert::Rules;
use crate::app::{self, Plan};
use crate::config::Config;
use crate::model::{Brand, Gravity, Source, SourceKind};
use crate::pipeline::Judge;
use crate::query::Subject;
use crate::store::Trail;

/// The address of a source of which none is known.
const NOWHERE: &str = "http://source.invalid/";

/// The configuration as it is now.
pub struct Today {
    judge: Judge,
    rules: Rules,
    brands: HashMap<String, Brand>,
    sources: HashMap<String, Source>,
    nowhere: Url,
}

/// What it makes of a mention; nothing is known without a configuration that can be read.
#[derive(Debug, Default)]
pub struct Now {
    /// Where the query finds it; `None` if it does not.
    pub query: Option<Vec<Found>>,
    /// How it would be judged by the rules for tones.
    pub tone: Option<Judged>,
    /// Its severity.
    pub severity: Option<Gravity>,
    /// What would be decided.
    pub decision: Option<Decision>,
}

/// What would be decided, given the tone that counts.
#[derive(Debug, Serialize)]
pub struct Decision {
    /// `alert`, or why not; `no_mention` if the query does not find it, `no_brand` if there is none of that name.
    pub decision: String,
    /// What each rule says, in their order.
    pub rules: Vec<RuleSays>,
    /// Whom it would reach, by route.
    pub ways: Vec<Way>,
}

/// What a rule says.
#[derive(Debug, Serialize)]
pub struct RuleSays {
    /// Its name.
    pub rule: String,
    /// `alert`, or the first condition that does not hold.
    pub decision: &'static str,
    /// The same in words.
    #[serde(skip)]
    pub words: &'static str,
    /// The word it asked for, if it holds.
    pub keyword: Option<String>,
}

/// A way that an alert would take.
#[derive(Debug, Serialize)]
pub struct Way {
    /// Name of the route; empty for that of `[alert]`.
    pub route: String,
    /// Who would be told.
    pub recipients: Vec<String>,
}

impl Today {
    /// Compiles the configuration.
    ///
    /// # Errors
    /// What is wrong with the user's words.
    pub fn of(config: &Config, plan: Plan) -> Result<Self> {
        let brands = plan.watched.iter().map(|watched| (watched.brand.name.clone(), watched.brand.clone())).collect();
        let judge = Judge::new(plan.watched, app::scorers(config)?, plan.rules.clone()).routed(plan.routes);
        let sources = plan.sources.into_iter().map(|source| (source.name.clone(), source)).collect();
        Ok(Self { judge, rules: plan.rules, brands, sources, nowhere: Url::parse(NOWHERE)? })
    }

    /// What it makes of a mention.
    pub fn judge(&self, trail: &Trail) -> Now {
        let Some(brand) = self.brands.get(&trail.view.brand) else { return Now::without("no_brand") };
        let kind = trail.source_kind.unwrap_or(SourceKind::Feed);
        let stand_in = || Source::new(trail.view.source.clone(), kind, self.nowhere.clone());
        let source = self.sources.get(&trail.view.source).cloned().unwrap_or_else(stand_in);
        let found_at = trail.view.found_at;
        let found = self.judge.find_all(&source, vec![trail.entry.clone()], &HashSet::new(), found_at);
        let mention = found.into_iter().flat_map(|found| found.mentions).find(|mention| mention.brand == brand.name);
        let Some(mention) = mention else { return Now::without("no_mention") };
        // What somebody has said of the tone counts whatever the rules say.
        let said = trail.view.corrected.as_ref().map_or(mention.judgement.tone, |_| trail.judgement.tone);
        let outcome = mention.outcome(said);
        let mut judgement = mention.judgement.clone();
        if trail.view.corrected.is_some() {
            (judgement.tone, judgement.score) = (trail.judgement.tone, trail.judgement.score);
        }
        let subject = Subject {
            source: Some(&source.name),
            source_kind: Some(source.kind),
            language: judgement.language.as_ref(),
            severity: Some(mention.gravity.severity),
            ..Subject::from(&trail.entry)
        };
        let rules = self.rules.ask_each(brand, subject, &judgement, found_at).map(|(rule, outcome)| match outcome {
            Ok(keyword) => RuleSays { rule: rule.to_owned(), decision: "alert", words: "it holds", keyword },
            Err(why) => RuleSays { rule: rule.to_owned(), decision: why.as_str(), words: why.words(), keyword: None },
        });
        let ways = outcome.alert.iter().flat_map(|alert| &alert.ways);
        let ways = ways.map(|way| Way { route: way.route.clone(), recipients: way.recipients.clone() }).collect();
        let decision = Some(Decision { decision: outcome.decision.clone(), rules: rules.collect(), ways });
        Now {
            query: Some(Found::all(&mention.hits, &trail.entry)),
            tone: Some(Judged::of(mention.judgement)),
            severity: Some(mention.gravity),
            decision,
        }
    }
}

impl Now {
    fn without(decision: &str) -> Self {
        let decision = Decision { decision: decision.to_owned(), rules: Vec::new(), ways: Vec::new() };
        Self { decision: Some(decision), ..Self::default() }
    }
}
