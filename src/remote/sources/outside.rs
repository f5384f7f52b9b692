//! What a result depends on beside the chart and what the user gives: what schemas refer to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::schema::Fetched;
use go_text_template::data::Failure;

/// So many bytes of fetched schemas are remembered; then all of them are forgotten.
const MOST_BYTES: usize = 64 << 20;

/// Takes note of what the schemas of a release have asked for. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    answers: Arc<Mutex<Answers>>,
    noted: Arc<Mutex<Noted>>,
}

/// What the addresses answered, once for the whole process.
#[derive(Debug, Default)]
struct Answers {
    by_address: HashMap<String, Arc<OnceLock<Answer>>>,
    bytes: usize,
}

/// What is at an address with its digest, or why nothing is.
pub(super) type Answer = Result<(Fetched, String), Failure>;

#[derive(Debug, Default)]
struct Noted {
    files: bool,
    schemas: BTreeMap<String, String>,
    names: BTreeSet<String>,
}

impl Outside {
    /// The same for another release, of which nothing is noted yet.
    pub fn of_another(&self) -> Self {
        Self { answers: self.answers.clone(), noted: Arc::default() }
    }

    /// The answer of `address`, for which `ask` is called if nobody has asked before.
    pub fn answer(&self, address: &str, ask: impl FnOnce() -> Answer) -> Answer {
        let place = locked(&self.answers).place(address);
        let answer = place.get_or_init(|| {
            let answer = ask();
            let bytes = answer.as_ref().map_or(0, |(fetched, _)| fetched.text.len());
            locked(&self.answers).count(bytes);
            answer
        });
        if let Ok((_, digest)) = answer {
            locked(&self.noted).schemas.insert(address.to_owned(), digest.clone());
        }
        answer.clone()
    }

    /// Takes note that a file was asked for.
    pub fn note_file(&self) {
        locked(&self.noted).files = true;
    }

    /// True if `name`, which leads nowhere, was not met before.
    pub fn is_new_name(&self, name: &str) -> bool {
        locked(&self.noted).names.insert(name.to_owned())
    }

    /// Whether files that neither the chart nor the user names were asked for.
    pub fn has_files(&self) -> bool {
        locked(&self.noted).files
    }

    /// The addresses that schemas came from, each with the digest of what was there.
    pub fn schemas(&self) -> Vec<(String, String)> {
        locked(&self.noted).schemas.clone().into_iter().collect()
    }
}

impl Answers {
    fn place(&mut self, address: &str) -> Arc<OnceLock<Answer>> {
        self.by_address.entry(address.to_owned()).or_default().clone()
    }

    fn count(&mut self, bytes: usize) {
        self.bytes += bytes;
        if self.bytes > MOST_BYTES {
            *self = Self::default();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(length: usize) -> Answer {
        let text = vec![b' '; length].into();
        Ok((Fetched { text, broken: None }, format!("digest {length}")))
    }

    #[test]
    fn every_address_is_asked_once() {
        let outside = Outside::default();
        let other = outside.of_another();
        assert_eq!(outside.answer("a", || text(1)), text(1));
        assert_eq!(other.answer("a", || panic!("it is known")), text(1));
        assert!(outside.answer("b", || Err("gone".into())).is_err());
        assert!(other.answer("b", || panic!("it is known")).is_err());
        assert_eq!(other.schemas(), [("a".to_owned(), "digest 1".to_owned())]);
        assert_eq!(outside.of_another().schemas(), []);
    }

    #[test]
    fn too_much_is_forgotten() {
        let outside = Outside::default();
        assert!(outside.answer("a", || text(MOST_BYTES)).is_ok());
        assert!(outside.answer("b", || text(1)).is_ok());
        assert_eq!(outside.answer("a", || text(2)), text(2));
    }
}
