//! Search of Google News as RSS, one lane per term, in the edition of the source's language and country. Google searches
//! whole articles and shows their headlines only, so that just those are found that have the word there. An answer holds
//! about a hundred articles, chosen by Google and not the newest, and has no further pages: where a full one has new
//! articles, others may be missing. Their addresses lead through Google and do not tell where: two articles of one page
//! are the same only by their words. The feed's own notice allows it to personal readers alone. Not verified: how far back
//! `when:` reaches, and how the articles of an answer are ordered.

use chrono::TimeDelta;

use super::api;
use super::listing::{List, Listing, Visit};
use super::news_feed::{self, Edition};
use super::operators::{Operators, as_phrase};
use crate::model::{Answer, Instant, PollFault, Request, Source};

/// Articles that an answer shows at most;
const SHOWN: u32 = 100;
/// a few fewer are a full one as well.
const FULL: usize = 95;
/// How long after it was published an article may be found.
const LATE: TimeDelta = TimeDelta::hours(12);
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Words are joined by a space; of several phrases none is asked for.
const OPERATORS: Operators = Operators { phrase: api::phrase, beside: as_phrase, and: " ", or: None, longest: 200 };

pub(super) struct GoogleNews;

impl Listing for GoogleNews {
    fn lanes(&self, source: &Source) -> Vec<String> {
        OPERATORS.queries(source)
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let Edition { language, country } = Edition::of(source);
        let span = visit.now.signed_duration_since(visit.since).num_seconds();
        let query = format!("{} when:{}d", visit.lane, span.div_euclid(DAY).max(0) + 1);
        let shown = if language == "en" { format!("en-{country}") } else { language.clone() };
        let edition = format!("{country}:{language}");
        let parameters = [("q", query.as_str()), ("hl", &shown), ("gl", &country), ("ceid", &edition)];
        news_feed::ask(api::request(source, &["rss", "search"], &parameters))
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let list = news_feed::list(source, "google_news", false, answer, visit.now)?;
        let is_full = list.entries.len() >= FULL;
        Ok(list.and_chosen(is_full, SHOWN, LATE, visit.now))
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let asks = answer.url.host_str() == Some("consent.google.com");
        let message = "it asks people from here for their consent first".to_owned();
        asks.then_some(PollFault::Denied { status: answer.status, message })
    }

    /// Articles are dated when they were published.
    fn overlap(&self) -> TimeDelta {
        LATE
    }
}
