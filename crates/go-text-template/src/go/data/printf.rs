//! Go's `fmt.Sprintf`: reads the directives of a format and hands each to a printer.
//!
//! In: a format and values. Out: text; a wrong verb or a missing argument is no failure, it shows
//! in the text as `%!d(string=x)` or `%!s(MISSING)`.

use super::flags::Flags;
use super::printer::{MOST_BYTES, Printer, too_large};
use super::text::Runes;
use super::{Failure, Value, append_value};

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
                Printer::with_flags(out, flags.of_verb(verb)).argument(value, verb)?;
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

fn append_complaint(out: &mut Vec<u8>, verb: char, complaint: &str) {
    out.extend_from_slice(format!("%!{verb}({complaint})").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Map;

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
