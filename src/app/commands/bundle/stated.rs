//! What a receipt says of how a bundle was rendered, as arguments. A receipt comes with its bundle,
//! from anywhere: it names no chart, no file and no server, whatever it says.

use super::args::{Args, Clock, Randomness};
use crate::bundle::{Hooks, Receipt};
use go_text_template::data::Failure;

/// What was typed.
pub struct Typed<'t> {
    /// All of it, as arguments.
    pub args: Args,
    /// Whether the flag of this name was given: then the receipt has no say.
    pub is_given: &'t dyn Fn(&str) -> bool,
}

/// The arguments that make the bundle again: what was typed, and for the rest what the receipt says;
/// and the flags that were taken from it, those that change most first.
pub(in crate::app::commands) fn remade(
    receipt: &Receipt,
    typed: Typed<'_>,
) -> Result<(Args, Vec<String>), Failure> {
    let mut stated = Stated { args: typed.args, is_given: typed.is_given, taken: Vec::new() };
    stated.fields(receipt);
    let refused: Vec<&str> =
        receipt.flags.iter().map(String::as_str).filter(|flag| !stated.flag(flag)).collect();
    if !refused.is_empty() {
        return Err(Failure::from(format!(
            "its receipt has flags that are not taken from a receipt: {}",
            shown(&refused)
        )));
    }
    stated.taken.sort_by_key(|flag| !flag.starts_with("--rewrite="));
    Ok((stated.args, stated.taken))
}

/// Flags on one line, those quoted that are not plain words.
pub(in crate::app::commands) fn shown(flags: &[impl AsRef<str>]) -> String {
    let is_plain =
        |flag: &str| flag.chars().all(|rune| rune.is_ascii_graphic() && !"\"'\\".contains(rune));
    let shown = |flag: &str| if is_plain(flag) { flag.to_owned() } else { format!("{flag:?}") };
    flags.iter().map(|flag| shown(flag.as_ref())).collect::<Vec<_>>().join(" ")
}

struct Stated<'t> {
    args: Args,
    is_given: &'t dyn Fn(&str) -> bool,
    taken: Vec<String>,
}

impl Stated<'_> {
    /// What the receipt has outside of its flags.
    fn fields(&mut self, receipt: &Receipt) {
        let [name, namespace] = &receipt.release;
        self.args.head_name = Some(receipt.file.clone());
        let template = &mut self.args.template;
        let is_named = ["generate-name", "name-template"].iter().any(|flag| (self.is_given)(flag));
        if template.words.len() == 1 && !is_named {
            template.words.insert(0, name.into());
        }
        if !(self.is_given)("namespace") {
            template.render.namespace.clone_from(namespace);
        }
        if !(self.is_given)("kube-version") {
            template.render.kube_version = Some(receipt.kube_version.clone());
        }
        if !(self.is_given)("api-versions") {
            template.render.api_versions.clone_from(&receipt.api_versions);
        }
    }

    /// Takes a flag as the receipt has it; false for one that no bundle has.
    fn flag(&mut self, flag: &str) -> bool {
        let (name, value) =
            flag.split_once('=').map_or((flag, None), |(name, it)| (name, Some(it)));
        let Some(name) = name.strip_prefix("--") else { return false };
        let relatives: &[&str] = match name {
            "hooks" => &["hooks", "no-hooks"],
            "random" => &["random", "seed", "freeze"],
            _ => &[name],
        };
        if relatives.iter().any(|name| (self.is_given)(name)) {
            return is_known(name, value);
        }
        let is_taken = self.args.take(name, value);
        self.taken.extend(is_taken.then(|| flag.to_owned()));
        is_taken
    }
}

/// Whether a receipt may have the flag.
fn is_known(name: &str, value: Option<&str>) -> bool {
    Args::default().take(name, value)
}

impl Args {
    /// Sets what the flag says, if it only says how to render and what to add.
    fn take(&mut self, name: &str, value: Option<&str>) -> bool {
        let render = &mut self.template.render;
        match (name, value) {
            ("is-upgrade", None) => render.is_upgrade = true,
            ("skip-schema-validation", None) => render.skip_schema = true,
            ("skip-crds", None) => self.skip_crds = true,
            ("allow-duplicate-objects", None) => self.allow_duplicate_objects = true,
            ("create-namespace", None) => self.create_namespace = true,
            ("hooks", Some("none")) => self.hooks = Hooks::None,
            ("hooks", Some("all")) => self.hooks = Hooks::All,
            ("random", None) => self.randomness = Randomness::Machine,
            ("clock", Some(moment)) => self.clock = Clock(Some(moment.to_owned())),
            ("rewrite", Some(registry)) => self.registry = Some(registry.to_owned()),
            ("applyset", Some(name)) => self.applyset = Some(name.to_owned()),
            ("label", Some(pair)) => match pair.split_once('=') {
                Some((key, value)) => self.labels.push((key.to_owned(), value.to_owned())),
                None => return false,
            },
            _ => return false,
        }
        true
    }
}
