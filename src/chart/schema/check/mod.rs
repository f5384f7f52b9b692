//! Checks a value against a compiled schema.
//!
//! In: a [`Program`] and a value in a [`Document`]. Out: nothing, or what is wrong. A value is
//! first checked without looking for words; only for a bad one the check is done again, and then
//! every fault is told. Work and depth are bounded, whatever a schema does.

mod applicators;
mod arrays;
mod checker;
mod numbers;
mod objects;
mod open;
mod references;
mod strings;
mod values;

pub(super) use checker::Dialects;

use super::document::{Document, NodeId};
use super::program::Program;
use checker::{Budget, Checker, Rejected, Subject};
use go_text_template::data::Failure;

/// How many schemas may be applied, ...
const MAX_STEPS: u64 = 20_000_000;
/// ... and how many more for each value and each schema there is.
const STEPS_PER_NODE: u64 = 1_000;
/// How many faults may be found.
const MAX_FAULTS: u32 = 1_000_000;
/// Why a value is not valid.
#[derive(Debug)]
pub(super) enum Invalid {
    /// The faults, one on each line, with a line break before each.
    Faults(String),
    /// The check could not be finished.
    Stopped(Failure),
}

/// Checks the value `base` of `document`, whose pointers begin there.
pub(super) fn validate(
    program: &Program,
    document: &Document,
    base: NodeId,
    dialects: &Dialects,
) -> Result<(), Invalid> {
    let nodes = (document.len() + program.len()) as u64;
    let mut budget =
        Budget { steps: MAX_STEPS + STEPS_PER_NODE * nodes, faults: MAX_FAULTS, depth: 0 };
    let subject = Subject { document, base, dialects };
    let check = |detailed, budget: &mut Budget| {
        Checker::new(program, subject, budget, detailed).check_root(base).map_err(Invalid::Stopped)
    };
    if check(false, &mut budget)?.is_ok() {
        return Ok(());
    }
    let Err(Rejected(Some(fault))) = check(true, &mut budget)? else {
        unreachable!("both checks come to the same verdict");
    };
    let mut lines = String::new();
    for fault in fault.ungrouped() {
        fault.append(&mut lines, document, base).map_err(Invalid::Stopped)?;
    }
    Err(Invalid::Faults(lines))
}
