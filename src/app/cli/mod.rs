//! Words to a command, its result to an exit status.
//!
//! This is the only room that knows the command line, the environment and the process.

mod color;
mod commands;
mod completion;
mod csv;
mod flags;
mod go_values;
mod help;
mod kubeconfig;
mod pflag;
mod plugin;
mod settings;
mod terminal;
mod world;
mod zone;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

pub use terminal::Stream;
pub use world::environment;

use crate::commands::output;
use crate::files;
use crate::network::{Internet, Offline};
use crate::session::{Environment, Error, Getters, Session, Surroundings, Told, report};
use crate::sources::Outside;
use color::Colors;
use commands::Found;
use flags::{Diagnostics, Global};
use go_text_template::Compat;
use go_text_template::diagnostics::write_styled;
use pflag::Fault;
use world::Machine;

/// What a run of the program is given.
pub struct Process<'p> {
    /// The words of the command line, the program's own name first.
    pub words: Vec<OsString>,
    /// The environment.
    pub environment: Environment,
    /// Standard output.
    pub out: &'p mut dyn Write,
    /// Standard error.
    pub err: &'p mut dyn Write,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
}

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

fn run_command(program: &Program, process: &mut Process<'_>) -> Result<(), Failed> {
    let words: Vec<OsString> = std::mem::take(&mut process.words).into_iter().skip(1).collect();
    color::check(&words, program, process.err)?;
    if let Some(answer) = completion::answer(&words, program, process) {
        let _ = process.err.write_all(answer.err.as_bytes());
        let _ = process.out.write_all(&answer.out);
        return Ok(());
    }
    let plugins = plugin::load(program, process);
    if let Some(call) = plugin::called(plugins, &words, program) {
        return call.run(program, process);
    }
    run_found(commands::find(&words, program)?, program, process)
}

fn run_found(found: Found, program: &Program, process: &mut Process<'_>) -> Result<(), Failed> {
    let mut command = found.command.in_dialect(program);
    let mut matches = pflag::read(&mut command, &found.words)
        .map_err(|fault| misused(fault, &found, program, process))?;
    if found.is_root() && !program.is_helm() && pflag::is_given(&matches, help::VERSION) {
        return run_found(commands::version(program), program, process);
    }
    let global = flags::of(&mut matches);
    check_compat(&global, &process.environment)?;
    for text in pflag::remarks(&command, &matches, program.compat) {
        let _ = writeln!(process.err, "{text}");
    }
    let words = commands::words(&mut matches);
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

/// What a command is run with, besides its own flags.
struct Line<'l> {
    program: &'l Program,
    global: &'l Global,
    machine: &'l Machine,
    environment: &'l Environment,
    /// The words that are neither flags nor their values.
    words: Vec<OsString>,
    /// All words behind the command's name.
    all: &'l [OsString],
}

impl Line<'_> {
    /// The words that are no flags, as texts.
    fn texts(&self) -> Vec<String> {
        self.words.iter().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    /// The words that are no flags, as paths.
    fn paths(&self) -> Vec<PathBuf> {
        self.words.iter().map(PathBuf::from).collect()
    }

    /// One of the words that are no flags, as a path; there have to be so many.
    fn path(&self, at: usize) -> PathBuf {
        PathBuf::from(&self.words[at])
    }

    /// One of the words that are no flags; there have to be so many.
    fn text(&self, at: usize) -> String {
        self.words[at].to_string_lossy().into_owned()
    }

    /// `--namespace`, else the environment's, else the current one of the kubeconfig, else
    /// `default`.
    fn namespace(&self) -> String {
        let given = self.global.namespace.as_deref().filter(|name| !name.is_empty());
        let given = given.or_else(|| self.environment.get("HELM_NAMESPACE")).map(str::to_owned);
        given
            .or_else(|| kubeconfig::namespace(self.global, self.environment))
            .unwrap_or_else(|| "default".to_owned())
    }
}

/// What is known of the program before its flags are.
#[derive(Clone, Debug)]
struct Program {
    /// The name it was started under, without its folder.
    name: String,
    /// The word that it was started by.
    started_as: String,
    compat: Compat,
    colors: Colors,
    /// Whether standard error is a terminal.
    on_terminal: bool,
}

impl Program {
    fn of(process: &Process<'_>) -> Self {
        let started_as = process.words.first().map_or("chart".as_ref(), OsString::as_os_str);
        let name = Path::new(started_as).file_stem().unwrap_or_default();
        let compat = last_value("--compat", &process.words);
        let compat = compat.or_else(|| process.environment.get("CHART_COMPAT"));
        Self {
            name: name.to_string_lossy().into_owned(),
            started_as: started_as.to_string_lossy().into_owned(),
            compat: compat.and_then(Compat::from_name).unwrap_or_default(),
            colors: Colors::of(process),
            on_terminal: process.err_is_terminal,
        }
    }

    /// What is said behind a complaint about a word when `similar` was perhaps meant. In pipes
    /// complaints are Helm's to the byte.
    fn hint(&self, similar: &str) -> Option<String> {
        self.helps().then(|| format!("\n  hint: did you mean `{similar}`?"))
    }

    /// True if people who made a mistake are told more than Helm tells them.
    fn helps(&self) -> bool {
        self.on_terminal && !self.is_helm()
    }

    /// True if the program stands in for Helm.
    fn is_helm(&self) -> bool {
        self.name == "helm"
    }
}

/// The last value of `flag` among `words`, before they are read: of a flag that decides how they are.
fn last_value<'w>(flag: &str, words: &'w [OsString]) -> Option<&'w str> {
    let words = words.iter().skip(1).take_while(|word| *word != "--");
    let mut words = words.map(|word| word.to_str().unwrap_or_default());
    let mut found = None;
    while let Some(word) = words.next() {
        match word.strip_prefix(flag) {
            Some("") => found = words.next(),
            Some(value) => found = value.strip_prefix('=').or(found),
            None => {}
        }
    }
    found
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
    let line =
        Line { program, global, machine: &machine, environment, words: Vec::new(), all: &[] };
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

fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "TRUE" | "true" | "True")
}

/// Says that standard output could not be written, unless the reader just had enough of it.
pub fn stdout_failed(error: &std::io::Error, err: &mut dyn Write) -> std::process::ExitCode {
    if !output::is_closed_pipe(error) {
        let _ = writeln!(err, "Error: cannot write to standard output: {error}");
    }
    std::process::ExitCode::FAILURE
}
