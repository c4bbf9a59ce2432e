//! Words as outlines: the letters of the font that comes with mentiond, a subset of Inter under the SIL Open Font License
//! (`inter_license.txt`). It holds what is written in Western Europe; for any other letter it draws an empty box.

use std::fmt::Write as _;

use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Inter Medium: Latin-1, a few signs, no hints, no features.
const FONT: &[u8] = include_bytes!("inter.ttf");

/// The letters.
pub struct Glyphs<'a> {
    face: Face<'a>,
}

impl Glyphs<'_> {
    /// The letters of the font; a test holds that they are there.
    pub fn new() -> Option<Self> {
        Some(Self { face: Face::parse(FONT, 0).ok()? })
    }

    /// How wide a word is in letters of this size.
    pub fn width(&self, word: &str, size: f64) -> f64 {
        word.chars().map(|letter| self.advance(self.glyph(letter))).sum::<f64>() * self.scale(size)
    }

    /// The outline of a word that begins at `x` and stands on `y`, as the data of an SVG path.
    pub fn outline(&self, word: &str, x: f64, y: f64, size: f64) -> String {
        let mut pen = Pen { data: String::new(), x, y, scale: self.scale(size) };
        for glyph in word.chars().map(|letter| self.glyph(letter)) {
            // A letter without an outline is a space.
            let _ = self.face.outline_glyph(glyph, &mut pen);
            pen.x += self.advance(glyph) * pen.scale;
        }
        pen.data
    }

    /// Whether all letters of a word are there.
    #[cfg(test)]
    pub fn has(&self, word: &str) -> bool {
        word.chars().all(|letter| self.glyph(letter).0 != 0)
    }

    fn glyph(&self, letter: char) -> GlyphId {
        // There is one space for all.
        let letter = if letter.is_whitespace() { ' ' } else { letter };
        self.face.glyph_index(letter).unwrap_or_default()
    }

    fn advance(&self, glyph: GlyphId) -> f64 {
        self.face.glyph_hor_advance(glyph).unwrap_or_default().into()
    }

    fn scale(&self, size: f64) -> f64 {
        size / f64::from(self.face.units_per_em())
    }
}

/// Writes down where the outline goes.
struct Pen {
    data: String,
    x: f64,
    y: f64,
    scale: f64,
}

impl Pen {
    fn go(&mut self, command: char, points: &[(f32, f32)]) {
        self.data.push(command);
        for (x, y) in points {
            let (x, y) = (self.x + f64::from(*x) * self.scale, self.y - f64::from(*y) * self.scale);
            // Writing to a string does not fail.
            let _ = write!(self.data, "{x:.2} {y:.2} ");
        }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.go('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.go('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.go('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.go('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('Z');
    }
}
