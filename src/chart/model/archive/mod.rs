//! Charts in gzipped tar archives.
//!
//! In: compressed bytes. Out: the files, with the names they have inside the chart, after all of
//! Helm's checks of names and sizes. Nothing is ever written, and links are not followed.

mod gzip;
mod sniff;
mod tar;

use std::io::BufRead;

use self::gzip::Gunzip;
use self::tar::Tar;
use super::File;
use super::error::ArchiveError;
use super::limits::{MOST_CHART_BYTES, MOST_FILE_BYTES};
use super::text::without_mark;
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::path::clean;

pub(super) use self::sniff::{SNIFFED, content_type, is_gzip};
pub use self::tar::Member;

/// The members of a gzipped tar archive of any kind, one after another. No name is checked.
#[derive(Debug)]
pub struct Members<'b, R>(Tar<'b, R>);

impl<'b, R: BufRead> Members<'b, R> {
    /// The members of `input`. What it unpacks to, everything counted, is taken off `left`.
    pub fn new(input: R, left: &'b mut u64) -> Result<Self, ArchiveError> {
        Ok(Self(Tar::new(Gunzip::new(input, left)?)))
    }

    /// The next one; what is left of the current one is skipped.
    pub fn next_member(&mut self) -> Result<Option<Member>, ArchiveError> {
        self.0.next()
    }

    /// Fills the front of `out` with the next bytes of the current one; 0 is its end.
    pub fn read(&mut self, out: &mut [u8]) -> Result<usize, ArchiveError> {
        self.0.read_some(out)
    }
}

/// The files of the archive `input`, in their order there. What it inflates to is taken off
/// `inflatable`, which all archives of a chart have in common.
pub(super) fn files(
    input: impl BufRead,
    compat: Compat,
    inflatable: &mut u64,
) -> Result<Vec<File>, ArchiveError> {
    let mut tar = Tar::new(Gunzip::new(input, inflatable)?);
    let mut files = Vec::new();
    let mut left = MOST_CHART_BYTES;
    while let Some(member) = tar.next()? {
        if member.is_directory || member.is_global_header {
            continue;
        }
        let name = name_in_chart(&member.name)?;
        check_size(&member, left, compat)?;
        let content = tar.read_content(left)?;
        let read = content.len() as u64;
        left -= read;
        if read < member.size || left == 0 {
            return Err(ArchiveError::TooLarge(compat));
        }
        let file = File::new(name, without_mark(content.into()));
        files.push(file.changed_at(Some(member.modified)));
    }
    if files.is_empty() { Err(ArchiveError::NoFiles) } else { Ok(files) }
}

fn check_size(member: &Member, left: u64, compat: Compat) -> Result<(), ArchiveError> {
    if member.size > left {
        return Err(ArchiveError::TooLarge(compat));
    }
    if compat.is_helm3() && member.size > MOST_FILE_BYTES {
        return Err(ArchiveError::FileTooLarge(member.name.clone()));
    }
    Ok(())
}

/// The name without its first part, whatever that is. Names with a backslash are Windows' ones.
fn name_in_chart(name: &Str) -> Result<Vec<u8>, ArchiveError> {
    let delimiter = if name.contains(&b'\\') { b'\\' } else { b'/' };
    let mut parts = name.split(|&byte| byte == delimiter);
    let first = parts.next().unwrap_or_default();
    let path = parts.collect::<Vec<_>>().join(&b'/');
    if path.starts_with(b"/") {
        return Err(ArchiveError::AbsolutePath);
    }
    let path = clean(&path);
    if path == b"." {
        return Err(ArchiveError::OutsideBase(name.clone()));
    }
    // This also hits a file whose name merely begins with two dots, as in Helm.
    if path.starts_with(b"..") {
        return Err(ArchiveError::ParentDirectory);
    }
    if path[0].is_ascii_alphabetic() && path[1..].starts_with(b":/") {
        return Err(ArchiveError::IllegalName);
    }
    if first == b"Chart.yaml" {
        return Err(ArchiveError::ChartYamlNotInBase);
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_inflated_counts() {
        use std::io::Write;
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped.write_all(&[0; 5000]).unwrap();
        let zipped = zipped.finish().unwrap();
        for (before, after, expected) in [
            (10_000, 10_000 - 1024, ArchiveError::NoFiles),
            (1024, 0, ArchiveError::NoFiles),
            (1000, 488, ArchiveError::TooMuchInflated),
        ] {
            let mut left = before;
            let found = files(&zipped[..], Compat::Helm4, &mut left);
            assert_eq!((found, left), (Err(expected), after));
        }
    }

    #[test]
    fn names_lose_their_first_part() {
        for (name, expected) in [
            ("c/Chart.yaml", "Chart.yaml"),
            ("/etc/x", "etc/x"),
            ("c/a/../b", "b"),
            ("c\\x\\y", "x/y"),
            ("./c/x", "c/x"),
            ("c//etc/x", "chart illegally contains absolute paths"),
            ("x", "chart illegally contains content outside the base directory: \"x\""),
            ("c/../x", "chart illegally references parent directory"),
            ("c/..x", "chart illegally references parent directory"),
            ("c/C:/x", "chart contains illegally named files"),
            ("Chart.yaml/x", "chart yaml not in base directory"),
        ] {
            let found = match name_in_chart(&name.into()) {
                Ok(name) => Str::from(name).to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(found, expected, "{name}");
        }
    }
}
