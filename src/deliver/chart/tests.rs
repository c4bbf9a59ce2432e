//! Charts by their pixels.

use super::*;
use png::{ColorType, Decoder, Transformations};

const COLOURS: [&str; 2] = ["#d23f31", "#c9ced5"];
const RED: [u8; 4] = [0xd2, 0x3f, 0x31, 0xff];
const GREY: [u8; 4] = [0xc9, 0xce, 0xd5, 0xff];
const INKED: [u8; 4] = [0x1d, 0x21, 0x27, 0xff];

fn plain(number: u64) -> String {
    number.to_string()
}

fn chart<'a>(bars: &'a [Vec<u64>], usual: Option<(&'a [f64], &'a str)>, ticks: &'a [Tick]) -> Bars<'a> {
    Bars { colours: &COLOURS, bars, usual, ticks, number: &plain }
}

fn drawn(chart: &Bars<'_>) -> Vec<u8> {
    super::png(&chart.svg().unwrap()).unwrap()
}

fn tick(at: f64, word: &str) -> Tick {
    Tick { at, word: word.to_owned() }
}

/// Width, height and pixels of a PNG.
fn pixels(png: &[u8]) -> (u32, u32, Vec<[u8; 4]>) {
    let mut decoder = Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(Transformations::EXPAND | Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    (info.width, info.height, bytes.as_chunks::<4>().0.to_vec())
}

fn number_of(colour: [u8; 4], png: &[u8]) -> usize {
    pixels(png).2.iter().filter(|pixel| **pixel == colour).count()
}

#[test]
fn a_picture_is_sharp_small_and_always_the_same() {
    let bars: Vec<Vec<u64>> = (0..48).map(|hour| vec![hour * 7 % 13, hour * 5 % 7 * 20]).collect();
    let usual = vec![5.5; 48];
    let ticks = [tick(3.0, "18:00"), tick(21.0, "12:00"), tick(33.0, "ons."), tick(45.0, "12:00")];
    let draw = || drawn(&chart(&bars, Some((&usual, "vanlig")), &ticks));
    let png = draw();
    assert_eq!(png, draw());
    assert!(png.len() < 10_000, "{}", png.len());
    let (width, height, pixels) = pixels(&png);
    assert_eq!((width, height), (SIZE.0 * 2, SIZE.1 * 2));
    assert_eq!(pixels[0][3], 0, "its corners are round");
}

#[test]
fn bars_are_as_high_as_their_numbers() {
    let red = |bars: &[Vec<u64>]| number_of(RED, &drawn(&chart(bars, None, &[])));
    let (one, two) = (red(&[vec![4, 0], vec![0, 8]]), red(&[vec![8, 0], vec![0, 8]]));
    assert!(one.abs_diff(two / 2) < 500, "{one} {two}");
    let least = drawn(&chart(&[vec![1, 0], vec![0, 100_000]], None, &[]));
    assert!(number_of(RED, &least) > 100, "what is there is seen");
    assert!(number_of(GREY, &least) > 10_000);
    for nothing in [vec![], vec![vec![0, 0], vec![0, 0]]] {
        assert_eq!(chart(&nothing, None, &[]).svg(), None);
    }
}

#[test]
fn what_is_usual_is_a_line_that_fits_in() {
    let bars = [vec![3, 0], vec![8, 2]];
    let draw = |usual: &[f64]| drawn(&chart(&bars, Some((usual, "usual")), &[]));
    assert!(number_of(INKED, &draw(&[1.0, 2.0])) > 1_000);
    assert_eq!(number_of(INKED, &drawn(&chart(&bars, None, &[]))), 0);
    let (low, high) = (number_of(RED, &draw(&[0.0, 0.0])), number_of(RED, &draw(&[40.0, 40.0])));
    assert!(high < low / 3, "{high} {low}");
}

#[test]
fn words_are_outlines_that_stand_side_by_side() {
    let bars = [vec![3, 0], vec![8, 2]];
    let paths = |ticks: &[Tick]| {
        let svg = chart(&bars, None, ticks).svg().unwrap();
        assert!(!svg.contains("<text") && !svg.contains("href") && !svg.contains("font"));
        svg.matches("<path").count()
    };
    let alone = paths(&[]);
    assert_eq!(paths(&[tick(0.0, "Montag"), tick(2.0, "lør.")]), alone + 2);
    assert_eq!(
        paths(&[tick(0.0, "Montag"), tick(0.1, "lør."), tick(2.0, "søn.")]),
        alone + 2,
        "no word covers another"
    );
}

#[test]
fn the_letters_of_our_languages_are_there() {
    let glyphs = Glyphs::new().unwrap();
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789 ÆØÅæøå ÄÖÜäöüß éèàçñ .,:;!?%+-–—−…·×“”„‘’\u{a0}\u{202f}";
    assert!(glyphs.has(letters));
    assert!(!glyphs.has("漢"));
    let outline = |word: &str| glyphs.outline(word, 0.0, 16.0, 16.0);
    assert_eq!(outline(" "), "");
    for letter in "æøåÆØÅäöüÄÖÜß8".chars().map(String::from) {
        assert!(outline(&letter).len() > 40, "{letter}");
    }
    assert_eq!(outline("漢"), outline("語"), "a box");
    assert!((glyphs.width("mm", 16.0) - 2.0 * glyphs.width("m", 16.0)).abs() < 1e-9);
}

#[test]
fn heights_are_told_by_round_numbers() {
    let told = |highest| lines(highest).collect::<Vec<_>>();
    assert_eq!(told(1), [1]);
    assert_eq!(told(3), [1, 2, 3]);
    assert_eq!(told(8), [4, 8]);
    assert_eq!(told(14), [4, 8, 12]);
    assert_eq!(told(1_204), [400, 800, 1_200]);
    assert!((1..=3).contains(&told(u64::MAX).len()));
}

#[test]
fn many_colours_need_no_table() {
    let squares = (0..300).map(|place| {
        let (x, y, red, green) = (place % 20, place / 20, place % 256, place / 256);
        format!("<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" fill=\"#{red:02x}{green:02x}00\"/>")
    });
    let svg = |squares: String| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"15\">{squares}</svg>")
    };
    let kind = |png: &[u8]| Decoder::new(std::io::Cursor::new(png.to_vec())).read_info().unwrap().info().color_type;
    let many = raster::png(&svg(squares.clone().collect()), 1).unwrap();
    let few = raster::png(&svg(squares.take(200).collect()), 1).unwrap();
    assert_eq!((kind(&many), kind(&few)), (ColorType::Rgba, ColorType::Indexed));
    assert_eq!(pixels(&many).2[299], [43, 1, 0, 255]);
    assert_eq!(pixels(&few).2[..200], pixels(&many).2[..200]);
    assert_eq!(raster::png("no svg", 1), None);
}
