//! The shipped configuration: it loads, it shows every key, and what it calls a default is one.

use std::collections::BTreeSet;

use chrono::{SecondsFormat, TimeDelta};
use http::HeaderMap;
use mentiond::config::{self, Config, Env, Faults};
use mentiond::model::{Answer, Instant, Source, SourceKind};
use mentiond::source::adapter;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;

const SHIPPED: &str = include_str!("../config/mentiond.toml");
const SECRET: &str = "hunter2-s3cret";
const SMALL: &str = r#"
recipients = ["anna@example.org"]
[[brand]]
name = "Skip Hop"
[[source]]
name = "Company blog"
kind = "feed"
url = "https://blog.example.org/feed.xml"
"#;

fn env() -> Env {
    Env([("HOME".to_owned(), "/home/anna".to_owned())].into())
}

fn parse(text: &str) -> Result<Config, Faults> {
    config::parse("mentiond.toml", text, &env())
}

#[test]
fn the_shipped_file_loads_as_it_is() {
    let config = parse(SHIPPED).expect("this has no fault");
    assert_eq!(config.brands[0].value.name, "Skip Hop");
    assert!(config.mail.smtp.is_none());
}

/// A commented key has no blank behind its `#`.
fn uncommented() -> String {
    let key = |line: &str| line.starts_with(|c: char| c.is_ascii_lowercase() || c == '[');
    SHIPPED
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| key(rest)).unwrap_or(line).to_owned() + "\n")
        .collect()
}

/// The configuration with every key, and its folder with the files that it names.
fn whole() -> (TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    std::fs::write(folder.path().join("secrets/web-key"), "k".repeat(32)).unwrap();
    std::fs::write(folder.path().join("secrets/dkim.pem"), include_str!("data/keys/rsa.pem")).unwrap();
    let secrets = ["token_file = ", "webhook_secret_file = ", "verify_token_file = ", "secret_file = "];
    let named = |line: &str| secrets.iter().find_map(|key| Some(line.strip_prefix(key)?.to_owned()));
    for name in uncommented().lines().filter_map(named) {
        std::fs::write(folder.path().join(name.trim_matches('"')), format!("{SECRET}\n")).unwrap();
    }
    for name in ["smtp-password", "ops"] {
        std::fs::write(folder.path().join("secrets").join(name), format!("{SECRET}\n")).unwrap();
    }
    std::fs::create_dir(folder.path().join("words")).unwrap();
    for name in ["en.tsv", "skip-hop.tsv"] {
        std::fs::write(folder.path().join("words").join(name), "wobbly\t-3\n").unwrap();
    }
    let path = folder.path().join("mentiond.toml");
    std::fs::write(&path, uncommented()).unwrap();

    let config = config::load(&path, &env()).unwrap();
    (folder, config)
}

#[test]
fn the_shipped_file_loads_with_every_key_uncommented() {
    let (folder, config) = whole();

    let shown: BTreeSet<SourceKind> = config.sources.iter().map(|source| source.value.kind).collect();
    assert_eq!(shown, SourceKind::ALL.iter().copied().collect());
    let smtp = config.mail.smtp.expect("a server is named");
    assert_eq!(smtp.password.unwrap().expose_secret(), SECRET);
    assert_eq!(smtp.ca_file.unwrap(), folder.path().join("secrets/ca.pem"));
    let written: Vec<_> = config.rules.into_iter().map(|rule| rule.value).collect();
    assert_eq!(written, config::default_rules(), "the commented rules are the default ones");
}

#[test]
fn the_shipped_file_shows_every_key_and_no_other() {
    let mut table = String::new();
    let mut shown = BTreeSet::new();
    for line in uncommented().lines() {
        if let Some(header) = line.strip_prefix('[') {
            table = header.trim_matches(['[', ']']).to_owned() + ".";
        } else if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            shown.insert(format!("{table}{key}"));
        }
    }
    assert_eq!(shown, config::known_keys().into_iter().collect());
}

/// Three pages of The Guardian: its sample, with ids and dates of their own.
fn guardian(page: usize) -> Value {
    let sample: Value = serde_json::from_slice(include_bytes!("data/sources/guardian-search.json")).unwrap();
    let newest: Instant = "2026-11-20T11:00:00Z".parse().unwrap();
    let results = (0..120).skip((page - 1) * 50).take(50).map(|number: usize| {
        let mut result = sample["response"]["results"][number % 3].clone();
        let published = newest - TimeDelta::hours(i64::try_from(number).unwrap());
        result["id"] = format!("money/2026/{number}").into();
        result["webPublicationDate"] = published.to_rfc3339_opts(SecondsFormat::Secs, true).into();
        result
    });
    let results: Vec<Value> = results.collect();
    json!({ "response": { "status": "ok", "currentPage": page, "pages": 3, "results": results } })
}

/// What the API of The Guardian says, read by its adapter and by its description: page after page, back to the end, and
/// an hour later back to what is known.
#[test]
fn the_described_api_says_what_its_adapter_says() {
    let (_folder, config) = whole();
    let walked = |name: &str| {
        let source = config.sources.iter().map(|located| &located.value).find(|source| source.name == name);
        let source = Source { terms: vec!["acme coffee".to_owned()], ..source.unwrap().clone() };
        let (adapter, mut now) = (adapter(source.kind), "2026-11-20T12:00:00Z".parse::<Instant>().unwrap());
        let lane = adapter.lanes(&source).remove(0);
        let (mut cursor, mut asked, mut entries) = (None::<String>, Vec::new(), Vec::new());
        for _ in 0..2 {
            let mut next = Some(adapter.request(&source, &lane, cursor.as_deref(), now));
            while let Some(request) = next {
                let parameters = request.url.query_pairs().map(|(name, value)| format!("{name}={value}"));
                asked.push((parameters.collect::<Vec<_>>(), request.credential.map(|credential| credential.place)));
                let page = request.url.query_pairs().find(|(name, _)| name == "page").unwrap().1.parse().unwrap();
                let body = guardian(page).to_string().into();
                let answer = Answer { url: request.url, status: 200, moved: None, headers: HeaderMap::new(), body };
                let page = adapter.read(&source, &lane, cursor.as_deref(), &answer, now).unwrap();
                assert!(page.problems.is_empty() && page.lost.is_empty(), "{:?} {:?}", page.problems, page.lost);
                entries.extend(page.entries.iter().map(|entry| format!("{entry:#?}")));
                cursor = page.cursor;
                next = page.next;
            }
            now += TimeDelta::hours(1);
        }
        (asked, entries)
    };
    let (adapted, described) = (walked("The Guardian"), walked("The Guardian, described"));
    assert_eq!(described, adapted);
    assert_eq!((adapted.0.len(), adapted.1.len()), (4, 170));
}

#[test]
fn what_the_shipped_file_shows_as_default_is_the_default() {
    let (shown, small) = (parse(SHIPPED).expect("this has no fault"), parse(SMALL).expect("this has no fault"));
    assert_eq!(shown.store, small.store);
    assert_eq!(shown.log, small.log);
    assert_eq!(shown.fetch, small.fetch);
    assert_eq!(shown.grouping, small.grouping);
    assert_eq!(shown.mail.from, small.mail.from);
    assert_eq!(shown.mail.max_attempts, small.mail.max_attempts);
    assert_eq!(shown.digests[0].value, small.digests[0].value);
    assert_eq!(shown.sources[0].value.interval, small.sources[0].value.interval);
}

/// Half-written files are what an editor shows all day: nothing of them may make the reader stop.
#[test]
fn every_beginning_of_the_shipped_file_is_read_without_a_panic() {
    for (end, _) in SHIPPED.char_indices().step_by(7) {
        let beginning = SHIPPED.get(..end).expect("it ends between two characters");
        if let Err(faults) = parse(beginning) {
            assert!(!faults.0.is_empty());
        }
    }
}

#[test]
fn the_configuration_of_the_container_loads() {
    let text = include_str!("../deploy/compose-config/mentiond.toml");
    let config = parse(text).expect("this has no fault");
    assert_eq!(config.mail.smtp.expect("the catcher").host, "catcher");
    assert!(include_str!("../deploy/docker-compose.yml").contains("\n  catcher:\n"));
}
