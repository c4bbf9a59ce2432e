//! Handing over by real servers: what each of them heard, and how often.

use mentiond::clock::Clock;
use mentiond::config::{self, Config, Env, SmtpSecurity};
use mentiond::deliver::Channels;
use mentiond::model::Notice;
use mentiond::model::outbox::OutboxKind;
use mentiond::worker::Sender;

use crate::common::hostile::{Reply, Server};
use crate::common::notices::{alert, item, mention};
use crate::common::smtp::{Deed, Script, Stub, server};
use crate::phases::sender;
use crate::store::bed::{ANNA, Bed, at};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const LATER: &str = "HTTP/1.1 503 later\r\ncontent-length: 0\r\n\r\n";
const OPS: &str = "channel:ops";
const MINUTE: i64 = 60;

/// A webhook and the mail server, each of which stands in for the other if `lines` say so.
fn configured(hook: &Server, mail: &str, channel: &str) -> Config {
    let text = format!(
        "recipients = [\"channel:ops\"]\n[mail]\n{mail}\n[[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"blog\"\nkind = \"feed\"\nurl = \"https://blog.example.org/feed.xml\"\n\
         [[channel]]\nname = \"ops\"\nkind = \"webhook\"\nallow_private = true\nurl = \"{}\"\n{channel}\n",
        hook.url("/hook")
    );
    let variables = [("HOME", "/home/anna"), ("MENTIOND_CHANNEL_OPS_SECRET", "hunter2-s3cret-hunter2-s3cret")];
    let env = Env(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    config::parse("mentiond.toml", &text, &env).unwrap()
}

/// An alert on its way to somebody, who sends it, and the clock.
struct Course {
    bed: Bed,
    sender: Sender,
    clock: Clock,
}

impl Course {
    async fn new(recipient: &str, stub: &Stub, config: &Config) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut bed = Bed::new().await;
        bed.store = bed.store.clone().handing_over(config.stand_ins.clone());
        let mail = server(stub.port, SmtpSecurity::Plain);
        let clock = Clock::simulated(at(0));
        let channels = Channels::new(&mail, &config.channels, &config.fetch).unwrap();
        let sender = Sender { channels, ..sender(&bed, &mail, &clock) };
        let Notice::Alert(notice) = alert(vec![item(mention(17, "Strap broke"))], 0, false).notice else { panic!() };
        bed.store.enqueue(OutboxKind::Alert, recipient, &Notice::Alert(notice), at(0)).await.unwrap();
        Self { bed, sender, clock }
    }

    /// Sends until nothing waits any more or so many seconds have passed.
    async fn run(&self, until: i64) {
        loop {
            let handed = self.bed.store.hand_over(self.clock.now()).await.unwrap();
            while self.sender.send_due().await.unwrap() > 0 {}
            let Some(due) = self.bed.store.next_outbox_at().await.unwrap() else { return };
            let next = handed.next.map_or(due, |late| late.min(due));
            if next > at(until) {
                return;
            }
            self.clock.advance_to(next.max(self.clock.now()));
        }
    }

    fn seconds(&self) -> i64 {
        (self.clock.now() - at(0)).num_seconds()
    }

    async fn counts(&self) -> (u64, u64, u64, u64) {
        let counts = self.bed.store.outbox_counts().await.unwrap();
        (counts.waiting, counts.sent, counts.handed_over, counts.dead)
    }
}

#[tokio::test]
async fn a_webhook_that_is_down_is_stood_in_for_by_mail_after_its_time() {
    let hook = Server::start(|_| Reply::bytes(LATER)).await;
    let stub = Stub::start(Script::default());
    let config = configured(&hook, "", &format!("fallback = [\"{ANNA}\"]\nfallback_after = \"10m\""));
    let course = Course::new(OPS, &stub, &config).await;
    course.run(3600).await;
    assert_eq!((course.counts().await, course.seconds()), ((0, 1, 1, 0), 10 * MINUTE));
    assert!(hook.requests().len() > 2, "it was tried meanwhile");
    let mails = stub.mails();
    assert_eq!(mails.len(), 1);
    let mail = String::from_utf8_lossy(&mails[0]).replace("=\r\n", "");
    assert!(mail.contains("because it could not be delivered by") && mail.contains("Strap broke"), "{mail}");
    assert!(mail.contains("0.2.mentiond@"), "a Message-ID of its own: {mail}");
    // A day later neither says anything more.
    course.clock.advance_to(at(86_400));
    course.run(2 * 86_400).await;
    assert_eq!(stub.mails().len(), 1);
}

#[tokio::test]
async fn a_mail_server_that_is_down_is_stood_in_for_by_a_webhook() {
    let hook = Server::start(|_| Reply::bytes(OK)).await;
    let stub = Stub::start(Script::default().at("GREETING", Deed::Leave));
    let config = configured(&hook, "fallback = [\"channel:ops\"]", "");
    let course = Course::new(ANNA, &stub, &config).await;
    course.run(3600).await;
    assert_eq!((course.counts().await, course.seconds()), ((0, 1, 1, 0), 15 * MINUTE));
    let bodies = hook.bodies();
    assert_eq!(bodies.len(), 1);
    let instead =
        format!("\"instead_of\":{{\"others\":[],\"recipient\":\"{ANNA}\",\"since\":\"2026-03-02T08:00:00Z\"}}");
    assert!(bodies[0].contains(&instead), "{}", bodies[0]);
}

#[tokio::test]
async fn what_is_refused_for_good_is_handed_over_at_once() {
    let hook = Server::start(|_| Reply::bytes(OK)).await;
    let stub = Stub::start(Script::default().at("RCPT", Deed::Say("550 5.1.1 no such user")));
    let config = configured(&hook, "fallback = [\"channel:ops\"]", "");
    let course = Course::new(ANNA, &stub, &config).await;
    course.run(3600).await;
    assert_eq!((course.counts().await, course.seconds()), ((0, 1, 1, 0), 0));
    assert_eq!(hook.requests().len(), 1);
}

#[tokio::test]
async fn whoever_recovers_in_time_is_not_stood_in_for() {
    let hook = Server::start(|_| Reply::bytes(OK)).await;
    let stub = Stub::start(Script::default().during(0..2, "GREETING", Deed::Leave));
    let config = configured(&hook, "fallback = [\"channel:ops\"]", "");
    let course = Course::new(ANNA, &stub, &config).await;
    course.run(86_400).await;
    assert_eq!(course.counts().await, (0, 1, 0, 0));
    assert!((1..15 * MINUTE).contains(&course.seconds()), "{}", course.seconds());
    assert_eq!((stub.mails().len(), hook.requests().len()), (1, 0));
}

/// Once before whoever stands in has answered, and once between the two: what was begun is gone, and the store is as the
/// crash left it.
#[tokio::test]
async fn whoever_crashes_while_handing_over_tells_it_once_all_the_same() {
    let hook = Server::start(|_| Reply::bytes(OK)).await;
    let stub = Stub::start(Script::default().at("RCPT", Deed::Say("550 5.1.1 no such user")).during(
        0..1,
        "GREETING",
        Deed::Silence,
    ));
    let config = configured(&hook, "fallback = [\"channel:ops\"]", "");
    let course = Course::new(ANNA, &stub, &config).await;
    let crash = async |course: &Course| {
        let sender = course.sender.clone();
        let sending = tokio::spawn(async move { sender.send_due().await });
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        sending.abort();
        let _ = sending.await;
        course.bed.store.release_claims("me").await.unwrap();
    };
    crash(&course).await;
    assert_eq!((course.counts().await, hook.requests().len()), ((1, 0, 0, 0), 0), "in the attempt");
    let refused = course.bed.store.claim_outbox("me", at(1), at(900), 9).await.unwrap();
    assert!(course.bed.store.mark_dead(refused[0].id, "me", at(1), "550 no such user").await.unwrap());
    course.bed.store.release_claims("me").await.unwrap();
    assert_eq!(course.counts().await, (1, 0, 1, 0), "handed over, and nobody has heard of it");
    course.clock.advance_to(at(2));
    course.run(86_400).await;
    assert_eq!((course.counts().await, hook.requests().len()), ((0, 1, 1, 0), 1));
}
