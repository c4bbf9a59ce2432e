//! What is kept, as it is read back page by page.

use mentiond::model::{Author, Entry, EntryKey, Field, Hit, Language, SourceKind};
use mentiond::store::{FoundEntry, KeptEntry, Position};

use super::bed::{Bed, HOP, at, plain, said};

/// All that is kept behind an instant, in pages of two.
async fn kept(bed: &Bed, seconds: i64) -> Vec<KeptEntry> {
    let (mut all, mut place) = (Vec::new(), Position::after(at(seconds)));
    while let Some((page, last)) = bed.store.kept_entries(place, 2).await.unwrap() {
        assert!(!page.is_empty() && page.len() <= 2);
        all.extend(page);
        place = last;
    }
    all
}

fn keys(kept: &[KeptEntry]) -> Vec<&str> {
    kept.iter().map(|kept| kept.entry.key.0.as_str()).collect()
}

fn hit(term: &str) -> Hit {
    Hit { term: term.to_owned(), field: Field::Text, start: 0, end: term.len() }
}

fn with_hits(key: &str, brand: &str, terms: &[&str]) -> FoundEntry {
    let mut found = said(key, brand, "", None);
    found.mentions[0].hits = terms.iter().map(|term| hit(term)).collect();
    found
}

#[tokio::test]
async fn entries_come_in_the_order_in_which_they_were_found_each_once() {
    let bed = Bed::new().await;
    assert_eq!(bed.store.kept_since().await.unwrap(), None);
    bed.poll("forum", vec![plain("c"), plain("d")], at(20)).await;
    bed.poll("blog", ["e", "f", "g", "h", "i"].map(plain).into(), at(40)).await;
    bed.poll("blog", vec![plain("j")], at(60)).await;
    assert_eq!(keys(&kept(&bed, 0).await), ["c", "d", "e", "f", "g", "h", "i", "j"]);
    assert_eq!(keys(&kept(&bed, 20).await), ["e", "f", "g", "h", "i", "j"]);
    assert_eq!(keys(&kept(&bed, 60).await), [""; 0]);
    assert_eq!(bed.store.kept_since().await.unwrap(), Some(at(20)));
    let all = kept(&bed, 0).await;
    assert_eq!((all[0].source.as_str(), all[0].found_at), ("forum", at(20)));
    assert_eq!(all[0].source_kind, Some(SourceKind::Feed));
    bed.execute("UPDATE source_state SET kind = 'tin can'").await;
    assert_eq!(kept(&bed, 0).await[0].source_kind, None);
}

#[tokio::test]
async fn an_entry_comes_back_whole() {
    let bed = Bed::new().await;
    let name = "Kari".to_owned();
    let (handle, url) = (Some("kari".to_owned()), Some("https://x.example/kari".to_owned()));
    let whole = Entry {
        url: Some("https://x.example/1".to_owned()),
        title: "Title".to_owned(),
        text: "Text æøå".to_owned(),
        author: Some(Author { name, handle, url, followers: Some(7), id: Some("did:plc:kari".to_owned()) }),
        published_at: Some(at(-5)),
        language: Language::parse("nb"),
        tags: vec!["a b".to_owned(), "\"".to_owned()],
        rating: Some(4.5),
        engagement: Some(12),
        ..Entry::new(EntryKey("whole".to_owned()))
    };
    bed.poll("blog", vec![FoundEntry { entry: whole.clone(), ..plain("whole") }, plain("bare")], at(0)).await;
    let kept = kept(&bed, -1).await;
    assert_eq!((&kept[0].entry, &kept[1].entry), (&whole, &plain("bare").entry));
}

#[tokio::test]
async fn an_entry_comes_with_its_mentions_and_what_they_were_judged_by() {
    let bed = Bed::new().await;
    let mut both = said("both", HOP, "", None);
    both.mentions.extend(said("both", "Lego", "", None).mentions);
    bed.poll("blog", vec![plain("none"), both, said("edited", HOP, "", None)], at(0)).await;
    let mut other = plain("edited");
    other.entry.text = "nothing of them any more".to_owned();
    bed.poll("blog", vec![other], at(900)).await;
    let kept = kept(&bed, -1).await;
    let brands: Vec<Vec<&str>> =
        kept.iter().map(|kept| kept.mentions.iter().map(|mention| mention.brand.as_str()).collect()).collect();
    assert_eq!(brands, [vec![], vec![HOP, "Lego"], vec![HOP]]);
    assert_eq!(kept[1].mentions[0].judged_by, None);
    assert_eq!(kept[2].entry.text, "nothing of them any more");
    let judged_by = kept[2].mentions[0].judged_by.as_ref().unwrap();
    assert_eq!((judged_by.title.as_str(), judged_by.text.as_str()), ("title of edited", "text of edited"));
}

#[tokio::test]
async fn the_hits_of_a_brand_are_those_of_its_mentions() {
    let bed = Bed::new().await;
    let found = [with_hits("a", HOP, &["one", "two"]), with_hits("b", "Lego", &["three"]), with_hits("c", HOP, &[])];
    bed.poll("blog", found.into(), at(0)).await;
    bed.poll("blog", vec![with_hits("d", HOP, &["two"])], at(60)).await;
    bed.poll("blog", vec![with_hits("e", HOP, &["one"])], at(120)).await;
    let (mut all, mut place) = (Vec::new(), Position::after(at(-1)));
    while let Some((page, last)) = bed.store.kept_hits(HOP, place, 2).await.unwrap() {
        all.extend(page);
        place = last;
    }
    assert_eq!(all, [vec![hit("one"), hit("two")], vec![], vec![hit("two")], vec![hit("one")]]);
    let later = bed.store.kept_hits(HOP, Position::after(at(0)), 9).await.unwrap().unwrap().0;
    assert_eq!(later, [vec![hit("two")], vec![hit("one")]]);
    assert!(bed.store.kept_hits("None", Position::after(at(-1)), 9).await.unwrap().is_none());
    bed.execute("UPDATE mention SET hits = 'broken' WHERE found_at > (SELECT min(found_at) + 90000 FROM mention)")
        .await;
    let fault = bed.store.kept_hits(HOP, Position::after(at(0)), 9).await.unwrap_err().to_string();
    assert_eq!(fault, "a stored value cannot be read: expected value at line 1 column 1");
}
