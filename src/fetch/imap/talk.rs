//! The conversation with a mail server: log in, look, fetch, take leave. Only ever looks (`EXAMINE`, `BODY.PEEK`): no mail
//! becomes read by it, and none is lost from those that other programs see as new.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::folder::{self, quoted};
use super::said::{self, Said, Status};
use super::wire::{Broken, Wire};
use crate::model::mailbox::{FolderAddress, FolderAnswer, FolderRefusal, MOST_OF_A_MAIL, RawMail};

/// Mails that are asked for in one conversation; their numbers fit into a line that every server reads.
const MOST_MAILS: usize = 200;
/// Bytes that are asked for at once, one mail at least: what has come is not lost when the next are slow.
const PORTION: u64 = 1 << 20;
/// Names of folders that are told when one is missing.
const MOST_FOLDERS: usize = 12;
/// The status of a refusal that says nothing of its reason.
const UNEXPLAINED: u16 = 502;
/// So many mails may be refused before any is shown. Where there are more, the server is at fault and not the mails.
const MOST_REFUSED: usize = 10;
/// How long the server may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why the folder is not read.
#[derive(Debug)]
pub(super) enum Stop {
    /// The connection.
    Broken(Broken),
    /// The server, with the status that HTTP has for the like.
    Refused(u16, FolderRefusal),
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl Stop {
    fn refused(status: u16, words: &str) -> Self {
        Self::Refused(status, FolderRefusal { error: words.to_owned(), folders: Vec::new() })
    }
}

/// How much may be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Bytes of mails.
    pub(super) mails: u64,
    /// No portion is begun after this.
    pub(super) until: Instant,
}

/// A server that is talked to.
pub(super) struct Talk<S> {
    wire: Wire<S>,
    number: u32,
    can: Vec<String>,
    logged_in: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    /// Hears the greeting.
    pub(super) async fn greeted(wire: Wire<S>) -> Result<Self, Stop> {
        let mut talk = Self { wire, number: 0, can: Vec::new(), logged_in: false };
        match said::read(&talk.wire.response().await?) {
            Said::Note { status: Status::Ok, words } => talk.learn(&words),
            Said::Note { status: Status::PreAuth, .. } => talk.logged_in = true,
            Said::Note { words, .. } => return Err(Stop::refused(429, &words)),
            _ => return Err(Stop::refused(502, "it does not greet like a mail server")),
        }
        Ok(talk)
    }

    /// Asks to begin TLS, and hands over the line for it. Nothing that was said before counts.
    pub(super) async fn starttls(mut self) -> Result<S, Stop> {
        self.demand("STARTTLS", 502).await?;
        self.wire.into_stream().ok_or_else(|| Stop::refused(502, "it says something before TLS begins"))
    }

    /// On a line that TLS was begun on: the server does not greet again.
    pub(super) fn begun(wire: Wire<S>) -> Self {
        Self { wire, number: 0, can: Vec::new(), logged_in: false }
    }

    /// Logs in with what the server can do.
    pub(super) async fn log_in(&mut self, user: &str, password: &SecretString) -> Result<(), Stop> {
        if self.logged_in {
            return Ok(());
        }
        if self.can.is_empty() {
            self.demand("CAPABILITY", 502).await?;
        }
        let can = |what: &str| self.can.iter().any(|can| can == what);
        let password = password.expose_secret();
        let (command, answers) = if can("AUTH=PLAIN") {
            let both = STANDARD.encode(format!("\0{user}\0{password}"));
            ("AUTHENTICATE PLAIN".to_owned(), vec![format!("{both}\r\n")])
        } else if can("LOGINDISABLED") {
            return Err(Stop::refused(401, "the server takes no password"));
        } else {
            // As literals, any character may stand in them.
            let literal = |text: &str| format!("{{{}}}\r\n", text.len());
            let first = format!("LOGIN {}", literal(user).trim_end());
            (first, vec![format!("{user} {}", literal(password)), format!("{password}\r\n")])
        };
        let (status, words) = self.ask_on(&command, answers, |_| ()).await?;
        match status {
            Status::Ok => Ok(()),
            _ => Err(Stop::refused(login_refusal(status, &words), &words)),
        }
    }

    /// Opens the folder for looking only, and reads what the address asks for.
    pub(super) async fn read(&mut self, address: &FolderAddress, bounds: Bounds) -> Result<FolderAnswer, Stop> {
        let mut answer = self.examine(&address.folder).await?;
        if address.validity.is_some_and(|validity| validity != answer.validity) {
            return Ok(answer);
        }
        // Some servers say nothing where they find nothing. What cannot be read must not be taken for that: the mails
        // would be passed over.
        let mut heard = Some(Vec::new());
        self.demand_all(&format!("UID SEARCH {}", address.search), |said| match said {
            Said::Found(uids) => heard.iter_mut().for_each(|heard| heard.extend(&uids)),
            Said::Illegible => heard = None,
            _ => {}
        })
        .await?;
        let illegible = || Stop::refused(502, "it does not say which mails it has found");
        let mut found = heard.ok_or_else(illegible)?;
        found.sort_unstable();
        found.dedup();
        answer.last = answer.next.map_or(0, |next| next.saturating_sub(1));
        if found.is_empty() {
            return Ok(answer);
        }
        let chosen: Vec<u32> = found.iter().copied().take(MOST_MAILS).collect();
        let sizes = self.sizes(&chosen).await?;
        let (mut room, mut read) = (bounds.mails, 0);
        let mut ahead = VecDeque::from(portions(&chosen, &sizes));
        while let Some(portion) = ahead.pop_front() {
            let size: u64 = portion.iter().map(|uid| size_of(&sizes, *uid)).sum();
            if read > 0 && (size > room || Instant::now() >= bounds.until) {
                break;
            }
            match self.fetch(portion).await {
                Ok(mails) => answer.mails.extend(mails),
                // One mail that the server cannot read is no reason to pass over the others, nor to stay there for ever.
                Err(Stop::Refused(UNEXPLAINED, _)) if portion.len() > 1 => {
                    portion.chunks(1).rev().for_each(|single| ahead.push_front(single));
                    continue;
                }
                Err(Stop::Refused(UNEXPLAINED, _))
                    if answer.mails.len() < MOST_REFUSED || answer.mails.iter().any(|mail| !mail.raw.is_empty()) =>
                {
                    let hidden = |uid: &u32| RawMail { uid: *uid, arrived: None, raw: String::new() };
                    answer.mails.extend(portion.iter().map(hidden));
                }
                Err(stop @ Stop::Refused(UNEXPLAINED, _)) => return Err(stop),
                // What has come already is told first; whoever asks for the rest hears what is wrong.
                Err(_) if read > 0 => break,
                Err(stop) => return Err(stop),
            }
            room = room.saturating_sub(size);
            read += portion.len();
        }
        answer.mails.sort_unstable_by_key(|mail| mail.uid);
        answer.more = read < found.len();
        let reached = read.checked_sub(1).and_then(|last| chosen.get(last)).copied().unwrap_or_default();
        answer.last = if answer.more { reached } else { reached.max(answer.last) };
        Ok(answer)
    }

    /// Takes leave, which may fail: all that was wanted has been said.
    pub(super) async fn leave(&mut self) {
        if tokio::time::timeout(FAREWELL, self.ask("LOGOUT", |_| ())).await.is_err() {
            tracing::debug!("a mail server does not say goodbye");
        }
    }

    async fn examine(&mut self, name: &str) -> Result<FolderAnswer, Stop> {
        let (mut validity, mut next) = (None, None);
        let command = format!("EXAMINE {}", quoted(&folder::coded(name)));
        let (status, words) = self
            .ask(&command, |said| {
                if let Said::Note { status: Status::Ok, words } = said {
                    validity = said::number(&words, "UIDVALIDITY").or(validity);
                    next = said::number(&words, "UIDNEXT").or(next);
                }
            })
            .await?;
        if status == Status::Ok {
            let none = || Stop::refused(502, "it does not number the mails of the folder for good (UIDVALIDITY)");
            return Ok(FolderAnswer { validity: validity.ok_or_else(none)?, next, ..FolderAnswer::default() });
        }
        let refused = refusal(status, &words, 404);
        let mut folders = Vec::new();
        if refused == 404 {
            self.ask("LIST \"\" \"*\"", |said| match said {
                Said::Folder(name) if folders.len() < MOST_FOLDERS => folders.push(name),
                _ => {}
            })
            .await?;
        }
        Err(Stop::Refused(refused, FolderRefusal { error: words, folders }))
    }

    /// How large mails are.
    async fn sizes(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, u64>, Stop> {
        let mut sizes = BTreeMap::new();
        self.demand_all(&format!("UID FETCH {} (UID RFC822.SIZE)", set(uids)), |said| {
            if let Said::Mail(mail) = said {
                sizes.extend(mail.uid.zip(mail.size));
            }
        })
        .await?;
        Ok(sizes)
    }

    /// The beginnings of mails; of those that are gone meanwhile, none.
    async fn fetch(&mut self, uids: &[u32]) -> Result<Vec<RawMail>, Stop> {
        let mut mails = BTreeMap::new();
        let command = format!("UID FETCH {} (UID INTERNALDATE BODY.PEEK[]<0.{MOST_OF_A_MAIL}>)", set(uids));
        self.demand_all(&command, |said| {
            if let Said::Mail(mail) = said
                && let Some((uid, raw)) = mail.uid.zip(mail.raw).filter(|(uid, _)| uids.contains(uid))
            {
                let most = usize::try_from(MOST_OF_A_MAIL).unwrap_or(usize::MAX);
                let raw = STANDARD.encode(raw.get(..most).unwrap_or(&raw));
                mails.insert(uid, RawMail { uid, arrived: mail.arrived, raw });
            }
        })
        .await?;
        Ok(mails.into_values().collect())
    }

    async fn demand(&mut self, command: &str, refused: u16) -> Result<(), Stop> {
        match self.ask(command, |_| ()).await? {
            (Status::Ok, _) => Ok(()),
            (status, words) => Err(Stop::refused(refusal(status, &words, refused), &words)),
        }
    }

    async fn demand_all(&mut self, command: &str, hear: impl FnMut(Said)) -> Result<(), Stop> {
        match self.ask(command, hear).await? {
            (Status::Ok, _) => Ok(()),
            (status, words) => Err(Stop::refused(refusal(status, &words, UNEXPLAINED), &words)),
        }
    }

    async fn ask(&mut self, command: &str, hear: impl FnMut(Said)) -> Result<(Status, String), Stop> {
        self.ask_on(command, Vec::new(), hear).await
    }

    /// Asks, says the rest whenever the server waits for more, and hears all that is said until it has answered.
    async fn ask_on(
        &mut self,
        command: &str,
        rest: Vec<String>,
        mut hear: impl FnMut(Said),
    ) -> Result<(Status, String), Stop> {
        self.number += 1;
        let own = format!("m{}", self.number);
        self.wire.send(format!("{own} {command}\r\n").as_bytes()).await?;
        let mut rest = rest.into_iter();
        loop {
            match said::read(&self.wire.response().await?) {
                Said::Done { tag, status, words } if tag == own => {
                    self.learn(&words);
                    return Ok((status, words));
                }
                Said::Note { status: Status::Bye, words } if command != "LOGOUT" => {
                    return Err(Stop::refused(refusal(Status::Bye, &words, 429), &words));
                }
                Said::Continue => match rest.next() {
                    Some(more) => self.wire.send(more.as_bytes()).await?,
                    // It has a question that nobody can answer: an empty line ends it.
                    None => self.wire.send(b"*\r\n").await?,
                },
                Said::Capabilities(can) => self.can = can,
                said => hear(said),
            }
        }
    }

    /// What a server can do may stand in the words of an answer.
    fn learn(&mut self, words: &str) {
        if let Some((code, rest)) = said::code(words)
            && code == "CAPABILITY"
        {
            self.can = said::capabilities(rest);
        }
    }
}

/// The status that HTTP has for a refusal; `usual` where the server does not say more. Servers that are asked too often say
/// so in a code, in words, or by hanging up.
fn refusal(status: Status, words: &str, usual: u16) -> u16 {
    let code = said::code(words).map(|(code, _)| code).unwrap_or_default();
    let told = words.to_ascii_lowercase();
    match code.as_str() {
        "UNAVAILABLE" | "INUSE" | "LIMIT" | "THROTTLED" | "OVERQUOTA" => 429,
        "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED" | "PRIVACYREQUIRED" => 401,
        "NONEXISTENT" => 404,
        "NOPERM" => 403,
        _ if told.contains("too many") || told.contains("bandwidth limits") || told.contains("rate limit") => 429,
        _ if status == Status::Bad => 400,
        _ if status == Status::No && (told.contains("temporar") || told.contains("try again")) => 503,
        _ => usual,
    }
}

/// The same for a login. A password counts as wrong only where the server says so, since nobody asks again with it; for
/// whatever else a login fails, it may succeed later.
fn login_refusal(status: Status, words: &str) -> u16 {
    let code = said::code(words).map(|(code, _)| code).unwrap_or_default();
    let told = words.to_ascii_lowercase();
    let says = |what: &[&str]| what.iter().any(|what| told.contains(what));
    match code.as_str() {
        "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED" => 401,
        "SERVERBUG" | "CONTACTADMIN" | "UNAVAILABLE" | "INUSE" | "LIMIT" => 503,
        "PRIVACYREQUIRED" => 403,
        _ if says(&["temporar", "system error", "internal", "try again"]) => 503,
        "" if says(&["invalid", "credential", "password", "authentication failed"]) && status == Status::No => 401,
        _ => refusal(status, words, 403),
    }
}

/// What is read of a mail of this number.
fn size_of(sizes: &BTreeMap<u32, u64>, uid: u32) -> u64 {
    sizes.get(&uid).map_or(MOST_OF_A_MAIL, |size| *size.min(&MOST_OF_A_MAIL))
}

/// Mails that are asked for at once.
fn portions<'u>(uids: &'u [u32], sizes: &BTreeMap<u32, u64>) -> Vec<&'u [u32]> {
    let mut portions = Vec::new();
    let (mut rest, mut length, mut size) = (uids, 0, 0);
    for uid in uids {
        let own = size_of(sizes, *uid);
        if length > 0 && size + own > PORTION {
            let (portion, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            portions.push(portion);
            (rest, length, size) = (behind, 0, 0);
        }
        length += 1;
        size += own;
    }
    portions.extend((!rest.is_empty()).then_some(rest));
    portions
}

/// Numbers as the protocol lists them: `4,7:9`.
fn set(uids: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*uid) => *last = *uid,
            _ => runs.push((*uid, *uid)),
        }
    }
    let text = |(first, last): (u32, u32)| if first == last { first.to_string() } else { format!("{first}:{last}") };
    runs.into_iter().map(text).collect::<Vec<_>>().join(",")
}
