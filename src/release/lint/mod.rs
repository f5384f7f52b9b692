//! What is wrong, or could be better, with a chart.
//!
//! In: what is on disk of a chart, and what became of rendering it. Out: messages, in Helm's order
//! and words. A rule is a small function that says what it finds; the tables tell how bad that is.

mod addresses;
mod chart_file;
mod crds;
mod dependencies;
mod deprecations;
mod finding;
mod names;
mod stream;
mod subject;
mod templates;
mod values;

pub use deprecations::warning as deprecation;
pub use finding::{Message, Severity};
pub use subject::{Place, Rendering, Subject};
pub use values::Values;

use finding::Findings;

/// What all rules find.
pub fn lint(subject: &Subject) -> Vec<Message> {
    let mut found = Findings::default();
    chart_file::lint(subject, &mut found);
    values::lint(subject, &mut found);
    templates::lint(subject, &mut found);
    dependencies::lint(subject, &mut found);
    if !subject.compat.is_helm3() {
        crds::lint(subject, &mut found);
    }
    found.messages
}
