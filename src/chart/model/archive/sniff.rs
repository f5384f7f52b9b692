//! What a file seems to be, by its first bytes, in the words of Go's `http.DetectContentType`.

/// How many bytes are looked at; shorter files are filled up with zeros.
pub(in crate::chart::model) const SNIFFED: usize = 512;

/// True if `data` begins as gzip does.
pub(in crate::chart::model) fn is_gzip(data: &[u8]) -> bool {
    data.starts_with(b"\x1f\x8b\x08")
}

/// The MIME type of `data`, which is no gzip.
pub(in crate::chart::model) fn content_type(data: &[u8]) -> &'static str {
    let blanks = data.iter().take_while(|byte| b"\t\n\x0c\r ".contains(byte)).count();
    let text = &data[blanks..];
    if HTML.iter().any(|tag| opens_tag(text, tag)) {
        return "text/html; charset=utf-8";
    }
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    let known = SIGNATURES.iter().find(|signature| signature.fits(data));
    match known {
        Some(signature) => signature.content_type,
        None if is_mp4(data) => "video/mp4",
        None if text.iter().copied().any(is_binary) => "application/octet-stream",
        None => "text/plain; charset=utf-8",
    }
}

const HTML: &[&[u8]] = &[
    b"<!DOCTYPE HTML",
    b"<HTML",
    b"<HEAD",
    b"<SCRIPT",
    b"<IFRAME",
    b"<H1",
    b"<DIV",
    b"<FONT",
    b"<TABLE",
    b"<A",
    b"<STYLE",
    b"<TITLE",
    b"<B",
    b"<BODY",
    b"<BR",
    b"<P",
    b"<!--",
];

fn opens_tag(text: &[u8], tag: &[u8]) -> bool {
    let begins = text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    begins && matches!(text.get(tag.len()), Some(b' ' | b'>'))
}

/// Fixed bytes at the start and, for container formats, at a second place.
struct Signature {
    start: &'static [u8],
    then: (usize, &'static [u8]),
    content_type: &'static str,
}

impl Signature {
    fn fits(&self, data: &[u8]) -> bool {
        let (at, bytes) = self.then;
        data.starts_with(self.start) && data.get(at..).is_some_and(|rest| rest.starts_with(bytes))
    }
}

const fn at_start(start: &'static [u8], content_type: &'static str) -> Signature {
    Signature { start, then: (0, b""), content_type }
}

const fn container(
    start: &'static [u8],
    at: usize,
    bytes: &'static [u8],
    content_type: &'static str,
) -> Signature {
    Signature { start, then: (at, bytes), content_type }
}

const SIGNATURES: &[Signature] = &[
    at_start(b"%PDF-", "application/pdf"),
    at_start(b"%!PS-Adobe-", "application/postscript"),
    at_start(b"\xfe\xff", "text/plain; charset=utf-16be"),
    at_start(b"\xff\xfe", "text/plain; charset=utf-16le"),
    at_start(b"\xef\xbb\xbf", "text/plain; charset=utf-8"),
    at_start(b"\0\0\x01\0", "image/x-icon"),
    at_start(b"\0\0\x02\0", "image/x-icon"),
    at_start(b"BM", "image/bmp"),
    at_start(b"GIF87a", "image/gif"),
    at_start(b"GIF89a", "image/gif"),
    container(b"RIFF", 8, b"WEBPVP", "image/webp"),
    at_start(b"\x89PNG\r\n\x1a\n", "image/png"),
    at_start(b"\xff\xd8\xff", "image/jpeg"),
    container(b"FORM", 8, b"AIFF", "audio/aiff"),
    at_start(b"ID3", "audio/mpeg"),
    at_start(b"OggS\0", "application/ogg"),
    at_start(b"MThd\0\0\0\x06", "audio/midi"),
    container(b"RIFF", 8, b"AVI ", "video/avi"),
    container(b"RIFF", 8, b"WAVE", "audio/wave"),
    at_start(b"\x1a\x45\xdf\xa3", "video/webm"),
    container(b"", 34, b"LP", "application/vnd.ms-fontobject"),
    at_start(b"\0\x01\0\0", "font/ttf"),
    at_start(b"OTTO", "font/otf"),
    at_start(b"ttcf", "font/collection"),
    at_start(b"wOFF", "font/woff"),
    at_start(b"wOF2", "font/woff2"),
    at_start(b"PK\x03\x04", "application/zip"),
    at_start(b"Rar!\x1a\x07\0", "application/x-rar-compressed"),
    at_start(b"Rar!\x1a\x07\x01\0", "application/x-rar-compressed"),
    at_start(b"\0asm", "application/wasm"),
];

fn is_mp4(data: &[u8]) -> bool {
    let Some((size, rest)) = data.split_first_chunk::<4>() else { return false };
    let size = u32::from_be_bytes(*size) as usize;
    if size > data.len() || !size.is_multiple_of(4) || !rest.starts_with(b"ftyp") {
        return false;
    }
    // Every brand counts, but not the version that stands behind the first one.
    (8..size).step_by(4).filter(|&at| at != 12).any(|at| data[at..].starts_with(b"mp4"))
}

fn is_binary(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)
}
