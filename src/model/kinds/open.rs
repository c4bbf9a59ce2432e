//! Kinds that anybody may ask without a key.

use super::{Address, Asks, Deleted, MINUTE, Places, Profile, Refresh, Token, Window};

pub(super) const FEED: Profile = Profile {
    word: "feed",
    name: "a feed",
    interval: MINUTE.saturating_mul(15),
    address: Address::Own("https://www.example.org/feed.xml"),
    asks: Asks::Document,
    token: Token::Optional("where the publisher wants one"),
    reaches_back: false,
    deleted: Deleted::Marked,
    sees: "Whatever the feed shows: RSS 0.9 to 2.0, RDF, Atom and JSON Feed",
    limits: "Most feeds show their newest 10 to 30 entries; what falls out between two polls is lost",
    ..Profile::SEARCH
};

pub(super) const HACKER_NEWS: Profile = Profile {
    word: "hacker_news",
    name: "Hacker News",
    address: Address::Known("https://hn.algolia.com"),
    sees: "Stories and comments with a word in them, a few minutes after they were written",
    limits: "10,000 calls an hour; a thousand hits in one second at most",
    refresh: Refresh::Free,
    window: Some(Window::of(10_000, 3_600)),
    ..Profile::SEARCH
};

pub(super) const MASTODON: Profile = Profile {
    word: "mastodon",
    name: "Mastodon",
    address: Address::Own("https://mastodon.social"),
    asks: Asks::Tags,
    token: Token::Optional("an access token of an account on the server, with `read:statuses`"),
    sees: "Public posts with a tag, as far as they have reached the server",
    limits: "300 calls in 15 minutes; posts without the tag are not seen",
    search_at: &["https://mastodon.social", "https://mstdn.social", "https://mas.to"],
    deleted: Deleted::ErasedAtHome,
    window: Some(Window::of(300, 900)),
    ..Profile::SEARCH
};

pub(super) const LEMMY: Profile = Profile {
    word: "lemmy",
    name: "Lemmy",
    interval: MINUTE.saturating_mul(10),
    address: Address::Own("https://lemmy.world"),
    token: Token::Optional("a JWT of an account, where the instance is closed"),
    sees: "Posts and comments with a word in them, of all communities that the instance knows",
    limits: "60 searches in 10 minutes",
    search_at: &["https://lemmy.world"],
    window: Some(Window::of(60, 600)),
    ..Profile::SEARCH
};

pub(super) const JSON: Profile = Profile {
    word: "json",
    name: "a JSON API",
    interval: MINUTE.saturating_mul(15),
    address: Address::Own("https://api.example.org/search?q={term}&page={page}"),
    asks: Asks::TermsInPlaces(Places { what: "whatever `{place}` in the address stands for", example: "news" }),
    token: Token::Optional("where the API wants one; `token_in` says where it belongs"),
    sees: "Whatever the list of the API shows, as `[source.json]` describes it",
    limits: "What the API allows; `calls_per_day` keeps to it",
    ..Profile::SEARCH
};
