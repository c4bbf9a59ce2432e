//! Any bytes as a feed: repair, parser and conversion never panic, and read the same twice.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use mentiond::parse::feed::{self, MAX_ITEMS};
use mentiond::parse::text::{MAX_LINE, MAX_TEXT};
use url::Url;

const TYPES: [Option<&str>; 4] =
    [None, Some("text/xml; charset=utf-8"), Some("application/rss+xml; charset=\"iso-8859-1\""), Some("text/html;charset=utf-16")];

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else { return };
    let content_type = TYPES[usize::from(*first) % TYPES.len()];
    let base = Url::parse("https://feeds.example/a/feed.xml?key=secret").unwrap();
    let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    let read = feed::read(body, content_type, &base, now);
    if let Ok(feed) = &read {
        assert!(feed.items.len() <= MAX_ITEMS && feed.items.len() <= feed.found);
        for item in &feed.items {
            assert!(item.title.chars().count() <= MAX_LINE && item.text.chars().count() <= MAX_TEXT);
            assert!(!item.title.contains(['\0', '\n', '\u{1b}']) && !item.text.contains(['\0', '\u{1b}']));
            assert!(item.url.as_deref().is_none_or(|url| url.starts_with("http")));
        }
    }
    let again = feed::read(body, content_type, &base, now);
    assert_eq!(format!("{read:?}"), format!("{again:?}"));
});
