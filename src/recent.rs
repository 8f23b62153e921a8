//! The last few results, so that what was just made is not made again.

use std::borrow::Borrow;
use std::sync::{Mutex, PoisonError};

/// Values by key, the one used last at the end.
#[derive(Debug)]
pub struct Recent<V, K = String> {
    most: usize,
    entries: Mutex<Vec<(K, V)>>,
}

impl<V: Clone, K: PartialEq> Recent<V, K> {
    /// Room for so many values.
    pub fn new(most: usize) -> Self {
        Self { most, entries: Mutex::default() }
    }

    /// The value of a key, where it is still there.
    pub fn get<Q: PartialEq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.find(|known| known.borrow() == key)
    }

    /// The value of the key that `is` true of, where it is still there.
    pub fn find(&self, is: impl Fn(&K) -> bool) -> Option<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let at = entries.iter().position(|(known, _)| is(known))?;
        let entry = entries.remove(at);
        let value = entry.1.clone();
        entries.push(entry);
        Some(value)
    }

    /// Keeps a value; the one that was not used for longest makes room.
    pub fn put(&self, key: K, value: V) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|(known, _)| *known != key);
        if entries.len() >= self.most && !entries.is_empty() {
            entries.remove(0);
        }
        entries.push((key, value));
    }

    /// All that are kept.
    #[cfg(test)]
    pub fn values(&self) -> Vec<V> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().map(|(_, value)| value.clone()).collect()
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let recent = Recent::new(2);
        recent.put("a".to_owned(), 1);
        recent.put("b".to_owned(), 2);
        assert_eq!(recent.get("a"), Some(1));
        recent.put("c".to_owned(), 3);
        assert_eq!([recent.get("a"), recent.get("b"), recent.get("c")], [Some(1), None, Some(3)]);
    }
}
