//! The program: words in, bytes and an exit status out.

use std::cell::RefCell;
use std::io::{self, BufWriter, StderrLock, StdoutLock, Write};
use std::process::ExitCode;

use chart::cli::{self, Process, Stream};

/// With less stack than this left, the program makes one of its own.
const LEAST_STACK: usize = 1 << 20;
/// How large that is: what a thread has that nobody has said anything about.
const OWN_STACK: usize = 8 << 20;

fn main() -> ExitCode {
    stacker::maybe_grow(LEAST_STACK, OWN_STACK, run)
}

fn run() -> ExitCode {
    let out = Stream::new(io::stdout().lock());
    let out = Out(RefCell::new(BufWriter::with_capacity(1 << 16, out)));
    let mut err = Err { err: Stream::new(io::stderr().lock()), out: &out };
    let status = cli::run(Process {
        words: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
        environment: cli::environment(),
        err_is_terminal: err.err.is_terminal(),
        out: &mut &out,
        err: &mut err,
    });
    match (&out).flush() {
        Ok(()) => ExitCode::from(status),
        Err(error) => cli::stdout_failed(&error, &mut err),
    }
}

/// Standard output.
struct Out(RefCell<BufWriter<Stream<StdoutLock<'static>>>>);

impl Write for &Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

/// Standard error. What was written to standard output before comes out before: the two may lead
/// to the same place.
struct Err<'o> {
    err: Stream<StderrLock<'static>>,
    out: &'o Out,
}

impl Write for Err<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // That standard output is gone is found again at the end.
        let _ = self.out.0.borrow_mut().flush();
        self.err.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.err.flush()
    }
}
