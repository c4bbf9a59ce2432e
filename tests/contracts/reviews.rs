//! Networks of reviews, and logins with keys.

use mentiond::model::SourceKind;
use serde_json::json;

use crate::common::contract::{Contract, NETWORK};
use crate::common::secrets::{apple_key, google_user, service_account};

/// What Google answers to a login.
const TOKEN: &str = r#"{"access_token":"ya29.a0","expires_in":3599,"scope":"s","token_type":"Bearer"}"#;
const INVALID_GRANT: &str = r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#;

fn google_error(code: u16, status: &str, reason: &str, metadata: serde_json::Value) -> String {
    let details = json!([{"reason": reason, "domain": "googleapis.com", "metadata": metadata}]);
    json!({"error": {"code": code, "message": "No.", "status": status, "details": details}}).to_string()
}

#[tokio::test]
async fn yelp() {
    let mut contract = Contract::of(SourceKind::Yelp, &[], r#"{"reviews":[],"total":0,"possible_languages":["en"]}"#)
        .places(&["acme-coffee-portland"])
        .secret(None)
        .page("yelp-reviews.json")
        .refusal("yelp-reviews-empty.json")
        .refusal("yelp-error-qps.json")
        .refusal("yelp-error-daily-limit.json")
        .refusal("yelp-error-token.json")
        .refusal("yelp-error-not-found.json")
        .refused(
            "closed",
            403,
            r#"{"error":{"code":"BUSINESS_UNAVAILABLE","description":"The business information is unavailable"}}"#,
        )
        .refused("internal", 500, r#"{"error":{"code":"INTERNAL_ERROR","description":"Something went wrong"}}"#);
    contract.source.language = mentiond::model::Language::parse("de");
    contract.source.country = Some("at".to_owned());
    contract.holds("yelp").await;
}

#[tokio::test]
async fn trustpilot() {
    Contract::of(SourceKind::Trustpilot, &[], r#"{"links":[],"reviews":[]}"#)
        .places(&["507f191e810c19729de860ea"])
        .secret(None)
        .page("trustpilot-reviews.json")
        .page("trustpilot-reviews-last-page.json")
        .refused("unauthorized", 401, r#"{"message":"Invalid ApiKey"}"#)
        .refused("forbidden", 403, "")
        .refused("not found", 404, "")
        .refused("too many", 429, "")
        .refused("not implemented", 501, "")
        .holds("trustpilot")
        .await;
}

#[tokio::test]
async fn google_business() {
    Contract::of(SourceKind::GoogleBusiness, &[], "{}")
        .places(&["accounts/101234567890123456789/locations/12345678901234567890"])
        .document(&google_user(NETWORK), None)
        .answer("login", TOKEN)
        .page("google-business-reviews.json")
        .page("google-business-reviews-last-page.json")
        .refused("login expired", 400, INVALID_GRANT)
        .refused("login by an unknown client", 401, r#"{"error":"invalid_client"}"#)
        .refused("login later", 503, "")
        .refusal("google-business-reviews-empty.json")
        .refusal("google-business-error-429.json")
        .refused("too many", 429, &google_error(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", json!({})))
        .refused("session over", 401, &google_error(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED", json!({})))
        .refused("not a manager", 403, &google_error(403, "PERMISSION_DENIED", "x", json!({})))
        .refused("unknown", 404, &google_error(404, "NOT_FOUND", "x", json!({})))
        .holds("google_business")
        .await;
}

#[tokio::test]
async fn google_places() {
    let per_day = json!({"quota_limit": "GetPlaceRequestPerDay", "quota_limit_value": "1000"});
    Contract::of(SourceKind::GooglePlaces, &[], "{}")
        .places(&["ChIJexamplePlaceId0000001"])
        .secret(None)
        .page("google-places-reviews.json")
        .refused("wrong key", 400, &google_error(400, "INVALID_ARGUMENT", "API_KEY_INVALID", json!({})))
        .refused("no billing", 403, &google_error(403, "PERMISSION_DENIED", "BILLING_DISABLED", json!({})))
        .refused("a day's worth", 429, &google_error(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", per_day))
        .refused("unknown", 404, &google_error(404, "NOT_FOUND", "x", json!({})))
        .holds("google_places")
        .await;
}

#[tokio::test]
async fn google_play() {
    let spent = r#"{"error":{"code":403,"message":"Quota exceeded","errors":[{"reason":"quotaExceeded"}]}}"#;
    let busy = r#"{"error":{"code":403,"message":"Slow down","errors":[{"reason":"userRateLimitExceeded"}]}}"#;
    Contract::of(SourceKind::GooglePlay, &[], "{}")
        .places(&["com.example.acme"])
        .document(&service_account(NETWORK), None)
        .answer("login", TOKEN)
        .page("google-play-reviews.json")
        .refused("login with an old key", 400, INVALID_GRANT)
        .refused("spent", 403, spent)
        .refused("busy", 403, busy)
        .refused("not invited", 401, r#"{"error":{"code":401,"message":"Insufficient permissions"}}"#)
        .holds("google_play")
        .await;
}

/// What is no secret of Google or Apple is sent to nobody.
#[tokio::test]
async fn unusable_secrets() {
    for (kind, name) in [
        (SourceKind::GoogleBusiness, "google_business_unusable"),
        (SourceKind::AppStoreConnect, "app_store_connect_unusable"),
    ] {
        Contract::of(kind, &[], "{}").places(&["1"]).secret(Some("ISSUER/KEY")).holds(name).await;
    }
}

#[tokio::test]
async fn app_store_connect() {
    let error = |status: &str, code: &str, detail: &str| {
        json!({"errors": [{"id": "e", "status": status, "code": code, "title": "No", "detail": detail}]}).to_string()
    };
    Contract::of(SourceKind::AppStoreConnect, &[], r#"{"data":[],"links":{"self":"https://x.example"}}"#)
        .places(&["6400000001"])
        .document(&apple_key(), Some("69a6de7e-0000-47e3-e053-5b8c7c11a4d1/2X9R4HXF34"))
        .page("appstore-connect-reviews.json")
        .refused("unauthorized", 401, &error("401", "NOT_AUTHORIZED", "Provide a properly configured token"))
        .refused("forbidden", 403, &error("403", "FORBIDDEN_ERROR", "The API key in use does not allow this request"))
        .refused("unknown app", 404, &error("404", "NOT_FOUND", "There is no resource of type 'apps'"))
        .refused("too many", 429, &error("429", "RATE_LIMIT_EXCEEDED", "Too many requests"))
        .refused("internal", 500, &error("500", "UNEXPECTED_ERROR", "Try again"))
        .holds("app_store_connect")
        .await;
}
