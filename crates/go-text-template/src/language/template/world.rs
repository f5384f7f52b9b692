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
    fn local_zone(&self) -> Zone {
        Zone::UTC
    }

    /// The time zone `name`, if there is one.
    fn zone(&self, name: &str) -> Option<Zone> {
        Zone::named(name)
    }

    /// The first address of `host`, as text, if it has one; an empty text if asking is not allowed.
    fn resolve(&self, host: &str) -> Option<String> {
        let _ = host;
        Some(String::new())
    }

    /// Asked before something of this kind is looked up in a cluster: an error if there ought to be
    /// one, and cannot be asked. Otherwise nothing is found.
    fn look_up(&self, _api_version: &BStr, _kind: &BStr) -> Result<(), String> {
        Ok(())
    }

    /// Whether the same questions from the same places get the same answers every time. Such a
    /// world is told of every call by [`World::enter`] and [`World::leave`].
    fn repeats(&self) -> bool {
        false
    }

    /// A call begins at `call`; the questions up to its [`World::leave`] come from there.
    fn enter(&self, call: Call<'_>) {
        let _ = call;
    }

    /// The innermost call is over.
    fn leave(&self) {}

    /// Asked before a function ends the render with a message of the template's author: true if it
    /// is to go on instead, as it is when the chart is only looked at. Whoever forgives takes note.
    fn forgives(&self, _stop: Stop<'_>) -> bool {
        false
    }
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

/// Why a function is about to end the render; each has the author's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop<'m> {
    /// `fail`.
    Fail(&'m str),
    /// `required` met a nil.
    Nil(&'m str),
    /// `required` met an empty text.
    Empty(&'m str),
}
