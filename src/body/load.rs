//! Reading a body file (`nappage-body/1`), with all its faults at once.

use nalgebra::Vector3;

use super::surface::{End, Surface};
use super::{Body, Chart, Place, Shape, Skin, Survey};
use crate::document::{self, Fields, Item, listed};
use crate::fault::{Fault, Faults, nearest_name};
use crate::units::number;

/// The format of a body file.
pub(crate) const FORMAT: &str = "nappage-body/1";

/// The fewest and most values of a table's axis. A table of 400 by 400 holds half degrees.
const AXIS_LENGTH: std::ops::RangeInclusive<usize> = 3..=400;
/// The least step from one value of an axis to the next, in its unit.
const LEAST_STEP: f64 = 0.1;
/// How far from the frame's origin anything of a body may lie, in mm.
const REACH_MM: f64 = 1000.0;
/// The radii a head or neck can have, in mm.
const RADIUS_MM: (f64, f64) = (5.0, 400.0);
/// The most that a surface may rise or fall for each mm along its chart. The reference woman reaches
/// 5 below the chin; what is steeper holds a slip of the pen, and more skin than could be treated.
const STEEPEST: f64 = 12.0;
/// How far the surface may swing beyond the bounds of its values, in mm: less than the least radius.
const OVERSHOOT_MM: f64 = 4.0;
/// The factors one file may stretch a body by.
const FACTOR: (f64, f64) = (0.5, 2.0);
/// The factors a body may be stretched by through all the bodies it is based on.
const WHOLE_FACTOR: (f64, f64) = (0.25, 4.0);

/// A table of a body file: the keys of its axes and values, and what they may hold.
struct Form {
    chart: Chart,
    axes: [(&'static str, (f64, f64)); 2],
    values: (&'static str, (f64, f64)),
    end: End,
    shape: fn(Surface) -> Shape,
}

impl Form {
    fn is_round(&self) -> bool {
        matches!(self.chart, Chart::Head | Chart::Neck)
    }
}

const WIDE: (f64, f64) = (-REACH_MM, REACH_MM);
const FORMS: [Form; 4] = [
    Form {
        chart: Chart::Head,
        axes: [("azimuth_deg", (0.0, 180.0)), ("height_mm", WIDE)],
        values: ("radius_mm", RADIUS_MM),
        end: End::Even,
        shape: Shape::Radius,
    },
    Form {
        chart: Chart::Neck,
        axes: [("azimuth_deg", (0.0, 180.0)), ("height_mm", WIDE)],
        values: ("radius_mm", RADIUS_MM),
        end: End::Free,
        shape: Shape::Radius,
    },
    Form {
        chart: Chart::Chest,
        axes: [("x_mm", (0.0, REACH_MM)), ("below_mm", WIDE)],
        values: ("depth_mm", WIDE),
        end: End::Free,
        shape: Shape::Depth,
    },
    Form {
        chart: Chart::Submental,
        axes: [("x_mm", (0.0, REACH_MM)), ("forward_mm", WIDE)],
        values: ("height_mm", WIDE),
        end: End::Free,
        shape: Shape::Height,
    },
];

/// Reads a body; `known` are the bodies it may be based on.
///
/// # Errors
/// Every fault of the file: keys, numbers out of bounds, tables that do not fit their axes, surfaces
/// too steep to be skin.
pub(crate) fn read(origin: &str, text: &str, known: &[Body]) -> Result<Body, Faults> {
    document::read(origin, text, FORMAT, |fields| {
        let id = fields.need("id").and_then(|item| item.id());
        let (name, source) = (fields.need_text("name"), fields.need_text("source"));
        let based_on = fields.get("based_on");
        let base = based_on.as_ref().and_then(|item| find(item, known));
        let mut body = base.cloned().unwrap_or_else(Body::flat);
        let people = [("women", Survey::Women), ("men", Survey::Men)];
        if fields.get("survey").is_some() {
            body.survey = fields.one_of("survey", &people)?;
        }
        let mut has_tables = false;
        for form in &FORMS {
            if let Some(table) = fields.table(form.chart.name()) {
                has_tables = true;
                body.skins.extend(read_skin(table, form).map(|skin| (form.chart, skin)));
            }
        }
        if !has_tables && based_on.is_none() {
            let hint = "give based_on = \"woman\", or tables [head], [neck], [chest], [submental]";
            fields.note("", "has no skin", |fault| fault.hint(hint));
        }
        for (name, item) in fields.table("landmarks").map(Fields::entries).unwrap_or_default() {
            if let Some(place) = triple(&item, WIDE, "mm") {
                body.landmarks.insert(name, Place::from(place));
            }
        }
        if let Some(table) = fields.table("scale") {
            body = scaled(body, table)?;
        }
        (body.id, body.name, body.source) = (id?, name?, source?);
        Some(body)
    })
}

fn find<'k>(item: &Item<'_, '_>, known: &'k [Body]) -> Option<&'k Body> {
    let id = item.text()?;
    let found = known.iter().find(|body| body.id == id);
    if found.is_none() {
        let ids = || known.iter().map(|body| body.id.as_str());
        item.note("names no known body", |fault| match nearest_name(id, ids()) {
            Some(near) => fault.hint(format!("did you mean '{near}'?")),
            None => fault.hint(format!("known are {}", listed(ids()))),
        });
    }
    found
}

/// The body stretched as its file says.
fn scaled(body: Body, mut table: Fields<'_, '_>) -> Option<Body> {
    let scaled = stretched(&body, &mut table);
    table.finish();
    scaled
}

fn stretched(body: &Body, table: &mut Fields<'_, '_>) -> Option<Body> {
    let head = table.need("head").and_then(|item| triple(&item, FACTOR, ""));
    let girth = table.need("neck_girth").and_then(|item| within(&item, FACTOR, ""));
    let chest = table.need("chest").and_then(|item| triple(&item, FACTOR, ""));
    let (head, girth, chest) = (head?, girth?, chest?);
    let mut body = body.scaled(head, girth, chest);
    for place in body.landmarks.values_mut() {
        *place = Place::from(place.coords.component_mul(&Vector3::from(head)));
    }
    let (least, greatest) = WHOLE_FACTOR;
    let factors = body.skins.values().flat_map(|skin| skin.scale.iter());
    if let Some(factor) = factors.copied().find(|factor| !(least..=greatest).contains(factor)) {
        table.note("", "stretches the body out of range, together with what it is based on", |fault| {
            fault.value(number(factor, 3)).bound(range(WHOLE_FACTOR, "")).hint("base it on 'woman' or 'man'")
        });
    }
    Some(body)
}

/// The skin of one table; nothing when anything in it is at fault, which is then noted.
fn read_skin(mut table: Fields<'_, '_>, form: &Form) -> Option<Skin> {
    let origin = table.need("origin_mm").and_then(|item| origin(&item));
    let axes = form.axes.map(|(key, bounds)| table.need(key).and_then(|item| axis(&item, bounds)));
    let values = table.need(form.values.0);
    let surface = read_surface(&table, axes, values, form);
    table.finish();
    let (shape, offset) = ((form.shape)(surface?), Vector3::from(origin?));
    Some(Skin { shape, scale: Vector3::repeat(1.0), offset, warp: None })
}

fn origin(item: &Item<'_, '_>) -> Option<[f64; 3]> {
    let origin = triple(item, WIDE, "mm")?;
    if origin[0] != 0.0 {
        item.note("lies beside the midline", |fault| fault.bound("0 for its first number"));
        return None;
    }
    Some(origin)
}

fn read_surface(
    table: &Fields<'_, '_>,
    [first, second]: [Option<Vec<f64>>; 2],
    values: Option<Item<'_, '_>>,
    form: &Form,
) -> Option<Surface> {
    if let Some(start) = first.as_ref().and_then(|axis| axis.first()).filter(|start| **start != 0.0) {
        let value = number(*start, 3);
        table.note(form.axes[0].0, "must start at 0: tables give the patient's left half", |fault| {
            fault.value(value).bound("0")
        });
        return None;
    }
    let (key, bounds) = form.values;
    let rows = values.and_then(|item| {
        let rows = item.list()?;
        let wanted = second.as_ref().map_or(rows.len(), Vec::len);
        if rows.len() != wanted {
            let bound = format!("{wanted}, one for each value of {}", form.axes[1].0);
            item.note("has the wrong number of rows", |fault| {
                fault.value(rows.len().to_string()).bound(bound)
            });
        }
        let read = rows.iter().map(|item| Some((row(item, first.as_deref(), form, bounds)?, item)));
        let read: Vec<Option<_>> = read.collect();
        let read: Vec<(Vec<f64>, &Item<'_, '_>)> = read.into_iter().collect::<Option<_>>()?;
        let (first, second) = (first.as_ref()?, second.as_ref()?);
        if read.len() != wanted || !is_calm(&read, first, second, form) {
            return None;
        }
        Some(read.into_iter().map(|(row, _)| row).collect::<Vec<_>>())
    });
    let surface = Surface::new(first?, second?, &rows?, form.end);
    let surface = surface.filter(|surface| {
        let ((least, greatest), (low, high)) = (surface.span(), bounds);
        low - OVERSHOOT_MM <= least && greatest <= high + OVERSHOOT_MM
    });
    if surface.is_none() {
        table.note(key, "swings out of range between its values", |fault| {
            fault.bound(range(bounds, "mm")).hint("give the values at closer or more even steps")
        });
    }
    surface
}

/// The values of an axis: finite, in bounds, growing by a step that can be seen.
fn axis(item: &Item<'_, '_>, bounds: (f64, f64)) -> Option<Vec<f64>> {
    let items = item.list()?;
    if !AXIS_LENGTH.contains(&items.len()) {
        item.note("has too few or too many values", |fault| {
            let bound = format!("{} to {}", AXIS_LENGTH.start(), AXIS_LENGTH.end());
            fault.value(items.len().to_string()).bound(bound)
        });
        return None;
    }
    let values: Vec<_> = items.iter().map(|item| within(item, bounds, "")).collect();
    let mut sound = true;
    for ((item, value), before) in items.iter().zip(&values).skip(1).zip(&values) {
        let (Some(value), Some(before)) = (value, before) else { continue };
        if value - before < LEAST_STEP {
            let bound = format!("at least {LEAST_STEP} more than the value before, {}", number(*before, 3));
            item.note("does not grow", |fault| fault.bound(bound));
            sound = false;
        }
    }
    let values: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
    sound.then_some(values)
}

/// A row of values; `nan` where there is no skin, at its end alone.
fn row(item: &Item<'_, '_>, first: Option<&[f64]>, form: &Form, bounds: (f64, f64)) -> Option<Vec<f64>> {
    let items = item.list()?;
    if let Some(wanted) = first.map(<[f64]>::len).filter(|wanted| *wanted != items.len()) {
        let bound = format!("{wanted}, one for each value of {}", form.axes[0].0);
        item.note("has the wrong number of values", |fault| {
            fault.value(items.len().to_string()).bound(bound)
        });
        return None;
    }
    let read = |item: &Item<'_, '_>| if item.is_nan() { Some(f64::NAN) } else { within(item, bounds, "mm") };
    let values: Vec<_> = items.iter().map(read).collect();
    let values: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
    let known = values.iter().take_while(|value| !value.is_nan()).count();
    if known < 2 || values.iter().skip(known).any(|value| !value.is_nan()) {
        item.note("must begin with two numbers or more, and hold nan at its end alone", |fault| fault);
        return None;
    }
    Some(values)
}

/// Whether no two neighbouring values are further apart than skin can be steep; notes each row
/// where they are.
fn is_calm(rows: &[(Vec<f64>, &Item<'_, '_>)], first: &[f64], second: &[f64], form: &Form) -> bool {
    let mut calm = true;
    let mut before: Option<&Vec<f64>> = None;
    for (index, (row, item)) in rows.iter().enumerate() {
        let along = row.windows(2).zip(first.windows(2)).map(|(values, at)| {
            let turn = if form.is_round() { ((values[0] + values[1]) / 2.0).to_radians() } else { 1.0 };
            (values[1] - values[0]).abs() / (turn * (at[1] - at[0]))
        });
        let step = index.checked_sub(1).and_then(|last| Some(second.get(index)? - second.get(last)?));
        let across = before.into_iter().flatten().zip(row).filter_map(|(a, b)| Some((b - a).abs() / step?));
        // Blanks are nan, which is never the greater of two.
        let steepest = along.chain(across).fold(0.0, f64::max);
        if steepest > STEEPEST {
            item.note("is too steep to be skin", |fault| {
                fault
                    .value(said!("{steepest} mm for each mm", steepest = number(steepest, 1)))
                    .bound(format!("at most {STEEPEST}"))
                    .hint("check its values and the row before it for a slip")
            });
            calm = false;
        }
        before = Some(row);
    }
    calm
}

fn triple(item: &Item<'_, '_>, bounds: (f64, f64), unit: &str) -> Option<[f64; 3]> {
    let items = item.list()?;
    if items.len() != 3 {
        item.note("must hold three numbers: x, y, z", |fault| fault.bound("3"));
        return None;
    }
    let numbers: Vec<_> = items.iter().map(|item| within(item, bounds, unit)).collect();
    let numbers: Vec<f64> = numbers.into_iter().collect::<Option<_>>()?;
    numbers.try_into().ok()
}

fn within(item: &Item<'_, '_>, bounds: (f64, f64), unit: &str) -> Option<f64> {
    let value = item.number()?;
    if (bounds.0..=bounds.1).contains(&value) {
        return Some(value);
    }
    item.note("is out of range", |fault: Fault| fault.bound(range(bounds, unit)));
    None
}

fn range((least, greatest): (f64, f64), unit: &str) -> String {
    format!("{} to {} {unit}", number(least, 3), number(greatest, 3)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "format = 'nappage-body/1'\nid = 'egg'\nname = 'Egg'\nsource = 'made up'\n[head]\n\
        origin_mm = [0, 0, 0]\nazimuth_deg = [0, 90, 180]\nheight_mm = [-50, 0, 50]\nradius_mm = [\n\
        [80, 80, 80],\n[90, 90, 90],\n[80, 80, 80],\n]\n";

    fn faults(text: &str) -> Faults {
        read("body.toml", text, &[]).expect_err(text)
    }

    #[test]
    fn a_small_body_is_read() {
        let body = read("body.toml", HEAD, &[]).unwrap_or_else(|faults| panic!("{faults}"));
        let place = body.skin(Chart::Head).unwrap().place(super::super::ChartPoint::new(0.0, 0.0));
        assert_eq!(place, Place::new(0.0, 0.0, 90.0));
    }

    #[test]
    fn every_fault_of_a_body_is_found_at_once_with_its_line() {
        let text = "format = 'nappage-body/1'\nid = 'Egg 1'\nnam = 'Egg'\nsource = ''\nbased_on = 'womann'\n\
            [head]\norigin_mm = [3, 0, 0]\nazimuth_deg = [0, 90, 45]\nheight_mm = [0, 50]\nradius_mm = [\n\
            [80, 80],\n[80, inf, '9,5'],\n]\n[scale]\nhead = [1, 1]\nneck_girth = 1e300\n\
            [landmarks]\nsellion = [0, nan, 0]\n";
        let woman = Body { id: "woman".to_owned(), ..Body::flat() };
        let found = read("body.toml", text, &[woman]).expect_err(text);
        let mut lines: Vec<_> = found.list.iter().filter_map(|fault| found.line(fault)).collect();
        lines.dedup();
        assert_eq!(lines, [1, 2, 3, 4, 5, 7, 8, 9, 12, 14, 15, 16, 18], "{found}");
        let text = found.to_string();
        for part in ["did you mean 'woman'?", "did you mean 'name'?", "bound 0.5 to 2", "chest: is missing"] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn tables_that_do_not_fit_their_axes_name_the_row() {
        for (from, to, line, part) in [
            ("[90, 90, 90]", "[90, 90]", 11, "bound 3, one for each value of azimuth_deg"),
            ("[90, 90, 90]", "[90, nan, 90]", 11, "nan at its end alone"),
            ("[90, 90, 90]", "[90, 90, 9000]", 11, "5 to 400 mm"),
            ("[90, 90, 90],\n", "", 9, "bound 3, one for each value of height_mm"),
            ("[0, 90, 180]", "[1, 90, 180]", 7, "must start at 0"),
            ("[0, 90, 180]", "[0, 90, 90.01]", 7, "does not grow"),
            ("[0, 90, 180]", "[0, 90]", 7, "bound 3 to 400"),
            ("[0, 0, 0]", "[0, 1e9, 0]", 6, "-1000 to 1000 mm"),
            ("[-50, 0, 50]", "[-1, 0, 1]", 11, "too steep"),
        ] {
            let text = HEAD.replace("[80, 80, 80]", "[60, 60, 60]").replace(from, to);
            let found = faults(&text);
            assert!(found.to_string().contains(part), "{part} is missing in:\n{found}");
            assert!(found.list.iter().any(|fault| found.line(fault) == Some(line)), "{line}:\n{found}");
        }
    }

    #[test]
    fn a_surface_that_swings_between_its_values_is_refused() {
        let text = HEAD.replace("[-50, 0, 50]", "[-900, -899, 900]").replace("[90, 90, 90]", "[84, 84, 84]");
        assert!(faults(&text).to_string().contains("swings out of range"));
    }

    #[test]
    fn a_body_without_skin_and_one_stretched_without_end_are_refused() {
        let bare = "format = 'nappage-body/1'\nid = 'a'\nname = 'A'\nsource = 'a'\n";
        assert!(faults(bare).to_string().contains("has no skin"));
        let twice = "[scale]\nhead = [2, 2, 2]\nneck_girth = 2\nchest = [2, 2, 2]\n";
        let mut body =
            read("b.toml", &format!("{HEAD}{twice}"), &[]).unwrap_or_else(|faults| panic!("{faults}"));
        body.id = "base".to_owned();
        let text = format!("{bare}based_on = 'base'\n{twice}");
        let doubled = read("b.toml", &text, &[body]).unwrap_or_else(|faults| panic!("{faults}"));
        let text = text.replace("'base'", "'a'");
        assert!(read("b.toml", &text, &[doubled]).unwrap_err().to_string().contains("0.25 to 4"));
    }
}
