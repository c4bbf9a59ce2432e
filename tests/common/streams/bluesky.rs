//! What Bluesky tells: events of its stream, and what its public server says of posts and accounts.

use serde_json::{Value, json};
use url::Url;

/// The account that posts, unless another is named.
pub const KARI: &str = "did:plc:kari";

/// The answer of the public server, if that is asked.
pub fn public(url: &Url) -> Option<Value> {
    let asked = |name: &str| -> Vec<String> {
        url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
    };
    match url.path() {
        "/xrpc/app.bsky.feed.getPosts" => {
            Some(json!({ "posts": asked("uris").iter().map(|uri| post(uri)).collect::<Vec<_>>() }))
        }
        "/xrpc/app.bsky.actor.getProfiles" => {
            let profile = |did: &String| json!({ "did": did, "handle": handle(did), "followersCount": 7 });
            Some(json!({ "profiles": asked("actors").iter().map(profile).collect::<Vec<_>>() }))
        }
        _ => None,
    }
}

/// A post as it shows it. Who has no handle that is sound has no name either, and one account wants to be seen by nobody
/// who is not signed in.
fn post(uri: &str) -> Value {
    let did = uri.split('/').nth(2).unwrap();
    let mut author = json!({ "did": did, "handle": handle(did), "displayName": "Kari Nordmann" });
    match did {
        "did:plc:unsound" => author["displayName"] = json!(""),
        "did:plc:hidden" => author["labels"] = json!([{ "val": "!no-unauthenticated" }]),
        _ => {}
    }
    json!({ "uri": uri, "author": author, "record": {}, "likeCount": 3, "indexedAt": "2026-11-20T08:00:00Z" })
}

fn handle(did: &str) -> String {
    match did.rsplit(':').next().unwrap() {
        "unsound" => "handle.invalid".to_owned(),
        name => format!("{name}.example"),
    }
}

/// What became of a post, as the stream tells it.
pub fn commit(at: i64, operation: &str, rkey: &str, record: &Value) -> String {
    let mut commit = json!({ "rev": "1", "operation": operation, "collection": "app.bsky.feed.post", "rkey": rkey });
    if !record.is_null() {
        commit["record"] = record.clone();
    }
    json!({ "did": KARI, "time_us": at, "kind": "commit", "commit": commit }).to_string()
}
