//! The name of the release: typed, made by a template, or the one that stands for none.

use std::ffi::{OsStr, OsString};

use super::{Error, Session, small_template};
use go_text_template::data::{Failure, Str, Value};
use go_text_template::functions;

/// What a release's name is made of.
pub(super) struct Naming<'a> {
    /// The words that are no flags: `[NAME] CHART`.
    pub(super) words: &'a [OsString],
    /// `--name-template`.
    pub(super) template: Option<&'a str>,
    /// `--generate-name`.
    pub(super) is_generated: bool,
    /// Whether nothing stands for a name that is not given.
    pub(super) is_needed: bool,
}

/// The release's name and the word that names the chart.
pub(super) fn name_and_chart<'a>(
    naming: &Naming<'a>,
    session: &Session<'_>,
) -> Result<(Str, &'a OsStr), Error> {
    match naming.words {
        [] => Err(Failure::new("no chart is named").into()),
        [chart] => match naming.template.filter(|template| !template.is_empty()) {
            Some(template) => Ok((from_template(template, session)?, chart)),
            None => Ok((unnamed(naming, chart, session)?, chart)),
        },
        [_, _] if naming.is_generated => {
            Err(Failure::new("cannot set --generate-name and also specify a name").into())
        }
        [_, _] if naming.template.is_some_and(|template| !template.is_empty()) => {
            Err(Failure::new("cannot set --name-template and also specify a name").into())
        }
        [name, chart] => Ok((Str::from(name.as_encoded_bytes()), chart)),
        [_, _, more @ ..] => Err(Failure::from(format!(
            "expected at most two arguments, unexpected arguments: {}",
            more.join(OsStr::new(", ")).display()
        ))
        .into()),
    }
}

/// What stands for a name that is not given: a template has one, a release has to be named.
fn unnamed(naming: &Naming<'_>, chart: &OsStr, session: &Session<'_>) -> Result<Str, Error> {
    if !naming.is_needed {
        return Ok(Str::from_static("release-name"));
    }
    if !naming.is_generated {
        let text = "must either provide a name or specify --generate-name";
        return Err(Failure::new(text).into());
    }
    Ok(generated_name(&chart.to_string_lossy(), session))
}

/// Executes `text` without data.
fn from_template(text: &str, session: &Session<'_>) -> Result<Str, Error> {
    let lookup = |name: &str| functions::lookup(name, session.compat);
    small_template::execute("name-template", text, Value::Nil, &lookup, session)
}

/// The name that is made for a release of the chart at `path` when nobody has named it.
fn generated_name(path: &str, session: &Session<'_>) -> Str {
    let base = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = match base {
        "" | "." => "chart",
        base => base.split('.').next().unwrap_or_default(),
    };
    let (seconds, _) = session.world.now();
    format!("{stem}-{seconds}").into()
}
