//! `chart verify-bundle`: whether a bundle is as it was written, and what its chart makes today.

use std::path::Path;

use super::bundle::Typed;
use super::{Error, Session, bundle};
use crate::bundle::{Receipt, read};
use crate::files;
use go_text_template::Compat;
use go_text_template::data::Failure;

/// Checks the digests of the bundle at `path`; if a chart was typed, makes it again and compares.
pub fn run(path: &Path, typed: Option<Typed<'_>>, session: &mut Session<'_>) -> Result<(), Error> {
    let text = files::read_if_there(path)?;
    let text = text.ok_or_else(|| Error::PathNotFound(path.display().to_string()))?;
    let name = path.display();
    let no_receipt = || Failure::from(format!("{name} has no receipt of chart bundle"));
    let found = read(&text).ok_or_else(no_receipt)?;
    if !found.differences.is_empty() {
        return Err(failed(&format!("{name} was changed:"), &found.differences));
    }
    let count = found.documents.len();
    let say = |session: &mut Session<'_>, text: String| {
        session.out.write_all(text.as_bytes()).map_err(Error::Stdout)
    };
    say(session, format!("{name}: {count} documents, all as they were written\n"))?;
    let Some(typed) = typed else { return Ok(()) };
    session.compat = Compat::from_name(&found.receipt.compat).unwrap_or(session.compat);
    let remade = bundle::remade(&found.receipt, typed);
    let (args, taken) = remade.map_err(|failure| Failure::from(format!("{name}: {failure}")))?;
    let again = bundle::make(&args, session)?;
    let taken = match taken.is_empty() {
        true => String::new(),
        false => format!(", with flags of its receipt: {}", bundle::shown(&taken)),
    };
    if again.text == text {
        return say(session, format!("{name}: the chart makes the same bytes{taken}\n"));
    }
    let differences = differences(&found.receipt, &again.receipt);
    Err(failed(&format!("the chart makes something else than {name}{taken}:"), &differences))
}

fn failed(what: &str, differences: &[String]) -> Error {
    // What a receipt says is to stay on its line.
    let line = |line: &String| format!("\n  {}", line.replace('\n', "\\n"));
    let lines: Vec<String> = differences.iter().map(line).collect();
    Failure::from(format!("{what}{}", lines.concat())).into()
}

/// What two receipts do not have in common: first the inputs, then the documents.
fn differences(old: &Receipt, new: &Receipt) -> Vec<String> {
    let mut lines = Vec::new();
    let [name, version, app_version, digest] =
        [0, 1, 2, 3].map(|at| (&old.chart[at], &new.chart[at]));
    let values = [
        ("the program", (&old.engine, &new.engine)),
        ("the chart's name", name),
        ("the chart's version", version),
        ("the version of the application", app_version),
        ("the chart's files", digest),
        ("the release's name", (&old.release[0], &new.release[0])),
        ("the namespace", (&old.release[1], &new.release[1])),
        ("the version of Kubernetes", (&old.kube_version, &new.kube_version)),
        ("where random values come from", (&old.random, &new.random)),
    ];
    for (what, (old, new)) in values.into_iter().filter(|(_, (old, new))| old != new) {
        lines.push(format!("{what}: {new}, was {old}"));
    }
    if old.flags != new.flags {
        lines.push(format!("flags: {}, were {}", new.flags.join(" "), old.flags.join(" ")));
    }
    pairs(&mut lines, "values from ", &old.values, &new.values);
    pairs(&mut lines, "the schema at ", &old.schemas, &new.schemas);
    pairs(&mut lines, "", &old.objects, &new.objects);
    if lines.is_empty() {
        lines.push("the order of the documents, or a comment".to_owned());
    }
    lines
}

fn pairs(
    lines: &mut Vec<String>,
    prefix: &str,
    old: &[(String, String)],
    new: &[(String, String)],
) {
    let lacks =
        |list: &[(String, String)], name: &String| !list.iter().any(|(known, _)| known == name);
    for (name, digest) in old {
        match () {
            () if lacks(new, name) => lines.push(format!("{prefix}{name}: is not there any more")),
            () if !new.contains(&(name.clone(), digest.clone())) => {
                lines.push(format!("{prefix}{name}: differs"));
            }
            () => {}
        }
    }
    let added = new.iter().filter(|(name, _)| lacks(old, name));
    lines.extend(added.map(|(name, _)| format!("{prefix}{name}: is new")));
}
