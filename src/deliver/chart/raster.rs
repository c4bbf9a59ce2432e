//! SVG to PNG. Reads no file and no font, and loads nothing that the SVG may refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::repeat_n;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// The picture at `times` its size; `None` for what is no SVG.
pub fn png(svg: &str, times: u16) -> Option<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default()).ok()?;
    let times = f32::from(times);
    let size = tree.size().to_int_size().scale_by(times)?;
    let mut pixmap = Pixmap::new(size.width(), size.height())?;
    resvg::render(&tree, Transform::from_scale(times, times), &mut pixmap.as_mut());
    encode(pixmap.width(), pixmap.height(), &pixmap.take_demultiplied()).ok()
}

/// A chart has few colours, so a table of them makes it half as large.
fn encode(width: u32, height: u32, pixels: &[u8]) -> Result<Vec<u8>, EncodingError> {
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, width, height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    let (pixels, rest) = pixels.as_chunks::<4>();
    debug_assert!(rest.is_empty(), "a pixel has four bytes");
    let runs = || pixels.chunk_by(|colour, next| colour == next);
    let colours: BTreeSet<[u8; 4]> = runs().filter_map(|run| run.first().copied()).collect();
    let places: BTreeMap<[u8; 4], u8> = colours.into_iter().zip(0..=u8::MAX).collect();
    let place = |run: &[[u8; 4]]| places.get(run.first()?).map(|place| (*place, run.len()));
    let indexed: Option<Vec<(u8, usize)>> = runs().map(place).collect();
    let data = match indexed {
        Some(runs) => {
            encoder.set_color(ColorType::Indexed);
            encoder.set_palette(
                places.keys().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect::<Vec<u8>>(),
            );
            encoder.set_trns(places.keys().map(|[.., alpha]| *alpha).collect::<Vec<u8>>());
            encoder.set_filter(Filter::NoFilter);
            runs.into_iter().flat_map(|(place, length)| repeat_n(place, length)).collect()
        }
        None => {
            encoder.set_color(ColorType::Rgba);
            pixels.as_flattened().to_vec()
        }
    };
    encoder.write_header()?.write_image_data(&data)?;
    Ok(png)
}
