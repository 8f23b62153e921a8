//! The same work for each of a few things at once, where there are cores for it.

/// Does `work` for each of `items` and returns the results in their order.
#[cfg(feature = "parallel")]
pub(crate) fn abreast<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    items.par_iter().with_max_len(1).map(work).collect()
}

/// Does `work` for each of `items`, one after the other, and returns the results in their order.
#[cfg(not(feature = "parallel"))]
pub(crate) fn abreast<T, R>(items: &[T], work: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(work).collect()
}

/// Does two pieces of work at once.
#[cfg(feature = "parallel")]
pub(crate) fn both<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(first, second)
}

/// Does two pieces of work, one after the other.
#[cfg(not(feature = "parallel"))]
pub(crate) fn both<A, B>(first: impl FnOnce() -> A, second: impl FnOnce() -> B) -> (A, B) {
    (first(), second())
}
