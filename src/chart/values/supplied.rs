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
    flags.each().try_fold(Arc::default(), |values, given| given.add_to(values, files, compat))
}

/// One of the things that give values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given<'f> {
    /// A file of `-f`.
    File(&'f Str),
    /// Values that are there already.
    Inline(&'f Arc<TreeMap>),
    /// An argument of a flag.
    Flag {
        /// The flag, without its dashes.
        flag: &'static str,
        family: Family,
        /// Which of the flag's arguments it is, counted from 1.
        index: usize,
        argument: &'f Str,
    },
}

impl Flags {
    /// Everything that gives values, each over those before it.
    pub(super) fn each(&self) -> impl Iterator<Item = Given<'_>> {
        let families = [
            ("set-json", Family::Json, &self.json),
            ("set", Family::Typed, &self.set),
            ("set-string", Family::Text, &self.string),
            ("set-file", Family::File, &self.file),
            ("set-literal", Family::Literal, &self.literal),
        ];
        let flags = families.into_iter().flat_map(|(flag, family, arguments)| {
            let numbered = arguments.iter().zip(1..);
            numbered.map(move |(argument, index)| Given::Flag { flag, family, index, argument })
        });
        self.files.iter().map(Given::File).chain([Given::Inline(&self.inline)]).chain(flags)
    }
}

impl Given<'_> {
    /// What becomes of `values`.
    pub(super) fn add_to(
        self,
        mut values: Arc<TreeMap>,
        files: &mut dyn ReadFile,
        compat: Compat,
    ) -> Result<Arc<TreeMap>, Error> {
        match self {
            Self::File(name) => Ok(merge(values, files.read_values(name, compat)?)),
            Self::Inline(inline) => Ok(merge(values, inline.clone())),
            Self::Flag { family: Family::Json, argument, .. } => {
                set_json(values, argument, files, compat)
            }
            Self::Flag { flag, family, argument, .. } => {
                set(argument, family, Arc::make_mut(&mut values), files, compat)
                    .map_err(|failure| Error::Set { flag, failure })?;
                Ok(values)
            }
        }
    }
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
