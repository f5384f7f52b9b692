//! The walk through all templates.

use std::collections::{HashMap, HashSet};

use bstr::ByteSlice;

use super::shape::{MOST, Shape, Shapes, size, union};
use super::texts::Texts;
use super::{Path, Reads};
use go_text_template::Compat;
use go_text_template::data::Str;
use go_text_template::functions;
use go_text_template::template::outline::{
    Branch, BranchKind, Command, Node, Outline, Pipe, Word, WordKind,
};
use go_text_template::template::{self};

impl Texts {
    /// What the templates read. `strings` are texts that `tpl` may be given.
    pub(in crate::release::rules) fn reads(&self, strings: &[Str], compat: Compat) -> Reads {
        let mut walk = Walk::new(self, strings, compat);
        walk.reads.is_unsure = self.are_partial;
        // What `set` puts into a map is known everywhere only the next time.
        for _ in 0..MOST_ROUNDS {
            let known = walk.loose_size();
            walk.seen.clear();
            walk.all(self);
            if walk.reads.is_unsure {
                return walk.reads;
            }
            if walk.loose_size() == known {
                return walk.reads;
            }
        }
        walk.reads.is_unsure = true;
        walk.reads
    }
}

/// So often the walk begins again.
const MOST_ROUNDS: usize = 5;

/// So many words are looked at; of charts that have more, nothing is said.
const MOST_STEPS: usize = 1_000_000;

/// So deep templates may call each other.
const DEEPEST: usize = 60;

/// What grows beyond that is not followed, but read as a whole.
const LARGEST: usize = 400;

struct Walk<'t> {
    compat: Compat,
    named: HashMap<Str, Vec<&'t Outline>>,
    strings: Vec<Vec<Outline>>,
    reads: Reads,
    seen: HashSet<(Str, Shapes)>,
    /// What is put into maps somewhere, by its key.
    loose: HashMap<Str, Shapes>,
    steps: usize,
    depth: usize,
}

/// The variables of a template, the newest last, and its dot.
struct Scope {
    dot: Shapes,
    variables: Vec<(Str, Shapes)>,
}

impl<'t> Walk<'t> {
    fn new(texts: &'t Texts, strings: &[Str], compat: Compat) -> Self {
        let mut named: HashMap<Str, Vec<&'t Outline>> = HashMap::new();
        let mut known: HashSet<&[u8]> = HashSet::new();
        for file in &texts.files {
            // Charts often have the same library many times.
            if known.insert(file.source.text()) {
                for outline in &file.outlines {
                    let name = outline.name.clone();
                    let name = name.unwrap_or_else(|| Str::from(file.source.name()));
                    named.entry(name).or_default().push(outline);
                }
            }
        }
        let mut walk = Self {
            compat,
            named,
            strings: Vec::new(),
            reads: Reads::default(),
            seen: HashSet::new(),
            loose: HashMap::new(),
            steps: 0,
            depth: 0,
        };
        walk.strings = strings.iter().filter_map(|text| walk.parsed(text)).collect();
        walk
    }

    fn parsed(&self, text: &Str) -> Option<Vec<Outline>> {
        let lookup = |name: &str| functions::lookup(name, self.compat);
        text.contains_str("{{")
            .then(|| template::parse(text, &lookup).ok())?
            .map(|parsed| parsed.outlines())
    }

    fn loose_size(&self) -> usize {
        self.loose.values().map(size).sum()
    }

    /// Every template with what Helm gives it; those that others call as well, for who knows what
    /// calls them.
    fn all(&mut self, texts: &'t Texts) {
        for file in &texts.files {
            for section in &file.sections {
                let root = vec![Shape::Root(section.clone())];
                file.outlines.iter().for_each(|outline| self.template(outline, &root));
            }
        }
    }

    fn template(&mut self, outline: &Outline, dot: &Shapes) {
        if self.depth == DEEPEST || self.steps > MOST_STEPS {
            self.reads.is_unsure = true;
            return;
        }
        self.depth += 1;
        let variables = vec![(Str::from_static("$"), dot.clone())];
        let mut scope = Scope { dot: dot.clone(), variables };
        stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.nodes(&outline.body, &mut scope));
        self.depth -= 1;
    }

    fn call(&mut self, name: &Str, dot: Shapes) {
        if !self.seen.insert((name.clone(), dot.clone())) {
            return;
        }
        self.steps += size(&dot);
        let outlines = self.named.get(name).cloned();
        match outlines {
            Some(outlines) => outlines.iter().for_each(|outline| self.template(outline, &dot)),
            None => self.escape(&dot),
        }
    }

    /// Some template is called, nobody knows which.
    fn call_any(&mut self, dot: &Shapes) {
        if self.seen.insert((Str::EMPTY, dot.clone())) {
            let names: Vec<Str> = self.named.keys().cloned().collect();
            names.iter().for_each(|name| self.call(name, dot.clone()));
        }
    }

    /// A text is executed as a template.
    fn execute(&mut self, text: &Shapes, dot: &Shapes) {
        for shape in text {
            if let Shape::Text(text) = shape
                && let Some(outlines) = self.parsed(text)
            {
                outlines.iter().for_each(|outline| self.template(outline, dot));
            }
        }
        let is_literal =
            !text.is_empty() && text.iter().all(|shape| matches!(shape, Shape::Text(_)));
        if !is_literal && self.seen.insert((Str::from_static("\0tpl"), dot.clone())) {
            let strings = std::mem::take(&mut self.strings);
            strings.iter().flatten().for_each(|outline| self.template(outline, dot));
            self.strings = strings;
        }
    }

    fn nodes(&mut self, nodes: &[Node], scope: &mut Scope) {
        let known = scope.variables.len();
        for node in nodes {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.reads.is_unsure = true;
                return;
            }
            match node {
                Node::Text(_) | Node::Jump => {}
                Node::Action(_, pipe) => {
                    let value = self.pipe(pipe, scope);
                    if pipe.variables.is_empty() {
                        self.escape(&value);
                    }
                }
                Node::Branch(branch) => self.branch(branch, scope),
                Node::Template(_, name, pipe) => {
                    let dot = pipe.as_ref().map(|pipe| self.pipe(pipe, scope));
                    self.call(name, dot.unwrap_or_default());
                }
            }
        }
        scope.variables.truncate(known);
    }

    fn branch(&mut self, branch: &Branch, scope: &mut Scope) {
        let known = scope.variables.len();
        let value = match branch.kind {
            BranchKind::If | BranchKind::With => self.pipe(&branch.pipe, scope),
            BranchKind::Range => self.range(&branch.pipe, scope),
        };
        let outer = scope.dot.clone();
        if branch.kind != BranchKind::If {
            scope.dot = value;
        }
        self.nodes(&branch.body, scope);
        scope.dot = outer;
        self.nodes(&branch.otherwise, scope);
        scope.variables.truncate(known);
    }

    /// What the elements are that a loop goes through; the last variable is each of them.
    fn range(&mut self, pipe: &Pipe, scope: &mut Scope) -> Shapes {
        let value = self.commands(pipe, scope);
        let elements = self.elements(value);
        for (at, variable) in pipe.variables.iter().enumerate() {
            let is_element = at + 1 == pipe.variables.len();
            let shapes = if is_element { elements.clone() } else { Shapes::new() };
            self.bind(variable, shapes, pipe.assigns, scope);
        }
        elements
    }

    fn elements(&mut self, value: Shapes) -> Shapes {
        let mut elements = Vec::new();
        for shape in value {
            match shape {
                Shape::List(inner) => elements.push(inner),
                Shape::Dict(entries) => {
                    elements.extend(entries.into_iter().map(|(_, inner)| inner));
                }
                shape => self.escape(&vec![shape]),
            }
        }
        self.bounded(union(elements))
    }

    fn pipe(&mut self, pipe: &Pipe, scope: &mut Scope) -> Shapes {
        let value = self.commands(pipe, scope);
        for variable in &pipe.variables {
            self.bind(variable, value.clone(), pipe.assigns, scope);
        }
        value
    }

    fn bind(&mut self, name: &Str, value: Shapes, assigns: bool, scope: &mut Scope) {
        let older = scope.variables.iter_mut().rev().find(|(known, _)| known == name);
        match older.filter(|_| assigns) {
            Some((_, shapes)) => *shapes = union([std::mem::take(shapes), value]),
            None => scope.variables.push((name.clone(), value)),
        }
        if assigns && let Some(at) = scope.variables.iter().rposition(|(known, _)| known == name) {
            let shapes = std::mem::take(&mut scope.variables[at].1);
            scope.variables[at].1 = self.bounded(shapes);
        }
    }

    fn commands(&mut self, pipe: &Pipe, scope: &mut Scope) -> Shapes {
        let mut last = None;
        for command in &pipe.commands {
            last = Some(self.command(command, last, scope));
        }
        last.unwrap_or_default()
    }

    fn command(&mut self, command: &Command, last: Option<Shapes>, scope: &mut Scope) -> Shapes {
        let Some((first, rest)) = command.words.split_first() else { return Shapes::new() };
        let mut arguments: Vec<Shapes> = rest.iter().map(|word| self.word(word, scope)).collect();
        arguments.extend(last);
        match &first.kind {
            WordKind::Function(name) => self.function(name, arguments),
            _ => {
                arguments.iter().for_each(|argument| self.escape(argument));
                self.word(first, scope)
            }
        }
    }

    fn word(&mut self, word: &Word, scope: &mut Scope) -> Shapes {
        self.steps += 1;
        match &word.kind {
            WordKind::Dot => scope.dot.clone(),
            WordKind::Text(text) => vec![Shape::Text(text.clone())],
            WordKind::Constant => Shapes::new(),
            WordKind::Field(fields) => self.fields(scope.dot.clone(), fields),
            WordKind::Variable(name, fields) => {
                let found = scope.variables.iter().rev().find(|(known, _)| known == name);
                let value = found.map(|(_, shapes)| shapes.clone()).unwrap_or_default();
                self.fields(value, fields)
            }
            WordKind::Function(name) => self.function(name, Vec::new()),
            WordKind::Chain(start, fields) => {
                let value = self.word(start, scope);
                self.fields(value, fields)
            }
            WordKind::Pipe(pipe) => self.pipe(pipe, scope),
        }
    }

    fn fields(&mut self, value: Shapes, fields: &[Str]) -> Shapes {
        fields.iter().fold(value, |value, field| self.field(&value, field))
    }

    fn field(&mut self, value: &Shapes, field: &Str) -> Shapes {
        let mut found: Vec<Shapes> = self.loose.get(field).cloned().into_iter().collect();
        for shape in value {
            match shape {
                Shape::Root(section) if *field == "Values" => {
                    found.push(vec![Shape::Value(section.clone())]);
                }
                Shape::Root(section) if *field == "Subcharts" => {
                    found.push(vec![Shape::Subcharts(section.clone())]);
                }
                Shape::Subcharts(section) => {
                    found.push(vec![Shape::Root(
                        [&**section, std::slice::from_ref(field)].concat(),
                    )]);
                }
                Shape::Value(path) => {
                    let path = joined(path, field);
                    self.reads.touch(&path);
                    found.push(vec![Shape::Value(path)]);
                }
                Shape::Dict(entries) => {
                    let inside = entries.iter().filter(|(key, _)| key == field);
                    found.extend(inside.map(|(_, shapes)| shapes.clone()));
                }
                Shape::Root(_) | Shape::List(_) | Shape::Text(_) => {}
            }
        }
        self.bounded(union(found))
    }

    /// `shapes`, if there are not too many to be followed.
    fn bounded(&mut self, shapes: Shapes) -> Shapes {
        let size = size(&shapes);
        self.steps += size;
        if shapes.len() <= MOST && size <= LARGEST {
            return shapes;
        }
        self.escape(&shapes);
        shapes.into_iter().filter(|shape| matches!(shape, Shape::Root(_))).take(MOST).collect()
    }

    /// A value goes where nobody follows it: everything in it is read.
    fn escape(&mut self, shapes: &Shapes) {
        for shape in shapes {
            match shape {
                Shape::Root(path) | Shape::Subcharts(path) | Shape::Value(path) => {
                    self.reads.read(path);
                }
                Shape::Dict(entries) => entries.iter().for_each(|(_, inner)| self.escape(inner)),
                Shape::List(inner) => self.escape(inner),
                Shape::Text(_) => {}
            }
        }
    }

    fn function(&mut self, name: &Str, mut arguments: Vec<Shapes>) -> Shapes {
        match &*name.to_str_lossy() {
            "include" => self.include(arguments),
            "tpl" => {
                let dot = arguments.pop().unwrap_or_default();
                let text = arguments.pop().unwrap_or_default();
                self.execute(&text, &dot);
                self.escape(&text);
                Shapes::new()
            }
            "index" => {
                let container = arguments.drain(..1.min(arguments.len())).next();
                self.through(container.unwrap_or_default(), &arguments)
            }
            "get" => {
                let container = arguments.drain(..1.min(arguments.len())).next();
                self.through(container.unwrap_or_default(), &arguments)
            }
            "dig" => {
                let container = arguments.pop().unwrap_or_default();
                let fallback = arguments.pop().unwrap_or_default();
                union([self.through(container, &arguments), fallback])
            }
            "hasKey" => {
                let container = arguments.drain(..1.min(arguments.len())).next();
                self.through(container.unwrap_or_default(), &arguments);
                Shapes::new()
            }
            "dict" => dict(arguments),
            "list" | "tuple" => vec![Shape::List(self.bounded(union(arguments)))],
            "set" => self.set(arguments),
            "unset" => arguments.into_iter().next().unwrap_or_default(),
            // What is given is handed on, or nothing is.
            "default" | "coalesce" | "or" | "and" | "ternary" | "required" | "deepCopy"
            | "mustDeepCopy" | "merge" | "mustMerge" | "mergeOverwrite" | "mustMergeOverwrite" => {
                self.bounded(union(arguments))
            }
            // These ask of a map only whether it is one, or has something in it.
            "not" | "empty" | "kindIs" | "kindOf" | "typeIs" | "typeOf" | "typeIsLike" | "eq"
            | "ne" | "lt" | "le" | "gt" | "ge" | "fail" => Shapes::new(),
            "first" | "last" | "mustFirst" | "mustLast" => {
                let value = union(arguments);
                self.elements(value)
            }
            "initial" | "rest" | "reverse" | "uniq" | "compact" | "concat" | "without"
            | "mustInitial" | "mustRest" | "mustReverse" | "mustUniq" | "mustCompact" => {
                let value = union(arguments);
                vec![Shape::List(self.elements(value))]
            }
            "append" | "prepend" | "push" | "mustAppend" | "mustPrepend" | "mustPush" => {
                let element = arguments.pop().unwrap_or_default();
                let value = union(arguments);
                let elements = self.elements(value);
                vec![Shape::List(self.bounded(union([elements, element])))]
            }
            _ => {
                arguments.iter().for_each(|argument| self.escape(argument));
                Shapes::new()
            }
        }
    }

    fn include(&mut self, mut arguments: Vec<Shapes>) -> Shapes {
        let dot =
            if arguments.len() > 1 { arguments.pop().unwrap_or_default() } else { Vec::new() };
        let names = arguments.pop().unwrap_or_default();
        let texts: Vec<Str> = names
            .iter()
            .filter_map(|shape| match shape {
                Shape::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        if texts.is_empty() || texts.len() < names.len() {
            self.call_any(&dot);
        }
        texts.iter().for_each(|name| self.call(name, dot.clone()));
        self.escape(&names);
        Shapes::new()
    }

    /// What `container` has behind `keys`.
    fn through(&mut self, container: Shapes, keys: &[Shapes]) -> Shapes {
        let mut value = container;
        for key in keys {
            let texts = key.iter().map(|shape| match shape {
                Shape::Text(text) => Some(text),
                _ => None,
            });
            let texts: Option<Vec<&Str>> = texts.collect();
            value = match texts.filter(|texts| !texts.is_empty()) {
                Some(texts) => {
                    let found: Vec<Shapes> =
                        texts.into_iter().map(|text| self.field(&value, text)).collect();
                    self.bounded(union(found))
                }
                None => {
                    self.escape(key);
                    self.elements(value)
                }
            };
        }
        value
    }

    fn set(&mut self, mut arguments: Vec<Shapes>) -> Shapes {
        let value =
            if arguments.len() > 2 { arguments.pop().unwrap_or_default() } else { Vec::new() };
        let keys = arguments.pop().unwrap_or_default();
        let map = arguments.pop().unwrap_or_default();
        let mut is_known = !keys.is_empty();
        for key in &keys {
            match key {
                Shape::Text(key) => {
                    let known = self.loose.remove(key).unwrap_or_default();
                    let all = self.bounded(union([known, value.clone()]));
                    self.loose.insert(key.clone(), all);
                }
                _ => is_known = false,
            }
        }
        if !is_known {
            self.escape(&keys);
            self.escape(&value);
        }
        map
    }
}

/// The path of what is in the value at `path`. A chart's globals are those of the outermost one.
fn joined(path: &Path, field: &Str) -> Path {
    [&**path, std::slice::from_ref(field)].concat()
}

/// A map of keys and values by turns. Without keys that can be told, it is what all values are.
fn dict(arguments: Vec<Shapes>) -> Shapes {
    let mut entries = Vec::new();
    for pair in arguments.chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_default();
        match pair[0].as_slice() {
            [Shape::Text(key)] => entries.push((key.clone(), value)),
            _ => entries.push((Str::EMPTY, value)),
        }
    }
    entries.sort_unstable();
    vec![Shape::Dict(entries)]
}
