//! What a response says, as far as mentiond wants to know (RFC 9051, and RFC 3501 before it). Reads forms that it does not
//! know as [`Said::Other`], or as [`Said::Illegible`] where they matter; never goes deeper than the response is long, and never refuses one.

use std::borrow::Cow;

use super::folder;
use super::wire::Response;

/// Most numbers that are read of one set: more than are asked for at once, and the lowest, so that no short line like
/// `1:4294967295` becomes large.
const MOST_FOUND: usize = 1_000;

/// How a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Done.
    Ok,
    /// Not done.
    No,
    /// Not understood.
    Bad,
    /// It hangs up.
    Bye,
    /// Whoever connects is logged in.
    PreAuth,
}

/// One response.
#[derive(Debug)]
pub(super) enum Said {
    /// The end of what was asked with this tag.
    Done { tag: String, status: Status, words: String },
    /// Something said in between.
    Note { status: Status, words: String },
    /// It waits for more.
    Continue,
    /// What it can do, in capitals.
    Capabilities(Vec<String>),
    /// The mails that were found.
    Found(Vec<u32>),
    /// The same in a form that is not known.
    Illegible,
    /// Something of a mail.
    Mail(Mail),
    /// The name of a folder.
    Folder(String),
    /// Anything else.
    Other,
}

/// What is said of a mail.
#[derive(Debug, Default)]
pub(super) struct Mail {
    pub(super) uid: Option<u32>,
    pub(super) size: Option<u64>,
    pub(super) arrived: Option<String>,
    pub(super) raw: Option<Vec<u8>>,
}

#[derive(Debug)]
enum Token<'r> {
    Open,
    Close,
    Word(&'r [u8]),
    /// A quoted text or a literal.
    Text(Cow<'r, [u8]>),
}

/// Reads a response.
pub(super) fn read(response: &Response) -> Said {
    let first = response.lines.first().map(Vec::as_slice).unwrap_or_default();
    if first.starts_with(b"+") {
        return Said::Continue;
    }
    let (head, rest) = cut(first);
    let (kind, words) = cut(rest);
    if head == b"*" {
        let text = || String::from_utf8_lossy(words).into_owned();
        return match upper(kind).as_str() {
            "CAPABILITY" => Said::Capabilities(capabilities(&text())),
            "SEARCH" => Said::Found(text().split(' ').filter_map(|uid| uid.parse().ok()).collect()),
            "ESEARCH" => found(response).map_or(Said::Illegible, Said::Found),
            "LIST" => list(response).map_or(Said::Other, Said::Folder),
            word => match status(word) {
                Some(status) => Said::Note { status, words: text() },
                None if upper(cut(words).0) == "FETCH" => Said::Mail(mail(response)),
                None => Said::Other,
            },
        };
    }
    match status(&upper(kind)) {
        Some(status) => Said::Done {
            tag: String::from_utf8_lossy(head).into_owned(),
            status,
            words: String::from_utf8_lossy(words).into_owned(),
        },
        None => Said::Other,
    }
}

/// The code in words like `[UIDNEXT 7] soon`, in capitals, and what stands behind it in the brackets.
pub(super) fn code(words: &str) -> Option<(String, &str)> {
    let (inside, _) = words.strip_prefix('[')?.split_once(']')?;
    let (code, rest) = inside.split_once(' ').unwrap_or((inside, ""));
    Some((code.to_ascii_uppercase(), rest))
}

/// The number in a code of that name.
pub(super) fn number(words: &str, name: &str) -> Option<u32> {
    code(words).filter(|(code, _)| code == name).and_then(|(_, rest)| rest.trim().parse().ok())
}

/// What a server can do.
pub(super) fn capabilities(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_ascii_uppercase).collect()
}

fn status(word: &str) -> Option<Status> {
    Some(match word {
        "OK" => Status::Ok,
        "NO" => Status::No,
        "BAD" => Status::Bad,
        "BYE" => Status::Bye,
        "PREAUTH" => Status::PreAuth,
        _ => return None,
    })
}

/// `* ESEARCH (TAG "m3") UID ALL 4,7:9` (RFC 9051, 7.3.4); without `ALL` there is nothing. `None` if it cannot be read.
fn found(response: &Response) -> Option<Vec<u32>> {
    let words = |token| if let Token::Word(word) = token { Some(upper(word)) } else { None };
    let words: Vec<String> = tokens(response).into_iter().filter_map(words).collect();
    let Some(all) = words.iter().position(|word| word == "ALL") else { return Some(Vec::new()) };
    // Without `UID`, these are no numbers that last.
    words.iter().take(all).any(|word| word == "UID").then_some(())?;
    let mut runs = Vec::new();
    for run in words.get(all + 1)?.split(',') {
        let (one, other) = run.split_once(':').unwrap_or((run, run));
        let (one, other) = (one.parse::<u32>().ok()?, other.parse::<u32>().ok()?);
        runs.push((one.min(other), one.max(other)));
    }
    runs.sort_unstable();
    let mut uids: Vec<u32> = Vec::new();
    for (first, last) in runs {
        // Runs may overlap.
        let first = uids.last().map_or(first, |known| first.max(known.saturating_add(1)));
        uids.extend((first..=last).take(MOST_FOUND - uids.len().min(MOST_FOUND)));
    }
    Some(uids)
}

/// `* LIST (\HasNoChildren) "/" "INBOX/Größe"`; folders that cannot be read are none.
fn list(response: &Response) -> Option<String> {
    let all = tokens(response);
    let is_closed =
        all.iter().any(|token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(b"\\Noselect")));
    let name = match all.last()? {
        Token::Word(name) => name,
        Token::Text(name) => name.as_ref(),
        Token::Open | Token::Close => return None,
    };
    (!is_closed).then(|| folder::decoded(&String::from_utf8_lossy(name)))
}

/// `* 3 FETCH (UID 20 RFC822.SIZE 44827 BODY[]<0> {17} …)`, in whichever order.
fn mail(response: &Response) -> Mail {
    let mut mail = Mail::default();
    let mut depth = 0_u32;
    let mut name = None;
    for token in tokens(response) {
        match token {
            Token::Open => depth = depth.saturating_add(1),
            Token::Close => {
                depth = depth.saturating_sub(1);
                // The end of a list is the end of what it is the value of.
                name = None;
            }
            _ if depth != 1 => {}
            Token::Word(word) => match name.take() {
                None => name = Some(upper(word)),
                Some(name) => {
                    let number = std::str::from_utf8(word).ok().and_then(|word| word.parse::<u64>().ok());
                    match name.as_str() {
                        "UID" => mail.uid = number.and_then(|uid| u32::try_from(uid).ok()),
                        "RFC822.SIZE" => mail.size = number,
                        // There is a mail of which the server has nothing.
                        body if body.starts_with("BODY[]") && upper(word) == "NIL" => mail.raw = Some(Vec::new()),
                        _ => {}
                    }
                }
            },
            Token::Text(text) => match name.take().as_deref() {
                Some("INTERNALDATE") => mail.arrived = Some(String::from_utf8_lossy(&text).trim().to_owned()),
                Some(name) if name.starts_with("BODY[]") => mail.raw = Some(text.into_owned()),
                _ => {}
            },
        }
    }
    mail
}

fn tokens(response: &Response) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    let mut literals = response.literals.iter();
    for line in &response.lines {
        let mut rest = line.as_slice();
        while let Some((first, behind)) = rest.split_first() {
            rest = match first {
                b' ' => behind,
                b'(' => {
                    all.push(Token::Open);
                    behind
                }
                b')' => {
                    all.push(Token::Close);
                    behind
                }
                b'"' => {
                    let (text, behind) = quoted(behind);
                    all.push(Token::Text(text));
                    behind
                }
                // The length of the literal that follows.
                b'{' => &[],
                _ => {
                    let end = rest.iter().position(|byte| matches!(byte, b' ' | b'(' | b')'));
                    let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
                    all.push(Token::Word(word));
                    behind
                }
            };
        }
        all.extend(literals.next().map(|literal| Token::Text(Cow::Borrowed(literal))));
    }
    all
}

/// A quoted text whose first mark has been read, and what stands behind it.
fn quoted(rest: &[u8]) -> (Cow<'_, [u8]>, &[u8]) {
    let mut text = Vec::new();
    let mut bytes = rest.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return (Cow::Owned(text), rest.get(at + 1..).unwrap_or_default()),
            b'\\' => text.extend(bytes.next().map(|(_, byte)| byte)),
            byte => text.push(*byte),
        }
    }
    (Cow::Owned(text), &[])
}

fn cut(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', text) {
        Some(end) => (text.get(..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default()),
        None => (text, &[]),
    }
}

fn upper(word: &[u8]) -> String {
    String::from_utf8_lossy(word).to_ascii_uppercase()
}
