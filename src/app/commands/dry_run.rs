//! `--dry-run`: what it may say, and what that means.

use super::{Error, Session};

/// How far a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DryRun {
    /// To the end.
    No,
    /// Not beyond this machine.
    Client,
    /// To the cluster, where nothing is changed.
    Server,
}

/// What Helm 4 reads in the value of `--dry-run`, if it was given; older spellings are warned of.
/// A template is never more than tried.
pub(super) fn strategy(
    value: Option<&str>,
    is_template: bool,
    session: &mut Session<'_>,
) -> Result<DryRun, Error> {
    let found = match value {
        None if is_template => DryRun::Client,
        None => DryRun::No,
        Some("client") => DryRun::Client,
        Some("server") => DryRun::Server,
        Some("unset") => {
            session.say(
                "level=WARN msg=\"--dry-run is deprecated and should be replaced with \
                 '--dry-run=client'\"",
            );
            DryRun::Client
        }
        Some(value @ ("1" | "t" | "T" | "true" | "TRUE" | "True")) => {
            warn_of_switch(value, "client", session);
            DryRun::Client
        }
        Some(value @ ("none" | "0" | "f" | "F" | "false" | "FALSE" | "False")) if is_template => {
            return Err(invalid(value, "\"server\" or \"client\""));
        }
        Some("none") => DryRun::No,
        Some(value @ ("0" | "f" | "F" | "false" | "FALSE" | "False")) => {
            warn_of_switch(value, "none", session);
            DryRun::No
        }
        Some(value) => return Err(invalid(value, "\"none\", \"server\", or \"client\"")),
    };
    Ok(found)
}

fn warn_of_switch(value: &str, instead: &str, session: &mut Session<'_>) {
    session.say(format_args!(
        "level=WARN msg=\"boolean '--dry-run={value}' flag is deprecated and must be replaced with \
         '--dry-run={instead}'\""
    ));
}

fn invalid(value: &str, wanted: &str) -> Error {
    Error::said(format!("invalid dry-run value ({value:?}). Must be {wanted}"))
}

/// What Helm 3 says about a value that it does not know; it looks at it late.
pub(super) fn check(value: Option<&str>, session: &Session<'_>) -> Result<(), Error> {
    const KNOWN: [&str; 6] = ["", "false", "true", "none", "client", "server"];
    if !session.compat.is_helm3() || KNOWN.contains(&value.unwrap_or_default()) {
        return Ok(());
    }
    Err(Error::said(
        "Invalid dry-run flag. Flag must one of the following: false, true, none, client, server",
    ))
}
