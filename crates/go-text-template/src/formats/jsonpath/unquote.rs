//! Quoted texts, with Go's escapes.

/// The text between the quotes of `quoted`, escapes resolved; `None` if one of them is none.
pub(super) fn unquote(quoted: &str) -> Option<Vec<u8>> {
    let quote = quoted.chars().next()?;
    let mut rest = quoted.get(1..quoted.len().checked_sub(1)?)?;
    let mut out = Vec::with_capacity(rest.len());
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => rest = escape(rest, quote, &mut out)?,
            c if c == quote => return None,
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Some(out)
}

/// Appends what the escape at the start of `text` stands for, and gives what follows it.
fn escape<'t>(text: &'t str, quote: char, out: &mut Vec<u8>) -> Option<&'t str> {
    let letter = text.chars().next()?;
    let rest = &text[letter.len_utf8()..];
    let byte = match letter {
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        '\\' => b'\\',
        '\'' | '"' if letter == quote => letter as u8,
        'x' => u8::from_str_radix(rest.get(..2)?, 16).ok()?,
        '0'..='7' => u8::from_str_radix(text.get(..3)?, 8).ok()?,
        'u' | 'U' => return rune(rest, if letter == 'u' { 4 } else { 8 }, out),
        _ => return None,
    };
    out.push(byte);
    match letter {
        'x' | '0'..='7' => rest.get(2..),
        _ => Some(rest),
    }
}

fn rune<'t>(text: &'t str, digits: usize, out: &mut Vec<u8>) -> Option<&'t str> {
    let rune = char::from_u32(u32::from_str_radix(text.get(..digits)?, 16).ok()?)?;
    out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
    text.get(digits..)
}
