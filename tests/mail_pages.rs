//! The pages of mails: valid HTML, nothing but what mail programs show, small enough that Gmail does not cut them off, and
//! texts that fit into 78 columns.

use std::fs;
use std::path::Path;
use std::process::Command;

use mail_parser::{MessageParser, MimeHeaders as _};
use mentiond::deliver::{preview, render};
use mentiond::model::Tongue;
use mentiond::model::outbox::OutboxMessage;

use crate::common::notices::mail;
use crate::common::samples::{at_their_largest, of_every_kind};

/// Gmail cuts a page off behind so many bytes.
const CLIPPED: usize = 102_400;
/// The widest that a page becomes, in pixels.
const WIDEST: u32 = 600;

/// Every kind in every language, with its name.
fn all(kinds: Vec<(&'static str, OutboxMessage)>) -> impl Iterator<Item = (String, OutboxMessage)> {
    kinds.into_iter().flat_map(|(kind, message)| {
        Tongue::ALL
            .map(|language| (format!("{kind}.{}", language.as_str()), OutboxMessage { language, ..message.clone() }))
    })
}

/// The tags of a page: each with all between its angle brackets. In our pages no value has any.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap())
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

#[test]
fn pages_are_made_of_what_mail_programs_show() {
    for (name, message) in all(of_every_kind()) {
        let html = render(&message, &mail()).html;
        let head = format!("<!doctype html>\n<html lang=\"{}\" dir=\"ltr\">\n", message.language.as_str());
        assert!(html.starts_with(&head), "{name}");
        assert!(html.contains("<meta name=\"color-scheme\" content=\"light dark\">"), "{name}");
        assert!(!html.contains("<title></title>"), "{name}");
        // What stands in the style sheet is a help for some programs; others throw it away.
        let (start, rest) = html.split_once("<style>").unwrap();
        let page = format!("{start}{}", rest.split_once("</style>").unwrap().1);
        for tag in tags(&page) {
            let kind = tag.split(' ').next().unwrap();
            assert!(
                !["script", "link", "iframe", "form", "input", "svg", "base", "object"].contains(&kind),
                "{name}: {tag}"
            );
            if let Some(address) = attribute(tag, "href") {
                assert!(["https://", "http://", "mailto:"].iter().any(|way| address.starts_with(way)), "{name}: {tag}");
            }
            if kind == "img" {
                assert!(attribute(tag, "src").unwrap().starts_with("cid:"), "{name}: {tag}");
                for needed in ["alt", "width", "height"] {
                    assert!(!attribute(tag, needed).unwrap().is_empty(), "{name}: {tag}");
                }
            } else {
                assert_eq!(attribute(tag, "src"), None, "{name}: {tag}");
            }
            if kind == "table" {
                assert_eq!(attribute(tag, "role"), Some("presentation"), "{name}: {tag}");
            }
            if let Some(width) = attribute(tag, "width").filter(|width| !width.ends_with('%')) {
                assert!(width.parse::<u32>().unwrap() <= WIDEST, "{name}: {tag}");
            }
            let style = attribute(tag, "style").unwrap_or_default();
            let coloured = ["ink", "faint", "link", "note", "code", "negative", "neutral", "positive", "unscored"];
            let classes = attribute(tag, "class").unwrap_or_default();
            if classes.split(' ').any(|class| coloured.contains(&class)) {
                assert!(style.split(';').any(|rule| rule.starts_with("color:#")), "{name}: {tag}");
            }
            for strange in ["url(", "var(", "calc(", "flex", "grid", "position:", "float:", "rem;", "vw"] {
                assert!(!style.contains(strange), "{name}: {tag}");
            }
        }
        assert!(html.contains(&format!("max-width:{WIDEST}px")), "{name}");
    }
}

#[test]
fn pages_are_valid() {
    let validator = std::env::var("MENTIOND_TEST_HTML_VALIDATE").unwrap_or_default();
    let Some((node, script)) = validator.split_once(' ').filter(|(node, _)| Path::new(node).exists()) else {
        assert!(std::env::var_os("CI").is_none(), "html-validate is missing; hint: run `bash tests/run.sh`");
        eprintln!("html-validate is missing, so nothing was checked; hint: run `bash tests/run.sh`");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, message) in all(of_every_kind()) {
        files.push(dir.path().join(format!("{name}.html")));
        fs::write(files.last().unwrap(), render(&message, &mail()).html).unwrap();
    }
    let check = |files: &[std::path::PathBuf]| {
        let config = ["--config", "tests/data/html-validate.json", "--formatter", "text"];
        let output = Command::new(node).arg(script).args(config).args(files).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (valid, said) = check(&files);
    assert!(valid, "{said}");
    let broken = fs::read_to_string(&files[0]).unwrap().replacen("</h1>", "</h2>", 1);
    fs::write(&files[0], broken).unwrap();
    assert!(!check(&files[..1]).0, "it does find faults");
}

#[test]
fn the_largest_mails_are_not_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    eprintln!("{:<14} {:>9} {:>9} {:>9} {:>9} {:>9}", "largest", "HTML", "as sent", "text", "files", "mail");
    for (name, message) in all(at_their_largest()) {
        let rendered = render(&message, &mail());
        let raw = fs::read(&preview(dir.path(), &message, &mail()).unwrap()[0]).unwrap();
        let parsed = MessageParser::default().parse(&raw).unwrap();
        let page = parsed.parts.iter().find(|part| part.is_content_type("text", "html")).unwrap();
        let sent = (page.offset_end - page.offset_body) as usize;
        let files: usize = rendered.attachments.iter().map(|file| file.bytes.len()).sum();
        let (html, text) = (rendered.html.len(), rendered.text.len());
        eprintln!("{name:<14} {html:>9} {sent:>9} {text:>9} {files:>9} {:>9}", raw.len());
        assert!(html < CLIPPED && sent < CLIPPED, "{name}: {html} bytes, {sent} as sent");
    }
}

#[test]
fn texts_fit_into_78_columns() {
    for (name, message) in all(of_every_kind()).chain(all(at_their_largest())) {
        let text = render(&message, &mail()).text;
        // A word that is longer than a line, as addresses are, is not broken.
        let words = |line: &str| line.split_whitespace().count();
        for line in text.lines().filter(|line| line.chars().count() > 78) {
            assert!(words(line.trim_start_matches([' ', '-'])) == 1, "{name}: {line}");
        }
    }
}
