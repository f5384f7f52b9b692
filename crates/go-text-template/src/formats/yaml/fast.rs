//! A reader for the plain part of YAML that nearly all texts keep to: block maps and lists, scalars
//! of all kinds, flow collections on one line, comments; no anchors, tags and other rarities.
//!
//! It looks at each byte about once, makes no tokens and hands slices of the text to a [`Sink`]. At
//! the first thing it is not sure of it gives up, and the exact reader decides from the start. So it
//! knows no errors; what it accepts, the exact reader accepts with the same meaning.

use bstr::ByteSlice as _;

use super::input::is_regular;

/// The text is not plain enough.
#[derive(Debug)]
pub(super) struct GiveUp;

/// What the reader finds; each call may refuse what the sink is not sure of.
pub(super) trait Sink<'t> {
    fn begin_map(&mut self) -> Result<(), GiveUp>;
    fn key(&mut self, key: Raw<'t>) -> Result<(), GiveUp>;
    fn end_map(&mut self);
    fn begin_list(&mut self) -> Result<(), GiveUp>;
    fn end_list(&mut self);
    fn scalar(&mut self, scalar: Raw<'t>) -> Result<(), GiveUp>;
}

/// A scalar as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) form: Form,
}

/// What there is to do to get from the bytes to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Plain: the text may mean a number or the like.
    Plain,
    /// Quoted, and between the quotes the text as it is.
    Quoted,
    /// Single-quoted with `''`.
    SingleEscaped,
    /// Double-quoted with backslashes, none of them with a code behind it.
    DoubleEscaped,
    /// Plain on several lines to be folded; always text.
    PlainLines,
    /// Single-quoted on several lines to be folded, perhaps with `''`.
    SingleLines,
    /// Double-quoted on several lines to be folded, perhaps with backslashes.
    DoubleLines,
    /// Lines to be freed from this much indentation; blank ones may have less.
    Literal { indent: usize },
    /// The same, and then to be folded.
    Folded { indent: usize },
}

impl Raw<'_> {
    /// True if the scalar could be a key, which must stand on one line.
    fn is_on_one_line(self) -> bool {
        !matches!(self.form, Form::SingleLines | Form::DoubleLines)
    }

    const NOTHING: Self = Self { bytes: b"", form: Form::Plain };
}

/// Deeper nesting is left to the exact reader.
const MAX_DEPTH: usize = 200;
/// Longer keys are left to the exact reader, which allows no more than 1024 characters.
const MAX_KEY: usize = 1000;
/// Which bytes of a plain scalar have to be looked at: all others belong to it.
static MAY_END_PLAIN: [bool; 256] = {
    let mut may = [false; 256];
    let mut ends: &[u8] = b"\0\t\n :";
    while let [byte, rest @ ..] = ends {
        may[*byte as usize] = true;
        ends = rest;
    }
    may
};

/// Walks through the first document of `text`.
pub(super) fn walk<'t>(text: &'t [u8], sink: &mut impl Sink<'t>) -> Result<(), GiveUp> {
    if !is_plain_enough(text) {
        return Err(GiveUp);
    }
    let mut walker = Walker { text, at: 0, next: None, depth: 0, sink };
    walker.find_content()?;
    walker.skip_document_start()?;
    match walker.next {
        None => walker.sink.scalar(Raw::NOTHING)?,
        Some(column) => walker.block_node(column, None)?,
    }
    match walker.next {
        None => Ok(()),
        Some(_) => Err(GiveUp),
    }
}

/// True if `text` has only characters without surprises; line ends other than line feeds are some.
fn is_plain_enough(text: &[u8]) -> bool {
    if text.find_byte(b'\r').is_some() || !is_regular(text) {
        return false;
    }
    text.is_ascii()
        || !(text.contains_str("\u{85}")
            || text.contains_str("\u{2028}")
            || text.contains_str("\u{2029}"))
}

struct Walker<'t, 's, S> {
    text: &'t [u8],
    at: usize,
    /// The column of the content that `at` points at; `None` at the end of the document.
    next: Option<usize>,
    depth: usize,
    sink: &'s mut S,
}

impl<'t, S: Sink<'t>> Walker<'t, '_, S> {
    /// The byte `ahead` of here; 0 behind the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn is_blankz(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\n' | 0 | b'\t')
    }

    fn is_dash(&self) -> bool {
        self.byte(0) == b'-' && matches!(self.byte(1), b' ' | b'\n' | 0)
    }

    fn is_colon(&self) -> bool {
        self.byte(0) == b':' && matches!(self.byte(1), b' ' | b'\n' | 0)
    }

    fn skip_spaces(&mut self) {
        while self.byte(0) == b' ' {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find_byte(b'\n').map_or(rest.len(), |end| end + 1);
    }

    /// Goes from the start of a line to the next content.
    fn find_content(&mut self) -> Result<(), GiveUp> {
        loop {
            let line = self.at;
            self.skip_spaces();
            let column = self.at - line;
            match self.byte(0) {
                b'\n' => self.at += 1,
                b'#' => self.skip_line(),
                0 => {
                    self.next = None;
                    return Ok(());
                }
                b'\t' => return Err(GiveUp),
                b'-' | b'.' if column == 0 && self.is_document_indicator() => {
                    self.next = None;
                    return if self.byte(0) == b'-' { Ok(()) } else { Err(GiveUp) };
                }
                _ => {
                    self.next = Some(column);
                    return Ok(());
                }
            }
        }
    }

    fn is_document_indicator(&self) -> bool {
        let triple = [self.byte(0), self.byte(1), self.byte(2)];
        matches!(&triple, b"---" | b"...") && self.is_blankz(3)
    }

    /// Skips a `---` in front of the document.
    fn skip_document_start(&mut self) -> Result<(), GiveUp> {
        if self.next.is_none() && self.at < self.text.len() {
            self.at += 3;
            self.finish_line()?;
        }
        Ok(())
    }

    /// Goes from behind a value to the next content; only a comment may be in between.
    fn finish_line(&mut self) -> Result<(), GiveUp> {
        let end = self.at;
        self.skip_spaces();
        match self.byte(0) {
            b'\n' => self.at += 1,
            0 => {}
            b'#' if self.at > end => self.skip_line(),
            _ => return Err(GiveUp),
        }
        self.find_content()
    }

    /// The node that begins at `column`, inside a collection at `parent`.
    fn block_node(&mut self, column: usize, parent: Option<usize>) -> Result<(), GiveUp> {
        if self.is_dash() { self.list(column) } else { self.scalar_or_map(column, parent) }
    }

    fn scalar_or_map(&mut self, column: usize, parent: Option<usize>) -> Result<(), GiveUp> {
        match self.byte(0) {
            b'|' | b'>' => self.block_scalar(parent),
            b'[' | b'{' => self.flow_line(),
            _ => {
                let scalar = self.quoted_or_plain()?;
                let end = self.at;
                self.skip_spaces();
                if self.is_colon() && scalar.is_on_one_line() {
                    return self.map(column, scalar);
                }
                self.at = end;
                self.finish_scalar(scalar, parent)
            }
        }
    }

    /// A map whose keys are at `column`; the first one has been read.
    fn map(&mut self, column: usize, first: Raw<'t>) -> Result<(), GiveUp> {
        self.enter()?;
        self.sink.begin_map()?;
        let mut key = first;
        loop {
            if key.bytes.len() > MAX_KEY {
                return Err(GiveUp);
            }
            self.sink.key(key)?;
            self.at += 1;
            self.map_value(column)?;
            match self.next {
                Some(next) if next == column && !self.is_dash() => {}
                Some(next) if next >= column => return Err(GiveUp),
                _ => break,
            }
            key = self.quoted_or_plain()?;
            self.skip_spaces();
            if !self.is_colon() || !key.is_on_one_line() {
                return Err(GiveUp);
            }
        }
        self.sink.end_map();
        self.depth -= 1;
        Ok(())
    }

    /// What follows the colon of a key at `column`.
    fn map_value(&mut self, column: usize) -> Result<(), GiveUp> {
        self.skip_spaces();
        match self.byte(0) {
            b'\n' | b'#' | 0 => {
                self.skip_line();
                self.find_content()?;
                match self.next {
                    Some(next) if next > column => self.block_node(next, Some(column)),
                    // The dashes of a list may stand below the key.
                    Some(next) if next == column && self.is_dash() => self.list(column),
                    _ => self.sink.scalar(Raw::NOTHING),
                }
            }
            b'|' | b'>' => self.block_scalar(Some(column)),
            b'[' | b'{' => self.flow_line(),
            _ => {
                let scalar = self.quoted_or_plain()?;
                self.finish_scalar(scalar, Some(column))
            }
        }
    }

    /// Takes a value of which the first line has been read, and all of it if it is quoted.
    fn finish_scalar(&mut self, first: Raw<'t>, parent: Option<usize>) -> Result<(), GiveUp> {
        let end = self.at;
        let mut scalar = first;
        if let (Form::Plain, Some(parent)) = (first.form, parent)
            && self.plain_lines(parent)?
        {
            let start = end - first.bytes.len();
            scalar = Raw { bytes: &self.text[start..self.at], form: Form::PlainLines };
        }
        self.sink.scalar(scalar)?;
        self.finish_line()
    }

    /// Goes on to the end of the lines that continue a plain scalar, which are those deeper than
    /// `parent`; false if there are none.
    fn plain_lines(&mut self, parent: usize) -> Result<bool, GiveUp> {
        let mut continued = false;
        loop {
            let end = self.at;
            self.skip_spaces();
            while self.byte(0) == b'\n' {
                self.at += 1;
                let line = self.at;
                self.skip_spaces();
                let inside = self.at - line > parent;
                if !inside && self.byte(0) != b'\n' || self.byte(0) == b'#' {
                    self.at = end;
                    return Ok(continued);
                }
            }
            if self.at == end || matches!(self.byte(0), 0 | b'#' | b':') {
                self.at = end;
                return Ok(continued);
            }
            self.plain_line()?;
            continued = true;
        }
    }

    /// A list whose dashes are at `column`.
    fn list(&mut self, column: usize) -> Result<(), GiveUp> {
        self.enter()?;
        self.sink.begin_list()?;
        loop {
            let dash = self.at;
            self.at += 1;
            self.skip_spaces();
            match self.byte(0) {
                b'\n' | b'#' | 0 => {
                    self.skip_line();
                    self.find_content()?;
                    match self.next {
                        Some(next) if next > column => self.block_node(next, Some(column))?,
                        _ => self.sink.scalar(Raw::NOTHING)?,
                    }
                }
                _ => self.block_node(column + (self.at - dash), Some(column))?,
            }
            match self.next {
                Some(next) if next == column && self.is_dash() => {}
                Some(next) if next > column => return Err(GiveUp),
                _ => break,
            }
        }
        self.sink.end_list();
        self.depth -= 1;
        Ok(())
    }

    fn enter(&mut self) -> Result<(), GiveUp> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(GiveUp) } else { Ok(()) }
    }

    /// A quoted scalar, or the first line of a plain one; stops behind it.
    fn quoted_or_plain(&mut self) -> Result<Raw<'t>, GiveUp> {
        match self.byte(0) {
            b'\'' => self.single_quoted(),
            b'"' => self.double_quoted(),
            _ => self.plain(),
        }
    }

    /// The first line of a plain scalar.
    fn plain(&mut self) -> Result<Raw<'t>, GiveUp> {
        match self.byte(0) {
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%'
            | b'@' | b'`' | 0 => return Err(GiveUp),
            b'-' | b'?' | b':' if self.is_blankz(1) => return Err(GiveUp),
            _ => {}
        }
        let start = self.at;
        self.plain_line()?;
        Ok(Raw { bytes: &self.text[start..self.at], form: Form::Plain })
    }

    /// Goes to the end of a plain scalar on this line: a colon with a blank behind it, a comment, or
    /// the end of the line, without the blanks before.
    fn plain_line(&mut self) -> Result<(), GiveUp> {
        let mut end = self.at;
        loop {
            let rest = &self.text[self.at..];
            let length = rest.iter().position(|&byte| MAY_END_PLAIN[usize::from(byte)]);
            let length = length.unwrap_or(rest.len());
            self.at += length;
            if length > 0 {
                end = self.at;
            }
            match self.byte(0) {
                b' ' if self.byte(1) != b'#' => self.at += 1,
                b':' if !self.is_blankz(1) => {
                    self.at += 1;
                    end = self.at;
                }
                b'\t' => return Err(GiveUp),
                _ => break,
            }
        }
        self.at = end;
        Ok(())
    }

    fn single_quoted(&mut self) -> Result<Raw<'t>, GiveUp> {
        self.at += 1;
        let (start, mut form) = (self.at, Form::Quoted);
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.find_byteset(b"'\n").ok_or(GiveUp)?;
            match (self.byte(0), self.byte(1)) {
                (b'\n', _) => {
                    form = Form::SingleLines;
                    self.enter_quoted_line()?;
                    continue;
                }
                (_, b'\'') if form == Form::Quoted => form = Form::SingleEscaped,
                (_, b'\'') => {}
                _ => break,
            }
            self.at += 2;
        }
        self.at += 1;
        Ok(Raw { bytes: &self.text[start..self.at - 1], form })
    }

    fn double_quoted(&mut self) -> Result<Raw<'t>, GiveUp> {
        self.at += 1;
        let (start, mut form) = (self.at, Form::Quoted);
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.find_byteset(b"\"\\\n").ok_or(GiveUp)?;
            match self.byte(0) {
                b'"' => break,
                b'\n' => {
                    form = Form::DoubleLines;
                    self.enter_quoted_line()?;
                }
                _ => {
                    super::scalars::escape(self.byte(1)).ok_or(GiveUp)?;
                    if form == Form::Quoted {
                        form = Form::DoubleEscaped;
                    }
                    self.at += 2;
                }
            }
        }
        self.at += 1;
        Ok(Raw { bytes: &self.text[start..self.at - 1], form })
    }

    /// Goes to the next line inside quotes, where no document may begin.
    fn enter_quoted_line(&mut self) -> Result<(), GiveUp> {
        self.at += 1;
        if self.is_document_indicator() { Err(GiveUp) } else { Ok(()) }
    }

    /// A literal or folded scalar inside a collection at `parent`.
    fn block_scalar(&mut self, parent: Option<usize>) -> Result<(), GiveUp> {
        let folded = self.byte(0) == b'>';
        self.at += 1;
        let chomping = self.byte(0);
        if matches!(chomping, b'-' | b'+') {
            self.at += 1;
        }
        self.skip_spaces();
        if self.byte(0) != b'\n' {
            return Err(GiveUp);
        }
        self.at += 1;
        let least = parent.map_or(1, |column| column + 1);
        let start = self.at;
        let Some(indent) = self.block_scalar_indent(least)? else {
            // There is not a single line; what `+` would keep is not worth the thought.
            if chomping == b'+' {
                return Err(GiveUp);
            }
            self.sink.scalar(Raw { bytes: b"", form: Form::Quoted })?;
            return self.find_content();
        };
        let end = self.block_scalar_end(indent)?;
        let content = &self.text[start..end];
        let bytes = match chomping {
            b'-' => content.strip_suffix(b"\n").unwrap_or(content),
            b'+' => &self.text[start..self.at],
            _ => content,
        };
        let form = if folded { Form::Folded { indent } } else { Form::Literal { indent } };
        self.sink.scalar(Raw { bytes, form })?;
        self.find_content()
    }

    /// The indentation of a block scalar's first line with content; `None` if that line is not in
    /// it any more. Moves behind blank lines only in the second case.
    fn block_scalar_indent(&mut self, least: usize) -> Result<Option<usize>, GiveUp> {
        let (start, mut deepest) = (self.at, 0);
        loop {
            let line = self.at;
            self.skip_spaces();
            let column = self.at - line;
            match self.byte(0) {
                b'\n' => {
                    deepest = deepest.max(column);
                    self.at += 1;
                }
                b'\t' | 0 => return Err(GiveUp),
                // Behind a blank line with more blanks than this one go-yaml reads nothing.
                _ if column < deepest => return Err(GiveUp),
                _ => {
                    self.at = if column < least { line } else { start };
                    return Ok((column >= least).then_some(column));
                }
            }
        }
    }

    /// Moves behind the lines of a block scalar, and gives where the last one with content ends, its
    /// line feed included.
    fn block_scalar_end(&mut self, indent: usize) -> Result<usize, GiveUp> {
        let mut end = self.at;
        while self.at < self.text.len() {
            let line = self.at;
            while self.at - line < indent && self.byte(0) == b' ' {
                self.at += 1;
            }
            let inside = self.at - line == indent;
            match self.byte(0) {
                b'\n' => self.at += 1,
                0 => {}
                b'\t' if !inside => return Err(GiveUp),
                _ if inside => {
                    self.skip_line();
                    end = self.at;
                }
                _ => {
                    self.at = line;
                    break;
                }
            }
        }
        Ok(end)
    }

    /// A flow collection that is all there is on the rest of this line.
    fn flow_line(&mut self) -> Result<(), GiveUp> {
        self.flow_node()?;
        self.finish_line()
    }

    fn flow_node(&mut self) -> Result<(), GiveUp> {
        match self.byte(0) {
            b'[' => self.flow_list(),
            b'{' => self.flow_map(),
            _ => {
                let scalar = self.flow_scalar()?;
                self.sink.scalar(scalar)
            }
        }
    }

    fn flow_list(&mut self) -> Result<(), GiveUp> {
        self.enter()?;
        self.sink.begin_list()?;
        self.at += 1;
        self.skip_spaces();
        while self.byte(0) != b']' {
            self.flow_node()?;
            self.flow_separator(b']')?;
        }
        self.at += 1;
        self.sink.end_list();
        self.depth -= 1;
        Ok(())
    }

    fn flow_map(&mut self) -> Result<(), GiveUp> {
        self.enter()?;
        self.sink.begin_map()?;
        self.at += 1;
        self.skip_spaces();
        while self.byte(0) != b'}' {
            let key = self.flow_scalar()?;
            self.sink.key(key)?;
            self.skip_spaces();
            // A colon without a blank behind it is left to the exact reader.
            if self.byte(0) != b':' || self.byte(1) != b' ' || key.bytes.len() > MAX_KEY {
                return Err(GiveUp);
            }
            self.at += 1;
            self.skip_spaces();
            self.flow_node()?;
            self.flow_separator(b'}')?;
        }
        self.at += 1;
        self.sink.end_map();
        self.depth -= 1;
        Ok(())
    }

    fn flow_separator(&mut self, end: u8) -> Result<(), GiveUp> {
        self.skip_spaces();
        match self.byte(0) {
            b',' => {
                self.at += 1;
                self.skip_spaces();
                Ok(())
            }
            byte if byte == end => Ok(()),
            _ => Err(GiveUp),
        }
    }

    fn flow_scalar(&mut self) -> Result<Raw<'t>, GiveUp> {
        let scalar = match self.byte(0) {
            b'\'' => self.single_quoted()?,
            b'"' => self.double_quoted()?,
            _ => self.flow_plain()?,
        };
        if scalar.is_on_one_line() { Ok(scalar) } else { Err(GiveUp) }
    }

    /// A plain scalar of characters that mean nothing anywhere.
    fn flow_plain(&mut self) -> Result<Raw<'t>, GiveUp> {
        let start = self.at;
        let mut end = start;
        loop {
            match self.byte(0) {
                b' ' => {}
                b'0'..=b'9'
                | b'A'..=b'Z'
                | b'a'..=b'z'
                | b'_'
                | b'.'
                | b'/'
                | b'+'
                | b'='
                | b'$'
                | b'~' => end = self.at + 1,
                b'-' if self.at > start || !self.is_blankz(1) => end = self.at + 1,
                b',' | b']' | b'}' | b':' => break,
                _ => return Err(GiveUp),
            }
            self.at += 1;
        }
        if end == start {
            return Err(GiveUp);
        }
        self.at = end;
        Ok(Raw { bytes: &self.text[start..end], form: Form::Plain })
    }
}
