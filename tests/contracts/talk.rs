//! Forums, questions and answers, and networks whose search is open or wants an account.

use mentiond::model::SourceKind;

use crate::common::contract::Contract;

/// What Reddit lists when there is nothing.
const NOTHING_ON_REDDIT: &str = r#"{"kind":"Listing","data":{"after":null,"dist":0,"children":[]}}"#;

#[tokio::test]
async fn reddit_without_a_key() {
    let nothing = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>search results</title></feed>"#;
    let contract = Contract::of(SourceKind::Reddit, &["skip hop", "acme coffee"], nothing);
    let contract = contract.places(&["BuyItForLife", " r/Coffee/"]);
    let contract = contract.page("reddit-search.atom.xml").later("reddit-comments.atom.xml");
    contract.envelopes("reddit").holds("reddit-feed").await;
    // With nothing to take turns, the search is asked again.
    let contract = Contract::of(SourceKind::Reddit, &["skip hop"], nothing);
    contract.page("reddit-search.atom.xml").holds("reddit-feed-everywhere").await;
}

#[tokio::test]
async fn reddit_with_an_app() {
    let contract = Contract::of(SourceKind::Reddit, &["skip hop", "acme coffee"], NOTHING_ON_REDDIT);
    let contract = contract.secret(Some("app")).places(&["BuyItForLife", "Coffee"]);
    let token = r#"{"access_token":"session","token_type":"bearer","expires_in":86400,"scope":"*"}"#;
    let contract = contract.answer("login", token).page("reddit-search.json").answer("the end", NOTHING_ON_REDDIT);
    contract.page("reddit-comments.json").envelopes("reddit").holds("reddit").await;
}

#[tokio::test]
async fn bluesky() {
    let contract = Contract::of(SourceKind::Bluesky, &["skip hop"], r#"{"posts":[]}"#);
    let session = r#"{"accessJwt":"session","refreshJwt":"other","handle":"acme.example","did":"did:plc:x"}"#;
    let contract = contract.secret(Some("acme.example")).answer("login", session).page("bluesky-search-posts.json");
    contract.envelopes("bluesky").holds("bluesky").await;
}

#[tokio::test]
async fn hacker_news() {
    let nothing = r#"{"hits":[],"nbHits":0,"page":0,"nbPages":0,"hitsPerPage":100}"#;
    let contract = Contract::of(SourceKind::HackerNews, &["skip hop"], nothing).page("hn-search-by-date.json");
    contract.envelopes("hn-algolia").holds("hacker_news").await;
}

#[tokio::test]
async fn mastodon_tags() {
    let contract = Contract::of(SourceKind::Mastodon, &["Skip Hop", "acme"], "[]").secret(None);
    let contract = contract.page("mastodon-tag-timeline.json").answer("the end of the first tag", "[]");
    contract.page("mastodon-tag-timeline.json").envelopes("mastodon").holds("mastodon").await;
}

#[tokio::test]
async fn mastodon_search() {
    let contract =
        Contract::of(SourceKind::MastodonSearch, &["skip hop"], r#"{"accounts":[],"statuses":[],"hashtags":[]}"#);
    contract.secret(None).page("mastodon-search.json").envelopes("mastodon").holds("mastodon-search").await;
}

#[tokio::test]
async fn discourse() {
    let nothing = r#"{"posts":[],"grouped_search_result":{"more_full_page_results":null,"error":null}}"#;
    let contract = Contract::of(SourceKind::Discourse, &["acme coffee"], nothing).secret(Some("acme"));
    contract.page("discourse-search.json").envelopes("discourse").holds("discourse").await;
}

#[tokio::test]
async fn stack_exchange() {
    let nothing = r#"{"items":[],"has_more":false,"quota_max":300,"quota_remaining":299}"#;
    let contract = Contract::of(SourceKind::StackExchange, &["acme coffee"], nothing);
    let contract = contract.secret(None).places(&["coffee.stackexchange.com"]);
    let contract = contract.page("stackexchange-search.json").later("stackexchange-excerpts.json");
    let bad_key = r#"{"error_id": 400, "error_name": "bad_parameter", "error_message": "`key` doesn't match a known application"}"#;
    let contract = contract.refused("bad key", 400, bad_key);
    contract.envelopes("stackexchange").holds("stack_exchange").await;
}

#[tokio::test]
async fn github() {
    let nothing = r#"{"total_count":0,"incomplete_results":false,"items":[]}"#;
    let contract = Contract::of(SourceKind::GitHub, &["acme coffee"], nothing).secret(None);
    contract.page("github-search-issues.json").envelopes("github").holds("github").await;
}

#[tokio::test]
async fn dev_to() {
    let contract = Contract::of(SourceKind::DevTo, &["Acme Coffee"], "[]");
    contract.page("devto-articles.json").envelopes("devto").holds("dev_to").await;
}
