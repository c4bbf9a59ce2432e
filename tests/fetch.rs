//! The HTTP client against servers on loopback that misbehave in every way we could think of.

mod codings;
mod moves;
mod pages;
mod revisits;

use std::sync::Arc;
use std::time::Duration;

use crate::common::hostile::{Reply, Server};
use mentiond::config::{FetchConfig, ProxyConfig};
use mentiond::fetch::politeness::{Verdict, verdict};
use mentiond::fetch::{Client, ClientError};
use mentiond::model::{Answer, Credential, PollFault, Request, Validators};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use url::Url;

const MAX_BODY: u64 = 1 << 20;

fn config(timeout: Duration) -> FetchConfig {
    FetchConfig {
        user_agent: "mentiond/test (+https://example.org)".to_owned(),
        timeout,
        connect_timeout: timeout,
        head_timeout: timeout * 2,
        idle_timeout: timeout * 2,
        max_body: MAX_BODY,
        concurrency: 1,
        host_gap: Duration::ZERO,
        max_pages: 1,
        proxies: ProxyConfig::default(),
    }
}

fn limited(config: &FetchConfig) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new(config).unwrap()
}

fn client(timeout: Duration) -> Client {
    limited(&config(timeout))
}

fn request(url: Url) -> Request {
    Request { accept: "application/rss+xml, */*;q=0.1", ..Request::get(url) }
}

async fn get(server: &Server, path: &str) -> Result<Answer, PollFault> {
    client(Duration::from_secs(20)).get(&request(server.url(path)), true).await
}

/// Asks a server that answers with this, and nothing else.
async fn answer(reply: Reply) -> Result<Answer, PollFault> {
    let server = Server::start(move |_| reply.clone()).await;
    get(&server, "/feed?key=secret").await
}

/// What people read when a server answers with this. Its port is written as `PORT`.
async fn fault(reply: Reply) -> String {
    let server = Server::start(move |_| reply.clone()).await;
    let fault = get(&server, "/feed?key=secret").await.unwrap_err().to_string();
    fault.replace(&server.address.port().to_string(), "PORT")
}

#[tokio::test]
async fn what_is_asked_is_sent_byte_for_byte_and_304_is_an_answer() {
    let server = Server::start(|_| {
        Reply::bytes("HTTP/1.1 304 Not Modified\r\netag: W/\"new\"\r\ncontent-encoding: gzip\r\n\r\n")
    })
    .await;
    let validators = Validators {
        etag: Some("W/\"a, b;c'--gzip\u{e5}".to_owned()),
        last_modified: Some("mon, 3 nov 2026 8:0:0 +0100".to_owned()),
        ..Validators::default()
    };
    let asked = Request { validators, ..request(server.url("/feed?q=%22skip%20hop%22&n=1")) };
    let answer = client(Duration::from_secs(20)).get(&asked, true).await.unwrap();
    assert_eq!((answer.status, answer.header("etag"), answer.body.len()), (304, Some("W/\"new\""), 0));
    assert_eq!(verdict(&answer, None, chrono::DateTime::UNIX_EPOCH), Verdict::Unchanged);

    let sent = server.requests().concat();
    for line in [
        "GET /feed?q=%22skip%20hop%22&n=1 HTTP/1.1",
        "accept: application/rss+xml, */*;q=0.1",
        "accept-encoding: gzip,deflate,br",
        "if-none-match: W/\"a, b;c'--gzip\u{e5}",
        "if-modified-since: mon, 3 nov 2026 8:0:0 +0100",
        "user-agent: mentiond/test (+https://example.org)",
    ] {
        assert!(sent.lines().any(|sent| sent == line), "{line} is missing in\n{sent}");
    }
    for absent in ["authorization", "cookie", "referer"] {
        assert!(!sent.contains(absent), "{absent} in\n{sent}");
    }
}

#[tokio::test]
async fn validators_that_cannot_be_sent_are_left_out() {
    let server = Server::start(|_| Reply::bytes("HTTP/1.1 200 OK\r\n\r\n")).await;
    let validators = Validators {
        etag: Some("\"a\r\nx-evil: 1\"".to_owned()),
        last_modified: Some("x".repeat(5_000)),
        ..Validators::default()
    };
    let asked = Request { validators, ..request(server.url("/")) };
    assert!(client(Duration::from_secs(20)).get(&asked, true).await.is_ok());
    let sent = server.requests().concat();
    assert!(!sent.contains("evil") && !sent.contains("if-"), "{sent}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whatever_its_length_claims() {
    let none = Duration::ZERO;
    let limit = usize::try_from(MAX_BODY).unwrap();
    let claimed = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 1_u64 << 60);
    assert_eq!(fault(Reply::bytes(claimed)).await, "the answer is larger than 1 MiB");
    let endless = Reply::endless("HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 8192], none);
    assert_eq!(fault(endless).await, "the answer is larger than 1 MiB");
    let chunk = [b"2000\r\n".as_slice(), &[b'x'; 0x2000], b"\r\n"].concat();
    let chunked = Reply::endless("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", &chunk, none);
    assert_eq!(fault(chunked).await, "the answer is larger than 1 MiB");

    let body = |length| Reply { part: vec![b'x'; length], times: 1, ..Reply::bytes("HTTP/1.1 200 OK\r\n\r\n") };
    assert_eq!(answer(body(limit)).await.unwrap().body.len(), limit, "the limit itself is allowed");
    assert_eq!(fault(body(limit + 1)).await, "the answer is larger than 1 MiB");
}

#[tokio::test]
async fn an_endless_error_page_is_still_that_error() {
    let page = Reply::endless("HTTP/1.1 502 Bad Gateway\r\n\r\n", &[b'x'; 8192], Duration::ZERO);
    let answer = answer(page).await.unwrap();
    assert_eq!(answer.status, 502);
    assert!((1..=64 << 10).contains(&answer.body.len()), "{}", answer.body.len());
}

#[tokio::test]
async fn redirects_are_followed_but_not_for_ever() {
    let server = Server::start(|path| match path {
        "/hops/0" => Reply::bytes("HTTP/1.1 200 OK\r\n\r\narrived"),
        "/loop" => Reply::redirect("/loop"),
        "/lost" => Reply::bytes("HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n"),
        "/file" => Reply::redirect("file:///etc/passwd"),
        "/named" => Reply::redirect("http://user:pass@example.org/"),
        _ => {
            let left: u32 = path.trim_start_matches("/hops/").parse().unwrap();
            Reply::redirect(&format!("{}", left - 1))
        }
    })
    .await;
    let arrived = get(&server, "/hops/5").await.unwrap();
    assert_eq!((arrived.body.as_slice(), arrived.url), (b"arrived".as_slice(), server.url("/hops/0")));
    assert_eq!(get(&server, "/lost").await.unwrap().status, 302, "nowhere to go");

    let host = server.address;
    for (path, why) in [
        ("/hops/6", "again after 5 redirects"),
        ("/loop", "again after 5 redirects"),
        ("/file", "to an address of the scheme `file`"),
        ("/named", "to an address with a name or a password in it"),
    ] {
        let expected = format!("`{host}` redirects {why}, which is not followed");
        assert_eq!(get(&server, path).await.unwrap_err(), PollFault::Refused(expected), "{path}");
    }
}

#[tokio::test]
async fn a_token_is_sent_to_its_own_host_only() {
    let other = Server::start(|_| Reply::bytes("HTTP/1.1 200 OK\r\n\r\n")).await;
    let elsewhere = [
        format!("http://localhost:{}/name", other.address.port()),
        format!("http://127.0.0.1:{}/port", other.address.port()),
    ];
    let server = Server::start(move |path| match path {
        "/start" => Reply::redirect("/moved"),
        "/moved" => Reply::redirect(&elsewhere[0]),
        _ => Reply::redirect(&elsewhere[1]),
    })
    .await;
    let client = client(Duration::from_secs(20));
    for path in ["/start", "/port"] {
        let credential = Some(Credential::bearer("token-of-the-first".into()));
        let asked = Request { credential, ..request(server.url(path)) };
        assert_eq!(client.get(&asked, true).await.unwrap().status, 200);
    }
    let with = |sent: &String| sent.contains("authorization: Bearer token-of-the-first\r\n");
    assert_eq!(server.requests().iter().map(with).collect::<Vec<_>>(), [true, true, true]);
    assert_eq!(other.requests().iter().map(with).collect::<Vec<_>>(), [false, false]);

    let credential = Some(Credential::bearer("token\r\nx-evil: 1".into()));
    let asked = Request { credential, ..request(server.url("/start")) };
    let refused = client.get(&asked, true).await.unwrap_err();
    assert_eq!(refused.to_string(), "the token has characters that cannot be sent");
}

#[tokio::test]
async fn private_addresses_are_refused_before_anything_is_sent() {
    let open = Duration::from_secs(5);
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start(move |_| Reply { pause: open, times: 1, ..Reply::bytes(head) }).await;
    let client = client(Duration::from_secs(20));
    let port = server.address.port();
    let hint = "; `allow_private = true` at the source lets it be read";
    for (host, expected) in [
        ("127.0.0.1", "`127.0.0.1` is a loopback address"),
        ("2130706433", "`127.0.0.1` is a loopback address"),
        ("[::ffff:127.0.0.1]", "`::ffff:127.0.0.1` is an IPv4 address in disguise"),
        ("localhost", "`localhost` leads to `127.0.0.1`, a loopback address"),
    ] {
        let url = Url::parse(&format!("http://{host}:{port}/?key=secret")).unwrap();
        if host == "localhost" {
            // A connection that an allowed request left open is no way around the guard.
            assert_eq!(client.get(&request(url.clone()), true).await.unwrap().status, 200);
        }
        let refused = client.get(&request(url), false).await.unwrap_err();
        assert_eq!(refused, PollFault::Refused(format!("{expected}{hint}")), "{host}");
    }
    let before = server.requests().len();
    assert!(client.get(&request(server.url("/")), false).await.is_err());
    assert_eq!(server.requests().len(), before);

    let file = request(Url::parse("file:///etc/passwd").unwrap());
    assert_eq!(client.get(&file, true).await.unwrap_err().to_string(), "only http and https are read");
}

#[tokio::test]
async fn no_connection_and_no_name() {
    let client = client(Duration::from_secs(20));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let url = Url::parse(&format!("http://{closed}/?key=secret")).unwrap();
    let refused = client.get(&request(url), true).await.unwrap_err();
    assert_eq!(refused, PollFault::Unreachable(format!("`{closed}` refuses the connection")));

    // Too long for the DNS, so that nobody is asked.
    let name = format!("{}.example", "a".repeat(64));
    let url = Url::parse(&format!("http://{name}/?key=secret")).unwrap();
    let unknown = client.get(&request(url), true).await.unwrap_err();
    let expected = format!("the name `{name}` cannot be resolved: ");
    assert!(matches!(&unknown, PollFault::Unreachable(why) if why.starts_with(&expected)), "{unknown}");
}

#[tokio::test]
async fn a_length_that_is_wrong() {
    let short = fault(Reply::bytes("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this")).await;
    assert!(short.starts_with("the answer of `127.0.0.1:PORT` cannot be read to its end: "), "{short}");
    let long = answer(Reply::bytes("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nonly this")).await.unwrap();
    assert_eq!(long.body, b"only");
    let two = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 9\r\n\r\nonly this";
    let two = fault(Reply::bytes(two)).await;
    assert!(two.starts_with("`127.0.0.1:PORT` gives no usable answer"), "{two}");
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nonly\r\nnonsense";
    let chunked = fault(Reply::bytes(chunked)).await;
    assert!(chunked.starts_with("the answer of `127.0.0.1:PORT` cannot be read to its end: "), "{chunked}");
}

#[tokio::test]
async fn headers_that_are_nonsense_do_not_lose_the_document() {
    let head = b"HTTP/1.1 200 OK\r\nx-latin: caf\xe9\r\netag: \"\xff\xfe\"\r\nno colon here\r\nsp ace: 1\r\nx-bell: a\x07b\r\n\
                 x-good: 1\r\n\r\nbody";
    let answer = answer(Reply::bytes(head.as_slice())).await.unwrap();
    assert_eq!(answer.body, b"body");
    assert_eq!(answer.header("x-good"), Some("1"));
    assert_eq!(answer.headers.get("x-latin").unwrap().as_bytes(), b"caf\xe9");
    let validators = Validators::default().after_document(&answer, chrono::DateTime::UNIX_EPOCH);
    let tag = "\"\u{ff}\u{fe}\"".to_owned();
    assert_eq!(validators.for_address(&answer.url), (Some(&tag), None), "byte for byte");
}

#[tokio::test]
async fn what_is_not_http_at_all() {
    let many = (0..1_000).map(|n| format!("x-{n}: 1\r\n")).collect::<String>();
    for reply in [
        Reply::bytes("SSH-2.0-OpenSSH_9.6\r\n"),
        Reply::bytes(""),
        Reply::bytes("HTTP/1.1 200 OK\r\nx-cr: a\rlocation: http://example.org/\r\n\r\n"),
        Reply::bytes("HTTP/1.1 99999 OK\r\n\r\n"),
        Reply::bytes(format!("HTTP/1.1 200 OK\r\n{many}\r\n")),
        Reply::endless("HTTP/1.1 200 OK\r\nx: ", &[b'x'; 8192], Duration::ZERO),
    ] {
        let fault = fault(reply).await;
        assert!(fault.starts_with("`127.0.0.1:PORT` gives no usable answer"), "{fault}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for() {
    let client = client(Duration::from_secs(20));
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        while connection.complete_io(&mut stream).is_ok() {}
    });
    let url = Url::parse(&format!("https://localhost:{port}/?key=secret")).unwrap();
    let fault = client.get(&request(url), true).await.unwrap_err().to_string();
    let why = "is not valid: this machine does not know who issued it";
    assert_eq!(fault, format!("the certificate of `localhost:{port}` {why}"));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = listener.local_addr().unwrap();
    tokio::spawn(async move { listener.accept().await.unwrap().0.write_all(b"220 smtp.example ESMTP\r\n").await });
    let url = Url::parse(&format!("https://{plain}/")).unwrap();
    let fault = client.get(&request(url), true).await.unwrap_err().to_string();
    assert!(fault.starts_with(&format!("no secure connection to `{plain}`: ")), "{fault}");
}

/// Runs in a process of its own, since the environment decides where certificates are looked for.
#[test]
fn a_machine_without_certificates_is_told_how_to_get_them() {
    const CHILD: &str = "MENTIOND_TEST_WITHOUT_CERTIFICATES";
    if std::env::var_os(CHILD).is_some() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = FetchConfig {
            user_agent: "x".to_owned(),
            timeout: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(1),
            head_timeout: Duration::from_secs(1),
            idle_timeout: Duration::from_secs(1),
            max_body: 1,
            concurrency: 1,
            host_gap: Duration::ZERO,
            max_pages: 1,
            proxies: ProxyConfig::default(),
        };
        let error = Client::new(&config).unwrap_err();
        assert!(matches!(error, ClientError::NoCertificates), "{error}");
        let expected = "this machine has no CA certificates to trust\n  hint: install the package `ca-certificates`";
        assert_eq!(error.to_string(), expected);
        return;
    }
    let empty = tempfile::tempdir().unwrap();
    let name = "fetch::a_machine_without_certificates_is_told_how_to_get_them";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(CHILD, "1")
        .env("SSL_CERT_FILE", empty.path().join("none.pem"))
        .env("SSL_CERT_DIR", empty.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}
