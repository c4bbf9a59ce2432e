//! The rules, in the order of the configuration. All conditions of a rule must hold; the first rule that holds wins.

use std::time::Duration;

use super::keywords::Watchwords;
use crate::config::RuleConfig;
use crate::model::{Brand, Entry, Instant, Judgement, Tone};

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

/// Why a mention is no alert: the condition at which the rule failed that came closest to holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HoldReason {
    /// There is no rule, or none for this brand.
    NoRule,
    /// No rule of the brand accepts the tone.
    OtherTone,
    /// It is not negative enough.
    ScoreTooHigh,
    /// No urgent word occurs.
    NoKeyword,
    /// It was published too long ago.
    TooOld,
}

impl HoldReason {
    /// All reasons, from the first condition to the last.
    pub const ALL: [Self; 5] = [Self::NoRule, Self::OtherTone, Self::ScoreTooHigh, Self::NoKeyword, Self::TooOld];

    /// The label for the store and for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRule => "no_rule",
            Self::OtherTone => "other_tone",
            Self::ScoreTooHigh => "score_too_high",
            Self::NoKeyword => "no_keyword",
            Self::TooOld => "too_old",
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
}

impl Rules {
    /// Compiles the keywords of each rule.
    #[must_use]
    pub fn new(rules: &[RuleConfig]) -> Self {
        Self(rules.iter().map(|rule| Rule { config: rule.clone(), watchwords: Watchwords::of(rule) }).collect())
    }

    /// Decides about a mention of `brand`. An entry without a date counts as new, one from the future too.
    #[must_use]
    pub fn decide(&self, brand: &Brand, entry: &Entry, judgement: &Judgement, now: Instant) -> Decision {
        let mut closest = HoldReason::NoRule;
        for rule in &self.0 {
            match rule.check(brand, entry, judgement, now) {
                Ok(keyword) => return Decision::Alert { rule: rule.config.name.clone(), keyword },
                Err(reason) => closest = closest.max(reason),
            }
        }
        Decision::Hold(closest)
    }
}

impl Rule {
    /// The keyword that was found if the rule asks for one, or the first condition that does not hold.
    fn check(
        &self,
        brand: &Brand,
        entry: &Entry,
        judgement: &Judgement,
        now: Instant,
    ) -> Result<Option<String>, HoldReason> {
        let rule = &self.config;
        let holds = |condition: bool, reason| if condition { Ok(()) } else { Err(reason) };
        holds(rule.brands.is_empty() || rule.brands.contains(&brand.name), HoldReason::NoRule)?;
        holds(accepts(&rule.tones, judgement.tone), HoldReason::OtherTone)?;
        let low = rule.max_score.is_none_or(|limit| judgement.score.is_some_and(|score| score <= limit));
        holds(low, HoldReason::ScoreTooHigh)?;
        let keyword = match &self.watchwords {
            Some(watchwords) => Some(watchwords.first(entry).ok_or(HoldReason::NoKeyword)?),
            None => None,
        };
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
