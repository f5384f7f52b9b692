//! What may go wrong with a bundle.

use super::error::{Place, Twice};
use super::size::TooLarge;

/// Something that may go wrong when a bundle is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// An object is too large.
    TooLarge(TooLarge),
    /// Nobody has said where objects of this kind live.
    UnknownScope(String),
    /// There are definitions, and objects of what they define.
    TwoPasses(String),
    /// A hook has no name of its own.
    Nameless(String),
    /// A map has a key twice.
    Key(Twice),
    /// An object is there twice with the same content, and was left out the second time.
    Merged(Twice),
    /// An object is there twice with the same content, in a list that has others.
    Repeated(Twice),
    /// Two different objects have one name.
    Ambiguous(Twice),
}

impl Warning {
    /// What may go wrong, and the cure.
    pub fn message(&self) -> String {
        match self {
            Self::TooLarge(large) => large.message(),
            Self::UnknownScope(kind) => format!(
                "{kind} is not known: it is taken for a kind whose objects are in a namespace"
            ),
            Self::TwoPasses(object) => format!(
                "{object} is of a kind that the bundle itself defines, which one kubectl apply does \
                 not take: apply the bundle twice"
            ),
            Self::Nameless(hook) => {
                format!(
                    "a hook of {hook} has no metadata.name, which kubectl apply needs: left out"
                )
            }
            Self::Key(twice) => {
                format!("the key {:?} is there twice in one map: a cluster takes the last", twice.0)
            }
            Self::Merged(twice) => {
                format!("{} is there twice with the same content: kept once", twice.0)
            }
            Self::Repeated(twice) => format!("{} is there twice with the same content", twice.0),
            Self::Ambiguous(twice) => {
                format!("{} is there twice and differs: a cluster keeps the last", twice.0)
            }
        }
    }

    /// Where it is, if it has places: the first and the second.
    pub fn places(&self) -> Vec<&Place> {
        match self {
            Self::Key(twice)
            | Self::Merged(twice)
            | Self::Repeated(twice)
            | Self::Ambiguous(twice) => vec![&twice.1, &twice.2],
            _ => Vec::new(),
        }
    }
}
