//! Entries that are changed or deleted after they were stored.

use chrono::TimeDelta;
use mentiond::model::notice::{AlertItem, MentionView};
use mentiond::model::{EntryKey, Notice, Tone};
use mentiond::store::{Committed, FoundEntry, PollCommit, Selection};

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, at, audience, commit, complaint, grouping, plain, said};

/// The entry `e` with another text.
fn text(mut found: FoundEntry, text: &str) -> FoundEntry {
    found.entry.key = EntryKey("e".to_owned());
    (found.entry.title, found.entry.text) = ("My bag".to_owned(), text.to_owned());
    found
}

fn praise() -> FoundEntry {
    text(said("e", HOP, "Kari", Some(0.6)), "I love my Skip Hop bag")
}

fn anger() -> FoundEntry {
    text(complaint("e", HOP, &[ANNA]), "My Skip Hop bag broke, I want a refund")
}

fn silence() -> FoundEntry {
    text(plain("e"), "I have nothing to say")
}

fn nothing() -> Committed {
    Committed::default()
}

fn edited() -> Committed {
    Committed { edits: 1, ..nothing() }
}

async fn view(bed: &Bed) -> MentionView {
    let mut views = bed.store.worst_mentions(HOP, at(-1), at(99 * DAY), 9).await.unwrap();
    assert_eq!(views.len(), 1);
    views.remove(0)
}

async fn alerts(bed: &Bed, seconds: i64) -> Vec<AlertItem> {
    let mails = bed.deliver(at(seconds)).await.into_iter();
    mails
        .flat_map(|mail| match mail.notice {
            Notice::Alert(alert) => alert.items,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn an_edit_that_turns_to_a_complaint_alerts_once() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![praise()], at(0)).await;
    assert_eq!(bed.poll("blog", vec![anger()], at(900)).await, Committed { alerts: 1, ..edited() });
    assert_eq!(bed.poll("blog", vec![anger()], at(1_800)).await, nothing());
    let told = alerts(&bed, 2_000).await;
    assert_eq!(told.len(), 1);
    let mention = &told[0].mention;
    assert_eq!((mention.tone, mention.edited_at, mention.found_at), (Tone::Negative, Some(at(900)), at(0)));
    assert_eq!(mention.snippet, "My Skip Hop bag broke, I want a refund");
    let earlier =
        bed.number("SELECT count(*) FROM revision WHERE text LIKE 'I love%' AND judgements LIKE '%positive%'");
    assert_eq!(earlier.await, 1);
    let counts = bed.store.period_counts(HOP, at(-1), at(DAY)).await.unwrap();
    assert_eq!((counts.entries, counts.mentions, counts.negative), (1, 1, 1));
}

#[tokio::test]
async fn an_edit_to_praise_leaves_the_alert_to_people_and_reminds_with_the_new_text() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![anger()], at(0)).await;
    assert_eq!(alerts(&bed, 30).await[0].mention.edited_at, None);
    assert_eq!(bed.poll("blog", vec![praise()], at(900)).await, edited());
    assert_eq!(bed.store.open_alerts(9).await.unwrap().len(), 1);
    bed.store.enqueue_reminders(&grouping(), &audience(), at(5 * HOUR)).await.unwrap();
    let again = alerts(&bed, 5 * HOUR).await;
    assert_eq!((again[0].mention.tone, again[0].mention.snippet.as_str()), (Tone::Positive, "I love my Skip Hop bag"));
    assert_eq!(again[0].mention.edited_at, Some(at(900)));
}

#[tokio::test]
async fn a_feed_that_shows_two_texts_by_turns_alerts_once_and_is_followed_ten_times_a_day() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![praise()], at(0)).await;
    let mut sum = nothing();
    for turn in 1..90 {
        let shown = if turn % 2 == 0 { praise() } else { anger() };
        let turned = bed.poll("blog", vec![shown], at(turn * 900)).await;
        sum = Committed { alerts: sum.alerts + turned.alerts, edits: sum.edits + turned.edits, ..turned };
        if turn == 4 {
            alerts(&bed, turn * 900).await;
            bed.store.acknowledge(&Selection::All, "Kari", at(turn * 900)).await.unwrap();
        }
    }
    assert_eq!(sum, Committed { alerts: 1, edits: 10, ..nothing() });
    assert_eq!(bed.store.open_alerts(9).await.unwrap(), [], "what was acknowledged is not open again");
    for day in 2..30 {
        let now = at(day * DAY);
        for turn in 0..12 {
            let shown = if turn % 2 == 0 { anger() } else { praise() };
            bed.poll("blog", vec![shown], now + TimeDelta::hours(turn)).await;
        }
    }
    assert_eq!(bed.number("SELECT count(*) FROM revision").await, 11, "the first and the last ten");
    assert_eq!(bed.number("SELECT count(*) FROM alert").await, 1);
    let last = bed.poll("blog", vec![text(anger(), "It is the last word: my Skip Hop bag broke")], at(40 * DAY)).await;
    assert_eq!(last, edited());
    bed.deliver(at(41 * DAY)).await;
    bed.poll("blog", vec![plain("f")], at(500 * DAY)).await;
    bed.store.prune(at(500 * DAY), std::time::Duration::from_secs(30 * 86_400)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM revision").await, 0, "they go with their entry");
}

#[tokio::test]
async fn what_mentions_nobody_leaves_no_revisions_until_it_mentions_somebody() {
    let bed = Bed::new().await;
    for poll in 0..30 {
        let found = text(plain("e"), &format!("It is {poll} o'clock and all is well"));
        assert_eq!(bed.poll("blog", vec![found], at(poll * 900)).await.edits, 0);
    }
    assert_eq!(bed.number("SELECT count(*) FROM revision").await, 0);
    let found = bed.poll("blog", vec![anger()], at(90 * 900)).await;
    let judged = vec![(Tone::Negative, "alert".to_owned())];
    assert_eq!(found, Committed { mentions: 1, alerts: 1, judged, ..edited() });
    let told = view(&bed).await;
    assert_eq!((told.snippet.as_str(), told.edited_at), ("My Skip Hop bag broke, I want a refund", Some(at(90 * 900))));
}

#[tokio::test]
async fn what_changes_by_itself_is_no_edit() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![text(praise(), "I love my Skip Hop bag. 12 comments")], at(0)).await;
    let counted = text(anger(), "I love my Skip Hop\n bag. 13 comments");
    assert_eq!(bed.poll("blog", vec![counted], at(900)).await, nothing());
    assert_eq!(view(&bed).await.edited_at, None);
}

#[tokio::test]
async fn a_mention_whose_brand_is_gone_is_withdrawn_and_shown_as_it_was() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![anger()], at(0)).await;
    assert_eq!(bed.poll("blog", vec![silence()], at(20)).await, edited());
    let told = alerts(&bed, 30).await;
    let mention = &told[0].mention;
    assert_eq!(
        (mention.withdrawn_at, mention.snippet.as_str()),
        (Some(at(20)), "My Skip Hop bag broke, I want a refund")
    );
    assert_eq!(mention.tone, Tone::Negative);
    let more = text(plain("e"), "I still have nothing to say");
    assert_eq!(bed.poll("blog", vec![more], at(900)).await, edited());
    assert_eq!(view(&bed).await.withdrawn_at, Some(at(20)));
    for day in 1..30 {
        bed.poll("blog", vec![text(plain("e"), &"nothing ".repeat(day as usize))], at(day * DAY)).await;
    }
    assert_eq!(view(&bed).await.snippet, "My Skip Hop bag broke, I want a refund", "what it was judged by is kept");
    assert_eq!(bed.poll("blog", vec![anger()], at(50 * DAY)).await, edited());
    let back = view(&bed).await;
    assert_eq!((back.withdrawn_at, back.edited_at), (None, Some(at(50 * DAY))));
    assert_eq!(bed.number("SELECT count(*) FROM alert").await, 1);
    let counts = bed.store.period_counts(HOP, at(-1), at(DAY)).await.unwrap();
    assert_eq!(counts.mentions, 1);
}

#[tokio::test]
async fn a_mention_that_was_withdrawn_while_nobody_looked_for_its_brand_comes_back() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![anger()], at(0)).await;
    let unseen = text(said("e", "Lego", "Kari", Some(0.1)), "My Skip Hop bag broke, I want a refund. I prefer Lego");
    bed.poll("blog", vec![unseen.clone()], at(900)).await;
    let both = FoundEntry { mentions: [unseen.mentions.clone(), anger().mentions].concat(), ..unseen };
    assert_eq!(bed.poll("blog", vec![both], at(1_800)).await, nothing());
    let back = view(&bed).await;
    assert_eq!((back.withdrawn_at, back.edited_at), (None, Some(at(900))));
    assert!(back.snippet.ends_with("I prefer Lego"));
    assert_eq!(bed.number("SELECT count(*) FROM alert").await, 1);
}

#[tokio::test]
async fn long_texts_are_kept_in_part() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![text(praise(), &"ø".repeat(1_000_000))], at(0)).await;
    bed.poll("blog", vec![silence()], at(900)).await;
    assert_eq!(bed.number("SELECT length(text) FROM revision").await, 32_768);
    assert_eq!(view(&bed).await.snippet.chars().count(), 280);
}

#[tokio::test]
async fn an_edit_is_stored_with_its_poll_or_not_at_all() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![praise()], at(0)).await;
    bed.execute("CREATE TRIGGER boom BEFORE INSERT ON outbox_alert BEGIN SELECT RAISE(ABORT, 'boom'); END").await;
    bed.claim("blog", at(900)).await;
    let poll = commit("blog", vec![anger()], at(900));
    assert!(bed.store.commit_poll(poll.clone()).await.is_err());
    assert_eq!(bed.number("SELECT count(*) FROM revision").await, 0);
    let unchanged = view(&bed).await;
    assert_eq!((unchanged.tone, unchanged.edited_at), (Tone::Positive, None));
    bed.execute("DROP TRIGGER boom").await;
    assert_eq!(bed.store.commit_poll(poll).await.unwrap(), Committed { alerts: 1, ..edited() });
}

#[tokio::test]
async fn a_document_that_says_two_things_under_one_key_is_not_edited_at_each_poll() {
    let bed = Bed::new().await;
    let both = || vec![praise(), text(plain("e"), "Another text under the same key")];
    bed.poll("blog", both(), at(0)).await;
    for poll in 1..5 {
        assert_eq!(bed.poll("blog", both(), at(poll * 900)).await, nothing());
    }
}

#[tokio::test]
async fn what_was_judged_before_is_told_from_what_was_not() {
    let bed = Bed::new().await;
    let found = commit("blog", vec![anger(), plain("f")], at(0)).entries;
    let keys: Vec<EntryKey> = (0..300).map(|number| EntryKey(format!("k{number}"))).collect();
    let asked: Vec<&EntryKey> = keys.iter().chain(found.iter().map(|found| &found.entry.key)).collect();
    assert!(bed.store.judged_before("blog", &asked).await.unwrap().is_empty());
    bed.poll("blog", vec![anger(), plain("f")], at(0)).await;
    let judged = bed.store.judged_before("blog", &asked).await.unwrap();
    assert_eq!(judged, found.iter().map(|found| found.imprint.judged.clone()).collect());
    assert!(bed.store.judged_before("forum", &asked).await.unwrap().is_empty(), "another source may show it otherwise");
    let unjudged = async |seconds| {
        bed.claim("blog", at(seconds)).await;
        let mut poll = commit("blog", vec![anger()], at(seconds));
        poll.entries[0].mentions.clear();
        poll.entries[0].before = true;
        bed.store.commit_poll(poll).await.unwrap()
    };
    assert_eq!(unjudged(900).await, nothing());
    assert_eq!(view(&bed).await.withdrawn_at, None, "nothing was looked for, so nothing is missing");
    bed.execute("DELETE FROM entry").await;
    assert_eq!(unjudged(1_800).await, nothing(), "it was forgotten in between");
}

#[tokio::test]
async fn an_edit_that_two_sources_show_is_one() {
    let bed = Bed::new().await;
    for source in ["blog", "forum"] {
        bed.poll(source, vec![praise()], at(0)).await;
    }
    assert_eq!(bed.poll("forum", vec![anger()], at(900)).await, Committed { alerts: 1, ..edited() });
    assert_eq!(bed.poll("blog", vec![praise()], at(1_000)).await, nothing(), "it shows it as it was for a while");
    assert_eq!(view(&bed).await.tone, Tone::Negative);
    assert_eq!(bed.poll("blog", vec![anger()], at(1_100)).await, nothing());
    assert_eq!((view(&bed).await.tone, view(&bed).await.edited_at), (Tone::Negative, Some(at(900))));
    assert_eq!(bed.poll("blog", vec![praise()], at(1_200)).await, edited());
}

/// Polls a source that says that `e` was deleted.
async fn delete(bed: &Bed, source: &str, entries: Vec<FoundEntry>, seconds: i64) -> Committed {
    bed.claim(source, at(seconds)).await;
    let deleted = vec![EntryKey("e".to_owned()), EntryKey("never seen".to_owned())];
    bed.store.commit_poll(PollCommit { deleted, ..commit(source, entries, at(seconds)) }).await.unwrap()
}

#[tokio::test]
async fn a_deleted_entry_is_marked_counted_and_said_so_in_reminders() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![anger()], at(0)).await;
    assert_eq!(alerts(&bed, 30).await[0].mention.deleted_at, None);
    assert_eq!(delete(&bed, "blog", vec![], 900).await, Committed { deletions: 1, ..nothing() });
    assert_eq!(delete(&bed, "blog", vec![], 1_800).await, nothing(), "it is deleted once");
    bed.store.enqueue_reminders(&grouping(), &audience(), at(5 * HOUR)).await.unwrap();
    assert_eq!(alerts(&bed, 5 * HOUR).await[0].mention.deleted_at, Some(at(900)));
    assert_eq!(bed.store.period_counts(HOP, at(-1), at(DAY)).await.unwrap().mentions, 1);
    assert_eq!(bed.poll("blog", vec![anger()], at(6 * HOUR)).await, nothing());
    assert_eq!(view(&bed).await.deleted_at, None, "it is shown again");
    assert_eq!(delete(&bed, "blog", vec![anger()], 7 * HOUR).await, nothing(), "what is shown is not deleted");
}

#[tokio::test]
async fn an_entry_that_another_source_still_shows_is_not_deleted() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![anger()], at(0)).await;
    bed.poll("forum", vec![anger()], at(10)).await;
    assert_eq!(delete(&bed, "blog", vec![], 900).await.deletions, 1);
    assert_eq!(view(&bed).await.deleted_at, None);
    assert_eq!(delete(&bed, "forum", vec![], 1_800).await.deletions, 1);
    assert_eq!(view(&bed).await.deleted_at, Some(at(1_800)));
}
