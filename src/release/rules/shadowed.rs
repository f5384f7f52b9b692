//! `.Values` where the dot is something else.

use super::{Finding, Spot, Subject};
use go_text_template::data::Str;
use go_text_template::diagnostics::{Source, Span};
use go_text_template::template::outline::{
    Branch, BranchKind, Command, Node, Pipe, Word, WordKind,
};

/// `.Values` inside `range` and `with`, whose dot is certainly not what templates are given.
pub(super) fn root(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in &subject.texts().files {
        for outline in &file.outlines {
            let mut looker = Looker { source: &file.source, inside: None, found: &mut found };
            looker.nodes(&outline.body);
        }
    }
    found
}

struct Looker<'l> {
    source: &'l Source,
    /// The `range` or `with` that made the dot something else; nothing if it is not certain.
    inside: Option<(BranchKind, Span)>,
    found: &'l mut Vec<Finding>,
}

impl Looker<'_> {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(_) | Node::Jump => {}
                Node::Action(_, pipe) => self.pipe(pipe),
                Node::Template(_, _, pipe) => pipe.iter().for_each(|pipe| self.pipe(pipe)),
                Node::Branch(branch) => self.branch(branch),
            }
        }
    }

    fn branch(&mut self, branch: &Branch) {
        self.pipe(&branch.pipe);
        let outer = self.inside;
        if branch.kind != BranchKind::If {
            let is_other = is_no_root(&branch.pipe, outer.is_some());
            self.inside = is_other.then_some((branch.kind, branch.pipe.span));
        }
        self.nodes(&branch.body);
        self.inside = outer;
        self.nodes(&branch.otherwise);
    }

    fn pipe(&mut self, pipe: &Pipe) {
        pipe.commands.iter().flat_map(|command| &command.words).for_each(|word| self.word(word));
    }

    fn word(&mut self, word: &Word) {
        match &word.kind {
            WordKind::Field(fields) if fields[0] == "Values" => self.report(word.span),
            WordKind::Chain(start, _) => self.word(start),
            WordKind::Pipe(pipe) => self.pipe(pipe),
            _ => {}
        }
    }

    fn report(&mut self, span: Span) {
        let Some((kind, around)) = self.inside else { return };
        let (what, other) = match kind {
            BranchKind::Range => ("an element", "this range makes the dot an element"),
            _ => ("another value", "this with makes the dot another value"),
        };
        let spot = |span| Spot { source: self.source.clone(), span };
        self.found.push(Finding {
            message: format!(".Values is asked of {what}, which has none"),
            place: Some(spot(span)),
            others: vec![(other, spot(around))],
            help: "use $.Values".to_owned(),
            ..Finding::default()
        });
    }
}

/// Whether what `pipe` gives, or the elements of it, are certainly not what templates are given.
/// `dot_is_other` says so of the dot.
fn is_no_root(pipe: &Pipe, dot_is_other: bool) -> bool {
    pipe.commands.iter().all(|command| is_no_root_of(command, dot_is_other))
}

fn is_no_root_of(command: &Command, dot_is_other: bool) -> bool {
    let Some(first) = command.words.first() else { return false };
    match &first.kind {
        // Whatever it is made from, a text or a number comes out.
        WordKind::Function(name) if gives_text(name) => true,
        WordKind::Function(name) if hands_on(name) => {
            command.words[1..].iter().all(|word| is_no_root_word(word, dot_is_other))
        }
        WordKind::Function(_) => false,
        _ => command.words.len() == 1 && is_no_root_word(first, dot_is_other),
    }
}

fn is_no_root_word(word: &Word, dot_is_other: bool) -> bool {
    match &word.kind {
        WordKind::Dot => dot_is_other,
        WordKind::Text(_) | WordKind::Constant => true,
        WordKind::Field(fields) => dot_is_other || is_data(fields),
        WordKind::Variable(name, fields) => *name == "$" && is_data(fields),
        WordKind::Function(name) => gives_text(name),
        WordKind::Chain(start, _) => is_no_root_word(start, dot_is_other),
        WordKind::Pipe(pipe) => is_no_root(pipe, dot_is_other),
    }
}

/// Whether the fields lead from what templates are given into it.
fn is_data(fields: &[Str]) -> bool {
    const DATA: [&str; 4] = ["Values", "Release", "Chart", "Capabilities"];
    fields.len() > 1 && DATA.iter().any(|name| fields[0] == *name)
}

fn gives_text(name: &Str) -> bool {
    const NAMES: [&str; 12] = [
        "include",
        "tpl",
        "toYaml",
        "toJson",
        "until",
        "untilStep",
        "printf",
        "print",
        "keys",
        "splitList",
        "regexSplit",
        "lookup",
    ];
    NAMES.iter().any(|known| *name == *known)
}

fn hands_on(name: &Str) -> bool {
    const NAMES: [&str; 14] = [
        "default",
        "coalesce",
        "or",
        "and",
        "sortAlpha",
        "uniq",
        "first",
        "last",
        "rest",
        "initial",
        "reverse",
        "compact",
        "concat",
        "required",
    ];
    NAMES.iter().any(|known| *name == *known)
}
