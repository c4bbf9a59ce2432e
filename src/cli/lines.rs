//! Texts for a command, one a line, from a file or standard input. Never holds more than one line.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};

use anyhow::{Context as _, Result};

/// Bytes of the longest line that is read, without its end.
const LONGEST: usize = 1 << 20;
/// Bytes that are read at once.
const BUFFER: usize = 1 << 16;
/// What some programs write in front of a text to say that it is Unicode.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The lines of a file, each with its number.
pub struct Lines {
    name: String,
    reader: BufReader<Box<dyn Read>>,
    line: Vec<u8>,
    number: u64,
    again: bool,
    /// Whether the rest of the last line is still to be passed over.
    unended: bool,
}

/// A line.
#[derive(Debug, Clone, Copy)]
pub struct Line<'l> {
    /// What it says, without its end.
    pub text: &'l str,
    /// Which one it is, the first being 1.
    pub number: u64,
    file: &'l str,
}

/// What is wrong with a line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{number}: {message}")]
pub struct LineFault {
    file: String,
    number: u64,
    message: String,
}

impl Lines {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(name: &str) -> Result<Self> {
        let input: Box<dyn Read> = match name {
            "-" => Box::new(io::stdin()),
            _ => Box::new(File::open(name).with_context(|| format!("`{name}` cannot be opened"))?),
        };
        Ok(Self::of(if name == "-" { "standard input" } else { name }, input))
    }

    fn of(name: &str, input: Box<dyn Read>) -> Self {
        let reader = BufReader::with_capacity(BUFFER, input);
        Self { name: name.to_owned(), reader, line: Vec::new(), number: 0, again: false, unended: false }
    }

    /// What faults call the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the next line may still have to be waited for, so that what was written so far should be seen.
    pub fn may_wait(&self) -> bool {
        !self.again && !self.reader.buffer().contains(&b'\n')
    }

    /// Makes the line that was read last the next one once more.
    pub fn put_back(&mut self) {
        self.again = self.number > 0;
    }

    /// The next line.
    ///
    /// # Errors
    /// When it cannot be read, is not UTF-8, or is longer than a text may be.
    pub fn next(&mut self) -> Result<Option<Line<'_>>> {
        if !std::mem::take(&mut self.again) && !self.read()? {
            return Ok(None);
        }
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let found = |text| Line { text, number: self.number, file: &self.name };
        if line.len() > LONGEST {
            return Err(found("").fault("the line is longer than 1 MiB").into());
        }
        match std::str::from_utf8(line) {
            Ok(text) if self.number == 1 => Ok(Some(found(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)))),
            Ok(text) => Ok(Some(found(text))),
            Err(error) => {
                let byte = error.valid_up_to() + 1;
                Err(found("").fault(format!("the line is not UTF-8, from its byte {byte} on")).into())
            }
        }
    }

    /// Reads a line. The rest of one that is too long is passed over only when another one is wanted: it may have no end.
    fn read(&mut self) -> Result<bool> {
        self.line.clear();
        let most = LONGEST + "\r\n".len();
        let passed = if std::mem::take(&mut self.unended) { self.reader.skip_until(b'\n') } else { Ok(0) };
        let read = passed.and_then(|_| {
            let most = u64::try_from(most).unwrap_or(u64::MAX);
            self.reader.by_ref().take(most).read_until(b'\n', &mut self.line)
        });
        let read = read.with_context(|| format!("{} cannot be read", self.name))?;
        self.unended = read == most && !self.line.ends_with(b"\n");
        self.number += u64::from(read > 0);
        Ok(read > 0)
    }
}

impl Line<'_> {
    /// What is wrong with it.
    pub fn fault(&self, message: impl Into<String>) -> LineFault {
        LineFault { file: self.file.to_owned(), number: self.number, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Result<String, String>> {
        let mut lines = Lines::of("a.txt", Box::new(io::Cursor::new(bytes.to_vec())));
        let mut read = Vec::new();
        while let Some(line) = lines.next().map(|line| line.map(|line| line.text.to_owned())).transpose() {
            read.push(line.map_err(|error| format!("{error:#}")));
        }
        read
    }

    #[test]
    fn lines_end_in_every_way_and_may_be_empty() {
        let said = |lines: &[&str]| lines.iter().map(|line| Ok((*line).to_owned())).collect::<Vec<_>>();
        assert_eq!(read(b""), said(&[]));
        assert_eq!(read(b"one\ntwo"), said(&["one", "two"]));
        assert_eq!(read("\u{feff}one\r\n\n\u{feff}\n".as_bytes()), said(&["one", "", "\u{feff}"]));
    }

    #[test]
    fn a_line_that_is_no_text_is_named() {
        let last = |bytes: &[u8]| read(bytes).pop().unwrap();
        assert_eq!(last(b"one\nna\xefve\n"), Err("a.txt:2: the line is not UTF-8, from its byte 3 on".to_owned()));
        let long = vec![b'x'; LONGEST];
        assert_eq!(last(&[b"one\n", long.as_slice(), b"\r\n"].concat()), Ok("x".repeat(LONGEST)));
        for end in [&b"x"[..], b"x\n", b"xy\n", b"xyz and so on", b"xyz and so on\n"] {
            let read = read(&[b"one\n", long.as_slice(), end, b"three"].concat());
            assert_eq!(read[1], Err("a.txt:2: the line is longer than 1 MiB".to_owned()));
            let next = end.ends_with(b"\n").then(|| Ok("three".to_owned()));
            assert_eq!(
                (read.len(), read.get(2)),
                (2 + usize::from(next.is_some()), next.as_ref()),
                "the next one is read"
            );
        }
    }

    #[test]
    fn a_line_that_is_put_back_comes_again() {
        let mut lines = Lines::of("a.txt", Box::new(io::Cursor::new(b"one\ntwo".to_vec())));
        lines.put_back();
        for (text, number, once_more) in [("one", 1, true), ("one", 1, false), ("two", 2, true), ("two", 2, false)] {
            let line = lines.next().unwrap().unwrap();
            assert_eq!((line.text, line.number), (text, number));
            if once_more {
                lines.put_back();
            }
        }
        assert!(lines.next().unwrap().is_none());
    }

    #[test]
    fn one_waits_when_no_whole_line_is_there() {
        let mut lines = Lines::of("a.txt", Box::new(io::Cursor::new(b"one\ntwo\nthree".to_vec())));
        let mut waits = vec![lines.may_wait()];
        while lines.next().unwrap().is_some() {
            waits.push(lines.may_wait());
        }
        assert_eq!(waits, [true, false, true, true]);
    }
}
