//! What surrounds a configuration: the folder that its relative paths start from, and the environment. Reads nothing
//! but the name of the current folder.

use std::path::{Path, PathBuf};

use super::env::Env;
use super::fault::{Findings, Place};
use super::reader::{Key, Written};
use super::words::FilePath;

/// What surrounds a configuration.
pub(super) struct Surroundings<'a> {
    /// The folder of the file.
    folder: PathBuf,
    /// The environment.
    pub(super) env: &'a Env,
}

impl<'a> Surroundings<'a> {
    /// The surroundings of a file as the user named it.
    pub(super) fn of(file: &str, env: &'a Env) -> Self {
        Self { folder: Path::new(file).parent().map(Path::to_path_buf).unwrap_or_default(), env }
    }

    /// The path as an absolute one: from the file's folder, or from the current one for what the file does not say.
    pub(super) fn absolute(&self, written: &Written<FilePath>) -> PathBuf {
        self.absolute_from(&written.value.0, &written.place)
    }

    /// The same for a path that stands within a value.
    pub(super) fn absolute_from(&self, path: &Path, place: &Place) -> PathBuf {
        let path = if place.line > 0 { self.folder.join(path) } else { path.to_path_buf() };
        std::path::absolute(&path).unwrap_or(path)
    }

    /// The state directory: as written, else systemd's, else the platform's.
    pub(super) fn state_dir(&self, key: Key<FilePath>, file: &str, findings: &mut Findings) -> PathBuf {
        if let Key::Given(written) = &key {
            return self.absolute(written);
        }
        let own = |variable: &str, below: &str| {
            let folder = Path::new(self.env.get(variable)?);
            folder.is_absolute().then(|| folder.join(below))
        };
        // systemd separates several directories by colons; the first is the main one.
        let of_systemd = self.env.get("STATE_DIRECTORY").and_then(|list| list.split(':').next()).map(PathBuf::from);
        let of_platform = || {
            if cfg!(target_os = "macos") {
                own("HOME", "Library/Application Support/mentiond")
            } else {
                own("XDG_STATE_HOME", "mentiond").or_else(|| own("HOME", ".local/state/mentiond"))
            }
        };
        let found = of_systemd.or_else(of_platform);
        if found.is_none() && key.is_absent() {
            findings.add(
                &Place::whole(file, "state_dir"),
                "the state directory is not known: neither the key nor `HOME` is set",
                "set `state_dir`, or the variable `MENTIOND_STATE_DIR`",
            );
        }
        found.unwrap_or_default()
    }
}
