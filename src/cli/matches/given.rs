//! An entry as a line gives it: a plain text, or a JSON object with what is known of it. Pure.

use serde::Deserialize;

use crate::cli::object::{choice, chosen, fault, members, time};
use crate::model::{Author, Entry, EntryKey, Judgement, Language, Severity, SourceKind, Tone};
use crate::query::{CaseState, Flag, Kind, Subject};

/// An entry and what is known of it.
#[derive(Debug)]
pub struct Given {
    entry: Entry,
    source: Option<String>,
    source_kind: Option<SourceKind>,
    tone: Option<Tone>,
    score: Option<f64>,
    severity: Option<Severity>,
    kind: Option<Kind>,
    case: Option<CaseState>,
    flags: Vec<Flag>,
}

/// An object as it is written. Members that nobody asks for are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    key: Option<String>,
    url: Option<String>,
    title: Option<String>,
    text: Option<String>,
    author: Option<Writer>,
    #[serde(alias = "published_at")]
    published: Option<String>,
    #[serde(alias = "language")]
    lang: Option<String>,
    tags: Option<Vec<String>>,
    rating: Option<f64>,
    #[serde(alias = "followers")]
    reach: Option<u64>,
    engagement: Option<u64>,
    source: Option<String>,
    r#type: Option<String>,
    tone: Option<String>,
    score: Option<f64>,
    severity: Option<String>,
    kind: Option<String>,
    case: Option<String>,
    is: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "`author` is neither a name nor an object with `name` and `handle`")]
enum Writer {
    Name(String),
    Account { name: Option<String>, handle: Option<String> },
}

impl Given {
    /// A text of which nothing else is known.
    pub fn text(text: &str) -> Self {
        Self {
            entry: Entry { text: text.to_owned(), ..Entry::new(EntryKey(String::new())) },
            source: None,
            source_kind: None,
            tone: None,
            score: None,
            severity: None,
            kind: None,
            case: None,
            flags: Vec::new(),
        }
    }

    /// The entry of a JSON object.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn object(json: &str) -> Result<Self, String> {
        let object: Object = serde_json::from_str(json).map_err(|error| fault(json, &error))?;
        let entry = Entry {
            url: object.url,
            title: object.title.unwrap_or_default(),
            text: object.text.unwrap_or_default(),
            author: author(object.author, object.reach),
            published_at: object.published.map(|published| time(&published)).transpose()?,
            language: object.lang.map(|lang| language(&lang)).transpose()?,
            tags: object.tags.unwrap_or_default(),
            rating: object.rating,
            engagement: object.engagement,
            ..Entry::new(EntryKey(object.key.unwrap_or_default()))
        };
        Ok(Self {
            entry,
            source: object.source,
            source_kind: chosen(object.r#type)?,
            tone: chosen(object.tone)?,
            score: object.score,
            severity: chosen(object.severity)?,
            kind: chosen(object.kind)?,
            case: chosen(object.case)?,
            flags: object.is.unwrap_or_default().into_iter().map(choice).collect::<Result<_, _>>()?,
        })
    }

    /// The entry.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Tone and score, as far as they are given; what is not, is that of `found`.
    pub fn judgement(&self, found: Option<Judgement>) -> Option<Judgement> {
        if self.tone.is_none() && self.score.is_none() {
            return found;
        }
        let found = found.unwrap_or_else(|| Judgement::unscored(self.entry.language.clone()));
        let score = if self.tone == Some(Tone::Unscored) { None } else { self.score.or(found.score) };
        Some(Judgement { tone: self.tone.unwrap_or(found.tone), score, ..found })
    }

    /// What a query is asked about.
    pub fn subject<'a>(&'a self, judgement: Option<&'a Judgement>) -> Subject<'a> {
        // A judgement has weighed what the line claims: where it knows no language, the text speaks against the claim.
        let language = match judgement {
            Some(judgement) => judgement.language.as_ref(),
            None => self.entry.language.as_ref(),
        };
        Subject {
            source: self.source.as_deref(),
            source_kind: self.source_kind,
            language,
            judgement,
            severity: self.severity,
            kind: self.kind,
            case: self.case,
            flags: &self.flags,
            ..Subject::from(&self.entry)
        }
    }
}

/// A JSON object as it was written, with these hits behind its other members: nothing else of it changes. It was read
/// before, so it is known to be sound.
pub fn with_hits(object: &str, hits: &str) -> String {
    let members = members(object).map(str::trim).filter(|member| !member.is_empty() && !member.starts_with("\"hits\""));
    let hits = format!("\"hits\":{hits}");
    format!("{{{}}}", members.chain([hits.as_str()]).collect::<Vec<_>>().join(","))
}

fn author(writer: Option<Writer>, followers: Option<u64>) -> Option<Author> {
    let (name, handle) = match writer {
        None if followers.is_none() => return None,
        None => (String::new(), None),
        Some(Writer::Name(name)) => (name, None),
        Some(Writer::Account { name, handle }) => (name.or_else(|| handle.clone()).unwrap_or_default(), handle),
    };
    Some(Author { name, handle, followers, ..Author::default() })
}

fn language(lang: &str) -> Result<Language, String> {
    Language::parse(lang).ok_or_else(|| format!("`{lang}` is not a language"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_an_entry_with_what_is_known_of_it() {
        let given = Given::object(
            r#"{"key": "1", "url": "https://x.example/1", "title": "T", "text": null, "author": {"handle": "kari"},
                "published": "2026-11-23T09:00:00Z", "lang": "no", "tags": ["a"], "rating": 2, "reach": 7,
                "engagement": 3, "source": "blog", "type": "feed", "tone": "negative", "score": -0.5,
                "severity": "urgent", "kind": "complaint", "case": "open", "is": ["copy"], "reasons": [{"x": 1}]}"#,
        )
        .unwrap();
        let judgement = given.judgement(None).unwrap();
        let subject = given.subject(Some(&judgement));
        assert_eq!((subject.entry.title.as_str(), subject.entry.text.as_str()), ("T", ""));
        let author = subject.entry.author.as_ref().unwrap();
        assert_eq!((author.name.as_str(), author.handle.as_deref(), author.followers), ("kari", Some("kari"), Some(7)));
        assert_eq!(subject.language.map(Language::as_str), Some("nb"));
        assert_eq!((judgement.tone, judgement.score), (Tone::Negative, Some(-0.5)));
        assert_eq!((subject.source, subject.source_kind), (Some("blog"), Some(SourceKind::Feed)));
        assert_eq!((subject.severity, subject.kind), (Some(Severity::Urgent), Some(Kind::Complaint)));
        assert_eq!((subject.case, subject.flags), (Some(CaseState::Open), &[Flag::Copy][..]));
    }

    #[test]
    fn what_is_no_entry_is_told() {
        for (json, said) in [
            ("{\"text\": \"a\"", "the JSON breaks off at column 12: EOF while parsing an object"),
            ("{\"text\": 1}", "`text`: invalid type: integer `1`, expected a string"),
            (
                "  { \"text\": \"a, b\" , \"title\" : 12, \"url\": \"c\"}",
                "`title`: invalid type: integer `12`, expected a string",
            ),
            ("{\"rating\":\"5\"}", "`rating`: invalid type: string \"5\", expected f64"),
            ("{\"tags\":[\"a\",2],\"text\":\"a\"}", "`tags`: invalid type: integer `2`, expected a string"),
            ("{\"a\":1,\"text\":{\"b\":2},\"c\":3}", "`text`: invalid type: map, expected a string"),
            ("{\"text\":\"a\",\"text\":\"b\"}", "`text`: duplicate field `text`"),
            (
                "{\"published\":\"yesterday\"}",
                "`yesterday` is not a time\n  hint: write it like `2026-11-28T18:00:00Z`",
            ),
            ("{\"author\": 1}", "`author` is neither a name nor an object with `name` and `handle`"),
            ("{\"lang\": \"english\"}", "`english` is not a language"),
            (
                "{\"tone\": \"bad\"}",
                "`bad` is not a tone\n  hint: it is one of `negative`, `neutral`, `positive`, `unscored`",
            ),
        ] {
            let fault = Given::object(json).unwrap_err();
            assert_eq!(fault, said, "{json}");
        }
    }

    #[test]
    fn an_object_comes_back_as_it_was_written_with_its_hits() {
        for (object, expected) in [
            ("{}", r#"{"hits":[7]}"#),
            (" { } ", r#"{"hits":[7]}"#),
            (
                r#"{"b": "x, \"y\\", "a": [1, {"c": 2, "hits": 3}]}"#,
                r#"{"b": "x, \"y\\","a": [1, {"c": 2, "hits": 3}],"hits":[7]}"#,
            ),
            (r#"{"hits": [1, 2], "hitson": "hits"}"#, r#"{"hitson": "hits","hits":[7]}"#),
            (
                r#"{"a": 123456789012345678901234567890, "hits": null}"#,
                r#"{"a": 123456789012345678901234567890,"hits":[7]}"#,
            ),
        ] {
            assert!(Given::object(object).is_ok(), "{object}");
            assert_eq!(with_hits(object, "[7]"), expected);
        }
    }

    #[test]
    fn what_is_given_counts_more_than_what_is_found() {
        let found =
            || Judgement { tone: Tone::Neutral, score: Some(0.1), ..Judgement::unscored(Language::parse("de")) };
        let of = |json: &str| {
            let judgement = Given::object(json).unwrap().judgement(Some(found())).unwrap();
            (judgement.tone, judgement.score)
        };
        assert_eq!(of("{}"), (Tone::Neutral, Some(0.1)));
        assert_eq!(of("{\"tone\": \"negative\"}"), (Tone::Negative, Some(0.1)));
        assert_eq!(of("{\"score\": -0.9}"), (Tone::Neutral, Some(-0.9)));
        assert_eq!(of("{\"tone\": \"unscored\"}"), (Tone::Unscored, None));
        assert_eq!(Given::text("a").judgement(None), None);
        let given = Given::text("a");
        let judgement = found();
        assert_eq!(given.subject(Some(&judgement)).language.map(Language::as_str), Some("de"));
        let given = Given::object("{\"lang\": \"en\"}").unwrap();
        assert_eq!(given.subject(None).language.map(Language::as_str), Some("en"));
        assert_eq!(given.subject(Some(&Judgement::unscored(None))).language, None, "the text speaks against it");
    }
}
