//! The Maildir: mails that mail programs read, each there once.

use std::path::Path;

use mail_parser::MessageParser;
use mentiond::deliver::Outcome;

use super::{channels, configured, now, to_ops};
use crate::common::notices::{alert, item, mention, trial};

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        dir.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_mail_is_there_once_even_if_somebody_has_read_it() {
    let dir = tempfile::tempdir().unwrap();
    let mails = dir.path().join("a/mails");
    let mut config = configured("kind = \"maildir\"\ndir = \"mails\"", "");
    config.channels[0].way = mentiond::config::Way::Maildir(mails.clone());
    let channels = channels(&config);
    let message = to_ops(alert(vec![item(mention(17, "Still no answer"))], 0, false));
    for _ in 0..2 {
        assert_eq!(channels.deliver(&message, now()).await, Outcome::Sent);
        assert_eq!(names(&mails.join("new")), ["1795505400.M250R17.mentiond"]);
        assert_eq!(names(&mails.join("tmp")), [""; 0]);
    }
    let raw = std::fs::read(mails.join("new/1795505400.M250R17.mentiond")).unwrap();
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(mail.subject(), Some("Skip Hop: urgent: Still no answer"));
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("mentiond@skiphop.example"));
    assert_eq!(mail.message_id(), Some("20261124T073000250.17.mentiond@skiphop.example"));

    std::fs::rename(mails.join("new/1795505400.M250R17.mentiond"), mails.join("cur/1795505400.M250R17.mentiond:2,S"))
        .unwrap();
    assert_eq!(channels.deliver(&message, now()).await, Outcome::Sent);
    assert_eq!(names(&mails.join("new")), [""; 0]);
    assert_eq!(channels.deliver(&to_ops(trial(170)), now()).await, Outcome::Sent);
    assert_eq!(names(&mails.join("new")), ["1795505400.M250R170.mentiond"]);
    let text = std::fs::read_to_string(mails.join("new/1795505400.M250R170.mentiond")).unwrap();
    assert!(text.contains("the channel =E2=80=9Cops=E2=80=9D"), "{text}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told_and_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut config = configured("kind = \"maildir\"\ndir = \"mails\"", "");
    config.channels[0].way = mentiond::config::Way::Maildir(file.clone());
    let channels = channels(&config);
    let outcome = channels.deliver(&to_ops(trial(1)), now()).await;
    let words = format!("`{}` cannot be written: not a directory", file.display());
    assert_eq!(outcome, Outcome::Transient(words));
    let said = channels.check("ops").unwrap().unwrap_err().to_string();
    assert_eq!(said, format!("`{}` is not a folder", file.display()));
}
