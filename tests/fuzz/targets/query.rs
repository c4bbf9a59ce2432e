//! Any text as a query, and any text to match: the first line is the query, the second a title, the rest a text. Reading
//! never panics; what is understood prints as a text with the same tree; hits lie on the borders of characters; a query
//! finds the same whether it is compiled alone, from what it prints or among others; and what networks are asked for
//! stands in every match.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mentiond::model::{Author, Entry, EntryKey, Field, Folding, Hit};
use mentiond::query::{Context, Keywords, Library, MAX_LENGTH, Matcher, Query, Scope};

/// Most bytes of a text, so that one input never takes long.
const MAX_TEXT: usize = 4096;

fuzz_target!(|input: &str| {
    let (text, rest) = input.split_once('\n').unwrap_or((input, ""));
    let (title, body) = rest.split_once('\n').unwrap_or(("", rest));
    if title.len().max(body.len()) > MAX_TEXT {
        return;
    }
    let entry = Entry {
        title: title.to_owned(),
        text: body.to_owned(),
        url: Some(title.to_owned()),
        author: Some(Author { name: title.to_owned(), handle: Some(body.to_owned()), ..Author::default() }),
        tags: vec![title.to_owned()],
        ..Entry::new(EntryKey("fuzz:1".to_owned()))
    };
    let words = ["scam", "rip off", "betrug*"].map(str::to_owned).to_vec();
    let library = Library::new([("q".to_owned(), "a OR set:s".to_owned())], [("s".to_owned(), words)]);
    for folding in [Folding::default(), Folding::NONE] {
        check(text, &entry, &Context { scope: Scope::Kept, folding, library: Some(&library), ..Context::default() });
    }
});

fn check(text: &str, entry: &Entry, context: &Context<'_>) {
    let query = match Query::parse_in(text, context) {
        Ok(query) => query,
        Err(fault) => {
            assert!(fault.column >= 1 && fault.column <= text.chars().count().max(1), "{fault}");
            assert!(!fault.message.is_empty() && !fault.hint.is_empty(), "{fault}");
            return;
        }
    };
    let found = find(vec![query.clone()], entry);
    let printed = query.to_string();
    if printed.chars().count() <= MAX_LENGTH {
        let again = Query::parse_in(&printed, context).unwrap_or_else(|fault| panic!("{printed}: {fault}"));
        assert_eq!(again.root(), query.root(), "{printed}");
        assert_eq!(again.to_string(), printed);
        assert_eq!(find(vec![again], entry), found, "{printed}");
    }
    let others = ["a OR scam", "\"rip off\" OR betrug*"].map(|text| Query::parse(text).expect("it is right"));
    let [one, other] = others;
    assert_eq!(find(vec![query.clone(), one, other], entry), found, "among others");
    assert!(!query.tree().is_empty());

    let asked = query.search_terms();
    if found.is_some() && !asked.is_empty() {
        let author = entry.author.iter().flat_map(|author| [Some(author.name.as_str()), author.handle.as_deref()]);
        let texts = [entry.title.as_str(), entry.text.as_str()].into_iter().chain(author.flatten());
        let keywords = Keywords::new(asked.clone());
        assert!(texts.clone().any(|text| keywords.first(text).is_some()), "{asked:?}");
        let has = |phrases: &Vec<String>| {
            let keywords = Keywords::new(phrases.clone());
            texts.clone().any(|text| keywords.first(text).is_some())
        };
        let searches = query.searches();
        let is_found = searches.iter().any(|search| has(&search.any) && search.beside.iter().all(has));
        assert!(is_found, "{searches:?}");
    }
    for hit in found.into_iter().flatten() {
        let there = match hit.field {
            Field::Title | Field::Url | Field::Tag => entry.title.get(hit.start..hit.end).is_some(),
            Field::Text => entry.text.get(hit.start..hit.end).is_some(),
            Field::Author => [&entry.title, &entry.text].iter().any(|text| text.get(hit.start..hit.end).is_some()),
        };
        assert!(there && hit.start < hit.end, "{hit:?}");
    }
}

/// The hits of the first of some queries, if it matches.
fn find(queries: Vec<Query>, entry: &Entry) -> Option<Vec<Hit>> {
    let found = Matcher::new(queries).find(entry).into_iter().next();
    found.filter(|(query, _)| *query == 0).map(|(_, hits)| hits)
}
