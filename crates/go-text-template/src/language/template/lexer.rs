//! Cuts a template into tokens.
//!
//! In: the text. Out: one token per call. Space beside `{{-` and
//! `-}}` is gone already and comments never appear, so the parser knows nothing of either. Space in
//! an action is no token of its own: the one behind it says that it is there.

use bstr::{ByteSlice, Finder};

use crate::data::{is_letter, is_number, is_printable, quoted};
use crate::diagnostics::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// The text is no template; [`Lexer::trouble`] says why.
    Error,
    Bool,
    /// A character that means nothing, or a comma.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    End,
    /// `.name`.
    Field,
    Identifier,
    LeftDelimiter,
    LeftParen,
    Number,
    Pipe,
    /// With its back quotes.
    RawString,
    RightDelimiter,
    RightParen,
    /// With its quotes.
    String,
    Text,
    /// `$` or `$name`.
    Variable,
    Keyword(Keyword),
}

/// The words that are no identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    /// `.` alone.
    Dot,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// True if there is space in front of it, in an action.
    pub(super) is_spaced: bool,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Token {
    pub(super) fn span(self) -> Span {
        Span { start: self.start, end: self.end }
    }

    /// The text of the token; `text` is what it was cut from.
    pub(super) fn of(self, text: &[u8]) -> &[u8] {
        &text[self.start as usize..self.end as usize]
    }
}

/// Reads tokens from a text.
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    /// Finds where actions begin.
    finder: Finder<'static>,
    at: usize,
    /// Where the token under way begins.
    start: usize,
    paren_depth: u32,
    inside_action: bool,
    /// True if there is space in front of the token under way.
    is_spaced: bool,
    trouble: String,
}

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";
const COMMENT_START: &[u8] = b"/*";
const COMMENT_END: &[u8] = b"*/";
/// A trim marker is a minus and the space that sets it off.
const MARKER_LEN: usize = 2;

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            finder: Finder::new(LEFT),
            at: 0,
            start: 0,
            paren_depth: 0,
            inside_action: false,
            is_spaced: false,
            trouble: String::new(),
        }
    }

    /// The next token; behind the last one, [`TokenKind::End`] for ever.
    // As a call, it gives back a token in registers; the parser would wait for its bytes in memory.
    #[inline(never)]
    pub(super) fn next(&mut self) -> Token {
        if self.inside_action { self.inside_action() } else { self.outside_action() }
    }

    /// What an error token complains about.
    pub(super) fn trouble(&self) -> &str {
        &self.trouble
    }

    /// Text up to the next action, or the `{{` of that action.
    // Actions have most of the tokens; what makes this search fast would slow down each of them.
    #[inline(never)]
    fn outside_action(&mut self) -> Token {
        loop {
            // Text ends at the next action, which then begins without another search.
            let rest = self.rest();
            let found = if rest.starts_with(LEFT) { Some(0) } else { self.finder.find(rest) };
            let Some(length) = found else {
                self.at = self.text.len();
                let kind = if self.at > self.start { TokenKind::Text } else { TokenKind::End };
                return self.token(kind);
            };
            if length > 0 {
                let text = self.text_before_action(self.at + length);
                if text.start < text.end {
                    return text;
                }
            }
            if let Some(token) = self.left_delimiter() {
                return token;
            }
        }
    }

    /// The text that ends at `delimiter`, without the space that a trim marker removes.
    fn text_before_action(&mut self, delimiter: usize) -> Token {
        let mut end = delimiter;
        if has_left_marker(&self.text[delimiter + LEFT.len()..]) {
            let text = &self.text[self.start..delimiter];
            end = self.start + text.iter().rposition(|&b| !is_space(b)).map_or(0, |last| last + 1);
        }
        self.at = end;
        let token = self.token(TokenKind::Text);
        self.at = delimiter;
        self.ignore();
        token
    }

    /// The `{{` at this point; `None` if it begins a comment, which is left behind.
    fn left_delimiter(&mut self) -> Option<Token> {
        let after = self.at + LEFT.len();
        let marker = if has_left_marker(&self.text[after..]) { MARKER_LEN } else { 0 };
        if self.text[after + marker..].starts_with(COMMENT_START) {
            self.at = after + marker;
            self.ignore();
            return self.comment();
        }
        self.at = after;
        let token = self.token(TokenKind::LeftDelimiter);
        self.at = after + marker;
        self.ignore();
        self.inside_action = true;
        self.paren_depth = 0;
        Some(token)
    }

    /// Passes the comment at this point; a token only if something is wrong with it.
    fn comment(&mut self) -> Option<Token> {
        let Some(length) = self.text[self.at + COMMENT_START.len()..].find(COMMENT_END) else {
            return Some(self.error("unclosed comment"));
        };
        let end = self.at + COMMENT_START.len() + length + COMMENT_END.len();
        let Some(trims) = right_delimiter(&self.text[end..]) else {
            self.at = end;
            return Some(self.error("comment ends before closing delimiter"));
        };
        self.at = self.behind_right_delimiter(end, trims);
        self.ignore();
        None
    }

    /// Where the text goes on behind the right delimiter at `at`.
    fn behind_right_delimiter(&self, at: usize, trims: bool) -> usize {
        if !trims {
            return at + RIGHT.len();
        }
        self.behind_space(at + MARKER_LEN + RIGHT.len())
    }

    /// Where the run of space at `at` ends.
    fn behind_space(&self, at: usize) -> usize {
        let space = self.text[at..].iter().take_while(|&&byte| is_space(byte));
        at + space.count()
    }

    fn inside_action(&mut self) -> Token {
        self.pass_space();
        let rest = self.rest();
        let Some(&byte) = rest.first() else { return self.error("unclosed action") };
        if byte == b'}' && rest.starts_with(RIGHT) {
            return self.right_delimiter(false);
        }
        if byte == b'-' && self.is_spaced && rest[1..].starts_with(RIGHT) {
            return self.right_delimiter(true);
        }
        self.at += 1;
        match byte {
            b'.' if !self.digit_follows() => {
                self.field_or_variable(TokenKind::Field, TokenKind::Keyword(Keyword::Dot))
            }
            b'$' => self.field_or_variable(TokenKind::Variable, TokenKind::Variable),
            b'"' => self.quoted(b'"', TokenKind::String, "unterminated quoted string"),
            b'(' => {
                self.paren_depth += 1;
                self.token(TokenKind::LeftParen)
            }
            b')' => self.right_paren(),
            b'|' => self.token(TokenKind::Pipe),
            b'=' => self.token(TokenKind::Assign),
            b':' => match self.advance() {
                Some('=') => self.token(TokenKind::Declare),
                _ => self.error("expected :="),
            },
            b'`' => self.raw_string(),
            b'\'' => self.quoted(b'\'', TokenKind::CharConstant, "unterminated character constant"),
            b'.' | b'+' | b'-' | b'0'..=b'9' => {
                self.at = self.start;
                self.number()
            }
            byte if is_word(byte) => self.identifier(),
            b' '..=b'~' => self.token(TokenKind::Char),
            _ => self.other_character(),
        }
    }

    /// A character that is neither ASCII nor fit to be seen.
    fn other_character(&mut self) -> Token {
        self.at = self.start;
        match self.advance() {
            Some(c) if is_alphanumeric(c) => self.identifier(),
            Some(c) => self.error(format!("unrecognized character in action: {}", unicode(c))),
            None => self.error("unclosed action"),
        }
    }

    /// The `}}` at this point, or behind a minus.
    fn right_delimiter(&mut self, trims: bool) -> Token {
        if self.paren_depth > 0 {
            // For Go the delimiter begins with the space of its trim marker.
            self.at -= usize::from(trims);
            self.ignore();
            return self.error("unclosed left paren");
        }
        self.start += usize::from(trims);
        self.at = self.start + RIGHT.len();
        let token = self.token(TokenKind::RightDelimiter);
        if trims {
            self.at = self.behind_space(self.at);
            self.ignore();
        }
        self.inside_action = false;
        self.is_spaced = false;
        token
    }

    fn right_paren(&mut self) -> Token {
        let Some(depth) = self.paren_depth.checked_sub(1) else {
            return self.error("unexpected right paren");
        };
        self.paren_depth = depth;
        self.token(TokenKind::RightParen)
    }

    /// Leaves behind the space in front of a token; nearly always there is just one.
    fn pass_space(&mut self) {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|&byte| is_space(byte)) {
            self.at += 1;
        }
        self.is_spaced = self.at > start;
        self.ignore();
    }

    fn identifier(&mut self) -> Token {
        if let Some(error) = self.rest_of_word() {
            return error;
        }
        let kind = match &self.text[self.start..self.at] {
            b"true" | b"false" => TokenKind::Bool,
            word => keyword(word).map_or(TokenKind::Identifier, TokenKind::Keyword),
        };
        self.token(kind)
    }

    /// What `.` or `$` begins: a name, or nothing more.
    fn field_or_variable(&mut self, kind: TokenKind, alone: TokenKind) -> Token {
        if !self.rest().first().is_some_and(|&byte| is_word(byte)) && self.at_terminator() {
            return self.token(alone);
        }
        match self.rest_of_word() {
            Some(error) => error,
            None => self.token(kind),
        }
    }

    /// Passes letters and digits; an error token if something unfit follows them.
    fn rest_of_word(&mut self) -> Option<Token> {
        let rest = self.rest();
        let length = word_length(rest);
        self.at += length;
        match rest.get(length) {
            Some(b' ' | b'.' | b')') => None,
            _ => self.rest_of_other_word(),
        }
    }

    /// The same for words with other letters than ASCII's or other ends than the usual ones.
    fn rest_of_other_word(&mut self) -> Option<Token> {
        loop {
            let rest = self.rest();
            let length = word_length(rest);
            self.at += length;
            // What is not ASCII may go on with the word as well.
            if rest.get(length).is_none_or(u8::is_ascii)
                || !self.peek().is_some_and(is_alphanumeric)
            {
                break;
            }
            self.advance();
        }
        if self.at_terminator() {
            return None;
        }
        let c = self.peek()?;
        Some(self.error(format!("bad character {}", unicode(c))))
    }

    /// True if what follows may stand behind a word.
    fn at_terminator(&self) -> bool {
        match self.rest() {
            [] | [b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b')' | b'(', ..] => {
                true
            }
            rest => rest.starts_with(RIGHT),
        }
    }

    /// The rest of a constant that ends with `quote` on the same line.
    fn quoted(&mut self, quote: u8, kind: TokenKind, unterminated: &'static str) -> Token {
        while let Some(length) = self.rest().find_byteset([quote, b'\\', b'\n']) {
            self.at += length + 1;
            match (self.text[self.at - 1], self.rest().first()) {
                (b'\\', Some(b'\n') | None) | (b'\n', _) => break,
                (b'\\', Some(_)) => self.at += 1,
                _ => return self.token(kind),
            }
        }
        self.error(unterminated)
    }

    fn raw_string(&mut self) -> Token {
        match self.rest().find_byte(b'`') {
            Some(length) => {
                self.at = self.at + length + 1;
                self.token(TokenKind::RawString)
            }
            None => self.error("unterminated raw quoted string"),
        }
    }

    fn number(&mut self) -> Token {
        if !self.scan_number() {
            return self.bad_number();
        }
        if !matches!(self.peek(), Some('+' | '-')) {
            return self.token(TokenKind::Number);
        }
        if !self.scan_number() || self.text[self.at - 1] != b'i' {
            return self.bad_number();
        }
        self.token(TokenKind::Complex)
    }

    fn bad_number(&mut self) -> Token {
        let text = quoted(&self.text[self.start..self.at]);
        self.error(format!("bad number syntax: {text}"))
    }

    /// Passes what looks like a number; the parser finds out whether it is one.
    fn scan_number(&mut self) -> bool {
        const DECIMAL: &[u8] = b"0123456789_";
        const HEXADECIMAL: &[u8] = b"0123456789abcdefABCDEF_";
        self.accept(b"+-");
        let mut digits = DECIMAL;
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = HEXADECIMAL;
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        if digits == DECIMAL && self.accept(b"eE") || digits == HEXADECIMAL && self.accept(b"pP") {
            self.accept(b"+-");
            self.accept_run(DECIMAL);
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.advance();
            return false;
        }
        true
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let accepted = self.rest().first().is_some_and(|byte| set.contains(byte));
        self.at += usize::from(accepted);
        accepted
    }

    fn accept_run(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }

    fn digit_follows(&self) -> bool {
        self.rest().first().is_some_and(u8::is_ascii_digit)
    }

    fn rest(&self) -> &'t [u8] {
        &self.text[self.at..]
    }

    /// Reads a character; what is not UTF-8 reads as U+FFFD.
    fn advance(&mut self) -> Option<char> {
        let (c, size) = decode(self.rest())?;
        self.at += size;
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        decode(self.rest()).map(|(c, _)| c)
    }

    /// Leaves behind what has been passed.
    fn ignore(&mut self) {
        self.start = self.at;
    }

    /// The token that ends here.
    fn token(&mut self, kind: TokenKind) -> Token {
        let (start, end) = (narrow(self.start), narrow(self.at));
        let token = Token { kind, is_spaced: self.is_spaced, start, end };
        self.ignore();
        token
    }

    /// Gives up.
    fn error(&mut self, trouble: impl Into<String>) -> Token {
        self.trouble = trouble.into();
        let token = self.token(TokenKind::Error);
        self.text = &self.text[..self.at];
        token
    }
}

/// The first character and its length in bytes.
fn decode(text: &[u8]) -> Option<(char, usize)> {
    match text.first()? {
        byte @ 0..=0x7f => Some((char::from(*byte), 1)),
        _ => match bstr::decode_utf8(text) {
            (Some(c), size) => Some((c, size)),
            (None, _) => Some((char::REPLACEMENT_CHARACTER, 1)),
        },
    }
}

/// The lexer is not given texts of more than 4 GiB.
fn narrow(offset: usize) -> u32 {
    offset as u32
}

fn keyword(word: &[u8]) -> Option<Keyword> {
    Some(match word {
        b"block" => Keyword::Block,
        b"break" => Keyword::Break,
        b"continue" => Keyword::Continue,
        b"define" => Keyword::Define,
        b"else" => Keyword::Else,
        b"end" => Keyword::End,
        b"if" => Keyword::If,
        b"nil" => Keyword::Nil,
        b"range" => Keyword::Range,
        b"template" => Keyword::Template,
        b"with" => Keyword::With,
        _ => return None,
    })
}

/// True for ASCII letters and digits and the underscore.
fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

/// How many bytes at the start of `text` are of a word.
fn word_length(text: &[u8]) -> usize {
    let mut length = 0;
    while length < text.len() && is_word(text[length]) {
        length += 1;
    }
    length
}

/// Which bytes are ASCII letters, digits or the underscore: most bytes of actions are asked.
static WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        word[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    word
};

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_alphanumeric(c: char) -> bool {
    match c {
        '_' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => is_letter(c) || is_number(c),
    }
}

fn has_left_marker(text: &[u8]) -> bool {
    matches!(text, [b'-', space, ..] if is_space(*space))
}

/// Whether `text` begins with a right delimiter, and whether that one trims.
fn right_delimiter(text: &[u8]) -> Option<bool> {
    match text {
        [b'}', b'}', ..] => Some(false),
        [space, b'-', b'}', b'}', ..] if is_space(*space) => Some(true),
        _ => None,
    }
}

/// Go's `%#U`.
fn unicode(c: char) -> String {
    let code = u32::from(c);
    if is_printable(c) { format!("U+{code:04X} '{c}'") } else { format!("U+{code:04X}") }
}
