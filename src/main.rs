//! The program: words in, bytes and an exit status out.

mod closed;

use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, IsTerminal, StderrLock, StdoutLock, Write};
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
    let (out, err) = (io::stdout().lock(), io::stderr().lock());
    let (out_is_terminal, err_is_terminal) = (out.is_terminal(), err.is_terminal());
    let out = Stream::new(BufWriter::with_capacity(1 << 16, out), out_is_terminal);
    let out = Out { stream: RefCell::new(out), is_used: Cell::new(false) };
    let mut err = Err { err: Stream::new(err, err_is_terminal), out: &out };
    let status = cli::run(Process {
        words: std::env::args_os().collect(),
        environment: cli::environment(),
        out_is_terminal,
        err_is_terminal,
        out: &mut &out,
        err: &mut err,
    });
    match out.finish() {
        Ok(()) => ExitCode::from(status),
        Err(error) => cli::stdout_failed(&error, &mut err),
    }
}

/// Standard output.
struct Out {
    stream: RefCell<Stream<BufWriter<StdoutLock<'static>>>>,
    is_used: Cell<bool>,
}

impl Out {
    /// Brings the last bytes out, and finds out whether they came to anything.
    fn finish(&self) -> io::Result<()> {
        self.stream.borrow_mut().flush()?;
        if self.is_used.get() && closed::stdout_was_closed() {
            return Err(io::Error::from_raw_os_error(closed::BAD_DESCRIPTOR));
        }
        Ok(())
    }
}

impl Write for &Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_used.set(true);
        self.stream.borrow_mut().write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.is_used.set(true);
        self.stream.borrow_mut().write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.borrow_mut().flush()
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
        let _ = self.out.stream.borrow_mut().flush();
        self.err.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.err.flush()
    }
}
