//! What is explained, and all that explanations are made of.

use super::layout::Layout;
use crate::explain::{Explanation, Traced};
use crate::manifest::Document;
use crate::values::{Marks, ValuePath};
use go_text_template::data::Tree;

/// A part of the output that is explained.
pub(super) struct Subject<'e> {
    pub(super) document: &'e Document,
    pub(super) field: Option<ValuePath>,
    /// Where in the document it is.
    pub(super) offset: usize,
    pub(super) explanation: Explanation,
}

/// All that explanations are made of.
pub(super) struct Known<'k> {
    pub(super) traced: Traced<'k>,
    pub(super) layout: Layout<'k>,
    pub(super) marks: &'k Marks,
    pub(super) values: &'k Tree,
    pub(super) masks: bool,
}
