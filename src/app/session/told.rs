//! What is told to machines instead of people: collected while a command runs, written at its end.

use std::sync::{Mutex, PoisonError};

use crate::faults::forms::{self, Form};
use crate::faults::{Fault, kind};

/// The faults of a command, and of the releases of a list, which are found on several threads.
#[derive(Debug)]
pub struct Told {
    form: Form,
    faults: Mutex<Faults>,
}

#[derive(Debug, Default)]
struct Faults {
    settled: Vec<Fault>,
    /// Those of releases whose turn has not come.
    waiting: Vec<Fault>,
}

impl Told {
    /// Nothing yet, to be written in `form`.
    pub fn new(form: Form) -> Self {
        Self { form, faults: Mutex::default() }
    }

    /// Takes what is wrong with `release`, or with the command as a whole.
    pub fn add(&self, release: Option<&str>, faults: Vec<Fault>) {
        let mut known = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        match release {
            None => known.settled.extend(faults),
            Some(release) => known.waiting.extend(
                faults
                    .into_iter()
                    .map(|fault| Fault { release: Some(release.to_owned()), ..fault }),
            ),
        }
    }

    /// The turn of `release` has come: what is known of it stands before all that is still to come.
    pub fn settle(&self, release: &str) {
        let mut known = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let is_its = |fault: &mut Fault| fault.release.as_deref() == Some(release);
        let its: Vec<Fault> = known.waiting.extract_if(.., is_its).collect();
        known.settled.extend(its);
    }

    /// All of it as a text; each line of `said`, which was to go to standard error, is a notice.
    pub fn finish(self, said: &[u8]) -> String {
        let Faults { settled, waiting } =
            self.faults.into_inner().unwrap_or_else(PoisonError::into_inner);
        let said = String::from_utf8_lossy(said);
        let lines = said.lines().filter(|line| !line.trim().is_empty());
        let notices = lines.map(|line| Fault::new(kind("E0002"), line));
        let all: Vec<Fault> = notices.chain(settled).chain(waiting).collect();
        forms::write(self.form, &all)
    }
}
