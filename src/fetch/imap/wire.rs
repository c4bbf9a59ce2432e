//! The line to a mail server: whole responses come out of it, each within bounds, whatever the server sends. Knows where a
//! response ends, and nothing of what it says.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

/// Most bytes of one response without its literals: the numbers of half a million mails.
const LONGEST_LINE: u64 = 4 << 20;

/// Most literals of one response; what mentiond asks for has one or two.
const MOST_LITERALS: usize = 1_000;

/// Why a response does not come out.
#[derive(Debug)]
pub(super) enum Broken {
    /// The server has hung up, or the connection is lost.
    Ended(io::Error),
    /// Nothing came for so long.
    Silent(Duration),
    /// It is longer than what anybody asked for.
    TooLarge,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Ended(error)
    }
}

/// A response: lines, and between two lines a literal.
#[derive(Debug, Default)]
pub(super) struct Response {
    /// One more than literals; without their ends.
    pub(super) lines: Vec<Vec<u8>>,
    /// What stands between them.
    pub(super) literals: Vec<Vec<u8>>,
}

/// The line.
pub(super) struct Wire<S> {
    stream: BufReader<S>,
    /// Longest pause.
    idle: Duration,
    /// So many bytes may still come.
    left: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// On which `most` bytes may come in all, and literals within them.
    pub(super) fn new(stream: S, idle: Duration, most: u64) -> Self {
        Self { stream: BufReader::new(stream), idle, left: most.saturating_add(LONGEST_LINE) }
    }

    /// The stream below, if nothing more has come from it than was read.
    pub(super) fn into_stream(self) -> Option<S> {
        self.stream.buffer().is_empty().then(|| self.stream.into_inner())
    }

    /// Sends bytes as they are.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let idle = self.idle;
        let sent = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(idle, sent).await.map_err(|_| Broken::Silent(idle))?.map_err(Broken::from)
    }

    /// The next response, whole.
    pub(super) async fn response(&mut self) -> Result<Response, Broken> {
        let mut response = Response::default();
        let mut room = LONGEST_LINE;
        loop {
            let line = self.line(room).await?;
            room = room.saturating_sub(bytes(&line));
            let literal = announced(&line);
            response.lines.push(line);
            let Some(length) = literal else { return Ok(response) };
            if response.literals.len() >= MOST_LITERALS {
                return Err(Broken::TooLarge);
            }
            response.literals.push(self.literal(length).await?);
        }
    }

    async fn line(&mut self, most: u64) -> Result<Vec<u8>, Broken> {
        let mut line = Vec::new();
        loop {
            let (taken, ends) = {
                let come = self.come().await?;
                let end = memchr::memchr(b'\n', come);
                let taken = end.map_or(come.len(), |end| end + 1);
                line.extend(come.iter().take(taken));
                (taken, end.is_some())
            };
            self.take(taken)?;
            if bytes(&line) > most {
                return Err(Broken::TooLarge);
            }
            if ends {
                line.truncate(line.trim_ascii_end().len());
                return Ok(line);
            }
        }
    }

    async fn literal(&mut self, length: u64) -> Result<Vec<u8>, Broken> {
        // Checked before any of it is kept: what a server announces costs nothing.
        if length > self.left {
            return Err(Broken::TooLarge);
        }
        let mut literal = Vec::new();
        while bytes(&literal) < length {
            let wanted = usize::try_from(length).unwrap_or(usize::MAX) - literal.len();
            let taken = {
                let come = self.come().await?;
                literal.extend(come.iter().take(wanted));
                come.len().min(wanted)
            };
            self.take(taken)?;
        }
        Ok(literal)
    }

    /// What has come and was not read.
    async fn come(&mut self) -> Result<&[u8], Broken> {
        let idle = self.idle;
        let come = timeout(idle, self.stream.fill_buf()).await.map_err(|_| Broken::Silent(idle))??;
        if come.is_empty() {
            return Err(Broken::Ended(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(come)
    }

    fn take(&mut self, taken: usize) -> Result<(), Broken> {
        self.stream.consume(taken);
        let taken = u64::try_from(taken).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(taken).ok_or(Broken::TooLarge)?;
        Ok(())
    }
}

fn bytes(text: &[u8]) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// How long the literal is that this line announces at its end: `{17}`, or `{17+}`.
fn announced(line: &[u8]) -> Option<u64> {
    let inside = line.strip_suffix(b"}")?;
    let start = memchr::memrchr(b'{', inside)?;
    let number = inside.get(start + 1..)?;
    let number = number.strip_suffix(b"+").unwrap_or(number);
    let is_number = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    // A length that no number holds is longer than anything that may come.
    is_number.then(|| std::str::from_utf8(number).ok()?.parse().ok().or(Some(u64::MAX))).flatten()
}
