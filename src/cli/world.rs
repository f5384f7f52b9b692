//! The real clock, randomness and name server, and what is read from the environment.

use std::net::ToSocketAddrs;
use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::zone;
use crate::commands::{Environment, version};
use crate::compat::Compat;
use crate::dates::Zone;
use crate::network;
use crate::template::World;

/// The machine the program runs on.
#[derive(Debug)]
pub(super) struct Machine {
    started: Instant,
    /// `TZ`, if it is there.
    zone_name: Option<String>,
    /// `ZONEINFO`.
    zones: Option<String>,
    zone: OnceLock<Zone>,
    dns: bool,
}

impl Machine {
    /// The machine, in the time zone that `environment` names; name look-ups only if `dns`.
    #[expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]
    pub(super) fn new(environment: &Environment, dns: bool) -> Self {
        let zone_name = environment.given("TZ").map(str::to_owned);
        let zones = environment.get("ZONEINFO").map(str::to_owned);
        Self { started: Instant::now(), zone_name, zones, zone: OnceLock::new(), dns }
    }
}

impl World for Machine {
    #[expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]
    fn now(&self) -> (i64, u32) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (i64::try_from(now.as_secs()).unwrap_or(i64::MAX), now.subsec_nanos())
    }

    fn monotonic(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has randomness");
    }

    fn local_zone(&self) -> Zone {
        self.zone.get_or_init(|| zone::local(self.zone_name.as_deref())).clone()
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        zone::named(name, self.zones.as_deref())
    }

    fn resolve(&self, host: &str) -> String {
        if !self.dns {
            return String::new();
        }
        let addresses = (host, 0).to_socket_addrs();
        let first = addresses.ok().and_then(|mut addresses| addresses.next());
        first.map(|address| address.ip().to_string()).unwrap_or_default()
    }
}

/// The variables of this process.
pub fn environment() -> Environment {
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect()
}

/// What `environment` says about the network, by the names that Go looks for.
pub(super) fn network(environment: &Environment, compat: Compat) -> network::Settings {
    let either = |upper: &str, lower: &str| {
        environment.get(upper).or_else(|| environment.get(lower)).unwrap_or_default().to_owned()
    };
    let seconds = environment.get("CHART_TIMEOUT").and_then(|text| text.parse().ok());
    network::Settings {
        http_proxy: either("HTTP_PROXY", "http_proxy"),
        https_proxy: either("HTTPS_PROXY", "https_proxy"),
        no_proxy: either("NO_PROXY", "no_proxy"),
        user_agent: format!("Helm/{}", version::number(compat)),
        most_time: seconds.map(std::time::Duration::from_secs),
    }
}
