//! GDELT's index of the news of the world (DOC 2.0), several terms in a query, since it wants to be asked once in five
//! seconds. It searches the texts of articles and tells their titles, sites and languages and when they were seen, so that
//! just those are found that have the word in the title. There are no pages: a full answer is followed by one for what is
//! older. With a language, only articles in it are asked for. The index is often too busy to answer, and tells in a
//! sentence, mostly with status 200, what it does not like. Not verified: how long a query may be.

use chrono::{DateTime, TimeDelta};
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::exchange::LONGEST_WORDS;
use crate::model::text::one_line;
use crate::model::{Answer, Entry, EntryKey, EntryKind, Instant, Language, PollFault, Request, Source};
use crate::parse::{json, text};

/// Articles asked for at once; there are no more in an answer.
const RECORDS: usize = 250;
/// Characters of the phrases of one query; longer queries are refused somewhere.
const LONGEST: usize = 250;
/// How the index writes a time.
const TIME: &str = "%Y%m%d%H%M%S";

/// The languages of articles by their English names.
const LANGUAGES: [(&str, &str); 34] = [
    ("en", "English"),
    ("de", "German"),
    ("nb", "Norwegian"),
    ("nn", "NorwegianNynorsk"),
    ("sv", "Swedish"),
    ("da", "Danish"),
    ("fi", "Finnish"),
    ("is", "Icelandic"),
    ("nl", "Dutch"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("it", "Italian"),
    ("pt", "Portuguese"),
    ("ca", "Catalan"),
    ("pl", "Polish"),
    ("cs", "Czech"),
    ("sk", "Slovak"),
    ("hu", "Hungarian"),
    ("ro", "Romanian"),
    ("bg", "Bulgarian"),
    ("hr", "Croatian"),
    ("sr", "Serbian"),
    ("sl", "Slovenian"),
    ("el", "Greek"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ru", "Russian"),
    ("et", "Estonian"),
    ("lv", "Latvian"),
    ("lt", "Lithuanian"),
    ("ar", "Arabic"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("zh", "Chinese"),
];

pub(super) struct Gdelt;

impl Listing for Gdelt {
    fn lanes(&self, source: &Source) -> Vec<String> {
        let mut groups: Vec<Vec<String>> = Vec::new();
        // Shorter ones are refused, and the whole query with them.
        let terms = source.terms.iter().filter(|term| source.kind.profile().takes(term));
        for phrase in terms.map(|term| api::phrase(term)) {
            match groups.last_mut() {
                Some(group) if group.iter().chain([&phrase]).map(String::len).sum::<usize>() <= LONGEST => {
                    group.push(phrase);
                }
                _ => groups.push(vec![phrase]),
            }
        }
        let queries = groups.iter().map(|group| group.join(" OR "));
        queries.map(|query| if query.contains("\" OR \"") { format!("({query})") } else { query }).collect()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let name = source.language.as_ref().and_then(|language| name(language.as_str()));
        let filter = name.map(|name| format!(" sourcelang:{}", name.to_lowercase())).unwrap_or_default();
        let query = format!("{}{filter}", visit.lane);
        let until = visit.page.and_then(|page| DateTime::from_timestamp(page.parse().ok()?, 0)).unwrap_or(visit.now);
        let (start, end) = (visit.since.format(TIME).to_string(), until.format(TIME).to_string());
        let parameters = [
            ("query", query.as_str()),
            ("mode", "artlist"),
            ("format", "json"),
            ("maxrecords", "250"),
            ("sort", "datedesc"),
            ("startdatetime", &start),
            ("enddatetime", &end),
        ];
        api::request(source, &["api", "v2", "doc", "doc"], &parameters)
    }

    fn list(&self, _source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = json::repaired(&answer.body).map_or_else(|| api::body(answer), Ok)?;
        let is_nothing = body.as_object().is_some_and(serde_json::Map::is_empty);
        if !is_nothing && json::at(&body, "articles").is_none() {
            return Err(api::missing(answer, &body, "list of articles"));
        }
        let articles = json::list(&body, "articles");
        let list = List { entries: articles.filter_map(entry).collect(), ..List::default() };
        let is_full = json::list(&body, "articles").count() >= RECORDS;
        Ok(if is_full { list.and_older(visit) } else { list })
    }

    fn reach(&self, _lane: &str) -> Option<TimeDelta> {
        Some(TimeDelta::days(90))
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let said = String::from_utf8_lossy(&answer.body);
        if answer.status != 200 || said.trim_start().starts_with(['{', '<']) {
            return None;
        }
        let message = one_line(&said, LONGEST_WORDS);
        let is_too_often = message.to_lowercase().contains("limit requests");
        let throttled = PollFault::Throttled { status: answer.status, until: None };
        Some(if is_too_often { throttled } else { PollFault::Status { status: answer.status, message } })
    }
}

fn entry(article: &Value) -> Option<Entry> {
    let url = link(&json::text(article, "url")?)?;
    let language = json::text(article, "language");
    let known =
        |name: &str| LANGUAGES.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(code, _)| *code);
    Some(Entry {
        title: json::text(article, "title").map(|title| tidy(&text::html_line(&title))).unwrap_or_default(),
        published_at: json::instant(article, "seendate"),
        language: language.as_deref().and_then(known).and_then(Language::parse),
        kind: Some(EntryKind::News),
        place: json::text(article, "domain").map(|domain| text::line(&domain)),
        ..Entry { url: Some(url.clone()), ..Entry::new(EntryKey::of("gdelt", &url)) }
    })
}

fn name(language: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(code, _)| *code == language).map(|(_, name)| *name)
}

/// A title without the blanks that the index puts in front of its signs.
fn tidy(title: &str) -> String {
    [" ,", " .", " :", " ;", " !", " ?", " %"]
        .iter()
        .fold(title.to_owned(), |title, sign| title.replace(sign, sign.trim_start()))
}
