//! What whoever tells of an incident has to know and to say: how it stands, and what was told. Stories may come many at
//! a time, and mails are about all of them.

use chrono::{DateTime, Utc};

use super::{Evidence, Watch};

impl Watch {
    /// What supports the open incident now, if there is one.
    #[must_use]
    pub fn stands(&self) -> Option<Evidence> {
        self.incident.as_ref().map(|incident| self.evidence(incident))
    }

    /// Until then so many negative stories of the open incident were told: it has doubled when there are twice as many.
    pub fn was_told(&mut self, negative: u32, at: DateTime<Utc>) {
        if let Some(incident) = &mut self.incident {
            (incident.told, incident.told_at) = (negative, at.timestamp());
        }
    }
}
