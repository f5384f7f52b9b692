//! What is silently wrong: rules that look at a chart, its values and what came of them.
//!
//! In: a [`Subject`], a release that was rendered. Out: findings with their places. A rule is an
//! entry of [`RULES`]: a name, a line and a page about it, and a function that finds.

mod calls;
mod choice;
mod fields;
mod finding;
mod ignore;
mod indent;
mod lossy;
mod reads;
mod shadowed;
mod subject;
mod twice;
mod unknown;

pub use choice::{Choice, Severity, UnknownRule};
pub use finding::{Finding, Spot};
pub use subject::Subject;

/// Something that can be silently wrong.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which never changes.
    pub name: &'static str,
    /// What it finds, in a line.
    pub summary: &'static str,
    /// All about it, in Markdown.
    pub page: &'static str,
    /// Whether it is cheap, and so sure that people are warned who did not ask.
    pub is_usual: bool,
    find: fn(&Subject<'_>) -> Vec<Finding>,
}

/// All rules, in the order in which they are looked at.
pub static RULES: &[Rule] = &[
    Rule {
        name: "duplicate-keys",
        summary: "a map of a values file, of Chart.yaml or of a manifest has a key twice",
        page: include_str!("../../../docs/rules/duplicate-keys.md"),
        is_usual: true,
        find: twice::keys,
    },
    Rule {
        name: "duplicate-objects",
        summary: "two manifests are the same object for a cluster",
        page: include_str!("../../../docs/rules/duplicate-objects.md"),
        is_usual: true,
        find: twice::objects,
    },
    Rule {
        name: "unknown-values",
        summary: "a value is given that no default, no schema and no template knows",
        page: include_str!("../../../docs/rules/unknown-values.md"),
        is_usual: true,
        find: unknown::values,
    },
    Rule {
        name: "unread-values",
        summary: "a default of a chart that no template reads",
        page: include_str!("../../../docs/rules/unread-values.md"),
        is_usual: false,
        find: unknown::unread,
    },
    Rule {
        name: "lost-indent",
        summary: "a key became null, and what was meant for it stands beside it",
        page: include_str!("../../../docs/rules/lost-indent.md"),
        is_usual: false,
        find: indent::lost,
    },
    Rule {
        name: "shadowed-root",
        summary: "a template asks for .Values where the dot is something else",
        page: include_str!("../../../docs/rules/shadowed-root.md"),
        is_usual: false,
        find: shadowed::root,
    },
    Rule {
        name: "lossy-scalars",
        summary: "a number or truth value of a values file comes out as another text",
        page: include_str!("../../../docs/rules/lossy-scalars.md"),
        is_usual: false,
        find: lossy::scalars,
    },
    Rule {
        name: "string-fields",
        summary: "a number or a truth value stands where Kubernetes takes only a string",
        page: include_str!("../../../docs/rules/string-fields.md"),
        is_usual: false,
        find: fields::strings,
    },
    Rule {
        name: "deprecated-api",
        summary: "an object is of an API that is deprecated or gone",
        page: include_str!("../../../docs/rules/deprecated-api.md"),
        is_usual: false,
        find: fields::deprecated,
    },
    Rule {
        name: "random",
        summary: "a template draws random values: each render differs",
        page: include_str!("../../../docs/rules/random.md"),
        is_usual: false,
        find: calls::random,
    },
    Rule {
        name: "clock",
        summary: "a template asks for the time: each render differs",
        page: include_str!("../../../docs/rules/clock.md"),
        is_usual: false,
        find: calls::clock,
    },
    Rule {
        name: "lookup",
        summary: "a template looks into the cluster",
        page: include_str!("../../../docs/rules/lookup.md"),
        is_usual: false,
        find: calls::lookup,
    },
    Rule {
        name: "dns",
        summary: "a template asks a name server",
        page: include_str!("../../../docs/rules/dns.md"),
        is_usual: false,
        find: calls::dns,
    },
    Rule {
        name: "tpl-of-values",
        summary: "a template executes a value as a template",
        page: include_str!("../../../docs/rules/tpl-of-values.md"),
        is_usual: false,
        find: calls::tpl,
    },
];

/// The rule of that name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// What the chosen rules find, with how bad that is.
pub fn find(choice: &Choice, subject: &Subject<'_>) -> Vec<(Severity, Finding)> {
    let mut found = Vec::new();
    for rule in RULES {
        let Some(severity) = choice.of(rule.name) else { continue };
        let findings = (rule.find)(subject).into_iter();
        let findings = findings.map(|finding| Finding { rule: rule.name, ..finding });
        let told = findings.filter(|finding| !ignore::is_ignored(finding));
        found.extend(told.map(|finding| (severity, finding)));
    }
    found
}
