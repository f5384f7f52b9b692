//! Asking values for their type, and comparing them by content.

use super::lists::compared;
use crate::data::{Comparison, Str, Value};
use crate::template::{Context, Function, Raised, function};

pub(super) static TABLE: &[Function] = &[
    ("deepEqual", &function(deep_equal)),
    ("kindIs", &function(kind_is)),
    ("kindOf", &function(kind_of)),
    ("typeIs", &function(type_is)),
    ("typeIsLike", &function(type_is_like)),
    ("typeOf", &function(type_of)),
];

/// Go's name of the value's type.
///
/// ```text
/// {{ typeOf 1.5 }}                 -> float64
/// {{ typeOf (list 1) }}            -> []interface {}
/// {{ typeOf (dict) }}              -> map[string]interface {}
/// {{ typeOf (splitList "," "a") }} -> []string
/// {{ typeOf nil }}                 -> <nil>
/// ```
fn type_of(value: Value) -> String {
    if value.is_nil() { "<nil>".to_string() } else { value.go_type().to_string() }
}

/// True if the value's type has that name.
///
/// ```text
/// {{ typeIs "string" "a" }} -> true
/// {{ typeIs "int" 1.0 }}    -> false
/// ```
fn type_is(name: Str, value: Value) -> bool {
    name == type_of(value).as_str()
}

/// True if the value's type has that name, or is a pointer to the type of that name.
///
/// ```text
/// {{ typeIsLike "semver.Version" (semver "1.2.3") }} -> true
/// {{ typeIsLike "int" "1" }}                         -> false
/// ```
fn type_is_like(name: Str, value: Value) -> bool {
    let found = type_of(value);
    name == found.as_str() || found.strip_prefix('*').is_some_and(|found| name == found)
}

/// The kind of the value's type.
///
/// ```text
/// {{ kindOf 1 }}      -> int
/// {{ kindOf (dict) }} -> map
/// {{ kindOf (list) }} -> slice
/// {{ kindOf nil }}    -> invalid
/// ```
fn kind_of(value: Value) -> String {
    value.kind().to_string()
}

/// True if the kind of the value's type has that name.
///
/// ```text
/// {{ kindIs "slice" (list) }} -> true
/// {{ kindIs "int" 1.0 }}      -> false
/// ```
fn kind_is(name: Str, value: Value) -> bool {
    name == value.kind().to_string().as_str()
}

/// True if both have the same type and content.
///
/// ```text
/// {{ deepEqual (list 1 "a") (list 1 "a") }} -> true
/// {{ deepEqual 1 1.0 }}                     -> false
/// {{ deepEqual (dict "a" nil) (dict) }}     -> false
/// ```
fn deep_equal(cx: &mut Context<'_>, a: Value, b: Value) -> Result<bool, Raised> {
    let mut comparison = Comparison::default();
    let equal = comparison.equal(&a, &b)?;
    compared(cx, &mut comparison)?;
    Ok(equal)
}
