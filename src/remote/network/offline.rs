//! A network that carries nothing: the proof that nothing is fetched.

use std::time::Duration;

use super::{Cause, Error, Network, Request, Response, Tls, TlsFault};

/// Refuses every request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offline;

impl Network for Offline {
    fn send(&self, request: &Request) -> Result<Response, Error> {
        Err(Error::new(request.method, &request.url, Cause::Offline))
    }

    fn check(&self, _tls: &Tls) -> Result<(), TlsFault> {
        Ok(())
    }

    fn wait(&self, _duration: Duration) {}

    fn is_offline(&self) -> bool {
        true
    }
}
