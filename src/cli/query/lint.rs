//! `mentiond query lint`: which terms of the brands' queries find nearly everything, and which nothing. Changes nothing.

use std::process::ExitCode;

use anyhow::Result;
use chrono::TimeDelta;
use clap::Args;

use crate::cli::options::{ConfigOption, Need, chosen, named};
use crate::cli::print::say;
use crate::cli::words::count;
use crate::clock::Clock;
use crate::model::{Hit, Instant};
use crate::pipeline::WatchedBrand;
use crate::query::fold;
use crate::store::{Position, Store};

/// How far back it looks.
const DAYS: i64 = 30;
/// A term that makes more of the hits than this, in percent, is warned of.
const MOST: u64 = 80;
/// Fewer mentions say nothing about a term.
const LEAST: u64 = 20;
/// Terms without a hit that are named.
const NAMED: usize = 10;
/// Mentions that are held at a time.
const PAGE: usize = 500;

/// Warns of terms of a brand's query that make nearly all of its hits, or none, in the last 30 days.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond query lint
  mentiond query lint --brand \"Skip Hop\" --config /etc/mentiond/mentiond.toml

It counts the hits of the mentions that are stored: a term that makes over 80 % of them is probably
too common a word, and one that made none is written otherwise by people, or not at all. Of fewer
than 20 mentions it says nothing. A term that was added meanwhile has found only what was published
since; `mentiond query replay` shows what it would have found before.")]
pub struct Arguments {
    /// Only this brand; may be given several times
    #[arg(long, value_name = "NAME")]
    brand: Vec<String>,
    #[command(flatten)]
    config: ConfigOption,
}

/// What the terms of a query have found.
#[derive(Debug, PartialEq, Eq)]
struct Tally {
    mentions: u64,
    /// The terms that the query has, with their hits.
    terms: Vec<(String, u64)>,
    /// Hits of terms that it had before.
    former: u64,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let (config, plan) = arguments.config.load_with_plan(Need::AllButMailServer, &clock)?;
    let brands = chosen(plan.watched, &arguments.brand)?;
    let store = Store::open_existing(&config.store).await?;
    let from = clock.now() - TimeDelta::days(DAYS);
    if let Some(words) = too_young(store.kept_since().await?, clock.now()) {
        say!("{words}")?;
    }
    for WatchedBrand { brand, query } in &brands {
        let mut tally = Tally::new(query.told_terms());
        let mut place = Position::after(from);
        while let Some((page, last)) = store.kept_hits(&brand.name, place, PAGE).await? {
            page.iter().for_each(|hits| tally.add(hits));
            place = last;
        }
        for line in tally.words(&brand.name) {
            say!("{line}")?;
        }
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// What there is to say of a store that does not reach back far enough.
fn too_young(kept_since: Option<Instant>, now: Instant) -> Option<String> {
    let Some(since) = kept_since else {
        return Some("nothing has been found yet, so there is nothing to judge".to_owned());
    };
    let days = (now - since).num_days();
    let age = if days < 1 { "less than a day".to_owned() } else { count(days.unsigned_abs(), "day", "days") };
    (days < DAYS).then(|| format!("the oldest entry is {age} old: what follows rests on less than {DAYS} days"))
}

impl Tally {
    fn new(terms: Vec<String>) -> Self {
        Self { mentions: 0, terms: terms.into_iter().map(|term| (term, 0)).collect(), former: 0 }
    }

    /// Counts a mention.
    fn add(&mut self, hits: &[Hit]) {
        self.mentions += 1;
        for hit in hits {
            match self.place(&hit.term).and_then(|place| self.terms.get_mut(place)) {
                Some((_, hits)) => *hits += 1,
                None => self.former += 1,
            }
        }
    }

    /// Where the term stands that a hit names, by its spelling of today or by another that finds the same.
    fn place(&self, named: &str) -> Option<usize> {
        let at = |wanted: &dyn Fn(&str) -> bool| self.terms.iter().position(|(term, _)| wanted(term));
        at(&|term| term == named).or_else(|| {
            let key = key(named)?;
            at(&|term| self::key(term).is_some_and(|term| term == key))
        })
    }

    /// What there is to say, in lines.
    fn words(&self, brand: &str) -> Vec<String> {
        let all: u64 = self.terms.iter().map(|(_, hits)| hits).sum();
        let found = format!(
            "{brand}: {} with {} in {DAYS} days",
            count(self.mentions, "mention", "mentions"),
            count(all, "hit", "hits")
        );
        if self.mentions < LEAST {
            return vec![format!("{found}: too few to judge, it takes {LEAST} mentions")];
        }
        let mut lines = vec![found];
        if self.former > 0 {
            lines.push(format!("  {} of terms that the query has no more", count(self.former, "hit is", "hits are")));
        }
        let common = self.terms.iter().filter(|(_, hits)| self.terms.len() > 1 && hits * 100 > all * MOST);
        for (term, hits) in common {
            lines
                .push(format!("  warning: `{term}` makes {} % of the hits ({hits} of {all})", hits * 100 / all.max(1)));
            let hint =
                "a word that common may find others than the brand: write it with what stands beside it, in a phrase";
            lines.push(format!("    hint: {hint}"));
        }
        let idle: Vec<&str> = self.terms.iter().filter(|(_, hits)| *hits == 0).map(|(term, _)| term.as_str()).collect();
        if !idle.is_empty() {
            let more = idle.len().saturating_sub(NAMED);
            let more =
                if more > 0 { format!(" and {}", count(more, "more term", "more terms")) } else { String::new() };
            let have = if idle.len() == 1 { "has" } else { "have" };
            lines.push(format!("  warning: {}{more} {have} found nothing", named(idle.iter().take(NAMED).copied())));
            lines.push("    hint: leave them out, or write them as people do".to_owned());
        }
        if lines.iter().all(|line| !line.starts_with("  warning: ")) {
            lines.push("  nothing to warn of".to_owned());
        }
        lines
    }
}

/// What spellings that find the same have in common. Exact texts and expressions find the same only if they are the same.
fn key(term: &str) -> Option<String> {
    (!term.starts_with(['`', '/'])).then(|| fold(term).text().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    fn tally(terms: &[&str], mentions: u64, hits: &[(&str, usize)]) -> Tally {
        let mut tally = Tally::new(terms.iter().map(|&term| term.to_owned()).collect());
        let all = hits.iter().flat_map(|(term, times)| vec![*term; *times]);
        let mut all = all.map(|term| Hit { term: term.to_owned(), field: Field::Text, start: 0, end: 1 });
        for _ in 1..mentions {
            tally.add(&all.next().into_iter().collect::<Vec<_>>());
        }
        tally.add(&all.collect::<Vec<_>>());
        tally
    }

    #[test]
    fn a_term_is_warned_of_when_it_makes_more_than_four_fifths_or_nothing() {
        let words = tally(&["a", "b", "c"], 20, &[("a", 81), ("b", 19)]).words("Acme").join("\n");
        let expected = "Acme: 20 mentions with 100 hits in 30 days\n  \
            warning: `a` makes 81 % of the hits (81 of 100)\n    \
            hint: a word that common may find others than the brand: write it with what stands beside it, in a phrase\n  \
            warning: `c` has found nothing\n    \
            hint: leave them out, or write them as people do";
        assert_eq!(words, expected);
        let words = tally(&["a", "b"], 20, &[("a", 80), ("b", 20)]).words("Acme").join("\n");
        assert_eq!(words, "Acme: 20 mentions with 100 hits in 30 days\n  nothing to warn of", "80 % are not over 80 %");
        let alone = tally(&["a"], 20, &[("a", 20)]).words("Acme").join("\n");
        assert!(alone.ends_with("nothing to warn of"), "it has to make all of them: {alone}");
    }

    #[test]
    fn of_many_terms_without_a_hit_some_are_named() {
        let terms: Vec<String> = (0..13).map(|number| format!("t{number}")).collect();
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let words = tally(&terms, 20, &[("t0", 10), ("t1", 10)]).words("Acme").join("\n");
        let expected = "  warning: `t2`, `t3`, `t4`, `t5`, `t6`, `t7`, `t8`, `t9`, `t10`, `t11` and 1 more term have found nothing\n";
        assert!(words.contains(expected), "{words}");
    }

    #[test]
    fn of_few_mentions_nothing_is_said_and_former_terms_are_told() {
        let few = tally(&["a", "b"], 19, &[("a", 40)]).words("Acme");
        assert_eq!(few, ["Acme: 19 mentions with 40 hits in 30 days: too few to judge, it takes 20 mentions"]);
        let former = tally(&["a", "b"], 20, &[("a", 10), ("b", 10), ("old", 80)]).words("Acme").join("\n");
        let expected = "Acme: 20 mentions with 20 hits in 30 days\n  80 hits are of terms that the query has no more\n  \
            nothing to warn of";
        assert_eq!(former, expected);
    }

    #[test]
    fn a_term_that_is_spelled_anew_keeps_its_hits() {
        let hits = [("acme", 10), ("skip-hop", 10), ("#tag", 10), ("`IT`", 10), ("/it/", 10), ("It", 10)];
        let counted = tally(&["Acme", "skip hop", "#Tag", "`It`", "/It/", "it"], 20, &hits);
        let found: Vec<u64> = counted.terms.iter().map(|(_, hits)| *hits).collect();
        assert_eq!((found, counted.former), (vec![10, 10, 10, 0, 0, 10], 20));
    }

    #[test]
    fn a_young_store_says_so() {
        use chrono::{TimeZone, Utc};
        let now = Utc.with_ymd_and_hms(2026, 3, 31, 8, 0, 0).unwrap();
        let of = |hours| too_young(Some(now - TimeDelta::hours(hours)), now);
        assert_eq!(of(30 * 24), None);
        let said = |age: &str| format!("the oldest entry is {age} old: what follows rests on less than 30 days");
        assert_eq!(of(30 * 24 - 1), Some(said("29 days")));
        assert_eq!(of(23), Some(said("less than a day")));
        assert_eq!(too_young(None, now).unwrap(), "nothing has been found yet, so there is nothing to judge");
    }
}
