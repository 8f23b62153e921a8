//! From many seeds of a chart to the one layout that covers it best.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Goal;
use super::cover::Cover;
use super::domain::Domain;
use super::fill::{add_one, fill, merge, take_one};
use super::measure::perfect_gap_mm;
use super::relax::relax;
use super::rows::greatest_sway_mm;
use super::seed::{Seed, ranked, wanted_count};
use super::tighten::{Evening, Stage, Tightened, tighten};
use crate::abreast::abreast;
use crate::plan::Pattern;

/// How many seeds start to drift apart at a time. One of these is finished.
const DRIFTING: usize = 3;
/// Each group drifts a step longer than the one before, up to so many: seeds of few points are much alike.
const DRIFT_TURNS: usize = 3;
/// Skin is wide that has more of it to its rim than this, in spacings.
const WIDE: f64 = 2.0;
/// A layout that comes out this much worse than the best so far is not worth exchanges.
const WORSE: f64 = 1.02;
/// Exchanges that are tried, and how many may fail in a row.
const EXCHANGES: usize = 16;
const FAILURES: usize = 3;
/// A layout of no more than this q is good enough, in rows and without. Free points on wide skin come down to it.
const GOOD_ROWS: f64 = 1.08;
const GOOD_FREE: f64 = 1.072;
/// The work, in points times steps, after which one of a q greater by 1 would be: what is lenient grows with
/// the square of it, so that the first steps cost little patience. Few points get more of it, being quick.
const PATIENCE_ROWS: f64 = 1.2e4;
const PATIENCE_FREE: f64 = 5e4;
/// No layout of a q greater by more than the first is, later the last, as long as there are seeds left.
const LENIENT_ROWS: [f64; 2] = [0.095, 0.115];
const LENIENT_FREE: [f64; 2] = [0.035, 0.035];
/// By how much the first grows towards the last with the work of the whole patience.
const LATER: f64 = 0.05;
/// Where nothing has been good for this much of the patience, points jam: more and more has to do.
const JAMMED: f64 = 0.9;
const MORE_AND_MORE: f64 = 0.06;
/// The number of points that try the patience most, up to a share more: fewer are quick, the more so where their
/// rows are all there is to lay, and of more better is to be had.
const TRYING: f64 = 86.0;
const STILL_TRYING: f64 = 1.25;
/// The share of it that a step costs the patience at least; and where there are so many times as many, which
/// take so long that the first layout about as good as others has to do.
const LEAST_TRYING: f64 = 0.4;
const VERY_MANY: f64 = 3.2;
const VERY_MANY_TRYING: f64 = 0.8;
/// After so much work the best layout has to do: where points jam, none is good.
const MOST_WORK: usize = 150_000;
/// How far exchanges may take the number of points from that of the perfect lattice, as a share.
const COUNT_WITHIN: f64 = 0.045;
/// Stiffness of rows at first and in the last stages, where they bend for what covers better, and of free points
/// in the first rounds, where it keeps them from folding.
const ROWS: f64 = 0.5;
const ROWS_LAST: f64 = 0.1;
const FREE: f64 = 0.0125;
/// A point that sways from its row by more than this many spacings counts against a layout, as much as a
/// gap greater by the other factor.
const STRAIGHT: f64 = 0.18;
const SWAYED: f64 = 1.0;

/// The spread of cells that is even enough.
const EVEN: f64 = 0.135;

/// So much work is done even in a hurry, and one layout is always finished.
const DRAFT_WORK: usize = 5_000;
/// A layout of a greater q before its last stage is not good after it.
const HOPELESS: f64 = 1.26;

/// The skin of one chart as it is looked at while points settle.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChartGround<'a> {
    pub(super) domain: &'a Domain,
    pub(super) chart: usize,
    pub(super) cover: &'a Cover,
    /// More samples of the same, for points that drift.
    pub(super) fine: &'a Cover,
}

/// How seeds start.
#[derive(Clone, Copy, Debug)]
struct Start {
    /// Steps in which points drift apart.
    drift: usize,
    /// How many are then tightened.
    tightened: usize,
    /// Steps of the first stage.
    first: usize,
}

impl Start {
    /// Free points, and rows on wide skin: the farther they have drifted apart, the better they turn out.
    const LONG: Self = Self { drift: 12, tightened: 2, first: 10 };
    /// Rows beside much rim: they lose their order when they drift for longer, and how far they have drifted
    /// tells little of what they come to.
    const SHORT: Self = Self { drift: 9, tightened: 3, first: 8 };

    fn of(ground: ChartGround<'_>, goal: Goal) -> Self {
        let ChartGround { cover, .. } = ground;
        let area_mm2: f64 = cover.inner.samples.iter().map(|sample| sample.area_mm2).sum();
        let rim_mm = cover.rim.samples.len() as f64 * cover.pitch_mm / 2.0;
        match goal.pattern {
            Pattern::Rows if area_mm2 < WIDE * rim_mm * goal.spacing_mm => Self::SHORT,
            Pattern::Rows | Pattern::Even => Self::LONG,
        }
    }
}

/// Lays one chart out: seeds start in groups, the best of each round go on, until a layout is good. Returns
/// whether that was cut short: once `hurry` is true, the best so far has to do.
pub(super) fn settle(ground: ChartGround<'_>, goal: Goal, hurry: &AtomicBool) -> (Seed, bool) {
    let ChartGround { domain, chart, cover, fine } = ground;
    let mut settling = Settling { ground, goal, hurry, work: 0, spent: 0.0, cut_short: false };
    let mut best: Option<(f64, Seed)> = None;
    let start = Start::of(ground, goal);
    for (turn, group) in ranked(domain, chart, cover, goal).chunks(DRIFTING).enumerate() {
        let drift_steps = start.drift + turn % DRIFT_TURNS;
        let drifted = |seed: &Seed| {
            let mut seed = seed.clone();
            (relax(domain, fine, &mut seed.spots, goal, drift_steps), 0, seed)
        };
        let tightened = |seed: &Seed| {
            let mut seed = seed.clone();
            let tightened = tighten(domain, cover, &mut seed, goal, first_stage(goal.pattern, start.first));
            (tightened.soft_gap_mm, tightened.steps, seed)
        };
        let mut group = abreast(group, |seed| seed.clone().counted(domain, chart, cover, goal));
        group.retain(|seed| !seed.spots.is_empty());
        let field = settling.best_first(&group, drifted);
        let field = settling.best_first(&field[..field.len().min(start.tightened)], tightened);
        if best.is_some() && settling.is_cut_short() {
            break;
        }
        let Some(mut layout) = field.into_iter().next() else { continue };
        let mut gap_mm = settling.tightened(&mut layout, second_stage(goal.pattern)).gap_mm;
        if !settling.is_hopeless(gap_mm, &layout) {
            gap_mm = settling.tightened(&mut layout, last_stage(goal.pattern)).gap_mm;
        }
        let mut score = settling.score(gap_mm, &layout);
        if best.as_ref().is_none_or(|(least, _)| score < WORSE * least) {
            score = settling.exchange(&mut layout, score);
        }
        if best.as_ref().is_none_or(|(least, _)| score < *least) {
            best = Some((score, layout));
        }
        if best.as_ref().is_some_and(|(score, _)| settling.is_enough(*score)) {
            break;
        }
    }
    let mut layout = best.map_or_else(Seed::default, |(_, layout)| layout);
    if fill(domain, cover, &mut layout, goal) > 0 {
        tighten(domain, cover, &mut layout, goal, last_stage(goal.pattern));
    }
    (layout, settling.cut_short)
}

fn stiffness(pattern: Pattern) -> f64 {
    match pattern {
        Pattern::Rows => ROWS,
        Pattern::Even => FREE,
    }
}

fn first_stage(pattern: Pattern, steps: usize) -> Stage {
    Stage {
        steps,
        sharpness: [12.0, 80.0],
        stiffness: 3.0 * stiffness(pattern),
        beat_mm: f64::INFINITY,
        evening: None,
    }
}

fn second_stage(pattern: Pattern) -> Stage {
    Stage {
        steps: 12,
        sharpness: [80.0, 160.0],
        stiffness: stiffness(pattern),
        beat_mm: f64::INFINITY,
        evening: None,
    }
}

/// The finish, in which free points are held by nothing.
fn last_stage(pattern: Pattern) -> Stage {
    let stiffness = if pattern == Pattern::Rows { ROWS_LAST } else { 0.0 };
    Stage { steps: 12, sharpness: [160.0, 500.0], stiffness, beat_mm: f64::INFINITY, evening: None }
}

/// For layouts of charts that meet, each settled but for what lies beside the seam.
pub(super) fn seam_stage(pattern: Pattern) -> Stage {
    Stage { steps: 6, ..last_stage(pattern) }
}

/// For free points that cover their skin well: cells become more even while the gap stays below `most_mm`.
pub(super) fn even_stage(most_mm: f64) -> Stage {
    let evening = Evening { weight: [1.0, 16.0], enough: EVEN, most_mm };
    Stage { steps: 24, sharpness: [200.0, 300.0], evening: Some(evening), ..last_stage(Pattern::Even) }
}

/// As the last stage, for a layout that something has upset.
pub(super) fn exchange_stage(pattern: Pattern) -> Stage {
    Stage { steps: 16, sharpness: [40.0, 500.0], ..last_stage(pattern) }
}

/// A change to a layout that no small move makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchange {
    /// Two mirror images at the deepest hole become one point on the midline.
    Merge,
    /// A point goes from where it covers least to where skin is farthest.
    Move,
    Add,
    Remove,
}

impl Exchange {
    const ALL: [Self; 4] = [Self::Merge, Self::Move, Self::Add, Self::Remove];
}

struct Settling<'a> {
    ground: ChartGround<'a>,
    goal: Goal,
    hurry: &'a AtomicBool,
    /// Points times steps so far.
    work: usize,
    /// The same as far as it tries the patience.
    spent: f64,
    /// Whether a layout had to do that was not good.
    cut_short: bool,
}

impl Settling<'_> {
    fn tightened(&mut self, layout: &mut Seed, stage: Stage) -> Tightened {
        let ChartGround { domain, cover, .. } = self.ground;
        let tightened = tighten(domain, cover, layout, self.goal, stage);
        self.count(layout, tightened.steps);
        tightened
    }

    fn count(&mut self, layout: &Seed, steps: usize) {
        self.work += steps * layout.spots.len();
        let many = layout.spots.len() as f64 / TRYING;
        let all_there_is = self.goal.pattern == Pattern::Rows && self.ground.domain.charts.len() == 1;
        let trying = match many {
            few if few < 1.0 && all_there_is => few * few * few,
            few if few < 1.0 => few * few.sqrt(),
            many if many < VERY_MANY => (STILL_TRYING / many).clamp(LEAST_TRYING, 1.0),
            _ => VERY_MANY_TRYING,
        };
        self.spent += steps as f64 * TRYING * trying;
    }

    /// Whether a layout of a score is good enough; the longer it has taken, the more are.
    fn is_good(&self, score: f64) -> bool {
        let (good, patience, [first, last]) = match self.goal.pattern {
            Pattern::Rows => (GOOD_ROWS, PATIENCE_ROWS, LENIENT_ROWS),
            Pattern::Even => (GOOD_FREE, PATIENCE_FREE, LENIENT_FREE),
        };
        let area_mm2 = self.ground.domain.chart_area_mm2(self.ground.chart);
        let spent = self.spent / patience;
        let jammed = MORE_AND_MORE * (spent - JAMMED).max(0.0);
        let lenient = (spent * spent).min(first + LATER * spent).min(last + jammed);
        self.work > MOST_WORK || score <= (good + lenient) * perfect_gap_mm(area_mm2, 1)
    }

    /// Whether a layout of a score is good, or has to do because of the hurry.
    fn is_enough(&mut self, score: f64) -> bool {
        self.is_good(score) || self.is_cut_short()
    }

    /// Whether in a hurry a layout is not worth its last stage, which would not make it good.
    fn is_hopeless(&mut self, gap_mm: f64, layout: &Seed) -> bool {
        let area_mm2 = self.ground.domain.chart_area_mm2(self.ground.chart);
        let is_far = self.score(gap_mm, layout) > HOPELESS * perfect_gap_mm(area_mm2, 1);
        self.cuts_short(is_far)
    }

    /// Whether no more work is to be done because of the hurry.
    fn is_cut_short(&mut self) -> bool {
        self.cuts_short(self.work > DRAFT_WORK)
    }

    /// Whether what may be spared is, because of the hurry, which is kept in mind.
    fn cuts_short(&mut self, spared: bool) -> bool {
        let now = spared && self.hurry.load(Ordering::Relaxed);
        self.cut_short |= now;
        now
    }

    /// A field that has settled further, the best first by its gap. `settled` returns that, the steps it
    /// took, and the layout that came of it.
    fn best_first(
        &mut self,
        field: &[Seed],
        settled: impl Fn(&Seed) -> (f64, usize, Seed) + Send + Sync,
    ) -> Vec<Seed> {
        let further = abreast(field, settled);
        let mut scored: Vec<(f64, Seed)> = Vec::new();
        for (gap_mm, steps, seed) in further {
            self.count(&seed, steps);
            scored.push((self.score(gap_mm, &seed), seed));
        }
        scored.sort_by(|a, b| a.0.total_cmp(&b.0));
        scored.into_iter().map(|(_, seed)| seed).collect()
    }

    /// A gap weighed by the number of points, more of them counting against a layout as the perfect
    /// cover says, and by how far its rows sway.
    fn score(&self, gap_mm: f64, layout: &Seed) -> f64 {
        let sway = match self.goal.pattern {
            Pattern::Rows => {
                greatest_sway_mm(self.ground.domain, layout, self.goal.spacing_mm) / self.goal.spacing_mm
            }
            Pattern::Even => 0.0,
        };
        let swayed = 1.0 + SWAYED * (sway - STRAIGHT).max(0.0);
        gap_mm * (layout.count(self.ground.domain) as f64).sqrt() * swayed
    }

    /// Tries exchanges, each kind in turn, and keeps those that better the layout, until it is good.
    /// Takes its score and returns what it comes to.
    fn exchange(&mut self, layout: &mut Seed, score: f64) -> f64 {
        let Self { ground: ChartGround { domain, .. }, goal, .. } = *self;
        let mut best = score;
        let mut failures = 0;
        for _ in 0..EXCHANGES {
            if failures >= FAILURES || self.is_enough(best) {
                break;
            }
            let exchange = Exchange::ALL[failures % Exchange::ALL.len()];
            let mut trial = layout.clone();
            if self.apply(exchange, failures / Exchange::ALL.len(), &mut trial) {
                let beat_mm = best / (trial.count(domain) as f64).sqrt();
                let stage = Stage { beat_mm, ..exchange_stage(goal.pattern) };
                let gap_mm = self.tightened(&mut trial, stage).gap_mm;
                let score = self.score(gap_mm, &trial);
                if score < best {
                    (best, *layout, failures) = (score, trial, 0);
                    continue;
                }
            }
            failures += 1;
        }
        best
    }

    /// Makes an exchange; returns whether it is one to be tried. The higher the rank, the farther down
    /// the list of points that may be spared.
    fn apply(&self, exchange: Exchange, rank: usize, layout: &mut Seed) -> bool {
        let Self { ground: ChartGround { domain, chart, cover, .. }, goal, .. } = *self;
        let looked_at = &cover.coarse;
        let take = |layout: &mut Seed| take_one(domain, looked_at, layout, rank);
        let add = |layout: &mut Seed| add_one(domain, looked_at, layout, goal);
        let made = match exchange {
            Exchange::Merge => merge(domain, looked_at, layout, goal, rank),
            Exchange::Move => take(layout) && add(layout),
            Exchange::Add => rank == 0 && add(layout),
            Exchange::Remove => take(layout),
        };
        let wanted = wanted_count(domain, chart, goal);
        made && (layout.count(domain) as f64 - wanted).abs() <= (COUNT_WITHIN * wanted).max(1.0)
    }
}
