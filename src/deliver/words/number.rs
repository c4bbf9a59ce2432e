//! Numbers as a language writes them. Pure.

/// The marks of a language.
pub struct Marks {
    /// Between groups of three digits.
    pub thousands: &'static str,
    /// Before the decimals.
    pub point: &'static str,
    /// Behind a number of percent.
    pub percent: &'static str,
    /// In front of the least that is told: `less than `.
    pub less_than: &'static str,
}

impl Marks {
    /// `1,204`.
    pub fn grouped(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push_str(self.thousands);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// `0.82`.
    pub fn decimal(&self, number: f64, digits: usize) -> String {
        format!("{number:.digits$}").replace('.', self.point)
    }

    /// A number with its sign, for scores and weights: `+0.40`, `−0.82`, `0.00`.
    pub fn signed(&self, number: f64, digits: usize) -> String {
        let shown = self.decimal(number.abs(), digits);
        match number {
            _ if shown.chars().all(|c| !c.is_ascii_digit() || c == '0') => shown,
            _ if number < 0.0 => format!("−{shown}"),
            _ => format!("+{shown}"),
        }
    }

    /// `12%`, `1.2%`, `0.04%`: the fewer, the finer.
    pub fn percent(&self, number: f64) -> String {
        let (less, digits, shown) = match number {
            _ if number >= 10.0 || number == 0.0 => ("", 0, number),
            _ if number >= 1.0 => ("", 1, number),
            _ if number >= 0.005 => ("", 2, number),
            _ => (self.less_than, 2, 0.01),
        };
        format!("{less}{}{}", self.decimal(shown, digits), self.percent)
    }

    /// `1 mention`, `1,204 mentions`, `no mentions`: `none` is said of nothing.
    pub fn count(&self, number: u64, none: &str, one: &str, many: &str) -> String {
        match number {
            0 => none.to_owned(),
            1 => format!("1 {one}"),
            _ => format!("{} {many}", self.grouped(number)),
        }
    }
}
