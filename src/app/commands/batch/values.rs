//! The values files of the list; those that several releases name are read once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::batch::Entry;
use crate::model::read_values;
use crate::values::{Error, LocalFiles, ReadFile};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str, TreeMap};

/// The most bytes of values files that are kept for other releases.
const MOST_BYTES: usize = 16 << 20;

type Read = Result<Arc<TreeMap>, Error>;

/// What the files that are named more than once hold, for either Helm.
pub(super) struct Files {
    shared: HashMap<Str, [OnceLock<Read>; 2]>,
    bytes: AtomicUsize,
}

impl Files {
    /// The values files of `entries`, none of them read yet.
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut uses: HashMap<&Str, usize> = HashMap::new();
        for file in entries.iter().flat_map(|entry| &entry.values.files) {
            *uses.entry(file).or_default() += 1;
        }
        let shared = uses.into_iter().filter(|(_, uses)| *uses > 1);
        let shared = shared.map(|(file, _)| (file.clone(), Default::default())).collect();
        Self { shared, bytes: AtomicUsize::new(0) }
    }
}

/// The files as one release reads them.
pub(super) struct Reader<'f>(pub(super) &'f Files);

impl ReadFile for Reader<'_> {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        if bstr::ByteSlice::trim(name.as_bytes()) == b"-" {
            return Err(Failure::new(
                "a release of a list cannot have its values from standard input",
            ));
        }
        LocalFiles.read(name)
    }

    fn read_values(&mut self, name: &Str, compat: Compat) -> Result<Arc<TreeMap>, Error> {
        let Some(known) = self.0.shared.get(name) else { return self.read_now(name, compat) };
        let known = &known[usize::from(compat.is_helm3())];
        if let Some(values) = known.get() {
            return values.clone();
        }
        if self.0.bytes.load(Ordering::Relaxed) > MOST_BYTES {
            return self.read_now(name, compat);
        }
        known.get_or_init(|| self.read_now(name, compat)).clone()
    }
}

impl Reader<'_> {
    fn read_now(&mut self, name: &Str, compat: Compat) -> Result<Arc<TreeMap>, Error> {
        let text = self.read(name).map_err(Error::Read)?;
        self.0.bytes.fetch_add(text.len(), Ordering::Relaxed);
        let failed = |error| Error::File { name: name.clone(), error, compat };
        read_values(&text, compat).map_err(failed)
    }
}
