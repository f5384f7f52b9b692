//! Plugins as processes: the commands that they add, and post-renderers.

use std::io::Write;
use std::process::{Command, Stdio};

use super::super::{Environment, Error, Session, programs};
use crate::model;
use crate::plugins::{self, Plugin, Runtime};
use go_text_template::Compat;
use go_text_template::data::Failure;

/// What a plugin's command is run with.
#[derive(Clone, Debug, Default)]
pub struct RunArgs {
    /// The words behind its name.
    pub words: Vec<String>,
    /// Helm's variables.
    pub variables: Vec<(&'static str, String)>,
}

/// Runs a plugin's command and gives its exit status.
pub fn run(plugin: &Plugin, args: &RunArgs, session: &mut Session<'_>) -> Result<u8, Error> {
    session.out.flush().map_err(Error::Stdout)?;
    let words: &[String] = if plugin.ignores_flags { &[] } else { &args.words };
    let compat = session.compat;
    let prepared = prepare(plugin, words, &args.variables, session.environment);
    let mut command = match prepared {
        Err(why) if compat.is_helm3() && plugin.runtime != Runtime::Wasm => {
            let _ = write!(session.err, "{why}");
            return Err(exited(plugin));
        }
        Err(why) if plugin.runtime != Runtime::Wasm => {
            return Err(Failure::from(format!("failed to prepare plugin command: {why}")).into());
        }
        prepared => prepared?,
    };
    session.debug_plugin(plugin, &command);
    let status = command.status().map_err(|error| not_started(&command, &error))?;
    match status.code() {
        Some(0) => Ok(0),
        // A status beyond a byte cannot be passed on.
        code => {
            session.debug_failure(plugin, code);
            session.report(&exited(plugin));
            Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
        }
    }
}

pub(super) fn exited(plugin: &Plugin) -> Error {
    Failure::from(format!("plugin {:?} exited with error", plugin.name.to_str_lossy())).into()
}

/// What goes wrong where a program is started, in Go's words.
pub(super) fn not_started(command: &Command, error: &std::io::Error) -> Error {
    let program = command.get_program().to_string_lossy();
    let text = if error.kind() == std::io::ErrorKind::NotFound && !program.contains('/') {
        format!("exec: {program:?}: executable file not found in $PATH")
    } else {
        model::PathError::new("fork/exec", program.as_bytes(), error).to_string()
    };
    Failure::from(text).into()
}

/// The process that `plugin` is, with `words` behind its own.
fn prepare(
    plugin: &Plugin,
    words: &[String],
    variables: &[(&'static str, String)],
    environment: &Environment,
) -> Result<Command, Failure> {
    let Runtime::Process(commands) = &plugin.runtime else { return Err(is_wasm(plugin)) };
    let place = Place::new(plugin, variables, environment);
    let lookup = |name: &str| place.lookup(name);
    let (program, words) =
        plugins::prepare(commands, true, words, &lookup).ok_or(Failure::new(NO_COMMAND))?;
    Ok(place.command(&program, words))
}

/// What Helm says of a plugin without a command for this machine.
pub(super) const NO_COMMAND: &str = "no plugin command is applicable";

/// What is said of a plugin in WebAssembly that is to be run.
pub(super) fn is_wasm(plugin: &Plugin) -> Failure {
    let name = plugin.name.to_str_lossy();
    format!("the plugin {name:?} is WebAssembly, which this program does not run").into()
}

/// The variables that a plugin's process has.
pub(super) struct Place<'p> {
    variables: Vec<(&'static str, String)>,
    environment: &'p Environment,
}

impl<'p> Place<'p> {
    /// The environment, with `variables` and what every plugin is told.
    pub(super) fn new(
        plugin: &Plugin,
        variables: &[(&'static str, String)],
        environment: &'p Environment,
    ) -> Self {
        let own = [
            ("HELM_PLUGIN_NAME", plugin.name.to_string()),
            ("HELM_PLUGIN_DIR", plugin.folder.clone()),
        ];
        let variables = own.into_iter().chain(variables.iter().cloned()).collect();
        Self { variables, environment }
    }

    /// The value of a variable; empty if there is none.
    pub(super) fn lookup(&self, name: &str) -> String {
        let own = self.variables.iter().find(|(known, _)| *known == name);
        own.map(|(_, value)| value.clone())
            .unwrap_or_else(|| self.environment.get(name).unwrap_or_default().to_owned())
    }

    /// The process.
    pub(super) fn command(&self, program: &str, words: Vec<String>) -> Command {
        let mut command = Command::new(program);
        command.args(words);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// What the post-renderer `plugin` makes of `manifests`.
pub(in crate::app::commands) fn post_render(
    plugin: &Plugin,
    words: &[String],
    manifests: Vec<u8>,
    session: &mut Session<'_>,
) -> Result<Vec<u8>, Failure> {
    let name = plugin.name.to_str_lossy();
    let failed = |why: String| {
        Failure::from(format!("failed to invoke post-renderer plugin {name:?}: {why}"))
    };
    let mut command =
        prepare(plugin, words, &[], session.environment).map_err(|why| match why {
            why if plugin.runtime == Runtime::Wasm => why,
            why => failed(format!("failed to prepare plugin command: {why}")),
        })?;
    session.debug_plugin(plugin, &command);
    let output = piped(&mut command, manifests)
        .map_err(|error| failed(not_started(&command, &error).message(Compat::Helm4)))?;
    if !output.status.success() {
        session.debug_failure(plugin, output.status.code());
        return Err(failed(exited(plugin).message(Compat::Helm4)));
    }
    if output.stdout.trim_ascii().is_empty() {
        return Err(format!("post-renderer {name:?} produced empty output").into());
    }
    Ok(output.stdout)
}

/// Runs `command` with `input`, and gives what it writes.
pub(in crate::app::commands) fn piped(
    command: &mut Command,
    input: Vec<u8>,
) -> std::io::Result<std::process::Output> {
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn()?;
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // Written from another thread: the program may write before it has read everything.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output();
    // A program that does not read to the end is not at fault.
    let _ = writer.join();
    output
}

impl Session<'_> {
    /// Writes what Helm 4 logs about a plugin that fails.
    pub(super) fn debug_failure(&mut self, plugin: &Plugin, code: Option<i32>) {
        let name = plugin.name.to_str_lossy();
        let code = code.unwrap_or(-1).to_string();
        let attributes = [
            ("pluginName", &*name),
            ("error", &*format!("exit status {code}")),
            ("exitCode", &code),
            ("stderr", ""),
        ];
        self.debug("plugin execution failed", &attributes);
    }

    /// Writes what Helm 4 logs before it runs a plugin.
    pub(super) fn debug_plugin(&mut self, plugin: &Plugin, command: &Command) {
        self.debug_command("executing plugin command", plugin, command);
    }

    /// Writes `message` with the whole command.
    pub(super) fn debug_command(&mut self, message: &str, plugin: &Plugin, command: &Command) {
        let text = shown_command(command, self.environment);
        let name = plugin.name.to_str_lossy();
        self.debug(message, &[("pluginName", &name), ("command", &text)]);
    }
}

/// The program, found, and its words.
pub(super) fn shown_command(command: &Command, environment: &Environment) -> String {
    let program = command.get_program().to_string_lossy();
    let search_path = environment.get("PATH").unwrap_or_default();
    let program = programs::find_program(&program, search_path)
        .map_or_else(|_| program.into_owned(), |path| path.to_string_lossy().into_owned());
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}
