//! What can be wrong with a YAML text, in Go's words.

use std::borrow::Cow;
use std::fmt;

use super::Mark;

/// Why a text could not be read; `Display` gives what `sigs.k8s.io/yaml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Problem>);

/// Which of the steps from YAML to a Go value failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The text is not the YAML that go-yaml reads.
    Yaml,
    /// The YAML has something that JSON cannot say: a null key, an infinity.
    Conversion,
    /// The JSON does not fit the Go type it is decoded into.
    Decoding,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    step: Step,
    text: Cow<'static, str>,
    /// The line as Go prints it; Go prints none for what it believes to be on the first line.
    go_line: usize,
    /// The line as go-yaml v3 prints it, which prefers the one where the construct began.
    go_3_line: usize,
    place: Option<Mark>,
    /// Where the construct began that has no end, if the scanner was in one.
    begun: Option<Mark>,
}

impl Error {
    fn new(
        step: Step,
        text: impl Into<Cow<'static, str>>,
        go_line: usize,
        place: Option<Mark>,
    ) -> Self {
        Self(Box::new(Problem {
            step,
            text: text.into(),
            go_line,
            go_3_line: go_line,
            place,
            begun: None,
        }))
    }

    fn with_go_3_line(mut self, context: Option<Mark>, more: usize) -> Self {
        if let Some(mark) = context.filter(|mark| mark.line > 0) {
            self.0.go_3_line = mark.line + more;
        }
        self
    }

    /// The bytes are no text, or hold a character that YAML does not allow. Go knows no line.
    pub(super) fn input(text: &'static str, place: Mark) -> Self {
        Self::new(Step::Yaml, text, 0, Some(place))
    }

    /// The scanner stopped at `place`, in a construct that began at `context`.
    ///
    /// Go counts lines from 0 and corrects that by one only for the scanner, and only where the
    /// problem itself, not the context, gives the line.
    pub(super) fn scanner(
        context: Option<Mark>,
        text: impl Into<Cow<'static, str>>,
        place: Mark,
    ) -> Self {
        let go_line = match place.line {
            0 => context.map_or(0, |mark| mark.line),
            line => line + 1,
        };
        let mut error =
            Self::new(Step::Yaml, text, go_line, Some(place)).with_go_3_line(context, 1);
        error.0.begun = context;
        error
    }

    /// The parser stopped at the token at `place`, in a construct that began at `context`.
    pub(super) fn parser(context: Option<Mark>, text: &'static str, place: Mark) -> Self {
        let go_line = match place.line {
            0 => context.map_or(0, |mark| mark.line),
            line => line,
        };
        Self::new(Step::Yaml, text, go_line, Some(place)).with_go_3_line(context, 0)
    }

    /// The YAML is well-formed, but means nothing.
    pub(super) fn meaning(text: impl Into<Cow<'static, str>>, place: Option<Mark>) -> Self {
        Self::new(Step::Yaml, text, 0, place)
    }

    /// JSON cannot say it.
    pub(super) fn conversion(text: impl Into<Cow<'static, str>>, place: Option<Mark>) -> Self {
        Self::new(Step::Conversion, text, 0, place)
    }

    /// The JSON does not fit.
    pub(super) fn decoding(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Step::Decoding, text, 0, None)
    }

    /// The step that failed.
    pub fn step(&self) -> Step {
        self.0.step
    }

    /// Where the text is wrong, if that is known: the true place, not the line Go names.
    pub fn place(&self) -> Option<Mark> {
        self.0.place
    }

    /// Where the construct began that the scanner stopped in, on another line.
    pub fn begun(&self) -> Option<Mark> {
        let place = self.0.place?;
        self.0.begun.filter(|begun| begun.line != place.line)
    }

    /// What is wrong, without Go's prefixes and line.
    pub fn problem(&self) -> &str {
        &self.0.text
    }

    /// What go-yaml itself says, without the words of `sigs.k8s.io/yaml` around it.
    pub fn go_yaml_text(&self) -> String {
        self.text_with_line(self.0.go_line)
    }

    /// What go-yaml v3 says.
    pub fn go_yaml_3_text(&self) -> String {
        self.text_with_line(self.0.go_3_line)
    }

    fn text_with_line(&self, line: usize) -> String {
        match (self.0.step, line) {
            (Step::Yaml, 0) => format!("yaml: {}", self.0.text),
            (Step::Yaml, line) => format!("yaml: line {line}: {}", self.0.text),
            _ => self.0.text.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.0.step {
            Step::Yaml | Step::Conversion => "error converting YAML to JSON: ",
            Step::Decoding => "error unmarshaling JSON: while decoding JSON: ",
        };
        write!(f, "{prefix}{}", self.go_yaml_text())
    }
}

impl std::error::Error for Error {}
