//! robots.txt for web pages, and proxies that the environment names.

use super::*;
use mentiond::config::{self, Env};
use tokio::io::AsyncReadExt;

fn robots(status: &str, text: &str) -> Reply {
    Reply::bytes(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{text}", text.len()))
}

#[tokio::test]
async fn robots_txt_is_asked_once_and_heeded() {
    let server = Server::start(|path| match path {
        "/robots.txt" => Reply::redirect("/robots/moved.txt"),
        _ => robots("200 OK", "User-agent: mentiond\nDisallow: /private\n"),
    })
    .await;
    let client = client(Duration::from_secs(20));
    for (path, allowed) in [("/", true), ("/private/blog?key=secret", false), ("/blog", true)] {
        assert_eq!(client.may_read(&server.url(path), true).await, Ok(allowed), "{path}");
    }
    let asked = server.requests();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[0].starts_with("GET /robots.txt HTTP/1.1\r\n"), "{asked:?}");
}

#[tokio::test]
async fn a_robots_txt_that_cannot_be_read() {
    let long = format!("{}\nUser-agent: *\nDisallow: /\n", "#".repeat(600 << 10));
    for (name, reply, allowed) in [
        ("none", robots("404 Not Found", "User-agent: *\nDisallow: /"), true),
        ("broken", robots("500 Oops", ""), false),
        ("no HTTP", Reply::bytes("220 smtp.example\r\n"), false),
        ("too long", robots("200 OK", &long), true),
        (
            "endless",
            Reply::endless("HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /\n", &[b'#'; 8192], Duration::ZERO),
            false,
        ),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        assert_eq!(client(Duration::from_secs(20)).may_read(&server.url("/page"), true).await, Ok(allowed), "{name}");
    }
    let server = Server::start(|_| Reply::redirect("file:///etc/passwd")).await;
    let client = client(Duration::from_secs(20));
    let refused = client.may_read(&server.url("/page"), true).await.unwrap_err().to_string();
    assert!(refused.ends_with("redirects to an address of the scheme `file`, which is not followed"), "{refused}");
    let guarded = client.may_read(&server.url("/page"), false).await.unwrap_err().to_string();
    assert!(guarded.starts_with("`127.0.0.1` is a loopback address"), "{guarded}");
}

/// The client of somebody with these variables.
fn through(variables: &[(&str, String)]) -> Client {
    let home = ("HOME", "/home/anna".to_owned());
    let env = Env([home].iter().chain(variables).map(|(name, value)| ((*name).to_owned(), value.clone())).collect());
    let text =
        "recipients = [\"a@example.org\"]\n[[brand]]\nname = \"x\"\n[[source]]\nname = \"hn\"\nkind = \"hacker_news\"";
    let proxies = config::parse("x.toml", text, &env).unwrap().fetch.proxies;
    limited(&FetchConfig { proxies, ..super::config(Duration::from_secs(20)) })
}

#[tokio::test]
async fn a_proxy_is_asked_with_the_whole_address() {
    let proxy = Server::start(|path| match path {
        "http://192.0.1.1/moved" => Reply::redirect("http://127.0.0.1:1/"),
        "http://192.0.1.1/metadata" => Reply::redirect("http://169.254.169.254/latest/"),
        _ => Reply::bytes("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"),
    })
    .await;
    let address = format!("http://anna:pass@localhost:{}", proxy.address.port());
    let client = through(&[("http_proxy", address), ("NO_PROXY", "127.0.0.1, .example".to_owned())]);
    let ask = async |url: &str, allow_private| client.get(&request(url.parse().unwrap()), allow_private).await;
    assert_eq!(ask("http://192.0.1.1/feed?a=b", false).await.unwrap().body, b"hello");
    let sent = proxy.requests().concat();
    assert!(sent.starts_with("GET http://192.0.1.1/feed?a=b HTTP/1.1\r\n"), "{sent}");
    assert!(sent.contains("proxy-authorization: Basic YW5uYTpwYXNz\r\n"), "{sent}");

    for (url, expected) in [
        ("http://10.1.2.3/", "`10.1.2.3` is a private address; `allow_private = true` at the source lets it be read"),
        ("http://192.0.1.1/moved", "a redirect is not followed: `127.0.0.1` is a loopback address"),
        ("http://192.0.1.1/metadata", "a redirect is not followed: `169.254.169.254` is a link-local address"),
    ] {
        assert_eq!(ask(url, false).await.unwrap_err().to_string(), expected, "{url}");
    }
    let local = ask("http://localhost:1/", false).await.unwrap_err().to_string();
    assert!(local.starts_with("`localhost` leads to `127.0.0.1`, a loopback address"), "{local}");
    assert_eq!(proxy.requests().len(), 3, "what is refused is not asked for");
    assert_eq!(ask("http://10.1.2.3/", true).await.unwrap().body, b"hello", "the operator's own network");

    let direct = Server::start(|_| Reply::bytes("HTTP/1.1 204 No Content\r\n\r\n")).await;
    assert_eq!(client.get(&request(direct.url("/")), true).await.unwrap().status, 204, "NO_PROXY");
    assert_eq!((direct.requests().len(), proxy.requests().len()), (1, 4));
}

#[tokio::test]
async fn a_tunnel_that_is_not_made() {
    let denied = Server::start(|_| Reply::bytes("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let url: Url = "https://192.0.1.1/feed?key=secret".parse().unwrap();
    let ask = async |proxy: String| through(&[("ALL_PROXY", proxy)]).get(&request(url.clone()), false).await;

    let address = denied.address;
    let said = ask(format!("http://anna:hunter2@{address}")).await.unwrap_err().to_string();
    assert!(said.starts_with(&format!("no connection to `192.0.1.1` through the proxy `{address}`: ")), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    let sent = denied.requests().concat();
    assert!(sent.starts_with("CONNECT 192.0.1.1:443 HTTP/1.1\r\n") && !sent.contains("secret"), "{sent}");

    let said = ask(closed.to_string()).await.unwrap_err().to_string();
    assert_eq!(said, format!("the proxy `{closed}` refuses the connection"));
}

#[tokio::test]
async fn a_tunnel_leads_to_the_server_that_has_to_prove_itself() {
    let port = crate::hostile::secure::self_signed();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.unwrap());
        }
        assert!(head.starts_with(b"CONNECT 192.0.1.1:443 "));
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut server = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
    });
    let client = through(&[("https_proxy", proxy.to_string())]);
    let said = client.get(&request("https://192.0.1.1/".parse().unwrap()), false).await.unwrap_err().to_string();
    assert_eq!(said, "the certificate of `192.0.1.1` is not valid: this machine does not know who issued it");
}
