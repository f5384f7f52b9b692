//! What Helm says on stderr while it goes on.

use go_text_template::Compat;
use go_text_template::data::{Runes, Str, Tree, Value, append_value, is_printable, quoted};

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
    pub fn line(&self, compat: Compat) -> Str {
        match compat {
            Compat::Helm3 => joined(&[self.go_place(), b": ", &self.message()]),
            Compat::Helm4 => self.log_line(),
        }
    }

    /// Helm 3's source file and line, which its log lines begin with.
    fn go_place(&self) -> &'static [u8] {
        match self {
            Self::SymbolicLink { .. } => b"walk.go:75",
            Self::RequirementsFile => b"load.go:120",
            Self::RequirementsLock => b"load.go:138",
            Self::DestinationGlobals => b"coalesce.go:138",
            Self::SourceGlobals => b"coalesce.go:145",
            Self::GlobalConflict(_) => b"coalesce.go:161",
            Self::GlobalIsTable(_) => b"coalesce.go:175",
            Self::SkippedValue(_) => b"coalesce.go:237",
            Self::TableOverwritten { .. } => b"coalesce.go:316",
            Self::TableKept { .. } => b"coalesce.go:319",
            Self::ConditionNotBool { .. } => b"dependencies.go:64",
            Self::TagNotBool { .. } => b"dependencies.go:95",
            Self::ImportMissing { .. } => b"dependencies.go:270",
            Self::ImportMissingExport { .. } => b"dependencies.go:287",
        }
    }

    /// What Helm 3 says, and Helm 4 too where it did not get around to structured logging.
    fn message(&self) -> Str {
        match self {
            Self::SymbolicLink { path, resolved } => joined(&[
                b"found symbolic link in path: ",
                path,
                b" resolves to ",
                resolved,
                b". Contents of linked file included and used",
            ]),
            Self::RequirementsFile => Str::from_static(
                "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend \
                 migrating dependencies to Chart.yaml.",
            ),
            Self::RequirementsLock => Str::from_static(
                "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We \
                 recommend migrating to Chart.lock.",
            ),
            Self::DestinationGlobals => Str::from_static(
                "warning: skipping globals because destination global is not a table.",
            ),
            Self::SourceGlobals => {
                Str::from_static("warning: skipping globals because source global is not a table.")
            }
            Self::GlobalConflict(key) => joined(&[
                b"Conflict: cannot merge map onto non-map for ",
                quoted(key).as_ref(),
                b". Skipping.",
            ]),
            Self::GlobalIsTable(key) => joined(&[b"key ", key, b" is table. Skipping"]),
            Self::SkippedValue(key) => {
                joined(&[b"warning: skipped value for ", key, b": Not a table."])
            }
            Self::TableOverwritten { key, value } => joined(&[
                b"warning: cannot overwrite table with non table for ",
                key,
                b" (",
                &printed(value),
                b")",
            ]),
            Self::TableKept { key, value } => joined(&[
                b"warning: destination for ",
                key,
                b" is a table. Ignoring non-table value (",
                &printed(value),
                b")",
            ]),
            Self::ConditionNotBool { path, chart } => joined(&[
                b"Warning: Condition path '",
                path,
                b"' for chart ",
                chart,
                b" returned non-bool value",
            ]),
            Self::TagNotBool { tag, chart } => joined(&[
                b"Warning: Tag '",
                tag,
                b"' for chart ",
                chart,
                b" returned non-bool value",
            ]),
            Self::ImportMissing { chart, table } => joined(&[
                b"Warning: ImportValues missing table from chart ",
                chart,
                b": ",
                &no_table(table),
            ]),
            Self::ImportMissingExport { table } => {
                joined(&[b"Warning: ImportValues missing table: ", &no_table(table)])
            }
        }
    }

    fn log_line(&self) -> Str {
        match self {
            Self::SymbolicLink { path, resolved } => log_line(
                b"INFO",
                b"found symbolic link in path. Contents of linked file included and used",
                &[(b"path", path), (b"resolved", resolved)],
            ),
            Self::ConditionNotBool { path, chart } => {
                log_line(b"WARN", b"returned non-bool value", &[(b"path", path), (b"chart", chart)])
            }
            Self::TagNotBool { tag, chart } => {
                log_line(b"WARN", b"returned non-bool value", &[(b"tag", tag), (b"chart", chart)])
            }
            Self::ImportMissing { chart, table } => log_line(
                b"WARN",
                b"ImportValues missing table from chart",
                &[(b"chart", chart), (b"error", &no_table(table))],
            ),
            Self::ImportMissingExport { table } => {
                log_line(b"WARN", b"ImportValues missing table", &[(b"error", &no_table(table))])
            }
            _ => log_line(b"INFO", &self.message(), &[]),
        }
    }
}

fn joined(parts: &[&[u8]]) -> Str {
    parts.concat().into()
}

/// The value as `%v` prints it.
fn printed(value: &Tree) -> Vec<u8> {
    let mut text = Vec::new();
    // Trees have no cycles; what is too large for a notice is left out.
    let _ = append_value(&mut text, &Value::from(value));
    text
}

fn no_table(name: &Str) -> Vec<u8> {
    [quoted(name).as_ref(), b" is not a table" as &[u8]].concat()
}

/// A line as Helm 4 logs it: `level=… msg=… key=value …`.
pub fn log_line(level: &[u8], message: &[u8], attributes: &[(&[u8], &[u8])]) -> Str {
    let mut line = [b"level=", level, b" msg=", &log_text(message)[..]].concat();
    for (key, value) in attributes {
        line.extend_from_slice(&[b" ", *key, b"=", &log_text(value)[..]].concat());
    }
    line.into()
}

/// The text, quoted if a reader of the log could misunderstand it otherwise.
fn log_text(text: &[u8]) -> Vec<u8> {
    let is_plain = |(rune, size): (char, usize)| match rune {
        ' ' | '=' | '"' => false,
        '!'..='\u{7f}' => true,
        char::REPLACEMENT_CHARACTER => size == 0,
        rune => !rune.is_whitespace() && is_printable(rune),
    };
    if !text.is_empty() && Runes::new(text).all(is_plain) {
        text.to_vec()
    } else {
        quoted(text).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_helms() {
        let notice = Notice::ImportMissing { chart: "s".into(), table: "x y".into() };
        assert_eq!(
            notice.line(Compat::Helm3),
            "dependencies.go:270: Warning: ImportValues missing table from chart s: \"x y\" is not a table"
        );
        assert_eq!(
            notice.line(Compat::Helm4),
            r#"level=WARN msg="ImportValues missing table from chart" chart=s error="\"x y\" is not a table""#
        );
        let notice = Notice::SkippedValue("c.k".into());
        assert_eq!(
            notice.line(Compat::Helm4),
            "level=INFO msg=\"warning: skipped value for c.k: Not a table.\""
        );
    }
}
