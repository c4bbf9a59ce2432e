//! A raw server on loopback that writes whatever bytes a test wants, at any pace.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What a server writes: the head, then a part so and so often with a pause before each.
#[derive(Clone, Default)]
pub struct Reply {
    pub head: Vec<u8>,
    pub part: Vec<u8>,
    pub times: usize,
    pub pause: Duration,
}

impl Reply {
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { head: bytes.into(), ..Self::default() }
    }

    pub fn redirect(location: &str) -> Self {
        Self::bytes(format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"))
    }

    pub fn endless(head: &str, part: &[u8], pause: Duration) -> Self {
        Self { head: head.into(), part: part.to_vec(), times: usize::MAX, pause }
    }
}

/// A server that answers each connection once and keeps the heads of all requests.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `reply` is given the path.
    pub async fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (kept, reply) = (Arc::clone(&requests), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, reply) = (Arc::clone(&kept), Arc::clone(&reply));
                tokio::spawn(async move { serve(stream, &kept, &*reply).await });
            }
        });
        Self { address, requests }
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// The client may hang up at any time, hence no unwrapping.
async fn serve(mut stream: TcpStream, kept: &Mutex<Vec<String>>, reply: &(dyn Fn(&str) -> Reply + Send + Sync)) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let reply = reply(head.split(' ').nth(1).unwrap_or_default());
    kept.lock().unwrap().push(head);
    let mut sent = stream.write_all(&reply.head).await;
    for _ in 0..reply.times {
        tokio::time::sleep(reply.pause).await;
        if sent.is_err() {
            return;
        }
        sent = stream.write_all(&reply.part).await;
    }
    let _ = stream.shutdown().await;
}
