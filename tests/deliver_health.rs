//! What operators are told about the health of sources, and what a digest says of it, word for word.

use crate::common::notices::{at, complete, digest, mail, message, report};
use mentiond::deliver::{Rendered, render};
use mentiond::model::Notice;
use mentiond::model::health::{Condition, Health, HealthChange};
use mentiond::model::notice::{Counts, Coverage, Gap, HealthNotice};
use mentiond::model::outbox::OutboxKind;

fn change(source: &str, health: Health, since: &str, why: &str) -> HealthChange {
    HealthChange {
        source: source.to_owned(),
        at: at("2026-11-24T07:00:00Z"),
        before: Health::Healthy,
        before_since: None,
        condition: Condition { health, since: Some(at(since)), why: why.to_owned() },
    }
}

fn well(source: &str) -> HealthChange {
    let before_since = Some(at("2026-11-22T11:00:00Z"));
    HealthChange {
        before: Health::Failing,
        before_since,
        ..change(source, Health::Healthy, "2026-11-24T06:58:00Z", "")
    }
}

pub fn everything() -> Vec<HealthChange> {
    let silence = "before, something new came about 12 times a week";
    vec![
        change("Old blog", Health::Gone, "2026-11-24T06:50:00Z", "the address is gone for good (status 410)"),
        change(
            "Parents' forum",
            Health::Failing,
            "2026-11-24T05:12:00Z",
            "the server answered with status 503: service unavailable",
        ),
        change("Küstenblatt", Health::Failing, "2026-11-24T05:20:00Z", "connection refused"),
        change("The Harbour Courier", Health::Silent, "2026-11-15T16:40:00Z", silence),
        change(
            "Small Steps",
            Health::Moved,
            "2026-11-24T06:55:00Z",
            "https://small-steps.example/feed?format=atom&all=1",
        ),
        change("Slow news", Health::Slow, "2026-11-24T06:57:00Z", "an answer took 14 s"),
        well("mastodon.social"),
    ]
}

pub fn notice(sources: u64, changes: Vec<HealthChange>, more: u64) -> HealthNotice {
    let of = |health| changes.iter().filter(|change| change.condition.health == health).count() as u64;
    let mut counts: Vec<_> = Health::ALL.map(|health| (health, of(health))).into();
    counts.retain(|(_, number)| *number > 0);
    counts[0].1 += more;
    HealthNotice { sources, counts, changes }
}

fn rendered(notice: HealthNotice) -> Rendered {
    render(&message(19, OutboxKind::Health, Notice::Health(notice)), &mail())
}

#[test]
fn a_mail_with_everything() {
    let mail = rendered(notice(40, everything(), 0));
    assert_eq!(
        mail.subject,
        "mentiond: 1 source is gone for good, 2 cannot be read, 1 is unusually silent, 1 has moved, 1 answers slowly, 1 is well again"
    );
    let text = "\
1 source is gone for good, 2 cannot be read, 1 is unusually silent, 1 has
moved, 1 answers slowly, 1 is well again

== Gone for good ==

- Old blog
  noticed on Tue 24 Nov 2026, 06:50 UTC
  the address is gone for good (status 410)

What to do: take the source out of the configuration, or give it the address
where it is to be found now.
Meanwhile: it is not polled any more.

== Cannot be read ==

- Parents' forum
  failing since Tue 24 Nov 2026, 05:12 UTC
  the server answered with status 503: service unavailable

- Küstenblatt
  failing since Tue 24 Nov 2026, 05:20 UTC
  connection refused

What to do: see in a browser whether the address still answers. If it does,
this machine or its network may be the cause. If it does not, write to those
who run it, or take it out of the configuration.
Meanwhile: mentiond goes on trying, less and less often: at last once a day,
or more rarely where the interval is longer or the host refuses. It says when
the source is well again.

== Unusually silent ==

- The Harbour Courier
  nothing new since Sun 15 Nov 2026, 16:40 UTC
  before, something new came about 12 times a week

What to do: see in a browser whether something new was published. If so, it
stands in another feed now, whose address is to be configured. If not, there
is nothing to mend.
Meanwhile: the source is polled as before, and mentiond says when it speaks
again. Until then no digest calls its silence proof that nothing was said.

== Moved ==

- Small Steps
  noticed on Tue 24 Nov 2026, 06:55 UTC
  url = \"https://small-steps.example/feed?format=atom&all=1\"

What to do: write the new address into the configuration, which still names
the old one.
Meanwhile: it is read at its new address.

== Slow ==

- Slow news
  slow since Tue 24 Nov 2026, 06:57 UTC
  an answer took 14 s

What to do: nothing yet. If it lasts, give the source a longer “interval”, or
raise “timeout” below “[fetch]” before it is exceeded.
Meanwhile: the source is read as before, and holds up no other.

== Well again ==

- mastodon.social
  well since Tue 24 Nov 2026, 06:58 UTC; it had failed since Sun 22 Nov 2026,
  11:00 UTC
";
    assert_eq!(mail.text, text);
    for words in
        ["Unusually silent", "connection refused", "feed?format=atom&#38;all=1", "Küstenblatt", "not polled any"]
    {
        assert!(mail.html.contains(words), "{words}");
    }
    assert!(!mail.html.contains("href="), "nobody clicks where a stranger's server leads");
}

#[test]
fn one_source_is_named_in_the_subject() {
    for (change, subject) in everything().into_iter().zip([
        "mentiond: Old blog is gone for good",
        "mentiond: Parents' forum cannot be read",
        "mentiond: Küstenblatt cannot be read",
        "mentiond: The Harbour Courier is unusually silent",
        "mentiond: Small Steps has moved",
        "mentiond: Slow news answers slowly",
        "mentiond: mastodon.social is well again",
    ]) {
        assert_eq!(rendered(notice(40, vec![change], 0)).subject, subject);
    }
}

#[test]
fn an_outage_of_the_network_is_one_mail_that_says_so() {
    let failing =
        |number| change(&format!("source {number:02}"), Health::Failing, "2026-11-24T05:12:00Z", "no route to host");
    let mail = rendered(notice(512, (0..20).map(failing).collect(), 480));
    assert_eq!(mail.subject, "mentiond: 500 sources cannot be read");
    let head = "\
500 sources cannot be read
500 of 512 sources cannot be read. The likely cause is the network of this
machine or its name server, not the sources.

== Cannot be read ==

- source 00
";
    assert!(mail.text.starts_with(head), "{}", mail.text);
    assert!(
        mail.text.ends_with("\n480 more sources are not shown here; “mentiond status” lists all.\n"),
        "{}",
        mail.text
    );
    assert_eq!(mail.text.matches("\n- source").count(), 20);
    assert!(mail.html.len() < 102_000, "Gmail cuts what is longer: {}", mail.html.len());
    let few = rendered(notice(512, (0..20).map(failing).collect(), 0));
    assert!(!few.text.contains("likely cause"), "{}", few.text);
    let all_of_few = rendered(notice(3, (0..3).map(failing).collect(), 0));
    assert!(!all_of_few.text.contains("likely cause"), "three may well fail by themselves");
}

#[test]
fn nothing_breaks_out_of_its_place() {
    let text = "</td><script>alert(1)</script>\r\nBcc: x@example.org\n.\n\0\u{202e}\u{2028}\" onclick=\"x";
    let changes = Health::ALL.map(|health| change(text, health, "2026-11-24T05:12:00Z", text));
    let address = change("a", Health::Moved, "2026-11-24T05:12:00Z", &format!("https://x.example/{text}"));
    for notice in [
        notice(6, changes.clone().into(), 0),
        notice(6, vec![changes[0].clone()], 0),
        notice(6, vec![address.clone()], 0),
    ] {
        let mail = rendered(notice);
        assert!(!mail.subject.contains(|c: char| c.is_control() || c == '\u{202e}'), "{:?}", mail.subject);
        assert!(mail.subject.chars().count() <= 150, "{}", mail.subject);
        for content in [&mail.text, &mail.html] {
            assert!(!content.contains(|c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2028}".contains(c)));
            assert!(!content.contains("\nBcc:") && !content.contains("\n."), "{content}");
        }
        assert!(!mail.html.contains("<script") && !mail.html.contains("\" onclick"), "{}", mail.html);
        assert!(mail.text.lines().all(|line| line.chars().count() <= 78), "{}", mail.text);
    }
    let coverage = Coverage { health: vec![address, changes[0].clone()], ..complete() };
    let html = render(&digest(vec![report(Counts::default(), Vec::new())], coverage), &mail()).html;
    assert!(!html.contains("<script") && !html.contains("\" onclick"), "{html}");
}

#[test]
fn a_digest_names_sources_whose_health_changed() {
    let coverage = Coverage { health: everything(), ..complete() };
    let mail = render(&digest(vec![report(Counts { entries: 4, ..Counts::default() }, Vec::new())], coverage), &mail());
    assert_eq!(mail.subject, "Skip Hop: no mentions found; 1 source is unusually silent, 24 Nov");
    let sources = "\
Coverage: All 9 sources were read. 1 source is unusually silent: it was read,
but showed nothing new for longer than its rhythm explains.

Health of the sources:
  - Old blog: gone for good, noticed on Tue 24 Nov 2026, 07:50 CET (the
    address is gone for good (status 410))
  - Parents' forum: failing since Tue 24 Nov 2026, 06:12 CET (the server
    answered with status 503: service unavailable)
  - Küstenblatt: failing since Tue 24 Nov 2026, 06:20 CET (connection refused)
  - The Harbour Courier: unusually silent, nothing new since Sun 15 Nov 2026,
    17:40 CET (before, something new came about 12 times a week)
  - Small Steps: has moved (noticed on Tue 24 Nov 2026, 07:55 CET) to
    https://small-steps.example/feed?…
  - Slow news: slow since Tue 24 Nov 2026, 07:57 CET (an answer took 14 s)
  - mastodon.social: well again since Tue 24 Nov 2026, 07:58 CET; it had
    failed since Sun 22 Nov 2026, 12:00 CET

The next digest";
    assert!(mail.text.contains(sources), "{}", mail.text);
    assert!(mail.html.contains("Health of the sources:") && mail.html.contains("an answer took 14 s"));
}

#[test]
fn silence_of_the_sources_is_not_silence_about_the_brand() {
    let silent = |name| change(name, Health::Silent, "2026-11-15T16:40:00Z", "");
    let said = |coverage: Coverage| {
        let mail = render(&digest(vec![report(Counts::default(), Vec::new())], coverage), &mail());
        let (_, sources) = mail.text.split_once("\nCoverage: ").unwrap();
        let sources = sources.split("\n\n").next().unwrap().replace('\n', " ");
        (mail.subject.replace("Skip Hop: ", "").replace(", 24 Nov", ""), sources)
    };
    let two = Coverage { health: vec![silent("a"), silent("b")], ..complete() };
    assert_eq!(
        said(two.clone()),
        (
            "no mentions found; 2 sources are unusually silent".to_owned(),
            "All 9 sources were read. 2 sources are unusually silent: they were read, but showed nothing new for longer \
             than their rhythm explains."
                .to_owned()
        )
    );
    let gap = Gap { source: "c".to_owned(), since: None, until: None, reason: String::new() };
    let unread = said(Coverage { unread: vec![gap], ..two });
    assert_eq!(unread.0, "no mentions found; 1 source was not read");
    assert!(
        unread.1.starts_with("1 of 9 sources was not read, so more may have been said. 2 sources are"),
        "{}",
        unread.1
    );
    let moved = Coverage {
        health: vec![change("a", Health::Moved, "2026-11-24T06:55:00Z", "https://x.example/")],
        ..complete()
    };
    assert_eq!(said(moved), ("nothing was said".to_owned(), "All 9 sources were read.".to_owned()));
}

#[test]
fn money_that_is_used_up_has_an_advice_of_its_own() {
    let own = ["raise “dollars_per_month” of the source", "read again on the first of the month"];
    let bought = ["buy more where the network sells it", "asked again once a day"];
    for (why, advice) in [
        ("the budget of 5 US dollars a month is used up", own),
        ("the cap of posts a month is used up", bought),
        ("the prepaid credit is used up", bought),
    ] {
        let mail = rendered(notice(3, vec![change("X", Health::Failing, "2026-11-24T05:12:00Z", why)], 0));
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(why) && advice.iter().all(|words| text.contains(words)), "{text}");
        assert!(!text.contains("in a browser"), "{text}");
    }
}
