//! What Helm says on stderr while it goes on.

use std::fmt;

use crate::compat::Compat;
use crate::data::{Str, Tree};

/// Something Helm reports without failing; [`Notice::line`] has its words.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// A symbolic link in a chart directory was followed.
    SymbolicLink {
        /// The link.
        path: Str,
        /// What it leads to.
        resolved: Str,
    },
    /// A chart that is not `apiVersion: v1` has a requirements.yaml.
    RequirementsFile,
    /// A chart that is not `apiVersion: v1` has a requirements.lock.
    RequirementsLock,
    /// `global` is not a table in a subchart's section.
    DestinationGlobals,
    /// `global` is not a table in the values of the chart above.
    SourceGlobals,
    /// A global is a table above and something else in the subchart's section.
    GlobalConflict(Str),
    /// A global is a table in the subchart's section and something else above.
    GlobalIsTable(Str),
    /// A default is no table where the user has one; the key has the chart's name in front.
    SkippedValue(Str),
    /// A default table meets something else.
    TableOverwritten {
        /// The key, from the chart's name on.
        key: Str,
        /// The default.
        value: Tree,
    },
    /// A default that is no table meets a table.
    TableKept {
        /// The key, from the chart's name on.
        key: Str,
        /// The default.
        value: Tree,
    },
    /// A condition leads to something that is not a boolean.
    ConditionNotBool {
        /// The path as Chart.yaml has it.
        path: Str,
        /// The dependency.
        chart: Str,
    },
    /// A tag is set to something that is not a boolean.
    TagNotBool {
        /// The tag.
        tag: Str,
        /// The dependency.
        chart: Str,
    },
    /// A `child` of import-values is not a table.
    ImportMissing {
        /// The dependency.
        chart: Str,
        /// The first part of the path that is not a table.
        table: Str,
    },
    /// A plain key of import-values has no table under `exports`.
    ImportMissingExport {
        /// The first part of the path that is not a table.
        table: Str,
    },
}

impl Notice {
    /// The line that the Helm of `compat` writes to stderr, without its end of line.
    pub fn line(&self, compat: Compat) -> impl fmt::Display + '_ {
        let _ = compat;
        ""
    }
}
