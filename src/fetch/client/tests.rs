//! The guard of the whole client, with names that lead where a test wants.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::config::{Env, ProxyConfig};

/// Redirects every request to the location that its query names.
fn redirector() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let location = request.split_whitespace().nth(1).and_then(|path| path.split_once('?')).unwrap().1;
            write!(stream, "HTTP/1.1 302 Found\r\nlocation: {location}\r\nconnection: close\r\n\r\n").unwrap();
        }
    });
    address
}

fn config() -> FetchConfig {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let second = Duration::from_secs(5);
    FetchConfig {
        user_agent: "mentiond/test".to_owned(),
        timeout: second,
        connect_timeout: second,
        head_timeout: second,
        idle_timeout: second,
        max_body: 1 << 10,
        concurrency: 1,
        host_gap: Duration::ZERO,
        max_pages: 1,
        proxies: ProxyConfig::default(),
    }
}

fn request(url: &str) -> Request {
    Request { accept: "*/*", ..Request::get(url.parse().unwrap()) }
}

/// Answers with each address in turn, the last one ever after; counts how often it was asked.
fn turning(addresses: &[&str]) -> (Lookup, Arc<AtomicUsize>) {
    let addresses: Vec<SocketAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let asked = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&asked);
    let lookup: Lookup = Arc::new(move |_| {
        let turn = count.fetch_add(1, Ordering::Relaxed).min(addresses.len() - 1);
        let address = addresses[turn];
        Box::pin(async move { Ok(vec![address]) })
    });
    (lookup, asked)
}

#[tokio::test]
async fn a_public_source_cannot_lead_to_a_private_address() {
    let server = redirector();
    let mut client = Client::new(&config()).unwrap();
    // A public name, as far as the guard can tell; all the rest is as it is outside tests.
    client.guarded = reqwest::Client::builder()
        .dns_resolver(client.resolver.clone())
        .resolve("feed.example", server)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let port = server.port();
    for (location, expected) in [
        (format!("http://127.0.0.1:{port}/?/"), "a redirect is not followed: `127.0.0.1` is a loopback address"),
        (format!("http://0x7f.1:{port}/?/"), "a redirect is not followed: `127.0.0.1` is a loopback address"),
        (
            format!("http://localhost:{port}/?/"),
            "a redirect is not followed: `localhost` leads to `127.0.0.1`, a loopback address",
        ),
        (
            "http://169.254.169.254/latest/meta-data/?key=secret".to_owned(),
            "a redirect is not followed: `169.254.169.254` is a link-local address",
        ),
        (
            format!("http://feed.example:{port}/?http://[::ffff:10.0.0.1]/"),
            "a redirect is not followed: `::ffff:10.0.0.1` is an IPv4 address in disguise",
        ),
    ] {
        let asked = request(&format!("http://feed.example:{port}/?{location}"));
        let refused = client.get(&asked, false).await.unwrap_err();
        assert_eq!(refused, PollFault::Refused(expected.to_owned()), "{location}");
    }
}

#[tokio::test]
async fn what_was_looked_up_is_what_is_connected_to() {
    let server = redirector();
    // A second look-up for one connection would lead to a port that nobody listens at.
    let (lookup, asked) = turning(&["127.0.0.1:0", "127.0.0.2:0", "10.0.0.1:0"]);
    let client = Client::with_lookup(&config(), lookup).unwrap();
    let url = format!("http://turning.example:{}/?/", server.port()).parse().unwrap();
    let answer = client.post_form(&url, &[], true).await.unwrap();
    assert_eq!((answer.status, asked.load(Ordering::Relaxed)), (302, 1));

    let (lookup, asked) = turning(&["127.0.0.1:0", "8.8.8.8:0"]);
    let client = Client::with_lookup(&config(), lookup).unwrap();
    let refused = client.get(&request("http://turning.example/"), false).await.unwrap_err();
    let why = "`turning.example` leads to `127.0.0.1`, a loopback address";
    let hint = "`allow_private = true` at the source lets it be read";
    assert_eq!(refused.to_string(), format!("{why}; {hint}"));
    assert_eq!(asked.load(Ordering::Relaxed), 1, "it is not asked until it says something better");
}

#[tokio::test]
async fn a_name_that_turns_private_is_not_asked_for_through_a_proxy() {
    let proxy = redirector();
    let variables = [
        ("HOME".to_owned(), "/home/anna".to_owned()),
        ("http_proxy".to_owned(), format!("http://127.0.0.1:{}", proxy.port())),
    ];
    let text =
        "recipients = [\"a@example.org\"]\n[[brand]]\nname = \"x\"\n[[source]]\nname = \"hn\"\nkind = \"hacker_news\"";
    let proxies = crate::config::parse("x.toml", text, &Env(variables.into())).unwrap().fetch.proxies;
    let (lookup, asked) = turning(&["8.8.8.8:0", "169.254.169.254:0"]);
    let client = Client::with_lookup(&FetchConfig { proxies, ..config() }, lookup).unwrap();
    let url = "http://turning.example/?http://turning.example/?/";
    let refused = client.get(&request(url), false).await.unwrap_err();
    let why = "a redirect is not followed: `turning.example` leads to `169.254.169.254`, a link-local address";
    assert_eq!(refused, PollFault::Refused(why.to_owned()));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}
