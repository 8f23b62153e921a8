//! Everything the program knows without being told: bodies, zones, protocols, syringes and products,
//! embedded in the program, and a clinic's own files beside them.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::body::{Body, FORMAT as BODY_FORMAT, read_body};
use crate::digest::sha256_of;
use crate::document::{Fields, Report, SESSION_HINT, listed, quoted};
use crate::fault::{Fault, Faults, nearest_name};
use crate::plan::BodyUsed;
use crate::product::{self, Product};
use crate::protocol::{self, Protocol, Reference, Source, SyringeKind, replace};
use crate::zones::{self, Atlas, Sources, Zone};

/// The files of `face_zones/` of one kind, with their texts.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../face_zones/", $name)))),*]
    };
}

/// The bodies; the first is the one zones are held against.
const BODIES: &[(&str, &str)] = embedded!["bodies/woman.toml", "bodies/man.toml"];

/// The zone files, zones from the top of the face down: the order of the atlas.
const ZONES: &[(&str, &str)] = embedded![
    "borders.toml",
    "zones/forehead.toml",
    "zones/glabella.toml",
    "zones/temple.toml",
    "zones/periorbital.toml",
    "zones/nose.toml",
    "zones/cheek.toml",
    "zones/lateral-cheek.toml",
    "zones/upper-lip.toml",
    "zones/perioral.toml",
    "zones/chin.toml",
    "zones/jaw.toml",
    "zones/submental.toml",
    "zones/neck.toml",
    "zones/decolletage.toml",
    "exclusions.toml",
    "presets.toml",
];

/// The formats of the files a clinic may add.
const FORMATS: [&str; 6] = [
    BODY_FORMAT,
    zones::FORMAT,
    protocol::FORMAT,
    product::FORMAT,
    protocol::SYRINGES_FORMAT,
    protocol::SOURCES_FORMAT,
];

/// Everything a plan can be made of.
#[derive(Clone, Debug)]
pub struct Library {
    /// The bodies.
    pub bodies: Vec<Body>,
    /// The zones, exclusions and presets.
    pub atlas: Atlas,
    /// The protocols; the first is the one a session takes when it names none.
    pub protocols: Vec<Protocol>,
    /// The syringes.
    pub syringes: Vec<SyringeKind>,
    /// The products.
    pub products: Vec<Product>,
    /// The sources that figures name.
    pub sources: Vec<Source>,
    /// The zone files as drawn, for what is read beside them.
    zone_files: Sources,
}

impl Library {
    /// What is embedded in the program, read once.
    ///
    /// ```
    /// let library = nappage::library::Library::built_in();
    /// assert!(library.body("woman").is_ok());
    /// assert!(library.body("women").unwrap_err().hint.unwrap().contains("woman"));
    /// ```
    pub fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Library> = OnceLock::new();
        // The files are part of the program, and `the_embedded_files_are_sound` reads them all.
        BUILT_IN.get_or_init(|| Self::embedded().expect("the embedded files are sound"))
    }

    /// The embedded files, read. Their zones are not held against each other here: a test does that
    /// once and for all, and starting takes a few milliseconds less.
    fn embedded() -> Result<Self, Vec<Faults>> {
        let mut bodies: Vec<Body> = Vec::new();
        for (name, text) in BODIES {
            bodies.push(read_body(name, text, &bodies).map_err(|faults| vec![faults])?);
        }
        let files: Vec<_> = ZONES.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        let (zone_files, atlas) = Sources::default().with(&files, reference(&bodies)).finish()?;
        let Reference { protocols, syringes, products, sources } =
            protocol::built_in().map_err(|faults| vec![faults])?;
        Ok(Self { bodies, atlas, protocols, syringes, products, sources, zone_files })
    }

    /// The built-in library with a clinic's own files `(name, text)` beside it. Files are told apart
    /// by their `format`; what has the id of something built-in replaces it.
    ///
    /// # Errors
    /// Every fault of every file, file by file.
    pub fn with_files(files: &[(String, String)]) -> Result<Self, Vec<Faults>> {
        let mut library = Self::built_in().clone();
        let mut faults = Vec::new();
        let (mut bodies, mut zone_files, mut clinical) = (Vec::new(), Vec::new(), Vec::new());
        for file in files {
            match format_of(&file.0, &file.1) {
                Ok(BODY_FORMAT) => bodies.push(file),
                Ok(zones::FORMAT) => zone_files.push(file.clone()),
                Ok(format) => clinical.push((format, file)),
                Err(found) => faults.push(found),
            }
        }
        for (name, text) in bodies {
            match read_body(name, text, &library.bodies) {
                Ok(body) => replace(&mut library.bodies, body, |body| &body.id),
                Err(found) => faults.push(found),
            }
        }
        // Sources come first, since figures name them.
        clinical.sort_by_key(|(format, _)| *format != protocol::SOURCES_FORMAT);
        let mut clinic = library.clinical();
        for (format, (name, text)) in clinical {
            faults.extend(clinic.add(format, name, text).err());
        }
        let Reference { protocols, syringes, products, sources } = clinic;
        library = Self { protocols, syringes, products, sources, ..library };
        // Zones are held against the reference body, whatever bodies a clinic adds.
        let body = reference(&Self::built_in().bodies);
        match library.zone_files.with(&zone_files, body).checked().finish() {
            Ok((sources, atlas)) => (library.zone_files, library.atlas) = (sources, atlas),
            Err(found) => faults.extend(found),
        }
        if faults.is_empty() { Ok(library) } else { Err(faults) }
    }

    /// The body of that id.
    ///
    /// # Errors
    /// When there is none; the hint is the nearest known one.
    pub fn body(&self, id: &str) -> Result<&Body, Fault> {
        find("body", id, &self.bodies, |body| &body.id)
    }

    /// The body a plan was made on, scaled to the measurements it was scaled to.
    ///
    /// # Errors
    /// When there is none of its id, or it cannot be scaled so.
    pub fn body_used(&self, used: &BodyUsed) -> Result<Cow<'_, Body>, Fault> {
        let scaled = self.body(&used.id)?.measured(&used.measurements_mm);
        scaled.map_err(|faults| {
            let first = faults.into_iter().next().map(|(_, fault)| fault);
            first.unwrap_or_else(|| Fault::new("body", "cannot be scaled"))
        })
    }

    /// The protocol of that id.
    ///
    /// # Errors
    /// When there is none; the hint is the nearest known one.
    pub fn protocol(&self, id: &str) -> Result<&Protocol, Fault> {
        find("protocol", id, &self.protocols, |protocol| &protocol.id)
    }

    /// The protocol a session takes: that of the id, or the first where it names none.
    ///
    /// # Errors
    /// When there is none; the hint is the nearest known one.
    pub fn protocol_or_first(&self, id: Option<&str>) -> Result<&Protocol, Fault> {
        match id {
            Some(id) => self.protocol(id),
            None => self.protocols.first().ok_or_else(|| Fault::new("protocol", "there is none")),
        }
    }

    /// The syringe of that id.
    ///
    /// # Errors
    /// When there is none; the hint is the nearest known one.
    pub fn syringe(&self, id: &str) -> Result<&SyringeKind, Fault> {
        find("syringe", id, &self.syringes, |syringe| &syringe.id)
    }

    /// The product of that id.
    ///
    /// # Errors
    /// When there is none; the hint is the nearest known one.
    pub fn product(&self, id: &str) -> Result<&Product, Fault> {
        find("product", id, &self.products, |product| &product.id)
    }

    /// What a clinic's files of figures are read beside.
    fn clinical(&self) -> Reference {
        Reference {
            protocols: self.protocols.clone(),
            syringes: self.syringes.clone(),
            products: self.products.clone(),
            sources: self.sources.clone(),
        }
    }

    /// The syringe taken when a session names none: the last that calls itself the default, so that
    /// a clinic's own wins.
    pub fn default_syringe(&self) -> Option<&SyringeKind> {
        self.syringes.iter().rev().find(|syringe| syringe.default).or(self.syringes.first())
    }

    /// SHA-256 of everything in it and of the program's version: where it differs, no plan can be taken
    /// to be the same.
    pub fn fingerprint(&self) -> String {
        // The zone files hold nothing that the atlas does not show, but for the names of the files.
        let Self { bodies, atlas, protocols, syringes, products, sources, zone_files: _ } = self;
        let version = env!("CARGO_PKG_VERSION");
        sha256_of(format_args!(
            "{version}\n{bodies:?}\n{atlas:?}\n{protocols:?}\n{syringes:?}\n{products:?}\n{sources:?}"
        ))
    }

    /// The source of that id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }
}

/// Reads a clinic's file of any format beside a library and gives the zones it draws, pairs resolved;
/// none for a file that draws none.
///
/// # Errors
/// Every fault of the file at once; when it has none itself but replaces a border that zones of the
/// library lean on, the faults that this brings them.
pub fn validate(origin: &str, text: &str, beside: &Library) -> Result<Vec<Zone>, Faults> {
    match format_of(origin, text)? {
        BODY_FORMAT => read_body(origin, text, &beside.bodies).map(|_| Vec::new()),
        zones::FORMAT => {
            let files = [(origin.to_owned(), text.to_owned())];
            let body = reference(&Library::built_in().bodies);
            beside.zone_files.with(&files, body).checked().finish_added()
        }
        format => beside.clinical().add(format, origin, text).map(|()| Vec::new()),
    }
}

/// The body zones are held against: the first of the embedded ones, which is the reference woman.
fn reference(bodies: &[Body]) -> &Body {
    static PLANE: OnceLock<Body> = OnceLock::new();
    bodies.first().unwrap_or_else(|| PLANE.get_or_init(Body::flat))
}

/// The format a file names at its top.
fn format_of(origin: &str, text: &str) -> Result<&'static str, Faults> {
    let report = Report::new(origin, text);
    let found = report.parse().and_then(|document| {
        let mut fields = Fields::new(document.get_ref(), "", 0..0, &report);
        let hint = said!("begin the file with format = \"{format}\"", format = zones::FORMAT);
        let (format, span) = fields.text("format", hint)?;
        let known = FORMATS.into_iter().find(|known| *known == format);
        if known.is_none() {
            let fault = Fault::new("format", "is not known").value(quoted(format)).bound(listed(FORMATS));
            if format.starts_with("nappage-session/") {
                report.put(fault.hint(SESSION_HINT).at(span));
                return None;
            }
            report.put_unknown(fault.at(span), format, FORMATS);
        }
        known
    });
    match (found, report.into_faults()) {
        (_, Some(faults)) => Err(faults),
        (Some(format), None) => Ok(format),
        (None, None) => Err(Faults::of(origin, vec![Fault::new("file", "could not be read")])),
    }
}

fn find<'l, T>(
    what: &'static str,
    id: &str,
    list: &'l [T],
    id_of: impl Fn(&T) -> &str,
) -> Result<&'l T, Fault> {
    list.iter().find(|entry| id_of(entry) == id).ok_or_else(|| {
        let known = || list.iter().map(&id_of);
        let hint = match nearest_name(id, known()) {
            Some(near) => said!("did you mean '{near}'?", near),
            None => said!("known are {known}", known = listed(known())),
        };
        Fault::new(what, "is not known").value(quoted(id)).hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn shown(faults: &[Faults]) -> String {
        faults.iter().map(|faults| format!("{faults}\n")).collect()
    }

    #[test]
    fn the_embedded_files_are_sound() {
        if let Err(faults) = Library::embedded() {
            panic!("{}", shown(&faults));
        }
    }

    #[test]
    fn the_embedded_zones_do_not_overlap() {
        let files: Vec<_> = ZONES.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        let bodies = &Library::built_in().bodies;
        if let Err(faults) = Sources::default().with(&files, reference(bodies)).checked().finish() {
            panic!("{}", shown(&faults));
        }
    }

    #[test]
    fn every_zone_and_body_file_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("face_zones");
        let mut found = BTreeSet::new();
        for folder in ["bodies", "zones"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                found.insert(format!("{folder}/{name}"));
            }
        }
        let embedded = BODIES.iter().chain(ZONES).map(|(name, _)| (*name).to_owned());
        let embedded: BTreeSet<_> = embedded.filter(|name| name.contains('/')).collect();
        assert_eq!(found, embedded);
    }

    fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    #[test]
    fn a_clinics_files_stand_beside_the_built_in_ones() {
        let chin = include_str!("../face_zones/zones/chin.toml").replace("\"Chin\"", "\"Our chin\"");
        let body = "format = 'nappage-body/1'\nid = 'patient'\nname = 'Patient'\nsource = 'tape'\nbased_on = 'man'\n";
        let protocol = include_str!("../face_zones/protocols/exosome.toml")
            .replace("id = \"exosome\"", "id = \"our-exosome\"");
        let files = named(&[("chin.toml", &chin), ("patient.toml", body), ("ours.toml", &protocol)]);
        let library = Library::with_files(&files).unwrap_or_else(|faults| panic!("{}", shown(&faults)));
        let built_in = Library::built_in();
        assert_eq!(library.atlas.zones.len(), built_in.atlas.zones.len());
        assert_eq!(library.atlas.named("chin")[0].name, "Our chin");
        assert_eq!(library.body("patient").unwrap().name, "Patient");
        assert!(library.protocol("our-exosome").is_ok() && library.protocol("exosome").is_ok());
        assert_eq!(library.syringes, built_in.syringes);
    }

    #[test]
    fn a_border_that_is_replaced_moves_every_zone_that_uses_it() {
        let lower = "format = 'nappage-zone/1'\n[[border]]\nid = 'glabella-top'\nchart = 'head'\n\
                     units = ['deg', 'mm']\ndrawn = 'lower'\ncurve = [[0, 26.5], [4, 25.8], [7.4, 23.2], [7.6, 17.8]]\n";
        let library = Library::with_files(&named(&[("ours.toml", lower)])).unwrap();
        let area = |library: &Library, id: &str| library.atlas.named(id)[0].shape.area();
        assert!(area(&library, "forehead") > area(Library::built_in(), "forehead"));
        assert!(area(&library, "glabella") < area(Library::built_in(), "glabella"));
    }

    #[test]
    fn faults_are_told_file_by_file() {
        let files = [
            ("a.toml", "format = 'nappage-zone/2'\n"),
            ("b.toml", "x = 'no format'\n"),
            ("c.toml", "format = 'nappage-zone/1'\n[[zone]]\n"),
            ("d.toml", "format = 'nappage-body/1'\n"),
            ("e.toml", "= ="),
        ];
        let faults = Library::with_files(&named(&files)).unwrap_err();
        let mut origins: Vec<_> = faults.iter().map(|faults| faults.origin.as_str()).collect();
        origins.sort_unstable();
        assert_eq!(origins, ["a.toml", "b.toml", "c.toml", "d.toml", "e.toml"]);
        assert!(shown(&faults).contains("a.toml:1: format: is not known"), "{}", shown(&faults));
    }

    #[test]
    fn a_zone_drawn_in_two_added_files_is_at_fault() {
        let chin = include_str!("../face_zones/zones/chin.toml");
        let faults = Library::with_files(&named(&[("a.toml", chin), ("b.toml", chin)])).unwrap_err();
        assert!(shown(&faults).contains("is drawn in 'a.toml' too"), "{}", shown(&faults));
    }

    #[test]
    fn every_embedded_zone_file_is_valid_beside_the_library() {
        for (name, text) in ZONES {
            if let Err(faults) = validate(name, text, Library::built_in()) {
                panic!("{faults}");
            }
        }
    }

    #[test]
    fn unknown_names_hint_the_nearest() {
        let library = Library::built_in();
        assert_eq!(library.body("woma").unwrap_err().hint.as_deref(), Some("did you mean 'woman'?"));
        assert_eq!(library.body("zebra").unwrap_err().hint.as_deref(), Some("known are woman, man"));
        assert_eq!(library.protocol("exosom").unwrap_err().hint.as_deref(), Some("did you mean 'exosome'?"));
        assert!(library.syringe("").is_err());
    }
}
