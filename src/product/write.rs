//! Writing a product as the file that reads as it again.

use std::fmt::Write;

use super::{FORMAT, Form, Product};
use crate::document::toml_text;
use crate::protocol::{Figure, Hours, Span};
use crate::units::Microlitres;

/// The product as a file; see [`Product::written`].
pub(super) fn written(product: &Product) -> String {
    let form = match product.form {
        Form::Lyophilised => "lyophilised",
        Form::Ready => "ready",
    };
    let mut text = String::new();
    for (key, value) in [("format", FORMAT), ("id", &product.id), ("name", &product.name), ("form", form)] {
        put(&mut text, key, value);
    }
    if let Some(ids) = &product.protocols {
        let ids: Vec<String> = ids.iter().map(|id| toml_text(id)).collect();
        let _ = writeln!(text, "protocols = [{}]", ids.join(", "));
    }
    figure(&mut text, "volume", product.volume.as_ref(), one);
    figure(&mut text, "diluent", product.diluent.as_ref(), one);
    figure(&mut text, "use-within", product.use_within.as_ref(), span);
    figure(&mut text, "concentration", product.concentration.as_ref(), |words| {
        vec![("value", words.clone())]
    });
    text
}

fn put(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {}", toml_text(value));
}

/// A figure's table: its value as `lines` lays it down, then where it comes from.
fn figure<T>(
    text: &mut String,
    key: &str,
    figure: Option<&Figure<T>>,
    lines: impl Fn(&T) -> Vec<(&'static str, String)>,
) {
    let Some(figure) = figure else { return };
    let _ = writeln!(text, "\n[{key}]");
    for (key, value) in lines(&figure.value) {
        put(text, key, &value);
    }
    let status = figure.status.to_string();
    let standing = [("source", &figure.source), ("status", &Some(status)), ("note", &figure.note)];
    for (key, value) in standing {
        if let Some(value) = value {
            put(text, key, value);
        }
    }
}

fn one(volume: &Microlitres) -> Vec<(&'static str, String)> {
    vec![("value", volume.to_string())]
}

fn span(window: &Span<Hours>) -> Vec<(&'static str, String)> {
    vec![("from", window.least.to_string()), ("to", window.greatest.to_string())]
}
