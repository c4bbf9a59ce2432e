//! One daemon per state directory. The lock is the operating system's: it ends with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};

/// Held while the daemon runs.
#[derive(Debug)]
pub struct StateLock(#[expect(dead_code, reason = "the file is locked as long as it is open")] File);

impl StateLock {
    /// Takes the lock, and writes the process id into it for people who look.
    ///
    /// # Errors
    /// When another daemon has it, or the directory cannot be written.
    pub fn take(state_dir: &Path) -> Result<Self> {
        let shown = state_dir.display();
        std::fs::create_dir_all(state_dir)
            .with_context(|| format!("the state directory `{shown}` cannot be created"))?;
        let path = state_dir.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(|| format!("the lock `{}` cannot be opened", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                file.take(20).read_to_string(&mut process)?;
                anyhow::bail!(
                    "another mentiond (process `{}`) uses the state directory `{shown}`\n  \
                     hint: stop it, or give this one another `state_dir`",
                    process.trim()
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("the lock `{}` cannot be taken", path.display()));
            }
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_daemon_is_refused_and_told_who_runs() {
        let dir = tempfile::tempdir().unwrap();
        let first = StateLock::take(dir.path()).unwrap();
        let refused = StateLock::take(dir.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("another mentiond (process `{}`)", std::process::id())), "{refused}");
        drop(first);
        StateLock::take(dir.path()).unwrap();
    }
}
