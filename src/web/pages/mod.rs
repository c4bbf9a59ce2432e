//! Pages for people who follow a link of a mail. A page loads nothing, runs nothing, sets no cookie, tells no other site
//! where somebody came from, and stands in no frame; all that it shows of others is escaped.

mod acknowledge;
mod unsubscribe;
mod words;

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

pub(super) use acknowledge::{show, take};
pub(super) use unsubscribe::{show as show_leaving, take as leave};

/// The looks of all pages.
const STYLE: &str = include_str!("../templates/page.css");

/// What browsers may do with a page: apply its own style, and send its form back to where it came from.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// A page in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Page {
    /// The language for machines.
    pub(super) language: &'static str,
    /// What it is, in a few words.
    pub(super) title: String,
    /// What there is to say.
    pub(super) paragraphs: Vec<String>,
    /// A list.
    pub(super) items: Vec<String>,
    /// What can be done here, if anything.
    pub(super) button: Option<String>,
    /// What else is good to know; may be empty.
    pub(super) note: String,
}

#[derive(Template)]
#[template(path = "page.html", config = "src/web/templates/askama.toml")]
struct Html<'a> {
    page: &'a Page,
    style: &'a str,
}

impl Page {
    /// The page as an answer.
    pub(super) fn answer(&self, status: StatusCode) -> Response {
        let html = Html { page: self, style: STYLE }.to_string();
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, POLICY.as_str()),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_FRAME_OPTIONS, "DENY"),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}
