//! The press, blogs, podcasts, and the reviews of apps, each against its contract; and feeds that say what their entries
//! are.

use mentiond::model::{Answer, Language, Page, Source, SourceKind};
use mentiond::source::adapter;
use serde_json::{Value, json};

use crate::common::contract::{Contract, now};

const NO_ITEMS: &str = "<rss version=\"2.0\"><channel><title>nothing</title></channel></rss>";
const A_PAGE: &str = "<!doctype html><html><head><title>Before you continue</title></head><body>x</body></html>";

fn in_german(mut contract: Contract) -> Contract {
    contract.source.language = Language::parse("de");
    contract.source.country = Some("at".to_owned());
    contract
}

#[tokio::test]
async fn google_news() {
    let contract = Contract::of(SourceKind::GoogleNews, &["acme \"coffee", "skip hop"], NO_ITEMS);
    let contract = contract.page("google-news.rss.xml").refused("consent", 200, A_PAGE).refused("busy", 429, "");
    in_german(contract).refused("busy too", 503, A_PAGE).refused("cut", 200, "<rss><chan").holds("google_news").await;
}

#[tokio::test]
async fn bing_news() {
    let contract = Contract::of(SourceKind::BingNews, &["acme coffee"], NO_ITEMS).page("bing-news.rss.xml");
    in_german(contract).refused("proof", 200, A_PAGE).holds("bing_news").await;
}

#[test]
fn an_edition_is_that_of_the_language_or_of_the_country() {
    for (language, country, google, bing) in [
        (None, None, "hl=en-US&gl=US&ceid=US%3Aen", "en-US"),
        (Some("de"), None, "hl=de&gl=DE&ceid=DE%3Ade", "de-DE"),
        (Some("nb"), None, "hl=no&gl=NO&ceid=NO%3Ano", "no-NO"),
        (Some("nn"), None, "hl=no&gl=NO&ceid=NO%3Ano", "no-NO"),
        (None, Some("ch"), "hl=de&gl=CH&ceid=CH%3Ade", "de-CH"),
        (Some("en"), Some("gb"), "hl=en-GB&gl=GB&ceid=GB%3Aen", "en-GB"),
        (Some("fr"), Some("ch"), "hl=fr&gl=CH&ceid=CH%3Afr", "fr-CH"),
        (Some("th"), None, "hl=th&gl=US&ceid=US%3Ath", "th-US"),
    ] {
        let asked = |kind| {
            let source = Source {
                language: language.and_then(Language::parse),
                country: country.map(str::to_owned),
                ..Source::new("news".to_owned(), kind, "https://news.example".parse().unwrap())
            };
            adapter(kind).request(&source, "acme", None, now()).url.to_string()
        };
        let (one, other) = (asked(SourceKind::GoogleNews), asked(SourceKind::BingNews));
        assert!(one.ends_with(google), "{one}");
        assert!(other.contains(&format!("&mkt={bing}&")), "{other}");
    }
}

#[tokio::test]
async fn gdelt() {
    let contract = Contract::of(SourceKind::Gdelt, &["acme coffee", "skip \"hop", "ox"], "{}");
    let contract = contract.page("gdelt-artlist.json").envelopes("gdelt");
    let broken = "{\"articles\": [{\"url\": \"https://x.example/1\", \"title\": \"It\\'s \u{1}Acme\\\\\"}]}";
    let contract = contract.refused("control characters and bad escapes", 200, broken);
    let busy = "Please limit requests to one every 5 seconds or contact us for larger queries.";
    in_german(contract).refused("too fast, as a success", 200, busy).holds("gdelt").await;
}

#[tokio::test]
async fn news_api() {
    let nothing = r#"{"status":"ok","totalResults":0,"articles":[]}"#;
    let contract = Contract::of(SourceKind::NewsApi, &["acme coffee"], nothing).secret(None);
    let refused = |code: &str| json!({"status": "error", "code": code, "message": "No."}).to_string();
    let contract = contract.page("newsapi-everything.json").envelopes("newsapi");
    let contract = contract.refused("exhausted", 429, &refused("apiKeyExhausted"));
    in_german(contract).refused("unexpected", 500, &refused("unexpectedError")).holds("news_api").await;
}

#[tokio::test]
async fn guardian() {
    let nothing = r#"{"response":{"status":"ok","total":0,"currentPage":1,"pages":1,"results":[]}}"#;
    let first = r#"{"response":{"status":"ok","currentPage":1,"pages":2,"results":[{"id":"food/1","webTitle":"Acme Coffee &amp; us",
        "webUrl":"https://www.theguardian.com/food/1","webPublicationDate":"2026-11-20T07:00:00Z","fields":{"starRating":"2"}}]}}"#;
    let contract = Contract::of(SourceKind::Guardian, &["acme coffee"], nothing).secret(None);
    contract.answer("first page", first).page("guardian-search.json").envelopes("guardian").holds("guardian").await;
}

#[tokio::test]
async fn itunes() {
    let contract = Contract::of(SourceKind::Itunes, &["acme coffee"], r#"{"resultCount":0,"results":[]}"#);
    in_german(contract).page("itunes-search-episode.json").envelopes("itunes").holds("itunes").await;
}

#[tokio::test]
async fn wordpress() {
    let closed = |code: &str| json!({"code": code, "message": "No.", "data": {"status": 404}}).to_string();
    let contract = Contract::of(SourceKind::WordPress, &["acme coffee"], "[]").page("wordpress-posts.json");
    let contract = contract.header("x-wp-totalpages", "2").answer("second page", "[]").page("wordpress-comments.json");
    let contract = contract.refused("switched off", 404, &closed("rest_no_route")).refused("no WordPress", 404, A_PAGE);
    let contract = contract.refused("for members", 401, &closed("rest_login_required"));
    contract.refused("a page too far", 400, &closed("rest_post_invalid_page_number")).holds("wordpress").await;
}

#[tokio::test]
async fn app_store() {
    let nothing = include_str!("../data/sources/appstore-reviews-empty.json");
    let contract = Contract::of(SourceKind::AppStore, &[], nothing).places(&["US/6400000001", "no/6400000001"]);
    let contract = contract.page("appstore-reviews.json").page("appstore-reviews-page2.json");
    let contract = contract.page("appstore-reviews-single-entry.json").refused("no such store", 400, A_PAGE);
    contract.refused("out of order", 502, "").refused("forbidden", 403, "").holds("app_store").await;
}

#[tokio::test]
async fn google_alerts_are_a_feed() {
    let contract = Contract::of(SourceKind::Feed, &[], "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>a</id></feed>");
    contract.page("google-alerts.atom.xml").envelopes("feed").holds("google_alerts").await;
}

/// A channel is told to be away now and then, and is there again at the next poll.
#[tokio::test]
async fn a_channel_of_youtube_is_a_feed() {
    let contract = Contract::of(SourceKind::Feed, &[], "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>a</id></feed>");
    let contract =
        contract.page("youtube-channel.atom.xml").refused("away", 404, A_PAGE).refused("broken", 500, A_PAGE);
    contract.holds("youtube_channel").await;
}

#[tokio::test]
async fn comments_of_wordpress_are_a_feed() {
    Contract::of(SourceKind::Feed, &[], NO_ITEMS).page("wordpress-comments.rss.xml").holds("wordpress_comments").await;
}

/// What an entry is stands in its feed, sound or broken, or is not told at all.
#[test]
fn feeds_say_what_their_entries_are_only_where_that_is_certain() {
    let kinds = |document: &str| -> String {
        let source = Source::new("feed".to_owned(), SourceKind::Feed, "https://x.example/feed".parse().unwrap());
        let (url, headers) = (source.url.clone(), http::HeaderMap::new());
        let answer = Answer { url, status: 200, moved: None, headers, body: document.as_bytes().to_vec() };
        let entries = adapter(SourceKind::Feed).read(&source, "", None, &answer, now()).unwrap().entries;
        let kind = |entry: mentiond::model::Entry| entry.kind.map_or("-", |kind| kind.as_str());
        entries.into_iter().map(kind).collect::<Vec<_>>().join(" ")
    };
    let rss = "<rss version=\"2.0\"><channel><title>f</title>\
               <item><title>a</title><enclosure url=\"/a\" length=\"1\" type=\"audio/mpeg\"/></item>\
               <item><title>b</title><enclosure url=\"/b\" length=\"1\" type=\"image/png\"/></item>\
               <item><title>c</title><link>https://x.example/c#comment-7</link></item>\
               <item><title>d</title><link>https://x.example/d#comment-form</link></item></channel></rss>";
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>a</id><link rel=\"enclosure\" type=\"audio/ogg\" href=\"/a\"/></entry>\
                <entry><id>b</id><link type=\"audio/ogg\" href=\"/b\"/></entry><entry><id>yt:video:c</id></entry></feed>";
    for (document, said) in [(rss, "podcast - comment -"), (atom, "podcast - video")] {
        assert_eq!(kinds(document), said);
        assert_eq!(kinds(&format!("Warning: a script failed\n{document}")), said);
    }
    let json = r#"{"items": [{"id": "1", "attachments": [{"mime_type": "audio/mpeg", "url": "/a"}]}, {"id": "2"}]}"#;
    assert_eq!(kinds(json), "podcast -");
}

/// Where a network has no pages, what is older is asked for by its time, and each answer leads further down.
#[test]
fn what_is_older_than_a_full_answer_is_asked_for_by_its_time() {
    let article = |kind, at: i64, number: usize| {
        let time = chrono::DateTime::from_timestamp(at, 0).unwrap();
        match kind {
            SourceKind::Gdelt => {
                json!({"url": format!("https://x.example/{number}"), "title": "t", "seendate": time.format("%Y%m%dT%H%M%SZ").to_string()})
            }
            _ => json!({"url": format!("https://x.example/{number}"), "title": "t", "publishedAt": time.to_rfc3339()}),
        }
    };
    for (kind, full) in [(SourceKind::Gdelt, 250), (SourceKind::NewsApi, 100)] {
        let source = Source {
            terms: vec!["acme".to_owned()],
            first_poll_depth: std::time::Duration::from_secs(86_400),
            ..Source::new("news".to_owned(), kind, "https://news.example".parse().unwrap())
        };
        let adapter = adapter(kind);
        let lane = adapter.lanes(&source).remove(0);
        let newest = now().timestamp();
        let read = |cursor: Option<&str>, times: &[i64]| -> Page {
            let articles: Vec<Value> =
                times.iter().enumerate().map(|(number, at)| article(kind, *at, number)).collect();
            let body = json!({"status": "ok", "articles": articles}).to_string().into_bytes();
            let url = source.url.clone();
            let answer = Answer { url, status: 200, moved: None, headers: http::HeaderMap::new(), body };
            adapter.read(&source, &lane, cursor, &answer, now()).unwrap()
        };
        let spread: Vec<i64> = (0..full).map(|number| newest - number).collect();
        let first = read(None, &spread);
        let end = chrono::DateTime::from_timestamp(newest - full + 2, 0).unwrap();
        let shown = [end.format("%Y%m%d%H%M%S"), end.format("%Y-%m-%dT%H%%3A%M%%3A%S")].map(|end| end.to_string());
        let asked = first.next.unwrap().url.to_string();
        assert!(shown.iter().any(|end| asked.contains(end)), "{asked}");
        assert!(first.problems.is_empty());
        // A whole answer of one second leads on all the same, and says so.
        let stuck = vec![newest - full + 1; usize::try_from(full).unwrap()];
        let second = read(first.cursor.as_deref(), &stuck);
        assert!(second.next.is_some());
        let third = read(second.cursor.as_deref(), &stuck);
        assert!(third.problems[0].contains("than the network gives out"), "{:?}", third.problems);
        let last = read(third.cursor.as_deref(), &[newest - full]);
        assert!(last.next.is_none());
        let asked = adapter.request(&source, &lane, last.cursor.as_deref(), now()).url.to_string();
        assert!(!shown.iter().any(|end| asked.contains(end)), "{asked}");
    }
}
