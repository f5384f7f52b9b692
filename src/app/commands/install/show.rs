//! A release as it is shown: for people, as JSON or as YAML.

use std::io::{self, Write};

use bstr::ByteSlice;

use super::args::Args;
use super::release::{DESCRIPTION, Release, STATUS};
use crate::commands::{Error, Session, repo};
use crate::manifest::Hook;
use crate::values;
use go_text_template::data::{Map, TreeMap, Value};
use go_text_template::yaml;

/// Writes `release` in the form that `args` asks for.
pub(super) fn write(
    release: &Release<'_>,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let text = match args.format {
        repo::Format::Table => return write_table(release, args, session),
        repo::Format::Json => [release.to_json().as_slice(), b"\n"].concat(),
        repo::Format::Yaml => to_yaml(&release.to_value()),
    };
    session.out.write_all(&text).map_err(Error::Stdout)
}

fn to_yaml(value: &Value) -> Vec<u8> {
    yaml::write(value, &mut |_| true).unwrap_or_default()
}

fn write_table(release: &Release<'_>, args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    write_state(release, args, session.out).map_err(Error::Stdout)?;
    if session.debug {
        write_values(release, session)?;
    }
    write_manifests(release, args, session.out).map_err(Error::Stdout)
}

fn write_state(release: &Release<'_>, args: &Args, out: &mut dyn Write) -> io::Result<()> {
    let Release { name, namespace, .. } = release;
    let colored = |color: u8, text: &str| match args.color {
        true => format!("\x1b[{color}m{text}\x1b[0m"),
        false => text.to_owned(),
    };
    let time = release.time.format(b"Mon Jan _2 15:04:05 2006");
    writeln!(out, "NAME: {name}\nLAST DEPLOYED: {}", time.as_bstr())?;
    writeln!(out, "NAMESPACE: {}", colored(36, &namespace.to_str_lossy()))?;
    writeln!(out, "STATUS: {}\nREVISION: 1\nDESCRIPTION: {DESCRIPTION}", colored(33, STATUS))?;
    if !release.hooks.iter().any(Hook::is_test) {
        writeln!(out, "TEST SUITE: None")?;
    }
    Ok(())
}

/// The values that the user supplies, and those that the chart sees then.
fn write_values(release: &Release<'_>, session: &mut Session<'_>) -> Result<(), Error> {
    let supplied = as_yaml(release.supplied);
    session.out.write_all(b"USER-SUPPLIED VALUES:\n").map_err(Error::Stdout)?;
    session.out.write_all(&supplied).map_err(Error::Stdout)?;
    session.out.write_all(b"\n").map_err(Error::Stdout)?;
    let mut notices = Vec::new();
    let computed = values::coalesce(release.chart, release.supplied, session.compat, &mut notices);
    session.say_all(&mut notices);
    let text = [b"COMPUTED VALUES:\n", as_yaml(&computed?).as_slice(), b"\n"].concat();
    session.out.write_all(&text).map_err(Error::Stdout)
}

fn as_yaml(values: &std::sync::Arc<TreeMap>) -> Vec<u8> {
    to_yaml(&Map::from_tree(values).into())
}

fn write_manifests(release: &Release<'_>, args: &Args, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"HOOKS:\n")?;
    for Hook { document, .. } in release.hooks {
        let (path, content) = (document.path.as_bytes(), document.content.as_bytes());
        out.write_all(&[b"---\n# Source: ", path, b"\n", content, b"\n"].concat())?;
    }
    out.write_all(&[b"MANIFEST:\n", release.manifest.as_slice(), b"\n"].concat())?;
    if args.hide_notes || release.notes.is_empty() {
        return Ok(());
    }
    out.write_all(&[b"NOTES:\n", release.notes.trim(), b"\n"].concat())
}
