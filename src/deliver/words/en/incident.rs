//! Incidents in English.

use super::English;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::incident::{Chance, Incident, Seen, Span, Usual};
use crate::model::incident::{IncidentKind, Talk};

/// `1 is usual`, `0.4 are usual`, `hardly any are usual`.
fn are_usual(usual: Usual) -> String {
    match usual {
        Usual::HardlyAny => "hardly any are usual".to_owned(),
        Usual::Many(1) => "1 is usual".to_owned(),
        Usual::Few(number, digits) => format!("{} are usual", MARKS.decimal(number, digits)),
        Usual::Many(number) => format!("{} are usual", MARKS.grouped(number)),
    }
}

/// `where 1 is usual (by chance 1 in 90,000)`.
fn beside(seen: Seen) -> String {
    let (usual, windows) = (are_usual(seen.usual), MARKS.grouped(seen.chance.windows));
    match (seen.is_rare(), seen.chance.rarer) {
        (false, _) => format!("where {usual}"),
        (true, false) => format!("where {usual} (by chance 1 in {windows})"),
        (true, true) => format!("where {usual} (by chance less than 1 in {windows})"),
    }
}

impl Incident for English {
    fn span(&self, span: Span) -> String {
        match span {
            Span::Hours(number) => MARKS.count(number, "no time", "hour", "hours"),
            Span::Days(number) => MARKS.count(number, "no time", "day", "days"),
            Span::Weeks(number) => MARKS.count(number, "no time", "week", "weeks"),
            Span::Months(number) => MARKS.count(number, "no time", "month", "months"),
            Span::Years(number) => MARKS.count(number, "no time", "year", "years"),
        }
    }

    fn negative_stories(&self, number: u64) -> String {
        MARKS.count(number, "no negative stories", "negative story", "negative stories")
    }

    fn spreading(&self, observed: u64, window: Span, usual: Usual) -> String {
        let (observed, window) = (MARKS.grouped(observed), self.span(window));
        format!("negative stories spread, {observed} in {window} where {}", are_usual(usual))
    }

    fn still_spreading(&self, negative: u64, lasted: Span) -> String {
        format!("still spreading, {} in {}", self.negative_stories(negative), self.span(lasted))
    }

    fn spreading_faster(&self, observed: u64, window: Span) -> String {
        format!("spreading faster, {} in {}", self.negative_stories(observed), self.span(window))
    }

    fn no_longer_unusual(&self, negative: u64, lasted: Span) -> String {
        format!("no longer unusual, {} in {}", self.negative_stories(negative), self.span(lasted))
    }

    fn no_spike(&self) -> &'static str {
        "the negative stories are no spike after all"
    }

    fn calm_again(&self, negative: u64, lasted: Span) -> String {
        format!("calm again, {} in {}", self.negative_stories(negative), self.span(lasted))
    }

    fn it_begins(&self, brand: &str, onset: &str, talk: Talk) -> String {
        match talk {
            Talk::Negative => format!("More people than usual speak badly of {brand}. It began on {onset}."),
            Talk::All => {
                format!("More people than usual speak of {brand}, and more of them badly. It began on {onset}.")
            }
        }
    }

    fn it_goes_on(&self, onset: &str) -> String {
        format!("It began on {onset} and goes on.")
    }

    fn it_spreads_faster(&self, onset: &str) -> String {
        format!("It began on {onset}, and now it spreads faster than before.")
    }

    fn it_is_usual_now(&self, onset: &str) -> String {
        format!(
            "It began on {onset} and has lasted for so long that mentiond takes this for the usual level from now on. If it \
             rises further, you will hear of it."
        )
    }

    fn it_was_none(&self, onset: &str) -> String {
        format!(
            "What was told as a spike that began on {onset} is none by what is known now: tones were corrected, or the \
             configuration was changed."
        )
    }

    fn it_was_missed(&self, onset: &str) -> String {
        format!(
            "Negative stories spread from {onset} on while mentiond was not there to see it. The numbers are usual again."
        )
    }

    fn it_is_over(&self, onset: &str) -> String {
        format!("It began on {onset}. The numbers are usual again.")
    }

    fn cold_start(&self, brand: &str) -> String {
        format!(
            "A cold start: mentiond does not know {brand} well yet, for want of two weeks and twenty stories. What is usual \
             is a first guess, so look at the stories before you act on the numbers."
        )
    }

    fn facts(&self) -> [&'static str; 7] {
        ["Seen", "Usual", "By chance", "Authors", "Who", "All tones", "In all"]
    }

    fn seen(&self, observed: u64, window: Span, until: &str) -> String {
        format!("{} within {}, until {until}", self.negative_stories(observed), self.span(window))
    }

    fn usual(&self, usual: Usual, window: Span) -> String {
        format!("{} in {} at this time of the week", are_usual(usual), self.span(window))
    }

    fn by_chance(&self, chance: Chance) -> String {
        let once = match chance.once_in {
            Some(span) => format!("about once in {}", self.span(span)),
            None => "less than once in 1,000 years".to_owned(),
        };
        let rarer = if chance.rarer { "less than " } else { "" };
        let (windows, hours) = (MARKS.grouped(chance.windows), self.span(Span::Hours(chance.hours)));
        format!("{once} ({rarer}1 in {windows} stretches of {hours})")
    }

    fn people(&self, people: Seen) -> String {
        format!("{} {}", MARKS.count(people.number, "nobody", "person", "people"), beside(people))
    }

    fn all_tones(&self, stories: Seen, people: Seen, talk: Talk) -> String {
        let rises = match talk {
            Talk::Negative => "only the negative ones are more than usual",
            Talk::All => "all talk is more than usual",
        };
        let number = MARKS.count(stories.number, "no stories", "story", "stories");
        format!("{number} {}, by {}: {rises}", beside(stories), self.people(people))
    }

    fn in_all(&self, negative: u64, people: u64) -> String {
        let people = MARKS.count(people, "nobody", "person", "people");
        format!("{} by {people} since the first one; copies are not counted", self.negative_stories(negative))
    }

    fn who(&self, kind: IncidentKind, share: &str) -> String {
        match kind {
            IncidentKind::BroadWave => format!("a broad wave: no author wrote more than {share}"),
            IncidentKind::Brigade => format!("few people who write a lot: the most frequent one wrote {share}"),
            IncidentKind::RepeatPoster => format!("one person writes most of it: {share} are by the same author"),
        }
    }

    fn it_began_with(&self, title: &str) -> String {
        format!("It began with: {title}")
    }

    fn how_it_began(&self) -> &'static str {
        "How it began"
    }

    fn stories_that_drive_it(&self) -> &'static str {
        "Stories that drive it"
    }

    fn alerts_heading(&self) -> &'static str {
        "Alerts"
    }

    fn folded(&self, alerts: u64, first: bool) -> String {
        let alerts = self.alerts(alerts);
        if first {
            format!("{alerts}, told here and not one by one:")
        } else {
            format!("Since the last of these mails {alerts} more, not mailed one by one:")
        }
    }

    fn folded_in_short(&self, alerts: u64) -> String {
        match alerts {
            1 => "1 alert is not told by itself: `mentiond status` lists it.".to_owned(),
            _ => format!("{} are not told one by one: `mentiond status` lists them.", self.alerts(alerts)),
        }
    }

    fn folded_more(&self, more: u64) -> String {
        format!("and {} more; “mentiond status” lists the latest.", MARKS.grouped(more))
    }

    fn what_comes_next(&self) -> &'static str {
        "What comes next"
    }

    fn until_it_ends(&self, brand: &str, again: Option<Span>) -> String {
        let news = match again {
            Some(again) => format!(
                "You will hear of it again when the number of stories or of people has doubled, \
                 when it spreads faster, after {} if it goes on, and when it is over.",
                self.span(again)
            ),
            None => {
                "Somebody takes care of it, so you will hear of it again only when the number of stories or of people has \
                     doubled, when it spreads faster, and when it is over."
                    .to_owned()
            }
        };
        format!(
            "{news} Until then single alerts about {brand} come with these mails; urgent ones are still mailed at once."
        )
    }

    fn one_by_one_again(&self, brand: &str) -> String {
        format!("Alerts about {brand} are mailed one by one again.")
    }

    fn last_hours(&self, hours: u64) -> String {
        format!("The last {}", self.span(Span::Hours(hours)))
    }

    fn negative_per_hour(&self) -> &'static str {
        "negative stories per hour"
    }

    fn now(&self) -> &'static str {
        "now"
    }

    fn chart_range(&self, from: &str, until: &str) -> String {
        format!("from {from} until {until}")
    }

    fn usual_line(&self) -> &'static str {
        "usual"
    }

    fn chart_words(&self, peak: &str, most: u64, usual: Option<Usual>) -> String {
        let usual = usual.map(|usual| format!(" where {}", are_usual(usual))).unwrap_or_default();
        format!("The worst hour, from {peak} on, had {}{usual}.", self.negative_stories(most))
    }

    fn legend(&self) -> [&'static str; 2] {
        ["negative", "all others"]
    }
}
