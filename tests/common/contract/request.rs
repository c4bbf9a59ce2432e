//! What a source has asked, written down.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What every request has and no network asks for.
const USUAL: [&str; 5] = ["host", "user-agent", "accept-encoding", "content-length", "content-type"];

/// A request without what every request has.
pub fn request(head: &str, body: &str) -> String {
    let mut lines = head.lines();
    let mut told = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        if !USUAL.contains(&name) {
            write!(told, "\n  {name}: {value}").unwrap();
        }
    }
    if !body.is_empty() {
        write!(told, "\n  {body}").unwrap();
    }
    told
}

/// A request with what stands in signed tokens, which are otherwise the same no two times.
pub fn readable(request: &str) -> String {
    let Some((before, token)) = request.split_once("eyJ") else { return request.to_owned() };
    let end = token.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(token.len());
    let (token, behind) = token.split_at(end);
    let parts: Vec<String> = format!("eyJ{token}")
        .split('.')
        .map(|part| String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(part).unwrap()).into_owned())
        .collect();
    let [header, claims, _] = parts.as_slice() else { panic!("{token} is not signed") };
    format!("{before}{header}.{claims}.SIGNATURE{}", readable(behind))
}
