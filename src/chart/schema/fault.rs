//! What is wrong with a value, as a tree, and how it is printed.

use std::borrow::Cow;

use super::document::{Document, NodeId};
use super::program::SchemaId;
use super::quoting::single_quoted;
use go_text_template::data::Failure;

/// The text of all faults may be so long.
const MAX_TEXT: usize = 16 << 20;

/// Something wrong with a value, and what it follows from.
#[derive(Debug)]
pub(super) struct Fault {
    /// The value.
    pub(super) node: NodeId,
    pub(super) message: Cow<'static, str>,
    pub(super) causes: Vec<Self>,
    /// True if this only holds several faults of one schema together; whoever wraps it takes
    /// its causes instead.
    pub(super) is_group: bool,
    /// The schema that it does not fit, where that is known.
    pub(super) schema: Option<SchemaId>,
}

impl Fault {
    pub(super) fn new(node: NodeId, message: impl Into<Cow<'static, str>>) -> Self {
        Self::because(node, message, Vec::new())
    }

    pub(super) fn because(
        node: NodeId,
        message: impl Into<Cow<'static, str>>,
        causes: Vec<Self>,
    ) -> Self {
        Self { node, message: message.into(), causes, is_group: false, schema: None }
    }

    /// The one fault in `faults`, or all in a group.
    pub(super) fn of_schema(node: NodeId, mut faults: Vec<Self>) -> Self {
        match faults.len() {
            1 => faults.remove(0),
            _ => Self {
                node,
                message: "validation failed".into(),
                causes: faults,
                is_group: true,
                schema: None,
            },
        }
    }

    /// This fault, or the faults of the group that it is.
    pub(super) fn ungrouped(mut self) -> Vec<Self> {
        match self.is_group {
            true => std::mem::take(&mut self.causes),
            false => vec![self],
        }
    }

    /// Appends one line for each fault: `\n- at '/pointer': message`, deeper ones indented.
    ///
    /// Gives up when the text gets beyond all measure: indentation squares the depth.
    pub(super) fn append(
        &self,
        out: &mut String,
        document: &Document,
        base: NodeId,
    ) -> Result<(), Failure> {
        let mut waiting = vec![(self, 0)];
        while let Some((fault, depth)) = waiting.pop() {
            if out.len() > MAX_TEXT {
                return Err("unable to validate schema: it finds too many faults".into());
            }
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
            out.push_str("- at ");
            out.push_str(&single_quoted(&document.pointer(base, fault.node)));
            out.push_str(": ");
            out.push_str(&fault.message);
            waiting.extend(fault.causes.iter().rev().map(|cause| (cause, depth + 1)));
        }
        Ok(())
    }
}

/// Chains of references make chains of faults; taken apart here, they cost no stack.
impl Drop for Fault {
    fn drop(&mut self) {
        let mut waiting = std::mem::take(&mut self.causes);
        while let Some(mut fault) = waiting.pop() {
            waiting.append(&mut fault.causes);
        }
    }
}
