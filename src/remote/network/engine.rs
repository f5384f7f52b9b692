//! The runtime below all requests, and the connections that wait for their next one.

use std::io::{self, Read};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::HeaderValue;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::timeout;

use super::connect::Talk;
use super::limits::Deadline;
use super::link::Heard;
use super::{Address, Cause, Response, Tls};

/// The most connections that wait.
const MOST_IDLE: usize = 16;
/// What is left of a body that nobody reads is read so far, and for so long, to keep its connection.
const MOST_REST: u64 = 2 << 10;
const REST_TIME: Duration = Duration::from_millis(100);

/// Whose connection it is, and what it was told.
pub(super) type Key = (Address, Tls);

/// Carries requests.
#[derive(Debug)]
pub(super) struct Engine {
    /// There until the engine is dropped.
    runtime: Option<Runtime>,
    idle: Mutex<Vec<(Key, Talk)>>,
}

impl Engine {
    pub(super) fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime: Some(runtime), idle: Mutex::default() })
    }

    /// Does `work` here, or beside us if this thread carries a runtime of its own.
    fn block_on<T: Send>(&self, work: impl Future<Output = T> + Send) -> T {
        let runtime = self.runtime.as_ref().expect("it is there until the drop");
        if Handle::try_current().is_err() {
            return runtime.block_on(work);
        }
        std::thread::scope(|scope| scope.spawn(|| runtime.block_on(work)).join())
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Does `work` as long as there is time, and as long as it moves.
    fn run<T: Send>(
        &self,
        deadline: Deadline,
        heard: Option<&Heard>,
        work: impl Future<Output = T> + Send,
    ) -> Result<T, Cause> {
        self.block_on(async {
            let moved = || heard.map_or(0, Heard::moved);
            let mut work = pin!(work);
            let mut before = None;
            while before != Some(moved()) {
                before = Some(moved());
                let Some(left) = deadline.left() else { break };
                if let Ok(done) = timeout(left, &mut work).await {
                    return Ok(done);
                }
            }
            Err(Cause::TooSlow)
        })
    }

    /// Sends `request` on a connection that waits, or on the one that `open` makes.
    pub(super) fn send(
        self: &Arc<Self>,
        key: &Key,
        request: hyper::Request<Full<Bytes>>,
        open: impl Future<Output = Result<Talk, Cause>> + Send,
        deadline: Deadline,
    ) -> Result<Response, Cause> {
        while let Some(talk) = self.take_idle(key) {
            let heard = talk.1.clone();
            let answer = self.ask(talk, key, request.clone(), deadline);
            let hung_up = heard.is_silent() && !matches!(answer, Ok(_) | Err(Cause::TooSlow));
            // What changes nothing can be asked for once more.
            if !hung_up || !request.method().is_safe() {
                return answer;
            }
        }
        let talk = self.run(deadline, None, open)??;
        self.ask(talk, key, request, deadline)
    }

    fn ask(
        self: &Arc<Self>,
        mut talk: Talk,
        key: &Key,
        request: hyper::Request<Full<Bytes>>,
        deadline: Deadline,
    ) -> Result<Response, Cause> {
        let (sender, heard) = &mut talk;
        heard.begin();
        let answer = self.run(deadline, Some(heard), sender.send_request(request))?;
        let answer = answer.map_err(|error| heard.no_answer(&error))?;
        let reason = heard.answered()?;
        let (head, incoming) = answer.into_parts();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value)));
        let (engine, key, chunk) = (self.clone(), key.clone(), Bytes::new());
        Ok(Response {
            status: head.status.as_u16(),
            reason,
            headers: headers.collect(),
            url: String::new(),
            body: Box::new(Body { engine, key, talk: Some(talk), incoming, chunk, deadline }),
        })
    }

    /// A connection that waits for a request, and that the server has not closed meanwhile.
    fn take_idle(&self, key: &Key) -> Option<Talk> {
        loop {
            let talk = {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                let at = idle.iter().position(|(known, _)| known == key)?;
                idle.swap_remove(at).1
            };
            self.block_on(settle());
            if talk.0.is_ready() {
                return Some(talk);
            }
        }
    }

    fn keep(&self, key: &Key, mut talk: Talk) {
        let is_ready = self.block_on(async { timeout(REST_TIME, talk.0.ready()).await });
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(is_ready, Ok(Ok(()))) && idle.len() < MOST_IDLE {
            idle.push((key.clone(), talk));
        }
    }
}

/// Lets the runtime see what has happened on its connections.
async fn settle() {
    for _ in 0..4 {
        tokio::task::yield_now().await;
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // A look-up of a name cannot be interrupted; nobody waits for it.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A body that is read as it comes.
struct Body {
    engine: Arc<Engine>,
    key: Key,
    /// The connection until the end of the body.
    talk: Option<Talk>,
    incoming: Incoming,
    chunk: Bytes,
    deadline: Deadline,
}

impl Body {
    /// The next bytes; none at the end.
    fn next(&mut self) -> Result<Bytes, Cause> {
        while let Some((_, heard)) = &self.talk {
            let frame = self.engine.run(self.deadline, Some(heard), self.incoming.frame())?;
            if let Some(cause) = heard.fault() {
                return Err(cause);
            }
            match frame.transpose().map_err(|error| heard.broken_off(&error))? {
                // A trailer tells nothing.
                Some(frame) => match frame.into_data() {
                    Ok(bytes) if !bytes.is_empty() => return Ok(bytes),
                    _ => {}
                },
                None => self.engine.keep(&self.key, self.talk.take().expect("it was there")),
            }
        }
        Ok(Bytes::new())
    }
}

impl Read for Body {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.chunk.is_empty() {
            self.chunk = self.next().map_err(|cause| {
                self.talk = None;
                cause.into_io()
            })?;
        }
        let part = self.chunk.split_to(self.chunk.len().min(out.len()));
        out[..part.len()].copy_from_slice(&part);
        Ok(part.len())
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if self.incoming.size_hint().upper().is_some_and(|left| left <= MOST_REST) {
            self.deadline = self.deadline.within(REST_TIME);
            while self.next().is_ok_and(|bytes| !bytes.is_empty()) {}
        }
    }
}
