//! What the program around a render tells the functions: they find it in `Render::user`.

use std::cell::RefCell;

use crate::compat::Compat;
use crate::template::Context;

/// What the program around a render tells the functions.
#[derive(Debug, Default)]
pub struct Host {
    /// Whose functions they are.
    pub compat: Compat,
    /// Where `fail` and `required` leave their message if they are to let the render go on, as they
    /// are when a chart is only looked at.
    pub forgiven: Option<RefCell<Vec<Stop>>>,
}

/// Why a function wants to end the render; each has the author's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// `fail`.
    Fail(String),
    /// `required` met a nil.
    Nil(String),
    /// `required` met an empty text.
    Empty(String),
}

impl Host {
    /// A host that takes note of what would end the render, and lets it go on.
    pub fn forgiving(compat: Compat) -> Self {
        Self { compat, forgiven: Some(RefCell::default()) }
    }

    /// What was forgiven, in its order; it is forgotten.
    pub fn take_forgiven(&self) -> Vec<Stop> {
        self.forgiven.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// True if `stop` is forgiven; then it was taken note of.
    pub(super) fn forgives(&self, stop: &Stop) -> bool {
        let Some(forgiven) = &self.forgiven else { return false };
        forgiven.borrow_mut().push(stop.clone());
        true
    }
}

/// Whose functions the render has.
pub(super) fn compat(cx: &Context<'_>) -> Compat {
    cx.user::<Host>().map(|host| host.compat).unwrap_or_default()
}
