//! What is written once for a whole session, key by key.

use jiff::civil::Date;

use crate::clock::{Clock, parse_clock};
use crate::course::read_date;
use crate::document::{Fields, Item, toml_text};
use crate::plan::Tray;
use crate::tray::read_clock;
use crate::units::Microlitres;

/// What can stand in a record: how it is read and how it is written.
pub(super) trait Entry: Sized {
    /// Reads it; what cannot be read is noted at the item.
    fn read(item: &Item<'_, '_>) -> Option<Self>;
    /// The value as TOML; `None` where there is nothing but blanks.
    fn written(&self) -> Option<String>;
}

impl Entry for String {
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        item.text().map(|text| text.trim().to_owned())
    }
    fn written(&self) -> Option<String> {
        let text = self.trim();
        (!text.is_empty()).then(|| toml_text(text))
    }
}

impl Entry for Date {
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        read_date(item)
    }
    fn written(&self) -> Option<String> {
        Some(toml_text(&self.to_string()))
    }
}

impl Entry for Clock {
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        read_clock(item)
    }
    fn written(&self) -> Option<String> {
        Some(toml_text(&self.to_string()))
    }
}

impl Entry for Microlitres {
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        item.volume()
    }
    fn written(&self) -> Option<String> {
        Some(toml_text(&self.to_string()))
    }
}

impl Entry for bool {
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        item.answer()
    }
    fn written(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// Whether a record can be closed without an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// It cannot.
    Always,
    /// It can.
    Never,
    /// It cannot where the product is made up.
    MadeUp,
    /// It cannot where the product is given in points.
    Injected,
    /// It cannot where the product goes onto the skin.
    Topical,
}

/// A key of the form with what stands there.
pub(super) struct Line {
    /// The table.
    pub table: &'static str,
    /// The key in it.
    pub key: &'static str,
    /// What is to be written, for the person who fills it in.
    pub hint: &'static str,
    /// Whether it may stay blank.
    pub need: Need,
    /// The value as TOML.
    pub value: Option<String>,
}

/// Declares every entry once: its field, type, key, need and hint. Reading, writing, sealing and the list of
/// what is missing follow from this one table.
macro_rules! form {
    ($($table:literal { $($(#[$doc:meta])* $field:ident: $type:ty, $key:literal, $need:ident, $hint:literal;)* })*) => {
        /// What is written once for a whole session. `None`: not written yet.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Form {
            $($($(#[$doc])* pub $field: Option<$type>,)*)*
        }

        impl Form {
            /// Reads the tables of the form. A blank is nothing written yet.
            pub(super) fn read(file: &mut Fields<'_, '_>) -> Self {
                let mut form = Self::default();
                $(if let Some(mut table) = file.table($table) {
                    $(form.$field = entry(&mut table, $key);)*
                    table.finish();
                })*
                form
            }

            /// Every key in the order of the file.
            pub(super) fn lines(&self) -> Vec<Line> {
                vec![$($(Line {
                    table: $table,
                    key: $key,
                    hint: $hint,
                    need: Need::$need,
                    value: self.$field.as_ref().and_then(Entry::written),
                },)*)*]
            }
        }
    };
}

form! {
    "visit" {
        /// The patient's reference.
        reference: String, "reference", Always, "the patient's reference";
        /// The day of the session.
        date: Date, "date", Always, "the day, as in 2026-12-01";
        /// Who gave it.
        practitioner: String, "practitioner", Always, "who gave it";
        /// Who prescribed it.
        prescriber: String, "prescriber", Never, "who prescribed it, where it was";
        /// Whether the patient signed.
        consent: bool, "consent", Always, "true once it is signed";
        /// When the last of it was given.
        ended: Clock, "ended", MadeUp, "when the last of it was given, as in 15:10";
    }
    "product" {
        /// The product's name.
        product: String, "name", Always, "as on the label";
        /// How strong it is.
        concentration: String, "concentration", Never, "as on the label";
        /// The batch.
        batch: String, "batch", Always, "as on the label";
        /// The last day on which it may be used.
        expiry: Date, "expiry", Always, "the last day on which it may be used";
        /// What it was made up with.
        dilution: String, "dilution", MadeUp, "the diluent and its volume";
        /// When it was made up.
        reconstituted: Clock, "reconstituted", MadeUp, "when it was made up, as in 14:05";
        /// Until when it could be used.
        use_by: Clock, "use-by", MadeUp, "until when it may be used";
        /// What was drawn up in all.
        drawn: Microlitres, "drawn", Never, "drawn up in all, as in 3.2 ml; with what syringes keep back";
    }
    "technique" {
        /// The needle.
        needle: String, "needle", Injected, "as in 30G";
        /// The layer, or the depth.
        depth: String, "depth", Injected, "the layer, or how far the needle went in";
        /// What was done to the skin before the product went onto it.
        preparation: String, "preparation", Topical, "where it goes onto the skin: the microneedling or laser before, with settings";
    }
    "after" {
        /// Reactions of the skin or the patient.
        reactions: String, "reactions", Always, "even if none";
        /// Whether the care afterwards was explained.
        aftercare: bool, "aftercare", Always, "true once it was explained and handed out";
        /// The day of the review.
        review: Date, "review", Always, "the day of the review";
        /// Anything else.
        notes: String, "notes", Never, "anything else; why something was done otherwise than planned";
    }
}

/// The entry of a key; none where it is absent or blank.
pub(super) fn entry<T: Entry>(table: &mut Fields<'_, '_>, key: &'static str) -> Option<T> {
    let item = table.get(key)?;
    if item.is_blank() { None } else { T::read(&item) }
}

impl Form {
    /// The form with what is known of the tray and the day.
    pub(super) fn of(tray: &Tray) -> Self {
        let product = tray.product.as_ref();
        // A time of the next day cannot be told from one of this day.
        let today = |clock: &Clock| parse_clock(&clock.to_string()).is_ok();
        Self {
            date: tray.times.date,
            product: product.map(|product| product.name.clone()),
            concentration: product.and_then(|product| product.concentration.clone()),
            batch: product.and_then(|product| product.batch.clone()),
            expiry: product.and_then(|product| product.expiry),
            reconstituted: tray.times.reconstituted,
            use_by: tray.times.use_by.filter(today),
            ..Self::default()
        }
    }
}
