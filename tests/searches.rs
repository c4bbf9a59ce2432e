//! What networks are searched for by the brands of a configuration, as each of them writes it.

use mentiond::app::Plan;
use mentiond::config::{self, Env};
use mentiond::model::{Source, SourceKind};
use mentiond::source::adapter;

/// What networks are searched for by brands with these queries, lane by lane.
fn searched(kind: SourceKind, queries: &[&str]) -> Vec<String> {
    let brand = |(number, query)| format!("[[brand]]\nname = '{number}'\nquery = '{query}'\n");
    let brands: String = queries.iter().enumerate().map(brand).collect();
    let text = format!(
        "state_dir = '/tmp/x'\nrecipients = ['a@x.example']\n{brands}[[source]]\nname = 'hn'\nkind = 'hacker_news'\n"
    );
    let config = config::parse("mentiond.toml", &text, &Env::default()).unwrap();
    let [planned] = Plan::of(&config, "2026-11-20T12:00:00Z".parse().unwrap()).unwrap().sources.try_into().unwrap();
    adapter(kind).lanes(&Source { kind, url: "https://x.example".parse().unwrap(), ..planned })
}

#[test]
fn networks_that_join_words_are_asked_for_all_of_them() {
    let all = ["acme coffee", "\"skip hop\" (refund OR scam) -#ad -author:skiphop", "tea"];
    for (kind, lanes) in [
        (
            SourceKind::X,
            vec![
                "(\"coffee\" (\"acme\" OR url:acme)) OR ((\"skip hop\" OR \"skiphop\") (\"refund\" OR url:refund OR \
                 \"scam\" OR url:scam) -#ad -from:skiphop) OR \"tea\"",
            ],
        ),
        (SourceKind::GoogleNews, vec!["\"coffee\" \"acme\"", "\"skip hop\"", "\"skiphop\"", "\"tea\""]),
        (SourceKind::BingNews, vec!["\"coffee\" \"acme\"", "\"skip hop\"", "\"skiphop\"", "\"tea\""]),
        (SourceKind::Itunes, vec!["coffee acme", "skip hop", "skiphop", "tea"]),
        // Nobody knows how these join words, or they find less than a whole entry.
        (SourceKind::HackerNews, vec!["coffee", "skip hop", "skiphop", "tea"]),
        (SourceKind::Discourse, vec!["coffee", "skip hop", "skiphop", "tea"]),
        // These may heed accents, and the matcher does not.
        (SourceKind::Guardian, vec!["coffee", "skip hop", "skiphop", "tea"]),
        (SourceKind::NewsApi, vec!["coffee", "skip hop", "skiphop", "tea"]),
        (SourceKind::Lemmy, vec!["coffee", "skip hop", "skiphop", "tea"]),
        (SourceKind::YouTube, vec!["\"coffee\"|\"skip hop\"|\"skiphop\"|\"tea\""]),
    ] {
        assert_eq!(searched(kind, &all), lanes, "{kind:?}");
    }
    // A word that is searched for by itself finds whatever stands beside it, too.
    assert_eq!(searched(SourceKind::BingNews, &["acme coffee", "coffee"]), ["\"coffee\""]);
}

#[test]
fn a_query_has_as_much_as_it_has_room_for() {
    let words = |number: usize| (0..number).map(|word| format!("word{word:03}")).collect::<Vec<_>>();
    for (kind, most) in [(SourceKind::X, 512), (SourceKind::BingNews, 200)] {
        let [lane] = searched(kind, &[&words(90).join(" ")]).try_into().unwrap();
        assert!((most - 40..=most).contains(&lane.len()), "{kind:?}: {} {lane}", lane.len());
    }
    let any = words(90).join(" OR ");
    let lanes = searched(SourceKind::X, &[&format!("\"the acme shop\" OR ({any}) acmeshopping")]);
    assert!(lanes.iter().all(|lane| lane.len() <= 512), "{lanes:?}");
    let lanes = searched(SourceKind::X, &[&format!("({any}) acm")]);
    let asked = lanes.concat();
    assert!(lanes.len() > 1 && words(90).iter().all(|word| asked.contains(word.as_str())), "{lanes:?}");
}
