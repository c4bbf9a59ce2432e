//! Files that a configuration names: their text, or why it cannot be had. Never reads more than it is told to.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// The text of a file of at most so many bytes.
pub(super) fn text(path: &Path, largest: u64) -> Result<String, String> {
    let shown = path.display().to_string();
    let unread = |error: std::io::Error| format!("`{}` {}", shown.escape_debug(), why_unreadable(&error));
    // A pipe or device could keep us waiting for ever.
    if !path.metadata().map_err(unread)?.is_file() {
        return Err(format!("`{}` is not a file", shown.escape_debug()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(largest + 1).read_to_end(&mut bytes)).map_err(unread)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > largest) {
        return Err(format!("`{}` is larger than {largest} bytes", shown.escape_debug()));
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
