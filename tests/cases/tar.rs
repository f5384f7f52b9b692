//! Writes the archives that cases read.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

const BLOCK: usize = 512;

/// A tar archive in the making.
#[derive(Default)]
pub(super) struct Archive(Vec<u8>);

impl Archive {
    /// Adds what `member` says: `file NAME`, `folder NAME`, `fill NAME SIZE`, `link NAME -> TARGET`
    /// or `hardlink NAME -> TARGET`.
    pub(super) fn add(&mut self, member: &str, body: Vec<u8>) {
        let (kind, rest) = member.split_once(' ').expect("a member has a name");
        let (name, target) = rest.split_once(" -> ").unwrap_or((rest, ""));
        match kind {
            "file" => self.add_file(name, &body),
            "folder" => self.add_header(&format!("{name}/"), b'5', 0, ""),
            "link" => self.add_header(name, b'2', 0, target),
            "hardlink" => self.add_header(name, b'1', 0, target),
            "fill" => {
                let (name, size) = rest.rsplit_once(' ').expect("a fill has a size");
                self.add_file(name, &vec![b'#'; size.parse().expect("the size is a number")]);
            }
            _ => panic!("{kind} is nothing that an archive holds"),
        }
    }

    fn add_file(&mut self, name: &str, body: &[u8]) {
        self.add_header(name, b'0', body.len(), "");
        self.0.extend_from_slice(body);
        self.0.resize(self.0.len().next_multiple_of(BLOCK), 0);
    }

    fn add_header(&mut self, name: &str, kind: u8, size: usize, target: &str) {
        let mut header = [0_u8; BLOCK];
        let mut put = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
        put(0, name.as_bytes());
        put(100, if kind == b'5' { b"0000755" } else { b"0000644" });
        put(108, b"0000000");
        put(116, b"0000000");
        put(124, format!("{size:011o}").as_bytes());
        put(136, format!("{:011o}", 1_700_000_000).as_bytes());
        put(148, b"        ");
        put(156, &[kind]);
        put(157, target.as_bytes());
        put(257, b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        self.0.extend_from_slice(&header);
    }

    /// The archive, compressed.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.0.resize((self.0.len() + 2 * BLOCK).next_multiple_of(20 * BLOCK), 0);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&self.0).expect("memory takes everything");
        gzip.finish().expect("memory takes everything")
    }
}
