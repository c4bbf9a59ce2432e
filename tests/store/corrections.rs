//! What people say of tones: it counts at once for what is stored, for what comes with the same text, and until it is undone.

use std::collections::HashSet;

use mentiond::alert::Rules;
use mentiond::config::{RuleConfig, default_rules};
use mentiond::model::correction::Verdict;
use mentiond::model::notice::MentionView;
use mentiond::model::{Brand, Entry, EntryKey, Folding, Source, SourceKind, Tone};
use mentiond::pipeline::{Judge, WatchedBrand};
use mentiond::query::Query;
use mentiond::sentiment::Scorer;
use mentiond::store::{Changed, Correcting, FoundEntry};

use super::bed::{ANNA, Bed, DAY, HOP, at, audience, complaint, grouping, said};

const LEGO: &str = "Lego";

/// Entries with this key and text.
fn with_text(mut found: FoundEntry, key: &str, text: &str) -> FoundEntry {
    found.entry.key = EntryKey(key.to_owned());
    (found.entry.title, found.entry.text) = (String::new(), text.to_owned());
    found
}

/// What the rules take for anger.
fn sick(key: &str) -> FoundEntry {
    with_text(complaint(key, HOP, &[ANNA]), key, "This bag is  SICK")
}

/// Every story of a brand, by the text.
async fn views(bed: &Bed, brand: &str) -> Vec<MentionView> {
    bed.store.worst_mentions(brand, at(-1), at(99 * DAY), 9).await.unwrap()
}

async fn tones(bed: &Bed, brand: &str) -> (u64, u64, u64) {
    let counts = bed.store.period_counts(brand, at(-1), at(99 * DAY)).await.unwrap();
    (counts.negative, counts.neutral, counts.positive)
}

async fn correct(bed: &Bed, id: i64, tone: Tone, note: Option<&str>) -> Correcting {
    bed.store.correct_tone(id, tone, ("Kari", note), at(1_000)).await.unwrap()
}

const RULED: Verdict = Verdict { tone: Tone::Negative, score: Some(-0.5) };

fn changed(mentions: u64, alert_is_open: bool) -> Correcting {
    Correcting::Done(Changed { brand: HOP.to_owned(), ruled: RULED, mentions, earlier: false, alert_is_open })
}

#[tokio::test]
async fn a_correction_counts_for_what_is_stored_and_for_what_comes() {
    let bed = Bed::new().await;
    let other = with_text(said("c", HOP, "Ole", Some(-0.5)), "c", "This bag is bad");
    bed.poll("blog", vec![sick("a"), sick("b"), other], at(0)).await;
    let elsewhere = with_text(said("d", LEGO, "Ole", Some(-0.5)), "d", "This bag is sick");
    bed.poll("forum", vec![elsewhere], at(10)).await;
    assert_eq!((tones(&bed, HOP).await, tones(&bed, LEGO).await), ((3, 0, 0), (1, 0, 0)));

    assert_eq!(correct(&bed, 1, Tone::Positive, Some("slang")).await, changed(2, true));
    assert_eq!((tones(&bed, HOP).await, tones(&bed, LEGO).await), ((1, 0, 2), (1, 0, 0)), "for the brand alone");
    bed.poll("blog", vec![with_text(sick("e"), "e", "this bag is sick \u{200b}")], at(2_000)).await;
    assert_eq!(tones(&bed, HOP).await, (1, 0, 3));

    let view = views(&bed, HOP).await.pop().expect("praise stands last");
    let corrected = view.corrected.expect("it was corrected");
    assert_eq!((view.tone, view.score), (Tone::Positive, Some(0.5)));
    assert_eq!((corrected.by.as_str(), corrected.at, corrected.ruled), ("Kari", at(1_000), RULED));
    assert_eq!(view.reasons[0].word, "terrible", "the words of the rules stay");
    assert!(views(&bed, HOP).await[0].corrected.is_none() && views(&bed, LEGO).await[0].corrected.is_none());

    let said = bed.store.corrections_since(at(0)).await.unwrap();
    assert_eq!(said.len(), 1, "one text, however many mentions");
    assert_eq!((said[0].title.as_str(), said[0].note.as_deref()), ("This bag is SICK", Some("slang")));
    assert_eq!((said[0].tone, said[0].ruled, said[0].reasons.len()), (Tone::Positive, RULED, 1));
    assert!(bed.store.corrections_since(at(1_001)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_correction_can_be_changed_and_undone() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![sick("a"), sick("b")], at(0)).await;
    assert_eq!(bed.store.undo_correction(1).await.unwrap(), Correcting::NoCorrection);
    correct(&bed, 1, Tone::Positive, None).await;
    assert_eq!(correct(&bed, 2, Tone::Neutral, None).await, changed(2, true), "the rules are still those of before");
    assert_eq!(tones(&bed, HOP).await, (0, 2, 0));
    assert_eq!(bed.store.corrections_since(at(0)).await.unwrap().len(), 1);

    correct(&bed, 2, Tone::Negative, None).await;
    let view = views(&bed, HOP).await.remove(0);
    assert_eq!((view.tone, view.score), (RULED.tone, RULED.score), "a confirmed tone has the score of the rules");
    assert!(view.corrected.is_some());

    correct(&bed, 1, Tone::Positive, None).await;
    assert_eq!(bed.store.undo_correction(2).await.unwrap(), changed(2, true));
    assert_eq!(tones(&bed, HOP).await, (2, 0, 0));
    bed.poll("blog", vec![sick("c")], at(2_000)).await;
    assert_eq!(tones(&bed, HOP).await, (3, 0, 0));
    assert!(bed.store.corrections_since(at(0)).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_edited_text_is_another_one() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![sick("a")], at(0)).await;
    correct(&bed, 1, Tone::Positive, None).await;
    let edited = with_text(complaint("a", HOP, &[ANNA]), "a", "This bag is broken");
    bed.poll("blog", vec![edited], at(2_000)).await;
    assert_eq!((tones(&bed, HOP).await, views(&bed, HOP).await[0].corrected.is_none()), ((1, 0, 0), true));
    bed.poll("blog", vec![sick("a")], at(3_000)).await;
    assert_eq!((tones(&bed, HOP).await, views(&bed, HOP).await[0].corrected.is_some()), ((0, 0, 1), true));
}

#[tokio::test]
async fn what_was_said_of_a_text_before_its_edit_can_be_undone() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![sick("a")], at(0)).await;
    correct(&bed, 1, Tone::Positive, None).await;
    let edited = with_text(complaint("a", HOP, &[ANNA]), "a", "This bag is broken");
    bed.poll("blog", vec![edited], at(2_000)).await;
    let Correcting::Done(undone) = bed.store.undo_correction(1).await.unwrap() else { panic!("nothing was undone") };
    assert!(undone.earlier);
    assert!(bed.store.corrections_since(at(0)).await.unwrap().is_empty());
    assert_eq!(bed.store.undo_correction(1).await.unwrap(), Correcting::NoCorrection);
    bed.poll("blog", vec![sick("b")], at(3_000)).await;
    assert_eq!(tones(&bed, HOP).await, (2, 0, 0), "the old text is judged by the rules");
}

#[tokio::test]
async fn correcting_again_keeps_what_the_rules_say_now() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![sick("a")], at(0)).await;
    correct(&bed, 1, Tone::Positive, None).await;
    bed.execute("UPDATE mention SET ruled_tone = 'neutral', ruled_score = 0.0, language = 'en', reasons = '[]'").await;
    correct(&bed, 1, Tone::Positive, None).await;
    let said = bed.store.corrections_since(at(0)).await.unwrap().remove(0);
    assert_eq!(said.ruled, Verdict { tone: Tone::Neutral, score: Some(0.0) });
    assert_eq!((said.language.as_deref(), said.reasons.len()), (Some("en"), 0), "no word is blamed any more");
}

#[tokio::test]
async fn what_cannot_be_corrected_is_told() {
    let bed = Bed::new().await;
    assert_eq!(correct(&bed, 1, Tone::Neutral, None).await, Correcting::NoMention);
    assert_eq!(bed.store.undo_correction(1).await.unwrap(), Correcting::NoMention);
    bed.poll("blog", vec![with_text(said("a", HOP, "Ole", Some(-0.5)), "a", " \n")], at(0)).await;
    assert_eq!(correct(&bed, 1, Tone::Neutral, None).await, Correcting::NoText);
    assert_eq!(tones(&bed, HOP).await, (1, 0, 0));
}

#[tokio::test]
async fn a_correction_sends_nothing_and_the_mail_that_waits_tells_of_it() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![sick("a")], at(0)).await;
    correct(&bed, 1, Tone::Positive, None).await;
    let mails = bed.deliver(at(60)).await;
    let mentiond::model::Notice::Alert(alert) = &mails[0].notice else { panic!("{mails:?}") };
    assert!(alert.items[0].mention.corrected.is_some());
    correct(&bed, 1, Tone::Negative, None).await;
    assert!(bed.deliver(at(2_000)).await.is_empty());
    assert_eq!(bed.store.enqueue_reminders(&grouping(), &audience(), at(2_000)).await.unwrap(), 0);
    bed.store.acknowledge(&mentiond::store::Selection::Mention(1), "Kari", at(2_000)).await.unwrap();
    assert_eq!(correct(&bed, 1, Tone::Neutral, None).await, changed(1, false));
}

#[tokio::test]
async fn a_correction_outlives_its_mention() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![sick("a")], at(0)).await;
    correct(&bed, 1, Tone::Neutral, None).await;
    bed.execute("DELETE FROM mention").await;
    bed.execute("DELETE FROM entry").await;
    bed.poll("blog", vec![sick("b")], at(2_000)).await;
    assert_eq!(tones(&bed, HOP).await, (0, 1, 0));
}

/// A text that mentions the brand, judged by the shipped words; whatever is negative alerts.
fn judged(key: &str, text: &str) -> FoundEntry {
    let brand = Brand {
        name: HOP.to_owned(),
        query: "\"skip hop\"".to_owned(),
        folding: Folding::default(),
        languages: Vec::new(),
        recipients: vec![ANNA.to_owned()],
        labels: Vec::new(),
        competitors: Vec::new(),
    };
    let query = Query::parse(&brand.query).unwrap();
    let rule = RuleConfig { keyword_lists: Vec::new(), ..default_rules().remove(1) };
    let judge = Judge::new(vec![WatchedBrand { brand, query }], Scorer::new(), Rules::new(&[rule]));
    let source = Source::new("blog".to_owned(), SourceKind::Feed, "https://blog.example/".parse().unwrap());
    let entry = Entry { text: text.to_owned(), ..Entry::new(EntryKey(key.to_owned())) };
    judge.find_all(&source, vec![entry], &HashSet::new(), at(0)).remove(0)
}

#[tokio::test]
async fn a_correction_between_judging_and_storing_decides_about_the_alert() {
    let bed = Bed::new().await;
    let (angry, happy) = ("The Skip Hop bag is terrible, nobody answers", "The Skip Hop bag is wonderful, we love it");
    let first = bed.poll("blog", vec![judged("a", angry), judged("b", happy)], at(0)).await;
    assert_eq!((first.mentions, first.alerts), (2, 1));
    // Both texts are found once more, and judged, before anybody has said a word.
    let (angry, happy) = (judged("c", angry), judged("d", happy));
    correct(&bed, 1, Tone::Neutral, None).await;
    correct(&bed, 2, Tone::Negative, None).await;
    let second = bed.poll("forum", vec![angry, happy], at(2_000)).await;
    assert_eq!((second.mentions, second.alerts), (2, 1), "it is the other one that alerts now");
    let held = "SELECT count(*) FROM mention WHERE id = 3 AND tone = 'neutral' AND decision = 'other_tone'";
    let alert = "SELECT count(*) FROM mention m JOIN alert a ON a.mention_id = m.id WHERE m.id = 4 AND m.tone = 'negative' \
                 AND m.ruled_tone = 'positive' AND m.decision = 'alert'";
    assert_eq!((bed.number(held).await, bed.number(alert).await), (1, 1));
}
