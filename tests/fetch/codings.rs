//! Packed bodies: each coding that is asked for is unpacked as it comes, and never further than the limit.

use super::*;

#[tokio::test]
async fn gzip_is_unpacked() {
    let packed = include_bytes!("../data/fetch/hello.gz");
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len());
    let whole = answer(Reply::bytes([head.as_bytes(), packed].concat())).await.unwrap();
    assert_eq!(String::from_utf8(whole.body).unwrap(), "hællo <rss/>");

    let head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n".as_slice();
    let cut = fault(Reply::bytes([head, &packed[..15]].concat())).await;
    assert!(cut.starts_with("the answer of `127.0.0.1:PORT` cannot be read to its end: "), "{cut}");
    let damaged = fault(Reply::bytes([head, b"this is not gzip"].concat())).await;
    assert!(damaged.starts_with("the answer of `127.0.0.1:PORT` cannot be read to its end: "), "{damaged}");
}

#[tokio::test]
async fn deflate_and_brotli_are_unpacked() {
    for (coding, packed) in [
        ("deflate", include_bytes!("../data/fetch/hello.deflate").as_slice()),
        ("br", include_bytes!("../data/fetch/hello.br")),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\n\r\n");
        let whole = answer(Reply::bytes([head.as_bytes(), packed].concat())).await.unwrap();
        assert_eq!(String::from_utf8(whole.body).unwrap(), "hællo <rss/>", "{coding}");
        let cut = fault(Reply::bytes([head.as_bytes(), &packed[..packed.len() - 3]].concat())).await;
        assert!(cut.starts_with("the answer of `127.0.0.1:PORT` cannot be read to its end: "), "{coding}: {cut}");
    }
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_unpacked() {
    for (coding, shown) in
        [("zstd", "zstd"), ("gzip, br", "gzip, br"), ("compress", "compress"), ("a\tb<\u{e5}>", "a b<\u{e5}>")]
    {
        let unasked = fault(Reply::bytes(format!("HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\n\r\nxyz"))).await;
        assert_eq!(unasked, format!("the answer cannot be read: it is packed as `{shown}`, which was not asked for"));
    }
}

/// The most memory this process has used so far, where the system tells.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

#[tokio::test]
async fn bombs_are_put_down_early() {
    // Each is 1 GiB of zeros.
    let gzip = include_bytes!("../data/fetch/zeros-16-mib.gz").as_slice();
    let brotli = include_bytes!("../data/fetch/zeros-1-gib.br").as_slice();
    let zstd = include_bytes!("../data/fetch/zeros-1-gib.zst").as_slice();
    for (coding, part, times, expected) in [
        ("gzip", gzip, 64, "the answer is larger than 1 MiB"),
        ("br", brotli, 1, "the answer is larger than 1 MiB"),
        ("zstd", zstd, 1, "the answer cannot be read: it is packed as `zstd`, which was not asked for"),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\n\r\n").into_bytes();
        let before = peak_mib();
        let bomb = fault(Reply { head, part: part.to_vec(), times, pause: Duration::ZERO }).await;
        assert_eq!(bomb, expected);
        if let (Some(before), Some(after)) = (before, peak_mib()) {
            assert!(after - before < 64, "{coding}: {} MiB were used", after - before);
        }
    }
}
