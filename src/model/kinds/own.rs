//! Kinds of one's own: what is said to the user, not in public.

use super::{Address, Asks, Places, Profile, Token};

pub(super) const IMAP: Profile = Profile {
    word: "imap",
    name: "a mailbox",
    address: Address::Own("imaps://mail.example.org"),
    asks: Asks::SomePlaces(Places {
        what: "its folders, as the server calls them; without them `INBOX` is read",
        example: "INBOX",
    }),
    token: Token::Password("that of the mailbox; with two-step login an app password"),
    account: Some("the user name, mostly the mail address"),
    sees: "New mails, which stay unread",
    limits: "The first 256 KiB of a mail and no attachments; no server that wants OAuth; mentiond's own mails, answers to \
             them and their bounces are left out",
    ..Profile::SEARCH
};
