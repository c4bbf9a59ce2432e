//! The networks of the world, and the kinds that are not in it.

use std::sync::LazyLock;

use mentiond::model::SourceKind::{self, *};

use super::accounts::OF_ACCOUNTS;
use super::shapes::Shape;

/// Kinds that the world lacks, each with the reason.
pub const LACKS: &[(SourceKind, &str)] = &[
    (MastodonStreaming, "lives on a WebSocket that is kept open; its own test has a server for that"),
    (Jetstream, "lives on a WebSocket that is kept open; its own test has a server for that"),
    (Imap, "speaks no HTTP; its own test runs against a real mail server"),
];

pub const fn of(
    kind: SourceKind,
    part: &'static str,
    file: &'static str,
    list: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Shape {
    Shape { kind, part, file, list, fields, set: &[], empty: "{}", lines: "" }
}

const STATUS: &[(&str, &str)] = &[
    ("/id", "{status}"),
    ("/uri", "https://m.example/s/{n}"),
    ("/url", "https://m.example/u/{n}"),
    ("/created_at", "{time}"),
    ("/language", "en"),
    ("/content", "<p>{text}</p>"),
];

pub const TOKEN: &str = "token_file = \"secret\"\n";

/// All networks.
pub static NETWORKS: LazyLock<Vec<Shape>> = LazyLock::new(|| [OPEN, OF_ACCOUNTS].concat());

/// Those that anybody may search, most of them without a secret.
const OPEN: &[Shape] = &[
    of(Feed, "", "", "", &[]),
    Shape { lines: "country = \"us\"\n", ..of(GoogleNews, "", "", "", &[]) },
    Shape { lines: "country = \"us\"\n", ..of(BingNews, "", "", "", &[]) },
    Shape {
        set: &[("/nbPages", "1")],
        lines: "refresh = false\n",
        ..of(
            HackerNews,
            "",
            "hn-search-by-date.json",
            "/hits",
            &[
                ("/objectID", "{n}"),
                ("/created_at", "{time}"),
                ("/created_at_i", "={unix}"),
                ("/comment_text", "{text}"),
            ],
        )
    },
    of(Mastodon, "/timelines/tag/", "mastodon-tag-timeline.json", "", STATUS),
    Shape { lines: TOKEN, ..of(MastodonSearch, "/search", "mastodon-search.json", "/statuses", STATUS) },
    Shape {
        set: &[("/posts", "[]")],
        ..of(
            Lemmy,
            "",
            "lemmy-search.json",
            "/comments",
            &[
                ("/comment/id", "={n}"),
                ("/comment/ap_id", "https://lemmy.example/comment/{n}"),
                ("/comment/content", "{text}"),
                ("/comment/published", "{time}"),
            ],
        )
    },
    of(
        Discourse,
        "",
        "discourse-search.json",
        "/posts",
        &[("/id", "={n}"), ("/created_at", "{time}"), ("/blurb", "{text}")],
    ),
    Shape {
        empty: r#"{"items":[],"has_more":false,"quota_max":300,"quota_remaining":299}"#,
        lines: "refresh = false\n",
        ..of(
            StackExchange,
            "/search/advanced",
            "stackexchange-search.json",
            "/items",
            &[
                ("/question_id", "={n}"),
                ("/creation_date", "={unix}"),
                ("/last_activity_date", "={unix}"),
                ("/title", "{text}"),
                ("/body", "<p>{text}</p>"),
                ("/link", "https://stackoverflow.com/questions/{n}/x"),
            ],
        )
    },
    of(
        GitHub,
        "",
        "github-search-issues.json",
        "/items",
        &[
            ("/id", "={n}"),
            ("/number", "={n}"),
            ("/html_url", "https://github.com/brewkit/brewd/issues/{n}"),
            ("/url", "https://api.github.com/repos/brewkit/brewd/issues/{n}"),
            ("/title", "{text}"),
            ("/body", "{text}"),
            ("/created_at", "{time}"),
            ("/updated_at", "{time}"),
        ],
    ),
    of(
        DevTo,
        "",
        "devto-articles.json",
        "",
        &[
            ("/id", "={n}"),
            ("/title", "{text}"),
            ("/description", "{text}"),
            ("/url", "https://dev.to/x/{n}"),
            ("/published_timestamp", "{time}"),
            ("/published_at", "{time}"),
        ],
    ),
    of(
        Gdelt,
        "",
        "gdelt-artlist.json",
        "/articles",
        &[
            ("/url", "https://gdelt.example/{n}"),
            ("/title", "{text}"),
            ("/seendate", "{compact}"),
            ("/language", "English"),
        ],
    ),
    Shape {
        lines: TOKEN,
        ..of(
            NewsApi,
            "",
            "newsapi-everything.json",
            "/articles",
            &[
                ("/url", "https://newsapi.example/{n}"),
                ("/title", "{text}"),
                ("/description", "{text}"),
                ("/content", "{text}"),
                ("/publishedAt", "{time}"),
            ],
        )
    },
    Shape {
        lines: TOKEN,
        ..of(
            Guardian,
            "",
            "guardian-search.json",
            "/response/results",
            &[
                ("/id", "money/{n}"),
                ("/webTitle", "{text}"),
                ("/webUrl", "https://www.theguardian.com/money/{n}"),
                ("/webPublicationDate", "{time}"),
                ("/fields/headline", "{text}"),
                ("/fields/bodyText", "{text}"),
            ],
        )
    },
    of(
        Itunes,
        "",
        "itunes-search-episode.json",
        "/results",
        &[
            ("/trackId", "={n}"),
            ("/trackName", "{text}"),
            ("/trackViewUrl", "https://podcasts.apple.com/us/podcast/x/id1?i={n}"),
            ("/episodeGuid", "guid-{n}"),
            ("/episodeUrl", "https://cdn.example/{n}.mp3"),
            ("/releaseDate", "{time}"),
            ("/description", "{text}"),
        ],
    ),
    Shape {
        empty: "[]",
        ..of(
            WordPress,
            "/posts",
            "wordpress-posts.json",
            "",
            &[
                ("/id", "={n}"),
                ("/date", "{plain}"),
                ("/date_gmt", "{plain}"),
                ("/modified_gmt", "{plain}"),
                ("/guid/rendered", "https://slowmornings.example/?p={n}"),
                ("/link", "https://slowmornings.example/{n}/"),
                ("/title/rendered", "{text}"),
                ("/content/rendered", "<p>{text}</p>"),
            ],
        )
    },
    Shape {
        empty: include_str!("../data/sources/appstore-reviews-empty.json"),
        lines: "places = [\"us/6400000001\"]\n",
        ..of(
            AppStore,
            "page=1/",
            "appstore-reviews.json",
            "/feed/entry",
            &[
                ("/id/label", "{n}"),
                ("/updated/label", "{time}"),
                ("/im:rating/label", "1"),
                ("/title/label", "{text}"),
                ("/content/label", "{text}"),
            ],
        )
    },
    Shape {
        lines: "[source.json]\nlist = \"/items\"\nid = \"/question_id\"\ntitle = [\"/title\"]\npublished = \"/creation_date\"\n\
                dates = \"unix\"\n",
        ..of(
            Json,
            "",
            "stackexchange-search.json",
            "/items",
            &[("/question_id", "={n}"), ("/creation_date", "={unix}"), ("/title", "{text}")],
        )
    },
    Shape {
        set: &[("/meta", r#"{"result_count": 1}"#)],
        lines: "token_file = \"secret\"\ndollars_per_month = 100000.0\n",
        ..of(
            X,
            "/search/recent",
            "x-recent-search.json",
            "/data",
            &[("/id", "2122958283076{n}"), ("/text", "{text}"), ("/created_at", "{time}"), ("/lang", "en")],
        )
    },
];
