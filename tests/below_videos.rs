//! How a walk through comments of `YouTube` goes on: to replies that did not come with them, and no further than it has to.

use std::time::Duration;

use mentiond::alert::Rules;
use mentiond::model::{Answer, EntryKey, EntryKind, Instant, LossReason, Page, Request, Source, SourceKind, Stale};
use mentiond::pipeline::{Judge, Pipeline};
use mentiond::sentiment::Scorer;
use mentiond::source::adapter;
use mentiond::store::ClaimedSource;
use serde_json::{Value, json};

use crate::common::contract::pipeline_of_pages;
use crate::common::hostile::{Reply, Server};
use crate::common::networks;

fn now() -> Instant {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A comment of that day, of whose replies one is shown.
fn thread(id: &str, day: u32, replies: usize) -> Value {
    let comment = |id: &str| json!({ "id": id, "snippet": { "textDisplay": "skip hop", "publishedAt": format!("2026-11-{day}T10:00:00Z") } });
    json!({ "id": id, "replies": { "comments": [comment(&format!("{id}.1"))] },
            "snippet": { "videoId": "v", "totalReplyCount": replies, "topLevelComment": comment(id) } })
}

fn channel() -> Source {
    Source { places: vec!["UC1".to_owned()], ..networks::source(SourceKind::YouTube, "https://x.example", &[]) }
}

/// Reads an answer after `before`.
fn read(source: &Source, before: Option<&Page>, body: &Value) -> Page {
    let cursor = before.and_then(|page| page.cursor.as_deref());
    let url = "https://x.example".parse().unwrap();
    let body = body.to_string().into_bytes();
    let answer = Answer { url, status: 200, moved: None, headers: http::HeaderMap::new(), body };
    adapter(source.kind).read(source, &adapter(source.kind).lanes(source)[0], cursor, &answer, now()).unwrap()
}

/// What is asked next, in short: the last part of the path, and what it is about.
fn next(page: &Page) -> Option<String> {
    let Request { url, .. } = page.next.as_ref()?;
    let about = url.query_pairs().filter(|(name, _)| ["parentId", "videoId", "id", "pageToken"].contains(&&**name));
    let about: Vec<String> = about.map(|(_, value)| value.into_owned()).collect();
    Some(format!("{} {}", url.path_segments().unwrap().next_back().unwrap(), about.join(" ")))
}

#[test]
fn replies_are_read_of_a_list_that_is_not_read_further() {
    let source = channel();
    // What is wanted begins a week before.
    let threads =
        json!({ "nextPageToken": "behind", "items": [thread("a", 19, 3), thread("b", 18, 1), thread("c", 10, 9)] });
    let first = read(&source, None, &threads);
    assert_eq!(next(&first).as_deref(), Some("comments a"), "what is older, or came whole, is not asked for");
    // The last of them was shown before, and is no sign that the network turns in a circle.
    let reply = json!({ "id": "a.1", "snippet": { "textDisplay": "x", "publishedAt": "2026-11-01T10:00:00Z" } });
    let second = read(&source, Some(&first), &json!({ "items": [reply] }));
    assert_eq!((next(&second), &second.problems), (None, &Vec::new()));

    let threads = json!({ "nextPageToken": "behind", "items": [thread("a", 19, 3), thread("b", 18, 2)] });
    let first = read(&source, None, &threads);
    let second =
        read(&source, Some(&first), &json!({ "items": [thread("b", 18, 2)["replies"]["comments"][0].clone()] }));
    assert_eq!(next(&second).as_deref(), Some("comments b"));
    let third = read(&source, Some(&second), &json!({ "items": [] }));
    assert_eq!(next(&third).as_deref(), Some("commentThreads behind"));
}

#[test]
fn more_threads_than_are_asked_for_are_a_loss() {
    let source = channel();
    let done = read(&source, None, &json!({ "items": [] }));
    let threads: Vec<Value> = (0..21).map(|number| thread(&format!("t{number}"), 20, 3)).collect();
    let page = read(&source, Some(&done), &json!({ "items": threads[..20] }));
    assert_eq!((page.lost.len(), next(&page).as_deref()), (0, Some("comments t0")));
    let page = read(&source, Some(&done), &json!({ "items": threads }));
    // Nothing was lost since the poll before, which was just now.
    assert_eq!(page.lost, []);
    let cursor = done.cursor.as_deref().unwrap().replace(&now().timestamp().to_string(), "1763600000");
    let done = Page { cursor: Some(cursor), ..done };
    let page = read(&source, Some(&done), &json!({ "items": threads }));
    assert_eq!(page.lost.iter().map(|loss| &loss.why).collect::<Vec<_>>(), [&LossReason::Posts(20)]);
}

#[test]
fn searches_alone_count_in_the_budget_of_who_searches() {
    let search = networks::source(SourceKind::YouTube, "https://x.example", &["acme"]);
    let found = json!({ "nextPageToken": "behind", "items": (0..12).map(|n| json!({ "id": { "videoId": format!("v{n}") } })).collect::<Vec<_>>() });
    let video = |n: usize| json!({ "id": format!("v{n}"), "snippet": {}, "statistics": { "commentCount": "2" } });
    let videos = json!({ "items": (0..12).map(video).collect::<Vec<_>>() });
    let mut page = read(&search, None, &found);
    assert!(next(&page).unwrap().starts_with("videos v0,v1,") && !page.next.as_ref().unwrap().is_counted);
    page = read(&search, Some(&page), &videos);
    for number in 0..10 {
        assert_eq!(next(&page).unwrap(), format!("commentThreads v{number}"));
        assert!(!page.next.as_ref().unwrap().is_counted);
        page = read(&search, Some(&page), &json!({ "items": [] }));
    }
    assert_eq!(next(&page).unwrap(), "search behind");
    assert!(page.next.as_ref().unwrap().is_counted);

    let page = read(&channel(), None, &json!({ "items": [thread("a", 19, 3)] }));
    assert!(page.next.unwrap().is_counted, "below channels nothing is searched");

    let video = Stale {
        key: EntryKey("youtube:v".to_owned()),
        author: Some("https://www.youtube.com/channel/UC1".to_owned()),
        kind: Some(EntryKind::Video),
        since: now(),
    };
    for (source, is_counted) in [(search, false), (channel(), true)] {
        let recounts = adapter(source.kind).recounts(&source, std::slice::from_ref(&video));
        assert_eq!(recounts.iter().map(|recount| recount.request.is_counted).collect::<Vec<_>>(), [is_counted; 2]);
    }
}

#[test]
fn what_is_refused_of_one_video_is_no_matter_of_the_others() {
    let adapter = adapter(SourceKind::YouTube);
    let reads = |path: &str, status: u16, reason: &str| {
        let url = format!("https://x.example/youtube/v3/{path}").parse().unwrap();
        let error = json!({ "error": { "code": status, "message": "No.", "errors": [{ "reason": reason }] } });
        let body = error.to_string().into_bytes();
        adapter.reads(&Answer { url, status, moved: None, headers: http::HeaderMap::new(), body })
    };
    for path in ["commentThreads?videoId=v", "comments?parentId=c"] {
        assert!(reads(path, 403, "forbidden") && reads(path, 400, "processingFailure"), "{path}");
        for (status, reason) in [(403, "quotaExceeded"), (403, "rateLimitExceeded"), (400, "keyInvalid")] {
            assert!(!reads(path, status, reason), "{path}: {reason} is said of all calls");
        }
        assert!(!reads(path, 401, "x") && !reads(path, 429, "x") && !reads(path, 500, "x"), "{path}");
    }
    assert!(!reads("commentThreads?allThreadsRelatedToChannelId=UC1", 403, "forbidden"), "that is a lane");
    assert!(!reads("search?q=x", 403, "forbidden") && !reads("videos?id=v", 400, "processingFailure"));
}

/// A network of so many pages of hits, all of which have comments with many replies.
async fn busy(pages: usize) -> Server {
    Server::start(move |path| {
        let url = url::Url::parse("https://x.example").unwrap().join(path).unwrap();
        let given = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let items = match url.path().rsplit('/').next().unwrap() {
            "search" => {
                let page: usize = given("pageToken").map_or(0, |token| token.parse().unwrap());
                let hit = |number: usize| json!({ "id": { "videoId": format!("p{page}v{number}") } });
                let next = (page + 1 < pages).then(|| (page + 1).to_string());
                return ok(&json!({ "items": (0..50).map(hit).collect::<Vec<_>>(), "nextPageToken": next }));
            }
            "videos" => {
                let video = |id: &str| json!({ "id": id, "statistics": { "commentCount": "9" } });
                given("id").unwrap().split(',').map(video).collect()
            }
            "commentThreads" => {
                let video = given("videoId").unwrap();
                (0..5).map(|number| thread(&format!("{video}c{number}"), 19, 9)).collect()
            }
            _ => vec![json!({ "id": format!("{}.r", given("parentId").unwrap()), "snippet": {} })],
        };
        ok(&json!({ "items": items }))
    })
    .await
}

fn ok(body: &Value) -> Reply {
    let (body, head) = (body.to_string(), "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length");
    Reply::bytes(format!("{head}: {}\r\n\r\n{body}", body.len()))
}

fn search(server: &Server, terms: &[&str]) -> Source {
    let source = networks::source(SourceKind::YouTube, server.url("/").as_str(), terms);
    Source { allow_private: true, token: Some("x".into()), ..source }
}

/// As many pages as usual.
fn ten_pages() -> Pipeline {
    pipeline_of_pages(Judge::new(Vec::new(), Scorer::new(), Rules::new(&[])), 10)
}

#[tokio::test]
async fn each_poll_searches_however_many_comments_there_are() {
    let server = busy(1).await;
    let source = search(&server, &["acme"]);
    let mut claim = ClaimedSource::fresh("blog");
    for number in 0..2 {
        let reading = ten_pages().read_source(&source, &claim, now()).await;
        // The search, its videos, the comments below ten of them and the replies to five below each.
        assert_eq!((reading.requests, reading.fault, reading.usage.calls), (62, None, 1 + number));
        assert!(reading.unread.is_empty(), "{}", reading.unread);
        (claim.cursor, claim.lanes, claim.usage) = (reading.cursor, reading.lanes, reading.usage);
        assert!(server.requests()[62 * usize::try_from(number).unwrap()].contains("/search?"));
    }
}

#[tokio::test]
async fn a_poll_ends_after_a_hundred_calls_beside_its_pages_and_the_next_one_begins_with_who_had_no_turn() {
    let server = busy(9).await;
    let terms = ["a", "b"].map(|letter| letter.repeat(300));
    let source = search(&server, &[&terms[0], &terms[1]]);
    let mut claim = ClaimedSource::fresh("blog");
    let reading = ten_pages().read_source(&source, &claim, now()).await;
    assert_eq!((reading.requests, reading.fault), (110, None));
    assert!(reading.unread.to_string().starts_with("only in part; nothing of `\"bbb"), "{}", reading.unread);
    (claim.cursor, claim.lanes, claim.usage) = (reading.cursor, reading.lanes, reading.usage);
    ten_pages().read_source(&source, &claim, now() + chrono::TimeDelta::minutes(30)).await;
    let next = &server.requests()[110];
    assert!(next.contains("/search?") && next.contains("bbb"), "{next}");
}

/// All hits of the only page have been read, but nobody can say how far back the comments were.
#[tokio::test]
async fn who_waits_for_a_search_waits_for_ten_pages_and_hears_that_it_was_read_in_part() {
    let server = busy(1).await;
    let hasty = ten_pages().in_one_sitting(Duration::from_secs(60));
    let reading = hasty.read_source(&search(&server, &["acme"]), &ClaimedSource::fresh("blog"), now()).await;
    assert_eq!((reading.requests, reading.fault), (10, None));
    assert_eq!(reading.unread.to_string(), "only in part");
}
