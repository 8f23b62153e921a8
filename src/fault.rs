//! What is wrong with an input: file, line, item, value, bound and hint.
//!
//! A [`Fault`] means that something could not be read or done. A clinical problem in a plan that
//! could be made is not a fault but a [`Finding`](crate::plan::Finding).

use std::fmt;
use std::ops::Range;

use crate::said::Said;

/// One thing wrong with an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// What is at fault, such as `zone 'brow', outline point 3`.
    pub item: Said,
    /// What is wrong, lower case, no full stop.
    pub problem: Said,
    /// The offending value as it was given.
    pub value: Option<Said>,
    /// The bound it breaks, with its source where it has one.
    pub bound: Option<Said>,
    /// What to do about it.
    pub hint: Option<Said>,
    /// The bytes of the file it is about.
    pub span: Option<Range<usize>>,
}

impl Fault {
    /// A fault of `item`, with nothing but its problem.
    pub fn new(item: impl Into<Said>, problem: impl Into<Said>) -> Self {
        Self { item: item.into(), problem: problem.into(), ..Self::default() }
    }

    /// The same with the offending value.
    #[must_use]
    pub fn value(mut self, value: impl Into<Said>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// The same with the bound that is broken.
    #[must_use]
    pub fn bound(mut self, bound: impl Into<Said>) -> Self {
        self.bound = Some(bound.into());
        self
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Said>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with its place in the file, in bytes.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }
}

impl Fault {
    /// It in one sentence: `item: problem (value …, bound …); hint: …`.
    pub fn said(&self) -> Said {
        let Self { item, problem, .. } = self;
        let told = match item.is_empty() {
            true => problem.clone(),
            false => said!("{item}: {problem}", item, problem),
        };
        let told = match (&self.value, &self.bound) {
            (Some(value), Some(bound)) => {
                said!("{told} (value {value}, bound {bound})", told, value, bound)
            }
            (Some(value), None) => said!("{told} (value {value})", told, value),
            (None, Some(bound)) => said!("{told} (bound {bound})", told, bound),
            (None, None) => told,
        };
        match &self.hint {
            Some(hint) => said!("{told}; hint: {hint}", told, hint),
            None => told,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said())
    }
}

/// All that is wrong with one file or argument. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults {
    /// The file's name as it was given, or what stands for it (`command line`).
    pub origin: String,
    /// The file's text, when there is one to point into.
    pub text: Option<String>,
    /// The faults, in the order of the file.
    pub list: Vec<Fault>,
}

impl Faults {
    /// Faults of an input that has no text to point into.
    pub fn of(origin: impl Into<String>, list: Vec<Fault>) -> Self {
        Self { origin: origin.into(), text: None, list }
    }

    /// Faults of a file with its text.
    pub fn in_text(origin: impl Into<String>, text: impl Into<String>, mut list: Vec<Fault>) -> Self {
        list.sort_by_key(|fault| fault.span.as_ref().map_or(usize::MAX, |span| span.start));
        Self { origin: origin.into(), text: Some(text.into()), list }
    }

    /// The line of a fault, from 1, when its place is known.
    pub fn line(&self, fault: &Fault) -> Option<usize> {
        let (text, span) = (self.text.as_ref()?, fault.span.as_ref()?);
        let before = text.as_bytes().get(..span.start)?;
        Some(1 + before.iter().filter(|&&byte| byte == b'\n').count())
    }
}

impl fmt::Display for Faults {
    /// One fault a line: `file:line: item: problem (value …, bound …); hint: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            match self.line(fault) {
                Some(line) => write!(f, "{}:{line}: {fault}", self.origin)?,
                None => write!(f, "{}: {fault}", self.origin)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// The name nearest to `wanted` among `known`, when one is near enough to be meant.
pub fn nearest_name<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let known: Vec<&str> = known.into_iter().collect();
    // The end of one name alone is that name, for what comes before it only says which; and so is the beginning.
    let ends = |name: &str| name.strip_suffix(&wanted).is_some_and(|rest| rest.ends_with('-'));
    let begins = |name: &str| name.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with('-'));
    for longer in [&ends as &dyn Fn(&str) -> bool, &begins] {
        let mut found = known.iter().filter(|name| wanted.len() > 2 && longer(name));
        if let (Some(name), None) = (found.next(), found.next()) {
            return Some(name);
        }
    }
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wanted, name), name))
        .filter(|&(distance, name)| distance <= 1 + name.len().min(wanted.len()) / 3)
        .min()
        .map(|(_, name)| name)
}
