//! Social networks that want credentials of their users.

use std::time::Duration;

use super::{Address, Asks, Confidence, Keep, MINUTE, Places, Price, Profile, Refresh, Token, Webhook, Window};

pub(super) const X: Profile = Profile {
    word: "x",
    name: "X",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://api.x.com"),
    token: Token::Needed("the bearer token of an app, from the developer console, with prepaid credit"),
    sees: "Posts of the last seven days with a word in them, and the followers of who wrote them",
    limits: "$0.005 for each post that is read, perhaps more for its author; 450 calls in 15 minutes; no reposts. X wants \
             posts that are changed or deleted there to be so here within a day of its asking: mentiond hears of deleted \
             ones only where posts are counted again (`refresh`), which costs the same once more; the rest is yours to do",
    price: Price::Entries(5.0),
    refresh: Refresh::Paid,
    window: Some(Window::of(450, 900)),
    ..Profile::SEARCH
};

pub(super) const YOUTUBE: Profile = Profile {
    word: "youtube",
    name: "YouTube",
    interval: MINUTE.saturating_mul(30),
    address: Address::Known("https://www.googleapis.com"),
    asks: Asks::TermsInPlaces(Places {
        what: "ids of channels, below whose videos all comments are read; without any, videos are searched",
        example: "UC_x5XG1OV2P6uZZ5FSM9Ttw",
    }),
    token: Token::Needed("an API key from the Google Cloud console, for the YouTube Data API v3"),
    by_country: true,
    sees: "New videos with a word in their title or description, with likes, and the comments below them for two \
           days; or the comments below the videos of channels",
    limits: "100 searches a day; the newest hundred comments below 10 videos of a page of hits; 3,000 calls a day for \
             those of channels, where `calls_per_day` says nothing else: a key has 10,000, of which a search with the same \
             one takes up to 6,500; replies to 5 comments below a video, or 20 of a hundred of a channel, where not all \
             come with them; followers only of what is known, no captions; what is said is kept for 30 days",
    keep: Keep::AtMost(Duration::from_secs(30 * 86_400)),
    calls_per_day: Some(100),
    calls_in_places: Some(3_000),
    refresh: Refresh::Free,
    ..Profile::SEARCH
};

pub(super) const FACEBOOK: Profile = Profile {
    word: "facebook",
    name: "Facebook",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://graph.facebook.com/v25.0"),
    asks: Asks::Places(Places { what: "ids of pages that are yours", example: "104857600123456" }),
    token: Token::Needed("an access token of the page, with `pages_read_engagement` and `pages_read_user_content`"),
    sees: "Posts on your page, posts of others that tag it, and comments below its newest 25 posts; with a webhook all \
           comments at once, and what is edited or deleted",
    limits: "Nothing but your own pages: nobody may search Facebook; mostly no authors; ratings with `v21.0` in `url` only; slower from 80 % of what \
             the app may ask",
    webhook: Some(Webhook { object: "page", field: "feed" }),
    ..Profile::SEARCH
};

pub(super) const INSTAGRAM: Profile = Profile {
    word: "instagram",
    name: "Instagram",
    interval: MINUTE.saturating_mul(30),
    address: Address::Known("https://graph.facebook.com/v25.0"),
    asks: Asks::Places(Places {
        what: "ids of professional accounts of yours, for what tags them, or such an id and a hashtag, for what has that",
        example: "17841405309211844/acmecoffee",
    }),
    token: Token::Needed(
        "an access token with `instagram_basic`, `instagram_manage_comments` and `pages_read_engagement`; hashtags want \
         the feature Instagram Public Content Access",
    ),
    sees: "Public posts that tag your account, and public posts of the last 24 hours with a hashtag; with a webhook also \
           comments and captions that mention it",
    limits: "30 hashtags in seven days; no authors of posts with a hashtag or of comments; no mentions in captions and \
             comments without a webhook, no stories or private accounts; slower from 80 % of what the app may ask",
    webhook: Some(Webhook { object: "instagram", field: "mentions" }),
    ..Profile::SEARCH
};

pub(super) const TELEGRAM: Profile = Profile {
    word: "telegram",
    name: "Telegram",
    interval: MINUTE,
    address: Address::Known("https://api.telegram.org"),
    asks: Asks::Document,
    token: Token::Needed("the token of a bot, from @BotFather"),
    reaches_back: false,
    sees: "Messages of the groups that the bot is a member of, with its privacy mode off, and posts of the channels that it \
           administers",
    limits: "100 messages a minute; nothing from before the bot came, and nothing older than 24 hours; no counts; nobody else \
             may read with the same token, and no webhook may be set",
    ..Profile::SEARCH
};

pub(super) const DISCORD: Profile = Profile {
    word: "discord",
    name: "Discord",
    address: Address::Known("https://discord.com"),
    asks: Asks::Places(Places {
        what: "ids of a server and of a channel in it",
        example: "1113617910988800001/1196423538278400003",
    }),
    token: Token::Needed("the token of a bot that the server has invited, with the message content intent"),
    sees: "Messages of channels that the bot may read",
    limits: "Only servers that invite the bot; what is edited or gets reactions after it was read stays as it was; without the \
             right to read the history a channel looks empty",
    ..Profile::SEARCH
};

pub(super) const TUMBLR: Profile = Profile {
    word: "tumblr",
    name: "Tumblr",
    interval: MINUTE.saturating_mul(30),
    address: Address::Known("https://api.tumblr.com"),
    asks: Asks::Tags,
    token: Token::Needed("the consumer key of an app, from www.tumblr.com/oauth/apps"),
    sees: "Public posts with a tag",
    limits: "1,000 calls an hour, 5,000 a day; posts without the tag are not seen",
    confidence: Confidence::Medium,
    calls_per_day: Some(5_000),
    window: Some(Window::of(1_000, 3_600)),
    ..Profile::SEARCH
};
