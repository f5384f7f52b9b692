//! Requests to a cache on a server: this is where they touch the network.

use std::time::Duration;

use super::store::{Exchange, Reply};

/// The longest answer, in bytes: as much as a render may write.
const MOST_BYTES: u64 = 512 << 20;

/// A server that takes longer is out of order.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections that are kept between requests.
pub(super) struct Connections(ureq::Agent);

impl Connections {
    /// No connection yet.
    pub(super) fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(5)))
            .timeout_global(Some(PATIENCE))
            .max_idle_connections_per_host(64)
            .user_agent(concat!("chart/", env!("CARGO_PKG_VERSION")));
        Self(config.build().into())
    }
}

impl Exchange for Connections {
    fn exchange(&self, method: &'static str, url: &str, body: &[u8]) -> Result<Reply, String> {
        let answer = match method {
            "PUT" => self.0.put(url).send(body),
            _ => self.0.get(url).call(),
        };
        let mut answer = answer.map_err(|error| format!("{method} {url}: {error}"))?;
        let body = answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
        let body = body.map_err(|error| format!("{method} {url}: {error}"))?;
        Ok(Reply { status: answer.status().as_u16(), body })
    }
}
