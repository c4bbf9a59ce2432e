//! The configuration, resolved: every value checked, every default filled in, one struct per subsystem.
//! Reading never writes a file, and reports every fault at once. What the file looks like is `file.rs`.

use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use secrecy::SecretString;

use crate::model::{Brand, Source, Tone};

/// Everything the daemon needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the database, the lock, the heartbeat and mails written as files live.
    pub state_dir: PathBuf,
    /// The database.
    pub store: StoreConfig,
    /// How the log is written.
    pub log: LogConfig,
    /// How feeds and APIs are fetched.
    pub fetch: FetchConfig,
    /// How mail leaves.
    pub mail: MailConfig,
    /// What is watched.
    pub brands: Vec<Located<Brand>>,
    /// Where.
    pub sources: Vec<Located<Source>>,
    /// When a mention becomes an alert; the default rules if the file names none.
    pub rules: Vec<Located<RuleConfig>>,
    /// How alerts are grouped.
    pub grouping: GroupingConfig,
    /// The summaries.
    pub digests: Vec<Located<DigestConfig>>,
}

/// A value with the place in the file where it (for a brand: its query; for a digest: its schedule) was written, so
/// that checks of other modules can say where the fault is. `place` is `None` for values that no file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A place in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line from 1.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// The key, for instance `brand[0].query`.
    pub key: String,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// `sqlite:///absolute/path`; by default `mentiond.db` in the state directory.
    pub url: String,
    /// Entries without a mention are forgotten after this time, mentions after twelve times as long.
    pub keep_entries: Duration,
}

/// How the log is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// A `tracing` filter (`info`, `mentiond=debug,info`).
    pub filter: String,
    /// JSON lines instead of text.
    pub json: bool,
}

/// How feeds and APIs are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchConfig {
    /// The whole `User-Agent`: program, version and where its operator can be reached.
    pub user_agent: String,
    /// From the start of a request to the last byte.
    pub timeout: Duration,
    /// For the connection alone.
    pub connect_timeout: Duration,
    /// Largest decoded body in bytes.
    pub max_body: u64,
    /// Polls at the same time.
    pub concurrency: usize,
    /// Most pages read from one lane of a source in one poll.
    pub max_pages: u32,
}

/// How mail leaves.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// The `From` address, with or without a name.
    pub from: String,
    /// The server; without one, mails are written as `.eml` files into `dir`.
    pub smtp: Option<SmtpConfig>,
    /// Where mails are written without a server; by default `mails` in the state directory.
    pub dir: PathBuf,
    /// Attempts before a notice becomes a dead letter.
    pub max_attempts: u32,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// Name to log in with.
    pub username: Option<String>,
    /// Its password; set exactly when `username` is.
    pub password: Option<SecretString>,
    /// For one whole delivery.
    pub timeout: Duration,
    /// A PEM file with a certificate authority to trust besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// STARTTLS, required (usual on port 587).
    StartTls,
    /// TLS from the first byte (usual on port 465).
    Tls,
    /// None; for loopback, or when `allow_plaintext = true` says that the network in between is trusted.
    Plain,
}

/// When a mention becomes an alert. All conditions that are set must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleConfig {
    /// The unique name, shown in the mail.
    pub name: String,
    /// Brands it is for; empty means all.
    pub brands: Vec<String>,
    /// Tones it accepts; empty means all.
    pub tones: Vec<Tone>,
    /// The score must be at most this, from -1 to 1.
    pub max_score: Option<f64>,
    /// One of these words or expressions must occur; empty means that none is asked for.
    pub keywords: Vec<String>,
    /// Names of shipped keyword lists (`complaint`, `harm`) that count as `keywords` too.
    pub keyword_lists: Vec<String>,
    /// Mentions published longer ago than this never alert.
    pub max_age: Duration,
}

/// How alerts are grouped: as in Alertmanager, per brand and recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupingConfig {
    /// How long the first alert of a quiet brand waits for more.
    pub group_wait: Duration,
    /// Least time between two mails about one brand.
    pub group_interval: Duration,
    /// After this time an alert that nobody acknowledged is said again; `None` for never.
    pub repeat_interval: Option<Duration>,
    /// Alerts are no longer repeated after this time.
    pub repeat_until: Duration,
}

/// A summary that is sent at certain times.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestConfig {
    /// The unique name; it identifies the digest in the store.
    pub name: String,
    /// A cron expression (five fields, or six with seconds in front).
    pub schedule: String,
    /// The zone in which the schedule and the mail's times are meant.
    pub time_zone: Tz,
    /// Brands it reports on; empty means all.
    pub brands: Vec<String>,
    /// Who gets it; empty means the recipients of each brand, each with the brands of theirs.
    pub recipients: Vec<String>,
    /// Mentions shown per brand; the rest is counted.
    pub max_mentions: usize,
}
