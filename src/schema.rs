//! JSON Schemas of the files that people write, so that editors complete and check them.
//!
//! A schema says what a file may hold key by key; what only the whole tells, such as a zone that there is
//! not, the program itself says when it reads the file.

/// The files there are schemas of, by kind, each with its schema (JSON Schema, draft 2020-12).
///
/// ```
/// let (kind, schema) = nappage::schema::SCHEMAS[0];
/// assert_eq!(kind, "session");
/// assert!(serde_json::from_str::<serde_json::Value>(schema).is_ok());
/// ```
pub const SCHEMAS: [(&str, &str); 6] = [
    ("session", include_str!("schema/session.json")),
    ("product", include_str!("schema/product.json")),
    ("record", include_str!("schema/record.json")),
    ("zone", include_str!("schema/zone.json")),
    ("protocol", include_str!("schema/protocol.json")),
    ("body", include_str!("schema/body.json")),
];
