//! The same thing in several sources: one mention, however often it is seen.

use mentiond::model::Tone;
use mentiond::store::{Committed, FoundEntry, SourceSetup};

use super::bed::{ANNA, Bed, DAY, HOP, at, commit, complaint, plain, said, setup};

const PAGE: &str = "https://paper.example/bags-called-back";
const TITLE: &str = "Skip Hop calls bags back";
const TEXT: &str =
    "The firm calls ten thousand bags back, since their straps are terrible. Who bought one gets a refund.";

/// The article as a source shows it.
fn article(source: &str, guid: &str) -> FoundEntry {
    shown(complaint(&format!("feed:{source}:{guid}"), HOP, &[ANNA]), PAGE, TITLE, TEXT)
}

fn shown(mut found: FoundEntry, url: &str, title: &str, text: &str) -> FoundEntry {
    found.entry.url = Some(url.to_owned());
    (found.entry.title, found.entry.text) = (title.to_owned(), text.to_owned());
    found
}

fn copies(copies: u64) -> Committed {
    Committed { copies, ..Committed::default() }
}

async fn three() -> Bed {
    Bed::with_sources(&["blog", "forum", "paper"]).await
}

#[tokio::test]
async fn a_copy_in_three_sources_is_one_mention_one_alert_and_one_item_that_names_them() {
    let bed = three().await;
    let first = bed.poll("paper", vec![article("paper", "1")], at(0)).await;
    assert_eq!((first.entries, first.mentions, first.alerts), (1, 1, 1));
    let mut snippet = article("blog", "x");
    snippet.entry.url = Some("http://www.paper.example/bags-called-back/?amp=1#comments".to_owned());
    snippet.entry.title = format!("{TITLE} - The Paper");
    snippet.entry.text = "The firm calls ten thousand bags back, since their …".to_owned();
    assert_eq!(bed.poll("blog", vec![snippet.clone()], at(10)).await, copies(1));
    assert_eq!(bed.poll("forum", vec![article("forum", "y")], at(20)).await, copies(1));
    for now in [30, 40] {
        assert_eq!(bed.poll("blog", vec![snippet.clone()], at(now)).await, Committed::default(), "it is known now");
    }
    let mail = bed.deliver(at(60)).await;
    let mentiond::model::Notice::Alert(alert) = &mail[0].notice else { panic!("{mail:?}") };
    assert_eq!((mail.len(), alert.items.len()), (1, 1));
    let view = &alert.items[0].mention;
    assert_eq!((view.source.as_str(), view.also_in.join(" ").as_str()), ("paper", "blog forum"));
    assert_eq!((view.snippet.as_str(), view.edited_at), (TEXT, None));
    let digest = bed.store.worst_mentions(HOP, at(-1), at(60), 9).await.unwrap();
    assert_eq!(digest, std::slice::from_ref(view));
    let counts = bed.store.period_counts(HOP, at(-1), at(60)).await.unwrap();
    assert_eq!((counts.entries, counts.mentions), (1, 1));
    let tops = bed.store.top_sources(HOP, (at(-1), at(60)), 1, 9).await.unwrap();
    assert_eq!(tops, ["blog", "forum", "paper"].map(|source| (source.to_owned(), 1)), "each has shown it");
    let tops = bed.store.top_sources(HOP, (at(-1), at(10)), 1, 9).await.unwrap();
    assert_eq!(tops, ["blog", "paper"].map(|source| (source.to_owned(), 1)), "what came later does not count yet");
}

#[tokio::test]
async fn entries_that_only_share_an_address_stay_apart() {
    let answer = "Mine broke after two days as well, and nobody there answers my letters";
    let of_blog = |guid: &str| said(&format!("feed:blog:{guid}"), HOP, "Ola", Some(-0.4));
    for (what, of_paper, of_blog) in [
        (
            "a comment",
            vec![article("paper", "1")],
            vec![shown(of_blog("1"), PAGE, "Comment on Skip Hop calls bags back", answer)],
        ),
        ("an answer", vec![article("paper", "1")], vec![shown(of_blog("1"), PAGE, TITLE, answer)]),
        (
            "another part of the page",
            vec![article("paper", "1")],
            vec![shown(of_blog("1"), &format!("{PAGE}#comment-1"), TITLE, TEXT)],
        ),
        (
            "two entries of the second source",
            vec![article("paper", "1")],
            vec![shown(of_blog("1"), PAGE, TITLE, TEXT), shown(of_blog("2"), PAGE, "Version 2", "faster")],
        ),
        (
            "two entries of the first source",
            vec![article("paper", "1"), shown(plain("feed:paper:2"), PAGE, "Version 2", "faster")],
            vec![shown(of_blog("1"), PAGE, TITLE, TEXT)],
        ),
        (
            "a front page",
            vec![shown(article("paper", "1"), "https://paper.example/", TITLE, TEXT)],
            vec![shown(of_blog("1"), "https://paper.example", TITLE, TEXT)],
        ),
    ] {
        let bed = three().await;
        let entries = of_blog.len() as u64;
        bed.poll("paper", of_paper, at(0)).await;
        let blog = bed.poll("blog", of_blog, at(10)).await;
        assert_eq!((blog.entries, blog.mentions > 0, blog.copies), (entries, true, 0), "{what}");
    }
}

#[tokio::test]
async fn one_source_never_shows_copies_of_its_own() {
    let bed = three().await;
    bed.poll("blog", vec![article("blog", "1")], at(0)).await;
    let again = bed.poll("blog", vec![article("blog", "2")], at(10)).await;
    assert_eq!((again.entries, again.copies), (1, 0));
    let third = bed.poll("paper", vec![article("paper", "1")], at(20)).await;
    assert_eq!((third.entries, third.copies), (1, 0), "the page does not tell which of both it is");
}

#[tokio::test]
async fn a_source_that_gives_its_entries_other_ids_does_not_repeat_them() {
    let bed = three().await;
    let of = |guid: &str, days: i64| {
        let mut found = article("blog", guid);
        found.entry.published_at = Some(at(days * DAY));
        found
    };
    bed.poll("blog", vec![of("http://paper.example/1", -1)], at(0)).await;
    assert_eq!(bed.poll("blog", vec![of("https://paper.example/1", -1)], at(10)).await, Committed::default());
    assert_eq!(
        bed.poll("blog", vec![of("http://paper.example/1", -1)], at(20)).await,
        Committed::default(),
        "and back"
    );
    let mut edited = of("https://paper.example/1", -1);
    edited.entry.text.push_str(" It is said to be sorry.");
    assert_eq!(bed.poll("blog", vec![edited.clone()], at(30)).await.edits, 1);
    assert_eq!(bed.poll("blog", vec![edited.clone()], at(40)).await, Committed::default());
    let again = FoundEntry { entry: mentiond::model::Entry { published_at: Some(at(-5)), ..edited.entry }, ..edited };
    let mut weekly = again.clone();
    weekly.entry.key.0 = "feed:blog:2".to_owned();
    assert_eq!(bed.poll("blog", vec![weekly], at(50)).await.entries, 1, "who says the same again has said it twice");
}

#[tokio::test]
async fn a_network_wide_id_is_one_entry_whatever_its_page() {
    let bed = three().await;
    let post = || vec![shown(complaint("hn:17", HOP, &[ANNA]), "https://n.example/", "Ask", "Skip Hop is terrible")];
    bed.poll("blog", post(), at(0)).await;
    assert_eq!(bed.poll("forum", post(), at(10)).await, copies(1));
    assert_eq!(bed.poll("forum", post(), at(20)).await, Committed::default());
    assert_eq!(bed.number("SELECT count(*) FROM sighting WHERE key = 'hn:17'").await, 2);
}

#[tokio::test]
async fn a_brand_that_only_the_fuller_text_mentions_is_found_in_it() {
    let bed = three().await;
    let snippet = "The firm calls ten thousand bags back, since their straps are terrible.";
    bed.poll("blog", vec![shown(complaint("feed:blog:1", HOP, &[ANNA]), PAGE, TITLE, snippet)], at(0)).await;
    let mut full = article("paper", "1");
    full.entry.text = format!("{TEXT} We love Lego all the more.");
    full.mentions[0].judgement.score = Some(0.9);
    full.mentions[0].judgement.tone = Tone::Positive;
    full.mentions.extend(complaint("", "Lego", &[ANNA]).mentions);
    let found = bed.poll("paper", vec![full.clone()], at(10)).await;
    let judged = vec![(Tone::Negative, "alert".to_owned())];
    assert_eq!(found, Committed { mentions: 1, alerts: 1, copies: 1, judged, ..Committed::default() });
    let of = async |brand| bed.store.worst_mentions(brand, at(-1), at(60), 9).await.unwrap().remove(0);
    let (hop, lego) = (of(HOP).await, of("Lego").await);
    assert_eq!((hop.tone, hop.snippet.as_str()), (Tone::Negative, snippet), "it is judged once");
    assert_eq!((lego.snippet.as_str(), lego.edited_at), (full.entry.text.as_str(), None), "nobody has edited it");
    assert_eq!((lego.source.as_str(), lego.also_in.join(" ").as_str()), ("blog", "paper"));

    let mut edited = full;
    edited.entry.text.push_str(" And Duplo.");
    let changed = bed.poll("paper", vec![edited], at(20)).await;
    assert_eq!(changed, Committed { edits: 1, ..Committed::default() }, "who shows the text may change it");
    let shorter = shown(plain("feed:blog:1"), PAGE, TITLE, "The firm calls bags back.");
    assert_eq!(bed.poll("blog", vec![shorter], at(30)).await, Committed::default(), "who shows a part may not");
    assert!(of("Lego").await.snippet.ends_with("And Duplo."));
}

#[tokio::test]
async fn a_copy_keeps_an_entry_that_its_first_source_has_forgotten() {
    let bed = three().await;
    bed.poll("paper", vec![article("paper", "1")], at(0)).await;
    bed.poll("blog", vec![article("blog", "1")], at(10)).await;
    bed.deliver(at(60)).await;
    // The paper goes on with other things, and the blog cannot be read.
    for day in 1..500 {
        bed.poll("paper", vec![plain("feed:paper:2")], at(day * DAY)).await;
    }
    let keep = std::time::Duration::from_secs(30 * 86_400);
    bed.store.prune(at(500 * DAY), keep).await.unwrap();
    assert_eq!(bed.poll("blog", vec![article("blog", "1")], at(500 * DAY)).await, Committed::default());
    for day in 501..1_000 {
        bed.poll("blog", vec![plain("feed:blog:2")], at(day * DAY)).await;
        bed.poll("paper", vec![plain("feed:paper:2")], at(day * DAY)).await;
    }
    bed.store.prune(at(1_000 * DAY), keep).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM sighting").await, 2, "it goes with all its sightings");
}

#[tokio::test]
async fn a_source_that_is_pointed_elsewhere_may_mean_something_else_by_the_same_key() {
    let bed = three().await;
    let known = || shown(complaint("feed:blog:1", HOP, &[ANNA]), PAGE, TITLE, TEXT);
    bed.poll("blog", vec![known()], at(0)).await;
    let elsewhere = SourceSetup { fingerprint: "b".to_owned(), ..setup("blog") };
    bed.store.sync_sources(std::slice::from_ref(&elsewhere), at(10)).await.unwrap();
    assert_eq!(bed.poll("blog", vec![known()], at(20)).await, Committed::default(), "the same feed has moved");
    let moved = shown(complaint("feed:blog:1", HOP, &[ANNA]), "https://new.example/a", TITLE, TEXT);
    assert_eq!(bed.poll("blog", vec![moved], at(30)).await.edits, 1, "and its site too");

    let again = SourceSetup { fingerprint: "c".to_owned(), ..elsewhere };
    bed.store.sync_sources(&[again], at(40)).await.unwrap();
    let other =
        || shown(complaint("feed:blog:1", HOP, &[ANNA]), "https://other.example/1", "Alas", "Skip Hop never answers");
    let found = bed.poll("blog", vec![other()], at(50)).await;
    let judged = vec![(Tone::Negative, "alert".to_owned())];
    assert_eq!(found, Committed { entries: 1, mentions: 1, alerts: 1, judged, ..Committed::default() });
    assert_eq!(bed.poll("blog", vec![other()], at(60)).await, Committed::default());
    assert_eq!(bed.store.worst_mentions(HOP, at(-1), at(99), 9).await.unwrap().len(), 2, "the first one stays");
}

#[tokio::test]
async fn sightings_are_stored_with_their_poll_or_not_at_all() {
    let bed = three().await;
    bed.poll("paper", vec![article("paper", "1")], at(0)).await;
    bed.execute(
        "CREATE TRIGGER boom BEFORE INSERT ON sighting WHEN new.key LIKE '%:2' BEGIN SELECT RAISE(ABORT, 'boom'); END",
    )
    .await;
    bed.claim("blog", at(10)).await;
    let poll = commit("blog", vec![article("blog", "1"), plain("feed:blog:2")], at(10));
    assert!(bed.store.commit_poll(poll.clone()).await.unwrap_err().to_string().contains("boom"));
    assert_eq!(bed.number("SELECT count(*) FROM sighting").await, 1);
    bed.execute("DROP TRIGGER boom").await;
    assert_eq!(bed.store.commit_poll(poll).await.unwrap(), Committed { entries: 1, copies: 1, ..Committed::default() });
}
