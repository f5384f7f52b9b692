//! Go's `regexp.Regexp`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::OnceLock;

use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::Hir;

use super::error::{Reason, SyntaxError};
use super::syntax::{self, Expression};
use super::template::{Part, Template};
use crate::data::{Runes, Str};

/// Patterns that need a larger program are refused.
const PROGRAM_LIMIT: usize = 32 << 20;
/// So many compiled patterns a thread remembers.
const CACHE_SIZE: usize = 256;
/// Texts of so many bytes are worth automata.
const LONG: usize = 4096;
/// A tree of more levels is compiled on a stack of its own.
const SHALLOW: u32 = 32;

/// A compiled regular expression, with Go's syntax and meaning.
///
/// A byte that is not part of valid UTF-8 matches as U+FFFD does, and is never split off a
/// character.
#[derive(Debug)]
pub struct Regexp {
    /// For short texts: quick to build.
    engine: Regex,
    /// For long texts: quick to search; built when the first one comes.
    large_engine: OnceLock<Option<Regex>>,
    expression: Hir,
    /// The levels of the expression.
    height: u32,
    names: Vec<Str>,
    /// Go's `Split` asks whether the pattern is the empty text.
    blank: bool,
}

impl Regexp {
    /// Says what is wrong with `pattern`, without compiling it.
    pub fn check(pattern: &[u8]) -> Result<(), SyntaxError> {
        syntax::parse(pattern).map(|_| ())
    }

    /// Compiles `pattern`.
    pub fn new(pattern: &[u8]) -> Result<Self, SyntaxError> {
        let Expression { hir, height, names } = syntax::parse(pattern)?;
        let engine = compile(&hir, height, Text::Short);
        let engine = engine.ok_or_else(|| SyntaxError::new(Reason::TooLarge, pattern))?;
        let large_engine = OnceLock::new();
        let blank = pattern.is_empty();
        Ok(Self { engine, large_engine, expression: hir, height, names, blank })
    }

    /// The engine to search `text` with.
    fn engine(&self, text: &[u8]) -> &Regex {
        if text.len() < LONG {
            return &self.engine;
        }
        let build = || compile(&self.expression, self.height, Text::Long);
        self.large_engine.get_or_init(build).as_ref().unwrap_or(&self.engine)
    }

    /// Compiles `pattern`, or finds it compiled earlier on this thread.
    pub fn cached(pattern: &[u8]) -> Result<Rc<Self>, SyntaxError> {
        thread_local! {
            static CACHE: RefCell<HashMap<Box<[u8]>, Rc<Regexp>>> = RefCell::default();
        }
        if let Some(known) = CACHE.with_borrow(|cache| cache.get(pattern).cloned()) {
            return Ok(known);
        }
        let compiled = Rc::new(Self::new(pattern)?);
        CACHE.with_borrow_mut(|cache| {
            if cache.len() >= CACHE_SIZE {
                cache.clear();
            }
            cache.insert(pattern.into(), compiled.clone());
        });
        Ok(compiled)
    }

    /// True if the pattern matches somewhere in `text`.
    pub fn is_match(&self, text: &[u8]) -> bool {
        let haystack = Haystack::new(text);
        self.engine(&haystack.text).is_match(&*haystack.text)
    }

    /// The first match.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let haystack = Haystack::new(text);
        let found = self.engine(&haystack.text).find(&*haystack.text)?;
        Some(haystack.original(found.range()))
    }

    /// The first `limit` matches that do not overlap; all of them if `limit` is negative.
    pub fn find_all(&self, text: &[u8], limit: i64) -> Vec<Range<usize>> {
        let haystack = Haystack::new(text);
        let engine = self.engine(&haystack.text);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut walk = Walk::new(&haystack.text);
        let mut found = Vec::new();
        while found.len() < limit {
            let Some(matched) = walk.input().and_then(|input| engine.search(&input)) else {
                break;
            };
            if walk.step(matched.range()) {
                found.push(haystack.original(matched.range()));
            }
        }
        found
    }

    /// `text` with every match replaced by `template`, in which `$1`, `${1}` and `$name` stand for
    /// groups and `$$` for a dollar sign.
    ///
    /// Asks `reserve` for the bytes that it is about to make, and stops if it fails.
    pub fn replace_all<E>(
        &self,
        text: &[u8],
        template: &[u8],
        mut reserve: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        let template = Template::parse(template);
        if let Some(literal) = template.literal() {
            return self.replace_all_literal(text, literal, reserve);
        }
        let haystack = Haystack::new(text);
        let engine = self.engine(&haystack.text);
        let mut captures = engine.create_captures();
        let mut walk = Walk::new(&haystack.text);
        let mut out = Vec::new();
        let mut copied = 0;
        while let Some(input) = walk.input() {
            engine.search_captures(&input, &mut captures);
            let Some(matched) = captures.get_match() else { break };
            if !walk.step(matched.range()) {
                continue;
            }
            let place = haystack.original(matched.range());
            let group = |number| Some(haystack.original(captures.get_group(number)?.range()));
            let expanded = self.expand(&template, |number| group(number).map(|range| &text[range]));
            reserve(expanded.iter().map(|part| part.len()).sum())?;
            out.extend_from_slice(&text[copied..place.start]);
            out.extend(expanded.into_iter().flatten());
            copied = place.end;
        }
        out.extend_from_slice(&text[copied..]);
        Ok(out)
    }

    /// The parts of `template`, with the texts that `group` gives for group numbers.
    fn expand<'t>(
        &self,
        template: &Template<'t>,
        group: impl Fn(usize) -> Option<&'t [u8]>,
    ) -> Vec<&'t [u8]> {
        let named = |name| {
            let numbers = self.names.iter().enumerate();
            numbers.filter(move |(_, known)| known.as_bytes() == name).map(|(number, _)| number)
        };
        let text = |part: &Part<'t>| match part {
            Part::Literal(text) => Some(*text),
            Part::Number(number) => group(*number),
            Part::Name(name) => named(*name).find_map(&group),
        };
        template.parts().iter().filter_map(text).collect()
    }

    /// `text` with every match replaced by `replacement` as it is; `reserve` as above.
    pub fn replace_all_literal<E>(
        &self,
        text: &[u8],
        replacement: &[u8],
        mut reserve: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        let found = self.find_all(text, -1);
        reserve(found.len().saturating_mul(replacement.len()))?;
        let mut out = Vec::with_capacity(text.len());
        let mut copied = 0;
        for place in found {
            out.extend_from_slice(&text[copied..place.start]);
            out.extend_from_slice(replacement);
            copied = place.end;
        }
        out.extend_from_slice(&text[copied..]);
        Ok(out)
    }

    /// The pieces of `text` between matches, at most `limit` of them if it is positive; nothing if
    /// it is zero.
    pub fn split(&self, text: &[u8], limit: i64) -> Option<Vec<Range<usize>>> {
        if limit == 0 {
            return None;
        }
        // Go makes an exception for the empty pattern, which finds nothing to split in "" either.
        if text.is_empty() && !self.blank {
            return Some(vec![Range::default()]);
        }
        let most = usize::try_from(limit).unwrap_or(usize::MAX) - 1;
        let mut pieces = Vec::new();
        let (mut start, mut end) = (0, 0);
        for found in self.find_all(text, limit) {
            if pieces.len() == most {
                break;
            }
            end = found.start;
            if found.end != 0 {
                pieces.push(start..end);
            }
            start = found.end;
        }
        if end != text.len() {
            pieces.push(start..text.len());
        }
        Some(pieces)
    }
}

/// The kind of text an engine is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Short,
    Long,
}

/// Builds an engine, unless its program would be too large.
///
/// Most texts in charts are short: for them, automata would take longer to build than they save.
fn compile(hir: &Hir, height: u32, text: Text) -> Option<Regex> {
    let config = Config::new().nfa_size_limit(Some(PROGRAM_LIMIT)).hybrid(text == Text::Long);
    let build = || Regex::builder().configure(config).build_from_hir(hir).ok();
    if height <= SHALLOW { build() } else { stacker::grow(32 << 20, build) }
}

/// A text to search: valid UTF-8, with U+FFFD for each byte of the original that was not.
struct Haystack<'t> {
    text: Cow<'t, [u8]>,
    /// Where in `text` the replacements start.
    mended: Vec<usize>,
}

impl<'t> Haystack<'t> {
    fn new(original: &'t [u8]) -> Self {
        if std::str::from_utf8(original).is_ok() {
            return Self { text: Cow::Borrowed(original), mended: Vec::new() };
        }
        let mut text = Vec::with_capacity(original.len() + 16);
        let mut mended = Vec::new();
        for (rune, size) in Runes::new(original) {
            if size < rune.len_utf8() {
                mended.push(text.len());
            }
            text.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Self { text: Cow::Owned(text), mended }
    }

    /// Where in the original text `range` is.
    fn original(&self, range: Range<usize>) -> Range<usize> {
        let back = |at: usize| at - 2 * self.mended.partition_point(|&start| start < at);
        back(range.start)..back(range.end)
    }
}

/// Goes through the matches in a text from left to right.
struct Walk<'t> {
    text: &'t [u8],
    /// Where to search next.
    at: usize,
    /// Where the last match ended.
    last_end: Option<usize>,
}

impl<'t> Walk<'t> {
    fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0, last_end: None }
    }

    /// What to search next, unless the end is reached.
    fn input(&self) -> Option<Input<'t>> {
        (self.at <= self.text.len()).then(|| Input::new(self.text).range(self.at..))
    }

    /// Moves behind `found`; false if it does not count: an empty match right behind another.
    fn step(&mut self, found: Range<usize>) -> bool {
        let counts = !(found.is_empty() && self.last_end == Some(found.start));
        self.last_end = Some(found.end);
        self.at = if found.end == self.at { self.at + self.width() } else { found.end };
        counts
    }

    /// The length of the character at the current place; 1 at the end.
    fn width(&self) -> usize {
        let rest = &self.text[self.at..];
        let continued = |byte: &&u8| **byte & 0xc0 == 0x80;
        1 + rest.iter().skip(1).take_while(continued).count()
    }
}

/// `text` as a pattern that matches just this text.
pub fn quote_meta(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    for &byte in text {
        if br"\.+*?()|[]{}^$".contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(pattern: &str) -> Regexp {
        Regexp::new(pattern.as_bytes()).unwrap()
    }

    fn replaced(pattern: &str, text: &str, template: &str) -> String {
        let free = |_| Ok::<_, std::convert::Infallible>(());
        let Ok(bytes) = compile(pattern).replace_all(text.as_bytes(), template.as_bytes(), free);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn classes_are_ascii_unless_named() {
        let cases = [
            (r"^\w+$", "é", false),
            (r"^\pL+$", "éa", true),
            (r"^[[:alpha:]]+$", "éa", false),
            (r"\s", "\u{b}", false),
            (r"^(?i)k$", "\u{212a}", true),
            (r"\p{C}", "\u{378}", true),
            (r"[a&&b]", "&", true),
            (r"a{,2}", "a{,2}", true),
            (r"\Q.*\E+", ".**", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(compile(pattern).is_match(text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn errors_are_gos() {
        let cases = [
            ("[", "missing closing ]: `[`"),
            ("(a", "missing closing ): `(a`"),
            ("a)", "unexpected ): `a)`"),
            ("a(?=b)", "invalid or unsupported Perl syntax: `(?=`"),
            (r"(a)\1", r"invalid escape sequence: `\1`"),
            (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("|*", "missing argument to repetition operator: `*`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            ("(a{100}){11}", "invalid repeat count: `{11}`"),
            ("a\\", "trailing backslash at end of expression: ``"),
            (r"\p{Old_Italic}", r"invalid character class range: `\p{Old_Italic}`"),
            ("(?P<n-m>a)", "invalid named capture: `(?P<n-m>`"),
        ];
        for (pattern, expected) in cases {
            let error = Regexp::new(pattern.as_bytes()).unwrap_err().to_string();
            assert_eq!(error, format!("error parsing regexp: {expected}"));
        }
    }

    #[test]
    fn deep_and_large_patterns_end_in_errors() {
        let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert!(Regexp::new(nested(999).as_bytes()).is_ok());
        let error = |pattern: String| Regexp::new(pattern.as_bytes()).unwrap_err().to_string();
        assert!(error(nested(1000)).contains("expression nests too deeply"));
        assert!(error("(xx){1000}".repeat(1000)).contains("expression too large"));
        assert!(error("(?:(?:b*".repeat(20_000)).contains("missing closing )"));
    }

    #[test]
    fn replacement_follows_go() {
        assert_eq!(replaced("a(x*)b", "-ab-axxb-", "${1}W"), "-W-xxW-");
        assert_eq!(replaced("a(x*)b", "-ab-axxb-", "$1W"), "---");
        assert_eq!(replaced("b*", "abc", "-"), "-a-c-");
        assert_eq!(replaced("(?P<n>b)", "abc", "<$n$$$>"), "a<b$$>c");
    }

    #[test]
    fn an_invalid_byte_is_one_character() {
        let found = compile(".").find_all(b"a\xff\xe2\x82b", -1);
        assert_eq!(found, [0..1, 1..2, 2..3, 3..4, 4..5]);
        assert_eq!(compile("[^é]").find("é\u{e8}".as_bytes()), Some(2..4));
    }

    #[test]
    fn split_follows_go() {
        let split =
            |pattern: &str, text: &str, limit| compile(pattern).split(text.as_bytes(), limit);
        assert_eq!(split("z+", "pizza", -1), Some(vec![0..2, 4..5]));
        let whole = 0..5;
        assert_eq!(split("z+", "pizza", 1), Some(vec![whole]));
        assert_eq!(split(",", "a", 0), None);
        assert_eq!(split("", "", -1), Some(vec![]));
    }
}
