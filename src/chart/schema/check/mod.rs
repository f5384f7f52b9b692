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

use super::document::{Document, NodeId, ROOT};
use super::fault::Fault;
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
    let mut lines = String::new();
    for fault in found(program, document, base, dialects).map_err(Invalid::Stopped)? {
        fault.append(&mut lines, document, base).map_err(Invalid::Stopped)?;
    }
    if lines.is_empty() { Ok(()) } else { Err(Invalid::Faults(lines)) }
}

/// The faults of `document`; none if the check cannot be finished.
pub(super) fn faults(program: &Program, document: &Document, dialects: &Dialects) -> Vec<Fault> {
    found(program, document, ROOT, dialects).unwrap_or_default()
}

fn found(
    program: &Program,
    document: &Document,
    base: NodeId,
    dialects: &Dialects,
) -> Result<Vec<Fault>, Failure> {
    let nodes = (document.len() + program.len()) as u64;
    let mut budget =
        Budget { steps: MAX_STEPS + STEPS_PER_NODE * nodes, faults: MAX_FAULTS, depth: 0 };
    let subject = Subject { document, base, dialects };
    let check = |detailed, budget: &mut Budget| {
        Checker::new(program, subject, budget, detailed).check_root(base)
    };
    if check(false, &mut budget)?.is_ok() {
        return Ok(Vec::new());
    }
    let Err(Rejected(Some(fault))) = check(true, &mut budget)? else {
        unreachable!("both checks come to the same verdict");
    };
    Ok(fault.ungrouped())
}
