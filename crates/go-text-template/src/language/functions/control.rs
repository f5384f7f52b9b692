//! Ending a render with a message, and asking for what lies outside the chart.

use bstr::ByteSlice;

use super::host::{Host, Stop};
use crate::data::{Failure, Map, Str, Value};
use crate::template::{Context, Function, Raised, function};

pub(super) static TABLE: &[Function] = &[
    ("fail", &function(fail)),
    ("getHostByName", &function(get_host_by_name)),
    ("hello", &function(hello)),
    ("lookup", &function(lookup)),
    ("required", &function(required)),
];

/// Ends the render with `message`.
///
/// ```text
/// {{ fail "no such thing: x" }} -> error: no such thing: x
/// ```
fn fail(cx: &mut Context<'_>, message: Str) -> Result<Value, Raised> {
    stop(cx, Stop::Fail(message.to_string()))
}

/// The value, unless it is nil or an empty text: that ends the render with `message`.
///
/// ```text
/// {{ required "needed" "here" }}       -> here
/// {{ required "needed" 0 }}            -> 0
/// {{ required "needed" "" }}           -> error: needed
/// {{ required "needed" .Values.nope }} -> error: needed
/// ```
fn required(cx: &mut Context<'_>, message: Str, value: Value) -> Result<Value, Raised> {
    match value {
        Value::Nil => stop(cx, Stop::Nil(message.to_string())),
        Value::String(text) if text.is_empty() => stop(cx, Stop::Empty(message.to_string())),
        value => Ok(value),
    }
}

/// Ends the render, unless that is forgiven.
fn stop(cx: &Context<'_>, stop: Stop) -> Result<Value, Raised> {
    if cx.user::<Host>().is_some_and(|host| host.forgives(&stop)) {
        return Ok(Value::String(Str::EMPTY));
    }
    let (Stop::Fail(message) | Stop::Nil(message) | Stop::Empty(message)) = stop;
    Err(Raised::Stop(message))
}

/// An empty dict: there is no cluster to look into.
///
/// ```text
/// {{ lookup "v1" "Secret" "default" "name" }} -> map[]
/// {{ lookup "v1" "Secret" }}                  -> error: wrong number of args for lookup: want 4 got 2
/// ```
fn lookup(
    cx: &mut Context<'_>,
    version: Str,
    kind: Str,
    _namespace: Str,
    _name: Str,
) -> Result<Map, Failure> {
    cx.world().look_up(version.as_bstr(), kind.as_bstr()).map_err(Failure::from)?;
    Ok(Map::new())
}

/// The first address of a host; nothing unless asking the DNS is allowed.
///
/// ```text
/// {{ getHostByName "localhost" | quote }} -> ""
/// ```
fn get_host_by_name(cx: &mut Context<'_>, host: Str) -> Result<String, Failure> {
    // Go takes one of the addresses by a random number that is less than how many there are.
    let address = cx.world().resolve(&host.to_str_lossy());
    address.ok_or_else(|| Failure::new("invalid argument to Intn"))
}

/// A greeting.
///
/// ```text
/// {{ hello }} -> Hello!
/// ```
fn hello() -> &'static str {
    "Hello!"
}
