//! A small mail server on loopback that keeps whatever it is given (RFC 5321, without TLS and without relaying). It
//! never sends anything, and never lets a client make it hold more than one mail per connection in memory.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::mails::{Envelope, Mails};

/// Conversations at the same time.
const CONNECTIONS: usize = 16;
/// Bytes of a command.
const COMMAND: usize = 1000;
/// Bytes of a mail.
const MAIL: usize = 4 << 20;
/// Recipients of a mail.
const RECIPIENTS: usize = 100;
/// Commands that are not understood before the conversation is ended.
const MISTAKES: u32 = 20;
/// How long the client may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// The running server; it ends with this value.
#[derive(Debug)]
pub struct Catcher {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Catcher {
    /// Starts to take mails in and to keep them in `mails`.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn start(listener: TcpListener, mails: Arc<Mails>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        Ok(Self { address, task: tokio::spawn(accept(listener, mails)) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Catcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, mails: Arc<Mails>) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let mut conversations = tokio::task::JoinSet::new();
    while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let mails = Arc::clone(&mails);
                conversations.spawn(async move {
                    let (reader, writer) = stream.into_split();
                    // A client that goes away in the middle has not handed over its mail, and will come again.
                    let _ = Conversation::new(reader, writer, &mails).hold().await;
                    drop(slot);
                });
            }
            // Out of file descriptors, most likely; that passes.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while conversations.try_join_next().is_some() {}
    }
}

/// A line with its end, or the fact that it was longer than allowed.
enum Line {
    Whole(Vec<u8>),
    TooLong,
}

struct Conversation<'a, R, W> {
    reader: BufReader<R>,
    writer: W,
    mails: &'a Mails,
    greeted: bool,
    envelope: Option<Envelope>,
    mistakes: u32,
}

impl<'a, R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Conversation<'a, R, W> {
    fn new(reader: R, writer: W, mails: &'a Mails) -> Self {
        let reader = BufReader::new(reader);
        Self { reader, writer, mails, greeted: false, envelope: None, mistakes: 0 }
    }

    /// The conversation from the greeting to the end.
    async fn hold(mut self) -> io::Result<()> {
        self.reply("220 demo.mentiond.localhost ESMTP catches everything, sends nothing").await?;
        while let Some(line) = self.line(COMMAND).await? {
            let Line::Whole(line) = line else {
                self.mistake("500 the line is too long").await?;
                continue;
            };
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" if !argument.trim().is_empty() => {
                    self.greet().await?;
                    self.reply(&format!(
                        "250-demo.mentiond.localhost\r\n250-SIZE {MAIL}\r\n250-PIPELINING\r\n250 8BITMIME"
                    ))
                    .await?;
                }
                "HELO" if !argument.trim().is_empty() => {
                    self.greet().await?;
                    self.reply("250 demo.mentiond.localhost").await?;
                }
                "EHLO" | "HELO" => self.mistake("501 say who you are").await?,
                "MAIL" => self.mail(argument).await?,
                "RCPT" => self.recipient(argument).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.envelope = None;
                    self.reply("250 forgotten").await?;
                }
                "NOOP" => self.reply("250 here").await?,
                "VRFY" => self.reply("252 send it and see").await?,
                "QUIT" => return self.reply("221 goodbye").await,
                _ => self.mistake("500 the command is not known").await?,
            }
            if self.mistakes >= MISTAKES {
                return self.reply("421 too many mistakes").await;
            }
        }
        Ok(())
    }

    async fn greet(&mut self) -> io::Result<()> {
        self.greeted = true;
        self.envelope = None;
        Ok(())
    }

    async fn mail(&mut self, argument: &str) -> io::Result<()> {
        if !self.greeted || self.envelope.is_some() {
            return self.mistake("503 not now").await;
        }
        let Some((sender, parameters)) = path(argument, "FROM:") else {
            return self.mistake("501 expected `MAIL FROM:<address>`").await;
        };
        for parameter in parameters.split_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match (name.to_ascii_uppercase().as_str(), value.parse::<usize>()) {
                ("SIZE", Ok(size)) if size > MAIL => return self.mistake("552 the mail is too large").await,
                ("SIZE", Ok(_)) | ("BODY", _) => {}
                _ => return self.mistake("555 the parameter is not known").await,
            }
        }
        self.envelope = Some(Envelope { sender: sender.to_owned(), recipients: Vec::new() });
        self.reply("250 go on").await
    }

    async fn recipient(&mut self, argument: &str) -> io::Result<()> {
        let Some(envelope) = &mut self.envelope else { return self.mistake("503 not now").await };
        match path(argument, "TO:") {
            Some((recipient, "")) if !recipient.is_empty() && envelope.recipients.len() < RECIPIENTS => {
                envelope.recipients.push(recipient.to_owned());
                self.reply("250 known").await
            }
            Some((recipient, "")) if !recipient.is_empty() => self.mistake("452 too many recipients").await,
            Some((_, parameters)) if !parameters.is_empty() => self.mistake("555 the parameter is not known").await,
            _ => self.mistake("501 expected `RCPT TO:<address>`").await,
        }
    }

    async fn data(&mut self) -> io::Result<()> {
        let Some(envelope) = self.envelope.take_if(|envelope| !envelope.recipients.is_empty()) else {
            return self.mistake("503 nobody to give it to").await;
        };
        self.reply("354 speak, and end with a single dot").await?;
        let Some(mail) = self.content().await? else { return self.mistake("552 the mail is too large").await };
        match self.mails.keep(envelope, mail).await {
            Ok(()) => self.reply("250 kept").await,
            Err(_) => self.reply("451 it cannot be written, try again later").await,
        }
    }

    /// The mail up to the single dot, with doubled dots undone; `None` if it was too large, read to its end all the
    /// same. Only a line of one dot between two CRLF ends it, so that no mail can hide another.
    async fn content(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut mail = Vec::new();
        let mut too_large = false;
        let mut follows_line_end = true;
        loop {
            let line = self.line(MAIL).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let Line::Whole(line) = line else {
                too_large = true;
                follows_line_end = true;
                continue;
            };
            if follows_line_end && line == b".\r\n" {
                return Ok((!too_large).then_some(mail));
            }
            let stuffed = follows_line_end && line.starts_with(b".");
            follows_line_end = line.ends_with(b"\r\n");
            let text = line.get(usize::from(stuffed)..).unwrap_or_default();
            too_large |= mail.len() + text.len() > MAIL;
            if too_large {
                mail.clear();
            } else {
                mail.extend_from_slice(text);
            }
        }
    }

    /// The next line with its end, at most `limit` bytes of it; `None` at the end of the conversation.
    async fn line(&mut self, limit: usize) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let read = tokio::time::timeout(PATIENCE, self.reader.fill_buf());
            let buffer = read.await.map_err(|_| io::ErrorKind::TimedOut)??;
            if buffer.is_empty() {
                return Ok(None);
            }
            let end = buffer.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(buffer.len());
            too_long |= line.len() + taken > limit;
            if !too_long {
                line.extend(buffer.iter().take(taken));
            }
            self.reader.consume(taken);
            if end.is_some() {
                return Ok(Some(if too_long { Line::TooLong } else { Line::Whole(line) }));
            }
        }
    }

    async fn mistake(&mut self, reply: &str) -> io::Result<()> {
        self.mistakes += 1;
        self.reply(reply).await
    }

    async fn reply(&mut self, reply: &str) -> io::Result<()> {
        self.writer.write_all(format!("{reply}\r\n").as_bytes()).await?;
        self.writer.flush().await
    }
}

/// The address between angle brackets after `keyword`, and the parameters behind it.
fn path<'a>(argument: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (word, rest) = argument.split_at_checked(keyword.len())?;
    let (address, parameters) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '<';
    (word.eq_ignore_ascii_case(keyword) && address.chars().all(plain)).then(|| (address, parameters.trim()))
}
