//! Compiled schemas that outlive a release.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::{Fetched, Loader, Schema};
use crate::data::{ByText, Failure, Str};

/// The most text of schemas that is remembered, in bytes.
const MOST_TEXT: usize = 8 << 20;

/// What checks of several releases have in common: schemas by their text. Threads can share it.
#[derive(Debug)]
pub struct Cache(ByText<Compiled>);

impl Default for Cache {
    fn default() -> Self {
        Self(ByText::new(MOST_TEXT))
    }
}

/// A schema, or why it is none, and what its loader was asked for.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) schema: Result<Schema, Failure>,
    unresolved: Vec<String>,
    /// The addresses that were asked for.
    fetched: Vec<String>,
}

/// The schema of `text`, from `cache` if it is known there; what `loader` has to take note of is
/// told to it in any case.
pub(super) fn compiled(text: &Str, loader: &dyn Loader, cache: Option<&Cache>) -> Arc<Compiled> {
    let Some(Cache(known)) = cache else {
        let schema = Schema::compile(text, loader);
        return Arc::new(Compiled { schema, unresolved: Vec::new(), fetched: Vec::new() });
    };
    if let Some(compiled) = known.get(text) {
        compiled.unresolved.iter().for_each(|urn| loader.unresolved_urn(urn));
        // The loader knows the answers, and so takes note of them.
        compiled.fetched.iter().for_each(|address| drop(loader.fetch(address)));
        return compiled;
    }
    let noting = Noting {
        loader,
        unresolved: RefCell::default(),
        fetched: RefCell::default(),
        read: Cell::new(false),
    };
    let schema = Schema::compile(text, &noting);
    let (unresolved, fetched) = (noting.unresolved.take(), noting.fetched.take());
    let compiled = Compiled { schema, unresolved, fetched };
    // A file may be another one when the next release asks for it.
    if noting.read.get() { Arc::new(compiled) } else { known.add(text, compiled) }
}

/// Hands questions on and notes what they were.
struct Noting<'l> {
    loader: &'l dyn Loader,
    unresolved: RefCell<Vec<String>>,
    fetched: RefCell<Vec<String>>,
    read: Cell<bool>,
}

impl Loader for Noting<'_> {
    fn file(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.read.set(true);
        self.loader.file(path)
    }

    fn fetch(&self, address: &str) -> Result<Fetched, Failure> {
        self.fetched.borrow_mut().push(address.to_owned());
        self.loader.fetch(address)
    }

    fn unresolved_urn(&self, urn: &str) {
        self.unresolved.borrow_mut().push(urn.to_owned());
        self.loader.unresolved_urn(urn);
    }
}
