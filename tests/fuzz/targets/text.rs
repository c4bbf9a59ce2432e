//! Any markup as text: never panics, keeps its limits, and no control character comes out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mentiond::parse::text::{self, MAX_LINE, MAX_TEXT};

fuzz_target!(|markup: &str| {
    for (text, most) in [
        (text::html(markup), MAX_TEXT),
        (text::plain(markup), MAX_TEXT),
        (text::html_line(markup), MAX_LINE),
        (text::line(markup), MAX_LINE),
    ] {
        assert!(text.chars().count() <= most);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert_eq!(text.trim(), text);
    }
    assert_eq!(text::plain(&text::plain(markup)), text::plain(markup));
});
