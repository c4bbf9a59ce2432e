//! Every sample answer of the networks that there is, read by the kind that it belongs to: how many entries it holds by a
//! count that knows nothing of the adapters, and how many the adapter reads. The samples lie beside the checkout and are
//! no part of it; the table is kept in `tests/data/matrix.txt` (`MENTIOND_TEST_UPDATE=1` writes it anew).

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use mentiond::fetch::politeness::{Verdict, verdict};
use mentiond::model::{Answer, Entry, EntryKey, EntryKind, Page, PollFault, Source, SourceKind, Stale};
use mentiond::source::{adapter, webhook};
use serde_json::Value;

use crate::common::contract::now;

mod open;
mod social;

/// What is asked for, where a network is asked for words; streams cannot be, so that it is looked for in them.
const TERMS: [&str; 2] = ["skip hop", "acme coffee"];
/// No sample is older.
const DEPTH: Duration = Duration::from_secs(20 * 365 * 86_400);
/// Where the version of Facebook stands that has ratings.
const RATED: &str = "https://network.example/v21.0";

/// What becomes of a sample.
pub enum Sample {
    /// A kind reads it.
    Read(Reading),
    /// It is an answer that the kind takes for this fault, or reads although it holds no entry; behind a colon stands why.
    Fault(&'static str, &'static str),
    /// It is the answer to a login of this kind, which makes this of it.
    Login(&'static str, &'static str),
    /// Nothing reads it, for this reason.
    Nobody(&'static str),
}

/// How a sample is read, and what it holds.
pub struct Reading {
    /// The word of the kind.
    pub kind: &'static str,
    /// The place that is read, where the kind has places.
    pub place: Option<&'static str>,
    /// Whether there is a secret, and the name that goes with it.
    pub account: Option<&'static str>,
    /// How it comes.
    pub way: Way,
    /// A part of the lane's name, and the samples that were read in it before.
    pub lane: &'static str,
    pub after: &'static [&'static str],
    /// Where its items stand: JSON Pointers, in which `*` is each item of a list; none for XML, whose elements are counted,
    /// and for streams, whose lines are.
    pub items: &'static [&'static str],
    /// How many of them are no entries, and why.
    pub less: usize,
    pub why: &'static str,
}

/// How a sample comes.
#[derive(Clone, Copy)]
pub enum Way {
    /// As the answer to what a poll asks, or as what a stream says.
    Polled,
    /// As counts of known entries: the member of each item that names it or its author, and the key and the page of who
    /// wrote it, in which `*` is that name. What is counted are the entries that have new counts.
    Counted(&'static str, &'static str, &'static str),
    /// By webhook.
    Sent,
    /// As the answer to what is asked because of the first thing that this webhook tells of.
    Asked(&'static str),
}

/// A sample whose items stand there.
pub const fn read(kind: &'static str, items: &'static [&'static str]) -> Reading {
    Reading { kind, place: None, account: None, way: Way::Polled, lane: "", after: &[], items, less: 0, why: "" }
}

impl Reading {
    pub const fn at(self, place: &'static str) -> Self {
        Self { place: Some(place), ..self }
    }

    pub const fn account(self, account: &'static str) -> Self {
        Self { account: Some(account), ..self }
    }

    pub const fn way(self, way: Way) -> Self {
        Self { way, ..self }
    }

    pub const fn lane(self, lane: &'static str) -> Self {
        Self { lane, ..self }
    }

    pub const fn after(self, after: &'static [&'static str]) -> Self {
        Self { after, ..self }
    }

    pub const fn less(self, less: usize, why: &'static str) -> Self {
        Self { less, why, ..self }
    }

    pub const fn row(self) -> Sample {
        Sample::Read(self)
    }

    fn source(&self) -> Source {
        let kind = SourceKind::parse(self.kind).unwrap();
        let url = if self.lane == "ratings" { RATED } else { "https://network.example/" };
        Source {
            terms: TERMS.map(str::to_owned).to_vec(),
            places: self.place.into_iter().map(str::to_owned).collect(),
            token: self.account.map(|_| "SECRET".into()),
            account: self.account.map(str::to_owned),
            first_poll_depth: DEPTH,
            ..Source::new("network".to_owned(), kind, url.parse().unwrap())
        }
    }
}

/// How many entries a kind reads in a sample.
fn outcome(reading: &Reading, folder: &Path, file: &str) -> Result<usize, PollFault> {
    let source = reading.source();
    let body = |file: &str| fs::read(folder.join(file)).unwrap();
    match reading.way {
        Way::Polled => polled(reading, &source, folder, file).map(|page| distinct(&page.entries)),
        Way::Counted(named, key, author) => {
            let items = json(&folder.join(file)).pointer(reading.items[0]).unwrap().as_array().unwrap().clone();
            let known = |item: &Value| {
                let name = item[named].as_str().unwrap();
                let author = Some(author.replace('*', name)).filter(|author| !author.is_empty());
                let key = EntryKey(key.replace('*', name));
                Stale { key, author, kind: Some(EntryKind::Video), since: now() }
            };
            let stale: Vec<Stale> = items.iter().map(known).collect();
            let answer = answer(folder, file, source.url.clone());
            adapter(source.kind).counts(&source, &stale, &answer).map(|counted| counted.counts.len())
        }
        Way::Sent => webhook(source.kind).unwrap().hear(&source, &body(file)).map(|heard| distinct(&heard.entries)),
        Way::Asked(sent) => {
            let webhook = webhook(source.kind).unwrap();
            let about = webhook.hear(&source, &body(sent)).unwrap().asks.remove(0);
            let answer = answer(folder, file, webhook.ask(&source, &about).url);
            webhook.learn(&source, &about, &answer).map(|entries| distinct(&entries))
        }
    }
}

/// How many entries the store would know, where those with the same key are one.
fn distinct(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| &entry.key.0).collect::<BTreeSet<_>>().len()
}

fn polled(reading: &Reading, source: &Source, folder: &Path, file: &str) -> Result<Page, PollFault> {
    let adapter = adapter(source.kind);
    let lane = adapter.lanes(source).into_iter().find(|lane| lane.contains(reading.lane)).unwrap();
    let read = |cursor: Option<&str>, file: &str| {
        let url = if is_stream(file) {
            "wss://network.example/".parse().unwrap()
        } else {
            adapter.request(source, &lane, cursor, now()).url
        };
        let answer = answer(folder, file, url);
        match verdict(&answer, adapter.fault(&answer, now()), now()) {
            Verdict::Fault(fault) if !adapter.reads(&answer) => Err(fault),
            Verdict::Unchanged => Ok(Page::default()),
            _ => adapter.read(source, &lane, cursor, &answer, now()),
        }
    };
    let cursor = reading
        .after
        .iter()
        .fold(None, |cursor: Option<String>, before| read(cursor.as_deref(), before).unwrap().cursor.or(cursor));
    read(cursor.as_deref(), file)
}

/// What a kind makes of the answer to a login.
fn login(kind: &str, folder: &Path, file: &str) -> &'static str {
    let kind = SourceKind::parse(kind).unwrap();
    let answer = answer(folder, file, "https://network.example/".parse().unwrap());
    adapter(kind).session(&answer, now()).map_or_else(|fault| fault.label(), |_| "logged in")
}

fn is_stream(file: &str) -> bool {
    file.ends_with(".jsonl")
}

/// The sample as an answer: a file, or `error-envelopes.json#NETWORK/NUMBER` for one of the envelopes.
fn answer(folder: &Path, file: &str, url: url::Url) -> Answer {
    let (status, headers, body) = match file.split_once('#') {
        Some((file, place)) => {
            let envelope = envelopes(&folder.join(file)).into_iter().find(|(name, _)| name == place).unwrap().1;
            let body = envelope["body"].as_str().map_or_else(|| envelope["body"].to_string(), str::to_owned);
            (envelope["status"].clone(), envelope["headers"].clone(), body.into_bytes())
        }
        None => {
            let manifest: Value = json(&folder.join("social/manifest.json"));
            let name = file.rsplit('/').next().unwrap();
            let samples = manifest["samples"].as_array().unwrap();
            let known = samples.iter().find(|sample| sample["file"] == name).cloned().unwrap_or_default();
            (known["status"].clone(), known["headers"].clone(), fs::read(folder.join(file)).unwrap())
        }
    };
    let headers = headers.as_object().into_iter().flatten().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (HeaderName::try_from(name.as_str()).unwrap(), HeaderValue::try_from(value).unwrap())
    });
    let status = u16::try_from(status.as_u64().unwrap_or(200)).unwrap();
    Answer { url, status, moved: None, headers: headers.collect::<HeaderMap>(), body }
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Each envelope with its name: the network, and its number among those of the network.
fn envelopes(path: &Path) -> Vec<(String, Value)> {
    let all = json(path);
    let mut named: Vec<(String, Value)> = Vec::new();
    for envelope in all.as_array().unwrap() {
        let network = envelope["source"].as_str().unwrap();
        let number = named.iter().filter(|(name, _)| name.split('/').next() == Some(network)).count() + 1;
        named.push((format!("{network}/{number}"), envelope.clone()));
    }
    named
}

/// How many items a document holds, whoever reads it.
fn count(path: &Path, pointers: &[&str]) -> usize {
    let body = fs::read(path).unwrap();
    if is_stream(&path.to_string_lossy()) {
        return body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
    }
    if pointers.is_empty() {
        let text = String::from_utf8_lossy(&body);
        let begins = |element: &str| {
            text.matches(&format!("<{element}>")).count() + text.matches(&format!("<{element} ")).count()
        };
        return begins("item") + begins("entry");
    }
    let document: Value = serde_json::from_slice(&body).unwrap();
    pointers.iter().map(|pointer| held(&document, pointer)).sum()
}

fn held(value: &Value, pointer: &str) -> usize {
    let Some((before, behind)) = pointer.split_once("/*") else {
        return value.pointer(pointer).map_or(0, |found| found.as_array().map_or(1, Vec::len));
    };
    let each = value.pointer(before).and_then(Value::as_array).into_iter().flatten();
    each.map(|item| held(item, behind)).sum()
}

/// The folder of the samples; without it the test says so, and fails where it must not be skipped.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/sources");
    if folder.is_dir() {
        return Some(folder);
    }
    let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!must, "{} is missing, so that nothing was read", folder.display());
    eprintln!("nothing was read: {} is missing", folder.display());
    None
}

/// All files below a folder, but for what explains them.
fn files(folder: &Path, below: &str, found: &mut BTreeSet<String>) {
    for file in fs::read_dir(folder.join(below)).unwrap() {
        let file = file.unwrap();
        let name = format!("{below}/{}", file.file_name().to_str().unwrap());
        if file.path().is_dir() {
            files(folder, &name, found);
        } else if !name.ends_with("README.md") {
            found.insert(name);
        }
    }
}

#[test]
fn every_sample_is_read_or_is_told_why_not() {
    let Some(folder) = folder() else { return };
    let mut there = BTreeSet::new();
    files(&folder, "open", &mut there);
    files(&folder, "social", &mut there);
    let named = envelopes(&folder.join("open/error-envelopes.json"));
    there.extend(named.iter().map(|(name, _)| format!("open/error-envelopes.json#{name}")));
    let rows: Vec<&(&str, Sample)> = open::ROWS.iter().chain(social::ROWS).collect();
    let listed: BTreeSet<String> = rows.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(listed.len(), rows.len(), "a sample stands twice in the table");
    assert_eq!(there, listed, "the table and the folder are not the same");

    let (mut table, mut wrong, mut sums) = (String::new(), Vec::new(), [0; 3]);
    writeln!(table, "{:<52} {:<18} {:>8} {:>5}  why", "sample", "kind", "expected", "read").unwrap();
    for (file, sample) in &rows {
        let (kind, expected, read, why) = match sample {
            Sample::Read(reading) => {
                let expected = count(&folder.join(file), reading.items) - reading.less;
                let outcome = outcome(reading, &folder, file);
                let read = *outcome.as_ref().unwrap_or(&0);
                sums = [sums[0] + 1, sums[1] + expected, sums[2] + read];
                let fault = outcome.err().map(|fault| format!("{}: {fault}", fault.label()));
                if fault.is_some() || read != expected {
                    wrong.push(format!("{file}: {read} of {expected} entries, {fault:?}"));
                }
                (reading.kind, expected.to_string(), read.to_string(), reading.why.to_owned())
            }
            Sample::Fault(kind, label) => {
                let account = (*kind == "reddit" && file.contains('#')).then_some("app");
                let reading = Reading { place: Some("1/1"), account, ..read(kind, &[]) };
                let reading = if takes_terms_alone(kind) { Reading { place: None, ..reading } } else { reading };
                let told = match polled(&reading, &reading.source(), &folder, file) {
                    Err(fault) => fault.label(),
                    Ok(page) if !page.entries.is_empty() => "entries",
                    Ok(page) if !page.problems.is_empty() => "a problem",
                    Ok(page) if page.next.is_some() => "another request",
                    Ok(_) => "nothing",
                };
                if label.split(": ").next() != Some(told) {
                    wrong.push(format!("{file}: {told}, not {label}"));
                }
                (*kind, "-".to_owned(), "-".to_owned(), format!("taken for {label}"))
            }
            Sample::Login(kind, label) => {
                let told = login(kind, &folder, file);
                if told != *label {
                    wrong.push(format!("{file}: {told}, not {label}"));
                }
                (*kind, "-".to_owned(), "-".to_owned(), format!("answer to a login: {told}"))
            }
            Sample::Nobody(why) => ("-", "-".to_owned(), "-".to_owned(), (*why).to_owned()),
        };
        let line = format!("{file:<52} {kind:<18} {expected:>8} {read:>5}  {why}");
        writeln!(table, "{}", line.trim_end()).unwrap();
    }
    let count = |is: fn(&Sample) -> bool| rows.iter().filter(|(_, sample)| is(sample)).count();
    writeln!(table, "\n{} samples with {} entries, of which {} are read", sums[0], sums[1], sums[2]).unwrap();
    writeln!(table, "{} answers without any", count(|sample| matches!(sample, Sample::Fault(..) | Sample::Login(..))))
        .unwrap();
    writeln!(table, "{} that nothing reads", count(|sample| matches!(sample, Sample::Nobody(_)))).unwrap();
    println!("{table}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/matrix.txt");
    if std::env::var_os("MENTIOND_TEST_UPDATE").is_some() {
        fs::write(&golden, &table).unwrap();
    }
    assert_eq!(table, fs::read_to_string(&golden).unwrap_or_default(), "{}", golden.display());
}

/// Whether a place would make another request of it.
fn takes_terms_alone(kind: &str) -> bool {
    ["youtube", "stack_exchange", "reddit"].contains(&kind)
}
