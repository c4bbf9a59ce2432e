//! An event as a line of a file gives it. Pure.

use serde::Deserialize;

use crate::cli::object::{choice, fault, time};
use crate::model::{Instant, Tone};

const EXAMPLE: &str = "write one event a line, such as \
                       `{\"at\": \"2026-11-28T18:00:00Z\", \"brand\": \"Acme\", \"tone\": \"negative\"}`";

/// What was said.
#[derive(Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// Of whom.
    pub brand: String,
    /// In which tone.
    pub tone: Tone,
    /// From -1 to 1.
    pub score: Option<f64>,
    /// By whom.
    pub author: Option<String>,
    /// What.
    pub text: String,
}

/// An event as it is written. Members that nobody asks for are passed over.
#[derive(Debug, Deserialize)]
struct Object {
    at: Option<String>,
    brand: Option<String>,
    tone: Option<String>,
    score: Option<f64>,
    author: Option<String>,
    text: Option<String>,
}

impl Event {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it, and how to mend it.
    pub fn parse(line: &str) -> Result<Self, String> {
        let hinted = |message: String| {
            if message.contains("hint: ") { message } else { format!("{message}\n  hint: {EXAMPLE}") }
        };
        Self::read(line).map_err(hinted)
    }

    fn read(line: &str) -> Result<Self, String> {
        if !line.trim_start().starts_with('{') {
            return Err("the line is no JSON object".to_owned());
        }
        let object: Object = serde_json::from_str(line).map_err(|error| fault(line, &error))?;
        let missing = |name: &str| format!("`{name}` is missing");
        let brand = object.brand.ok_or_else(|| missing("brand"))?;
        if brand.trim().is_empty() {
            return Err("`brand` is empty".to_owned());
        }
        let score = object.score;
        if let Some(score) = score.filter(|score| !(-1.0..=1.0).contains(score)) {
            return Err(format!("the score `{score}` is out of range\n  hint: it goes from -1, very negative, to 1"));
        }
        Ok(Self {
            at: time(&object.at.ok_or_else(|| missing("at"))?)?,
            brand,
            tone: choice(object.tone.ok_or_else(|| missing("tone"))?)?,
            score,
            author: object.author.filter(|author| !author.trim().is_empty()),
            text: object.text.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_few_members() {
        let event = Event::parse(
            r#" {"at": "2026-11-28T18:00:00.5+01:00", "brand": "Acme", "tone": "unscored", "author": " ", "id": 7}"#,
        )
        .unwrap();
        assert_eq!((event.at.to_rfc3339().as_str(), event.tone), ("2026-11-28T17:00:00.500+00:00", Tone::Unscored));
        assert_eq!((event.score, event.author, event.text.as_str()), (None, None, ""));
        let event = Event::parse(
            r#"{"text": "no", "score": -1, "author": "kari", "tone": "negative", "brand": "Acme", "at": "2026-11-28T18:00:00Z"}"#,
        )
        .unwrap();
        assert_eq!((event.score, event.author.as_deref(), event.text.as_str()), (Some(-1.0), Some("kari"), "no"));
    }

    #[test]
    fn what_is_no_event_is_told_with_how_to_mend_it() {
        let of = |members: &str| format!(r#"{{"at": "2026-11-28T18:00:00Z", "brand": "Acme", {members}}}"#);
        let tones = "\n  hint: it is one of `negative`, `neutral`, `positive`, `unscored`";
        let example = format!("\n  hint: {EXAMPLE}");
        for (line, message, hint) in [
            ("[1]".to_owned(), "the line is no JSON object", example.as_str()),
            ("{\"at\"".to_owned(), "the JSON breaks off at column 5: EOF while parsing an object", &example),
            (r#"{"brand": "Acme", "tone": "neutral"}"#.to_owned(), "`at` is missing", &example),
            (r#"{"at": 7}"#.to_owned(), "`at`: invalid type: integer `7`, expected a string", &example),
            (
                r#"{"at": "yesterday", "brand": "Acme", "tone": "neutral"}"#.to_owned(),
                "`yesterday` is not a time",
                "\n  hint: write it like `2026-11-28T18:00:00Z`",
            ),
            (r#"{"brand": " "}"#.to_owned(), "`brand` is empty", &example),
            (r#"{"tone": "neutral"}"#.to_owned(), "`brand` is missing", &example),
            (of(r#""score": 1"#), "`tone` is missing", &example),
            (of(r#""tone": "bad""#), "`bad` is not a tone", tones),
            (
                of(r#""tone": "neutral", "score": -1.5"#),
                "the score `-1.5` is out of range",
                "\n  hint: it goes from -1, very negative, to 1",
            ),
        ] {
            assert_eq!(Event::parse(&line), Err(format!("{message}{hint}")), "{line}");
        }
    }
}
