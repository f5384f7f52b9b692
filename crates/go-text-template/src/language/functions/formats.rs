//! YAML and JSON: values to text and back.
//!
//! The plain names swallow errors, as Go's do: writing gives an empty text, reading gives the
//! message as the value. The `must` names fail.

use std::sync::Arc;

use crate::data::{Failure, List, Map, Str, Tree, TreeMap, Type, Value};
use crate::json::{self, Room, Style, WriteError};
use crate::template::{Context, Function, Raised, function};
use crate::yaml;

pub(super) static TABLE: &[Function] = &[
    ("toYaml", &function(to_yaml)),
    ("mustToYaml", &function(must_to_yaml)),
    ("toYamlPretty", &function(to_yaml_pretty)),
    ("fromYaml", &function(from_yaml)),
    ("fromYamlArray", &function(from_yaml_array)),
    ("toJson", &function(to_json)),
    ("mustToJson", &function(must_to_json)),
    ("toPrettyJson", &function(to_pretty_json)),
    ("mustToPrettyJson", &function(must_to_pretty_json)),
    ("toRawJson", &function(to_raw_json)),
    // sprig gives both names one behaviour: neither swallows errors.
    ("mustToRawJson", &function(to_raw_json)),
    ("fromJson", &function(from_json)),
    ("mustFromJson", &function(must_from_json)),
    ("fromJsonArray", &function(from_json_array)),
];

/// The YAML of `value` without the line break at its end; empty if there is none.
///
/// ```text
/// {{ dict "b" 1 "a" "yes" | toYaml | quote }}  -> "a: \"yes\"\nb: 1"
/// {{ toYaml 1234567.5 }}                       -> 1.2345675e+06
/// {{ list | toYaml }}                          -> []
/// ```
fn to_yaml(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    lenient(must_to_yaml(cx, value))
}

/// The YAML of `value`; an error if there is none.
///
/// ```text
/// {{ mustToYaml (dict "a" 1) }}  -> a: 1
/// ```
fn must_to_yaml(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    let text = written(cx, |room| yaml::write(&value, room))?;
    Ok(without_last_break(text))
}

/// The YAML of `value` in go-yaml's newer form: lists are indented, long lines are not folded.
///
/// ```text
/// {{ dict "a" (list 1 2) | toYamlPretty | quote }}  -> "a:\n  - 1\n  - 2"
/// {{ toYamlPretty 1000000.0 }}                      -> 1e+06
/// ```
fn to_yaml_pretty(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    let text = written(cx, |room| yaml::write_pretty(&value, room))?;
    Ok(without_last_break(text))
}

/// The map that the YAML `text` holds, or one with the message under `Error`.
///
/// ```text
/// {{ (fromYaml "a: 1").a }}    -> 1
/// {{ (fromYaml "[]").Error }}  -> error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}
/// {{ fromYaml "" }}            -> map[]
/// ```
fn from_yaml(cx: &mut Context<'_>, text: Str) -> Result<Map, Raised> {
    count_reading(cx, &text)?;
    Ok(match yaml::read_as(&text, &yaml::ANY_MAP) {
        Ok(Tree::Map(map)) => Map::from_tree(&map),
        Ok(_) => Map::new(),
        Err(error) => error_map(TreeMap::default(), &error),
    })
}

/// The list that the YAML `text` holds, or one of the message.
///
/// ```text
/// {{ fromYamlArray "[a, b]" | join "-" }}  -> a-b
/// {{ fromYamlArray "a: 1" | first }}       -> error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type []interface {}
/// ```
fn from_yaml_array(cx: &mut Context<'_>, text: Str) -> Result<List, Raised> {
    count_reading(cx, &text)?;
    Ok(match yaml::read_as(&text, &yaml::ANY_LIST) {
        Ok(Tree::List(items)) => List::from_tree(&items),
        Ok(_) => List::new(Vec::new()),
        Err(error) => error_list(&error),
    })
}

/// The JSON of `value`; empty if there is none.
///
/// ```text
/// {{ dict "b" 1 "a" "<x>" | toJson }}  -> {"a":"\u003cx\u003e","b":1}
/// ```
fn to_json(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    lenient(must_to_json(cx, value))
}

/// The JSON of `value`; an error if there is none.
///
/// ```text
/// {{ mustToJson (list 1 "a" true) }}  -> [1,"a",true]
/// ```
fn must_to_json(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    written(cx, |room| json::write(&value, Style::COMPACT, room)).map(Str::from)
}

/// The JSON of `value` in indented lines; empty if there is none.
///
/// ```text
/// {{ dict "a" 1 | toPrettyJson | quote }}  -> "{\n  \"a\": 1\n}"
/// ```
fn to_pretty_json(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    lenient(must_to_pretty_json(cx, value))
}

/// The JSON of `value` in indented lines; an error if there is none.
///
/// ```text
/// {{ list | mustToPrettyJson }}  -> []
/// ```
fn must_to_pretty_json(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    written(cx, |room| json::write(&value, Style::PRETTY, room)).map(Str::from)
}

/// The JSON of `value` with `<`, `>` and `&` as they are; an error if there is none.
///
/// ```text
/// {{ toRawJson "<x>" }}  -> "<x>"
/// ```
fn to_raw_json(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    written(cx, |room| json::write(&value, Style::RAW, room)).map(Str::from)
}

/// The map that the JSON `text` holds, or what could be read of it with the message under `Error`.
///
/// ```text
/// {{ (fromJson "{\"a\": 1}").a }}  -> 1
/// {{ (fromJson "x").Error }}       -> invalid character 'x' looking for beginning of value
/// ```
fn from_json(cx: &mut Context<'_>, text: Str) -> Result<Map, Raised> {
    count_reading(cx, &text)?;
    Ok(match json::read_map(&text) {
        Ok(Tree::Map(map)) => Map::from_tree(&map),
        Ok(_) => Map::nil(),
        Err(error) => {
            let message = error.to_string();
            let stored = error.into_stored().as_map().map(|map| TreeMap::clone(map));
            error_map(stored.unwrap_or_default(), &message)
        }
    })
}

/// The value that the JSON `text` holds; an error if it holds none.
///
/// ```text
/// {{ mustFromJson "[1, 2]" }}  -> [1 2]
/// {{ mustFromJson "[1" }}      -> error: unexpected end of JSON input
/// ```
fn must_from_json(cx: &mut Context<'_>, text: Str) -> Result<Value, Raised> {
    count_reading(cx, &text)?;
    match json::read(&text) {
        Ok(tree) => Ok(Value::from(&tree)),
        Err(error) => Err(Failure::from(error.to_string()).into()),
    }
}

/// The list that the JSON `text` holds, or one of the message.
///
/// ```text
/// {{ fromJsonArray "[1, 2]" }}      -> [1 2]
/// {{ fromJsonArray "{}" | first }}  -> json: cannot unmarshal object into Go value of type []interface {}
/// ```
fn from_json_array(cx: &mut Context<'_>, text: Str) -> Result<List, Raised> {
    count_reading(cx, &text)?;
    Ok(match json::read_list(&text) {
        Ok(Tree::List(items)) => List::from_tree(&items),
        Ok(_) => List::nil(Type::LIST),
        Err(error) => error_list(&error),
    })
}

/// Counts what it takes to make values of `text`, and their memory if it is large: each value is
/// then larger than its text.
pub(super) fn count_reading(cx: &Context<'_>, text: &Str) -> Result<(), Raised> {
    const LARGE: u64 = 64 << 10;
    const BYTES_PER_BYTE: u64 = 8;
    let length = text.len() as u64;
    cx.work(length)?;
    cx.reserve(if length < LARGE { length } else { length * BYTES_PER_BYTE })
}

/// What `write` writes, with the room it needs taken from the render's budget.
pub(super) fn written(
    cx: &mut Context<'_>,
    write: impl FnOnce(&mut Room<'_>) -> Result<Vec<u8>, WriteError>,
) -> Result<Vec<u8>, Raised> {
    let mut exhausted = None;
    let result = write(&mut |bytes| match cx.reserve(bytes) {
        Ok(()) => true,
        Err(raised) => {
            exhausted = Some(raised);
            false
        }
    });
    match (result, exhausted) {
        (_, Some(raised)) => Err(raised),
        (Ok(text), None) => Ok(text),
        (Err(WriteError::Failure(failure)), None) => Err(failure.into()),
        (Err(WriteError::NoRoom), None) => unreachable!("the budget says why there is no room"),
    }
}

/// An empty text instead of a failure.
fn lenient(result: Result<Str, Raised>) -> Result<Str, Raised> {
    match result {
        Err(Raised::Failure(_)) => Ok(Str::EMPTY),
        result => result,
    }
}

fn without_last_break(mut text: Vec<u8>) -> Str {
    if text.last() == Some(&b'\n') {
        text.pop();
    }
    Str::from(text)
}

fn error_map(mut map: TreeMap, message: &impl ToString) -> Map {
    map.insert(Str::from_static("Error"), Tree::String(message.to_string().into()));
    Map::from_tree(&Arc::new(map))
}

fn error_list(message: &impl ToString) -> List {
    List::new(vec![Value::from(message.to_string())])
}
