//! The files that flags name: this is where values touch the disk and stdin.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Error;
use crate::model::{read_all, read_file, read_values};
use crate::schema::url::{Url, split_fragment};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str, TreeMap};

/// Where the texts of `-f` and `--set-file` come from.
pub trait ReadFile {
    /// The text of `name`: a path, `-` for stdin, or a URL.
    fn read(&mut self, name: &Str) -> Result<Str, Failure>;

    /// The values in the file `name`.
    fn read_values(&mut self, name: &Str, compat: Compat) -> Result<Arc<TreeMap>, Error> {
        let text = self.read(name).map_err(Error::Read)?;
        let failed = |error| Error::File { name: name.clone(), error, compat };
        read_values(&text, compat).map_err(failed)
    }
}

/// Files that are read once, however often they are asked for: standard input can be read only once,
/// and a file on the network should be.
pub struct Remembered<'f> {
    files: &'f mut dyn ReadFile,
    texts: BTreeMap<Str, Str>,
}

impl<'f> Remembered<'f> {
    /// What `files` has, remembered.
    pub fn new(files: &'f mut dyn ReadFile) -> Self {
        Self { files, texts: BTreeMap::new() }
    }
}

impl ReadFile for Remembered<'_> {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        if let Some(text) = self.texts.get(name) {
            return Ok(text.clone());
        }
        let text = self.files.read(name)?;
        self.texts.insert(name.clone(), text.clone());
        Ok(text)
    }
}

/// Files of this machine, and stdin, which is empty when it is asked for a second time.
#[derive(Debug, Default)]
pub struct LocalFiles;

impl ReadFile for LocalFiles {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        if bstr::ByteSlice::trim(name.as_bytes()) == b"-" {
            return read_stdin();
        }
        if let Some(scheme) = remote_scheme(name)? {
            return Err(format!("{name} is no file of values: {scheme} is for charts").into());
        }
        read_file(name).map_err(|error| error.to_string().into())
    }
}

/// The scheme of `name` if it is an address on the network. Helm takes every name for an address
/// first; one with an unknown scheme is a file after all.
fn remote_scheme(name: &Str) -> Result<Option<String>, Failure> {
    let scheme = scheme_of(name)?;
    Ok(scheme.filter(|scheme| ["http", "https", "oci"].contains(&scheme.as_str())))
}

/// The scheme of `name`, empty if it has none; nothing at all for standard input.
pub fn scheme_of(name: &Str) -> Result<Option<String>, Failure> {
    if bstr::ByteSlice::trim(name.as_bytes()) == b"-" {
        return Ok(None);
    }
    let text = name.to_str_lossy();
    let (address, _) = split_fragment(&text)?;
    Ok(Some(Url::parse(address)?.scheme))
}

fn read_stdin() -> Result<Str, Failure> {
    let failed = |error| format!("read /dev/stdin: {error}").into();
    read_all(std::io::stdin().lock()).map(Str::from).map_err(failed)
}
