//! What a plugin wants to be run when it is installed, updated or deleted.

use std::process::Command;

use super::super::{Error, Session};
use super::process::{NO_COMMAND, Place, not_started};
use crate::plugins::{self, Hook, Plugin};
use go_text_template::Compat;

/// Runs the hook of `plugin` for `event`, if it has one.
pub(super) fn run(plugin: &Plugin, event: &str, session: &mut Session<'_>) -> Result<(), Error> {
    let Some(hook) = plugin.hook(event).filter(|hook| !hook.commands.is_empty()) else {
        return Ok(());
    };
    let Some(mut command) = prepare(plugin, hook, session) else {
        return match session.compat {
            Compat::Helm3 => Ok(()),
            Compat::Helm4 => Err(Error::said(NO_COMMAND)),
        };
    };
    session.debug_command("executing plugin hook command", plugin, &command);
    session.out.flush().map_err(Error::Stdout)?;
    command.stdin(std::process::Stdio::null());
    let status = command.status().map_err(|error| not_started(&command, &error))?;
    if status.success() {
        return Ok(());
    }
    let name = plugin.name.to_str_lossy();
    Err(Error::said(format!("plugin {event} hook for {name:?} exited with error")))
}

/// The hook's process, if there is one for this machine. Helm 4 does not tell it Helm's variables.
fn prepare(plugin: &Plugin, hook: &Hook, session: &Session<'_>) -> Option<Command> {
    let variables = match session.compat {
        Compat::Helm3 => session.getters.variables(),
        Compat::Helm4 => Vec::new(),
    };
    let place = Place::new(plugin, &variables, session.environment);
    let lookup = |name: &str| place.lookup(name);
    let (program, words) = plugins::prepare(&hook.commands, hook.expands, &[], &lookup)?;
    Some(place.command(&program, words))
}
