//! Mails and what channels say in every language: nothing in another one is left over, no line is too long, and the whole of
//! it is as somebody has read it (`tests/data/words/LANGUAGE.txt`).

use std::path::Path;

use chrono_tz::Tz;
use mentiond::config::{MailConfig, Way};
use mentiond::deliver::{Rendered, posting, render};
use mentiond::model::outbox::OutboxMessage;
use mentiond::model::{Instant, Tongue};

use crate::common::kinds::all;
use crate::common::notices::mail;

/// Words that are English and neither German nor Norwegian.
const ENGLISH: &[&str] = &[
    "the",
    "and",
    "of",
    "is",
    "are",
    "were",
    "not",
    "with",
    "from",
    "here",
    "this",
    "that",
    "it",
    "its",
    "you",
    "your",
    "by",
    "has",
    "have",
    "had",
    "been",
    "will",
    "would",
    "be",
    "more",
    "most",
    "than",
    "where",
    "which",
    "when",
    "who",
    "what",
    "why",
    "how",
    "shown",
    "found",
    "since",
    "until",
    "nothing",
    "nobody",
    "none",
    "mention",
    "mentions",
    "story",
    "stories",
    "source",
    "sources",
    "alerts",
    "digest",
    "held",
    "silence",
    "author",
    "authors",
    "copy",
    "copies",
    "reaction",
    "reactions",
    "urgent",
    "reminder",
    "severity",
    "negative stories",
    "neutral stories",
    "unscored",
    "all others",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "month",
    "months",
    "years",
    "answer",
    "edited",
    "deleted",
    "without",
    "rule",
    "well",
    "again",
    "folder",
    "server",
    "mails",
    "mail server",
    "came",
    "asked",
    "negated",
    "capitals",
    "stars",
    "past",
];
/// Words of these that are words of the other language too.
const GERMAN: &[&str] = &["held", "server", "mails"];
const NORWEGIAN: &[&str] = &["had", "server", "mails", "her", "well"];

fn oslo() -> MailConfig {
    MailConfig { time_zone: Tz::Europe__Oslo, ..mail() }
}

fn languages() -> [(Tongue, &'static [&'static str]); 2] {
    [(Tongue::De, GERMAN), (Tongue::Nb, NORWEGIAN)]
}

/// The words of a text, without commands, addresses and what stands in quotes.
fn own_words(text: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut quotes = Vec::new();
    for c in text.chars() {
        let closes = quotes.last() == Some(&c);
        match c {
            _ if closes => drop(quotes.pop()),
            '„' => quotes.push('“'),
            '«' => quotes.push('»'),
            '`' => quotes.push('`'),
            _ if quotes.is_empty() => plain.push(c),
            _ => {}
        }
    }
    let lines = plain.lines().filter(|line| !line.trim_start().starts_with("mentiond ack"));
    let words = lines.flat_map(str::split_whitespace).filter(|word| !word.contains("://") && !word.contains('/'));
    words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect()
}

/// The text between the tags.
fn text_of(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut text = String::new();
    let mut inside = true;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

fn left_over(text: &str, theirs: &[&str]) -> Vec<String> {
    let english = |word: &String| ENGLISH.contains(&word.as_str()) && !theirs.contains(&word.as_str());
    own_words(text).into_iter().filter(english).collect()
}

#[test]
fn nothing_english_is_left_in_other_languages() {
    let seen = left_over("Nothing was found; see „the shop“ and `the log`.\nmentiond ack --mention 17", GERMAN);
    assert_eq!(seen, ["nothing", "found", "and"], "the check itself sees it");
    for (tongue, theirs) in languages() {
        for (name, message) in all(tongue) {
            let Rendered { subject, text, html, .. } = render(&message, &oslo());
            for part in [subject, text, text_of(&html), in_short(&message)] {
                assert_eq!(left_over(&part, theirs), [""; 0], "{name} in {}:\n{part}", tongue.as_str());
            }
        }
    }
}

/// What a chat is told.
fn in_short(message: &OutboxMessage) -> String {
    let way = Way::Matrix {
        server: "https://chat.example".parse().unwrap(),
        room: "!r:chat.example".to_owned(),
        token: "t".to_owned().into(),
    };
    let posting = posting(&way, message, Tz::Europe__Oslo, Instant::default()).unwrap();
    let body: serde_json::Value = serde_json::from_str(&posting.body).unwrap();
    body["body"].as_str().unwrap().to_owned()
}

#[test]
fn lines_are_short_and_pages_name_their_language_in_every_language() {
    for tongue in Tongue::ALL {
        for (name, message) in all(tongue) {
            let Rendered { subject, text, html, .. } = render(&message, &oslo());
            for line in text.lines() {
                assert!(line.chars().count() <= 78, "{name} in {}: {line}", tongue.as_str());
            }
            assert!(!subject.is_empty() && !subject.contains('\n'), "{name}");
            assert!(
                html.starts_with(&format!("<!doctype html>\n<html lang=\"{}\" dir=\"ltr\">", tongue.as_str())),
                "{name}"
            );
        }
    }
}

/// Rewrites the files with `MENTIOND_TEST_UPDATE=1`; somebody who speaks the language reads what has changed.
#[test]
fn every_mail_reads_as_it_was_read() {
    for (tongue, _) in languages() {
        let told = all(tongue).into_iter().map(|(name, message)| {
            let mail = render(&message, &oslo());
            format!("######## {name}\n{}\n\n{}\n---- in short\n{}\n", mail.subject, mail.text, in_short(&message))
        });
        let told: String = told.collect::<Vec<_>>().join("\n");
        let path = Path::new("tests/data/words").join(format!("{}.txt", tongue.as_str()));
        if std::env::var_os("MENTIOND_TEST_UPDATE").is_some() {
            std::fs::write(&path, &told).unwrap();
        }
        let read = std::fs::read_to_string(&path).unwrap();
        let differs = told.lines().zip(read.lines()).find(|(told, read)| told != read);
        assert_eq!(differs, None, "{} (what is told, what was read)", path.display());
        assert_eq!(told.len(), read.len(), "{}", path.display());
    }
}
