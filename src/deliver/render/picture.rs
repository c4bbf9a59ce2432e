//! A picture of a mail: a chart, named by its content. Pure.

use super::Attachment;
use crate::deliver::chart::{Bars, SIZE};
use crate::model::hash::sha256_hex;

/// A picture that travels within the mail.
pub struct Picture {
    id: String,
    png: Vec<u8>,
}

impl Picture {
    /// The chart as a picture; `None` when there is nothing to show.
    pub fn of(chart: &Bars<'_>) -> Option<Self> {
        let png = chart.png()?;
        Some(Self { id: format!("chart.{}@mentiond", sha256_hex([&png], 12)), png })
    }

    /// Its width and height in pixels of the page, half as many as it has.
    pub fn size(&self) -> (u32, u32) {
        SIZE
    }

    /// Where the page of the mail finds it.
    pub fn address(&self) -> String {
        format!("cid:{}", self.id)
    }

    /// The file that comes with the mail.
    pub fn into_file(self) -> Attachment {
        let name = "chart.png".to_owned();
        Attachment { name, media_type: "image/png", content_id: Some(self.id), bytes: self.png }
    }
}
