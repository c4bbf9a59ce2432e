//! What hostile servers send, and what must come of it.

use std::time::Duration;

use super::secure;
use crate::common::hostile::Reply;

/// How a source is reached.
pub enum Way {
    /// Plain, on loopback.
    Http(Reply),
    /// By a public address, through the proxy of the test.
    Public(Reply),
    /// Through TLS, at this port of loopback.
    Secure(u16),
}

/// What must be stored.
pub enum Outcome {
    /// A fault with these words, and no entry.
    Fault(&'static str),
    /// So many entries, and no fault.
    Entries(i64),
    /// A fault or one entry, and no long text.
    Harmless,
}

pub struct Fault {
    pub name: &'static str,
    pub way: Way,
    pub outcome: Outcome,
    /// Whether the server keeps a poll busy for seconds.
    pub slow: bool,
}

impl Fault {
    /// Its path on the server.
    pub fn path(&self) -> String {
        self.name.replace(' ', "-")
    }

    pub fn reply(&self) -> Option<Reply> {
        match &self.way {
            Way::Http(reply) | Way::Public(reply) => Some(reply.clone()),
            Way::Secure(_) => None,
        }
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\n";
const SECOND: Duration = Duration::from_secs(1);

/// An answer with a feed of so many entries.
pub fn feed(head: &str, entries: usize) -> Vec<u8> {
    let items = (0..entries).map(|n| format!("<item><guid>urn:x:{n}</guid><title>t{n}</title></item>"));
    rss(head, &items.collect::<String>())
}

fn rss(head: &str, items: &str) -> Vec<u8> {
    format!("{head}\r\n<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>x</title>{items}</channel></rss>")
        .into()
}

/// Entities that stand for ten of the one before, ten deep.
fn entity_bomb() -> Vec<u8> {
    let mut dtd = "<!ENTITY e0 \"lol\">".to_owned();
    for n in 1..10 {
        dtd.push_str(&format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10)));
    }
    let item = "<item><guid>urn:x:0</guid><title>&e9;</title><description>&e9;</description></item>";
    format!("{OK}\r\n<?xml version=\"1.0\"?><!DOCTYPE rss [{dtd}]><rss version=\"2.0\"><channel>{item}</channel></rss>")
        .into()
}

fn repeated(head: &str, part: &[u8], times: usize) -> Reply {
    Reply { head: head.into(), part: part.to_vec(), times, pause: Duration::ZERO }
}

/// Documents that take a hundred times their size in memory to be read.
pub fn crowds() -> Vec<Fault> {
    let crowd = rss(OK, &"<item/>".repeat(170_000));
    ["crowd 1", "crowd 2", "crowd 3", "crowd 4"]
        .map(|name| Fault {
            name,
            way: Way::Http(Reply::bytes(crowd.clone())),
            outcome: Outcome::Harmless,
            slow: false,
        })
        .into()
}

/// Every fault.
pub fn all() -> Vec<Fault> {
    let gib = 1_usize << 30;
    let block = vec![b'x'; 64 << 10];
    let chunk = [b"10000\r\n".as_slice(), &block, b"\r\n"].concat();
    let packed = |coding: &str| format!("{OK}content-encoding: {coding}\r\n\r\n");
    let gzip = include_bytes!("../data/fetch/zeros-16-mib.gz");
    let brotli = include_bytes!("../data/fetch/zeros-1-gib.br");
    let zstd = include_bytes!("../data/fetch/zeros-1-gib.zst");
    let title = format!("<item><guid>urn:x:0</guid><title>{}</title></item>", "word ".repeat(1_000_000));
    let one = feed("", 1);
    let longer = format!("{OK}content-length: {}\r\n", one.len() + 100);
    let shorter = format!("{OK}content-length: 20\r\n");

    let http = |name, reply, outcome| Fault { name, way: Way::Http(reply), outcome, slow: false };
    let slow = |name, reply, words| Fault { name, way: Way::Http(reply), outcome: Outcome::Fault(words), slow: true };
    let public = |name, to: &str, words| {
        let reply = Reply::redirect(to);
        Fault { name, way: Way::Public(reply), outcome: Outcome::Fault(words), slow: false }
    };
    let tls = |name, port, words, slow| Fault { name, way: Way::Secure(port), outcome: Outcome::Fault(words), slow };
    let too_large = || Outcome::Fault("the answer is larger than 10 MiB");
    let unusable = || Outcome::Fault("gives no usable answer");
    vec![
        slow("silence", Reply::endless("", b"", SECOND), "does not begin to answer within 4 s"),
        slow("slow headers", Reply::endless(OK, b"x: y\r\n", SECOND), "does not begin to answer within 4 s"),
        slow("a byte a second", Reply::endless(&format!("{OK}\r\n<rss>"), b"x", SECOND), "within 6 s"),
        slow("stands still", Reply::endless(&format!("{OK}\r\n<rss>"), b"", SECOND), "stood still for 3 s"),
        http(
            "1 GiB announced",
            repeated(&format!("{OK}content-length: {gib}\r\n\r\n"), &block, gib >> 16),
            too_large(),
        ),
        http(
            "1 GiB chunked",
            repeated(&format!("{OK}transfer-encoding: chunked\r\n\r\n"), &chunk, gib >> 16),
            too_large(),
        ),
        http("1 GiB to the end", repeated(&format!("{OK}\r\n"), &block, gib >> 16), too_large()),
        http("gzip bomb", repeated(&packed("gzip"), gzip, 64), too_large()),
        http("brotli bomb", repeated(&packed("br"), brotli, 1), too_large()),
        http(
            "zstd bomb",
            repeated(&packed("zstd"), zstd, 1),
            Outcome::Fault("packed as `zstd`, which was not asked for"),
        ),
        http(
            "endless redirects",
            Reply::redirect("/endless-redirects?key=secret"),
            Outcome::Fault("again after 5 redirects"),
        ),
        public("redirect to loopback", "http://127.0.0.1:1/?key=secret", "`127.0.0.1` is a loopback address"),
        public("redirect to localhost", "http://localhost:1/?key=secret", "a loopback address"),
        public(
            "redirect to metadata",
            "http://169.254.169.254/latest/meta-data/?key=secret",
            "`169.254.169.254` is a link-local address",
        ),
        public("redirect to a file", "file:///etc/passwd", "to an address of the scheme `file`"),
        http("entity bomb", Reply::bytes(entity_bomb()), Outcome::Harmless),
        // Of a feed that shows more than anybody reads, the first entries are.
        http("a million empty entries", Reply::bytes(rss(OK, &"<item/>".repeat(1_000_000))), Outcome::Entries(1)),
        http("100,000 entries", Reply::bytes(feed(OK, 100_000)), Outcome::Entries(1_000)),
        http("a 5 MB title", Reply::bytes(rss(OK, &title)), Outcome::Harmless),
        http(
            "CRLF in headers",
            Reply::bytes(feed(&format!("{OK}etag: \"a\r\n\r\nx-b: c\"\r\n"), 1)),
            Outcome::Harmless,
        ),
        http("a bare CR in a header", Reply::bytes(feed(&format!("{OK}etag: a\rlocation: /x\r\n"), 1)), unusable()),
        http("a NUL in a header", Reply::bytes(feed(&format!("{OK}etag: a\0b\r\n"), 1)), unusable()),
        http(
            "escapes in a header",
            Reply::bytes(feed(&format!("{OK}content-encoding: a\u{9b}31m\u{202e}\r\n"), 1)),
            Outcome::Fault("it is packed as `a"),
        ),
        http("a length too long", Reply::bytes(feed(&longer, 1)), Outcome::Fault("cannot be read to its end")),
        http("a length too short", Reply::bytes(feed(&shorter, 1)), Outcome::Fault("the answer cannot be read")),
        tls("self-signed", secure::self_signed(), "does not know who issued it", false),
        tls("HTTP instead of TLS", secure::answering(&feed(OK, 1)), "no secure connection to", false),
        tls("garbage instead of TLS", secure::answering(&[0x16, 3, 3, 0xff, 0xff, 7, 7, 7]), "no ", false),
        tls("no handshake", secure::answering(b""), "no connection to", true),
    ]
}
