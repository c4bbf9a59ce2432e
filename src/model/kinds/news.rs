//! Kinds of the press, of blogs, podcasts and the reviews of apps.

use std::time::Duration;

use super::{Address, Asks, Confidence, Keep, MINUTE, Places, Profile, Token, Window};

pub(super) const GOOGLE_NEWS: Profile = Profile {
    word: "google_news",
    name: "Google News",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://news.google.com"),
    by_country: true,
    sees: "Articles of the press with a word in the headline, in the edition of `language` and `country`",
    limits: "About a hundred articles an answer, not always the newest; no texts, so that a word which stands in an article \
             alone is not found; for personal use; may ask for consent from some addresses",
    confidence: Confidence::Medium,
    ..Profile::SEARCH
};

pub(super) const BING_NEWS: Profile = Profile {
    word: "bing_news",
    name: "Bing News",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://www.bing.com"),
    by_country: true,
    sees: "Articles of the press with a word in the headline or the snippet, in the market of `language` and `country`",
    limits: "About a dozen articles an answer; no texts; for personal use",
    confidence: Confidence::Medium,
    ..Profile::SEARCH
};

pub(super) const GDELT: Profile = Profile {
    word: "gdelt",
    name: "GDELT",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://api.gdeltproject.org"),
    sees: "Articles of the world's press with a word in the title, only those in `language` where it is given",
    limits: "One call in 5 seconds, and often too busy even for that; no texts, so that a word which stands in an article \
             alone is not found; words of fewer than three letters are left out; wants to be cited",
    fewest_letters: 3,
    confidence: Confidence::Medium,
    window: Some(Window::of(1, 5)),
    ..Profile::SEARCH
};

pub(super) const NEWS_API: Profile = Profile {
    word: "news_api",
    name: "NewsAPI",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://newsapi.org"),
    token: Token::Needed("an API key of newsapi.org"),
    sees: "Articles of the press with a word in the title, the description or the beginning of the text",
    limits: "A free key, for development only: 100 calls a day, articles a day late and a month back",
    calls_per_day: Some(100),
    ..Profile::SEARCH
};

pub(super) const GUARDIAN: Profile = Profile {
    word: "guardian",
    name: "The Guardian",
    interval: MINUTE.saturating_mul(10),
    address: Address::Known("https://content.guardianapis.com"),
    token: Token::Needed("an API key of open-platform.theguardian.com"),
    sees: "Articles and reviews of the paper with a word in them, with their texts",
    limits: "A developer's key, for non-commercial use: 500 calls a day, one a second",
    confidence: Confidence::Medium,
    keep: Keep::AtMost(Duration::from_secs(86_400)),
    calls_per_day: Some(500),
    ..Profile::SEARCH
};

pub(super) const ITUNES: Profile = Profile {
    word: "itunes",
    name: "Apple Podcasts",
    interval: MINUTE.saturating_mul(60),
    address: Address::Known("https://itunes.apple.com"),
    by_country: true,
    sees: "Episodes of podcasts with a word in their titles or descriptions, in the store of `country`",
    limits: "About 20 calls a minute; the best two hundred episodes, not the newest; what is said in them is not heard",
    confidence: Confidence::Medium,
    window: Some(Window::of(20, 60)),
    ..Profile::SEARCH
};

pub(super) const WORDPRESS: Profile = Profile {
    word: "wordpress",
    name: "WordPress",
    interval: MINUTE.saturating_mul(15),
    address: Address::Own("https://blog.example.org"),
    sees: "Posts and comments of a site with a word in them",
    limits: "Some sites close this API while their feeds stay open; pages are not seen, nor comments that are \
             approved more than two weeks after they were written",
    confidence: Confidence::Medium,
    ..Profile::SEARCH
};

pub(super) const APP_STORE: Profile = Profile {
    word: "app_store",
    name: "the App Store",
    interval: MINUTE.saturating_mul(30),
    address: Address::Known("https://itunes.apple.com"),
    asks: Asks::Places(Places { what: "the country and the number of an app", example: "us/6400000001" }),
    sees: "Reviews of an app with their stars, in one country each",
    limits: "The newest 500 reviews of a country; Apple never documented this feed, so it may end",
    confidence: Confidence::Medium,
    ..Profile::SEARCH
};
