//! Numbers of things as people write them. Pure.

/// `1 entry`, `2 entries`, `0 entries`.
pub fn count(number: impl TryInto<u64>, one: &str, many: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(
            ["0 mails", "1 mail", "2 mails"],
            [0, 1, 2].map(|number: u64| count(number, "mail", "mails")).as_slice()
        );
    }
}
