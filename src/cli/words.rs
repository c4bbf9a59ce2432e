//! Numbers of things as people write them, and lists that may be long. Pure.

/// Problems of a poll that are shown; a broken source may have one for each entry.
const PROBLEMS: usize = 5;

/// What is said of a poll that left something for the next one.
pub const MORE: &str = "there is more than its network takes calls for at once";

/// `1 entry`, `2 entries`, `0 entries`.
pub fn count(number: impl TryInto<u64>, one: &str, many: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The first problems of a source, and how many more there are.
pub fn first_of(problems: &[String]) -> impl Iterator<Item = String> {
    let more = problems.len().saturating_sub(PROBLEMS);
    let rest = (more > 0).then(|| format!("and {}", count(more, "more problem", "more problems")));
    problems.iter().take(PROBLEMS).cloned().chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_problems_some_are_shown_and_the_rest_is_counted() {
        let shown = |number: usize| first_of(&vec!["p".to_owned(); number]).collect::<Vec<_>>().join(", ");
        assert_eq!((shown(0).as_str(), shown(5).as_str()), ("", "p, p, p, p, p"));
        assert_eq!(shown(6), "p, p, p, p, p, and 1 more problem");
        assert_eq!(shown(9), "p, p, p, p, p, and 4 more problems");
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(
            ["0 mails", "1 mail", "2 mails"],
            [0, 1, 2].map(|number: u64| count(number, "mail", "mails")).as_slice()
        );
    }
}
