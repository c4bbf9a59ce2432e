//! Writes the few shapes that a chart is made of as SVG. Takes numbers and colours of ours only, so nothing is escaped.

use std::fmt::Write as _;

/// A picture in the making.
pub struct Drawing {
    svg: String,
}

impl Drawing {
    /// A ground with round corners.
    pub fn new((width, height): (u32, u32), ground: &str) -> Self {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} \
             {height}\"><rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{ground}\"/>"
        );
        Self { svg }
    }

    /// A rectangle without a border.
    pub fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str) {
        self.write(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{fill}\"/>"
        ));
    }

    /// A filled outline.
    pub fn path(&mut self, data: &str, fill: &str) {
        self.write(format_args!("<path d=\"{}\" fill=\"{fill}\"/>", data.trim_end()));
    }

    /// A line through points.
    pub fn line(&mut self, points: &[(f64, f64)], width: f64, colour: &str) {
        self.svg.push_str("<polyline points=\"");
        for (x, y) in points {
            self.write(format_args!("{x:.2},{y:.2} "));
        }
        self.write(format_args!(
            "\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"/>"
        ));
    }

    /// The whole document.
    pub fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }

    fn write(&mut self, shape: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.svg.write_fmt(shape);
    }
}
