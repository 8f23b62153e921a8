//! Sheets: finished pages in millimetres, and their writers.
//!
//! A [`Page`] is a plain value: a size and items at fixed positions. Pages are made from a finished
//! plan ([`map`]) and written by writers that know nothing of plans ([`svg`]).

mod backdrop;
mod camera;
mod contour;
mod face;
mod features;
mod font;
mod frame;
mod labels;
pub mod map;
mod mesh;
mod page;
mod panels;
mod raster;
mod scene;
pub mod svg;
mod symbols;
mod views;

pub use features::{Feature, FeatureSet};
pub use font::{text_width_mm, wrapped};
pub use page::{
    Align, Bounds, Colour, Group, Item, Mark, Outline, Page, PageKind, Segment, Shape, Spot, Stroke, Text,
    Weight,
};

pub use crate::session::Paper;
