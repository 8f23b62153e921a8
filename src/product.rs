//! Products: what is given, as its maker or a source describes it (`nappage-product/1`).
//!
//! The built-in ones are kinds of products without a maker: they claim no vial size, since no source gives
//! one. A clinic's own products stand in files of the same format.

mod write;

use serde::{Deserialize, Serialize};

use crate::document;
use crate::fault::Faults;
use crate::protocol::{Figure, FigureLine, Hours, Source, Span, figure_checked, figure_line};
use crate::units::Microlitres;

/// The format key of a product file.
pub const FORMAT: &str = "nappage-product/1";

/// The files that come with the program.
pub(crate) const FILES: [(&str, &str); 4] = [
    ("products/exosome-lyophilised.toml", include_str!("../face_zones/products/exosome-lyophilised.toml")),
    ("products/exosome-ready.toml", include_str!("../face_zones/products/exosome-ready.toml")),
    ("products/pdrn.toml", include_str!("../face_zones/products/pdrn.toml")),
    ("products/ha-booster.toml", include_str!("../face_zones/products/ha-booster.toml")),
];

/// How a product comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As a dry powder, to be made up with a diluent.
    Lyophilised,
    /// In a vial or prefilled syringe, as it is given.
    Ready,
}

/// A product.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// The id used in session files.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
    /// How it comes.
    pub form: Form,
    /// The protocols under which it is given; `None` where its file does not say.
    pub protocols: Option<Vec<String>>,
    /// What one vial or prefilled syringe holds, once made up.
    pub volume: Option<Figure<Microlitres>>,
    /// What is added to a vial of powder.
    pub diluent: Option<Figure<Microlitres>>,
    /// How long it may be used once made up or opened.
    pub use_within: Option<Figure<Span<Hours>>>,
    /// How strong it is, in the maker's words.
    pub concentration: Option<Figure<String>>,
}

impl Product {
    /// Its figures, each with unit, source and status.
    pub fn figures(&self) -> Vec<FigureLine> {
        let lines = [
            self.volume.as_ref().map(|figure| figure_line(figure, "volume", "volume of one, made up")),
            self.diluent.as_ref().map(|figure| figure_line(figure, "diluent", "diluent of one")),
            self.use_within.as_ref().map(|figure| figure_line(figure, "use-within", "use within")),
            self.concentration.as_ref().map(|figure| figure_line(figure, "concentration", "concentration")),
        ];
        lines.into_iter().flatten().collect()
    }

    /// Reads a product file (`nappage-product/1`), whose figures may name these sources.
    ///
    /// # Errors
    /// Every fault of the file at once: keys, units, unknown sources, a diluent for what is ready, more product
    /// than diluent makes.
    pub fn read(origin: &str, text: &str, sources: &[Source]) -> Result<Self, Faults> {
        read_product(origin, text, sources)
    }

    /// The product as a file. Reading it gives the same product, and writing that the same bytes.
    ///
    /// ```
    /// use nappage::library::Library;
    /// use nappage::product::Product;
    ///
    /// let library = Library::built_in();
    /// let text = library.products[0].written();
    /// assert_eq!(Product::read("product.toml", &text, &library.sources)?, library.products[0]);
    /// # Ok::<(), nappage::fault::Faults>(())
    /// ```
    pub fn written(&self) -> String {
        write::written(self)
    }
}

/// Reads a product file (`nappage-product/1`).
///
/// # Errors
/// Every fault of the file: keys, units, unknown sources, a diluent for what is ready, more product than
/// diluent makes.
pub(crate) fn read_product(origin: &str, text: &str, sources: &[Source]) -> Result<Product, Faults> {
    document::read(origin, text, FORMAT, |table| {
        let id = table.need("id").and_then(|item| item.id());
        let name = table.need_text("name");
        let form = table.one_of("form", &[("lyophilised", Form::Lyophilised), ("ready", Form::Ready)]);
        let protocols = table.get("protocols").and_then(|item| {
            let ids: Option<Vec<String>> = item.list()?.iter().map(|item| item.id()).collect();
            ids
        });
        let product = Product {
            protocols,
            volume: figure_checked(table, "volume", sources),
            diluent: figure_checked(table, "diluent", sources),
            use_within: figure_checked(table, "use-within", sources),
            concentration: figure_checked(table, "concentration", sources),
            id: id?,
            name: name?,
            form: form?,
        };
        if product.form == Form::Ready && product.diluent.is_some() {
            table.note("diluent", "goes with a lyophilised product alone", |fault| {
                fault.hint("take it out, or write form = \"lyophilised\"")
            });
        }
        if let (Some(volume), Some(diluent)) = (&product.volume, &product.diluent)
            && volume.value > diluent.value
        {
            table.note("volume", "is more than its diluent makes", |fault| {
                fault
                    .value(volume.value.to_string())
                    .bound(said!("diluent {diluent}", diluent = diluent.value))
            });
        }
        Some(product)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[test]
    fn every_product_file_is_embedded_and_none_claims_a_vial() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("face_zones/products");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), FILES.len());
        let products = &Library::built_in().products;
        assert_eq!(products.len(), FILES.len());
        for product in products {
            assert!(product.volume.is_none() && product.diluent.is_none(), "{}", product.id);
        }
    }

    #[test]
    fn every_fault_of_a_product_is_found_at_once() {
        let text = "format = 'nappage-product/1'\nid = 'ours'\nname = 'Ours'\nform = 'ready'\n\
                    [volume]\nvalue = '5 ml'\nstatus = 'clinic-set'\n[diluent]\nvalue = '4 ml'\nstatus = 'clinic-set'\n\
                    [use-within]\nfrom = '4 hours'\nto = '2 hours'\nsource = 'nobody'\nstatus = 'published'\n";
        let faults = read_product("p.toml", text, &Library::built_in().sources).unwrap_err().to_string();
        for words in ["goes with a lyophilised product", "is more than its diluent", "below the lower end"] {
            assert!(faults.contains(words), "{words}: {faults}");
        }
    }
}
