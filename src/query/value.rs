//! The operands of fields that are no text: lists of words, comparisons, ranges. Pure.

use std::ops::Bound;
use std::str::FromStr;
use std::time::Duration;

use chrono::NaiveDate;

use super::facts::{Choice, Fact, Range};
use super::field::{FactField, Field, choose};
use crate::model::{Language, units};

/// Why an operand is not what it should be: the message and the hint.
pub(super) type Wrong = (String, String);

/// What a field asks for with `items`, the words of its operand.
pub(super) fn fact(field: FactField, items: &[String]) -> Result<Fact, Wrong> {
    let one = || match items {
        [item] => Ok(item.as_str()),
        _ => {
            let name = Field::Fact(field).name();
            let hint = format!("write the field again: `({name}:... OR {name}:...)`");
            Err((format!("`{name}:` takes one value or range at a time"), hint))
        }
    };
    Ok(match field {
        FactField::Site => Fact::Site(all(items, |item| host(item, field))?),
        FactField::Links => Fact::Links(all(items, |item| host(item, field))?),
        FactField::Type => Fact::Type(choices(items)?),
        FactField::Lang => Fact::Lang(all(items, language)?),
        FactField::Tone => Fact::Tone(choices(items)?),
        FactField::Score => {
            Fact::Score(range(one()?, field, |text| number(text, -1.0, 1.0, "scores go from -1 to 1"))?)
        }
        FactField::Rating => Fact::Rating(range(one()?, field, |text| number(text, 0.0, 5.0, "stars go from 0 to 5"))?),
        FactField::Reach => Fact::Reach(range(one()?, field, count)?),
        FactField::Engagement => Fact::Engagement(range(one()?, field, count)?),
        FactField::Age => Fact::Age(age(one()?, field)?),
        FactField::Date => Fact::Date(range(one()?, field, date)?),
        FactField::Kind => Fact::Kind(choices(items)?),
        FactField::Severity => Fact::Severity(range(one()?, field, choose)?),
        FactField::Is => Fact::Is(choices(items)?),
        FactField::Has => Fact::Has(choices(items)?),
        FactField::Case => Fact::Case(choices(items)?),
    })
}

fn all<T>(items: &[String], read: impl Fn(&str) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
    items.iter().map(|item| read(item)).collect()
}

fn choices<T: Choice>(items: &[String]) -> Result<Vec<T>, Wrong> {
    all(items, choose)
}

fn language(text: &str) -> Result<Language, Wrong> {
    // What is found has a tag of two letters, so one of three would never hold.
    let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    Language::parse(text).filter(|_| plain).ok_or_else(|| {
        let hint = "write the two letters of ISO 639-1: `en`, `de`, `nb`";
        (format!("`{text}` is not a language"), hint.to_owned())
    })
}

/// A host, for links with the beginning of a path behind it.
fn host(text: &str, field: FactField) -> Result<String, Wrong> {
    let lower = text.to_lowercase();
    let (host, path) = lower.split_once('/').map_or((lower.as_str(), None), |(host, path)| (host, Some(path)));
    let labels = host
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')));
    let parsed = url::Host::parse(host).ok().filter(|_| labels && (path.is_none() || field == FactField::Links));
    if let Some(host) = parsed {
        return Ok(format!("{host}{}", path_of(text, field)?));
    }
    let example = if field == FactField::Links { "`example.org` or `example.org/path`" } else { "`example.org`" };
    Err((format!("`{text}` is not the name of a host"), format!("write it without `https://`: {example}")))
}

/// The path behind a host as addresses write it, percent-encoded; empty if it says nothing. Of a path the case counts.
fn path_of(text: &str, field: FactField) -> Result<String, Wrong> {
    let path = text.split_once('/').map_or("", |(_, path)| path);
    if path.trim_end_matches('/').is_empty() {
        return Ok(String::new());
    }
    if let Some(sign) = path.chars().find(|c| c.is_whitespace() || "?#,()".contains(*c)) {
        let message = format!("`{sign}` cannot stand in the path of `{}:`", Field::Fact(field).name());
        return Err((message, "write the beginning of the path alone: `example.org/path`".to_owned()));
    }
    let whole = url::Url::parse(&format!("https://example.org/{path}"));
    whole.map(|url| url.path().to_owned()).map_err(|_| {
        let hint = "write it as addresses have it: `example.org/path`".to_owned();
        (format!("`{path}` is not a path"), hint)
    })
}

fn number(text: &str, least: f64, most: f64, why: &str) -> Result<f64, Wrong> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    let number = f64::from_str(text).ok().filter(|_| plain);
    let number = number.ok_or_else(|| (format!("`{text}` is not a number"), why.to_owned()))?;
    if !(least..=most).contains(&number) {
        return Err((format!("`{text}` is out of range: `{least}` to `{most}`"), why.to_owned()));
    }
    // There is no second zero.
    Ok(number + 0.0)
}

fn count(text: &str) -> Result<u64, Wrong> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or_else(|| (format!("`{text}` is not a whole number"), "write digits alone: `1000`".to_owned()))
}

fn duration(text: &str) -> Result<Duration, Wrong> {
    units::duration(text).ok_or_else(|| {
        let hint = "write a whole number and a unit: `30m`, `4h`, `2d`, `1w`";
        (format!("`{text}` is not a duration"), hint.to_owned())
    })
}

/// An age is never one duration exactly.
fn age(text: &str, field: FactField) -> Result<Range<Duration>, Wrong> {
    let age = range(text, field, duration)?;
    match (&age.from, &age.to) {
        (Bound::Included(from), Bound::Included(to)) if from == to => {
            let hint = format!("write `age:<{text}`, `age:>{text}`, or a range such as `age:1d..2d`");
            Err((format!("hardly anything is `{text}` old to the second"), hint))
        }
        _ => Ok(age),
    }
}

fn date(text: &str) -> Result<NaiveDate, Wrong> {
    let shape = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| shape);
    date.ok_or_else(|| (format!("`{text}` is not a day"), "write year, month and day: `2026-11-30`".to_owned()))
}

/// `5`, `<5`, `<=5`, `>5`, `>=5`, `=5`, `1..5`, `1..`, `..5`; the ends of a range belong to it.
fn range<T: PartialOrd + Copy>(
    text: &str,
    field: FactField,
    read: impl Fn(&str) -> Result<T, Wrong>,
) -> Result<Range<T>, Wrong> {
    use Bound::{Excluded, Included, Unbounded};
    let nothing = || {
        let example = Field::Fact(field).example();
        (format!("`{text}` compares with nothing"), format!("write a value behind the sign: `{example}`"))
    };
    if let Some((from, to)) = text.split_once("..") {
        if from.is_empty() && to.is_empty() {
            return Err(nothing());
        }
        let bound = |text: &str| if text.is_empty() { Ok(Unbounded) } else { read(text).map(Included) };
        let range = Range { from: bound(from)?, to: bound(to)? };
        if let (Included(first), Included(last)) = (&range.from, &range.to)
            && first > last
        {
            let hint = format!("write the smaller end first: `{}:{to}..{from}`", Field::Fact(field).name());
            return Err((format!("the range `{text}` runs backwards"), hint));
        }
        return Ok(range);
    }
    let signs = text.len() - text.trim_start_matches(['<', '>', '=']).len();
    let (sign, value) = text.split_at_checked(signs).unwrap_or(("", text));
    if value.is_empty() {
        return Err(nothing());
    }
    let value = || read(value);
    Ok(match sign {
        "<" => Range { from: Unbounded, to: Excluded(value()?) },
        "<=" => Range { from: Unbounded, to: Included(value()?) },
        ">" => Range { from: Excluded(value()?), to: Unbounded },
        ">=" => Range { from: Included(value()?), to: Unbounded },
        "" | "=" => {
            let value = value()?;
            Range { from: Included(value), to: Included(value) }
        }
        _ => {
            let hint = "write `<`, `<=`, `>`, `>=`, or a range: `1..5`".to_owned();
            return Err((format!("`{sign}` is not a comparison"), hint));
        }
    })
}
