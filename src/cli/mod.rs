//! Words to a command, its result to an exit status.
//!
//! This is the only room that knows the command line, the environment and the process.

mod arguments;
mod color;
mod complete;
mod commands;
mod completion;
mod csv;
mod flags;
mod help;
mod kubeconfig;
mod parse;
mod plugin;
mod settings;
mod terminal;
mod world;
mod zone;

use std::io::Write;
use std::path::Path;

pub use terminal::Stream;
pub use world::environment;

use crate::commands::{Environment, Error, Getters, Outside, Session, output};
use crate::compat::Compat;
use crate::network::{Internet, Offline};
use commands::Found;
use parse::Parsed;
use world::Machine;

/// What a run of the program is given.
pub struct Process<'p> {
    /// The words of the command line, the program's own name first.
    pub words: Vec<String>,
    /// The environment.
    pub environment: Environment,
    /// Standard output.
    pub out: &'p mut dyn Write,
    /// Standard error.
    pub err: &'p mut dyn Write,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
}

/// Runs the program and gives its exit status: 0, or 1 for every failure, or what the command has
/// for being used wrongly.
pub fn run(mut process: Process<'_>) -> u8 {
    match run_command(&mut process) {
        Ok(()) => 0,
        Err(Failed::Quietly(status)) => status,
        Err(Failed::Saying(text, status)) => {
            let _ = writeln!(process.err, "Error: {text}");
            status
        }
    }
}

/// How a run failed, and its exit status.
enum Failed {
    /// Everything has been said.
    Quietly(u8),
    /// With this sentence.
    Saying(String, u8),
}

impl From<String> for Failed {
    fn from(text: String) -> Self {
        Self::Saying(text, 1)
    }
}

fn run_command(process: &mut Process<'_>) -> Result<(), Failed> {
    let program = Program::of(process);
    if !program.compat.is_helm3() {
        color::check(&process.words[1..], process.err)?;
    }
    if let Some(text) = complete::answer(&process.words[1..], &program) {
        let _ = writeln!(process.err, "{}", text.1);
        return write(process, &text.0);
    }
    let plugins = plugin::load(&program, process);
    if let Some(call) = plugin::called(plugins, &process.words[1..], &program) {
        return call.run(&program, process);
    }
    let found = commands::find(&process.words[1..], &program)?;
    let known = found.command.flags(program.compat);
    let parsed = parse::parse(&found.words, &known)
        .map_err(|error| found.command.misused(error.to_string()))?;
    let program = Program { compat: compat(&parsed, &process.environment)?, ..program };
    for text in &parsed.warnings {
        let _ = writeln!(process.err, "level=WARN msg={text:?}");
    }
    for (name, text) in &parsed.deprecated {
        let _ = writeln!(process.err, "Flag --{name} has been deprecated, {text}");
    }
    if !parsed.bool("help") {
        found.command.check_group(&parsed)?;
    }
    if parsed.bool("help") || found.command.is_group() {
        return write(process, &help::command(found.command, &found.path, &program));
    }
    found.command.check(&found.path, &parsed, program.compat)?;
    execute(&found, &parsed, &program, process)
}

/// What is known of the program before its flags are.
#[derive(Clone, Debug)]
struct Program {
    /// The name it was started under, without its folder.
    name: String,
    /// The word that it was started by.
    started_as: String,
    compat: Compat,
}

impl Program {
    fn of(process: &Process<'_>) -> Self {
        let path = Path::new(process.words.first().map_or("chart", String::as_str));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let words = process.words.iter().skip(1).take_while(|word| *word != "--");
        let compat = compat_word(words).or_else(|| process.environment.get("CHART_COMPAT"));
        let started_as = process.words.first().cloned().unwrap_or_default();
        Self { name, started_as, compat: compat.and_then(Compat::from_name).unwrap_or_default() }
    }

    /// True if the program stands in for Helm.
    fn is_helm(&self) -> bool {
        self.name == "helm"
    }
}

/// The value of `--compat` among `words`: it decides which flags there are, so it is read first.
fn compat_word<'w>(mut words: impl Iterator<Item = &'w String>) -> Option<&'w str> {
    let mut found = None;
    while let Some(word) = words.next() {
        match word.strip_prefix("--compat") {
            Some("") => found = words.next().map(String::as_str),
            Some(value) => found = value.strip_prefix('=').or(found),
            None => {}
        }
    }
    found
}

/// The Helm that flags and environment ask for.
fn compat(parsed: &Parsed, environment: &Environment) -> Result<Compat, Failed> {
    let (name, from) = match parsed.text("compat") {
        Some(name) => (name, "--compat"),
        None => (environment.get("CHART_COMPAT").unwrap_or("helm4"), "CHART_COMPAT"),
    };
    let unknown = || format!("invalid value {name:?} of {from}: it must be helm3 or helm4");
    Ok(Compat::from_name(name).ok_or_else(unknown)?)
}

fn execute(
    found: &Found,
    parsed: &Parsed,
    program: &Program,
    process: &mut Process<'_>,
) -> Result<(), Failed> {
    with_session(parsed, program, process, |session| {
        match found.command.run(parsed, program, session) {
            Ok(()) => Ok(()),
            Err(Error::Stdout(error)) if output::is_closed_pipe(&error) => Err(Failed::Quietly(1)),
            Err(error) => {
                session.report(&error);
                let is_usage = matches!(error, Error::Usage(_));
                Err(Failed::Quietly(if is_usage { found.command.usage_status } else { 1 }))
            }
        }
    })
}

/// Runs a command in a session of its own.
fn with_session(
    parsed: &Parsed,
    program: &Program,
    process: &mut Process<'_>,
    run: impl FnOnce(&mut Session<'_>) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let machine = Machine::new(&process.environment, parsed.bool("enable-dns"));
    let environment = process.environment.clone();
    let internet = Internet::new(world::network(&environment, program.compat));
    let offline = parsed.bool("offline") || environment.get("CHART_OFFLINE").is_some_and(is_true);
    let debug = parsed.bool("debug") || environment.get("HELM_DEBUG").is_some_and(is_true);
    let settings = settings::of(parsed, &environment);
    let for_plugins = || commands::env::variables(parsed, program, &settings, &environment, debug);
    let mut session = Session {
        compat: program.compat,
        debug,
        diagnostics: diagnostics(parsed, process.err_is_terminal)?,
        picture: String::new(),
        world: &machine,
        shared: None,
        outside: Outside::default(),
        on_terminal: process.err_is_terminal,
        network: if offline { &Offline } else { &internet },
        getters: Getters::new(&for_plugins),
        settings: settings.clone(),
        environment: &environment,
        out: process.out,
        err: process.err,
    };
    run(&mut session)
}

fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "TRUE" | "true" | "True")
}

/// Whether faults are shown in their source.
fn diagnostics(parsed: &Parsed, on_terminal: bool) -> Result<bool, Failed> {
    match parsed.text("diagnostics") {
        None | Some("auto") => Ok(on_terminal),
        Some("full") => Ok(true),
        Some("off") => Ok(false),
        Some(other) => {
            Err(format!("invalid value {other:?} of --diagnostics: it must be full, off or auto")
                .into())
        }
    }
}

fn write(process: &mut Process<'_>, text: &str) -> Result<(), Failed> {
    // Help that nobody reads to the end is no failure.
    let _ = process.out.write_all(text.as_bytes());
    Ok(())
}

/// Says that standard output could not be written, unless the reader just had enough of it.
pub fn stdout_failed(error: &std::io::Error, err: &mut dyn Write) -> std::process::ExitCode {
    if !output::is_closed_pipe(error) {
        let _ = writeln!(err, "Error: cannot write to standard output: {error}");
    }
    std::process::ExitCode::FAILURE
}
