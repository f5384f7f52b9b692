//! Go's `fmt.Sprintf`: verbs, flags, widths, and its ways to complain inside the text.
//!
//! In: a format and values. Out: text; a wrong verb or a missing argument is no failure, it shows
//! in the text as `%!d(string=x)` or `%!s(MISSING)`.

use super::object::{ADDRESS, is_hidden};
use super::print::MOST_NESTING;
use super::text::Runes;
use super::{
    Charset, Failure, Form, IntKind, Kind, List, Map, Object, Str, Type, Value, append_float_as,
    append_quoted, append_quoted_rune, append_value, can_backquote, is_printable,
};

/// No text is printed that is longer than this.
pub(super) const MOST_BYTES: usize = 512 << 20;
/// The largest width and precision that Go accepts.
const MOST_WIDTH: i64 = 1_000_000;

/// The text that `format` makes of `args`.
///
/// Fails for values that contain themselves and for text beyond all bounds.
pub fn sprintf(format: &[u8], args: &[Value]) -> Result<Vec<u8>, Failure> {
    sprintf_behind(Vec::with_capacity(format.len() + 16 * args.len()), format, args)
}

/// The text that `format` makes of `args`, behind the text `out`.
pub fn sprintf_behind(mut out: Vec<u8>, format: &[u8], args: &[Value]) -> Result<Vec<u8>, Failure> {
    let mut directives = Directives { format, args, at: 0, next: 0, reordered: false, good: true };
    while let Some(percent) = directives.text() {
        out.extend_from_slice(percent);
        if !directives.directive(&mut out)? {
            break;
        }
        if out.len() > MOST_BYTES {
            return Err(too_large());
        }
    }
    directives.append_extra(&mut out)?;
    Ok(out)
}

pub(super) fn too_large() -> Failure {
    Failure::new("value is nested too deeply or too large to be printed")
}

/// A format on the way: where it is, and which argument is next.
struct Directives<'f> {
    format: &'f [u8],
    args: &'f [Value],
    at: usize,
    next: usize,
    /// An index like `[3]` has been seen, so unused arguments are not reported.
    reordered: bool,
    /// The indexes of the current directive are in order.
    good: bool,
}

impl<'f> Directives<'f> {
    /// The text up to the next `%`, which is skipped; at the end, nothing.
    fn text(&mut self) -> Option<&'f [u8]> {
        if self.at >= self.format.len() {
            return None;
        }
        let rest = &self.format[self.at..];
        let length = rest.iter().position(|&byte| byte == b'%').unwrap_or(rest.len());
        self.at += length + 1;
        Some(&rest[..length])
    }

    /// Formats what stands behind a `%`; false at the end of the format.
    fn directive(&mut self, out: &mut Vec<u8>) -> Result<bool, Failure> {
        // The text before ended with the format, not with a percent sign.
        if self.at > self.format.len() {
            return Ok(false);
        }
        self.good = true;
        let mut flags = self.flags();
        let mut after_index = self.index();
        after_index = self.width(&mut flags, after_index, out);
        after_index = self.precision(&mut flags, after_index, out);
        if !after_index {
            self.index();
        }
        let Some((verb, size)) = Runes::new(self.format.get(self.at..).unwrap_or_default()).next()
        else {
            out.extend_from_slice(b"%!(NOVERB)");
            return Ok(false);
        };
        // Go copies a byte that is not UTF-8 as U+FFFD.
        self.at += size;
        self.verb(out, verb, flags)?;
        Ok(true)
    }

    fn verb(&mut self, out: &mut Vec<u8>, verb: char, flags: Flags) -> Result<(), Failure> {
        match self.args.get(self.next) {
            _ if verb == '%' => out.push(b'%'),
            _ if !self.good => append_complaint(out, verb, "BADINDEX"),
            None => append_complaint(out, verb, "MISSING"),
            Some(value) => {
                self.next += 1;
                let mut printer = Printer::new(out);
                printer.flags = flags.of_verb(verb);
                printer.argument(value, verb)?;
            }
        }
        Ok(())
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        while let Some(byte) = self.format.get(self.at) {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        flags
    }

    /// Reads an index like `[3]`; true if there is one, even if no such argument exists.
    fn index(&mut self) -> bool {
        if self.format.get(self.at) != Some(&b'[') {
            return false;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let Some(close) = rest.iter().position(|&byte| byte == b']').filter(|_| rest.len() >= 3)
        else {
            self.good = false;
            self.at += 1;
            return false;
        };
        let (number, length) = number(&rest[1..close]);
        self.at += close + 1;
        let Some(number) = number.filter(|_| length == close - 1) else {
            self.good = false;
            return false;
        };
        match usize::try_from(number - 1).ok().filter(|&index| index < self.args.len()) {
            Some(index) => self.next = index,
            None => self.good = false,
        }
        true
    }

    /// Reads a width; gives whether an index stands right before the place reached.
    fn width(&mut self, flags: &mut Flags, after_index: bool, out: &mut Vec<u8>) -> bool {
        if self.format.get(self.at) == Some(&b'*') {
            self.at += 1;
            match self.integer_argument() {
                Some(width) => flags.set_width(width),
                None => out.extend_from_slice(b"%!(BADWIDTH)"),
            }
            return false;
        }
        flags.width = self.number();
        if after_index && flags.width.is_some() {
            self.good = false;
        }
        after_index
    }

    /// Reads a precision; gives whether an index stands right before the place reached.
    fn precision(&mut self, flags: &mut Flags, after_index: bool, out: &mut Vec<u8>) -> bool {
        // A dot at the very end is not a precision but the verb.
        if self.format.get(self.at) != Some(&b'.') || self.at + 1 >= self.format.len() {
            return after_index;
        }
        self.at += 1;
        if after_index {
            self.good = false;
        }
        let after_index = self.index();
        if self.format.get(self.at) == Some(&b'*') {
            self.at += 1;
            flags.precision =
                self.integer_argument().and_then(|precision| usize::try_from(precision).ok());
            if flags.precision.is_none() {
                out.extend_from_slice(b"%!(BADPREC)");
            }
            return false;
        }
        flags.precision = Some(self.number().unwrap_or(0));
        after_index
    }

    /// The decimal number here. One that is too large is none, and swallows the whole format.
    fn number(&mut self) -> Option<usize> {
        let rest = self.format.get(self.at..).unwrap_or_default();
        let (number, length) = number(rest);
        self.at += length;
        number.and_then(|number| usize::try_from(number).ok())
    }

    /// The next argument, for `*`, if it is an integer of sensible size.
    fn integer_argument(&mut self) -> Option<i64> {
        let value = self.args.get(self.next)?;
        self.next += 1;
        let plain = match value {
            Value::Object(object) => object.underlying(),
            _ => None,
        };
        match plain.as_ref().unwrap_or(value) {
            Value::Int(_, number) if number.unsigned_abs() <= MOST_WIDTH as u64 => Some(*number),
            _ => None,
        }
    }

    /// Reports the arguments that no directive has used.
    fn append_extra(&self, out: &mut Vec<u8>) -> Result<(), Failure> {
        let extra = self.args.get(self.next..).unwrap_or_default();
        if self.reordered || extra.is_empty() {
            return Ok(());
        }
        out.extend_from_slice(b"%!(EXTRA ");
        for (index, value) in extra.iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(b", ");
            }
            if !value.is_nil() {
                out.extend_from_slice(format!("{}=", value.go_type()).as_bytes());
            }
            append_value(out, value)?;
        }
        out.push(b')');
        Ok(())
    }
}

/// The decimal number at the start of `text` and its length; too large a one is none, and as long
/// as the text.
fn number(text: &[u8]) -> (Option<i64>, usize) {
    let mut number = None;
    for (index, byte) in text.iter().enumerate() {
        if !byte.is_ascii_digit() {
            return (number, index);
        }
        let so_far = number.unwrap_or(0);
        if so_far > MOST_WIDTH {
            return (None, text.len());
        }
        number = Some(so_far * 10 + i64::from(byte - b'0'));
    }
    (number, text.len())
}

/// Appends the number in decimal digits.
fn append_byte(out: &mut Vec<u8>, byte: u8) {
    let digits = [b'0' + byte / 100, b'0' + byte / 10 % 10, b'0' + byte % 10];
    out.extend_from_slice(&digits[usize::from(byte < 100) + usize::from(byte < 10)..]);
}

fn append_complaint(out: &mut Vec<u8>, verb: char, complaint: &str) {
    out.extend_from_slice(format!("%!{verb}({complaint})").as_bytes());
}

/// The flags of one directive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Flags {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    /// `%+v`: structs with the names of their fields.
    names: bool,
    /// `%#v`: Go syntax.
    syntax: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

impl Flags {
    /// `%+v` and `%#v` mean something else than these flags do otherwise.
    fn of_verb(mut self, verb: char) -> Self {
        if verb == 'v' || verb == 'w' {
            self.syntax = std::mem::take(&mut self.sharp);
            self.names = std::mem::take(&mut self.plus);
        }
        self
    }

    /// A negative width means: pad on the right, and not with zeros.
    fn set_width(&mut self, width: i64) {
        self.width = Some(width.unsigned_abs() as usize);
        if width < 0 {
            self.minus = true;
            self.zero = false;
        }
    }
}

/// Prints values under one directive.
pub(super) struct Printer<'o> {
    out: &'o mut Vec<u8>,
    flags: Flags,
    /// A complaint is being written: methods are not called.
    erroring: bool,
    /// What is printed is, or is inside of, a field that only Go code can read: no method is called.
    hidden: bool,
}

impl<'o> Printer<'o> {
    /// A printer for a directive without flags.
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, flags: Flags::default(), erroring: false, hidden: false }
    }

    /// Prints an argument of `sprintf`.
    fn argument(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        match (value, verb) {
            (Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::Nil, _) => self.out.extend_from_slice(format!("%!{verb}(<nil>)").as_bytes()),
            (_, 'T') => self.text(value.go_type().to_string().as_bytes()),
            (_, 'p') => return self.address(value, verb),
            _ => return self.value(value, verb, 0),
        }
        Ok(())
    }

    /// Prints a value that is `depth` containers deep.
    pub(super) fn value(&mut self, value: &Value, verb: char, depth: u32) -> Result<(), Failure> {
        if let Value::Object(object) = value {
            return self.object(value, object.as_ref(), verb, depth);
        }
        if verb == 'w' && depth == 0 && matches!(value, Value::List(_) | Value::Map(_)) {
            return self.bad_verb(value, verb);
        }
        self.plain(value, value, verb, depth)
    }

    /// Prints `plain`, which is what `value` is apart from its type's name.
    fn plain(
        &mut self,
        value: &Value,
        plain: &Value,
        verb: char,
        depth: u32,
    ) -> Result<(), Failure> {
        match plain {
            Value::Nil => self.out.extend_from_slice(match self.flags.syntax {
                true => b"interface {}(nil)".as_slice(),
                false => b"<nil>",
            }),
            Value::Bool(truth) if matches!(verb, 't' | 'v') => {
                self.pad(if *truth { b"true" } else { b"false" });
            }
            Value::Bool(_) => return self.bad_verb(value, verb),
            Value::Int(kind, bits) => return self.integer(value, *kind, *bits, verb),
            Value::Float(number) if is_float_verb(verb) => self.float(*number, verb),
            Value::Float(_) => return self.bad_verb(value, verb),
            Value::Complex(real, imaginary) if is_float_verb(verb) => {
                self.complex(*real, *imaginary, verb);
            }
            Value::Complex(..) => return self.bad_verb(value, verb),
            Value::String(text) => return self.string(value, text, verb),
            Value::Bytes(bytes) => return self.bytes(value, bytes, verb, depth),
            Value::List(list) => return self.list(value.go_type(), list, verb, depth),
            Value::Map(map) => return self.map(value.go_type(), map, verb, depth),
            Value::Object(object) => return self.fields(object.as_ref(), verb, depth),
        }
        Ok(())
    }

    /// Writes `%!d(string=x)`.
    fn bad_verb(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        self.out.extend_from_slice(format!("%!{verb}({}=", value.go_type()).as_bytes());
        let erroring = std::mem::replace(&mut self.erroring, true);
        self.value(value, 'v', 0)?;
        self.erroring = erroring;
        self.out.push(b')');
        Ok(())
    }

    fn object(
        &mut self,
        value: &Value,
        object: &dyn Object,
        verb: char,
        depth: u32,
    ) -> Result<(), Failure> {
        let has_methods = !self.erroring && !self.hidden;
        if has_methods && self.flags.syntax && verb == 'v' {
            if let Some(text) = object.go_string() {
                self.text(&text);
                return Ok(());
            }
        } else if has_methods
            && matches!(verb, 'v' | 's' | 'x' | 'X' | 'q')
            && let Some(text) = object.string()
        {
            return self.string(value, &text, verb);
        }
        if verb == 'w' && !self.erroring {
            return self.bad_verb(value, verb);
        }
        if let Some(plain) = object.underlying() {
            return self.plain(value, &plain, verb, depth);
        }
        if object.go_type().kind() != Kind::Pointer {
            return self.fields(object, verb, depth);
        }
        if depth > 0 || object.address() == 0 {
            return self.address(value, verb);
        }
        self.out.push(b'&');
        self.fields(object, verb, depth)
    }

    /// Prints a struct.
    pub(super) fn fields(
        &mut self,
        object: &dyn Object,
        verb: char,
        depth: u32,
    ) -> Result<(), Failure> {
        if self.flags.syntax {
            let name = object.go_type().to_string();
            self.out.extend_from_slice(name.trim_start_matches('*').as_bytes());
        }
        self.out.push(b'{');
        for (index, (name, value)) in object.all_fields().iter().enumerate() {
            self.separator(index);
            if self.flags.syntax || self.flags.names {
                self.out.extend_from_slice(name.as_bytes());
                self.out.push(b':');
            }
            let hidden = self.hidden;
            self.hidden |= is_hidden(name);
            self.inner(value, verb, depth)?;
            self.hidden = hidden;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn list(&mut self, go_type: Type, list: &List, verb: char, depth: u32) -> Result<(), Failure> {
        if !self.open(go_type, list.is_nil(), "[") {
            return Ok(());
        }
        list.with_items(|items| {
            items.iter().enumerate().try_for_each(|(index, item)| {
                self.separator(index);
                self.inner(item, verb, depth)
            })
        })?;
        self.out.push(if self.flags.syntax { b'}' } else { b']' });
        Ok(())
    }

    fn map(&mut self, go_type: Type, map: &Map, verb: char, depth: u32) -> Result<(), Failure> {
        if !self.open(go_type, map.is_nil(), "map[") {
            return Ok(());
        }
        map.with_entries(|entries| {
            entries.iter().enumerate().try_for_each(|(index, (key, value))| {
                self.separator(index);
                self.inner(&Value::String(key.clone()), verb, depth)?;
                self.out.push(b':');
                self.inner(value, verb, depth)
            })
        })?;
        self.out.push(if self.flags.syntax { b'}' } else { b']' });
        Ok(())
    }

    /// Writes what stands before the elements; false if that is all.
    fn open(&mut self, go_type: Type, nil: bool, bracket: &str) -> bool {
        if !self.flags.syntax {
            self.out.extend_from_slice(bracket.as_bytes());
            return true;
        }
        self.out.extend_from_slice(go_type.to_string().as_bytes());
        self.out.extend_from_slice(if nil { b"(nil)" } else { b"{" });
        !nil
    }

    fn separator(&mut self, index: usize) {
        match (index, self.flags.syntax) {
            (0, _) => {}
            (_, true) => self.out.extend_from_slice(b", "),
            (_, false) => self.out.push(b' '),
        }
    }

    /// Prints an element of a container that is `depth` deep itself.
    fn inner(&mut self, value: &Value, verb: char, depth: u32) -> Result<(), Failure> {
        if depth >= MOST_NESTING || self.out.len() > MOST_BYTES {
            return Err(too_large());
        }
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.value(value, verb, depth + 1))
    }

    fn address(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        if !matches!(value.kind(), Kind::Slice | Kind::Map | Kind::Pointer) {
            return self.bad_verb(value, verb);
        }
        let address = if let Value::Object(object) = value { object.address() } else { ADDRESS };
        match verb {
            'v' if self.flags.syntax => {
                self.out.extend_from_slice(format!("({})(", value.go_type()).as_bytes());
                match address {
                    0 => self.out.extend_from_slice(b"nil"),
                    address => self.digits(address, false, Base::HEX.with_prefix(true)),
                }
                self.out.push(b')');
            }
            'v' if address == 0 => self.pad(b"<nil>"),
            'v' | 'p' => self.digits(address, false, Base::HEX.with_prefix(!self.flags.sharp)),
            'b' | 'o' | 'd' | 'x' | 'X' => {
                return self.integer(value, IntKind::Uint64, address.cast_signed(), verb);
            }
            _ => return self.bad_verb(value, verb),
        }
        Ok(())
    }

    fn string(&mut self, value: &Value, text: &Str, verb: char) -> Result<(), Failure> {
        match verb {
            'v' if self.flags.syntax => self.quoted(text.as_bytes()),
            'v' | 's' => self.text(text.as_bytes()),
            'x' => self.hex(text.as_bytes(), false),
            'X' => self.hex(text.as_bytes(), true),
            'q' => self.quoted(text.as_bytes()),
            _ => return self.bad_verb(value, verb),
        }
        Ok(())
    }

    fn bytes(&mut self, value: &Value, bytes: &Str, verb: char, depth: u32) -> Result<(), Failure> {
        match verb {
            's' => self.text(bytes.as_bytes()),
            'x' => self.hex(bytes.as_bytes(), false),
            'X' => self.hex(bytes.as_bytes(), true),
            'q' => self.quoted(bytes.as_bytes()),
            _ => return self.byte_list(value.go_type(), bytes.as_bytes(), verb, depth),
        }
        Ok(())
    }

    fn byte_list(
        &mut self,
        go_type: Type,
        bytes: &[u8],
        verb: char,
        depth: u32,
    ) -> Result<(), Failure> {
        if self.flags.syntax {
            // An argument of its own is known as []byte; one inside something else goes by its
            // real name.
            let alone = depth == 0 && matches!(verb, 'v' | 'd');
            let name = if alone { "[]byte".to_string() } else { go_type.to_string() };
            self.out.extend_from_slice(name.as_bytes());
        }
        self.out.push(if self.flags.syntax { b'{' } else { b'[' });
        let is_plain = verb == 'v' && self.flags == Flags::default();
        for (index, &byte) in bytes.iter().enumerate() {
            self.separator(index);
            if is_plain {
                // Files of charts are printed like this, byte by byte.
                append_byte(self.out, byte);
                continue;
            }
            self.value(&Value::Int(IntKind::Uint8, byte.into()), verb, depth + 1)?;
        }
        self.out.push(if self.flags.syntax { b'}' } else { b']' });
        Ok(())
    }

    /// A string, cut to the precision.
    fn text(&mut self, text: &[u8]) {
        self.pad(self.cut(text));
    }

    fn quoted(&mut self, text: &[u8]) {
        let text = self.cut(text);
        let mut quoted = Vec::new();
        if self.flags.sharp && can_backquote(text) {
            quoted.push(b'`');
            quoted.extend_from_slice(text);
            quoted.push(b'`');
        } else {
            append_quoted(&mut quoted, text, self.charset());
        }
        self.pad(&quoted);
    }

    fn charset(&self) -> Charset {
        if self.flags.plus { Charset::Ascii } else { Charset::Unicode }
    }

    /// As many runes as the precision allows.
    fn cut<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(precision) = self.flags.precision else {
            return text;
        };
        let length = Runes::new(text).take(precision).map(|(_, size)| size).sum();
        &text[..length]
    }

    /// The bytes in hexadecimal.
    fn hex(&mut self, bytes: &[u8], upper: bool) {
        let count = bytes.len().min(self.flags.precision.unwrap_or(bytes.len()));
        let mut text = Vec::with_capacity(2 * count);
        for (index, byte) in bytes[..count].iter().enumerate() {
            if index > 0 && self.flags.space {
                text.push(b' ');
            }
            if self.flags.sharp && (index == 0 || self.flags.space) {
                text.extend_from_slice(if upper { b"0X" } else { b"0x" });
            }
            let digits = if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
            text.extend_from_slice(digits.as_bytes());
        }
        self.pad(&text);
    }

    fn integer(
        &mut self,
        value: &Value,
        kind: IntKind,
        bits: i64,
        verb: char,
    ) -> Result<(), Failure> {
        let negative = !kind.is_unsigned() && bits < 0;
        let magnitude = if negative { bits.unsigned_abs() } else { bits as u64 };
        let sharp = self.flags.sharp;
        match verb {
            'v' if self.flags.syntax && kind.is_unsigned() => {
                self.digits(magnitude, negative, Base::HEX.with_prefix(true));
            }
            'v' | 'd' => self.digits(magnitude, negative, Base::DECIMAL),
            'b' => self.digits(magnitude, negative, Base::BINARY.with_prefix(sharp)),
            'o' => self.digits(magnitude, negative, Base::OCTAL.with_prefix(sharp)),
            'O' => self.digits(
                magnitude,
                negative,
                Base { long_octal: true, ..Base::OCTAL }.with_prefix(sharp),
            ),
            'x' => self.digits(magnitude, negative, Base::HEX.with_prefix(sharp)),
            'X' => self.digits(magnitude, negative, Base::UPPER_HEX.with_prefix(sharp)),
            'c' => self.pad(rune(bits).encode_utf8(&mut [0; 4]).as_bytes()),
            'q' => self.quoted_rune(bits),
            'U' => self.code_point(bits as u64),
            _ => return self.bad_verb(value, verb),
        }
        Ok(())
    }

    fn quoted_rune(&mut self, bits: i64) {
        let mut quoted = Vec::new();
        append_quoted_rune(&mut quoted, Some(rune(bits)), self.charset());
        self.pad(&quoted);
    }

    /// `U+0078`, with `#` also `'x'`.
    fn code_point(&mut self, code: u64) {
        let width = self.flags.precision.unwrap_or(0).max(4);
        let mut text = format!("{code:X}");
        text.insert_str(0, &"0".repeat(width.saturating_sub(text.len())));
        text.insert_str(0, "U+");
        let printable =
            u32::try_from(code).ok().and_then(char::from_u32).filter(|&c| is_printable(c));
        if let Some(rune) = printable.filter(|_| self.flags.sharp) {
            text.push_str(&format!(" '{rune}'"));
        }
        self.pad_with_spaces(text.as_bytes());
    }

    /// An integer in some base, with sign, prefix and leading zeros.
    fn digits(&mut self, magnitude: u64, negative: bool, base: Base) {
        let Flags { width, precision, .. } = self.flags;
        if precision == Some(0) && magnitude == 0 {
            self.pad_with_spaces(b"");
            return;
        }
        let signed = negative || self.flags.plus || self.flags.space;
        let zero_padded = self.flags.zero && !self.flags.minus && precision.is_none();
        let least = match (precision, width) {
            (Some(precision), _) => precision,
            (None, Some(width)) if zero_padded => width.saturating_sub(signed.into()),
            _ => 0,
        };
        let mut text = Vec::with_capacity(24);
        self.append_sign(&mut text, negative);
        base.append(&mut text, magnitude, least);
        self.pad_with_spaces(&text);
    }

    fn append_sign(&self, text: &mut Vec<u8>, negative: bool) {
        match self.flags {
            _ if negative => text.push(b'-'),
            Flags { plus: true, .. } => text.push(b'+'),
            Flags { space: true, .. } => text.push(b' '),
            _ => {}
        }
    }

    fn complex(&mut self, real: f64, imaginary: f64, verb: char) {
        let plus = self.flags.plus;
        self.out.push(b'(');
        self.float(real, verb);
        // The imaginary part always has a sign.
        self.flags.plus = true;
        self.float(imaginary, verb);
        self.flags.plus = plus;
        self.out.extend_from_slice(b"i)");
    }

    fn float(&mut self, number: f64, verb: char) {
        let mut text = Vec::with_capacity(24);
        append_float_of_verb(&mut text, number, verb, self.flags.precision);
        if !text.starts_with(b"-") && !text.starts_with(b"+") {
            text.insert(0, b'+');
        }
        if self.flags.space && text[0] == b'+' && !self.flags.plus {
            text[0] = b' ';
        }
        if !number.is_finite() {
            let bare = number.is_nan() && !self.flags.space && !self.flags.plus;
            self.pad_with_spaces(&text[usize::from(bare)..]);
            return;
        }
        if self.flags.sharp && verb != 'b' {
            restore_zeros(&mut text, verb, self.flags.precision);
        }
        if !self.flags.plus && text[0] == b'+' {
            self.pad(&text[1..]);
            return;
        }
        let missing = self.flags.width.unwrap_or(0).saturating_sub(text.len());
        if self.flags.zero && !self.flags.minus && missing > 0 {
            // The sign stands before the zeros.
            self.out.push(text[0]);
            self.fill(b'0', missing);
            self.out.extend_from_slice(&text[1..]);
            return;
        }
        self.pad(&text);
    }

    /// Writes `text`, filled up to the width: with zeros if the flag says so, also for strings.
    fn pad(&mut self, text: &[u8]) {
        let Some(width) = self.flags.width else {
            self.out.extend_from_slice(text);
            return;
        };
        let missing = width.saturating_sub(Runes::new(text).count());
        let fill = if self.flags.zero && !self.flags.minus { b'0' } else { b' ' };
        if !self.flags.minus {
            self.fill(fill, missing);
        }
        self.out.extend_from_slice(text);
        if self.flags.minus {
            self.fill(fill, missing);
        }
    }

    fn pad_with_spaces(&mut self, text: &[u8]) {
        let zero = std::mem::take(&mut self.flags.zero);
        self.pad(text);
        self.flags.zero = zero;
    }

    fn fill(&mut self, byte: u8, count: usize) {
        self.out.resize(self.out.len() + count, byte);
    }
}

/// How an integer's digits are written.
#[derive(Clone, Copy)]
struct Base {
    radix: u64,
    digits: &'static [u8; 16],
    prefix: &'static str,
    prefixed: bool,
    /// `%O`: `0o` before everything else.
    long_octal: bool,
}

impl Base {
    const DECIMAL: Self = Self {
        radix: 10,
        digits: b"0123456789abcdef",
        prefix: "",
        prefixed: false,
        long_octal: false,
    };
    const BINARY: Self = Self { radix: 2, prefix: "0b", ..Self::DECIMAL };
    const OCTAL: Self = Self { radix: 8, prefix: "0", ..Self::DECIMAL };
    const HEX: Self = Self { radix: 16, prefix: "0x", ..Self::DECIMAL };
    const UPPER_HEX: Self =
        Self { radix: 16, digits: b"0123456789ABCDEF", prefix: "0X", ..Self::DECIMAL };

    fn with_prefix(self, prefixed: bool) -> Self {
        Self { prefixed, ..self }
    }

    /// Appends prefix, zeros up to `least` digits, and digits.
    fn append(self, text: &mut Vec<u8>, magnitude: u64, least: usize) {
        let mut digits = Vec::with_capacity(least.max(20));
        let mut rest = magnitude;
        while rest >= self.radix {
            digits.push(self.digits[(rest % self.radix) as usize]);
            rest /= self.radix;
        }
        digits.push(self.digits[rest as usize]);
        digits.resize(digits.len().max(least), b'0');
        if self.long_octal {
            text.extend_from_slice(b"0o");
        }
        // Octal numbers that begin with a zero anyway get no further one.
        if self.prefixed && !(self.radix == 8 && digits.last() == Some(&b'0')) {
            text.extend_from_slice(self.prefix.as_bytes());
        }
        text.extend(digits.iter().rev());
    }
}

/// The rune of that number; U+FFFD if there is none.
fn rune(number: i64) -> char {
    u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn is_float_verb(verb: char) -> bool {
    matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E')
}

fn append_float_of_verb(text: &mut Vec<u8>, number: f64, verb: char, precision: Option<usize>) {
    let (form, precision) = match verb {
        'e' | 'E' => (Form::Exponent, precision.or(Some(6))),
        'f' | 'F' => (Form::Plain, precision.or(Some(6))),
        'b' => (Form::Binary, precision),
        'x' | 'X' => (Form::Hex, precision),
        _ => (Form::General, precision),
    };
    append_float_as(text, number, form, precision);
    if matches!(verb, 'E' | 'G' | 'X') && number.is_finite() {
        text.make_ascii_uppercase();
    }
}

/// The flag `#`: a decimal point, and the trailing zeros that `%g` drops. `text` has a sign.
fn restore_zeros(text: &mut Vec<u8>, verb: char, precision: Option<usize>) {
    let mut missing = match verb {
        'v' | 'g' | 'G' | 'x' => precision.map_or(6, |precision| precision as i64),
        _ => 0,
    };
    let is_hex = matches!(verb, 'x' | 'X');
    let tail = text
        .iter()
        .position(|byte| matches!(byte, b'p' | b'P') || (!is_hex && matches!(byte, b'e' | b'E')))
        .unwrap_or(text.len());
    let tail = text.split_off(tail);
    let mut significant = false;
    for &byte in &text[1..] {
        significant |= !matches!(byte, b'0' | b'.');
        missing -= i64::from(significant && byte != b'.');
    }
    if !text.contains(&b'.') {
        // The digit of a lone zero counts, too.
        missing -= i64::from(text.len() == 2 && text[1] == b'0');
        text.push(b'.');
    }
    let missing = usize::try_from(missing).unwrap_or(0);
    text.resize(text.len() + missing, b'0');
    text.extend_from_slice(&tail);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, args: &[Value], expected: &str) {
        let text = sprintf(format.as_bytes(), args).expect("printable");
        assert_eq!(String::from_utf8_lossy(&text), expected, "{format}");
    }

    fn mixed() -> Value {
        Value::list(vec![1.into(), "a".into(), Value::Nil, 2.5.into(), Value::list(vec![])])
    }

    #[test]
    fn verbs_print_what_go_prints() {
        for (format, arg, expected) in [
            ("%d", 42.into(), "42"),
            ("%+05d", 42.into(), "+0042"),
            ("%-5d|", (-7).into(), "-7   |"),
            (
                "%x %[1]X %#[1]x %[1]o %#[1]o %[1]O %[1]b",
                42.into(),
                "2a 2A 0x2a 52 052 0o52 101010",
            ),
            ("%c %[1]q %[1]U %#[1]U", 0x65e5.into(), "日 '日' U+65E5 U+65E5 '日'"),
            ("%.0d|%5.3[1]d", 0.into(), "|  000"),
            (
                "%v %[1]g %[1]e %[1]f %[1]G",
                1e6.into(),
                "1e+06 1e+06 1.000000e+06 1000000.000000 1E+06",
            ),
            ("%08.3f|%-8.2[1]f|%+.1[1]f", 2.5.into(), "0002.500|2.50    |+2.5"),
            ("%x %[1]b %#[1]g", 2.5.into(), "0x1.4p+01 5629499534213120p-51 2.50000"),
            ("%v", f64::INFINITY.into(), "+Inf"),
            ("%05.1f", f64::NAN.into(), "  NaN"),
            ("%v %.2[1]f", Value::Complex(1.0, -2.5), "(1-2.5i) (1.00-2.50i)"),
            ("%5s|%-5[1]s|%05[1]s", "é".into(), "    é|é    |0000é"),
            ("%.2s %[1]q %+[1]q %#[1]q", "héllo".into(), "hé \"héllo\" \"h\\u00e9llo\" `héllo`"),
            ("%x % [1]x %# [1]X", "abc".into(), "616263 61 62 63 0X61 0X62 0X63"),
            ("%v %[1]s %[1]d", Value::Bytes("ab".into()), "[97 98] ab [97 98]"),
            ("%#v", Value::Bytes("ab".into()), "[]byte{0x61, 0x62}"),
            ("%v", mixed(), "[1 a <nil> 2.5 []]"),
            ("%d", mixed(), "[1 %!d(string=a) <nil> %!d(float64=2.5) []]"),
            ("%#v", mixed(), "[]interface {}{1, \"a\", interface {}(nil), 2.5, []interface {}{}}"),
            ("%T %[1]t", true.into(), "bool true"),
            ("%v %[1]T %[1]d", Value::Nil, "<nil> <nil> %!d(<nil>)"),
        ] {
            check(format, &[arg], expected);
        }
    }

    #[test]
    fn complaints_stand_in_the_text() {
        let two = [5.into(), 7.into()];
        for (format, args, expected) in [
            ("%d", &[42.0.into()][..], "%!d(float64=42)"),
            ("%s", &[5.into()], "%!s(int=5)"),
            ("%z", &[1.into()], "%!z(int=1)"),
            ("%d %d", &two[..1], "5 %!d(MISSING)"),
            ("%d", &two, "5%!(EXTRA int=7)"),
            ("a%", &[], "a%!(NOVERB)"),
            ("%!", &[], "%!!(MISSING)"),
            ("%[2]d %[1]d", &two, "7 5"),
            ("%[3]d", &two, "%!d(BADINDEX)"),
            ("%[x]d", &two, "%!d(BADINDEX)"),
            ("%[2]*[1]d", &two, "      5"),
            ("%*d|%-*d", &[3.into(), 1.into(), 3.into(), 1.into()], "  1|1  "),
            ("%*d", &["x".into(), 1.into()], "%!(BADWIDTH)1"),
            ("%d%%", &two[..1], "5%"),
            ("%99999999999d", &two[..1], "%!(NOVERB)%!(EXTRA int=5)"),
            ("%s", &[Value::Nil], "%!s(<nil>)"),
        ] {
            check(format, args, expected);
        }
    }

    #[test]
    fn cycles_end_with_a_failure() {
        let map = Map::new();
        map.insert("self", map.clone());
        assert!(sprintf(b"%v", &[map.clone().into()]).is_err());
        assert!(sprintf(b"%d", &[map.clone().into()]).is_err());
        // Cut the cycle, or the map is never freed.
        map.remove(b"self");
    }
}
