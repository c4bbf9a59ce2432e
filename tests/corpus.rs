//! Documents of other readers' test suites, and what those readers read from them: the same number of entries, the same
//! first title, the same first link. The documents lie beside the checkout and are no part of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mentiond::parse::link::canonical_url;
use mentiond::parse::{feed, text};
use serde_json::Value;
use url::Url;

/// Documents that are read in another way on purpose, and why.
const DEVIATIONS: [(&str, &str); 0] = [];
/// Share of the comparable documents that must agree, in percent.
const BAR: usize = 99;

/// What is compared of a document.
#[derive(Debug, PartialEq, Eq)]
struct Reading {
    entries: usize,
    title: String,
    link: Option<String>,
}

fn base() -> Url {
    "https://corpus.example/".parse().unwrap()
}

/// The folder of the documents; without it the test says so, and fails where it must not be skipped.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/feeds/gofeed/parser");
    if folder.is_dir() {
        return Some(folder);
    }
    let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!must, "{} is missing, so that nothing was compared", folder.display());
    eprintln!("nothing was compared: {} is missing", folder.display());
    None
}

fn json(path: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// What gofeed reads: its titles keep markup, and its links are as they are written.
fn expected(value: &Value) -> Reading {
    let entries = ["items", "entries"].iter().find_map(|name| value[*name].as_array());
    let first = entries.and_then(|entries| entries.first()).unwrap_or(&Value::Null);
    let alternate = |link: &&Value| link["rel"].as_str().is_none_or(|rel| rel == "alternate" || rel.is_empty());
    let links =
        first["links"].as_array().into_iter().flatten().filter(alternate).find_map(|link| link["href"].as_str());
    let link = first["link"].as_str().or(first["url"].as_str()).or(links);
    Reading {
        entries: entries.map_or(0, Vec::len),
        title: text::html_line(first["title"].as_str().unwrap_or_default()),
        link: link.and_then(|link| canonical_url(link, Some(&base()))),
    }
}

/// What we read. Where gofeed has no link, we may still know a page by the entry's id.
fn read(path: &Path, expected: &Reading) -> Result<Reading, String> {
    let feed = feed::read(&fs::read(path).unwrap(), None, &base(), "2026-11-20T12:00:00Z".parse().unwrap());
    let feed = feed.map_err(|error| error.to_string())?;
    let first = feed.items.first();
    let link = first.and_then(|item| item.url.clone()).filter(|_| expected.link.is_some());
    Ok(Reading { entries: feed.found, title: first.map(|item| item.title.clone()).unwrap_or_default(), link })
}

/// Each document and what gofeed reads from it.
fn documents(folder: &Path) -> Vec<(String, PathBuf, Reading)> {
    let mut documents = Vec::new();
    for kind in ["rss", "atom", "json"] {
        for file in fs::read_dir(folder.join(kind)).unwrap() {
            let path = file.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let golden = match path.extension().and_then(|extension| extension.to_str()) {
                Some("xml") => path.with_extension("json"),
                Some("json") if kind == "json" => path.with_file_name(format!("{stem}_expected.json")),
                _ => continue,
            };
            if let Some(value) = json(&golden) {
                documents.push((format!("{kind}/{stem}"), path, expected(&value)));
            }
        }
    }
    documents.sort_by(|a, b| a.0.cmp(&b.0));
    documents
}

#[test]
fn gofeeds_documents_are_read_as_gofeed_reads_them() {
    let Some(folder) = folder() else { return };
    let documents = documents(&folder);
    assert!(documents.len() >= 430, "only {} documents are comparable", documents.len());
    let mut reasons: BTreeMap<&str, &str> = DEVIATIONS.into();
    let (mut agreed, mut unexplained) = (0, 0);
    for (name, path, expected) in &documents {
        let read = read(path, expected);
        if read.as_ref() == Ok(expected) {
            agreed += 1;
            assert!(!reasons.contains_key(name.as_str()), "{name} agrees, so that it is no deviation any more");
            continue;
        }
        let reason = reasons.remove(name.as_str());
        unexplained += usize::from(reason.is_none());
        eprintln!("{name}: {}\n  gofeed {expected:?}\n  we     {read:?}", reason.unwrap_or("NOT EXPLAINED"));
    }
    eprintln!("{agreed} of {} documents agree", documents.len());
    assert!(reasons.is_empty(), "no such documents: {reasons:?}");
    assert_eq!(unexplained, 0, "documents deviate without a reason");
    assert!(agreed * 100 >= documents.len() * BAR, "{agreed} of {} agree", documents.len());
}

#[test]
fn no_document_of_the_corpus_is_taken_for_something_else() {
    let Some(folder) = folder() else { return };
    for (name, entries) in [
        ("atom03_feed.xml", Some(0)),
        ("atom10_feed.xml", Some(0)),
        ("empty_feed.xml", None),
        ("invalid.json", None),
        ("rdf_feed.xml", Some(0)),
        ("rss_feed.xml", Some(0)),
        ("rss_feed_bom.xml", Some(0)),
        ("rss_feed_leading_spaces.xml", Some(0)),
        ("unknown_feed.xml", None),
    ] {
        let body = fs::read(folder.join("universal").join(name)).unwrap();
        let feed = feed::read(&body, None, &base(), "2026-11-20T12:00:00Z".parse().unwrap());
        assert_eq!(feed.ok().map(|feed| feed.found), entries, "{name}");
    }
}
