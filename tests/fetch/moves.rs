//! What redirects say, forms that are sent, and how long a server may take.

use super::*;

fn moved_to(status: u16, location: &str, more: &str) -> Reply {
    Reply::bytes(format!("HTTP/1.1 {status} Moved\r\nlocation: {location}\r\n{more}content-length: 0\r\n\r\n"))
}

#[tokio::test]
async fn a_permanent_move_is_told_and_a_wish_to_wait_is_kept() {
    let server = Server::start(|path| match path {
        "/old" => moved_to(301, "/older", "retry-after: 900\r\n"),
        "/older" => moved_to(308, "/new", ""),
        "/away" => moved_to(302, "/old", "retry-after: 60\r\n"),
        _ => Reply::bytes("HTTP/1.1 200 OK\r\nretry-after: 5\r\n\r\n"),
    })
    .await;
    let new = Some(server.url("/new"));
    for (path, moved, waits) in [
        ("/new", None, vec!["5"]),
        ("/older", new.clone(), vec!["5"]),
        ("/old", new, vec!["5", "900"]),
        ("/away", None, vec!["5", "60", "900"]),
    ] {
        let answer = get(&server, path).await.unwrap();
        let heard: Vec<_> = answer.headers.get_all("retry-after").iter().collect();
        assert_eq!(
            (answer.moved, heard),
            (moved, waits.iter().copied().map(wait).collect::<Vec<_>>().iter().collect()),
            "{path}"
        );
    }
}

fn wait(text: &str) -> http::HeaderValue {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_form_is_sent_and_sent_again_only_where_the_method_stays() {
    let server = Server::start(|path| match path {
        "/moved" => moved_to(307, "/moved-again", ""),
        "/moved-again" => moved_to(308, "/hub", ""),
        "/seen" => moved_to(303, "/hub", ""),
        "/loop" => moved_to(307, "/loop", ""),
        "/out" => moved_to(307, "http://user:pass@127.0.0.1/", ""),
        _ => Reply::bytes("HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok"),
    })
    .await;
    let client = client(Duration::from_secs(20));
    let form = [("hub.mode", "subscribe"), ("hub.callback", "https://x.example/a?b=c&d=\u{e5}")];
    let written = "hub.mode=subscribe&hub.callback=https%3A%2F%2Fx.example%2Fa%3Fb%3Dc%26d%3D%C3%A5";
    let accepted = client.post_form(&server.url("/moved"), &form, true).await.unwrap();
    assert_eq!((accepted.status, accepted.body.as_slice()), (202, b"ok".as_slice()));
    let sent = server.requests();
    assert_eq!(sent.len(), 3);
    for request in &sent {
        assert!(request.starts_with("POST /"), "{request}");
        assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
        assert!(request.contains(&format!("content-length: {}\r\n", written.len())), "{request}");
    }
    assert_eq!(server.bodies(), [written, written, written]);

    assert_eq!(client.post_form(&server.url("/seen"), &form, true).await.unwrap().status, 303);
    assert_eq!(server.requests().len(), 4, "a 303 is not followed");
    let host = server.address;
    for (path, why) in [("/loop", "again after 5 redirects"), ("/out", "to an address with a name or a password in it")]
    {
        let expected = format!("`{host}` redirects {why}, which is not followed");
        assert_eq!(client.post_form(&server.url(path), &form, true).await.unwrap_err().to_string(), expected);
    }
    let refused = client.post_form(&server.url("/hub"), &form, false).await.unwrap_err().to_string();
    assert!(refused.starts_with("`127.0.0.1` is a loopback address"), "{refused}");
}

#[tokio::test]
async fn each_part_of_an_answer_has_its_time() {
    let (short, long) = (Duration::from_millis(100), Duration::from_secs(60));
    let pace = Duration::from_millis(20);
    let silent = || Reply::endless("", b"", pace);
    let slow_head = || Reply::endless("HTTP/1.1 200 OK\r\n", b"x: y\r\n", pace);
    let stuck = || Reply { times: 1, pause: long, ..Reply::bytes("HTTP/1.1 200 OK\r\n\r\nx") };
    let drip = || Reply::endless("HTTP/1.1 200 OK\r\n\r\n", b"x", pace);
    let circle = || Reply { pause: pace, times: 1, part: Reply::redirect("/").head, ..Reply::default() };
    let limits = |head, idle, whole| FetchConfig {
        timeout: whole,
        head_timeout: head,
        idle_timeout: idle,
        connect_timeout: whole,
        ..config(whole)
    };
    for (name, reply, limits, expected) in [
        ("silent", silent(), limits(short, long, long), "`HOST` does not begin to answer within 0.1 s"),
        ("slow head", slow_head(), limits(short, long, long), "`HOST` does not begin to answer within 0.1 s"),
        ("stuck", stuck(), limits(long, short, long), "the answer of `HOST` stood still for 0.1 s"),
        ("drip", drip(), limits(long, long, short), "no whole answer from `HOST` within 0.1 s"),
        ("silent whole", silent(), limits(long, long, short), "no whole answer from `HOST` within 0.1 s"),
        ("circle", circle(), limits(long, long, short / 2), "no whole answer from `HOST` within 0.05 s"),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let late = limited(&limits).get(&request(server.url("/?key=secret")), true).await.unwrap_err();
        let expected = expected.replace("HOST", &server.address.to_string());
        assert_eq!(late, PollFault::Unreachable(expected), "{name}");
    }
}

#[tokio::test]
async fn an_error_page_that_takes_its_time_is_still_that_error() {
    let short = Duration::from_millis(100);
    let page = Reply::endless("HTTP/1.1 429 Slow Down\r\nretry-after: 60\r\n\r\n", b"x", Duration::from_millis(20));
    let server = Server::start(move |_| page.clone()).await;
    let limits = FetchConfig { idle_timeout: short, ..config(Duration::from_secs(60)) };
    let answer = limited(&limits).get(&request(server.url("/")), true).await.unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("60")));
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_meanwhile_is_made_anew() {
    // It promises to keep the connection and hangs up; the second request on it meets nobody.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move {
        let mut served = 0;
        for reply in ["302 Found\r\nlocation: /next", "", "200 OK"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut byte = [0; 1024];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut byte).await;
            if !reply.is_empty() {
                stream.write_all(format!("HTTP/1.1 {reply}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await.unwrap();
            }
            served += 1;
        }
        served
    });
    let url = Url::parse(&format!("http://{address}/")).unwrap();
    let answer = client(Duration::from_secs(20)).get(&request(url), true).await.unwrap();
    assert_eq!((answer.status, answer.url.path()), (200, "/next"));
    assert_eq!(served.await.unwrap(), 3);
}
