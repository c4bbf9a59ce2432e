//! Mail folders, asked like web pages: a request whose address is that of a folder (RFC 5092) becomes a conversation with
//! its server, and what comes of it an answer with the status that HTTP has for the like: 401 for a password that is not
//! taken, 403 for a login that is refused for another reason, 403 and 404 for a folder, 429 when the server wants to be
//! left alone, 503 when it cannot answer now. Guarded and bounded like every request,
//! always under TLS, and never through a proxy: those of the environment are for the web.
//!
//! Reads responses itself: async-imap 0.12 takes a line that breaks for the end of an answer, passes over the status of a
//! SEARCH and lets an answer grow to 512 MiB, and imap-proto 0.17 panics on a date that is `NIL`.

mod folder;
mod said;
mod talk;
mod wire;

use http::HeaderMap;
use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use url::Url;

use super::body::Limits;
use super::fault;
use super::guard::Resolver;
use super::line::Lines;
use super::redirect::Hop;
use super::words;
use crate::model::mailbox::{FolderAddress, FolderRefusal};
use crate::model::{Answer, PollFault, Request, Slot};
use talk::{Bounds, Stop, Talk};
use wire::{Broken, Wire};

/// The usual ports: TLS from the first byte, and TLS that is begun on a line in the clear.
const TLS_PORT: u16 = 993;
const PLAIN_PORT: u16 = 143;

/// Whether an address is that of a folder.
pub(super) fn is_folder(url: &Url) -> bool {
    matches!(url.scheme(), "imaps" | "imap")
}

/// Opens folders.
#[derive(Debug, Clone)]
pub(super) struct Mailboxes {
    lines: Lines,
    limits: Limits,
}

impl Mailboxes {
    /// Within these limits.
    pub(super) fn new(lines: Lines, limits: Limits) -> Self {
        Self { lines, limits }
    }

    /// Reads a folder. `resolver` says which addresses may be reached.
    ///
    /// # Errors
    /// [`PollFault::Refused`] when the server may not be reached, [`PollFault::Unreachable`] when there is no whole answer
    /// within the limits. A server that says no has answered.
    pub(super) async fn get(&self, request: &Request, resolver: &Resolver) -> Result<Answer, PollFault> {
        let whole = self.limits.whole;
        timeout(whole, self.read(request, resolver)).await.unwrap_or_else(|_| Err(fault::too_slow(&request.url, whole)))
    }

    async fn read(&self, request: &Request, resolver: &Resolver) -> Result<Answer, PollFault> {
        let url = &request.url;
        let unfit = || PollFault::Refused("this is not the address of a mail folder".to_owned());
        let address = FolderAddress::of(url).ok_or_else(unfit)?;
        let credential = request.credential.as_ref().filter(|credential| credential.place == Slot::Login);
        let password = credential.map(|credential| credential.secret.clone());
        let password = password.ok_or_else(|| PollFault::Unusable("a mailbox wants a password".to_owned()))?;
        let hop = Hop::first(url, request.credential.as_ref());
        let port = url.port().unwrap_or(if url.scheme() == "imaps" { TLS_PORT } else { PLAIN_PORT });
        let line = self.lines.connect(&hop, port, resolver).await?;
        let (status, body) = match self.talk(&hop, line, &address, &password).await {
            Ok(body) => (200, body),
            Err(Halt::Fault(fault)) => return Err(fault),
            Err(Halt::Stop(Stop::Broken(broken))) => return Err(self.unreachable(url, &broken)),
            Err(Halt::Stop(Stop::Refused(status, refusal))) => {
                let error = words::plain(&refusal.error);
                (status, serde_json::to_vec(&FolderRefusal { error, ..refusal }).unwrap_or_default())
            }
        };
        Ok(Answer { url: url.clone(), status, moved: None, headers: HeaderMap::new(), body })
    }

    async fn talk(
        &self,
        hop: &Hop<'_>,
        line: TcpStream,
        address: &FolderAddress,
        password: &SecretString,
    ) -> Result<Vec<u8>, Halt> {
        if hop.url.scheme() == "imaps" {
            let line = self.lines.protect(hop, line).await?;
            return Ok(self.converse(Talk::greeted(self.wire(line)).await?, address, password).await?);
        }
        let line = Talk::greeted(self.wire(line)).await?.starttls().await?;
        let line = self.lines.protect(hop, line).await?;
        Ok(self.converse(Talk::begun(self.wire(line)), address, password).await?)
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut talk: Talk<S>,
        address: &FolderAddress,
        password: &SecretString,
    ) -> Result<Vec<u8>, Stop> {
        let until = Instant::now() + self.limits.whole / 2;
        talk.log_in(&address.user, password).await?;
        // Mails are a third larger in the answer.
        let answer = talk.read(address, Bounds { mails: self.limits.body / 2, until }).await;
        if !matches!(answer, Err(Stop::Broken(_))) {
            talk.leave().await;
        }
        Ok(serde_json::to_vec(&answer?).unwrap_or_default())
    }

    fn wire<S: AsyncRead + AsyncWrite + Unpin>(&self, line: S) -> Wire<S> {
        Wire::new(line, self.limits.idle, self.limits.body)
    }

    fn unreachable(&self, url: &Url, broken: &Broken) -> PollFault {
        match broken {
            Broken::Silent(idle) => fault::idle(url, *idle),
            Broken::TooLarge => fault::too_large(self.limits.body),
            Broken::Ended(error) => {
                let (host, why) = (words::host(url), words::plain(&error.to_string()));
                PollFault::Unreachable(format!("the answer of `{host}` cannot be read to its end: {why}"))
            }
        }
    }
}

/// Why there is no folder.
enum Halt {
    Fault(PollFault),
    Stop(Stop),
}

impl From<PollFault> for Halt {
    fn from(fault: PollFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

#[cfg(test)]
mod tests;
