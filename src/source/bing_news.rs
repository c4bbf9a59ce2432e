//! Search of Bing News as RSS, one lane per term, in the market of the source's language and country. An answer holds about
//! a dozen articles, newest first, with snippets, and has no further pages: of a brand that is much written about, a part
//! is missed. Articles are known by their addresses, which the feed wraps. Its notice allows it to personal readers alone.
//! Not verified: whether it still heeds the markets of the API that was shut down.

use super::api;
use super::listing::{List, Listing, Visit};
use super::news_feed::{self, Edition};
use super::operators::{Operators, as_phrase};
use crate::model::{Answer, LossReason, PollFault, Request, Source};

/// Articles of a full answer; some have a few more.
const FULL: usize = 10;

/// Words are joined by a space; of several phrases none is asked for.
const OPERATORS: Operators = Operators { phrase: api::phrase, beside: as_phrase, and: " ", or: None, longest: 200 };

pub(super) struct BingNews;

impl Listing for BingNews {
    fn lanes(&self, source: &Source) -> Vec<String> {
        OPERATORS.queries(source)
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let Edition { language, country } = Edition::of(source);
        let market = format!("{language}-{country}");
        let parameters = [("q", visit.lane), ("format", "rss"), ("mkt", &market), ("qft", "sortbydate=\"1\"")];
        news_feed::ask(api::request(source, &["news", "search"], &parameters))
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let list = news_feed::list(source, "bing_news", true, answer, visit.now)?;
        Ok(List { ends: (list.entries.len() >= FULL).then_some(LossReason::Ends), ..list })
    }
}
