//! Mails as `.eml` files in a folder, for places without a mail server. A file is there whole or not at all, and a mail
//! that is delivered twice is one file. Never fails for good: a full disk or a wrong owner can be mended.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::fault::{DeliveryFault, system_words};
use super::letter::Letter;

/// The folder.
pub(super) struct Folder {
    dir: PathBuf,
}

impl Folder {
    pub(super) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// Whether mails can be written.
    pub(super) fn check(&self) -> Result<(), DeliveryFault> {
        can_be_written(&self.dir)
    }

    /// Writes the mail. The work is done on a thread that may wait for the disk.
    pub(super) async fn put(&self, letter: Letter) -> Result<(), DeliveryFault> {
        let path = self.dir.join(&letter.file_name);
        let shown = path.display().to_string();
        let written = tokio::task::spawn_blocking(move || write(&path, &letter.bytes)).await.map_err(io::Error::other);
        written
            .and_then(|written| written)
            .map_err(|error| DeliveryFault::transient(format!("`{shown}` cannot be written: {}", system_words(&error))))
    }
}

/// Whether the folder, or the nearest one above it that exists, can be written.
pub(super) fn can_be_written(dir: &Path) -> Result<(), DeliveryFault> {
    let nearest = dir.ancestors().find(|dir| dir.exists()).unwrap_or(dir);
    let fault = |why: &str| DeliveryFault::transient(format!("`{}` {why}", nearest.display()));
    if !nearest.is_dir() {
        return Err(fault("is not a folder"));
    }
    let access = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    rustix::fs::access(nearest, access).map_err(|error| fault(&system_words(&error.into())))
}

/// Writes a file for its owner's eyes so that it survives a loss of power whole or not at all; creates its folder and
/// replaces the file.
pub(super) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    create_folder(dir)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    write_by(&dir.join(format!(".{name}.unfinished")), path, content)
}

/// Creates a folder for its owner's eyes, with those above it, if it is missing.
pub(super) fn create_folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// The same with the file under another name until it is whole; the folders exist.
pub(super) fn write_by(unfinished: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(unfinished, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}
