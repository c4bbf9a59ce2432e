//! Whom texts are about: names that are looked for as they stand, or a brand, which is found as the daemon finds it.

use std::path::Path;

use crate::cli::options::{argument_fault, brand_and_scorers, scorers};
use crate::config::Faults;
use crate::model::{Entry, Field, Hit, is_quote};
use crate::pipeline::Scorers;
use crate::query::{Keywords, Matcher, Query};

/// Whom texts are about.
pub(super) struct About {
    /// The first name, or that of the brand.
    pub(super) name: String,
    finder: Finder,
}

enum Finder {
    Names(Keywords),
    Brand(Matcher),
}

impl About {
    /// What the arguments say, with the scorers of the configuration. A brand is one of the configuration; without one it
    /// is what `mentiond run --brand` makes of the name.
    ///
    /// # Errors
    /// What is wrong with the configuration, and with the name of the brand.
    pub(super) fn of(names: &[String], brand: Option<&str>, config: Option<&Path>) -> Result<(Self, Scorers), Faults> {
        let Some(brand) = brand else { return Ok((Self::names(names), scorers(config)?)) };
        let (query, scorers) = match config {
            Some(file) => {
                let (watched, scorers) = brand_and_scorers(file, brand)?;
                (watched.query, scorers)
            }
            None => (phrase(brand)?, scorers(None)?),
        };
        let finder = Finder::Brand(Matcher::new(vec![query]));
        Ok((Self { name: brand.to_owned(), finder }, scorers))
    }

    /// These names.
    pub(super) fn names(names: &[String]) -> Self {
        let name = names.first().cloned().unwrap_or_default();
        Self { name, finder: Finder::Names(Keywords::new(names.iter().cloned())) }
    }

    /// The brand, whose own name never speaks.
    pub(super) fn brand(&self) -> Option<&str> {
        matches!(self.finder, Finder::Brand(_)).then_some(self.name.as_str())
    }

    /// Where a text names them; nowhere if the query of the brand does not find it.
    pub(super) fn hits(&self, entry: &Entry) -> Vec<Hit> {
        match &self.finder {
            Finder::Names(keywords) => {
                let hit = |(term, range): (&str, std::ops::Range<usize>)| Hit {
                    term: term.to_owned(),
                    field: Field::Text,
                    start: range.start,
                    end: range.end,
                };
                keywords.find(&entry.text).into_iter().map(hit).collect()
            }
            Finder::Brand(matcher) => matcher.find(entry).into_iter().next().map(|(_, hits)| hits).unwrap_or_default(),
        }
    }
}

/// The query of a brand that has none but its name.
fn phrase(name: &str) -> Result<Query, Faults> {
    if name.contains(is_quote) {
        let message = format!("`{}` cannot be searched for as it stands, because of its quotes", name.escape_debug());
        return Err(argument_fault("--brand", message, "name a configuration that has a query for it".to_owned()));
    }
    Query::parse(&format!("\"{name}\"")).map_err(|fault| argument_fault("--brand", fault.message, fault.hint))
}
