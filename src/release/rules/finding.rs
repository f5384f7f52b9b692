//! What a rule finds, and where.

use go_text_template::diagnostics::{LineColumn, Source, Span};

/// A place in a text.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The text.
    pub source: Source,
    /// The place.
    pub span: Span,
}

impl Spot {
    /// Where it begins.
    pub fn start(&self) -> LineColumn {
        self.source.line_column(self.span.start)
    }

    /// Behind its end.
    pub fn end(&self) -> LineColumn {
        self.source.line_column(self.span.end)
    }
}

/// `values.yaml:3:1`.
impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let LineColumn { line, column } = self.start();
        write!(f, "{}:{line}:{column}", self.source.name())
    }
}

/// Something that a rule found.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where, if it is in a text.
    pub place: Option<Spot>,
    /// Where else, and what is there.
    pub others: Vec<(&'static str, Spot)>,
    /// What can be done; may be empty.
    pub help: String,
}
