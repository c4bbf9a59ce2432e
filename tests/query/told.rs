//! What the hits of a query can be called.

use mentiond::model::{Entry, EntryKey};
use mentiond::query::{Matcher, Query};

#[test]
fn hits_are_called_what_is_told_and_nothing_else() {
    let text = "Acme refund scam: no answer, grey refunds #tag @user AT&T shop";
    let title = "Acme".to_owned();
    let entry = Entry { title, text: text.to_owned(), ..Entry::new(EntryKey("test:1".to_owned())) };
    for (query, told) in [
        ("acme shop -jobs", &["acme", "shop"][..]),
        ("acme ACME acme", &["acme", "ACME"]),
        ("\"no answer\" OR refund* OR #tag OR @user OR `AT&T`", &["no answer", "refund*", "#tag", "@user", "`AT&T`"]),
        ("acme NEAR/5 (scam OR fraud)", &["acme", "scam", "fraud"]),
        ("\"acme refund\"~5", &["acme", "refund"]),
        ("/gr[ae]y/i title:acme", &["/gr[ae]y/i", "acme"]),
        ("acme -(jobs -shop)", &["acme", "shop"]),
        ("acme -source:blog has:title", &["acme"]),
    ] {
        let query = Query::parse(query).unwrap();
        assert_eq!(query.told_terms(), told, "{query}");
        let found = Matcher::new(vec![query.clone()]).find(&entry);
        let (_, hits) = found.first().unwrap_or_else(|| panic!("{query} does not find it"));
        let mut unheard = hits.iter().filter(|hit| !told.contains(&hit.term.as_str()));
        assert!(!hits.is_empty() && unheard.next().is_none(), "{query}: {hits:?}");
    }
}
