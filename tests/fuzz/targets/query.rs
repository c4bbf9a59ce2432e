//! Any text as a query, and any text to match: the first line is the query, the rest the entry. Reading never panics, a
//! query that is understood prints as a text with the same tree, and hits lie on the borders of characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mentiond::model::{Author, Entry, EntryKey, Field};
use mentiond::query::{Context, Library, Matcher, Query, Scope};

fuzz_target!(|input: &str| {
    let (text, rest) = input.split_once('\n').unwrap_or((input, ""));
    let (title, body) = rest.split_once('\n').unwrap_or(("", rest));
    let words = ["scam", "rip off", "betrug*"].map(str::to_owned).to_vec();
    let library = Library::new([("q".to_owned(), "a OR set:s".to_owned())], [("s".to_owned(), words)]);
    let context = Context { scope: Scope::Kept, library: Some(&library), ..Context::default() };
    let query = match Query::parse_in(text, &context) {
        Ok(query) => query,
        Err(fault) => {
            assert!(fault.column >= 1 && fault.column <= text.chars().count().max(1), "{fault}");
            return;
        }
    };
    let printed = query.to_string();
    if printed.chars().count() <= mentiond::query::MAX_LENGTH {
        let again = Query::parse_in(&printed, &context).unwrap_or_else(|fault| panic!("{printed}: {fault}"));
        assert_eq!(again.root(), query.root(), "{printed}");
    }
    assert!(!query.tree().is_empty());
    let _ = query.search_terms();
    let entry = Entry {
        title: title.to_owned(),
        text: body.to_owned(),
        url: Some(title.to_owned()),
        author: Some(Author { name: title.to_owned(), handle: Some(body.to_owned()), ..Author::default() }),
        tags: vec![title.to_owned()],
        ..Entry::new(EntryKey("fuzz:1".to_owned()))
    };
    for (_, hits) in Matcher::new(vec![query]).find(&entry) {
        for hit in hits {
            let there = match hit.field {
                Field::Title | Field::Url | Field::Tag => title.get(hit.start..hit.end).is_some(),
                Field::Text => body.get(hit.start..hit.end).is_some(),
                Field::Author => [title, body].iter().any(|text| text.get(hit.start..hit.end).is_some()),
            };
            assert!(there && hit.start < hit.end, "{hit:?}");
        }
    }
});
