//! Secrets: from a variable, from a file that a key names, or from systemd's credentials; in exactly one way. Never
//! shows one, not even a wrong one, and never reads more than a few kilobytes.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::content;
use super::fault::{Findings, Place};
use super::paths::Surroundings;
use super::reader::{Key, Written};
use super::words::FilePath;
use crate::model::kinds::Token;

/// Largest secret in bytes.
pub(super) const LARGEST: u64 = 4096;

/// What a secret looks like where it is kept.
pub(super) const ALONE: &str = "the secret and nothing else, in one line";

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

/// A key in several lines: who uses it sees whether it is one.
pub(super) fn key(_: &str) -> bool {
    true
}

/// What a token of a source consists of.
pub(super) fn fits(kind: Token) -> fn(&str) -> bool {
    match kind {
        Token::Document(_) => key,
        Token::Password(_) => password,
        Token::None | Token::Optional(_) | Token::Needed(_) => token,
    }
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
        (Some((path, place)), None, None) => accept(content::text(&path, LARGEST), place, ways.fits, findings),
        (None, Some((place, text)), None) => accept(Ok(text), place, ways.fits, findings),
        (None, None, Some(path)) => {
            accept(content::text(&path, LARGEST), Place::whole("credentials", &ways.credential), ways.fits, findings)
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
    match fitting(text, fits) {
        Ok(value) => Key::Given(Written { value, place }),
        Err(wrong) => {
            findings.add(&place, wrong, ALONE);
            Key::Faulty
        }
    }
}

/// The secret, if the text can be one.
pub(super) fn fitting(text: Result<String, String>, fits: fn(&str) -> bool) -> Result<SecretString, String> {
    let secret = SecretString::from(text?.trim_end_matches(['\r', '\n']));
    match secret.expose_secret() {
        "" => Err("the secret is empty".to_owned()),
        text if !fits(text) => Err("the secret has characters that cannot be sent".to_owned()),
        _ => Ok(secret),
    }
}
