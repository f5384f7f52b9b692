//! What makes a render unrepeatable, or runs values as templates.

use super::{Finding, Spot, Subject};
use go_text_template::diagnostics::Span;
use go_text_template::template::outline::{Branch, Command, Node, Pipe, Word, WordKind};

/// Functions that draw random values.
pub(super) fn random(subject: &Subject<'_>) -> Vec<Finding> {
    const NAMES: &[&str] = &[
        "bcrypt",
        "encryptAES",
        "genCA",
        "genCAWithKey",
        "genPrivateKey",
        "genSelfSignedCert",
        "genSelfSignedCertWithKey",
        "genSignedCert",
        "genSignedCertWithKey",
        "htpasswd",
        "randAlpha",
        "randAlphaNum",
        "randAscii",
        "randBytes",
        "randInt",
        "randNumeric",
        "shuffle",
        "uuidv4",
    ];
    of_functions(subject, NAMES, "draws random values: each render differs")
}

/// Functions that ask for the time.
pub(super) fn clock(subject: &Subject<'_>) -> Vec<Finding> {
    of_functions(subject, &["ago", "now"], "asks for the time: each render differs")
}

/// Looks into the cluster.
pub(super) fn lookup(subject: &Subject<'_>) -> Vec<Finding> {
    let what = "looks into the cluster, and finds nothing where none is asked";
    of_functions(subject, &["lookup"], what)
}

/// Questions to name servers.
pub(super) fn dns(subject: &Subject<'_>) -> Vec<Finding> {
    let what = "asks a name server, whose answer may change";
    of_functions(subject, &["getHostByName"], what)
}

/// Values that are executed as templates.
pub(super) fn tpl(subject: &Subject<'_>) -> Vec<Finding> {
    calls(subject, &|name, arguments| {
        let is_of_values = name == "tpl" && arguments.first().is_some_and(may_be_value);
        is_of_values.then(|| "executes a value as a template: who sets it writes code".to_owned())
    })
}

fn of_functions(subject: &Subject<'_>, names: &[&str], what: &str) -> Vec<Finding> {
    calls(subject, &|name, _| names.contains(&name).then(|| what.to_owned()))
}

/// Whether a word may come from the values: files of the chart and texts do not.
fn may_be_value(word: &Word) -> bool {
    match &word.kind {
        WordKind::Text(_) | WordKind::Constant => false,
        WordKind::Field(fields) | WordKind::Variable(_, fields) => {
            fields.first().is_none_or(|first| *first != "Files" && *first != "Template")
        }
        WordKind::Dot => true,
        WordKind::Function(_) => false,
        WordKind::Chain(start, _) => may_be_value(start),
        WordKind::Pipe(pipe) => {
            let is_file = |command: &Command| match command.words.first().map(|word| &word.kind) {
                Some(WordKind::Field(fields) | WordKind::Variable(_, fields)) => {
                    fields.first().is_some_and(|first| *first == "Files")
                }
                _ => false,
            };
            let words = pipe.commands.iter().filter(|command| !is_file(command));
            words.flat_map(|command| &command.words).any(may_be_value)
        }
    }
}

/// What is said of a call by its name and arguments, if something is.
type Say<'s> = dyn Fn(&str, &[Word]) -> Option<String> + 's;

/// What `say` has to say of the calls in all templates.
fn calls(subject: &Subject<'_>, say: &Say<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in &subject.texts().files {
        let mut add = |span: Span, message: String| {
            let place = Some(Spot { source: file.source.clone(), span });
            found.push(Finding { message, place, ..Finding::default() });
        };
        file.outlines.iter().for_each(|outline| in_nodes(&outline.body, say, &mut add));
    }
    found
}

fn in_nodes(nodes: &[Node], say: &Say<'_>, add: &mut dyn FnMut(Span, String)) {
    for node in nodes {
        match node {
            Node::Text(_) | Node::Jump => {}
            Node::Action(_, pipe) => in_pipe(pipe, say, add),
            Node::Template(_, _, pipe) => pipe.iter().for_each(|pipe| in_pipe(pipe, say, add)),
            Node::Branch(Branch { pipe, body, otherwise, .. }) => {
                in_pipe(pipe, say, add);
                in_nodes(body, say, add);
                in_nodes(otherwise, say, add);
            }
        }
    }
}

fn in_pipe(pipe: &Pipe, say: &Say<'_>, add: &mut dyn FnMut(Span, String)) {
    let mut before: Option<&Command> = None;
    for command in &pipe.commands {
        let (first, rest) = match command.words.split_first() {
            Some((first, rest)) => (first, rest),
            None => return,
        };
        if let WordKind::Function(_) = first.kind {
            in_call(first, rest, before, say, add);
        } else {
            in_word(first, say, add);
        }
        rest.iter().for_each(|word| in_word(word, say, add));
        before = Some(command);
    }
}

fn in_word(word: &Word, say: &Say<'_>, add: &mut dyn FnMut(Span, String)) {
    match &word.kind {
        WordKind::Function(_) => in_call(word, &[], None, say, add),
        WordKind::Chain(start, _) => in_word(start, say, add),
        WordKind::Pipe(pipe) => in_pipe(pipe, say, add),
        _ => {}
    }
}

/// A call; what stands before it in the pipeline is its last argument.
fn in_call(
    function: &Word,
    rest: &[Word],
    before: Option<&Command>,
    say: &Say<'_>,
    add: &mut dyn FnMut(Span, String),
) {
    let WordKind::Function(name) = &function.kind else { return };
    let name = name.to_str_lossy();
    let last = before.and_then(|command| command.words.first()).cloned();
    let arguments: Vec<Word> = rest.iter().cloned().chain(last).collect();
    if let Some(what) = say(&name, &arguments) {
        add(function.span, format!("{name} {what}"));
    }
}
