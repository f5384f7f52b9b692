//! The bytes a scanner works on: valid UTF-8 with no character that YAML forbids, or a note of
//! where that ends.
//!
//! Go reads its input in pieces and checks each piece when it arrives, so a forbidden character is
//! reported before other mistakes up to 512 bytes in front of it, and a byte order mark counts only
//! at the start of a piece. Texts without such characters need none of this; for the others a
//! [`Window`] follows what Go has read so far.

use std::borrow::Cow;

use super::{Error, Mark};

/// A text to scan.
#[derive(Debug)]
pub(super) struct Input<'t> {
    text: Cow<'t, [u8]>,
    window: Option<Box<Window>>,
}

impl<'t> Input<'t> {
    /// The text behind the byte order mark, UTF-16 as UTF-8.
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        match bytes {
            [0xff, 0xfe, rest @ ..] => Self::utf16(rest, u16::from_le_bytes),
            [0xfe, 0xff, rest @ ..] => Self::utf16(rest, u16::from_be_bytes),
            [0xef, 0xbb, 0xbf, rest @ ..] => Self::utf8(Cow::Borrowed(rest), 3),
            // Go reads a line end where there is nothing; that changes no mark.
            rest => Self::utf8(Cow::Borrowed(rest), 0),
        }
    }

    fn utf8(text: Cow<'t, [u8]>, bom: usize) -> Self {
        let window = (!is_regular(&text)).then(|| Box::new(Window::new(&text, bom)));
        Self { text, window }
    }

    fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Self {
        let units = bytes.chunks(2).map(|pair| pair.try_into().map(unit));
        let mut failure = (bytes.len() % 2 == 1).then_some("incomplete UTF-16 character");
        let decoded = char::decode_utf16(units.filter_map(Result::ok));
        let mut text = String::with_capacity(bytes.len());
        for character in decoded {
            match character {
                Ok(character) => text.push(character),
                Err(error) => {
                    failure = Some(match error.unpaired_surrogate() {
                        0xdc00.. => "unexpected low surrogate area",
                        _ => "expected low surrogate area",
                    });
                    break;
                }
            }
        }
        let mut input = Self::utf8(Cow::Owned(text.into_bytes()), 2);
        if let Some(failure) = failure {
            input.window = Some(Box::new(Window::refusing(failure)));
        }
        input
    }

    /// All of the text.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// True if nothing in the text depends on how Go reads it piece by piece.
    pub(super) fn is_whole(&self) -> bool {
        self.window.is_none()
    }

    /// Makes sure that `count` characters from `mark` on can be looked at, as far as there are any.
    pub(super) fn need(&mut self, mark: Mark, count: usize) -> Result<(), Error> {
        match &mut self.window {
            None => Ok(()),
            Some(window) => window.need(&self.text, mark, count),
        }
    }

    /// True if the piece of text that Go holds begins with a byte order mark, wherever in the piece
    /// the scanner stands: go-yaml looks at the wrong place.
    pub(super) fn piece_starts_with_bom(&self) -> bool {
        let Some(window) = &self.window else {
            return false;
        };
        self.text.get(window.start..).is_some_and(|piece| piece.starts_with(BOM))
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// True for valid UTF-8 without forbidden characters and byte order marks.
pub(super) fn is_regular(text: &[u8]) -> bool {
    if is_printable_ascii(text) {
        return true;
    }
    let Ok(text) = str::from_utf8(text) else {
        return false;
    };
    text.chars().all(|character| is_allowed(character) && character != '\u{feff}')
}

/// True for printable ASCII, tabs and line ends.
fn is_printable_ascii(text: &[u8]) -> bool {
    // No early exit inside a block: this way the compiler makes vector code of it.
    text.chunks(256).all(|block| {
        block.iter().fold(true, |fine, &byte| {
            fine & (matches!(byte, b' '..=b'~')
                | (byte == b'\n')
                | (byte == b'\t')
                | (byte == b'\r'))
        })
    })
}

fn is_allowed(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n'
            | '\r'
            | ' '..='~'
            | '\u{85}'
            | '\u{a0}'..='\u{d7ff}'
            | '\u{e000}'..='\u{fffd}'
            | '\u{10000}'..
    )
}

/// How much of a text Go has read and checked.
#[derive(Debug)]
struct Window {
    /// Where the piece that Go holds begins.
    start: usize,
    /// The end of what has been checked.
    checked: usize,
    /// The end of what has been read; a character may be cut in two there.
    read: usize,
    /// How many bytes the first read brought in besides the text: the byte order mark.
    bom: usize,
    flaw: Option<Flaw>,
}

/// The first thing in a text that is not allowed.
#[derive(Debug)]
struct Flaw {
    offset: usize,
    /// Bytes that must have been read before Go notices; `usize::MAX` if only the end tells.
    width: usize,
    text: &'static str,
}

/// What one read brings, together with what is left of the piece before.
const PIECE: usize = 512;

impl Window {
    fn new(text: &[u8], bom: usize) -> Self {
        Self { start: 0, checked: 0, read: 0, bom, flaw: first_flaw(text) }
    }

    /// A window on a text that cannot be decoded.
    fn refusing(text: &'static str) -> Self {
        let flaw = Some(Flaw { offset: 0, width: 0, text });
        Self { start: 0, checked: 0, read: 0, bom: 0, flaw }
    }

    fn need(&mut self, text: &[u8], mark: Mark, count: usize) -> Result<(), Error> {
        if self.has(text, mark.offset, count) {
            return Ok(());
        }
        self.start = mark.offset;
        while !self.has(text, mark.offset, count) {
            let at_end = self.read == text.len();
            self.read_on(text.len());
            self.check(text, mark, at_end)?;
            if at_end {
                return Ok(());
            }
        }
        Ok(())
    }

    /// True if `count` checked characters follow `at`.
    fn has(&self, text: &[u8], at: usize, count: usize) -> bool {
        let Some(unread) = text.get(at..self.checked) else {
            return false;
        };
        unread.len() >= 4 * count
            || unread.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() >= count
    }

    fn read_on(&mut self, end: usize) {
        let left_over = self.read - self.checked;
        let bom = if self.read == 0 { self.bom } else { 0 };
        self.read = (self.read + PIECE - left_over - bom).min(end);
    }

    fn check(&mut self, text: &[u8], mark: Mark, at_end: bool) -> Result<(), Error> {
        if let Some(flaw) = &self.flaw {
            let noticed = flaw.offset.saturating_add(flaw.width) <= self.read;
            if noticed && flaw.offset <= self.read || at_end {
                return Err(Error::input(flaw.text, mark_at(text, mark, flaw.offset)));
            }
        }
        self.checked = self.flaw.as_ref().map_or(self.read, |flaw| flaw.offset.min(self.read));
        while self.checked > 0 && !is_character_start(text, self.checked) {
            self.checked -= 1;
        }
        Ok(())
    }
}

/// True if no character of `text` is cut in two at `at`.
fn is_character_start(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)
}

/// The mark of `offset`, which is not before `mark`.
fn mark_at(text: &[u8], mark: Mark, offset: usize) -> Mark {
    let between = text.get(mark.offset..offset).unwrap_or_default();
    between.iter().fold(Mark { offset, ..mark }, |mark, byte| match byte {
        b'\n' => Mark { line: mark.line + 1, column: 0, index: mark.index + 1, ..mark },
        0x80..=0xbf => mark,
        _ => Mark { column: mark.column + 1, index: mark.index + 1, ..mark },
    })
}

fn first_flaw(text: &[u8]) -> Option<Flaw> {
    let mut offset = 0;
    while offset < text.len() {
        match character(&text[offset..]) {
            Ok(width) => offset += width,
            Err((width, text)) => return Some(Flaw { offset, width, text }),
        }
    }
    None
}

/// The width of the first character; or how many bytes show that it is none, and why it is none.
fn character(text: &[u8]) -> Result<usize, (usize, &'static str)> {
    let width = match text[0] {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return Err((1, "invalid leading UTF-8 octet")),
    };
    let Some(bytes) = text.get(..width) else {
        return Err((usize::MAX, "incomplete UTF-8 octet sequence"));
    };
    if bytes[1..].iter().any(|byte| byte & 0xc0 != 0x80) {
        return Err((width, "invalid trailing UTF-8 octet"));
    }
    match code_point(bytes) {
        value if value < [0, 0x80, 0x800, 0x10000][width - 1] => {
            Err((width, "invalid length of a UTF-8 sequence"))
        }
        value => match char::from_u32(value) {
            None => Err((width, "invalid Unicode character")),
            Some(character) if !is_allowed(character) => {
                Err((width, "control characters are not allowed"))
            }
            Some(_) => Ok(width),
        },
    }
}

/// The number that a leading octet and its trailing octets spell.
fn code_point(bytes: &[u8]) -> u32 {
    let lead_bits = [0x7f, 0x1f, 0x0f, 0x07][bytes.len() - 1];
    let lead = u32::from(bytes[0] & lead_bits);
    bytes[1..].iter().fold(lead, |value, byte| value << 6 | u32::from(byte & 0x3f))
}
