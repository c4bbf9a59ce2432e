//! A web server that costs as little as it can: it looks at the path and for `If-None-Match`, and answers from memory.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Items in a document, and new ones in each where there are any.
const ITEMS: u32 = 20;
const NEW: u32 = 3;

/// How feeds answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// 304 to everybody who has been there before.
    Unchanged,
    /// A document with three items that it did not have the time before.
    New,
}

/// The server; it listens on every address of the machine's loopback.
pub struct Responder {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    new: AtomicBool,
    polls: AtomicU64,
    feeds_read: AtomicU64,
    entries: AtomicU64,
    /// How often each feed was read in full.
    versions: Vec<AtomicU32>,
}

impl Responder {
    /// Serves `/0` to `/FEEDS` on a thread of its own.
    pub fn start(feeds: usize) -> Self {
        let versions = (0..feeds).map(|_| AtomicU32::new(0)).collect();
        let (polls, feeds_read, entries) = Default::default();
        let shared = Arc::new(Shared { new: AtomicBool::new(false), polls, feeds_read, entries, versions });
        let listener = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, serving));
        });
        Self { port, shared }
    }

    /// Forgets who has been there, and answers so from now on.
    pub fn begin(&self, answers: Answers) {
        self.shared.new.store(answers == Answers::New, Relaxed);
        self.shared.versions.iter().for_each(|version| version.store(0, Relaxed));
        for count in [&self.shared.polls, &self.shared.feeds_read, &self.shared.entries] {
            count.store(0, Relaxed);
        }
    }

    /// Answers given.
    pub fn polls(&self) -> u64 {
        self.shared.polls.load(Relaxed)
    }

    /// Feeds that were read in full at least once.
    pub fn feeds_read(&self) -> u64 {
        self.shared.feeds_read.load(Relaxed)
    }

    /// Different items in all documents that were read.
    pub fn entries_shown(&self) -> u64 {
        self.shared.entries.load(Relaxed)
    }
}

async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(talk(stream, Arc::clone(&shared)))),
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
            Err(error) => panic!("{error}\n  hint: ulimit -n 65536"),
        }
    }
}

/// Answers until the other side hangs up. Requests are small and come one at a time, each in one piece.
async fn talk(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut request = [0; 2048];
    while let Ok(length @ 1..) = stream.read(&mut request).await {
        let request = &request[..length];
        assert!(request.ends_with(b"\r\n\r\n"), "a request comes in one piece");
        let digits = request[5..].iter().take_while(|byte| byte.is_ascii_digit());
        let feed = digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
        let knows = request.windows(15).any(|window| window.eq_ignore_ascii_case(b"\r\nif-none-match"));
        let answer = if knows && !shared.new.load(Relaxed) {
            "HTTP/1.1 304 Not Modified\r\netag: \"0\"\r\n\r\n".to_owned()
        } else {
            shared.document(feed)
        };
        shared.polls.fetch_add(1, Relaxed);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

impl Shared {
    fn document(&self, feed: usize) -> String {
        let version = self.versions[feed].fetch_add(1, Relaxed);
        let first = if self.new.load(Relaxed) { version * NEW } else { 0 };
        if version == 0 {
            self.feeds_read.fetch_add(1, Relaxed);
        }
        self.entries.fetch_add(u64::from(if version == 0 { ITEMS } else { NEW }), Relaxed);
        let items: String = (first..first + ITEMS)
            .rev()
            .map(|item| {
                format!(
                    "<item><guid isPermaLink=\"false\">urn:new:{item}</guid><link>https://news.example/{feed}/{item}</link>\
                     <title>Entry {item} of feed {feed}</title><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate>\
                     <description>The harbour was quiet this morning, and most shops along the quay opened late \
                     because of the snow. People were friendly all the same.</description></item>"
                )
            })
            .collect();
        // What has the tag of the last document is taken for that.
        let tag = if self.new.load(Relaxed) { version } else { 0 };
        let body = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed {feed}</title>\
             <link>https://news.example/{feed}</link><description>n</description>{items}</channel></rss>"
        );
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\netag: \"{tag}\"\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}
