//! How much of what a word says is about the brand: how near it stands, who is compared with whom, who does it to whom,
//! and who only says it. Where a text does not name the brand, everything is about it.

use super::mark::{Mark, Marked, Sentence};
use super::piece::Piece;
use super::role::Role;
use super::scale::Scale;
use super::token::{Cut, Kind};

/// What a word says in a sentence without the brand.
const ELSEWHERE: f64 = 0.75;
/// What a comma and the like between a word and the brand leaves of its weight.
const PER_BREAK: f64 = 0.85;
/// What each further word leaves of the weight of one that stands more than `NEAR` words from the brand.
const PER_WORD: f64 = 0.98;
const NEAR: usize = 6;
/// Further away nothing is counted.
const FAR: usize = 40;
/// A word in a sentence with the brand is left with this at least.
const LEAST: f64 = 0.5;
/// `better than Acme` is bad for Acme, `worse than Acme` a little good.
const COMPARED_PRAISE: f64 = -1.5;
const COMPARED_BLAME: f64 = -0.5;
/// `Unlike Acme they answer at once`.
const UNLIKE: f64 = -0.7;
/// What the brand does to others.
const DONE_TO_OTHERS: f64 = 0.3;
/// What the brand says.
const SAID: f64 = 0.25;
/// `switched from Acme`, `switched to Acme`.
pub(super) const LEAVES: f64 = -2.5;
pub(super) const JOINS: f64 = 2.0;
/// Words from one to who is meant by it, and one more.
const REACH: usize = 3;
/// The same from what is compared to what it is compared with.
const COMPARISON: usize = 7;
/// The same from `than` to what is said of another, and from there to its name.
const OTHER: usize = 4;
/// How an adjective ends where it is declined.
const DECLINED: [&str; 5] = ["e", "er", "es", "en", "em"];
/// What ends like a comparative and is none.
const PLAIN: [&str; 22] = [
    "super", "lecker", "sauber", "sicher", "teuer", "clever", "bitter", "heiter", "tapfer", "mager", "sauer", "munter",
    "locker", "leider", "immer", "wieder", "ander", "unser", "euer", "hier", "aber", "oder",
];

/// A sentence, and where the brand stands in it.
pub(super) struct Aim<'a> {
    cut: &'a Cut,
    marked: &'a Marked,
    sentence: &'a Sentence,
    /// The pieces that are the brand's.
    brands: &'a [usize],
    addressed: bool,
    /// Whether the brand is who says it.
    said: bool,
    /// Behind this piece stands what is true of others.
    unlike: Option<usize>,
}

impl<'a> Aim<'a> {
    /// The aim of a sentence in a text that names the brand, there or elsewhere.
    pub(super) fn new(cut: &'a Cut, marked: &'a Marked, sentence: &'a Sentence, addressed: bool) -> Self {
        let brands = marked.brands.get(..marked.brands.partition_point(|at| *at < sentence.pieces.end));
        let brands = brands.unwrap_or_default();
        let brands = brands.get(brands.partition_point(|at| *at < sentence.pieces.start)..).unwrap_or_default();
        let mut aim = Self { cut, marked, sentence, brands, addressed, said: false, unlike: None };
        // Of a brand that is named over and over the first names are enough.
        for brand in brands.iter().take(NEAR) {
            aim.said |= aim.says(*brand);
            if aim.before(*brand) == Some(Role::Unlike) {
                aim.unlike = Some(*brand);
            }
        }
        aim
    }

    /// What a customer who leaves or comes says of the brand; `None` if neither is the brand.
    pub(super) fn moves(&self, mark: &Mark, role: Role) -> Option<f64> {
        let brand = self.next_brand(mark)?;
        let near = brand - mark.pieces.end < REACH;
        match role {
            Role::Leaves if near => Some(LEAVES),
            Role::Joins if near => Some(JOINS),
            _ => None,
        }
    }

    /// Scales what `mark` says to what it says of the brand.
    pub(super) fn take(&self, mark: &Mark, scale: &mut Scale) {
        if self.is_compared(mark) {
            let factor = if scale.weight > 0.0 { COMPARED_PRAISE } else { COMPARED_BLAME };
            return scale.times(factor, || "said of others that are compared with it".to_owned());
        }
        if self.unlike.is_some_and(|unlike| unlike < mark.pieces.start) {
            return scale.times(UNLIKE, || "said of others that are unlike it".to_owned());
        }
        if self.is_about_other(mark) {
            return scale.times(UNLIKE, || "said of others that are compared with it".to_owned());
        }
        if mark.role == Some(Role::Strikes) && !self.addressed && self.is_done_by_brand(mark) {
            return scale.times(DONE_TO_OTHERS, || "done to others".to_owned());
        }
        if self.said && !self.addressed {
            scale.times(SAID, || "said by the brand".to_owned());
        }
    }

    /// How near a mark stands to the brand: 1 is next to it.
    pub(super) fn nearness(&self, mark: &Mark) -> f64 {
        if self.addressed {
            return 1.0;
        }
        if self.brands.is_empty() {
            return ELSEWHERE;
        }
        let ahead = self.last_brand(mark).map(|brand| self.way(brand + 1, mark.pieces.start));
        let behind = self.next_brand(mark).map(|brand| self.way(mark.pieces.end, brand));
        ahead.into_iter().chain(behind).fold(LEAST, f64::max)
    }

    fn next_brand(&self, mark: &Mark) -> Option<usize> {
        self.brands.get(self.brands.partition_point(|at| *at < mark.pieces.end)).copied()
    }

    fn last_brand(&self, mark: &Mark) -> Option<usize> {
        self.brands.get(self.brands.partition_point(|at| *at < mark.pieces.start).checked_sub(1)?).copied()
    }

    /// `better than Acme`.
    fn is_compared(&self, mark: &Mark) -> bool {
        let Some(brand) = self.next_brand(mark).filter(|brand| brand - mark.pieces.end < COMPARISON) else {
            return false;
        };
        let compares = || match self.before(brand) {
            Some(Role::Than) => true,
            Some(Role::ThanOrAs) => self.is_comparative(mark, brand),
            _ => false,
        };
        self.marked.is_unbroken(mark.pieces.end..brand) && compares()
    }

    /// `cheaper than the rip-off Globex`, behind the brand.
    fn is_about_other(&self, mark: &Mark) -> bool {
        let Some(brand) = self.last_brand(mark).filter(|_| self.next_brand(mark).is_none()) else { return false };
        let start = mark.pieces.start.saturating_sub(OTHER).max(brand + 1);
        let near = self.marked.pieces.get(start..mark.pieces.start).unwrap_or_default();
        let than = near.iter().position(|piece| matches!(piece.role, Some(Role::Than | Role::ThanOrAs)));
        let Some(than) = than.map(|than| start + than).filter(|than| self.marked.is_unbroken(*than..mark.pieces.start))
        else {
            return false;
        };
        let is_plain = self.marked.pieces.get(than).is_some_and(|piece| piece.role == Some(Role::Than));
        let behind = self.marked.pieces.get(mark.pieces.end..).unwrap_or_default().iter().take(REACH);
        let mut behind = behind.take_while(|piece| piece.kind == Kind::Word);
        behind.any(|piece| self.is_capital(piece)) && (is_plain || self.ends(than, is_comparative))
    }

    /// The role of what stands right in front of a piece of the sentence.
    fn before(&self, at: usize) -> Option<Role> {
        let before = at.checked_sub(1).filter(|before| *before >= self.sentence.pieces.start)?;
        self.marked.pieces.get(before)?.role
    }

    /// Whether something between a mark and what it is compared with says that it compares: `freundlicher als Acme`,
    /// `mehr Freude als bei Acme`, but not `zufrieden als Acme-Kunde` or `guter Service als Acme-Kunde`.
    fn is_comparative(&self, mark: &Mark, brand: usize) -> bool {
        let start = mark.pieces.start.saturating_sub(1).max(self.sentence.pieces.start);
        let pieces = self.marked.pieces.get(start..brand).unwrap_or_default();
        let more = |piece: &Piece| matches!(piece.role, Some(Role::Up | Role::Down));
        let capital = self.marked.pieces.get(mark.pieces.end..brand).unwrap_or_default();
        pieces.iter().any(|piece| more(piece) || is_declined_comparative(self.key(piece)))
            || self.ends(mark.pieces.end, is_comparative) && !capital.iter().any(|p| self.is_capital(p))
    }

    /// Whether the word in front of a piece is such a one.
    fn ends(&self, at: usize, wanted: impl Fn(&str) -> bool) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.marked.pieces.get(before));
        before.is_some_and(|piece| wanted(self.key(piece)))
    }

    fn key(&self, piece: &Piece) -> &'a str {
        self.cut.tokens.get(piece.token).map_or("", |token| self.cut.key(token))
    }

    fn is_capital(&self, piece: &Piece) -> bool {
        self.cut.tokens.get(piece.token).is_some_and(|token| token.capital)
    }

    /// Whether the brand at this piece is who says what stands in the sentence.
    fn says(&self, brand: usize) -> bool {
        let behind = self.marked.pieces.get(brand + 1..self.sentence.pieces.end.min(brand + REACH)).unwrap_or_default();
        let mut behind = behind.iter().take_while(|piece| piece.kind.is_wordlike());
        if behind.any(|piece| piece.role == Some(Role::Says)) || self.before(brand) == Some(Role::Source) {
            return true;
        }
        // `.., said Acme`
        let start = brand.saturating_sub(REACH).max(self.sentence.pieces.start);
        let before = self.marked.pieces.get(start..brand).unwrap_or_default();
        let said = before.iter().rposition(|piece| piece.role == Some(Role::Says));
        let pause = said.and_then(|said| before.get(said.checked_sub(1)?));
        pause.is_some_and(|pause| !pause.kind.is_wordlike())
    }

    /// `Acme slams`, but neither `slams Acme` nor `Acme is slammed` nor `Acme slammed by`, nor `Acme insulted me`.
    fn is_done_by_brand(&self, mark: &Mark) -> bool {
        if self.next_brand(mark).is_some_and(|brand| brand - mark.pieces.end < REACH) {
            return false;
        }
        let Some(brand) = self.last_brand(mark).filter(|brand| mark.pieces.start - brand <= REACH) else {
            return false;
        };
        let around =
            self.marked.pieces.get(brand..self.sentence.pieces.end.min(mark.pieces.end + 1)).unwrap_or_default();
        !around.iter().any(|piece| matches!(piece.role, Some(Role::Suffers | Role::Author)))
    }

    /// What the way from a mark to the brand leaves of its weight.
    fn way(&self, start: usize, end: usize) -> f64 {
        let between = self.marked.pieces.get(start..end).unwrap_or_default();
        if between.len() > FAR {
            return LEAST;
        }
        let breaks = between.iter().filter(|piece| matches!(piece.kind, Kind::Pause | Kind::Quote)).count();
        let words = (between.len() - breaks).saturating_sub(NEAR);
        let power = |base: f64, times: usize| base.powi(i32::try_from(times).unwrap_or(i32::MAX));
        power(PER_BREAK, breaks) * power(PER_WORD, words)
    }
}

/// `freundlicher`, but not `super`.
fn is_comparative(word: &str) -> bool {
    word.ends_with("er") && !PLAIN.contains(&word)
}

/// `freundlichere`, but not `leckere`.
fn is_declined_comparative(word: &str) -> bool {
    DECLINED.iter().any(|end| word.strip_suffix(end).is_some_and(is_comparative))
}
