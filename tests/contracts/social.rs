//! Social networks that want a key.

use mentiond::model::SourceKind;
use serde_json::json;

use crate::common::contract::Contract;

/// The replies to the comment of the samples that has more than came with it, as the network tells them: a reply does not
/// say below which video it stands.
fn replies() -> String {
    let reply = |id: &str, text: &str, at: &str| {
        json!({ "kind": "youtube#comment", "id": format!("UgwA1b2C3d4E5f6G7h84AaABAg.{id}"), "snippet": {
            "textDisplay": text, "textOriginal": text, "parentId": "UgwA1b2C3d4E5f6G7h84AaABAg",
            "authorDisplayName": "@ole", "authorChannelUrl": "http://www.youtube.com/@ole", "likeCount": 2,
            "publishedAt": at, "updatedAt": at } })
    };
    let late = reply("C3d4", "Skip Hop never answered me", "2026-11-18T09:00:00Z");
    let later = reply("D4e5", "Nor me", "2026-11-18T09:30:00Z");
    json!({ "kind": "youtube#commentListResponse", "items": [late, later] }).to_string()
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
    let contract = contract.page("youtube-comment-threads.json").answer("replies", &replies());
    let contract = contract.page("youtube-search-empty.json");
    let contract = contract.refusal("youtube-error-quota.json").refusal("youtube-error-search-bucket-429.json");
    contract.refusal("youtube-error-bad-key.json").holds("youtube").await;
}

#[tokio::test]
async fn youtube_below_videos_that_must_not_be_commented_or_are_gone() {
    let nothing = r#"{"kind": "youtube#searchListResponse", "items": []}"#;
    let contract = Contract::of(SourceKind::YouTube, &["skip hop"], nothing).secret(None);
    let video = |id: &str| json!({ "id": id, "snippet": { "title": id }, "statistics": { "commentCount": "3" } });
    let videos = ["one", "two", "members", "failed", "three"].map(video);
    let videos = json!({ "items": videos }).to_string();
    let contract = contract.page("youtube-search.json").answer("videos", &videos);
    let contract = contract.page("youtube-error-comments-disabled.json");
    let gone = json!({ "error": { "code": 404, "message": "It is gone.", "errors": [{ "reason": "videoNotFound" }] } });
    let members = json!({ "error": { "code": 403, "message": "The request might not be properly authorized.",
        "errors": [{ "domain": "youtube.commentThread", "reason": "forbidden" }] } });
    let failed = json!({ "error": { "code": 400, "message": "The API server failed to process the request.",
        "errors": [{ "domain": "youtube.commentThread", "reason": "processingFailure" }] } });
    let contract = contract.answered("gone", 404, &gone.to_string());
    let contract = contract.answered("members only", 403, &members.to_string());
    let contract = contract.answered("failed", 400, &failed.to_string()).page("youtube-comment-threads-page2.json");
    contract.page("youtube-search-empty.json").holds("youtube_below_videos").await;
}

#[tokio::test]
async fn youtube_comments() {
    let contract = Contract::of(SourceKind::YouTube, &["skip hop"], r#"{"items": []}"#).secret(None);
    let contract = contract.places(&["UCk1ppH0pN0rd1cT3stCh4nn", "UC000000000000000000000"]);
    let contract = contract.page("youtube-comment-threads.json").answer("replies", &replies());
    let contract = contract.page("youtube-comment-threads-page2.json").page("youtube-error-comments-disabled.json");
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

/// Every edge is asked for fewer fields where the network does not know one of them.
#[tokio::test]
async fn facebook_without_some_fields() {
    let contract = Contract::of(SourceKind::Facebook, &[], r#"{"data": []}"#).secret(None).at("/v21.0");
    let contract = contract.places(&["104857600123456"]);
    let answers = [
        ["error-nonexisting-field", "page-tagged-page2"].as_slice(),
        &["error-nonexisting-field", "page-feed", "edge-empty"],
        &["error-nonexisting-field", "page-feed", "post-comments", "edge-empty", "edge-empty"],
        &["error-nonexisting-field", "page-ratings"],
    ];
    let files = answers.iter().flat_map(|lane| lane.iter()).map(|name| format!("facebook-{name}.json"));
    files.fold(contract, |contract, file| contract.page(&file)).holds("facebook_plain").await;
}

#[tokio::test]
async fn instagram() {
    let contract = Contract::of(SourceKind::Instagram, &[], r#"{"data": []}"#).secret(None);
    let contract = contract.at("/v25.0").places(&["17841405309211844/skiphop", "17841405309211844"]);
    let contract = contract.page("instagram-hashtag-search.json").page("instagram-hashtag-recent-media.json");
    let contract = contract.page("facebook-edge-empty.json").page("instagram-tags.json");
    let contract = contract.later("instagram-hashtag-recent-media.json").later("facebook-edge-empty.json");
    let contract = contract.later("instagram-tags.json");
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
