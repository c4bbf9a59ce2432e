//! What commands say. A line that cannot be written ends the command: quietly when nobody reads any more, as in
//! `mentiond status | head`, and with the reason when it is a full disk. A remark on standard error ends nothing.

use std::fmt;
use std::io::{self, ErrorKind, Write};

/// Standard output. Whatever goes wrong with it is an [`OutputError`] within an [`io::Error`].
pub struct Output;

/// Why the output ends early.
#[derive(Debug, thiserror::Error)]
#[error("the output cannot be written")]
struct OutputError(#[source] io::Error);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().write(bytes).map_err(explained)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush().map_err(explained)
    }
}

/// Writes a line to standard output; takes what `println!` takes and answers an [`io::Result`].
macro_rules! say {
    ($($words:tt)*) => { $crate::cli::print::line(format_args!($($words)*)) };
}
pub(super) use say;

/// Writes a line to standard error; takes what `eprintln!` takes.
macro_rules! remark {
    ($($words:tt)*) => { $crate::cli::print::line_aside(format_args!($($words)*)) };
}
pub(super) use remark;

/// Writes a line of output.
///
/// # Errors
/// When it cannot be written; [`nobody_reads`] tells what that means.
pub fn line(words: fmt::Arguments<'_>) -> io::Result<()> {
    writeln!(Output, "{words}")
}

/// Writes a line beside the output, if somebody can read it.
pub fn line_aside(words: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// Whether a command ended because nobody reads its output any more.
pub fn nobody_reads(error: &anyhow::Error) -> bool {
    let is_output = |error: &io::Error| error.get_ref().is_some_and(|inner| inner.is::<OutputError>());
    error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == ErrorKind::BrokenPipe && is_output(error))
}

fn explained(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), OutputError(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_closed_output_ends_quietly() {
        let closed = || io::Error::from(ErrorKind::BrokenPipe);
        assert!(nobody_reads(&explained(closed()).into()));
        assert!(!nobody_reads(&closed().into()), "somebody else's pipe");
        let full = anyhow::Error::from(explained(io::Error::from(ErrorKind::StorageFull)));
        assert!(!nobody_reads(&full));
        assert_eq!(format!("{full:#}"), "the output cannot be written: no storage space");
    }
}
