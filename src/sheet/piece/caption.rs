//! What a piece is and how true it is, in words below it.

use super::super::panels::{ALARM, SMALL_MM, TEXT_MM, counted};
use super::super::{Item, Spot, Text, Weight, font, wrapped};
use super::{BENT, Piece};
use crate::body::Place;
use crate::units::number;

/// The narrowest caption, and the distance of its lines, in mm.
const CAPTION_MM: f64 = 58.0;
pub(super) const LEADING_MM: f64 = 3.1;
/// Points nearer than so many spacings are neighbours.
const NEIGHBOURS: f64 = 1.5;

impl Piece<'_> {
    /// What it is and how true it is.
    pub(super) fn caption(&self) -> Vec<Text> {
        // Rounded up, but for what is rounding already.
        let percent = |part: f64| number((part * 1000.0 - 1e-6).ceil().max(0.0) / 10.0, 1);
        let stretch = self.flat.stretch();
        let mut words = format!(
            "{}. True to the skin within {} % (mean {} %)",
            counted(self.points.len(), "point"),
            percent(stretch.greatest),
            percent(stretch.mean)
        );
        if let Some(off) = self.between_points() {
            words += &format!(", from point to point within {} %", percent(off));
        }
        words.push('.');
        let width = self.bare_size()[0].max(CAPTION_MM);
        let line = |words: String| Text::new(Spot::origin(), SMALL_MM, words);
        let title = font::shortened(&self.name(), TEXT_MM, Weight::Bold, width);
        let mut lines = vec![Text::new(Spot::origin(), TEXT_MM, title).bold()];
        lines.extend(wrapped(&words, SMALL_MM, Weight::Regular, width).into_iter().map(line));
        if stretch.greatest > BENT {
            let words = "Dotted: the skin bends too much to lie flat, off by more than 5 %. Ease the paper there, by slits if need be, and go by the map.";
            let bold = wrapped(words, SMALL_MM, Weight::Bold, width);
            lines.extend(bold.into_iter().map(|words| line(words).bold().colour(ALARM)));
        }
        lines
    }

    /// The words below the piece, from a corner.
    pub(in super::super) fn captioned(&self, at: Spot) -> Vec<Item> {
        let set = |(k, text): (usize, &Text)| {
            let mut text = text.clone();
            text.at = Spot::new(at.x, at.y + LEADING_MM * (k as f64 + 0.85));
            Item::Text(text)
        };
        self.caption.iter().enumerate().map(set).collect()
    }

    /// The greatest deviation between neighbouring points, in parts of 1.
    fn between_points(&self) -> Option<f64> {
        let reach = self.content.plan.spacing_mm * NEIGHBOURS;
        let spots: Vec<(Place, Spot)> =
            self.points.iter().map(|p| (Place::from(p.skin_mm), self.spot(p.chart.into()))).collect();
        let mut worst = None;
        for (k, (place, spot)) in spots.iter().enumerate() {
            for (other, at) in &spots[..k] {
                let on_skin = (place - other).norm();
                if on_skin < reach {
                    let off = ((spot - at).norm() / on_skin - 1.0).abs();
                    worst = Some(off.max(worst.unwrap_or(0.0)));
                }
            }
        }
        worst
    }
}
