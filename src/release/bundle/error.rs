//! What keeps documents from being a bundle.

use go_text_template::data::Str;
use go_text_template::yaml;

/// A place in a file: of a template what it rendered to, of a definition the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path of the file, from the chart's name on.
    pub path: Str,
    /// The byte.
    pub offset: usize,
    /// True if the file is as the chart has it, not rendered.
    pub is_source: bool,
}

/// Something that is there twice: what, where first, and where again.
pub type Twice = Box<(String, Place, Place)>;

/// Something wrong with the documents of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A document is not YAML.
    Unreadable(Place, yaml::Error),
    /// A document has no kind or no API version.
    NoKind(Place),
    /// An object has no name: `kubectl apply` cannot tell which one it is.
    NoName(Place, String),
    /// Two objects are the same one for a cluster, and differ.
    Object(Twice),
    /// A map has a key twice.
    Key(Twice),
    /// The metadata is written in a way that nothing can be added to.
    NoRoom(Place, String),
    /// A label that was asked for is there with another value: what, wanted and found.
    Label(Place, String),
    /// A value that has to be a string is none: the field, and what it is instead.
    NotText(Place, String, &'static str),
    /// A reserved label is there already.
    Reserved(Place, String),
}

impl Fault {
    /// What is wrong, without the place.
    pub fn message(&self) -> String {
        match self {
            Self::Unreadable(_, error) => format!("is not YAML: {}", error.problem()),
            Self::NoKind(_) => "a document without a kind or an apiVersion".to_owned(),
            Self::NoName(_, what) => {
                format!("{what}has no metadata.name, and kubectl apply takes no generateName")
            }
            Self::Object(fault) => format!(
                "{} is there twice and differs; --allow-duplicate-objects lets both in",
                fault.0
            ),
            Self::Key(fault) => format!("the key {:?} is there twice in one map", fault.0),
            Self::NoRoom(_, what) => {
                format!("{what}: the metadata is written in a way that nothing can be added to")
            }
            Self::NotText(_, field, found) => {
                format!("{field} is {found}, where Kubernetes takes a string only: quote it")
            }
            Self::Label(_, what) | Self::Reserved(_, what) => what.clone(),
        }
    }

    /// Where it is; for what is there twice, the first place and the second.
    pub fn places(&self) -> Vec<&Place> {
        match self {
            Self::Unreadable(place, _)
            | Self::NoKind(place)
            | Self::NoName(place, _)
            | Self::NoRoom(place, _)
            | Self::NotText(place, ..)
            | Self::Label(place, _)
            | Self::Reserved(place, _) => vec![place],
            Self::Object(fault) | Self::Key(fault) => vec![&fault.1, &fault.2],
        }
    }
}
