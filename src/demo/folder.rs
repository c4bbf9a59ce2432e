//! The folder the demo writes into. It never takes a folder over that holds anything of somebody else's: it is new,
//! empty, or a former demo's, of which only the demo's own files are replaced.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The first line of a demo's configuration, by which its folder is known again.
const MARK: &str = "# The configuration of `mentiond demo`, written into its folder by each run.";
/// Names tried for a new folder.
const TRIES: u32 = 1000;

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It holds something that is not a demo's.
    #[error("the folder `{}` is not empty and not a former demo's\n  hint: name a new one with `--dir DIR`, or leave `--dir` out", .0.display())]
    Foreign(PathBuf),
    /// The system refuses.
    #[error("the folder `{}` cannot be used: {error}", .folder.display())]
    System {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// A folder that is ours to write into.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder that the user names, made if need be; without a name a new one, for this user alone, in the system's
    /// temporary folder. Nothing in it is touched.
    ///
    /// # Errors
    /// When it holds something that is not a demo's, or the system refuses.
    pub fn choose(dir: Option<PathBuf>) -> Result<Self, FolderError> {
        let Some(dir) = dir else { return temporary() };
        let dir = std::path::absolute(&dir).map_err(|error| FolderError::System { folder: dir, error })?;
        let usable = usable(&dir).map_err(|error| FolderError::System { folder: dir.clone(), error })?;
        if usable { Ok(Self(dir)) } else { Err(FolderError::Foreign(dir)) }
    }

    /// Removes the files of a former demo, and makes the folders for the new one's.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn clear(&self) -> Result<(), FolderError> {
        let cleared = remove_files(&self.state(), |name| name.starts_with("mentiond.db") || name == "health.json")
            .and_then(|()| remove_files(&self.mails(), is_mail))
            .and_then(|()| fs::create_dir_all(self.mails()));
        cleared.map_err(|error| FolderError::System { folder: self.0.clone(), error })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where the configuration is.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.0.join("mentiond.toml")
    }

    /// Where the database is.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.0.join("state")
    }

    /// Where the mails are.
    #[must_use]
    pub fn mails(&self) -> PathBuf {
        self.0.join("mails")
    }
}

/// Whether the folder is empty, or a former demo's; it is made if it does not exist.
fn usable(dir: &Path) -> io::Result<bool> {
    fs::create_dir_all(dir)?;
    if fs::read_dir(dir)?.next().is_none() {
        return Ok(true);
    }
    match fs::read_to_string(dir.join("mentiond.toml")) {
        Ok(text) => Ok(text.starts_with(MARK)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(false),
        Err(error) => Err(error),
    }
}

fn temporary() -> Result<Folder, FolderError> {
    let parent = std::env::temp_dir();
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 1..=TRIES {
        let dir = parent.join(format!("mentiond-demo-{number}"));
        // Others write there too, so a folder that exists already, or a link, is not ours.
        match fs::DirBuilder::new().mode(0o700).create(&dir) {
            Ok(()) => return Ok(Folder(dir)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(FolderError::System { folder: dir, error }),
        }
    }
    Err(FolderError::System { folder: parent, error: last })
}

fn remove_files(dir: &Path, ours: impl Fn(&str) -> bool) -> io::Result<()> {
    let files = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        files => files?,
    };
    for file in files {
        let file = file?;
        if file.file_type()?.is_file() && file.file_name().to_str().is_some_and(&ours) {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}

/// `0001-subject.eml` and `.html`, as `mails` names them.
fn is_mail(name: &str) -> bool {
    let numbered = name
        .split_once('-')
        .is_some_and(|(number, _)| number.len() >= 4 && number.bytes().all(|byte| byte.is_ascii_digit()));
    numbered && (name.ends_with(".eml") || name.ends_with(".html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_configuration_bears_the_mark() {
        assert!(include_str!("../../config/demo.toml").starts_with(MARK));
    }

    #[test]
    fn a_folder_with_something_in_it_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("letters.txt"), "mine").unwrap();
        let refused = Folder::choose(Some(dir.path().to_owned())).unwrap_err().to_string();
        assert!(refused.contains("is not empty and not a former demo's\n  hint: "), "{refused}");
        fs::write(dir.path().join("mentiond.toml"), "[[brand]]\n").unwrap();
        assert!(Folder::choose(Some(dir.path().to_owned())).is_err(), "somebody's real configuration");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn of_a_former_demo_only_its_own_files_are_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::choose(Some(dir.path().join("new"))).unwrap();
        folder.clear().unwrap();
        fs::create_dir(folder.state()).unwrap();
        for file in
            ["mentiond.toml", "state/mentiond.db", "state/mentiond.db-wal", "mails/0001-a.eml", "mails/0001-a.html"]
        {
            fs::write(folder.path().join(file), MARK).unwrap();
        }
        for file in ["notes.txt", "state/notes.txt", "mails/letter.eml", "mails/2026-plans.txt"] {
            fs::write(folder.path().join(file), "mine").unwrap();
        }
        let folder = Folder::choose(Some(folder.path().to_owned())).unwrap();
        folder.clear().unwrap();
        assert!(!folder.state().join("mentiond.db").exists() && !folder.mails().join("0001-a.eml").exists());
        for file in ["notes.txt", "state/notes.txt", "mails/letter.eml", "mails/2026-plans.txt"] {
            assert!(folder.path().join(file).exists(), "{file}");
        }
    }

    #[test]
    fn without_a_name_every_demo_has_a_folder_of_its_own() {
        let (one, other) = (Folder::choose(None).unwrap(), Folder::choose(None).unwrap());
        assert_ne!(one.path(), other.path());
        fs::remove_dir(one.path()).unwrap();
        fs::remove_dir(other.path()).unwrap();
    }
}
