//! Compiled schemas that outlive a release.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::Schema;
use super::loader::{Fetched, Loader, Step};
use go_text_template::data::{ByText, Failure, Str};

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

/// A schema, or why it is none, and what its loader was asked for and told.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) schema: Result<Schema, Failure>,
    is_json: bool,
    unresolved: Vec<String>,
    /// The addresses that were asked for.
    fetched: Vec<String>,
}

impl Compiled {
    /// Tells `loader` what it would be told if the schema, whose text is `text`, were not known yet.
    pub(super) fn tell(&self, text: &Str, loader: &dyn Loader) {
        if self.is_json {
            loader.step(Step::Read(text));
        }
        self.unresolved.iter().for_each(|urn| loader.unresolved_urn(urn));
        // The loader knows the answers, and so takes note of them.
        self.fetched.iter().for_each(|address| drop(loader.fetch(address)));
    }
}

/// The schema of `text`, from `cache` if it is known there; what `loader` has to take note of is
/// told to it in any case.
pub(super) fn compiled(text: &Str, loader: &dyn Loader, cache: Option<&Cache>) -> Arc<Compiled> {
    if let Some(compiled) = cache.and_then(|Cache(known)| known.get(text)) {
        compiled.tell(text, loader);
        return compiled;
    }
    let noting = Noting {
        loader,
        is_json: Cell::new(false),
        unresolved: RefCell::default(),
        fetched: RefCell::default(),
        read: Cell::new(false),
    };
    let compiled = Compiled {
        schema: Schema::compile(text, &noting),
        is_json: noting.is_json.get(),
        unresolved: noting.unresolved.take(),
        fetched: noting.fetched.take(),
    };
    match cache {
        // A file may be another one when the next release asks for it.
        Some(Cache(known)) if !noting.read.get() => known.add(text, compiled),
        _ => Arc::new(compiled),
    }
}

/// Hands questions on and notes what they were.
struct Noting<'l> {
    loader: &'l dyn Loader,
    is_json: Cell<bool>,
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

    fn step(&self, step: Step<'_>) {
        if let Step::Read(_) = step {
            self.is_json.set(true);
        }
        self.loader.step(step);
    }
}
