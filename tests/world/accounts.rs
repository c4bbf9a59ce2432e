//! The networks of the world that are listened to with an account of one's own.

use mentiond::model::SourceKind::*;

use super::shapes::Shape;
use super::table::{TOKEN, of};

/// A line for each.
pub const OF_ACCOUNTS: &[Shape] = &[
    Shape {
        empty: r#"{"items":[]}"#,
        lines: "token_file = \"secret\"\nrefresh = false\nplaces = [\"UCk1ppH0pN0rd1cT3stCh4nn\"]\n",
        ..of(
            YouTube,
            "/commentThreads",
            "youtube-comment-threads.json",
            "/items",
            &[
                ("/id", "thread{n}"),
                ("/snippet/topLevelComment/id", "thread{n}"),
                ("/snippet/topLevelComment/snippet/textDisplay", "{text}"),
                ("/snippet/topLevelComment/snippet/textOriginal", "{text}"),
                ("/snippet/topLevelComment/snippet/publishedAt", "{time}"),
                ("/snippet/topLevelComment/snippet/updatedAt", "{time}"),
                ("/replies", "={}"),
            ],
        )
    },
    Shape {
        empty: r#"{"data":[]}"#,
        lines: "token_file = \"secret\"\nplaces = [\"104857600123456\"]\n",
        ..of(
            Facebook,
            "/tagged",
            "facebook-page-tagged-page2.json",
            "/data",
            &[
                ("/id", "122104440000111122_{n}"),
                ("/message", "{text}"),
                ("/created_time", "{time}"),
                ("/tagged_time", "{time}"),
                ("/permalink_url", "https://www.facebook.com/122104440000111122/posts/{n}"),
            ],
        )
    },
    Shape {
        empty: r#"{"data":[]}"#,
        lines: "token_file = \"secret\"\nplaces = [\"17841405309211844\"]\n",
        ..of(
            Instagram,
            "/tags",
            "instagram-tags.json",
            "/data",
            &[
                ("/id", "18038{n}"),
                ("/caption", "{text}"),
                ("/permalink", "https://www.instagram.com/p/{n}/"),
                ("/timestamp", "{time}"),
            ],
        )
    },
    Shape {
        lines: TOKEN,
        ..of(
            Telegram,
            "/getUpdates",
            "telegram-get-updates.json",
            "/result",
            &[
                ("/update_id", "={n}"),
                ("/message/message_id", "={n}"),
                ("/message/date", "={unix}"),
                ("/message/text", "{text}"),
            ],
        )
    },
    Shape {
        lines: "token_file = \"secret\"\nplaces = [\"1113617910988800001/1196423538278400003\"]\n",
        ..of(
            Discord,
            "/messages",
            "discord-channel-messages.json",
            "",
            &[("/id", "{snowflake}"), ("/timestamp", "{time}"), ("/content", "{text}")],
        )
    },
    Shape {
        lines: TOKEN,
        ..of(
            Tumblr,
            "",
            "tumblr-tagged.json",
            "/response",
            &[
                ("/id", "={n}"),
                ("/id_string", "{n}"),
                ("/post_url", "https://beans.tumblr.com/post/{n}"),
                ("/date", "{spaced} GMT"),
                ("/timestamp", "={unix}"),
                ("/summary", "{text}"),
                ("/title", "{text}"),
                ("/body", "<p>{text}</p>"),
            ],
        )
    },
    Shape {
        lines: "token_file = \"secret\"\nplaces = [\"acme-coffee-portland\"]\n",
        ..of(
            Yelp,
            "",
            "yelp-reviews.json",
            "/reviews",
            &[
                ("/id", "review{n}"),
                ("/url", "https://www.yelp.com/biz/acme-coffee-portland?hrid=review{n}"),
                ("/text", "{text}"),
                ("/rating", "=1"),
                ("/time_created", "{spaced}"),
            ],
        )
    },
    Shape {
        lines: "token_file = \"secret\"\nplaces = [\"507f191e810c19729de860ea\"]\n",
        ..of(
            Trustpilot,
            "",
            "trustpilot-reviews-last-page.json",
            "/reviews",
            &[
                ("/id", "673a1f00b45fb06f00{n}"),
                ("/stars", "=1"),
                ("/title", "{text}"),
                ("/text", "{text}"),
                ("/language", "en"),
                ("/createdAt", "{time}"),
            ],
        )
    },
    Shape {
        lines: "token_file = \"google\"\nplaces = [\"accounts/1/locations/2\"]\n",
        ..of(
            GoogleBusiness,
            "/reviews",
            "google-business-reviews-last-page.json",
            "/reviews",
            &[
                ("/name", "accounts/1/locations/2/reviews/r{n}"),
                ("/reviewId", "r{n}"),
                ("/starRating", "ONE"),
                ("/comment", "{text}"),
                ("/createTime", "{time}"),
                ("/updateTime", "{time}"),
            ],
        )
    },
    Shape {
        lines: "token_file = \"secret\"\nplaces = [\"ChIJexamplePlaceId0000001\"]\ndollars_per_month = 100000.0\n",
        ..of(
            GooglePlaces,
            "",
            "google-places-reviews.json",
            "/reviews",
            &[
                ("/name", "places/ChIJexamplePlaceId0000001/reviews/r{n}"),
                ("/rating", "=1"),
                ("/text/text", "{text}"),
                ("/originalText/text", "{text}"),
                ("/originalText/languageCode", "en"),
                ("/publishTime", "{time}"),
                ("/googleMapsUri", "https://www.google.com/maps/reviews/r{n}"),
            ],
        )
    },
    Shape {
        lines: "token_file = \"google\"\nplaces = [\"com.example.acme\"]\n",
        ..of(
            GooglePlay,
            "/reviews",
            "google-play-reviews.json",
            "/reviews",
            &[
                ("/reviewId", "gp:{n}"),
                ("/comments/0/userComment/text", "{text}"),
                ("/comments/0/userComment/lastModified", "={\"seconds\": \"{unix}\", \"nanos\": 0}"),
                ("/comments/0/userComment/starRating", "=1"),
                ("/comments/0/userComment/reviewerLanguage", "en"),
            ],
        )
    },
    Shape {
        set: &[("/links", "{}")],
        lines: "token_file = \"apple\"\naccount = \"69a6de70-0000-47e3-e053-5b8c7c11a4d1/2X9R4HXF34\"\nplaces = [\"6400000001\"]\n",
        ..of(
            AppStoreConnect,
            "/customerReviews",
            "appstore-connect-reviews.json",
            "/data",
            &[
                ("/id", "review-{n}"),
                ("/attributes/rating", "=1"),
                ("/attributes/title", "{text}"),
                ("/attributes/body", "{text}"),
                ("/attributes/createdDate", "{time}"),
            ],
        )
    },
    Shape {
        empty: r#"{"posts":[]}"#,
        lines: "token_file = \"secret\"\naccount = \"acme.example\"\nrefresh = false\n",
        ..of(
            Bluesky,
            "searchPosts",
            "bluesky-search-posts.json",
            "/posts",
            &[
                ("/uri", "at://did:plc:qxsrth3vlme7jgqimanwtuc2/app.bsky.feed.post/3n{n}"),
                ("/record/createdAt", "{time}"),
                ("/record/text", "{text}"),
                ("/record/facets", "=[]"),
                ("/indexedAt", "{time}"),
            ],
        )
    },
    Shape {
        set: &[("/data/after", "null")],
        empty: r#"{"kind":"Listing","data":{"children":[]}}"#,
        lines: "token_file = \"secret\"\naccount = \"app\"\nrefresh = false\n",
        ..of(
            Reddit,
            "/search",
            "reddit-search.json",
            "/data/children",
            &[
                ("/data/name", "t3_{n}"),
                ("/data/id", "{n}"),
                ("/data/permalink", "/r/BuyItForLife/comments/{n}/x/"),
                ("/data/url", "https://www.reddit.com/r/BuyItForLife/comments/{n}/x/"),
                ("/data/created", "={unix}"),
                ("/data/created_utc", "={unix}"),
                ("/data/title", "{text}"),
                ("/data/selftext", "{text}"),
            ],
        )
    },
];
