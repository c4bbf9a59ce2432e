//! What all pages share: the colours of the tones. The dark page's colours of words stand in `base.html`.

use crate::model::Tone;

/// The colour of a tone in bars, to be seen on white and on black, and to be told from the others by those who do not see
/// red and green, or blue and yellow, as others do: hence blue for praise.
pub fn colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Negative => "#d23f31",
        Tone::Neutral => "#8d95a0",
        Tone::Positive => "#0f7ba3",
        Tone::Unscored => "#c9ced5",
    }
}

/// The colour of a tone's word, to be read on white.
pub fn ink(tone: Tone) -> &'static str {
    match tone {
        Tone::Negative => "#b92c20",
        Tone::Positive => "#0d6388",
        Tone::Neutral | Tone::Unscored => "#5f6772",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Matrix = [[f64; 3]; 3];

    /// How all, those without red, without green and without blue cones see linear colours (Machado, Oliveira and
    /// Fernandes, A physiologically-based model for simulation of color vision deficiency, 2009; severity 1).
    const EYES: [Matrix; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];
    /// From linear colours to XYZ by the white of sRGB.
    const XYZ: Matrix = [[0.4339, 0.3762, 0.1899], [0.2126, 0.7152, 0.0722], [0.0177, 0.1095, 0.8728]];

    fn times(matrix: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
        matrix.map(|[a, b, c]| (a * x + b * y + c * z).clamp(0.0, 1.0))
    }

    fn linear(colour: &str) -> [f64; 3] {
        let [_, red, green, blue] = u32::from_str_radix(colour.trim_start_matches('#'), 16).unwrap().to_be_bytes();
        [red, green, blue].map(|shade| {
            let value = f64::from(shade) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// CIELAB.
    fn seen(colour: &str, eyes: &Matrix) -> [f64; 3] {
        let [x, y, z] = times(&XYZ, times(eyes, linear(colour)))
            .map(|value| if value > 0.008_856 { value.cbrt() } else { 7.787 * value + 16.0 / 116.0 });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn every_eye_tells_the_tones_apart() {
        for eyes in &EYES {
            for (place, one) in Tone::ALL.into_iter().enumerate() {
                for other in Tone::ALL.into_iter().skip(place + 1) {
                    let (a, b) = (seen(colour(one), eyes), seen(colour(other), eyes));
                    let apart = (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt();
                    assert!(apart > 20.0, "{one:?} {other:?}: {apart}");
                }
            }
        }
    }
}
