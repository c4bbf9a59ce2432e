//! What is wrong with a configuration, and where. Never carries the value of a secret.

use std::fmt;

/// A place in a configuration: in a file, or a variable of the environment (`file` is then `environment`, `line` and
/// `column` are 0 and `key` is the variable), or an argument (`command line`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line from 1.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// The key, for instance `brand[0].query`; empty where the text could not be read as TOML.
    pub key: String,
}

impl Place {
    /// A place that has no lines: the environment, the command line, or a file as a whole.
    pub(super) fn whole(file: &str, key: &str) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, key: key.to_owned() }
    }

    /// A variable of the environment.
    pub(super) fn variable(name: &str) -> Self {
        Self::whole("environment", name)
    }

    /// A key that should stand in the table of this place. A variable that stands for a table is its own place.
    pub(super) fn child(&self, key: &str) -> Self {
        let key = match (self.key.as_str(), self.line) {
            ("", _) => key.to_owned(),
            (variable, 0) => variable.to_owned(),
            (table, _) => format!("{table}.{key}"),
        };
        Self { key, ..self.clone() }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What, in lower case without a full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault in a value, found by a module that knows what the value means. A value that nobody wrote is named by
    /// `owner`.
    #[must_use]
    pub fn at(place: Option<&Place>, owner: &str, message: String, hint: String) -> Self {
        let place = place.cloned().unwrap_or_else(|| Place::whole(owner, ""));
        Self { place, message, hint: Some(hint) }
    }
}

/// `FILE:LINE:COLUMN: KEY: MESSAGE`, then `  hint: HINT` on a line of its own. What is unknown is left out.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, line, column, key } = &self.place;
        f.write_str(file)?;
        if *line > 0 {
            write!(f, ":{line}:{column}")?;
        }
        if !key.is_empty() {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with a configuration, sorted by line; never empty when it is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Collects faults while a configuration is read, so that one mistake does not hide the next.
#[derive(Debug, Default)]
pub(super) struct Findings {
    faults: Vec<Fault>,
    unread: bool,
}

impl Findings {
    /// Notes a fault; an empty hint is none.
    pub(super) fn add(&mut self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        let hint = Some(hint.into()).filter(|hint| !hint.is_empty());
        self.faults.push(Fault { place: place.clone(), message: message.into(), hint });
    }

    /// Notes that something is not there; kept back where a part of the file could not be read and may hold it.
    pub(super) fn add_absence(&mut self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        if !self.unread {
            self.add(place, message, hint);
        }
    }

    /// Whether nothing was wrong so far.
    pub(super) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// Says that a part of the file could not be read.
    pub(super) fn mark_unread(&mut self) {
        self.unread = true;
    }

    /// Drops what was found in lines that TOML itself could not read; `broken` says so for a line.
    pub(super) fn forget_lines(&mut self, broken: impl Fn(usize) -> bool) {
        self.faults.retain(|fault| !broken(fault.place.line));
    }

    /// What was found.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}
