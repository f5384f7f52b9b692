//! A tar archive in the making, laid out as Go's writer does: USTAR, and PAX where that is too small.

const BLOCK: usize = 512;
const NAME: usize = 100;
const PREFIX: usize = 155;
/// The latest time that fits into a USTAR header.
const MOST_TIME: i64 = 0o77_777_777_777;

/// An archive of regular files and folders.
#[derive(Clone, Debug, Default)]
pub struct Tar {
    bytes: Vec<u8>,
}

/// A file's or folder's type and permissions.
#[derive(Clone, Copy)]
struct Kind {
    letter: u8,
    mode: u64,
}

impl Tar {
    /// Adds a file that anybody may read, changed last `modified` seconds after 1970.
    pub(super) fn add(&mut self, name: &[u8], content: &[u8], modified: i64) {
        self.add_file(name, content, 0o644, modified);
    }

    /// Adds a file with the permissions `mode`, changed last `modified` seconds after 1970.
    pub fn add_file(&mut self, name: &[u8], content: &[u8], mode: u32, modified: i64) {
        self.add_any(name, content, Kind { letter: b'0', mode: mode.into() }, modified);
    }

    /// Adds a folder likewise.
    pub fn add_folder(&mut self, name: &[u8], mode: u32, modified: i64) {
        self.add_any(name, b"", Kind { letter: b'5', mode: mode.into() }, modified);
    }

    fn add_any(&mut self, name: &[u8], content: &[u8], kind: Kind, modified: i64) {
        let fits = (0..=MOST_TIME).contains(&modified);
        let split = if fits { split(name) } else { None };
        match split {
            Some((prefix, base)) => self.header(base, prefix, kind, content, modified),
            None => self.extended(name, content, kind, modified, fits),
        }
        self.content(content);
    }

    /// The archive's end: two empty blocks.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.resize(self.bytes.len() + 2 * BLOCK, 0);
        self.bytes
    }

    /// Writes what does not fit into a header into a file of its own before it.
    fn extended(&mut self, name: &[u8], content: &[u8], kind: Kind, modified: i64, fits: bool) {
        let mut records = Vec::new();
        if !fits {
            records.extend_from_slice(&record("mtime", modified.to_string().as_bytes()));
        }
        let needs_path = split(name).is_none();
        if needs_path {
            records.extend_from_slice(&record("path", name));
        }
        let base = name.iter().rposition(|&byte| byte == b'/').map_or(0, |at| at + 1);
        let extension = [&name[..base], b"PaxHeaders.0/", &name[base..]].concat();
        self.header(&ascii(&extension), b"", Kind { letter: b'x', mode: 0 }, &records, 0);
        self.content(&records);
        let time = if fits { modified } else { 0 };
        self.header(&ascii(name), b"", kind, content, time);
    }

    fn header(&mut self, name: &[u8], prefix: &[u8], kind: Kind, content: &[u8], modified: i64) {
        let mut block = [0; BLOCK];
        put(&mut block[..NAME], name);
        octal(&mut block[100..108], kind.mode);
        octal(&mut block[108..116], 0);
        octal(&mut block[116..124], 0);
        octal(&mut block[124..136], content.len() as u64);
        octal(&mut block[136..148], modified.unsigned_abs());
        block[156] = kind.letter;
        block[257..265].copy_from_slice(b"ustar\x0000");
        if kind.letter != b'x' {
            octal(&mut block[329..337], 0);
            octal(&mut block[337..345], 0);
        }
        put(&mut block[345..345 + PREFIX], prefix);
        block[148..156].fill(b' ');
        let sum: u64 = block.iter().map(|&byte| u64::from(byte)).sum();
        octal(&mut block[148..155], sum);
        self.bytes.extend_from_slice(&block);
    }

    fn content(&mut self, content: &[u8]) {
        self.bytes.extend_from_slice(content);
        self.bytes.resize(self.bytes.len().next_multiple_of(BLOCK), 0);
    }
}

/// The parts of `name` that fit into the two fields of a header.
fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    if !name.is_ascii() {
        return None;
    }
    if name.len() <= NAME {
        return Some((b"", name));
    }
    let end = name.len().min(PREFIX + 1);
    let slash = name[..end].iter().rposition(|&byte| byte == b'/').filter(|&slash| slash > 0)?;
    let base = &name[slash + 1..];
    (!base.is_empty() && base.len() <= NAME).then_some((&name[..slash], base))
}

/// `length key=value\n`, the length being that of the whole.
fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut len = rest + rest.to_string().len();
    len = rest + len.to_string().len();
    [format!("{len} {key}=").as_bytes(), value, b"\n"].concat()
}

fn ascii(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|&byte| byte.is_ascii() && byte != 0).collect()
}

fn put(field: &mut [u8], text: &[u8]) {
    let len = text.len().min(field.len());
    field[..len].copy_from_slice(&text[..len]);
}

/// Octal digits up to the last byte, which stays 0.
fn octal(field: &mut [u8], number: u64) {
    let width = field.len() - 1;
    put(field, format!("{number:0width$o}\0").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_split_or_extended() {
        let long = [vec![b'd'; 90], b"/".to_vec(), vec![b'f'; 90]].concat();
        assert_eq!(split(&long), Some((&long[..90], &long[91..])));
        assert_eq!(split(&[b'f'; 101]), None);
        assert_eq!(split("\u{e9}".as_bytes()), None);
        assert_eq!(record("path", b"x"), b"9 path=x\n");
        assert_eq!(record("path", &[b'x'; 91])[..4], *b"101 ");
        let mut tar = Tar::default();
        tar.add(b"c/x", b"1", 1);
        assert_eq!(&tar.bytes[148..156], b"007611\0 ");
    }
}
