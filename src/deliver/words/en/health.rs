//! The health of sources in English.

use super::English;
use super::common::MARKS;
use crate::deliver::words::common::Common as _;
use crate::deliver::words::health::Sources;
use crate::model::health::Health;

impl Sources for English {
    fn is(&self, health: Health) -> &'static str {
        health.words()
    }

    fn are(&self, health: Health) -> &'static str {
        health.words_of_many()
    }

    fn health_title(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "Gone for good",
            Health::Failing => "Cannot be read",
            Health::Silent => "Unusually silent",
            Health::Moved => "Moved",
            Health::Slow => "Slow",
            Health::Healthy => "Well again",
        }
    }

    fn advice(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => {
                "take the source out of the configuration, or give it the address where it is to be found now."
            }
            Health::Failing => {
                "see in a browser whether the address still answers. If it does, this machine or its network may be the \
                 cause. If it does not, write to those who run it, or take it out of the configuration."
            }
            Health::Silent => {
                "see in a browser whether something new was published. If so, it stands in another feed now, whose address \
                 is to be configured. If not, there is nothing to mend."
            }
            Health::Moved => "write the new address into the configuration, which still names the old one.",
            Health::Slow => {
                "nothing yet. If it lasts, give the source a longer “interval”, or raise “timeout” below “[fetch]” before it \
                 is exceeded."
            }
            Health::Healthy => "",
        }
    }

    fn mend_the_secret(&self) -> &'static str {
        "renew or correct what is named above: the secret, the account that goes with it, or its \
         rights. Then restart mentiond."
    }

    fn mend_the_budget(&self) -> &'static str {
        "raise “dollars_per_month” of the source if it is worth more to you, and restart mentiond; or ask it for fewer \
         words. Else there is nothing to do."
    }

    fn rests_until_next_month(&self) -> &'static str {
        "the source rests, costs nothing, and is read again on the first of the month (UTC). What its network does not show any more \
         by then is told in the digests."
    }

    fn buy_more(&self) -> &'static str {
        "buy more where the network sells it, or take a larger plan there, then restart mentiond. If you only wait, nothing \
         that is said there is heard in the meantime."
    }

    fn asks_for_more(&self) -> &'static str {
        "the source rests and costs nothing. It is asked again once a day, or when the network said that there is more."
    }

    fn meanwhile(&self, health: Health) -> &'static str {
        match health {
            Health::Gone => "it is not polled any more.",
            Health::Failing => {
                "mentiond goes on trying, less and less often: at last once a day, or more rarely where the interval is \
                 longer or the host refuses. It says when the source is well again."
            }
            Health::Silent => {
                "the source is polled as before, and mentiond says when it speaks again. Until then no digest calls its \
                 silence proof that nothing was said."
            }
            Health::Moved => "it is read at its new address.",
            Health::Slow => "the source is read as before, and holds up no other.",
            Health::Healthy => "",
        }
    }

    fn what_to_do(&self) -> &'static str {
        "What to do"
    }

    fn meanwhile_label(&self) -> &'static str {
        "Meanwhile"
    }

    fn since(&self, health: Health, when: &str) -> String {
        match health {
            Health::Gone | Health::Moved => format!("noticed on {when}"),
            Health::Silent => format!("nothing new since {when}"),
            Health::Failing => format!("failing since {when}"),
            Health::Slow => format!("slow since {when}"),
            Health::Healthy => format!("well since {when}"),
        }
    }

    fn was(&self, health: Health, since: Option<&str>) -> String {
        let was = match health {
            Health::Gone => "it had been gone",
            Health::Failing => "it had failed",
            Health::Silent => "it had been silent",
            Health::Moved => "it had been elsewhere",
            Health::Slow => "it had been slow",
            Health::Healthy => "it had been well",
        };
        match since {
            Some(since) => format!("{was} since {since}"),
            None => format!("{was} before"),
        }
    }

    fn change(&self, health: Health, when: &str) -> String {
        match health {
            Health::Gone => format!("gone for good, noticed on {when}"),
            Health::Failing => format!("failing since {when}"),
            Health::Silent => format!("unusually silent, nothing new since {when}"),
            Health::Moved => format!("has moved, noticed on {when}"),
            Health::Slow => format!("slow since {when}"),
            Health::Healthy => format!("well again since {when}"),
        }
    }

    fn has_moved(&self, noticed: &str, address: &str) -> String {
        format!("has moved (noticed on {noticed}) to {address}")
    }

    fn said(&self, words: &str) -> String {
        words.to_owned()
    }

    fn many_fail(&self, failing: u64, sources: u64) -> String {
        let (failing, sources) = (MARKS.grouped(failing), self.sources(sources));
        format!(
            "{failing} of {sources} cannot be read. The likely cause is the network of this machine or its name server, not \
             the sources."
        )
    }

    fn sources_not_shown(&self, more: u64) -> String {
        let more = MARKS.count(more, "no more sources are", "more source is", "more sources are");
        format!("{more} not shown here; “mentiond status” lists all.")
    }
}
