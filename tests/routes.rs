//! Where alerts go: a tree of routes, as tables of an alert and the ways that it takes.

use std::collections::HashSet;

use mentiond::alert::{Routes, Way};
use mentiond::app::Plan;
use mentiond::config::{self, Env};
use mentiond::model::{Entry, EntryKey, Instant, Judgement, Severity, Source, SourceKind, Tone};
use mentiond::pipeline::Judge;
use mentiond::query::Subject;
use mentiond::sentiment::Scorer;

const TREE: &str = r#"
recipients = ["all@example.org"]
[alert]
group_wait = "10s"
quiet = "22:00-07:00"
[[brand]]
name = "Hop"
[[brand]]
name = "Lego"
recipients = ["lego@example.org"]
[[source]]
name = "blog"
kind = "feed"
url = "https://blog.example.org/feed.xml"
[[rule]]
name = "harm"
[[rule]]
name = "complaint"

[[route]]
name = "log"
continue = true
recipients = ["log@example.org"]
severities = ["notice"]

[[route]]
name = "hop"
brands = ["Hop"]
recipients = ["hop@example.org"]
group_interval = "10m"
quiet = "never"

[[route.route]]
name = "lawyers"
query = "lawsuit OR tone:positive"
recipients = ["law@example.org"]
repeat_interval = "1h"
continue = true

[[route.route]]
name = "harm"
rules = ["harm"]
severities = ["urgent"]
quiet = "12:00-13:00"
urgent_breaks_through = false

[[route]]
name = "any complaint"
rules = ["complaint"]
"#;

fn now() -> Instant {
    Instant::UNIX_EPOCH
}

fn plan(text: &str) -> Result<Plan, String> {
    let env = Env([("HOME".to_owned(), "/home/anna".to_owned())].into());
    let config = config::parse("mentiond.toml", text, &env).map_err(|faults| faults.to_string())?;
    Plan::of(&config, now()).map_err(|faults| faults.to_string())
}

fn tree() -> Routes {
    plan(TREE).unwrap().routes
}

/// The routes that an alert takes.
fn ways(routes: &Routes, brand: &str, rule: &str, severity: Severity, text: &str) -> String {
    let entry = Entry { text: text.to_owned(), ..Entry::new(EntryKey("1".to_owned())) };
    let judgement = Judgement { tone: Tone::Negative, score: Some(-0.5), language: None, reasons: Vec::new() };
    let subject = Subject { judgement: Some(&judgement), severity: Some(severity), ..Subject::from(&entry) };
    let ways: Vec<&str> = routes.find(brand, rule, &subject).iter().map(|way| way.route).collect();
    ways.join(", ")
}

#[test]
fn the_first_route_that_matches_is_taken_and_the_deepest_in_it() {
    use Severity::{Info, Notice, Urgent};
    let routes = tree();
    for (brand, rule, severity, text, taken) in [
        ("Lego", "harm", Info, "", ""),
        ("Lego", "complaint", Info, "", "any complaint"),
        ("Lego", "complaint", Notice, "", "log, any complaint"),
        ("Lego", "harm", Notice, "", "log"),
        ("Hop", "complaint", Info, "", "hop"),
        ("Hop", "complaint", Notice, "", "log, hop"),
        ("Hop", "complaint", Info, "a lawsuit", "lawyers"),
        ("Hop", "harm", Info, "a lawsuit", "lawyers"),
        ("Hop", "harm", Urgent, "a lawsuit", "lawyers, harm"),
        ("Hop", "harm", Urgent, "an injury", "harm"),
        ("Hop", "harm", Info, "an injury", "hop"),
    ] {
        assert_eq!(ways(&routes, brand, rule, severity, text), taken, "{brand} {rule} {severity:?} {text}");
    }
    let none = Routes::default();
    assert_eq!(ways(&none, "Hop", "harm", Urgent, ""), "", "the way of [alert]");
}

#[test]
fn a_route_takes_over_what_it_does_not_say() {
    let routes = tree();
    let told = |way: Way<'_>| {
        let (settings, grouping) = (way.settings, &way.settings.grouping);
        let quiet = settings.quiet.spans.first().map_or(0, |span| span.from / 60);
        let repeat = grouping.repeat_interval.map_or(0, |interval| interval.as_secs() / 3600);
        format!(
            "{}: {} {}s {}m {repeat}h quiet {quiet} {}",
            way.route,
            settings.recipients.join(" "),
            grouping.group_wait.as_secs(),
            grouping.group_interval.as_secs() / 60,
            settings.quiet.urgent_breaks_through
        )
    };
    let all: Vec<String> = routes.all().into_iter().map(told).collect();
    assert_eq!(
        all,
        [
            ":  10s 5m 4h quiet 22 true",
            "log: log@example.org 10s 5m 4h quiet 22 true",
            "hop: hop@example.org 10s 10m 4h quiet 0 true",
            "lawyers: law@example.org 10s 10m 1h quiet 0 true",
            "harm: hop@example.org 10s 10m 4h quiet 12 false",
            "any complaint:  10s 5m 4h quiet 22 true",
        ]
    );
    let told: Vec<(String, String)> = plan(TREE)
        .unwrap()
        .ways()
        .into_iter()
        .map(|(_, audience)| {
            (audience.route, audience.brands.values().flatten().cloned().collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(told[0], (String::new(), "all@example.org lego@example.org".to_owned()));
    assert_eq!(told[2], ("hop".to_owned(), "hop@example.org hop@example.org".to_owned()));
}

#[test]
fn a_query_of_a_route_that_cannot_be_read_is_told_with_its_place() {
    let wrong = TREE.replace("lawsuit OR tone:positive", "-lawsuit");
    let expected = "mentiond.toml:35:9: route[1].route[0].query: the query only says what must not occur (character 1 of \
                    the query `-lawsuit`)\n  hint: add a word or phrase that has to occur, in each branch of `OR`";
    assert_eq!(plan(&wrong).unwrap_err(), expected);
}

#[test]
fn nobody_is_told_of_an_alert_by_two_routes() {
    let Plan { watched, rules, routes, .. } = plan(&TREE.replace("log@example.org", "hop@example.org")).unwrap();
    let judge = Judge::new(watched, Scorer::new(), rules).routed(routes);
    let source = Source::new("blog".to_owned(), SourceKind::Feed, "https://blog.example.org/feed.xml".parse().unwrap());
    let text = "Workers of Hop are on strike".to_owned();
    let entry = Entry { text, ..Entry::new(EntryKey("1".to_owned())) };
    let found = judge.find_all(&source, vec![entry], &HashSet::new(), now());
    let alert = found[0].mentions[0].outcome.alert.as_ref().unwrap();
    let told: Vec<_> = alert.ways.iter().map(|way| (way.route.as_str(), way.recipients.join(" "))).collect();
    assert_eq!(told, [("log", "hop@example.org".to_owned()), ("hop", String::new())]);
}
