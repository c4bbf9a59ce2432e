//! What a poll keeps of an answer for the next one, and web pages that stand in place of feeds.

use super::*;
use mentiond::clock::Clock;
use mentiond::config::{self, Env};
use mentiond::model::{Source, SourceKind};
use mentiond::pipeline::{Pipeline, Reading};
use mentiond::store::ClaimedSource;

use crate::common::networks;

const NEWS: &str = "<rss version=\"2.0\"><channel><item><guid>urn:x:1</guid><title>t</title></item></channel></rss>";

fn pipeline(fetch: &str) -> Pipeline {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let env = Env([("HOME".to_owned(), "/home/anna".to_owned())].into());
    let text = format!(
        "recipients = [\"a@example.org\"]\n[fetch]\n{fetch}\n[[brand]]\nname = \"x\"\n[[source]]\nname = \"hn\"\n\
         kind = \"hacker_news\""
    );
    let config = config::parse("x.toml", &text, &env).unwrap();
    let plan = mentiond::app::Plan::of(&config, Clock::system().now()).unwrap();
    mentiond::app::pipeline(&config, &plan).unwrap()
}

fn feed_at(url: &Url) -> Source {
    Source { allow_private: true, ..networks::source(SourceKind::Feed, url.as_str(), &[]) }
}

/// One poll of somebody who was given `known` before.
async fn poll(url: &Url, known: &Validators) -> Reading {
    let claim = ClaimedSource { validators: known.clone(), ..ClaimedSource::fresh("blog") };
    pipeline("max_pages = 1").read_source(&feed_at(url), &claim, chrono::DateTime::UNIX_EPOCH).await
}

fn known(etag: &str) -> Validators {
    Validators { etag: Some(etag.to_owned()), last_modified: Some("monday".to_owned()), ..Validators::default() }
}

fn document(head: &str, body: &str) -> Reply {
    Reply::bytes(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{head}\r\n{body}", body.len()))
}

#[tokio::test]
async fn an_unchanged_document_refreshes_what_is_known_of_it() {
    let server = Server::start(|path| match path {
        "/old" => Reply::bytes("HTTP/1.1 301 Moved\r\nlocation: /304\r\ncontent-length: 0\r\n\r\n"),
        "/304" => Reply::bytes("HTTP/1.1 304 Not Modified\r\netag: \"b\"\r\n\r\n"),
        "/same" => document("etag: W/\"a\"\r\nlast-modified: tuesday\r\n", NEWS),
        _ => document("etag: \"b\"\r\n", NEWS),
    })
    .await;
    let tuesday = Validators { last_modified: Some("tuesday".to_owned()), ..known("W/\"a\"") };
    let only_etag = Validators { last_modified: None, ..known("\"b\"") };
    for (path, entries, validators) in
        [("/304", 0, known("\"b\"")), ("/old", 0, known("\"b\"")), ("/same", 0, tuesday), ("/new", 1, only_etag)]
    {
        let read = poll(&server.url(path), &known("\"a\"")).await;
        assert_eq!((read.entries.len(), read.fault), (entries, None), "{path}");
        let headers = |known: &Validators| (known.etag.clone(), known.last_modified.clone());
        assert_eq!(headers(&read.validators), headers(&validators), "{path}");
        assert_eq!(read.moved, (path == "/old").then(|| server.url("/304")), "{path}");
    }
}

#[tokio::test]
async fn a_web_page_is_followed_where_its_robots_txt_lets_it_be_read() {
    const PAGE: &str = "<!doctype html><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/news.xml\">";
    for (robots, followed) in [
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\ncontent-length: 26\r\n\r\nUser-agent: *\nDisallow: /x", true),
        ("HTTP/1.1 200 OK\r\ncontent-length: 29\r\n\r\nUser-agent: *\nDisallow: /blog\n", false),
        ("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", false),
    ] {
        let server = Server::start(move |path| match path {
            "/robots.txt" => Reply::bytes(robots),
            "/news.xml" => document("etag: \"of the feed\"\r\n", NEWS),
            _ => document("etag: \"of the page\"\r\n", PAGE),
        })
        .await;
        let read = poll(&server.url("/blog"), &known("\"a\"")).await;
        let paths: Vec<String> =
            server.requests().iter().map(|head| head.split(' ').nth(1).unwrap().to_owned()).collect();
        assert_eq!(read.validators, known("\"a\""), "those of the feed are not sent to the page");
        if followed {
            assert_eq!((read.entries.len(), read.fault), (1, None), "{robots}");
            assert_eq!(paths, ["/blog", "/robots.txt", "/news.xml"]);
        } else {
            let why = "a web page was found, not a feed, and the robots.txt of `127.0.0.1` does not let it be read, or cannot \
                       be read itself\n  hint: configure the address of the feed";
            assert_eq!((read.entries.len(), read.fault), (0, Some(PollFault::Refused(why.to_owned()))), "{robots}");
            assert_eq!(paths, ["/blog", "/robots.txt"]);
        }
    }
}
