//! The command line: reads arguments, prints an error once, sets the exit code.

fn main() {}
