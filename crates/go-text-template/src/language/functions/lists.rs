//! Making lists and taking them apart.
//!
//! Each function takes any slice and leaves it as it is. What comes back is a `[]interface {}`,
//! which shares its elements with the original where Go would copy: no difference can be seen.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use smallvec::SmallVec;

use crate::data::{Comparison, Failure, IntKind, Kind, List, Type, Value, is_true, to_integer};
use crate::template::{Context, Function, Raised, Rest, function};

pub(super) static TABLE: &[Function] = &[
    ("append", &function(append)),
    ("chunk", &function(chunk)),
    ("compact", &function(compact)),
    ("concat", &function(concat)),
    ("first", &function(first)),
    ("has", &function(has)),
    ("initial", &function(initial)),
    ("last", &function(last)),
    ("list", &function(list)),
    ("prepend", &function(prepend)),
    ("push", &function(append)),
    ("rest", &function(rest)),
    ("reverse", &function(reverse)),
    ("slice", &function(slice)),
    ("tuple", &function(list)),
    ("uniq", &function(uniq)),
    ("without", &function(without)),
    // These differ from the ones above only inside Go: there they return errors and do not panic.
    ("mustAppend", &function(append)),
    ("mustChunk", &function(chunk)),
    ("mustCompact", &function(compact)),
    ("mustFirst", &function(first)),
    ("mustHas", &function(has)),
    ("mustInitial", &function(initial)),
    ("mustLast", &function(last)),
    ("mustPrepend", &function(prepend)),
    ("mustPush", &function(append)),
    ("mustRest", &function(rest)),
    ("mustReverse", &function(reverse)),
    ("mustSlice", &function(slice)),
    ("mustUniq", &function(uniq)),
    ("mustWithout", &function(without)),
];

/// What an element of a list takes.
pub(super) const VALUE_BYTES: u64 = size_of::<Value>() as u64;

/// The value as a list, if its kind is a slice.
pub(super) fn elements(value: &Value) -> Option<List> {
    match value {
        Value::List(list) => Some(list.clone()),
        Value::Bytes(bytes) => {
            let items = bytes.iter().map(|&byte| Value::Int(IntKind::Uint8, byte.into()));
            Some(List::of(Type::List(&Type::Int(IntKind::Uint8)), items.collect()))
        }
        Value::Object(object) if value.kind() == Kind::Slice => elements(&object.underlying()?),
        _ => None,
    }
}

/// The value as a list; otherwise the complaint, which names the type's kind.
fn listed(value: &Value, complaint: &str) -> Result<List, Failure> {
    if value.is_nil() {
        return Err(Failure::new(NIL_POINTER));
    }
    elements(value).ok_or_else(|| format!("{complaint} {}", value.kind()).into())
}

/// What Go says when it asks a nil for its type.
const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";

/// The list as a `[]interface {}`.
fn any_list(cx: &Context<'_>, list: &List) -> Result<List, Raised> {
    if list.go_type() == Type::LIST && !list.is_nil() {
        return Ok(list.clone());
    }
    reserve(cx, list.len())?;
    Ok(List::new(list.to_vec()))
}

/// What a list takes before its first element, roughly.
pub(super) const LIST_BYTES: u64 = 128;

/// Announces a list of `len` elements.
fn reserve(cx: &Context<'_>, len: usize) -> Result<(), Raised> {
    cx.reserve(len as u64 * VALUE_BYTES)
}

/// A list of the values.
///
/// ```text
/// {{ list 1 "a" nil }} -> [1 a <nil>]
/// {{ tuple | toJson }} -> []
/// ```
fn list(Rest(values): Rest<Value>) -> List {
    List::new(values)
}

/// The list with `item` behind it.
///
/// ```text
/// {{ append (list 1 2) 3 }}            -> [1 2 3]
/// {{ push (splitList "," "a,b") nil }} -> [a b <nil>]
/// {{ append "a" 1 }}                   -> error: Cannot push on type string
/// {{ append nil 1 }}                   -> error: runtime error: invalid memory address or nil pointer dereference
/// ```
fn append(cx: &mut Context<'_>, list: Value, item: Value) -> Result<List, Raised> {
    let list = listed(&list, "Cannot push on type")?;
    let longer = list.append(item);
    let copied = longer.identity().0 != list.identity().0;
    reserve(cx, if copied { longer.len() } else { 1 })?;
    Ok(longer)
}

/// The list with `item` before it.
///
/// ```text
/// {{ prepend (list 1 2) 0 }} -> [0 1 2]
/// {{ prepend 5 0 }}          -> error: Cannot prepend on type int
/// ```
fn prepend(cx: &mut Context<'_>, list: Value, item: Value) -> Result<List, Raised> {
    let list = listed(&list, "Cannot prepend on type")?;
    reserve(cx, list.len() + 1)?;
    let mut items = Vec::with_capacity(list.len() + 1);
    items.push(item);
    list.with_items(|rest| items.extend_from_slice(rest));
    Ok(List::new(items).rounded())
}

/// The elements of all lists in one; nil if there are none.
///
/// ```text
/// {{ concat (list 1) (list 2 3) }} -> [1 2 3]
/// {{ concat (list) | toJson }}     -> null
/// {{ concat (list 1) "a" }}        -> error: Cannot concat type string as list
/// ```
fn concat(cx: &mut Context<'_>, Rest(lists): Rest<Value>) -> Result<List, Raised> {
    let mut all = Vec::new();
    for list in &lists {
        let list = concatenable(list)?;
        reserve(cx, list.len())?;
        list.with_items(|items| all.extend_from_slice(items));
    }
    Ok(if all.is_empty() { List::nil(Type::LIST) } else { List::new(all).grown() })
}

fn concatenable(value: &Value) -> Result<List, Failure> {
    if value.is_nil() {
        return Err(Failure::new(NIL_POINTER));
    }
    elements(value).ok_or_else(|| format!("Cannot concat type {} as list", value.kind()).into())
}

/// The first element; nil if there is none.
///
/// ```text
/// {{ first (list 1 2 3) }}    -> 1
/// {{ first (list) | kindOf }} -> invalid
/// {{ first "abc" }}           -> error: Cannot find first on type string
/// ```
fn first(list: Value) -> Result<Value, Failure> {
    let list = listed(&list, "Cannot find first on type")?;
    Ok(list.get(0).unwrap_or_default())
}

/// The last element; nil if there is none.
///
/// ```text
/// {{ last (list 1 2 3) }} -> 3
/// {{ mustLast nil }}      -> error: runtime error: invalid memory address or nil pointer dereference
/// ```
fn last(list: Value) -> Result<Value, Failure> {
    let list = listed(&list, "Cannot find last on type")?;
    Ok(list.len().checked_sub(1).and_then(|index| list.get(index)).unwrap_or_default())
}

/// All elements but the first; a nil list if there is none.
///
/// ```text
/// {{ rest (list 1 2 3) }}      -> [2 3]
/// {{ rest (list 1) | toJson }} -> []
/// {{ rest (list) | toJson }}   -> null
/// ```
fn rest(cx: &mut Context<'_>, list: Value) -> Result<List, Raised> {
    let list = listed(&list, "Cannot find rest on type")?;
    if list.is_empty() {
        return Ok(List::nil(Type::LIST));
    }
    any_list(cx, &list.window(1, list.len()))
}

/// All elements but the last; a nil list if there is none.
///
/// ```text
/// {{ initial (list 1 2 3) }}    -> [1 2]
/// {{ initial (list) | toJson }} -> null
/// ```
fn initial(cx: &mut Context<'_>, list: Value) -> Result<List, Raised> {
    let list = listed(&list, "Cannot find initial on type")?;
    let Some(end) = list.len().checked_sub(1) else {
        return Ok(List::nil(Type::LIST));
    };
    any_list(cx, &list.window(0, end))
}

/// The elements from the last to the first.
///
/// ```text
/// {{ reverse (list 1 2 3) }} -> [3 2 1]
/// {{ reverse 5 }}            -> error: Cannot find reverse on type int
/// ```
fn reverse(cx: &mut Context<'_>, list: Value) -> Result<List, Raised> {
    let list = listed(&list, "Cannot find reverse on type")?;
    reserve(cx, list.len())?;
    let mut items = list.to_vec();
    items.reverse();
    Ok(List::new(items))
}

/// The elements that are not empty.
///
/// ```text
/// {{ compact (list 0 1 "" "a" nil false (list)) }} -> [1 a]
/// {{ compact (list) | toJson }}                    -> []
/// {{ compact 5 }}                                  -> error: Cannot compact on type int
/// ```
fn compact(cx: &mut Context<'_>, list: Value) -> Result<List, Raised> {
    let list = listed(&list, "Cannot compact on type")?;
    reserve(cx, list.len())?;
    let keep = |items: &[Value]| items.iter().filter(|item| is_true(item)).cloned().collect();
    Ok(List::new(list.with_items(keep)).grown())
}

/// The elements without those that are deeply equal to an earlier one.
///
/// ```text
/// {{ uniq (list 1 2 1 1.0 "1" "1" nil nil) | toJson }} -> [1,2,1,"1",null]
/// {{ uniq (list (dict "a" 1) (dict "a" 1)) | toJson }} -> [{"a":1}]
/// {{ uniq 5 }}                                         -> error: Cannot find uniq on type int
/// ```
fn uniq(cx: &mut Context<'_>, list: Value) -> Result<List, Raised> {
    let list = listed(&list, "Cannot find uniq on type")?;
    reserve(cx, list.len())?;
    let items = list.with_items(|items| {
        let mut seen = Set::default();
        let mut unique = Vec::new();
        for item in items {
            if seen.insert(cx, item)? {
                unique.push(item.clone());
            }
        }
        Ok::<_, Raised>(unique)
    });
    Ok(List::new(items?).grown())
}

/// The elements that are deeply equal to none of the further arguments.
///
/// ```text
/// {{ without (list 1 2 3 1) 1 3 }} -> [2]
/// {{ without (list 1.0) 1 }}       -> [1]
/// {{ without "a" 1 }}              -> error: Cannot find without on type string
/// ```
fn without(cx: &mut Context<'_>, list: Value, Rest(omit): Rest<Value>) -> Result<List, Raised> {
    let list = listed(&list, "Cannot find without on type")?;
    reserve(cx, list.len())?;
    let mut omitted = Set::default();
    for item in &omit {
        omitted.insert(cx, item)?;
    }
    let items = list.with_items(|items| {
        let mut kept = Vec::new();
        for item in items {
            if !omitted.contains(cx, item)? {
                kept.push(item.clone());
            }
        }
        Ok::<_, Raised>(kept)
    });
    Ok(List::new(items?))
}

/// Values by content.
#[derive(Default)]
struct Set<'v> {
    by_hash: HashMap<u64, SmallVec<[&'v Value; 1]>, BuildHasherDefault<Hashed>>,
    comparison: Comparison,
}

impl<'v> Set<'v> {
    /// Adds `value`; false if it is there already.
    fn insert(&mut self, cx: &Context<'_>, value: &'v Value) -> Result<bool, Raised> {
        let equals = self.by_hash.entry(self.comparison.hash(value)).or_default();
        let is_new = !is_among(cx, &mut self.comparison, equals.iter().copied(), value)?;
        if is_new {
            equals.push(value);
        }
        Ok(is_new)
    }

    fn contains(&mut self, cx: &Context<'_>, value: &Value) -> Result<bool, Raised> {
        let equals = self.by_hash.get(&self.comparison.hash(value));
        let equals = equals.into_iter().flatten().copied();
        is_among(cx, &mut self.comparison, equals, value)
    }
}

/// True if one of `values` is deeply equal to `value`.
fn is_among<'v>(
    cx: &Context<'_>,
    comparison: &mut Comparison,
    values: impl IntoIterator<Item = &'v Value>,
    value: &Value,
) -> Result<bool, Raised> {
    let mut found = false;
    for other in values {
        found = comparison.equal(value, other)?;
        if found {
            break;
        }
    }
    compared(cx, comparison)?;
    Ok(found)
}

/// How many values are looked at, deep inside of others, in the time that counts as a step.
const LOOKS_PER_STEP: u64 = 2;

/// Counts the work of `comparison`.
pub(super) fn compared(cx: &Context<'_>, comparison: &mut Comparison) -> Result<(), Raised> {
    cx.work(comparison.take_looks() / LOOKS_PER_STEP)
}

/// Takes what is a hash already as it is.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// True if an element is deeply equal to `item`; nil counts as an empty list.
///
/// ```text
/// {{ has 1 (list 1 2) }} -> true
/// {{ has 1 (list 1.0) }} -> false
/// {{ has 1 nil }}        -> false
/// {{ has 1 "1" }}        -> error: Cannot find has on type string
/// ```
fn has(cx: &mut Context<'_>, item: Value, list: Value) -> Result<bool, Raised> {
    if list.is_nil() {
        return Ok(false);
    }
    let list = listed(&list, "Cannot find has on type")?;
    cx.work(list.len() as u64 / COMPARISONS_PER_STEP)?;
    list.with_items(|items| contains(cx, items, &item))
}

/// How many small values are compared in the time that counts as a step.
const COMPARISONS_PER_STEP: u64 = 8;

/// True if one of `items` is deeply equal to `item`; the common kinds are compared without detour.
fn contains(cx: &Context<'_>, items: &[Value], item: &Value) -> Result<bool, Raised> {
    let found = match item {
        Value::Int(kind, number) => {
            let same =
                |other: &Value| matches!(other, Value::Int(k, n) if n == number && k == kind);
            items.iter().any(same)
        }
        Value::String(text) => {
            let same = |other: &Value| matches!(other, Value::String(other) if other == text);
            items.iter().any(same)
        }
        _ => is_among(cx, &mut Comparison::default(), items, item)?,
    };
    Ok(found)
}

/// The elements from the first index up to the second; nil for an empty list.
///
/// The second index may be larger than the list's length: how much, depends on the memory that the
/// list happens to have in Go.
///
/// ```text
/// {{ slice (list 1 2 3 4) 1 3 }}                          -> [2 3]
/// {{ slice (list 1 2 3 4) "2" }}                          -> [3 4]
/// {{ slice (list) 0 1 | kindOf }}                         -> invalid
/// {{ slice (list 1 2) 0 5 }}                              -> error: reflect.Value.Slice: slice index out of bounds
/// {{ slice (append (list 1 2 3) 4) 3 6 | toJson }}        -> [4,null,null]
/// {{ slice (until 3) 0 4 }}                               -> [0 1 2 0]
/// {{ slice (prepend (list 1 2) 0) 0 4 }}                  -> error: reflect.Value.Slice: slice index out of bounds
/// {{ slice (fromJson "{\"a\":[1,2,3]}").a 2 4 | toJson }} -> [3,null]
/// {{ slice "abc" 0 1 }}                                   -> error: list should be type of slice or array but string
/// ```
fn slice(list: Value, Rest(bounds): Rest<Value>) -> Result<Value, Failure> {
    let items = listed(&list, "list should be type of slice or array but")?;
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let start = bounds.first().map_or(0, to_integer);
    let end = bounds.get(1).map_or(items.len() as i64, to_integer);
    let slice = match (usize::try_from(start), usize::try_from(end)) {
        (Ok(start), Ok(end)) => items.slice(start, end),
        _ => None,
    };
    let slice = slice.ok_or("reflect.Value.Slice: slice index out of bounds")?;
    Ok(if matches!(list, Value::Bytes(_)) { bytes(&slice) } else { slice.into() })
}

/// The `uint8`s of `list` as what they have been taken out of.
fn bytes(list: &List) -> Value {
    Value::Bytes(list.iter().map(|byte| to_integer(&byte) as u8).collect::<Vec<_>>().into())
}

/// Lists of `size` elements each; the last may be shorter.
///
/// ```text
/// {{ chunk 2 (list 1 2 3 4 5) }} -> [[1 2] [3 4] [5]]
/// {{ chunk 3 (list) | toJson }}  -> []
/// {{ chunk 0 (list 1) }}         -> error: runtime error: makeslice: len out of range
/// {{ chunk -1 (list 1 2) }}      -> []
/// {{ chunk -1 (list 1 2 3) }}    -> error: runtime error: makeslice: len out of range
/// {{ chunk -2 (list 1) }}        -> [[1]]
/// {{ chunk -2 (list) }}          -> error: runtime error: makeslice: len out of range
/// {{ chunk 2 "abc" }}            -> error: Cannot chunk type string
/// ```
fn chunk(cx: &mut Context<'_>, size: i64, list: Value) -> Result<List, Raised> {
    let list = listed(&list, "Cannot chunk type")?;
    let count = list.len() as u64 / size.unsigned_abs().max(1) + 1;
    cx.reserve(count * 2 * LIST_BYTES)?;
    let pieces = pieces(list.len(), size)
        .ok_or_else(|| Failure::new("runtime error: makeslice: len out of range"))?;
    let chunk = |(start, end)| Ok(any_list(cx, &list.window(start, end))?.into());
    let chunks = pieces.map(chunk).collect::<Result<_, Raised>>()?;
    Ok(List::of(Type::List(&Type::LIST), chunks))
}

/// Where the chunks of a list of `len` elements begin and end; none for a size that Go refuses.
///
/// Of the sizes below 1 it accepts those for which its arithmetic comes to one chunk or none.
fn pieces(len: usize, size: i64) -> Option<impl Iterator<Item = (usize, usize)>> {
    let step = usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX);
    let end = match (size, len) {
        (1.., _) => len,
        (..=-2, 1) => 1,
        (..=-1, 2..) if len - 1 <= step => 0,
        _ => return None,
    };
    Some((0..end).step_by(step).map(move |start| (start, start.saturating_add(step).min(end))))
}
