//! Bytes to tokens, by the rules of go-yaml v2 (libyaml's, with a few differences).
//!
//! A token may turn out later to be the start of a mapping key, so tokens wait in a queue while a
//! possible key among them is undecided; the `Key` and `BlockMappingStart` tokens are then put in
//! front of it.

use std::collections::VecDeque;

use super::comments::{CommentSet, Comments};
use super::input::Input;
use super::token::{Token, TokenKind};
use super::{Error, Mark};

/// Go's bound for nested flow collections.
const MAX_FLOW_LEVEL: usize = 10_000;
/// Go's bound for nested block collections.
const MAX_INDENTS: usize = 10_000;
/// A key and its `:` may be this many characters apart.
const MAX_KEY_LENGTH: usize = 1024;

/// A place where a mapping key may have begun.
#[derive(Clone, Copy, Debug, Default)]
struct PossibleKey {
    possible: bool,
    /// True where only a key makes sense: at the indentation of a block mapping.
    required: bool,
    token: usize,
    mark: Mark,
}

/// Hands out the tokens of a text one by one.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    pub(super) input: Input<'t>,
    pub(super) mark: Mark,
    pub(super) queue: VecDeque<Token>,
    /// The comments so far, if they are kept.
    pub(super) comments: Option<Box<Comments>>,
    /// Tokens handed out so far.
    taken: usize,
    /// The front of the queue can no longer change.
    ready: bool,
    started: bool,
    /// The possible key of each flow level, and of the block context at the bottom.
    keys: Vec<PossibleKey>,
    /// Token number to 1 + index into `keys`; entries go stale as Go's do, which only makes the
    /// scanner look further ahead.
    key_of_token: Vec<u32>,
    pub(super) key_allowed: bool,
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow_level: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            input: Input::new(text),
            mark: Mark::default(),
            queue: VecDeque::new(),
            comments: None,
            taken: 0,
            ready: false,
            started: false,
            keys: Vec::new(),
            key_of_token: Vec::new(),
            key_allowed: false,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
        }
    }

    /// The next token; stays there until it is taken.
    pub(super) fn peek(&mut self) -> Result<&Token, Error> {
        if !self.ready {
            self.fetch_more()?;
            self.ready = true;
        }
        Ok(self.queue.front().expect("a token was fetched"))
    }

    /// Moves to `set` the comments that belong to the token that [`Scanner::peek`] shows, or to what
    /// stands before it.
    pub(super) fn take_comments(&mut self, set: &mut CommentSet) {
        if let (Some(token), Some(comments)) = (self.queue.front(), &mut self.comments) {
            comments.take_for(&token.kind, token.start, set);
        }
    }

    /// Takes the token that [`Scanner::peek`] has shown.
    pub(super) fn take(&mut self) -> Token {
        self.ready = false;
        self.taken += 1;
        self.queue.pop_front().expect("a token was peeked at")
    }

    fn fetch_more(&mut self) -> Result<(), Error> {
        loop {
            if self.queue.len() > self.lookahead() && !self.front_may_be_key()? {
                return Ok(());
            }
            self.fetch_next()?;
        }
    }

    /// How many tokens must be known besides the first one: what a comment belongs to is known
    /// late.
    fn lookahead(&self) -> usize {
        if self.comments.is_some() { 2 } else { 0 }
    }

    /// True if a `Key` token may still have to go in front of the queue.
    fn front_may_be_key(&mut self) -> Result<bool, Error> {
        match self.key_of_token.get(self.taken) {
            None | Some(0) => Ok(false),
            Some(&key) => self.key_is_valid(key as usize - 1),
        }
    }

    fn fetch_next(&mut self) -> Result<(), Error> {
        self.need(1)?;
        if !self.started {
            self.fetch_stream_start();
            return Ok(());
        }
        let before = self.mark;
        self.skip_to_next_token()?;
        self.unroll_indent(self.mark.column as isize, before);
        self.need(4)?;
        let (first, in_block) = (self.byte(0), self.flow_level == 0);
        if self.mark.column == 0 && first == b'%' {
            return self.fetch_directive();
        }
        if let Some(kind) = self.document_indicator() {
            return self.fetch_document_indicator(kind);
        }
        if first == 0 {
            return self.fetch_stream_end();
        }
        let owner = self.comment_owner();
        self.fetch_content(first, in_block)?;
        self.scan_comment_behind_token(owner)
    }

    fn fetch_content(&mut self, first: u8, in_block: bool) -> Result<(), Error> {
        match first {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_blankz(1) => self.fetch_block_entry(),
            b'?' if !in_block || self.is_blankz(1) => self.fetch_key(),
            b':' if !in_block || self.is_blankz(1) => self.fetch_value(),
            b'*' => self.fetch_in_key(Self::scan_alias),
            b'&' => self.fetch_in_key(Self::scan_anchor),
            b'!' => self.fetch_in_key(Self::scan_tag),
            b'|' if in_block => self.fetch_block_scalar(true),
            b'>' if in_block => self.fetch_block_scalar(false),
            b'\'' => self.fetch_in_key(|scanner| scanner.scan_quoted(true)),
            b'"' => self.fetch_in_key(|scanner| scanner.scan_quoted(false)),
            _ if self.starts_plain_scalar() => self.fetch_in_key(Self::scan_plain),
            _ => self.fail_here("found character that cannot start any token"),
        }
    }

    /// `---` or `...` at the start of a line and a blank behind it.
    fn document_indicator(&self) -> Option<TokenKind> {
        match self.at_document_indicator() {
            true if self.byte(0) == b'-' => Some(TokenKind::DocumentStart),
            true => Some(TokenKind::DocumentEnd),
            false => None,
        }
    }

    pub(super) fn at_document_indicator(&self) -> bool {
        let triple = [self.byte(0), self.byte(1), self.byte(2)];
        self.mark.column == 0 && matches!(&triple, b"---" | b"...") && self.is_blankz(3)
    }

    fn starts_plain_scalar(&self) -> bool {
        match self.byte(0) {
            b'-' => !self.is_blank(1),
            b'?' | b':' => self.flow_level == 0 && !self.is_blankz(1),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
            | b'"' | b'%' | b'@' | b'`' => false,
            _ => !self.is_blankz(0),
        }
    }

    fn fail_here(&self, text: &'static str) -> Result<(), Error> {
        Err(Error::scanner(Some(self.mark), text, self.mark))
    }

    fn skip_to_next_token(&mut self) -> Result<(), Error> {
        let before = self.mark;
        loop {
            self.need(1)?;
            if self.mark.column == 0 && self.input.piece_starts_with_bom() {
                self.skip();
            }
            self.need(1)?;
            // A tab is no blank where it could be mistaken for indentation.
            let tabs = self.flow_level > 0 || !self.key_allowed;
            while self.byte(0) == b' ' || tabs && self.byte(0) == b'\t' {
                self.skip();
                self.need(1)?;
            }
            self.skip_or_keep_comments(before)?;
            if !self.is_break(0) {
                return Ok(());
            }
            self.need(2)?;
            self.skip_line();
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    pub(super) fn skip_comment(&mut self) -> Result<(), Error> {
        if self.byte(0) == b'#' {
            while !self.is_breakz(0) {
                self.skip();
                self.need(1)?;
            }
        }
        Ok(())
    }
}

/// The possible keys.
impl Scanner<'_> {
    /// True if the key at `index` is still possible: on this line and not too far away.
    fn key_is_valid(&mut self, index: usize) -> Result<bool, Error> {
        let Some(key) = self.keys.get_mut(index) else {
            return Ok(false);
        };
        if !key.possible {
            return Ok(false);
        }
        if key.mark.line < self.mark.line || key.mark.index + MAX_KEY_LENGTH < self.mark.index {
            if key.required {
                return Err(missing_colon(key.mark, self.mark));
            }
            key.possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    /// Remembers that a key may begin here.
    fn save_key(&mut self) -> Result<(), Error> {
        let required = self.flow_level == 0 && self.indent == self.mark.column as isize;
        if !self.key_allowed {
            return Ok(());
        }
        self.remove_key()?;
        let token = self.next_token_number();
        let key = PossibleKey { possible: true, required, token, mark: self.mark };
        *self.keys.last_mut().expect("there is a block level") = key;
        if self.key_of_token.len() <= token {
            self.key_of_token.resize(token + 1, 0);
        }
        self.key_of_token[token] = self.keys.len() as u32;
        Ok(())
    }

    /// Gives up the possible key of this level.
    fn remove_key(&mut self) -> Result<(), Error> {
        let key = self.keys.last_mut().expect("there is a block level");
        if !key.possible {
            return Ok(());
        }
        if key.required {
            return Err(missing_colon(key.mark, self.mark));
        }
        key.possible = false;
        let token = key.token;
        self.forget_token(token);
        Ok(())
    }

    fn forget_token(&mut self, token: usize) {
        if let Some(entry) = self.key_of_token.get_mut(token) {
            *entry = 0;
        }
    }

    fn next_token_number(&self) -> usize {
        self.taken + self.queue.len()
    }

    fn increase_flow_level(&mut self) -> Result<(), Error> {
        let token = self.next_token_number();
        self.keys.push(PossibleKey { token, mark: self.mark, ..PossibleKey::default() });
        self.flow_level += 1;
        if self.flow_level > MAX_FLOW_LEVEL {
            return Err(too_deep(MAX_FLOW_LEVEL, self.mark, self.mark));
        }
        Ok(())
    }

    fn decrease_flow_level(&mut self) {
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.keys.pop() {
                self.forget_token(key.token);
            }
        }
    }
}

fn missing_colon(key: Mark, place: Mark) -> Error {
    Error::scanner(Some(key), "could not find expected ':'", place)
}

fn too_deep(limit: usize, context: Mark, place: Mark) -> Error {
    Error::scanner(Some(context), format!("exceeded max depth of {limit}"), place)
}

/// The indentation.
impl Scanner<'_> {
    /// Opens a block collection at `column` unless one is open there; `position` is where in the
    /// queue its token goes.
    fn roll_indent(
        &mut self,
        column: usize,
        position: Option<usize>,
        kind: TokenKind,
        mark: Mark,
    ) -> Result<(), Error> {
        let column = column as isize;
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_INDENTS {
            let context = self.keys.last().map_or(self.mark, |key| key.mark);
            return Err(too_deep(MAX_INDENTS, context, self.mark));
        }
        self.insert(position, kind, mark);
        Ok(())
    }

    /// Puts a token without width at `position` in the queue, or at its end.
    fn insert(&mut self, position: Option<usize>, kind: TokenKind, mark: Mark) {
        let token = Token { kind, start: mark, end: mark };
        self.queue.insert(position.unwrap_or(self.queue.len()).min(self.queue.len()), token);
    }

    /// Closes the block collections that are indented deeper than `column`.
    /// The white space before the place at hand began at `before`.
    fn unroll_indent(&mut self, column: isize, before: Mark) {
        if self.flow_level > 0 {
            return;
        }
        let mut end = Mark { index: before.index.saturating_sub(1), ..before };
        while self.indent > column {
            match self.end_before_foot_comments(end) {
                None => self.push(TokenKind::BlockEnd, self.mark),
                Some(mark) => {
                    end = mark;
                    self.insert(None, TokenKind::BlockEnd, mark);
                }
            }
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }
}

/// One function for each kind of token.
impl Scanner<'_> {
    fn push(&mut self, kind: TokenKind, start: Mark) {
        self.queue.push_back(Token { kind, start, end: self.mark });
    }

    /// Skips `width` characters and makes a token of them.
    fn push_skipped(&mut self, kind: TokenKind, width: usize) {
        let start = self.mark;
        for _ in 0..width {
            self.skip();
        }
        self.push(kind, start);
    }

    fn fetch_stream_start(&mut self) {
        self.indent = -1;
        self.keys.push(PossibleKey::default());
        self.key_allowed = true;
        self.started = true;
        self.push(TokenKind::StreamStart, self.mark);
    }

    fn fetch_stream_end(&mut self) -> Result<(), Error> {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
        self.leave_block()?;
        self.push(TokenKind::StreamEnd, self.mark);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Error> {
        self.leave_block()?;
        let token = self.scan_directive()?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_document_indicator(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.leave_block()?;
        self.push_skipped(kind, 3);
        Ok(())
    }

    /// Ends everything that is open at a line that belongs to no document.
    fn leave_block(&mut self) -> Result<(), Error> {
        self.unroll_indent(-1, self.mark);
        self.remove_key()?;
        self.key_allowed = false;
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.save_key()?;
        self.increase_flow_level()?;
        self.key_allowed = true;
        self.push_skipped(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.remove_key()?;
        self.decrease_flow_level();
        self.key_allowed = false;
        self.push_skipped(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Error> {
        self.remove_key()?;
        self.key_allowed = true;
        self.push_skipped(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Error> {
        if self.flow_level == 0 {
            self.require_key_allowed("block sequence entries are not allowed in this context")?;
            self.roll_indent(self.mark.column, None, TokenKind::BlockSequenceStart, self.mark)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.push_skipped(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Error> {
        if self.flow_level == 0 {
            self.require_key_allowed("mapping keys are not allowed in this context")?;
            self.roll_indent(self.mark.column, None, TokenKind::BlockMappingStart, self.mark)?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow_level == 0;
        self.push_skipped(TokenKind::Key, 1);
        Ok(())
    }

    fn require_key_allowed(&self, complaint: &'static str) -> Result<(), Error> {
        if self.key_allowed { Ok(()) } else { self.fail_here(complaint) }
    }

    fn fetch_value(&mut self) -> Result<(), Error> {
        let level = self.keys.len() - 1;
        if self.key_is_valid(level)? {
            self.insert_key(level)?;
            self.key_allowed = false;
        } else {
            if self.flow_level == 0 {
                self.require_key_allowed("mapping values are not allowed in this context")?;
                self.roll_indent(self.mark.column, None, TokenKind::BlockMappingStart, self.mark)?;
            }
            self.key_allowed = self.flow_level == 0;
        }
        self.push_skipped(TokenKind::Value, 1);
        Ok(())
    }

    /// Puts a `Key` in front of what has turned out to be one.
    fn insert_key(&mut self, level: usize) -> Result<(), Error> {
        let key = self.keys[level];
        // A flow collection is handed out before its colon is seen; Go then adds the tokens at the
        // end, where the parser stumbles over them.
        let position = key.token.checked_sub(self.taken);
        self.insert(position, TokenKind::Key, key.mark);
        let kind = TokenKind::BlockMappingStart;
        self.roll_indent(key.mark.column, position, kind, key.mark)?;
        self.keys[level].possible = false;
        self.forget_token(key.token);
        Ok(())
    }

    /// Scans a token that may be a key or begin one.
    fn fetch_in_key(
        &mut self,
        scan: impl FnOnce(&mut Self) -> Result<Token, Error>,
    ) -> Result<(), Error> {
        self.save_key()?;
        self.key_allowed = false;
        let token = scan(self)?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Result<(), Error> {
        self.remove_key()?;
        self.key_allowed = true;
        let token = self.scan_block_scalar(literal)?;
        self.queue.push_back(token);
        Ok(())
    }
}

/// Looking at characters, and going on.
impl Scanner<'_> {
    pub(super) fn need(&mut self, count: usize) -> Result<(), Error> {
        self.input.need(self.mark, count)
    }

    /// The byte `ahead` bytes from here; 0 behind the end.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.input.text().get(self.mark.offset + ahead).copied().unwrap_or(0)
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    pub(super) fn is_break(&self, ahead: usize) -> bool {
        match self.byte(ahead) {
            b'\r' | b'\n' => true,
            0xc2 => self.byte(ahead + 1) == 0x85,
            0xe2 => self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xa8 | 0xa9),
            _ => false,
        }
    }

    /// A line break or the end.
    pub(super) fn is_breakz(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0 || self.is_break(ahead)
    }

    /// A blank, a line break or the end.
    pub(super) fn is_blankz(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_breakz(ahead)
    }

    /// A letter, a digit, `_` or `-`.
    pub(super) fn is_word(&self) -> bool {
        matches!(self.byte(0), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-')
    }

    /// The bytes of the character here.
    pub(super) fn width(&self) -> usize {
        match self.byte(0) {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xff => 4,
            _ => 1,
        }
    }

    pub(super) fn skip(&mut self) {
        self.mark.offset += self.width();
        self.mark.index += 1;
        self.mark.column += 1;
    }

    /// Skips the line break that is here.
    pub(super) fn skip_line(&mut self) {
        let crlf = self.byte(0) == b'\r' && self.byte(1) == b'\n';
        self.mark.offset += if crlf { 2 } else { self.width() };
        self.mark.index += if crlf { 2 } else { 1 };
        self.mark.column = 0;
        self.mark.line += 1;
    }

    /// Appends the character here to `into`.
    pub(super) fn read(&mut self, into: &mut Vec<u8>) {
        let start = self.mark.offset;
        self.skip();
        let end = self.mark.offset.min(self.input.text().len());
        into.extend_from_slice(self.input.text().get(start..end).unwrap_or_default());
    }

    /// Appends the characters from here on that `is_ordinary` knows, which may be none; they are all
    /// of ASCII and no line breaks. A short cut for reading them one by one.
    pub(super) fn read_run(&mut self, into: &mut Vec<u8>, is_ordinary: impl Fn(u8) -> bool) {
        if !self.input.is_whole() {
            return;
        }
        let rest = &self.input.text()[self.mark.offset.min(self.input.text().len())..];
        let length = rest.iter().take_while(|&&byte| is_ordinary(byte)).count();
        into.extend_from_slice(&rest[..length]);
        self.mark.offset += length;
        self.mark.index += length;
        self.mark.column += length;
    }

    /// Appends the line break here to `into`: a line feed, except for U+2028 and U+2029.
    pub(super) fn read_line(&mut self, into: &mut Vec<u8>) {
        if !self.is_break(0) {
            return;
        }
        match self.byte(0) {
            0xe2 => into.extend_from_slice(&[0xe2, 0x80, self.byte(2)]),
            _ => into.push(b'\n'),
        }
        self.skip_line();
    }
}
