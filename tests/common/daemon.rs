//! The real binary as a child process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A running `mentiond run`.
pub struct Daemon {
    process: Child,
    state_dir: PathBuf,
}

impl Daemon {
    /// Starts the daemon; its log goes to `DIR/log`.
    pub fn start(dir: &Path) -> Self {
        Self::start_with(dir, &[])
    }

    /// Starts it with these variables.
    pub fn start_with(dir: &Path, variables: &[(&str, String)]) -> Self {
        let log = std::fs::File::options().create(true).append(true).open(dir.join("log")).unwrap();
        let state_dir = dir.join("state");
        let _ = std::fs::remove_file(state_dir.join("health.json"));
        let process = command(dir, &["run"])
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { process, state_dir }
    }

    /// Waits until it runs, at most 20 s.
    pub fn wait_until_ready(mut self) -> Self {
        let start = Instant::now();
        while !self.state_dir.join("health.json").exists() {
            assert!(start.elapsed() < Duration::from_secs(20), "the daemon does not get ready");
            assert!(self.process.try_wait().unwrap().is_none(), "the daemon has ended");
            std::thread::sleep(Duration::from_millis(10));
        }
        self
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// SIGTERM, then waits for the orderly end; answers its exit code.
    pub fn stop(mut self) -> Option<i32> {
        signal(self.id(), "TERM");
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(40) {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the daemon does not stop");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends a signal to a process.
pub fn signal(process: u32, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap().success());
}

/// Runs a command of mentiond to its end, with the configuration `DIR/mentiond.toml`.
pub fn mentiond(dir: &Path, arguments: &[&str]) -> Output {
    command(dir, arguments).output().unwrap()
}

/// The same with these variables.
pub fn mentiond_with(dir: &Path, arguments: &[&str], variables: &[(&str, String)]) -> Output {
    command(dir, arguments).envs(variables.iter().map(|(name, value)| (name, value))).output().unwrap()
}

/// A command of mentiond with the configuration `DIR/mentiond.toml`, to be started.
pub fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.args(arguments).arg("--config").arg(dir.join("mentiond.toml"));
    // The caller's own settings must not change what is tested.
    let own = |name: &str| name.starts_with("MENTIOND_") || name.to_ascii_lowercase().ends_with("_proxy");
    for (name, _) in std::env::vars().filter(|(name, _)| own(name)) {
        command.env_remove(name);
    }
    command
}
