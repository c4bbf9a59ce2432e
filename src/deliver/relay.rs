//! Which mail server gets a mail: the first that takes it. One that cannot be talked to is left alone for a while, but
//! never when there is no other; whoever refuses the mail itself speaks for all. Where a server may have accepted a mail
//! whose answer was lost, no other gets it for a time, in this attempt and in those that follow: a server can tell by the
//! Message-ID that it has the mail already, another cannot.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;

use super::email::{PATIENCE, Server};
use super::fault::{DeliveryFault, SetupError, without_addresses};
use super::letter::Letter;
use super::pace::Pace;
use crate::config::{MailConfig, SmtpConfig};
use crate::model::Instant;
use crate::model::outbox::{OutboxMessage, Unanswered};

/// How long a server rests that could not be talked to; twice as long each further time, up to a limit.
const REST: TimeDelta = TimeDelta::seconds(30);
const LONGEST_REST: TimeDelta = TimeDelta::minutes(15);
/// How long only the server is asked that may have a mail already. Then the others are, and it is the last: an alert that
/// comes twice is better than one that does not come.
const DOUBT: TimeDelta = TimeDelta::minutes(10);

/// The mail servers, in the order in which they are asked.
pub(super) struct Relay {
    servers: Vec<Member>,
}

struct Member {
    server: Server,
    pace: Option<Pace>,
    rest: Mutex<Rest>,
}

/// Whether a server is left alone.
#[derive(Default)]
struct Rest {
    failures: u32,
    until: Option<Instant>,
}

impl Relay {
    /// The servers of a configuration; `None` where there is none.
    pub(super) fn new(config: &MailConfig) -> Result<Option<Self>, SetupError> {
        let servers = config.smtp.iter().chain(&config.fallbacks).map(Member::new).collect::<Result<Vec<_>, _>>()?;
        Ok((!servers.is_empty()).then_some(Self { servers }))
    }

    /// Delivers a mail by the first server that takes it.
    pub(super) async fn send(
        &self,
        message: &OutboxMessage,
        letter: &Letter,
        now: Instant,
    ) -> Result<(), DeliveryFault> {
        let began = tokio::time::Instant::now();
        let by_now = || now + TimeDelta::from_std(began.elapsed()).unwrap_or_default();
        let awake: Vec<&Member> = self.servers.iter().filter(|member| !member.rests(now)).collect();
        let all_rest = awake.is_empty();
        let asked = if all_rest { self.servers.iter().collect() } else { awake };
        let asked = self.in_doubt(asked, message.unanswered.as_ref(), now);
        let mut faults: Vec<DeliveryFault> = Vec::new();
        for (place, member) in asked.iter().enumerate() {
            let turn = match member.turn(message.id, now) {
                Ok(turn) => turn,
                Err(wait) => {
                    faults.push(DeliveryFault::out_of_turn(wait.to_std().unwrap_or_default()));
                    break;
                }
            };
            let Some(_seat) = member.server.seat().await else {
                // Nobody talked to it, so nothing is known of it.
                member.give_back(turn);
                faults.push(DeliveryFault::out_of_turn(PATIENCE));
                continue;
            };
            // Those before may have found out meanwhile that it cannot be talked to.
            if !all_rest && place + 1 < asked.len() && member.rests(by_now()) {
                member.give_back(turn);
                continue;
            }
            match member.server.send(letter).await {
                Ok(()) => {
                    member.note(by_now(), None);
                    return Ok(());
                }
                Err(fault) => {
                    member.note(by_now(), Some(&fault));
                    if fault.is_of_the_server() {
                        member.give_back(turn);
                    }
                    let last = !fault.another_server_may_help();
                    let fault = fault.perhaps_by(member.server.address());
                    faults.push(if self.servers.len() > 1 { fault.of(&member.server.address()) } else { fault });
                    if last {
                        break;
                    }
                }
            }
        }
        Err(DeliveryFault::all(faults))
    }

    /// Those to ask, in their order, where one of all may have the mail already.
    fn in_doubt<'a>(
        &'a self,
        mut asked: Vec<&'a Member>,
        unanswered: Option<&Unanswered>,
        now: Instant,
    ) -> Vec<&'a Member> {
        let Some(Unanswered { server, since }) = unanswered else { return asked };
        let may_have_it = |member: &Member| member.server.address() == *server;
        match self.servers.iter().find(|member| may_have_it(member)) {
            Some(member) if now < *since + DOUBT => vec![member],
            _ => {
                asked.sort_by_key(|member| may_have_it(member));
                asked
            }
        }
    }

    /// Greets each server and logs in; the first fault.
    pub(super) async fn check(&self) -> Result<(), DeliveryFault> {
        for Member { server, .. } in &self.servers {
            server.check().await.map_err(|fault| match self.servers.len() {
                1 => fault,
                _ => fault.of(&server.address()),
            })?;
        }
        Ok(())
    }

    /// Says goodbye to all servers.
    pub(super) async fn close(&self) {
        for Member { server, .. } in &self.servers {
            server.close().await;
        }
    }
}

impl Member {
    fn new(config: &SmtpConfig) -> Result<Self, SetupError> {
        Ok(Self { server: Server::new(config)?, pace: config.rate.map(Pace::new), rest: Mutex::default() })
    }

    /// Takes the turn of this row, if there are turns, or answers how long it has to wait for it.
    fn turn(&self, id: i64, now: Instant) -> Result<Option<Instant>, TimeDelta> {
        self.pace.as_ref().map(|pace| pace.turn(id, now)).transpose()
    }

    /// The server took nothing, so it does not count.
    fn give_back(&self, turn: Option<Instant>) {
        if let Some((pace, turn)) = self.pace.as_ref().zip(turn) {
            pace.give_back(turn);
        }
    }

    fn rests(&self, now: Instant) -> bool {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner).until.is_some_and(|until| now < until)
    }

    /// Remembers whether the server could be talked to. It said something, if only no, unless the fault is its own or it
    /// said nothing for too long.
    fn note(&self, now: Instant, fault: Option<&DeliveryFault>) {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(fault) = fault.filter(|fault| fault.asks_for_rest()) else {
            *rest = Rest::default();
            return;
        };
        // Mails that were under way together found out the same.
        if rest.until.is_some_and(|until| now < until) {
            return;
        }
        let length = REST * 2_i32.pow(rest.failures.min(10));
        *rest = Rest { failures: rest.failures + 1, until: Some(now + length.min(LONGEST_REST)) };
        tracing::warn!(
            smtp.server = self.server.address(),
            error = without_addresses(fault.words()),
            "a mail server cannot be talked to"
        );
    }
}
