//! Where people talk, and APIs that only the configuration describes.

use mentiond::model::SourceKind::*;

use super::super::list::{ALL, List, Order, Page};
use super::super::posts::Form;
use super::{DAY, HOUR, Network, SMALL, Secret, of};

const HITS: List = List {
    part: "numericFilters=",
    file: "hn-search-by-date.json",
    list: "/hits",
    item: &[
        ("/objectID", "{n}"),
        ("/created_at", "{time}"),
        ("/created_at_i", "={unix}"),
        ("/title", "{text}"),
        ("/points", "={count}"),
        ("/num_comments", "=0"),
        ("/comment_text", "-"),
        ("/parent_id", "-"),
        ("/story_id", "-"),
        ("/story_title", "-"),
    ],
    around: &[("/nbHits", "={all}"), ("/nbPages", "={pages}"), ("/hitsPerPage", "=5")],
    since: Some(("created_at_i>", Form::Later)),
    before: Some(("created_at_i<", Form::Unix)),
    most: 5,
    ..ALL
};

const LEMMY: List = List {
    part: "/api/v3/search",
    file: "lemmy-search.json",
    list: "/comments",
    item: &[
        ("/comment/id", "={n}"),
        ("/comment/ap_id", "https://lemmy.example/comment/{n}"),
        ("/comment/content", "{text}"),
        ("/comment/published", "{time}"),
    ],
    around: &[("/posts", "=[]")],
    page: Page::Number("page"),
    most: 50,
    ..ALL
};

const QUESTIONS: List = List {
    part: "/search/advanced",
    file: "stackexchange-search.json",
    list: "/items",
    item: &[
        ("/question_id", "={n}"),
        ("/creation_date", "={unix}"),
        ("/last_activity_date", "={unix}"),
        ("/title", "{text}"),
        ("/body", "<p>{text}</p>"),
        ("/link", "https://stackoverflow.com/questions/{n}/x"),
        ("/score", "={count}"),
        ("/answer_count", "=0"),
    ],
    around: &[("/has_more", "={more}"), ("/backoff", "-")],
    since: Some(("fromdate=", Form::Unix)),
    page: Page::Number("page"),
    ..ALL
};

const THREADS: List = List {
    part: "/search",
    file: "reddit-search.json",
    list: "/data/children",
    item: &[
        ("/data/name", "t3_{n}"),
        ("/data/id", "{n}"),
        ("/data/permalink", "/r/BuyItForLife/comments/{n}/x/"),
        ("/data/url", "https://www.reddit.com/r/BuyItForLife/comments/{n}/x/"),
        ("/data/created", "={unix}"),
        ("/data/created_utc", "={unix}"),
        ("/data/title", "{text}"),
        ("/data/selftext", "{text}"),
        ("/data/score", "={count}"),
        ("/data/num_comments", "=0"),
        ("/data/num_crossposts", "=0"),
    ],
    around: &[("/data/after", "t3_{next}")],
    page: Page::Number("after"),
    most: 5,
    ..ALL
};

/// More words than some networks may be asked for at once.
const MANY: &str = "terms = [\"skip hop\", \"skiphop\", \"skip hop bag\", \"skip hop bib\", \"skip hop chair\", \"skip hop cup\", \
                    \"skip hop lamp\", \"skip hop mat\", \"skip hop toy\"]\n";

const NO_QUESTIONS: &str = r#"{"items":[],"has_more":false,"quota_max":300,"quota_remaining":299}"#;

/// A list of an API that the configuration describes.
const ITEMS: List = List {
    part: "/items",
    file: "stackexchange-search.json",
    list: "/items",
    item: &[("/question_id", "={n}"), ("/creation_date", "={unix}"), ("/title", "{text}")],
    most: 5,
    ..ALL
};

pub(super) const FORUMS: &[Network] = &[
    Network {
        lists: &[List { part: "tags=story,(", named: Some("story_{n}"), is_recount: true, most: 100, ..HITS }, HITS],
        rush: 7,
        quota: Some((10_000, HOUR)),
        ..of(HackerNews)
    },
    Network { lists: &[LEMMY], rush: 48, quota: Some((60, 600)), ..of(Lemmy) },
    Network {
        name: SMALL,
        others: &[("", r#"{"posts":[],"comments":[]}"#)],
        lines: "interval = \"1m\"\ncalls_per_day = 2\n",
        quota: Some((2, DAY)),
        ..of(Lemmy)
    },
    Network {
        lists: &[List {
            part: "/search.json",
            file: "discourse-search.json",
            list: "/posts",
            item: &[
                ("/id", "={n}"),
                ("/topic_id", "={n}"),
                ("/post_number", "=1"),
                ("/created_at", "{time}"),
                ("/blurb", "{text}"),
            ],
            around: &[("/topics", "=[]"), ("/grouped_search_result/more_full_page_results", "={more}")],
            since: Some(("after:", Form::Day)),
            page: Page::Number("page"),
            most: 10,
            ..ALL
        }],
        rush: 12,
        lines: MANY,
        // What a forum allows unless it is told otherwise.
        quota: Some((8, 60)),
        ..of(Discourse)
    },
    Network {
        lists: &[QUESTIONS, List { part: "/2.3/questions/", named: Some("{n}"), is_recount: true, ..QUESTIONS }],
        others: &[("/search/excerpts", NO_QUESTIONS)],
        quota: Some((300, DAY)),
        ..of(StackExchange)
    },
    Network {
        lists: &[List {
            part: "is:issue",
            file: "github-search-issues.json",
            list: "/items",
            item: &[
                ("/id", "={n}"),
                ("/number", "={n}"),
                ("/html_url", "https://github.com/brewkit/brewd/issues/{n}"),
                ("/url", "https://api.github.com/repos/brewkit/brewd/issues/{n}"),
                ("/title", "{text}"),
                ("/body", "{text}"),
                ("/created_at", "{time}"),
                ("/updated_at", "{time}"),
            ],
            around: &[("/total_count", "={all}")],
            headers: &[("link", "<https://api.github.com/search/issues?page={next}>; rel=\"next\"")],
            since: Some(("created:>=", Form::Iso)),
            page: Page::Number("page"),
            most: 10,
            ..ALL
        }],
        others: &[("is:pull-request", r#"{"total_count":0,"incomplete_results":false,"items":[]}"#)],
        lines: MANY,
        rush: 12,
        quota: Some((10, 60)),
        ..of(GitHub)
    },
    Network {
        lists: &[List { part: "/api/info", named: Some("t3_{n}"), is_recount: true, most: 100, ..THREADS }, THREADS],
        secret: Secret::Word,
        lines: "account = \"app\"\n",
        rush: 7,
        quota: Some((100, 60)),
        ..of(Reddit)
    },
    Network {
        lists: &[List { since: Some(("since=", Form::Unix)), page: Page::Offset("offset"), ..ITEMS }],
        path: "/items?q={term}&since={since_unix}&offset={offset}",
        lines: "calls_per_day = 2400\n[source.json]\nlist = \"/items\"\nid = \"/question_id\"\ntitle = [\"/title\"]\n\
                published = \"/creation_date\"\ndates = \"unix\"\npaging = \"offset\"\npage_size = 5\n",
        rush: 7,
        quota: Some((2_400, DAY)),
        ..of(Json)
    },
    Network {
        name: "json by links",
        lists: &[List {
            headers: &[("link", "</items?page={next}>; rel=\"next\"")],
            page: Page::Number("page"),
            ..ITEMS
        }],
        path: "/items?q={term}",
        lines: "[source.json]\nlist = \"/items\"\nid = \"/question_id\"\ntitle = [\"/title\"]\n\
                published = \"/creation_date\"\ndates = \"unix\"\npaging = \"link\"\n",
        rush: 7,
        ..of(Json)
    },
    Network {
        name: "json by cursor",
        lists: &[List { around: &[("/next", "p{next}")], page: Page::Number("cursor"), ..ITEMS }],
        path: "/items?q={term}&cursor={cursor}",
        lines: "[source.json]\nlist = \"/items\"\nid = \"/question_id\"\ntitle = [\"/title\"]\n\
                published = \"/creation_date\"\ndates = \"unix\"\npaging = \"cursor\"\nnext = \"/next\"\n",
        rush: 7,
        ..of(Json)
    },
    Network {
        lists: &[List {
            part: "/getUpdates",
            file: "telegram-get-updates.json",
            list: "/result",
            item: &[
                ("/update_id", "={n}"),
                ("/message/message_id", "={n}"),
                ("/message/date", "={unix}"),
                ("/message/text", "{text}"),
            ],
            since: Some(("offset=", Form::Number)),
            order: Order::Oldest,
            ..ALL
        }],
        secret: Secret::Word,
        rush: 7,
        ..of(Telegram)
    },
    Network {
        lists: &[List {
            part: "/messages",
            file: "discord-channel-messages.json",
            item: &[("/id", "{snowflake}"), ("/timestamp", "{time}"), ("/content", "{text}")],
            since: Some(("after=", Form::Snowflake)),
            order: Order::NewestOfTheNext,
            ..ALL
        }],
        secret: Secret::Word,
        lines: "places = [\"1113617910988800001/1196423538278400003\"]\n",
        rush: 103,
        quota: Some((50, 1)),
        ..of(Discord)
    },
];
