//! Mails in a Maildir, the folder that mail programs and servers read (`tmp`, `new`, `cur`). The name of a mail follows
//! from its row, so that one that is delivered twice is there once, even if somebody has read it in between.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::fault::{DeliveryFault, system_words};
use super::folder::{self, create_folder, write_by};
use super::letter::{Letter, Sender};
use super::render::Rendered;
use crate::model::outbox::OutboxMessage;

/// The folder.
pub(super) struct Maildir {
    dir: PathBuf,
    sender: Sender,
}

impl Maildir {
    pub(super) fn new(dir: &Path, sender: Sender) -> Self {
        Self { dir: dir.to_owned(), sender }
    }

    /// Whether mails can be written.
    pub(super) fn check(&self) -> Result<(), DeliveryFault> {
        folder::can_be_written(&self.dir)
    }

    /// Writes the mail. The work is done on a thread that may wait for the disk.
    pub(super) async fn put(&self, message: &OutboxMessage, rendered: &Rendered) -> Result<(), DeliveryFault> {
        let letter = Letter::to_ourselves(message, &self.sender, rendered)?;
        let created = message.created_at;
        // As the format asks for: a time, what makes it unique, who wrote it.
        let name = format!("{}.M{:03}R{}.mentiond", created.timestamp(), created.timestamp_subsec_millis(), message.id);
        let (dir, shown) = (self.dir.clone(), self.dir.display().to_string());
        let written = tokio::task::spawn_blocking(move || write(&dir, &name, &letter.bytes)).await;
        written
            .map_err(io::Error::other)
            .and_then(|written| written)
            .map_err(|error| DeliveryFault::transient(format!("`{shown}` cannot be written: {}", system_words(&error))))
    }
}

fn write(dir: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let [tmp, new, cur] = ["tmp", "new", "cur"].map(|below| dir.join(below));
    for folder in [&tmp, &new, &cur] {
        create_folder(folder)?;
    }
    if new.join(name).exists() || is_read(&cur, name)? {
        return Ok(());
    }
    write_by(&tmp.join(name), &new.join(name), content)
}

/// Whether a mail program has seen the mail: then it has moved it, and written flags behind its name.
fn is_read(cur: &Path, name: &str) -> io::Result<bool> {
    for entry in fs::read_dir(cur)? {
        let read = entry?.file_name();
        if read.to_string_lossy().split(':').next() == Some(name) {
            return Ok(true);
        }
    }
    Ok(false)
}
