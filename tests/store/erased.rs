//! Posts that their network deleted: nothing of what they said stays, and what was counted does.

use mentiond::deliver::render;
use mentiond::model::digest::StoryList;
use mentiond::model::notice::{AlertNotice, Counts, DigestNotice, MentionView};
use mentiond::model::outbox::OutboxKind;
use mentiond::model::{EntryKey, Notice, SourceKind};
use mentiond::store::{FoundEntry, PollCommit, Recounted, SourceSetup};
use sqlx::{Executor, Row, SqliteConnection};

use crate::common::notices::{complete, digest_notice, mail, report};

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, commit, complaint, plain, setup};

const POST: &str = "reddit:t3_1";
/// What the post is known by: its words, its author, its page.
const TRACES: [&str; 5] = ["Buttercup", "Zebedee", "zebedee.example", "zebra-tag", "terrible"];

/// Two sources of Reddit and a feed.
async fn bed() -> Bed {
    let bed = Bed::with_sources(&[]).await;
    let reddit = |name: &str| SourceSetup { kind: SourceKind::Reddit, ..setup(name) };
    bed.store.sync_sources(&[reddit("reddit"), reddit("other"), setup("blog")], at(0)).await.unwrap();
    bed
}

fn post(text: &str, recipients: &[&str]) -> FoundEntry {
    let mut found = complaint(POST, HOP, recipients);
    found.entry.title = format!("Buttercup {text}");
    found.entry.text = format!("Zebedee says Buttercup {text}");
    found.entry.url = Some("https://zebedee.example/1".to_owned());
    found.entry.tags = vec!["zebra-tag".to_owned()];
    found.entry.author.as_mut().unwrap().name = "Zebedee".to_owned();
    found
}

async fn delete(bed: &Bed, source: &str, seconds: i64) -> u64 {
    bed.claim(source, at(seconds)).await;
    let deleted = vec![EntryKey(POST.to_owned())];
    let poll = PollCommit { deleted, ..commit(source, vec![plain(&format!("new-{seconds}"))], at(seconds)) };
    bed.store.commit_poll(poll).await.unwrap().deletions
}

/// Every table and column in which one of these words stands.
pub async fn traces(bed: &Bed, words: &[&str]) -> Vec<String> {
    let mut raw: SqliteConnection = bed.raw().await;
    let columns =
        "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'";
    let mut found = Vec::new();
    for row in raw.fetch_all(columns).await.unwrap() {
        let name: String = row.get(0);
        let (table, column) = name.split_once('.').unwrap();
        for word in words {
            let sql = format!("SELECT count(*) FROM {table} WHERE instr(CAST({column} AS TEXT), '{word}') > 0");
            let number: i64 = raw.fetch_one(sqlx::AssertSqlSafe(sql)).await.unwrap().get(0);
            found.extend((number > 0).then(|| format!("{word} in {name}")));
        }
    }
    found
}

fn alert(notice: &Notice) -> &AlertNotice {
    match notice {
        Notice::Alert(alert) => alert,
        other => panic!("{other:?}"),
    }
}

/// A digest that shows the mention, and a file with it and another one.
pub fn digest(view: MentionView) -> Notice {
    let csv = format!("brand,mention,title\r\nSkip Hop,{},Buttercup\r\nSkip Hop,999,Bags\r\n", view.id);
    let mut report = report(Counts::default(), vec![view]);
    report.top_authors = vec![("Zebedee".to_owned(), 1), ("Ole".to_owned(), 1)];
    let list = Some(StoryList { file: "stories.csv".to_owned(), csv, stories: 2, all: 2 });
    Notice::Digest(DigestNotice { list, ..digest_notice(vec![report], complete()) })
}

#[tokio::test]
async fn no_word_of_a_deleted_post_stays_anywhere_and_it_still_counts() {
    let bed = bed().await;
    bed.poll("reddit", vec![post("leaks", &[ANNA, OLE])], at(0)).await;
    bed.poll("reddit", vec![post("still leaks", &[ANNA, OLE])], at(10)).await;
    assert_eq!(bed.number("SELECT count(*) FROM revision").await, 1);
    // Anna has her mail; that to Ole waits, and so does a digest.
    let mails = bed.store.claim_outbox("me", at(60), at(900), 9).await.unwrap();
    let view = alert(&mails[0].notice).items[0].mention.clone();
    bed.store.mark_sent(mails[0].id, "me", at(60)).await.unwrap();
    bed.store.mark_retry(mails[1].id, "me", at(60), at(2 * HOUR), "busy").await.unwrap();
    bed.store.enqueue(OutboxKind::Digest, ANNA, &digest(view), at(60)).await.unwrap();
    bed.execute(
        "INSERT INTO incident (brand, onset, found_at, told_at, told, evidence, notice) VALUES ('Skip Hop', 1, 1, 1, 1, '{}', \
         '{\"stories\":[{\"id\":1,\"title\":\"Buttercup\",\"snippet\":\"Zebedee\"}]}')",
    )
    .await;
    assert!(traces(&bed, &TRACES).await.len() > TRACES.len(), "they are there before");

    assert_eq!(delete(&bed, "reddit", HOUR).await, 1);
    assert_eq!(traces(&bed, &TRACES).await, Vec::<String>::new());
    assert_eq!(delete(&bed, "reddit", HOUR + 60).await, 0, "once");
    assert_eq!(bed.number("SELECT count(*) FROM mention WHERE tone = 'negative' AND leads = 1").await, 1);
    assert_eq!(bed.number("SELECT count(*) FROM alert").await, 1);
    assert_eq!(bed.number("SELECT count(*) FROM entry WHERE deleted_at IS NOT NULL").await, 1);

    let waiting = bed.deliver(at(3 * HOUR)).await;
    assert_eq!(waiting.len(), 2, "nothing that waits is lost");
    let mention = &alert(&waiting[0].notice).items[0].mention;
    assert_eq!((mention.title.as_str(), mention.deleted_at), ("", Some(at(HOUR))));
    let mail = render(&waiting[0], &mail());
    assert!(mail.text.contains("Deleted by its source (noticed"), "{}", mail.text);
    let Notice::Digest(digest) = &waiting[1].notice else { panic!("{waiting:?}") };
    let report = &digest.brands[0];
    assert_eq!((report.mentions[0].snippet.as_str(), report.mentions[0].deleted_at), ("", Some(at(HOUR))));
    assert_eq!(report.top_authors, [("Ole".to_owned(), 1)]);
    let list = digest.list.as_ref().unwrap();
    assert_eq!((list.csv.as_str(), list.stories, list.all), ("brand,mention,title\r\nSkip Hop,999,Bags\r\n", 1, 2));
}

#[tokio::test]
async fn what_one_source_of_a_network_says_holds_for_the_others_and_a_feed_deletes_nothing_of_theirs() {
    let bed = bed().await;
    bed.poll("reddit", vec![post("leaks", &[])], at(0)).await;
    bed.poll("other", vec![post("leaks", &[])], at(1)).await;
    assert_eq!(delete(&bed, "blog", 5).await, 0);
    assert_eq!(delete(&bed, "other", 10).await, 1);
    assert_eq!(traces(&bed, &TRACES).await, Vec::<String>::new());
    assert_eq!(delete(&bed, "reddit", 20).await, 0);
}

#[tokio::test]
async fn a_server_that_deletes_its_copy_of_a_post_does_not_speak_for_others() {
    let post = |host: &str| {
        let mut found = post("leaks", &[]);
        found.entry.key = EntryKey(format!("mastodon:https://{host}/users/zebedee/statuses/1"));
        found
    };
    for (home, host, kind, all) in [
        ("other.example", "other.example", SourceKind::MastodonStreaming, true),
        ("other.example:8443", "other.example:8443", SourceKind::MastodonStreaming, true),
        ("home.example", "other.example", SourceKind::MastodonStreaming, false),
        ("home.example", "other.example", SourceKind::Jetstream, true),
    ] {
        let bed = Bed::with_sources(&[]).await;
        let server = |name: &str, host: &str| SourceSetup { kind, host: host.to_owned(), ..setup(name) };
        bed.store.sync_sources(&[server("one", "one.example"), server("other", host)], at(0)).await.unwrap();
        bed.poll("one", vec![post(home)], at(0)).await;
        bed.poll("other", vec![post(home)], at(1)).await;
        let delete = async |source: &str, seconds: i64| {
            bed.claim(source, at(seconds)).await;
            let poll = PollCommit { deleted: vec![post(home).entry.key], ..commit(source, vec![], at(seconds)) };
            bed.store.commit_poll(poll).await.unwrap().deletions
        };
        assert_eq!(delete("other", 10).await, 1);
        let deleted = async || bed.number("SELECT count(*) FROM sighting WHERE deleted_at IS NOT NULL").await;
        assert_eq!(deleted().await, if all { 2 } else { 1 }, "{home} {host} {kind:?}");
        assert_eq!(traces(&bed, &["Buttercup"]).await.is_empty(), all);
        // Once nobody shows it any more, nothing of it stays.
        assert_eq!(delete("one", 20).await, u64::from(!all));
        assert_eq!(traces(&bed, &TRACES).await.iter().filter(|trace| !trace.contains("key")).count(), 0);
    }
}

#[tokio::test]
async fn a_post_that_a_feed_shows_too_stays_until_that_has_deleted_it_as_well() {
    let bed = bed().await;
    bed.poll("reddit", vec![post("leaks", &[])], at(0)).await;
    bed.poll("blog", vec![post("leaks", &[])], at(1)).await;
    bed.execute("UPDATE sighting SET key = 'guid' WHERE source = 'blog'").await;
    assert_eq!(delete(&bed, "reddit", 10).await, 1);
    assert!(!traces(&bed, &["Buttercup"]).await.is_empty());
    bed.claim("blog", at(20)).await;
    let deleted = vec![EntryKey("guid".to_owned())];
    bed.store.commit_poll(PollCommit { deleted, ..commit("blog", vec![], at(20)) }).await.unwrap();
    assert_eq!(traces(&bed, &TRACES).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_post_that_is_shown_again_is_read_again_and_alerts_no_second_time() {
    let bed = bed().await;
    assert_eq!(bed.poll("reddit", vec![post("leaks", &[ANNA])], at(0)).await.alerts, 1);
    assert_eq!(delete(&bed, "reddit", HOUR).await, 1);
    let again = bed.poll("reddit", vec![post("leaks", &[ANNA])], at(2 * HOUR)).await;
    assert_eq!((again.entries, again.mentions, again.alerts), (0, 0, 0));
    assert_eq!(
        bed.number("SELECT count(*) FROM entry WHERE text LIKE '%Buttercup leaks' AND deleted_at IS NULL").await,
        1
    );
    let author = "SELECT count(*) FROM entry e JOIN mention m ON m.entry_id = e.id \
                  WHERE e.author_name = 'Zebedee' AND e.author_identity IS NOT NULL AND m.author IS NOT NULL";
    assert_eq!(bed.number(author).await, 1, "and so is who wrote it");
    assert_eq!(bed.poll("reddit", vec![post("leaks", &[ANNA])], at(3 * HOUR)).await.edits, 0, "as it stands");
}

#[tokio::test]
async fn what_is_counted_in_the_poll_that_tells_of_a_deletion_brings_nothing_back() {
    let bed = bed().await;
    bed.poll("reddit", vec![post("leaks", &[])], at(0)).await;
    bed.claim("reddit", at(HOUR)).await;
    let mut counted = post("leaks", &[ANNA]);
    counted.entry.engagement = Some(900);
    let key = counted.entry.key.clone();
    let author = counted.entry.author.clone().unwrap();
    let recounted = Recounted { changed: vec![counted], named: vec![(key.clone(), author)], ..Recounted::default() };
    let poll = PollCommit { deleted: vec![key], recounted, ..commit("reddit", vec![], at(HOUR)) };
    let committed = bed.store.commit_poll(poll).await.unwrap();
    assert_eq!((committed.deletions, committed.recounts, committed.alerts), (1, 0, 0));
    assert_eq!(traces(&bed, &TRACES).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_somebody_said_of_the_tone_stays_without_the_words() {
    let bed = bed().await;
    bed.poll("reddit", vec![post("leaks", &[])], at(0)).await;
    bed.execute("UPDATE mention SET text_key = 'hash'").await;
    bed.execute(
        "INSERT INTO correction (text_key, brand, tone, corrected_at, corrected_by, ruled_tone, title, reasons) \
         VALUES ('hash', 'Skip Hop', 'neutral', 1, 'kari', 'negative', 'Buttercup leaks', '[\"terrible\"]')",
    )
    .await;
    delete(&bed, "reddit", HOUR).await;
    assert_eq!(traces(&bed, &TRACES).await, Vec::<String>::new());
    assert_eq!(bed.number("SELECT count(*) FROM correction WHERE tone = 'neutral'").await, 1);
}

#[tokio::test]
async fn what_was_sent_of_a_forgotten_mention_goes_with_it() {
    let bed = Bed::with_sources(&[]).await;
    bed.store.sync_sources(&[setup("blog")], at(0)).await.unwrap();
    bed.poll("blog", vec![post("leaks", &[ANNA])], at(0)).await;
    let sent = bed.deliver(at(60)).await;
    bed.poll("blog", vec![plain("another")], at(30 * HOUR)).await;
    // A reminder, say, that went out last week.
    bed.execute("UPDATE outbox SET finished_at = finished_at + 34300000000").await;
    let keep = std::time::Duration::from_secs(30 * 86_400);
    bed.execute(
        "INSERT INTO incident (brand, onset, found_at, told_at, told, ended_at, evidence, notice) \
         VALUES ('Skip Hop', 1, 1, 1, 1, 1772438400000, '{}', '{\"first\":{\"id\":1,\"title\":\"Buttercup\"}}')",
    )
    .await;
    assert!(!traces(&bed, &TRACES).await.is_empty());
    let pruned = bed.store.prune(at(400 * DAY), keep).await.unwrap();
    assert_eq!((pruned.mentions, pruned.notices), (1, 0));
    assert_eq!(traces(&bed, &TRACES).await, Vec::<String>::new());
    assert_eq!(bed.number("SELECT count(*) FROM outbox WHERE state = 'sent'").await, 1);
    assert_eq!(bed.number("SELECT count(*) FROM quote").await, 0);
    // A later mention has another number, so that its quotes are its own.
    bed.poll("blog", vec![complaint("later", HOP, &[ANNA])], at(401 * DAY)).await;
    let (before, after) = (alert(&sent[0].notice), bed.deliver(at(401 * DAY + 60)).await);
    assert!(alert(&after[0].notice).items[0].mention.id > before.items[0].mention.id);
}
