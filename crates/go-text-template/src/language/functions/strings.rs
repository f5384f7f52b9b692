//! Cutting, trimming, searching, splitting and joining text.
//!
//! Lengths and positions are in bytes, as in Go: a cut may go through a rune.

use std::cmp::min;

use bstr::ByteSlice;

use super::lists::{VALUE_BYTES, elements};
use crate::data::{Failure, List, Map, Runes, STRING_MAP, Str, Type, Value, to_text};
use crate::template::{Context, Function, Raised, function};

pub(super) static TABLE: &[Function] = &[
    ("abbrev", &function(abbrev)),
    ("abbrevboth", &function(abbrevboth)),
    ("contains", &function(contains)),
    ("hasPrefix", &function(has_prefix)),
    ("hasSuffix", &function(has_suffix)),
    ("join", &function(join)),
    ("nospace", &function(nospace)),
    ("repeat", &function(repeat)),
    ("replace", &function(replace)),
    ("sortAlpha", &function(sort_alpha)),
    ("split", &function(split)),
    ("splitList", &function(split_list)),
    ("splitn", &function(splitn)),
    ("substr", &function(substr)),
    ("toString", &function(to_string)),
    ("toStrings", &function(to_strings)),
    ("trim", &function(trim)),
    ("trimAll", &function(trim_all)),
    // The old spelling.
    ("trimall", &function(trim_all)),
    ("trimPrefix", &function(trim_prefix)),
    ("trimSuffix", &function(trim_suffix)),
    ("trunc", &function(trunc)),
];

/// The render, for functions that do not look through their text, which so does not count.
type Uncounted<'r> = Context<'r>;

/// The first `count` bytes of `text`, or the last ones if `count` is negative.
///
/// ```text
/// {{ trunc 5 "hello world" }}  -> hello
/// {{ trunc -5 "hello world" }} -> world
/// {{ trunc -50 "hello" }}      -> hello
/// {{ trunc "5" "hello" }}      -> error: expected integer; found "5"
/// ```
fn trunc(_: &mut Uncounted<'_>, count: i64, text: Str) -> Str {
    let length = text.len() as i64;
    if count < 0 && length + count > 0 {
        return text.slice((length + count) as usize..);
    }
    if count >= 0 && length > count { text.slice(..count as usize) } else { text }
}

/// The bytes of `text` from `start` up to `end`; a negative one stands for that end of the text.
///
/// ```text
/// {{ substr 0 5 "hello world" }}  -> hello
/// {{ substr 6 -1 "hello world" }} -> world
/// {{ substr -1 5 "hello world" }} -> hello
/// {{ substr 3 99 "hello" }}       -> lo
/// {{ substr 5 2 "hello world" }}  -> error: runtime error: slice bounds out of range [5:2]
/// {{ substr 9 99 "hello" }}       -> error: runtime error: slice bounds out of range [9:5]
/// {{ substr -1 9 "hello" }}       -> error: runtime error: slice bounds out of range [:9] with length 5
/// {{ substr -1 -1 "hello" }}      -> error: runtime error: slice bounds out of range [:-1]
/// ```
fn substr(_: &mut Uncounted<'_>, start: i64, end: i64, text: Str) -> Result<Str, Failure> {
    let length = text.len() as i64;
    let (start, end, bounds) = match (start, end) {
        (..0, ..0) => return Err(out_of_bounds(format!("[:{end}]"))),
        (..0, _) if end > length => {
            return Err(out_of_bounds(format!("[:{end}] with length {length}")));
        }
        (..0, _) => (0, end, String::new()),
        _ if end < 0 || end > length => (start, length, format!("[{start}:{length}]")),
        _ => (start, end, format!("[{start}:{end}]")),
    };
    if start > end {
        return Err(out_of_bounds(bounds));
    }
    Ok(text.slice(start as usize..end as usize))
}

/// Go's panic for a slice expression.
fn out_of_bounds(bounds: String) -> Failure {
    format!("runtime error: slice bounds out of range {bounds}").into()
}

/// `text` cut to `width` bytes, the last three of them dots if anything is missing.
///
/// ```text
/// {{ abbrev 8 "hello world" }} -> hello...
/// {{ abbrev 20 "hello" }}      -> hello
/// {{ abbrev 3 "hello" }}       -> hello
/// ```
fn abbrev(width: i64, text: Str) -> Str {
    if width < 4 { text } else { abbreviated(0, width, text) }
}

/// `text` cut on both sides to `right` bytes, so that what stands at `left` is still there.
///
/// ```text
/// {{ abbrevboth 5 10 "1234 5678 9123" }}    -> ...5678...
/// {{ abbrevboth 5 7 "one two three four" }} -> ...w...
/// {{ abbrevboth 4 10 "1234 5678 9123" }}    -> 1234 56...
/// {{ abbrevboth 5 6 "1234 5678 9123" }}     -> 1234 5678 9123
/// ```
fn abbrevboth(left: i64, right: i64, text: Str) -> Str {
    if right < 4 || (left > 0 && right < 7) { text } else { abbreviated(left, right, text) }
}

/// Of `offset` up to 4 nothing is seen: the dots in front would be as long.
fn abbreviated(offset: i64, width: i64, text: Str) -> Str {
    let length = text.len() as i64;
    if length <= width {
        return text;
    }
    let kept = width - 3;
    let offset = min(offset, length - kept);
    if offset <= 4 {
        return [&text.as_bytes()[..kept as usize], b"..."].concat().into();
    }
    if offset + kept < length {
        let rest = abbreviated(0, kept, text.slice(offset as usize..));
        return [b"...", rest.as_bytes()].concat().into();
    }
    [b"...", &text.as_bytes()[(length - kept) as usize..]].concat().into()
}

/// `text` without white space at its ends.
///
/// ```text
/// {{ trim "  hello " }} -> hello
/// ```
fn trim(text: Str) -> Str {
    text.slice_ref(text.as_bytes().trim())
}

/// `text` without any of the runes of `cut` at its ends.
///
/// ```text
/// {{ trimAll "$" "$5.00$" }} -> 5.00
/// {{ trimall "oh" "hello" }} -> ell
/// {{ trimAll "" "hello" }}   -> hello
/// ```
fn trim_all(cut: Str, text: Str) -> Str {
    let is_cut = |&(rune, _): &(char, usize)| cut.runes().any(|(known, _)| known == rune);
    let mut rest = text.as_bytes();
    while let Some((_, size)) = Runes::new(rest).next().filter(is_cut) {
        rest = &rest[size..];
    }
    while let Some((_, size)) = last_rune(rest).filter(is_cut) {
        rest = &rest[..rest.len() - size];
    }
    text.slice_ref(rest)
}

fn last_rune(text: &[u8]) -> Option<(char, usize)> {
    match bstr::decode_last_utf8(text) {
        _ if text.is_empty() => None,
        (Some(rune), size) => Some((rune, size)),
        (None, _) => Some((char::REPLACEMENT_CHARACTER, 1)),
    }
}

/// `text` without `suffix` at its end, if it is there.
///
/// ```text
/// {{ trimSuffix "-" "hello-" }} -> hello
/// {{ trimSuffix "-" "hello" }}  -> hello
/// ```
fn trim_suffix(_: &mut Uncounted<'_>, suffix: Str, text: Str) -> Str {
    match text.strip_suffix(suffix.as_bytes()) {
        Some(rest) => text.slice(..rest.len()),
        None => text,
    }
}

/// `text` without `prefix` at its start, if it is there.
///
/// ```text
/// {{ trimPrefix "v" "v1.2" }} -> 1.2
/// {{ trimPrefix "v" "1.2" }}  -> 1.2
/// ```
fn trim_prefix(_: &mut Uncounted<'_>, prefix: Str, text: Str) -> Str {
    if text.starts_with(prefix.as_bytes()) { text.slice(prefix.len()..) } else { text }
}

/// `text` without white space anywhere.
///
/// Bytes are taken for runes: what is not ASCII is mangled if any white space is removed.
///
/// ```text
/// {{ nospace "h e l l o" }} -> hello
/// {{ nospace "é a" }}       -> Ã©a
/// {{ nospace "é" }}         -> é
/// ```
fn nospace(text: Str) -> Str {
    let is_space = |&byte: &u8| char::from(byte).is_whitespace();
    if !text.iter().any(is_space) {
        return text;
    }
    text.iter()
        .filter(|byte| !is_space(byte))
        .map(|&byte| char::from(byte))
        .collect::<String>()
        .into()
}

/// `text`, `count` times.
///
/// ```text
/// {{ repeat 3 "ab" }}  -> ababab
/// {{ repeat 0 "ab" }}  -> ""
/// {{ repeat -1 "ab" }} -> error: strings: negative Repeat count
/// ```
fn repeat(cx: &mut Context<'_>, count: i64, text: Str) -> Result<Str, Raised> {
    repeated(cx, count, text.as_bytes()).map(Str::from)
}

/// Go's `strings.Repeat`.
pub(super) fn repeated(cx: &Context<'_>, count: i64, text: &[u8]) -> Result<Vec<u8>, Raised> {
    let Ok(count) = u64::try_from(count) else {
        return Err(Failure::new("strings: negative Repeat count").into());
    };
    let Some(length) = count.checked_mul(text.len() as u64).filter(|&n| n <= i64::MAX as u64)
    else {
        return Err(Failure::new("strings: Repeat output length overflow").into());
    };
    cx.reserve(length)?;
    Ok(if text.is_empty() { Vec::new() } else { text.repeat(count as usize) })
}

/// True if `part` stands somewhere in `text`.
///
/// ```text
/// {{ contains "ell" "hello" }} -> true
/// {{ contains "x" "hello" }}   -> false
/// ```
fn contains(part: Str, text: Str) -> bool {
    text.contains_str(part.as_bytes())
}

/// True if `text` begins with `prefix`.
///
/// ```text
/// {{ hasPrefix "he" "hello" }} -> true
/// ```
fn has_prefix(_: &mut Uncounted<'_>, prefix: Str, text: Str) -> bool {
    text.starts_with(prefix.as_bytes())
}

/// True if `text` ends with `suffix`.
///
/// ```text
/// {{ hasSuffix "he" "hello" }} -> false
/// ```
fn has_suffix(_: &mut Uncounted<'_>, suffix: Str, text: Str) -> bool {
    text.ends_with(suffix.as_bytes())
}

/// `text` with `new` in all places of `old`; an empty `old` stands before and after each rune.
///
/// ```text
/// {{ replace "l" "L" "hello" }}   -> heLLo
/// {{ replace "" "-" "héo" }}      -> -h-é-o-
/// {{ "a.b.c" | replace "." "-" }} -> a-b-c
/// ```
fn replace(cx: &mut Context<'_>, old: Str, new: Str, text: Str) -> Result<Str, Raised> {
    if old == new || !text.contains_str(old.as_bytes()) {
        return Ok(text);
    }
    let count = match old.is_empty() {
        true => text.runes().count() + 1,
        false => text.find_iter(old.as_bytes()).count(),
    };
    cx.reserve((text.len() + count.saturating_mul(new.len())) as u64)?;
    let mut out =
        Vec::with_capacity(text.len() + count * new.len() - min(count * old.len(), text.len()));
    if old.is_empty() {
        insert_everywhere(&mut out, new.as_bytes(), &text);
        return Ok(out.into());
    }
    let mut done = 0;
    for found in text.find_iter(old.as_bytes()) {
        out.extend_from_slice(&text[done..found]);
        out.extend_from_slice(new.as_bytes());
        done = found + old.len();
    }
    out.extend_from_slice(&text[done..]);
    Ok(out.into())
}

fn insert_everywhere(out: &mut Vec<u8>, new: &[u8], text: &Str) {
    let mut done = 0;
    for (_, size) in text.runes() {
        out.extend_from_slice(new);
        out.extend_from_slice(&text[done..done + size]);
        done += size;
    }
    out.extend_from_slice(new);
}

/// The parts of `text` between the separators, as a dict with the keys `_0`, `_1`, ….
///
/// ```text
/// {{ split "/" "a/b/c" }}      -> map[_0:a _1:b _2:c]
/// {{ (split "/" "a/b/c")._1 }} -> b
/// {{ split "" "ab" }}          -> map[_0:a _1:b]
/// ```
fn split(cx: &mut Context<'_>, separator: Str, text: Str) -> Result<Map, Raised> {
    parts(cx, &separator, -1, &text).map(numbered)
}

/// The parts of `text`, at most `count` of them, as a dict with the keys `_0`, `_1`, ….
///
/// ```text
/// {{ splitn "/" 2 "a/b/c" }} -> map[_0:a _1:b/c]
/// {{ splitn "/" 0 "a/b/c" }} -> map[]
/// {{ splitn "" 2 "abc" }}    -> map[_0:a _1:bc]
/// ```
fn splitn(cx: &mut Context<'_>, separator: Str, count: i64, text: Str) -> Result<Map, Raised> {
    parts(cx, &separator, count, &text).map(numbered)
}

/// The parts of `text` between the separators; an empty separator splits into runes.
///
/// ```text
/// {{ splitList "/" "a/b/c" }}     -> [a b c]
/// {{ splitList "" "añb" }}        -> [a ñ b]
/// {{ splitList "/" "" | toJson }} -> [""]
/// ```
fn split_list(cx: &mut Context<'_>, separator: Str, text: Str) -> Result<Vec<Str>, Raised> {
    parts(cx, &separator, -1, &text)
}

fn numbered(parts: Vec<Str>) -> Map {
    let map = Map::of(&STRING_MAP);
    for (index, part) in parts.into_iter().enumerate() {
        map.insert(format!("_{index}"), part);
    }
    map
}

/// Go's `strings.SplitN`: a negative `most` means no limit.
fn parts(cx: &Context<'_>, separator: &Str, most: i64, text: &Str) -> Result<Vec<Str>, Raised> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if most == 0 {
        return Ok(Vec::new());
    }
    let ends =
        if separator.is_empty() { rune_ends(text, most) } else { ends(separator, text, most) };
    cx.reserve((ends.len() as u64 + 1) * 2 * VALUE_BYTES)?;
    let mut parts = Vec::with_capacity(ends.len() + 1);
    let mut start = 0;
    for end in ends {
        parts.push(text.slice(start..end));
        start = end + separator.len();
    }
    // Runes need no separator behind them: nothing is left after the last.
    if !separator.is_empty() || start < text.len() {
        parts.push(text.slice(start..));
    }
    Ok(parts)
}

/// Where the parts end, but for the last.
fn ends(separator: &Str, text: &Str, most: usize) -> Vec<usize> {
    text.find_iter(separator.as_bytes()).take(most - 1).collect()
}

fn rune_ends(text: &Str, most: usize) -> Vec<usize> {
    let sizes = text.runes().map(|(_, size)| size);
    sizes
        .scan(0, |end, size| Some(std::mem::replace(end, *end + size) + size))
        .take(most - 1)
        .collect()
}

/// The elements of `list` as text, with `separator` between them; nils are left out.
///
/// Anything but a list is one element.
///
/// ```text
/// {{ join "-" (list 1 "a" nil true) }} -> 1-a-true
/// {{ join "-" "abc" }}                 -> abc
/// {{ join "-" (dict "a" 1) }}          -> map[a:1]
/// {{ join "-" nil | quote }}           -> ""
/// ```
fn join(cx: &mut Context<'_>, separator: Str, list: Value) -> Result<Str, Raised> {
    let texts = texts(cx, &list)?;
    texts.with_items(|texts| {
        let gaps = texts.len().saturating_sub(1) * separator.len();
        let length = texts.iter().map(|text| bytes(text).len()).sum::<usize>() + gaps;
        cx.reserve(length as u64)?;
        let mut out = Vec::with_capacity(length);
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(separator.as_bytes());
            }
            out.extend_from_slice(bytes(text));
        }
        Ok(out.into())
    })
}

/// The text of an element of a `[]string`.
fn bytes(text: &Value) -> &[u8] {
    match text {
        Value::String(text) => text.as_bytes(),
        _ => &[],
    }
}

/// The elements of `list` as texts, in the order of their bytes; nils are left out.
///
/// A list of nothing but texts, such as `splitList` gives, is itself sorted.
///
/// ```text
/// {{ sortAlpha (list "b" "a" "C" 10 9) }}                         -> [10 9 C a b]
/// {{ $l := splitList "," "b,a" }}{{ $_ := sortAlpha $l }}{{ $l }} -> [a b]
/// {{ $l := list "b" "a" }}{{ $_ := sortAlpha $l }}{{ $l }}        -> [b a]
/// {{ sortAlpha "b" }}                                             -> [b]
/// {{ sortAlpha nil }}                                             -> [<nil>]
/// ```
fn sort_alpha(cx: &mut Context<'_>, list: Value) -> Result<List, Raised> {
    let texts = match list {
        Value::Nil => List::strings(vec![text(cx, &list)?]),
        list => texts(cx, &list)?,
    };
    texts.sort_strings();
    Ok(texts)
}

/// The value as text, as `print` would show it.
///
/// ```text
/// {{ toString 1.5 }}          -> 1.5
/// {{ toString nil }}          -> <nil>
/// {{ toString (list 1 "a") }} -> [1 a]
/// {{ toString 1000000.0 }}    -> 1e+06
/// ```
fn to_string(cx: &mut Context<'_>, value: Value) -> Result<Str, Raised> {
    text(cx, &value)
}

/// The elements of `list` as texts; nils are left out.
///
/// ```text
/// {{ toStrings (list 1 "a" nil 2.5) | toJson }} -> ["1","a","2.5"]
/// {{ toStrings 5 | toJson }}                    -> ["5"]
/// {{ toStrings nil | toJson }}                  -> []
/// ```
fn to_strings(cx: &mut Context<'_>, list: Value) -> Result<List, Raised> {
    texts(cx, &list)
}

/// sprig's `strval`: the value as text, counted against the budget if it had to be made.
pub(super) fn text(cx: &Context<'_>, value: &Value) -> Result<Str, Raised> {
    let text = to_text(value)?;
    if !matches!(value, Value::String(_) | Value::Bytes(_)) {
        cx.reserve(text.len() as u64)?;
    }
    Ok(text)
}

/// sprig's `strslice`: a list's elements as texts, without nils; anything else is one element.
///
/// A `[]string` is given back as it is.
fn texts(cx: &Context<'_>, value: &Value) -> Result<List, Raised> {
    match value {
        Value::Nil => return Ok(List::strings(Vec::new())),
        Value::List(list) if list.go_type() == Type::STRINGS => return Ok(list.clone()),
        _ => {}
    }
    let Some(list) = elements(value) else {
        return Ok(List::strings(vec![text(cx, value)?]));
    };
    list.with_items(|items| {
        let items = items.iter().filter(|item| !item.is_nil());
        items.map(|item| text(cx, item)).collect::<Result<_, _>>().map(List::strings)
    })
}
