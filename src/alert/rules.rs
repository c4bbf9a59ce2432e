//! The rules, in the order of the configuration. All conditions of a rule must hold; the first rule that holds wins.

use std::time::Duration;

use super::keywords::Watchwords;
use crate::config::RuleConfig;
use crate::model::{Brand, HoldReason, Instant, Judgement, Severity, Tone};
use crate::query::{Matcher, Query, Subject};

/// Whether somebody must hear of a mention now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Alert {
        /// Name of the rule that holds.
        rule: String,
        /// The word it asked for, as the list writes it.
        keyword: Option<String>,
    },
    /// No; the mention waits for the digest.
    Hold(HoldReason),
}

impl Decision {
    /// The label for the store and for metrics: `alert`, or why not.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Alert { .. } => "alert",
            Self::Hold(reason) => reason.as_str(),
        }
    }
}

/// The compiled rules.
#[derive(Debug, Clone)]
pub struct Rules(Vec<Rule>);

#[derive(Debug, Clone)]
struct Rule {
    config: RuleConfig,
    watchwords: Option<Watchwords>,
    /// The query of the rule, compiled.
    query: Option<Matcher>,
}

impl Rules {
    /// Compiles the keywords of each rule. One that has a query never holds before it is given to [`Self::ask`].
    #[must_use]
    pub fn new(rules: &[RuleConfig]) -> Self {
        let compile = |rule: &RuleConfig| {
            let query = rule.query.is_some().then(|| Matcher::new(Vec::new()));
            Rule { config: rule.clone(), watchwords: Watchwords::of(rule), query }
        };
        Self(rules.iter().map(compile).collect())
    }

    /// Gives the rule with this index its query.
    pub fn ask(&mut self, rule: usize, query: Query) {
        if let Some(rule) = self.0.get_mut(rule) {
            rule.query = Some(Matcher::new(vec![query]));
        }
    }

    /// Whether a rule asks for engagement or followers, so that it may hold once these have changed.
    #[must_use]
    pub fn ask_counts(&self) -> bool {
        self.0.iter().any(|rule| rule.query.as_ref().is_some_and(Matcher::asks_counts))
    }

    /// Decides about a mention of `brand`; `subject` is its entry and what is known of it. An entry without a date counts
    /// as new, one from the future too.
    #[must_use]
    pub fn decide<'s>(
        &'s self,
        brand: &'s Brand,
        subject: impl Into<Subject<'s>>,
        judgement: &'s Judgement,
        now: Instant,
    ) -> Decision {
        let subject = Subject { judgement: Some(judgement), now: Some(now), ..subject.into() };
        let mut closest = HoldReason::NoRule;
        for (rule, outcome) in self.ask_each(brand, subject, judgement, now) {
            match outcome {
                Ok(keyword) => return Decision::Alert { rule: rule.to_owned(), keyword },
                Err(reason) => closest = closest.max(reason),
            }
        }
        Decision::Hold(closest)
    }

    /// What each rule says, asked one after the other: by its name the keyword it found, if it asks for one, or the first
    /// condition that does not hold.
    pub fn ask_each<'s>(
        &'s self,
        brand: &'s Brand,
        subject: Subject<'s>,
        judgement: &'s Judgement,
        now: Instant,
    ) -> impl Iterator<Item = (&'s str, Result<Option<String>, HoldReason>)> {
        let subject = Subject { judgement: Some(judgement), now: Some(now), ..subject };
        self.0.iter().map(move |rule| (rule.config.name.as_str(), rule.check(brand, &subject, judgement, now)))
    }
}

impl Rule {
    /// The keyword that was found if the rule asks for one, or the first condition that does not hold.
    fn check(
        &self,
        brand: &Brand,
        subject: &Subject<'_>,
        judgement: &Judgement,
        now: Instant,
    ) -> Result<Option<String>, HoldReason> {
        let rule = &self.config;
        let entry = subject.entry;
        let holds = |condition: bool, reason| if condition { Ok(()) } else { Err(reason) };
        holds(rule.brands.is_empty() || rule.brands.contains(&brand.name), HoldReason::NoRule)?;
        holds(accepts(&rule.tones, judgement.tone), HoldReason::OtherTone)?;
        let low = rule.max_score.is_none_or(|limit| judgement.score.is_some_and(|score| score <= limit));
        holds(low, HoldReason::ScoreTooHigh)?;
        let accepted = |severity: Severity| rule.severities.contains(&severity);
        let severe = rule.severities.is_empty() || subject.severity.is_some_and(accepted);
        holds(severe, HoldReason::OtherSeverity)?;
        let mut keyword = match &self.watchwords {
            Some(watchwords) => Some(watchwords.first(entry).ok_or(HoldReason::NoKeyword)?),
            None => None,
        };
        if let Some(query) = &self.query {
            let (_, hits) = query.find(*subject).into_iter().next().ok_or(HoldReason::OtherQuery)?;
            keyword = keyword.or_else(|| hits.into_iter().next().map(|hit| hit.term));
        }
        holds(is_recent(entry.published_at, rule.max_age, now), HoldReason::TooOld)?;
        Ok(keyword)
    }
}

fn accepts(tones: &[Tone], tone: Tone) -> bool {
    tones.is_empty() || tones.contains(&tone)
}

fn is_recent(published_at: Option<Instant>, max_age: Duration, now: Instant) -> bool {
    published_at.is_none_or(|published_at| (now - published_at).to_std().unwrap_or_default() <= max_age)
}
