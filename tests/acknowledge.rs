//! Links by which somebody says that they take care of something: looking changes nothing, pressing does, once.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use mentiond::clock::Clock;
use mentiond::link::{Link, LinkKey, Purpose};
use mentiond::model::Instant;
use mentiond::store::Selection;
use mentiond::web::{self, WebState};
use sha2::{Digest, Sha256};
use sqlx::Row;

use crate::common::web::{KEY, parts, serve};
use crate::store::bed::{ANNA, Bed, DAY, HOP, OLE, at, complaint};
use crate::websub::bed::{Answer, send};

/// A store with its server.
struct Desk {
    bed: Bed,
    clock: Clock,
    address: SocketAddr,
}

impl Desk {
    async fn new() -> Self {
        let (bed, clock) = (Bed::new().await, Clock::simulated(at(0)));
        let address = serve(web::router(WebState::new(parts(&bed.store, &clock)))).await;
        Self { bed, clock, address }
    }

    async fn send(&self, method: &str, token: &str) -> Answer {
        send(self.address, method, &format!("/acknowledge/{token}"), &[], b"").await
    }

    /// Who takes care of each alert, by its title.
    async fn taken(&self) -> Vec<String> {
        let sql = "SELECT e.title || ': ' || coalesce(a.acknowledged_by, 'nobody') FROM alert a \
                   JOIN mention m ON m.id = a.mention_id JOIN entry e ON e.id = m.entry_id ORDER BY e.title";
        let rows = sqlx::query(sql).fetch_all(&mut self.bed.raw().await).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0).replace("title of ", "")).collect()
    }

    /// Two complaints for both in one mail each, and another one that is mailed later.
    async fn with_mails(&self) -> [i64; 2] {
        self.bed.poll("blog", vec![complaint("a", HOP, &[ANNA, OLE]), complaint("b", HOP, &[ANNA])], at(0)).await;
        let mails = self.bed.deliver(at(30)).await;
        self.bed.poll("forum", vec![complaint("c", HOP, &[ANNA])], at(60)).await;
        let of = |who: &str| mails.iter().find(|mail| mail.recipient == who).unwrap().id;
        [of(ANNA), of(OLE)]
    }
}

fn link(subject: i64, recipient: &str) -> Link {
    let (subject, recipient) = (subject.to_string(), recipient.to_owned());
    Link { purpose: Purpose::Acknowledge, subject, recipient, until: at(14 * DAY) }
}

fn token(subject: i64, recipient: &str) -> String {
    LinkKey::new(KEY).unwrap().sign(&link(subject, recipient))
}

const OPEN: [&str; 3] = ["a: nobody", "b: nobody", "c: nobody"];

#[tokio::test]
async fn looking_changes_nothing_and_pressing_takes_exactly_the_alerts_of_the_mail() {
    let desk = Desk::new().await;
    let [anna, _] = desk.with_mails().await;
    let token = token(anna, ANNA);
    for method in ["GET", "HEAD", "GET"] {
        let page = desk.send(method, &token).await;
        assert_eq!(page.status, 200, "{method}");
        assert_eq!(desk.taken().await, OPEN, "{method} changes nothing");
    }
    let page = desk.send("GET", &token).await.body;
    for words in [
        "<h1 dir=\"auto\">Do you take care of this?</h1>",
        "2 alerts about Skip Hop that nobody takes care of yet.",
        "This was written to anna@skiphop.example on 2 Mar 2026, 09:00 CET.",
        "Others were told too: ole@skiphop.example (2 Mar 2026, 09:00 CET).",
        "<li><bdi>title of a</bdi></li>",
        "<form method=\"post\"><button>I take care of it</button></form>",
    ] {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH"] {
        assert_eq!(desk.send(method, &token).await.status, 405, "{method}");
    }
    assert_eq!(desk.taken().await, OPEN);

    desk.clock.advance_to(at(600));
    let page = desk.send("POST", &token).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("2 alerts about Skip Hop acknowledged"), "{}", page.body);
    let taken = ["a: anna@skiphop.example", "b: anna@skiphop.example", "c: nobody"];
    assert_eq!(desk.taken().await, taken, "what another mail tells is not taken");

    desk.clock.advance_to(at(900));
    for method in ["POST", "GET"] {
        let page = desk.send(method, &token).await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains("anna@skiphop.example takes care of it since 2 Mar 2026, 09:10 CET."),
            "{}",
            page.body
        );
        assert!(!page.body.contains("<form"), "{}", page.body);
    }
    assert_eq!(desk.taken().await, taken);
}

#[tokio::test]
async fn a_page_runs_loads_and_tells_nothing() {
    let desk = Desk::new().await;
    let [anna, _] = desk.with_mails().await;
    desk.bed.execute("UPDATE entry SET title = '<script>alert(1)</script>\"&'").await;
    for (method, token) in
        [("GET", token(anna, ANNA)), ("POST", token(anna, ANNA)), ("GET", "no-token-of-ours".to_owned())]
    {
        let Answer { head, body, .. } = desk.send(method, &token).await;
        for header in [
            "content-type: text/html; charset=utf-8",
            "referrer-policy: no-referrer",
            "x-frame-options: DENY",
            "x-content-type-options: nosniff",
            "cache-control: no-store",
            "content-security-policy: default-src 'none'; style-src 'sha256-",
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ] {
            assert!(head.contains(header), "{header} is not in {head}");
        }
        assert!(!head.contains("set-cookie") && !body.contains("<script") && !body.contains("http"), "{head} {body}");
        assert!(!body.contains(&token), "the token stands in no page: {body}");
        let style = body.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let hash = STANDARD.encode(Sha256::digest(style));
        assert!(head.contains(&format!("'sha256-{hash}'")), "browsers would not apply the style");
    }
}

#[tokio::test]
async fn two_who_press_at_once_do_not_both_have_it() {
    let desk = Desk::new().await;
    let [anna, ole] = desk.with_mails().await;
    let (first, second) = (token(anna, ANNA), token(ole, OLE));
    let pressed = tokio::join!(desk.send("POST", &first), desk.send("POST", &second));
    assert_eq!((pressed.0.status, pressed.1.status), (200, 200));
    let thanked = [&pressed.0, &pressed.1].map(|page| page.body.contains("Thank you"));
    let taken = desk.taken().await;
    match taken[0].as_str() {
        "a: anna@skiphop.example" => assert_eq!(thanked, [true, false], "Ole hears that Anna has it"),
        "a: ole@skiphop.example" => assert_eq!(thanked, [true, true], "the other one of Anna's mail was left for her"),
        other => panic!("{other}"),
    }
    assert_eq!(taken[1], "b: anna@skiphop.example");
}

#[tokio::test]
async fn a_link_that_does_not_count_says_why_and_does_nothing() {
    let desk = Desk::new().await;
    let [anna, ole] = desk.with_mails().await;
    let key = LinkKey::new(KEY).unwrap();
    let stop = key.sign(&Link { purpose: Purpose::Unsubscribe, ..link(anna, ANNA) });
    let old = key.sign(&Link { until: at(0), ..link(anna, ANNA) });
    let words = key.sign(&Link { subject: "weekly".to_owned(), ..link(anna, ANNA) });
    let foreign = LinkKey::new("fedcba9876543210fedcba9876543210").unwrap().sign(&link(anna, ANNA));
    let cut = token(anna, ANNA);
    for (token, status, said) in [
        (cut.get(..cut.len() - 1).unwrap().to_owned(), 404, "not whole"),
        (foreign, 404, "not whole"),
        (words, 404, "not whole"),
        ("%FF".to_owned(), 404, "not whole"),
        ("x".repeat(20_000), 404, "not whole"),
        (stop, 404, "for something else"),
        (old, 410, "too old"),
        (token(999, ANNA), 410, "no longer kept"),
        (token(anna, OLE), 410, "no longer kept"),
        (token(ole, ANNA), 410, "no longer kept"),
        (token(-1, ANNA), 410, "no longer kept"),
    ] {
        for method in ["GET", "POST"] {
            let page = desk.send(method, &token).await;
            assert_eq!(page.status, status, "{method} {token:.80}");
            assert!(page.body.contains(said) && !page.body.contains("<form"), "{}", page.body);
        }
    }
    let long = desk.send("GET", &"x".repeat(60_000)).await;
    assert!([414, 431].contains(&long.status), "{}", long.status);
    let body = send(desk.address, "POST", &format!("/acknowledge/{}", token(999, ANNA)), &[], &[b'x'; 1 << 20]).await;
    assert_eq!(body.status, 410, "a body is not read");
    assert_eq!(desk.taken().await, OPEN);
}

#[tokio::test]
async fn what_was_forgotten_or_not_sealed_cannot_be_taken() {
    let desk = Desk::new().await;
    let [anna, _] = desk.with_mails().await;
    let gathering = desk.bed.number("SELECT id FROM outbox WHERE sealed_at IS NULL").await;
    assert_eq!(desk.send("POST", &token(gathering, ANNA)).await.status, 410, "no mail has said this yet");
    assert_eq!(desk.taken().await, OPEN);
    desk.bed.execute("DELETE FROM alert").await;
    for method in ["GET", "POST"] {
        assert_eq!(desk.send(method, &token(anna, ANNA)).await.status, 410, "{method}");
    }
    desk.bed.execute("DELETE FROM outbox").await;
    assert_eq!(desk.send("GET", &token(anna, ANNA)).await.status, 410);
}

#[tokio::test]
async fn a_mail_part_of_which_somebody_has_says_so() {
    let desk = Desk::new().await;
    let [anna, _] = desk.with_mails().await;
    let mention = desk.bed.number("SELECT min(mention_id) FROM alert").await;
    desk.bed.store.acknowledge(&Selection::Mention(mention), "Kari", at(120)).await.unwrap();
    let page = desk.send("GET", &token(anna, ANNA)).await.body;
    assert!(page.contains("1 of 2 alerts about Skip Hop that nobody takes care of yet."), "{page}");
    assert!(page.contains("1 alert is taken care of already, the last by Kari on 2 Mar 2026, 09:02 CET."), "{page}");
    desk.send("POST", &token(anna, ANNA)).await;
    assert_eq!(desk.taken().await, ["a: Kari", "b: anna@skiphop.example", "c: nobody"]);
}

#[tokio::test]
async fn reminders_of_what_somebody_has_are_taken_back() {
    let desk = Desk::new().await;
    let [anna, ole] = desk.with_mails().await;
    let (grouping, audience) = (crate::store::bed::grouping(), crate::store::bed::audience());
    desk.bed.deliver(at(400)).await;
    let later: Instant = at(5 * 3_600);
    assert_eq!(desk.bed.store.enqueue_reminders(&grouping, &audience, later).await.unwrap(), 2);
    desk.clock.advance_to(later);
    desk.send("POST", &token(anna, ANNA)).await;
    let told = desk.bed.deliver(later + TimeDelta::minutes(1)).await;
    let told: Vec<&str> = told.iter().map(|mail| mail.recipient.as_str()).collect();
    assert_eq!(told, [ANNA], "Ole's had nothing left to say, Anna's has the third");
    let page = desk.send("GET", &token(ole, OLE)).await.body;
    assert!(page.contains("anna@skiphop.example takes care of it"), "{page}");
}

#[tokio::test]
async fn an_incident_is_taken_with_its_mail() {
    let desk = Desk::new().await;
    desk.bed
        .execute(
            "INSERT INTO incident (id, brand, onset, found_at, told_at, told, evidence, notice) VALUES (7, 'Skip Hop', 0, 0, 0, 1, '{}', '');
             INSERT INTO outbox (id, kind, brand, recipient, cause, created_at, due_at, sealed_at, notice, state, attempts)
             VALUES (50, 'incident', 'Skip Hop', 'anna@skiphop.example', 'incident:7:1:anna@skiphop.example', 0, 0, 0, '', 'sent', 1),
             (51, 'incident', 'Skip Hop', 'ole@skiphop.example', 'incident:7:1:ole@skiphop.example', 0, 0, 0, '', 'sent', 1)",
        )
        .await;
    let page = desk.send("GET", &token(50, ANNA)).await;
    assert!(page.status == 200 && page.body.contains("A spike of negative stories about Skip Hop."), "{}", page.body);
    assert_eq!(desk.bed.number("SELECT count(*) FROM incident WHERE acknowledged_at IS NULL").await, 1);
    let page = desk.send("POST", &token(50, ANNA)).await;
    assert!(page.body.contains("you hear of it again only if it grows much"), "{}", page.body);
    assert_eq!(
        desk.bed.number("SELECT count(*) FROM incident WHERE acknowledged_by = 'anna@skiphop.example'").await,
        1
    );
    let page = desk.send("POST", &token(51, OLE)).await;
    assert!(page.body.contains("anna@skiphop.example takes care of it"), "{}", page.body);
    assert_eq!(
        desk.bed.number("SELECT count(*) FROM incident WHERE acknowledged_by = 'anna@skiphop.example'").await,
        1
    );
}

#[tokio::test]
async fn the_link_in_the_mail_leads_there() {
    let bed = crate::websub::bed::Bed::new().await;
    bed.publisher.publish("Skip Hop is terrible, it broke and nobody answers");
    bed.advance(2_000).await;
    let mails = bed.dir.path().join("state/mails");
    let mail = std::fs::read_dir(&mails).unwrap().map(|file| file.unwrap().path()).next().unwrap();
    let raw = std::fs::read(mail).unwrap();
    let mail = mail_parser::MessageParser::default().parse(&raw).unwrap();
    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    let start = "https://monitor.example/m/acknowledge/";
    let link = text.split_whitespace().find(|word| word.starts_with(start)).unwrap();
    assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
    let path = link.strip_prefix("https://monitor.example/m").unwrap();
    let page = bed.send("GET", path, &[], b"").await;
    assert!(page.body.contains("Skip Hop is terrible"), "{page:?}");
    assert_eq!(bed.number("SELECT count(*) FROM alert WHERE acknowledged_at IS NULL").await, 1);
    let page = bed.send("POST", path, &[], b"").await;
    assert!(page.status == 200 && page.body.contains("Thank you"), "{page:?}");
    assert_eq!(bed.number("SELECT count(*) FROM alert WHERE acknowledged_at IS NULL").await, 0);
}

#[tokio::test]
async fn what_breaks_off_while_it_is_written_changes_nothing_and_says_so() {
    let desk = Desk::new().await;
    let [anna, _] = desk.with_mails().await;
    let token = token(anna, ANNA);
    desk.bed.execute("CREATE TRIGGER broken BEFORE UPDATE ON alert WHEN NEW.id > (SELECT min(id) FROM alert) BEGIN SELECT RAISE(ABORT, 'power cut'); END").await;
    let page = desk.send("POST", &token).await;
    assert!(page.status == 503 && page.body.contains("Nothing has changed."), "{}", page.body);
    assert_eq!(desk.taken().await, OPEN);
    desk.bed.execute("DROP TRIGGER broken").await;
    assert_eq!(desk.send("POST", &token).await.status, 200);
    assert_eq!(desk.taken().await, ["a: anna@skiphop.example", "b: anna@skiphop.example", "c: nobody"]);
}

#[tokio::test]
async fn the_page_speaks_the_language_of_the_mail() {
    let desk = Desk::new().await;
    let [anna, _] = desk.with_mails().await;
    let token = token(anna, ANNA);
    for (language, tag, question, thanks) in [
        ("en", "en", "Do you take care of this?", "2 alerts about Skip Hop acknowledged"),
        ("de", "de", "Kümmern Sie sich darum?", "2 Alarme zu Skip Hop sind quittiert"),
        ("nb", "nb", "Tar du deg av dette?", "Det er kvittert for 2 varsler om Skip Hop"),
    ] {
        let speak = format!("UPDATE outbox SET language = '{language}'; UPDATE alert SET acknowledged_at = NULL");
        desk.bed.execute(Box::leak(speak.into_boxed_str())).await;
        let page = desk.send("GET", &token).await.body;
        assert!(page.contains(&format!("<html lang=\"{tag}\">")) && page.contains(question), "{page}");
        let page = desk.send("POST", &token).await.body;
        assert!(page.contains(thanks), "{page}");
    }
}
