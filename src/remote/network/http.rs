//! HTTP/1.1: a request's head out, an answer's head in.

use std::io::Read;

use super::Cause;
use super::connect::Link;

/// The longest head of an answer, in bytes.
const MOST_HEAD: usize = 1 << 20;
/// The most headers that an answer has.
const MOST_HEADERS: usize = 256;

/// The head of an answer.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) headers: Vec<(String, String)>,
    /// What came in behind the head.
    pub(super) rest: Vec<u8>,
}

impl Head {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads the head of the final answer; those that only say "go on" are passed over.
pub(super) fn read_head(link: &mut Box<dyn Link>) -> Result<Head, Cause> {
    let mut text = Vec::new();
    loop {
        if let Some(head) = parse(&text)? {
            if head.status >= 200 || head.status == 101 {
                return Ok(head);
            }
            text = head.rest;
            continue;
        }
        if text.len() > MOST_HEAD {
            let what = "net/http: HTTP/1.x transport connection broken: head too long";
            return Err(Cause::Malformed(what.to_owned()));
        }
        let mut chunk = [0; 8192];
        match link.read(&mut chunk).map_err(|error| Cause::of_io(error).before_answer())? {
            0 if text.is_empty() => return Err(Cause::NoAnswer),
            0 => return Err(Cause::CutOff),
            count => text.extend_from_slice(&chunk[..count]),
        }
    }
}

/// The head that `text` begins with; nothing if it does not end there.
fn parse(text: &[u8]) -> Result<Option<Head>, Cause> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    match response.parse(text) {
        Ok(httparse::Status::Partial) => Ok(None),
        Ok(httparse::Status::Complete(length)) => Ok(Some(Head {
            status: response.code.unwrap_or(0),
            reason: response.reason.unwrap_or_default().to_owned(),
            headers: response.headers.iter().map(owned).collect(),
            rest: text[length..].to_vec(),
        })),
        Err(_) => {
            let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
            let line = String::from_utf8_lossy(&line[..line.len().min(64)]).into_owned();
            Err(Cause::Malformed(format!(
                "net/http: HTTP/1.x transport connection broken: malformed HTTP response {:?}",
                line.trim_end()
            )))
        }
    }
}

fn owned(header: &httparse::Header<'_>) -> (String, String) {
    (header.name.to_owned(), String::from_utf8_lossy(header.value).trim().to_owned())
}
