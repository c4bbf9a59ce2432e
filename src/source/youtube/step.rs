//! What a walk through lists of `YouTube` reads next: after each page what that page leads to, then the page behind it.
//! Where the walk is stands in the name of the page: what is still to be read, a letter and an id each, and a space before
//! the network's own name of the page behind.

use super::super::listing::Visit;

/// What is read beside the list itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Videos, whole.
    Videos,
    /// The comments below a video.
    Comments,
    /// The replies to a comment; behind its id stands that of the video.
    Replies,
}

const LETTERS: [(char, What); 3] = [('v', What::Videos), ('c', What::Comments), ('r', What::Replies)];

/// Where a walk is.
pub(super) struct Step<'v> {
    /// What is read now; the list itself if it is nothing else.
    pub(super) what: Option<What>,
    /// Of which things.
    pub(super) ids: Vec<&'v str>,
    /// What is read after it.
    rest: Vec<&'v str>,
    /// The page of the list that is read then, or now; empty for the first, or if there is none.
    pub(super) token: &'v str,
}

impl<'v> Step<'v> {
    pub(super) fn of(visit: &Visit<'v>) -> Self {
        let (tasks, token) = visit.page.and_then(|page| page.split_once(' ')).unwrap_or_default();
        let mut rest: Vec<&str> = tasks.split(',').filter(|task| !task.is_empty()).collect();
        let what = rest.first().and_then(|task| what(task));
        let same = rest.iter().take_while(|task| self::what(task) == what).count();
        let now = if what == Some(What::Videos) { same } else { same.min(1) };
        let ids = rest.drain(..now).filter_map(|task| task.get(1..)).collect();
        Self { what, ids, rest, token }
    }

    /// The page after this step, which leads to that: first what it leads to, then what was to be read anyway. Behind a
    /// page of the list stands another one if it names one, its `token`.
    pub(super) fn next(
        &self,
        to: What,
        ids: impl IntoIterator<Item = String>,
        token: Option<String>,
    ) -> Option<String> {
        let letter = LETTERS.iter().find(|(_, what)| *what == to).map(|(letter, _)| letter)?;
        let is_sound = |id: &String| !id.contains([' ', ',']);
        let tasks = ids.into_iter().filter(is_sound).map(|id| format!("{letter}{id}"));
        let tasks: Vec<String> = tasks.chain(self.rest.iter().map(|task| (*task).to_owned())).collect();
        let token = if self.what.is_none() { token.unwrap_or_default() } else { self.token.to_owned() };
        (!tasks.is_empty() || !token.is_empty()).then(|| format!("{} {token}", tasks.join(",")))
    }
}

fn what(task: &str) -> Option<What> {
    let letter = task.chars().next()?;
    LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, what)| *what)
}
