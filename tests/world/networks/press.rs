//! News, blogs, podcasts, and the reviews that shops for apps show to everybody.

use mentiond::model::SourceKind::*;

use super::super::list::{ALL, List, Page};
use super::super::posts::Form;
use super::{DAY, Network, Secret, of};

/// Too much for one query of GDELT.
const LONG: &str = "terms = [\"skip hop\", \"skip hop is terrible, and nobody answers me about the bag, the parcel, the lunchbox, the \
                    bottle, the blanket, the strap and the zipper\", \"skip hop is terrible, and I am still waiting for my \
                    refund of the pocket, the lid, the cup, the chair, the mat, the toy and the lamp\"]\n";

pub(super) const PRESS: &[Network] = &[
    Network { lists: &[List { most: 30, ..ALL }], path: "/feed.xml", ..of(Feed) },
    Network { lists: &[List { part: "/rss/search", ..ALL }], lines: "country = \"us\"\n", ..of(GoogleNews) },
    Network { lists: &[List { part: "/news/search", most: 12, ..ALL }], lines: "country = \"us\"\n", ..of(BingNews) },
    Network {
        lists: &[List {
            part: "tag=skiphop",
            file: "devto-articles.json",
            item: &[
                ("/id", "={n}"),
                ("/title", "{text}"),
                ("/description", "{text}"),
                ("/url", "https://dev.to/x/{n}"),
                ("/published_timestamp", "{time}"),
                ("/published_at", "{time}"),
            ],
            page: Page::Number("page"),
            ..ALL
        }],
        ..of(DevTo)
    },
    Network {
        lists: &[List {
            part: "/api/v2/doc/doc",
            file: "gdelt-artlist.json",
            list: "/articles",
            item: &[
                ("/url", "https://gdelt.example/{n}"),
                ("/title", "{text}"),
                ("/seendate", "{compact}"),
                ("/language", "English"),
            ],
            since: Some(("startdatetime=", Form::Digits)),
            before: Some(("enddatetime=", Form::Digits)),
            most: 250,
            ..ALL
        }],
        lines: LONG,
        quota: Some((1, 5)),
        ..of(Gdelt)
    },
    Network {
        lists: &[List {
            part: "/v2/everything",
            file: "newsapi-everything.json",
            list: "/articles",
            item: &[
                ("/url", "https://newsapi.example/{n}"),
                ("/title", "{text}"),
                ("/description", "{text}"),
                ("/content", "{text}"),
                ("/publishedAt", "{time}"),
            ],
            around: &[("/totalResults", "={all}")],
            since: Some(("from=", Form::Naive)),
            ..ALL
        }],
        secret: Secret::Word,
        quota: Some((100, DAY)),
        ..of(NewsApi)
    },
    Network {
        lists: &[List {
            part: "/search?",
            file: "guardian-search.json",
            list: "/response/results",
            item: &[
                ("/id", "money/{n}"),
                ("/webTitle", "{text}"),
                ("/webUrl", "https://www.theguardian.com/money/{n}"),
                ("/webPublicationDate", "{time}"),
                ("/fields/headline", "{text}"),
                ("/fields/bodyText", "{text}"),
            ],
            around: &[("/response/currentPage", "={page}"), ("/response/pages", "={pages}")],
            since: Some(("from-date=", Form::Iso)),
            page: Page::Number("page"),
            most: 10,
            ..ALL
        }],
        secret: Secret::Word,
        rush: 7,
        quota: Some((500, DAY)),
        ..of(Guardian)
    },
    Network {
        lists: &[List {
            part: "/search?",
            file: "itunes-search-episode.json",
            list: "/results",
            item: &[
                ("/trackId", "={n}"),
                ("/trackName", "{text}"),
                ("/trackViewUrl", "https://podcasts.apple.com/us/podcast/x/id1?i={n}"),
                ("/episodeGuid", "guid-{n}"),
                ("/episodeUrl", "https://cdn.example/{n}.mp3"),
                ("/releaseDate", "{time}"),
                ("/description", "{text}"),
            ],
            around: &[("/resultCount", "={all}")],
            most: 200,
            ..ALL
        }],
        quota: Some((20, 60)),
        ..of(Itunes)
    },
    Network {
        lists: &[List {
            part: "/wp/v2/posts",
            file: "wordpress-posts.json",
            item: &[
                ("/id", "={n}"),
                ("/date", "{plain}"),
                ("/date_gmt", "{plain}"),
                ("/modified_gmt", "{plain}"),
                ("/guid/rendered", "https://slowmornings.example/?p={n}"),
                ("/link", "https://slowmornings.example/{n}/"),
                ("/title/rendered", "{text}"),
                ("/content/rendered", "<p>{text}</p>"),
            ],
            headers: &[("x-wp-totalpages", "{pages}")],
            since: Some(("after=", Form::Iso)),
            page: Page::Number("page"),
            most: 5,
            ..ALL
        }],
        others: &[("/wp/v2/comments", "[]")],
        rush: 7,
        ..of(WordPress)
    },
    Network {
        lists: &[List {
            part: "/customerreviews/",
            file: "appstore-reviews.json",
            list: "/feed/entry",
            item: &[
                ("/id/label", "{n}"),
                ("/updated/label", "{time}"),
                ("/im:rating/label", "1"),
                ("/title/label", "{text}"),
                ("/content/label", "{text}"),
            ],
            around: &[(
                "/feed/link",
                r#"=[{"attributes":{"rel":"last","href":"https://itunes.apple.com/us/rss/customerreviews/page={pages}/id=1/xml"}}]"#,
            )],
            page: Page::Number("page"),
            most: 5,
            ..ALL
        }],
        lines: "places = [\"us/6400000001\"]\n",
        rush: 7,
        ..of(AppStore)
    },
];
