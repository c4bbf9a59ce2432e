//! How a walk through comments of `YouTube` goes on: to replies that did not come with them, and no further than it has to.

use mentiond::model::{Answer, Instant, LossReason, Page, Request, Source, SourceKind};
use mentiond::source::adapter;
use serde_json::{Value, json};

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
}
