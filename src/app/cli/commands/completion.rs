//! `chart completion`.

use clap::Parser;

use crate::cli::command::{Command, Count, Flags};
use crate::cli::completion::kind::Kind;
use crate::cli::completion::script::{self, SHELLS};
use crate::cli::line::Line;
use crate::commands::{Error, Session};
use go_text_template::data::Failure;

pub(super) static COMMAND: Command = Command {
    examples: &[
        "source <(chart completion bash)          # for this session",
        "chart completion zsh > ~/.zfunc/_chart   # in a folder of $fpath",
        "chart completion fish > ~/.config/fish/completions/chart.fish",
    ],
    completes: |at, _| if at == 0 { Kind::Shell } else { Kind::NoMore },
    ..Command::new::<Completion>("completion", "SHELL", Count::Exactly(1))
};

/// Write a completion script for a shell
///
/// The shells are bash, elvish, fish, powershell and zsh.
#[derive(Debug, Parser)]
struct Completion {
    #[arg(id = "no-descriptions", long = "no-descriptions")]
    _no_descriptions: bool,
}

impl Flags for Completion {
    fn run(self, line: &Line<'_>, session: &mut Session<'_>) -> Result<(), Error> {
        let shell = line.text(0);
        let unknown = || {
            let shells = SHELLS.join(", ");
            Failure::from(format!("there is no completion for {shell:?}: the shells are {shells}"))
        };
        let script = script::script(&shell, line.program).ok_or_else(unknown)?;
        session.out.write_all(&script).map_err(Error::Stdout)
    }
}
