//! Names of zones in columns beside a figure, each with a leader into its zone.
//!
//! Leaders are straight. Names stand in the order in which their zones do; positions and ends are then
//! improved one by one until no leader crosses another, runs over a point or through words, and
//! leaders are short. Where one still does, its name is pushed up and down, and past others.

use std::rc::Rc;

use nalgebra::Vector2;

use super::figures::NAME_MM;
use super::taken::{Taken, crosses_box, lines_cross, nearest_in_box};
use super::{Align, Bounds, Colour, Group, Item, Outline, Spot, Stroke, Text};

/// The ink of names and leaders.
const INK: Colour = Colour::rgb(0x2c, 0x34, 0x3b);
/// Distance of two lines of a name, and air between two names, in mm.
const LEADING_MM: f64 = 2.65;
const BETWEEN_MM: f64 = 1.1;
/// Gap between a name and its leader, in mm.
const GAP_MM: f64 = 0.7;
/// Length of the bar at a leader's end, in mm.
const BAR_MM: f64 = 1.1;
/// Air around it, in mm.
const AROUND_BAR_MM: f64 = 0.2;
/// What a leader over a point, through words, or across another leader costs, in mm of leader.
const OVER_POINT: f64 = 100.0;
const THROUGH_WORDS: f64 = 120.0;
const ACROSS: f64 = 300.0;
/// What each mm of a leader's rise costs beside its length: level leaders are calm.
const UPRIGHT: f64 = 1.2;
/// Steps by which a name is pushed against its neighbours, and their length in mm.
const PUSHES: usize = 20;
const PUSH_MM: f64 = 0.9;
/// Rounds of improvement, and steps of a name up and down, in mm.
const ROUNDS: usize = 4;
const STEP_MM: f64 = 0.4;

/// What rounding may take off a cost, in mm.
const SLACK: f64 = 1e-6;

/// Where a leader may end, and what it costs to end there, in mm of leader.
pub(crate) type Anchor = (Spot, f64);

/// A name to be placed.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// The id of its zone; none where it is of something else.
    pub zone: Option<String>,
    /// The name, in lines.
    pub lines: Vec<String>,
    /// On the left of the figure.
    pub on_left: bool,
    /// Where its leader may end: places inside the visible zone, clear of points.
    pub anchors: Vec<Anchor>,
}

/// Where names may stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    /// Where names on the left end.
    pub left: f64,
    /// Where names on the right begin.
    pub right: f64,
    /// Upper and lower end.
    pub span: [f64; 2],
}

/// Height of a column of names with so many lines each, in mm.
pub(crate) fn height_mm(lines: impl Iterator<Item = usize>) -> f64 {
    lines.map(|lines| LEADING_MM * lines as f64 + BETWEEN_MM).sum()
}

/// A name being placed.
#[derive(Clone)]
struct Placing {
    name: Rc<Name>,
    /// Its upper edge.
    top: f64,
    anchor: Spot,
    /// The box of its words where its upper edge is at 0.
    words: Bounds,
}

impl Placing {
    fn height(&self) -> f64 {
        LEADING_MM * self.name.lines.len() as f64
    }

    fn start(&self, columns: &Columns, top: f64) -> Spot {
        let x = if self.name.on_left { columns.left + GAP_MM } else { columns.right - GAP_MM };
        Spot::new(x, top + self.height() / 2.0)
    }

    fn bounds(&self) -> Bounds {
        self.words.moved(Vector2::new(0.0, self.top))
    }
}

/// The lines of a name whose upper edge is at `top`.
fn texts(name: &Name, columns: &Columns, top: f64) -> Vec<Text> {
    let (x, align) = if name.on_left { (columns.left, Align::Right) } else { (columns.right, Align::Left) };
    let line = |(k, line): (usize, &String)| {
        let y = top + LEADING_MM * (k as f64 + 0.5) + NAME_MM * 0.36;
        Text::new(Spot::new(x, y), NAME_MM, line).align(align).colour(INK)
    };
    name.lines.iter().enumerate().map(line).collect()
}

/// Places names and takes their room. A name without an anchor is left out. `more` finds more anchors for
/// the name of an index, which are tried where those it has leave its leader over something.
pub(crate) fn placed(
    names: Vec<Name>,
    columns: &Columns,
    taken: &mut Taken,
    more: impl Fn(usize, &Taken) -> Vec<Anchor>,
) -> Vec<Item> {
    let (indices, mut all): (Vec<usize>, Vec<Placing>) = names
        .into_iter()
        .enumerate()
        .filter(|(_, name)| !name.anchors.is_empty())
        .map(|(index, name)| {
            let middle =
                name.anchors.iter().map(|(a, _)| a.coords).sum::<Vector2<f64>>() / name.anchors.len() as f64;
            let anchor = Spot::from(middle);
            let boxes = texts(&name, columns, 0.0).into_iter().map(|text| text.bounds());
            let words = Bounds::of(boxes.flat_map(|b| [b.min, b.max]));
            let words = words.unwrap_or(Bounds { min: anchor, max: anchor });
            (index, Placing { name: Rc::new(name), top: 0.0, anchor, words })
        })
        .unzip();
    for left in [true, false] {
        let mut side: Vec<usize> = (0..all.len()).filter(|&k| all[k].name.on_left == left).collect();
        side.sort_by(|&a, &b| all[a].anchor.y.total_cmp(&all[b].anchor.y));
        let wanted: Vec<(f64, f64)> =
            side.iter().map(|&k| (all[k].anchor.y - all[k].height() / 2.0, all[k].height())).collect();
        for (&k, top) in side.iter().zip(stacked(&wanted, columns.span)) {
            all[k].top = top;
        }
    }
    for _ in 0..ROUNDS {
        for k in 0..all.len() {
            improve(&mut all, k, columns, taken);
        }
        uncross(&mut all, columns);
    }
    for k in 0..all.len() {
        improve(&mut all, k, columns, taken);
    }
    let mut pushed = vec![0; all.len()];
    while let Some(k) = (0..all.len()).find(|&k| pushed[k] < 2 && fault_of(&all, k, columns, taken) > 0.0) {
        pushed[k] += 1;
        push(&mut all, k, columns, taken);
        // One push may be enough, and is quick; a second one has more to choose from.
        if pushed[k] == 1 && fault_of(&all, k, columns, taken) > 0.0 {
            let anchors = more(indices[k], taken);
            if !anchors.is_empty() {
                all[k].name = Rc::new(Name { anchors, ..(*all[k].name).clone() });
            }
            improve(&mut all, k, columns, taken);
        }
    }
    let mut items = Vec::new();
    for placing in &all {
        let start = placing.start(columns, placing.top);
        taken.boxes.extend(texts(&placing.name, columns, placing.top).iter().map(Text::bounds));
        taken.leaders.push((start, placing.anchor));
        taken.boxes.extend(Bounds::of(bar(start, placing.anchor)).map(|bar| bar.grown(AROUND_BAR_MM)));
        items.push(Item::Group(drawn(placing, start, columns)));
    }
    items
}

/// Upper edges of boxes of given wanted upper edges and heights, in their order, none over another,
/// with the least sum of squared shifts.
fn stacked(wanted: &[(f64, f64)], span: [f64; 2]) -> Vec<f64> {
    // Boxes that touch move as one, to the mean of what they want.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    let mut above = 0.0;
    for &(top, height) in wanted {
        let mut block = (top - above, 1.0, 1_usize);
        while let Some(last) = blocks.last().filter(|last| last.0 > block.0).copied() {
            block = (
                (last.0 * last.1 + block.0 * block.1) / (last.1 + block.1),
                last.1 + block.1,
                last.2 + block.2,
            );
            blocks.pop();
        }
        blocks.push(block);
        above += height + BETWEEN_MM;
    }
    let most = (span[1] - above + BETWEEN_MM).max(span[0]);
    let mut tops = Vec::new();
    let mut above = 0.0;
    let shifts = blocks.iter().flat_map(|block| std::iter::repeat_n(block.0.clamp(span[0], most), block.2));
    for (shift, (_, height)) in shifts.zip(wanted) {
        tops.push(shift + above);
        above += height + BETWEEN_MM;
    }
    tops
}

/// What a name costs where it stands, in mm of leader.
fn cost_of(all: &[Placing], k: usize, columns: &Columns, taken: &Taken) -> f64 {
    let leader = all[k].anchor - all[k].start(columns, all[k].top);
    leader.norm() + UPRIGHT * leader.y.abs() + fault_of(all, k, columns, taken)
}

/// The part of that which is for what its leader runs over.
fn fault_of(all: &[Placing], k: usize, columns: &Columns, taken: &Taken) -> f64 {
    let own = &all[k];
    let start = own.start(columns, own.top);
    let others = all.iter().enumerate().filter(|(j, _)| *j != k);
    let across = others
        .clone()
        .filter(|(_, other)| lines_cross(start, own.anchor, other.start(columns, other.top), other.anchor));
    let names = others.map(|(_, other)| other.bounds().grown(0.2));
    let words =
        names.chain(taken.boxes.iter().copied()).filter(|words| crosses_box(start, own.anchor, words));
    ACROSS * across.count() as f64
        + THROUGH_WORDS * words.count() as f64
        + OVER_POINT * taken.marks_hit(start, own.anchor) as f64
}

/// Moves one name up and down and its neighbours out of its way or past it, if that costs less in all.
fn push(all: &mut Vec<Placing>, k: usize, columns: &Columns, taken: &Taken) {
    let total = |all: &[Placing]| (0..all.len()).map(|j| cost_of(all, j, columns, taken)).sum::<f64>();
    let before = all.clone();
    let mut best = (total(all), before.clone());
    let middle = |all: &[Placing], j: usize| all[j].top + all[j].height() / 2.0;
    let mut side: Vec<usize> =
        (0..all.len()).filter(|&j| all[j].name.on_left == all[k].name.on_left).collect();
    side.sort_by(|&a, &b| all[a].top.total_cmp(&all[b].top));
    'pushes: for step in 1..=2 * PUSHES {
        let way = if step % 2 == 0 { 1.0 } else { -1.0 };
        let mut there = before.clone();
        there[k].top += way * step.div_ceil(2) as f64 * PUSH_MM;
        let mut past = side.clone();
        past.sort_by(|&a, &b| middle(&there, a).total_cmp(&middle(&there, b)));
        let orders = if past == side { vec![past] } else { vec![side.clone(), past] };
        for order in orders {
            let mut moved = there.clone();
            if !make_room(&mut moved, k, &order, columns) {
                continue;
            }
            // The name itself chooses first.
            improve(&mut moved, k, columns, taken);
            for &j in order.iter().filter(|&&j| j != k) {
                improve(&mut moved, j, columns, taken);
            }
            let cost = total(&moved);
            if cost < best.0 - 1e-9 {
                let clear = fault_of(&moved, k, columns, taken) == 0.0;
                best = (cost, moved);
                // The least push that clears the leader will do.
                if clear {
                    break 'pushes;
                }
            }
        }
    }
    *all = best.1;
}

/// Moves the names of one side off one of them, in an order from the top. Returns whether there is room.
fn make_room(all: &mut [Placing], k: usize, order: &[usize], columns: &Columns) -> bool {
    let place = order.iter().position(|&j| j == k).unwrap_or(0);
    for pair in order[..=place].windows(2).rev() {
        let most = all[pair[1]].top - BETWEEN_MM - all[pair[0]].height();
        all[pair[0]].top = all[pair[0]].top.min(most);
    }
    for pair in order[place..].windows(2) {
        let least = all[pair[0]].top + all[pair[0]].height() + BETWEEN_MM;
        all[pair[1]].top = all[pair[1]].top.max(least);
    }
    order.iter().all(|&j| all[j].top >= columns.span[0] && all[j].top + all[j].height() <= columns.span[1])
}

/// Moves one name and its anchor to where they cost least while the others stay.
fn improve(all: &mut [Placing], k: usize, columns: &Columns, taken: &Taken) {
    let own = &all[k];
    let others: Vec<(f64, f64)> = (0..all.len())
        .filter(|&j| j != k && all[j].name.on_left == own.name.on_left)
        .map(|j| (all[j].top, all[j].top + all[j].height()))
        .collect();
    let low =
        others.iter().filter(|o| o.0 < own.top).map(|o| o.1 + BETWEEN_MM).fold(columns.span[0], f64::max);
    let high =
        others.iter().filter(|o| o.0 >= own.top).map(|o| o.0 - BETWEEN_MM).fold(columns.span[1], f64::min);
    let room = (high - low - own.height()).max(0.0);
    let tops =
        std::iter::once(own.top).chain((0..=(room / STEP_MM) as usize).map(|n| low + n as f64 * STEP_MM));
    let leaders: Vec<(Spot, Spot)> = (0..all.len())
        .filter(|&j| j != k)
        .map(|j| (all[j].start(columns, all[j].top), all[j].anchor))
        .collect();
    let boxes: Vec<Bounds> = (0..all.len()).filter(|&j| j != k).map(|j| all[j].bounds().grown(0.2)).collect();
    let price = |top: f64, (anchor, own_cost): Anchor| {
        let start = own.start(columns, top);
        own_cost + (anchor - start).norm() + UPRIGHT * (anchor.y - start.y).abs()
    };
    // What stands in a leader's way, as far as its cost is below a limit.
    let fine = |top: f64, anchor: Spot, limit: f64| {
        let start = own.start(columns, top);
        let across = leaders.iter().filter(|(a, b)| lines_cross(start, anchor, *a, *b)).map(|_| ACROSS);
        let boxes = boxes.iter().chain(&taken.boxes);
        let words = boxes.filter(|b| crosses_box(start, anchor, b)).map(|_| THROUGH_WORDS);
        let points = taken.hits(start, anchor).map(|_| OVER_POINT);
        let mut cost = 0.0;
        for each in across.chain(words).chain(points) {
            cost += each;
            if cost >= limit {
                break;
            }
        }
        cost
    };
    // The cheapest end from where the name stands now leaves little for the others to undercut.
    let nearest = own.name.anchors.iter().min_by(|a, b| price(own.top, **a).total_cmp(&price(own.top, **b)));
    let mut best =
        nearest.map(|&end| (price(own.top, end) + fine(own.top, end.0, f64::INFINITY), own.top, end.0));
    let Some(ends) = Bounds::of(own.name.anchors.iter().map(|(at, _)| *at)) else { return };
    for top in tops {
        // No end costs less than the nearest place of the box around all of them.
        let start = own.start(columns, top);
        let near = nearest_in_box(start, &ends) - start;
        if best.is_some_and(|(least, ..)| near.norm() + UPRIGHT * near.y.abs() >= least) {
            continue;
        }
        for &end in &own.name.anchors {
            // Nor does one whose leader is too long already if only its way across and its rise count.
            let off = end.0 - start;
            let at_least = end.1 + off.x.abs() + UPRIGHT * off.y.abs() - SLACK;
            if best.is_some_and(|(least, ..)| at_least >= least) {
                continue;
            }
            let cost = price(top, end);
            let limit = best.map_or(f64::INFINITY, |(least, ..)| least - cost);
            if limit > 0.0 {
                let fine = fine(top, end.0, limit);
                if fine < limit {
                    best = Some((cost + fine, top, end.0));
                }
            }
        }
    }
    if let Some((_, top, anchor)) = best {
        all[k].top = top;
        all[k].anchor = anchor;
    }
}

/// Names on one side whose leaders cross change places.
fn uncross(all: &mut [Placing], columns: &Columns) {
    for a in 0..all.len() {
        for b in 0..a {
            let (one, two) = (&all[a], &all[b]);
            let (s, t) = (one.start(columns, one.top), two.start(columns, two.top));
            if one.name.on_left != two.name.on_left || !lines_cross(s, one.anchor, t, two.anchor) {
                continue;
            }
            let (upper, lower) = if one.top < two.top { (a, b) } else { (b, a) };
            let top = all[upper].top;
            let end = all[lower].top + all[lower].height();
            all[lower].top = top;
            all[upper].top = end - all[upper].height();
        }
    }
}

/// The bar in which a leader ends.
fn bar(start: Spot, anchor: Spot) -> [Spot; 2] {
    let way = (anchor - start).try_normalize(1e-9).unwrap_or_else(Vector2::x);
    let half = Vector2::new(-way.y, way.x) * BAR_MM / 2.0;
    [anchor - half, anchor + half]
}

/// The words, and the leader over a thin line of paper, which ends in a bar: a dot would look like a point.
fn drawn(placing: &Placing, start: Spot, columns: &Columns) -> Group {
    let anchor = placing.anchor;
    let line = |ends: [Spot; 2], width: f64, colour: Colour| {
        Item::Outline(Outline::line(ends, Stroke::solid(colour, width)))
    };
    let (whole, bar) = ([start, anchor], bar(start, anchor));
    let paper = Colour::WHITE.with_alpha(0xc0);
    let mut items =
        vec![line(whole, 0.55, paper), line(bar, 0.62, paper), line(whole, 0.17, INK), line(bar, 0.24, INK)];
    items.extend(texts(&placing.name, columns, placing.top).into_iter().map(Item::Text));
    let group = Group::of_class("name", items);
    match &placing.name.zone {
        Some(zone) => group.data("zone", zone),
        None => group,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns { left: 20.0, right: 80.0, span: [0.0, 100.0] };

    fn no_more(_: usize, _: &Taken) -> Vec<Anchor> {
        Vec::new()
    }

    fn name(zone: &str, on_left: bool, anchors: &[[f64; 2]]) -> Name {
        let anchors = anchors.iter().map(|a| (Spot::new(a[0], a[1]), 0.0)).collect();
        Name { zone: Some(zone.to_owned()), lines: vec![zone.to_owned()], on_left, anchors }
    }

    #[test]
    fn names_that_want_one_place_stand_under_each_other_and_leaders_do_not_cross() {
        let names: Vec<Name> =
            (0..8).map(|k| name(&format!("Zone {k}"), true, &[[30.0 + 5.0 * k as f64, 50.0]])).collect();
        let mut taken = Taken::default();
        assert_eq!(placed(names, &COLUMNS, &mut taken, no_more).len(), 8);
        for (k, bounds) in taken.boxes.iter().enumerate() {
            assert!(taken.boxes[..k].iter().all(|other| !other.overlaps(bounds)));
        }
        for (k, (a, b)) in taken.leaders.iter().enumerate() {
            assert!(taken.leaders[..k].iter().all(|(c, d)| !lines_cross(*a, *b, *c, *d)));
        }
    }

    #[test]
    fn a_leader_ends_where_no_point_is_in_its_way() {
        let mut taken = Taken { marks: vec![(Spot::new(30.0, 50.0), 1.2)], ..Taken::default() };
        let cheek = name("Cheek", true, &[[40.0, 50.0], [41.0, 57.0]]);
        placed(vec![cheek], &COLUMNS, &mut taken, no_more);
        let (a, b) = taken.leaders[0];
        assert_eq!(taken.marks_hit(a, b), 0);
    }

    /// Points along a line from the top to the bottom, with a gap around a height.
    fn wall(gap: f64) -> Taken {
        let heights = (0..80).map(|k| 1.25 * f64::from(k)).filter(|y| (y - gap).abs() > 2.6);
        Taken { marks: heights.map(|y| (Spot::new(40.0, y), 1.0)).collect(), ..Taken::default() }
    }

    #[test]
    fn a_name_goes_past_another_where_its_leader_would_run_over_a_point() {
        let names = vec![name("Chin", true, &[[30.0, 50.0]]), name("Lip", true, &[[50.0, 60.0]])];
        let mut taken = wall(51.0);
        placed(names, &COLUMNS, &mut taken, no_more);
        let [(chin, _), (lip, end)] = taken.leaders[..] else { panic!("two leaders") };
        assert!(lip.y < chin.y, "{lip} {chin}");
        assert_eq!(taken.marks_hit(lip, end), 0);
    }

    #[test]
    fn more_ends_are_asked_for_where_none_is_clear() {
        let mut taken = wall(51.0);
        let more = |name: usize, _: &Taken| vec![(Spot::new(44.0 + name as f64, 51.0), 0.0)];
        // A name that is nowhere to be seen is left out, and counts among them all the same.
        let names = vec![name("Chin", true, &[]), name("Lip", true, &[[41.0, 60.0]])];
        placed(names, &COLUMNS, &mut taken, more);
        let [(a, b)] = taken.leaders[..] else { panic!("one leader") };
        assert_eq!((b, taken.marks_hit(a, b)), (Spot::new(45.0, 51.0), 0));
    }

    #[test]
    fn stacked_boxes_stay_in_the_span() {
        let tops = stacked(&[(98.0, 4.0), (99.0, 4.0), (99.5, 4.0)], [0.0, 100.0]);
        assert!(tops[0] >= 0.0 && tops[2] + 4.0 <= 100.0 + 1e-9 && tops[1] >= tops[0] + 4.0);
    }
}
