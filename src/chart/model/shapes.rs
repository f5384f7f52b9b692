//! The Go types of Chart.yaml and Chart.lock, under the names that the two Helms give them.

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

/// The types in the Go package `$package`.
macro_rules! shapes {
    ($module:ident, $package:literal) => {
        mod $module {
            use super::{ANY_LIST, ANY_MAP, STRING_MAP, STRINGS, Shape, StructShape};

            pub(super) static METADATA: Shape = Shape::Struct(&StructShape {
                go_type: concat!($package, ".Metadata"),
                name: "Metadata",
                fields: &[
                    ("name", Shape::String),
                    ("home", Shape::String),
                    ("sources", STRINGS),
                    ("version", Shape::String),
                    ("description", Shape::String),
                    ("keywords", STRINGS),
                    (
                        "maintainers",
                        Shape::List(concat!("[]*", $package, ".Maintainer"), &MAINTAINER),
                    ),
                    ("icon", Shape::String),
                    ("apiVersion", Shape::String),
                    ("condition", Shape::String),
                    ("tags", Shape::String),
                    ("appVersion", Shape::String),
                    ("deprecated", Shape::Bool),
                    ("annotations", STRING_MAP),
                    ("kubeVersion", Shape::String),
                    ("dependencies", DEPENDENCIES),
                    ("type", Shape::String),
                ],
            });

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
                fields: &[
                    ("name", Shape::String),
                    ("email", Shape::String),
                    ("url", Shape::String),
                ],
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
                fields: &[
                    ("urls", STRINGS),
                    ("created", Shape::Any),
                    ("removed", Shape::Bool),
                    ("digest", Shape::String),
                    ("checksum", Shape::String),
                    ("engine", Shape::String),
                    ("tillerVersion", Shape::String),
                    ("url", Shape::String),
                    ("name", Shape::String),
                    ("home", Shape::String),
                    ("sources", STRINGS),
                    ("version", Shape::String),
                    ("description", Shape::String),
                    ("keywords", STRINGS),
                    (
                        "maintainers",
                        Shape::List(concat!("[]*", $package, ".Maintainer"), &MAINTAINER),
                    ),
                    ("icon", Shape::String),
                    ("apiVersion", Shape::String),
                    ("condition", Shape::String),
                    ("tags", Shape::String),
                    ("appVersion", Shape::String),
                    ("deprecated", Shape::Bool),
                    ("annotations", STRING_MAP),
                    ("kubeVersion", Shape::String),
                    ("dependencies", DEPENDENCIES),
                    ("type", Shape::String),
                ],
            });

            const DEPENDENCIES: Shape =
                Shape::List(concat!("[]*", $package, ".Dependency"), &DEPENDENCY);

            static DEPENDENCY: Shape = Shape::Struct(&StructShape {
                go_type: concat!($package, ".Dependency"),
                name: "Dependency",
                fields: &[
                    ("name", Shape::String),
                    ("version", Shape::String),
                    ("repository", Shape::String),
                    ("condition", Shape::String),
                    ("tags", STRINGS),
                    ("enabled", Shape::Bool),
                    ("import-values", ANY_LIST),
                    ("alias", Shape::String),
                ],
            });
        }
    };
}

shapes!(helm3, "chart");
shapes!(helm4, "v2");
