//! What networks are asked for the counts of known entries, many in one call.

use mentiond::model::{EntryKey, EntryKind, SourceKind, Stale};

use crate::common::contract::{Contract, now};

/// Known entries, each with its kind and the page of who wrote it.
fn stale(known: &[(&str, EntryKind, &str)]) -> Vec<Stale> {
    let one = |(key, kind, author): &(&str, EntryKind, &str)| Stale {
        key: EntryKey((*key).to_owned()),
        author: Some((*author).to_owned()).filter(|author| !author.is_empty()),
        kind: Some(*kind),
        since: now() - chrono::TimeDelta::hours(1),
    };
    known.iter().map(one).collect()
}

#[tokio::test]
async fn youtube_tells_videos_and_subscribers() {
    let contract = Contract::of(SourceKind::YouTube, &["skip hop"], r#"{"kind": "youtube#videoListResponse"}"#);
    let contract = contract.secret(None).page("youtube-videos-statistics.json");
    let contract = contract.page("youtube-channels-statistics.json");
    let contract = contract.refusal("youtube-error-quota.json").refusal("youtube-error-bad-key.json");
    let channel = |id: &str| format!("https://www.youtube.com/channel/{id}");
    let (first, second, third) =
        (channel("UCt0y5tEst3rK4n4lAbCdEfG"), channel("UCeHrL1chG3t3st3tXyZaBcD"), channel("UCd4nc3ClAsSf0rK1dsQwErT"));
    let known = stale(&[
        ("youtube:aB3dE5fG7hI", EntryKind::Video, &first),
        ("youtube:jK9lM1nO3pQ", EntryKind::Video, &second),
        ("youtube:zA1bC3dE5fG", EntryKind::Video, &third),
        ("youtube:UgzComment", EntryKind::Comment, &first),
        ("youtube:gone0000000", EntryKind::Video, ""),
    ]);
    contract.counts("youtube_counts", &known).await;
}

/// Posts of Bluesky, as both of its kinds know them.
fn posts() -> Vec<Stale> {
    let post = |account: &str, id: &str| format!("bluesky:at://did:plc:{account}/app.bsky.feed.post/{id}");
    let (one, other, gone) = (
        post("qxsrth3vlme7jgqimanwtuc2", "3n2qarkla7k3y"),
        post("qxsrth3vlme7jgqimanwtuc2", "3n1aaaaaaaaaa"),
        post("nobody", "3n2q7aegii2a3"),
    );
    stale(&[&*one, &*other, &*gone, "bluesky:3n2q"].map(|key| (key, EntryKind::Microblog, "")))
}

#[tokio::test]
async fn bluesky_tells_posts_and_followers() {
    let login = r#"{"accessJwt": "session", "did": "did:plc:acme"}"#;
    let contract = Contract::of(SourceKind::Bluesky, &["skip hop"], r#"{"posts": []}"#);
    let contract = contract.secret(Some("acme.bsky.social")).answer("login", login);
    let contract = contract.page("bluesky-search-posts.json").page("bluesky-get-profiles.json");
    let contract = contract.refused("expired", 400, r#"{"error": "RateLimitExceeded", "message": "Too many"}"#);
    let contract = contract.refused("no such thing", 501, r#"{"error": "MethodNotImplemented"}"#);
    contract.counts("bluesky_counts", &posts()).await;
}

#[tokio::test]
async fn whoever_streams_bluesky_asks_the_same_without_an_account() {
    let contract = Contract::of(SourceKind::Jetstream, &["skip hop"], r#"{"posts": []}"#);
    let contract = contract.page("bluesky-search-posts.json").page("bluesky-get-profiles.json");
    let busy = r#"{"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}"#;
    let contract = contract.refused("busy", 429, busy).refused("a server without it", 404, "404 page not found");
    contract.counts("jetstream_counts", &posts()).await;
}

#[tokio::test]
async fn x_tells_posts_and_which_are_gone() {
    let contract = Contract::of(SourceKind::X, &["skip hop"], r#"{"errors": []}"#).secret(None);
    let gone = r#"{"data": [{"id": "2122958283076534283", "text": "x", "public_metrics": {"repost_count": 400,
        "reply_count": 200, "like_count": 3700, "quote_count": 10}}],
        "errors": [{"resource_id": "2122947424023478284", "parameter": "ids", "resource_type": "tweet",
        "value": "2122947424023478284", "type": "https://api.x.com/2/problems/resource-not-found"},
        {"resource_id": "2122762945950646287", "parameter": "ids", "resource_type": "tweet",
        "type": "https://api.x.com/2/problems/not-authorized-for-resource"},
        {"resource_id": "2122940365009846277", "parameter": "referenced_tweets.id",
        "type": "https://api.x.com/2/problems/resource-not-found"}]}"#;
    let contract = contract.answer("posts", gone);
    let refused = ["401", "402-credits", "429", "429-usage-capped"].map(|name| format!("x-error-{name}.json"));
    let contract = refused.iter().fold(contract, |contract, file| contract.refusal(file));
    let known = ["x:2122958283076534283", "x:2122947424023478284", "x:2122762945950646287"];
    contract.counts("x_counts", &stale(&known.map(|key| (key, EntryKind::Microblog, "")))).await;
}

#[tokio::test]
async fn reddit_tells_things_and_which_are_gone() {
    let contract = Contract::of(SourceKind::Reddit, &["skip hop"], r#"{"data": {"children": []}}"#);
    let contract = contract.secret(Some("app")).answer("login", r#"{"access_token": "session", "expires_in": 86400}"#);
    let contract = contract.page("reddit-search.json").refused("busy", 429, r#"{"error": 429}"#);
    let known = ["t3_1yd4k2q", "t3_1yd4h7a", "t3_1yd45zz", "t3_1ycx1m0", "t3_1ycs9bd", "t1_gone"];
    let known = known.map(|id| format!("reddit:{id}"));
    let known = known.each_ref().map(|key| (key.as_str(), EntryKind::Forum, ""));
    contract.counts("reddit_counts", &stale(&known)).await;
}

#[tokio::test]
async fn stack_exchange_tells_the_questions_of_one_site() {
    let contract = Contract::of(SourceKind::StackExchange, &["skip hop"], r#"{"items": []}"#).secret(None);
    let answers = r#"{"items": [{"answer_id": 12, "question_id": 9911, "score": 7, "owner": {"reputation": 9}}]}"#;
    let contract = contract.answer("answers", answers).page("stackexchange-search.json");
    let contract =
        contract.refused("bad", 400, r#"{"error_id": 400, "error_name": "bad_parameter", "error_message": "ids"}"#);
    let known = ["coffee/a/12", "coffee/q/9915", "coffee/q/9911", "coffee/q/x;y", "stackoverflow/q/9902"];
    let known = known.map(|id| format!("stack_exchange:{id}"));
    let known = known.each_ref().map(|key| (key.as_str(), EntryKind::Question, ""));
    contract.counts("stack_exchange_counts", &stale(&known)).await;
}

#[tokio::test]
async fn hacker_news_tells_stories() {
    let contract = Contract::of(SourceKind::HackerNews, &["skip hop"], r#"{"hits": []}"#);
    let contract = contract.page("hn-search-by-date.json").refused("busy", 429, "{}").refused("bad", 400, "{}");
    let known = [
        ("hn:50870555", EntryKind::Forum, ""),
        ("hn:50861009", EntryKind::Forum, ""),
        ("hn:50872260", EntryKind::Comment, ""),
    ];
    contract.counts("hacker_news_counts", &stale(&known)).await;
}
