//! The lines about what holds a mail.

use super::*;
use crate::cli::explain::told::Incident;
use crate::model::incident::{IncidentCount, IncidentCounts, IncidentEvidence, IncidentKind, Talk};

#[test]
fn what_holds_the_next_mail_of_an_incident_is_told() {
    let at = |hour: i64| Instant::UNIX_EPOCH + chrono::TimeDelta::hours(hour);
    let held = Held {
        reason: "silenced".to_owned(),
        silence: Some(3),
        author: Some("Kari".to_owned()),
        comment: Some("we know".to_owned()),
        since: at(2),
        until: at(9),
    };
    let count = |observed, expected, log10_tail| IncidentCount { observed, expected, log10_tail };
    let evidence = IncidentEvidence {
        at: at(2),
        onset: at(1),
        first: None,
        window_hours: 2,
        counts: IncidentCounts {
            negative_stories: count(9, 0.4, -6.0),
            negative_authors: count(8, 0.4, -5.2),
            all_stories: count(12, 4.0, -2.1),
            all_authors: count(10, 3.6, -1.8),
        },
        talk: Talk::Negative,
        faster: false,
        negative: 9,
        authors: 8,
        top_author_share: 0.2,
        kind: IncidentKind::BroadWave,
        stories: Vec::new(),
    };
    let incident = Incident { incident: 5, onset: at(1), ended_at: None, evidence, held: Some(held), notice: None };
    let told = Recipient {
        recipient: "anna@hop.example".to_owned(),
        route: String::new(),
        fate: Fate::Incident,
        held: None,
        incident: Some(incident),
        notices: Vec::new(),
    };
    assert_eq!(
        recipient(&told, &|at: Instant| at.format("%H:%M").to_string()),
        [
            "anna@hop.example: incident: the next mail of the incident tells it",
            "  folded into incident 5, which began 01:00 and goes on: not yet told",
            "  9 negative in 2 h where 0.4 are usual (p = 1e-6.0), by 8 authors where 0.4 are usual (p = 1e-5.2); of all \
             tones 12 where 4.0 are usual (p = 1e-2.1), by 10 authors where 3.6 are usual (p = 1e-1.8): only the \
             negative ones rise",
            "  its next mail is held by silence 3 of Kari (we know) since 02:00, until 09:00",
        ]
    );
}
