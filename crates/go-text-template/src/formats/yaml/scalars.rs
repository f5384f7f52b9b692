//! The scanner's longer tokens: scalars, tags, anchors and directives.

use super::scanner::Scanner;
use super::token::{ScalarStyle, Token, TokenKind};
use super::{Error, Mark};

/// Blanks and line breaks between two words of a scalar that may span lines.
#[derive(Default)]
struct Gap {
    blanks: Vec<u8>,
    first_break: Vec<u8>,
    more_breaks: Vec<u8>,
    /// A line break was seen, so the next line's blanks are indentation.
    broken: bool,
}

impl Gap {
    fn is_empty(&self) -> bool {
        !self.broken && self.blanks.is_empty()
    }

    /// Appends what the gap means to `value`: a single line feed folds into a blank.
    fn flush(&mut self, value: &mut Vec<u8>) {
        if !self.broken {
            value.append(&mut self.blanks);
            return;
        }
        match self.first_break.first() {
            Some(b'\n') if self.more_breaks.is_empty() => value.push(b' '),
            Some(b'\n') => {}
            _ => value.append(&mut self.first_break),
        }
        value.append(&mut self.more_breaks);
        self.first_break.clear();
        self.broken = false;
    }
}

impl Scanner<'_> {
    /// Reads one blank or one line break into `gap`.
    fn read_gap(&mut self, gap: &mut Gap) -> Result<(), Error> {
        if self.is_blank(0) {
            if gap.broken {
                self.skip();
            } else {
                self.read(&mut gap.blanks);
            }
        } else {
            self.need(2)?;
            if gap.broken {
                self.read_line(&mut gap.more_breaks);
            } else {
                gap.blanks.clear();
                self.read_line(&mut gap.first_break);
                gap.broken = true;
            }
        }
        self.need(1)
    }

    fn scalar(&self, value: Vec<u8>, style: ScalarStyle, start: Mark, end: Mark) -> Token {
        Token { kind: TokenKind::Scalar { value, style }, start, end }
    }

    pub(super) fn scan_plain(&mut self) -> Result<Token, Error> {
        let (start, least_column) = (self.mark, self.indent + 1);
        let (mut value, mut gap, mut end) = (Vec::new(), Gap::default(), self.mark);
        loop {
            self.need(4)?;
            if self.at_document_indicator() || self.byte(0) == b'#' {
                break;
            }
            while !self.is_blankz(0) && !self.ends_plain_scalar() {
                if !gap.is_empty() {
                    gap.flush(&mut value);
                }
                self.read(&mut value);
                // These end no scalar, in whatever context.
                self.read_run(&mut value, |byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')
                });
                end = self.mark;
                self.need(2)?;
            }
            if !self.is_blank(0) && !self.is_break(0) {
                break;
            }
            self.need(1)?;
            while self.is_blank(0) || self.is_break(0) {
                let indenting = gap.broken && (self.mark.column as isize) < least_column;
                if indenting && self.byte(0) == b'\t' {
                    let complaint = "found a tab character that violates indentation";
                    return Err(Error::scanner(Some(start), complaint, self.mark));
                }
                self.read_gap(&mut gap)?;
            }
            if self.flow_level == 0 && (self.mark.column as isize) < least_column {
                break;
            }
        }
        if gap.broken {
            self.key_allowed = true;
        }
        Ok(self.scalar(value, ScalarStyle::Plain, start, end))
    }

    fn ends_plain_scalar(&self) -> bool {
        match self.byte(0) {
            b':' => self.is_blankz(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow_level > 0,
            _ => false,
        }
    }

    pub(super) fn scan_quoted(&mut self, single: bool) -> Result<Token, Error> {
        let start = self.mark;
        let quote = self.byte(0);
        let fail = |scanner: &Self, text| Err(Error::scanner(Some(start), text, scanner.mark));
        self.skip();
        let (mut value, mut gap) = (Vec::new(), Gap::default());
        loop {
            self.need(4)?;
            if self.at_document_indicator() {
                return fail(self, "found unexpected document indicator");
            }
            if self.byte(0) == 0 {
                return fail(self, "found unexpected end of stream");
            }
            while !self.is_blankz(0) {
                match self.byte(0) {
                    b'\'' if single && self.byte(1) == b'\'' => {
                        value.push(b'\'');
                        self.skip();
                        self.skip();
                    }
                    byte if byte == quote => break,
                    b'\\' if !single && self.is_break(1) => {
                        self.need(3)?;
                        self.skip();
                        self.skip_line();
                        gap.broken = true;
                        break;
                    }
                    b'\\' if !single => self.read_escape(start, &mut value)?,
                    _ => {
                        self.read(&mut value);
                        self.read_run(&mut value, |byte| {
                            matches!(byte, b'!'..=b'~') && !matches!(byte, b'\'' | b'"' | b'\\')
                        });
                    }
                }
                self.need(2)?;
            }
            self.need(1)?;
            if self.byte(0) == quote {
                break;
            }
            while self.is_blank(0) || self.is_break(0) {
                self.read_gap(&mut gap)?;
            }
            gap.flush(&mut value);
        }
        self.skip();
        let style = if single { ScalarStyle::SingleQuoted } else { ScalarStyle::DoubleQuoted };
        Ok(self.scalar(value, style, start, self.mark))
    }

    /// Reads a backslash and what it stands for.
    fn read_escape(&mut self, start: Mark, value: &mut Vec<u8>) -> Result<(), Error> {
        let digits = match self.byte(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            letter => {
                let Some(meaning) = escape(letter) else {
                    let complaint = "found unknown escape character";
                    return Err(Error::scanner(Some(start), complaint, self.mark));
                };
                value.extend_from_slice(meaning.as_bytes());
                0
            }
        };
        self.skip();
        self.skip();
        if digits == 0 { Ok(()) } else { self.read_code(start, digits, value) }
    }

    fn read_code(&mut self, start: Mark, digits: usize, value: &mut Vec<u8>) -> Result<(), Error> {
        self.need(digits)?;
        let fail = |text| Err(Error::scanner(Some(start), text, self.mark));
        let mut code = 0_u64;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.byte(ahead)).to_digit(16) else {
                return fail("did not find expected hexdecimal number");
            };
            code = code << 4 | u64::from(digit);
        }
        let Some(character) = u32::try_from(code).ok().and_then(char::from_u32) else {
            return fail("found invalid Unicode character escape code");
        };
        value.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        for _ in 0..digits {
            self.skip();
        }
        Ok(())
    }

    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Result<Token, Error> {
        let start = self.mark;
        self.skip();
        let header = self.scan_block_header(start)?;
        let mut indent = match header.increment {
            0 => 0,
            increment => self.indent.max(0) as usize + increment,
        };
        let (mut value, mut breaks) = (Vec::new(), Vec::new());
        let mut leading_break = Vec::new();
        let mut end = self.scan_block_breaks(&mut indent, &mut breaks, start)?;
        self.need(1)?;
        let mut after_blank = false;
        while self.mark.column == indent && self.byte(0) != 0 {
            let blank = self.is_blank(0);
            // Lines that begin with a blank keep their line breaks when folding.
            let folds = !literal && !after_blank && !blank && leading_break.first() == Some(&b'\n');
            match folds {
                true if breaks.is_empty() => value.push(b' '),
                true => {}
                false => value.append(&mut leading_break),
            }
            leading_break.clear();
            value.append(&mut breaks);
            after_blank = blank;
            while !self.is_breakz(0) {
                self.read(&mut value);
                self.read_run(&mut value, |byte| matches!(byte, b' '..=b'~'));
                self.need(1)?;
            }
            self.need(2)?;
            self.read_line(&mut leading_break);
            end = self.scan_block_breaks(&mut indent, &mut breaks, start)?;
        }
        if header.chomping != Chomping::Strip {
            value.append(&mut leading_break);
        }
        if header.chomping == Chomping::Keep {
            value.append(&mut breaks);
        }
        let style = if literal { ScalarStyle::Literal } else { ScalarStyle::Folded };
        Ok(self.scalar(value, style, start, end))
    }

    /// Reads the rest of the line of `|` or `>`.
    fn scan_block_header(&mut self, start: Mark) -> Result<BlockHeader, Error> {
        let mut header = BlockHeader { chomping: Chomping::Clip, increment: 0 };
        self.need(1)?;
        if self.scan_chomping(&mut header) {
            self.need(1)?;
            self.scan_increment(&mut header, start)?;
        } else if self.scan_increment(&mut header, start)? {
            self.need(1)?;
            self.scan_chomping(&mut header);
        }
        self.need(1)?;
        self.skip_line_end(start, true)?;
        Ok(header)
    }

    fn scan_chomping(&mut self, header: &mut BlockHeader) -> bool {
        header.chomping = match self.byte(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return false,
        };
        self.skip();
        true
    }

    fn scan_increment(&mut self, header: &mut BlockHeader, start: Mark) -> Result<bool, Error> {
        match self.byte(0) {
            b'0' => {
                let complaint = "found an indentation indicator equal to 0";
                Err(Error::scanner(Some(start), complaint, self.mark))
            }
            digit @ b'1'..=b'9' => {
                header.increment = usize::from(digit - b'0');
                self.skip();
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Skips blanks and a comment, which may be one to keep, and the line break that has to follow.
    fn skip_line_end(&mut self, start: Mark, keeps_comment: bool) -> Result<(), Error> {
        self.skip_blanks()?;
        if keeps_comment && self.comments.is_some() && self.byte(0) == b'#' {
            self.scan_line_comment(start)?;
        }
        self.skip_comment()?;
        if !self.is_breakz(0) {
            let complaint = "did not find expected comment or line break";
            return Err(Error::scanner(Some(start), complaint, self.mark));
        }
        if self.is_break(0) {
            self.need(2)?;
            self.skip_line();
        }
        Ok(())
    }

    fn skip_blanks(&mut self) -> Result<(), Error> {
        while self.is_blank(0) {
            self.skip();
            self.need(1)?;
        }
        Ok(())
    }

    /// Skips indentation and collects the breaks of empty lines; settles the indentation, if that
    /// is still open, by the deepest of these lines. Gives where the last break ended.
    fn scan_block_breaks(
        &mut self,
        indent: &mut usize,
        breaks: &mut Vec<u8>,
        start: Mark,
    ) -> Result<Mark, Error> {
        let (mut end, mut deepest) = (self.mark, 0);
        loop {
            self.need(1)?;
            while self.is_block_indentation(*indent) && self.byte(0) == b' ' {
                self.skip();
                self.need(1)?;
            }
            deepest = deepest.max(self.mark.column);
            if self.is_block_indentation(*indent) && self.byte(0) == b'\t' {
                let complaint = "found a tab character where an indentation space is expected";
                return Err(Error::scanner(Some(start), complaint, self.mark));
            }
            if !self.is_break(0) {
                break;
            }
            self.need(2)?;
            self.read_line(breaks);
            end = self.mark;
        }
        if *indent == 0 {
            *indent = deepest.max((self.indent + 1).max(1) as usize);
        }
        Ok(end)
    }

    fn is_block_indentation(&self, indent: usize) -> bool {
        indent == 0 || self.mark.column < indent
    }

    pub(super) fn scan_alias(&mut self) -> Result<Token, Error> {
        self.scan_name(TokenKind::Alias)
    }

    pub(super) fn scan_anchor(&mut self) -> Result<Token, Error> {
        self.scan_name(TokenKind::Anchor)
    }

    fn scan_name(&mut self, kind: fn(Vec<u8>) -> TokenKind) -> Result<Token, Error> {
        let start = self.mark;
        self.skip();
        let name = self.read_word()?;
        let ends = self.is_blankz(0)
            || matches!(self.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ends {
            let complaint = "did not find expected alphabetic or numeric character";
            return Err(Error::scanner(Some(start), complaint, self.mark));
        }
        Ok(Token { kind: kind(name), start, end: self.mark })
    }

    fn read_word(&mut self) -> Result<Vec<u8>, Error> {
        let mut word = Vec::new();
        self.need(1)?;
        while self.is_word() {
            self.read(&mut word);
            self.need(1)?;
        }
        Ok(word)
    }
}

/// The line of a block scalar's indicator.
struct BlockHeader {
    chomping: Chomping,
    /// The indentation below the parent's; 0 if the first line tells.
    increment: usize,
}

/// What becomes of the line breaks at the end of a block scalar.
#[derive(PartialEq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// What a letter behind a backslash stands for.
pub(super) fn escape(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'0' => "\0",
        b'a' => "\x07",
        b'b' => "\x08",
        b't' | b'\t' => "\t",
        b'n' => "\n",
        b'v' => "\x0b",
        b'f' => "\x0c",
        b'r' => "\r",
        b'e' => "\x1b",
        b' ' => " ",
        b'"' => "\"",
        b'\'' => "'",
        b'\\' => "\\",
        b'N' => "\u{85}",
        b'_' => "\u{a0}",
        b'L' => "\u{2028}",
        b'P' => "\u{2029}",
        _ => return None,
    })
}

/// Tags and directives.
impl Scanner<'_> {
    pub(super) fn scan_tag(&mut self) -> Result<Token, Error> {
        let start = self.mark;
        self.need(2)?;
        let (handle, suffix) = if self.byte(1) == b'<' {
            self.skip();
            self.skip();
            let suffix = self.scan_tag_uri(start, Vec::new(), false)?;
            if self.byte(0) != b'>' {
                let complaint = "did not find the expected '>'";
                return Err(Error::scanner(Some(start), complaint, self.mark));
            }
            self.skip();
            (Vec::new(), suffix)
        } else {
            self.scan_short_tag(start)?
        };
        self.need(1)?;
        if !self.is_blankz(0) {
            let complaint = "did not find expected whitespace or line break";
            return Err(Error::scanner(Some(start), complaint, self.mark));
        }
        Ok(Token { kind: TokenKind::Tag { handle, suffix }, start, end: self.mark })
    }

    /// `!handle!suffix`, `!suffix` or `!`.
    fn scan_short_tag(&mut self, start: Mark) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let handle = self.scan_tag_handle(TagPlace::Node, start)?;
        if handle.len() > 1 && handle.ends_with(b"!") {
            let suffix = self.scan_tag_uri(start, Vec::new(), false)?;
            return Ok((handle, suffix));
        }
        let suffix = self.scan_tag_uri(start, handle[1..].to_vec(), true)?;
        match suffix.is_empty() {
            true => Ok((Vec::new(), b"!".to_vec())),
            false => Ok((b"!".to_vec(), suffix)),
        }
    }

    fn scan_tag_handle(&mut self, place: TagPlace, start: Mark) -> Result<Vec<u8>, Error> {
        self.need(1)?;
        if self.byte(0) != b'!' {
            return Err(Error::scanner(Some(start), "did not find expected '!'", self.mark));
        }
        let mut handle = Vec::new();
        self.read(&mut handle);
        handle.append(&mut self.read_word()?);
        if self.byte(0) == b'!' {
            self.read(&mut handle);
        } else if place == TagPlace::Directive && handle != b"!" {
            return Err(Error::scanner(Some(start), "did not find expected '!'", self.mark));
        }
        Ok(handle)
    }

    /// Reads the characters of a URI behind `uri`, which may be all there is if `optional`.
    fn scan_tag_uri(
        &mut self,
        start: Mark,
        mut uri: Vec<u8>,
        optional: bool,
    ) -> Result<Vec<u8>, Error> {
        let mut found = optional;
        self.need(1)?;
        while self.is_uri_character() {
            match self.byte(0) {
                b'%' => self.read_uri_escapes(start, &mut uri)?,
                _ => self.read(&mut uri),
            }
            self.need(1)?;
            found = true;
        }
        if !found {
            return Err(Error::scanner(Some(start), "did not find expected tag URI", self.mark));
        }
        Ok(uri)
    }

    fn is_uri_character(&self) -> bool {
        self.is_word() || self.byte(0) != 0 && b";/?:@&=+$,.!~*'()[]%".contains(&self.byte(0))
    }

    /// Reads the `%XX` of one character.
    fn read_uri_escapes(&mut self, start: Mark, uri: &mut Vec<u8>) -> Result<(), Error> {
        let mut left = None;
        while left != Some(0) {
            self.need(3)?;
            let fail = |text| Err(Error::scanner(Some(start), text, self.mark));
            let hex = |ahead| char::from(self.byte(ahead)).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.byte(0), hex(1), hex(2)) else {
                return fail("did not find URI escaped octet");
            };
            let octet = (high << 4 | low) as u8;
            left = Some(match (left, octet) {
                (None, 0..=0x7f) => 0,
                (None, 0xc0..=0xdf) => 1,
                (None, 0xe0..=0xef) => 2,
                (None, 0xf0..=0xf7) => 3,
                (None, _) => return fail("found an incorrect leading UTF-8 octet"),
                (Some(left), 0x80..=0xbf) => left - 1,
                (Some(_), _) => return fail("found an incorrect trailing UTF-8 octet"),
            });
            uri.push(octet);
            self.skip();
            self.skip();
            self.skip();
        }
        Ok(())
    }

    pub(super) fn scan_directive(&mut self) -> Result<Token, Error> {
        let start = self.mark;
        self.skip();
        let name = self.scan_directive_name(start)?;
        let kind = match name.as_slice() {
            b"YAML" => self.scan_version(start)?,
            b"TAG" => self.scan_tag_definition(start)?,
            _ => {
                let complaint = "found unknown directive name";
                return Err(Error::scanner(Some(start), complaint, self.mark));
            }
        };
        let end = self.mark;
        self.need(1)?;
        self.skip_line_end(start, false)?;
        Ok(Token { kind, start, end })
    }

    fn scan_directive_name(&mut self, start: Mark) -> Result<Vec<u8>, Error> {
        let name = self.read_word()?;
        let complaint = match () {
            () if name.is_empty() => "could not find expected directive name",
            () if !self.is_blankz(0) => "found unexpected non-alphabetical character",
            () => return Ok(name),
        };
        Err(Error::scanner(Some(start), complaint, self.mark))
    }

    fn scan_version(&mut self, start: Mark) -> Result<TokenKind, Error> {
        self.need(1)?;
        self.skip_blanks()?;
        let major = self.scan_version_number(start)?;
        if self.byte(0) != b'.' {
            let complaint = "did not find expected digit or '.' character";
            return Err(Error::scanner(Some(start), complaint, self.mark));
        }
        self.skip();
        let minor = self.scan_version_number(start)?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn scan_version_number(&mut self, start: Mark) -> Result<u8, Error> {
        self.need(1)?;
        let fail = |text, mark| Err(Error::scanner(Some(start), text, mark));
        let (mut value, mut length) = (0, 0);
        while self.byte(0).is_ascii_digit() {
            length += 1;
            if length > 2 {
                return fail("found extremely long version number", self.mark);
            }
            value = value * 10 + (self.byte(0) - b'0');
            self.skip();
            self.need(1)?;
        }
        match length {
            0 => fail("did not find expected version number", self.mark),
            _ => Ok(value),
        }
    }

    fn scan_tag_definition(&mut self, start: Mark) -> Result<TokenKind, Error> {
        self.need(1)?;
        self.skip_blanks()?;
        let handle = self.scan_tag_handle(TagPlace::Directive, start)?;
        self.need(1)?;
        if !self.is_blank(0) {
            let complaint = "did not find expected whitespace";
            return Err(Error::scanner(Some(start), complaint, self.mark));
        }
        self.skip_blanks()?;
        let prefix = self.scan_tag_uri(start, Vec::new(), false)?;
        self.need(1)?;
        if !self.is_blankz(0) {
            let complaint = "did not find expected whitespace or line break";
            return Err(Error::scanner(Some(start), complaint, self.mark));
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }
}

/// Where a tag is read.
#[derive(Clone, Copy, PartialEq)]
enum TagPlace {
    Node,
    Directive,
}
