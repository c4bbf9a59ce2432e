//! Social networks, their streams, and the mailbox.

use mentiond::model::SourceKind::*;

use super::super::list::{ALL, List, Order, Page};
use super::super::posts::Form;
use super::{DAY, HOUR, Network, Secret, of};

const STATUS: List = List {
    part: "/timelines/tag/",
    file: "mastodon-tag-timeline.json",
    item: &[
        ("/id", "{status}"),
        ("/uri", "https://m.example/s/{n}"),
        ("/url", "https://m.example/u/{n}"),
        ("/created_at", "{time}"),
        ("/language", "en"),
        ("/content", "<p>{text}</p>"),
    ],
    since: Some(("min_id=", Form::Status)),
    before: Some(("max_id=", Form::Status)),
    most: 5,
    order: Order::NewestOfTheNext,
    ..ALL
};

const SKEETS: List = List {
    part: "searchPosts",
    file: "bluesky-search-posts.json",
    list: "/posts",
    item: &[
        ("/uri", "at://did:plc:qxsrth3vlme7jgqimanwtuc2/app.bsky.feed.post/3n{n}"),
        ("/record/createdAt", "{time}"),
        ("/record/text", "{text}"),
        ("/record/facets", "=[]"),
        ("/indexedAt", "{time}"),
        ("/likeCount", "={count}"),
        ("/replyCount", "=0"),
        ("/repostCount", "=0"),
    ],
    around: &[("/cursor", "p{next}"), ("/hitsTotal", "={all}")],
    since: Some(("since=", Form::Iso)),
    page: Page::Number("cursor"),
    most: 5,
    ..ALL
};

const VIDEOS: List = List {
    part: "part=snippet,statistics",
    file: "youtube-videos-statistics.json",
    list: "/items",
    item: &[
        ("/id", "v{n}"),
        ("/snippet/publishedAt", "{time}"),
        ("/snippet/title", "{text}"),
        ("/snippet/description", "{text}"),
        ("/statistics/likeCount", "{count}"),
        ("/statistics/commentCount", "0"),
    ],
    named: Some("v{n}"),
    ..ALL
};

/// The page behind this one, whose address holds the secret.
const GRAPH: &[(&str, &str)] = &[(
    "/paging",
    r#"={"cursors":{"after":"p{next}"},"next":"https://graph.facebook.com/x?access_token=SECRET&after=p{next}"}"#,
)];

pub(super) const SOCIAL: &[Network] = &[
    Network { lists: &[STATUS], rush: 7, quota: Some((300, 900)), ..of(Mastodon) },
    Network {
        lists: &[List {
            part: "/api/v2/search",
            file: "mastodon-search.json",
            list: "/statuses",
            since: None,
            order: Order::Newest,
            ..STATUS
        }],
        secret: Secret::Word,
        rush: 7,
        quota: Some((300, 900)),
        ..of(MastodonSearch)
    },
    Network { lists: &[STATUS], secret: Secret::Word, rush: 7, quota: Some((300, 900)), ..of(MastodonStreaming) },
    Network { path: "/subscribe", rush: 7, ..of(Jetstream) },
    Network {
        lists: &[SKEETS, List { part: "getPosts", named: Some("/3n{n}"), is_recount: true, most: 100, ..SKEETS }],
        authors: Some(("getProfiles", include_str!("../../data/sources/bluesky-get-profiles.json"))),
        secret: Secret::Word,
        lines: "account = \"acme.example\"\n",
        rush: 7,
        quota: Some((3_000, 300)),
        ..of(Bluesky)
    },
    Network {
        lists: &[List {
            part: "/search/recent",
            file: "x-recent-search.json",
            list: "/data",
            item: &[("/id", "2122958283076{n}"), ("/text", "{text}"), ("/created_at", "{time}"), ("/lang", "en")],
            around: &[("/meta/next_token", "p{next}"), ("/meta/result_count", "={all}")],
            since: Some(("start_time=", Form::Iso)),
            page: Page::Number("next_token"),
            most: 5,
            ..ALL
        }],
        secret: Secret::Word,
        lines: "dollars_per_month = 100000.0\n",
        rush: 7,
        quota: Some((450, 900)),
        ..of(X)
    },
    Network {
        lists: &[
            List {
                part: "/v3/search",
                file: "youtube-search.json",
                list: "/items",
                item: &[("/id/videoId", "v{n}"), ("/snippet/publishedAt", "{time}"), ("/snippet/title", "{text}")],
                around: &[("/nextPageToken", "p{next}")],
                since: Some(("publishedAfter=", Form::Iso)),
                page: Page::Number("pageToken"),
                most: 50,
                ..ALL
            },
            VIDEOS,
            List { part: "part=statistics", is_recount: true, ..VIDEOS },
        ],
        authors: Some(("/v3/channels", include_str!("../../data/sources/youtube-channels-statistics.json"))),
        secret: Secret::Word,
        quota: Some((100, DAY)),
        ..of(YouTube)
    },
    Network {
        name: "youtube comments",
        lists: &[List {
            part: "/commentThreads",
            file: "youtube-comment-threads.json",
            list: "/items",
            item: &[
                ("/id", "thread{n}"),
                ("/snippet/topLevelComment/id", "thread{n}"),
                ("/snippet/topLevelComment/snippet/textDisplay", "{text}"),
                ("/snippet/topLevelComment/snippet/textOriginal", "{text}"),
                ("/snippet/topLevelComment/snippet/publishedAt", "{time}"),
                ("/snippet/topLevelComment/snippet/updatedAt", "{time}"),
                ("/snippet/totalReplyCount", "=0"),
                ("/replies", "={}"),
            ],
            around: &[("/nextPageToken", "p{next}")],
            page: Page::Number("pageToken"),
            most: 5,
            ..ALL
        }],
        secret: Secret::Word,
        lines: "calls_per_day = 10000\nplaces = [\"UCk1ppH0pN0rd1cT3stCh4nn\"]\n",
        rush: 7,
        quota: Some((10_000, DAY)),
        ..of(YouTube)
    },
    Network {
        lists: &[List {
            part: "/tagged?",
            file: "facebook-page-tagged.json",
            list: "/data",
            item: &[
                ("/id", "122104440000111122_{n}"),
                ("/message", "{text}"),
                ("/created_time", "{time}"),
                ("/tagged_time", "{time}"),
                ("/permalink_url", "https://www.facebook.com/122104440000111122/posts/{n}"),
            ],
            around: GRAPH,
            page: Page::Number("after"),
            most: 5,
            ..ALL
        }],
        others: &[("/feed?", r#"{"data":[]}"#)],
        path: "/v25.0",
        secret: Secret::Word,
        lines: "places = [\"104857600123456\"]\n",
        rush: 7,
        // That of an app with one user.
        quota: Some((200, HOUR)),
        ..of(Facebook)
    },
    Network {
        lists: &[List {
            part: "/tags?",
            file: "instagram-tags.json",
            list: "/data",
            item: &[
                ("/id", "18038{n}"),
                ("/caption", "{text}"),
                ("/permalink", "https://www.instagram.com/p/{n}/"),
                ("/timestamp", "{time}"),
            ],
            around: GRAPH,
            page: Page::Number("after"),
            most: 5,
            ..ALL
        }],
        path: "/v25.0",
        secret: Secret::Word,
        lines: "places = [\"17841405309211844\"]\n",
        rush: 7,
        quota: Some((200, HOUR)),
        ..of(Instagram)
    },
    Network {
        lists: &[List {
            part: "tag=skip",
            file: "tumblr-tagged.json",
            list: "/response",
            item: &[
                ("/id", "={n}"),
                ("/id_string", "{n}"),
                ("/post_url", "https://beans.tumblr.com/post/{n}"),
                ("/date", "{spaced} GMT"),
                ("/timestamp", "={unix}"),
                ("/summary", "{text}"),
                ("/title", "{text}"),
                ("/body", "<p>{text}</p>"),
            ],
            before: Some(("before=", Form::Unix)),
            most: 5,
            ..ALL
        }],
        secret: Secret::Word,
        rush: 7,
        quota: Some((1_000, HOUR)),
        ..of(Tumblr)
    },
    Network { secret: Secret::Mailbox, lines: "account = \"anna@skiphop.example\"\n", rush: 7, ..of(Imap) },
];
