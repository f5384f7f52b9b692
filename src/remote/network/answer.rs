//! What Go has against an answer, in its words. hyper reads answers, and less strictly: this looks at
//! the same bytes before they count.

use bstr::ByteSlice;

use go_text_template::data::quoted;

/// The longest line with the length of a chunk, and the longest trailer.
const MOST_LINE: usize = 4096;

/// The head of the final answer in `text`, and what follows it; those that only say "go on" are
/// passed over.
pub(super) fn split(mut text: &[u8]) -> (&[u8], &[u8]) {
    loop {
        let blank =
            |at: &usize| text[at + 1..].starts_with(b"\n") || text[at + 1..].starts_with(b"\r\n");
        let Some(last) = text.find_iter(b"\n").find(blank) else { return (text, b"") };
        let end = last + if text[last + 1] == b'\n' { 2 } else { 3 };
        let status = status(text.lines().next().unwrap_or_default());
        let goes_on = |code: &[u8]| matches!(code, [b'1', _, _]) && code != b"101";
        if !status.is_some_and(|(_, code, _)| goes_on(code)) {
            return text.split_at(end);
        }
        text = &text[end..];
    }
}

/// Says whether the body behind `head` comes in chunks, or what is wrong with the head.
pub(super) fn judge(head: &[u8]) -> Result<bool, String> {
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let malformed =
        |what: &str, text: &[u8]| Err(format!("malformed HTTP {what} {}", quoted(text)));
    let Some((version, code, _)) = status(first) else { return malformed("response", first) };
    if code.len() != 3 || !code.iter().all(u8::is_ascii_digit) {
        return malformed("status code", code);
    }
    if !matches!(version, [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9']) {
        return malformed("version", version);
    }
    framing(&fields(lines)?)
}

/// Version and code of an answer's first line, and what follows them.
fn status(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (version, rest) = line.split_once_str(" ")?;
    let rest = rest.trim_start_with(|sign| sign == ' ');
    let (code, words) = rest.split_at(rest.find_byte(b' ').unwrap_or(rest.len()));
    Some((version, code, words))
}

/// What stands behind the code in the head of an answer: ` Not Found`.
pub(super) fn reason(head: &[u8]) -> String {
    let words = status(head.lines().next().unwrap_or_default()).map(|(_, _, words)| words);
    String::from_utf8_lossy(words.unwrap_or_default()).into_owned()
}

/// A name and its value.
type Field<'h> = (&'h [u8], Vec<u8>);

/// All fields; a line that begins with a blank goes on with the value before it.
fn fields<'h>(lines: impl Iterator<Item = &'h [u8]>) -> Result<Vec<Field<'h>>, String> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let malformed =
        |what: &str, line: &[u8]| format!("malformed MIME header{what}: {}", quoted(line));
    for line in lines.take_while(|line| !line.is_empty()) {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let (_, value) = fields.last_mut().ok_or_else(|| malformed(" initial line", line))?;
            let more = [value.as_slice(), b" ", line.trim_ascii()].concat();
            *value = more.trim_ascii_start().to_vec();
            continue;
        }
        let parts = line.split_once_str(":").ok_or_else(|| malformed(": missing colon", line))?;
        let (name, value) = (parts.0.trim_ascii_end(), parts.1.trim_ascii());
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
        let is_text = |byte: &u8| !byte.is_ascii_control() || *byte == b'\t';
        if name.is_empty() || !name.iter().all(is_name) || !value.iter().all(is_text) {
            return Err(malformed(" line", line));
        }
        fields.push((name, value.to_vec()));
    }
    Ok(fields)
}

/// Says whether a body comes in chunks, if there is one way only to find its end.
fn framing(fields: &[Field<'_>]) -> Result<bool, String> {
    let values = |wanted: &[u8]| -> Vec<&[u8]> {
        let named = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        named.map(|(_, value)| value.as_slice()).collect()
    };
    let list =
        |values: &[&[u8]]| values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(" ");
    let (codings, lengths) = (values(b"Transfer-Encoding"), values(b"Content-Length"));
    match codings[..] {
        [] => {}
        [coding] if coding.eq_ignore_ascii_case(b"chunked") => {}
        [coding] => return Err(format!("unsupported transfer encoding: {}", quoted(coding))),
        _ => return Err(format!("too many transfer encodings: [{}]", list(&codings))),
    }
    let Some(first) = lengths.first() else { return Ok(!codings.is_empty()) };
    if lengths.iter().any(|length| length != first) {
        let what = "http: message cannot contain multiple Content-Length headers; got";
        return Err(format!("{what} [{}]", list(&lengths)));
    }
    let digits = first.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    match digits {
        Some("") => Err("invalid empty Content-Length \"\"".to_owned()),
        Some(text) if text.parse::<i64>().is_ok() => Ok(!codings.is_empty()),
        _ => Err(format!("bad Content-Length {}", quoted(first))),
    }
}

/// Follows the chunks of a body.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    /// So many bytes of this chunk are still to come.
    left: u64,
    /// What comes next ends the line of a chunk's bytes.
    after_bytes: bool,
    /// The line that has begun; behind the last chunk everything.
    line: Vec<u8>,
    ended: bool,
}

impl Chunks {
    /// Goes on with `bytes`, or says what is wrong with them.
    pub(super) fn follow(&mut self, mut bytes: &[u8]) -> Result<(), &'static str> {
        while !bytes.is_empty() {
            let inside = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
            self.left -= inside as u64;
            bytes = &bytes[inside..];
            let end =
                bytes.find_byte(b'\n').filter(|_| !self.ended).map_or(bytes.len(), |at| at + 1);
            self.line.extend_from_slice(&bytes[..end]);
            bytes = &bytes[end..];
            if self.line.len() > MOST_LINE {
                return Err(if self.ended { LONG_TRAILER } else { "header line too long" });
            }
            if self.line.ends_with(b"\n") && !self.ended {
                let line = std::mem::take(&mut self.line);
                self.next(&line)?;
            }
        }
        Ok(())
    }

    fn next(&mut self, line: &[u8]) -> Result<(), &'static str> {
        if self.after_bytes {
            self.after_bytes = false;
            return if line == b"\r\n" { Ok(()) } else { Err("malformed chunked encoding") };
        }
        self.left = length(line)?;
        self.ended = self.left == 0;
        self.after_bytes = true;
        Ok(())
    }

    /// What is wrong with the trailer, if the body broke off there.
    pub(super) fn trailer_fault(&self) -> Option<String> {
        let fault = || "http: unexpected EOF reading trailer".to_owned();
        self.ended.then(|| fields(self.line.lines()).err().unwrap_or_else(fault))
    }
}

const LONG_TRAILER: &str = "http: suspiciously long trailer after chunked body";

/// The length of a chunk that `line` gives.
fn length(line: &[u8]) -> Result<u64, &'static str> {
    let line = match line.find_byte(b'\r') {
        None => return Err("chunked line ends with bare LF"),
        Some(at) if at + 2 == line.len() => line[..at].trim_ascii_end(),
        Some(_) => return Err("invalid CR in chunked line"),
    };
    let digits = line.split_once_str(";").map_or(line, |(digits, _)| digits);
    match digits.iter().position(|byte| !byte.is_ascii_hexdigit()) {
        _ if digits.is_empty() => Err("empty hex number for chunk length"),
        Some(at) if at <= 16 => Err("invalid byte in chunk length"),
        _ if digits.len() > 16 => Err("http chunk length too large"),
        _ => Ok(digits
            .to_str()
            .ok()
            .and_then(|text| u64::from_str_radix(text, 16).ok())
            .unwrap_or(0)),
    }
}
