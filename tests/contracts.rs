//! Every adapter against a network that keeps to its contract: what is asked, what is read of the sample answers page by
//! page, what is asked again later, what each refusal means, and that no missing or changed field does harm.

use mentiond::model::SourceKind;

use crate::common::contract::Contract;

#[tokio::test]
async fn lemmy() {
    let nothing = r#"{"type_":"All","comments":[],"posts":[],"communities":[],"users":[]}"#;
    let contract = Contract::of(SourceKind::Lemmy, &["acme coffee"], nothing);
    contract.page("lemmy-search.json").envelopes("lemmy").holds("lemmy").await;
}

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

/// Of X, whatever vocabulary it answers in.
fn x(terms: &[&str]) -> Contract {
    Contract::of(SourceKind::X, terms, r#"{"meta": {"result_count": 0}}"#).secret(None)
}

#[tokio::test]
async fn x_in_posts_of_tweets() {
    let contract = x(&["skip hop", "#skiphop", "@skiphop", "acme \"coffee\""]);
    let contract = contract.page("x-recent-search.json").page("x-recent-search-page2.json");
    let refused = ["400-since-id", "401", "402-credits", "429", "429-code88", "429-usage-capped"];
    let refused = refused.map(|name| format!("x-error-{name}.json"));
    refused.iter().fold(contract, |contract, file| contract.refusal(file)).holds("x").await;
}

#[tokio::test]
async fn x_in_posts_of_posts_and_with_something_missing() {
    let long = "skip hop ".repeat(20);
    let terms: Vec<String> = (0..6).map(|number| format!("{long}{number}")).collect();
    let contract = x(&terms.iter().map(String::as_str).collect::<Vec<_>>());
    let contract = contract.page("x-recent-search-postfields.json").page("x-recent-search-partial-errors.json");
    contract.page("x-recent-search-empty.json").holds("x_posts").await;
}

#[tokio::test]
async fn youtube() {
    let nothing = r#"{"kind": "youtube#searchListResponse", "pageInfo": {"totalResults": 0}, "items": []}"#;
    let contract = Contract::of(SourceKind::YouTube, &["skip hop", "acme coffee"], nothing).secret(None);
    let contract = contract.page("youtube-search.json").page("youtube-videos-statistics.json");
    let contract = contract.page("youtube-search-empty.json");
    let contract = contract.refusal("youtube-error-quota.json").refusal("youtube-error-search-bucket-429.json");
    contract.refusal("youtube-error-bad-key.json").holds("youtube").await;
}

#[tokio::test]
async fn youtube_comments() {
    let contract = Contract::of(SourceKind::YouTube, &["skip hop"], r#"{"items": []}"#).secret(None);
    let contract = contract.places(&["UCk1ppH0pN0rd1cT3stCh4nn", "UC000000000000000000000"]);
    let contract = contract.page("youtube-comment-threads.json").page("youtube-comment-threads-page2.json");
    let contract = contract.page("youtube-error-comments-disabled.json");
    contract.refusal("youtube-error-comments-disabled.json").holds("youtube_comments").await;
}

#[tokio::test]
async fn facebook() {
    let nothing = r#"{"data": []}"#;
    let contract = Contract::of(SourceKind::Facebook, &[], nothing).secret(None).places(&["104857600123456"]);
    let contract = contract.at("/v25.0");
    let more = r#"{"data": [], "paging": {"next": "https://graph.facebook.com/x?access_token=SECRET&after=LATER"}}"#;
    let contract = contract.page("facebook-page-tagged.json").answer("an empty page before another", more);
    let contract = contract.page("facebook-page-tagged-page2.json");
    let contract = contract.page("facebook-error-nonexisting-field.json").page("facebook-page-feed.json");
    let contract = contract.page("facebook-edge-empty.json");
    let contract = contract.page("facebook-page-feed.json").page("facebook-post-comments.json");
    let refused = ["rate-limit", "page-limit-32", "page-buc-limit", "token-expired", "permission", "ratings-removed"];
    let refused = refused.map(|name| format!("facebook-error-{name}.json"));
    refused.iter().fold(contract, |contract, file| contract.refusal(file)).holds("facebook").await;
}

#[tokio::test]
async fn facebook_with_ratings() {
    let nothing = r#"{"data": []}"#;
    let contract = Contract::of(SourceKind::Facebook, &[], nothing).secret(None).places(&["104857600123456"]);
    let contract = contract.at("/v21.0").answer("nothing is tagged", nothing).answer("nothing is posted", nothing);
    let contract = contract.answer("nothing is commented", nothing).page("facebook-page-ratings.json");
    contract.refusal("facebook-error-ratings-removed.json").holds("facebook_ratings").await;
}

#[tokio::test]
async fn instagram() {
    let contract = Contract::of(SourceKind::Instagram, &[], r#"{"data": []}"#).secret(None);
    let contract = contract.at("/v25.0").places(&["17841405309211844/skiphop", "17841405309211844"]);
    let contract = contract.page("instagram-hashtag-search.json").page("instagram-hashtag-recent-media.json");
    let contract = contract.page("facebook-edge-empty.json").page("instagram-tags.json");
    contract.refusal("instagram-error-hashtag-limit.json").holds("instagram").await;
}

#[tokio::test]
async fn telegram() {
    let contract = Contract::of(SourceKind::Telegram, &[], r#"{"ok": true, "result": []}"#).secret(None);
    let contract = contract.page("telegram-get-updates.json").refusal("telegram-error-401.json");
    contract.refusal("telegram-error-409.json").refusal("telegram-error-429.json").holds("telegram").await;
}

#[tokio::test]
async fn discord() {
    let channel = "1113617910988800001/1196423538278400003";
    let contract = Contract::of(SourceKind::Discord, &[], "[]").secret(None);
    let contract = contract.places(&[channel, "1113617910988800001/1196423538278400004"]);
    let contract = contract.page("discord-channel-messages.json").page("discord-channel-messages-no-intent.json");
    let contract = contract.refusal("discord-error-401.json").refusal("discord-error-403.json");
    contract.refusal("discord-error-429.json").holds("discord").await;
}

#[tokio::test]
async fn tumblr() {
    let nothing = r#"{"meta": {"status": 200, "msg": "OK"}, "response": []}"#;
    let contract = Contract::of(SourceKind::Tumblr, &["#Skip Hop", "skip hop"], nothing).secret(None);
    contract.page("tumblr-tagged.json").envelopes("tumblr").holds("tumblr").await;
}
