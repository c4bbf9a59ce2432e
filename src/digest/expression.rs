//! Reads a schedule as crontab(5) writes it and says it in the dialect of the `cron` crate, which counts days of the
//! week from 1 and knows no five fields. Never looks at a date.

use std::collections::BTreeSet;

/// Why an expression is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}\n  hint: {hint}")]
pub struct ScheduleFault {
    /// What is wrong, with the field.
    pub message: String,
    /// How to mend it.
    pub hint: String,
}

/// An expression that was understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expression {
    /// What the `cron` crate is to read; an instant matches if it matches one of them.
    pub crons: Vec<String>,
    /// Whether it asks for every hour of the day.
    pub every_hour: bool,
}

/// One field: its name, its smallest and largest value, and the words for its values, the smallest first.
struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    words: &'static [&'static str],
}

const SECOND: Field = Field { name: "second", min: 0, max: 59, words: &[] };
const MINUTE: Field = Field { name: "minute", min: 0, max: 59, words: &[] };
const HOUR: Field = Field { name: "hour", min: 0, max: 23, words: &[] };
const DAY: Field = Field { name: "day of month", min: 1, max: 31, words: &[] };
const MONTH: Field = Field { name: "month", min: 1, max: 12, words: &MONTHS };
/// 0 and 7 are both Sunday.
const WEEKDAY: Field = Field { name: "day of week", min: 0, max: 7, words: &WEEKDAYS };

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Expression {
    /// Reads five fields (minute, hour, day of month, month, day of week), six with seconds in front, or `@hourly`,
    /// `@daily`, `@weekly`, `@monthly`. As in crontab, days are those that match the day of month *or* the day of week
    /// when both are given, and those that match both when one of them begins with `*`.
    pub fn parse(text: &str) -> Result<Self, ScheduleFault> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [second, minute, hour, day, month, weekday] = match *words.as_slice() {
            ["@hourly"] => ["0", "0", "*", "*", "*", "*"],
            ["@daily"] => ["0", "0", "0", "*", "*", "*"],
            ["@weekly"] => ["0", "0", "0", "*", "*", "0"],
            ["@monthly"] => ["0", "0", "0", "1", "*", "*"],
            [minute, hour, day, month, weekday] => ["0", minute, hour, day, month, weekday],
            [second, minute, hour, day, month, weekday] => [second, minute, hour, day, month, weekday],
            _ => return Err(wrong_shape(text, words.len())),
        };
        let hours = HOUR.read(hour, text)?;
        let time = format!("{} {} {}", SECOND.read(second, text)?, MINUTE.read(minute, text)?, hours);
        let (days, months, weekdays) = (DAY.read(day, text)?, MONTH.read(month, text)?, WEEKDAY.read(weekday, text)?);
        let either = !day.starts_with('*') && !weekday.starts_with('*');
        let crons = if either {
            vec![format!("{time} {days} {months} *"), format!("{time} * {months} {weekdays}")]
        } else {
            vec![format!("{time} {days} {months} {weekdays}")]
        };
        Ok(Self { crons, every_hour: hours == "*" })
    }
}

fn wrong_shape(text: &str, fields: usize) -> ScheduleFault {
    let message = match text.trim() {
        "" => "the schedule is empty".to_owned(),
        word if word.starts_with('@') => format!("there is no schedule `{word}`"),
        text => format!("the schedule `{text}` has {fields} field{}", if fields == 1 { "" } else { "s" }),
    };
    let hint = "write minute, hour, day of month, month and day of week, as in `0 8 * * *`, with seconds in front if \
                you need them; or `@hourly`, `@daily`, `@weekly`, `@monthly`";
    ScheduleFault { message, hint: hint.to_owned() }
}

impl Field {
    /// The values a field asks for, as a list the `cron` crate reads; `*` for all of them.
    fn read(&self, field: &str, schedule: &str) -> Result<String, ScheduleFault> {
        let mut chosen = BTreeSet::new();
        for part in field.split(',') {
            let values = self.part(part).ok_or_else(|| self.not_understood(field, schedule))?;
            chosen.extend(values.map(|value| self.plain(value)));
        }
        let all = (self.min..=self.max).all(|value| chosen.contains(&self.plain(value)));
        let listed: Vec<String> = chosen.into_iter().map(|value| self.foreign(value)).collect();
        Ok(if all { "*".to_owned() } else { listed.join(",") })
    }

    /// `*`, `3`, `1-5`, each but the single value also with `/STEP`.
    fn part(&self, part: &str) -> Option<impl Iterator<Item = u32> + use<>> {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let (first, last) = match range.split_once('-') {
            None if range == "*" => (self.min, self.max),
            None if step.is_none() => (self.value(range)?, self.value(range)?),
            None => return None,
            Some((first, last)) => (self.value(first)?, self.value(last)?),
        };
        // A week may end with Sunday.
        let last = if self.max == WEEKDAY.max && last == 0 && first > 0 { WEEKDAY.max } else { last };
        let step = step.map_or(Some(1), number).filter(|step| (1..=self.max).contains(step))?;
        (first <= last).then(|| (first..=last).step_by(usize::try_from(step).unwrap_or(usize::MAX)))
    }

    fn value(&self, word: &str) -> Option<u32> {
        let named = self.words.iter().position(|known| known.eq_ignore_ascii_case(word));
        let named = named.and_then(|index| u32::try_from(index).ok()).map(|index| index + self.min);
        named.or_else(|| number(word)).filter(|value| (self.min..=self.max).contains(value))
    }

    /// The value with one number for Sunday.
    fn plain(&self, value: u32) -> u32 {
        if self.max == WEEKDAY.max { value % WEEKDAY.max } else { value }
    }

    /// The value as the `cron` crate writes it: days of the week by name, since it counts them from 1.
    fn foreign(&self, value: u32) -> String {
        let weekday = usize::try_from(value).ok().and_then(|index| WEEKDAYS.get(index));
        match weekday {
            Some(name) if self.max == WEEKDAY.max => (*name).to_owned(),
            _ => value.to_string(),
        }
    }

    fn not_understood(&self, field: &str, schedule: &str) -> ScheduleFault {
        let Self { name, min, max, words } = self;
        let words = words.get(..2).map_or_else(String::new, |words| format!(", words like `{}`", words.join("`, `")));
        ScheduleFault {
            message: format!("the {name} `{field}` of the schedule `{schedule}` is not understood"),
            hint: format!(
                "use numbers from {min} to {max}{words}, `*`, ranges like `2-5`, steps like `*/2`, lists with `,`"
            ),
        }
    }
}

/// A number of digits only: no sign, no blank.
fn number(word: &str) -> Option<u32> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crons(text: &str) -> Vec<String> {
        Expression::parse(text).unwrap().crons
    }

    #[test]
    fn five_fields_begin_with_the_minute_and_six_with_the_second() {
        assert_eq!(crons("0 8 * * *"), ["0 0 8 * * *"]);
        assert_eq!(crons(" 30  0\t8 * * * "), ["30 0 8 * * *"]);
        assert_eq!(crons("@hourly"), ["0 0 * * * *"]);
        assert_eq!(crons("@daily"), ["0 0 0 * * *"]);
        assert_eq!(crons("@weekly"), ["0 0 0 * * sun"]);
        assert_eq!(crons("@monthly"), ["0 0 0 1 * *"]);
    }

    #[test]
    fn days_of_the_week_are_those_of_crontab() {
        let weekdays = |field: &str| crons(&format!("0 8 * * {field}"))[0].rsplit_once(' ').unwrap().1.to_owned();
        for (field, names) in [
            ("0", "sun"),
            ("7", "sun"),
            ("1", "mon"),
            ("1-5", "mon,tue,wed,thu,fri"),
            ("5-7", "sun,fri,sat"),
            ("0-7", "*"),
            ("*/2", "sun,tue,thu,sat"),
            ("1-7/3", "sun,mon,thu"),
            ("6,0,6", "sun,sat"),
            ("Mon-FRI", "mon,tue,wed,thu,fri"),
            ("fri-sun", "sun,fri,sat"),
            ("*", "*"),
        ] {
            assert_eq!(weekdays(field), names, "{field}");
        }
    }

    #[test]
    fn lists_ranges_and_steps_are_written_out() {
        assert_eq!(crons("*/20 8-10,22 1,15 jan-Mar *"), ["0 0,20,40 8,9,10,22 1,15 1,2,3 *"]);
        assert_eq!(crons("10-30/10 */1 * */6 *"), ["0 10,20,30 * * 1,7 *"]);
    }

    #[test]
    fn a_day_of_month_and_a_day_of_week_are_either_or_unless_one_begins_with_a_star() {
        assert_eq!(crons("0 8 1 * 1"), ["0 0 8 1 * *", "0 0 8 * * mon"]);
        assert_eq!(crons("0 8 */2 * 1"), ["0 0 8 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * mon"]);
    }

    #[test]
    fn every_hour_is_seen_however_it_is_written() {
        for (text, every_hour) in
            [("0 * * * *", true), ("*/5 0-23 * * *", true), ("0 */2 * * *", false), ("0 8 * * *", false)]
        {
            assert_eq!(Expression::parse(text).unwrap().every_hour, every_hour, "{text}");
        }
    }

    #[test]
    fn faults_name_the_field_and_say_how_to_mend_it() {
        let fault = Expression::parse("0 25 * * *").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "the hour `25` of the schedule `0 25 * * *` is not understood\n  hint: use numbers from 0 to 23, `*`, \
             ranges like `2-5`, steps like `*/2`, lists with `,`"
        );
        for (text, message) in [
            ("60 8 * * *", "the minute `60` of the schedule `60 8 * * *` is not understood"),
            ("61 0 8 * * *", "the second `61` of"),
            ("0 8 0 * *", "the day of month `0` of"),
            ("0 8 32 * *", "the day of month `32` of"),
            ("0 8 * 13 *", "the month `13` of"),
            ("0 8 * * 8", "the day of week `8` of"),
            ("0 8 * * moon", "the day of week `moon` of"),
            ("0 8 * * L", "the day of week `L` of"),
            ("0 8 * * 5-1", "the day of week `5-1` of"),
            ("*/0 8 * * *", "the minute `*/0` of"),
            ("5/10 8 * * *", "the minute `5/10` of"),
            ("+5 8 * * *", "the minute `+5` of"),
            ("1,,2 8 * * *", "the minute `1,,2` of"),
            ("- 8 * * *", "the minute `-` of"),
            ("99999999999999999999 8 * * *", "the minute `99999999999999999999` of"),
            ("0 8 * *", "the schedule `0 8 * *` has 4 fields"),
            ("8", "the schedule `8` has 1 field"),
            (" ", "the schedule is empty"),
            ("@reboot", "there is no schedule `@reboot`"),
        ] {
            let fault = Expression::parse(text).unwrap_err();
            assert!(fault.message.starts_with(message), "{text}: {fault}");
        }
        assert!(Expression::parse("0 8 * * x").unwrap_err().hint.contains("words like `sun`, `mon`"));
    }
}
