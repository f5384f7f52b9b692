//! TOML: values to text and back.

use super::formats::{count_reading, written};
use crate::data::{Failure, Map, Str, Value};
use crate::dates::Time;
use crate::template::{Context, Function, Raised, function};
use crate::toml;

pub(super) static TABLE: &[Function] = &[
    ("fromToml", &function(from_toml)),
    ("mustToToml", &function(must_to_toml)),
    ("toToml", &function(to_toml)),
];

/// The TOML of `value`; the message if there is none.
///
/// ```text
/// {{ dict "b" (dict "c" 1.0) "a" "x" | toToml | quote }}  -> "a = \"x\"\n\n[b]\n  c = 1.0\n"
/// {{ toToml (list 1 2) }}                                 -> [1, 2]
/// {{ dict "a" (list nil) | toToml }}                      -> toml: cannot encode array with nil element
/// {{ toToml nil }}                                        -> error: reflect: call of reflect.Value.Type on zero Value
/// ```
fn to_toml(cx: &mut Context, value: Value) -> Result<Str, Raised> {
    refuse_nil(&value)?;
    match written(cx, |room| toml::write(&value, room)) {
        Err(Raised::Failure(failure)) => Ok(failure.message().into()),
        result => result.map(Str::from),
    }
}

/// The TOML of `value`; an error if there is none.
///
/// ```text
/// {{ mustToToml (dict "a" true) | quote }}    -> "a = true\n"
/// {{ dict "a" (list nil) | mustToToml }}      -> error: toml: cannot encode array with nil element
/// ```
fn must_to_toml(cx: &mut Context, value: Value) -> Result<Str, Raised> {
    refuse_nil(&value)?;
    written(cx, |room| toml::write(&value, room)).map(Str::from)
}

/// The map that the TOML `text` holds, or one with the message under `Error`.
///
/// ```text
/// {{ (fromToml "a.b = [1, 2.5]").a.b }}   -> [1 2.5]
/// {{ (fromToml "a = ").Error }}           -> toml: line 1 (last key "a"): unexpected EOF; expected value
/// {{ typeOf (fromToml "[[a]]").a }}       -> []map[string]interface {}
/// ```
fn from_toml(cx: &mut Context, text: Str) -> Result<Map, Raised> {
    count_reading(cx, &text)?;
    let zone = cx.world().local_zone();
    let now = Time::now(cx.world().now(), 0, zone.clone());
    Ok(toml::read(&text, &zone, &now).unwrap_or_else(|error| {
        let map = Map::new();
        map.insert("Error", error.to_string());
        map
    }))
}

/// What the library's reflection says of nothing at all.
fn refuse_nil(value: &Value) -> Result<(), Failure> {
    if value.is_nil() {
        return Err("reflect: call of reflect.Value.Type on zero Value".into());
    }
    Ok(())
}
