//! `mentiond sources`, `search`, `import` and `export`: what they print, and their exit codes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::common::daemon::signal;
use crate::common::hostile::{Reply, Server};

const NOTHING: &str = r#"{"posts":[],"comments":[]}"#;

/// Runs it in the environment of a daemon, which has its own database and its own secrets there.
pub(super) fn mentiond(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.current_dir(dir).args(arguments).env_clear().env("HOME", dir).env("TMPDIR", dir);
    if arguments[0] == "search" {
        command.env("MENTIOND_STATE_DIR", dir.join("daemon")).env("MENTIOND_STORE_URL", "sqlite:///nowhere/daemon.db");
        command.env("MENTIOND_SOURCE_X_TOKEN", "hunter2").env("MENTIOND_SMTP_PASSWORD", "hunter2");
    }
    command.output().unwrap()
}

pub(super) async fn run(dir: &Path, arguments: Vec<String>) -> Output {
    let dir = dir.to_owned();
    let run = move || mentiond(&dir, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.unwrap()
}

pub(super) fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// A Lemmy instance with the sample, whose dates are moved to today. It finds nothing for the name in one word.
async fn lemmy() -> Server {
    let now = mentiond::clock::Clock::system().now();
    let (today, before) =
        (now.format("%Y-%m-%d").to_string(), (now - chrono::TimeDelta::days(1)).format("%Y-%m-%d").to_string());
    let sample = include_str!("../data/sources/lemmy-search.json");
    let sample = sample.replace("2026-11-20", &today).replace("2026-11-19", &before).replace("2026-11-18", &before);
    Server::start(move |path| {
        let body = if path.contains("page=1") && !path.contains("acmecoffee") { sample.as_str() } else { NOTHING };
        Reply::bytes(format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ))
    })
    .await
}

#[test]
fn kinds_are_listed_with_what_they_see_and_need() {
    let dir = tempfile::tempdir().unwrap();
    let output = mentiond(dir.path(), &["sources"]);
    let (out, _) = said(&output);
    assert_eq!(output.status.code(), Some(0));
    for kind in mentiond::model::SourceKind::ALL {
        assert!(out.lines().any(|line| line.starts_with(&format!("{} (", kind.as_str()))), "{}", kind.as_str());
    }
    assert!(out.contains("Tripadvisor: nothing of its reviews may be stored"), "{out}");
}

#[tokio::test]
async fn a_source_is_polled_for_a_try() {
    let (dir, server) = (tempfile::tempdir().unwrap(), lemmy().await);
    let url = server.url("/");
    let arguments = ["sources", "test", "lemmy", "--url", url.as_str(), "--term", "acme coffee", "--format", "jsonl"];
    let refused = run(dir.path(), arguments.map(str::to_owned).to_vec()).await;
    assert!(said(&refused).1.contains("`--allow-private` lets it be read"), "{}", said(&refused).1);
    assert_eq!(refused.status.code(), Some(1));

    let allowed = [arguments.as_slice(), &["--allow-private"]].concat();
    let output = run(dir.path(), allowed.into_iter().map(str::to_owned).collect()).await;
    let (out, err) = said(&output);
    let entries: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((entries.len(), output.status.code()), (4, Some(0)), "{err}");
    assert_eq!(entries[0]["author_handle"], "filterfritz@lemmy.example");
    assert_eq!((&entries[0]["kind"], &entries[3]["kind"]), (&Value::from("forum"), &Value::from("comment")));

    for (arguments, fault) in [
        (
            vec!["sources", "test", "lemmy", "--term", "x"],
            "command line: --url: Lemmy has no address of its own\n  hint: for instance `--url https://lemmy.world`\n",
        ),
        (
            vec!["sources", "test", "hacker_news"],
            "command line: --term: Hacker News is asked for words\n  hint: for instance `--term \"skip hop\"`\n",
        ),
        (vec!["sources", "test", "myspace"], "there is no such kind; `mentiond sources` lists them"),
    ] {
        let (_, err) = said(&mentiond(dir.path(), &arguments));
        assert!(err.contains(fault), "{err}");
    }
}

#[tokio::test]
async fn a_search_scores_what_it_finds_and_leaves_nothing_behind() {
    let (dir, server) = (tempfile::tempdir().unwrap(), lemmy().await);
    let at = format!("lemmy={}", server.url("/"));
    let search = |more: &[&str]| {
        let base = ["search", "acme coffee", "--kind", "lemmy", "--since", "7d", "--allow-private", "--at", &at];
        run(dir.path(), base.iter().chain(more).map(|text| (*text).to_owned()).collect())
    };
    let output = search(&["--formulas"]).await;
    let (out, err) = said(&output);
    assert_eq!(output.status.code(), Some(0), "{err}");
    let head = "acme coffee in the last 7d: 2 mentions, 2 stories\n1 of 1 source read to the end\n\nStrength 50 %   Sentiment ";
    assert!(out.starts_with(head), "{out}\n{err}");
    assert!(out.contains("Reach: different authors, of the stories with a known author"), "{out}");
    assert!(err.contains("lemmy.world: 4 entries"), "{err}");

    let (out, _) = said(&search(&["--format", "jsonl"]).await);
    let mentions: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(mentions.len(), 2);
    assert!(mentions[0]["published"].as_str() >= mentions[1]["published"].as_str(), "the newest first");
    assert_eq!(mentions[0]["source_kind"], "lemmy");

    let (out, _) = said(&search(&["--format", "csv"]).await);
    assert_eq!(out.lines().count(), 3, "{out}");
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");

    let kept = dir.path().join("kept");
    search(&["--save", kept.to_str().unwrap()]).await;
    assert!(kept.join("mentiond.db").exists(), "{:?}", std::fs::read_dir(&kept).unwrap().collect::<Vec<_>>());
    let (_, err) = said(&search(&["--save", kept.to_str().unwrap()]).await);
    assert!(err.contains("has an earlier search: only what is new since then is shown"), "{err}");
}

/// One network has answered, another one never does: Ctrl-C shows what there is.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_is_stopped_shows_what_it_has() {
    let (dir, server) = (tempfile::tempdir().unwrap(), lemmy().await);
    let silent =
        Server::start(|_| Reply::endless("HTTP/1.1 200 OK\r\n", b"x-wait: 1\r\n", Duration::from_secs(1))).await;
    let at = [format!("lemmy={}", server.url("/")), format!("hacker_news={}", silent.url("/"))];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.current_dir(dir.path()).env_clear().env("HOME", dir.path()).env("TMPDIR", dir.path());
    command.args([
        "search",
        "acme coffee",
        "--kind",
        "lemmy",
        "--kind",
        "hacker_news",
        "--since",
        "7d",
        "--allow-private",
    ]);
    command.args(["--at", &at[0], "--at", &at[1]]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let stopped = move || {
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let first = lines.find(|line| line.starts_with("lemmy.world: 4 entries"));
        assert!(first.is_some(), "it has ended before it was stopped");
        signal(process.id(), "INT");
        let err: Vec<String> = lines.collect();
        let output = process.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), err.join("\n"))
    };
    let (code, out, err) = tokio::task::spawn_blocking(stopped).await.unwrap();
    assert_eq!(code, Some(130), "{err}");
    let head =
        "acme coffee in the last 7d: 2 mentions, 2 stories\n1 of 2 sources read to the end\nnot read: hacker_news\n";
    assert!(out.starts_with(head), "{out}\n{err}");
    assert!(out.contains("\nof the last 7d on 1 source\n"), "{out}\n{err}");
    assert!(err.contains("stopped before every network had answered"), "{err}");
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_cannot_be_searched_is_told_by_the_argument_that_says_it() {
    let dir = tempfile::tempdir().unwrap();
    for (arguments, fault) in [
        (
            &["acme", "--kind", "feed"][..],
            "command line: --kind: `feed` cannot be searched\n  hint: `mentiond sources` says what each kind is asked for\n",
        ),
        (
            &[" "],
            "command line: QUERY: there is nothing to search for\n  hint: write a name, or a query as for a brand\n",
        ),
        (
            &["acme NEAR scam"],
            "command line: QUERY: no number follows this `NEAR` (character 6 of the query `acme NEAR scam`)\n  hint: write how many other words may stand \
             between: `NEAR/5`\n",
        ),
        (
            &["NOT acme"],
            "command line: QUERY: the query only says what must not occur (character 1 of the query `NOT acme`)\n  hint: add a word or phrase that has \
             to occur, in each branch of `OR`\n",
        ),
        (
            &["site:example.org", "--kind", "hacker_news"],
            "command line: QUERY: the source `hacker_news` cannot be asked for this: no word stands in every match\n  \
             hint: add a word that has to occur, in each branch of `OR`\n",
        ),
        (&["acme", "--since", "9999d"], "command line: --since: `9999d` is out of range: `0s` to `365d`\n"),
    ] {
        let output = mentiond(dir.path(), &[&["search"], arguments].concat());
        assert_eq!((output.status.code(), said(&output).1.as_str()), (Some(2), fault), "{arguments:?}");
    }
}

#[test]
fn words_that_are_too_short_for_a_network_are_said_not_to_be_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let output = mentiond(dir.path(), &["search", "HP", "--kind", "gdelt"]);
    let told = "gdelt: 0 entries; GDELT takes no words of fewer than 3 letters\n";
    assert!(said(&output).1.starts_with(told), "{}", said(&output).1);
    let text = "state_dir = \"state\"\nrecipients = [\"a@acme.example\"]\n[[brand]]\nname = \"HP\"\n[[brand]]\nname = \"Acme\"\n\
                [[source]]\nname = \"press\"\nkind = \"gdelt\"\n[[source]]\nname = \"hn\"\nkind = \"hacker_news\"\n";
    std::fs::write(dir.path().join("mentiond.toml"), text).unwrap();
    let output = mentiond(dir.path(), &["check", "--config", "mentiond.toml"]);
    let (out, err) = said(&output);
    let told = "source `press`: `HP` is not asked for, GDELT takes no words of fewer than 3 letters\n";
    assert!(out.contains(told) && !out.contains("source `hn`"), "{out}{err}");
}

/// What is written in capitals is no word that is searched for.
#[tokio::test]
async fn a_search_reads_operators_without_other_signs() {
    let (dir, server) = (tempfile::tempdir().unwrap(), lemmy().await);
    let at = format!("lemmy={}", server.url("/"));
    let search = |query: &str| {
        let base = ["search", query, "--kind", "lemmy", "--since", "7d", "--allow-private", "--at", &at];
        run(dir.path(), base.map(str::to_owned).to_vec())
    };
    for (query, mentions) in
        [("acme AND coffee", "2 mentions"), ("coffee NOT acme", "0 mentions"), ("acme NEAR/3 coffee", "2 mentions")]
    {
        let output = search(query).await;
        let (out, err) = said(&output);
        assert!(out.starts_with(&format!("{query} in the last 7d: {mentions}")), "{out}{err}");
    }
    let asked = server.requests();
    let operators = ["AND", "NOT", "NEAR"];
    assert!(asked.iter().all(|request| operators.iter().all(|operator| !request.contains(operator))), "{asked:?}");
}

#[test]
fn feeds_of_another_reader_become_configuration_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let opml = r#"<opml version="2.0"><body><outline text="A &quot;b&quot;" xmlUrl="https://a.example/feed"/>
        <outline text="Blog" xmlUrl="https://b.example/rss"/></body></opml>"#;
    std::fs::write(dir.path().join("feeds.opml"), opml).unwrap();
    let (out, err) = said(&mentiond(dir.path(), &["import", "opml", "feeds.opml"]));
    assert!(err.contains("2 feeds"), "{err}");
    let head =
        "[[brand]]\nname = \"Acme\"\nrecipients = [\"anna@example.org\"]\n\n[mail]\nfrom = \"m@example.org\"\n\n";
    std::fs::write(dir.path().join("mentiond.toml"), format!("{head}{out}")).unwrap();
    let (exported, err) = said(&mentiond(dir.path(), &["export", "opml"]));
    assert!(
        exported.contains("xmlUrl=\"https://a.example/feed\"") && exported.contains("A &quot;b&quot;"),
        "{exported}{err}"
    );
    let (again, err) = said(&mentiond(dir.path(), &["import", "opml", "feeds.opml"]));
    assert_eq!(again, "");
    assert!(err.contains("0 feeds, 2 known already"), "{err}");
}

/// The shell makes the file to which the feeds are added before it starts the command.
#[test]
fn what_is_imported_can_be_configured_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let long = "Ä".repeat(250);
    let opml = format!(
        r#"<opml version="2.0"><body><outline text="News" xmlUrl="https://a.example/feed"/>
        <outline text="{long}" xmlUrl="https://b.example/rss"/><outline text="{long}" xmlUrl="feed://c.example/rss"/>
        <outline text="Again" xmlUrl="HTTPS://A.example/feed"/><outline text="Private" xmlUrl="https://u:p@d.example/"/>
        <outline text="Old" xmlUrl="ftp://e.example/rss"/><outline text="Here" xmlUrl="feeds/here.xml"/></body></opml>"#
    );
    std::fs::write(dir.path().join("feeds.opml"), opml).unwrap();
    std::fs::write(dir.path().join("mentiond.toml"), "").unwrap();
    let (out, err) = said(&mentiond(dir.path(), &["import", "opml", "feeds.opml"]));
    let expected = "left out: `Private`: a secret must not stand in an address\n\
                    left out: `Old`: the scheme `ftp` cannot be polled\n\
                    left out: `Here`: `feeds/here.xml` has no scheme\n\
                    3 feeds, 1 there twice, 3 left out\n";
    assert_eq!(err, expected);

    let head = "recipients = [\"anna@example.org\"]\n[[brand]]\nname = \"Acme\"\n[mail]\nfrom = \"m@example.org\"\n";
    let taken = "[[source]]\nname = \"News\"\nkind = \"hacker_news\"\n";
    std::fs::write(dir.path().join("mentiond.toml"), format!("{head}{out}")).unwrap();
    let checked = mentiond(dir.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(0), "{:?}", said(&checked));
    std::fs::write(dir.path().join("other.toml"), taken).unwrap();
    let (out, err) = said(&mentiond(dir.path(), &["import", "opml", "feeds.opml", "--config", "other.toml"]));
    assert!(out.starts_with("[[source]]\nname = \"News 2\"\n"), "{out}{err}");

    std::fs::remove_file(dir.path().join("mentiond.toml")).unwrap();
    let (_, err) = said(&mentiond(dir.path(), &["import", "opml", "feeds.opml"]));
    assert!(err.ends_with("there is no configuration to compare them with; `--config FILE` names one\n"), "{err}");
}
