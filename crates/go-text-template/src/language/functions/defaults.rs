//! Choosing between values, by whether they are empty.
//!
//! Empty are nil, `false`, zeros, and texts, lists and dicts without content: what `if` takes as
//! false.

use crate::data::{Value, is_true};
use crate::template::{Function, Rest, function};

pub(super) static TABLE: &[Function] = &[
    ("all", &function(all)),
    ("any", &function(any)),
    ("coalesce", &function(coalesce)),
    ("default", &function(default)),
    ("empty", &function(empty)),
    ("ternary", &function(ternary)),
];

/// The second argument if it is not empty, otherwise the first.
///
/// ```text
/// {{ default "x" "given" }}    -> given
/// {{ "" | default "x" }}       -> x
/// {{ default true false }}     -> true
/// {{ default "x" }}            -> x
/// {{ default "x" "" "given" }} -> x
/// ```
fn default(default: Value, Rest(given): Rest<Value>) -> Value {
    given.into_iter().next().filter(is_true).unwrap_or(default)
}

/// True if the value is empty.
///
/// ```text
/// {{ empty "" }}         -> true
/// {{ empty 0.0 }}        -> true
/// {{ empty (list nil) }} -> false
/// ```
fn empty(value: Value) -> bool {
    !is_true(&value)
}

/// The first value that is not empty, or nil.
///
/// ```text
/// {{ coalesce 0 "" nil "x" "y" }} -> x
/// {{ coalesce 0 "" | kindOf }}    -> invalid
/// ```
fn coalesce(Rest(values): Rest<Value>) -> Value {
    values.into_iter().find(is_true).unwrap_or_default()
}

/// True if no value is empty.
///
/// ```text
/// {{ all 1 "x" true }} -> true
/// {{ all 1 0 }}        -> false
/// {{ all }}            -> true
/// ```
fn all(Rest(values): Rest<Value>) -> bool {
    values.iter().all(is_true)
}

/// True if some value is not empty.
///
/// ```text
/// {{ any 0 "x" }} -> true
/// {{ any }}       -> false
/// ```
fn any(Rest(values): Rest<Value>) -> bool {
    values.iter().any(is_true)
}

/// The first argument if the condition, which comes last, is true, otherwise the second.
///
/// ```text
/// {{ ternary "yes" "no" true }}     -> yes
/// {{ eq 1 2 | ternary "yes" "no" }} -> no
/// {{ ternary "yes" "no" 1 }}        -> error: expected bool; found 1
/// ```
fn ternary(yes: Value, no: Value, condition: bool) -> Value {
    if condition { yes } else { no }
}
