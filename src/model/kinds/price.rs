//! What networks charge.

/// Entries that one answer may hold.
const MOST_ENTRIES: f64 = 100.0;

/// What a network charges, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Price {
    /// Nothing, or nothing that follows from how much is asked.
    Nothing,
    /// So much for a thousand entries, wanted or not.
    Entries(f64),
    /// So much for a thousand calls, whatever they bring.
    Calls(f64),
}

impl Price {
    /// What one answer may cost; it is put aside before it is asked for.
    #[must_use]
    pub fn of_answer(self) -> f64 {
        self.of_call() + self.of_entries(MOST_ENTRIES)
    }

    /// What it costs to ask.
    #[must_use]
    pub fn of_call(self) -> f64 {
        if let Self::Calls(thousand) = self { thousand / 1000.0 } else { 0.0 }
    }

    /// What so many entries of answers cost.
    #[must_use]
    pub fn of_entries(self, entries: f64) -> f64 {
        if let Self::Entries(thousand) = self { thousand * entries / 1000.0 } else { 0.0 }
    }
}
