//! Making, reading, changing and merging dicts.

use crate::data::{Failure, Kind, List, Map, Object, Snapshot, Str, Type, Value, is_true};
use crate::template::{Context, Function, Raised, Rest, function};

use super::lists::{LIST_BYTES, VALUE_BYTES};
use super::strings::text;

pub(super) static TABLE: &[Function] = &[
    ("deepCopy", &function(deep_copy)),
    ("dict", &function(dict)),
    ("dig", &function(dig)),
    ("get", &function(get)),
    ("hasKey", &function(has_key)),
    ("keys", &function(keys)),
    ("merge", &function(merge)),
    ("mergeOverwrite", &function(merge_overwrite)),
    // Differs from the one without `must` only inside Go.
    ("mustDeepCopy", &function(deep_copy)),
    ("mustMerge", &function(must_merge)),
    ("mustMergeOverwrite", &function(must_merge_overwrite)),
    ("omit", &function(omit)),
    ("pick", &function(pick)),
    ("pluck", &function(pluck)),
    ("set", &function(set)),
    ("unset", &function(unset)),
    ("values", &function(values)),
];

/// What an entry of a dict takes, roughly.
const ENTRY_BYTES: u64 = 2 * VALUE_BYTES;

/// What a dict takes before its first entry, roughly.
const DICT_BYTES: u64 = 640;

/// Announces a new dict with `count` entries.
fn reserve_dict(cx: &Context<'_>, count: usize) -> Result<(), Raised> {
    cx.reserve(DICT_BYTES + count as u64 * ENTRY_BYTES)
}

/// Announces `count` entries of dicts.
fn reserve(cx: &Context<'_>, count: usize) -> Result<(), Raised> {
    cx.reserve(count as u64 * ENTRY_BYTES)
}

/// A dict of keys and values in turn. Keys become text; a last key alone has the value `""`.
///
/// ```text
/// {{ dict "b" 1 "a" 2 }}            -> map[a:2 b:1]
/// {{ dict 1 2 nil 3 "x" | toJson }} -> {"1":2,"\u003cnil\u003e":3,"x":""}
/// {{ dict "a" 1 "a" 2 }}            -> map[a:2]
/// {{ $d := dict (dict "a" (repeat 9999 "x")) 1 "b" 2 }}{{ $d.b }} {{ $d | toJson | sha256sum | trunc 9 }} -> 2 c2dae9bda
/// ```
fn dict(cx: &mut Context<'_>, Rest(values): Rest<Value>) -> Result<Map, Raised> {
    let map = Map::new();
    reserve_dict(cx, values.len().div_ceil(2))?;
    let mut values = values.into_iter();
    while let Some(key) = values.next() {
        let value = values.next().unwrap_or_else(|| "".into());
        match snapshot(&key) {
            Some(key) => {
                cx.reserve(key.bytes())?;
                map.insert_late(key, value);
            }
            None => map.insert(text(cx, &key)?, value),
        }
    }
    Ok(map)
}

/// A whole context given as a key is a slip that costs nothing if nobody reads that key.
fn snapshot(key: &Value) -> Option<Snapshot> {
    if let Value::Map(map) = key { Snapshot::of(map) } else { None }
}

/// The value of `key`; `""` if it is not there.
///
/// ```text
/// {{ get (dict "a" 1) "a" }}            -> 1
/// {{ get (dict "a" 1) "b" | quote }}    -> ""
/// {{ get (dict "a" nil) "a" | kindOf }} -> invalid
/// {{ get nil "a" | quote }}             -> ""
/// {{ get (split "/" "a/b") "_0" }}      -> error: wrong type for value; expected map[string]interface {}; got map[string]string
/// ```
fn get(map: Map, key: Str) -> Value {
    map.get(key.as_bytes()).unwrap_or_else(|| "".into())
}

/// Sets `key` to `value` in the dict itself, and gives the dict.
///
/// ```text
/// {{ set (dict "a" 1) "b" 2 }}                     -> map[a:1 b:2]
/// {{ $d := dict }}{{ $_ := set $d "a" 1 }}{{ $d }} -> map[a:1]
/// {{ set nil "a" 1 }}                              -> error: assignment to entry in nil map
/// ```
fn set(cx: &mut Context<'_>, map: Map, key: Str, value: Value) -> Result<Map, Raised> {
    if map.is_nil() {
        return Err(Failure::new("assignment to entry in nil map").into());
    }
    reserve(cx, 1)?;
    map.insert(key, value);
    Ok(map)
}

/// Removes `key` from the dict itself, and gives the dict.
///
/// ```text
/// {{ unset (dict "a" 1 "b" 2) "a" }} -> map[b:2]
/// {{ unset nil "a" }}                -> map[]
/// ```
fn unset(map: Map, key: Str) -> Map {
    if !map.is_nil() {
        map.remove(key.as_bytes());
    }
    map
}

/// True if the dict has `key`, also with a nil value.
///
/// ```text
/// {{ hasKey (dict "a" nil) "a" }} -> true
/// {{ hasKey (dict "a" nil) "b" }} -> false
/// ```
fn has_key(map: Map, key: Str) -> bool {
    map.contains(key.as_bytes())
}

/// The values that the dicts have for `key`.
///
/// ```text
/// {{ pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" 3) }} -> [1 3]
/// ```
fn pluck(key: Str, Rest(maps): Rest<Map>) -> List {
    List::new(maps.iter().filter_map(|map| map.get(key.as_bytes())).collect()).grown()
}

/// The keys of all dicts, each dict's sorted.
///
/// In Helm the keys of a dict come in random order, different in each run.
///
/// ```text
/// {{ keys (dict "a" 1) (dict "a" 2) | toJson }} -> ["a","a"]
/// {{ keys | toJson }}                           -> []
/// ```
fn keys(cx: &mut Context<'_>, Rest(maps): Rest<Map>) -> Result<List, Raised> {
    reserve(cx, maps.iter().map(Map::len).sum())?;
    Ok(List::strings(maps.iter().flat_map(Map::keys).collect()).grown())
}

/// The values of a dict in the order of their keys.
///
/// In Helm they come in random order, different in each run.
///
/// ```text
/// {{ values (dict "a" 1) }} -> [1]
/// {{ values nil | toJson }} -> []
/// ```
fn values(cx: &mut Context<'_>, map: Map) -> Result<List, Raised> {
    reserve(cx, map.len())?;
    Ok(List::new(map.with_entries(|entries| entries.values().cloned().collect())).grown())
}

/// A new dict of those of the keys that the dict has.
///
/// ```text
/// {{ pick (dict "a" 1 "b" 2 "c" 3) "a" "c" "x" }} -> map[a:1 c:3]
/// ```
fn pick(cx: &mut Context<'_>, map: Map, Rest(keys): Rest<Str>) -> Result<Map, Raised> {
    reserve(cx, keys.len())?;
    let entry = |key: Str| map.get(key.as_bytes()).map(|value| (key, value));
    Ok(keys.into_iter().filter_map(entry).collect())
}

/// A new dict of all entries but those of the keys.
///
/// ```text
/// {{ omit (dict "a" 1 "b" 2 "c" 3) "a" "c" "x" }} -> map[b:2]
/// ```
fn omit(cx: &mut Context<'_>, map: Map, Rest(keys): Rest<Str>) -> Result<Map, Raised> {
    reserve(cx, map.len())?;
    let copy: Map = map.entries().into_iter().collect();
    for key in keys {
        copy.remove(key.as_bytes());
    }
    Ok(copy)
}

/// Adds to `target`, which it changes and gives, what it lacks or has only an empty value for.
///
/// Dicts within are merged, too; lists are not. A nil is never added.
///
/// ```text
/// {{ merge (dict "a" 1 "b" (dict "c" 2)) (dict "a" 3 "b" (dict "c" 4 "d" 5) "e" 6) }} -> map[a:1 b:map[c:2 d:5] e:6]
/// {{ merge (dict "a" 0 "b" "" "c" false) (dict "a" 1 "b" "x" "c" true) }}             -> map[a:1 b:x c:true]
/// {{ merge (dict "a" (list 1)) (dict "a" (list 2) "n" nil) | toJson }}                -> {"a":[1]}
/// {{ merge nil (dict "a" 1) }}                                                        -> map[a:1]
/// {{ merge (dict "v" (semver "1.0.0")) (dict "v" (dict)) | quote }}                   -> ""
/// ```
fn merge(cx: &mut Context<'_>, target: Map, Rest(sources): Rest<Map>) -> Result<Value, Raised> {
    or_nothing(merged(cx, target, &sources, Winner::Target))
}

/// Does what `merge` does, and fails where that gives `""`.
///
/// ```text
/// {{ mustMerge (dict "a" 1) (dict "a" 2 "b" 3) }}               -> map[a:1 b:3]
/// {{ mustMerge (dict "v" (semver "1.0.0")) (dict "v" (dict)) }} -> error: src and dst must be of same type
/// ```
fn must_merge(cx: &mut Context<'_>, target: Map, Rest(sources): Rest<Map>) -> Result<Map, Raised> {
    or_failure(merged(cx, target, &sources, Winner::Target))
}

/// Puts all entries of the sources into `target`, which it changes and gives.
///
/// Dicts within are merged, too; lists are not. Empty values win as well, even nil.
///
/// ```text
/// {{ mergeOverwrite (dict "a" 1 "b" (dict "c" 2)) (dict "a" 3 "b" (dict "d" 5)) }}            -> map[a:3 b:map[c:2 d:5]]
/// {{ mergeOverwrite (dict "a" 1 "b" 2 "l" (list 1)) (dict "a" 0 "b" nil "l" list) | toJson }} -> {"a":0,"b":null,"l":[]}
/// ```
fn merge_overwrite(
    cx: &mut Context<'_>,
    target: Map,
    Rest(sources): Rest<Map>,
) -> Result<Value, Raised> {
    or_nothing(merged(cx, target, &sources, Winner::Source))
}

/// Does what `mergeOverwrite` does.
///
/// ```text
/// {{ mustMergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3) }} -> map[a:2 b:3]
/// ```
fn must_merge_overwrite(
    cx: &mut Context<'_>,
    target: Map,
    Rest(sources): Rest<Map>,
) -> Result<Map, Raised> {
    or_failure(merged(cx, target, &sources, Winner::Source))
}

/// Why dicts were not merged.
enum Refused {
    /// A pointer to a struct would have to be merged with something else.
    DifferentTypes,
    Raised(Raised),
}

impl<T: Into<Raised>> From<T> for Refused {
    fn from(raised: T) -> Self {
        Self::Raised(raised.into())
    }
}

/// What the functions without `must` make of a refusal.
fn or_nothing(merged: Result<Map, Refused>) -> Result<Value, Raised> {
    match merged {
        Ok(map) => Ok(map.into()),
        Err(Refused::DifferentTypes) => Ok("".into()),
        Err(Refused::Raised(raised)) => Err(raised),
    }
}

fn or_failure(merged: Result<Map, Refused>) -> Result<Map, Raised> {
    merged.map_err(|refused| match refused {
        Refused::DifferentTypes => Failure::new("src and dst must be of same type").into(),
        Refused::Raised(raised) => raised,
    })
}

/// Whose value stays where both have one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Winner {
    Target,
    Source,
}

/// What it takes to look a key up in both dicts: those within may be met over and over again.
const STEPS_TO_MERGE: u64 = 4;

fn merged(
    cx: &Context<'_>,
    mut target: Map,
    sources: &[Map],
    winner: Winner,
) -> Result<Map, Refused> {
    for source in sources {
        if target.is_nil() && !source.is_nil() {
            target = Map::new();
        }
        merge_into(cx, &target, source, winner, 0)?;
    }
    Ok(target)
}

fn merge_into(
    cx: &Context<'_>,
    target: &Map,
    source: &Map,
    winner: Winner,
    depth: u32,
) -> Result<(), Refused> {
    // What is nil cannot be added to, but is empty, so the source takes its place.
    if target.same(source) || source.is_empty() || target.is_nil() {
        return Ok(());
    }
    check_depth(depth)?;
    cx.work(STEPS_TO_MERGE * source.len() as u64)?;
    let of = source.class().element;
    for (key, value) in source.entries() {
        let Some(old) = target.get(key.as_bytes()) else {
            if !value.is_nil() || winner == Winner::Source {
                put(cx, target, key, value, of)?;
            }
            continue;
        };
        grow(|| merge_values(cx, &old, &value, winner, depth))?;
        if old.kind() == Kind::Map && value.kind() == Kind::Map && is_true(&old) {
            continue;
        }
        // Go puts every list, the old one if that stays, and fails where there can be none.
        let fails = value.kind() == Kind::Slice && target.class().element == Type::String;
        if winner == Winner::Source || (is_empty(&old) && !value.is_nil()) || fails {
            put(cx, target, key, value, of)?;
        }
    }
    Ok(())
}

/// Merges what can be changed in `old`.
fn merge_values(
    cx: &Context<'_>,
    old: &Value,
    new: &Value,
    winner: Winner,
    depth: u32,
) -> Result<(), Refused> {
    match (as_map(old), as_map(new), old) {
        (Some(old), Some(new), _) => merge_into(cx, &old, &new, winner, depth + 1),
        (None, Some(new), Value::Object(_)) if new.is_nil() => Ok(()),
        (None, _, Value::Object(old)) => check_object(old.as_ref(), new, winner),
        _ => Ok(()),
    }
}

/// The map that the value is, or a copy of it.
fn as_map(value: &Value) -> Option<Map> {
    match value {
        Value::Map(map) => Some(map.clone()),
        Value::Object(object) => match object.underlying() {
            Some(Value::Map(map)) => Some(map),
            _ => None,
        },
        _ => None,
    }
}

/// What Go says if it cannot merge `new` into an object. What it can, it does by the fields, which
/// stay as they are if they have something.
fn check_object(old: &dyn Object, new: &Value, winner: Winner) -> Result<(), Refused> {
    let found = new.kind();
    match (old.go_type().kind(), found) {
        (_, kind) if !matches!(kind, Kind::Struct | Kind::Pointer | Kind::Map) => Ok(()),
        (Kind::Pointer, Kind::Struct | Kind::Map)
            if winner == Winner::Target && old.go_type().pointee() != new.go_type() =>
        {
            Err(Refused::DifferentTypes)
        }
        (Kind::Struct, Kind::Pointer | Kind::Map) if is_exported(old) => {
            let message = format!("reflect: call of reflect.Value.Field on {found} Value");
            Err(Failure::from(message).into())
        }
        _ => Ok(()),
    }
}

/// True for a struct with fields that can be seen.
fn is_exported(object: &dyn Object) -> bool {
    object.fields().iter().any(|(name, _)| name.starts_with(char::is_uppercase))
}

/// What merging takes as empty: as everywhere, except that complex numbers never are.
fn is_empty(value: &Value) -> bool {
    !is_true(value) && !matches!(value, Value::Complex(..))
}

/// Sets `key` to a value out of a map whose elements have the type `of`.
fn put(cx: &Context<'_>, map: &Map, key: Str, value: Value, of: Type) -> Result<(), Raised> {
    let wanted = map.class().element;
    if wanted != Type::Any && wanted != of {
        return Err(unassignable(map, &key, &value, of).into());
    }
    reserve(cx, 1)?;
    map.insert(key, value);
    Ok(())
}

/// Go's panic for an element of the wrong type; of lists it first asks whether the old one is nil.
fn unassignable(map: &Map, key: &Str, value: &Value, of: Type) -> Failure {
    let wanted = map.class().element;
    let is_list = value.kind() == Kind::Slice;
    if is_list && wanted == Type::String && map.contains(key) {
        return Failure::new("reflect: call of reflect.Value.IsNil on string Value");
    }
    let of = if is_list { value.go_type() } else { of };
    format!("reflect.Value.SetMapIndex: value of type {of} is not assignable to type {wanted}")
        .into()
}

/// Deeper than any reader of YAML or JSON goes: only a cycle gets there, and Go dies of it.
const MOST_NESTING: u32 = 20_000;

fn check_depth(depth: u32) -> Result<(), Raised> {
    if depth < MOST_NESTING {
        return Ok(());
    }
    Err(Raised::Exhausted(Failure::new("value is nested too deeply to be copied or merged")))
}

fn grow<R>(run: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, run)
}

/// A copy of the value that shares nothing which could change.
///
/// ```text
/// {{ deepCopy (dict "a" (list 1 nil)) | toJson }}                                      -> {"a":[1,null]}
/// {{ $a := dict "b" (dict) }}{{ $c := deepCopy $a }}{{ $_ := set $a.b "x" 1 }}{{ $c }} -> map[b:map[]]
/// {{ deepCopy nil }}                                                                   -> error: reflect: call of reflect.Value.Type on zero Value
/// ```
fn deep_copy(cx: &mut Context<'_>, value: Value) -> Result<Value, Raised> {
    if value.is_nil() {
        return Err(Failure::new("reflect: call of reflect.Value.Type on zero Value").into());
    }
    copied(cx, &value, 0)
}

fn copied(cx: &Context<'_>, value: &Value, depth: u32) -> Result<Value, Raised> {
    check_depth(depth)?;
    match value {
        Value::List(list) => grow(|| copied_list(cx, list, depth)).map(Value::List),
        Value::Map(map) => grow(|| copied_map(cx, map, depth)).map(Value::Map),
        Value::Object(object) => Ok(object.deep_copy().unwrap_or_else(|| value.clone())),
        value => Ok(value.clone()),
    }
}

fn copied_list(cx: &Context<'_>, list: &List, depth: u32) -> Result<List, Raised> {
    if list.is_nil() || list.frozen().is_some() {
        return Ok(list.deep_copy());
    }
    cx.reserve(LIST_BYTES + list.len() as u64 * VALUE_BYTES)?;
    let items = list.to_vec();
    let items = items.iter().map(|item| copied(cx, item, depth + 1)).collect::<Result<_, _>>()?;
    Ok(List::of(list.go_type(), items).as_roomy_as(list))
}

fn copied_map(cx: &Context<'_>, map: &Map, depth: u32) -> Result<Map, Raised> {
    if map.is_nil() || map.frozen().is_some() {
        return Ok(map.deep_copy());
    }
    reserve_dict(cx, map.len())?;
    let copy = Map::of(map.class());
    for (key, value) in map.entries() {
        copy.insert(key, copied(cx, &value, depth + 1)?);
    }
    Ok(copy)
}

/// The value at a path of keys in the last argument, a dict; the last but one if it is not there.
///
/// ```text
/// {{ dig "a" "b" "none" (dict "a" (dict "b" 1)) }} -> 1
/// {{ dig "a" "x" "none" (dict "a" (dict "b" 1)) }} -> none
/// {{ dig "a" "b" "none" (dict "a" 1.0) }}          -> error: interface conversion: interface {} is float64, not map[string]interface {}
/// {{ dig "a" "none" .Values }}                     -> error: interface conversion: interface {} is common.Values, not map[string]interface {}
/// {{ dig 1 "none" dict }}                          -> error: interface conversion: interface {} is int, not string
/// {{ dig "a" "none" }}                             -> error: dig needs at least three arguments
/// ```
fn dig(Rest(mut args): Rest<Value>) -> Result<Value, Failure> {
    if args.len() < 3 {
        return Err(Failure::new("dig needs at least three arguments"));
    }
    let map = plain_map(args.pop().unwrap_or_default())?;
    let default = args.pop().unwrap_or_default();
    let path = args.into_iter().map(plain_string).collect::<Result<Vec<_>, _>>()?;
    let mut step = Value::Map(map);
    for key in path {
        match plain_map(step)?.get(key.as_bytes()) {
            Some(value) => step = value,
            None => return Ok(default),
        }
    }
    Ok(step)
}

/// Of all map types this takes only one: not that of `.Values`.
fn plain_map(value: Value) -> Result<Map, Failure> {
    match value {
        Value::Map(map) if map.go_type() == Type::Map => Ok(map),
        other => Err(wrong_type(&other, "map[string]interface {}")),
    }
}

fn plain_string(value: Value) -> Result<Str, Failure> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong_type(&other, "string")),
    }
}

/// Go's panic for a type assertion.
fn wrong_type(value: &Value, wanted: &str) -> Failure {
    let found = if value.is_nil() { "nil".to_string() } else { value.go_type().to_string() };
    format!("interface conversion: interface {{}} is {found}, not {wanted}").into()
}
