//! Prints one value under one verb, as Go's `fmt` does.
//!
//! In: a value, a verb and its flags. Out: text; a verb that does not fit the value is no failure, it
//! shows in the text as `%!d(string=x)`.

use super::digits::{Base, append_float_of_verb, is_float_verb, restore_zeros, rune};
use super::flags::Flags;
use super::object::{ADDRESS, is_hidden};
use super::text::Runes;
use super::{
    Charset, Failure, IntKind, Kind, List, Map, Object, Str, Type, Value, append_quoted,
    append_quoted_rune, can_backquote, is_printable,
};

/// No text is printed that is longer than this.
pub(super) const MOST_BYTES: usize = 512 << 20;
/// Containers nested deeper than this are not printed: only a cycle gets there, and Go dies of it.
pub(super) const MOST_NESTING: u32 = 100_000;

/// What is said of a value beyond these bounds.
pub(super) fn too_large() -> Failure {
    Failure::new("value is nested too deeply or too large to be printed")
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
        Self::with_flags(out, Flags::default())
    }

    /// A printer for a directive with these flags.
    pub(super) fn with_flags(out: &'o mut Vec<u8>, flags: Flags) -> Self {
        Self { out, flags, erroring: false, hidden: false }
    }

    /// Prints an argument of `sprintf`.
    pub(super) fn argument(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
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
            'O' => self.digits(magnitude, negative, Base::LONG_OCTAL.with_prefix(sharp)),
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

/// Appends the number in decimal digits.
fn append_byte(out: &mut Vec<u8>, byte: u8) {
    let digits = [b'0' + byte / 100, b'0' + byte / 10 % 10, b'0' + byte % 10];
    out.extend_from_slice(&digits[usize::from(byte < 100) + usize::from(byte < 10)..]);
}
