//! Any address in its canonical form: never panics, only web addresses without credentials, and canonical ones stay so.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mentiond::parse::link::canonical_url;
use url::Url;

fuzz_target!(|raw: &str| {
    let base = Url::parse("https://feeds.example/a/feed.xml").unwrap();
    for base in [None, Some(&base)] {
        let Some(canonical) = canonical_url(raw, base) else { continue };
        let url = Url::parse(&canonical).unwrap();
        assert!(matches!(url.scheme(), "http" | "https"));
        assert!(url.username().is_empty() && url.password().is_none());
        assert_eq!(canonical_url(&canonical, None).as_deref(), Some(canonical.as_str()), "{raw:?}");
    }
});
