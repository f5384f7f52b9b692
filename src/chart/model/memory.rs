//! Charts that are in memory already.
//!
//! In: paths inside the chart, with their bytes. Out: the chart that the same files make up on disk.

use super::assemble::{self, Loading};
use super::ignore::Rules;
use super::limits::MOST_INFLATED_BYTES;
use super::text::without_mark;
use super::{Chart, Error, File, Notice, load};
use go_text_template::Compat;
use go_text_template::data::Str;

/// The chart that `files` make up: each a path inside the chart, with `/` between its parts, and its
/// bytes. What .helmignore names among them is left out.
pub fn load_files(
    files: Vec<(Str, Str)>,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let find = |name: &[u8]| files.iter().find(|(path, _)| **path == *name).map(|(_, data)| data);
    let rules = Rules::parse(find(b".helmignore").map_or(&[][..], |text| text.as_bytes()))?;
    if !compat.is_helm3() {
        load::detect(find(b"Chart.yaml").ok_or(Error::MissingMetadata)?)?;
    }
    let mut files: Vec<File> = files
        .into_iter()
        .filter(|(path, _)| !is_ignored(path, &rules))
        .map(|(path, data)| File::new(path, without_mark(data)))
        .collect();
    files.sort_by(|a, b| parts(&a.name).cmp(parts(&b.name)));
    assemble::chart(files, &mut Loading { compat, notices, inflatable: MOST_INFLATED_BYTES })
}

/// True if the rules name the file, or a folder that it is in.
fn is_ignored(path: &[u8], rules: &Rules) -> bool {
    let mut ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
    ends.any(|end| rules.ignore(&path[..end], true)) || rules.ignore(path, false)
}

/// What a walk compares: it visits a folder in the place of its own name.
fn parts(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
}
