//! Finds the words of TOML.
//!
//! The words are read on demand, so that a reader can object to one before the next is looked at:
//! which mistake is reported first, and for which line, is part of the library's behaviour.

use crate::data::{Charset, Runes, append_quoted_rune, is_letter, quoted};

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Bad {
    pub(super) line: usize,
    pub(super) message: String,
}

/// What stands at the top level.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Top {
    End,
    Table,
    ArrayTable,
    Key,
}

/// The start of a value, or all of a plain one.
#[derive(Debug)]
pub(super) enum Word<'t> {
    Array,
    InlineTable,
    Text(Text<'t>),
    Integer(&'t [u8]),
    Float(&'t [u8]),
    Bool(bool),
    Datetime(&'t [u8]),
}

/// A string between its quotes.
#[derive(Debug)]
pub(super) struct Text<'t> {
    pub(super) raw: &'t [u8],
    pub(super) style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Nothing to replace: a bare key, or a string without escapes.
    Plain,
    Escaped,
    Multiline,
    RawMultiline,
}

/// What follows a part of a key or an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    More,
    End,
}

/// Stands for the end of the text; the text cannot hold it.
const EOF: char = '\0';

pub(super) struct Lexer<'t> {
    text: &'t [u8],
    /// Where the current word starts.
    start: usize,
    at: usize,
    line: usize,
    /// The end has been read, not only reached.
    at_end: bool,
}

type Lexed<T> = Result<T, Bad>;

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, start: 0, at: 0, line: 1, at_end: false }
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Reads up to the next table or key.
    pub(super) fn top(&mut self) -> Lexed<Top> {
        loop {
            match self.next()? {
                ' ' | '\t' | '\n' | '\r' => self.start = self.at,
                '#' => self.comment()?,
                '[' if self.peek()? == '[' => {
                    self.next()?;
                    return Ok(Top::ArrayTable);
                }
                '[' => return Ok(Top::Table),
                EOF => return Ok(Top::End),
                _ => {
                    self.back_up();
                    self.key_start()?;
                    return Ok(Top::Key);
                }
            }
        }
    }

    /// Reads to the end of the line, where only a comment may stand.
    pub(super) fn top_end(&mut self) -> Lexed<Next> {
        loop {
            match self.next()? {
                ' ' | '\t' => {}
                '#' => {
                    self.comment()?;
                    return Ok(Next::More);
                }
                '\n' | '\r' => {
                    self.start = self.at;
                    return Ok(Next::More);
                }
                EOF => return Ok(Next::End),
                other => {
                    return Err(self.error(format!(
                        "expected a top-level item to end with a newline, comment, or EOF, but \
                         got {} instead",
                        quoted_rune(other)
                    )));
                }
            }
        }
    }

    fn comment(&mut self) -> Lexed<()> {
        while !matches!(self.next()?, '\n' | '\r' | EOF) {}
        self.back_up();
        self.start = self.at;
        Ok(())
    }

    /// Reads a part of a table's name.
    pub(super) fn table_name(&mut self) -> Lexed<Text<'t>> {
        self.skip_spaces()?;
        match self.peek()? {
            ']' | EOF => {
                Err(self
                    .error("unexpected end of table name (table names cannot be empty)".to_owned()))
            }
            '.' => {
                Err(self
                    .error("unexpected table separator (table names cannot be empty)".to_owned()))
            }
            _ => self.name(),
        }
    }

    pub(super) fn table_name_end(&mut self) -> Lexed<Next> {
        self.skip_spaces()?;
        match self.next()? {
            '.' => Ok(Next::More),
            ']' => Ok(Next::End),
            other => Err(self.error(format!(
                "expected '.' or ']' to end table name, but got {} instead",
                quoted_rune(other)
            ))),
        }
    }

    /// Reads the second bracket behind the name of an array of tables.
    pub(super) fn array_table_end(&mut self) -> Lexed<()> {
        match self.next()? {
            ']' => Ok(()),
            other => Err(self.error(format!(
                "expected end of table array name delimiter ']', but got {} instead",
                quoted_rune(other)
            ))),
        }
    }

    /// Reads up to a key.
    pub(super) fn key_start(&mut self) -> Lexed<()> {
        self.skip_spaces()?;
        match self.peek()? {
            '=' | EOF => Err(self.error("unexpected '=': key name appears blank".to_owned())),
            '.' => Err(self.error("unexpected '.': keys cannot start with a '.'".to_owned())),
            _ => Ok(()),
        }
    }

    /// Reads a part of a key.
    pub(super) fn key_name(&mut self) -> Lexed<Text<'t>> {
        self.skip_spaces()?;
        match self.peek()? {
            '=' | EOF => Err(self.error("unexpected '='".to_owned())),
            '.' => Err(self.error("unexpected '.'".to_owned())),
            _ => self.name(),
        }
    }

    pub(super) fn key_name_end(&mut self) -> Lexed<Next> {
        self.skip_spaces()?;
        let message =
            |found| format!("expected '.' or '=', but got {} instead", quoted_rune(found));
        match self.next()? {
            '.' => Ok(Next::More),
            '=' => Ok(Next::End),
            EOF => Err(self.error("unexpected EOF; expected key separator '='".to_owned())),
            '\n' => Err(self.error_on_previous_line(message('\n'))),
            other => Err(self.error(message(other))),
        }
    }

    fn name(&mut self) -> Lexed<Text<'t>> {
        match self.peek()? {
            '"' => {
                self.next()?;
                self.string()
            }
            '\'' => {
                self.next()?;
                self.raw_string()
            }
            _ => {
                let start = self.at;
                while is_bare(self.next()?) {}
                self.back_up();
                Ok(Text { raw: &self.text[start..self.at], style: Style::Plain })
            }
        }
    }

    /// Reads a plain value, or the start of another one.
    pub(super) fn value(&mut self) -> Lexed<Word<'t>> {
        self.skip_spaces()?;
        let first = self.next()?;
        match first {
            '0'..='9' => {
                self.back_up();
                return self.number_or_date();
            }
            '[' => return Ok(Word::Array),
            '{' => return Ok(Word::InlineTable),
            '"' => return Ok(Word::Text(self.double_quoted()?)),
            '\'' => return Ok(Word::Text(self.single_quoted()?)),
            '.' => {
                return Err(self.error("floats must start with a digit, not '.'".to_owned()));
            }
            'i' | 'n' if self.accept_all("nf")? || self.accept_all("an")? => {
                return Ok(Word::Float(self.current()));
            }
            '-' | '+' => return self.signed_number(),
            _ => {}
        }
        if is_letter(first) {
            self.back_up();
            return self.bool();
        }
        let message = format!("expected value but found {} instead", quoted_rune(first));
        Err(match first {
            EOF => self.error("unexpected EOF; expected value".to_owned()),
            '\n' => self.error_on_previous_line(message),
            _ => self.error(message),
        })
    }

    fn double_quoted(&mut self) -> Lexed<Text<'t>> {
        if self.accept('"')? {
            if self.accept('"')? {
                return self.multiline_string();
            }
            self.back_up();
        }
        self.string()
    }

    fn single_quoted(&mut self) -> Lexed<Text<'t>> {
        if self.accept('\'')? {
            if self.accept('\'')? {
                return self.raw_multiline_string();
            }
            self.back_up();
        }
        self.raw_string()
    }

    /// Reads up to the quote at the end.
    fn string(&mut self) -> Lexed<Text<'t>> {
        self.start = self.at;
        let mut style = Style::Plain;
        loop {
            match self.next()? {
                EOF => return Err(self.error("unexpected EOF; expected '\"'".to_owned())),
                '\n' | '\r' => return Err(self.newline_in_string()),
                '\\' => {
                    style = Style::Escaped;
                    self.escape()?;
                }
                '"' => return Ok(Text { raw: self.without_end(1), style }),
                _ => {}
            }
        }
    }

    fn raw_string(&mut self) -> Lexed<Text<'t>> {
        self.start = self.at;
        loop {
            match self.next()? {
                EOF => return Err(self.error("unexpected EOF; expected \"'\"".to_owned())),
                '\n' | '\r' => return Err(self.newline_in_string()),
                '\'' => return Ok(Text { raw: self.without_end(1), style: Style::Plain }),
                _ => {}
            }
        }
    }

    fn newline_in_string(&self) -> Bad {
        self.error_on_previous_line("strings cannot contain newlines".to_owned())
    }

    fn multiline_string(&mut self) -> Lexed<Text<'t>> {
        self.start = self.at;
        loop {
            match self.next()? {
                EOF => return Err(self.error("unexpected EOF; expected '\"\"\"'".to_owned())),
                '\\' => self.multiline_escape()?,
                '"' if self.ends_multiline('"')? => {
                    return Ok(Text { raw: self.without_end(3), style: Style::Multiline });
                }
                _ => {}
            }
        }
    }

    fn raw_multiline_string(&mut self) -> Lexed<Text<'t>> {
        self.start = self.at;
        loop {
            match self.next()? {
                EOF => return Err(self.error("unexpected EOF; expected \"'''\"".to_owned())),
                '\'' if self.ends_multiline('\'')? => {
                    return Ok(Text { raw: self.without_end(3), style: Style::RawMultiline });
                }
                _ => {}
            }
        }
    }

    /// Having read a quote: true if it and two more end the string. Up to two quotes may stand
    /// before those three.
    fn ends_multiline(&mut self, quote: char) -> Lexed<bool> {
        if !self.accept(quote)? {
            return Ok(false);
        }
        if !self.accept(quote)? {
            self.back_up();
            return Ok(false);
        }
        if self.peek()? != quote {
            return Ok(true);
        }
        let five: &[u8] = if quote == '"' { b"\"\"\"\"\"" } else { b"'''''" };
        let current = self.current();
        let escaped = quote == '"' && current.ends_with(b"\\\"\"\"\"\"");
        if current.ends_with(five) && !escaped {
            let six = if quote == '"' { "'\"\"\"\"\"\"'" } else { "\"''''''\"" };
            return Err(self.error(format!("unexpected {six}")));
        }
        self.back_up();
        self.back_up();
        Ok(false)
    }

    /// Checks what follows a backslash where that may be a line break.
    fn multiline_escape(&mut self) -> Lexed<()> {
        if matches!(self.next()?, '\n' | '\r') {
            return Ok(());
        }
        self.back_up();
        self.escape()
    }

    /// Checks what follows a backslash.
    fn escape(&mut self) -> Lexed<()> {
        let sign = self.next()?;
        let (digits, name) = match sign {
            'e' | 'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\' => return Ok(()),
            'x' => (2, "two"),
            'u' => (4, "four"),
            'U' => (8, "eight"),
            other => {
                let message = format!("invalid escape in string '\\{other}'");
                return Err(if self.at_end {
                    self.error_on_previous_line(message)
                } else {
                    self.error(message)
                });
            }
        };
        for _ in 0..digits {
            if !self.next()?.is_ascii_hexdigit() {
                return Err(self.error(format!(
                    "expected {name} hexadecimal digits after '\\{sign}', but got {} instead",
                    quoted(self.current())
                )));
            }
        }
        Ok(())
    }

    fn number_or_date(&mut self) -> Lexed<Word<'t>> {
        if self.next()? == '0' {
            return self.based_number_or_date();
        }
        self.plain_number_or_date()
    }

    fn plain_number_or_date(&mut self) -> Lexed<Word<'t>> {
        loop {
            match self.next()? {
                '0'..='9' => {}
                '-' | ':' => return self.datetime(),
                '_' => return self.decimal(),
                '.' | 'e' | 'E' => return self.float(),
                _ => return Ok(self.integer()),
            }
        }
    }

    fn based_number_or_date(&mut self) -> Lexed<Word<'t>> {
        match self.next()? {
            '0'..='9' => self.plain_number_or_date(),
            '_' => self.decimal(),
            '.' | 'e' | 'E' => self.float(),
            'b' => self.based("a binary", |digit| matches!(digit, '0' | '1')),
            'o' => self.based("an octal", |digit| matches!(digit, '0'..='7')),
            'x' => self.based("a hexadecimal", |digit| digit.is_ascii_hexdigit()),
            _ => Ok(self.integer()),
        }
    }

    fn based(&mut self, name: &str, is_digit: fn(char) -> bool) -> Lexed<Word<'t>> {
        let first = self.peek()?;
        if !is_digit(first) {
            let current = String::from_utf8_lossy(self.current());
            return Err(self.error(format!("not {name} number: '{current}{first}'")));
        }
        loop {
            let digit = self.next()?;
            if !is_digit(digit) && digit != '_' {
                return Ok(self.integer());
            }
        }
    }

    fn signed_number(&mut self) -> Lexed<Word<'t>> {
        let first = self.next()?;
        let invalid = |lexer: &Self| {
            let current = String::from_utf8_lossy(lexer.current());
            lexer.error(format!("invalid float: '{current}'"))
        };
        match first {
            'i' | 'n' => {
                let rest = if first == 'i' { "nf" } else { "an" };
                if !self.accept_all(rest)? {
                    return Err(invalid(self));
                }
                return Ok(Word::Float(self.current()));
            }
            '.' => {
                return Err(self.error("floats must start with a digit, not '.'".to_owned()));
            }
            '0' => {
                let base = self.peek()?;
                if matches!(base, 'b' | 'o' | 'x') {
                    let current = String::from_utf8_lossy(self.current());
                    return Err(self.error(format!(
                        "cannot use sign with non-decimal numbers: '{current}{base}'"
                    )));
                }
            }
            '1'..='9' => {}
            other => {
                return Err(self.error(format!("expected a digit but got {}", quoted_rune(other))));
            }
        }
        self.decimal()
    }

    fn decimal(&mut self) -> Lexed<Word<'t>> {
        loop {
            match self.next()? {
                '0'..='9' | '_' => {}
                '.' | 'e' | 'E' => return self.float(),
                _ => return Ok(self.integer()),
            }
        }
    }

    fn float(&mut self) -> Lexed<Word<'t>> {
        while matches!(self.next()?, '0'..='9' | '_' | '.' | '-' | '+' | 'e' | 'E') {}
        self.back_up();
        Ok(Word::Float(self.current()))
    }

    fn datetime(&mut self) -> Lexed<Word<'t>> {
        let is_part = |rune| "0123456789-:Tt .Zz+".contains(rune);
        while is_part(self.next()?) {}
        self.back_up();
        Ok(Word::Datetime(self.current().trim_ascii()))
    }

    /// The integer before the rune that was read last.
    fn integer(&mut self) -> Word<'t> {
        self.back_up();
        Word::Integer(self.current())
    }

    fn bool(&mut self) -> Lexed<Word<'t>> {
        let start = self.at;
        while is_letter(self.next()?) {}
        self.back_up();
        match &self.text[start..self.at] {
            b"true" => Ok(Word::Bool(true)),
            b"false" => Ok(Word::Bool(false)),
            word => Err(self.error(format!("expected value but found {} instead", quoted(word)))),
        }
    }

    /// Reads up to an element of an array, or its end.
    pub(super) fn array_element(&mut self) -> Lexed<Next> {
        loop {
            match self.next()? {
                ' ' | '\t' | '\n' | '\r' => {}
                '#' => self.comment()?,
                ',' => return Err(self.error("unexpected comma".to_owned())),
                ']' => return Ok(Next::End),
                _ => {
                    self.back_up();
                    return Ok(Next::More);
                }
            }
        }
    }

    /// Reads what follows an element of an array.
    pub(super) fn array_element_end(&mut self) -> Lexed<Next> {
        loop {
            match self.next()? {
                ' ' | '\t' | '\n' | '\r' => {}
                '#' => self.comment()?,
                ',' => return Ok(Next::More),
                ']' => return Ok(Next::End),
                other => {
                    return Err(self.error(format!(
                        "expected a comma (',') or array terminator (']'), but got {}",
                        rune_or_end(other)
                    )));
                }
            }
        }
    }

    /// Reads up to a key of an inline table, or its end.
    pub(super) fn inline_key(&mut self) -> Lexed<Next> {
        loop {
            match self.next()? {
                ' ' | '\t' | '\n' | '\r' => {}
                '#' => self.comment()?,
                ',' => return Err(self.error("unexpected comma".to_owned())),
                '}' => return Ok(Next::End),
                _ => {
                    self.back_up();
                    self.key_start()?;
                    return Ok(Next::More);
                }
            }
        }
    }

    /// Reads what follows a value of an inline table.
    pub(super) fn inline_value_end(&mut self) -> Lexed<Next> {
        loop {
            match self.next()? {
                ' ' | '\t' | '\n' | '\r' => {}
                '#' => self.comment()?,
                ',' => {
                    self.skip_spaces()?;
                    if self.peek()? != '}' {
                        return Ok(Next::More);
                    }
                }
                '}' => return Ok(Next::End),
                other => {
                    return Err(self.error(format!(
                        "expected a comma or an inline table terminator '}}', but got {} instead",
                        rune_or_end(other)
                    )));
                }
            }
        }
    }

    fn next(&mut self) -> Lexed<char> {
        let rest = &self.text[self.at..];
        let Some((rune, size)) = Runes::new(rest).next() else {
            self.at_end = true;
            return Ok(EOF);
        };
        if rune == '\n' {
            self.line += 1;
        }
        if rune == char::REPLACEMENT_CHARACTER && size == 1 {
            return Err(self.error(format!("invalid UTF-8 byte: 0x{:02x}", rest[0])));
        }
        let lone = rune == '\r' && rest.get(1) != Some(&b'\n');
        if lone || rune.is_ascii_control() && !matches!(rune, '\t' | '\r' | '\n') {
            let code = rune as u32;
            let line = self.line;
            let message = format!("TOML files cannot contain control characters: '0x{code:02x}'");
            return Err(Bad { line, message });
        }
        self.at += size;
        Ok(rune)
    }

    /// Goes back before the rune that was read last.
    fn back_up(&mut self) {
        if self.at_end {
            self.at_end = false;
            return;
        }
        self.at -= 1;
        while self.at > 0 && self.text[self.at] & 0xc0 == 0x80 {
            self.at -= 1;
        }
        if self.text[self.at] == b'\n' {
            self.line -= 1;
        }
    }

    fn peek(&mut self) -> Lexed<char> {
        let rune = self.next()?;
        self.back_up();
        Ok(rune)
    }

    fn accept(&mut self, wanted: char) -> Lexed<bool> {
        if self.next()? == wanted {
            return Ok(true);
        }
        self.back_up();
        Ok(false)
    }

    /// Accepts the runes of `wanted` one after the other; stays behind those that were there.
    fn accept_all(&mut self, wanted: &str) -> Lexed<bool> {
        for rune in wanted.chars() {
            if !self.accept(rune)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn skip_spaces(&mut self) -> Lexed<()> {
        while matches!(self.next()?, ' ' | '\t') {}
        self.back_up();
        self.start = self.at;
        Ok(())
    }

    fn current(&self) -> &'t [u8] {
        &self.text[self.start..self.at]
    }

    fn without_end(&self, len: usize) -> &'t [u8] {
        &self.text[self.start..self.at - len]
    }

    fn error(&self, message: String) -> Bad {
        let behind_newline = self.at > 0 && self.text[self.at - 1] == b'\n';
        let line = if self.at_end && behind_newline { self.line - 1 } else { self.line };
        Bad { line, message }
    }

    fn error_on_previous_line(&self, message: String) -> Bad {
        Bad { line: self.line - 1, message }
    }
}

fn is_bare(rune: char) -> bool {
    rune.is_ascii_alphanumeric() || matches!(rune, '_' | '-')
}

fn quoted_rune(rune: char) -> String {
    let mut out = Vec::new();
    append_quoted_rune(&mut out, Some(rune), Charset::Unicode);
    String::from_utf8_lossy(&out).into_owned()
}

fn rune_or_end(rune: char) -> String {
    if rune == EOF { "end of file".to_owned() } else { format!("'{rune}'") }
}
