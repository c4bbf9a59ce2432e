//! `mentiond backtest`: which notices a stream leads to, of a file and of the store, and lines that cannot be read.

use std::path::Path;
use std::process::{Command, Output};

use chrono::{TimeDelta, TimeZone, Utc};
use mentiond::model::hold::SilenceScope;
use mentiond::model::{Instant, Severity, Tone};
use mentiond::store::{FoundEntry, NewSilence};
use serde_json::{Value, json};

use super::write;
use crate::common::daemon;
use crate::store::bed::{Bed, HOP, said};

/// A Monday.
fn at(seconds: i64) -> Instant {
    Utc.with_ymd_and_hms(2026, 1, 5, 0, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Something that was said of a brand.
#[derive(Clone)]
struct Said {
    at: i64,
    brand: &'static str,
    tone: Tone,
    author: String,
    score: Option<f64>,
    text: &'static str,
}

impl Said {
    fn json(&self) -> Value {
        let (at, tone) = (at(self.at).to_rfc3339(), self.tone.as_str());
        let mut event = json!({"at": at, "brand": self.brand, "tone": tone, "author": self.author});
        if let Some(score) = self.score {
            event["score"] = score.into();
        }
        if !self.text.is_empty() {
            event["text"] = self.text.into();
        }
        event
    }
}

fn bad(at: i64, brand: &'static str, author: usize, score: f64) -> Said {
    let author = format!("author{author}");
    Said { at, brand, tone: Tone::Negative, author, score: Some(score), text: "" }
}

/// Twelve quiet days, in each five mentions of which one is mildly negative, then 40 complaints within two hours, and one
/// more quiet day.
fn burst() -> Vec<Said> {
    let mut stream: Vec<Said> = (0..13 * 5)
        .map(|number| {
            let tone = [Tone::Negative, Tone::Positive, Tone::Neutral, Tone::Unscored, Tone::Neutral][number % 5];
            let score = (tone == Tone::Negative).then_some(-0.3);
            let time = number as i64 * DAY / 5;
            Said { tone, score, ..bad(time, HOP, number, 0.0) }
        })
        .collect();
    stream.extend((0..40).map(|number| bad(12 * DAY + 10 * HOUR + number * 173, HOP, 1000 + number as usize, -0.8)));
    stream.sort_by_key(|said| said.at);
    stream
}

/// The same with somebody injured in the middle of it.
fn with_injury() -> Vec<Said> {
    let mut stream = burst();
    let injured = Said { text: "Two children were injured by it", ..bad(12 * DAY + 11 * HOUR + 7, HOP, 7, -0.5) };
    stream.push(injured);
    stream.sort_by_key(|said| said.at);
    stream
}

fn lines(stream: &[Said]) -> String {
    stream.iter().map(|said| format!("{}\n", said.json())).collect()
}

/// Replays lines without a configuration.
fn replayed(dir: &Path, lines: &str, arguments: &[&str]) -> Output {
    std::fs::write(dir.join("stream.jsonl"), lines).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.current_dir(dir).env_remove("MENTIOND_CONFIG").args(["backtest", "--events", "stream.jsonl"]);
    command.args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The notices of a command that went well, and what it says beside them.
fn notices(output: &Output) -> (Vec<Value>, String) {
    let aside = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{aside}");
    let notices: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for notice in &notices {
        let names: Vec<&String> = notice.as_object().unwrap().keys().collect();
        assert_eq!(names, ["at", "brand", "count", "kind", "reason"], "{notice}");
    }
    let times: Vec<&str> = notices.iter().map(|notice| notice["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    (notices, aside)
}

fn of_kind<'n>(notices: &'n [Value], kind: &str) -> Vec<&'n Value> {
    notices.iter().filter(|notice| notice["kind"] == kind).collect()
}

#[test]
fn a_burst_is_one_incident_with_a_beginning_updates_and_an_end() {
    let dir = tempfile::tempdir().unwrap();
    let lines = lines(&burst());
    let output = replayed(dir.path(), &lines, &[]);
    let (told, aside) = notices(&output);
    let incident: Vec<&str> =
        told.iter().filter_map(|notice| notice["kind"].as_str()?.strip_prefix("incident_")).collect();
    let updates = incident.len() - 2;
    assert!((1..=3).contains(&updates), "{incident:?}");
    assert_eq!((incident[0], incident.last()), ("start", Some(&"end")));
    assert!(incident[1..=updates].iter().all(|kind| *kind == "update"), "{incident:?}");

    let start = of_kind(&told, "incident_start")[0];
    let began = start["at"].as_str().unwrap();
    assert!(began.starts_with("2026-01-17T10:"), "within the first hour: {began}");
    assert!(start["reason"].as_str().unwrap().starts_with("broad_wave: "), "{start}");
    let ended = of_kind(&told, "incident_end")[0];
    assert!(ended["reason"].as_str().unwrap().starts_with("calm: "), "{ended}");
    assert_eq!(ended["count"], 40);

    // What was told one by one before is not repeated, and what comes later is held.
    let between = |notice: &&&Value| (began..ended["at"].as_str().unwrap()).contains(&notice["at"].as_str().unwrap());
    let (alerts, holds) = (of_kind(&told, "alert"), of_kind(&told, "hold"));
    assert!(!alerts.is_empty() && alerts.iter().filter(between).count() == 0, "{alerts:?}");
    let count = |notices: &[&Value]| notices.iter().map(|notice| notice["count"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(count(&alerts) + count(&holds), 40, "each of them once");
    assert!(alerts.iter().all(|alert| alert["reason"] == "rule: very negative"), "{alerts:?}");
    assert!(holds.iter().all(|hold| hold["reason"].as_str().unwrap().starts_with("incident: ")), "{holds:?}");

    let digests = of_kind(&told, "digest");
    assert_eq!((digests.len(), digests[0]["at"].as_str()), (14, Some("2026-01-05T08:00:00Z")));
    assert_eq!((&digests[1]["count"], &digests[1]["reason"]), (&json!(5), &json!("digest: daily")));
    assert_eq!(count(&digests), 105, "everything is in one of them");
    assert!(aside.starts_with("105 events of 1 brand, 2026-01-05 00:00 UTC to "), "{aside}");
    assert!(
        aside.contains("1 incident with ") && aside.contains("no alert: no_keyword 52, other_tone 13\n"),
        "{aside}"
    );
    assert_eq!(text(&replayed(dir.path(), &lines, &[]).stdout), text(&output.stdout), "each time the same");
}

#[test]
fn what_is_urgent_passes_an_incident() {
    let dir = tempfile::tempdir().unwrap();
    let (told, _) = notices(&replayed(dir.path(), &lines(&with_injury()), &[]));
    let urgent: Vec<&Value> =
        of_kind(&told, "alert").into_iter().filter(|alert| alert["reason"] == "rule: harm").collect();
    assert_eq!(urgent.len(), 1, "{told:?}");
    assert!(urgent[0]["at"].as_str().unwrap().starts_with("2026-01-17T11:0"), "{urgent:?}");
    assert_eq!(of_kind(&told, "incident_start").len(), 1);
}

#[test]
fn a_digest_that_says_nothing_goes_out_only_if_it_shall() {
    let dir = tempfile::tempdir().unwrap();
    let stream = lines(&[bad(HOUR, "Acme", 1, -0.1), bad(3 * DAY + HOUR, "Acme", 2, -0.1)]);
    let daily = "[[digest]]\nname = \"daily\"\nschedule = \"0 8 * * *\"\n";
    for (when_quiet, digests) in [("short", 4), ("none", 2)] {
        write(dir.path(), &format!("{daily}when_quiet = \"{when_quiet}\"\n"));
        let told = notices(&replayed(dir.path(), &stream, &["--config", "mentiond.toml"])).0;
        assert_eq!(of_kind(&told, "digest").len(), digests, "{when_quiet}: {told:?}");
    }
}

#[test]
fn rules_grouping_and_digests_are_those_of_the_configuration() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "[alert]\ngroup_wait = \"10m\"\nrepeat_interval = \"never\"\n[[rule]]\nname = \"mild\"\ntones = [\"negative\"]\n\
         [[digest]]\nname = \"weekly\"\nschedule = \"0 9 * * Mon\"\n[[source]]\nname = \"unfinished\"\n",
    );
    let stream = [bad(HOUR, "Acme", 1, -0.1), bad(HOUR + 60, "Acme", 2, -0.1), bad(HOUR + 120, "Hop", 3, -0.9)];
    let config = ["--config", "mentiond.toml"];
    let (told, aside) = notices(&replayed(dir.path(), &lines(&stream), &config));
    let expected = json!([
        {"at": "2026-01-05T01:10:00Z", "kind": "alert", "brand": "Acme", "reason": "rule: mild", "count": 2},
        {"at": "2026-01-05T01:12:00Z", "kind": "alert", "brand": "Hop", "reason": "rule: mild", "count": 1},
        {"at": "2026-01-05T09:00:00Z", "kind": "digest", "brand": "Acme", "reason": "digest: weekly", "count": 2},
        {"at": "2026-01-05T09:00:00Z", "kind": "digest", "brand": "Hop", "reason": "digest: weekly", "count": 1},
    ]);
    assert_eq!(json!(told), expected);
    assert!(aside.contains(", by `mentiond.toml`\n"), "{aside}");

    let of = |arguments: &[&str]| notices(&replayed(dir.path(), &lines(&stream), &[&config, arguments].concat()));
    let (hop, aside) = of(&["--brand", "Hop"]);
    assert_eq!(hop.iter().map(|notice| &notice["brand"]).collect::<Vec<_>>(), ["Hop", "Hop"]);
    assert!(aside.contains("left out: 2 events of other brands\n"), "{aside}");
    let (late, aside) = of(&["--since", "2026-01-05T01:11:00Z"]);
    assert_eq!(late.as_slice(), &expected.as_array().unwrap()[1..]);
    assert!(aside.contains("Acme: 0 events, 0 alerts"), "what was before is history: {aside}");
    let broken = replayed(dir.path(), "", &["--config", "missing.toml"]);
    assert_eq!(broken.status.code(), Some(2));
}

#[test]
fn a_line_that_is_no_event_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |lines: &str| {
        let output = replayed(dir.path(), lines, &[]);
        assert_eq!(output.status.code(), Some(1));
        text(&output.stderr)
    };
    let good = bad(DAY, "Acme", 1, -0.9).json();
    assert_eq!(
        refused(&format!("{good}\n\n{}\n", json!({"at": "2026-01-06T00:00:00Z", "brand": "Acme", "tone": "angry"}))),
        "mentiond: stream.jsonl:3: `angry` is not a tone\n  hint: it is one of `negative`, `neutral`, `positive`, \
         `unscored`\n"
    );
    assert_eq!(
        refused(&format!(
            "{good}\n{}\n{}\n",
            bad(DAY - HOUR, "Acme", 1, 0.0).json(),
            bad(DAY - HOUR - 1, "Hop", 1, 0.0).json()
        )),
        "mentiond: stream.jsonl:3: the time `2026-01-05T22:59:59Z` is more than 1h before that of an earlier line, \
         `2026-01-06T00:00:00Z`\n  hint: sort the lines by `at`\n"
    );
    let late = json!({"at": "2206-01-06T00:00:00Z", "brand": "Acme", "tone": "neutral"});
    assert_eq!(
        refused(&format!("{good}\n{late}\n")),
        "mentiond: stream.jsonl:2: the time `2206-01-06T00:00:00Z` is more than ten years after that of the lines before \
         it, `2026-01-06T00:00:00Z`\n  hint: is the year right?\n"
    );
    assert_eq!(
        refused("2026-01-06 negative\n"),
        "mentiond: stream.jsonl:1: the line is no JSON object\n  hint: write one event a line, such as \
         `{\"at\": \"2026-11-28T18:00:00Z\", \"brand\": \"Acme\", \"tone\": \"negative\"}`\n"
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    let missing = command.args(["backtest", "--events", "missing.jsonl"]).output().unwrap();
    let said = text(&missing.stderr);
    assert_eq!(missing.status.code(), Some(1));
    assert!(said.starts_with("mentiond: `missing.jsonl` cannot be opened"), "{said}");
}

#[test]
fn a_stream_in_which_nothing_was_said_leads_to_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (told, aside) = notices(&replayed(dir.path(), "\n", &[]));
    assert_eq!((told.len(), aside.as_str()), (0, "nothing was replayed, by the defaults\n"));
}

/// The same as it is stored. Copies are found by a text, and there is none.
fn stored(number: usize, said_of: &Said) -> FoundEntry {
    let mut found = said(&format!("e{number}"), said_of.brand, &said_of.author, said_of.score);
    (found.entry.title, found.entry.text) = (String::new(), said_of.text.to_owned());
    let mention = &mut found.mentions[0];
    (mention.judgement.tone, mention.judgement.score) = (said_of.tone, said_of.score);
    mention.gravity.severity = if said_of.text.is_empty() { Severity::Info } else { Severity::Urgent };
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_leads_to_the_same_as_a_file_of_it() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n[[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"blog\"\nkind = \"feed\"\nurl = \"https://news.example/feed\"\n",
    );
    let mut stream = with_injury();
    stream.extend((0..30).map(|number| bad(9 * DAY + number * 1_001, "Lego", number as usize, -0.75)));
    stream.sort_by_key(|said| said.at);
    let bed = Bed::new().await;
    for (number, said) in stream.iter().enumerate() {
        bed.poll(["blog", "forum"][number % 2], vec![stored(number, said)], at(said.at)).await;
    }
    let on_store = |arguments: &[&str]| {
        let mut command = daemon::command(dir.path(), &[&["backtest"], arguments].concat());
        command.env("MENTIOND_STATE_DIR", bed.dir.path()).output().unwrap()
    };
    let on_file = |arguments: &[&str]| {
        replayed(dir.path(), &lines(&stream), &[&["--config", "mentiond.toml"], arguments].concat())
    };
    for arguments in [&[][..], &["--brand", "Lego"], &["--since", "2026-01-14"]] {
        let (told, aside) = notices(&on_store(arguments));
        assert!(told.len() > 10, "{aside}");
        assert_eq!(told, notices(&on_file(arguments)).0);
    }
    let unknown = on_store(&["--brand", "Acme"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert_eq!(
        text(&unknown.stderr),
        "command line: --brand: there is no brand `Acme`\n  hint: configured or stored are `Skip Hop`, `Lego`\n"
    );
    assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 0, "nothing is sent");
}

/// What a configuration makes of the burst: kind, reason up to the colon, count.
fn told_by(dir: &Path, configuration: &str, stream: &[Said]) -> Vec<(String, String, u64)> {
    write(
        dir,
        &format!(
            "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n{configuration}\n\
             [[brand]]\nname = \"Skip Hop\"\n[[source]]\nname = \"blog\"\nkind = \"feed\"\n\
             url = \"https://news.example/feed\"\n"
        ),
    );
    let (told, _) = notices(&replayed(dir, &lines(stream), &["--config", "mentiond.toml"]));
    let word = |notice: &Value, key: &str| notice[key].as_str().unwrap().split(':').next().unwrap().to_owned();
    let line = |notice: &Value| (word(notice, "kind"), word(notice, "reason"), notice["count"].as_u64().unwrap());
    told.iter().map(line).collect()
}

fn kinds(told: &[(String, String, u64)]) -> Vec<String> {
    told.iter().map(|(kind, reason, count)| format!("{kind} {reason} {count}")).collect()
}

#[test]
fn quiet_hours_are_kept_and_what_they_held_follows_them() {
    let dir = tempfile::tempdir().unwrap();
    let quiet = "[alert]\nquiet = \"09:00-20:00\"\nrepeat_interval = \"never\"";
    let told = kinds(&told_by(dir.path(), quiet, &with_injury()));
    // The injury breaks through; the incident, over by then, is told in the evening with the alerts of its brand.
    assert_eq!(told, ["alert rule 1", "hold quiet_hours 40", "hold quiet_hours 41", "incident_end calm 41"]);
    let loud = "[alert]\nquiet = \"09:00-20:00\"\nincidents_break_through = true\nrepeat_interval = \"never\"";
    let told = kinds(&told_by(dir.path(), loud, &burst()));
    assert_eq!(told.iter().filter(|line| line.starts_with("incident_start")).count(), 1, "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("hold incident")), "{told:?}");
}

#[test]
fn routes_are_taken_and_have_their_own_times() {
    let dir = tempfile::tempdir().unwrap();
    let one = [bad(HOUR, HOP, 1, -0.9)];
    let routes = "[alert]\nrepeat_interval = \"never\"\n\
                  [[route]]\nname = \"desk\"\ncontinue = true\nrecipients = [\"desk@skiphop.example\"]\n\
                  repeat_interval = \"10h\"\n[[route]]\nname = \"same\"\nrecipients = [\"desk@skiphop.example\"]\ncontinue = true\n\
                  [[route]]\nname = \"night\"\nquiet = \"00:00-03:00\"\n";
    let told = kinds(&told_by(dir.path(), routes, &one));
    assert_eq!(
        told,
        ["alert rule 1", "hold quiet_hours 1", "alert held 1", "alert reminder 1", "alert reminder 1"],
        "by the first route, by the last one after its quiet hours, and again by the first"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_mentions_meet_the_silences_of_their_time() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n[alert]\nrepeat_interval = \"never\"\n\
         [[brand]]\nname = \"Skip Hop\"\n[[source]]\nname = \"blog\"\nkind = \"feed\"\nurl = \"https://news.example/feed\"\n",
    );
    let bed = Bed::new().await;
    let scope = |query: &str| SilenceScope { query: Some(query.to_owned()), ..SilenceScope::default() };
    let silence = |scope, from, until| {
        let store = bed.store.clone();
        async move {
            let silence = NewSilence { scope: &scope, ends_at: at(until), author: "Kari", comment: "we know" };
            store.add_silence(silence, at(from)).await.unwrap()
        }
    };
    silence(scope("score:<-0.85"), 0, 4 * HOUR).await;
    let ended = silence(scope("tone:negative"), 0, 90 * HOUR).await;
    bed.store.end_silence(ended, "Ole", at(HOUR)).await.unwrap();
    let stream = [
        bad(1_800, HOP, 1, -0.8),
        bad(2 * HOUR, HOP, 2, -0.9),
        bad(3 * HOUR, HOP, 3, -0.8),
        bad(5 * HOUR, HOP, 4, -0.9),
    ];
    for (number, said) in stream.iter().enumerate() {
        bed.poll("blog", vec![stored(number, said)], at(said.at)).await;
    }
    let mut command = daemon::command(dir.path(), &["backtest"]);
    let (told, _) = notices(&command.env("MENTIOND_STATE_DIR", bed.dir.path()).output().unwrap());
    let told: Vec<String> = told
        .iter()
        .map(|notice| format!("{} {}", notice["kind"].as_str().unwrap(), notice["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            "hold silenced: by silence 2, until 2026-01-05T01:00:00Z",
            "alert held: what was held until now",
            "alert rule: very negative",
            "hold silenced: by silence 1, until 2026-01-05T04:00:00Z",
            "alert held: what was held until now",
            "alert rule: very negative",
        ]
    );
}
