//! Sheets: finished pages in millimetres, and their writers.
//!
//! A [`Page`] is a plain value: a size and items at fixed positions. Pages are made from a finished
//! plan ([`map`], [`layers`], [`worksheet`], [`template`], [`card`]), of what was done ([`record`]; [`screen`] while a plan is still being changed)
//! and written by writers that know nothing of plans: [`svg`], and with the features of their names
//! `pdf` and `png`.

mod advances;
mod arrange;
mod backdrop;
mod blocks;
mod bounds;
mod bust;
mod camera;
pub mod card;
mod checklist;
mod column;
mod contour;
mod face;
mod faint;
mod features;
mod figures;
mod font;
mod frame;
#[cfg(feature = "typeface")]
mod glyphs;
mod hole;
mod items;
pub mod layers;
pub mod map;
mod mesh;
mod names;
mod nest;
mod numbers;
mod page;
mod paint;
mod panels;
#[cfg(feature = "pdf")]
pub mod pdf;
mod piece;
#[cfg(feature = "png")]
pub mod png;
mod raster;
pub mod record;
mod recorded;
mod register;
mod remarks;
mod scene;
pub mod screen;
mod shapes;
mod studio;
pub mod svg;
mod symbols;
mod taken;
pub mod template;
mod text;
mod titles;
mod trace;
mod views;
mod worklist;
pub mod worksheet;

pub use bounds::{Bounds, Spot};
pub use features::{Feature, FeatureSet};
pub use font::{text_width_mm, wrapped};
pub use items::{Group, Item};
pub use page::{Page, PageKind};
pub use paint::{Colour, Stroke};
pub use shapes::{Mark, Outline, Segment, Shape};
pub use studio::Studio;
pub use text::{Align, Text, Weight};

pub use crate::session::Paper;
