//! Chart.lock: written after an update, checked before a build.

use std::path::Path;

use super::{Error, Session, digest};
use crate::files;
use crate::model::{Chart, Dependency, Lock};
use go_text_template::Compat;
use go_text_template::dates::Time;

/// Writes the lock of `chart`, unless it would say the same as the one there is.
pub(super) fn write(
    path: &Path,
    chart: &Chart,
    wanted: &[Dependency],
    locked: Vec<Dependency>,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let digest = digest::of(wanted, &locked);
    if chart.lock.as_ref().is_some_and(|lock| lock.digest == *digest) {
        return Ok(());
    }
    let lock = Lock {
        generated: now(session).into(),
        digest: digest.into(),
        dependencies: locked.into_iter().map(Some).collect(),
        lists_dependencies: true,
    };
    let name = file_name(chart);
    let place = path.join(name);
    if let Ok(target) = place.read_link() {
        let target = target.display().to_string();
        return Err(Error::said(format!("the {name} file is a symlink to {target:?}")));
    }
    Ok(files::write(&place, &lock.to_yaml(), 0o644)?)
}

fn file_name(chart: &Chart) -> &'static str {
    if chart.metadata.api_version == "v1" { "requirements.lock" } else { "Chart.lock" }
}

fn now(session: &Session<'_>) -> String {
    let zone = session.world.local_zone();
    let time = Time::now(session.world.now(), session.world.monotonic(), zone);
    String::from_utf8_lossy(&time.format(b"2006-01-02T15:04:05.999999999Z07:00")).into_owned()
}

/// The dependencies of `lock`, if it is the lock of what `chart` asks for.
pub(super) fn checked(
    chart: &Chart,
    lock: &Lock,
    wanted: &[Dependency],
    helm2_digest: &str,
    session: &mut Session<'_>,
) -> Result<Vec<Dependency>, Error> {
    let mut locked = Vec::new();
    for (at, dependency) in lock.dependencies.iter().enumerate() {
        let none = || {
            let name = file_name(chart);
            Error::said(format!("entry {} of the dependencies in {name} is null", at + 1))
        };
        locked.push(dependency.clone().ok_or_else(none)?);
    }
    if lock.digest == *digest::of(wanted, &locked) {
        return Ok(locked);
    }
    if chart.metadata.api_version != "v1" {
        let with = if session.compat.is_helm3() { "" } else { " with 'helm dependency update'" };
        return Err(Error::said(format!(
            "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). \
             Please update the dependencies{with}"
        )));
    }
    say_helm2(session);
    if lock.digest == *helm2_digest {
        return Ok(locked);
    }
    Err(Error::said(
        "the lock file (requirements.lock) is out of sync with the dependencies file \
         (requirements.yaml). Please update the dependencies",
    ))
}

fn say_helm2(session: &mut Session<'_>) {
    let what = "warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash...";
    match session.compat {
        Compat::Helm3 => session.say(format_args!("manager.go:122: {what}")),
        Compat::Helm4 => {
            session.say(crate::model::log_line(b"INFO", what.as_bytes(), &[]));
        }
    }
}
