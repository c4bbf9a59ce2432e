//! The samples of social networks and of reviews, most of which want credentials.

use super::Sample::{self, Fault, Nobody};
use super::{Reading, Way, read};

const APP: &str = "us/6400000001";
const PAGE: &str = "104857600123456";
const CHANNEL: &str = "1113617910988800001/1196423538278400003";
const LINKEDIN: &str =
    "not read: there is no search of mentions, and the API for one's own page is granted after a review";
const TIKTOK: &str = "not read: the research API is for non-profit research only";
const TRIPADVISOR: &str = "not read: nothing of its reviews may be stored";

const fn facebook(lane: &'static str) -> Reading {
    read("facebook", &["/data"]).at(PAGE).account("").lane(lane)
}

const fn x() -> Reading {
    read("x", &["/data"]).account("")
}

const fn google(kind: &'static str) -> Reading {
    read(kind, &["/reviews"]).at("1").account("")
}

/// Each sample, and what becomes of it.
pub const ROWS: &[(&str, Sample)] = &[
    ("social/appstore-connect-reviews.json", read("app_store_connect", &["/data"]).at("6400000001").row()),
    ("social/appstore-reviews-empty.json", read("app_store", &["/feed/entry"]).at(APP).row()),
    ("social/appstore-reviews-page2.json", read("app_store", &["/feed/entry"]).at(APP).row()),
    ("social/appstore-reviews-single-entry.json", read("app_store", &["/feed/entry"]).at(APP).row()),
    ("social/appstore-reviews.json", read("app_store", &["/feed/entry"]).at(APP).row()),
    ("social/discord-channel-messages-empty.json", read("discord", &[""]).at(CHANNEL).row()),
    (
        "social/discord-channel-messages-no-intent.json",
        read("discord", &[""])
            .at(CHANNEL)
            .less(3, "without the intent they have no text, and are left for later")
            .row(),
    ),
    ("social/discord-channel-messages.json", read("discord", &[""]).at(CHANNEL).row()),
    ("social/discord-error-401.json", Fault("discord", "revoked")),
    ("social/discord-error-403.json", Fault("discord", "denied: the bot may not read this channel")),
    ("social/discord-error-429.json", Fault("discord", "throttled")),
    ("social/facebook-edge-empty.json", facebook("feed").row()),
    (
        "social/facebook-error-nonexisting-field.json",
        Fault("facebook", "another request: for the fields that all versions have"),
    ),
    ("social/facebook-error-page-buc-limit.json", Fault("facebook", "throttled")),
    ("social/facebook-error-page-limit-32.json", Fault("facebook", "throttled")),
    ("social/facebook-error-permission.json", Fault("facebook", "revoked")),
    ("social/facebook-error-rate-limit.json", Fault("facebook", "throttled")),
    ("social/facebook-error-ratings-removed.json", Fault("facebook", "status")),
    ("social/facebook-error-token-expired.json", Fault("facebook", "revoked")),
    ("social/facebook-page-feed.json", facebook("feed").row()),
    ("social/facebook-page-ratings.json", facebook("ratings").row()),
    ("social/facebook-page-tagged-page2.json", facebook("tagged").after(&["social/facebook-page-tagged.json"]).row()),
    ("social/facebook-page-tagged.json", facebook("tagged").row()),
    ("social/facebook-post-comments.json", facebook("comments").after(&["social/facebook-page-feed.json"]).row()),
    (
        "social/facebook-webhook-feed.json",
        read("facebook", &["/entry/*/changes"])
            .at(PAGE)
            .account("")
            .way(Way::Sent)
            .less(1, "somebody likes a post")
            .row(),
    ),
    (
        "social/google-business-error-429.json",
        Fault("google_business", "denied: a quota of 0 is no approval, which no waiting brings"),
    ),
    ("social/google-business-reviews-empty.json", google("google_business").row()),
    ("social/google-business-reviews-last-page.json", google("google_business").row()),
    ("social/google-business-reviews.json", google("google_business").row()),
    ("social/google-places-reviews.json", google("google_places").row()),
    ("social/google-play-reviews.json", google("google_play").row()),
    (
        "social/instagram-error-hashtag-limit.json",
        Fault("instagram", "status: of one hashtag, and the others are read"),
    ),
    (
        "social/instagram-hashtag-recent-media.json",
        read("instagram", &["/data"])
            .at("17841405309211844/skiphop")
            .after(&["social/instagram-hashtag-search.json"])
            .row(),
    ),
    (
        "social/instagram-hashtag-search.json",
        read("instagram", &["/data"]).at("17841405309211844/skiphop").less(1, "the number of the hashtag").row(),
    ),
    (
        "social/instagram-mentioned-comment.json",
        read("instagram", &["/mentioned_comment"]).way(Way::Asked("social/instagram-webhook-mentions.json")).row(),
    ),
    ("social/instagram-tags.json", read("instagram", &["/data"]).at("17841405309211844").row()),
    (
        "social/instagram-webhook-mentions.json",
        read("instagram", &["/entry/*/changes"])
            .way(Way::Sent)
            .less(3, "numbers only, each of which is asked for")
            .row(),
    ),
    ("social/linkedin-error-403.json", Nobody(LINKEDIN)),
    ("social/linkedin-error-429.json", Nobody(LINKEDIN)),
    ("social/linkedin-organization-notifications.json", Nobody(LINKEDIN)),
    ("social/manifest.json", Nobody("the status and the headers of the others")),
    ("social/telegram-error-401.json", Fault("telegram", "revoked")),
    ("social/telegram-error-409.json", Fault("telegram", "status")),
    ("social/telegram-error-429.json", Fault("telegram", "throttled")),
    ("social/telegram-get-updates-empty.json", read("telegram", &["/result"]).row()),
    (
        "social/telegram-get-updates.json",
        read("telegram", &["/result"]).less(1, "one is an edit of another, which it replaces").row(),
    ),
    ("social/tiktok-error-401.json", Nobody(TIKTOK)),
    ("social/tiktok-research-video-query.json", Nobody(TIKTOK)),
    ("social/tripadvisor-terra-error-400.json", Nobody(TRIPADVISOR)),
    ("social/tripadvisor-terra-reviews.json", Nobody(TRIPADVISOR)),
    ("social/trustpilot-reviews-last-page.json", google("trustpilot").row()),
    ("social/trustpilot-reviews.json", google("trustpilot").row()),
    ("social/x-error-400-since-id.json", Fault("x", "status")),
    ("social/x-error-401.json", Fault("x", "revoked")),
    ("social/x-error-402-credits.json", Fault("x", "spent")),
    ("social/x-error-429-code88.json", Fault("x", "throttled")),
    ("social/x-error-429-usage-capped.json", Fault("x", "spent")),
    ("social/x-error-429.json", Fault("x", "throttled")),
    ("social/x-recent-search-empty.json", x().row()),
    ("social/x-recent-search-page2.json", x().row()),
    ("social/x-recent-search-partial-errors.json", x().row()),
    ("social/x-recent-search-postfields.json", x().row()),
    ("social/x-recent-search.json", x().row()),
    ("social/yelp-error-daily-limit.json", Fault("yelp", "spent")),
    ("social/yelp-error-not-found.json", Fault("yelp", "status")),
    ("social/yelp-error-qps.json", Fault("yelp", "throttled")),
    ("social/yelp-error-token.json", Fault("yelp", "revoked")),
    ("social/yelp-reviews-empty.json", google("yelp").row()),
    ("social/yelp-reviews.json", google("yelp").row()),
    ("social/youtube-channel.atom.xml", read("feed", &[]).row()),
    (
        "social/youtube-channels-statistics.json",
        read("youtube", &["/items"])
            .way(Way::Counted("id", "youtube:*", "https://www.youtube.com/channel/*"))
            .less(1, "who hides how many follow; the others are followers of who made known videos")
            .row(),
    ),
    (
        "social/youtube-comment-threads-page2.json",
        read("youtube", &["/items", "/items/*/replies/comments"]).at("UCk1ppH0pN0rd1cT3stCh4nn").row(),
    ),
    (
        "social/youtube-comment-threads.json",
        read("youtube", &["/items", "/items/*/replies/comments"]).at("UCk1ppH0pN0rd1cT3stCh4nn").row(),
    ),
    ("social/youtube-error-bad-key.json", Fault("youtube", "revoked")),
    ("social/youtube-error-comments-disabled.json", Fault("youtube", "a problem: of one list, and the rest is read")),
    ("social/youtube-error-quota.json", Fault("youtube", "spent")),
    ("social/youtube-error-search-bucket-429.json", Fault("youtube", "spent")),
    ("social/youtube-search-empty.json", read("youtube", &["/items"]).row()),
    (
        "social/youtube-search.json",
        read("youtube", &["/items"]).less(4, "their names only; a second call gives them whole").row(),
    ),
    (
        "social/youtube-videos-statistics.json",
        read("youtube", &["/items"]).after(&["social/youtube-search.json"]).row(),
    ),
];
