//! `not`; `and` and `or` are the evaluator's, since they may skip arguments.

use crate::data::{Value, is_true};
use crate::template::{Function, function};

pub(super) static TABLE: &[Function] = &[("not", &function(not))];

fn not(value: Value) -> bool {
    !is_true(&value)
}
