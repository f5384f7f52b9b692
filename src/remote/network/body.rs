//! The body of an answer: as long as its head says, in chunks, or until the connection ends.

use std::io::{self, Read};

use super::Cause;
use super::connect::Link;
use super::http::Head;

/// A body that is read as it comes.
pub(super) struct Body {
    link: Box<dyn Link>,
    /// What came in behind the head.
    buffer: Vec<u8>,
    at: usize,
    form: Form,
}

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// So many bytes are still to come.
    Length(u64),
    /// So many bytes of this chunk are still to come.
    Chunk(u64),
    /// A line with the length of a chunk comes next.
    ChunkHead { first: bool },
    /// When the connection ends.
    Connection,
    /// Everything was read.
    Done,
}

impl Body {
    /// The body behind `head` on `link`.
    pub(super) fn new(link: Box<dyn Link>, head: &mut Head, method: &str) -> Self {
        let form = form(head, method);
        Self { link, buffer: std::mem::take(&mut head.rest), at: 0, form }
    }

    fn raw(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let buffered = &self.buffer[self.at..];
        if buffered.is_empty() {
            return self.link.read(out);
        }
        let count = buffered.len().min(out.len());
        out[..count].copy_from_slice(&buffered[..count]);
        self.at += count;
        Ok(count)
    }

    /// The next bytes of those `left`; an end before them is a fault.
    fn counted(&mut self, out: &mut [u8], left: u64) -> io::Result<usize> {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(out.len());
        match self.raw(&mut out[..most])? {
            0 if most > 0 => Err(Cause::CutOff.into_io()),
            count => Ok(count),
        }
    }

    /// A line without its end; lines of chunks are short.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < 4096 {
            if self.raw(&mut byte)? == 0 {
                return Err(Cause::CutOff.into_io());
            }
            if byte[0] == b'\n' {
                return Ok(line);
            }
            line.extend(Some(byte[0]).filter(|&byte| byte != b'\r'));
        }
        Err(malformed())
    }

    /// Reads up to the content of the next chunk, or to the end.
    fn next_chunk(&mut self, first: bool) -> io::Result<()> {
        if !first && !self.line()?.is_empty() {
            return Err(malformed());
        }
        let line = self.line()?;
        let digits = line.split(|&byte| byte == b';').next().unwrap_or_default();
        let digits = std::str::from_utf8(digits).map_err(|_| malformed())?.trim();
        let length = u64::from_str_radix(digits, 16).map_err(|_| malformed())?;
        self.form = Form::Chunk(length);
        if length == 0 {
            while !self.line()?.is_empty() {}
            self.form = Form::Done;
        }
        Ok(())
    }
}

fn malformed() -> io::Error {
    Cause::Malformed("malformed chunked encoding".to_owned()).into_io()
}

fn form(head: &Head, method: &str) -> Form {
    if method == "HEAD" || matches!(head.status, 100..=199 | 204 | 304) {
        return Form::Done;
    }
    if head.header("Transfer-Encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        return Form::ChunkHead { first: true };
    }
    match head.header("Content-Length").map(str::parse) {
        Some(Ok(length)) => Form::Length(length),
        _ => Form::Connection,
    }
}

impl Read for Body {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.form {
                Form::Done | Form::Length(0) => return Ok(0),
                Form::Connection => return self.raw(out),
                Form::ChunkHead { first } => self.next_chunk(first)?,
                Form::Chunk(0) => self.form = Form::ChunkHead { first: false },
                Form::Length(left) => {
                    let count = self.counted(out, left)?;
                    self.form = Form::Length(left - count as u64);
                    return Ok(count);
                }
                Form::Chunk(left) => {
                    let count = self.counted(out, left)?;
                    self.form = Form::Chunk(left - count as u64);
                    return Ok(count);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(headers: &[(&str, &str)], rest: &[u8], more: &[u8]) -> io::Result<Vec<u8>> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let headers = headers.iter().map(owned).collect();
        let mut head = Head { status: 200, headers, rest: rest.to_vec(), ..Head::default() };
        let link: Box<dyn Link> = Box::new(Cursor::new(more.to_vec()));
        let mut text = Vec::new();
        Body::new(link, &mut head, "GET").read_to_end(&mut text).map(|_| text)
    }

    #[test]
    fn bodies_end_where_their_head_says() {
        let chunked = [("Transfer-Encoding", "chunked")];
        assert_eq!(read(&[("Content-Length", "4")], b"ab", b"cde").unwrap(), b"abcd");
        assert_eq!(read(&[], b"ab", b"cd").unwrap(), b"abcd");
        assert_eq!(read(&chunked, b"2\r\nab\r\n", b"1;x\r\nc\r\n0\r\n\r\n").unwrap(), b"abc");
    }

    #[test]
    fn bodies_that_are_cut_off_are_faults() {
        let chunked = [("Transfer-Encoding", "chunked")];
        assert!(read(&[("Content-Length", "4")], b"ab", b"").is_err());
        assert!(read(&chunked, b"5\r\nab", b"").is_err());
        assert!(read(&chunked, b"2\r\nab\r\n", b"").is_err());
        assert!(read(&chunked, b"zz\r\n", b"").is_err());
    }
}
