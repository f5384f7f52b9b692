//! A template that stands alone: in a flag, not in a chart.

use std::sync::Arc;

use super::{Error, Session};
use go_text_template::data::{Failure, Str, Value};
use go_text_template::functions::Host;
use go_text_template::template::{self, Budget, Context, Functions, Limits, Render, TemplateSet};

/// What `text`, called `name` in messages, makes of `data` with the functions of `lookup`.
pub(super) fn execute(
    name: &str,
    text: &str,
    data: Value,
    lookup: &Functions<'_>,
    session: &Session<'_>,
) -> Result<Str, Error> {
    let name = Str::from(name);
    let failed = |text: String| Error::Other(Failure::from(text));
    let parsed = template::parse(&text.into(), lookup)
        .map_err(|error| failed(error.named(&name).to_string()))?;
    let mut templates = TemplateSet::new();
    templates
        .add(name.clone(), Arc::new(parsed))
        .map_err(|error| failed(error.named(&name).to_string()))?;
    let budget = Budget::new(Limits::default());
    let host = Host { compat: session.compat, forgiven: None };
    let mut context = Context::new(Render {
        templates: &templates,
        functions: lookup,
        world: session.world,
        budget: &budget,
        user: &host,
    });
    let template = context.template(&name).expect("it was added to the set");
    context.execute(&template, data).map_err(|error| failed(error.to_string()))
}
