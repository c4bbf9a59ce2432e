//! Mail folders: where they are, as an address (RFC 5092), and what was read of one: the words between the adapter, which
//! says what to look for, and the client that speaks IMAP.

use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

/// Most bytes that are read of one mail. What stands behind them is mostly attachments.
pub const MOST_OF_A_MAIL: u64 = 256 << 10;
/// The largest number that a mail can have in its folder.
pub const LAST_UID: u32 = u32::MAX;
/// What stands between a folder and its UIDVALIDITY.
const VALIDITY: &str = ";UIDVALIDITY=";

/// Which mails of which folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderAddress {
    /// Whose mailbox it is.
    pub user: String,
    /// Its name, as people write it.
    pub folder: String,
    /// How the server numbered its mails when it was last read. Where that has changed, no mail is read.
    pub validity: Option<u32>,
    /// What to look for, as `UID SEARCH` wants it.
    pub search: String,
}

impl FolderAddress {
    /// The address on a server: `imaps://USER@HOST/FOLDER;UIDVALIDITY=NUMBER?SEARCH`.
    #[must_use]
    pub fn on(&self, server: &Url) -> Url {
        let mut url = server.clone();
        let validity = self.validity.map(|validity| format!("{VALIDITY}{validity}")).unwrap_or_default();
        url.set_path(&format!("/{}{validity}", coded(&self.folder)));
        url.set_query(Some(&coded(&self.search)));
        if url.set_username(&coded(&self.user)).is_err() {
            return server.clone();
        }
        url
    }

    /// Read back; `None` if it is no such address.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let path = url.path().strip_prefix('/')?;
        let (folder, validity) = match path.split_once(VALIDITY) {
            Some((folder, validity)) => (folder, Some(validity.parse().ok()?)),
            None => (path, None),
        };
        let search = decoded(url.query()?);
        let is_plain = !search.is_empty() && search.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        (is_plain && !folder.is_empty()).then(|| Self {
            user: decoded(url.username()),
            folder: decoded(folder),
            validity,
            search,
        })
    }
}

/// Every character that is more than a letter, digit or mark is written as `%XX`.
fn coded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

fn decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
}

/// What was read of a folder, in the order in which its mails arrived.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FolderAnswer {
    /// How its mails are numbered now.
    pub validity: u32,
    /// The number that the next mail will have, if the server says so.
    pub next: Option<u32>,
    /// Every mail that was looked for, up to this number, stands here or is gone.
    pub last: u32,
    /// There are more behind it.
    pub more: bool,
    /// The mails.
    pub mails: Vec<RawMail>,
}

/// One mail.
#[derive(Debug, Serialize, Deserialize)]
pub struct RawMail {
    /// Its number.
    pub uid: u32,
    /// When it arrived, as the server writes it: `24-Nov-2026 07:31:00 +0100`.
    pub arrived: Option<String>,
    /// Its first bytes, at most [`MOST_OF_A_MAIL`], in Base64; none where the server cannot show it.
    pub raw: String,
}

/// Why there is no answer, beside the status that HTTP has for the like.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FolderRefusal {
    /// The server's words.
    pub error: String,
    /// The folders that there are, where there is none of that name.
    #[serde(default)]
    pub folders: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_whatever_a_folder_may_be_called() {
        let server = Url::parse("imaps://mail.example.org").unwrap();
        for folder in ["INBOX", "Größe/Ärger & Lob", "a;UIDVALIDITY=7", "50% + 1?#x", "日本語", "\"\\"] {
            for validity in [None, Some(3_857_529_045)] {
                let address = FolderAddress {
                    user: "anna+x@example.org".to_owned(),
                    folder: folder.to_owned(),
                    validity,
                    search: "UID 20:4294967295 SINCE 1-Feb-2026".to_owned(),
                };
                let url = address.on(&server);
                assert_eq!(FolderAddress::of(&url), Some(address), "{url}");
            }
        }
        let address = FolderAddress {
            user: "anna@example.org".to_owned(),
            folder: "INBOX".to_owned(),
            validity: Some(7),
            search: "UID 20:30".to_owned(),
        };
        let expected = "imaps://anna%40example.org@mail.example.org:1993/INBOX;UIDVALIDITY=7?UID%2020%3A30";
        assert_eq!(address.on(&Url::parse("imaps://mail.example.org:1993/").unwrap()).as_str(), expected);
    }

    #[test]
    fn nothing_else_is_such_an_address() {
        for url in [
            "imaps://mail.example.org",
            "imaps://mail.example.org/INBOX",
            "imaps://mail.example.org/?ALL",
            "imaps://mail.example.org/INBOX;UIDVALIDITY=x?ALL",
            "imaps://mail.example.org/INBOX?ALL%0D%0Ax%20DELETE%20INBOX",
        ] {
            assert_eq!(FolderAddress::of(&Url::parse(url).unwrap()), None, "{url}");
        }
    }
}
