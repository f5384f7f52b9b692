//! The streams of the process. What goes to a terminal is shown, not obeyed.

use std::io::{self, Write};

use go_text_template::diagnostics::{ERASE_LINE, STYLES, visible};

/// A stream to people or to programs. Programs get every byte; on a terminal, control characters
/// are written out, for charts, file names, indexes and servers may have any.
#[derive(Debug)]
pub struct Stream<W: Write> {
    inner: W,
    is_terminal: bool,
    /// The beginning of a character whose rest has not come yet.
    pending: Vec<u8>,
}

impl<W: Write> Stream<W> {
    /// The stream `inner`.
    pub fn new(inner: W, is_terminal: bool) -> Self {
        Self { inner, is_terminal, pending: Vec::new() }
    }

    fn show(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut text = std::mem::take(&mut self.pending);
        text.extend_from_slice(bytes);
        self.pending = text.split_off(text.len() - unfinished(&text));
        self.inner.write_all(visible(&text).as_bytes())
    }

    /// Writes what nothing follows any more.
    fn finish(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.pending);
        self.inner.write_all(visible(&text).as_bytes())
    }
}

impl<W: Write> Write for Stream<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.inner.write(bytes);
        }
        let is_same = |known: &&[u8]| std::ptr::eq(bytes, *known);
        if is_same(&&ERASE_LINE[..]) || STYLES.iter().any(is_same) {
            self.finish()?;
            self.inner.write_all(bytes)?;
        } else {
            self.show(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.finish()?;
        self.inner.flush()
    }
}

impl<W: Write> Drop for Stream<W> {
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

/// How many bytes at the end of `text` are not to be shown before it is known what follows.
fn unfinished(text: &[u8]) -> usize {
    if text.ends_with(b"\r") {
        return 1;
    }
    let is_begun = |len: &usize| {
        let tail = text.len().checked_sub(*len).map(|start| std::str::from_utf8(&text[start..]));
        matches!(tail, Some(Err(error)) if error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (1..=3).find(is_begun).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(is_terminal: bool, pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut stream = Stream { inner: &mut out, is_terminal, pending: Vec::new() };
        pieces.iter().for_each(|piece| stream.write_all(piece).unwrap());
        drop(stream);
        out
    }

    #[test]
    fn a_terminal_obeys_nothing_but_us() {
        let name: &[u8] = &[b"\r\x1b[K".as_slice(), b"x"].concat();
        assert_eq!(shown(true, &[&ERASE_LINE, b"a", name]), b"\r\x1b[Ka\\x0d\\x1b[Kx");
        assert_eq!(shown(true, &[&name[..4]]), b"\\x0d\\x1b[K");
        assert_eq!(shown(false, &[&ERASE_LINE, name, b"\xff"]), b"\r\x1b[K\r\x1b[Kx\xff");
    }

    #[test]
    fn characters_may_come_in_pieces() {
        assert_eq!(shown(true, &[b"a\xe2\x80", b"\xaeb"]), b"a\\u202eb");
        assert_eq!(shown(true, &[b"\xc3", b"\xa9\r", b"\n"]), "\u{e9}\r\n".as_bytes());
        assert_eq!(shown(true, &[b"\r", b"a\xf0\x9f"]), b"\\x0da\\xf0\\x9f");
    }
}
