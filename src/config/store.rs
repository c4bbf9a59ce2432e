//! `[store]`: the database. Never opens it, and never repeats its address in a fault, which may hold a password.

use std::path::Path;
use std::time::Duration;

use super::check::{DAY, within};
use super::fault::Findings;
use super::file::StoreTable;
use super::paths::Surroundings;
use super::reader::{Key, Written};

/// The database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// `sqlite:///absolute/path`; by default `mentiond.db` in the state directory. `%`, `?` and `#` in the path are
    /// percent-encoded.
    pub url: String,
    /// Entries without a mention are forgotten after this time, mentions after twelve times as long; by default longer
    /// than any month, so that a monthly digest can count them.
    pub keep_entries: Duration,
}

pub(super) fn resolve(
    table: StoreTable,
    state_dir: &Path,
    around: &Surroundings<'_>,
    findings: &mut Findings,
) -> StoreConfig {
    let url = match table.url {
        Key::Given(written) => sqlite_url(&written, around, findings),
        Key::Absent | Key::Faulty => address_of(&encoded(&state_dir.join("mentiond.db"))),
    };
    let why = "what is forgotten too soon is found again and mailed again";
    StoreConfig { url, keep_entries: within(table.keep_entries, DAY..=DAY * 3650, DAY * 35, why, findings) }
}

/// The address with an absolute path.
fn sqlite_url(written: &Written<String>, around: &Surroundings<'_>, findings: &mut Findings) -> String {
    let mut fault = |message: &str| {
        findings.add(&written.place, message, "write `sqlite:///absolute/path/mentiond.db`, or remove the key");
    };
    let Some(path) = written.value.strip_prefix("sqlite:") else {
        match written.value.split(':').next() {
            Some(scheme) if scheme.len() < written.value.len() && scheme.chars().all(|c| c.is_ascii_lowercase()) => {
                fault(&format!("the store cannot be `{scheme}`"));
            }
            _ => fault("this is not the address of a database"),
        }
        return String::new();
    };
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.contains(['?', '#']) {
        fault("the address has parameters, which mentiond sets itself");
    }
    if path.is_empty() || path.ends_with('/') || path == ":memory:" {
        fault("the address does not name a file");
    }
    address_of(&around.absolute_from(Path::new(path), &written.place).to_string_lossy())
}

fn address_of(encoded_path: &str) -> String {
    format!("sqlite://{encoded_path}")
}

fn encoded(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}
