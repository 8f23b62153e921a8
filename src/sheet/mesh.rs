//! A body as triangles, to be seen: every chart's skin, and what is only drawn (crown, nape).

use std::ops::Range;

use nalgebra::Vector3;

use super::backdrop::eased;
use super::features::FeatureSet;
use crate::abreast::abreast;
use crate::body::{Body, Chart, ChartPoint, Place, Skin};

/// A corner of the mesh.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vertex {
    /// Its place on the body, in mm.
    pub place: Place,
    /// The unit normal, out of the body.
    pub normal: Vector3<f64>,
    /// How far inside the hair it lies, in mm or so; negative on bare skin.
    pub hair: f64,
}

impl Vertex {
    /// A corner of bare skin.
    pub(super) fn bare(place: Place, normal: Vector3<f64>) -> Self {
        Self { place, normal, hair: BARE }
    }
}

/// Triangles of skin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mesh {
    /// The corners.
    pub vertices: Vec<Vertex>,
    /// Corners of each triangle.
    pub triangles: Vec<[u32; 3]>,
}

/// How far the crown rises above the highest ring of the head table, in mm. Drawn, not measured.
const CROWN_RISE_MM: f64 = 6.5;

/// How far skin that faces down is drawn in where the skin under the jaw is drawn, in mm.
const TUCK_MM: f64 = 4.0;
/// How far the throat is drawn in under the jaw, at most, in mm.
const CLEAR_MM: f64 = 5.5;
/// Where head and neck meet: how near to it a place counts as of it, how far above it the head is drawn to the
/// neck, by how much at most, in mm, and the half width of the throat in degrees, which is left as it is.
const SEAM_MM: f64 = 1.6;
const MEET_MM: f64 = 26.0;
const MOST_MM: f64 = 25.0;
const THROAT_DEG: f64 = 40.0;
/// How much lower the throat meets the skin under a chin that stands out than that is, in mm.
const DROP_MM: f64 = 3.0;
/// Far from any hair, and deep in it.
const BARE: f64 = -50.0;
const HAIRY: f64 = 50.0;

impl Mesh {
    /// The skin of every chart of `charts` that the body has.
    pub(crate) fn of(body: &Body, charts: &[Chart], features: &FeatureSet) -> Self {
        let mut mesh = Self::default();
        let (mut under, mut head, mut neck) = (0..0, 0..0, 0..0);
        for &chart in charts {
            let Some(skin) = body.skin(chart) else { continue };
            let [(u0, u1), (v0, v1)] = skin.bounds();
            let bare = |at| {
                let (place, normal) = skin.faced(at);
                Vertex::bare(place, normal)
            };
            match chart {
                Chart::Head => {
                    let corner = |at| Vertex { hair: features.hair(at), ..bare(at) };
                    mesh.add_grid(skin, &steps(u0, u1, 2.5), &steps(v0, v1, 2.5), corner);
                    head = 0..mesh.vertices.len();
                    mesh.add_crown(skin, v1);
                }
                Chart::Neck => {
                    let first = mesh.vertices.len();
                    mesh.add_grid(skin, &steps(u0, u1, 3.75), &steps(v0, v1, 2.5), bare);
                    mesh.add_nape(skin, u1, &steps(v0, v1, 2.5));
                    neck = first..mesh.vertices.len();
                    mesh.meet(head.clone(), neck.clone());
                    if !charts.contains(&Chart::Submental) {
                        mesh.close_throat(head.clone(), neck.clone());
                    }
                }
                Chart::Chest => {
                    // The table has one value a centimetre: its light is drawn softer than its shape.
                    let corner = |at| Vertex { normal: soft_normal(skin, at, 9.0), ..bare(at) };
                    mesh.add_grid(skin, &steps(u0, u1, 5.0), &steps(v0, v1, 5.0), corner);
                    if let Some(neck) = body.skin(Chart::Neck) {
                        mesh.add_bust(neck, skin);
                    }
                }
                Chart::Submental => {
                    under = 0..mesh.vertices.len();
                    mesh.add_grid(skin, &steps(u0, u1, 2.5), &steps(v0, v1, 2.5), bare);
                }
                Chart::Flat => {}
            }
        }
        if charts.contains(&Chart::Submental) {
            mesh.tuck(under);
            mesh.clear_throat(neck);
        }
        mesh
    }

    /// Turns every triangle so that its corners run anticlockwise as seen from outside.
    pub(crate) fn face_outwards(&mut self) {
        let vertices = &self.vertices;
        for triangle in &mut self.triangles {
            let [a, b, c] = triangle.map(|corner| &vertices[corner as usize]);
            let across = (b.place - a.place).cross(&(c.place - a.place));
            if across.dot(&(a.normal + b.normal + c.normal)) < 0.0 {
                triangle.swap(1, 2);
            }
        }
    }

    /// Draws head and neck in where they face down, so that the skin under the jaw, where they end
    /// roughly, is seen before them.
    fn tuck(&mut self, corners: Range<usize>) {
        for vertex in &mut self.vertices[corners] {
            let down = ((-vertex.normal.y - 0.15) / 0.35).clamp(0.0, 1.0);
            vertex.place -= vertex.normal * (TUCK_MM * down);
        }
    }

    /// Draws the top of the throat in, so that the skin under the jaw is seen before it as far as that reaches.
    fn clear_throat(&mut self, neck: Range<usize>) {
        let seam = top_mm(&self.vertices[neck.clone()]);
        for vertex in &mut self.vertices[neck] {
            let front = eased(2.0 - around(&vertex.place).0.abs() * 2.0 / THROAT_DEG);
            let near = eased(1.0 - (seam - vertex.place.y) / MEET_MM);
            vertex.place -= vertex.normal * (CLEAR_MM * front * near);
        }
    }

    /// Draws the lowest part of the head out or in to the top of the neck, beside the throat and behind it: the two
    /// are measured apart. No zone lies there.
    fn meet(&mut self, head: Range<usize>, neck: Range<usize>) {
        let seam = top_mm(&self.vertices[neck.clone()]);
        let [above, below] = [head.clone(), neck].map(|range| ring(&self.vertices[range], seam));
        if above.is_empty() || below.is_empty() {
            return;
        }
        for vertex in &mut self.vertices[head] {
            let (azimuth, radius) = around(&vertex.place);
            let beside = eased((azimuth.abs() - THROAT_DEG) / THROAT_DEG);
            let near = eased(1.0 - (vertex.place.y - seam) / MEET_MM);
            if beside * near > 0.0 && radius > 1.0 {
                let apart =
                    (at_azimuth(&below, azimuth) - at_azimuth(&above, azimuth)).clamp(-MOST_MM, MOST_MM);
                let by = 1.0 + apart * beside * near / radius;
                vertex.place = Place::new(vertex.place.x * by, vertex.place.y, vertex.place.z * by);
            }
        }
    }

    /// Skin from the lowest ring of the head in to the top of the throat, where a chin stands out before a neck
    /// that was not measured with it.
    fn close_throat(&mut self, head: Range<usize>, neck: Range<usize>) {
        let seam = top_mm(&self.vertices[neck.clone()]);
        let [above, below] = [head, neck].map(|range| ring(&self.vertices[range], seam));
        if above.is_empty() || below.is_empty() {
            return;
        }
        let azimuths = steps(-2.0 * THROAT_DEG, 2.0 * THROAT_DEG, 5.0);
        let first = self.vertices.len();
        for (part, drop_mm) in [(0.0, 0.0), (0.5, 0.6 * DROP_MM), (1.0, DROP_MM)] {
            for &azimuth in &azimuths {
                let [outer, inner] = [&above, &below].map(|ring| at_azimuth(ring, azimuth));
                let (radius, turn) = (outer + (inner - outer) * part, azimuth.to_radians());
                let out = Vector3::new(libm::sin(turn), 0.0, libm::cos(turn));
                let place = Place::from(out * radius + Vector3::y() * (seam - drop_mm));
                self.vertices.push(Vertex::bare(place, (out * 0.5 - Vector3::y()).normalize()));
            }
        }
        let stands_out = |&azimuth: &f64| at_azimuth(&above, azimuth) > at_azimuth(&below, azimuth) + DROP_MM;
        let open: Vec<bool> = azimuths.iter().map(stands_out).collect();
        self.join_rows(first, azimuths.len(), 3, |column, _| open[column]);
    }

    /// A grid over part of a chart; squares without skin at a corner are left out.
    fn add_grid(
        &mut self,
        skin: &Skin,
        us: &[f64],
        vs: &[f64],
        corner: impl Fn(ChartPoint) -> Vertex + Sync,
    ) {
        let first = self.vertices.len();
        let row = |&v: &f64| {
            let row = us.iter().map(|&u| ChartPoint::new(u, v));
            row.map(|at| (corner(at), skin.covers(at))).collect::<Vec<_>>()
        };
        let (vertices, there): (Vec<_>, Vec<_>) = abreast(vs, row).into_iter().flatten().unzip();
        self.vertices.extend(vertices);
        self.join_rows(first, us.len(), vs.len(), |column, row| there[row * us.len() + column]);
    }

    /// Two triangles for each square of a grid whose four corners are `there`.
    pub(super) fn join_rows(
        &mut self,
        first: usize,
        columns: usize,
        rows: usize,
        there: impl Fn(usize, usize) -> bool,
    ) {
        for row in 1..rows {
            for column in 1..columns {
                let corners = [(column - 1, row - 1), (column, row - 1), (column, row), (column - 1, row)];
                if corners.iter().all(|&(c, r)| there(c, r)) {
                    let [a, b, c, d] = corners.map(|(c, r)| (first + r * columns + c) as u32);
                    self.triangles.extend([[a, b, c], [a, c, d]]);
                }
            }
        }
    }

    /// A low dome over the highest ring of the head.
    fn add_crown(&mut self, skin: &Skin, top: f64) {
        const RINGS: usize = 6;
        let azimuths = steps(-180.0, 180.0, 5.0);
        let ring: Vec<Place> = azimuths.iter().map(|&u| skin.place(ChartPoint::new(u, top))).collect();
        let centre = ring.iter().map(|p| p.coords).sum::<Vector3<f64>>() / ring.len() as f64;
        let first = self.vertices.len();
        for k in 0..=RINGS {
            let f = 1.0 - k as f64 / RINGS as f64;
            for (place, &u) in ring.iter().zip(&azimuths) {
                let out = (place.coords - centre) * f;
                let rise = Vector3::y() * (CROWN_RISE_MM * (1.0 - f * f));
                let slope = 2.0 * CROWN_RISE_MM * f / (place.coords - centre).norm().max(1.0);
                let edge = skin.normal(ChartPoint::new(u, top));
                let dome = Vector3::y() + out.try_normalize(1e-9).unwrap_or_else(Vector3::zeros) * slope;
                let blend = (dome.normalize() * (1.0 - f) + edge * f).normalize();
                self.vertices.push(Vertex {
                    place: Place::from(centre + out + rise),
                    normal: blend,
                    hair: HAIRY,
                });
            }
        }
        self.join_rows(first, azimuths.len(), RINGS + 1, |_, _| true);
    }

    /// The back of the neck, from the chart's last azimuth round to a nape as far behind the neck's
    /// axis as the throat is before it, which closes the silhouette of the three-quarter views.
    fn add_nape(&mut self, skin: &Skin, last: f64, heights: &[f64]) {
        let angles = steps(last, 180.0, 7.5);
        for side in [-1.0, 1.0] {
            let first = self.vertices.len();
            for &v in heights {
                let edge = skin.place(ChartPoint::new(last, v));
                let nape = 48.0;
                for &angle in &angles {
                    let t = ((angle - last) / (180.0 - last)).min(1.0);
                    let turn = (t * (180.0 - last) + last).to_radians();
                    let ease = (t * 2.0).min(1.0);
                    let r = edge.x + (nape - edge.x) * ease * ease * (3.0 - 2.0 * ease);
                    let out = Vector3::new(side * libm::sin(turn), 0.0, libm::cos(turn));
                    let place = Place::new(out.x * r, edge.y, edge.z + out.z * r);
                    self.vertices.push(Vertex::bare(place, out));
                }
            }
            self.join_rows(first, angles.len(), heights.len(), |_, row| {
                skin.covers(ChartPoint::new(last, heights[row]))
            });
        }
    }

    /// A flat fan over a closed line in space, such as the shell of an ear.
    pub(crate) fn add_fan(&mut self, ring: &[Place], normal: Vector3<f64>) {
        if ring.len() < 3 {
            return;
        }
        let centre = ring.iter().map(|p| p.coords).sum::<Vector3<f64>>() / ring.len() as f64;
        let first = self.vertices.len() as u32;
        self.vertices.push(Vertex::bare(Place::from(centre), normal));
        // The rim is turned a little outwards, so that the shell is shaded as a rounded thing.
        self.vertices.extend(ring.iter().map(|&place| {
            let out = (place.coords - centre).try_normalize(1e-9).unwrap_or(normal);
            Vertex::bare(place, (normal + out * 0.35).normalize())
        }));
        let count = ring.len() as u32;
        self.triangles.extend((0..count).map(|k| [first, first + 1 + k, first + 1 + (k + 1) % count]));
    }
}

/// The height of the highest of some corners, in mm.
fn top_mm(corners: &[Vertex]) -> f64 {
    corners.iter().map(|corner| corner.place.y).fold(f64::MIN, f64::max)
}

/// The corners at a height, each as its azimuth and radius, by azimuth.
fn ring(corners: &[Vertex], height_mm: f64) -> Vec<(f64, f64)> {
    let level = corners.iter().filter(|corner| (corner.place.y - height_mm).abs() < SEAM_MM);
    let mut ring: Vec<(f64, f64)> = level.map(|corner| around(&corner.place)).collect();
    ring.sort_by(|a, b| a.0.total_cmp(&b.0));
    ring
}

/// The azimuth of a place in degrees, and its distance from the body's axis in mm.
fn around(place: &Place) -> (f64, f64) {
    (libm::atan2(place.x, place.z).to_degrees(), libm::hypot(place.x, place.z))
}

/// The radius of a ring at an azimuth, between those of the two places next to it.
fn at_azimuth(ring: &[(f64, f64)], azimuth: f64) -> f64 {
    let after = ring.partition_point(|(at, _)| *at < azimuth);
    let (a, b) = (ring[after.saturating_sub(1)], ring[after.min(ring.len() - 1)]);
    let t = if b.0 > a.0 { ((azimuth - a.0) / (b.0 - a.0)).clamp(0.0, 1.0) } else { 0.0 };
    a.1 + (b.1 - a.1) * t
}

/// Values from `from` to `to`, both included, at most `step` apart.
pub(crate) fn steps(from: f64, to: f64, step: f64) -> Vec<f64> {
    let count = ((to - from) / step).ceil().max(1.0) as usize;
    (0..=count).map(|k| from + (to - from) * k as f64 / count as f64).collect()
}

/// The mean normal of a place and of those `step` chart units around it.
fn soft_normal(skin: &Skin, at: ChartPoint, step: f64) -> Vector3<f64> {
    let mut sum = skin.normal(at);
    for (du, dv) in [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)] {
        sum += skin.normal(ChartPoint::new(at.x + du * step, at.y + dv * step));
    }
    sum.try_normalize(1e-9).unwrap_or_else(|| skin.normal(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[test]
    fn head_and_neck_meet_beside_and_behind() {
        let wide = |body: &Body| body.scaled([1.0; 3], 1.12, [1.0; 3]);
        let narrow = |body: &Body| body.scaled([1.05; 3], 0.92, [1.0; 3]);
        let bodies = Library::built_in().bodies.iter();
        for body in bodies.flat_map(|body| [body.clone(), wide(body), narrow(body)]) {
            let of = |charts: &[Chart]| Mesh::of(&body, charts, FeatureSet::built_in());
            let seam = top_mm(&of(&[Chart::Neck]).vertices);
            let whole = of(&[Chart::Head, Chart::Neck]);
            let (head, neck) = whole.vertices.split_at(of(&[Chart::Head]).vertices.len());
            for azimuth in [-150.0, -100.0, 90.0, 120.0, 170.0] {
                let [head, neck] = [head, neck].map(|vertices| at_azimuth(&ring(vertices, seam), azimuth));
                let apart = head - neck;
                assert!(apart.abs() < 2.0, "{} at {azimuth}: {apart} mm", body.id);
            }
        }
    }
}
