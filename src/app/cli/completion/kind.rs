//! What a word may be, and which words of that kind this machine knows.

use std::ffi::OsStr;

use clap::Arg;
use clap::builder::{ArgExt, ValueHint};
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};

use super::SHELLS;
use crate::cli::commands::{self, Found, env};
use crate::cli::flags::{self, Global};
use crate::cli::{Program, kubeconfig, pflag, settings};
use crate::commands::{Environment, Settings, known};
use go_text_template::Compat;

/// What a word may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app::cli) enum Kind {
    /// A text that nobody can guess.
    Text,
    /// Nothing that is here.
    Nothing,
    /// Nothing, for there are words enough.
    NoMore,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A chart: on this machine, or in a repository.
    Chart,
    /// A chart in a repository.
    RemoteChart,
    /// The version of the chart that the words name.
    Version,
    /// A template of the chart that the words name.
    Template,
    /// A repository that the words do not name yet.
    Repository,
    /// The beginning of an address that charts are pushed to.
    Scheme,
    /// A shell.
    Shell,
    /// A variable of `chart env`.
    Variable,
    /// A context of the kubeconfig.
    KubeContext,
}

impl ArgExt for Kind {}

impl Kind {
    /// What the values of `arg` may be.
    pub(super) fn of(arg: &Arg) -> Self {
        match (arg.get::<Self>(), arg.get_value_hint()) {
            (Some(kind), _) => *kind,
            (None, ValueHint::FilePath) => Self::File,
            (None, ValueHint::DirPath) => Self::Folder,
            (None, _) => Self::Text,
        }
    }
}

/// What the words so far say.
#[derive(Debug)]
pub(in crate::app::cli) struct Context {
    /// Those that are no flags.
    pub(in crate::app::cli) words: Vec<String>,
    /// Whether the program stands in for Helm.
    pub(in crate::app::cli) is_helm: bool,
    /// Whether the name of the release is not among the words.
    pub(in crate::app::cli) generates_name: bool,
    /// The chart that is the last of the words.
    chart: Option<String>,
    compat: Compat,
    global: Global,
    environment: Environment,
    settings: Settings,
}

/// Words that could follow, each with what it is.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub(super) words: Vec<(String, String)>,
    /// Whether files could follow as well.
    pub(super) files: bool,
    /// Whether more of the word is to come.
    pub(super) goes_on: bool,
}

impl Candidates {
    fn only(words: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { words: words.into_iter().collect(), ..Self::default() }
    }

    fn names<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        Self::only(names.into_iter().map(|name| (name.into(), String::new())))
    }
}

impl Context {
    /// What the words behind the command say.
    pub(super) fn new(found: &Found, program: &Program, environment: &Environment) -> Self {
        let mut command = found.command.in_dialect(program);
        let mut matches = pflag::read_known(&mut command, &found.words);
        let generates_name = matches.try_get_one("generate_name").ok().flatten() == Some(&true);
        let global = flags::of(&mut matches);
        let words = commands::words(&mut matches);
        let mut context = Self {
            words: words.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
            is_helm: program.is_helm(),
            generates_name,
            chart: None,
            compat: program.compat,
            settings: settings::of(&global, environment),
            global,
            environment: environment.clone(),
        };
        context.chart = context.words.last().filter(|_| context.has_chart(found)).cloned();
        context
    }

    fn has_chart(&self, found: &Found) -> bool {
        let kind = (found.command.completes)(self.words.len() - 1, self);
        matches!(kind, Kind::Chart | Kind::RemoteChart | Kind::Folder)
    }

    /// The words of this kind that could stand where `start` is, for clap's engine.
    pub(super) fn in_shell(&self, kind: Kind, start: &OsStr) -> Vec<CompletionCandidate> {
        let text = start.to_string_lossy();
        let Candidates { words, files, .. } = self.candidates(kind, &text);
        let fitting = words.into_iter().filter(|(word, _)| word.starts_with(&*text));
        let mut found: Vec<CompletionCandidate> = fitting
            .filter(|(word, _)| word != "./" && word != "/")
            .map(|(word, help)| {
                CompletionCandidate::new(word).help((!help.is_empty()).then(|| help.into()))
            })
            .collect();
        let paths = match kind {
            Kind::Folder => Some(PathCompleter::dir()),
            Kind::Chart => Some(PathCompleter::any().filter(is_chart_like)),
            _ if files && kind != Kind::Text => Some(PathCompleter::any()),
            _ => None,
        };
        found.extend(paths.iter().flat_map(|paths| paths.complete(start)));
        found
    }

    /// The words of this kind that could stand where `start` is; some may begin otherwise.
    pub(super) fn candidates(&self, kind: Kind, start: &str) -> Candidates {
        match kind {
            Kind::Nothing | Kind::NoMore => Candidates::default(),
            Kind::Text | Kind::File | Kind::Folder => {
                Candidates { files: true, ..Candidates::default() }
            }
            Kind::Chart => self.charts(start, true),
            Kind::RemoteChart => self.charts(start, false),
            Kind::Version => Candidates::only(self.versions()),
            Kind::Template => Candidates { files: true, ..Candidates::names(self.templates()) },
            Kind::Repository => {
                let all = known::repositories(&self.settings).into_iter();
                Candidates::only(all.filter(|(name, _)| !self.words.contains(name)))
            }
            Kind::Scheme => Candidates { goes_on: true, ..Candidates::names(["oci://"]) },
            Kind::Shell => Candidates::names(self.shells()),
            Kind::Variable => Candidates::names(env::names(self.compat)),
            Kind::KubeContext => {
                Candidates::only(kubeconfig::contexts(&self.global, &self.environment))
            }
        }
    }

    fn versions(&self) -> Vec<(String, String)> {
        let chart = self.chart.as_deref().unwrap_or_default();
        known::versions(chart, &self.settings, self.compat)
    }

    fn templates(&self) -> Vec<String> {
        let chart = self.chart.as_ref().filter(|_| !self.is_helm);
        chart.map(|chart| known::templates(chart.as_ref(), self.compat)).unwrap_or_default()
    }

    fn shells(&self) -> impl Iterator<Item = &'static str> {
        let is_helm = self.is_helm;
        SHELLS.into_iter().filter(move |shell| !is_helm || *shell != "elvish")
    }

    /// Charts as Helm completes them: repositories first, then the charts of one, beginnings of
    /// addresses, and files.
    fn charts(&self, start: &str, with_files: bool) -> Candidates {
        let mut found = Candidates { files: with_files, ..Candidates::default() };
        for (name, url) in known::repositories(&self.settings) {
            let slash = format!("{name}/");
            if start.starts_with(&slash) {
                let charts = known::charts(&name, &self.settings, self.compat).into_iter();
                found.words.extend(charts.map(|chart| (chart, String::new())));
                found.goes_on = false;
                break;
            }
            if name.starts_with(start) {
                found.words.push((slash, url));
                found.goes_on = true;
            }
        }
        for (scheme, about) in SCHEMES.iter().filter(|(scheme, _)| scheme.starts_with(start)) {
            found.words.push(((*scheme).to_owned(), (*about).to_owned()));
            found.goes_on = true;
        }
        if with_files && start.is_empty() {
            let hints = PATHS.map(|(path, about)| (path.to_owned(), about.to_owned()));
            found.words.extend(hints);
        } else if with_files && !found.words.is_empty() {
            let files = known::files_here(start).into_iter();
            found.words.extend(files.map(|file| (file, String::new())));
        }
        found
    }
}

/// True for what may be a chart, or have one in it.
fn is_chart_like(path: &std::path::Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|ending| ending == "tgz")
}

const SCHEMES: [(&str, &str); 4] = [
    ("oci://", "Chart OCI prefix"),
    ("https://", "Chart URL prefix"),
    ("http://", "Chart URL prefix"),
    ("file://", "Chart local URL prefix"),
];

const PATHS: [(&str, &str); 2] =
    [("./", "Relative path prefix to local chart"), ("/", "Absolute path prefix to local chart")];
