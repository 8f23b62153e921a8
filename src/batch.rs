//! Many plans at once: the same work for each of many requests, in parallel, in order.
//!
//! Nothing is printed, read or written here. Results come back in the order of the requests,
//! whatever the number of workers, so that a batch gives the same bytes on every machine.

pub mod index;
pub mod manifest;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

/// The most threads that are started.
#[cfg(feature = "parallel")]
const MOST_WORKERS: usize = 256;

/// Does `work` for each of `items`, on `workers` threads (`None`: one for each core), and returns
/// the results in the order of the items. Without the feature `parallel`, one after the other.
///
/// ```
/// let squares = nappage::batch::each(&[1, 2, 3], None, |x| x * x);
/// assert_eq!(squares, [1, 4, 9]);
/// ```
#[cfg(feature = "parallel")]
pub fn each<T: Sync, R: Send>(
    items: &[T],
    workers: Option<NonZeroUsize>,
    work: impl Fn(&T) -> R + Sync + Send,
) -> Vec<R> {
    use rayon::prelude::*;
    // More threads than items, or than any machine has cores, only cost memory.
    let most = items.len().clamp(1, MOST_WORKERS);
    let threads = workers.map_or(0, |workers| workers.get().min(most));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    match pool {
        // Single items are handed out one at a time: they differ in size by a factor of fifty.
        Ok(pool) => pool.install(|| items.par_iter().with_max_len(1).map(&work).collect()),
        Err(_) => items.iter().map(work).collect(),
    }
}

/// Does `work` for each of `items`, one after the other, and returns the results in order.
#[cfg(not(feature = "parallel"))]
pub fn each<T: Sync, R: Send>(
    items: &[T],
    workers: Option<NonZeroUsize>,
    work: impl Fn(&T) -> R + Sync + Send,
) -> Vec<R> {
    let _ = workers;
    items.iter().map(work).collect()
}

/// File names for titles: letters, digits, `.`, `_` and `-` alone, no two alike even where capitals
/// do not count. The first of two alike keeps the name, the next gets `-2`.
///
/// ```
/// assert_eq!(nappage::batch::file_stems(&["Anna B.", "anna/b", "…"]), ["Anna-B", "anna-b-2", "plan"]);
/// ```
pub fn file_stems<T: AsRef<str>>(titles: &[T]) -> Vec<String> {
    let wanted: Vec<String> = titles.iter().map(|title| file_stem(title.as_ref())).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    // A name that some title has as its own is never given to another.
    let own: BTreeSet<String> = wanted.iter().map(|stem| stem.to_lowercase()).collect();
    let mut stems = Vec::with_capacity(wanted.len());
    for stem in wanted {
        let mut name = stem.clone();
        let mut count = 2;
        while taken.contains(&name.to_lowercase()) || (count > 2 && own.contains(&name.to_lowercase())) {
            name = format!("{stem}-{count}");
            count += 1;
        }
        taken.insert(name.to_lowercase());
        stems.push(name);
    }
    stems
}

/// The names that the numbers of pages follow, where the file of a stem turns out to be several: the stem
/// itself, unless a page of it could then have the name of another stem.
///
/// ```
/// assert_eq!(nappage::batch::page_stems(&["a", "b", "A-2"]), ["a-page", "b", "A-2"]);
/// ```
pub fn page_stems<T: AsRef<str>>(stems: &[T]) -> Vec<String> {
    let lower: Vec<String> = stems.iter().map(|stem| stem.as_ref().to_lowercase()).collect();
    let before_number = |stem: &String| {
        let (before, number) = stem.rsplit_once('-')?;
        number.bytes().all(|b| b.is_ascii_digit()).then(|| before.to_owned())
    };
    let numbered: BTreeSet<String> = lower.iter().filter_map(before_number).collect();
    let mut taken = BTreeSet::new();
    let mut names = Vec::with_capacity(stems.len());
    for (stem, mut lower) in stems.iter().zip(lower) {
        let mut name = stem.as_ref().to_owned();
        while numbered.contains(&lower) || taken.contains(&lower) {
            name += "-page";
            lower += "-page";
        }
        taken.insert(lower);
        names.push(name);
    }
    names
}

fn file_stem(title: &str) -> String {
    const LONGEST: usize = 80;
    let mut stem = String::new();
    for c in title.chars().take(LONGEST) {
        let kept = if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
        if kept != '-' || !stem.ends_with('-') {
            stem.push(kept);
        }
    }
    let stem = stem.trim_matches(['-', '.']);
    if stem.is_empty() {
        "plan".to_owned()
    } else if is_device(stem) {
        format!("plan-{stem}")
    } else {
        stem.to_owned()
    }
}

/// Names that Windows keeps for devices, with or without an ending.
fn is_device(stem: &str) -> bool {
    let name = stem.split('.').next().unwrap_or(stem).to_lowercase();
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(name.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_back_in_order_whatever_the_number_of_workers() {
        let items: Vec<u64> = (0..200).collect();
        let wanted: Vec<u64> = items.iter().map(|x| x * 7 % 13).collect();
        for workers in [None, NonZeroUsize::new(1), NonZeroUsize::new(3), NonZeroUsize::new(usize::MAX)] {
            assert_eq!(each(&items, workers, |x| x * 7 % 13), wanted);
        }
    }

    #[test]
    fn a_second_of_the_same_name_never_takes_the_name_of_a_third() {
        assert_eq!(file_stems(&["a", "a", "a-2", "A"]), ["a", "a-3", "a-2", "A-4"]);
    }

    #[test]
    fn names_cannot_leave_their_folder_or_name_a_device() {
        for title in
            ["../../etc/passwd", "..", ".hidden", "a\0b", "C:\\x", "con", "NUL.txt", "  ", "a\u{202e}b"]
        {
            let stem = &file_stems(&[title])[0];
            assert!(!stem.starts_with('.') && !stem.contains(['/', '\\', '\0', ':', '\u{202e}']), "{stem:?}");
            assert!(!stem.is_empty() && !is_device(stem), "{stem:?}");
        }
    }

    #[test]
    fn very_long_names_are_cut() {
        assert!(file_stems(&["x".repeat(5000)])[0].len() <= 80);
    }
}
