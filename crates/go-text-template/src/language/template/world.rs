//! The outside, as functions may ask for it.

use bstr::BStr;

use super::Template;
use crate::dates::Zone;
use crate::diagnostics::Span;

/// Clock, randomness, time zone and DNS; everything else a render needs comes in as bytes.
pub trait World {
    /// Seconds since 1970-01-01T00:00:00Z, and nanoseconds within that second.
    fn now(&self) -> (i64, u32);

    /// Nanoseconds since the program started, for Go's ` m=+0.0…` behind a printed `now`.
    fn monotonic(&self) -> u64;

    /// Fills `bytes` from a cryptographic source of randomness.
    fn fill_random(&self, bytes: &mut [u8]);

    /// The local time zone.
    fn local_zone(&self) -> Zone;

    /// The time zone `name`, if there is one.
    fn zone(&self, name: &str) -> Option<Zone>;

    /// The first address of `host`, as text, if it has one; an empty text if asking is not allowed.
    fn resolve(&self, host: &str) -> Option<String>;

    /// Asked before something of this kind is looked up in a cluster: an error if there ought to be
    /// one, and cannot be asked. Otherwise nothing is found.
    fn look_up(&self, api_version: &BStr, kind: &BStr) -> Result<(), String>;

    /// Who is told of every call, if the answers depend on the place of the question: then the same
    /// questions from the same places get the same answers every time.
    fn watcher(&self) -> Option<&dyn Watcher>;
}

/// A part of a [`World`] that follows the calls of a render.
pub trait Watcher {
    /// A call begins at `call`; the questions up to its [`Watcher::leave`] come from there.
    fn enter(&self, call: Call<'_>);

    /// The innermost call is over.
    fn leave(&self);
}

/// A call of a function or a template, by the node that makes it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'t> {
    /// The template that the node is in.
    pub template: &'t Template,
    /// The node.
    pub span: Span,
    /// What is called.
    pub name: &'t BStr,
}
