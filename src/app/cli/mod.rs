//! Words to a command, its result to an exit status.
//!
//! This is the only room that knows the command line, the environment and the process.

mod color;
mod command;
mod commands;
mod completion;
mod csv;
mod find;
mod flags;
mod go_values;
mod groups;
mod helm_commands;
mod help;
mod kubeconfig;
mod line;
mod marks;
mod pflag;
mod plugin;
mod process;
mod program;
mod rule_flags;
mod settings;
mod terminal;
mod world;
mod zone;

use std::ffi::OsString;
use std::io::Write;

pub use process::Process;
pub use terminal::Stream;
pub use world::environment;

use crate::commands::output;
use crate::files;
use crate::network::{Internet, Offline};
use crate::session::{Environment, Error, Getters, Session, Surroundings, Told, report};
use crate::sources::Outside;
use commands::ROOT;
use find::Found;
use flags::{Diagnostics, Global};
use go_text_template::Compat;
use go_text_template::diagnostics::write_styled;
use line::Line;
use pflag::Fault;
use process::{Failed, is_true};
use program::Program;
use world::Machine;

/// Runs the program and gives its exit status: 0, or 1 for every failure, or what the command has
/// for being used wrongly.
pub fn run(mut process: Process<'_>) -> u8 {
    let program = Program::of(&process);
    match run_command(&program, &mut process) {
        Ok(()) => 0,
        Err(Failed::Quietly(status)) => status,
        Err(Failed::Saying(text, status)) => {
            let mark = if program.colors.err { report::MARK } else { "Error:" };
            let _ = write_styled(process.err, mark);
            let _ = writeln!(process.err, " {text}");
            status
        }
    }
}

fn run_command(program: &Program, process: &mut Process<'_>) -> Result<(), Failed> {
    let words: Vec<OsString> = std::mem::take(&mut process.words).into_iter().skip(1).collect();
    color::check(&words, program.compat, || ROOT.in_dialect(program), process.err)?;
    if let Some(answer) = completion::answer(&words, program, process) {
        let _ = process.err.write_all(answer.err.as_bytes());
        let _ = process.out.write_all(&answer.out);
        return Ok(());
    }
    let plugins = plugin::load(program, process);
    if let Some(call) = plugin::called(plugins, &words, program) {
        let call = call.understood(program)?;
        return with_session(&call.global, program, process, |session, machine| {
            call.run(program, machine, session)
        });
    }
    run_found(find::find(&words, program)?, program, process)
}

fn run_found(found: Found, program: &Program, process: &mut Process<'_>) -> Result<(), Failed> {
    let mut command = found.command.in_dialect(program);
    let mut matches = pflag::read(&mut command, &found.words)
        .map_err(|fault| misused(fault, &found, program, process))?;
    if found.is_root() && !program.is_helm() && pflag::is_given(&matches, command::VERSION) {
        return run_found(find::version(program), program, process);
    }
    let global = flags::of(&mut matches);
    check_compat(&global, &process.environment)?;
    for text in pflag::remarks(&command, &matches, program.compat) {
        let _ = writeln!(process.err, "{text}");
    }
    let words = command::words(&mut matches);
    if !global.help {
        found.command.check_group(&found.path, &words, program)?;
    }
    if global.help || found.command.is_group() {
        let text = help::command(found.command, &found.path, program);
        // Help that nobody reads to the end is no failure.
        let _ = match program.colors.out {
            true => write_styled(process.out, &format!("{}\n", text.ansi())),
            false => writeln!(process.out, "{text}"),
        };
        return Ok(());
    }
    found.command.check(&found.path, words.len(), &matches, program.compat)?;
    with_session(&global, program, process, |session, machine| {
        let line = Line {
            program,
            global: &global,
            machine,
            environment: session.environment,
            words,
            all: &found.words,
            manual: help::pages,
        };
        finished(found.command.run(matches, &line, session), &found, session)
    })
}

/// Says what there is to say about wrong words.
fn misused(fault: Fault, found: &Found, program: &Program, process: &mut Process<'_>) -> Failed {
    for text in &fault.warnings {
        let _ = writeln!(process.err, "{text}");
    }
    let hint = fault.similar.and_then(|similar| program.hint(&similar));
    found.command.misused(fault.text + &hint.unwrap_or_default())
}

fn finished(
    result: Result<(), Error>,
    found: &Found,
    session: &mut Session<'_>,
) -> Result<(), Failed> {
    let Err(error) = result else { return Ok(()) };
    if matches!(&error, Error::Stdout(error) if output::is_closed_pipe(error)) {
        return Err(Failed::Quietly(1));
    }
    session.report(&error);
    let is_usage = matches!(error, Error::Usage(_));
    Err(Failed::Quietly(if is_usage { found.command.usage_status } else { 1 }))
}

/// Refuses a Helm that is not known, where the environment asks for it and no flag for another.
fn check_compat(global: &Global, environment: &Environment) -> Result<(), Failed> {
    match environment.get("CHART_COMPAT").filter(|_| global.compat.is_none()) {
        Some(name) if Compat::from_name(name).is_none() => {
            Err(format!("invalid value {name:?} of CHART_COMPAT: it must be helm4 or helm3").into())
        }
        _ => Ok(()),
    }
}

/// Runs a command in a session of its own.
fn with_session(
    global: &Global,
    program: &Program,
    process: &mut Process<'_>,
    run: impl FnOnce(&mut Session<'_>, &Machine) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let environment = &process.environment;
    let machine = Machine::new(environment)?;
    let internet = Internet::new(world::network(environment, program.compat));
    let is_set = |name| environment.get(name).is_some_and(is_true);
    let diagnostics = match global.diagnostics {
        None | Some(Diagnostics::Auto) => process.err_is_terminal,
        Some(when) => when != Diagnostics::Off,
    };
    let told = global.form().map(Told::new);
    if told.is_none() && global.diagnostics_file.is_some() {
        let text =
            "--diagnostics-file wants to know how: --diagnostics json, sarif, github or junit";
        return Err(text.to_owned().into());
    }
    let debug = global.debug || is_set("HELM_DEBUG");
    let settings = settings::of(global, environment);
    let line = Line {
        program,
        global,
        machine: &machine,
        environment,
        words: Vec::new(),
        all: &[],
        manual: help::pages,
    };
    let for_plugins = || commands::env::variables(&line, &settings, debug);
    let around = Surroundings {
        compat: program.compat,
        debug,
        diagnostics,
        told: told.as_ref(),
        release: None,
        world: &machine,
        shared: None,
        outside: Outside::default(),
        on_terminal: process.err_is_terminal && told.is_none(),
        colors: program.colors.err,
        network: if global.offline || is_set("CHART_OFFLINE") { &Offline } else { &internet },
        getters: Getters::new(&for_plugins),
        settings: settings.clone(),
        environment,
    };
    // What machines read is not mixed with anything else.
    let mut said = Vec::new();
    let err: &mut dyn Write = if told.is_some() { &mut said } else { process.err };
    let outcome = run(&mut Session::new(around, process.out, err), &machine);
    match told {
        Some(told) => write_told(&told.finish(&said), global, process).and(outcome),
        None => outcome,
    }
}

/// Writes what machines are told to where they look for it.
fn write_told(text: &str, global: &Global, process: &mut Process<'_>) -> Result<(), Failed> {
    match &global.diagnostics_file {
        None => {
            let _ = process.err.write_all(text.as_bytes());
            Ok(())
        }
        Some(file) => files::write(file, text.as_bytes(), 0o644)
            .map_err(|error| Failed::from(error.to_string())),
    }
}

/// Says that standard output could not be written, unless the reader just had enough of it.
pub fn stdout_failed(error: &std::io::Error, err: &mut dyn Write) -> std::process::ExitCode {
    if !output::is_closed_pipe(error) {
        let _ = writeln!(err, "Error: cannot write to standard output: {error}");
    }
    std::process::ExitCode::FAILURE
}
