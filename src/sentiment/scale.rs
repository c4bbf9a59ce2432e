//! A weight, and the words for what was done to it.

/// What a word weighs, and what has changed it.
pub(super) struct Scale {
    pub(super) weight: f64,
    /// What changed it, if anybody reads that.
    pub(super) note: String,
    explain: bool,
}

impl Scale {
    /// A weight that nothing has changed yet.
    pub(super) fn new(weight: f64, explain: bool) -> Self {
        Self { weight, note: String::new(), explain }
    }

    /// Changes the weight.
    pub(super) fn times(&mut self, factor: f64, note: impl FnOnce() -> String) {
        self.weight *= factor;
        self.say(note);
    }

    /// Adds a note.
    pub(super) fn say(&mut self, note: impl FnOnce() -> String) {
        if self.explain {
            if !self.note.is_empty() {
                self.note.push_str(", ");
            }
            self.note.push_str(&note());
        }
    }
}
