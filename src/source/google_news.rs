//! Search of Google News as RSS, one lane per term, in the edition of the source's language and country. An answer holds
//! about a hundred articles and has no further pages; they carry headlines only. Their addresses lead through Google
//! and do not tell where: two articles of one page are the same only by their words. The feed's own notice allows it to
//! personal readers alone. Not verified: how far back `when:` reaches.

use chrono::TimeDelta;

use super::api;
use super::listing::{List, Listing, Visit};
use super::news_feed::{self, Edition};
use super::operators::{Operators, as_phrase};
use crate::model::{Answer, Instant, LossReason, PollFault, Request, Source};

/// Articles of a full answer; a few fewer are one as well.
const FULL: usize = 95;
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
        news_feed::list(source, "google_news", false, (FULL, LossReason::Newest(100)), answer, visit.now)
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let asks = answer.url.host_str() == Some("consent.google.com");
        let message = "it asks people from here for their consent first".to_owned();
        asks.then_some(PollFault::Denied { status: answer.status, message })
    }

    /// Articles are dated when they were published, and found up to hours later.
    fn overlap(&self) -> TimeDelta {
        TimeDelta::hours(12)
    }
}
