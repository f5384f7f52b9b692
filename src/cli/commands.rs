//! The commands, and how their flags become their arguments.

use super::flags::{self, Flag};
use super::parse::Parsed;
use super::world::Environment;
use super::{Failed, Program, completion, help};
use crate::commands::{Error, Session, create, output, template, version};
use crate::compat::Compat;
use crate::data::{Failure, Str};
use crate::template::Limits;
use crate::values;

/// A command of the program.
pub(super) struct Command {
    /// Its name; empty for the program itself.
    pub(super) name: &'static str,
    /// What follows the name.
    pub(super) operands: &'static str,
    /// What it does, in a line.
    pub(super) summary: &'static str,
    /// What it does, in full, behind the summary.
    pub(super) description: &'static str,
    /// Its flags, besides those of all commands.
    pub(super) flags: &'static [&'static [Flag]],
    /// How many words it takes.
    operand_count: Count,
    run: Run,
}

type Run = fn(&Parsed, &Program, &Environment, &mut Session<'_>) -> Result<(), Error>;

/// How many words a command takes besides its flags.
#[derive(Clone, Copy)]
enum Count {
    Any,
    None,
    AtLeast(usize),
    Exactly(usize),
}

/// All commands, in the order in which the help lists them.
pub(super) static COMMANDS: &[Command] = &[
    Command {
        name: "template",
        operands: "[NAME] [CHART]",
        summary: "render a chart to plain Kubernetes manifests",
        description: "Writes the manifests of the chart at CHART, a directory or an archive, to standard\n\
                      output, as they would be for a release called NAME. No cluster and no network is\n\
                      asked: --kube-version and --api-versions say what the cluster is taken to have.",
        flags: &[flags::TEMPLATE, flags::VALUES, flags::CHART],
        operand_count: Count::AtLeast(1),
        run: run_template,
    },
    Command {
        name: "completion",
        operands: "SHELL",
        summary: "write a completion script for bash, fish, powershell or zsh",
        description: "For bash, for this session: source <(chart completion bash)",
        flags: &[flags::COMPLETION],
        operand_count: Count::Exactly(1),
        run: run_completion,
    },
    Command {
        name: "create",
        operands: "NAME",
        summary: "create a new chart to start from",
        description: "Writes a chart into the folder NAME: a web service with a service account, an ingress,\n\
                      a gateway route, autoscaling and a test, each of which can be switched in values.yaml.",
        flags: &[flags::CREATE],
        operand_count: Count::Exactly(1),
        run: run_create,
    },
    Command {
        name: "version",
        operands: "",
        summary: "show the version of this program",
        description: "",
        flags: &[flags::VERSION],
        operand_count: Count::None,
        run: run_version,
    },
];

/// The program without a command.
pub(super) static ROOT: Command = Command {
    name: "",
    operands: "",
    summary: "renders Helm charts to plain Kubernetes manifests",
    description: "",
    flags: &[],
    operand_count: Count::Any,
    run: |_, program, _, session| {
        session.out.write_all(help::command(&ROOT, program).as_bytes()).map_err(Error::Stdout)
    },
};

/// Helm's commands that talk to a cluster; they stay Helm's.
static CLUSTER_COMMANDS: &[&str] = &[
    "get",
    "history",
    "install",
    "list",
    "ls",
    "rollback",
    "status",
    "test",
    "uninstall",
    "upgrade",
];

/// The command among `words`, and the other words.
pub(super) fn find(
    words: &[String],
    program: &Program,
) -> Result<(&'static Command, Vec<String>), Failed> {
    let Some(at) = command_position(words, program.compat) else {
        return Ok((&ROOT, words.to_vec()));
    };
    let name = words[at].as_str();
    let mut rest = words.to_vec();
    rest.remove(at);
    if name == "help" {
        let wanted = rest.iter().find(|word| !word.starts_with('-'));
        let command = wanted.and_then(|name| by_name(name)).unwrap_or(&ROOT);
        return Ok((command, vec!["--help".to_owned()]));
    }
    match by_name(name) {
        Some(command) => Ok((command, rest)),
        None => Err(unknown(name, program).into()),
    }
}

fn by_name(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// Where the first word is that is neither a flag nor the value of a global one.
fn command_position(words: &[String], compat: Compat) -> Option<usize> {
    let globals = ROOT.flags(compat);
    let takes_next = |word: &str| {
        let flag = match (word.strip_prefix("--"), word.strip_prefix('-')) {
            (Some(name), _) => globals.iter().find(|flag| flag.name == name),
            (None, Some(short)) => globals.iter().find(|flag| short.chars().eq(flag.short)),
            (None, None) => None,
        };
        flag.is_some_and(|flag| !matches!(flag.takes, flags::Takes::Bool | flags::Takes::TextOr(_)))
    };
    let mut at = 0;
    while at < words.len() && words[at].starts_with('-') && words[at] != "--" {
        at += 1 + usize::from(takes_next(&words[at]));
    }
    (at < words.len() && words[at] != "--").then_some(at)
}

/// What is said about a command that there is not.
fn unknown(name: &str, program: &Program) -> String {
    if CLUSTER_COMMANDS.contains(&name) {
        return format!("{name:?} talks to a cluster and is Helm's: this program renders charts");
    }
    let helm = &program.name;
    let mut text = format!("unknown command {name:?} for {helm:?}\n");
    let similar: Vec<&str> = COMMANDS
        .iter()
        .map(|command| command.name)
        .filter(|known| is_similar(name, known))
        .collect();
    if !similar.is_empty() {
        text.push_str("\nDid you mean this?\n");
        similar.iter().for_each(|known| text.push_str(&format!("\t{known}\n")));
    }
    text.push_str(&format!("\nRun '{helm} --help' for usage."));
    text
}

/// True for names that are one or two typing errors apart, or where one begins the other.
fn is_similar(typed: &str, known: &str) -> bool {
    crate::diagnostics::edit_distance(&typed.to_lowercase(), known) <= 2
        || known.starts_with(&typed.to_lowercase())
}

impl Command {
    /// All flags that the command takes in this mode.
    pub(super) fn flags(&self, compat: Compat) -> Vec<&'static Flag> {
        let tables = self.flags.iter().chain(std::iter::once(&flags::GLOBAL));
        tables.flat_map(|table| table.iter()).filter(|flag| flag.is_known(compat)).collect()
    }

    /// Checks what can be told from the words alone.
    pub(super) fn check(&self, parsed: &Parsed, program: &Program) -> Result<(), Failed> {
        let count = parsed.arguments.len();
        let full_name = format!("{} {}", program.name, self.name);
        let complaint = match self.operand_count {
            Count::None if count > 0 => "accepts no arguments".to_owned(),
            Count::AtLeast(least) if count < least => {
                format!("requires at least {least} argument{}", plural(least))
            }
            Count::Exactly(wanted) if count != wanted => {
                format!("requires {wanted} argument{}", plural(wanted))
            }
            _ => return exclusive_flags(parsed, program.compat),
        };
        let operands = self.operands;
        let space = if operands.is_empty() { "" } else { " " };
        let usage = format!("{full_name}{space}{operands} [flags]");
        Err(format!("{full_name:?} {complaint}\n\nUsage:  {usage}").into())
    }

    /// Runs the command.
    pub(super) fn run(
        &self,
        parsed: &Parsed,
        program: &Program,
        environment: &Environment,
        session: &mut Session<'_>,
    ) -> Result<(), Error> {
        (self.run)(parsed, program, environment, session)
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Flags of which Helm 4 takes only one.
fn exclusive_flags(parsed: &Parsed, compat: Compat) -> Result<(), Failed> {
    const GROUPS: [[&str; 2]; 2] = [["validate", "dry-run"], ["force-replace", "force-conflicts"]];
    if compat.is_helm3() {
        return Ok(());
    }
    for [first, second] in GROUPS {
        if parsed.has(first) && parsed.has(second) {
            let mut sorted = [first, second];
            sorted.sort_unstable();
            return Err(format!(
                "if any flags in the group [{first} {second}] are set none of the others can be; \
                 [{} {}] were all set",
                sorted[0], sorted[1]
            )
            .into());
        }
    }
    Ok(())
}

fn run_template(
    parsed: &Parsed,
    _program: &Program,
    environment: &Environment,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    template::run(&template_args(parsed, environment), session)
}

fn template_args(parsed: &Parsed, environment: &Environment) -> template::Args {
    template::Args {
        words: parsed.arguments.clone(),
        name_template: parsed.text("name-template").map(str::to_owned),
        generate_name: parsed.bool("generate-name"),
        namespace: namespace(parsed, environment),
        repository: parsed.text("repo").filter(|url| !url.is_empty()).map(str::to_owned),
        values: values_flags(parsed),
        kube_version: parsed.text("kube-version").map(str::to_owned),
        api_versions: parsed.texts("api-versions").to_vec(),
        is_upgrade: parsed.bool("is-upgrade"),
        skip_schema: parsed.bool("skip-schema-validation"),
        dry_run: parsed.text("dry-run").map(str::to_owned),
        validate: parsed.bool("validate"),
        verify: parsed.bool("verify"),
        version: parsed.text("version").unwrap_or_default().to_owned(),
        dependency_update: parsed.bool("dependency-update"),
        labels: label_keys(parsed),
        post_renderer: post_renderer(parsed),
        output: output_args(parsed),
        limits: limits(parsed),
    }
}

/// `--namespace`, else the environment's, else the current one of the kubeconfig, else `default`.
fn namespace(parsed: &Parsed, environment: &Environment) -> String {
    let given = parsed.text("namespace").filter(|name| !name.is_empty());
    let given = given.or_else(|| environment.get("HELM_NAMESPACE")).map(str::to_owned);
    given
        .or_else(|| super::kubeconfig::namespace(parsed, environment))
        .unwrap_or_else(|| "default".to_owned())
}

fn values_flags(parsed: &Parsed) -> values::Flags {
    let texts =
        |name: &str| parsed.texts(name).iter().map(|text| Str::from(text.as_str())).collect();
    values::Flags {
        files: texts("values"),
        json: texts("set-json"),
        set: texts("set"),
        string: texts("set-string"),
        file: texts("set-file"),
        literal: texts("set-literal"),
    }
}

fn label_keys(parsed: &Parsed) -> Vec<String> {
    let pairs = parsed.texts("labels").iter();
    pairs.filter_map(|pair| pair.split_once('=')).map(|(key, _)| key.to_owned()).collect()
}

fn post_renderer(parsed: &Parsed) -> Option<(String, Vec<String>)> {
    let name = parsed.text("post-renderer").filter(|name| !name.is_empty())?;
    Some((name.to_owned(), parsed.texts("post-renderer-args").to_vec()))
}

fn output_args(parsed: &Parsed) -> output::Args {
    output::Args {
        include_crds: parsed.bool("include-crds"),
        no_hooks: parsed.bool("no-hooks"),
        skip_tests: parsed.bool("skip-tests"),
        show_only: parsed.texts("show-only").to_vec(),
        output_dir: parsed.text("output-dir").map(str::to_owned),
        release_directory: parsed.bool("release-name"),
    }
}

fn limits(parsed: &Parsed) -> Limits {
    let default = Limits::default();
    Limits {
        steps: parsed.number("max-steps").unwrap_or(default.steps),
        depth: parsed
            .number("max-depth")
            .map_or(default.depth, |depth| u32::try_from(depth).unwrap_or(u32::MAX)),
        output: parsed.number("max-output").unwrap_or(default.output),
        memory: parsed.number("max-memory").unwrap_or(default.memory),
    }
}

fn run_completion(
    parsed: &Parsed,
    program: &Program,
    _environment: &Environment,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let shell = &parsed.arguments[0];
    let unknown = || {
        let shells = completion::SHELLS.join(", ");
        Failure::from(format!("there is no completion for {shell:?}: the shells are {shells}"))
    };
    let script = completion::script(shell, program).ok_or_else(unknown)?;
    session.out.write_all(script.as_bytes()).map_err(Error::Stdout)
}

fn run_create(
    parsed: &Parsed,
    _program: &Program,
    _environment: &Environment,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    if parsed.has("starter") {
        return Err(Failure::new("--starter is not offered by this program yet").into());
    }
    create::run(&create::Args { path: parsed.arguments[0].clone() }, session)
}

fn run_version(
    parsed: &Parsed,
    program: &Program,
    _environment: &Environment,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let args = version::Args {
        short: parsed.bool("short"),
        template: parsed.text("template").map(str::to_owned),
        as_helm: program.is_helm(),
    };
    version::run(&args, session)
}
