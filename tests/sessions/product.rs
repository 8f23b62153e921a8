//! Products: a file that is written reads as the same product, and is written again to the same bytes.

use nappage::library::Library;
use nappage::product::{Form, Product};
use nappage::protocol::{Figure, Hours, Span};
use nappage::units::Microlitres;
use nappage::zones::Status;
use proptest::prelude::*;

fn read(text: &str) -> Product {
    let sources = &Library::built_in().sources;
    Product::read("p.toml", text, sources).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

#[test]
fn every_built_in_product_is_written_as_the_file_that_reads_as_it() {
    let products = &Library::built_in().products;
    assert!(products.len() >= 4);
    for product in products {
        let text = product.written();
        assert_eq!(&read(&text), product, "{text}");
        assert_eq!(read(&text).written(), text);
    }
    let lyophilised = Library::built_in().product("exosome-lyophilised").expect("built in").written();
    let file = include_str!("../../face_zones/products/exosome-lyophilised.toml");
    let bare: String =
        file.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    assert_eq!(lyophilised, bare);
}

#[test]
fn a_written_product_is_one_of_a_library() {
    let ours = Product { id: "ours".to_owned(), ..Library::built_in().products[0].clone() };
    let library = Library::with_files(&[("ours.toml".to_owned(), ours.written())])
        .unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(library.product("ours"), Ok(&ours));
}

/// Words with quotes, controls, letters of many scripts and blanks at their ends; never blanks alone.
fn words() -> impl Strategy<Value = String> {
    "[ -~\\t\\r\\nà-ÿΑ-ωА-я\u{0}\u{7f}\u{85}\u{fffd}\u{1f9ea}]{0,20}[!-~][ \\t]{0,2}"
}

prop_compose! {
    fn figures(value: Microlitres)(
        source in prop::option::of(Just("celmade-2026".to_owned())),
        derived in any::<bool>(),
        note in prop::option::of(words()),
    ) -> Figure<Microlitres> {
        let status = match (&source, derived) {
            (None, _) => Status::ClinicSet,
            (Some(_), true) => Status::Derived,
            (Some(_), false) => Status::Published,
        };
        Figure { value, source, status, note }
    }
}

/// A figure of another value with the standing of one.
fn of<T>(value: T, like: Figure<Microlitres>) -> Figure<T> {
    Figure { value, source: like.source, status: like.status, note: like.note }
}

prop_compose! {
    fn products()(
        id in "[a-z][a-z0-9]{0,10}(-[a-z0-9]{1,5}){0,2}",
        name in words(),
        ready in any::<bool>(),
        protocols in prop::option::of(prop::collection::vec("[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,3})?", 0..4)),
        volumes in (1..=1_000_000_u64, 1..=1_000_000_u64),
        hours in (0..10_000_u32, 0..10_000_u32),
        words in words(),
        standings in prop::array::uniform4(prop::option::of(figures(Microlitres(0)))),
    ) -> Product {
        let [volume, diluent, within, concentration] = standings;
        let (least, greatest) = (hours.0.min(hours.1), hours.0.max(hours.1));
        Product {
            id,
            name,
            form: if ready { Form::Ready } else { Form::Lyophilised },
            protocols,
            volume: volume.map(|like| of(Microlitres(volumes.0.min(volumes.1)), like)),
            diluent: diluent.filter(|_| !ready).map(|like| of(Microlitres(volumes.0.max(volumes.1)), like)),
            use_within: within.map(|like| of(Span { least: Hours(least), greatest: Hours(greatest) }, like)),
            concentration: concentration.map(|like| of(words, like)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read_and_written_again_to_the_same_bytes(product in products()) {
        let text = product.written();
        let again = Product::read("p.toml", &text, &Library::built_in().sources);
        prop_assert!(again.is_ok(), "{}\n{text}", again.err().map_or(String::new(), |faults| faults.to_string()));
        let again = again.expect("it is read");
        prop_assert_eq!(again.written(), text);
        prop_assert_eq!(again, product);
    }
}
