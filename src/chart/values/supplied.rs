//! What the user supplies: files and flags, in Helm's order.

use std::sync::Arc;

use super::set::{Family, set};
use super::{Error, ReadFile};
use crate::model::merge;
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::json;

/// The words of the flags that set values, each family in the order of the command line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags {
    /// `-f`, already split at commas.
    pub files: Vec<Str>,
    /// Values that are there already; they count as one more file behind the others.
    pub inline: Arc<TreeMap>,
    /// `--set-json`.
    pub json: Vec<Str>,
    /// `--set`.
    pub set: Vec<Str>,
    /// `--set-string`.
    pub string: Vec<Str>,
    /// `--set-file`.
    pub file: Vec<Str>,
    /// `--set-literal`.
    pub literal: Vec<Str>,
}

/// The values of all `flags` together: files first, then the families in Helm's order, whatever
/// their order on the command line.
pub fn supplied(
    flags: &Flags,
    files: &mut dyn ReadFile,
    compat: Compat,
) -> Result<Arc<TreeMap>, Error> {
    let mut values = Arc::default();
    for name in &flags.files {
        values = merge(values, files.read_values(name, compat)?);
    }
    values = merge(values, flags.inline.clone());
    for argument in &flags.json {
        values = set_json(values, argument, files, compat)?;
    }
    let families = [
        ("set", Family::Typed, &flags.set),
        ("set-string", Family::Text, &flags.string),
        ("set-file", Family::File, &flags.file),
        ("set-literal", Family::Literal, &flags.literal),
    ];
    let target = Arc::make_mut(&mut values);
    for (flag, family, arguments) in families {
        for argument in arguments {
            set(argument, family, target, files, compat)
                .map_err(|failure| Error::Set { flag, failure })?;
        }
    }
    Ok(values)
}

/// `key=JSON` pairs or, in Helm 4, a whole object.
fn set_json(
    mut values: Arc<TreeMap>,
    argument: &Str,
    files: &mut dyn ReadFile,
    compat: Compat,
) -> Result<Arc<TreeMap>, Error> {
    let trimmed = argument.slice_ref(bstr::ByteSlice::trim(argument.as_bytes()));
    if !compat.is_helm3() && trimmed.starts_with(b"{") {
        return match json::read_map(&trimmed) {
            Ok(Tree::Map(table)) => Ok(merge(values, table)),
            _ => Err(Error::SetJson { argument: [b"JSON: ", argument.as_bytes()].concat().into() }),
        };
    }
    set(argument, Family::Json, Arc::make_mut(&mut values), files, compat)
        .map_err(|_| Error::SetJson { argument: argument.clone() })?;
    Ok(values)
}
