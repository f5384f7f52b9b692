//! A connection, whatever lies below: it remembers what is heard, and words what breaks it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bstr::ByteSlice;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Cause;
use super::answer::{self, Chunks};
use go_text_template::data::quoted;

/// The most bytes that a server may send before a body, as in Go.
pub(super) const MOST_HEAD: usize = 10 << 20;
const TOO_LONG: &str = "net/http: server response headers exceeded 10485760 bytes; aborted";

/// A stream of bytes in both directions.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to a server.
pub(super) struct Link {
    stream: Box<dyn Stream>,
    /// Both ends: `127.0.0.1:40000->127.0.0.1:80`.
    pub(super) ends: String,
    pub(super) heard: Arc<Heard>,
}

impl Link {
    pub(super) fn new(stream: impl Stream + 'static, ends: String) -> Self {
        Self { stream: Box::new(stream), ends, heard: Arc::default() }
    }

    fn worded(&self, operation: &str, error: io::Error) -> io::Error {
        if error.raw_os_error().is_none() {
            return error;
        }
        let what = super::error::system_text(&error);
        Cause::Said(format!("{operation} tcp {}: {operation}: {what}", self.ends)).into_io()
    }
}

impl AsyncRead for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = out.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(context, out));
        Poll::Ready(match read {
            Ok(()) => self.heard.take(&out.filled()[before..]),
            // The end of a connection need not be announced in TLS, as in Go.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            Err(error) => Err(self.worded("read", error)),
        })
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.heard.lock().moved += 1;
        Poll::Ready(written.map_err(|error| self.worded("write", error)))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// What came in on a connection, as far as somebody has to look at it.
#[derive(Debug, Default)]
pub(super) struct Heard(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Changes with every step of the peers.
    moved: u64,
    /// What came before the body, if that is awaited.
    head: Option<Vec<u8>>,
    /// The chunks of the body.
    chunks: Option<Chunks>,
    /// What is wrong with them.
    fault: Option<&'static str>,
}

impl Heard {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What comes now is the head of an answer.
    pub(super) fn begin(&self) {
        let mut state = self.lock();
        *state = State { moved: state.moved, head: Some(Vec::new()), ..State::default() };
    }

    /// What came since then.
    pub(super) fn head(&self) -> Vec<u8> {
        self.lock().head.clone().unwrap_or_default()
    }

    /// Nobody has to look at what comes now.
    pub(super) fn end(&self) {
        self.lock().head = None;
    }

    /// True if nothing came since a request was sent.
    pub(super) fn is_silent(&self) -> bool {
        self.lock().head.as_ref().is_some_and(Vec::is_empty)
    }

    /// A number that changes with every step of the peers.
    pub(super) fn moved(&self) -> u64 {
        self.lock().moved
    }

    fn take(&self, bytes: &[u8]) -> io::Result<()> {
        let state = &mut *self.lock();
        state.moved += 1;
        match &mut state.head {
            Some(head) if head.len() + bytes.len() > MOST_HEAD => state.fault = Some(TOO_LONG),
            Some(head) => head.extend_from_slice(bytes),
            None => state.follow(bytes),
        }
        state.fault().map_or(Ok(()), |cause| Err(cause.into_io()))
    }

    /// The head is complete: gives the words behind its status, or says what is wrong with it.
    pub(super) fn answered(&self) -> Result<String, Cause> {
        let state = &mut *self.lock();
        let text = state.head.take().unwrap_or_default();
        let (head, rest) = answer::split(&text);
        if answer::judge(head).map_err(Cause::Malformed)? {
            state.chunks = Some(Chunks::default());
            state.follow(rest);
        }
        Ok(answer::reason(head))
    }

    /// Why there is no answer.
    pub(super) fn no_answer(&self, error: &hyper::Error) -> Cause {
        let text = self.head();
        let (head, _) = answer::split(&text);
        let cut_off = error.is_incomplete_message();
        match (Cause::of(error), answer::judge(head)) {
            (Some(cause), _) => cause,
            (None, _) if text.is_empty() => Cause::NoAnswer,
            (None, Err(what)) => Cause::Malformed(what),
            (None, Ok(_)) if cut_off => Cause::Malformed(Cause::CutOff.to_string()),
            (None, Ok(_)) => {
                let line = quoted(head.lines().next().unwrap_or_default());
                Cause::Malformed(format!("malformed HTTP response {line}"))
            }
        }
    }

    /// What is wrong with the body so far.
    pub(super) fn fault(&self) -> Option<Cause> {
        self.lock().fault()
    }

    /// Why a body broke off.
    pub(super) fn broken_off(&self, error: &hyper::Error) -> Cause {
        let in_trailer = self.lock().chunks.as_ref().and_then(Chunks::trailer_fault);
        match (Cause::of(error), in_trailer) {
            (Some(Cause::CutOff | Cause::Malformed(_)), Some(what)) => Cause::Malformed(what),
            (cause, _) => cause.unwrap_or(Cause::CutOff),
        }
    }
}

impl State {
    fn follow(&mut self, bytes: &[u8]) {
        let followed = self.chunks.as_mut().map_or(Ok(()), |chunks| chunks.follow(bytes));
        self.fault = self.fault.or(followed.err());
    }

    fn fault(&self) -> Option<Cause> {
        self.fault.map(|what| Cause::Malformed(what.to_owned()))
    }
}
