//! Slots, counts, what comes first, and coverage.

use chrono::TimeDelta;
use mentiond::model::digest::{BarLength, Waiting};
use mentiond::model::notice::{Counts, Coverage, DigestNotice, Gap, MentionView};
use mentiond::model::outbox::OutboxKind;
use mentiond::model::{Language, PollFault, Tone};
use mentiond::store::{FoundEntry, PollCommit, Selection, SourceSetup};

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, commit, complaint, plain, said, setup};

fn digest() -> DigestNotice {
    DigestNotice {
        digest: "daily".to_owned(),
        from: at(0),
        to: at(DAY),
        time_zone: "UTC".to_owned(),
        next_at: None,
        catches_up: false,
        first: false,
        bars: BarLength::Hour,
        brands: Vec::new(),
        coverage: Coverage::default(),
        list: None,
        leave: None,
    }
}

#[tokio::test]
async fn a_digest_that_is_new_starts_now_and_is_committed_once() {
    let bed = Bed::new().await;
    assert_eq!(bed.store.last_slot("daily").await.unwrap(), None);
    assert_eq!(bed.store.start_slots("daily", at(0)).await.unwrap(), at(0));
    assert_eq!(bed.store.start_slots("daily", at(500)).await.unwrap(), at(0), "a start does not move it");
    let notices = [(ANNA.to_owned(), digest()), (OLE.to_owned(), digest())];
    let (one, two) = (bed.store.clone(), bed.store.clone());
    let (one, two) = tokio::join!(
        one.commit_digest("daily", at(DAY), &notices, at(DAY)),
        two.commit_digest("daily", at(DAY), &notices, at(DAY))
    );
    assert_eq!([one.unwrap(), two.unwrap()].into_iter().filter(|written| *written).count(), 1);
    assert!(!bed.store.commit_digest("daily", at(HOUR), &notices, at(DAY)).await.unwrap(), "nor an earlier one");
    assert_eq!(bed.store.last_slot("daily").await.unwrap(), Some(at(DAY)));
    let sent = bed.deliver(at(DAY)).await;
    assert_eq!(
        sent.iter().map(|message| (message.kind, message.recipient.as_str())).collect::<Vec<_>>(),
        [(OutboxKind::Digest, ANNA), (OutboxKind::Digest, OLE)]
    );
    assert!(
        !bed.store.commit_digest("weekly", at(DAY), &notices, at(DAY)).await.unwrap(),
        "one that was never started"
    );
}

#[tokio::test]
async fn a_slot_and_its_notices_are_written_together() {
    let bed = Bed::new().await;
    bed.store.start_slots("daily", at(0)).await.unwrap();
    let twice = [(ANNA.to_owned(), digest()), (ANNA.to_owned(), digest())];
    assert!(bed.store.commit_digest("daily", at(DAY), &twice, at(DAY)).await.is_err(), "the same cause twice");
    assert_eq!(bed.store.last_slot("daily").await.unwrap(), Some(at(0)));
    assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 0);
}

#[tokio::test]
async fn a_period_is_counted_without_its_first_and_with_its_last_instant() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![said("too early", HOP, "Kari", Some(-0.5)), plain("later")], at(0)).await;
    let mut handle = said("d", HOP, "Kari Nordmann", Some(0.0));
    handle.entry.author.as_mut().unwrap().handle = Some("KARI".to_owned());
    let day = vec![
        plain("nobody"),
        said("a", HOP, "kari", Some(-0.2)),
        said("b", HOP, "Ole", Some(0.6)),
        said("c", HOP, "", None),
        handle,
        said("x", "Lego", "Ole", Some(-0.9)),
    ];
    bed.poll("blog", day, at(10)).await;
    bed.poll("forum", vec![said("e", HOP, "Ole", Some(0.9))], at(DAY)).await;
    bed.poll("forum", vec![said("too late", HOP, "Ole", Some(0.9))], at(DAY + 1)).await;
    let counts = bed.store.period_counts(HOP, at(0), at(DAY)).await.unwrap();
    let expected = Counts {
        entries: 7,
        mentions: 5,
        stories: 5,
        negative: 1,
        neutral: 1,
        positive: 2,
        unscored: 1,
        with_author: 4,
        authors: 2,
        repeat_authors: 2,
        forgotten: false,
    };
    assert_eq!(counts, expected);
    assert_eq!(
        bed.store.top_sources(HOP, (at(0), at(DAY)), 1, 5).await.unwrap(),
        [("blog".to_owned(), 4), ("forum".to_owned(), 1)]
    );
    for spans in [vec![at(0), at(DAY)], vec![at(0), at(20), at(30), at(DAY)], vec![at(0), at(DAY - 1), at(DAY)]] {
        let begun = bed.store.begun(HOP, &spans).await.unwrap();
        let authors = bed.store.top_authors(HOP, &begun, 5).await.unwrap();
        assert_eq!(authors, [("Kari Nordmann".to_owned(), 2), ("Ole".to_owned(), 2)]);
        assert_eq!(bed.store.counts_of(HOP, &begun, 7).await.unwrap(), expected, "however the period is cut");
    }
    let begun = bed.store.begun(HOP, &[at(0), at(20), at(DAY)]).await.unwrap();
    let latest = bed.store.top_authors(HOP, &begun, 1).await.unwrap();
    assert_eq!(latest, [("Ole".to_owned(), 2)], "of those with as many stories who told one last");
    let begun = bed.store.begun(HOP, &[]).await.unwrap();
    assert_eq!(bed.store.counts_of(HOP, &begun, 7).await.unwrap(), Counts::default());
    assert_eq!(bed.store.period_counts("Nobody", at(-DAY), at(-1)).await.unwrap(), Counts::default());

    bed.poll("blog", vec![said("later", "Lego", "Ole", None)], at(2 * DAY)).await;
    let counts = bed.store.period_counts("Lego", at(2 * DAY - 1), at(3 * DAY)).await.unwrap();
    assert_eq!((counts.entries, counts.mentions), (1, 1), "never more mentions than entries");
}

#[tokio::test]
async fn the_most_negative_comes_first_and_a_weight_makes_it_heavier() {
    let bed = Bed::new().await;
    let heavy = SourceSetup { weight: 3.0, ..setup("forum") };
    bed.store.sync_sources(&[setup("blog"), heavy], at(0)).await.unwrap();
    let mut praise = said("praise", HOP, "Kari", Some(0.9));
    praise.mentions[0].judgement.language = Language::parse("nb");
    praise.entry.url = Some("javascript:alert(1)".to_owned());
    bed.poll(
        "blog",
        vec![
            praise,
            said("unknown", HOP, "", None),
            said("bad", HOP, "Kari", Some(-0.4)),
            said("so-so", HOP, "Kari", Some(0.0)),
        ],
        at(5),
    )
    .await;
    bed.poll("forum", vec![said("heavier", HOP, "Kari", Some(-0.2))], at(6)).await;
    let worst = bed.store.worst_mentions(HOP, at(0), at(DAY), 10).await.unwrap();
    let titles: Vec<&str> = worst.iter().map(|mention| mention.title.trim_start_matches("title of ")).collect();
    assert_eq!(titles, ["heavier", "bad", "so-so", "unknown", "praise"]);
    assert_eq!((worst[4].language.as_deref(), worst[4].url.as_deref(), worst[4].score), (Some("nb"), None, Some(0.9)));
    assert_eq!(bed.store.worst_mentions(HOP, at(0), at(DAY), 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_outage_is_unread_while_it_lasts_and_recovered_when_it_is_over() {
    let bed = Bed::new().await;
    let nothing = bed.store.coverage(at(-DAY), at(0)).await.unwrap();
    assert_eq!(
        nothing.unread.iter().map(|gap| (gap.source.as_str(), gap.reason.as_str())).collect::<Vec<_>>(),
        [("blog", "not polled yet"), ("forum", "not polled yet")]
    );
    bed.poll("blog", vec![], at(0)).await;
    bed.poll("forum", vec![], at(0)).await;
    assert!(bed.store.coverage(at(-DAY), at(1)).await.unwrap().is_complete());
    for hour in 1..4 {
        bed.fail("blog", vec![], at(hour * HOUR)).await.unwrap();
    }
    let gap =
        |until| Gap { source: "blog".to_owned(), since: Some(at(0)), until, reason: "no route to host".to_owned() };
    let lasting = bed.store.coverage(at(-1), at(5 * HOUR)).await.unwrap();
    assert_eq!((lasting.sources, lasting.unread, lasting.recovered), (2, vec![gap(None)], vec![]));
    assert!(bed.store.coverage(at(-DAY), at(HOUR - 1)).await.unwrap().is_complete(), "it was not known then");

    bed.poll("blog", vec![], at(6 * HOUR)).await;
    assert_eq!(
        bed.store.coverage(at(-1), at(5 * HOUR)).await.unwrap().unread,
        [gap(None)],
        "it lasted at the end of the period"
    );
    let over = bed.store.coverage(at(-1), at(DAY)).await.unwrap();
    assert!(over.unread.is_empty() && !over.is_complete(), "it was read, but not all the time");
    assert_eq!(over.recovered, [gap(Some(at(6 * HOUR)))]);
    let next_day = bed.store.coverage(at(7 * HOUR), at(DAY)).await.unwrap();
    assert_eq!(
        next_day.unread.iter().map(|gap| (gap.source.as_str(), gap.reason.as_str())).collect::<Vec<_>>(),
        [("blog", "no poll of it was finished in this time"), ("forum", "no poll of it was finished in this time")]
    );
    assert_eq!(bed.store.coverage(at(6 * HOUR), at(DAY)).await.unwrap().recovered, []);

    bed.fail("blog", vec![], at(7 * HOUR)).await.unwrap();
    bed.poll("blog", vec![], at(7 * HOUR + 900)).await;
    assert_eq!(
        bed.store.coverage(at(-1), at(DAY)).await.unwrap().recovered,
        [gap(Some(at(6 * HOUR)))],
        "the longest gap only"
    );
    bed.fail("blog", vec![], at(8 * HOUR)).await.unwrap();
    bed.poll("forum", vec![], at(9 * HOUR - 60)).await;
    bed.store.sync_sources(&[setup("forum")], at(9 * HOUR)).await.unwrap();
    let without = bed.store.coverage(at(-1), at(DAY)).await.unwrap();
    assert_eq!(
        (without.sources, without.is_complete(), without.recovered),
        (1, true, vec![]),
        "what is not configured is nobody's gap"
    );
}

#[tokio::test]
async fn a_time_in_which_mentiond_did_not_run_is_a_gap_even_for_digests_that_are_late() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![], at(0)).await;
    bed.poll("forum", vec![], at(5 * HOUR)).await;
    bed.store.note_downtime(at(900 + 900)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM outage").await, 0, "an interval late is nobody's gap");
    bed.store.note_downtime(at(5 * HOUR + 60)).await.unwrap();
    let slot = at(2 * HOUR);
    let late = bed.store.coverage(slot - TimeDelta::days(1), slot).await.unwrap();
    let reason = "nobody polled it: mentiond did not run, or the machine slept".to_owned();
    assert_eq!(
        late.unread,
        [Gap { source: "blog".to_owned(), since: Some(at(0)), until: None, reason: reason.clone() }]
    );
    bed.store.note_downtime(at(5 * HOUR + 70)).await.unwrap();
    bed.poll("blog", vec![], at(5 * HOUR + 80)).await;
    let after = bed.store.coverage(at(HOUR), at(DAY)).await.unwrap();
    assert_eq!(
        after.recovered,
        [Gap { source: "blog".to_owned(), since: Some(at(0)), until: Some(at(5 * HOUR + 80)), reason }]
    );
}

#[tokio::test]
async fn a_changed_brand_hides_no_downtime_and_forgets_no_wish_of_a_server() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![], at(0)).await;
    bed.claim("forum", at(0)).await;
    let fault = Some(PollFault::Throttled { status: 429, until: Some(at(2 * DAY)) });
    let throttled = PollCommit { fault, next_poll_at: at(2 * DAY), ..commit("forum", vec![], at(0)) };
    bed.store.commit_poll(throttled).await.unwrap();
    // Stopped on Monday, a brand edited, started on Tuesday.
    let changed = |name: &str| SourceSetup { wanted: "other".to_owned(), ..setup(name) };
    bed.store.sync_sources(&[changed("blog"), changed("forum")], at(DAY)).await.unwrap();
    let due = bed.store.claim_sources("me", at(DAY), at(DAY + 600), 9).await.unwrap();
    assert_eq!(due.iter().map(|claim| claim.name.as_str()).collect::<Vec<_>>(), ["blog"]);
    bed.store.commit_poll(commit("blog", vec![], at(DAY + 5))).await.unwrap();
    let coverage = bed.store.coverage(at(-1), at(DAY + 60)).await.unwrap();
    let recovered: Vec<_> = coverage.recovered.iter().map(|gap| (gap.source.as_str(), gap.until)).collect();
    assert_eq!(recovered, [("blog", Some(at(DAY + 5)))]);
}

#[tokio::test]
async fn a_source_that_was_not_configured_for_a_while_was_nobodys_to_poll() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![], at(0)).await;
    bed.store.sync_sources(&[setup("forum")], at(60)).await.unwrap();
    bed.store.sync_sources(&[setup("forum"), setup("blog")], at(30 * DAY)).await.unwrap();
    bed.poll("blog", vec![], at(30 * DAY + 5)).await;
    assert_eq!(bed.store.coverage(at(29 * DAY), at(30 * DAY + 60)).await.unwrap().recovered, []);
}

fn titles(views: &[MentionView]) -> Vec<&str> {
    views.iter().map(|view| view.title.trim_start_matches("title of ")).collect()
}

#[tokio::test]
async fn a_negative_story_waits_until_somebody_takes_care_of_it_whether_or_not_it_alerted() {
    let bed = Bed::new().await;
    let published = |mut found: FoundEntry, seconds| {
        found.entry.published_at = Some(at(seconds));
        found
    };
    let day = vec![
        published(complaint("alerted", HOP, &[ANNA]), 3 * HOUR),
        published(said("mild", HOP, "Kari", Some(-0.1)), -2 * HOUR),
        published(said("ancient", HOP, "Kari", Some(-0.9)), -30 * DAY),
        said("praise", HOP, "Kari", Some(0.9)),
        said("other", "Lego", "Kari", Some(-0.9)),
        published(complaint("cared for", HOP, &[ANNA]), HOUR),
    ];
    bed.poll("blog", day, at(4 * HOUR)).await;
    let waiting = async |since, now| bed.store.waiting(HOP, (since, now), now, 9).await.unwrap();
    let all = waiting(at(-3 * DAY), at(5 * HOUR)).await;
    assert_eq!(titles(&all.items), ["mild", "cared for", "alerted"], "the oldest first");
    assert_eq!((all.total, all.overdue), (3, 0));
    let later = waiting(at(-3 * DAY), at(DAY + 2 * HOUR)).await;
    assert_eq!((later.total, later.overdue), (3, 2));
    let one = bed.store.waiting(HOP, (at(-3 * DAY), at(DAY)), at(DAY), 1).await.unwrap();
    assert_eq!((titles(&one.items), one.total), (vec!["mild"], 3));
    assert_eq!(waiting(at(0), at(5 * HOUR)).await.total, 2, "what began before is not asked for");
    assert_eq!(waiting(at(-3 * DAY), at(HOUR)).await, Waiting::default(), "it was not found then");

    let [mild, cared, alerted] = [0, 1, 2].map(|index| all.items[index].id);
    bed.store.acknowledge(&Selection::Mention(cared), "Ole", at(5 * HOUR)).await.unwrap();
    assert_eq!(titles(&waiting(at(-3 * DAY), at(5 * HOUR)).await.items), ["mild", "alerted"]);
    assert_eq!(bed.store.settle(&Selection::Mention(mild), "Ole", at(5 * HOUR)).await.unwrap(), 1);
    assert_eq!(bed.store.settle(&Selection::Mention(mild), "Ole", at(5 * HOUR)).await.unwrap(), 0, "once");
    assert_eq!(titles(&waiting(at(-3 * DAY), at(5 * HOUR)).await.items), ["alerted"]);
    bed.store.correct_tone(alerted, Tone::Neutral, ("Ole", None), at(5 * HOUR)).await.unwrap();
    assert_eq!(waiting(at(-3 * DAY), at(5 * HOUR)).await, Waiting::default(), "it is no complaint");
    bed.store.undo_correction(alerted).await.unwrap();
    assert_eq!(bed.store.settle(&Selection::Brand(HOP.to_owned()), "Ole", at(5 * HOUR)).await.unwrap(), 3);
    assert_eq!(waiting(at(-3 * DAY), at(5 * HOUR)).await, Waiting::default());
    assert_eq!(bed.store.settle(&Selection::All, "Ole", at(101 * DAY)).await.unwrap(), 0, "it waits no more");
    assert_eq!(bed.store.settle(&Selection::All, "Ole", at(5 * HOUR)).await.unwrap(), 1, "that of Lego");
}

#[tokio::test]
async fn what_was_answered_never_hides_what_waits_however_much_it_is() {
    let bed = Bed::new().await;
    let settled = (0..5_100).map(|number| said(&format!("settled {number}"), HOP, "", Some(-0.5))).collect();
    bed.poll("blog", settled, at(HOUR)).await;
    bed.store.settle(&Selection::All, "Ole", at(HOUR)).await.unwrap();
    bed.poll("blog", vec![said("new", HOP, "Siri", Some(-0.5))], at(2 * HOUR)).await;
    let waiting = bed.store.waiting(HOP, (at(0), at(DAY)), at(DAY), 9).await.unwrap();
    assert_eq!((titles(&waiting.items), waiting.total), (vec!["new"], 1));
}

#[tokio::test]
async fn the_stories_of_a_period_stand_in_bars_by_their_tone() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![said("a", HOP, "Kari", Some(-0.5)), said("b", HOP, "", None)], at(HOUR)).await;
    bed.poll("blog", vec![said("c", HOP, "Ole", Some(0.5)), said("x", "Lego", "", Some(0.5))], at(HOUR + 1)).await;
    bed.poll("blog", vec![said("d", HOP, "Ole", Some(0.0))], at(3 * HOUR)).await;
    let begun = bed.store.begun(HOP, &[at(0), at(HOUR), at(2 * HOUR), at(3 * HOUR)]).await.unwrap();
    let told: Vec<_> =
        begun.bars().iter().map(|bar| (bar.from, bar.negative, bar.neutral, bar.positive, bar.unscored)).collect();
    assert_eq!(told, [(at(0), 1, 0, 0, 1), (at(HOUR), 0, 0, 1, 0), (at(2 * HOUR), 0, 1, 0, 0)]);
    assert_eq!(bed.store.stories_begun(HOP, at(0), at(3 * HOUR)).await.unwrap(), 4);
    assert_eq!(bed.store.known_since(HOP).await.unwrap(), Some(at(HOUR)));
    assert_eq!(bed.store.known_since("Nobody").await.unwrap(), None);
}

#[tokio::test]
async fn what_may_matter_is_bad_or_good_or_loud_or_new() {
    let bed = Bed::new().await;
    let heavy = SourceSetup { weight: 3.0, ..setup("forum") };
    bed.store.sync_sources(&[setup("blog"), heavy], at(0)).await.unwrap();
    let mut loud = said("loud", HOP, "Kari", Some(0.0));
    loud.entry.engagement = Some(1_204);
    bed.poll("blog", vec![loud, said("bad", HOP, "Kari", Some(-0.4)), said("new", HOP, "", None)], at(5)).await;
    bed.poll("forum", vec![said("heavy", HOP, "Kari", Some(-0.2)), said("good", HOP, "Ole", Some(0.9))], at(6)).await;
    let mut candidates = bed.store.candidates(HOP, at(0), at(DAY)).await.unwrap();
    candidates.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.id.cmp(&b.id)));
    let told: Vec<_> = candidates.iter().map(|story| (story.tone, story.engagement, story.copies)).collect();
    let expected = [
        (Tone::Positive, 0, 0),
        (Tone::Negative, 0, 0),
        (Tone::Negative, 0, 0),
        (Tone::Neutral, 1_204, 0),
        (Tone::Unscored, 0, 0),
    ];
    assert_eq!(told, expected);
    assert!((candidates[1].weight - 0.6).abs() < 1e-9, "the weight of its source counts");
    assert!(bed.store.candidates(HOP, at(10), at(DAY)).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_complained_before_and_praises_now_was_won_back() {
    let bed = Bed::new().await;
    let before = vec![
        said("broken", HOP, "Kari", Some(-0.5)),
        said("late", HOP, "Ole", Some(-0.5)),
        said("elsewhere", HOP, "Siri", Some(-0.5)),
        said("another brand", "Lego", "Per", Some(-0.5)),
    ];
    bed.poll("blog", before, at(0)).await;
    let now = vec![
        said("thanks", HOP, "KARI", Some(0.8)),
        said("more thanks", HOP, "Kari", Some(0.8)),
        said("nice", HOP, "Ole", Some(0.8)),
        said("fine", HOP, "Per", Some(0.8)),
    ];
    bed.poll("blog", now, at(DAY)).await;
    bed.poll("forum", vec![said("lovely", HOP, "Siri", Some(0.8))], at(DAY)).await;
    bed.poll("blog", vec![said("broken again", HOP, "Ole", Some(-0.8))], at(DAY + 60)).await;
    let recovered = bed.store.recovered(HOP, at(HOUR), at(2 * DAY), 5).await.unwrap();
    assert_eq!(recovered.len(), 1, "{recovered:?}");
    assert_eq!((recovered[0].author.as_str(), recovered[0].complained_at), ("Kari", at(0)));
    assert_eq!(recovered[0].complaint.title, "title of broken");
    assert_eq!(recovered[0].praise.title, "title of more thanks");
    bed.poll("blog", vec![said("thanks once more", HOP, "Kari", Some(0.8))], at(2 * DAY + HOUR)).await;
    assert!(bed.store.recovered(HOP, at(2 * DAY), at(3 * DAY), 5).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_leaves_a_digest_is_known_until_they_come_back() {
    let bed = Bed::new().await;
    assert!(bed.store.leave_digest("daily", ANNA, "Anna", at(5)).await.unwrap());
    assert!(!bed.store.leave_digest("daily", ANNA, "somebody", at(6)).await.unwrap(), "once");
    bed.store.leave_digest("weekly", OLE, "Ole", at(7)).await.unwrap();
    let left = bed.store.left_digest("daily").await.unwrap();
    assert_eq!(
        left.iter().map(|leave| (leave.recipient.as_str(), leave.by.as_str(), leave.at)).collect::<Vec<_>>(),
        [(ANNA, "Anna", at(5))]
    );
    assert_eq!(bed.store.digest_leaves().await.unwrap().len(), 2);
    assert!(bed.store.rejoin_digest("daily", ANNA).await.unwrap());
    assert!(!bed.store.rejoin_digest("daily", ANNA).await.unwrap());
    assert!(bed.store.left_digest("daily").await.unwrap().is_empty());

    bed.store.start_slots("daily", at(0)).await.unwrap();
    bed.store.commit_digest("daily", at(DAY), &[(ANNA.to_owned(), digest())], at(DAY)).await.unwrap();
    let known = bed.store.recipients_of_digest("daily").await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [ANNA]);
    assert!(bed.store.recipients_of_digest("dail").await.unwrap().is_empty());
}
