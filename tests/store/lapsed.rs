//! What a network lets be kept for a day: its words go where another source shows the page, and where something waits.

use std::time::Duration;

use mentiond::deliver::render;
use mentiond::model::notice::{AlertItem, MentionView};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Notice, SourceKind};
use mentiond::store::{FoundEntry, NewSilence, Pruned, SourceSetup};

use crate::common::notices::mail;

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, complaint, plain, said, setup};
use super::erased::{digest, traces};
use super::silences::{held, quiet_bed};

const KEEP: Duration = Duration::from_secs(30 * 86_400);
const LEGO: &str = "Lego";
/// What the paper alone has said.
const THEIRS: [&str; 4] = ["Buttercup", "Zebedee", "zebra-tag", "terrible"];

async fn sources(bed: &Bed) {
    let guardian = SourceSetup { kind: SourceKind::Guardian, ..setup("paper") };
    bed.store.sync_sources(&[guardian, setup("blog")], at(0)).await.unwrap();
}

async fn bed() -> Bed {
    let bed = Bed::with_sources(&[]).await;
    sources(&bed).await;
    bed
}

/// The page as somebody shows it.
fn page(mut found: FoundEntry, key: &str, text: &str) -> FoundEntry {
    found.entry.key.0 = key.to_owned();
    (found.entry.title, found.entry.text) = ("Buttercup".to_owned(), text.to_owned());
    found.entry.url = Some("https://zebedee.example/1".to_owned());
    found
}

/// The page as the paper shows it.
fn article(mut found: FoundEntry) -> FoundEntry {
    found = page(found, "guardian:1", "Zebedee says Buttercup leaks on every single bag");
    found.entry.tags = vec!["zebra-tag".to_owned()];
    if let Some(author) = &mut found.entry.author {
        author.name = "Zebedee".to_owned();
    }
    found
}

/// The page as the blog shows it: the same, or the beginning of it, or more than that.
fn same(found: FoundEntry) -> FoundEntry {
    page(found, "post", "Zebedee says Buttercup leaks on every single bag")
}

fn short(found: FoundEntry) -> FoundEntry {
    let mut found = page(found, "post", "leaks on every single bag");
    found.entry.title = String::new();
    found
}

fn long(found: FoundEntry) -> FoundEntry {
    let mut found = page(found, "post", "Zebedee says Buttercup leaks on every single bag, in the rain");
    found.entry.url = Some("http://www.zebedee.example/1/".to_owned());
    found
}

fn angry(brand: &str) -> FoundEntry {
    complaint("", brand, &[ANNA])
}

/// The paper shows something else, and a day later the janitor comes.
async fn a_day_passes(bed: &Bed) -> Pruned {
    bed.poll("paper", vec![plain("another")], at(30 * HOUR)).await;
    assert_eq!(bed.store.prune(at(23 * HOUR), KEEP).await.unwrap(), Pruned::default());
    assert!(!traces(bed, &["Buttercup"]).await.is_empty(), "a day is not over");
    bed.store.prune(at(50 * HOUR), KEEP).await.unwrap()
}

async fn view(bed: &Bed, brand: &str) -> MentionView {
    let mut views = bed.store.worst_mentions(brand, at(-1), at(99 * DAY), 9).await.unwrap();
    assert_eq!(views.len(), 1);
    views.remove(0)
}

fn items(message: &OutboxMessage) -> &[AlertItem] {
    match &message.notice {
        Notice::Alert(alert) => &alert.items,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn words_of_a_network_go_though_a_feed_shows_the_page_and_come_back_from_that_without_an_alert() {
    let bed = bed().await;
    bed.poll("paper", vec![article(angry(HOP))], at(0)).await;
    assert_eq!(bed.poll("blog", vec![same(angry(HOP))], at(60)).await.copies, 1);
    assert_eq!(bed.deliver(at(120)).await.len(), 1);
    bed.poll("blog", vec![same(angry(HOP))], at(30 * HOUR)).await;

    assert_eq!(a_day_passes(&bed).await, Pruned::default());
    assert_eq!(traces(&bed, &THEIRS).await, Vec::<String>::new(), "in the notice that was sent neither");
    assert_eq!(bed.number("SELECT count(*) FROM mention WHERE tone = 'negative' AND leads = 1").await, 1);
    let blank = view(&bed, HOP).await;
    assert_eq!((blank.title.as_str(), blank.url, blank.author, blank.lapsed_at), ("", None, None, Some(at(50 * HOUR))));

    let again = bed.poll("blog", vec![same(angry(HOP))], at(51 * HOUR)).await;
    assert_eq!((again.entries, again.mentions, again.alerts, again.edits), (0, 0, 0, 0));
    let told = view(&bed, HOP).await;
    assert_eq!((told.title.as_str(), told.author.as_deref(), told.lapsed_at), ("Buttercup", Some("Kari"), None));
    assert_eq!((told.edited_at, told.reasons.len()), (None, 1));
    assert_eq!(bed.deliver(at(52 * HOUR)).await.len(), 0);
    bed.store.prune(at(60 * HOUR), KEEP).await.unwrap();
    assert_eq!(view(&bed, HOP).await, told, "the feed's words stay");
    assert_eq!(bed.poll("blog", vec![same(angry(HOP))], at(61 * HOUR)).await.edits, 0, "as it stands");
}

#[tokio::test]
async fn what_the_paper_still_shows_stays_and_what_it_shows_again_is_kept_for_another_day() {
    let bed = bed().await;
    bed.poll("paper", vec![article(angry(HOP))], at(0)).await;
    bed.poll("blog", vec![same(angry(HOP))], at(60)).await;
    bed.poll("paper", vec![article(angry(HOP))], at(30 * HOUR)).await;
    bed.store.prune(at(50 * HOUR), KEEP).await.unwrap();
    assert_eq!(view(&bed, HOP).await.title, "Buttercup");
    bed.store.prune(at(90 * HOUR), KEEP).await.unwrap();
    assert_eq!(view(&bed, HOP).await.title, "");
    let again = bed.poll("paper", vec![article(angry(HOP))], at(91 * HOUR)).await;
    assert_eq!((again.entries, again.alerts, again.edits), (0, 0, 0));
    assert_eq!(view(&bed, HOP).await.title, "Buttercup");
    bed.store.prune(at(92 * HOUR), KEEP).await.unwrap();
    assert_eq!(view(&bed, HOP).await.title, "Buttercup");
    bed.store.prune(at(150 * HOUR), KEEP).await.unwrap();
    assert_eq!(traces(&bed, &THEIRS).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_the_feed_said_before_the_paper_said_more_stays() {
    let bed = bed().await;
    bed.poll("blog", vec![short(angry(HOP))], at(0)).await;
    assert_eq!(bed.deliver(at(30)).await.len(), 1);
    let mut more = article(said("", HOP, "", Some(-0.5)));
    more.mentions.extend(said("", LEGO, "", Some(-0.5)).mentions);
    assert_eq!(bed.poll("paper", vec![more], at(60)).await.mentions, 1);
    assert_eq!(view(&bed, LEGO).await.title, "Buttercup");

    a_day_passes(&bed).await;
    assert_eq!(traces(&bed, &["Buttercup", "Zebedee", "zebra-tag"]).await, Vec::<String>::new());
    let (of_feed, of_paper) = (view(&bed, HOP).await, view(&bed, LEGO).await);
    assert_eq!((of_feed.title.as_str(), of_feed.lapsed_at), ("leaks on every single bag", None));
    assert_eq!((of_feed.reasons.len(), of_paper.reasons.len()), (1, 0));
    assert_eq!((of_paper.title.as_str(), of_paper.lapsed_at), ("", Some(at(50 * HOUR))));
    let told = "SELECT count(*) FROM outbox WHERE instr(notice, 'leaks on every single bag') > 0";
    assert_eq!(bed.number(told).await, 1, "in its notice as well");
    assert_eq!(bed.number("SELECT count(*) FROM outbox WHERE instr(notice, 'Kari') > 0").await, 0);
}

#[tokio::test]
async fn what_the_paper_said_before_the_feed_said_more_goes() {
    let bed = bed().await;
    bed.poll("paper", vec![article(angry(HOP))], at(0)).await;
    let mut more = long(angry(HOP));
    more.mentions.extend(said("", LEGO, "", Some(-0.5)).mentions);
    bed.poll("blog", vec![more], at(60)).await;
    assert_eq!(view(&bed, HOP).await.snippet, "Zebedee says Buttercup leaks on every single bag");
    bed.deliver(at(120)).await;

    a_day_passes(&bed).await;
    let (of_paper, of_feed) = (view(&bed, HOP).await, view(&bed, LEGO).await);
    assert_eq!((of_paper.snippet.as_str(), of_paper.author, of_paper.lapsed_at), ("", None, Some(at(50 * HOUR))));
    assert_eq!((of_feed.title.as_str(), of_feed.reasons.len()), ("Buttercup", 1));
    assert_eq!(bed.number("SELECT count(*) FROM outbox WHERE instr(notice, 'Buttercup') > 0").await, 0);
    assert_eq!(bed.number("SELECT count(*) FROM revision WHERE text <> '' OR title <> ''").await, 0);
}

#[tokio::test]
async fn what_raised_no_alert_raises_none_when_the_feed_shows_it_again() {
    let bed = bed().await;
    bed.poll("paper", vec![article(said("", HOP, "Kari", None))], at(0)).await;
    assert_eq!(bed.poll("blog", vec![same(angry(HOP))], at(60)).await.alerts, 0, "it is known");
    a_day_passes(&bed).await;
    assert_eq!(bed.poll("blog", vec![same(angry(HOP))], at(51 * HOUR)).await.alerts, 0);
    assert_eq!(bed.store.trail(1, at(51 * HOUR)).await.unwrap().unwrap().decision, "there_before");
}

#[tokio::test]
async fn what_the_network_shows_again_much_later_is_known_and_alerts_no_second_time() {
    let bed = bed().await;
    assert_eq!(bed.poll("paper", vec![article(angry(HOP)), plain("fell out")], at(0)).await.alerts, 1);
    assert_eq!(bed.deliver(at(120)).await.len(), 1);
    assert_eq!(a_day_passes(&bed).await, Pruned::default());
    assert_eq!(traces(&bed, &THEIRS).await, Vec::<String>::new());
    assert_eq!(bed.number("SELECT count(*) FROM mention WHERE tone = 'negative'").await, 1, "it still counts");
    assert_eq!(bed.number("SELECT count(*) FROM entry WHERE text <> ''").await, 1, "only what it showed last");
    let again = bed.poll("paper", vec![article(angry(HOP)), plain("fell out")], at(9 * DAY)).await;
    assert_eq!((again.entries, again.mentions, again.alerts, again.edits), (0, 0, 0, 0));
    assert_eq!(view(&bed, HOP).await.title, "Buttercup");
    assert_eq!(bed.store.prune(at(9 * DAY + 23 * HOUR), KEEP).await.unwrap(), Pruned::default());
    assert_eq!(view(&bed, HOP).await.title, "Buttercup", "for another day");
    bed.poll("paper", vec![plain("new")], at(20 * DAY)).await;
    let gone = bed.store.prune(at(400 * DAY), KEEP).await.unwrap();
    assert_eq!((gone.entries, gone.mentions), (3, 1), "in the end all of it goes but what it showed last");
}

#[tokio::test]
async fn what_nobody_is_mentioned_in_goes_and_comes_back_as_well() {
    let bed = bed().await;
    bed.poll("paper", vec![article(plain(""))], at(0)).await;
    assert_eq!(bed.poll("blog", vec![same(plain(""))], at(60)).await.copies, 1);
    a_day_passes(&bed).await;
    assert_eq!(traces(&bed, &THEIRS).await, Vec::<String>::new());
    bed.poll("blog", vec![same(plain(""))], at(51 * HOUR)).await;
    assert_eq!(bed.number("SELECT count(*) FROM entry WHERE title = 'Buttercup' AND key = 'post'").await, 1);
}

#[tokio::test]
async fn dead_letters_and_what_waits_are_kept_without_the_words() {
    let bed = bed().await;
    bed.poll("paper", vec![article(complaint("", HOP, &[ANNA, OLE]))], at(0)).await;
    let mails = bed.store.claim_outbox("me", at(60), at(900), 9).await.unwrap();
    bed.store.mark_dead(mails[0].id, "me", at(60), "no such mailbox").await.unwrap();
    bed.store.mark_retry(mails[1].id, "me", at(60), at(70 * HOUR), "busy").await.unwrap();
    let view = items(&mails[0])[0].mention.clone();
    let letter =
        bed.store.enqueue_claimed((OutboxKind::Digest, ANNA), &digest(view), "me", at(60), at(900)).await.unwrap();
    bed.store.mark_dead(letter.id, "me", at(60), "too large").await.unwrap();
    bed.execute(
        "INSERT INTO incident (brand, onset, found_at, told_at, told, evidence, notice) VALUES ('Skip Hop', 1, 1, 1, 1, '{}', \
         '{\"stories\":[{\"id\":1,\"title\":\"Buttercup\",\"snippet\":\"Zebedee\"}]}')",
    )
    .await;

    assert_eq!(a_day_passes(&bed).await, Pruned::default());
    assert_eq!(traces(&bed, &THEIRS).await, Vec::<String>::new());
    assert_eq!(bed.store.retry_dead(None, "kari", at(70 * HOUR)).await.unwrap(), 2);
    let told = bed.deliver(at(70 * HOUR)).await;
    assert_eq!(told.len(), 3, "nothing is lost");
    let mention = &items(&told[0])[0].mention;
    assert_eq!((mention.id, mention.title.as_str(), mention.lapsed_at), (1, "", Some(at(50 * HOUR))));
    let mail = render(&told[0], &mail()).text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(mail.contains("its network lets nobody keep that for longer."), "{mail}");
    assert_eq!(bed.store.prune(at(71 * HOUR), KEEP).await.unwrap(), Pruned::default());
}

#[tokio::test]
async fn what_a_silence_holds_is_summed_up_without_the_words() {
    let bed = quiet_bed().await;
    sources(&bed).await;
    let scope = mentiond::model::hold::SilenceScope { brand: Some(HOP.to_owned()), ..Default::default() };
    let silence = NewSilence { scope: &scope, ends_at: at(70 * HOUR), author: "Kari", comment: "we move" };
    bed.store.add_silence(silence, at(0)).await.unwrap();
    bed.poll("paper", vec![article(angry(HOP))], at(0)).await;
    assert_eq!(bed.deliver(at(60)).await.len(), 0);

    assert_eq!(a_day_passes(&bed).await, Pruned::default());
    assert_eq!(traces(&bed, &THEIRS).await, Vec::<String>::new());
    assert_eq!(bed.store.release_held(at(70 * HOUR)).await.unwrap(), 1);
    let told = bed.deliver(at(70 * HOUR)).await;
    let mention = &held(&told[0]).items[0].mention;
    assert_eq!((mention.title.as_str(), mention.lapsed_at), ("", Some(at(50 * HOUR))));
}

#[tokio::test]
async fn what_somebody_said_of_its_tone_stays_without_the_words() {
    let bed = bed().await;
    bed.poll("paper", vec![article(angry(HOP))], at(0)).await;
    bed.deliver(at(60)).await;
    bed.execute("UPDATE mention SET text_key = 'hash'").await;
    bed.execute(
        "INSERT INTO correction (text_key, brand, tone, corrected_at, corrected_by, ruled_tone, title, reasons) \
         VALUES ('hash', 'Skip Hop', 'neutral', 1, 'kari', 'negative', 'Buttercup leaks', '[\"terrible\"]')",
    )
    .await;
    assert_eq!(a_day_passes(&bed).await, Pruned::default());
    assert_eq!(traces(&bed, &THEIRS).await, Vec::<String>::new());
    assert_eq!(bed.number("SELECT count(*) FROM correction WHERE tone = 'neutral'").await, 1);
}

#[tokio::test]
async fn a_story_stays_in_its_period_though_its_words_are_gone_and_a_copy_has_some() {
    let bed = bed().await;
    bed.poll("paper", vec![article(angry(HOP))], at(0)).await;
    bed.poll("blog", vec![said("copy", HOP, "Ole", Some(-0.5))], at(26 * HOUR)).await;
    bed.execute("UPDATE mention SET story_id = 1, leads = 0 WHERE id = 2; DELETE FROM story WHERE id = 2").await;
    a_day_passes(&bed).await;
    let told = view(&bed, HOP).await;
    assert_eq!((told.id, told.title.as_str(), told.lapsed_at, told.copies), (1, "", Some(at(50 * HOUR)), 1));
    let days = [at(-1), at(24 * HOUR), at(48 * HOUR)];
    assert_eq!(bed.store.stories_begun(HOP, days[0], days[1]).await.unwrap(), 1);
    assert_eq!(bed.store.stories_begun(HOP, days[1], days[2]).await.unwrap(), 0, "it is told no second time");
    let listed = bed.store.listed_stories(HOP, days[0], days[2], 9).await.unwrap();
    assert_eq!(listed.iter().map(|story| story.id).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn what_is_changed_after_its_words_are_gone_alerts_as_an_edit_does() {
    for (source, show) in [("paper", article as fn(FoundEntry) -> FoundEntry), ("blog", same)] {
        let bed = bed().await;
        bed.poll("paper", vec![article(said("", HOP, "Kari", Some(0.5)))], at(0)).await;
        bed.poll("blog", vec![same(said("", HOP, "Kari", Some(0.5)))], at(60)).await;
        a_day_passes(&bed).await;
        let mut changed = show(angry(HOP));
        changed.entry.rating = Some(1.0);
        let again = bed.poll(source, vec![changed.clone()], at(51 * HOUR)).await;
        assert_eq!((again.entries, again.mentions, again.alerts), (0, 0, 1), "{source}");
        assert_eq!(view(&bed, HOP).await.title, "Buttercup");
        assert_eq!(bed.poll(source, vec![changed], at(52 * HOUR)).await.alerts, 0, "once");
    }
}

#[tokio::test]
async fn another_source_that_shows_it_under_its_key_gives_it_its_words_back() {
    let bed = bed().await;
    let of_paper = |name| SourceSetup { kind: SourceKind::Guardian, ..setup(name) };
    bed.store.sync_sources(&[of_paper("paper"), of_paper("weekly"), setup("blog")], at(0)).await.unwrap();
    bed.poll("paper", vec![article(angry(HOP))], at(0)).await;
    a_day_passes(&bed).await;
    let mut more = article(angry(HOP));
    more.mentions.extend(angry(LEGO).mentions);
    let again = bed.poll("weekly", vec![more], at(51 * HOUR)).await;
    assert_eq!((again.entries, again.copies, again.mentions, again.alerts), (0, 1, 1, 0));
    assert_eq!(
        (view(&bed, HOP).await.title.as_str(), view(&bed, LEGO).await.title.as_str()),
        ("Buttercup", "Buttercup")
    );
}

#[tokio::test]
async fn another_source_that_shows_the_page_only_then_is_a_copy_and_comments_on_it_are_not() {
    let (at_eight, later) = (Some(at(0)), Some(at(HOUR)));
    let text = "leaks on every single bag, says Zebedee";
    for (published_at, found, copies) in [
        (None, same(angry(HOP)), 1),
        (at_eight, page(angry(HOP), "post", text), 1),
        (None, page(angry(HOP), "post", text), 0),
        (later, page(angry(HOP), "post", text), 0),
    ] {
        let bed = bed().await;
        let mut first = article(angry(HOP));
        first.entry.published_at = at_eight;
        bed.poll("paper", vec![first], at(0)).await;
        a_day_passes(&bed).await;
        let mut found = found;
        found.entry.published_at = published_at;
        let shown = bed.poll("blog", vec![found], at(51 * HOUR)).await;
        assert_eq!((shown.copies, shown.entries, shown.alerts), (copies, 1 - copies, 1 - copies), "{published_at:?}");
    }
}
