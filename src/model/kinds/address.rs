//! Where a kind of source is found.

use url::Url;

/// Where a kind of source is.
#[derive(Debug, Clone, Copy)]
pub enum Address {
    /// There, unless the source says otherwise.
    Known(&'static str),
    /// Every source has to say it; this is an example.
    Own(&'static str),
}

impl Address {
    /// Whether an address can be that of the kind: that of a web server, or that of a mail server.
    #[must_use]
    pub fn takes(self, url: &Url) -> bool {
        let (Self::Known(usual) | Self::Own(usual)) = self;
        let is_mailbox = |scheme: &str| matches!(scheme, "imap" | "imaps");
        let usual = usual.split_once(':').map_or("", |(scheme, _)| scheme);
        matches!(url.scheme(), "http" | "https" | "imap" | "imaps") && is_mailbox(url.scheme()) == is_mailbox(usual)
    }
}
