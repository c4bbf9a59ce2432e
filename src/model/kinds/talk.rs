//! Kinds where people talk to each other: forums and social networks that let themselves be searched.

use super::{Address, Asks, Confidence, Deleted, MINUTE, Places, Profile, Refresh, STREAM, Token, Window};

pub(super) const MASTODON_SEARCH: Profile = Profile {
    word: "mastodon_search",
    name: "the search of Mastodon",
    address: Address::Own("https://mastodon.social"),
    token: Token::Needed("an access token of an account on the server, with `read:search`"),
    sees: "Public posts with a word in them whose authors let themselves be found, as far as they have reached the server",
    limits: "300 calls in 15 minutes; a server without a search engine finds nothing",
    deleted: Deleted::ErasedAtHome,
    window: Some(Window::of(300, 900)),
    ..Profile::SEARCH
};

pub(super) const MASTODON_STREAMING: Profile = Profile {
    word: "mastodon_streaming",
    name: "the stream of Mastodon",
    interval: STREAM,
    address: Address::Own("https://mastodon.social"),
    asks: Asks::Tags,
    token: Token::Needed("an access token of an account on the server, with `read:statuses`"),
    sees: "Public posts with a tag within seconds, as far as they reach the server, and when they are edited or deleted",
    limits: "One open connection for all tags of a source; after a break, and once an hour, their timelines are read as well. Posts without \
             a tag are not seen, nor that a post was deleted which is not among the newest hundred; what a server deletes of \
             another server stays where other sources show it",
    deleted: Deleted::ErasedAtHome,
    ..Profile::SEARCH
};

pub(super) const JETSTREAM: Profile = Profile {
    word: "jetstream",
    name: "Bluesky (Jetstream)",
    interval: STREAM,
    address: Address::Known("https://jetstream2.us-east.bsky.network/subscribe"),
    reaches_back: false,
    sees: "All posts of Bluesky within seconds, of which those with a word in them are kept, that they or the accounts \
           that wrote them are deleted, and later who wrote them and what becomes of them: the first choice for Bluesky",
    limits: "About 100 kB of traffic in a second; after a break what the server still has, about 36 hours. The stream tells \
             accounts by their numbers; names, followers and reactions are asked for after half a minute (`refresh`), so that \
             queries for `author:` find nobody",
    refresh: Refresh::Free,
    ..Profile::SEARCH
};

pub(super) const BLUESKY: Profile = Profile {
    word: "bluesky",
    name: "the search of Bluesky",
    address: Address::Known("https://bsky.social"),
    token: Token::Needed("an app password of an account"),
    account: Some("the handle of the account, such as `acme.bsky.social`"),
    sees: "Posts with a word in them, what they answer to, and later the followers of who wrote them; `jetstream` sees posts \
           sooner, and without an account",
    limits: "3,000 calls in 5 minutes; posts that only signed-in people may see are left out, and deleted ones stay known",
    refresh: Refresh::Free,
    window: Some(Window::of(3_000, 300)),
    ..Profile::SEARCH
};

pub(super) const REDDIT: Profile = Profile {
    word: "reddit",
    name: "Reddit",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://www.reddit.com"),
    asks: Asks::TermsInPlaces(Places { what: "the names of subreddits", example: "Coffee" }),
    token: Token::Optional("the secret of an app that Reddit has approved"),
    account: Some("the id of the app"),
    sees: "Posts with a word in them, in all of Reddit or in some subreddits, and all comments in these",
    limits: "Without an app, one feed of a hundred entries in a minute, so that a poll reads either posts or comments; with \
             one, 100 calls a minute and a thousand entries of a list. Comments elsewhere are not seen",
    confidence: Confidence::Medium,
    refresh: Refresh::Free,
    window: Some(Window::of(1, 60).with_token(100)),
    ..Profile::SEARCH
};

pub(super) const DISCOURSE: Profile = Profile {
    word: "discourse",
    name: "a Discourse forum",
    interval: MINUTE.saturating_mul(10),
    address: Address::Own("https://meta.discourse.org"),
    token: Token::Optional("an API key, where the forum is closed"),
    account: Some("the name of the user that the API key belongs to"),
    sees: "Posts with a word in them: the title of the topic, and the beginning of the post",
    limits: "One post of each topic in an answer, ten pages of a search, 8 searches in a minute, 30 with a key, \
             where a forum says nothing else; words of three letters or more",
    confidence: Confidence::Medium,
    window: Some(Window::of(8, 60).with_token(30)),
    ..Profile::SEARCH
};

pub(super) const STACK_EXCHANGE: Profile = Profile {
    word: "stack_exchange",
    name: "Stack Exchange",
    address: Address::Known("https://api.stackexchange.com"),
    asks: Asks::TermsInPlaces(Places {
        what: "the sites to search, Stack Overflow where none is named",
        example: "coffee",
    }),
    token: Token::Optional("the key of an app, for 10,000 calls a day"),
    calls_per_day: Some(300),
    sees: "Questions and answers with a word in them; authors of questions only",
    limits: "300 calls a day without a key. A poll reads the questions or the answers of one site for one word; comments are \
             not seen",
    refresh: Refresh::Free,
    ..Profile::SEARCH
};

pub(super) const GITHUB: Profile = Profile {
    word: "github",
    name: "GitHub",
    address: Address::Known("https://api.github.com"),
    token: Token::Optional("a personal access token without any scope"),
    sees: "Issues and pull requests of public repositories with a word in them, when they are opened",
    limits: "10 searches a minute, 30 with a token, two for each word; comments are not seen, nor more than a thousand results",
    window: Some(Window::of(10, 60).with_token(30)),
    ..Profile::SEARCH
};

pub(super) const DEV_TO: Profile = Profile {
    word: "dev_to",
    name: "dev.to",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://dev.to"),
    asks: Asks::Tags,
    sees: "Titles and descriptions of articles with a tag",
    limits: "Neither the text of articles nor comments; how often it may be asked is not said",
    confidence: Confidence::Medium,
    ..Profile::SEARCH
};
