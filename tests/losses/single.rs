//! What is particular about single networks.

use std::sync::Arc;

use chrono::TimeDelta;
use http::HeaderMap;
use mentiond::model::json_api::{DateForm, Fields, JsonApi, Paging, Pick};
use mentiond::model::{Instant, Loss, LossReason, Slot, Source, SourceKind};
use mentiond::source::adapter;
use serde_json::{Value, json};

use super::{Polled, ago, answer, loss, now};
use crate::common::networks::source;

#[test]
fn of_a_tick_with_more_articles_than_the_index_gives_out_the_rest_is_lost() {
    let articles = |first: usize, number: usize, at: Instant| {
        let article = |number: usize| {
            let url = format!("https://paper.example/{number}");
            json!({ "url": url, "title": "Acme", "seendate": at.format("%Y%m%dT%H%M%SZ").to_string() })
        };
        json!({ "articles": (first..first + number).map(article).collect::<Vec<_>>() })
    };
    let tick = ago(45);
    // Whoever asks for what came until then is shown the same ones again.
    let flood = || [articles(0, 250, tick), articles(0, 250, tick), articles(1_000, 1, ago(180))];
    let mut first = Polled::of(SourceKind::Gdelt);
    assert_eq!(first.poll(now(), flood()), [], "a first poll misses nothing");
    let mut polled = Polled::of(SourceKind::Gdelt);
    assert_eq!(polled.poll(ago(120), [articles(1_000, 1, ago(180))]), []);
    let second = TimeDelta::seconds(1);
    assert_eq!(polled.poll(now(), flood()), loss(tick, tick + second, LossReason::Newest(250)));
    assert_eq!(polled.poll(now() + second, flood()), [], "it was told");
}

/// So many episodes, the newest of them so many minutes old.
fn episodes(number: u32, age: i64) -> Value {
    let episode = |number: u32| {
        let released = ago(if number == 0 { age } else { 50_000 + i64::from(number) });
        json!({ "wrapperType": "podcastEpisode", "trackId": number, "trackName": "Acme", "releaseDate": released.to_rfc3339() })
    };
    json!({ "results": (0..number).map(episode).collect::<Vec<_>>() })
}

#[test]
fn where_the_best_two_hundred_episodes_have_a_new_one_others_may_be_missing() {
    let then = ago(3 * 1_440);
    for (number, age, lost) in [
        (200, 2 * 1_440, loss(then, ago(1_440), LossReason::Chosen(200))),
        (200, 60, loss(then, now(), LossReason::Chosen(200))),
        // Nothing new came.
        (200, 40_000, Vec::new()),
        // These are all there are.
        (199, 60, Vec::new()),
    ] {
        let mut polled = Polled::of(SourceKind::Itunes);
        assert_eq!(polled.poll(then, [episodes(200, 20_000)]), [], "a first poll misses nothing");
        assert_eq!(polled.poll(now(), [episodes(number, age)]), lost, "{number} {age}");
    }
}

/// So many articles of Google News in the order of nobody knows what, the newest of them so many minutes old.
fn articles(number: i64, age: i64) -> String {
    let item = |number: i64| {
        let at = ago(if number == 2 { age } else { age + 7 * number }).to_rfc2822();
        format!("<item><guid>{number}</guid><title>Acme</title><pubDate>{at}</pubDate></item>")
    };
    format!(
        "<rss version=\"2.0\"><channel><title>x</title>{}</channel></rss>",
        (0..number).map(item).collect::<String>()
    )
}

#[test]
fn where_a_full_answer_of_google_news_has_new_articles_others_may_be_missing() {
    let source = source(SourceKind::GoogleNews, "https://news.google.com", &["acme"]);
    let news = adapter(source.kind);
    for (number, age, lost) in [
        // Some are older than what was read before, and it may be the newest that are left out.
        (100_i64, 10_i64, loss(ago(120), now(), LossReason::Chosen(100))),
        (95, 10, loss(ago(120), now(), LossReason::Chosen(100))),
        // All are newer: that is told once.
        (100, -700, loss(ago(120), now(), LossReason::Chosen(100))),
        // These are all there are.
        (94, 10, Vec::new()),
        // Nothing new came, not even late.
        (100, 1_000, Vec::new()),
    ] {
        let read = |cursor: Option<&str>, body: String, at: Instant| {
            news.read(&source, "acme", cursor, &answer(&source, &body), at).unwrap()
        };
        let first = read(None, articles(100, 2_000), ago(120));
        assert_eq!(first.lost, [], "a first poll misses nothing");
        let at = now() + TimeDelta::minutes((-age).max(0));
        let again = read(first.cursor.as_deref(), articles(number, age), at);
        let lost: Vec<Loss> = lost.into_iter().map(|lost| Loss { to: at, ..lost }).collect();
        assert_eq!(again.lost, lost, "{number} {age}");
    }
}

#[test]
fn a_place_that_counts_more_new_reviews_than_it_shows_has_not_shown_all() {
    let place = |shown: &[&str], total: Option<u32>| {
        let review = |id: &&str| json!({ "name": id, "rating": 4, "publishTime": ago(10_000).to_rfc3339() });
        let mut place = json!({ "reviews": shown.iter().map(review).collect::<Vec<_>>() });
        if let Some(total) = total {
            place["userRatingCount"] = json!(total);
        }
        place
    };
    let places = vec!["ChIJ".to_owned()];
    let of =
        || Source { places: places.clone(), ..source(SourceKind::GooglePlaces, "https://places.googleapis.com", &[]) };
    for (shown, total, lost) in [
        (["a", "b", "c"], Some(40), false),
        (["a", "b", "n"], Some(41), false),
        // Google may choose others of those that were there.
        (["x", "y", "z"], Some(40), false),
        (["a", "b", "n"], Some(43), true),
        (["a", "b", "c"], None, false),
    ] {
        let mut polled = Polled::new(of());
        assert_eq!(polled.poll(ago(720), [place(&["a", "b", "c"], Some(40))]), [], "a first poll misses nothing");
        let expected = if lost { loss(ago(720), now(), LossReason::Chosen(5)) } else { Vec::new() };
        assert_eq!(polled.poll(now(), [place(&shown, total)]), expected, "{shown:?} {total:?}");
    }
    // What is older than the first poll reaches back for is not wanted, then or later.
    let old = json!({ "reviews": [{ "name": "old", "publishTime": ago(20_000).to_rfc3339() }] });
    let read = adapter(SourceKind::GooglePlaces).read(&of(), "ChIJ", None, &answer(&of(), &old), now()).unwrap();
    assert_eq!((read.entries.len(), read.left_out), (0, 1));
}

/// A JSON API whose document is the list.
fn described(url: &str, paging: Paging, fields: Fields) -> Source {
    let api = JsonApi {
        network: "own".to_owned(),
        credential: Slot::Header("authorization".into(), "".into()),
        secrets: Vec::new(),
        headers: HeaderMap::new(),
        list: String::new(),
        paging,
        dates: DateForm::Usual,
        html: false,
        kind: None,
        fields,
    };
    Source { json: Some(Arc::new(api)), ..source(SourceKind::Json, url, &[]) }
}

#[test]
fn a_described_api_of_one_page_may_have_lost_what_lies_below_it() {
    let api = |url: &str, paging: Paging| {
        let pick = |pointer: &str| Pick::parse(pointer).unwrap();
        described(url, paging, Fields { id: pick("/id"), published: Some(pick("/at")), ..Fields::default() })
    };
    let items = |ages: &[i64]| {
        let item = |age: &i64| json!({ "id": age, "at": ago(*age).to_rfc3339() });
        Value::from(ages.iter().map(item).collect::<Vec<_>>())
    };
    let plain = "https://api.example/new";
    for (url, paging, ages, lost) in [
        (plain, Paging::None, [10, 20, 30, 40, 50].as_slice(), Some(ago(50))),
        // As far apart as the entries are, or fewer than tell anything.
        (plain, Paging::None, &[10, 20, 30, 40, 590], None),
        (plain, Paging::None, &[10, 20, 30, 40], None),
        // The known one is still there, also where nothing is sorted, or something is pinned.
        (plain, Paging::None, &[10, 20, 30, 40, 700], None),
        (plain, Paging::None, &[700, 20, 40, 10, 30], None),
        // It is asked for what is new, and shows all of that; or it has pages, and they ended.
        ("https://api.example/new?from={since}", Paging::None, &[10, 20, 30, 40, 50], None),
        ("https://api.example/new?page={page}", Paging::Page { first: 1, size: Some(20) }, &[10, 20, 30, 40, 50], None),
    ] {
        let mut polled = Polled::new(api(url, paging));
        assert_eq!(polled.poll(ago(600), [items(&[690, 695, 700, 705, 710])]), [], "a first poll misses nothing");
        let expected: Vec<Loss> =
            lost.map(|to| Loss { from: ago(600), to, why: LossReason::Newest(5) }).into_iter().collect();
        assert_eq!(polled.poll(now(), [items(ages)]), expected, "{url} {ages:?}");
    }
    let mut polled = Polled::new(api(plain, Paging::None));
    assert_eq!(polled.poll(ago(600), [items(&[])]), []);
    assert_eq!(polled.poll(now(), [items(&[10, 20, 30, 40, 50])]), [], "there was nothing before");
}

#[test]
fn comments_below_more_new_posts_than_are_looked_at_are_lost() {
    let posts = |number: i64, has_more: bool| {
        let post = |age: i64| json!({ "id": format!("1_{age}"), "created_time": ago(age).to_rfc3339(), "comments": { "summary": { "total_count": 0 } } });
        let mut page = json!({ "data": (1..=number).map(|number| post(number * 10)).collect::<Vec<_>>() });
        if has_more {
            page["paging"] = json!({ "next": "https://g.example/x?after=A", "cursors": { "after": "A" } });
        }
        page
    };
    let places = vec!["1".to_owned()];
    let mut polled =
        Polled::new(Source { places, ..source(SourceKind::Facebook, "https://graph.facebook.com/v25.0", &[]) });
    let mut poll = |at, posts: Value| {
        let (lane, cursor, answer) = ("1/comments", polled.cursor.as_deref(), answer(&polled.source, &posts));
        let read = adapter(SourceKind::Facebook).read(&polled.source, lane, cursor, &answer, at).unwrap();
        polled.cursor = read.cursor;
        read.lost
    };
    assert_eq!(poll(ago(600), posts(25, true)), [], "a first poll misses nothing");
    assert_eq!(poll(ago(400), posts(25, false)), [], "there are no other posts");
    assert_eq!(poll(ago(300), posts(25, true)), loss(ago(400), ago(250), LossReason::Posts(25)));
    assert_eq!(poll(ago(100), posts(25, false)), []);
    assert_eq!(poll(now(), posts(25, true)), [], "the oldest of these was there before");
}

#[test]
fn a_search_that_is_not_finished_in_time_is_repeated_a_few_times() {
    let found = |is_partial: bool, age: i64| json!({ "total_count": 1, "incomplete_results": is_partial, "items": [{ "id": age, "created_at": ago(age).to_rfc3339() }] });
    let since = |polled: &Polled| {
        polled.asked().split("created%3A%3E%3D").nth(1).unwrap().split('&').next().unwrap().to_owned()
    };
    let mut polled = Polled::of(SourceKind::GitHub);
    assert_eq!(polled.poll(ago(600), [found(false, 700)]), []);
    let before = since(&polled);
    assert_eq!(polled.poll(ago(400), [found(true, 450)]), []);
    assert_eq!(since(&polled), before, "what was not shown is asked for again");
    assert_eq!(polled.poll(ago(300), [found(false, 450)]), []);
    assert_ne!(since(&polled), before);
    for at in [ago(200), ago(150)] {
        assert_eq!(polled.poll(at, [found(true, 250)]), []);
    }
    assert_eq!(polled.poll(ago(100), [found(true, 250)]), loss(ago(300), ago(100), LossReason::Partly));
    assert_eq!(polled.poll(now(), [found(false, 50)]), []);
}

#[test]
fn updates_that_wait_behind_a_full_answer_are_not_fetched_yet() {
    let updates = |number: i64, first: i64, at: Instant| {
        let update = |number: i64| {
            let message = json!({ "message_id": number, "date": at.timestamp(), "text": "x", "chat": { "id": -1, "type": "group" } });
            json!({ "update_id": number, "message": message })
        };
        json!({ "ok": true, "result": (first..first + number).map(update).collect::<Vec<_>>() })
    };
    let hours = |hours: i64| now() + TimeDelta::hours(hours);
    let kept = LossReason::Hours(24);
    for (number, lost) in [(100, loss(hours(-20), hours(-4), kept.clone())), (99, Vec::new())] {
        let mut polled = Polled::new(source(SourceKind::Telegram, "https://api.telegram.org", &[]));
        assert_eq!(polled.poll(hours(0), [updates(number, 1, hours(-20))]), []);
        // Of those that came before, some were forgotten by the server before they were asked for.
        assert_eq!(polled.poll(hours(20), [updates(1, 500, hours(-3))]), lost, "{number}");
        assert_eq!(polled.poll(hours(21), [updates(0, 0, now())]), []);
    }
}

#[test]
fn an_index_that_contradicts_itself_has_not_shown_all() {
    let hits = |first: u32, at: Instant| {
        let hit = |number: u32| json!({ "objectID": number.to_string(), "created_at_i": at.timestamp() });
        json!({ "hits": (first..first + 100).map(hit).collect::<Vec<_>>(), "nbPages": 9 })
    };
    let one = json!({ "hits": [{ "objectID": "1", "created_at_i": ago(700).timestamp() }], "nbPages": 1 });
    let mut polled = Polled::of(SourceKind::HackerNews);
    assert_eq!(polled.poll(ago(600), [one]), []);
    let to = ago(50) + TimeDelta::seconds(1);
    let lost = polled.poll(now(), [hits(100, ago(50)), hits(300, ago(40))]);
    assert_eq!(lost, loss(ago(710), to, LossReason::Ends));
    let mut first = Polled::of(SourceKind::HackerNews);
    assert_eq!(first.poll(now(), [hits(100, ago(50)), hits(300, ago(40))]), []);
}

#[test]
fn a_feed_that_is_gone_on_its_way_back_says_what_it_could_not_show() {
    let feed = |hours: std::ops::Range<i64>, older: &str| {
        let entry = |hour: i64| {
            let at = (now() - TimeDelta::hours(hour)).to_rfc3339();
            format!("<entry><id>urn:{hour}</id><title>x</title><published>{at}</published></entry>")
        };
        let entries: String = hours.map(entry).collect();
        format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>urn:feed</id>{older}{entries}</feed>")
    };
    let source = source(SourceKind::Feed, "https://blog.example/feed", &[]);
    let feeds = adapter(SourceKind::Feed);
    let read =
        |cursor: Option<&str>, body: String| feeds.read(&source, "", cursor, &answer(&source, &body), now()).unwrap();
    let first = read(None, feed(90..100, "")).cursor.unwrap();
    let open = read(Some(&first), feed(0..10, "<link rel='prev-archive' href='/1'/>")).cursor.unwrap();
    let ended = feeds.after_refusal(&open).unwrap();
    let (from, to) = (now() - TimeDelta::hours(90), now() - TimeDelta::hours(9));
    assert_eq!(feeds.lost(&open, &ended), Some(Loss { from, to, why: LossReason::Ends }));
    assert_eq!(feeds.lost(&first, &first), None);
    assert_eq!(feeds.lost(&open, &open), None, "it goes on later");
}

#[test]
fn a_list_without_dates_that_shows_nothing_of_what_it_showed_may_have_lost_something() {
    let lists: [std::ops::Range<u32>; 4] = [0..6, 2..8, 20..26, 22..28];
    let item = |number: u32| format!("<item><guid>{number}</guid><title>x</title></item>");
    let feed = |numbers: &std::ops::Range<u32>| {
        format!(
            "<rss version=\"2.0\"><channel><title>x</title>{}</channel></rss>",
            numbers.clone().map(item).collect::<String>()
        )
    };
    let document =
        |numbers: &std::ops::Range<u32>| json!(numbers.clone().map(|id| json!({ "id": id })).collect::<Vec<_>>());
    let id = Fields { id: Pick::parse("/id").unwrap(), ..Fields::default() };
    let json = described("https://api.example/new", Paging::None, id);
    let feeds = source(SourceKind::Feed, "https://blog.example/feed", &[]);
    for (source, body) in [
        (&feeds, Box::new(|numbers: &_| feed(numbers)) as Box<dyn Fn(&std::ops::Range<u32>) -> String>),
        (&json, Box::new(|numbers: &_| document(numbers).to_string())),
    ] {
        let (adapter, mut cursor, mut told) = (adapter(source.kind), None, Vec::new());
        let lane = adapter.lanes(source).remove(0);
        for (numbers, at) in lists.iter().zip([ago(30), ago(20), ago(10), now()]) {
            let page = adapter.read(source, &lane, cursor.as_deref(), &answer(source, &body(numbers)), at).unwrap();
            assert_eq!(page.entries.len(), 6);
            cursor = page.cursor.or(cursor);
            told.extend(page.lost);
        }
        assert_eq!(told, loss(ago(20), ago(10), LossReason::Newest(6)), "{}", source.kind.as_str());
    }
}
