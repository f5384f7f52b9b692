//! Nodes to text, as go-yaml v3 writes them with an indentation of two.
//!
//! A comment that is written waits until there is a place for it; which comments wait is part of
//! the writer's state, as it is part of the emitter's in Go.

use super::{Document, Kind, Layout, Node};
use crate::json::Room;
use crate::yaml::ScalarStyle;
use crate::yaml::analysis::{Analysis, break_width, width};
use crate::yaml::dialect::Dialect;
use crate::yaml::emitter::Emitter;

/// The texts of `documents`, with `---` between them. Lists below a key are indented in those for
/// which `is_wide` is true.
pub fn write<'d>(documents: impl IntoIterator<Item = (&'d Document, bool)>) -> Vec<u8> {
    let mut room = |_| true;
    let room: &mut Room<'_> = &mut room;
    let mut writer = Writer {
        emitter: Emitter::new(Dialect::Pretty, room),
        waiting: Waiting::default(),
        flow_level: 0,
        is_wide: false,
    };
    for (index, (document, is_wide)) in documents.into_iter().enumerate() {
        writer.is_wide = is_wide;
        writer.document(document, index == 0);
    }
    writer.emitter.finish().unwrap_or_default()
}

/// The longest key, in bytes, that is written without `?`.
const LONGEST_KEY: usize = 128;

struct Writer<'e, 'r> {
    emitter: Emitter<'e, 'r>,
    waiting: Waiting,
    flow_level: usize,
    is_wide: bool,
}

/// Comments that are to be written as soon as there is a place for them.
#[derive(Default)]
struct Waiting {
    head: Vec<u8>,
    line: Vec<u8>,
    foot: Vec<u8>,
    /// The foot of the entry above.
    tail: Vec<u8>,
    /// On the line of a key.
    key_line: Vec<u8>,
}

impl Waiting {
    /// True if something waits that goes behind a value.
    fn is_behind(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }
}

/// What a node is to what holds it.
#[derive(Clone, Copy, Default)]
struct Role {
    /// It is an entry of a block list.
    in_list: bool,
    /// It is a key or a value.
    in_map: bool,
    /// It is a key without `?`.
    is_simple_key: bool,
}

impl Role {
    const ROOT: Self = Self { in_list: false, in_map: false, is_simple_key: false };
    const ENTRY: Self = Self { in_list: true, ..Self::ROOT };
    const VALUE: Self = Self { in_map: true, ..Self::ROOT };
    const SIMPLE_KEY: Self = Self { is_simple_key: true, ..Self::VALUE };
}

impl Writer<'_, '_> {
    fn document(&mut self, document: &Document, is_first: bool) {
        set(&mut self.waiting.head, &document.head);
        self.emitter.indent = -1;
        if !is_first {
            self.emitter.write_indent();
            self.emitter.write_word(b"---");
            self.emitter.write_indent();
        }
        if !self.waiting.head.is_empty() {
            self.head_comment();
            self.emitter.put_break();
        }
        self.announce(&document.root, &[]);
        self.head_comment();
        self.node_with_comments(&document.root, Role::ROOT);
        set(&mut self.waiting.foot, &document.foot);
        self.emitter.foot_indent = 0;
        self.foot_comment();
        self.emitter.foot_indent = -1;
        self.emitter.write_indent();
    }

    /// Lets the comments wait that are known where `node` begins, and that behind the entry above.
    fn announce(&mut self, node: &Node, tail: &[u8]) {
        set(&mut self.waiting.head, &node.head);
        match &node.kind {
            Kind::Scalar(..) | Kind::Mapping(..) => set(&mut self.waiting.tail, tail),
            Kind::Sequence(..) | Kind::Alias(_) => {}
        }
        if matches!(node.kind, Kind::Scalar(..) | Kind::Alias(_)) {
            set(&mut self.waiting.line, &node.line);
            set(&mut self.waiting.foot, &node.foot);
        }
    }

    /// Lets the comments wait that are known where the collection `node` ends.
    fn announce_end(&mut self, node: &Node, tail: &[u8]) {
        set(&mut self.waiting.tail, tail);
        set(&mut self.waiting.line, &node.line);
        set(&mut self.waiting.foot, &node.foot);
    }

    /// A node, and what waits to be written behind its first line.
    fn node_with_comments(&mut self, node: &Node, role: Role) {
        self.start(node, role);
        self.line_comment();
        self.foot_comment();
        self.rest(node, role);
    }

    /// A scalar or an alias, or what stands in front of a collection.
    fn start(&mut self, node: &Node, role: Role) {
        match &node.kind {
            Kind::Alias(name) => self.emitter.write_word(&[b"*", &name[..]].concat()),
            Kind::Scalar(value, style) => {
                self.properties(node);
                let outer = self.emitter.indent;
                self.emitter.indent = self.deeper(true, role, false);
                self.scalar(value, *style, role.is_simple_key);
                self.emitter.indent = outer;
            }
            Kind::Sequence(..) | Kind::Mapping(..) => self.properties(node),
        }
    }

    fn properties(&mut self, node: &Node) {
        const LONG: &[u8] = b"tag:yaml.org,2002:";
        if !node.anchor.is_empty() {
            self.emitter.write_word(&[b"&", &node.anchor[..]].concat());
        }
        let tag = &node.tag[..];
        if tag.is_empty() {
            return;
        }
        let (handle, suffix, end): (&[u8], _, &[u8]) = match tag.strip_prefix(LONG) {
            _ if tag.starts_with(b"!") => (b"!", &tag[1..], b""),
            Some(suffix) => (b"!!", suffix, b""),
            None => (b"!<", tag, b">"),
        };
        self.emitter.write_word(&[handle, &escaped_tag(suffix), end].concat());
    }

    /// The indentation of what is in a collection, or of the lines of a scalar.
    fn deeper(&self, is_flow: bool, role: Role, is_compact: bool) -> isize {
        let indent = self.emitter.indent;
        match (indent, role.in_list) {
            (..0, _) if is_flow => 2,
            (..0, _) => 0,
            (_, true) => indent + 2,
            (_, false) => (indent + 2) / 2 * 2 - if is_compact { 2 } else { 0 },
        }
    }

    /// What is in a collection.
    fn rest(&mut self, node: &Node, role: Role) {
        let (children, layout) = match &node.kind {
            Kind::Sequence(children, layout) | Kind::Mapping(children, layout) => {
                (children, *layout)
            }
            _ => return,
        };
        let is_flow = self.flow_level > 0 || layout == Layout::Flow || children.is_empty();
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match (&node.kind, is_flow) {
            (Kind::Sequence(..), false) => self.block_sequence(node, children, role),
            (Kind::Sequence(..), true) => self.flow_sequence(node, children, role),
            (_, false) => self.block_mapping(node, children, role),
            (_, true) => self.flow_mapping(node, children, role),
        });
    }

    fn block_sequence(&mut self, node: &Node, items: &[Node], role: Role) {
        let outer = self.emitter.indent;
        let is_behind_key = role.in_map && (self.emitter.column == 0 || !self.emitter.indention);
        self.emitter.indent = self.deeper(false, role, is_behind_key && !self.is_wide);
        for item in items {
            self.announce(item, &[]);
            self.head_comment();
            self.emitter.write_indent();
            self.emitter.write_block_indicator(b'-');
            self.node_with_comments(item, Role::ENTRY);
        }
        self.announce_end(node, &[]);
        self.emitter.indent = outer;
    }

    fn block_mapping(&mut self, node: &Node, entries: &[Node], role: Role) {
        let outer = self.emitter.indent;
        self.emitter.indent = self.deeper(false, role, false);
        let mut tail: &[u8] = &[];
        for (key, value) in pairs(entries) {
            self.block_entry(key, value, tail);
            tail = &key.foot;
        }
        self.announce_end(node, tail);
        self.head_comment();
        self.emitter.indent = outer;
    }

    fn block_entry(&mut self, key: &Node, value: &Node, tail: &[u8]) {
        self.announce_key(key, tail);
        self.head_comment();
        self.emitter.write_indent();
        if !self.waiting.line.is_empty() {
            self.waiting.key_line = std::mem::take(&mut self.waiting.line);
        }
        let is_simple = is_simple_key(key);
        if !is_simple {
            self.emitter.write_block_indicator(b'?');
        }
        self.key(key, is_simple);
        self.announce(value, &[]);
        if is_simple {
            self.emitter.write_colon();
        } else {
            self.emitter.write_indent();
            self.emitter.write_block_indicator(b':');
        }
        self.place_key_comment(value);
        self.node_with_comments(value, Role::VALUE);
    }

    /// The comment on the line of a key goes on the line of a scalar, or in front of a block.
    fn place_key_comment(&mut self, value: &Node) {
        if self.waiting.key_line.is_empty() {
            return;
        }
        match &value.kind {
            Kind::Scalar(..) if self.waiting.line.is_empty() => {
                self.waiting.line = std::mem::take(&mut self.waiting.key_line);
            }
            Kind::Sequence(_, Layout::Block) | Kind::Mapping(_, Layout::Block) => {
                let Waiting { line, key_line, .. } = &mut self.waiting;
                std::mem::swap(line, key_line);
                self.line_comment();
                let Waiting { line, key_line, .. } = &mut self.waiting;
                std::mem::swap(line, key_line);
            }
            _ => {}
        }
    }

    /// As [`Self::announce`], but the foot of a key is written behind its value.
    fn announce_key(&mut self, key: &Node, tail: &[u8]) {
        let foot = std::mem::take(&mut self.waiting.foot);
        self.announce(key, tail);
        self.waiting.foot = foot;
    }

    fn key(&mut self, key: &Node, is_simple: bool) {
        let role = if is_simple { Role::SIMPLE_KEY } else { Role::VALUE };
        self.start(key, role);
        self.rest(key, role);
    }

    fn flow_sequence(&mut self, node: &Node, items: &[Node], role: Role) {
        let outer = self.open(b"[", role);
        let mut has_comma = true;
        for item in items {
            self.announce(item, &[]);
            self.flow_separator(has_comma);
            has_comma = self.flow_value(item, Role::ROOT);
        }
        self.announce_end(node, &[]);
        self.flow_level -= 1;
        self.emitter.indent = outer;
        if self.emitter.column == 0 {
            self.emitter.write_indent();
        }
        self.close(b"]");
    }

    fn flow_mapping(&mut self, node: &Node, entries: &[Node], role: Role) {
        let outer = self.open(b"{", role);
        let mut has_comma = true;
        let mut tail: &[u8] = &[];
        for (key, value) in pairs(entries) {
            self.announce_key(key, tail);
            self.flow_separator(has_comma);
            let is_simple = is_simple_key(key);
            if !is_simple {
                self.emitter.write_word(b"?");
            }
            self.key(key, is_simple);
            self.announce(value, &[]);
            if is_simple {
                self.emitter.write_colon();
            } else {
                self.emitter.write_word(b":");
            }
            has_comma = self.flow_value(value, Role::VALUE);
            tail = &key.foot;
        }
        self.announce_end(node, tail);
        let Waiting { head, foot, tail, .. } = &self.waiting;
        let has_comments = [head, foot, tail].iter().any(|text| !text.is_empty());
        if has_comments && !has_comma {
            self.put_comma();
        }
        self.head_comment();
        self.flow_level -= 1;
        self.emitter.indent = outer;
        self.close(b"}");
    }

    /// The bracket that opens a collection; gives the indentation outside of it.
    fn open(&mut self, bracket: &[u8], role: Role) -> isize {
        self.emitter.write_word(bracket);
        self.emitter.whitespace = true;
        let outer = self.emitter.indent;
        self.emitter.indent = self.deeper(true, role, false);
        self.flow_level += 1;
        outer
    }

    fn close(&mut self, bracket: &[u8]) {
        self.emitter.put_all(bracket);
        self.emitter.whitespace = false;
        self.emitter.indention = false;
        self.line_comment();
        self.foot_comment();
    }

    /// What stands in front of an entry in brackets.
    fn flow_separator(&mut self, has_comma: bool) {
        if !has_comma {
            self.put_comma();
        }
        self.head_comment();
        if self.emitter.column == 0 {
            self.emitter.write_indent();
        }
    }

    fn put_comma(&mut self) {
        self.emitter.put(b',');
        self.emitter.whitespace = false;
        self.emitter.indention = false;
    }

    /// A value in brackets; true if the comma behind it is written, in front of a comment.
    fn flow_value(&mut self, value: &Node, role: Role) -> bool {
        let is_behind = self.waiting.is_behind();
        self.start(value, role);
        if self.waiting.is_behind() {
            self.put_comma();
        }
        self.line_comment();
        self.foot_comment();
        self.rest(value, role);
        is_behind
    }
}

/// Comments.
impl Writer<'_, '_> {
    fn head_comment(&mut self) {
        if !self.waiting.tail.is_empty() {
            let tail = std::mem::take(&mut self.waiting.tail);
            self.emitter.write_indent();
            self.comment(&tail);
            self.emitter.foot_indent = self.emitter.indent.max(0);
        }
        if !self.waiting.head.is_empty() {
            let head = std::mem::take(&mut self.waiting.head);
            self.emitter.write_indent();
            self.comment(&head);
        }
    }

    fn line_comment(&mut self) {
        if !self.waiting.line.is_empty() {
            let line = std::mem::take(&mut self.waiting.line);
            self.emitter.write_separation();
            self.comment(&line);
        }
    }

    fn foot_comment(&mut self) {
        if !self.waiting.foot.is_empty() {
            let foot = std::mem::take(&mut self.waiting.foot);
            self.emitter.write_indent();
            self.comment(&foot);
            self.emitter.foot_indent = self.emitter.indent.max(0);
        }
    }

    /// The lines of a comment, and the end of the last one.
    fn comment(&mut self, text: &[u8]) {
        let (mut is_behind_break, mut has_sign) = (false, false);
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            if break_width(rest) > 0 {
                self.emitter.put_break_of(rest);
                (is_behind_break, has_sign) = (true, false);
                at += break_width(rest);
                continue;
            }
            if is_behind_break {
                self.emitter.write_indent();
            }
            if !has_sign && rest[0] != b'#' {
                self.emitter.put_all(b"# ");
            }
            self.emitter.put_character(rest);
            self.emitter.indention = false;
            (is_behind_break, has_sign) = (false, true);
            at += width(rest[0]).min(rest.len());
        }
        if !is_behind_break {
            self.emitter.put_break();
        }
        self.emitter.whitespace = true;
    }
}

/// Scalars.
impl Writer<'_, '_> {
    fn scalar(&mut self, value: &[u8], style: ScalarStyle, is_key: bool) {
        let analysis = Analysis::of(value, Dialect::Pretty);
        match self.possible_style(value, style, analysis, is_key) {
            ScalarStyle::Plain if value.is_empty() => self.emitter.indention = false,
            ScalarStyle::Plain => self.emitter.write_word(value),
            ScalarStyle::SingleQuoted => self.emitter.write_single_quoted(value, !is_key),
            ScalarStyle::DoubleQuoted => self.emitter.write_double_quoted(value, !is_key),
            ScalarStyle::Literal => {
                self.block_header(b'|', value);
                self.emitter.write_literal_lines(value);
            }
            ScalarStyle::Folded => {
                self.block_header(b'>', value);
                self.folded_lines(value);
            }
        }
    }

    /// The style that is wanted or, if the text forbids it, the next better one.
    fn possible_style(
        &self,
        value: &[u8],
        style: ScalarStyle,
        analysis: Analysis,
        is_key: bool,
    ) -> ScalarStyle {
        let in_flow = self.flow_level > 0;
        let mut style = match style {
            _ if is_key && analysis.multiline => ScalarStyle::DoubleQuoted,
            ScalarStyle::Plain if value.contains(&b'\n') => ScalarStyle::Literal,
            style => style,
        };
        let may_be_plain = analysis.plain_allowed
            && !(in_flow && has_flow_indicators(value))
            && !(value.is_empty() && (in_flow || is_key));
        if style == ScalarStyle::Plain && !may_be_plain {
            style = ScalarStyle::SingleQuoted;
        }
        let may_be_block = analysis.block_allowed && !in_flow && !is_key;
        match style {
            ScalarStyle::SingleQuoted if !analysis.single_quoted_allowed => {
                ScalarStyle::DoubleQuoted
            }
            ScalarStyle::Literal | ScalarStyle::Folded if !may_be_block => {
                ScalarStyle::DoubleQuoted
            }
            style => style,
        }
    }

    /// What stands above the lines of a text: the sign, and the comment of that line.
    fn block_header(&mut self, sign: u8, value: &[u8]) {
        self.emitter.write_block_header(sign, value);
        if self.waiting.line.is_empty() {
            self.emitter.put_break();
        } else {
            self.line_comment();
        }
    }

    fn folded_lines(&mut self, text: &[u8]) {
        self.emitter.whitespace = true;
        let (mut is_behind_break, mut has_leading_blank) = (true, true);
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let size = break_width(rest);
            if size == 0 {
                if is_behind_break {
                    self.emitter.write_indent();
                    has_leading_blank = matches!(rest[0], b' ' | b'\t');
                }
                self.emitter.put_character(rest);
                self.emitter.indention = false;
                is_behind_break = false;
                at += width(rest[0]).min(rest.len());
                continue;
            }
            if !is_behind_break && !has_leading_blank && rest[0] == b'\n' {
                self.break_unless_blank_follows(text);
            }
            self.emitter.put_break_of(rest);
            is_behind_break = true;
            at += size;
        }
    }

    /// A line break doubles, so that it is not folded. Go looks for what follows at the start of
    /// the whole text.
    fn break_unless_blank_follows(&mut self, text: &[u8]) {
        let mut at = 0;
        while break_width(&text[at..]) > 0 {
            at += break_width(&text[at..]);
        }
        let is_blank = text.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\t' | 0));
        if !is_blank {
            self.emitter.put_break();
        }
    }
}

/// Lets `text` wait, unless it is empty; then what waits goes on waiting.
fn set(waiting: &mut Vec<u8>, text: &[u8]) {
    if !text.is_empty() {
        *waiting = text.to_vec();
    }
}

fn pairs(entries: &[Node]) -> impl Iterator<Item = (&Node, &Node)> {
    let (pairs, _) = entries.as_chunks::<2>();
    pairs.iter().map(|[key, value]| (key, value))
}

/// True for a key that is written without `?`.
fn is_simple_key(key: &Node) -> bool {
    let size = key.anchor.len() + tag_size(&key.tag);
    match &key.kind {
        Kind::Alias(name) => name.len() <= LONGEST_KEY,
        Kind::Scalar(value, _) => {
            let is_multiline = Analysis::of(value, Dialect::Pretty).multiline;
            !is_multiline && size + value.len() <= LONGEST_KEY
        }
        _ => key.children().is_empty() && size <= LONGEST_KEY,
    }
}

/// The size of a tag with the handle that stands for its beginning.
fn tag_size(tag: &[u8]) -> usize {
    match tag.strip_prefix(b"tag:yaml.org,2002:") {
        Some(suffix) => suffix.len() + 2,
        None => tag.len(),
    }
}

/// True for a text that would end early in brackets.
fn has_flow_indicators(text: &[u8]) -> bool {
    text.iter().any(|byte| b",?[]{}:".contains(byte))
}

/// The end of a tag, with everything escaped that must be.
fn escaped_tag(tag: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(tag.len());
    for &byte in tag {
        if byte.is_ascii_alphanumeric() || b"_-;/?:@&=+$,.~*'()[]".contains(&byte) {
            escaped.push(byte);
        } else {
            escaped.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    escaped
}
