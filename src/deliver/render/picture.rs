//! A picture of a mail: a chart, named by its content. Pure.

use super::Attachment;
use crate::deliver::chart::{Bars, SIZE, png};
use crate::model::hash::sha256_hex;

/// A picture that travels within the mail.
pub struct Picture {
    id: String,
    svg: String,
}

impl Picture {
    /// The chart as a picture; `None` when there is nothing to show.
    pub fn of(chart: &Bars<'_>) -> Option<Self> {
        let svg = chart.svg()?;
        Some(Self { id: format!("chart.{}@mentiond", sha256_hex([&svg], 12)), svg })
    }

    /// Its width and height in pixels of the page, half as many as it has.
    pub fn size(&self) -> (u32, u32) {
        SIZE
    }

    /// Where the page of the mail finds it.
    pub fn address(&self) -> String {
        format!("cid:{}", self.id)
    }

    /// The files that come with the mail, each once. Only here they are drawn.
    pub fn files(pictures: impl IntoIterator<Item = Self>) -> Vec<Attachment> {
        let mut files: Vec<Attachment> = Vec::new();
        for Self { id, svg } in pictures {
            if files.iter().all(|file| file.content_id.as_ref() != Some(&id)) {
                files.extend(png(&svg).map(|bytes| {
                    let name = "chart.png".to_owned();
                    Attachment { name, media_type: "image/png", content_id: Some(id), bytes }
                }));
            }
        }
        files
    }
}
