//! Bars over time as a picture, drawn once: as SVG, and from that as PNG. All words in it are outlines of its own font, so
//! that it looks the same everywhere. It has a ground of its own and is to be seen in a light mail and in a dark one.
//! Pure: the same numbers give the same bytes. Never knows what the numbers mean or in which language they are told.

mod glyphs;
mod raster;
mod svg;

use glyphs::Glyphs;
use svg::Drawing;

/// Width and height in pixels of the page; a picture has twice as many in each direction.
pub const SIZE: (u32, u32) = (520, 180);

const GROUND: &str = "#f3f4f6";
const INK: &str = "#1d2127";
const FAINT: &str = "#5f6772";
const LINE: &str = "#d7dbe0";
/// On a phone the picture has about 330 pixels, and these are 10.
const LETTERS: f64 = 16.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 36.0;
const EDGE: f64 = 16.0;
const GAP: f64 = 8.0;
/// What is there is seen, however little it is.
const LEAST: f64 = 2.0;
/// How much of its place a bar takes.
const FILLED: f64 = 0.78;
/// Most lines that tell how high the bars are.
const LINES: u64 = 3;

/// What is to be drawn.
pub struct Bars<'a> {
    /// The colours of the parts of a bar, from below.
    pub colours: &'a [&'static str],
    /// The bars, each with the heights of its parts.
    pub bars: &'a [Vec<u64>],
    /// What is usual for each bar, and the word for it; no line is drawn where that is not known.
    pub usual: Option<(&'a [f64], &'a str)>,
    /// The words below.
    pub ticks: &'a [Tick],
    /// How a number is written.
    pub number: &'a dyn Fn(u64) -> String,
}

/// A word below the bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Its place: 0 where the first bar begins, 1 where the second one does.
    pub at: f64,
    /// The word.
    pub word: String,
}

/// Where things go.
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    floor: f64,
    slot: f64,
    /// Pixels of one story.
    unit: f64,
}

/// A picture as a PNG of twice its size, so that it is sharp on every screen.
pub fn png(svg: &str) -> Option<Vec<u8>> {
    raster::png(svg, 2)
}

impl Bars<'_> {
    /// The picture as an SVG without any text; `None` when there is nothing to show.
    pub fn svg(&self) -> Option<String> {
        let highest = self.bars.iter().map(|parts| parts.iter().sum::<u64>()).max().filter(|highest| *highest > 0)?;
        let glyphs = Glyphs::new()?;
        let frame = self.frame(highest, &glyphs);
        let mut drawing = Drawing::new(SIZE, GROUND);
        self.draw_scale(&mut drawing, &frame, &glyphs, highest);
        self.draw_bars(&mut drawing, &frame);
        self.draw_usual(&mut drawing, &frame, &glyphs);
        self.draw_ticks(&mut drawing, &frame, &glyphs);
        Some(drawing.finish())
    }

    fn frame(&self, highest: u64, glyphs: &Glyphs<'_>) -> Frame {
        let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
        let numbers = lines(highest).map(|line| glyphs.width(&(self.number)(line), LETTERS));
        let left = EDGE + numbers.fold(0.0, f64::max) + GAP;
        let beside = self.usual.map_or(0.0, |(_, word)| glyphs.width(word, LETTERS) + GAP);
        let right = width - EDGE - beside;
        let (top, floor) = (TOP, height - BOTTOM);
        let usual = self.usual.iter().flat_map(|(each, _)| each.iter().copied()).fold(0.0, f64::max);
        let unit = (floor - top) / usual.max(highest as f64);
        Frame { left, right, top, floor, slot: (right - left) / self.bars.len() as f64, unit }
    }

    fn draw_scale(&self, drawing: &mut Drawing, frame: &Frame, glyphs: &Glyphs<'_>, highest: u64) {
        for line in lines(highest) {
            let y = frame.floor - line as f64 * frame.unit;
            drawing.rectangle(frame.left, y - 0.5, frame.right - frame.left, 1.0, LINE);
            let word = (self.number)(line);
            let x = frame.left - GAP - glyphs.width(&word, LETTERS);
            drawing.path(&glyphs.outline(&word, x, y + LETTERS * 0.36, LETTERS), FAINT);
        }
        drawing.rectangle(frame.left, frame.floor, frame.right - frame.left, 1.0, FAINT);
    }

    fn draw_bars(&self, drawing: &mut Drawing, frame: &Frame) {
        let width = halves(frame.slot * FILLED).max(1.0);
        for (place, parts) in self.bars.iter().enumerate() {
            let x = halves(frame.left + frame.slot * (place as f64 + 0.5) - width / 2.0);
            let mut floor = frame.floor;
            for (number, colour) in parts.iter().zip(self.colours).filter(|(number, _)| **number > 0) {
                let height = halves(*number as f64 * frame.unit).max(LEAST);
                // A seam between two parts helps those who see their colours alike.
                let seam = if floor < frame.floor && height > LEAST { 1.0 } else { 0.0 };
                drawing.rectangle(x, (floor - height).max(0.0), width, height - seam, colour);
                floor -= height;
            }
        }
    }

    fn draw_usual(&self, drawing: &mut Drawing, frame: &Frame, glyphs: &Glyphs<'_>) {
        let Some((each, word)) = self.usual else { return };
        let y = |usual: f64| frame.floor - (usual * frame.unit).max(1.0);
        let corners: Vec<(f64, f64)> = each
            .iter()
            .enumerate()
            .flat_map(|(place, usual)| {
                [place, place + 1].map(|edge| (frame.left + frame.slot * edge as f64, y(*usual)))
            })
            .collect();
        drawing.line(&corners, 4.0, GROUND);
        drawing.line(&corners, 2.0, INK);
        if let Some((_, last)) = corners.last() {
            let below = (last + LETTERS * 0.36).clamp(frame.top, frame.floor);
            drawing.path(&glyphs.outline(word, frame.right + GAP, below, LETTERS), INK);
        }
    }

    fn draw_ticks(&self, drawing: &mut Drawing, frame: &Frame, glyphs: &Glyphs<'_>) {
        let mut free = 0.0;
        for Tick { at, word } in self.ticks {
            let width = glyphs.width(word, LETTERS);
            let middle = frame.left + frame.slot * at;
            let most = f64::from(SIZE.0) - GAP - width;
            let x = (middle - width / 2.0).clamp(GAP, most.max(GAP));
            if x < free {
                continue;
            }
            drawing.rectangle(halves(middle) - 0.5, frame.floor + 1.0, 1.0, 5.0, FAINT);
            drawing.path(&glyphs.outline(word, x, frame.floor + 7.0 + LETTERS, LETTERS), FAINT);
            free = x + width + GAP;
        }
    }
}

/// Round numbers up to the highest bar.
fn lines(highest: u64) -> impl Iterator<Item = u64> {
    let tens = (0..19).map(|power| 10_u64.pow(power));
    let mut steps = tens.flat_map(|ten| [1, 2, 4, 5].map(|first| ten.saturating_mul(first)));
    let step = steps.find(|step| highest / step <= LINES).unwrap_or(highest);
    (1..=LINES).map(move |times| step.saturating_mul(times)).filter(move |line| *line <= highest)
}

/// To half a pixel of the page, which is a pixel of the picture: edges stay sharp.
fn halves(value: f64) -> f64 {
    (value * 2.0).round() / 2.0
}

#[cfg(test)]
mod tests;
