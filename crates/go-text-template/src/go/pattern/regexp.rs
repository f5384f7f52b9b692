//! Go's `regexp.Regexp`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::OnceLock;

use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::error::{Reason, SyntaxError};
use super::extent::{Fare, Follower, Rates};
use super::meter::{Free, Meter};
use super::syntax::{self, Expression};
use super::template::{Part, Template};
use crate::data::{Runes, Str};

/// Patterns that need a larger program are refused.
const PROGRAM_LIMIT: usize = 32 << 20;
/// So many compiled patterns a thread remembers, as long as they are not larger than this.
const CACHE_SIZE: usize = 256;
const CACHE_BYTES: usize = 64 << 20;
/// What an engine for long texts may need while it searches.
const AUTOMATA_BYTES: usize = 4 << 20;
/// Texts of so many bytes are worth automata.
const LONG: usize = 4096;
/// A character outside ASCII is several bytes for the engine, and each takes a choice.
const WEIGHT_OF_RANGE: u64 = 4;
/// What it takes to read a pattern, to compile it, and to search with it, in steps of the render.
const STEPS_TO_PARSE: u64 = 50;
const STEPS_TO_COMPILE: u64 = 300;
const STEPS_PER_WEIGHT: u64 = 8;
const STEPS_PER_MATCH: u64 = 4;
const STEPS_PER_CAPTURES: u64 = 12;
/// So many bytes, for each of a pattern's width, the engine for short texts makes room for in a
/// step.
const BYTES_OF_ROOM: u64 = 4096;
/// So wide a pattern takes twice as long to search with.
const WIDTH_PER_STEP: u64 = 16;
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
    /// For many searches in one text: tells how far they look.
    follower: OnceLock<Option<Follower>>,
    expression: Hir,
    /// The levels of the expression.
    height: u32,
    /// In how many places a search can be at once, or so: the characters of the expression when it
    /// is written out.
    width: u64,
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
        let Ok(compiled) = Self::metered(pattern, &Free);
        compiled
    }

    /// Compiles `pattern` if `meter` allows it.
    fn metered<M: Meter>(
        pattern: &[u8],
        meter: &M,
    ) -> Result<Result<Self, SyntaxError>, M::Refusal> {
        meter.work(STEPS_TO_PARSE + pattern.len() as u64)?;
        let Expression { hir, height, names } = match syntax::parse(pattern) {
            Ok(expression) => expression,
            Err(error) => return Ok(Err(error)),
        };
        let weight_by = |ranges| on_high_stack(height, || weight(&hir, ranges));
        let weight = weight_by(|ranges| ranges);
        meter.work(STEPS_TO_COMPILE.saturating_add(weight.saturating_mul(STEPS_PER_WEIGHT)))?;
        let Some(engine) = compile(&hir, height, Text::Short) else {
            return Ok(Err(SyntaxError::new(Reason::TooLarge, pattern)));
        };
        let (large_engine, follower) = (OnceLock::new(), OnceLock::new());
        let blank = pattern.is_empty();
        // A search takes one range of a class, however many there are.
        let width = weight_by(|_| 1);
        let expression = hir;
        Ok(Ok(Self { engine, large_engine, follower, expression, height, width, names, blank }))
    }

    /// The engine to search `text` with.
    fn engine(&self, text: &[u8]) -> &Regex {
        if text.len() < LONG {
            return &self.engine;
        }
        let build = || compile(&self.expression, self.height, Text::Long);
        self.large_engine.get_or_init(build).as_ref().unwrap_or(&self.engine)
    }

    /// Compiles `pattern` if `meter` allows it, or finds it compiled earlier on this thread.
    pub fn cached<M: Meter>(
        pattern: &[u8],
        meter: &M,
    ) -> Result<Result<Rc<Self>, SyntaxError>, M::Refusal> {
        thread_local! {
            static CACHE: RefCell<Cache> = RefCell::default();
        }
        if let Some(known) = CACHE.with_borrow(|cache| cache.patterns.get(pattern).cloned()) {
            return Ok(Ok(known));
        }
        Ok(Self::metered(pattern, meter)?.map(|compiled| {
            let compiled = Rc::new(compiled);
            CACHE.with_borrow_mut(|cache| cache.insert(pattern, compiled.clone()));
            compiled
        }))
    }

    /// True if `pattern`, one of ours and not of a chart, matches somewhere in `text`.
    pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
        let Ok(compiled) = Self::cached(pattern, &Free);
        compiled.is_ok_and(|pattern| pattern.is_match(text, &Free) == Ok(true))
    }

    /// The bytes that the engines need.
    fn memory(&self) -> usize {
        let large = self.large_engine.get().and_then(Option::as_ref);
        let follower = self.follower.get().and_then(Option::as_ref);
        self.engine.memory_usage()
            + large.map_or(0, |engine| engine.memory_usage() + AUTOMATA_BYTES)
            + follower.map_or(0, Follower::memory_usage)
    }

    /// What it takes to search a text of `length` bytes once, in steps of a render.
    pub fn steps(&self, length: usize) -> u64 {
        (length as u64).saturating_mul(self.steps_per_byte())
    }

    fn steps_per_byte(&self) -> u64 {
        1 + self.width / WIDTH_PER_STEP
    }

    /// What searches in `text` cost, each of them `search` steps beside its looking.
    fn rates(&self, text: &[u8], search: u64) -> Rates {
        // The engine for short texts makes room for all that is left of the text.
        let bytes_per_step = match text.len() < LONG {
            true => (BYTES_OF_ROOM / (1 + self.width)).max(1),
            false => u64::MAX,
        };
        Rates { byte: self.steps_per_byte(), search, bytes_per_step }
    }

    fn follower(&self) -> Option<&Follower> {
        let build = || Follower::new(&self.expression, PROGRAM_LIMIT);
        let build = || on_high_stack(self.height, build);
        self.follower.get_or_init(build).as_ref()
    }

    /// True if the pattern matches somewhere in `text`.
    pub fn is_match<M: Meter>(&self, text: &[u8], meter: &M) -> Result<bool, M::Refusal> {
        meter.work(self.steps(text.len()))?;
        let haystack = Haystack::new(text);
        Ok(self.engine(&haystack.text).is_match(&*haystack.text))
    }

    /// The first match.
    pub fn find<M: Meter>(
        &self,
        text: &[u8],
        meter: &M,
    ) -> Result<Option<Range<usize>>, M::Refusal> {
        meter.work(self.steps(text.len()))?;
        let haystack = Haystack::new(text);
        let found = self.engine(&haystack.text).find(&*haystack.text);
        Ok(found.map(|found| haystack.original(found.range())))
    }

    /// The first `limit` matches that do not overlap; all of them if `limit` is negative.
    pub fn find_all<M: Meter>(
        &self,
        text: &[u8],
        limit: i64,
        meter: &M,
    ) -> Result<Vec<Range<usize>>, M::Refusal> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        if limit == 0 {
            return Ok(found);
        }
        self.each(text, meter, |place| {
            meter.memory(size_of::<Range<usize>>() as u64)?;
            found.push(place);
            Ok(found.len() < limit)
        })?;
        Ok(found)
    }

    /// Shows the places of all matches to `visit` until it gives false.
    fn each<M: Meter>(
        &self,
        text: &[u8],
        meter: &M,
        mut visit: impl FnMut(Range<usize>) -> Result<bool, M::Refusal>,
    ) -> Result<(), M::Refusal> {
        let haystack = Haystack::new(text);
        let follower = || self.follower();
        let rates = self.rates(&haystack.text, STEPS_PER_MATCH);
        let mut fare = Fare::new(&haystack.text, rates, meter, &follower)?;
        let engine = self.engine(&haystack.text);
        let mut walk = Walk::new(&haystack.text);
        while let Some(input) = walk.input() {
            fare.pay(input.start())?;
            let Some(matched) = engine.search(&input) else { break };
            if walk.step(matched.range()) && !visit(haystack.original(matched.range()))? {
                break;
            }
        }
        Ok(())
    }

    /// `text` with every match replaced by `template`, in which `$1`, `${1}` and `$name` stand for
    /// groups and `$$` for a dollar sign.
    pub fn replace_all<M: Meter>(
        &self,
        text: &[u8],
        template: &[u8],
        meter: &M,
    ) -> Result<Vec<u8>, M::Refusal> {
        let template = Template::parse(template);
        if let Some(literal) = template.literal() {
            return self.replace_all_literal(text, literal, meter);
        }
        let haystack = Haystack::new(text);
        let follower = || self.follower();
        let search = STEPS_PER_CAPTURES + self.steps_to_expand(&template);
        let rates = self.rates(&haystack.text, search);
        let mut fare = Fare::new(&haystack.text, rates, meter, &follower)?;
        let engine = self.engine(&haystack.text);
        let mut captures = engine.create_captures();
        let mut walk = Walk::new(&haystack.text);
        let mut replaced = Replaced::new(text, meter)?;
        while let Some(input) = walk.input() {
            fare.pay(input.start())?;
            engine.search_captures(&input, &mut captures);
            let Some(matched) = captures.get_match() else { break };
            if !walk.step(matched.range()) {
                continue;
            }
            let group = |number| Some(haystack.original(captures.get_group(number)?.range()));
            let expanded = self.expand(&template, |number| group(number).map(|range| &text[range]));
            replaced.replace(haystack.original(matched.range()), &expanded, meter)?;
        }
        Ok(replaced.finish())
    }

    /// What it takes to put groups into `template`: names are looked for one by one.
    fn steps_to_expand(&self, template: &Template<'_>) -> u64 {
        const NAMES_PER_STEP: usize = 4;
        (template.parts().len() * (1 + self.names.len() / NAMES_PER_STEP)) as u64
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

    /// `text` with every match replaced by `replacement` as it is.
    pub fn replace_all_literal<M: Meter>(
        &self,
        text: &[u8],
        replacement: &[u8],
        meter: &M,
    ) -> Result<Vec<u8>, M::Refusal> {
        let mut replaced = Replaced::new(text, meter)?;
        self.each(text, meter, |place| {
            replaced.replace(place, &[replacement], meter)?;
            Ok(true)
        })?;
        Ok(replaced.finish())
    }

    /// The pieces of `text` between matches, at most `limit` of them if it is positive; nothing if
    /// it is zero.
    pub fn split<M: Meter>(
        &self,
        text: &[u8],
        limit: i64,
        meter: &M,
    ) -> Result<Option<Vec<Range<usize>>>, M::Refusal> {
        if limit == 0 {
            return Ok(None);
        }
        // Go makes an exception for the empty pattern, which finds nothing to split in "" either.
        if text.is_empty() && !self.blank {
            return Ok(Some(vec![Range::default()]));
        }
        let most = usize::try_from(limit).unwrap_or(usize::MAX) - 1;
        let mut pieces = Vec::new();
        let (mut start, mut end) = (0, 0);
        for found in self.find_all(text, limit, meter)? {
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
        Ok(Some(pieces))
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
    on_high_stack(height, || Regex::builder().configure(config).build_from_hir(hir).ok())
}

/// Works on an expression of so many levels.
fn on_high_stack<R>(height: u32, work: impl FnOnce() -> R) -> R {
    if height <= SHALLOW { work() } else { stacker::grow(32 << 20, work) }
}

/// How large the expression is when its repetitions are written out.
///
/// A class counts as many as `ranges` makes of the number of its ranges.
fn weight(hir: &Hir, ranges: fn(u64) -> u64) -> u64 {
    let weight = |part: &Hir| weight(part, ranges);
    let sum =
        |parts: &[Hir]| parts.iter().map(weight).fold(parts.len() as u64, u64::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Bytes(class)) => ranges(class.ranges().len() as u64),
        HirKind::Class(Class::Unicode(class)) => {
            let factor = if class.is_ascii() { 1 } else { WEIGHT_OF_RANGE };
            factor * ranges(class.ranges().len() as u64)
        }
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            weight(&repetition.sub).saturating_mul(u64::from(times))
        }
        HirKind::Capture(capture) => weight(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
    }
}

/// Patterns compiled earlier.
#[derive(Default)]
struct Cache {
    patterns: HashMap<Box<[u8]>, Rc<Regexp>>,
    /// What they needed when they were counted last.
    bytes: usize,
}

impl Cache {
    fn insert(&mut self, pattern: &[u8], compiled: Rc<Regexp>) {
        /// Engines for long texts come later, so all are counted again now and then.
        const RECOUNT: usize = 16;
        if self.patterns.len().is_multiple_of(RECOUNT) {
            self.bytes = self.patterns.values().map(|pattern| pattern.memory()).sum();
        }
        self.bytes += compiled.memory();
        if self.patterns.len() >= CACHE_SIZE || self.bytes > CACHE_BYTES {
            self.patterns.clear();
            self.bytes = compiled.memory();
        }
        self.patterns.insert(pattern.into(), compiled);
    }
}

/// A text in which matches are being replaced from left to right.
struct Replaced<'t> {
    text: &'t [u8],
    out: Vec<u8>,
    /// Where the text behind the last match begins.
    copied: usize,
}

impl<'t> Replaced<'t> {
    fn new<M: Meter>(text: &'t [u8], meter: &M) -> Result<Self, M::Refusal> {
        meter.memory(text.len() as u64)?;
        Ok(Self { text, out: Vec::new(), copied: 0 })
    }

    fn replace<M: Meter>(
        &mut self,
        place: Range<usize>,
        by: &[&[u8]],
        meter: &M,
    ) -> Result<(), M::Refusal> {
        meter.memory(by.iter().map(|part| part.len() as u64).sum())?;
        self.out.extend_from_slice(&self.text[self.copied..place.start]);
        by.iter().for_each(|part| self.out.extend_from_slice(part));
        self.copied = place.end;
        Ok(())
    }

    fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(&self.text[self.copied..]);
        self.out
    }
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
    use std::cell::Cell;
    use std::convert::Infallible;

    use super::*;

    fn compile(pattern: &str) -> Regexp {
        Regexp::new(pattern.as_bytes()).unwrap()
    }

    fn replaced(pattern: &str, text: &str, template: &str) -> String {
        let Ok(bytes) = compile(pattern).replace_all(text.as_bytes(), template.as_bytes(), &Free);
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
            let Ok(found) = compile(pattern).is_match(text.as_bytes(), &Free);
            assert_eq!(found, expected, "{pattern} {text}");
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

    /// Counts steps and refuses none.
    #[derive(Default)]
    struct Counter(Cell<u64>);

    impl Meter for Counter {
        type Refusal = Infallible;

        fn work(&self, steps: u64) -> Result<(), Infallible> {
            self.0.set(self.0.get() + steps);
            Ok(())
        }

        fn memory(&self, _: u64) -> Result<(), Infallible> {
            Ok(())
        }
    }

    #[test]
    fn a_search_costs_what_it_looks_at() {
        let length = 5000;
        let text = "a".repeat(length);
        let steps = |pattern: &str| {
            let counter = Counter::default();
            let Ok(_) = compile(pattern).find_all(text.as_bytes(), -1, &counter);
            let Ok(_) = compile(pattern).replace_all(text.as_bytes(), b"$0", &counter);
            counter.0.get() as usize
        };
        for pattern in ["a*b|a", "a(?:.*b)?", "(?:a*b)?", "x[^y]*y|a[^y]*y|a"] {
            assert!(steps(pattern) > length * length / 2, "{pattern}: {}", steps(pattern));
        }
        for pattern in ["a", "a|ab", "a(?:b*c)?", "", "[^b]"] {
            assert!(steps(pattern) < length * 60, "{pattern}: {}", steps(pattern));
        }
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
        let found = compile(".").find_all(b"a\xff\xe2\x82b", -1, &Free);
        assert_eq!(found, Ok(vec![0..1, 1..2, 2..3, 3..4, 4..5]));
        assert_eq!(compile("[^é]").find("é\u{e8}".as_bytes(), &Free), Ok(Some(2..4)));
    }

    #[test]
    fn split_follows_go() {
        let split = |pattern: &str, text: &str, limit| {
            compile(pattern).split(text.as_bytes(), limit, &Free)
        };
        assert_eq!(split("z+", "pizza", -1), Ok(Some(vec![0..2, 4..5])));
        let whole = 0..5;
        assert_eq!(split("z+", "pizza", 1), Ok(Some(vec![whole])));
        assert_eq!(split(",", "a", 0), Ok(None));
        assert_eq!(split("", "", -1), Ok(Some(vec![])));
    }
}
