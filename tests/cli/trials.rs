//! `mentiond sources test`: what is asked in whose name, what is refused before anything is asked, and that nothing is
//! stored.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::{SECRET, run as run_here};
use crate::common::daemon::command;
use crate::common::hostile::{Reply, Server};

const VARIABLE: &str = "MENTIOND_TEST_TOKEN";
const ITEMS: &str = r#"[{"id": 1, "title": "Acme is broken"}, {"id": 2, "title": "A nice day"}]"#;

/// A network that answers everything with this, whatever it is asked.
async fn network(body: &'static str) -> Server {
    Server::start(move |_| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
        Reply::bytes(format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
    })
    .await
}

/// `mentiond sources test` with these arguments and perhaps a token in the variable.
async fn test(dir: &Path, token: Option<&str>, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = command(dir, &["sources", "test"]);
    command.args(arguments).env_remove(VARIABLE).envs(token.map(|token| (VARIABLE, token)));
    let output: Output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!out.contains(SECRET) && !err.contains(SECRET), "a secret in\n{out}{err}");
    (output.status.code(), out, err)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_goes_only_to_who_asks_for_one() {
    let dir = tempfile::tempdir().unwrap();
    let server = network(r#"{"hits": [], "posts": [], "statuses": []}"#).await;
    let at = server.url("/");
    let told = "`MENTIOND_TEST_TOKEN` is not sent: Hacker News is open to everybody";
    let arguments = ["hacker_news", "--term", "acme", "--url", at.as_str(), "--allow-private"];
    let (code, _, err) = test(dir.path(), Some(SECRET), &arguments).await;
    assert_eq!((code, err), (Some(0), format!("{told}\nhacker_news: 0 entries\n")));
    let asked = server.requests();
    assert!(!asked.is_empty() && asked.iter().all(|request| !request.contains(SECRET)), "{asked:?}");

    let arguments = ["mastodon_search", "--term", "acme", "--url", at.as_str(), "--allow-private"];
    let (_, _, err) = test(dir.path(), Some(SECRET), &arguments).await;
    assert!(!err.contains("is not sent"), "{err}");
    let bearer = format!("authorization: Bearer {SECRET}");
    assert!(server.requests().iter().any(|request| request.contains(&bearer)), "{:?}", server.requests());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_options_is_told_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty");
    std::fs::write(&empty, "\n").unwrap();
    let empty = empty.to_str().unwrap();
    let named = "command line: --account: the search of Bluesky knows the secret only with its name: the handle of the account, such as \
                 `acme.bsky.social`\n  hint: `--account NAME`\n";
    let described = "command line: KIND: a JSON API has to be described\n  hint: write it into a configuration, and try it \
                     with `mentiond sources test --source NAME`\n";
    let unknown = "hint: leave it out; `mentiond sources` says what each kind is asked for\n";
    let many = format!(
        "command line: --place: this means nothing for the kind `hacker_news`\n  {unknown}\
         command line: --account: this means nothing for the kind `hacker_news`\n  {unknown}\
         command line: --token-file: this means nothing for the kind `hacker_news`\n  {unknown}\
         command line: --country: this means nothing for the kind `hacker_news`\n  {unknown}\
         command line: --term: Hacker News is asked for words\n  hint: for instance `--term \"skip hop\"`\n"
    );
    for (arguments, token, expected) in [
        (&["bluesky", "--term", "acme"][..], Some(SECRET), named),
        (
            &["reddit", "--term", "acme"],
            Some(SECRET),
            "command line: --account: Reddit knows the secret only with its name: the id of the app\n  hint: \
             `--account NAME`\n",
        ),
        (
            &["reddit", "--term", "acme", "--account", "app"],
            None,
            "command line: --token-file: the account says nothing to Reddit without a secret: the secret of an app that \
             Reddit has approved\n  hint: name a file that holds it, or put it into `MENTIOND_TEST_TOKEN`\n",
        ),
        (&["json"], None, described),
        (
            &["gdelt", "--term", "HP"],
            None,
            "command line: --term: GDELT takes no words of fewer than 3 letters\n  hint: for instance `--term \"skip hop\"`\n",
        ),
        (
            &["hacker_news", "--place", "x", "--account", "y", "--token-file", empty, "--country", "no"],
            None,
            many.as_str(),
        ),
        (
            &["guardian", "--term", "acme", "--token-file", empty],
            None,
            "command line: --token-file: the secret is empty\n  hint: the secret and nothing else, in one line\n",
        ),
        (
            &["mastodon", "--term", "skip hop", "--url", "https://u:p@social.example/"],
            None,
            "command line: --url: a secret must not stand in an address\n  hint: remove the part before `@`, and put a token \
             into a file named with `--token-file`\n\
             command line: --term: `skip hop` is not a tag\n  hint: for instance `\"skiphop\"`\n",
        ),
        (
            &["mastodon", "--term", "acme", "--url", "http://social.example/"],
            Some(SECRET),
            "command line: MENTIOND_TEST_TOKEN: the token would cross the network in the clear\n  hint: write the address \
             with `https://`\n",
        ),
    ] {
        let (code, _, err) = test(dir.path(), token, arguments).await;
        assert_eq!((code, err.as_str()), (Some(2), expected), "{arguments:?}");
    }
    for (arguments, expected) in [
        (["--language", "german"], "`german` is not a language\n  hint: write the two letters of ISO 639-1"),
        (["--country", "Norway"], "`Norway` is not a country\n  hint: write the two letters of ISO 3166-1"),
        (["--depth", "366d"], "at most 365d"),
        (["--source", "x"], "cannot be used with"),
    ] {
        let (code, _, err) = test(dir.path(), None, &[&["gdelt", "--term", "acme"], &arguments[..]].concat()).await;
        assert!(code == Some(2) && err.contains(expected), "{err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn language_and_country_are_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let server = network(r#"{"articles": [], "reviews": [], "total": 0}"#).await;
    let at = server.url("/");
    for (kind, what, asked) in [
        ("gdelt", ["--term", "acme"], "sourcelang%3Agerman"),
        ("google_news", ["--term", "acme"], "ceid=AT%3Ade"),
        ("bing_news", ["--term", "acme"], "de-AT"),
        ("yelp", ["--place", "acme-wien"], "locale=de_AT"),
    ] {
        let country = if kind == "gdelt" { &[][..] } else { &["--country", "AT"] };
        let edition = [&["--language", "de", "--url", at.as_str(), "--allow-private"], country].concat();
        let token = Some(SECRET).filter(|_| kind == "yelp");
        let (_, _, err) = test(dir.path(), token, &[&[kind], &what[..], &edition].concat()).await;
        let requests = server.requests();
        assert!(requests.iter().any(|request| request.contains(asked)), "{kind}: {requests:?} {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_source_is_tried_and_nothing_is_stored() {
    let (dir, server) = (tempfile::tempdir().unwrap(), network(ITEMS).await);
    let dir = dir.path();
    std::fs::write(dir.join("token"), SECRET).unwrap();
    // Nobody is told of anything yet, and another source is not finished.
    let head = "state_dir = \"state\"\n[[brand]]\nname = \"Acme\"\n";
    let forum = format!(
        "[[source]]\nname = \"Our forum\"\nkind = \"json\"\nurl = \"{}?q={{term}}\"\nallow_private = true\n\
         token_file = \"token\"\n[source.json]\nid = \"/id\"\ntitle = [\"/title\"]\n",
        server.url("/posts")
    );
    let other = "[[source]]\nname = \"Press\"\nkind = \"guardian\"\ntoken_file = \"nowhere\"\n";
    super::write(dir, &format!("{head}{forum}{other}"));
    let arguments = ["--source", "Our forum", "--format", "jsonl"];
    let (code, out, err) = test(dir, None, &arguments).await;
    let entries: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, entries.len()), (Some(0), 2), "{err}");
    assert_eq!((&entries[0]["title"], &entries[0]["source_kind"]), (&Value::from("Acme is broken"), &"json".into()));
    assert!(err.contains("Our forum: 2 entries\n"), "{err}");
    let asked = server.requests().join("");
    assert!(asked.contains("/posts?q=Acme ") && asked.contains(&format!("authorization: Bearer {SECRET}")), "{asked}");
    assert!(!dir.join("state").exists(), "something was stored");

    for (name, expected) in [
        (
            "Forum",
            "command line: --source: there is no source `Forum`\n  hint: the configuration has `Our forum`, `Press`\n",
        ),
        ("Press", "source[1].token_file: `"),
    ] {
        let (code, _, err) = test(dir, None, &["--source", name]).await;
        assert!(code == Some(2) && err.contains(expected), "{err}");
    }
    super::write(dir, &format!("state_dir = \"state\"\n{forum}"));
    let (code, _, err) = test(dir, None, &["--source", "Our forum"]).await;
    let expected = "command line: --source: `Our forum` is asked for the words of the brands, and there are none\n  \
                    hint: add a `[[brand]]`, or give the source `terms` of its own\n";
    assert_eq!((code, err.as_str()), (Some(2), expected));
    let help = run_here(dir, &["sources", "test", "--help"], 0);
    assert!(help.contains("mentiond sources test --source \"Our forum\""), "{help}");
}
