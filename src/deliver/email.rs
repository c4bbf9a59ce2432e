//! Talks to one mail server: every step against the same deadline, since lettre itself waits for ever for a server that
//! falls silent. A connection is kept for a moment and used again. Never logs what is said.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::commands::{Auth, Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

use super::bounded::Bounded;
use super::fault::{DeliveryFault, SetupError, Stage, without_addresses};
use super::kept::{Connection, Kept, farewell};
use super::letter::Letter;
use super::protected::{Protection, after_asking};
use crate::config::{SmtpConfig, SmtpSecurity};

/// How long a mail waits for others to leave.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a kept connection may take to accept a sender. One that a firewall has forgotten says nothing at all, and
/// there has to be time left for a new one.
const STALE: Duration = Duration::from_secs(10);

/// A mail server and how to reach it.
pub(super) struct Server {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, SecretString)>,
    timeout: Duration,
    greeting: ClientId,
    kept: Arc<Kept>,
    /// One permit for each connection that may be made at the same time.
    connections: Semaphore,
}

enum Security {
    Plain,
    StartTls(TlsParameters),
    Tls(Protection),
}

impl Server {
    pub(super) fn new(config: &SmtpConfig) -> Result<Self, SetupError> {
        Ok(Self {
            host: config.host.clone(),
            port: config.port,
            security: match config.security {
                SmtpSecurity::Plain => Security::Plain,
                SmtpSecurity::StartTls => Security::StartTls(after_asking(config)?),
                SmtpSecurity::Tls => Security::Tls(Protection::new(config)?),
            },
            login: config.username.clone().zip(config.password.clone()),
            timeout: config.timeout,
            greeting: ClientId::default(),
            kept: Arc::default(),
            connections: Semaphore::new(config.connections),
        })
    }

    /// Where it is.
    pub(super) fn address(&self) -> String {
        address(&self.host, self.port)
    }

    /// A connection that may be made; `None` if others have all of them for too long.
    pub(super) async fn seat(&self) -> Option<SemaphorePermit<'_>> {
        // Who waits here holds a claim that ends some time. It is never closed.
        timeout(PATIENCE, self.connections.acquire()).await.ok()?.ok()
    }

    /// Delivers a mail, for somebody who has a seat. A fault after the server has heard the whole mail leaves open whether it was accepted; then it is
    /// delivered again under the same Message-ID.
    ///
    /// Whatever a kept connection says to the sender, a new one is asked before that counts: the server may have closed
    /// it long ago, or wants no more mails by it. Up to there nothing of the mail was said, so nothing can be doubled.
    pub(super) async fn send(&self, letter: &Letter) -> Result<(), DeliveryFault> {
        let talk = Talk { server: self, deadline: Instant::now() + self.timeout };
        let mut connection = match self.resume(letter, talk.deadline).await {
            Some(connection) => connection,
            None => {
                let mut connection = Connection::new(talk.open().await?);
                match talk.begin(&mut connection.smtp, letter).await {
                    Ok(()) => connection,
                    Err(fault) => return Err(leave(connection, fault)),
                }
            }
        };
        match talk.hand_over(&mut connection.smtp, letter).await {
            Ok(()) => {
                self.kept.put(connection);
                Ok(())
            }
            Err(fault) => Err(leave(connection, fault)),
        }
    }

    /// A kept connection on which the server has accepted the sender.
    async fn resume(&self, letter: &Letter, deadline: Instant) -> Option<Connection> {
        let mut connection = self.kept.take()?;
        let talk = Talk { server: self, deadline: deadline.min(Instant::now() + STALE) };
        match talk.begin(&mut connection.smtp, letter).await {
            Ok(()) => Some(connection),
            Err(fault) => {
                let (mails, error) = (connection.mails, without_addresses(fault.words()));
                tracing::debug!(smtp.mails = mails, error, "a kept connection is of no more use");
                tokio::spawn(farewell(connection));
                None
            }
        }
    }

    /// Says goodbye on all kept connections.
    pub(super) async fn close(&self) {
        self.kept.close().await;
    }

    /// Greets, protects the connection and logs in, and leaves again.
    pub(super) async fn check(&self) -> Result<(), DeliveryFault> {
        let connection = Talk { server: self, deadline: Instant::now() + self.timeout }.open().await?;
        farewell(Connection::new(connection)).await;
        Ok(())
    }

    /// What the server hears of the password, in every form.
    fn secrets(&self) -> Vec<String> {
        let Some((name, password)) = &self.login else { return Vec::new() };
        let credentials = Credentials::new(name.clone(), password.expose_secret().to_owned());
        let challenges = [(Mechanism::Plain, None), (Mechanism::Login, Some("Password:".to_owned()))];
        let coded = challenges.into_iter().filter_map(|(mechanism, challenge)| {
            let command = Auth::new(mechanism, credentials.clone(), challenge).ok()?.to_string();
            command.split_whitespace().last().map(str::to_owned)
        });
        coded.chain([password.expose_secret().to_owned()]).collect()
    }
}

/// One conversation with the server.
struct Talk<'a> {
    server: &'a Server,
    deadline: Instant,
}

impl Talk<'_> {
    /// A connection on which mail can be sent.
    async fn open(&self) -> Result<AsyncSmtpConnection, DeliveryFault> {
        let Server { host, port, security, login, greeting, .. } = self.server;
        let address = (host.as_str(), *port);
        let line = self.reach(Stage::Greeting, Bounded::connect(address)).await?;
        let line: Box<dyn AsyncTokioStream> = match security {
            Security::Tls(protection) => Box::new(self.reach(Stage::Protection, protection.begin(line)).await?),
            Security::Plain | Security::StartTls(_) => Box::new(line),
        };
        let greeted = AsyncSmtpConnection::connect_with_transport(line, greeting);
        let mut connection = self.step(Stage::Greeting, greeted).await?;
        if let Security::StartTls(trust) = security {
            self.step(Stage::Protection, connection.starttls(trust.clone(), greeting)).await?;
        }
        if let Some((name, password)) = login {
            let credentials = Credentials::new(name.clone(), password.expose_secret().to_owned());
            self.step(Stage::Login, connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(connection)
    }

    /// Names the sender.
    async fn begin(&self, connection: &mut AsyncSmtpConnection, letter: &Letter) -> Result<(), DeliveryFault> {
        let envelope = &letter.envelope;
        let mut parameters = Vec::new();
        let mut addresses = envelope.to().iter().chain(envelope.from());
        if !addresses.all(|address| address.to_string().is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(DeliveryFault::permanent("the server cannot send to addresses with such characters"));
            }
            parameters.extend([MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)]);
        }
        self.step(Stage::Sender, connection.command(Mail::new(envelope.from().cloned(), parameters))).await?;
        Ok(())
    }

    /// Names the recipients and says the mail.
    async fn hand_over(&self, connection: &mut AsyncSmtpConnection, letter: &Letter) -> Result<(), DeliveryFault> {
        for recipient in letter.envelope.to() {
            self.step(Stage::Recipient, connection.command(Rcpt::new(recipient.clone(), Vec::new()))).await?;
        }
        self.step(Stage::Data, connection.command(Data)).await?;
        self.step(Stage::Content, connection.message(&letter.bytes)).await?;
        Ok(())
    }

    async fn reach<T>(&self, stage: Stage, work: impl Future<Output = io::Result<T>>) -> Result<T, DeliveryFault> {
        match timeout_at(self.deadline, work).await {
            Ok(done) => done.map_err(|error| DeliveryFault::connection(stage, &error)),
            Err(_) => Err(self.late(stage)),
        }
    }

    async fn step<T>(
        &self,
        stage: Stage,
        work: impl Future<Output = Result<T, SmtpError>>,
    ) -> Result<T, DeliveryFault> {
        match timeout_at(self.deadline, work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(DeliveryFault::smtp(stage, &error, &self.server.secrets())),
            Err(_) => Err(self.late(stage)),
        }
    }

    fn late(&self, stage: Stage) -> DeliveryFault {
        DeliveryFault::timeout(stage, self.server.timeout.as_secs())
    }
}

/// Says goodbye after a fault. Nobody waits for it: until the outcome is written down, a crash would send the mail again.
fn leave(connection: Connection, fault: DeliveryFault) -> DeliveryFault {
    tokio::spawn(farewell(connection));
    fault
}

/// Where a server is.
pub(super) fn address(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
