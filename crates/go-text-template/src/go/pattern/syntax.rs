//! Reads Go's (RE2's) regular expressions.
//!
//! In: a pattern. Out: what it means, as the engine's own expression tree, or Go's error. The
//! engine's parser is of no use here: its syntax has other classes, escapes and limits.

use regex_syntax::hir::{Capture, Class, ClassUnicode, Dot, Hir, Look, Repetition};

use super::SyntaxError;
use super::classes::{self, Negation};
use super::error::Reason;
use crate::data::{Runes, Str};

/// Go refuses repetitions that make more copies of what they repeat.
const MAX_COPIES: u64 = 1000;
/// Go refuses trees of more levels.
const MAX_HEIGHT: u32 = 1000;
/// Go refuses programs of more instructions.
const MAX_SIZE: u64 = (128 << 20) / 40;

/// A pattern, understood.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) hir: Hir,
    /// The levels of the tree.
    pub(super) height: u32,
    /// The names of all groups, the whole match included; most are empty.
    pub(super) names: Vec<Str>,
}

/// Reads `pattern` as Go's `regexp.Compile` does.
pub(super) fn parse(pattern: &[u8]) -> Result<Expression, SyntaxError> {
    let mut parser = Parser {
        pattern,
        flags: Flags::default(),
        outer: Vec::new(),
        group: Group::default(),
        names: vec![Str::EMPTY],
    };
    parser.read_all()?;
    if !parser.outer.is_empty() {
        return Err(error(Reason::MissingParen, pattern));
    }
    let node = parser.close_group()?;
    Ok(Expression { hir: node.hir, height: node.height, names: parser.names })
}

fn error(reason: Reason, part: &[u8]) -> SyntaxError {
    SyntaxError::new(reason, part)
}

/// The start of `text` that does not belong to `rest`, a tail of it.
fn before<'p>(text: &'p [u8], rest: &[u8]) -> &'p [u8] {
    &text[..text.len() - rest.len()]
}

#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    fold_case: bool,
    multi_line: bool,
    dot_matches_newline: bool,
    lazy: bool,
}

struct Parser<'p> {
    pattern: &'p [u8],
    flags: Flags,
    /// The groups around the current one, outermost first.
    outer: Vec<Group>,
    group: Group,
    names: Vec<Str>,
}

/// A group, open to the right.
#[derive(Debug, Default)]
struct Group {
    /// The number of the capture.
    capture: Option<u32>,
    /// The flags that hold again behind the group.
    flags_outside: Flags,
    /// What stands before the last `|`.
    alternatives: Vec<Node>,
    sequence: Vec<Node>,
}

/// A part of the tree, with what Go's limits count.
#[derive(Debug)]
struct Node {
    hir: Hir,
    shape: Shape,
    height: u32,
    size: u64,
    copies: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Literal { folded: bool },
    Sequence,
    Alternation,
    Other,
}

impl Node {
    fn leaf(hir: Hir) -> Self {
        Self { hir, shape: Shape::Other, height: 1, size: 1, copies: 1 }
    }
}

impl<'p> Parser<'p> {
    fn read_all(&mut self) -> Result<(), SyntaxError> {
        let mut rest = self.pattern;
        // The text from the repetition operator on that was read last, if one was.
        let mut last_repeat = None;
        while let Some(&byte) = rest.first() {
            let start = rest;
            let (behind, repeats) = self.read_one(byte, rest, last_repeat)?;
            rest = behind;
            last_repeat = repeats.then_some(start);
        }
        Ok(())
    }

    /// Reads what starts with `byte`; gives what is behind it, and if it was a repetition.
    fn read_one(
        &mut self,
        byte: u8,
        text: &'p [u8],
        last_repeat: Option<&'p [u8]>,
    ) -> Result<(&'p [u8], bool), SyntaxError> {
        let behind = &text[1..];
        match byte {
            b'(' if behind.starts_with(b"?") => return Ok((self.read_flags(text)?, false)),
            b'(' => self.open_capture(Str::EMPTY),
            b'|' => self.add_alternative()?,
            b')' => self.read_right_paren()?,
            b'^' if self.flags.multi_line => self.push_look(Look::StartLF)?,
            b'^' => self.push_look(Look::Start)?,
            b'$' if self.flags.multi_line => self.push_look(Look::EndLF)?,
            b'$' => self.push_look(Look::End)?,
            b'.' => self.push_dot()?,
            b'[' => return Ok((self.read_class(text)?, false)),
            b'*' | b'+' | b'?' => {
                let count = Count::of_sign(byte);
                return Ok((self.repeat(&count, text, behind, last_repeat)?, true));
            }
            b'{' => match read_count(text) {
                Some((count, behind)) => {
                    let count = count
                        .ok_or_else(|| error(Reason::InvalidRepeatSize, before(text, behind)))?;
                    return Ok((self.repeat(&count, text, behind, last_repeat)?, true));
                }
                None => self.push_literal('{' as u32)?,
            },
            b'\\' => return Ok((self.read_backslash(text)?, false)),
            _ => {
                let (rune, behind) = next_rune(text)?;
                self.push_literal(rune)?;
                return Ok((behind, false));
            }
        }
        Ok((behind, false))
    }

    fn push_dot(&mut self) -> Result<(), SyntaxError> {
        let dot = if self.flags.dot_matches_newline { Dot::AnyChar } else { Dot::AnyCharExceptLF };
        self.push(Node::leaf(Hir::dot(dot)))
    }

    fn push_look(&mut self, look: Look) -> Result<(), SyntaxError> {
        self.push(Node::leaf(Hir::look(look)))
    }

    fn push(&mut self, node: Node) -> Result<(), SyntaxError> {
        self.check_limits(&node)?;
        self.group.sequence.push(node);
        Ok(())
    }

    fn check_limits(&self, node: &Node) -> Result<(), SyntaxError> {
        if node.size > MAX_SIZE {
            return Err(error(Reason::TooLarge, self.pattern));
        }
        if node.height > MAX_HEIGHT {
            return Err(error(Reason::TooDeep, self.pattern));
        }
        Ok(())
    }

    fn push_literal(&mut self, rune: u32) -> Result<(), SyntaxError> {
        let folded = self.flags.fold_case;
        let mut node = Node::leaf(literal(rune, folded));
        node.shape = Shape::Literal { folded };
        self.push(node)
    }

    fn push_class(&mut self, class: ClassUnicode) -> Result<(), SyntaxError> {
        self.push(Node::leaf(Hir::class(Class::Unicode(class))))
    }

    fn open_capture(&mut self, name: Str) {
        let number = u32::try_from(self.names.len()).expect("a pattern of 4 GB is refused before");
        self.names.push(name);
        self.open_group(Some(number));
    }

    fn open_group(&mut self, capture: Option<u32>) {
        let group = Group { capture, flags_outside: self.flags, ..Group::default() };
        self.outer.push(std::mem::replace(&mut self.group, group));
    }

    fn add_alternative(&mut self) -> Result<(), SyntaxError> {
        let sequence = join_sequence(std::mem::take(&mut self.group.sequence));
        self.check_limits(&sequence)?;
        self.group.alternatives.push(sequence);
        Ok(())
    }

    fn read_right_paren(&mut self) -> Result<(), SyntaxError> {
        let Some(outer) = self.outer.pop() else {
            return Err(error(Reason::UnexpectedParen, self.pattern));
        };
        let mut node = self.close_group()?;
        let group = std::mem::replace(&mut self.group, outer);
        self.flags = group.flags_outside;
        if let Some(index) = group.capture {
            node = capture(index, node);
        }
        self.push(node)
    }

    /// What the current group means, without its capture.
    fn close_group(&mut self) -> Result<Node, SyntaxError> {
        self.add_alternative()?;
        let node = join_alternatives(std::mem::take(&mut self.group.alternatives));
        self.check_limits(&node)?;
        Ok(node)
    }

    /// Repeats what was read last; gives what is behind the operator.
    fn repeat(
        &mut self,
        count: &Count,
        operator: &'p [u8],
        behind: &'p [u8],
        last_repeat: Option<&'p [u8]>,
    ) -> Result<&'p [u8], SyntaxError> {
        let lazy = behind.first() == Some(&b'?');
        let behind = if lazy { &behind[1..] } else { behind };
        // Go allows `a**` in no form, as it would mean something else in Perl.
        if let Some(last) = last_repeat {
            return Err(error(Reason::InvalidRepeatOp, before(last, behind)));
        }
        let Some(sub) = self.group.sequence.pop() else {
            return Err(error(Reason::MissingRepeatArgument, before(operator, behind)));
        };
        let node = repetition(count, lazy == self.flags.lazy, sub);
        self.check_limits(&node)?;
        if node.copies > MAX_COPIES {
            return Err(error(Reason::InvalidRepeatSize, before(operator, behind)));
        }
        self.group.sequence.push(node);
        Ok(behind)
    }

    /// Reads `(?flags)`, `(?flags:` or the start of a named capture.
    fn read_flags(&mut self, text: &'p [u8]) -> Result<&'p [u8], SyntaxError> {
        if text.len() > 4 && text[2..].starts_with(b"P<") {
            return self.read_named_capture(text, 4);
        }
        if text.len() > 3 && text[2] == b'<' {
            return self.read_named_capture(text, 3);
        }
        let mut flags = self.flags;
        let mut negative = false;
        let mut saw_flag = false;
        let mut rest = &text[2..];
        while !rest.is_empty() {
            let (rune, behind) = next_rune(rest)?;
            rest = behind;
            let flag = match char::from_u32(rune) {
                Some('i') => &mut flags.fold_case,
                Some('m') => &mut flags.multi_line,
                Some('s') => &mut flags.dot_matches_newline,
                Some('U') => &mut flags.lazy,
                Some('-') if !negative => {
                    negative = true;
                    saw_flag = false;
                    continue;
                }
                Some(end @ (':' | ')')) if !negative || saw_flag => {
                    if end == ':' {
                        self.open_group(None);
                    }
                    self.flags = flags;
                    return Ok(rest);
                }
                _ => break,
            };
            *flag = !negative;
            saw_flag = true;
        }
        Err(error(Reason::InvalidPerlOp, before(text, rest)))
    }

    fn read_named_capture(
        &mut self,
        text: &'p [u8],
        name_start: usize,
    ) -> Result<&'p [u8], SyntaxError> {
        let Some(end) = text.iter().position(|&byte| byte == b'>') else {
            check_utf8(text)?;
            return Err(error(Reason::InvalidNamedCapture, text));
        };
        let name = &text[name_start..end];
        check_utf8(name)?;
        if name.is_empty() || !name.iter().all(|&byte| byte == b'_' || byte.is_ascii_alphanumeric())
        {
            return Err(error(Reason::InvalidNamedCapture, &text[..=end]));
        }
        self.open_capture(name.into());
        Ok(&text[end + 1..])
    }

    fn read_backslash(&mut self, text: &'p [u8]) -> Result<&'p [u8], SyntaxError> {
        let look = match text.get(1) {
            Some(b'A') => Look::Start,
            Some(b'z') => Look::End,
            Some(b'b') => Look::WordAscii,
            Some(b'B') => Look::WordAsciiNegate,
            Some(b'C') => return Err(error(Reason::InvalidEscape, &text[..2])),
            Some(b'Q') => return self.read_quoted(&text[2..]),
            _ => return self.read_escape(text),
        };
        self.push_look(look)?;
        Ok(&text[2..])
    }

    /// Reads literal text up to `\E`, or to the end.
    fn read_quoted(&mut self, text: &'p [u8]) -> Result<&'p [u8], SyntaxError> {
        let end = text.windows(2).position(|pair| pair == b"\\E");
        let (mut literal, behind) = match end {
            Some(end) => (&text[..end], &text[end + 2..]),
            None => (text, &text[text.len()..]),
        };
        while !literal.is_empty() {
            let (rune, rest) = next_rune(literal)?;
            self.push_literal(rune)?;
            literal = rest;
        }
        Ok(behind)
    }

    fn read_escape(&mut self, text: &'p [u8]) -> Result<&'p [u8], SyntaxError> {
        if let Some((class, behind)) = read_class_escape(text, self.flags.fold_case)? {
            self.push_class(class)?;
            return Ok(behind);
        }
        let (rune, behind) = read_rune_escape(text)?;
        self.push_literal(rune)?;
        Ok(behind)
    }

    fn read_class(&mut self, text: &'p [u8]) -> Result<&'p [u8], SyntaxError> {
        let fold = self.flags.fold_case;
        let mut rest = &text[1..];
        let negated = rest.first() == Some(&b'^');
        if negated {
            rest = &rest[1..];
        }
        let mut class = ClassUnicode::empty();
        // A `]` in front stands for itself.
        let mut first = true;
        while first || rest.first() != Some(&b']') {
            first = false;
            let (part, behind) = read_class_part(rest, text, fold)?;
            class.union(&part);
            rest = behind;
        }
        if negated {
            class.negate();
        }
        self.push_class(class)?;
        Ok(&rest[1..])
    }
}

fn literal(rune: u32, folded: bool) -> Hir {
    match char::from_u32(rune) {
        // A surrogate stands in no text.
        None => Hir::fail(),
        Some(rune) if folded => {
            Hir::class(Class::Unicode(classes::range(rune as u32, rune as u32, true)))
        }
        Some(rune) => Hir::literal(rune.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

fn capture(index: u32, node: Node) -> Node {
    let hir = Hir::capture(Capture { index, name: None, sub: Box::new(node.hir) });
    Node { hir, shape: Shape::Other, height: node.height + 1, size: node.size + 2, ..node }
}

fn join_sequence(nodes: Vec<Node>) -> Node {
    join(nodes, Shape::Sequence, Hir::empty, Hir::concat)
}

fn join_alternatives(nodes: Vec<Node>) -> Node {
    join(nodes, Shape::Alternation, Hir::fail, Hir::alternation)
}

/// Joins `nodes` to one; as in Go, a sequence in a sequence adds no level, nor do adjacent literals.
fn join(mut nodes: Vec<Node>, shape: Shape, none: fn() -> Hir, some: fn(Vec<Hir>) -> Hir) -> Node {
    if nodes.len() < 2 {
        return nodes.pop().unwrap_or_else(|| Node::leaf(none()));
    }
    let first = nodes[0].shape;
    let one_literal = shape == Shape::Sequence
        && matches!(first, Shape::Literal { .. })
        && nodes.iter().all(|node| node.shape == first);
    let level = |node: &Node| if node.shape == shape { node.height } else { node.height + 1 };
    let height = if one_literal { 1 } else { nodes.iter().map(level).max().unwrap_or(1) };
    let bars = if shape == Shape::Alternation { nodes.len() as u64 - 1 } else { 0 };
    let size = nodes.iter().map(|node| node.size).sum::<u64>() + bars;
    let copies = nodes.iter().map(|node| node.copies).max().unwrap_or(1);
    let hir = some(nodes.into_iter().map(|node| node.hir).collect());
    Node { hir, shape: if one_literal { first } else { shape }, height, size, copies }
}

/// How often something is repeated.
#[derive(Debug)]
struct Count {
    min: u32,
    max: Option<u32>,
    /// Written with braces; only these count for [`MAX_COPIES`].
    braces: bool,
}

impl Count {
    fn of_sign(sign: u8) -> Self {
        let (min, max) = match sign {
            b'*' => (0, None),
            b'+' => (1, None),
            _ => (0, Some(1)),
        };
        Self { min, max, braces: false }
    }
}

fn repetition(count: &Count, greedy: bool, sub: Node) -> Node {
    let times = u64::from(count.max.unwrap_or(count.min));
    let size = match (count.min, count.max) {
        (0, None) => 2 + sub.size,
        (min, None) => 1 + u64::from(min) * sub.size,
        (min, Some(max)) => u64::from(max) * sub.size + u64::from(max - min),
    };
    let copies = match count.max {
        _ if !count.braces => sub.copies,
        Some(0) => 1,
        _ => sub.copies * times.max(1),
    };
    let Count { min, max, .. } = *count;
    let hir = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(sub.hir) });
    Node { hir, shape: Shape::Other, height: sub.height + 1, size: size.max(1), copies }
}

/// Reads `{n}`, `{n,}` or `{n,m}`: nothing if it is not of that form, no count if it is too large.
fn read_count(text: &[u8]) -> Option<(Option<Count>, &[u8])> {
    let (min, rest) = read_number(&text[1..])?;
    let (max, rest) = match rest.strip_prefix(b",") {
        None => (Some(min), rest),
        Some(rest) if rest.first() == Some(&b'}') => (None, rest),
        Some(rest) => {
            let (max, rest) = read_number(rest)?;
            (Some(max), rest)
        }
    };
    let behind = rest.strip_prefix(b"}")?;
    let fits =
        u64::from(min.max(max.unwrap_or(0))) <= MAX_COPIES && max.is_none_or(|max| min <= max);
    Some((fits.then_some(Count { min, max, braces: true }), behind))
}

/// Reads a decimal number without needless zeros; one that is far too large becomes the largest.
fn read_number(text: &[u8]) -> Option<(u32, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || digits.len() > 1 && digits[0] == b'0' {
        return None;
    }
    let add =
        |number: u32, digit: &u8| number.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
    Some((digits.iter().fold(0, add), rest))
}

/// Reads a named class, an escape for a class, a range or a rune; `class` starts with the `[`.
fn read_class_part<'p>(
    text: &'p [u8],
    class: &[u8],
    fold: bool,
) -> Result<(ClassUnicode, &'p [u8]), SyntaxError> {
    if let Some(found) = read_posix_class(text, fold)? {
        return Ok(found);
    }
    if let Some(found) = read_class_escape(text, fold)? {
        return Ok(found);
    }
    let (low, mut rest) = read_class_rune(text, class)?;
    let mut high = low;
    if rest.len() >= 2 && rest[0] == b'-' && rest[1] != b']' {
        (high, rest) = read_class_rune(&rest[1..], class)?;
        if high < low {
            return Err(error(Reason::InvalidCharRange, before(text, rest)));
        }
    }
    Ok((classes::range(low, high, fold), rest))
}

fn read_class_rune<'p>(text: &'p [u8], class: &[u8]) -> Result<(u32, &'p [u8]), SyntaxError> {
    match text.first() {
        None => Err(error(Reason::MissingBracket, class)),
        Some(b'\\') => read_rune_escape(text),
        Some(_) => next_rune(text),
    }
}

type Found<'p> = Option<(ClassUnicode, &'p [u8])>;

/// Reads `[:alpha:]` and the like.
fn read_posix_class(text: &[u8], fold: bool) -> Result<Found<'_>, SyntaxError> {
    let Some(rest) = text.strip_prefix(b"[:").filter(|rest| !rest.is_empty()) else {
        return Ok(None);
    };
    let Some(end) = rest.windows(2).position(|pair| pair == b":]") else { return Ok(None) };
    let (whole, behind) = text.split_at(end + 4);
    match classes::posix(&rest[..end], fold) {
        Some(class) => Ok(Some((class, behind))),
        None => Err(error(Reason::InvalidCharRange, whole)),
    }
}

/// Reads `\d`, `\pL`, `\p{Greek}` and the like.
fn read_class_escape(text: &[u8], fold: bool) -> Result<Found<'_>, SyntaxError> {
    let Some(&letter) = text.strip_prefix(b"\\").and_then(|rest| rest.first()) else {
        return Ok(None);
    };
    if letter.eq_ignore_ascii_case(&b'p') {
        return read_unicode_class(text, fold).map(Some);
    }
    Ok(classes::perl(letter, fold).map(|class| (class, &text[2..])))
}

fn read_unicode_class(text: &[u8], fold: bool) -> Result<(ClassUnicode, &[u8]), SyntaxError> {
    let (rune, mut rest) = next_rune(&text[2..])?;
    let mut name = before(&text[2..], rest);
    if rune == '{' as u32 {
        let Some(end) = text.iter().position(|&byte| byte == b'}') else {
            check_utf8(text)?;
            return Err(error(Reason::InvalidCharRange, text));
        };
        name = &text[3..end];
        rest = &text[end + 1..];
        check_utf8(name)?;
    }
    let caret = name.first() == Some(&b'^');
    let negation = if (text[1] == b'P') != caret { Negation::Yes } else { Negation::No };
    let name = if caret { &name[1..] } else { name };
    match classes::unicode(name, negation, fold) {
        Some(class) => Ok((class, rest)),
        None => Err(error(Reason::InvalidCharRange, before(text, rest))),
    }
}

/// Reads an escape that stands for one rune.
fn read_rune_escape(text: &[u8]) -> Result<(u32, &[u8]), SyntaxError> {
    if text.len() == 1 {
        return Err(error(Reason::TrailingBackslash, b""));
    }
    let (rune, rest) = next_rune(&text[1..])?;
    let is_octal = |rest: &[u8]| rest.first().is_some_and(|byte| (b'0'..=b'7').contains(byte));
    let simple = match char::from_u32(rune) {
        Some('0') => return Ok(read_octal(rune, rest)),
        Some('1'..='7') if is_octal(rest) => return Ok(read_octal(rune, rest)),
        Some('x') => return read_hex(text, rest),
        Some('a') => Some('\x07'),
        Some('f') => Some('\x0c'),
        Some('n') => Some('\n'),
        Some('r') => Some('\r'),
        Some('t') => Some('\t'),
        Some('v') => Some('\x0b'),
        Some(sign) if sign.is_ascii() && !sign.is_ascii_alphanumeric() => Some(sign),
        _ => None,
    };
    match simple {
        Some(simple) => Ok((simple as u32, rest)),
        None => Err(error(Reason::InvalidEscape, before(text, rest))),
    }
}

/// Reads up to two octal digits more.
fn read_octal(first: u32, text: &[u8]) -> (u32, &[u8]) {
    let digits = text.iter().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let add = |rune: u32, digit: &u8| rune * 8 + u32::from(digit - b'0');
    (text[..digits].iter().fold(first - u32::from(b'0'), add), &text[digits..])
}

/// Reads what follows `\x`: two hexadecimal digits, or any number of them in braces.
fn read_hex<'p>(escape: &'p [u8], text: &'p [u8]) -> Result<(u32, &'p [u8]), SyntaxError> {
    let invalid = |rest: &[u8]| Err(error(Reason::InvalidEscape, before(escape, rest)));
    if text.is_empty() {
        return invalid(text);
    }
    let (first, mut rest) = next_rune(text)?;
    if first != '{' as u32 {
        let (second, rest) = next_rune(rest)?;
        return match (hex_digit(first), hex_digit(second)) {
            (Some(high), Some(low)) => Ok((high * 16 + low, rest)),
            _ => invalid(rest),
        };
    }
    let mut value = None;
    while !rest.is_empty() {
        let (rune, behind) = next_rune(rest)?;
        rest = behind;
        let (Some(digit), false) = (hex_digit(rune), rune == '}' as u32) else {
            return match value {
                Some(value) if rune == '}' as u32 => Ok((value, rest)),
                _ => invalid(rest),
            };
        };
        let number = value.unwrap_or(0) * 16 + digit;
        if number > char::MAX as u32 {
            return invalid(rest);
        }
        value = Some(number);
    }
    invalid(rest)
}

fn hex_digit(rune: u32) -> Option<u32> {
    char::from_u32(rune)?.to_digit(16)
}

/// The first rune of `text` and what is behind it; at the end, an invalid rune of no bytes.
fn next_rune(text: &[u8]) -> Result<(u32, &[u8]), SyntaxError> {
    let invalid = char::REPLACEMENT_CHARACTER as u32;
    match Runes::new(text).next() {
        None => Ok((invalid, text)),
        Some((char::REPLACEMENT_CHARACTER, 1)) => Err(error(Reason::InvalidUtf8, text)),
        Some((rune, size)) => Ok((rune as u32, &text[size..])),
    }
}

fn check_utf8(mut text: &[u8]) -> Result<(), SyntaxError> {
    while !text.is_empty() {
        text = next_rune(text)?.1;
    }
    Ok(())
}
