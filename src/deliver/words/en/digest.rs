//! Digests in English.

use super::English;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::digest::{Digest, FewTold, IncidentTold};
use crate::deliver::words::incident::{Incident as _, Span};
use crate::deliver::words::score::{Part, Told};
use crate::model::digest::{BarLength, Worth};
use crate::model::incident::IncidentEnding;

impl Digest for English {
    fn complaints_wait(&self, number: u64) -> String {
        MARKS.count(number, "no complaints wait", "complaint waits", "complaints wait")
    }

    fn over(&self, number: u64, hours: i64) -> String {
        format!("{} over {hours} h", MARKS.grouped(number))
    }

    fn incidents_go_on(&self, number: u64) -> String {
        MARKS.count(number, "no incident goes on", "incident goes on", "incidents go on")
    }

    fn incidents_are_over(&self, number: u64) -> String {
        MARKS.count(number, "no incident is over", "incident is over", "incidents are over")
    }

    fn stories_in_mentions(&self, stories: u64, mentions: u64) -> String {
        format!("{} in {}", self.stories(stories), self.mentions(mentions))
    }

    fn negative(&self, number: u64) -> String {
        if number == 0 { "none negative".to_owned() } else { format!("{} negative", MARKS.grouped(number)) }
    }

    fn days(&self, first: &str, last: &str) -> String {
        format!("{first} to {last}")
    }

    fn period(&self, from: &str, to: &str, zone: &str) -> String {
        format!("{from} to {to} ({zone})")
    }

    fn catches_up(&self) -> &'static str {
        "This digest catches up: its period is longer than usual and covers what no digest of its own has covered."
    }

    fn named_at_the_end(&self) -> &'static str {
        "The end of this mail names them."
    }

    fn introduction(&self, name: &str) -> [String; 3] {
        [
            format!("This is your first digest “{name}”: what was said in a period, and what could not be heard."),
            "On top stands what needs an answer, the oldest first; “mentiond ack” takes it off the list.".to_owned(),
            "When it comes, and about what, stands in the configuration under [[digest]]; a wrong tone is set right by \
             “mentiond tone correct”."
                .to_owned(),
        ]
    }

    fn quiet_brands(&self, names: &str) -> String {
        format!("Nothing was said of {names}.")
    }

    fn quiet(&self) -> &'static str {
        "Nobody waits for an answer, and nothing is going on. There is nothing to do."
    }

    fn needs_an_answer(&self) -> &'static str {
        "Needs an answer"
    }

    fn due_within(&self, hours: i64) -> String {
        format!("An answer is due {hours} h after a complaint was published.")
    }

    fn waits(&self, hours: i64, due: i64) -> String {
        if hours > due {
            format!("{hours} h, {} h late", hours - due)
        } else if hours == due {
            format!("{hours} h, due now")
        } else {
            format!("{hours} h, {} h left", due - hours)
        }
    }

    fn more_wait(&self, number: u64) -> String {
        MARKS.count(number, "No more wait.", "more waits.", "more wait.")
    }

    fn take_off(&self) -> &'static str {
        "Once somebody takes care of one, say so, and it is off this list:"
    }

    fn number_word(&self) -> &'static str {
        "NUMBER"
    }

    fn incidents(&self) -> &'static str {
        "Incidents"
    }

    fn incident(&self, told: IncidentTold<'_>) -> String {
        let stories = format!("{} by {}", self.negative_stories(told.negative), self.authors(told.authors));
        let onset = told.onset;
        match told.ended {
            None => format!("Since {onset}: {stories}. It goes on."),
            Some((ended, IncidentEnding::Calm)) => format!("From {onset} to {ended}: {stories}. It is calm again."),
            Some((ended, IncidentEnding::NewLevel)) => {
                format!("From {onset} to {ended}: {stories}. It lasted for so long that this is the usual level now.")
            }
            Some((_, IncidentEnding::Revised)) => {
                format!("What was told as a spike that began on {onset} is none by what is known now.")
            }
        }
    }

    fn too_few(&self, told: FewTold<'_>) -> String {
        let (stories, span) = (self.negative_stories(told.stories), self.span(Span::Hours(told.hours)));
        let who = match told.authors {
            1 => "all by the same author".to_owned(),
            _ => format!("by {}, {} of them by one", self.authors(told.authors), told.share),
        };
        let why = if told.as_usual { "hardly more people than usual" } else { "too few people" };
        format!("{stories} in {span} until {}, {who}: not counted as an incident, since {why} wrote them.", told.until)
    }

    fn in_numbers(&self) -> &'static str {
        "In numbers"
    }

    fn before(&self, value: &str) -> String {
        format!("before: {value}")
    }

    fn compared_with(&self, from: &str, to: &str, unread: u64) -> String {
        let compared = format!("“Before” is {from} to {to}.");
        match unread {
            0 => compared,
            _ => format!("{compared} {} not read all the time then, so compare with care.", self.sources_were(unread)),
        }
    }

    fn not_compared(&self, since: Option<&str>) -> String {
        match since {
            Some(since) => {
                format!("No comparison yet: it is watched since {since}, which is not all of the time before.")
            }
            None => "No comparison yet: nothing of it was found before.".to_owned(),
        }
    }

    fn no_strength_before(&self) -> &'static str {
        "Strength has none, since not all entries read then are kept any more."
    }

    fn comparison_forgotten(&self, until: &str) -> String {
        format!("No comparison: what was found before {until} is no longer kept.")
    }

    fn stories_per(&self, bar: BarLength) -> &'static str {
        match bar {
            BarLength::Hour => "Stories per hour",
            BarLength::Day => "Stories per day",
            BarLength::Week => "Stories per week",
        }
    }

    fn busiest_words(&self, worst: Option<(&str, u64)>, (busiest, most): (&str, u64)) -> String {
        let busiest = format!("Most were found from {busiest} on: {}.", self.stories(most));
        match worst {
            Some((worst, most)) => {
                format!("{busiest} The worst was from {worst} on, with {} negative.", MARKS.grouped(most))
            }
            None => format!("{busiest} None was negative."),
        }
    }

    fn worth(&self, worth: Worth) -> &'static str {
        match worth {
            Worth::Negative => "Negative",
            Worth::Loud => "Loud",
            Worth::Praise => "Praise worth thanking",
            Worth::Other => "Also said",
        }
    }

    fn more_told(&self, told: Told, number: u64) -> String {
        let more = match told {
            Told::Stories => MARKS.count(number, "No more stories are", "more story is", "more stories are"),
            Told::Mentions => MARKS.count(number, "No more mentions are", "more mention is", "more mentions are"),
        };
        format!("{more} not shown.")
    }

    fn top_names(&self) -> [&'static str; 4] {
        ["Keywords", "Authors", "Hashtags", "Sources"]
    }

    fn sampled(&self, part: Part) -> String {
        let (of, all) = (MARKS.grouped(part.of), MARKS.grouped(part.all));
        format!("Keywords, hashtags and sources are those of {of} stories, spread over all {all}.")
    }

    fn share_of_voice(&self) -> &'static str {
        "Share of voice"
    }

    fn watched_since(&self, since: &str) -> String {
        format!("watched only since {since}")
    }

    fn won_back(&self) -> &'static str {
        "Won back"
    }

    fn won_back_author(&self, author: &str, when: &str, complaint: &str, praise: &str) -> String {
        format!("{author} complained on {when} (“{complaint}”) and praises now: “{praise}”")
    }

    fn coverage(&self) -> &'static str {
        "Coverage"
    }

    fn read_again_heading(&self) -> &'static str {
        "Read again after a gap:"
    }

    fn lost_heading(&self) -> &'static str {
        "May be missing:"
    }

    fn health_heading(&self) -> &'static str {
        "Health of the sources:"
    }

    fn next_digest(&self, name: &str, when: &str) -> String {
        format!("The next digest “{name}” comes on {when}, with all that is found until then and what still waits.")
    }

    fn no_next_digest(&self, name: &str) -> String {
        format!("No further digest “{name}” is scheduled.")
    }

    fn attached(&self, file: &str, part: Part) -> String {
        if part.of == part.all {
            format!("All {} are in the attached {file}.", self.stories(part.all))
        } else {
            format!("The first {} of {} are in the attached {file}.", MARKS.grouped(part.of), self.stories(part.all))
        }
    }

    fn leave(&self) -> &'static str {
        "Leave this digest"
    }

    fn leave_digest(&self, name: &str, recipient: &str) -> [String; 4] {
        [
            format!("Leave the digest “{name}”?"),
            format!("{recipient} would get it no more. Alerts come all the same."),
            "Leave this digest".to_owned(),
            "Opening this page has changed nothing.".to_owned(),
        ]
    }

    fn left_digest(&self, name: &str, recipient: &str) -> [String; 3] {
        [
            format!("You have left the digest “{name}”"),
            format!("{recipient} gets it no more."),
            "To get it again, ask those who run mentiond: “mentiond digest subscribe” undoes it.".to_owned(),
        ]
    }
}
