//! The languages that mentiond itself speaks, and which notice is told in which. Never guesses: what is not said is told
//! in the general one. The language of a text is another matter (`language.rs`).

use std::collections::BTreeMap;

use super::Notice;

/// A language that notices are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Tongue {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// Norwegian Bokmål.
    Nb,
}

impl Tongue {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Nb];

    /// The word, as the store, the configuration and machines read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Nb => "nb",
        }
    }

    /// The language of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tongue| tongue.as_str() == word)
    }
}

/// Who is told in which language. A notice about several brands or routes that do not agree is told in the general one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tongues {
    /// Where nothing else is said.
    pub general: Tongue,
    /// Of what is told about a brand, by its name.
    pub brands: BTreeMap<String, Tongue>,
    /// Of alerts and incidents that take a route, by its name; the empty one is that of `[alert]`. It goes before that of the
    /// brand.
    pub routes: BTreeMap<String, Tongue>,
    /// Of digests, by name. It goes before those of the brands.
    pub digests: BTreeMap<String, Tongue>,
}

impl Tongues {
    /// The language of a notice; `ways` are the route and the brand of each alert, or of the incident, that it tells.
    #[must_use]
    pub fn of(&self, notice: &Notice, ways: &[(String, String)]) -> Tongue {
        match notice {
            Notice::Alert(_) | Notice::Escalation(_) | Notice::Held(_) | Notice::Incident(_) => {
                self.agreed(ways.iter().map(|(route, brand)| self.of_way(route, brand)))
            }
            Notice::Digest(digest) => {
                self.of_digest(&digest.digest, digest.brands.iter().map(|report| report.brand.as_str()))
            }
            Notice::Health(_) | Notice::Undelivered(_) | Notice::Trial(_) => self.general,
        }
    }

    /// The language of a digest about these brands.
    #[must_use]
    pub fn of_digest<'b>(&self, name: &str, brands: impl Iterator<Item = &'b str>) -> Tongue {
        let own = self.digests.get(name).copied();
        own.unwrap_or_else(|| self.agreed(brands.map(|brand| self.of_brand(brand))))
    }

    fn of_way(&self, route: &str, brand: &str) -> Tongue {
        self.routes.get(route).copied().unwrap_or_else(|| self.of_brand(brand))
    }

    fn of_brand(&self, brand: &str) -> Tongue {
        self.brands.get(brand).copied().unwrap_or(self.general)
    }

    /// The one that all agree on, or the general one.
    fn agreed(&self, mut tongues: impl Iterator<Item = Tongue>) -> Tongue {
        let first = tongues.next().unwrap_or(self.general);
        if tongues.all(|tongue| tongue == first) { first } else { self.general }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::notice::{HeldNotice, TrialNotice};

    fn tongues() -> Tongues {
        let named =
            |pairs: &[(&str, Tongue)]| pairs.iter().map(|(name, tongue)| ((*name).to_owned(), *tongue)).collect();
        Tongues {
            general: Tongue::En,
            brands: named(&[("Lillebror", Tongue::Nb), ("Storebror", Tongue::Nb), ("Bärchen", Tongue::De)]),
            routes: named(&[("lawyers", Tongue::De)]),
            digests: named(&[("weekly", Tongue::De)]),
        }
    }

    fn held(ways: &[(&str, &str)]) -> Tongue {
        let ways: Vec<_> = ways.iter().map(|(route, brand)| ((*route).to_owned(), (*brand).to_owned())).collect();
        let notice = HeldNotice::default();
        tongues().of(&Notice::Held(notice), &ways)
    }

    #[test]
    fn the_route_goes_before_the_brand_and_the_brand_before_the_general_one() {
        assert_eq!(held(&[("", "Lillebror")]), Tongue::Nb);
        assert_eq!(held(&[("lawyers", "Lillebror")]), Tongue::De);
        assert_eq!(held(&[("", "Skip Hop")]), Tongue::En);
        assert_eq!(held(&[]), Tongue::En);
        let trial = Notice::Trial(TrialNotice { asked_at: crate::model::Instant::default() });
        assert_eq!(Tongues { general: Tongue::Nb, ..tongues() }.of(&trial, &[]), Tongue::Nb);
    }

    #[test]
    fn those_who_do_not_agree_are_told_in_the_general_one() {
        assert_eq!(held(&[("", "Lillebror"), ("", "Storebror")]), Tongue::Nb);
        assert_eq!(held(&[("", "Lillebror"), ("", "Bärchen")]), Tongue::En);
        assert_eq!(held(&[("lawyers", "Lillebror"), ("", "Bärchen")]), Tongue::De);
    }

    #[test]
    fn every_language_is_read_back() {
        assert_eq!(Tongue::ALL.map(|tongue| Tongue::parse(tongue.as_str())), Tongue::ALL.map(Some));
        assert_eq!(Tongue::parse("no"), None);
    }
}
