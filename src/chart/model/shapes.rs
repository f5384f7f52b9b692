//! The Go types of Chart.yaml and Chart.lock, under the names that the two Helms give them.

use super::fields::{self, Field, Slot};
use go_text_template::Compat;
use go_text_template::yaml::{ANY_LIST, ANY_MAP, Shape, StructShape};

/// `chart.Metadata` or `v2.Metadata`.
pub fn metadata(compat: Compat) -> &'static Shape {
    match compat {
        Compat::Helm3 => &helm3::METADATA,
        Compat::Helm4 => &helm4::METADATA,
    }
}

/// `chart.Lock` or `v2.Lock`.
pub(super) fn lock(compat: Compat) -> &'static Shape {
    match compat {
        Compat::Helm3 => &helm3::LOCK,
        Compat::Helm4 => &helm4::LOCK,
    }
}

/// `repo.IndexFile`, whose entries embed the metadata of charts.
pub(super) fn index(compat: Compat) -> &'static Shape {
    match compat {
        Compat::Helm3 => &helm3::INDEX,
        Compat::Helm4 => &helm4::INDEX,
    }
}

/// What Helm 4 looks at before it chooses a loader.
pub(super) static BASE: Shape = Shape::Struct(&StructShape {
    go_type: "loader.chartBase",
    name: "chartBase",
    fields: &[("apiVersion", Shape::String)],
});

/// The part of a lock file that is more than its shape.
pub(super) static LOCK_TIME: Shape = Shape::Struct(&StructShape {
    go_type: "Lock",
    name: "Lock",
    fields: &[("generated", Shape::Any)],
});

const STRINGS: Shape = Shape::List("[]string", &Shape::String);
const STRING_MAP: Shape = Shape::Map("map[string]string", &Shape::String);

/// JSON's names of fields, and their types.
type Types<const N: usize> = [(&'static str, Shape); N];

/// What an entry of an index has besides Chart.yaml's fields.
const OF_ENTRIES: &[(&str, Shape)] = &[
    ("urls", STRINGS),
    ("created", Shape::Any),
    ("removed", Shape::Bool),
    ("digest", Shape::String),
    ("checksum", Shape::String),
    ("engine", Shape::String),
    ("tillerVersion", Shape::String),
    ("url", Shape::String),
];

static MAINTAINER_TYPES: Types<{ fields::MAINTAINER.len() }> =
    types(&[], fields::MAINTAINER, Shape::Any, Shape::Any);

static DEPENDENCY_TYPES: Types<{ fields::DEPENDENCY.len() }> =
    types(&[], fields::DEPENDENCY, Shape::Any, Shape::Any);

/// The types of `first` and, behind them, those of `fields`.
const fn types<S, const N: usize>(
    first: &[(&'static str, Shape)],
    fields: &[Field<S>],
    maintainers: Shape,
    dependencies: Shape,
) -> Types<N> {
    let mut types = [("", Shape::Any); N];
    let mut at = 0;
    while at < N {
        types[at] = if at < first.len() {
            first[at]
        } else {
            let field = &fields[at - first.len()];
            (field.name, type_of(&field.slot, maintainers, dependencies))
        };
        at += 1;
    }
    types
}

const fn type_of<S>(slot: &Slot<S>, maintainers: Shape, dependencies: Shape) -> Shape {
    match slot {
        Slot::Text(..) => Shape::String,
        Slot::Texts(..) => STRINGS,
        Slot::Flag(..) => Shape::Bool,
        Slot::TextMap(..) => STRING_MAP,
        Slot::Anything(..) => ANY_LIST,
        Slot::Maintainers(_) => maintainers,
        Slot::Dependencies(_) => dependencies,
    }
}

/// The types in the Go package `$package`.
macro_rules! shapes {
    ($module:ident, $package:literal) => {
        mod $module {
            use super::{
                ANY_MAP, DEPENDENCY_TYPES, MAINTAINER_TYPES, OF_ENTRIES, STRING_MAP, STRINGS,
                Shape, StructShape, Types, types,
            };
            use crate::model::fields;

            pub(super) static METADATA: Shape = Shape::Struct(&StructShape {
                go_type: concat!($package, ".Metadata"),
                name: "Metadata",
                fields: &METADATA_TYPES,
            });

            static METADATA_TYPES: Types<{ fields::METADATA.len() }> =
                types(&[], fields::METADATA, MAINTAINERS, DEPENDENCIES);

            pub(super) static LOCK: Shape = Shape::Struct(&StructShape {
                go_type: concat!($package, ".Lock"),
                name: "Lock",
                fields: &[
                    ("generated", Shape::Any),
                    ("digest", Shape::String),
                    ("dependencies", DEPENDENCIES),
                ],
            });

            static MAINTAINER: Shape = Shape::Struct(&StructShape {
                go_type: concat!($package, ".Maintainer"),
                name: "Maintainer",
                fields: &MAINTAINER_TYPES,
            });

            pub(super) static INDEX: Shape = Shape::Struct(&StructShape {
                go_type: "repo.IndexFile",
                name: "IndexFile",
                fields: &[
                    ("serverInfo", ANY_MAP),
                    ("apiVersion", Shape::String),
                    ("generated", Shape::Any),
                    ("entries", Shape::Map("map[string]repo.ChartVersions", &ENTRIES)),
                    ("publicKeys", STRINGS),
                    ("annotations", STRING_MAP),
                ],
            });

            static ENTRIES: Shape = Shape::List("repo.ChartVersions", &ENTRY);

            static ENTRY: Shape = Shape::Struct(&StructShape {
                go_type: "repo.ChartVersion",
                name: "ChartVersion",
                fields: &ENTRY_TYPES,
            });

            static ENTRY_TYPES: Types<{ OF_ENTRIES.len() + fields::METADATA.len() }> =
                types(OF_ENTRIES, fields::METADATA, MAINTAINERS, DEPENDENCIES);

            const MAINTAINERS: Shape =
                Shape::List(concat!("[]*", $package, ".Maintainer"), &MAINTAINER);

            const DEPENDENCIES: Shape =
                Shape::List(concat!("[]*", $package, ".Dependency"), &DEPENDENCY);

            static DEPENDENCY: Shape = Shape::Struct(&StructShape {
                go_type: concat!($package, ".Dependency"),
                name: "Dependency",
                fields: &DEPENDENCY_TYPES,
            });
        }
    };
}

shapes!(helm3, "chart");
shapes!(helm4, "v2");
