//! Pictures of pages: read, put side by side, written small, and compared so that a change of the layout is seen and other
//! edges of letters are not.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Transformations};

/// Pixels of the side of a block whose mean colours are compared.
const BLOCK: usize = 8;
/// By how much a channel of the mean may differ.
const SHADE: u64 = 8;
/// How many blocks of a thousand may differ by more.
const PER_MILLE: usize = 5;
/// Pixels between two pictures side by side.
const GAP: usize = 8;

/// Rows of pixels, of red, green and blue each.
#[derive(Debug, PartialEq, Eq)]
pub struct Image {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Image {
    /// What a PNG shows; shades are rounded, so that few colours remain.
    pub fn read(png: &[u8]) -> Self {
        let mut decoder = Decoder::new(Cursor::new(png));
        decoder.set_transformations(Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let channels = info.color_type.samples();
        let round = |shade: u8| shade.saturating_add(8) / 17 * 17;
        let pixels = bytes.chunks_exact(channels).map(|pixel| [pixel[0], pixel[1], pixel[2]].map(round)).collect();
        Self { width: info.width as usize, height: info.height as usize, pixels }
    }

    /// All side by side, on pink.
    pub fn side_by_side(all: &[Self]) -> Self {
        let height = all.iter().map(|image| image.height).max().unwrap_or_default();
        let width = all.iter().map(|image| image.width + GAP).sum::<usize>().saturating_sub(GAP);
        let mut pixels = vec![[255, 170, 221]; width * height];
        let mut left = 0;
        for image in all {
            for (row, line) in image.pixels.chunks_exact(image.width).enumerate() {
                pixels[row * width + left..][..image.width].copy_from_slice(line);
            }
            left += image.width + GAP;
        }
        Self { width, height, pixels }
    }

    /// As a PNG with a table of its colours.
    pub fn write(&self) -> Vec<u8> {
        let colours = self.colours();
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, self.width as u32, self.height as u32);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::High);
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(colours.concat());
        let far = |one: &[u8; 3], other: &[u8; 3]| -> u32 {
            one.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(*other)).pow(2)).sum()
        };
        let place = |pixel: &[u8; 3]| match colours.binary_search(pixel) {
            Ok(place) => place,
            Err(_) => (0..colours.len()).min_by_key(|place| far(&colours[*place], pixel)).unwrap(),
        };
        let data: Vec<u8> = self.pixels.iter().map(|pixel| place(pixel) as u8).collect();
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        png
    }

    /// The colours of the table: the most frequent, since a table has room for 256. Others are shown by the nearest of them.
    fn colours(&self) -> Vec<[u8; 3]> {
        let mut counts: BTreeMap<[u8; 3], usize> = BTreeMap::new();
        self.pixels.iter().for_each(|pixel| *counts.entry(*pixel).or_default() += 1);
        let mut colours: Vec<([u8; 3], usize)> = counts.into_iter().collect();
        colours.sort_by_key(|(_, count)| Reverse(*count));
        let mut colours: Vec<[u8; 3]> = colours.into_iter().take(256).map(|(colour, _)| colour).collect();
        colours.sort_unstable();
        colours
    }

    /// How it differs from what was expected, in words; `None` where nobody would see it.
    pub fn differs_from(&self, expected: &Self) -> Option<String> {
        let size = |image: &Self| format!("{} x {}", image.width, image.height);
        if (self.width, self.height) != (expected.width, expected.height) {
            return Some(format!("is {} pixels, and was {}", size(self), size(expected)));
        }
        let differs = |x, y| {
            let (mean, was) = (self.mean(x, y), expected.mean(x, y));
            mean.iter().zip(was).any(|(shade, was)| shade.abs_diff(was) > SHADE)
        };
        let blocks = (0..self.height).step_by(BLOCK).flat_map(|y| (0..self.width).step_by(BLOCK).map(move |x| (x, y)));
        let (all, different) =
            blocks.fold((0, 0), |(all, different), (x, y)| (all + 1, different + usize::from(differs(x, y))));
        (different * 1_000 > all * PER_MILLE).then(|| format!("looks different in {different} of {all} places"))
    }

    fn mean(&self, x: usize, y: usize) -> [u64; 3] {
        let (right, below) = ((x + BLOCK).min(self.width), (y + BLOCK).min(self.height));
        let rows = (y..below).map(|row| &self.pixels[row * self.width + x..row * self.width + right]);
        let sum = rows
            .flatten()
            .fold([0_u64; 3], |sum, pixel| [0, 1, 2].map(|channel| sum[channel] + u64::from(pixel[channel])));
        sum.map(|sum| sum / ((right - x) * (below - y)) as u64)
    }
}

#[test]
fn a_picture_is_kept_and_a_shift_is_seen() {
    let lines = |shift: usize| {
        let pixel = |place: usize| {
            let (x, y) = (place % 96, place / 96 + shift);
            if y % 12 < 5 && x % 4 < 2 && x > 8 { [17, 34, 51] } else { [255, 255, 255] }
        };
        Image { width: 96, height: 96, pixels: (0..96 * 96).map(pixel).collect() }
    };
    let image = lines(0);
    assert_eq!(Image::read(&image.write()), image);
    assert_eq!(image.differs_from(&image), None);
    assert!(lines(1).differs_from(&image).unwrap().ends_with("of 144 places"));
    let both = Image::side_by_side(&[lines(0), lines(1)]);
    assert_eq!((both.width, both.height, both.pixels[0], both.pixels[96]), (200, 96, [255; 3], [255, 170, 221]));
    assert_eq!(both.differs_from(&image).unwrap(), "is 200 x 96 pixels, and was 96 x 96");
    let mut many = lines(0);
    many.pixels.iter_mut().enumerate().for_each(|(place, pixel)| {
        *pixel = [place % 7, place / 7 % 7, place / 49 % 7].map(|shade| shade as u8 * 17);
    });
    let kept = Image::read(&many.write());
    assert_ne!(kept, many, "a table has room for 256 colours");
    assert_eq!(kept.differs_from(&many), None, "and the nearest of them stand for the others");
}
