//! What a trial says.

/// By which way it came.
#[derive(Clone, Copy)]
pub enum By<'a> {
    /// A mail server, by its address and port.
    Server(&'a str),
    /// A folder.
    Folder(&'a str),
    /// A channel, by its name.
    Channel(&'a str),
}

/// The words of a trial.
pub trait Trial {
    /// The subject.
    fn trial_subject(&self) -> &'static str;

    /// The same where it is no mail.
    fn trial_title(&self) -> &'static str;

    /// The heading of the page.
    fn all_is_well(&self) -> &'static str;

    /// What it is.
    fn this_is_a_trial(&self) -> &'static str;

    /// By which way it came, for the list of a mail program.
    fn came_by(&self, way: By<'_>) -> String;

    /// The same, and when it was asked for, and what that means.
    fn came_by_as_asked(&self, way: By<'_>, asked: &str) -> String;

    /// That nothing is to be done.
    fn nothing_to_do(&self) -> &'static str;
}
