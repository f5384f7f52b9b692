//! Which words of a kind this machine knows.

use std::ffi::OsStr;

use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};

use super::kind::{Context, Kind};
use super::script::SHELLS;
use crate::cli::commands::env;
use crate::cli::find::Found;
use crate::cli::flags::{self, Global};
use crate::cli::program::Program;
use crate::cli::{command, kubeconfig, pflag, settings};
use crate::commands::{Environment, Settings, known};
use go_text_template::Compat;

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

/// Knows the words of this machine that could follow others.
#[derive(Debug)]
pub(super) struct KnownWords {
    /// What the words so far say.
    context: Context,
    /// The chart that is the last of the words.
    chart: Option<String>,
    compat: Compat,
    global: Global,
    environment: Environment,
    settings: Settings,
}

impl KnownWords {
    /// What the words behind the command say.
    pub(super) fn new(found: &Found, program: &Program, environment: &Environment) -> Self {
        let mut command = found.command.in_dialect(program);
        let mut matches = pflag::read_known(&mut command, &found.words);
        let generates_name = matches.try_get_one("generate_name").ok().flatten() == Some(&true);
        let global = flags::of(&mut matches);
        let words = command::words(&mut matches);
        let words = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let context = Context { words, is_helm: program.is_helm(), generates_name };
        Self {
            chart: context.words.last().filter(|_| has_chart(&context, found)).cloned(),
            context,
            compat: program.compat,
            settings: settings::of(&global, environment),
            global,
            environment: environment.clone(),
        }
    }

    /// The first of the words that are no flags.
    pub(super) fn first_word(&self) -> Option<&str> {
        self.context.words.first().map(String::as_str)
    }

    /// What the next word of the command may be.
    pub(super) fn next_kind(&self, found: &Found) -> Kind {
        (found.command.completes)(self.context.words.len(), &self.context)
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
                Candidates::only(all.filter(|(name, _)| !self.context.words.contains(name)))
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
        let chart = self.chart.as_ref().filter(|_| !self.context.is_helm);
        chart.map(|chart| known::templates(chart.as_ref(), self.compat)).unwrap_or_default()
    }

    fn shells(&self) -> impl Iterator<Item = &'static str> {
        let is_helm = self.context.is_helm;
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

fn has_chart(context: &Context, found: &Found) -> bool {
    let kind = (found.command.completes)(context.words.len() - 1, context);
    matches!(kind, Kind::Chart | Kind::RemoteChart | Kind::Folder)
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
