//! What is told where a description does not fit what the API says.

use chrono::TimeDelta;
use mentiond::model::PollFault;
use serde_json::{Value, json};
use url::Url;

use super::{answer, described, hourly, item, now, number, poll, usual};

/// What is told of a page, or why it cannot be read.
fn told(lines: &str, body: &Value) -> Result<Vec<String>, String> {
    let source = described("https://api.example/x", lines);
    let read = poll(&source, &mut None, now(), 1, &|url| answer(url, body));
    read.map(|poll| poll.problems).map_err(|fault| fault.to_string())
}

#[test]
fn a_list_that_is_not_there_is_looked_for_elsewhere() {
    let unread = |why: &str| Err(format!("the answer cannot be read: {why}"));
    let nested = json!({ "meta": { "total": 3 }, "response": { "results": [], "a/b~": [] }, "data": [] });
    for (list, body, expected) in [
        (
            "/items",
            &nested,
            "there is no list at `/items`, where `list` says; lists stand at `/data`, `/response/a~1b~0`, `/response/results`",
        ),
        (
            "",
            &nested,
            "it is no list, and `list` does not say where one stands in it; lists stand at `/data`, `/response/a~1b~0`, `/response/results`",
        ),
        ("/items", &json!([]), "there is no list at `/items`, where `list` says"),
        ("/items", &json!({ "items": {} }), "there is no list at `/items`, where `list` says"),
        ("/items", &json!(7), "there is no list at `/items`, where `list` says"),
    ] {
        let lines = format!("[source.json]\nid = \"/id\"\nlist = \"{list}\"\n");
        assert_eq!(told(&lines, body), unread(expected), "{list} {body}");
    }
    let refused = told("[source.json]\nid = \"/id\"\n", &json!({ "error": "no such key" }));
    assert_eq!(refused, Err("the server answered with status 200: no such key".to_owned()));
}

#[test]
fn items_without_what_they_should_have_say_what_they_have() {
    let items = json!({ "items": [{ "uuid": 1, "headline": "acme", "when": "2026-11-20T09:00:00Z" }, 7] });
    let [first, last] = [items["items"][0].clone(), json!({ "id": 2, "title": "acme", "at": "2026-11-20T09:00:00Z" })];
    assert_eq!(
        told(&usual(""), &items),
        Err("the answer cannot be read: 2 of 2 items have no id at `/id`, where `id` says; the first of them has \
             `/headline`, `/uuid`, `/when`"
            .to_owned())
    );
    assert_eq!(
        told(&usual(""), &json!({ "items": [first, last] })),
        Ok(vec![
            "1 of 2 items have no id at `/id`, where `id` says; the first of them has `/headline`, `/uuid`, `/when`"
                .to_owned()
        ])
    );
    assert_eq!(
        told(&usual(""), &json!({ "items": [7, last] })),
        Ok(vec![
            "1 of 2 items have no id at `/id`, where `id` says; the first of them is no object with names in it"
                .to_owned()
        ])
    );
    assert_eq!(
        told(&usual(""), &json!({ "items": [{ "id": 2, "body": "acme", "at": "2026-11-20T09:00:00Z" }] })),
        Ok(vec![
            "no item has a title or a text where `title` and `text` say; the first of them has `/at`, `/body`, `/id`"
                .to_owned()
        ])
    );
    let many: serde_json::Map<String, Value> = (10..30).map(|number| (format!("n{number}"), json!(1))).collect();
    let Err(fault) = told(&usual(""), &json!({ "items": [many] })) else { panic!("it has no id") };
    assert!(fault.ends_with("`/n20`, `/n21` and more"), "{fault}");
    assert_eq!(told(&usual(""), &json!({ "items": [] })), Ok(Vec::new()));
}

/// The dates that are read of items with this one, and what is told.
fn dates(dates: &str, written: &Value) -> (Vec<Option<String>>, Vec<String>) {
    let lines = usual(&format!("dates = \"{dates}\""));
    let source = described("https://api.example/x", &lines);
    let body = json!({ "items": [{ "id": 1, "title": "acme", "at": written }] });
    let poll = poll(&source, &mut None, now(), 1, &|url| answer(url, &body)).unwrap();
    (poll.dates.into_iter().map(|at| at.map(|at| at.to_rfc3339())).collect(), poll.problems)
}

#[test]
fn dates_are_read_in_the_form_that_is_told() {
    for (form, written, expected) in [
        ("usual", json!("2026-11-20T09:00:00Z"), "2026-11-20T09:00:00+00:00"),
        ("unix", json!(1_795_162_471), "2026-11-20T08:14:31+00:00"),
        ("unix", json!("1795162471"), "2026-11-20T08:14:31+00:00"),
        ("unix_ms", json!(1_795_162_471_000_i64), "2026-11-20T08:14:31+00:00"),
        ("%d.%m.%Y", json!("19.11.2026"), "2026-11-19T00:00:00+00:00"),
        ("%d.%m.%Y %H:%M", json!("20.11.2026 08:14"), "2026-11-20T08:14:00+00:00"),
        ("%d.%m.%Y %H:%M %z", json!("20.11.2026 08:14 +0100"), "2026-11-20T07:14:00+00:00"),
    ] {
        assert_eq!(dates(form, &written), (vec![Some(expected.to_owned())], Vec::new()), "{form}");
    }
}

#[test]
fn dates_that_cannot_be_read_are_told() {
    let no_date = |found: &str| {
        vec![format!("1 of 1 items have no date that can be read at `/at`, where `published` says; {found}")]
    };
    for (form, written, shown) in [
        ("unix", json!("2026-11-20T09:00:00Z"), "2026-11-20T09:00:00Z"),
        // Milliseconds lie far ahead as seconds, and seconds in 1970 as milliseconds.
        ("unix", json!(1_795_162_471_000_i64), "1795162471000"),
        ("unix_ms", json!(1_795_162_471), "1795162471"),
        ("%d.%m.%Y", json!("2026-11-19"), "2026-11-19"),
        ("usual", json!(true), "true"),
    ] {
        let told = no_date(&format!("`{shown}` is no date in the form that `dates` says"));
        assert_eq!(dates(form, &written), (vec![None], told), "{form}");
    }
    assert_eq!(dates("usual", &json!(null)), (vec![None], no_date("the first of them has `/at`, `/id`, `/title`")));
}

#[test]
fn pages_without_dates_are_not_walked() {
    let source = described("https://api.example/x?page={page}", &usual("paging = \"page\"\ndates = \"unix\""));
    let api = |url: &Url| answer(url, &json!({ "items": hourly(10) }));
    for at in [now(), now() + TimeDelta::minutes(15)] {
        let poll = poll(&source, &mut None, at, 50, &api).unwrap();
        assert_eq!((poll.asked.len(), poll.ids.len(), poll.problems.len()), (1, 10, 1), "{:?}", poll.problems);
    }
    // One date is enough to tell how far it has come.
    let source = described("https://api.example/x?page={page}", &usual("paging = \"page\""));
    let api = |url: &Url| {
        let page = number(url, "page");
        let items = if page < 4 { json!([{ "id": page, "title": "acme" }, item(100 + page, 1)]) } else { json!([]) };
        answer(url, &json!({ "items": items }))
    };
    assert_eq!(poll(&source, &mut None, now(), 50, &api).unwrap().asked.len(), 4);
}

#[test]
fn an_answer_that_is_no_json_says_what_it_is() {
    let source = described("https://api.example/x", &usual(""));
    let page = |url: &Url| mentiond::model::Answer { body: b"<html>".to_vec(), ..answer(url, &json!({})) };
    let Err(PollFault::Unreadable(why)) = poll(&source, &mut None, now(), 1, &page) else { panic!("it is read") };
    assert!(why.starts_with("it is not JSON but calls itself `nothing`"), "{why}");
}
