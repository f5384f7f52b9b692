//! Quoting, indenting and wrapping.

use bstr::ByteSlice;

use super::strings::{repeated, text};
use crate::data::{Charset, Str, Value, append_quoted, append_value};
use crate::template::{Context, Function, Raised, Rest, function};

pub(super) static TABLE: &[Function] = &[
    ("cat", &function(cat)),
    ("indent", &function(indent)),
    ("nindent", &function(nindent)),
    ("plural", &function(plural)),
    ("quote", &function(quote)),
    ("squote", &function(squote)),
    ("wrap", &function(wrap)),
    ("wrapWith", &function(wrap_with)),
];

/// The values between double quotes, with Go's escapes; nils are left out.
///
/// ```text
/// {{ quote "a\"b\n" "é" 1.5 nil true }} -> "a\"b\n" "é" "1.5" "true"
/// {{ quote 1000000.0 }}                 -> "1e+06"
/// {{ quote (list "a" 1) }}              -> "[a 1]"
/// {{ quote nil | len }}                 -> 0
/// ```
fn quote(cx: &mut Context<'_>, values: Rest<Value>) -> Result<Str, Raised> {
    spaced(cx, values, |cx, out, value| {
        append_quoted(out, text(cx, value)?.as_bytes(), Charset::Unicode);
        Ok(())
    })
}

/// The values between single quotes, without any escapes; nils are left out.
///
/// ```text
/// {{ squote "it's" 1 nil }} -> 'it's' '1'
/// {{ squote (list "a" 1) }} -> '[a 1]'
/// ```
fn squote(cx: &mut Context<'_>, values: Rest<Value>) -> Result<Str, Raised> {
    spaced(cx, values, |_, out, value| {
        out.push(b'\'');
        append_value(out, value)?;
        out.push(b'\'');
        Ok(())
    })
}

/// The values with a space between each two; nils are left out.
///
/// ```text
/// {{ cat "a" 1 nil " b " true }} -> a 1  b  true
/// {{ cat | len }}                -> 0
/// ```
fn cat(cx: &mut Context<'_>, mut values: Rest<Value>) -> Result<Str, Raised> {
    let start = values.take_text(cx)?;
    spaced_behind(cx, start, values, |_, out, value| Ok(append_value(out, value)?))
}

/// Appends each value that is not nil in its own way, with spaces between.
fn spaced(
    cx: &Context<'_>,
    values: Rest<Value>,
    append: impl Fn(&Context<'_>, &mut Vec<u8>, &Value) -> Result<(), Raised>,
) -> Result<Str, Raised> {
    spaced_behind(cx, None, values, append)
}

/// The same, behind the text `start`.
fn spaced_behind(
    cx: &Context<'_>,
    start: Option<Vec<u8>>,
    Rest(values): Rest<Value>,
    append: impl Fn(&Context<'_>, &mut Vec<u8>, &Value) -> Result<(), Raised>,
) -> Result<Str, Raised> {
    let mut is_first = start.is_none();
    let mut out = start.unwrap_or_default();
    for value in values.iter().filter(|value| !value.is_nil()) {
        if !std::mem::take(&mut is_first) {
            out.push(b' ');
        }
        let before = out.len();
        append(cx, &mut out, value)?;
        cx.reserve((out.len() - before) as u64)?;
    }
    Ok(out.into())
}

/// `text` with `spaces` spaces before each line, also before empty ones.
///
/// ```text
/// {{ indent 2 "a\n\nb\n" }} -> "  a\n  \n  b\n  "
/// {{ indent -1 "a" }}       -> error: strings: negative Repeat count
/// ```
fn indent(cx: &mut Context<'_>, spaces: i64, text: Str) -> Result<Str, Raised> {
    indented(cx, b"", spaces, &text)
}

/// A newline and `text` with `spaces` spaces before each line, also before empty ones.
///
/// ```text
/// {{ nindent 2 "a\nb" }} -> "\n  a\n  b"
/// ```
fn nindent(cx: &mut Context<'_>, spaces: i64, text: Str) -> Result<Str, Raised> {
    indented(cx, b"\n", spaces, &text)
}

fn indented(cx: &Context<'_>, start: &[u8], spaces: i64, text: &Str) -> Result<Str, Raised> {
    let padding = repeated(cx, spaces, b" ")?;
    let lines = text.find_iter(b"\n").count() + 1;
    let length = start.len() + text.len() + lines.saturating_mul(padding.len());
    cx.reserve(length as u64)?;
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(start);
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        out.extend_from_slice(&padding);
        out.extend_from_slice(line);
    }
    // What follows the last newline is a line, too, even if it is empty.
    if text.is_empty() || text.ends_with(b"\n") {
        out.extend_from_slice(&padding);
    }
    Ok(out.into())
}

/// `text` with newlines instead of spaces, so that no line has more than `width` bytes.
///
/// Words longer than that stay whole; newlines that are there already are not seen.
///
/// ```text
/// {{ wrap 10 "one two three four" }} -> "one two\nthree four"
/// {{ wrap 3 "hello to you" }}        -> "hello\nto\nyou"
/// {{ wrap 0 "a b" }}                 -> "a\nb"
/// ```
fn wrap(cx: &mut Context<'_>, width: i64, text: Str) -> Result<Str, Raised> {
    wrapped(cx, width, b"\n", Long::Stay, &text)
}

/// `text` cut into lines of at most `width` bytes, at spaces or else within words, and joined by
/// `separator`.
///
/// ```text
/// {{ wrapWith 5 "|" "hello world, abcdefghijk" }} -> hello|world|,|abcde|fghij|k
/// {{ wrapWith 5 "" "hello world" }}               -> "hello\nworld"
/// ```
fn wrap_with(cx: &mut Context<'_>, width: i64, separator: Str, text: Str) -> Result<Str, Raised> {
    let separator = if separator.is_empty() { b"\n" } else { separator.as_bytes() };
    wrapped(cx, width, separator, Long::Break, &text)
}

/// What happens to words that are longer than a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Long {
    Stay,
    Break,
}

fn wrapped(
    cx: &Context<'_>,
    width: i64,
    separator: &[u8],
    long: Long,
    text: &Str,
) -> Result<Str, Raised> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    cx.reserve(text.len() as u64)?;
    let mut out = Vec::with_capacity(text.len() + text.len() / 32);
    let mut rest = text.as_bytes();
    while rest.len() > width {
        if rest[0] == b' ' {
            rest = &rest[1..];
            continue;
        }
        let (line, skipped) = match (rest[..=width].rfind_byte(b' '), long) {
            (Some(space), _) => (space, 1),
            (None, Long::Break) => (width, 0),
            (None, Long::Stay) => match rest[width..].find_byte(b' ') {
                Some(space) => (width + space, 1),
                None => break,
            },
        };
        cx.reserve(separator.len() as u64)?;
        out.extend_from_slice(&rest[..line]);
        out.extend_from_slice(separator);
        rest = &rest[line + skipped..];
    }
    out.extend_from_slice(rest);
    Ok(out.into())
}

/// `one` if `count` is 1, otherwise `many`.
///
/// ```text
/// {{ plural "apple" "apples" 1 }}           -> apple
/// {{ plural "apple" "apples" 0 }}           -> apples
/// {{ len "abc" | plural "apple" "apples" }} -> apples
/// ```
fn plural(one: Str, many: Str, count: i64) -> Str {
    if count == 1 { one } else { many }
}
