//! The stars of a review on their way from a feed to the store: they are kept, make the tone, and rules may ask for them.

use std::collections::HashSet;

use http::HeaderMap;
use mentiond::alert::Rules;
use mentiond::config::{RuleConfig, default_rules};
use mentiond::model::{Answer, Brand, Folding, Source, SourceKind};
use mentiond::pipeline::{Judge, WatchedBrand};
use mentiond::query::Query;
use mentiond::sentiment::Scorer;
use mentiond::source::adapter;
use mentiond::store::{FoundEntry, Position};

use super::bed::{ANNA, Bed, HOP, at};

/// What is found in a feed with one review of these stars; who gives less than three alerts.
fn review(stars: u32) -> FoundEntry {
    let document = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:im='http://itunes.apple.com/rss'><entry><id>1</id>\
         <title>Skip Hop, the app</title><content type='text'>It opens the list of bags.</content>\
         <im:rating>{stars}</im:rating></entry></feed>"
    );
    let source = Source::new("blog".to_owned(), SourceKind::Feed, "https://blog.example/".parse().unwrap());
    let answer = Answer {
        url: source.url.clone(),
        status: 200,
        moved: None,
        headers: HeaderMap::new(),
        body: document.into_bytes(),
    };
    let page = adapter(SourceKind::Feed).read(&source, "", None, &answer, at(0)).unwrap();
    let brand = Brand {
        name: HOP.to_owned(),
        query: "\"skip hop\" has:rating".to_owned(),
        folding: Folding::default(),
        languages: Vec::new(),
        recipients: vec![ANNA.to_owned()],
        labels: Vec::new(),
        competitors: Vec::new(),
    };
    let rule =
        RuleConfig { keyword_lists: Vec::new(), query: Some("rating:<3".to_owned()), ..default_rules().remove(0) };
    let mut rules = Rules::new(&[rule]);
    rules.ask(0, Query::parse("rating:<3").unwrap());
    let query = Query::parse(&brand.query).unwrap();
    let judge = Judge::new(vec![WatchedBrand { brand, query }], Scorer::new(), rules);
    judge.find_all(&source, page.entries, &HashSet::new(), at(0)).remove(0)
}

#[tokio::test]
async fn stars_make_the_tone_and_a_review_that_loses_them_alerts() {
    let bed = Bed::new().await;
    let praise = bed.poll("blog", vec![review(5)], at(0)).await;
    assert_eq!((praise.mentions, praise.alerts), (1, 0));
    let tone = "SELECT count(*) FROM mention WHERE tone = 'positive' AND reasons LIKE '%5 of 5 stars%'";
    assert_eq!(bed.number(tone).await, 1, "no word of it says so");

    let complaint = bed.poll("blog", vec![review(1)], at(2_000)).await;
    assert_eq!(
        (complaint.mentions, complaint.edits, complaint.alerts),
        (0, 1, 1),
        "the author has thought better of it"
    );
    let tone = "SELECT count(*) FROM mention m JOIN revision r ON r.entry_id = m.entry_id WHERE m.tone = 'negative' \
                AND r.rating = 5.0";
    assert_eq!(bed.number(tone).await, 1);
    let (kept, _) = bed.store.kept_entries(Position::after(at(-1)), 9).await.unwrap().unwrap();
    assert_eq!(kept.iter().map(|kept| kept.entry.rating).collect::<Vec<_>>(), [Some(1.0)]);
}
