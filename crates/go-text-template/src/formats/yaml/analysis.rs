//! Which ways of writing a text as a scalar are open.

use super::dialect::Dialect;

/// What go-yaml finds out about a text before it writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Analysis {
    /// The text has line breaks.
    pub(super) multiline: bool,
    pub(super) plain_allowed: bool,
    pub(super) single_quoted_allowed: bool,
    pub(super) block_allowed: bool,
}

impl Analysis {
    /// A text without anything special.
    const SIMPLE: Self = Self {
        multiline: false,
        plain_allowed: true,
        single_quoted_allowed: true,
        block_allowed: true,
    };

    pub(super) fn of(text: &[u8], dialect: Dialect) -> Self {
        match text {
            [] => Self { block_allowed: false, ..Self::SIMPLE },
            text if is_simple(text) => Self::SIMPLE,
            text => Self::thorough(text, dialect),
        }
    }

    fn thorough(text: &[u8], dialect: Dialect) -> Self {
        let found = Findings::of(text, dialect);
        let leading = matches!(text[0], b' ') || break_width(text) > 0;
        let trailing = text.ends_with(b" ") || found.trailing_break;
        let escapes = found.space_break || found.special;
        Self {
            multiline: found.breaks,
            plain_allowed: !(leading
                || trailing
                || found.break_space
                || found.breaks
                || found.indicators
                || found.tabs
                || escapes),
            single_quoted_allowed: !(found.break_space || found.tabs || escapes),
            block_allowed: !(text.ends_with(b" ") || escapes),
        }
    }
}

/// True for a text that begins with a letter or digit and goes on with these and some signs: the
/// bulk of what there is.
fn is_simple(text: &[u8]) -> bool {
    text[0].is_ascii_alphanumeric()
        && text.iter().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'=')
        })
}

#[derive(Default)]
struct Findings {
    /// Characters that mean something in YAML where they stand.
    indicators: bool,
    breaks: bool,
    trailing_break: bool,
    /// A blank behind a line break.
    break_space: bool,
    /// A blank before a line break.
    space_break: bool,
    /// Characters that can only be written as escapes.
    special: bool,
    /// Tabs, where they forbid only plain and single-quoted writing.
    tabs: bool,
}

impl Findings {
    fn of(text: &[u8], dialect: Dialect) -> Self {
        let mut found = Self {
            indicators: text.starts_with(b"---") || text.starts_with(b"..."),
            ..Self::default()
        };
        let (mut after_space, mut after_break, mut after_white) = (false, false, true);
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let next = at + width(rest[0]);
            let before_blank = text.get(next).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
            found.indicators |= match rest[0] {
                b'#' => after_white,
                b':' => before_blank,
                b'?' | b'-' => at == 0 && before_blank,
                b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
                | b'"' | b'%' | b'@' | b'`' => at == 0,
                _ => false,
            };
            match rest[0] {
                b'\t' if dialect == Dialect::Pretty => found.tabs = true,
                _ => found.special |= !is_printable(rest),
            }
            let (is_space, is_break) = (rest[0] == b' ', break_width(rest) > 0);
            found.break_space |= is_space && after_break;
            found.space_break |= is_break && after_space;
            found.breaks |= is_break;
            found.trailing_break = is_break;
            (after_space, after_break) = (is_space, is_break);
            after_white = is_break || matches!(rest[0], b' ' | b'\t' | 0);
            at = next;
        }
        found
    }
}

/// The number of bytes of the character that `byte` begins.
pub(super) fn width(byte: u8) -> usize {
    match byte {
        0..=0xbf => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
    }
}

/// The number of bytes of the line break that begins `text`; 0 if there is none.
pub(super) fn break_width(text: &[u8]) -> usize {
    match text {
        [b'\r' | b'\n', ..] => 1,
        [0xc2, 0x85, ..] => 2,
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
        _ => 0,
    }
}

/// True if the character that begins `text` can be written as it is. For go-yaml the characters
/// beyond U+FFFF cannot.
pub(super) fn is_printable(text: &[u8]) -> bool {
    match text {
        [b'\n' | b' '..=b'~', ..] => true,
        [0xc2, second, ..] => *second >= 0xa0,
        [0xed, second, ..] => *second < 0xa0,
        [0xef, 0xbb, 0xbf, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..] => false,
        [first, ..] => matches!(first, 0xc3..=0xef),
        [] => true,
    }
}
