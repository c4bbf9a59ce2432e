//! A picture of a mail: a chart, named by its content. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::deliver::chart::{Bars, SIZE};
use crate::model::hash::sha256_hex;

/// A picture that travels within the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its Content-ID without the angle brackets; follows from the content.
    pub id: String,
    /// The picture, of twice the size at which it is shown.
    pub png: Vec<u8>,
}

impl Picture {
    /// The chart as a picture; `None` when there is nothing to show.
    pub fn of(chart: &Bars<'_>) -> Option<Self> {
        let png = chart.png()?;
        Some(Self { id: format!("chart.{}@mentiond", sha256_hex([&png], 12)), png })
    }

    /// Its width and height in pixels of the page.
    pub fn size(&self) -> (u32, u32) {
        SIZE
    }

    /// Where the page of the mail finds it.
    pub fn address(&self) -> String {
        format!("cid:{}", self.id)
    }

    /// The picture itself as an address.
    pub fn data_address(&self) -> String {
        format!("data:image/png;base64,{}", STANDARD.encode(&self.png))
    }
}
