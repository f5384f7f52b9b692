//! Which command a plugin has for this machine, and the words that it becomes.

use super::fields::{list, text};
use go_text_template::data::{Str, Tree, TreeMap};

/// A command for some operating system and architecture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformCommand {
    /// The operating system; empty for all.
    pub system: Str,
    /// The architecture; empty for all.
    pub architecture: Str,
    /// The program, and words behind it with single blanks between them.
    pub command: Str,
    /// More words.
    pub arguments: Vec<Str>,
}

impl PlatformCommand {
    pub(super) fn read(table: &TreeMap) -> Self {
        let arguments = list(table, "args").iter().map(|argument| match argument {
            Tree::String(text) => text.clone(),
            _ => Str::EMPTY,
        });
        Self {
            system: text(table, "os"),
            architecture: text(table, "arch"),
            command: text(table, "command"),
            arguments: arguments.collect(),
        }
    }

    /// A command for every machine.
    pub(super) fn everywhere(command: Str) -> Self {
        Self { command, ..Self::default() }
    }

    /// A line for a shell on every machine.
    pub(super) fn shell(line: Str) -> Self {
        let arguments = vec![Str::from_static("-c"), line];
        Self { arguments, ..Self::everywhere(Str::from_static("sh")) }
    }

    /// How well it suits this machine: 3 for exactly, 2 for its system, 1 for all, 0 for not.
    fn fits(&self) -> u8 {
        let is_system = self.system.eq_ignore_ascii_case(SYSTEM.as_bytes());
        match (self.system.is_empty(), self.architecture.is_empty()) {
            _ if is_system && self.architecture.eq_ignore_ascii_case(ARCHITECTURE.as_bytes()) => 3,
            (false, true) if is_system => 2,
            (true, true) => 1,
            _ => 0,
        }
    }
}

/// Go's name of the operating system.
pub const SYSTEM: &str = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
/// Go's name of the architecture.
pub const ARCHITECTURE: &str = if cfg!(target_arch = "x86_64") {
    "amd64"
} else if cfg!(target_arch = "aarch64") {
    "arm64"
} else {
    std::env::consts::ARCH
};

/// The program and its words for this machine, with the variables that `lookup` knows, and `more`
/// words behind them; none if there is no command for this machine. Unless it `expands`, only the
/// program has variables.
pub fn prepare(
    commands: &[PlatformCommand],
    expands: bool,
    more: &[String],
    lookup: &dyn Fn(&str) -> String,
) -> Option<(String, Vec<String>)> {
    // The first of the best ones.
    let best = commands.iter().rev().max_by_key(|command| command.fits())?;
    if best.fits() == 0 {
        return None;
    }
    let command = best.command.to_str_lossy();
    let mut words = command.split(' ');
    let program = words.next().filter(|program| !program.is_empty())?;
    let arguments = best.arguments.iter().map(|word| word.to_str_lossy());
    let words = words.map(Into::into).chain(arguments);
    let words = words.map(|word| if expands { expand(&word, lookup) } else { word.into_owned() });
    Some((expand(program, lookup), words.chain(more.iter().cloned()).collect()))
}

/// `text` with `$NAME` and `${NAME}` replaced, as Go's `os.Expand` does.
pub fn expand(text: &str, lookup: &dyn Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        if behind.is_empty() {
            out.push('$');
            return out;
        }
        let (name, size) = variable(behind);
        match (name, size) {
            // Bad syntax such as `${}` is eaten; a lone sign stays.
            ("", 0) => out.push('$'),
            ("", _) => {}
            (name, _) => out.push_str(&lookup(name)),
        }
        rest = &behind[size..];
    }
    out.push_str(rest);
    out
}

/// The name behind a `$`, and how much of the text it takes.
fn variable(text: &str) -> (&str, usize) {
    let is_special = |byte: u8| byte.is_ascii_digit() || b"*#$@!?-".contains(&byte);
    let bytes = text.as_bytes();
    match bytes[0] {
        b'{' => {
            if bytes.len() > 2 && is_special(bytes[1]) && bytes[2] == b'}' {
                return (&text[1..2], 3);
            }
            match text.find('}') {
                Some(1) => ("", 2),
                Some(end) => (&text[1..end], end + 1),
                None => ("", 1),
            }
        }
        byte if is_special(byte) => (&text[..1], 1),
        _ => {
            let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let end = bytes.iter().position(|byte| !is_word(byte)).unwrap_or(bytes.len());
            (&text[..end], end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_as_in_go() {
        let lookup = |name: &str| format!("<{name}>");
        for (text, expected) in [
            ("a$B/c", "a<B>/c"),
            ("${A}b$1x$$", "<A>b<1>x<$>"),
            ("$", "$"),
            ("a$", "a$"),
            ("$/x", "$/x"),
            ("${}x", "x"),
            ("${A", "A"),
            ("${*}${a b}", "<*><a b>"),
        ] {
            assert_eq!(expand(text, &lookup), expected, "{text}");
        }
    }

    #[test]
    fn the_first_of_the_best_commands_is_taken() {
        let command = |system: &str, architecture: &str, command: &str| PlatformCommand {
            system: system.into(),
            architecture: architecture.into(),
            command: command.into(),
            arguments: Vec::new(),
        };
        let all = [
            command("", "", "any"),
            command("", "", "any too"),
            command(SYSTEM, "", "system"),
            command("plan9", "", "other"),
            command(SYSTEM, ARCHITECTURE, "exact a"),
        ];
        let lookup = |_: &str| String::new();
        let program = |commands: &[PlatformCommand]| {
            prepare(commands, true, &["z".to_owned()], &lookup)
                .map(|(program, words)| format!("{program} {}", words.join(" ")))
        };
        assert_eq!(program(&all).as_deref(), Some("exact a z"));
        assert_eq!(program(&all[..4]).as_deref(), Some("system z"));
        assert_eq!(program(&all[..2]).as_deref(), Some("any z"));
        assert_eq!(program(&all[3..4]), None);
        assert_eq!(program(&[]), None);
    }
}
