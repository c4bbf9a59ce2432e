//! A line to a mail server that reads only so much. lettre reads a line to its end however long it is, so that whoever sits
//! between us and a server whose certificate has not been seen yet could fill the memory.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, ToSocketAddrs};

/// Most bytes that a server may say; a usual conversation has a thousand, TLS some thousands more.
const MOST: usize = 256 * 1024;

/// Most bytes that are read at once.
const LINE: usize = 1024;

/// The connection and what it may still read. It gives out one line at a time: lettre keeps what it has read ahead when
/// TLS begins, so that whoever sits in between could put answers behind the one to STARTTLS.
#[derive(Debug)]
pub(super) struct Bounded {
    stream: TcpStream,
    left: usize,
}

impl Bounded {
    /// A new connection. The end of a mail is a write of its own, which must not wait until the server has acknowledged
    /// the one before.
    pub(super) async fn connect(address: impl ToSocketAddrs) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, left: MOST })
    }
}

impl AsyncTokioStream for Bounded {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut line = [0; LINE];
        let room = buffer.remaining().min(LINE);
        let mut ahead = ReadBuf::new(line.get_mut(..room).unwrap_or_default());
        ready!(self.stream.poll_peek(context, &mut ahead))?;
        let filled = ahead.filled();
        let length = filled.iter().position(|byte| *byte == b'\n').map_or(filled.len(), |end| end + 1);
        let mut part = ReadBuf::new(line.get_mut(..length).unwrap_or_default());
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut part))?;
        buffer.put_slice(part.filled());
        match self.left.checked_sub(part.filled().len()) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Err(io::Error::other("the server says too much"))),
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn what_is_written_leaves_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Bounded::connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(line.stream.nodelay().unwrap());
    }
}
