//! Secrets: from a variable, from a file that a key names, or from systemd's credentials; in exactly one way. Never
//! shows one, not even a wrong one, and never reads more than a few kilobytes.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::fault::{Findings, Place};
use super::paths::Surroundings;
use super::reader::{Key, Written};
use super::words::FilePath;

/// Largest secret in bytes.
const LARGEST: u64 = 4096;

/// The ways in which one secret can be given.
pub(super) struct Ways {
    /// The variable that may hold it.
    pub(super) variable: String,
    /// The key that may name its file.
    pub(super) file: Key<FilePath>,
    /// The name of systemd's credential.
    pub(super) credential: String,
    /// Whether a text can be such a secret.
    pub(super) fits: fn(&str) -> bool,
}

/// A password: anything in one line.
pub(super) fn password(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// A token: what may stand in a header.
pub(super) fn token(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_graphic())
}

/// Whether the environment or systemd offers the secret.
pub(super) fn is_offered(variable: &str, credential: &str, around: &Surroundings<'_>) -> bool {
    around.env.get(variable).is_some() || credential_file(credential, around).is_some()
}

/// Reads a secret; `Absent` if it is given in none of the ways.
pub(super) fn read(ways: Ways, around: &Surroundings<'_>, findings: &mut Findings) -> Key<SecretString> {
    if matches!(ways.file, Key::Faulty) {
        return Key::Faulty;
    }
    let variable = around.env.get(&ways.variable).map(|text| (Place::variable(&ways.variable), text.to_owned()));
    let credential = credential_file(&ways.credential, around);
    let key = ways.file.given().map(|written| (around.absolute(&written), written.place));
    let keep_one = "give it in one way only";

    match (key, variable, credential) {
        (Some((_, place)), Some(_), _) => {
            let message = format!("the secret is given twice: here and by the variable `{}`", ways.variable);
            findings.add(&place, message, keep_one);
            Key::Faulty
        }
        (Some((_, place)), None, Some(_)) => {
            let message = format!("the secret is given twice: here and by the credential `{}`", ways.credential);
            findings.add(&place, message, keep_one);
            Key::Faulty
        }
        (None, Some((place, _)), Some(_)) => {
            let message = format!("the secret is given twice: here and by the credential `{}`", ways.credential);
            findings.add(&place, message, keep_one);
            Key::Faulty
        }
        (Some((path, place)), None, None) => accept(content(&path), place, ways.fits, findings),
        (None, Some((place, text)), None) => accept(Ok(text), place, ways.fits, findings),
        (None, None, Some(path)) => {
            accept(content(&path), Place::whole("credentials", &ways.credential), ways.fits, findings)
        }
        (None, None, None) => Key::Absent,
    }
}

fn credential_file(name: &str, around: &Surroundings<'_>) -> Option<PathBuf> {
    let path = Path::new(around.env.get("CREDENTIALS_DIRECTORY")?).join(name);
    path.exists().then_some(path)
}

fn accept(
    text: Result<String, String>,
    place: Place,
    fits: fn(&str) -> bool,
    findings: &mut Findings,
) -> Key<SecretString> {
    let secret = text.map(|text| SecretString::from(text.trim_end_matches(['\r', '\n'])));
    let wrong = match &secret {
        Err(message) => message,
        Ok(secret) if secret.expose_secret().is_empty() => "the secret is empty",
        Ok(secret) if !fits(secret.expose_secret()) => "the secret has characters that cannot be sent",
        Ok(secret) => return Key::Given(Written { value: secret.clone(), place }),
    };
    findings.add(&place, wrong, "the secret and nothing else, in one line");
    Key::Faulty
}

fn content(path: &Path) -> Result<String, String> {
    let shown = path.display().to_string();
    let unread = |error: std::io::Error| format!("`{}` {}", shown.escape_debug(), why_unreadable(&error));
    // A pipe or device could keep us waiting for ever.
    if !path.metadata().map_err(unread)?.is_file() {
        return Err(format!("`{}` is not a file", shown.escape_debug()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(unread)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(format!("`{}` is larger than {LARGEST} bytes", shown.escape_debug()));
    }
    String::from_utf8(bytes).map_err(|_| format!("`{}` is not UTF-8", shown.escape_debug()))
}

/// Why a file cannot be read, in our words where the system's are obscure.
pub(super) fn why_unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "does not exist".to_owned(),
        ErrorKind::PermissionDenied => "may not be read by this user".to_owned(),
        ErrorKind::IsADirectory => "is a folder".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}
