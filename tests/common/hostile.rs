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
    requests: Arc<Mutex<Vec<Seen>>>,
}

/// A request: its head, each byte the character of its number, and its body.
struct Seen {
    head: String,
    body: String,
}

impl Server {
    /// `reply` is given the path.
    pub async fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        // Whoever needs several hosts uses several addresses of loopback.
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], listener.local_addr().unwrap().port()));
        let requests = Arc::<Mutex<Vec<Seen>>>::default();
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

    /// The same path on another host.
    pub fn url_on(&self, host: u8, path: &str) -> Url {
        Url::parse(&format!("http://127.0.1.{host}:{}{path}", self.address.port())).unwrap()
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|seen| seen.head.clone()).collect()
    }

    pub fn bodies(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|seen| seen.body.clone()).collect()
    }
}

/// The client may hang up at any time, hence no unwrapping.
async fn serve(mut stream: TcpStream, kept: &Mutex<Vec<Seen>>, reply: &(dyn Fn(&str) -> Reply + Send + Sync)) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head: String = head.into_iter().map(char::from).collect();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    if stream.read_exact(&mut body).await.is_err() {
        return;
    }
    let reply = reply(head.split(' ').nth(1).unwrap_or_default());
    kept.lock().unwrap().push(Seen { head, body: String::from_utf8(body).unwrap() });
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
