//! The program: words in, bytes and an exit status out.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use chart::cli::{self, Process, Stream};

fn main() -> ExitCode {
    let mut out = BufWriter::with_capacity(1 << 16, Stream::new(std::io::stdout().lock()));
    let mut err = Stream::new(std::io::stderr().lock());
    let status = cli::run(Process {
        words: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
        environment: cli::environment(),
        err_is_terminal: err.is_terminal(),
        out: &mut out,
        err: &mut err,
    });
    match out.flush() {
        Ok(()) => ExitCode::from(status),
        Err(error) => cli::stdout_failed(&error, &mut err),
    }
}
