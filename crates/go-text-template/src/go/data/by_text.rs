//! What was made of texts, kept for those who meet the same text again.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::Str;

/// Results by the text that they were made of, shared between threads.
///
/// A text that still lies in the same memory is found without looking at its bytes. When the texts
/// exceed a bound all of them are forgotten, so that a stream of ever new ones does not fill the
/// memory.
pub struct ByText<T> {
    most_bytes: usize,
    known: RwLock<Known<T>>,
}

struct Known<T> {
    /// By address and length; the text is kept, so nothing else can lie there.
    by_place: HashMap<(usize, usize), (Str, Arc<T>)>,
    by_text: HashMap<Str, Arc<T>>,
    bytes: usize,
}

impl<T> ByText<T> {
    /// Nothing yet; at most `most_bytes` of text will be remembered.
    pub fn new(most_bytes: usize) -> Self {
        Self { most_bytes, known: RwLock::default() }
    }

    /// What was made of `text`, if it is still known.
    pub fn get(&self, text: &Str) -> Option<Arc<T>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, made)) = text.place().and_then(|place| known.by_place.get(&place)) {
            return Some(made.clone());
        }
        let made = known.by_text.get(text)?.clone();
        drop(known);
        self.note_place(text, &made);
        Some(made)
    }

    /// Remembers what was made of `text`. If somebody else was faster, theirs is kept and given.
    pub fn add(&self, text: &Str, made: T) -> Arc<T> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.bytes + text.len() > self.most_bytes {
            *known = Known::default();
        }
        if let Some(made) = known.by_text.get(text) {
            return made.clone();
        }
        let made = Arc::new(made);
        known.bytes += text.len();
        known.by_text.insert(text.clone(), made.clone());
        drop(known);
        self.note_place(text, &made);
        made
    }

    /// Makes `text` be found by its place from now on.
    fn note_place(&self, text: &Str, made: &Arc<T>) {
        let Some(place) = text.place() else { return };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.bytes += text.len();
        known.by_place.insert(place, (text.clone(), made.clone()));
    }
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { by_place: HashMap::new(), by_text: HashMap::new(), bytes: 0 }
    }
}

impl<T> fmt::Debug for ByText<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByText").field("most_bytes", &self.most_bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_found_wherever_they_lie() {
        let cache = ByText::new(1000);
        let text = Str::from("a text that is too long to be held in place".repeat(2));
        let made = cache.add(&text, 1);
        assert!(Arc::ptr_eq(&made, &cache.add(&text, 2)));
        let elsewhere = Str::from(text.as_bytes());
        assert_eq!(cache.get(&elsewhere).as_deref(), Some(&1));
        assert_eq!(cache.get(&elsewhere.clone()).as_deref(), Some(&1));
        assert_eq!(cache.get(&elsewhere.slice(1..)), None);
        assert_eq!(cache.get(&Str::from("short")), None);
        cache.add(&"short".into(), 3);
        assert_eq!(cache.get(&Str::from("short")).as_deref(), Some(&3));
    }

    #[test]
    fn texts_beyond_the_bound_replace_the_others() {
        let cache = ByText::new(100);
        let texts: Vec<Str> = (0..9).map(|number| format!("{number}").repeat(40).into()).collect();
        texts.iter().for_each(|text| drop(cache.add(text, text.len())));
        let kept = texts.iter().filter(|text| cache.get(text).is_some()).count();
        assert!((1..3).contains(&kept), "{kept}");
    }
}
