//! The text that is signed: the chart's metadata, and the digests of its files below.

use bstr::ByteSlice;
use data_encoding::HEXLOWER;

use super::algorithm::Hash;
use super::error::Error;
use crate::model::{DecodeError, metadata_shape};
use go_text_template::Compat;
use go_text_template::data::{Map, Str, Tree};
use go_text_template::yaml::{self, Shape, StructShape};

/// What stands between the two parts. YAML's `---` would be escaped in a signed text.
const SEPARATOR: &[u8] = b"\n...\n";

const TEXTS: Shape = Shape::Map("map[string]string", &Shape::String);
static SUMS: Shape = Shape::Struct(&StructShape {
    go_type: "provenance.SumCollection",
    name: "SumCollection",
    fields: &[("files", TEXTS), ("images", TEXTS)],
});

/// The text for `archive` with the chart's `metadata`.
pub(super) fn write(archive: &[u8], file_name: &str, metadata: &[u8]) -> Vec<u8> {
    let (files, sums) = (Map::new(), Map::new());
    files.insert(file_name, Str::from(digest(archive)));
    sums.insert("files", files);
    let sums = yaml::write(&sums.into(), &mut |_| true).expect("a map of texts is YAML");
    [metadata, SEPARATOR, &sums].concat()
}

/// The digest of `archive`, if `text` has the same one for `file_name`.
pub(super) fn check(
    archive: &[u8],
    text: &[u8],
    file_name: &str,
    compat: Compat,
) -> Result<String, Error> {
    let found = digest(archive);
    match read(text, file_name, compat)? {
        None => Err(Error::NotListed(file_name.to_owned())),
        Some(signed) if signed == found.as_str() => Ok(found),
        Some(signed) => {
            let (name, signed) = (file_name.to_owned(), signed.as_bytes().to_vec());
            Err(Error::OtherDigest { name, signed, found })
        }
    }
}

/// True if the digest of `archive` stands in `text` under a name that has `file_name` in it.
pub(super) fn lists(archive: &[u8], text: &[u8], file_name: &str) -> bool {
    let found = digest(archive);
    let is_listed = |sums: Tree| match sums {
        Tree::Map(sums) => match sums.get(b"files") {
            Some(Tree::Map(files)) => files.iter().any(|(name, sum)| {
                name.contains_str(file_name) && *sum == Tree::String(found.as_str().into())
            }),
            _ => false,
        },
        _ => false,
    };
    let sums = text.split_str(SEPARATOR).nth(1);
    sums.and_then(|sums| read_as(sums, &SUMS).ok()).is_some_and(is_listed)
}

fn digest(archive: &[u8]) -> String {
    format!("sha256:{}", HEXLOWER.encode(Hash::Sha256.digest(&[archive]).as_ref()))
}

/// The digest that `text` has for `file_name`.
fn read(text: &[u8], file_name: &str, compat: Compat) -> Result<Option<Str>, Error> {
    let mut parts = text.split_str(SEPARATOR);
    let (Some(metadata), Some(sums)) = (parts.next(), parts.next()) else {
        return Err(Error::OnePart);
    };
    if compat.is_helm3() {
        read_as(metadata, metadata_shape(compat))?;
    }
    let Tree::Map(sums) = read_as(sums, &SUMS)? else { return Ok(None) };
    let Some(Tree::Map(files)) = sums.get(b"files") else { return Ok(None) };
    Ok(files.get(file_name.as_bytes()).map(|sum| match sum {
        Tree::String(sum) => sum.clone(),
        _ => Str::EMPTY,
    }))
}

fn read_as(text: &[u8], shape: &Shape) -> Result<Tree, Error> {
    yaml::read_as(&text.into(), shape).map_err(|error| Error::Decode(DecodeError::Yaml(error)))
}
