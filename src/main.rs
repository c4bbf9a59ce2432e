//! The command line: reads arguments, prints an error once, sets the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    mentiond::cli::main()
}
