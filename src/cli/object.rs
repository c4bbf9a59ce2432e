//! JSON objects as lines of a file give them: what is wrong with one, and in which of its members. Pure.

use chrono::DateTime;

use crate::model::Instant;
use crate::query::Choice;

/// What stands between the outer commas of an object.
pub fn members(object: &str) -> impl Iterator<Item = &str> {
    let inner = object.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    inner.split(move |c| {
        match c {
            _ if std::mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ',' => return depth == 0,
            _ => {}
        }
        false
    })
}

/// What is wrong with an object, and in which of its members.
pub fn fault(object: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = said.strip_suffix(&place).unwrap_or(&said);
    if !error.is_data() {
        return format!("the JSON breaks off at column {}: {what}", error.column());
    }
    // The column is that of the last byte of the value, or of the one behind it.
    let mut end = object.len() - object.trim_start().len() + 1;
    let wrong = members(object).find(|member| {
        end += member.len() + 1;
        end > error.column()
    });
    let name = wrong.and_then(|member| member.trim().strip_prefix('"')?.split('"').next());
    match name.filter(|name| !what.starts_with(&format!("`{name}`"))) {
        Some(name) => format!("`{name}`: {what}"),
        None => what.to_owned(),
    }
}

/// A time in an object.
///
/// # Errors
/// When it is none.
pub fn time(written: &str) -> Result<Instant, String> {
    let time = DateTime::parse_from_rfc3339(written).map(|time| time.to_utc());
    time.map_err(|_| format!("`{written}` is not a time\n  hint: write it like `2026-11-28T18:00:00Z`"))
}

/// A choice in an object, if it is there.
///
/// # Errors
/// When there is no such choice.
pub fn chosen<T: Choice>(word: Option<String>) -> Result<Option<T>, String> {
    word.map(choice).transpose()
}

/// A choice in an object.
///
/// # Errors
/// When there is no such choice.
pub fn choice<T: Choice>(word: String) -> Result<T, String> {
    let known = T::ALL.iter().copied().find(|choice| choice.word() == word);
    known.ok_or_else(|| {
        let all: Vec<String> = T::ALL.iter().map(|choice| format!("`{}`", choice.word())).collect();
        format!("`{word}` is not {}\n  hint: it is one of {}", T::WHAT, all.join(", "))
    })
}
