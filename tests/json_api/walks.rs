//! The ways of paging, and how walks end.

use std::cell::Cell;

use chrono::TimeDelta;
use mentiond::model::{Answer, LossReason, Source};
use serde_json::{Value, json};
use url::Url;

use super::{answer, described, hourly, item, now, number, parameter, poll, usual, with_link};

/// More pages than any walk of these tests has.
const MANY: usize = 50;

/// The part of a list behind `from`.
fn part(items: &[Value], from: usize, size: usize) -> Vec<Value> {
    items.iter().skip(from).take(size).cloned().collect()
}

/// A source, and its API with pages of ten of these items.
type Api = (Source, Box<dyn Fn(&[Value], &Url) -> Answer>);

/// Each way of paging.
fn ways() -> Vec<(&'static str, Api)> {
    let way = |url: &str, lines: &str| described(&format!("https://api.example{url}"), &usual(lines));
    let page = |items: &[Value], url: &Url| {
        let from = number(url, "page").saturating_sub(1) * 10;
        answer(url, &json!({ "items": part(items, from, 10) }))
    };
    let offset = |items: &[Value], url: &Url| answer(url, &json!({ "items": part(items, number(url, "offset"), 10) }));
    let cursor = |items: &[Value], url: &Url| {
        let from = number(url, "after");
        let next = (from + 10 < items.len()).then(|| (from + 10).to_string());
        answer(url, &json!({ "items": part(items, from, 10), "meta": { "next": next } }))
    };
    let address = |items: &[Value], url: &Url| {
        let from = number(url, "from");
        let next = (from + 10 < items.len()).then(|| format!("/v1/items?q=acme&from={}", from + 10));
        answer(url, &json!({ "items": part(items, from, 10), "next": next }))
    };
    let link = |items: &[Value], url: &Url| {
        let from = number(url, "from");
        let shown = answer(url, &json!({ "items": part(items, from, 10) }));
        if from + 10 >= items.len() {
            return shown;
        }
        with_link(shown, &format!("</v1/items?from={}>; rel=\"next\"", from + 10))
    };
    vec![
        ("page", (way("/v1/items?q={term}&page={page}", "paging = \"page\"\npage_size = 10"), Box::new(page))),
        ("page without a size", (way("/v1/items?q={term}&page={page}", "paging = \"page\""), Box::new(page))),
        ("offset", (way("/v1/items?offset={offset}", "paging = \"offset\"\npage_size = 10"), Box::new(offset))),
        ("offset without a size", (way("/v1/items?offset={offset}", "paging = \"offset\""), Box::new(offset))),
        ("cursor", (way("/v1/items?after={cursor}", "paging = \"cursor\"\nnext = \"/meta/next\""), Box::new(cursor))),
        ("address", (way("/v1/items?q={term}", "paging = \"address\"\nnext = \"/next\""), Box::new(address))),
        ("link", (way("/v1/items", "paging = \"link\""), Box::new(link))),
    ]
}

#[test]
fn each_way_of_paging_reads_all_there_is_and_then_what_is_new() {
    for (name, (source, api)) in ways() {
        let mut items = hourly(25);
        let mut cursor = None;
        let first = poll(&source, &mut cursor, now(), MANY, &|url| api(&items, url)).unwrap();
        let pages = if name.ends_with("without a size") { 4 } else { 3 };
        assert_eq!(first.asked.len(), pages, "{name}: {:?}", first.asked);
        let all: Vec<String> = (0..25).map(|number| (1000 - number).to_string()).collect();
        assert_eq!(first.ids, all, "{name}");
        assert!(first.problems.is_empty() && first.lost.is_empty(), "{name}: {:?} {:?}", first.problems, first.lost);

        // Twelve came within five hours: they fill a page, and what is known begins on the next.
        let later = now() + TimeDelta::hours(5);
        let new = (0..12).map(|number| item(2000 - number, -5 + i64::try_from(number).unwrap() / 3));
        items.splice(0..0, new);
        let second = poll(&source, &mut cursor, later, MANY, &|url| api(&items, url)).unwrap();
        assert_eq!(second.asked.len(), 2, "{name}: {:?}", second.asked);
        assert_eq!(second.asked[0], first.asked[0], "{name}");
        assert_eq!(second.asked[1], first.asked[1], "{name}");
        assert!((0..12).all(|number| second.ids.contains(&(2000 - number).to_string())), "{name}: {:?}", second.ids);
        assert!(
            second.problems.is_empty() && second.lost.is_empty(),
            "{name}: {:?} {:?}",
            second.problems,
            second.lost
        );

        let third = poll(&source, &mut cursor, later, MANY, &|url| api(&items, url)).unwrap();
        assert_eq!(third.asked, first.asked[..1], "{name}");
    }
}

#[test]
fn a_poll_that_may_read_few_pages_is_gone_on_with() {
    for (name, (source, api)) in ways() {
        let (items, mut cursor, mut ids) = (hourly(25), None, Vec::new());
        for _ in 0..4 {
            ids.extend(poll(&source, &mut cursor, now(), 1, &|url| api(&items, url)).unwrap().ids);
        }
        let all: Vec<String> = (0..25).map(|number| (1000 - number).to_string()).collect();
        assert_eq!(ids[..25], all, "{name}");
    }
}

#[test]
fn a_cursor_behind_an_empty_page_leads_nowhere() {
    let source = described("https://api.example/x?after={cursor}", &usual("paging = \"cursor\"\nnext = \"/next\""));
    let items = hourly(20);
    let api = |url: &Url| {
        let from = number(url, "after");
        answer(url, &json!({ "items": part(&items, from, 10), "next": from + 10 }))
    };
    let mut cursor = None;
    let first = poll(&source, &mut cursor, now(), MANY, &api).unwrap();
    assert_eq!(first.asked, ["/x", "/x?after=10", "/x?after=20"]);
    let second = poll(&source, &mut cursor, now(), MANY, &api).unwrap();
    assert_eq!(second.asked, ["/x"], "the newest are read again");
}

/// What is told of a walk that comes back to where it was.
const IN_A_CIRCLE: &str = "the pages lead back to one that was read before, so nothing behind them is read";

#[test]
fn cursors_in_a_circle_end_the_walk_and_are_told() {
    for length in 1..=7_usize {
        let source = described("https://api.example/x?after={cursor}", &usual("paging = \"cursor\"\nnext = \"/next\""));
        // Two pages lead in.
        let api = |url: &Url| {
            let page = number(url, "after");
            let next = if page + 1 < 2 + length { page + 1 } else { 2 };
            let items: Vec<Value> = (0..10).map(|number| item(1000 - page * 10 - number, 1)).collect();
            answer(url, &json!({ "items": items, "next": next.to_string() }))
        };
        let mut cursor = None;
        // Few pages a poll, so that the walk is gone on with.
        let (mut asked, mut problems) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            let poll = poll(&source, &mut cursor, now(), 3, &api).unwrap();
            asked.extend(poll.asked);
            problems.extend(poll.problems);
            if !problems.is_empty() {
                break;
            }
        }
        assert_eq!(problems, [IN_A_CIRCLE], "{length}");
        assert!(asked.len() <= 2 + 3 * (length + 2), "{length}: {asked:?}");
        let again = poll(&source, &mut cursor, now(), 1, &api).unwrap();
        assert_eq!(again.asked, ["/x"], "{length}: the newest are read again");
    }
}

#[test]
fn what_a_circle_hides_is_lost() {
    let source = described("https://api.example/x?after={cursor}", &usual("paging = \"cursor\"\nnext = \"/next\""));
    let circles = Cell::new(false);
    let api = |url: &Url| {
        let page = number(url, "after");
        if !circles.get() {
            return answer(url, &json!({ "items": hourly(10), "next": null }));
        }
        let items: Vec<Value> = (0..10).map(|number| item(3000 - page * 10 - number, -23)).collect();
        answer(url, &json!({ "items": items, "next": ((page + 1) % 2).to_string() }))
    };
    let mut cursor = None;
    let first = poll(&source, &mut cursor, now(), MANY, &api).unwrap();
    assert!(first.lost.is_empty());
    circles.set(true);
    let later = now() + TimeDelta::hours(24);
    let second = poll(&source, &mut cursor, later, MANY, &api).unwrap();
    assert_eq!(second.problems, [IN_A_CIRCLE]);
    let [lost] = second.lost.as_slice() else { panic!("{:?}", second.lost) };
    assert_eq!((lost.from, lost.to), (now(), now() + TimeDelta::hours(23)));
    assert_eq!(lost.why, LossReason::Ends);
}

#[test]
fn pages_that_never_end_are_read_so_far_and_no_further() {
    let source = described("https://api.example/x?page={page}", &usual("paging = \"page\""));
    // All of them are of the last hour, however far one goes.
    let api = |url: &Url| {
        let page = number(url, "page");
        let items: Vec<Value> = (0..2).map(|number| item(page * 2 + number, 0)).collect();
        answer(url, &json!({ "items": items }))
    };
    let mut cursor = None;
    let (mut asked, mut problems) = (0, Vec::new());
    while problems.is_empty() {
        let poll = poll(&source, &mut cursor, now(), 20, &api).unwrap();
        asked += poll.asked.len();
        problems = poll.problems;
        assert!(asked <= 1000);
    }
    assert_eq!(problems, ["a walk back reads 1000 pages at most, and behind them may be more"]);
    let later = now() + TimeDelta::hours(2);
    let api = |url: &Url| {
        let page = number(url, "page");
        let items: Vec<Value> = (0..2).map(|number| item(page * 2 + number, -1)).collect();
        answer(url, &json!({ "items": items }))
    };
    let mut lost = Vec::new();
    let mut first = None;
    for _ in 0..50 {
        let poll = poll(&source, &mut cursor, later, 20, &api).unwrap();
        first = first.or_else(|| poll.asked.first().cloned());
        lost.extend(poll.lost);
    }
    assert_eq!(first.as_deref(), Some("/x?page=1"), "the newest are read again");
    let [lost] = lost.as_slice() else { panic!("{lost:?}") };
    assert_eq!((lost.from, lost.to), (now(), now() + TimeDelta::hours(1)));
    assert_eq!(lost.why, LossReason::Pages(1000));
}

/// Where the page behind the first is asked for, and what is told, when the API writes its address so; it answers at `answers`.
fn behind(answers: &str, next: &str) -> (Vec<String>, Vec<String>) {
    let lines = usual("paging = \"address\"\nnext = \"/next\"\ntoken_in = \"parameter api_key\"");
    let source = described("https://api.example/v1/{place}/x?q={term}", &lines);
    let source = Source { token: Some("hunter2".into()), ..source };
    let api = |url: &Url| {
        let body = match url.query() {
            Some("q=acme") => json!({ "items": hourly(3), "next": next }),
            _ => json!({ "items": [] }),
        };
        answer(&Url::parse(answers).unwrap(), &body)
    };
    let poll = poll(&source, &mut None, now(), MANY, &api).unwrap();
    (poll.asked.into_iter().skip(1).collect(), poll.problems)
}

#[test]
fn the_address_of_the_next_page_is_read_as_browsers_read_it_and_asked_on_the_own_server() {
    let own = "https://api.example/v1/news/x?q=acme";
    for (answers, next, asked) in [
        (own, "?page=2", "/v1/news/x?page=2"),
        (own, "y?page=2", "/v1/news/y?page=2"),
        (own, "/v2/x?page=2", "/v2/x?page=2"),
        (own, "//api.example/v1/x?page=2", "/v1/x?page=2"),
        (own, "https://api.example/v1/x?page=2&api_key=hunter2&z=%20", "/v1/x?page=2&z=+"),
        // Behind a proxy that ends TLS, an API takes itself for one without.
        (own, "http://api.example/v1/x?page=2", "/v1/x?page=2"),
        // It was found there after a redirect.
        ("https://www.api.example/v1/news/x", "https://www.api.example/v1/x?page=2", "/v1/x?page=2"),
        ("https://www.api.example/v1/news/x", "?page=2", "/v1/news/x?page=2"),
    ] {
        assert_eq!(behind(answers, next), (vec![asked.to_owned()], Vec::new()), "{next}");
    }
    assert_eq!(behind(own, ""), (Vec::new(), Vec::new()));
}

#[test]
fn a_next_page_on_another_server_is_not_asked_and_told() {
    let own = "https://api.example/v1/news/x?q=acme";
    for (next, host) in [
        ("https://evil.example/v1/x?page=2", "evil.example"),
        ("//evil.example/", "evil.example"),
        ("https://api.example:8443/v1/x?page=2", "api.example:8443"),
    ] {
        let told = format!("the next page is on another server, `{host}`, which is not asked");
        assert_eq!(behind(own, next), (Vec::new(), vec![told]));
    }
    let told = "the next page has an address that cannot be read: `https://`";
    assert_eq!(behind(own, "https://"), (Vec::new(), vec![told.to_owned()]));
    let told = "the network puts the secret into its next page, which is not asked for";
    assert_eq!(behind(own, "/v1/x?page=2&other=hunter2"), (Vec::new(), vec![told.to_owned()]));
}

#[test]
fn what_leads_on_has_to_be_a_text_or_a_number() {
    let source = described("https://api.example/x?after={cursor}", &usual("paging = \"cursor\"\nnext = \"/next\""));
    let told = "what stands at `/next`, where `next` says, is no text and no number that leads on";
    for (next, problems) in [
        (json!(null), vec![]),
        (json!(false), vec![]),
        (json!(""), vec![]),
        (json!(true), vec![told]),
        (json!({ "after": 3 }), vec![told]),
    ] {
        let api = |url: &Url| answer(url, &json!({ "items": hourly(3), "next": next }));
        let poll = poll(&source, &mut None, now(), MANY, &api).unwrap();
        assert_eq!((poll.asked.len(), poll.problems), (1, problems.into_iter().map(str::to_owned).collect()), "{next}");
    }
}

#[test]
fn a_value_in_the_address_is_never_taken_for_a_name() {
    let source = described(
        "https://api.example/{term}/x?q={term}&from={since_date}&page={page}",
        &usual("paging = \"page\"\nfirst_page = 0"),
    );
    let source = Source { terms: vec!["{since} & {page}".to_owned()], ..source };
    let poll = poll(&source, &mut None, now(), 1, &|url| {
        assert_eq!(parameter(url, "q").as_deref(), Some("{since} & {page}"));
        answer(url, &json!({ "items": [] }))
    });
    assert_eq!(
        poll.unwrap().asked,
        ["/%7Bsince%7D%20&%20%7Bpage%7D/x?q=%7Bsince%7D+%26+%7Bpage%7D&from=2026-11-13&page=0"]
    );
}
