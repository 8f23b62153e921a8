//! Shoulders and upper arms. They are drawn, not measured: they carry chest and neck in pictures, and
//! no zone lies on them.

use nalgebra::Vector3;

use super::backdrop::eased;
use super::mesh::{Mesh, Vertex, steps};
use crate::body::{ChartPoint, Place, Skin};

/// The top of the shoulder and the outer edge of the arm beyond the neck's skin, on the reference
/// woman: x and height in mm.
const SHOULDER_MM: [[f64; 2]; 8] = [
    [132.0, -178.0],
    [150.0, -184.0],
    [166.0, -192.0],
    [180.0, -204.0],
    [191.0, -221.0],
    [198.0, -242.0],
    [201.5, -268.0],
    [203.0, -300.0],
];
/// Height of the lowest row of the bust, in mm on the reference woman.
const FOOT_MM: f64 = -360.0;
/// Over how many mm the surface rolls forward from the top of the shoulder, and from the arm's edge.
const ROLL_DOWN_MM: f64 = 46.0;
const ROLL_IN_MM: f64 = 62.0;
/// How far behind the measured skin the drawn one runs, in mm.
const BEHIND_MM: f64 = 2.0;
/// How far the arm stands forward, in mm.
const ARM_MM: f64 = 6.0;

/// The drawn surface of the patient's left half.
struct Bust<'a> {
    chest: &'a Skin,
    /// Stretch of x and y against the reference woman.
    scale: [f64; 2],
    /// Height of suprasternale in mm.
    notch: f64,
    /// Top edge: places with growing x.
    ridge: Vec<Place>,
}

impl Bust<'_> {
    /// Height and depth of the top edge at a distance from the midline.
    fn top(&self, x: f64) -> [f64; 2] {
        let after = self.ridge.partition_point(|place| place.x < x).clamp(1, self.ridge.len() - 1);
        let (a, b) = (&self.ridge[after - 1], &self.ridge[after]);
        let t = ((x - a.x) / (b.x - a.x).max(1e-6)).clamp(0.0, 1.0);
        [a.y + t * (b.y - a.y), a.z + t * (b.z - a.z)]
    }

    /// How far the front stands before the top edge, in mm.
    fn rise(&self, x: f64, y: f64) -> f64 {
        let [top, back] = self.top(x);
        let (across, below) = (x / self.scale[0], (self.notch - y) / self.scale[1]);
        let at = ChartPoint::new(across.min(140.0), below.clamp(10.0, 140.0));
        let arm = eased((across - 116.0) / 44.0);
        // Above the chest's skin the front slopes back, under the skin of the neck.
        let slope = (10.0 - below).clamp(0.0, 45.0) * 0.6;
        let front = (self.chest.place(at).z - BEHIND_MM - slope) * (1.0 - arm) + ARM_MM * arm;
        let edge = self.ridge.last().map_or(0.0, |place| place.x);
        (front - back).max(0.0) * roll(top - y, ROLL_DOWN_MM) * roll(edge - x, ROLL_IN_MM)
    }

    fn normal(&self, x: f64, y: f64) -> Vector3<f64> {
        let step = 4.0;
        let by_x =
            (self.rise(x + step, y) + self.top(x + step)[1] - self.rise(x - step, y) - self.top(x - step)[1])
                / (2.0 * step);
        let by_y = (self.rise(x, y + step) - self.rise(x, y - step)) / (2.0 * step);
        Vector3::new(-by_x, -by_y, 1.0).normalize()
    }
}

/// The height of a quarter of an ellipse, from 0 at its edge to 1 at `length` inside.
fn roll(inside: f64, length: f64) -> f64 {
    let left = 1.0 - (inside / length).clamp(0.0, 1.0);
    (1.0 - left * left).sqrt()
}

impl Mesh {
    /// Adds shoulders and arms, front and back, under a neck and around a chest.
    pub(super) fn add_bust(&mut self, neck: &Skin, chest: &Skin) {
        let (upper, lower) =
            (chest.place(ChartPoint::new(0.0, 20.0)), chest.place(ChartPoint::new(100.0, 120.0)));
        let scale = [lower.x / 100.0, (upper.y - lower.y) / 100.0];
        let notch = upper.y + 20.0 * scale[1];
        let [(_, side), (low, high)] = neck.bounds();
        let mut ridge: Vec<Place> = steps(low, high, 2.5)
            .into_iter()
            .rev()
            .map(|v| ChartPoint::new(side, v))
            .filter(|&at| neck.covers(at))
            .map(|at| neck.place(at) - Vector3::new(0.0, 0.0, 9.0))
            .collect();
        ridge.dedup_by(|next, kept| next.x <= kept.x);
        let Some(last) = ridge.last().copied() else { return };
        let drawn = SHOULDER_MM
            .iter()
            .map(|&[x, y]| Place::new(x * scale[0], notch + (y + 175.0) * scale[1], last.z))
            .filter(|place| place.x > last.x + 4.0);
        ridge.extend(drawn);
        let bust = Bust { chest, scale, notch, ridge };
        let edge = bust.ridge.last().map_or(0.0, |place| place.x);
        // Closer together towards the arm's edge, where the surface turns away.
        let xs: Vec<f64> = steps(0.0, 90.0, 2.0).iter().map(|a| edge * libm::sin(a.to_radians())).collect();
        let foot = notch + (FOOT_MM + 175.0) * scale[1];
        let rows = 44;
        for side in [1.0, -1.0] {
            let first = self.vertices.len();
            for row in -rows..=rows {
                // Row 0 is the top edge; the rows before it are the back.
                let t = f64::from(row) / f64::from(rows);
                for &x in &xs {
                    let [top, back] = bust.top(x);
                    let y = top - (top - foot) * t * t;
                    let front = if t < 0.0 { -1.0 } else { 1.0 };
                    let mut normal = bust.normal(x, y);
                    normal.z *= if row == 0 || x >= edge { 0.0 } else { front };
                    let place = Place::new(x * side, y, back + front * bust.rise(x, y));
                    normal.x *= side;
                    let normal = normal.try_normalize(1e-9).unwrap_or_else(Vector3::y);
                    self.vertices.push(Vertex::bare(place, normal));
                }
            }
            self.join_rows(first, xs.len(), 2 * rows as usize + 1, |_, _| true);
        }
    }
}
