//! The sorts of faults, their codes and names. docs/faults.md has a section for each.

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Could be better.
    Info,
    /// Will not stay well.
    Warning,
    /// Does not work.
    Error,
}

impl Severity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A sort of fault.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// A code that never changes its meaning.
    pub code: &'static str,
    /// A name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in a few words.
    pub summary: &'static str,
}

const fn error(code: &'static str, rule: &'static str, summary: &'static str) -> Kind {
    Kind { code, rule, severity: Severity::Error, summary }
}

/// All sorts of faults, by their codes.
pub static KINDS: [Kind; 23] = [
    error("E0001", "failure", "something else went wrong"),
    Kind {
        code: "E0002",
        rule: "notice",
        severity: Severity::Info,
        summary: "a line that Helm says on the way",
    },
    error("E0101", "template-syntax", "a text is not a template"),
    error("E0102", "unknown-function", "a template calls a function that there is not"),
    error("E0103", "unclosed", "a block, a quote or an action has no end"),
    error("E0201", "template-failed", "a template cannot go on"),
    error("E0202", "missing-key", "a chain of keys leads nowhere"),
    error("E0203", "function-failed", "a function refuses what it was given"),
    error("E0204", "stopped-by-chart", "the chart stops with `fail` or `required`"),
    error("E0205", "unknown-template", "a template is called that no file defines"),
    error("E0206", "too-much-work", "a render takes more than it may"),
    error("E0207", "kube-version", "the chart asks for another version of Kubernetes"),
    error("E0301", "invalid-output", "the output of a template is not YAML"),
    error("E0401", "schema", "a value is not what a schema allows"),
    error("E0402", "broken-schema", "a schema is none"),
    error("E0501", "values-file", "a values file is not a table of YAML"),
    error("E0502", "values-flag", "an argument of the `--set` family is malformed"),
    error("E0503", "unreadable-values", "a file that a flag names cannot be read"),
    error("E0601", "chart", "a chart cannot be loaded"),
    error("E0602", "missing-dependency", "charts/ lacks what Chart.yaml asks for"),
    error("E0701", "lint-error", "`chart lint` finds something that does not work"),
    Kind {
        code: "E0702",
        rule: "lint-warning",
        severity: Severity::Warning,
        summary: "`chart lint` finds something that breaks a convention",
    },
    Kind {
        code: "E0703",
        rule: "lint-info",
        severity: Severity::Info,
        summary: "`chart lint` finds something that could be better",
    },
];

/// The sort of fault with this code, which has to be one of ours.
pub fn kind(code: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.code == code).unwrap_or(&KINDS[0])
}

/// What docs/faults.md says about the fault with this code.
pub fn page(code: &str) -> Option<&'static str> {
    const PAGES: &str = include_str!("../../../docs/faults.md");
    let known = KINDS.iter().find(|kind| kind.code.eq_ignore_ascii_case(code))?;
    let mut sections = PAGES.split("\n## ").skip(1);
    sections.find(|section| section.starts_with(known.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_names_are_different() {
        assert!(KINDS.is_sorted_by(|a, b| a.code < b.code));
        let mut names: Vec<&str> = KINDS.iter().map(|kind| kind.rule).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
    }
}
