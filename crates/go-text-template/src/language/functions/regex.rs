//! Regular expressions, in Go's syntax.
//!
//! The plain functions panic on a bad pattern, as sprig's do; the `must` functions return its error.

use std::ops::Range;
use std::rc::Rc;

use crate::data::{Failure, List, Str, Type, Value, can_backquote, quoted};
use crate::pattern::{self, Meter, Regexp};
use crate::template::{Context, Function, Raised, function};

pub(super) static TABLE: &[Function] = &[
    ("mustRegexFind", &function(must_regex_find)),
    ("mustRegexFindAll", &function(must_regex_find_all)),
    ("mustRegexMatch", &function(must_regex_match)),
    ("mustRegexReplaceAll", &function(must_regex_replace_all)),
    ("mustRegexReplaceAllLiteral", &function(must_regex_replace_all_literal)),
    ("mustRegexSplit", &function(must_regex_split)),
    ("regexFind", &function(regex_find)),
    ("regexFindAll", &function(regex_find_all)),
    ("regexMatch", &function(regex_match)),
    ("regexQuoteMeta", &function(regex_quote_meta)),
    ("regexReplaceAll", &function(regex_replace_all)),
    ("regexReplaceAllLiteral", &function(regex_replace_all_literal)),
    ("regexSplit", &function(regex_split)),
];

/// True if `regex` matches somewhere in `text`; false if it is bad.
///
/// ```text
/// {{ regexMatch "^[a-z]+$" "abc" }}   -> true
/// {{ regexMatch "[" "a" }}            -> false
/// ```
fn regex_match(cx: &mut Context<'_>, regex: Str, text: Str) -> Result<bool, Raised> {
    match Regexp::cached(&regex, &*cx)? {
        Ok(regex) => regex.is_match(&text, &*cx),
        Err(_) => Ok(false),
    }
}

/// True if `regex` matches somewhere in `text`.
///
/// ```text
/// {{ mustRegexMatch "(?i)A" "a" }}   -> true
/// {{ mustRegexMatch "[" "a" }}       -> error: error parsing regexp: missing closing ]: `[`
/// ```
fn must_regex_match(cx: &mut Context<'_>, regex: Str, text: Str) -> Result<bool, Raised> {
    cached(cx, &regex)?.is_match(&text, &*cx)
}

/// The first match of `regex` in `text`, or nothing.
///
/// ```text
/// {{ regexFind "[a-z]+" "12ab34cd" }}   -> ab
/// ```
fn regex_find(cx: &mut Context<'_>, regex: Str, text: Str) -> Result<Str, Raised> {
    find(cx, &compiled(cx, &regex)?, &text)
}

/// The first match of `regex` in `text`, or nothing.
///
/// ```text
/// {{ mustRegexFind "a.*?b" "aXbXb" }}   -> aXb
/// ```
fn must_regex_find(cx: &mut Context<'_>, regex: Str, text: Str) -> Result<Str, Raised> {
    find(cx, &cached(cx, &regex)?, &text)
}

/// The first `limit` matches of `regex` in `text`; all of them if `limit` is negative.
///
/// ```text
/// {{ regexFindAll "[0-9]" "a1b2c3" 2 }}           -> [1 2]
/// {{ regexFindAll "x" "abc" -1 | toJson }}        -> null
/// ```
fn regex_find_all(cx: &mut Context, regex: Str, text: Str, limit: i64) -> Result<List, Raised> {
    find_all(cx, &compiled(cx, &regex)?, &text, limit)
}

/// The first `limit` matches of `regex` in `text`; all of them if `limit` is negative.
///
/// ```text
/// {{ mustRegexFindAll "a|ab" "abab" -1 }}   -> [a a]
/// ```
fn must_regex_find_all(
    cx: &mut Context,
    regex: Str,
    text: Str,
    limit: i64,
) -> Result<List, Raised> {
    find_all(cx, &cached(cx, &regex)?, &text, limit)
}

/// `text` with every match of `regex` replaced; `$1` and `${1}` stand for groups.
///
/// ```text
/// {{ regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }}   -> -W-xxW-
/// {{ regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W" }}     -> ---
/// {{ regexReplaceAll "b*" "abc" "-" }}                 -> -a-c-
/// {{ regexReplaceAll "[" "abc" "-" }} -> error: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`
/// ```
fn regex_replace_all(
    cx: &mut Context,
    regex: Str,
    text: Str,
    template: Str,
) -> Result<Str, Raised> {
    replace_all(cx, &compiled(cx, &regex)?, &text, &template)
}

/// `text` with every match of `regex` replaced; `$1` and `${1}` stand for groups.
///
/// ```text
/// {{ mustRegexReplaceAll "(\\w+)-(\\w+)" "a-b" "${2}-${1}" }}   -> b-a
/// ```
fn must_regex_replace_all(
    cx: &mut Context,
    regex: Str,
    text: Str,
    template: Str,
) -> Result<Str, Raised> {
    replace_all(cx, &cached(cx, &regex)?, &text, &template)
}

/// `text` with every match of `regex` replaced by `replacement` as it is.
///
/// ```text
/// {{ regexReplaceAllLiteral "a(x*)b" "-ab-" "${1}" }}   -> -${1}-
/// ```
fn regex_replace_all_literal(
    cx: &mut Context,
    regex: Str,
    text: Str,
    replacement: Str,
) -> Result<Str, Raised> {
    replace_all_literal(cx, &compiled(cx, &regex)?, &text, &replacement)
}

/// `text` with every match of `regex` replaced by `replacement` as it is.
///
/// ```text
/// {{ mustRegexReplaceAllLiteral "b" "abc" "$0" }}   -> a$0c
/// ```
fn must_regex_replace_all_literal(
    cx: &mut Context,
    regex: Str,
    text: Str,
    replacement: Str,
) -> Result<Str, Raised> {
    replace_all_literal(cx, &cached(cx, &regex)?, &text, &replacement)
}

/// The pieces of `text` between matches of `regex`, at most `limit` of them unless it is negative.
///
/// ```text
/// {{ regexSplit "z+" "pizza" -1 | toJson }}    -> ["pi","a"]
/// {{ regexSplit "," "a,b,c" 2 | toJson }}      -> ["a","b,c"]
/// {{ regexSplit "," "a,b,c" 0 | toJson }}      -> null
/// ```
fn regex_split(cx: &mut Context, regex: Str, text: Str, limit: i64) -> Result<List, Raised> {
    split(cx, &compiled(cx, &regex)?, &text, limit)
}

/// The pieces of `text` between matches of `regex`, at most `limit` of them unless it is negative.
///
/// ```text
/// {{ mustRegexSplit "\\s+" " a b " -1 | toJson }}   -> ["","a","b",""]
/// ```
fn must_regex_split(cx: &mut Context, regex: Str, text: Str, limit: i64) -> Result<List, Raised> {
    split(cx, &cached(cx, &regex)?, &text, limit)
}

/// `text` as a pattern that matches just this text.
///
/// ```text
/// {{ regexQuoteMeta "1.2(3)[4]" }}   -> 1\.2\(3\)\[4\]
/// ```
fn regex_quote_meta(text: Str) -> Str {
    pattern::quote_meta(&text).into()
}

impl Meter for Context<'_> {
    type Refusal = Raised;

    fn work(&self, steps: u64) -> Result<(), Raised> {
        Context::work(self, steps)
    }

    fn memory(&self, bytes: u64) -> Result<(), Raised> {
        self.reserve(bytes)
    }
}

fn cached(cx: &Context<'_>, regex: &Str) -> Result<Rc<Regexp>, Raised> {
    Ok(Regexp::cached(regex, cx)?.map_err(Failure::from)?)
}

/// Compiles as `regexp.MustCompile` does, with the text of its panic as the error.
fn compiled(cx: &Context<'_>, regex: &Str) -> Result<Rc<Regexp>, Raised> {
    let compiled = Regexp::cached(regex, cx)?.map_err(|error| {
        let pattern = if can_backquote(regex) { format!("`{regex}`") } else { quoted(regex) };
        Failure::from(format!("regexp: Compile({pattern}): {error}"))
    });
    Ok(compiled?)
}

fn find(cx: &Context<'_>, regex: &Rc<Regexp>, text: &Str) -> Result<Str, Raised> {
    let found = regex.find(text, cx)?;
    Ok(found.map_or(Str::EMPTY, |range| text.slice(range)))
}

fn find_all(cx: &Context<'_>, regex: &Rc<Regexp>, text: &Str, limit: i64) -> Result<List, Raised> {
    let found = regex.find_all(text, limit, cx)?;
    if found.is_empty() {
        return Ok(List::nil(Type::STRINGS));
    }
    pieces(cx, text, found)
}

fn split(cx: &Context<'_>, regex: &Rc<Regexp>, text: &Str, limit: i64) -> Result<List, Raised> {
    match regex.split(text, limit, cx)? {
        Some(found) => pieces(cx, text, found),
        None => Ok(List::nil(Type::STRINGS)),
    }
}

fn pieces(cx: &Context<'_>, text: &Str, places: Vec<Range<usize>>) -> Result<List, Raised> {
    cx.reserve((places.len() * size_of::<Value>()) as u64)?;
    Ok(List::strings(places.into_iter().map(|range| text.slice(range)).collect()))
}

fn replace_all(
    cx: &Context<'_>,
    regex: &Rc<Regexp>,
    text: &Str,
    template: &Str,
) -> Result<Str, Raised> {
    Ok(regex.replace_all(text, template, cx)?.into())
}

fn replace_all_literal(
    cx: &Context<'_>,
    regex: &Rc<Regexp>,
    text: &Str,
    replacement: &Str,
) -> Result<Str, Raised> {
    Ok(regex.replace_all_literal(text, replacement, cx)?.into())
}
