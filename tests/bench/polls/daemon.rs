//! The real daemon as a child process, with a configuration of thousands of feeds.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::process;

/// A running `mentiond run`.
pub struct Daemon {
    process: Child,
    dir: PathBuf,
}

/// Writes `DIR/mentiond.toml`.
pub fn configure(dir: &Path, port: u16, feeds: usize, addresses: usize, concurrency: usize) {
    let mut text = format!(
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n\
         [log]\nfilter = \"warn\"\n\
         [mail]\nfrom = \"mentiond@skiphop.example\"\ndir = \"mails\"\n\
         [fetch]\nconcurrency = {concurrency}\nhost_gap = \"0s\"\n\
         [[brand]]\nname = \"Skip Hop\"\n"
    );
    for feed in 0..feeds {
        let address = feed % addresses;
        let (high, middle, low) = (1 + address / 62_500, address / 250 % 250, 1 + address % 250);
        write!(
            text,
            "[[source]]\nname = \"feed{feed:05}\"\nkind = \"feed\"\nallow_private = true\ninterval = \"1s\"\n\
             url = \"http://127.{high}.{middle}.{low}:{port}/{feed}\"\n"
        )
        .unwrap();
    }
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

impl Daemon {
    /// Starts it on `DIR/mentiond.toml`; its log goes to `DIR/log`.
    pub fn start(dir: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
        command.args(["run", "--config"]).arg(dir.join("mentiond.toml"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MENTIOND_")) {
            command.env_remove(name);
        }
        let log = File::create(dir.join("log")).unwrap();
        let process = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Self { process, dir: dir.to_owned() }
    }

    /// Whether it runs.
    pub fn is_alive(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    }

    /// CPU seconds it has used.
    pub fn cpu(&self) -> f64 {
        process::cpu(&self.process.id().to_string())
    }

    /// Resident memory and its peak, in MiB.
    pub fn memory(&self) -> (f64, f64) {
        process::memory(self.process.id())
    }

    /// Transactions committed so far, as SQLite counts them: `iChange` in the header of the log's index
    /// (<https://sqlite.org/walformat.html>, the third word).
    pub fn commits(&self) -> u32 {
        let mut file = File::open(self.dir.join("state/mentiond.db-shm")).unwrap();
        let mut word = [0; 4];
        file.seek(SeekFrom::Start(8)).unwrap();
        file.read_exact(&mut word).unwrap();
        u32::from_ne_bytes(word)
    }

    /// SIGTERM, and waits for the orderly end.
    pub fn stop(mut self) {
        let process = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &process]).status().unwrap().success());
        let status = self.process.wait().unwrap();
        assert!(status.success(), "{status}; see {}", self.dir.join("log").display());
    }
}
