//! APIs that the configuration describes, one for each way in which pages follow each other.

use serde_json::{Value, json};

use mentiond::model::SourceKind;

use crate::common::contract::{Contract, NETWORK, SECRET};
use crate::common::described::described_with;

/// What most of them say of an item.
const ITEM: &str = r#"
list = "/data/posts"
html = true
entry_kind = "forum"
id = "/id"
url = "https://forum.example/p/{/id}"
title = ["/title", "/topic/title"]
text = ["/teaser", "/body"]
author = "/user/name"
author_handle = "/user/login"
author_url = "https://forum.example/u/{/user/login}"
followers = "/user/followers"
published = "/created"
language = "/lang"
tags = "/tags"
rating = "/stars"
engagement = ["/likes", "/replies"]
parent = "/reply_to"
thread = "/topic/id"
place = "/board"
"#;

/// An API at this path, which says so when there is nothing.
fn described(path: &'static str, lines: &str, empty: &Value) -> Contract {
    let variables: &[(&str, &str)] =
        if lines.contains("X-App-Id") { &[("MENTIOND_SOURCE_API_SECRET_X_APP_ID", SECRET)] } else { &[] };
    let source = described_with(&format!("{NETWORK}{path}"), lines, variables);
    let mut contract = Contract::of(SourceKind::Json, &["acme coffee", "{page} & more"], &empty.to_string()).at(path);
    contract.source.json = source.json;
    let contract =
        contract.secret(None).refused("no key", 401, r#"{"error": {"message": "the key SECRET is unknown"}}"#);
    let contract = contract.refused("no right", 403, r#"{"detail": "not for you"}"#).refused("busy", 429, "{}");
    let contract = contract.refused("bad", 400, r#"{"errors": ["q is too short"]}"#).refused("gone", 410, "{}");
    let contract = contract.refused("down", 503, "<html>").refused("a web page", 200, "<html><title>Log in</title>");
    contract.refused("an error in a good answer", 200, r#"{"error": "try again"}"#).refused(
        "no list",
        200,
        r#"{"a": []}"#,
    )
}

/// A post with all that a post can have.
fn whole() -> Value {
    json!({
        "id": 41, "title": "Acme Coffee &amp; me", "teaser": "<p>It <b>broke</b>.</p>", "body": "<p>Twice.</p>",
        "user": { "name": "Åse", "login": "aase", "followers": 12 }, "created": "2026-11-20T09:00:00+01:00", "lang": "nb",
        "tags": ["#kaffe", "acme"], "stars": "1.5", "likes": 3, "replies": "4", "reply_to": 40,
        "topic": { "id": 7, "title": "Machines" }, "board": "support"
    })
}

/// A post with little, of this day of November.
fn bare(id: u32, day: u32) -> Value {
    json!({ "id": id, "topic": { "title": "Acme" }, "created": format!("2026-11-{day:02}T10:00:00Z"), "tags": "one" })
}

fn posts(posts: &[Value]) -> Value {
    json!({ "data": { "posts": posts } })
}

fn with(mut body: Value, name: &str, value: &str) -> String {
    body[name] = value.into();
    body.to_string()
}

#[tokio::test]
async fn by_page() {
    let lines = format!(
        "[source.json]\nnetwork = \"forum\"\npaging = \"page\"\npage_size = 2\nfirst_page = 0\n\
         headers = [\"Accept: application/vnd.forum+json\", \"X-Version: 2\"]\n{ITEM}"
    );
    let contract = described("/search?q=%22{term}%22&page={page}", &lines, &posts(&[]));
    let contract = contract.answer("page 0", &posts(&[whole(), bare(39, 19)]).to_string());
    contract.answer("page 1", &posts(&[bare(38, 18)]).to_string()).holds("json_page").await;
}

#[tokio::test]
async fn by_offset_with_two_secrets() {
    let lines = format!(
        "[source.json]\npaging = \"offset\"\ntoken_in = \"parameter api_key\"\n{ITEM}\n\
         [[source.json.secret]]\nsecret_in = \"header X-App-Id App\"\n"
    );
    let contract = described("/search/{term}?from={offset}", &lines, &posts(&[]));
    let contract =
        contract.answer("the newest", &posts(&[whole(), json!({ "title": "no id" }), bare(39, 19)]).to_string());
    contract.answer("older ones", &posts(&[bare(38, 18)]).to_string()).holds("json_offset").await;
}

#[tokio::test]
async fn by_cursor_in_two_places() {
    let lines = format!(
        "[source.json]\npaging = \"cursor\"\nnext = \"/next\"\ntoken_in = \"header X-Api-Key\"\ndates = \"%d.%m.%Y\"\n{ITEM}"
    );
    let mut old = bare(38, 18);
    (old["created"], old["body"]) = ("18.11.2026".into(), "<p>Acme</p>".into());
    let contract = described("/{place}/posts?after={cursor}&since={since_date}", &lines, &posts(&[]));
    let contract = contract.places(&["support", "fra oss"]);
    let contract = contract.answer("without a date", &with(posts(&[old.clone(), whole()]), "next", "x/y=1&z"));
    contract.answer("behind it", &with(posts(&[old]), "next", "")).holds("json_cursor").await;
}

#[tokio::test]
async fn by_the_address_of_the_next_page() {
    let lines = format!("[source.json]\npaging = \"address\"\nnext = \"/next\"\ntoken_in = \"parameter key\"\n{ITEM}");
    let contract = described("/v1/posts?q={term}&since={since_unix}", &lines, &posts(&[]));
    let contract = contract.answer("the first", &with(posts(&[whole()]), "next", "?page=2&key=SECRET"));
    let contract =
        contract.answer("the second", &with(posts(&[bare(39, 19)]), "next", "https://other.example/?page=3"));
    contract.holds("json_address").await;
}

#[tokio::test]
async fn by_the_link_header() {
    let lines = format!("[source.json]\npaging = \"link\"\n{}", ITEM.replace("/data/posts", ""));
    let contract = described("/posts", &lines, &json!([]));
    let contract = contract.answer("the first", &json!([whole()]).to_string());
    let contract = contract.header("link", "</posts?page=2>; rel=\"next\", </posts?page=9>; rel=\"last\"");
    contract.answer("the last", &json!([bare(39, 19)]).to_string()).holds("json_link").await;
}
