//! A real mail server that nobody here wrote: aiosmtpd in a Python of its own, set up by `tests/run.sh`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use mail_parser::{Message, MessageParser};

/// The running server; it ends with this value.
pub struct Catcher {
    pub port: u16,
    dir: PathBuf,
    process: Child,
    _stdin: ChildStdin,
}

/// One accepted mail.
pub struct Mail {
    pub message_id: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The Python that `tests/run.sh` sets up. `None` where it is not; that is a failure in CI.
pub fn python() -> Option<String> {
    let python = std::env::var("MENTIOND_TEST_AIOSMTPD").unwrap_or_else(|_| "target/venv/bin/python".to_owned());
    if !Path::new(&python).exists() {
        assert!(std::env::var("CI").is_err(), "`{python}` is missing; hint: run `bash tests/run.sh`");
        eprintln!("`{python}` is missing, so nothing was tested; hint: run `bash tests/run.sh`");
        return None;
    }
    Some(python)
}

impl Catcher {
    /// Starts the server. `None` where its Python is not installed; that is a failure in CI.
    pub fn start(dir: &Path, pause: Duration) -> Option<Self> {
        let python = python()?;
        std::fs::create_dir_all(dir).unwrap();
        let mut process = Command::new(python)
            .args(["tests/data/aiosmtpd_catcher.py", dir.to_str().unwrap(), &pause.as_secs_f64().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let stdin = process.stdin.take().unwrap();
        Some(Self { port: line.trim().parse().unwrap(), dir: dir.to_owned(), process, _stdin: stdin })
    }

    /// All mails accepted so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        let mut files: Vec<_> = std::fs::read_dir(&self.dir).unwrap().map(|file| file.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        files.iter().map(|file| Mail::parse(&std::fs::read(file).unwrap())).collect()
    }

    /// Waits until `enough` says so, at most a minute.
    pub async fn wait_for(&self, what: &str, enough: impl Fn(&[Mail]) -> bool) -> Vec<Mail> {
        for _ in 0..1200 {
            let mails = self.mails();
            if enough(&mails) {
                return mails;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let subjects: Vec<_> = self.mails().into_iter().map(|mail| mail.subject).collect();
        panic!("{what} did not arrive; there are {subjects:?}");
    }
}

impl Drop for Catcher {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Mail {
    fn parse(raw: &[u8]) -> Self {
        let message: Message<'_> = MessageParser::default().parse(raw).unwrap();
        Self {
            message_id: message.message_id().unwrap().to_owned(),
            subject: message.subject().unwrap().to_owned(),
            text: message.body_text(0).unwrap().into_owned(),
            html: message.body_html(0).unwrap().into_owned(),
        }
    }
}
