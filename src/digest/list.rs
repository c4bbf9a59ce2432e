//! All stories of a digest as a file for spreadsheets: RFC 4180, in UTF-8 with a mark in front by which Excel knows it. What
//! strangers wrote cannot become a formula. Pure.

use crate::model::Instant;
use crate::model::digest::ListedStory;

/// By this Excel takes a file for UTF-8.
const MARK: &str = "\u{feff}";
/// The names of the columns; they are keys for programs, and the same in every language.
const COLUMNS: &str = "brand,mention,published_at,found_at,tone,score,severity,title,author,source,url,reactions\r\n";

/// The stories as a file. Times are in UTC.
#[must_use]
pub fn csv<'a>(stories: impl IntoIterator<Item = &'a ListedStory>) -> String {
    let mut csv = format!("{MARK}{COLUMNS}");
    for story in stories {
        let time = |at: Instant| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let fields = [
            cell(&story.brand),
            story.id.to_string(),
            story.published_at.map(time).unwrap_or_default(),
            time(story.found_at),
            story.tone.as_str().to_owned(),
            story.score.map(|score| format!("{score:.2}")).unwrap_or_default(),
            story.severity.as_str().to_owned(),
            cell(&story.title),
            cell(story.author.as_deref().unwrap_or_default()),
            cell(&story.source),
            cell(story.url.as_deref().unwrap_or_default()),
            story.engagement.map(|number| number.to_string()).unwrap_or_default(),
        ];
        csv.push_str(&fields.join(","));
        csv.push_str("\r\n");
    }
    csv
}

/// A text in its cell: quoted where it has to be. One that a spreadsheet would take for a formula begins with an
/// apostrophe, which makes it a text.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', ';', '\t', '\'']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Severity, Tone};

    fn story(title: &str) -> ListedStory {
        ListedStory {
            id: 17,
            brand: "Skip Hop".to_owned(),
            title: title.to_owned(),
            author: Some("Kari".to_owned()),
            source: "Parents' forum".to_owned(),
            url: Some("https://forum.example.org/t/17?page=2&view=all".to_owned()),
            published_at: None,
            found_at: "2026-11-24T06:15:00.250Z".parse().unwrap(),
            tone: Tone::Negative,
            score: Some(-0.824),
            severity: Severity::Info,
            engagement: Some(3),
        }
    }

    #[test]
    fn a_story_is_a_line() {
        let csv = csv(&[story("Größter Ärger: \"nie\" wieder, æøå 😡")]);
        let (head, line) = csv.split_once("\r\n").unwrap();
        assert_eq!(head.chars().next(), Some('\u{feff}'));
        assert_eq!(head.split(',').count(), 12);
        let expected = "Skip Hop,17,,2026-11-24T06:15:00Z,negative,-0.82,info,\"Größter Ärger: \"\"nie\"\" wieder, æøå 😡\",\
                        Kari,\"Parents' forum\",https://forum.example.org/t/17?page=2&view=all,3\r\n";
        assert_eq!(line, expected);
    }

    #[test]
    fn nothing_becomes_a_formula() {
        for (text, expected) in [
            ("=1+1", "\"'=1+1\""),
            ("+47 22 22 22 22", "\"'+47 22 22 22 22\""),
            ("-cmd|' /C calc'!A0", "\"'-cmd|' /C calc'!A0\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("＝1", "\"'＝1\""),
            ("a=b", "a=b"),
            ("two\nlines", "\"two\nlines\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
        let mut hostile = story("=HYPERLINK(\"http://x.example\",\"a\")");
        hostile.author = Some("@cmd".to_owned());
        hostile.brand = "=brand".to_owned();
        let csv = csv(&[hostile]);
        let line = csv.split_once("\r\n").unwrap().1;
        assert!(line.starts_with("\"'=brand\",17,"), "{line}");
        assert!(line.contains(",\"'=HYPERLINK(\"\"http://x.example\"\",\"\"a\"\")\",\"'@cmd\","), "{line}");
    }
}
