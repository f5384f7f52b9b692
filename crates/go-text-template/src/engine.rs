//! The front door: named templates in, text out.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::compat::Compat;
use crate::data::{Str, Value};
use crate::diagnostics::{LineColumn, Source};
use crate::fixed::Fixed;
use crate::functions::{self, Host};
use crate::template::{
    self, Budget, Callable, Context, Function, Limits, ParseError, Render, TemplateSet, World,
};

/// Named templates that know each other, with Sprig's functions and those that charts use.
///
/// ```
/// use go_text_template::{Engine, yaml};
///
/// let mut engine = Engine::new();
/// engine.add("greeting", r#"{{ define "who" }}{{ .name | title }}{{ end }}Hello {{ include "who" . }}!"#)?;
/// let data = yaml::read(&"name: ada".into())?;
/// assert_eq!(engine.render("greeting", &data)?, "Hello Ada!");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Templates are parsed when they are added. An engine can be shared between threads.
#[derive(Default)]
pub struct Engine {
    templates: TemplateSet,
    own: HashMap<&'static str, &'static dyn Callable>,
    limits: Limits,
}

impl Engine {
    /// An engine without templates.
    pub fn new() -> Self {
        Self::default()
    }

    /// The engine with bounds of its own; the default is far above what templates need.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The engine with one more function for the templates that are added from now on.
    ///
    /// ```
    /// use go_text_template::template::{Function, function};
    /// use go_text_template::{Engine, data::Value};
    ///
    /// fn double(number: i64) -> i64 {
    ///     number * 2
    /// }
    ///
    /// static DOUBLE: Function = ("double", &function(double));
    ///
    /// let mut engine = Engine::new().with_function(DOUBLE);
    /// engine.add("t", "{{ double 21 }}")?;
    /// assert_eq!(engine.render("t", Value::Nil)?, "42");
    /// # Ok::<(), go_text_template::Failed>(())
    /// ```
    pub fn with_function(mut self, (name, callable): Function) -> Self {
        self.own.insert(name, callable);
        self
    }

    /// Adds the text of a template, and all that it defines, under `name`.
    ///
    /// # Errors
    ///
    /// If the text is not a template; the error says where, in Go's words.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), Failed> {
        let lookup = |name: &str| self.function(name);
        let parsed = template::parse(&text.into(), &lookup);
        let file = Str::from(name);
        parsed
            .and_then(|parsed| self.templates.add(file.clone(), Arc::new(parsed)))
            .map_err(|error| Failed::parsing(&error, name, text))
    }

    /// The text that the template `name` makes of `data`, at the first second of 1970, without chance.
    ///
    /// # Errors
    ///
    /// If there is no such template, or it fails.
    pub fn render(&self, name: &str, data: impl Into<Value>) -> Result<String, Failed> {
        self.render_in(&Fixed::default(), name, data)
    }

    /// What [`Engine::render`] does, with the clock, randomness and names of `world`.
    ///
    /// # Errors
    ///
    /// If there is no such template, or it fails.
    pub fn render_in(
        &self,
        world: &dyn World,
        name: &str,
        data: impl Into<Value>,
    ) -> Result<String, Failed> {
        let lookup = |name: &str| self.function(name);
        let budget = Budget::new(self.limits);
        let host = Host::default();
        let mut context = Context::new(Render {
            templates: &self.templates,
            functions: &lookup,
            world,
            budget: &budget,
            user: &host,
        });
        let template = context.template(name.as_bytes()).ok_or_else(|| Failed::unknown(name))?;
        let text =
            context.execute(&template, data.into()).map_err(|error| Failed::executing(&error))?;
        Ok(text.to_str_lossy().into_owned())
    }

    fn function(&self, name: &str) -> Option<&'static dyn Callable> {
        self.own.get(name).copied().or_else(|| functions::lookup(name, Compat::default()))
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { templates, limits, .. } = self;
        f.debug_struct("Engine")
            .field("templates", templates)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

/// Why a template could not be added or rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Go's whole sentence.
    pub message: String,
    /// The template that is guilty, by the name it was added under.
    pub template: String,
    /// Where the guilty node is: line and column count from 1, the column in bytes.
    pub place: Option<LineColumn>,
}

impl Failed {
    fn parsing(error: &ParseError, name: &str, text: &str) -> Self {
        let place = Some(Source::new(name, text.as_bytes()).line_column(error.span.start));
        Self { message: error.named(&name.into()).to_string(), template: name.to_owned(), place }
    }

    fn executing(error: &template::Error) -> Self {
        let innermost = error.innermost();
        let template = innermost.template();
        let place = template.map(|template| {
            let source = Source::new("", template.text());
            source.line_column(innermost.span().start)
        });
        let template = template.map(|template| template.file_name().to_string());
        Self { message: error.to_string(), template: template.unwrap_or_default(), place }
    }

    fn unknown(name: &str) -> Self {
        let message = format!("template: no template {name:?}");
        Self { message, template: name.to_owned(), place: None }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failed {}
